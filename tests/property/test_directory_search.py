"""Laws of finding people: a wrong key is forgiven, nothing typed fails, order of rows is naught."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.logic.folding import fold
from mel_desktop.model.people import DirectoryEntry
from mel_desktop.services.directory import Directory
from tests.benchmarks.directory.people import persons, schools, with_one_typo
from tests.support.clock import JumpingClock
from tests.support.store import store
from tests.unit.test_directory_search import BOOK, Book

TYPED = (
    "prof", "de", "la", "6e", "b", "0299", "ce", "college", "martin", "'", '"', "*", "NOT",
    "parents", "0350001A", "@", "+33", "(0)", "tle", "-",
)  # fmt: skip
PEOPLE = [*persons(5, 150), *schools(5, 50)]


@contextmanager
def directory_of(*books: list[DirectoryEntry]) -> Iterator[Directory]:
    with tempfile.TemporaryDirectory() as folder, store(Path(folder)) as database:
        made = Directory(database, None, JumpingClock(), lambda: True)  # type: ignore[arg-type]
        for number, book in enumerate(books):
            made.import_reader(Book(book), name=f"{number}", url="")
        yield made


@pytest.fixture(scope="module")
def directory() -> Iterator[Directory]:
    with directory_of(PEOPLE) as made:
        made.import_reader(Book(BOOK), name="others", url="")
        yield made


@given(st.integers(0, 149), st.integers(0, 2**32))
@settings(deadline=None)
def test_one_wrong_key_is_forgiven(directory: Directory, number: int, seed: int) -> None:
    one = PEOPLE[number]
    words = one.name.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return
    dice = random.Random(seed)
    at = dice.choice(long)
    words[at] = with_one_typo(dice, fold(words[at]))
    found = directory.search(" ".join(words)).hits[:8]
    assert one.name in [hit.entry.name for hit in found], words


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(TYPED),
            max_size=8,
        ).map(" ".join),
    ),
    st.integers(0, 30),
)  # fmt: skip
@settings(deadline=None)
def test_nothing_typed_fails(directory: Directory, typed: str, limit: int) -> None:
    searched, completed = (
        directory.search(typed, limit=limit),
        directory.complete(typed, limit=limit),
    )
    for found in (searched, completed):
        assert len(found.hits) <= limit
        assert len({hit.id for hit in found.hits}) == len(found.hits)
        assert found.total >= len(found.hits)
    assert all(hit.entry.email for hit in completed.hits)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_imports_is_naught(seed: int) -> None:
    dice = random.Random(seed)
    some = dice.sample(PEOPLE, 24)
    typed = [
        text
        for one in some
        for text in (one.name, one.name[:4], one.town or one.role, with_one_typo(dice, one.name))
    ]
    answers = []
    for _ in range(2):
        dice.shuffle(some)
        with directory_of(some[:9], some[9:]) as made:
            answers.append(
                [[hit.entry.key for hit in made.search(text).hits] for text in typed]
                + [[hit.entry.key for hit in made.complete(text).hits] for text in typed]
            )
    assert answers[0] == answers[1]


@given(st.integers(0, len(PEOPLE) - 1), st.integers(0, 2**32))
@settings(deadline=None, max_examples=25)
def test_keys_before_change_nothing(directory: Directory, number: int, seed: int) -> None:
    typed = PEOPLE[number].name
    if seed % 2:
        typed = with_one_typo(random.Random(seed), typed)
    for end in range(1, len(typed) + 1):
        directory.search(typed[:end])
        directory.complete(typed[:end])
    afresh = Directory(directory._database, None, JumpingClock(), lambda: True)  # type: ignore[arg-type]
    assert directory.search(typed) == afresh.search(typed)
    assert directory.complete(typed) == afresh.complete(typed)
