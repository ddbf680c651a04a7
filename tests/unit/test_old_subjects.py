"""Messages stored before schema 8 find their conversations by their subjects afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.logic import conversations
from mel_desktop.logic.mime import HeaderFields
from mel_desktop.model.changes import Changes
from mel_desktop.model.mail import Address
from mel_desktop.services.old_subjects import OldSubjects
from mel_desktop.store import threads
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.mailbox import Incoming
from tests.support.old_stores import FOLDER, KEY
from tests.support.store import START, store
from tests.unit.test_organising import World, incoming, letters

SCHEMA_7 = FOLDER / "schema-7"


def never() -> bool:
    return False


def keys(database: Database) -> dict[str, int]:
    with database.read() as reader:
        rows = reader.all("SELECT subject, subject_key FROM message")
    return {str(subject): int(str(key)) for subject, key in rows}


def test_a_store_of_schema_7_gets_its_keys(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCHEMA_7, tmp_path / "old"))
    with store(folder, KEY) as database:
        assert set(keys(database).values()) == {0}
        OldSubjects(database).chore(never)
        found = keys(database)
        assert found == {subject: conversations.subject_key(subject) for subject in found}
        assert all(found[one] > 0 for one in ("Sortie au musée", "Réunion parents-professeurs"))
        with database.read() as reader:
            assert not threads.lacks_subjects(reader)


def test_an_answer_that_comes_to_an_old_store_joins_what_it_answers(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SCHEMA_7, tmp_path / "old"))
    with store(folder, KEY) as database:
        OldSubjects(database).chore(never)
        with database.read() as reader:
            (row,) = reader.all(
                """SELECT thread_id, account_id, folder_id, from_address FROM message
                    WHERE subject = 'Sortie au musée'"""
            )
        thread, account, _, sender = row
        answer = HeaderFields(
            subject="RE : Sortie au musée", sender=Address("", str(sender)), to=(), cc=(), bcc=(),
            reply_to=(), message_id="neuf@x", in_reply_to="", references=(),
            date=START + timedelta(hours=3), warnings=(), headers={},
        )  # fmt: skip
        arrived = [(1 << 40, answer, START + timedelta(hours=3))]
        assert database.write(lambda tx: threads.assign(tx, int(str(account)), arrived)) == [thread]


def groups(database: Database) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    with database.read() as reader:
        for thread, own in reader.all("SELECT thread_id, message_id FROM message"):
            found.setdefault(int(str(thread)), set()).add(str(own))
    return {frozenset(one) for one in found.values()}


def as_before(some: Sequence[Incoming], world: World) -> None:
    """As a program of schema 7 stored them: no key, no conversation by a subject."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversations, "subject_key", lambda subject: 0)
        for one in some:
            world.receive(one)


@given(letters(), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_conversations_are_those_of_messages_that_come_now(
    tmp_path_factory: pytest.TempPathFactory, some: list[Incoming], size: int
) -> None:
    with store(tmp_path_factory.mktemp("now")) as database:
        World(database).receive(*some)
        wanted = groups(database)
        now = keys(database)
    with store(tmp_path_factory.mktemp("then")) as database:
        as_before(some, World(database))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(threads, "SLICE", size)
            OldSubjects(database).chore(never)
        assert groups(database) == wanted
        assert keys(database) == now


def test_it_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "SLICE", 10)
    with store(tmp_path, KEY) as database:
        some = [incoming(n + 1, f"Sortie numéro {n} au musée", own=f"m{n}@x") for n in range(35)]
        as_before(some, World(database))
        turns = iter([False, False, True])
        OldSubjects(database).chore(lambda: next(turns))
        assert sum(key != 0 for key in keys(database).values()) == 20
    with store(tmp_path, KEY) as database:
        looked: list[int] = []
        real = threads.fill_subjects

        def counted(tx: Transaction) -> int:
            looked.append(real(tx))
            return looked[-1]

        monkeypatch.setattr(threads, "fill_subjects", counted)
        OldSubjects(database).chore(never)
        assert looked == [10, 5, 0]
        assert all(keys(database).values())
        told: list[Changes] = []
        database.listen(told.append)
        OldSubjects(database).chore(never)  # nothing to do: nothing is written
        assert looked == [10, 5, 0]
        assert told == []
