"""The judge of the faults, judged: what it is there for must be seen. And the proxy's cut."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from dataclasses import replace

import pytest

from mel_desktop.model.mail import Flags, Marks
from tests.faults.ledger import Round, Wish
from tests.faults.proxy import DOWN, UP, Proxy
from tests.faults.world import Seen, names_of

ONE = Seen("INBOX", 7, 1, frozenset({"\\Seen"}), "aa", "one@x")
TWO = Seen("INBOX", 7, 2, frozenset(), "bb", "two@x")
THREE = Seen("Trash", 9, 1, frozenset(), "cc", "three@x")
BEFORE = (ONE, TWO, THREE)


def faults(
    server: tuple[Seen, ...],
    *wishes: Wish,
    here: tuple[Seen, ...] | None = None,
    reported: dict[str, str] | None = None,
    expunged: tuple[str, ...] = (),
    touched: tuple[str, ...] = (),
) -> list[str]:
    around = Round(BEFORE, list(wishes), expunged=set(expunged), touched={*touched, *expunged})
    return around.faults(server, server if here is None else here, reported or {})


def test_nothing_happened_and_nothing_is_wrong() -> None:
    assert faults(BEFORE) == []


def test_a_lost_message_is_seen_unless_somebody_wanted_it_gone() -> None:
    assert faults((ONE, THREE)) == ["lost on the server: two@x"]
    assert faults((ONE, THREE), expunged=("two@x",)) == []
    assert faults((ONE, TWO), Wish("three@x", "delete", "Trash")) == []
    # deleting elsewhere means the trash, not the end
    assert "lost on the server: two@x" in faults((ONE, THREE), Wish("two@x", "delete", "INBOX"))


def test_a_doubled_an_invented_and_an_altered_message_are_seen() -> None:
    copy = replace(ONE, folder="Trash", uid=5)
    assert "there 2 times: one@x" in faults((*BEFORE, copy))
    assert faults((*BEFORE, copy), Wish("one@x", "copy", "Trash")) == []
    twice = (*BEFORE, copy, replace(copy, uid=6))
    assert "there 3 times: one@x" in faults(twice, Wish("one@x", "copy", "Trash"))
    stranger = replace(ONE, uid=9, message_id="stranger@x")
    assert "nobody delivered stranger@x" in faults((*BEFORE, stranger))
    assert "octets changed: one@x" in faults((replace(ONE, sha256="zz"), TWO, THREE))


def test_a_store_that_differs_is_seen() -> None:
    for here, word in (
        ((ONE, TWO), "not in the store"),
        ((*BEFORE, replace(ONE, uid=8)), "only in the store"),
        ((ONE, replace(TWO, flags=frozenset({"\\Seen"})), THREE), "not the same"),
        ((ONE, replace(TWO, sha256="zz"), THREE), "not the same"),
        ((ONE, replace(TWO, uidvalidity=8), THREE), "only in the store"),
    ):
        assert any(word in one for one in faults(BEFORE, here=here)), word
    assert faults(
        (replace(ONE, flags=frozenset({"Classe"})), TWO, THREE),
        here=(replace(ONE, flags=frozenset({"classe"})), TWO, THREE),
        touched=("one@x",),
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        (Wish("one@x", "flag", "\\Seen"), True),
        (Wish("one@x", "unflag", "\\Seen"), False),
        (Wish("two@x", "flag", "\\Flagged"), False),
        (Wish("two@x", "move", "Trash"), False),
        (Wish("two@x", "copy", "Classe"), False),
        (Wish("two@x", "delete", "INBOX"), False),
        (Wish("three@x", "delete", "Trash"), False),
    ],
)
def test_a_wish_is_fulfilled_overtaken_or_reported(wish: Wish, kept: bool) -> None:
    assert (faults(BEFORE, wish) == []) is kept
    assert faults(BEFORE, wish, reported={wish.message_id: "why"}) == []
    assert faults(BEFORE, wish, touched=(wish.message_id,)) == []


def test_a_change_that_nobody_asked_for_is_seen() -> None:
    moved = replace(TWO, folder="Classe", uid=4)
    assert any("nobody asked" in one for one in faults((ONE, moved, THREE)))
    assert faults((ONE, moved, THREE), Wish("two@x", "move", "Classe")) == []


def test_flags_are_spelt_as_imap_spells_them() -> None:
    flags = Flags(Marks.SEEN | Marks.FORWARDED, frozenset({"classe"}))
    assert names_of(flags) == {"\\Seen", "$forwarded", "classe"}


class Echo:
    """A server that gives back what it gets."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                try:
                    while data := client.recv(4096):
                        client.sendall(data)
                except OSError:
                    pass

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(60)


@pytest.mark.parametrize("direction", [UP, DOWN])
@pytest.mark.parametrize("reset", [True, False])
def test_exactly_so_many_octets_arrive_before_a_cut(direction: int, reset: bool) -> None:
    echo = Echo()
    proxy = Proxy(echo.port)
    try:
        size = random.Random(3).randint(1_000, 50_000)
        proxy.arm(direction, size, lambda: proxy.cut(reset=reset, stay_down=True))
        got = 0
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as client:
            sender = threading.Thread(target=send_all, args=(client, b"x" * 60_000))
            sender.start()
            try:
                while data := client.recv(4096):
                    got += len(data)
            except ConnectionError:
                pass
            sender.join(60)
        assert got <= size
        if direction == DOWN and not reset:  # a reset may throw away what was not read yet
            assert got == size
        assert answer(proxy.port) == b""
        proxy.open()
        assert answer(proxy.port) == b"x"
    finally:
        proxy.close()
        echo.close()


def send_all(client: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        client.sendall(data)


def answer(port: int) -> bytes:
    """To one octet; b"" from a line that is down."""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            client.sendall(b"x")
            return client.recv(1)
    except OSError:
        return b""
