"""MailServer.pump on Dovecot, Cyrus and pymap: every kind of ask, over folders, in few turns."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.ports import Answer, Ask, Meter, Open, Opened, Rows, Slice, Texts, Wholes
from tests.support.imap_servers import Dovecot, ImapServer, MailUser

pytestmark = pytest.mark.servers

Message = tuple[bytes, tuple[str, ...], None]


def numbered(number: int, size: int = 0) -> bytes:
    return b"Subject: %d\r\nMessage-ID: <n%d@ac-demo.fr>\r\n\r\ntext %d\r\n%b" % (
        number, number, number, b"x" * size + b"\r\n" if size else b"",
    )  # fmt: skip


def many(count: int, size: int = 0) -> list[Message]:
    return [(numbered(one, size), (), None) for one in range(count)]


Connect = Callable[..., tuple[ImapSession, Meter]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    sessions: list[ImapSession] = []

    def open_session(
        server: ImapServer, user: MailUser, *, compress: bool = False
    ) -> tuple[ImapSession, Meter]:
        meter = Meter()
        connector = ImapConnector(silence_seconds=20, compress=compress)
        sessions.append(connector.connect(server.account(user), user.secret, meter))
        return sessions[-1], meter

    yield open_session
    for session in sessions:
        session.close()


def pumped(session: ImapSession, asks: Iterable[Ask | None]) -> list[Answer]:
    return list(session.pump(asks))


def opened(answer: Answer) -> Opened:
    assert answer.trouble is None, answer.trouble
    assert answer.opened is not None
    return answer.opened


def uidvalidity(session: ImapSession, path: str) -> int:
    return session.select(path, read_only=True).uidvalidity


# -- opening -------------------------------------------------------------------------------------


def test_open_tells_every_uid_and_flag(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    uids = server.deliver_all(user, "INBOX", many(7))
    with server.observer(user) as box:
        box.flag([str(uids[2])], ["\\Seen"], True)
    session, _ = connect(server, user)
    by_uid, by_flag, plain, empty = pumped(
        session,
        [
            Open("INBOX", every_uid=True),
            Open("INBOX", every_flag=True),
            Open("INBOX", read_only=False),
            Open("Drafts", every_uid=True, every_flag=True),
        ],
    )
    assert opened(by_uid).uids == tuple(uids)
    assert opened(by_uid).status.exists == 7
    assert opened(by_uid).status.read_only
    assert opened(by_uid).changed is None
    told = opened(by_flag)
    assert told.uids == tuple(uids)
    assert told.changed is not None
    assert {one.uid: one.flags for one in told.changed} == {
        uid: Flags(Marks.SEEN) if uid == uids[2] else Flags() for uid in uids
    }
    assert opened(plain).uids is None
    assert not opened(plain).status.read_only
    assert (opened(empty).uids, opened(empty).changed) == ((), ())


def test_open_tells_what_changed(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", many(6))
    session, _ = connect(server, user)
    (first,) = pumped(session, [Open("INBOX", every_flag=True)])
    cursor = opened(first).status
    with server.observer(user) as box:
        box.flag([str(uids[5])], ["\\Flagged"], True)
        box.delete([str(uids[1]), str(uids[2])])
    new = server.deliver_all(user, "INBOX", [(numbered(9), (), None)])
    (answer,) = pumped(
        session,
        [
            Open(
                "INBOX",
                uidvalidity=cursor.uidvalidity,
                modseq=cursor.highestmodseq,
                every_flag=cursor.highestmodseq is None,
                rows_from=cursor.uidnext,
            )
        ],
    )
    told = opened(answer)
    assert [row.uid for row in answer.rows] == new
    assert answer.rows[0].header.startswith(b"Subject: 9")
    if session.caps.qresync:
        assert told.vanished is not None
        gone = {uid for uid in uids for first, last in told.vanished if first <= uid <= last}
        assert gone == set(uids[1:3])
    else:
        assert told.vanished is None
        assert told.uids == (uids[0], *uids[3:], *new)
    assert told.changed is not None
    flags = {one.uid: one.flags for one in told.changed}
    assert flags[uids[5]] == Flags(Marks.FLAGGED)
    assert not {uids[1], uids[2]} & set(flags)
    assert told.status.exists == 5


def test_nothing_new_brings_no_row(server: ImapServer, user: MailUser, connect: Connect) -> None:
    """``n:*`` names the last message even when it is older."""
    server.deliver_all(user, "INBOX", many(3))
    session, _ = connect(server, user)
    status = session.select("INBOX")
    asks = [Open("INBOX", rows_from=status.uidnext), Open("Sent", rows_from=1)]
    for answer in pumped(session, asks):
        assert opened(answer)
        assert answer.rows == ()


def test_condstore_alone(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", many(4))
    session, _ = connect(server, user)
    if not session.caps.condstore:
        pytest.skip("the server has no CONDSTORE")
    session.know(session.hints.after - {"QRESYNC"}, session.quirks)
    assert not session.caps.qresync
    before = session.select("INBOX")
    with server.observer(user) as box:
        box.flag([str(uids[3])], ["\\Seen"], True)
        box.delete([str(uids[0])])
    asks = [Open("INBOX", uidvalidity=before.uidvalidity, modseq=before.highestmodseq)]
    (answer,) = pumped(session, asks)
    told = opened(answer)
    assert told.uids == tuple(uids[1:])
    assert told.vanished is None
    assert told.changed is not None
    assert {one.uid: one.flags for one in told.changed} == {uids[3]: Flags(Marks.SEEN)}


def test_another_uidvalidity_tells_no_changes(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    uids = server.deliver_all(user, "INBOX", many(3))
    session, _ = connect(server, user)
    now = session.select("INBOX")
    ask = Open(
        "INBOX", uidvalidity=now.uidvalidity + 5, modseq=now.highestmodseq or 1, every_uid=True
    )
    (answer,) = pumped(session, [ask])
    told = opened(answer)
    assert told.status.uidvalidity == now.uidvalidity
    assert (told.changed, told.vanished) == (None, None)
    assert told.uids in (None, tuple(uids))


def test_the_newest_rows_by_number(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", many(30))
    session, _ = connect(server, user)
    for exists, newest, expected in [
        (30, 5, uids[25:]),
        (30, 50, uids),
        (28, 5, uids[23:]),  # two have come since STATUS was asked
        (200, 5, None),  # many are gone since
    ]:
        (answer,) = pumped(session, [Open("INBOX", newest=newest, exists=exists, every_uid=True)])
        assert opened(answer).uids == tuple(uids)
        if expected is not None:
            assert [row.uid for row in answer.rows] == expected
        else:
            assert {row.uid for row in answer.rows} <= set(uids)
    (answer,) = pumped(session, [Open("Sent", newest=5, exists=3)])  # empty by now
    assert opened(answer).status.exists == 0
    assert answer.rows == ()


# -- contents ------------------------------------------------------------------------------------


def test_every_kind_of_ask_over_two_folders(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    inbox = server.deliver_all(user, "INBOX", many(20))
    sent = server.deliver_all(user, "Sent", [(numbered(n, 5000), (), None) for n in range(5)])
    session, meter = connect(server, user)
    here, there = uidvalidity(session, "INBOX"), uidvalidity(session, "Sent")
    whole = numbered(3, 5000)
    asks: list[Ask] = [
        Rows("INBOX", here, tuple(inbox)),
        Texts("INBOX", here, tuple((uid, ("1",)) for uid in inbox), 6),
        Slice("Sent", there, sent[3], "", 10, 3000),
        Slice("Sent", there, sent[3], "", 3010, 3000),
        Slice("Sent", there, sent[3], "1", 100_000, 10),
        Wholes("Sent", there, tuple((uid, len(whole)) for uid in sent)),
        Rows("Sent", there, (sent[0], sent[4], sent[4] + 100)),
        Texts("INBOX", here, ((inbox[0], ("1", "HEADER")), (inbox[1], ("1",))), 1000),
        Texts("INBOX", here, (), 10),
    ]
    before = meter.flights
    rows, texts, first, second, beyond, wholes, others, mixed, nothing = pumped(session, asks)
    assert meter.flights - before <= 3
    assert [answer.ask for answer in (rows, texts, first)] == asks[:3]
    assert [row.uid for row in rows.rows] == inbox
    assert {uid: found["1"] for uid, found in texts.texts} == {
        uid: b"text %d" % number if number < 10 else b"text %d" % (number // 10)
        for number, uid in enumerate(inbox)
    }
    assert first.data is not None
    assert second.data is not None
    assert first.data + second.data == whole[10:6010]
    assert beyond.data == b""
    assert dict(wholes.wholes) == {uid: numbered(n, 5000) for n, uid in enumerate(sent)}
    assert [row.uid for row in others.rows] == [sent[0], sent[4]]
    found = dict(mixed.texts)
    assert found[inbox[0]]["1"] == b"text 0\r\n"
    assert found[inbox[0]]["HEADER"].startswith(b"Subject: 0")
    assert found[inbox[1]] == {"1": b"text 1\r\n"}
    assert nothing.texts == ()
    assert all(one.trouble is None for one in (rows, texts, first, wholes, others, mixed, nothing))
    assert server.seen_flags(user, "INBOX") == {uid: set() for uid in inbox}


def test_messages_that_are_gone(server: ImapServer, user: MailUser, connect: Connect) -> None:
    (uid,) = server.deliver_all(user, "INBOX", many(1))
    session, _ = connect(server, user)
    here = uidvalidity(session, "INBOX")
    gone, rows, texts, wholes, there = pumped(
        session,
        [
            Slice("INBOX", here, uid + 9, "1", 0, 10),
            Rows("INBOX", here, (uid + 9,)),
            Texts("INBOX", here, ((uid + 9, ("1",)),), 10),
            Wholes("INBOX", here, ((uid + 9, 10),)),
            Slice("INBOX", here, uid, "1", 0, 4),
        ],
    )
    assert gone.data is None
    assert gone.trouble is not None
    assert gone.trouble.code is ErrorCode.MESSAGE_GONE
    assert (rows.rows, texts.texts, wholes.wholes) == ((), (), ())
    assert there.data == b"text"


def test_a_folder_that_is_gone_in_the_middle(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    """What was asked behind its SELECT must not be answered from the folder open before."""
    inbox = server.deliver_all(user, "INBOX", many(4))
    sent = server.deliver_all(user, "Sent", many(4))
    session, meter = connect(server, user)
    here, there = uidvalidity(session, "INBOX"), uidvalidity(session, "Sent")
    before = meter.flights
    asks: list[Ask] = [
        Rows("INBOX", here, tuple(inbox)),
        Open("Nulle part", every_uid=True, newest=3, exists=3),
        Rows("Nulle part", here, tuple(inbox)),
        Slice("Nulle part", here, inbox[0], "1", 0, 10),
        Rows("Sent", there, tuple(sent)),
    ]
    first, lost, rows, piece, last = pumped(session, asks)
    assert meter.flights - before <= 3  # one more to ask whether it is there at all
    assert len(first.rows) == 4
    assert len(last.rows) == 4
    for answer in (lost, rows, piece):
        assert answer.trouble is not None
        assert answer.trouble.code is ErrorCode.FOLDER_GONE, answer
        assert (answer.rows, answer.data, answer.opened) == ((), None, None)
    assert session.select("INBOX").exists == 4


def test_uids_of_another_uidvalidity_are_not_believed(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    uids = server.deliver_all(user, "INBOX", many(3))
    session, _ = connect(server, user)
    here = uidvalidity(session, "INBOX")
    asks: list[Ask] = [
        Rows("INBOX", here + 1, tuple(uids)),
        Texts("INBOX", here + 1, ((uids[0], ("1",)),), 100),
        Slice("INBOX", here + 1, uids[0], "1", 0, 4),
        Wholes("INBOX", here + 1, ((uids[0], 100),)),
        Slice("INBOX", here, uids[0], "1", 0, 4),
    ]
    *wrong, right = pumped(session, asks)
    for answer in wrong:
        assert answer.trouble is not None
        assert answer.trouble.code is ErrorCode.MESSAGE_GONE
        assert (answer.rows, answer.texts, answer.wholes, answer.data) == ((), (), (), None)
    assert right.data == b"text"


def test_a_folder_made_anew_between_two_asks(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    """Its UIDs are others now, though their numbers are the same."""
    old = tuple(server.deliver_all(user, "Passe", many(2)))
    session, _ = connect(server, user)
    before = uidvalidity(session, "Passe")
    uidvalidity(session, "INBOX")

    def asks() -> Iterator[Ask | None]:
        yield Rows("Passe", before, old)
        yield None
        with server.observer(user) as box:
            box.folder.delete("Passe")
            box.folder.create("Passe")
        server.deliver_all(user, "Passe", many(2))
        yield Open("INBOX")
        yield Rows("Passe", before, old)

    first, _, second = pumped(session, asks())
    assert len(first.rows) == 2
    if uidvalidity(session, "Passe") == before:
        pytest.skip("the server gives the same UIDVALIDITY again")
    assert second.rows == ()
    assert second.trouble is not None


# -- the pump itself -----------------------------------------------------------------------------


def test_asks_that_depend_on_answers(server: ImapServer, user: MailUser, connect: Connect) -> None:
    server.deliver_all(user, "INBOX", many(40))
    session, _ = connect(server, user)
    waiting: list[Ask] = [Open("INBOX", every_uid=True)]
    texts: dict[int, bytes] = {}

    def asks() -> Iterator[Ask | None]:
        while True:
            yield waiting.pop(0) if waiting else None

    for answer in session.pump(asks()):
        if answer.opened is not None:
            uids = answer.opened.uids or ()
            here = answer.opened.status.uidvalidity
            waiting += [Rows("INBOX", here, uids[one : one + 10]) for one in range(0, 40, 10)]
        for row in answer.rows:
            waiting.append(Slice("INBOX", opened_here(session), row.uid, "1", 0, 100))
        if isinstance(answer.ask, Slice) and answer.data is not None:
            texts[answer.ask.uid] = answer.data
    assert sorted(texts.values()) == sorted(b"text %d\r\n" % one for one in range(40))


def opened_here(session: ImapSession) -> int:
    return session.tail.selected.uidvalidity


def test_a_pump_given_up_half_way(server: ImapServer, user: MailUser, connect: Connect) -> None:
    uids = server.deliver_all(user, "INBOX", many(30, 3000))
    session, _ = connect(server, user)
    here = uidvalidity(session, "INBOX")
    pump = session.pump(Slice("INBOX", here, uid, "", 0, 4000) for uid in uids)
    assert next(pump).data == numbered(0, 3000)
    pump.close()  # type: ignore[attr-defined]  # a generator
    assert session.select("Sent").exists == 0
    assert session.all_uids() == ()
    pump = session.pump([Open("INBOX", every_uid=True), Open("Sent", every_uid=True)])
    assert opened(next(pump)).uids == tuple(uids)
    pump.close()  # type: ignore[attr-defined]
    session.select("INBOX")
    assert session.all_uids() == tuple(uids)


def test_other_commands_between_two_answers(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    uids = server.deliver_all(user, "INBOX", many(6))
    session, _ = connect(server, user)
    here = session.select("INBOX").uidvalidity
    seen = []
    for answer in session.pump([Rows("INBOX", here, (uid,)) for uid in uids]):
        seen += [row.uid for row in answer.rows]
        session.store([seen[-1]], Flags(Marks.SEEN), Flags())
    assert seen == uids
    assert server.seen_flags(user, "INBOX") == {uid: {"\\Seen"} for uid in uids}


def test_rows_may_bring_previews_and_ids(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    uids = server.deliver_all(user, "INBOX", many(3))
    session, _ = connect(server, user)
    here = uidvalidity(session, "INBOX")
    (answer,) = pumped(session, [Rows("INBOX", here, tuple(uids), preview=True)])
    previews = [row.preview for row in answer.rows]
    if isinstance(server, Dovecot):
        assert previews == ["text 0", "text 1", "text 2"]
    else:  # pymap has no PREVIEW; Cyrus says NIL as long as it has made none
        assert previews == [""] * 3
    ids = {row.email_id for row in answer.rows}
    assert len(ids) == (3 if session.offers("OBJECTID") else 1)
    (without,) = pumped(session, [Rows("INBOX", here, tuple(uids))])
    assert without.rows == tuple(replace(row, preview="") for row in answer.rows)


def test_compressed_it_is_the_same_with_fewer_octets(connect: Connect, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    uids = dovecot.deliver_all(user, "INBOX", many(100, 2000))
    told, octets = [], []
    for compress in (False, True):
        session, meter = connect(dovecot, user, compress=compress)
        here = uidvalidity(session, "INBOX")
        before = meter.received
        asks: list[Ask] = [
            Rows("INBOX", here, tuple(uids)),
            Wholes("INBOX", here, tuple((uid, 2100) for uid in uids)),
        ]
        told.append([replace(answer, ask=asks[0]) for answer in pumped(session, asks)])
        octets.append(meter.received - before)
    assert told[0] == told[1]
    assert octets[1] < octets[0] / 5


def test_the_line_is_measured(connect: Connect, dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    uids = dovecot.deliver_all(user, "INBOX", many(40, 20_000))
    session, meter = connect(dovecot, user)
    here = uidvalidity(session, "INBOX")
    assert meter.down_bps is None
    pumped(session, [Wholes("INBOX", here, ((uid, 21_000),)) for uid in uids])
    assert meter.down_bps is not None
    assert meter.down_bps > 1e6
    assert meter.rtt_s is not None
    assert 0 < meter.rtt_s < 1


def test_memory_is_the_window_however_large_the_message(connect: Connect, dovecot: Dovecot) -> None:
    """100 MB in slices move the peak by less than 16 MB."""
    user = dovecot.new_user()
    size = 100 << 20
    head = b"Subject: large\r\n\r\n"
    folder = dovecot.maildir(user) / "new"
    folder.mkdir(parents=True, exist_ok=True)
    line = b"0123456789" * 7 + b"\r\n"
    block = line * 10_000
    with (folder / "1700000000.M1P1.large").open("wb") as file:
        file.write(head)
        written = len(head)
        while written < size:
            written += file.write(block)
    (folder / "1700000000.M1P1.large").chmod(0o644)
    session, meter = connect(dovecot, user)
    here = uidvalidity(session, "INBOX")
    (uid,) = session.all_uids()
    step = 65_536
    tracemalloc.start()
    try:
        total = 0
        asks = (Slice("INBOX", here, uid, "", at, step) for at in range(0, written, step))
        for answer in session.pump(asks):
            assert answer.data is not None
            total += len(answer.data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == written
    assert peak < 16 << 20
    assert meter.received < written * 1.02


def test_part_and_texts_say_what_went_wrong(
    server: ImapServer, user: MailUser, connect: Connect
) -> None:
    """The older methods stand on the pump."""
    (uid,) = server.deliver_all(user, "INBOX", many(1))
    session, _ = connect(server, user)
    session.select("INBOX")
    assert session.part(uid, "1", 2, 3) == b"xt "
    with pytest.raises(ServerSaid) as caught:
        session.part(uid + 1, "1", 0, 3)
    assert caught.value.code is ErrorCode.MESSAGE_GONE
