"""Lines around found words."""

from __future__ import annotations

from datetime import date

import pytest

from mel_desktop.logic import snippets
from mel_desktop.logic.search_query import parse
from mel_desktop.logic.search_terms import Term


def line(text: str, typed: str) -> str:
    return snippets.snippet(text, snippets.pattern(parse(typed, date(2026, 11, 23)).terms))


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Un ÉLÈVE sage", "eleve "),
        ("Une œuvre d'art", "oeuvre "),
        ("Une oeuvre d'art", "œuvre "),
        ("e\u0301le\u0300ve", "élève "),
        ("Le conseil\nde  classe", '"conseil de classe"'),
        ("rendez-vous", "rendez vous "),
        ("établissement", "étab"),
    ],
)
def test_finds_words_as_the_index_does(text: str, typed: str) -> None:
    assert line(text, typed) != ""


@pytest.mark.parametrize(("text", "typed"), [("élèves", "eleve "), ("préélève", "eleve ")])
def test_whole_words_only(text: str, typed: str) -> None:
    assert line(text, typed) == ""


def test_the_line_is_short_plain_and_around_the_word() -> None:
    text = "mot " * 300 + "le voyage\n\n à Rouen " + "fin " * 300
    found = line(text, "rouen ")
    assert "voyage à Rouen" in found
    assert len(found) <= snippets.LENGTH + 6
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert "\n" not in found


def test_the_densest_place_is_shown() -> None:
    text = "Rouen. " + "x " * 500 + "voyage scolaire à Rouen en mai"
    assert "voyage scolaire" in line(text, "voyage rouen ")


def test_prominence() -> None:
    terms = parse("voyage ", date(2026, 11, 23)).terms
    subject = snippets.Patterns(terms).score("Voyage à Rouen", "Paul", "Marie")
    sender = snippets.Patterns(terms).score("Bonjour", "Agence Voyage", "Marie")
    body = snippets.Patterns(terms).score("Bonjour", "Paul", "Marie")
    assert subject > sender > body > 0


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Les Élèves de l’ÉCOLE", "eleves ecole ", ["Élèves", "ÉCOLE"]),
        ("un cœur, des CŒURS", "coeur ", ["cœur"]),
        ("Straße", "strasse ", ["Straße"]),
        ("coefficient co", "co", ["co", "co"]),
        ("Łódź et ø", "lodz o ", ["Łódź", "ø"]),
    ],
)
def test_marks_stand_where_the_words_do(text: str, typed: str, found: list[str]) -> None:
    wanted = snippets.pattern(parse(typed, date(2026, 11, 23)).terms)
    spans = snippets.marks(text, wanted)
    assert [text[a:b] for a, b in spans] == found
    line = snippets.excerpt(text, wanted)
    assert line is not None
    assert [line.text[a:b] for a, b in line.marks] == found


def test_families_share_their_beginning_and_nothing_else() -> None:
    words = ("eleve", "eleves", "elever", "cour", "cours", "coeur", "coeurs", "oeil", "os", "mas")
    wanted = snippets.pattern([Term((word,)) for word in words])
    assert wanted is not None
    for word in words:
        assert wanted.fullmatch(word), word
    for word in ("elev", "el", "co", "coeu", "o", "oe", "ma", "mass", "eleveur"):
        assert wanted.fullmatch(word) is None, word
    for word in ("cœur", "œil"):
        assert wanted.fullmatch(word), word
