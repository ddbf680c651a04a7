"""Ids by date, conversations, lists and counters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.logic.mime import parse_header
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId, Part
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import mailbox
from mel_desktop.store.database import Database
from mel_desktop.store.mailbox import Ids, Incoming
from tests.support.store import plant_account, plant_folder, store

DATE = datetime(2026, 11, 23, 8, 1, tzinfo=UTC)
SLOT = int(DATE.timestamp()) // 600


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with store(tmp_path) as made:
        yield made


def incoming(
    uid: int, header: str = "", *, date: datetime = DATE, marks: Marks = Marks.NONE
) -> Incoming:
    raw = (header or f"Subject: n°{uid}\r\nMessage-ID: <{uid}@x>\r\n").encode()
    parts = (Part("1", "text/plain", "utf-8", "7bit", "", "", "", 3),)
    return Incoming(RemoteMessage(uid, Flags(marks), date, 100, raw, parts), parse_header(raw))


def put(
    database: Database, folder: FolderId, messages: list[Incoming], *, downwards: bool = False
) -> tuple[MessageId, ...]:
    return database.write(
        lambda tx: mailbox.insert_messages(tx, 1, folder, 1, messages, downwards=downwards)
    )


def ids(
    database: Database, folder: FolderId, *, unread: bool = False, after: int = 0
) -> tuple[MessageId, ...]:
    with database.read() as reader:
        return mailbox.message_ids(reader, folder, unread=unread, after=after)


def test_ids_grow_with_the_date_and_spill_into_the_next_slot(database: Database) -> None:
    with database.read() as reader:
        up, down = Ids(reader), Ids(reader, downwards=True)
        assert [up.take(DATE) for _ in range(130)] == list(range(SLOT << 6, (SLOT << 6) + 130))
        top = (SLOT << 6) + 63
        assert [down.take(DATE) for _ in range(130)] == list(range(top, top - 130, -1))
        assert up.take(DATE + timedelta(days=1)) > up.take(DATE)


def test_ids_go_on_from_what_is_stored(database: Database) -> None:
    account = plant_account(database)
    folder = plant_folder(database, account)
    first = put(database, folder, [incoming(uid) for uid in range(1, 101)])
    second = put(database, folder, [incoming(uid) for uid in range(101, 201)])
    assert first + second == tuple(range(SLOT << 6, (SLOT << 6) + 200))


def test_a_whole_mailbox_of_one_date_stays_quick_and_in_order(database: Database) -> None:
    account = plant_account(database)
    folder = plant_folder(database, account)
    uids = list(range(3000, 0, -1))
    for start in range(0, len(uids), 500):  # newest first, as the sync does
        put(database, folder, [incoming(uid) for uid in uids[start : start + 500]], downwards=True)
    listed = ids(database, folder)
    with database.read() as reader:
        rows = mailbox.rows(reader, listed)
    assert [one.subject for one in rows] == [f"n°{uid}" for uid in uids]


@pytest.mark.parametrize(
    "date", [datetime(1, 1, 2, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC),
             datetime(9999, 12, 30, tzinfo=UTC)],
)  # fmt: skip
def test_absurd_dates_get_ids_too(database: Database, date: datetime) -> None:
    account = plant_account(database)
    folder = plant_folder(database, account)
    many = [incoming(uid, date=date) for uid in range(1, 201)]
    assert len(set(put(database, folder, many, downwards=True))) == 200


def test_rows_and_pages(database: Database) -> None:
    account = plant_account(database)
    folder = plant_folder(database, account)
    header = (
        "From: =?utf-8?q?Zo=C3=A9?= <z@x>\r\nTo: A <a@x>, b@x\r\nSubject: Bilan\r\n"
        "Date: Mon, 23 Nov 2026 09:00:00 +0100\r\nMessage-ID: <one@x>\r\n"
    )
    put(database, folder, [incoming(1, header, marks=Marks.SEEN), incoming(2), incoming(3)])
    with database.read() as reader:
        page = mailbox.page(reader, folder, limit=2, offset=1)
        unread = mailbox.page(reader, folder, limit=9, offset=0, unread=True)
        rows = mailbox.rows(reader, [page[1].id, 17, unread[0].id])
    assert [one.subject for one in page] == ["n°2", "Bilan"]
    assert [one.subject for one in unread] == ["n°3", "n°2"]
    assert [one.subject for one in rows] == ["Bilan", "n°3"]
    bilan = rows[0]
    assert bilan.sender.name == "Zoé"
    assert [one.address for one in bilan.to] == ["a@x", "b@x"]
    assert bilan.sent_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert bilan.received_at == DATE
    assert (bilan.flags, bilan.waiting) == (Flags(Marks.SEEN), False)


def test_lists_are_read_from_their_index(database: Database) -> None:
    account = plant_account(database)
    folder = plant_folder(database, account)
    with database.read() as reader:
        for sql in (
            "SELECT id FROM message INDEXED BY message_list"
            " WHERE folder_id = ? AND hidden = 0 ORDER BY id DESC LIMIT 50",
            "SELECT id FROM message INDEXED BY message_unread"
            " WHERE folder_id = ? AND hidden = 0 AND marks & 1 = 0 ORDER BY id DESC LIMIT 50",
        ):
            steps = " ".join(str(row[3]) for row in reader.all(f"EXPLAIN QUERY PLAN {sql}", folder))
            assert "COVERING INDEX" in steps
            assert "TEMP B-TREE" not in steps


def test_counters_follow_every_change(database: Database) -> None:
    account = plant_account(database)
    inbox = plant_folder(database, account)
    other = plant_folder(database, account, "Archive", role="archive")
    made = put(database, inbox, [incoming(1), incoming(2, marks=Marks.SEEN), incoming(3)])

    def counts() -> list[tuple[int, int, int]]:
        with database.read() as reader:
            return [(one.total, one.unread, one.local_bodies) for one in mailbox.folders(reader)]

    def run(sql: str, *params: int) -> None:
        database.write(lambda tx: tx.run(sql, *params))

    assert counts() == [(3, 2, 0), (0, 0, 0)]
    run("UPDATE message SET body = 1 WHERE id = ?", made[0])
    run("UPDATE message SET body = 2, marks = 1 WHERE id = ?", made[0])
    assert counts() == [(3, 1, 1), (0, 0, 0)]
    run("UPDATE message SET folder_id = ? WHERE id <> ?", other, made[1])
    assert counts() == [(1, 0, 0), (2, 1, 1)]
    run("UPDATE message SET hidden = 1 WHERE id = ?", made[2])
    assert counts() == [(1, 0, 0), (1, 0, 1)]
    database.write(lambda tx: mailbox.drop_messages(tx, list(made)))
    assert counts() == [(0, 0, 0), (0, 0, 0)]
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM location") == 0
        assert reader.value("SELECT count(*) FROM message_fts WHERE message_fts MATCH 'n'") == 0


def header(number: int, *above: int, reply: int = 0) -> str:
    lines = f"Subject: s\r\nMessage-ID: <{number}@x>\r\n"
    if above:
        lines += "References: " + " ".join(f"<{one}@x>" for one in above) + "\r\n"
    if reply:
        lines += f"In-Reply-To: <{reply}@x>\r\n"
    return lines


@pytest.mark.parametrize("backwards", [False, True])
def test_conversations_whatever_the_order_of_arrival(database: Database, backwards: bool) -> None:
    account = plant_account(database)
    folder = plant_folder(database, account)
    batch = [
        incoming(1, header(1)),
        incoming(2, header(2, 1)),
        incoming(3, header(3, reply=2)),  # no References: some old gateways
        incoming(4, header(4, 1, 2, 3)),
        incoming(5, header(5)),
        incoming(6, "Subject: s\r\n"),
        incoming(7, "Subject: s\r\n"),
    ]
    order = list(reversed(batch)) if backwards else batch
    for one in order:
        put(database, folder, [one])
    with database.read() as reader:
        threads = dict(
            reader.all(
                "SELECT l.uid, m.thread_id FROM message AS m JOIN location AS l"
                " ON l.message_id = m.id"
            )
        )
    assert len({threads[uid] for uid in (1, 2, 3, 4)}) == 1
    assert len({threads[uid] for uid in (1, 5, 6, 7)}) == 4


def test_ids_after_one_are_looked_for_in_the_index(database: Database) -> None:
    """What is newer than what is known: not the whole folder, that it may be picked out."""
    account = plant_account(database)
    folder = plant_folder(database, account)
    seen = [Marks.SEEN if at % 2 else Marks.NONE for at in range(6)]
    stored = put(database, folder, [incoming(at + 1, marks=seen[at]) for at in range(6)])
    assert ids(database, folder, after=stored[3]) == (stored[5], stored[4])
    assert ids(database, folder, unread=True, after=stored[1]) == (stored[4], stored[2])
    assert ids(database, folder, after=stored[5]) == ()
    with database.read() as reader:
        for index, more in (("message_list", ""), ("message_unread", " AND marks & 1 = 0")):
            (plan,) = reader.all(
                f"""EXPLAIN QUERY PLAN SELECT id FROM message INDEXED BY {index}
                     WHERE folder_id = 1 AND id > 5 AND hidden = 0{more} ORDER BY id DESC"""
            )
            assert "(folder_id=? AND id>?)" in str(plan[-1])
