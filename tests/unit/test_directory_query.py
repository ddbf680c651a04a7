"""Typed words, the index's words, and how well they fit."""

from __future__ import annotations

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.directory_query import (
    address_words,
    class_words,
    facets,
    parse,
    score,
)
from mel_desktop.logic.folding import fold
from mel_desktop.model.people import DirectoryEntry, EntryKind, Profile

ZOLA = DirectoryEntry(
    "0350024L", EntryKind.SCHOOL, "Lycée Emile Zola", role="Lycée", uai="0350024L", town="Rennes"
)
ANNE = DirectoryEntry(
    "uid=anne", EntryKind.PERSON, "Anne Zolatti", "anne.z@ac-x.invalid", "Maths", "Lycée Zola",
    "0350024L", ("2de 4",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "words", "uais"),
    [
        ("Marie DUPONT", ("marie", "dupont"), ()),
        ("l'Hénoret d’Œuvre", ("henoret", "oeuvre"), ()),
        ("0350024L rennes", ("rennes",), ("0350024l",)),
        ("Saint-Malo", ("saint", "malo"), ()),
        ("anne.z@ac-x.in", ("anne", "z", "acxin"), ()),
        ("a a A", ("a",), ()),
        ('"" AND *', ("and",), ()),
    ],
)
def test_words(typed: str, words: tuple[str, ...], uais: tuple[str, ...]) -> None:
    query = parse(typed)
    assert (query.words, query.uais) == (words, uais)


def test_the_domain_of_an_address_is_one_word() -> None:
    assert address_words("anne.z@ac-rennes.fr") == "anne.z acrennesfr"
    assert class_words(("6e A", "5B")) == "6e A 6eA 5B"
    assert facets(ANNE) == "kindperson withmail \u01c2cl24"
    assert facets(ZOLA) == "kindschool"


def test_whole_words_of_the_name_come_before_beginnings_and_other_columns() -> None:
    assert score(parse("zola"), ZOLA) > score(parse("zola"), ANNE) > score(parse("maths"), ANNE)
    assert score(parse("0350024L"), ZOLA) > score(parse("0350024L"), ANNE)
    assert score(parse("lycee emile zola"), ZOLA) == 1.0


@given(st.text(max_size=80), st.booleans())
def test_whatever_is_typed_is_no_syntax_error(typed: str, exact: bool) -> None:
    query = parse(typed)
    if query.is_empty:
        return
    connection = apsw.Connection(":memory:")
    connection.execute(
        """CREATE VIRTUAL TABLE t USING fts5 (name, email, role, school, classes, town, uai, facets,
           tokenize='unicode61 remove_diacritics 2')"""
    )
    match = query.match(exact=exact, facets=["withmail"])
    assert list(connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (match,))) == []
    assert 0.0 <= score(query, ANNE) <= 1.0


def test_facets_of_pupils_and_numbers_are_not_among_beginnings_of_words() -> None:
    marie = DirectoryEntry(
        "1", EntryKind.PERSON, "Marie", classes=("6e B",), phone="0299", profile=Profile.PUPIL
    )
    kind, *others = facets(marie).split()
    assert kind == "kindperson"
    assert len(others) == 4
    assert not any("a" <= one[0] <= "z" or one[0].isdigit() for one in others)
    assert all(fold(one) == one for one in others)
