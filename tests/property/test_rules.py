"""Rules: read back as written; decided on this PC as Pigeonhole decides on the server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic import rule_notes, sieve_reading
from mel_desktop.logic.rule_notes import Notes
from mel_desktop.logic.rules import check, check_absence, evaluate
from mel_desktop.logic.sieve_writing import Ground, write
from mel_desktop.model.rules import Absence, Audience, Rule
from tests.support.rule_examples import facts, messages, rules
from tests.support.sieve_dovecot import SieveTest

EVERYTHING = frozenset({
    "fileinto", "copy", "imap4flags", "mailbox", "mime", "body", "include", "vacation", "date",
    "relational",
})  # fmt: skip
GROUND = Ground(EVERYTHING, "Trash", ("ac-demo.fr",))

# Whole messages and rules take a loaded machine longer to think up than Hypothesis likes.
UNHURRIED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

_line = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=30)
absences = st.builds(
    Absence,
    enabled=st.booleans(),
    since=st.one_of(st.none(), st.just(date(2026, 12, 19))),
    until=st.one_of(st.none(), st.integers(0, 30).map(lambda n: date(2026, 12, 19) + timedelta(n))),
    subject=_line,
    text=st.lists(_line, min_size=1, max_size=5)
    .map("\n".join)
    .map(lambda text: text if text.strip() else "x"),
    days=st.integers(1, 30),
    audience=st.sampled_from(Audience),
    addresses=st.just(("claire.martin@ac-demo.fr",)),
)
notes = st.builds(Notes, st.lists(rules(), max_size=5).map(tuple), absences)


@pytest.fixture(scope="module")
def pigeonhole() -> Iterator[SieveTest]:
    if shutil.which("sieve-test") is None:
        pytest.skip("dovecot-sieve is not installed")
    tester = SieveTest()
    yield tester
    tester.remove()


@UNHURRIED
@given(notes, st.sets(st.sampled_from(sorted(EVERYTHING))), st.sampled_from(("", 'an "other"')))
def test_a_script_is_read_back_as_it_was_written(
    told: Notes, offered: set[str], include: str
) -> None:
    check(told.rules)
    check_absence(told.absence)
    script = write(told, Ground(frozenset(offered), "Trash", ("ac-demo.fr",), include))
    assert sieve_reading.read(script) == told
    assert rule_notes.from_json(rule_notes.to_json(told)) == told
    asked = re.search(r"^require (.*);\r$", script, re.MULTILINE)
    assert set(re.findall(r'"([^"]+)"', asked.group(1) if asked else "")) <= offered | {"include"}


@UNHURRIED
@given(notes, st.integers(0, 10_000), st.sampled_from(("x", " ", '"', "\n")))
def test_a_script_that_somebody_touched_is_no_longer_ours(
    told: Notes, place: int, letter: str
) -> None:
    script = write(told, GROUND)
    place %= len(script)
    touched = script[:place] + letter + script[place + 1 :]
    if touched != script:
        assert sieve_reading.read(touched) is None


@UNHURRIED
@given(st.lists(rules(), min_size=1, max_size=4), messages(), absences)
def test_this_pc_decides_as_pigeonhole_does(
    pigeonhole: SieveTest, wanted: list[Rule], raw: bytes, absence: Absence
) -> None:
    told = pigeonhole.run(write(Notes(tuple(wanted), absence), GROUND), raw)
    verdict = evaluate(wanted, facts(raw))
    stays = not verdict.target and not verdict.is_trash
    expected = dict.fromkeys(verdict.copies)
    if not stays:
        expected["Trash" if verdict.is_trash else verdict.target] = None
    stored, kept = _actions(told)
    assert set(stored) == set(expected), told
    assert (kept is not None) == stays, told
    final = kept if stays else stored["Trash" if verdict.is_trash else verdict.target]
    assert final == {_sieve_flag(one) for one in verdict.flags}, told


def _sieve_flag(flag: str) -> str:
    return {"seen": "\\seen", "flagged": "\\flagged"}.get(flag, flag)


def _actions(told: str) -> tuple[dict[str, set[str]], set[str] | None]:
    """(folders and the flags that the message has there, flags in the inbox or None)."""
    done, _, implicit = told.partition("Implicit keep:")
    stored: dict[str, set[str]] = {}
    folder = ""
    for line in done.splitlines():
        if found := re.match(r" \* store message in folder: (.*)", line):
            folder = found.group(1)
            stored.setdefault(folder, set())
        elif found := re.match(r" +\+ add IMAP flags: (.*)", line):
            stored[folder] |= set(found.group(1).lower().split())
    kept: set[str] | None = None
    if "(none)" not in implicit:
        flags = re.search(r"add IMAP flags: (.*)", implicit)
        kept = set(flags.group(1).lower().split()) if flags else set()
    return stored, kept
