"""Entries taken in together become what they become one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic.directory_query import name_words
from mel_desktop.logic.folding import fold
from mel_desktop.logic.name_forms import joined
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    Profile,
    SourceKind,
    changed,
)
from mel_desktop.services.directory_imports import Load
from mel_desktop.store import people, people_intake
from mel_desktop.store.database import Database, to_json
from mel_desktop.store.people_entries import merged
from mel_desktop.store.people_rows import ENTRY, VISIBLE, entry_of, more_of, values_of
from tests.property.test_reindexing import words
from tests.support.clock import JumpingClock
from tests.support.store import store

TEXT = st.sampled_from(["", "A", "Éric Œuf", 'L\'"École" \\ \n', "é\u0301", "de La-Tour"])
TEXTS = st.lists(TEXT.filter(bool), max_size=3, unique=True).map(tuple)
ENTRIES = st.builds(
    DirectoryEntry,
    key=st.sampled_from(["1", "2", "3", "k'\"4"]),
    kind=st.sampled_from(EntryKind),
    name=TEXT.map(lambda text: text or "B"),
    email=st.sampled_from(["", "a@b.fr", "c.d@ac-e.fr"]),
    role=TEXT,
    classes=TEXTS,
    phone=st.sampled_from(["", "0299123456", "+33 2 99"]),
    profile=st.sampled_from(Profile),
    family_name=TEXT,
    title=TEXT,
    more_emails=TEXTS,
    more_phones=TEXTS,
    subjects=TEXTS,
    web=TEXT,
    about=TEXT,
    same_as=TEXTS,
)
# So few that a copy often repeats another.
FEW = st.builds(
    DirectoryEntry,
    key=st.sampled_from(["1", "2"]),
    kind=st.just(EntryKind.PERSON),
    name=st.just("B"),
    role=st.sampled_from(["", "A"]),
)
ANY = FEW | FEW | ENTRIES
CHANGES = st.builds(
    Change, ANY, fields=st.sampled_from([frozenset({"name", "role"}), frozenset({"email"})])
)
GONE = st.sampled_from(["1", "2"]).map(Gone)
FULL = st.tuples(st.just(False), st.lists(ANY, min_size=1, max_size=7))
DELTA = st.tuples(st.just(True), st.lists(ANY | CHANGES | GONE, max_size=7))
COPIES = st.tuples(FULL, st.lists(FULL | DELTA, max_size=3)).map(lambda both: [both[0], *both[1]])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with store(tmp_path_factory.mktemp("batches")) as opened:
        yield opened


def held(database: Database, copies: Sequence[tuple[bool, list[Any]]], most: int) -> list[object]:
    """What is shown after each copy, its words in the index among it, whatever its ids."""
    found: list[object] = []
    expected = meant(copies)
    source = database.write(lambda tx: people.put_source(tx, SourceKind.CSV, "s", "", None))
    for is_delta, items in copies:
        started = database.write(
            lambda tx, d=is_delta: people_intake.begin_import(tx, source, is_delta=d)
        )
        load = Load(database, started, JumpingClock())
        for at in range(0, len(items), most):
            load.take(items[at : at + most])
        load.finish("s", "csv", accept_removals=True, may_be_empty=True)
        with database.read() as reader:
            rows = reader.all("SELECT * FROM entry ORDER BY key")
            shown = reader.all(
                f"""SELECT {ENTRY} FROM entry e JOIN source s ON s.id = e.source_id
                     WHERE {VISIBLE} ORDER BY e.key"""
            )
            assert len(shown) == len(rows)
            same = reader.all(
                """SELECT e.key, x.key FROM entry_same x JOIN entry e ON e.id = x.entry_id
                    ORDER BY 1, 2"""
            )
        keys = {row[0]: row[2] for row in rows}
        index = sorted((term, keys[doc], *at) for term, doc, *at in words(database, "entry_fts"))
        found.append(([row[2:] for row in rows], same, index))
        assert [entry_of(row) for row in shown] == next(expected)
    database.write(lambda tx: people.remove_source(tx, source))
    return found


def meant(copies: Sequence[tuple[bool, list[Any]]]) -> Iterator[list[DirectoryEntry]]:
    """What is to be shown after each copy, by key."""
    shown: dict[str, DirectoryEntry] = {}
    for is_delta, items in copies:
        shown = dict(shown) if is_delta else {}
        for item in items:
            if isinstance(item, Gone):
                shown.pop(item.key, None)
                continue
            one = item.entry if isinstance(item, Change) else item
            known = shown.get(one.key)
            after: DirectoryEntry | None = one
            if isinstance(item, Change):
                after = changed(known, item)
            elif known is not None and not is_delta:
                after = merged(known, one)
            if after is not None:
                shown[one.key] = after
        yield [shown[key] for key in sorted(shown)]


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(COPIES)
def test_a_batch_is_one_entry_after_the_other(
    database: Database, copies: list[tuple[bool, list[Any]]]
) -> None:
    assert held(database, copies, 100) == held(database, copies, 1)


@given(ENTRIES)
def test_columns_are_what_they_are_read_as(entry: DirectoryEntry) -> None:
    row = (1, *values_of(entry), 1)
    assert entry_of(row) == entry
    stored = {
        name: getattr(entry, name)
        for name in (
            "family_name", "title", "web", "about", "more_emails", "more_phones", "subjects",
            "same_as",
        )
        if getattr(entry, name)
    }  # fmt: skip
    profile = {"profile": entry.profile.value} if entry.profile.value else {}
    assert more_of(entry) == to_json(profile | stored)
    assert row[8] == to_json(entry.classes)


@given(st.lists(st.sampled_from(["Le", "le'", "GOFF", "à", "d'", "Jean-P", "École", "ab"])))
def test_names_are_indexed_with_their_parts_as_one(parts: list[str]) -> None:
    for glue in (" ", "", "’"):
        name = glue.join(parts)
        folded = fold(name)
        together = joined(re.findall(r"[^\W_]+", folded), folded)
        assert name_words(name) == " ".join((name, *together))
