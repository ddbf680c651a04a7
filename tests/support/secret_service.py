"""A Secret Service of a few lines on a private D-Bus: what gnome-keyring is to the adapter.

Run as a process: ``python -m tests.support.secret_service [locked]`` with DBUS_SESSION_BUS_ADDRESS
set. Secrets stay in its memory. ``locked``: the collection asks a person who never answers.
Specification: freedesktop.org Secret Service API 0.2.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import Header, HeaderFields, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.secrets"
PREFIX = "org.freedesktop.Secret."
ROOT = "/org/freedesktop/secrets"
COLLECTION = f"{ROOT}/aliases/default"
Secret = tuple[str, bytes, bytes, str]


class Service:
    """The objects and what is asked of them."""

    def __init__(self, *, locked: bool) -> None:
        self.locked = locked
        self.items: dict[str, tuple[dict[str, str], Secret]] = {}
        self.made = 0

    def answer(self, message: Message) -> Message:
        fields = message.header.fields
        member = fields[HeaderFields.member]
        path = fields[HeaderFields.path]
        method = getattr(self, f"on_{member}", None)
        known = path.startswith(ROOT) and (path in self.items or "/items/" not in path)
        if method is None or not known:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownObject")
        result = method(path, *message.body)
        if result is None:
            return new_error(message, "org.freedesktop.DBus.Error.NotSupported")
        signature, body = result
        return new_method_return(message, signature, body)

    def on_Get(self, path: str, interface: str, name: str) -> Any:  # noqa: N802 D-Bus names
        if name == "Locked":
            return "v", (("b", self.locked),)
        if name == "Attributes":
            return "v", (("a{ss}", self.items[path][0]),)
        return "v", (("s", "label"),)

    def on_OpenSession(self, path: str, algorithm: str, start: Any) -> Any:  # noqa: N802
        if algorithm != "plain":  # the client falls back, the bus is private
            return None
        return "vo", (("s", ""), f"{ROOT}/session/1")

    def on_SearchItems(self, path: str, wanted: dict[str, str]) -> Any:  # noqa: N802
        found = [item for item, (its, _) in self.items.items() if wanted.items() <= its.items()]
        return "ao", (found,)

    def on_CreateItem(  # noqa: N802
        self, path: str, properties: dict[str, tuple[str, Any]], secret: Secret, replace: bool
    ) -> Any:
        attributes = properties[f"{PREFIX}Item.Attributes"][1]
        for item, (its, _) in list(self.items.items()):
            if replace and its == attributes:
                del self.items[item]
        self.made += 1
        item = f"{ROOT}/collection/login/items/{self.made}"
        self.items[item] = (attributes, secret)
        return "oo", (item, "/")

    def on_GetSecret(self, path: str, session: str) -> Any:  # noqa: N802
        _, _, value, kind = self.items[path][1]
        return "(oayays)", ((session, b"", bytes(value), kind),)

    def on_Delete(self, path: str) -> Any:  # noqa: N802
        del self.items[path]
        return "o", ("/",)

    def on_Unlock(self, path: str, paths: list[str]) -> Any:  # noqa: N802
        if self.locked:
            return "aoo", ([], f"{ROOT}/prompt/1")
        return "aoo", (paths, "/")

    def on_Prompt(self, path: str, window: str) -> Any:  # noqa: N802
        return "", ()  # shown; "Completed" never comes


def main() -> None:
    service = Service(locked="locked" in sys.argv)
    connection = open_dbus_connection(bus="SESSION")
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    print("ready", flush=True)
    while True:
        message = connection.receive()
        if message.header.message_type is MessageType.method_call:
            header: Header = message.header
            assert header.serial
            connection.send(service.answer(message))


@contextmanager
def secret_service(*, locked: bool = False) -> Iterator[str]:
    """A bus with the service on it; its address. FileNotFoundError without dbus-daemon."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        raise FileNotFoundError("dbus-daemon")
    with subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    ) as bus:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        try:
            with subprocess.Popen(
                [sys.executable, "-m", "tests.support.secret_service", *(["locked"] * locked)],
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
            ) as service:
                assert service.stdout is not None
                try:
                    assert service.stdout.readline() == "ready\n"
                    yield address
                finally:
                    service.terminate()
        finally:
            bus.terminate()


if __name__ == "__main__":
    main()
