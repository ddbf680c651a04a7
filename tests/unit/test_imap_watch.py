"""Waiting for news: the three ways, over the real wire and a scripted server."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ServerSaid
from mel_desktop.net.imap_grammar import Response
from mel_desktop.net.imap_selected import Selected
from mel_desktop.net.imap_watch import Watch, Way, way_of
from mel_desktop.net.imap_wire import Wire
from mel_desktop.net.transport import open_socket
from mel_desktop.ports import Meter
from tests.support.scripted_imap import Peer, Scripted, scripted

__all__ = ["scripted"]
Serve = Callable[..., Any]


class Watched:
    """A watch over the wire, with a folder of three messages open."""

    def __init__(self, server: Scripted, way: Way, **options: float) -> None:
        context = ssl.create_default_context(cadata=server.ca_pem)
        endpoint = Endpoint("127.0.0.1", server.port, Security.TLS)
        self.wire = Wire(open_socket(endpoint, context, Meter(), silence_seconds=30))
        self.wire.trust(frozenset({"NOTIFY", "IDLE"}))
        self.folder = Selected()
        self.folder.exists = 3
        self.watch = Watch(self.wire, way, lambda: self.folder.changed, **options)
        self.wire.on_untagged = lambda response: (
            self.watch.notice(response) or self.folder.notice(response)
        )

    def wait(self, seconds: float = 30.0) -> bool:
        self.folder.changed = False
        return self.watch.wait(seconds)


def idling(peer: Peer) -> str:
    """NOOP and IDLE came; the tag of IDLE."""
    noop = peer.command("NOOP")
    tag = peer.command("IDLE")
    peer.send(f"{noop} OK done\r\n+ idling\r\n")
    return tag


def done(peer: Peer, tag: str) -> None:
    assert peer.line() == b"DONE"
    peer.send(f"{tag} OK done\r\n")


def notify(peer: Peer, answer: str = "OK done") -> None:
    tag = peer.command("NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))")
    assert peer.lines[-1].endswith(b" (personal (MessageNew MessageExpunge))")
    peer.send(f"{tag} {answer}\r\n")


@pytest.mark.parametrize(
    ("names", "trusts", "way"),
    [
        ({"NOTIFY", "IDLE"}, True, Way.NOTIFY),
        ({"NOTIFY", "IDLE"}, False, Way.IDLE),
        ({"NOTIFY"}, True, Way.NOOP),
        ({"IDLE"}, True, Way.IDLE),
        (set(), True, Way.NOOP),
    ],
)
def test_the_best_way(names: set[str], trusts: bool, way: Way) -> None:
    assert way_of(frozenset(names), trusts_notify=trusts) is way


def test_news_of_another_folder(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        notify(peer)
        tag = idling(peer)
        peer.send('* STATUS "Classe" (MESSAGES 4 UIDNEXT 9 UIDVALIDITY 1)\r\n')
        done(peer, tag)
        tag = idling(peer)  # NOTIFY is set once
        peer.send('* STATUS "Classe" (MESSAGES 4 UIDNEXT 9 UIDVALIDITY 1)\r\n')  # the same: no news
        peer.send("* OK still here\r\n")
        done(peer, tag)

    with scripted(script) as server:
        watched = Watched(server, Way.NOTIFY)
        assert watched.wait()
        assert not watched.wait(0.5)
        watched.wire.stream.close()


@pytest.mark.parametrize(
    "line", ["* 4 EXISTS", "* 2 EXPUNGE", "* VANISHED 7", "* 1 FETCH (UID 1 FLAGS (\\Seen))"]
)
def test_news_of_the_open_folder(scripted: Serve, line: str) -> None:
    def script(peer: Peer) -> None:
        tag = idling(peer)
        peer.send(f"{line}\r\n")
        done(peer, tag)

    with scripted(script) as server:
        watched = Watched(server, Way.IDLE)
        assert watched.wait()
        watched.wire.stream.close()


def test_half_a_line_is_no_news_yet(scripted: Serve) -> None:
    rest = threading.Event()

    def script(peer: Peer) -> None:
        notify(peer)
        tag = idling(peer)
        peer.send('* STATUS "Clas')
        rest.wait(60)
        peer.send('se" (MESSAGES 4 UIDNEXT 9)\r\n')
        done(peer, tag)

    with scripted(script) as server:
        watched = Watched(server, Way.NOTIFY)
        timer = threading.Timer(0.4, rest.set)
        timer.start()
        start = time.monotonic()
        assert watched.wait()
        assert time.monotonic() - start >= 0.3
        timer.join()
        watched.wire.stream.close()


@pytest.mark.parametrize("answer", ["NO [BADEVENT (FlagChange)] no", "BAD what?"])
def test_a_refused_notify_leaves_idle(scripted: Serve, answer: str) -> None:
    def script(peer: Peer) -> None:
        notify(peer, answer)
        done(peer, idling(peer))

    with scripted(script) as server:
        watched = Watched(server, Way.NOTIFY)
        assert not watched.wait(0.3)
        assert watched.watch.way is Way.IDLE
        watched.wire.stream.close()


def test_an_overflow_is_news_and_notify_is_set_again(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        notify(peer)
        tag = idling(peer)
        peer.send("* OK [NOTIFICATIONOVERFLOW] too much\r\n")
        done(peer, tag)
        notify(peer)
        done(peer, idling(peer))

    with scripted(script) as server:
        watched = Watched(server, Way.NOTIFY)
        assert watched.wait()
        assert not watched.wait(0.3)
        watched.wire.stream.close()


def test_idle_is_taken_up_again_before_the_server_loses_patience(
    scripted: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.net.imap_watch.IDLE_SECONDS", 0.2)

    def script(peer: Peer) -> None:
        done(peer, idling(peer))
        done(peer, idling(peer))
        tag = idling(peer)
        peer.send("* 9 EXISTS\r\n")
        done(peer, tag)

    with scripted(script) as server:
        watched = Watched(server, Way.IDLE)
        assert watched.wait()
        watched.wire.stream.close()


def test_an_idle_that_is_not_understood_leaves_polling(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        noop, tag = peer.command("NOOP"), peer.command("IDLE")
        peer.send(f"{noop} OK done\r\n{tag} BAD no such command\r\n")
        tag = peer.command("NOOP")
        peer.send(f"* 4 EXISTS\r\n{tag} OK done\r\n")

    with scripted(script) as server:
        watched = Watched(server, Way.IDLE, poll_s=0.1)
        assert watched.wait()
        assert watched.watch.way is Way.NOOP
        watched.wire.stream.close()


def test_a_refused_idle_is_told(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        noop, tag = peer.command("NOOP"), peer.command("IDLE")
        peer.send(f"{noop} OK done\r\n{tag} NO [LIMIT] too many\r\n")

    with scripted(script) as server:
        watched = Watched(server, Way.IDLE)
        with pytest.raises(ServerSaid):
            watched.wait()
        watched.wire.stream.close()


def test_polling(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        for number in range(3):
            tag = peer.command("NOOP")
            peer.send(f"* {'4' if number == 2 else '3'} EXISTS\r\n{tag} OK done\r\n")

    with scripted(script) as server:
        watched = Watched(server, Way.NOOP, poll_s=0.05)
        assert watched.wait()
        watched.wire.stream.close()


def test_nothing_new_ends_at_the_deadline(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        notify(peer)
        done(peer, idling(peer))

    with scripted(script) as server:
        watched = Watched(server, Way.NOTIFY)
        start = time.monotonic()
        assert not watched.wait(0.3)
        assert 0.25 < time.monotonic() - start < 20
        watched.wire.stream.close()


def test_a_lost_line_is_told(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        idling(peer)
        peer.close()

    with scripted(script) as server:
        watched = Watched(server, Way.IDLE)
        with pytest.raises(ConnectionTrouble):
            watched.wait()


@pytest.mark.parametrize(
    "line",
    [
        b"* STATUS",
        b"* STATUS ",
        b"* STATUS (((",
        b'* STATUS "x"',
        b'* STATUS "x" NIL',
        b"* STATUS " + b"(" * 100_000,
    ],
)
def test_nonsense_is_no_news(line: bytes) -> None:
    watch = Watch(None, Way.NOTIFY, lambda: False)  # type: ignore[arg-type]  # never used
    watch.notice(Response((line,)))
    assert not watch._news


def test_a_flood_of_folders_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mel_desktop.net.imap_watch._MOST_FOLDERS", 50)
    watch = Watch(None, Way.NOTIFY, lambda: False)  # type: ignore[arg-type]  # never used
    for number in range(80):
        assert watch.notice(Response((b'* STATUS "f%d" (MESSAGES 1)' % number,)))
    assert len(watch._statuses) == 50
