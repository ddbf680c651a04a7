"""tests.support.atspi: what is told late is not taken for what happened next."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from jeepney import HeaderFields, MessageType

from tests.support import atspi

PROGRAM = ":1.7"


class SlowBus:
    """A busy machine: nothing comes in time, but what a program told comes before its reply."""

    def __init__(self) -> None:
        self.under_way: list[Any] = []
        self.queue: deque[Any] = deque()

    @contextmanager
    def filter(self, _rule: object, *, queue: deque[Any]) -> Iterator[None]:
        self.queue = queue
        yield

    def recv_messages(self, *, timeout: float) -> None:
        raise TimeoutError

    def send_and_get_reply(self, message: Any, *, timeout: float) -> Any:
        fields = message.header.fields
        if fields.get(HeaderFields.destination) == PROGRAM:
            self.queue.extend(self.under_way)
            self.under_way.clear()
        body: tuple[Any, ...] = {
            "GetChildren": ([(PROGRAM, atspi.ROOT)],),
            "GetState": ([0, 0],),
            "GetRoleName": ("push button",),
            "Get": (("s", fields[HeaderFields.path]),),
        }.get(fields[HeaderFields.member], ())
        header = SimpleNamespace(message_type=MessageType.method_return)
        return SimpleNamespace(header=header, body=body)

    def focus(self, path: str) -> None:
        fields = {HeaderFields.sender: PROGRAM, HeaderFields.path: path}
        self.under_way.append(
            SimpleNamespace(body=("focused", 1), header=SimpleNamespace(fields=fields))
        )


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> SlowBus:
    found = SlowBus()
    monkeypatch.setattr(atspi, "open_dbus_connection", lambda _address: found)
    return found


@pytest.fixture
def tree(bus: SlowBus) -> atspi.Tree:
    found = atspi.Tree("")
    found.listen()
    return found


def test_where_the_focus_was_before_is_not_where_it_went(bus: SlowBus, tree: atspi.Tree) -> None:
    bus.focus("/before")
    tree.forget()
    bus.focus("/first")
    assert tree.focused(0.0) == node("/first")


def test_no_step_is_lost_and_none_told_for_another(bus: SlowBus, tree: atspi.Tree) -> None:
    tree.forget()
    for path in ("/folders", "/messages", "/text"):
        bus.focus(f"{path}/inside")  # Qt tells of a view and of its row at times
        bus.focus(path)
        assert tree.focused(0.0) == node(path)
    assert tree.focused(0.0) is None


def node(path: str) -> atspi.Node:
    return atspi.Node(PROGRAM, path, "push button", path, path, frozenset(), "", 0)
