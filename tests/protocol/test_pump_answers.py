"""The pump over a scripted server: what no real server of the suite would answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, ServerBroken
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import Answer, Ask, Meter, Open, Rows, Slice, Texts, Wholes
from tests.support.scripted_imap import Peer, Scripted

Serve = Callable[..., Any]
OPEN = (
    "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 10] .\r\n* OK [HIGHESTMODSEQ 50] .\r\n"
)


@contextmanager
def session_of(
    scripted: Serve, script: Callable[[Peer], None], capabilities: str = ""
) -> Iterator[ImapSession]:
    def run(peer: Peer) -> None:
        peer.sign_in(capabilities)
        script(peer)

    with scripted(run) as server:
        assert isinstance(server, Scripted)
        connector = ImapConnector(connect_seconds=10, silence_seconds=10)
        session = connector.connect(server.account, Secret("Sésame"), Meter())
        try:
            yield session
        finally:
            session.abort()


def examine(peer: Peer, answer: str = "OK [READ-ONLY] done") -> None:
    tag = peer.command('EXAMINE "INBOX"')
    peer.send(f"{OPEN if answer.startswith('OK') else ''}{tag} {answer}\r\n")


def row(uid: int, subject: str = "x") -> str:
    header = f"Subject: {subject}\r\n\r\n"
    return (
        f'* {uid} FETCH (UID {uid} FLAGS () INTERNALDATE "01-Jan-2026 00:00:00 +0000" RFC822.SIZE 9'
        f' BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 3 1)'
        f" BODY[HEADER.FIELDS (SUBJECT)] {{{len(header)}}}\r\n{header})\r\n"
    )


def section(uid: int, name: str, data: str, origin: str = "") -> str:
    return f"* {uid} FETCH (UID {uid} BODY[{name}]{origin} {{{len(data)}}}\r\n{data})\r\n"


def one(session: ImapSession, *asks: Ask) -> list[Answer]:
    return list(session.pump(asks))


def test_answers_belong_to_what_asked_for_them_in_any_order(scripted: Serve) -> None:
    """Dovecot tells the data of several commands before the first of them is done."""

    def script(peer: Peer) -> None:
        examine(peer)
        tags = [peer.command("UID FETCH") for _ in range(4)]
        peer.send(section(1, "2", "later", "<5>") + section(1, "2", "first", "<0>"))
        peer.send(row(2) + section(3, "", "whole"))
        peer.send("".join(f"{tag} OK done\r\n" for tag in reversed(tags)))
        peer.line()

    with session_of(scripted, script) as session:
        first, later, rows, wholes = one(
            session,
            Slice("INBOX", 7, 1, "2", 0, 5),
            Slice("INBOX", 7, 1, "2", 5, 5),
            Rows("INBOX", 7, (2,)),
            Wholes("INBOX", 7, ((3, 5),)),
        )
    assert (first.data, later.data) == (b"first", b"later")
    assert [told.uid for told in rows.rows] == [2]
    assert wholes.wholes == ((3, b"whole"),)


def test_what_nobody_asked_for_is_in_no_answer(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        examine(peer)
        tags = [peer.command("UID FETCH") for _ in range(2)]
        unasked = row(9, "evil") + row(0) + "* 1 FETCH (FLAGS (\\Seen))\r\n* 4 EXISTS\r\n"
        unasked += section(9, "1", "evil") + "* VANISHED 1:4000000000\r\n* 2 EXPUNGE\r\n"
        unasked += "* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n* 0 EXISTS\r\n"
        peer.send(unasked + row(1) + row(1, "twice") + f"{tags[0]} OK done\r\n")
        peer.send(unasked + section(2, "1", "text", "<0>") + f"{tags[1]} OK done\r\n")
        peer.line()

    with session_of(scripted, script) as session:
        rows, texts = one(
            session,
            Rows("INBOX", 7, (1, 2)),
            Texts("INBOX", 7, ((2, ("1",)),), 10),
        )
    assert [told.uid for told in rows.rows] == [1]
    assert texts.texts == ((2, {"1": b"text"}),)


@pytest.mark.parametrize(
    ("ask", "octets"),
    [
        (Slice("INBOX", 7, 1, "1", 0, 100), 5000),
        (Texts("INBOX", 7, ((1, ("1",)),), 100), 5000),
        (Wholes("INBOX", 7, ((1, 100),)), 5000),
        (Rows("INBOX", 7, (1,)), 2 << 20),
        (Open("INBOX", rows_from=1), 2 << 20),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, int) else "",
)
def test_more_than_was_asked_for_is_not_read(scripted: Serve, ask: Ask, octets: int) -> None:
    def script(peer: Peer) -> None:
        examine(peer)
        peer.command("UID FETCH")
        peer.send(f"* 1 FETCH (UID 1 BODY[1]<0> {{{octets}}}\r\n")
        peer.line()

    with session_of(scripted, script) as session:
        with pytest.raises(ServerBroken) as caught:
            one(session, ask)
        assert caught.value.facts["why"] == "literal-too-large"


def test_a_slice_that_is_a_little_too_long(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        examine(peer)
        peer.command("UID FETCH")
        peer.send(section(1, "1", "x" * 101, "<0>"))
        peer.line()

    with session_of(scripted, script) as session, pytest.raises(ServerBroken):
        one(session, Slice("INBOX", 7, 1, "1", 0, 100))


def test_qresync_that_is_offered_and_refused(scripted: Serve) -> None:
    """SELECT is asked again in a plainer way; the answer is what a plain server tells."""

    def script(peer: Peer) -> None:
        tag = peer.command("ENABLE QRESYNC")
        peer.send(f"* ENABLED QRESYNC\r\n{tag} OK done\r\n")
        tag = peer.command('EXAMINE "INBOX" (QRESYNC (7 40))')
        search = peer.command("UID FETCH")  # the rows
        peer.send(f"{tag} BAD what\r\n{search} BAD no folder\r\n")
        tag = peer.command('EXAMINE "INBOX"')
        peer.send(f"{OPEN}{tag} OK done\r\n")
        tag = peer.command("UID SEARCH ALL")
        peer.send(f"* SEARCH 1 5 9\r\n{tag} OK done\r\n")
        tag = peer.command("UID FETCH 10:*")
        peer.send(f"{row(9)}{tag} OK done\r\n")
        peer.line()

    capabilities = "ENABLE QRESYNC CONDSTORE"
    with session_of(scripted, script, capabilities) as session:
        (answer,) = one(session, Open("INBOX", uidvalidity=7, modseq=40, rows_from=10))
    assert answer.trouble is None
    assert answer.opened is not None
    assert answer.opened.uids == (1, 5, 9)
    assert answer.opened.changed is None
    assert answer.opened.vanished is None
    assert answer.rows == ()


def test_what_the_folder_before_told_is_not_this_ones(scripted: Serve) -> None:
    """RFC 7162 section 3.2.11: everything before CLOSED is about the folder open before."""

    def script(peer: Peer) -> None:
        tag = peer.command("ENABLE QRESYNC")
        peer.send(f"* ENABLED QRESYNC\r\n{tag} OK done\r\n")
        tag = peer.command('EXAMINE "Sent"')
        peer.send(f"{OPEN}{tag} OK done\r\n")
        tag = peer.command('EXAMINE "INBOX" (QRESYNC (7 40))')
        peer.send(
            "* VANISHED (EARLIER) 1:9\r\n* 1 FETCH (UID 1 FLAGS (\\Deleted))\r\n* 9 EXISTS\r\n"
        )
        peer.send("* OK [CLOSED] now\r\n* VANISHED (EARLIER) 4\r\n")
        peer.send(f"{OPEN}* 2 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (44))\r\n{tag} OK done\r\n")
        peer.line()

    capabilities = "ENABLE QRESYNC CONDSTORE"
    with session_of(scripted, script, capabilities) as session:
        _, answer = one(session, Open("Sent"), Open("INBOX", uidvalidity=7, modseq=40))
    assert answer.opened is not None
    assert answer.opened.vanished == ((4, 4),)
    assert answer.opened.changed is not None
    assert [(told.uid, told.flags) for told in answer.opened.changed] == [(5, Flags(Marks.SEEN))]
    assert answer.opened.status.exists == 3


@pytest.mark.parametrize("listed", ["* SEARCH 1 5", "* SEARCH", "* SEARCH 1 5 9 0"])
def test_a_list_of_uids_with_holes_is_none(scripted: Serve, listed: str) -> None:
    """Three messages are there: a list that names two of them deletes nothing."""

    def script(peer: Peer) -> None:
        examine(peer)
        tag = peer.command("UID SEARCH ALL")
        peer.send(f"{listed}\r\n{tag} OK done\r\n")
        peer.line()

    with session_of(scripted, script) as session:
        (answer,) = one(session, Open("INBOX", every_uid=True))
    assert answer.opened is not None
    assert answer.opened.uids == ((1, 5, 9) if "9" in listed else None)


def test_rows_without_mod_sequences_where_the_folder_keeps_none(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command('EXAMINE "INBOX" (CONDSTORE)')
        peer.send(f"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [NOMODSEQ] .\r\n{tag} OK done\r\n")
        tag = peer.command("UID FETCH")
        assert b"MODSEQ" in peer.lines[-1]
        peer.send(f"{tag} BAD no MODSEQ here\r\n")
        tag = peer.command("UID FETCH")
        assert b"MODSEQ" not in peer.lines[-1]
        peer.send(f"{row(1)}{tag} OK done\r\n")
        peer.line()

    with session_of(scripted, script, "CONDSTORE") as session:
        (answer,) = one(session, Rows("INBOX", 7, (1,)))
    assert answer.trouble is None
    assert [told.uid for told in answer.rows] == [1]


def test_refused_without_a_word_and_listed_it_is_not_gone(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        examine(peer, "NO not now")
        tag = peer.command("UID FETCH")
        peer.send(f"{tag} BAD no folder\r\n")
        tag = peer.command('LIST "" "INBOX"')
        peer.send(f'* LIST () "/" INBOX\r\n{tag} OK done\r\n')
        peer.line()

    with session_of(scripted, script) as session:
        (answer,) = one(session, Rows("INBOX", 7, (1,)))
    assert answer.trouble is not None
    assert answer.trouble.code is ErrorCode.SERVER_REFUSED


def test_an_answer_behind_a_select_that_has_not_been_answered(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        tag = peer.command("EXAMINE")
        later = peer.command("UID FETCH")
        peer.send(f"{row(1)}{later} OK done\r\n{OPEN}{tag} OK done\r\n")
        peer.line()

    with session_of(scripted, script) as session:
        with pytest.raises(ServerBroken) as caught:
            one(session, Rows("INBOX", 7, (1,)))
        assert caught.value.facts["why"] == "out-of-turn"


def test_no_more_than_the_window_is_asked_for_at_once(scripted: Serve) -> None:
    """Slices of 64 KiB: at first 256 KiB are under way, whatever could be asked for."""
    seen: list[int] = []

    def script(peer: Peer) -> None:
        examine(peer)
        first = peer.command("UID FETCH")
        more: list[str] = []
        while len(more) < 3:
            more.append(peer.command("UID FETCH"))
        seen.append(len(peer.lines))
        for number, tag in enumerate([first, *more]):
            data = "x" * 65_536
            peer.send(section(1, "1", data, f"<{number * 65_536}>") + f"{tag} OK done\r\n")
        peer.send(
            section(1, "1", "end", f"<{4 * 65_536}>") + f"{peer.command('UID FETCH')} OK .\r\n"
        )
        peer.line()

    drawn: list[int] = []

    def asks() -> Iterator[Ask | None]:
        for number in range(5):
            drawn.append(number)
            yield Slice("INBOX", 7, 1, "1", number * 65_536, 65_536)

    with session_of(scripted, script) as session:
        pump = session.pump(asks())
        assert next(pump).data == b"x" * 65_536
        assert drawn == [0, 1, 2, 3]
        assert len(list(pump)) == 4


def test_a_whole_slice_is_told_before_the_end_of_its_command(scripted: Serve) -> None:
    """What was told is kept by whoever is killed next; a BAD afterwards makes nobody ask again."""
    size = 65_536
    told = threading.Event()
    in_time: list[bool] = []

    def script(peer: Peer) -> None:
        examine(peer)
        tags = [peer.command("UID FETCH") for _ in range(4)]
        for number in range(4):
            peer.send(section(1, "1", f"{number}" * size, f"<{number * size}>"))
        in_time.append(told.wait(5))
        peer.send(f"{tags[0]} BAD no\r\n" + "".join(f"{tag} OK done\r\n" for tag in tags[1:]))
        for number, data in ((4, "4" * size), (5, "end")):
            tag = peer.command(f"UID FETCH 1 (UID BODY.PEEK[1]<{number * size}.{size}>)")
            peer.send(section(1, "1", data, f"<{number * size}>") + f"{tag} OK done\r\n")
        peer.line()

    asks = [Slice("INBOX", 7, 1, "1", number * size, size) for number in range(6)]
    with session_of(scripted, script) as session:
        pump = session.pump(asks)
        first = [next(pump) for _ in range(4)]
        told.set()
        rest = list(pump)
    assert in_time == [True]
    assert [answer.data for answer in first] == [f"{n}".encode() * size for n in range(4)]
    assert [answer.data for answer in rest] == [b"4" * size, b"end"]
    assert not any(answer.trouble for answer in (*first, *rest))


def test_late_ends_of_slices_that_were_told_fill_the_window_at_once(scripted: Serve) -> None:
    """As many commands leave in one turn as ends came in one."""
    size = 65_536

    def script(peer: Peer) -> None:
        examine(peer)
        for first in (0, 4, 8):
            tags = [peer.command("UID FETCH") for _ in range(4)]
            for number in range(first, first + 4):
                peer.send(section(1, "1", f"{number % 10}" * size, f"<{number * size}>"))
            peer.send("".join(f"{tag} OK done\r\n" for tag in tags))
        peer.line()

    asks = [Slice("INBOX", 7, 1, "1", number * size, size) for number in range(12)]
    with session_of(scripted, script) as session:
        answers = list(session.pump(asks))
    assert [answer.data for answer in answers] == [f"{n % 10}".encode() * size for n in range(12)]


def test_a_short_slice_waits_for_what_the_server_says_of_it(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        examine(peer)
        tag = peer.command("UID FETCH")
        peer.send(section(1, "1", "", "<0>") + f"{tag} NO it has gone\r\n")
        peer.line()

    with session_of(scripted, script) as session:
        (answer,) = one(session, Slice("INBOX", 7, 1, "1", 0, 100))
    assert answer.trouble is not None
