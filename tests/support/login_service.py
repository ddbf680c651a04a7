"""A logind of a few lines on a private D-Bus, that says what a test tells it to say.

Run as a process: ``python -m tests.support.login_service`` with DBUS_SYSTEM_BUS_ADDRESS set; each
line on stdin is a thing that happens: sleep, wake, lock, lock-other, hint, saver, saver-off; and
"released" answers when the delay lock was given back.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.login1"
ROOT = "/org/freedesktop/login1"
OURS = f"{ROOT}/session/_31"
OTHER = f"{ROOT}/session/_32"


class Login:
    """The service as the test sees it."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self._process = process

    def tell(self, what: str) -> str:
        """Have it happen; what the service answers when it did."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def login_service() -> Iterator[Login]:
    """A private bus with the service on it."""
    bus = subprocess.Popen(
        [shutil.which("dbus-daemon") or "", "--session", "--print-address", "--nofork"],
        stdout=subprocess.PIPE,
        text=True,
    )
    service = None
    try:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        service = subprocess.Popen(
            [sys.executable, "-m", "tests.support.login_service"],
            env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert service.stdout is not None
        assert service.stdout.readline() == "ready\n"
        yield Login(address, service)
    finally:
        for process in (service, bus):
            if process is not None:
                process.terminate()
                process.wait(60)
                for stream in (process.stdin, process.stdout):
                    if stream is not None:
                        stream.close()


def main() -> None:
    bus = open_dbus_connection("SYSTEM", enable_fds=True)
    bus.send_and_get_reply(message_bus.RequestName(NAME))
    manager = DBusAddress(ROOT, NAME, f"{NAME}.Manager")
    brakes: list[int] = []

    def happen(what: str) -> None:
        signals = {
            "sleep": (manager, "PrepareForSleep", "b", (True,)),
            "wake": (manager, "PrepareForSleep", "b", (False,)),
            "lock": (DBusAddress(OURS, NAME, f"{NAME}.Session"), "Lock", None, ()),
            "lock-other": (DBusAddress(OTHER, NAME, f"{NAME}.Session"), "Lock", None, ()),
            "hint": (
                DBusAddress(OURS, NAME, "org.freedesktop.DBus.Properties"),
                "PropertiesChanged",
                "sa{sv}as",
                (f"{NAME}.Session", {"LockedHint": ("b", True)}, []),
            ),
            "saver": (_saver(), "ActiveChanged", "b", (True,)),
            "saver-off": (_saver(), "ActiveChanged", "b", (False,)),
        }
        if what == "released":
            while brakes:
                os.read(brakes.pop(), 1)  # ends when the other end is closed
        else:
            address, name, signature, body = signals[what]
            bus.send(new_signal(address, name, signature, body))
        print(what, flush=True)

    def listen() -> None:
        for line in sys.stdin:
            happen(line.strip())

    print("ready", flush=True)
    threading.Thread(target=listen, daemon=True).start()
    while True:
        message = bus.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[HeaderFields.member]
        if member == "GetSession":
            bus.send(new_method_return(message, "o", (OURS,)))
        elif member == "Inhibit" and message.body[0] == "sleep" and message.body[3] == "delay":
            ours, theirs = os.pipe()
            brakes.append(ours)
            bus.send(new_method_return(message, "h", (theirs,)))
            os.close(theirs)
        else:
            bus.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))


def _saver() -> DBusAddress:
    return DBusAddress("/ScreenSaver", NAME, "org.freedesktop.ScreenSaver")


if __name__ == "__main__":
    main()
