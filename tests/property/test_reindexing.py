"""An index made anew from what is stored is the one that was made as mail came."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic.mime import read_message
from mel_desktop.model.mail import Flags
from mel_desktop.model.people import DirectoryEntry, EntryKind, SourceKind
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import mailbox, people, people_intake, reading, reindexing
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.mailbox import Incoming
from tests.property.test_mime import MESSAGES, SYNTAX, mutate
from tests.support.store import START, plant_account, plant_folder, store

EDITS = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(0, 60), SYNTAX)
    | st.tuples(st.integers(0, 3000), st.integers(0, 300), st.binary(max_size=40)),
    max_size=4,
)
ENTRIES = [
    DirectoryEntry("1", EntryKind.PERSON, "Zoé Lefèvre", "zoe.lefevre@ac-exemple.fr", "CPE",
                   "Collège Œuvre", "0750000A", ("6e B", "4e A"), "Saint-Étienne", "01"),
    DirectoryEntry("2", EntryKind.GROUP, "6e B"),
]  # fmt: skip


def words(database: Database, index: str) -> list[tuple[object, ...]]:
    """Every word with its row, column and place, as FTS5 itself lists them."""

    def work(tx: Transaction) -> list[tuple[object, ...]]:
        tx.run(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, {index}, instance)")
        try:
            return sorted(map(tuple, tx.all("SELECT term, doc, col, offset FROM words")))
        finally:
            tx.run("DROP TABLE temp.words")

    return database.write(work)


def _receive(database: Database, folder: int, account: int, raws: Sequence[bytes]) -> None:
    read = [read_message(raw) for raw in raws]

    def work(tx: Transaction) -> None:
        incoming = [
            Incoming(
                RemoteMessage(
                    uid=number, flags=Flags(), size=len(raws[number]),
                    internal_date=START + timedelta(minutes=number), header=b"", parts=parts,
                ),
                fields,
            )
            for number, (fields, parts, _) in enumerate(read)
        ]  # fmt: skip
        ids = mailbox.insert_messages(tx, account, folder, 1, incoming, downwards=False)
        for id_, (_, _, text) in zip(ids, read, strict=True):
            reading.put_body(tx, id_, text, b"", complete=True, now=START)

    database.write(work)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None, max_examples=15,
)  # fmt: skip
@given(st.lists(st.tuples(st.sampled_from(MESSAGES), EDITS), min_size=1, max_size=6))
def test_made_anew_it_is_the_same(cases: list[tuple[bytes, list[tuple[int, int, bytes]]]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="mel-reindex-"))
    try:
        with store(folder) as database:
            account = plant_account(database)
            inbox = plant_folder(database, account)
            _receive(database, inbox, account, [mutate(raw, edits) for raw, edits in cases])
            before = words(database, "message_fts")
            database.write(reindexing.begin)
            assert words(database, "message_fts") == []
            reindexing.reindex(database)
            assert words(database, "message_fts") == before
    finally:
        shutil.rmtree(folder)


def test_entries_too(tmp_path: Path) -> None:
    with store(tmp_path) as database:

        def work(tx: Transaction) -> None:
            source = people.put_source(tx, SourceKind.CSV, "liste", "", None)
            load = people_intake.begin_import(tx, source)
            people_intake.put_entries(tx, load, ENTRIES)
            people_intake.put_entries(tx, load, [replace(ENTRIES[0], key="3", name="Éloïse Œil")])
            people_intake.finish_import(tx, load, complete=True, attribution="", now=START)

        database.write(work)
        before = words(database, "entry_fts")
        assert before
        database.write(reindexing.begin)
        reindexing.reindex(database)
        assert words(database, "entry_fts") == before
