"""Retention never drops what has no other copy, whatever state the store is in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.model.mail import FolderId, Marks, MessageId
from mel_desktop.model.storage import Retention
from mel_desktop.services.retention import Retentions
from mel_desktop.store import accounts, blobs, reading
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.times import to_text
from tests.support.clock import JumpingClock
from tests.support.store import START, plant_account, plant_folder, plant_message, store

WANTS = ("flag", "unflag", "move", "copy", "delete", "append")


@dataclass(frozen=True, slots=True)
class State:
    """A message in any state that the schema allows, sensible or not."""

    role: str | None
    age: int
    flagged: bool
    draft_mark: bool
    located: bool
    hidden: bool
    unplaced: int
    want: str | None
    want_state: str
    kept: str | None
    on_server: bool
    suspect: bool
    looked_at: int  # days ago
    renumbered: bool
    written_with: bool
    whole: bool
    shared: bool  # its file is that of a draft too

    @property
    def has_other_copy(self) -> bool:
        """Said again, and not as the SQL says it."""
        if not self.located or self.unplaced or self.hidden or self.renumbered:
            return False
        if not self.on_server or self.suspect or self.looked_at > 7:
            return False
        if self.want or self.kept or self.written_with:
            return False
        return not (self.draft_mark or self.role == "drafts")


STATES = st.builds(
    State,
    role=st.sampled_from(["inbox", "sent", "drafts", "trash", "junk", None]),
    age=st.sampled_from([1, 29, 31, 100, 400]),
    flagged=st.booleans(),
    draft_mark=st.sampled_from([False, False, False, True]),
    located=st.sampled_from([True, True, True, False]),
    hidden=st.sampled_from([False, False, False, True]),
    unplaced=st.sampled_from([0, 0, 0, 1, 2]),
    want=st.sampled_from([None, None, None, *WANTS]),
    want_state=st.sampled_from(["waiting", "refused", "unknown"]),
    kept=st.sampled_from([None, None, None, "wanted", "removing", "kept", "returning"]),
    on_server=st.sampled_from([True, True, True, False]),
    suspect=st.sampled_from([False, False, False, True]),
    looked_at=st.sampled_from([0, 1, 6, 8]),
    renumbered=st.sampled_from([False, False, False, True]),
    written_with=st.sampled_from([False, False, True]),
    whole=st.booleans(),
    shared=st.sampled_from([False, False, True]),
)


def plant(database: Database, account: int, states: list[State]) -> list[MessageId]:
    folders = [
        plant_folder(database, account, f"F{place}", role=None)  # type: ignore[arg-type]
        for place in range(len(states))
    ]

    def work(tx: Transaction) -> list[MessageId]:
        return [
            _message(tx, account, folder, place, one)
            for place, (folder, one) in enumerate(zip(folders, states, strict=True))
        ]

    return database.write(work)


def _message(tx: Transaction, account: int, folder: FolderId, place: int, one: State) -> MessageId:
    marks = Marks.FLAGGED if one.flagged else Marks.NONE
    marks |= Marks.DRAFT if one.draft_mark else Marks.NONE
    when = START - timedelta(days=one.age)
    message = plant_message(
        tx, folder, place, received_at=when, marks=marks, hidden=one.hidden, has_attachments=True
    )
    tx.run(
        """UPDATE folder SET role = ?, on_server = ?, suspect_since = ?, last_sync_at = ?,
                  uidvalidity = uidvalidity + ? WHERE id = ?""",
        one.role if place == 0 else (one.role if one.role != "inbox" else None),
        int(one.on_server),
        to_text(START) if one.suspect else None,
        to_text(START - timedelta(days=one.looked_at)),
        int(one.renumbered),
        folder,
    )
    data = f"octets de {place}".encode()
    for number in ("2", *([""] if one.whole else [])):
        tx.run(
            """INSERT INTO part (message_id, number, position, media_type, disposition, filename,
                                 size) VALUES (?, ?, 1, 'application/pdf', 'attachment', 'a', 9)""",
            message,
            number,
        )
        reading.put_part(tx, message, number, data + number.encode(), START)
    tx.run("UPDATE message SET unplaced = ? WHERE id = ?", one.unplaced, message)
    if not one.located:
        tx.run("DELETE FROM location WHERE message_id = ?", message)
    if one.want:
        tx.run(
            """INSERT INTO want (message_id, kind, value, folder_id, state, since)
               VALUES (?, ?, 'x', ?, ?, '2026')""",
            message, one.want, folder, one.want_state,
        )  # fmt: skip
    if one.kept:
        tx.run(
            "INSERT INTO kept_here (message_id, state, since) VALUES (?, ?, '2026')",
            message,
            one.kept,
        )
    if one.written_with or one.shared:
        draft = tx.insert(
            """INSERT INTO draft (account_id, reply_to, created_at, saved_at)
               VALUES (?, ?, '2026', '2026')""",
            account,
            message if one.written_with else None,
        )
        if one.shared:
            tx.run(
                """INSERT INTO draft_attachment (draft_id, filename, media_type, size, blob_id)
                   VALUES (?, 'a', 'b', 1, (SELECT blob_id FROM part
                                             WHERE message_id = ? AND number = '2'))""",
                draft,
                message,
            )
    return message


def contents(database: Database, message: MessageId) -> tuple[bool, int]:
    """(whether the text is here, parts of which the octets are here and readable)."""
    with database.read() as reader:
        text = reader.value("SELECT count(*) FROM body WHERE message_id = ?", message)
        found = reader.all(
            "SELECT blob_id FROM part WHERE message_id = ? AND blob_id IS NOT NULL", message
        )
        for (blob,) in found:
            assert b"".join(blobs.read(reader, int(str(blob))))
    return bool(text), len(found)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with store(tmp_path_factory.mktemp("retention"), os.urandom(32)) as opened:
        yield opened


@settings(deadline=None)
@given(
    states=st.lists(STATES, min_size=1, max_size=8),
    text_days=st.sampled_from([0, 30, 365]),
    file_days=st.sampled_from([0, 30, 365]),
    spare=st.booleans(),
)
def test_what_has_no_other_copy_is_never_dropped(
    database: Database, states: list[State], text_days: int, file_days: int, spare: bool
) -> None:
    clock = JumpingClock(START)
    account = plant_account(database)
    messages = plant(database, account, states)
    before = [contents(database, one) for one in messages]
    service = Retentions(database, clock)
    service.set_rule(account, None, Retention(text_days, file_days, spare))
    service.tend()
    for one, message, (_, parts) in zip(states, messages, before, strict=True):
        text, left = contents(database, message)
        may = one.has_other_copy and not (spare and one.flagged)
        drops_text = may and 0 < text_days < one.age
        drops_files = may and 0 < file_days < one.age
        assert text is not drops_text
        assert left == (0 if drops_files else parts - (drops_text and one.whole))
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM message") == len(states)
        for (blob,) in reader.all("SELECT blob_id FROM draft_attachment"):
            assert b"".join(blobs.read(reader, int(str(blob))))  # what a draft holds too is whole
        orphans = reader.value(
            """SELECT count(*) FROM blob WHERE id NOT IN
                   (SELECT blob_id FROM part WHERE blob_id IS NOT NULL
                    UNION SELECT blob_id FROM draft_attachment)"""
        )
        assert orphans == 0
    database.write(lambda tx: accounts.remove_account(tx, account))
