"""A name that leads elsewhere inside a school: nothing of DNS outlives a connection."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import NewAccount, Secret
from mel_desktop.model.changes import Link
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.net.reaching import resolve
from tests.support.imap_dovecot import Dovecot
from tests.support.ports import free_port

pytestmark = pytest.mark.servers
OUTSIDE, INSIDE, NOWHERE = "127.0.0.1", "127.0.0.2", ""


class Resolver:
    """What the network's resolver says of one name. ``asked`` counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer = OUTSIDE
        self.asked = 0
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._ask)

    def _ask(self, host: str, *rest: object, **more: object) -> object:
        if host == "localhost":
            self.asked += 1
            if not self.answer:
                raise socket.gaierror(socket.EAI_NONAME, "no such name")
            host = self.answer
        return self._real(host, *rest, **more)  # type: ignore[arg-type]


class Door:
    """The server's address inside: passes on to the one outside. ``visits`` counts."""

    def __init__(self, port: int) -> None:
        self.visits = 0
        self._port = port
        self._listener = socket.create_server((INSIDE, port))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(60)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self.visits += 1
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError), near, socket.create_connection((OUTSIDE, self._port)) as far:
            back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
            back.start()
            _pass_on(near, far)
            back.join(60)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    opened = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase"), use_keyring=False
    )
    yield opened
    opened.close()


def test_each_network_has_its_own_answers(
    facade: Facade, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = ["home"]
    monkeypatch.setattr(facade._services.network, "identity", lambda: network[0], raising=False)
    monkeypatch.setattr("mel_desktop.app.engine.BEAT_S", 0.2)
    resolver = Resolver(monkeypatch)
    user = dovecot.new_user()
    theirs = dovecot.new_account(user)
    port = theirs.imap.port
    account = facade.add_account(
        NewAccount(
            email=user.email,
            login=user.login,
            imap=type(theirs.imap)("localhost", port, theirs.imap.security),
            smtp=type(theirs.imap)("localhost", free_port(), theirs.imap.security),
            ca_pem=theirs.ca_pem,
        ),
        user.secret,
    ).id
    facade.set_link_settings(account, LinkSettings(LinkProfile.FULL))

    def link() -> Link:
        return facade.status().accounts[0].link

    door = Door(port)
    try:
        facade.start_engine()
        until(lambda: link() is Link.UP_TO_DATE)
        at_home = resolver.asked
        assert at_home > 0
        assert door.visits == 0

        resolver.answer, network[0] = INSIDE, "school"
        until(lambda: door.visits > 0 and link() is Link.UP_TO_DATE)
        assert resolver.asked > at_home

        resolver.answer, network[0] = NOWHERE, "café"
        until(lambda: link() is Link.TROUBLE)
        assert facade.status().accounts[0].trouble == "name-not-found"
        inside = door.visits

        resolver.answer, network[0] = OUTSIDE, "home"
        until(lambda: link() is Link.UP_TO_DATE)
        assert door.visits == inside
    finally:
        door.close()


def test_each_connection_asks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(monkeypatch)
    found = []
    for answer in (OUTSIDE, INSIDE, OUTSIDE):
        resolver.answer = answer
        given = resolve("localhost", 993, time.monotonic() + 10, lambda: None)
        found.append({one[4][0] for one in given})
    assert found == [{OUTSIDE}, {INSIDE}, {OUTSIDE}]
    assert resolver.asked == 3
