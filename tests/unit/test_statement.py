"""The accessibility statement speaks of the program as it is: its screens, its tests."""

from __future__ import annotations

import importlib
import re
from datetime import date
from pathlib import Path

import pytest

from tests.access import statement
from tests.access.__main__ import RECORD, galleries, read
from tests.access.clauses import ACCESS, CLAUSES, State

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "resources" / "docs"
FOUND = statement.Found(date(2026, 11, 28), 240, 9000, 2400, 0, {"light": 4.62})


def test_every_screen_was_asked() -> None:
    """A screen came or went: run `dev.py access --gallery` with the gallery that differs."""
    there = {
        one: len(importlib.import_module(f"tests.support.{one}").SCENES) for one in galleries()
    }
    assert {name: row["screens"] for name, row in read(RECORD).items()} == there


@pytest.mark.parametrize(
    ("name", "words"),
    [("accessibility.md", r"all (\d+) screens"), ("accessibility.fr.md", r"les (\d+) écrans")],
)
def test_it_tells_what_was_found(name: str, words: str) -> None:
    rows = read(RECORD).values()
    said = re.search(words, (DOCS / name).read_text(encoding="utf-8").replace("\n", " "))
    assert said is not None
    assert int(said[1]) == sum(row["screens"] for row in rows)
    assert ("no fault" in _folded(name) or "aucun défaut" in _folded(name)) == (
        not any(row["faults"] for row in rows)
    )


def _folded(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8").lower().replace("\n", " ")


@pytest.mark.parametrize("name", ["accessibility.md", "accessibility.fr.md"])
def test_it_says_of_every_requirement_what_is_said_here(name: str) -> None:
    """Changed by hand, or the table was changed and the statement not made again."""
    made = statement.texts(FOUND)[name]
    kept = (DOCS / name).read_text(encoding="utf-8")
    rows = [line for line in made.splitlines() if line.startswith("| 11.")]
    assert len(rows) == len(CLAUSES)
    assert [line for line in kept.splitlines() if line.startswith("| 11.")] == rows


def test_what_is_claimed_names_a_test_that_is_there() -> None:
    for one in CLAUSES:
        assert bool(one.by) == (one.state in {State.KEPT, State.PART}), one.number
        for test in one.by:
            if test == ACCESS:
                continue
            file, _, name = test.partition("::")
            text = (TESTS / file).read_text(encoding="utf-8")
            assert not name or f"def {name}(" in text, test


def test_requirements_stand_in_order_and_once() -> None:
    order = [tuple(map(int, one.number.split("."))) for one in CLAUSES]
    assert order == sorted(set(order))


@pytest.mark.parametrize("faults", [0, 3])
def test_faults_are_told(faults: int) -> None:
    found = statement.Found(FOUND.day, 240, 9000, 2400, faults, FOUND.contrast)
    french, english = (statement.texts(found)[f"accessibility{one}.md"] for one in (".fr", ""))
    assert ("Aucun défaut" in french) == ("No fault" in english) == (faults == 0)
    assert "4,6\N{NO-BREAK SPACE}: 1" in french
