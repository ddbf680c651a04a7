"""What a screen reader gets of the window: AT-SPI over D-Bus, asked by jeepney.

Interfaces: org.a11y.atspi.Accessible, Component, Text (at-spi2-core, xml/*.xml). Roles and states
are numbers of its atspi-constants.h.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    Properties,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

LAUNCHER: Final = "/usr/libexec/at-spi-bus-launcher"
ROOT: Final = "/org/a11y/atspi/accessible/root"
REGISTRY: Final = "org.a11y.atspi.Registry"
ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
WAIT_S: Final = 20.0

# enum AtspiStateType
FOCUSABLE: Final = 11
FOCUSED: Final = 12
SENSITIVE: Final = 24
SHOWING: Final = 25
CHECKED: Final = 4
LABELLED_BY: Final = 2  # enum AtspiRelationType


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible object, as it was when it was asked."""

    bus: str
    path: str
    role: str
    name: str
    description: str
    states: frozenset[int]
    parent: str
    depth: int


class Tree:
    """One program's objects on the accessibility bus."""

    def __init__(self, address: str) -> None:
        self._bus: DBusConnection = open_dbus_connection(address)

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def _call(self, bus: str, path: str, interface: str, method: str, *given: Any) -> Any:
        signature, body = (given[0], tuple(given[1:])) if given else (None, ())
        message = new_method_call(
            DBusAddress(path, bus_name=bus, interface=interface), method, signature, body
        )
        reply = self._bus.send_and_get_reply(message, timeout=WAIT_S)
        if reply.header.message_type is MessageType.error:
            raise LookupError(f"{method} of {path}: {reply.body}")
        return reply.body

    def _property(self, bus: str, path: str, name: str) -> Any:
        address = DBusAddress(path, bus_name=bus, interface=ACCESSIBLE)
        reply = self._bus.send_and_get_reply(Properties(address).get(name), timeout=WAIT_S)
        if reply.header.message_type is MessageType.error:
            raise LookupError(f"{name} of {path}")
        return reply.body[0][1]

    def programs(self) -> list[tuple[str, str]]:
        """(bus name, path) of every program that speaks."""
        return [
            (one[0], one[1]) for one in self._call(REGISTRY, ROOT, ACCESSIBLE, "GetChildren")[0]
        ]

    def node(self, bus: str, path: str, parent: str = "", depth: int = 0) -> Node:
        """One object. LookupError when it went away."""
        low, high = self._call(bus, path, ACCESSIBLE, "GetState")[0]
        bits = low | high << 32
        return Node(
            bus,
            path,
            self._call(bus, path, ACCESSIBLE, "GetRoleName")[0],
            self._property(bus, path, "Name"),
            self._property(bus, path, "Description"),
            frozenset(bit for bit in range(64) if bits >> bit & 1),
            parent,
            depth,
        )

    def labelled(self, node: Node) -> bool:
        """Whether a label that is shown says what it is for."""
        related = self._call(node.bus, node.path, ACCESSIBLE, "GetRelationSet")[0]
        return any(kind == LABELLED_BY for kind, _ in related)

    def listen(self) -> None:
        """Be told of the focus from now on, as a screen reader is."""
        rule = MatchRule(
            type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged"
        )
        self._bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=WAIT_S)
        until = time.monotonic() + WAIT_S
        while True:
            try:
                self._call(
                    REGISTRY, "/org/a11y/atspi/registry", REGISTRY, "RegisterEvent",
                    "sas", "object:state-changed:focused", [],
                )  # fmt: skip
                break
            except LookupError:  # the registry is started by the first who asks, and may be slow
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        self._told: deque[Message] = deque()
        self._filter = self._bus.filter(rule, queue=self._told)
        self._filter.__enter__()

    def forget(self) -> None:
        """What was told until now is of no interest."""
        self._catch_up()
        self._told.clear()

    def _catch_up(self) -> None:
        """Hear all that the programs have told: a reply overtakes no signal of who sends it."""
        for bus, path in self.programs():
            with contextlib.suppress(LookupError):  # it ended meanwhile
                self._call(bus, path, ACCESSIBLE, "GetRoleName")

    def focused(self, seconds: float = 5.0) -> Node | None:
        """What got the focus last of all that was told; None when nothing did in that time."""
        until = time.monotonic() + seconds
        last: Node | None = None
        self._catch_up()
        while True:
            while self._told:
                said = self._told.popleft()
                if said.body[0] == "focused" and said.body[1]:
                    fields = said.header.fields
                    with contextlib.suppress(LookupError):
                        last = self.node(fields[HeaderFields.sender], fields[HeaderFields.path])
            if last is not None or time.monotonic() >= until:
                return last
            with contextlib.suppress(TimeoutError):
                self._bus.recv_messages(timeout=0.1)

    def walk(self, *, most: int = 3000, rows: int = 12) -> Iterator[Node]:
        """All that is showing, parents first; of lists and tables the first ``rows``."""
        waiting = [(bus, path, "", 0) for bus, path in self.programs()]
        seen: set[str] = set()
        while waiting and len(seen) < most:
            bus, path, parent, depth = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            try:
                node = self.node(bus, path, parent, depth)
                if depth > 1 and SHOWING not in node.states:
                    continue
                yield node
                children = self._call(bus, path, ACCESSIBLE, "GetChildren")[0]
            except LookupError:  # it was closed meanwhile
                continue
            if node.role in {"list", "table", "tree", "tree table"}:
                children = children[:rows]
            waiting[:0] = [(one[0], one[1], path, depth + 1) for one in children]


@contextmanager
def accessibility() -> Iterator[dict[str, str]]:
    """A screen, a session bus and its accessibility bus; the environment for a program.

    FileNotFoundError names what is not installed.
    """
    for needed in ("dbus-daemon", "Xvfb"):
        if shutil.which(needed) is None:
            raise FileNotFoundError(needed)
    if not os.access(LAUNCHER, os.X_OK):
        raise FileNotFoundError(LAUNCHER)
    read, write = os.pipe()
    with (
        _ended(
            subprocess.Popen(
                [
                    "Xvfb",
                    "-displayfd",
                    str(write),
                    "-screen",
                    "0",
                    "1366x768x24",
                    "-nolisten",
                    "tcp",
                ],
                pass_fds=(write,),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        ),
        _ended(
            subprocess.Popen(
                ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                stdout=subprocess.PIPE,
                text=True,
            )
        ) as bus,
    ):
        os.close(write)
        with os.fdopen(read) as told:
            display = told.readline().strip()
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        environment = {
            **os.environ,
            "DISPLAY": f":{display}",
            "QT_QPA_PLATFORM": "xcb",
            "DBUS_SESSION_BUS_ADDRESS": address,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        with _ended(
            subprocess.Popen(
                [LAUNCHER, "--launch-immediately", "--a11y=1"],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        ):
            yield environment


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def bus_address(environment: dict[str, str]) -> str:
    """The address of the accessibility bus, as soon as it is there."""
    connection = open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"])
    try:
        until = time.monotonic() + WAIT_S
        # asked before our launcher is there, the session bus would start a second one
        owned = message_bus.NameHasOwner("org.a11y.Bus")
        while not connection.send_and_get_reply(owned, timeout=WAIT_S).body[0]:
            if time.monotonic() > until:
                raise TimeoutError("org.a11y.Bus")
            time.sleep(0.05)
        while True:
            reply = connection.send_and_get_reply(
                new_method_call(
                    DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress"
                ),
                timeout=WAIT_S,
            )
            if reply.header.message_type is not MessageType.error and reply.body[0]:
                return str(reply.body[0])
            if time.monotonic() > until:
                raise TimeoutError("org.a11y.Bus")
            time.sleep(0.1)
    finally:
        connection.close()
