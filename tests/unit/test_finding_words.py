"""Finding by a few letters, accents aside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.finding_words import matches, score


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("repondre", "Répondre à tous"),
        ("REP TOUS", "Répondre à tous"),
        ("tous rép", "Répondre à tous"),
        ("oeuvre", "Boîte des Œuvres"),
        ("rat", "Répondre à tous"),
        ("", "n’importe quoi"),
    ],
)
def test_found(typed: str, text: str) -> None:
    assert score(typed, text) > 0


@pytest.mark.parametrize(
    ("typed", "text"), [("xyz", "Répondre"), ("rt", "Répondre à tous"), ("tous xyz", "À tous")]
)
def test_not_found(typed: str, text: str) -> None:
    assert score(typed, text) == 0


def test_the_beginning_counts_most() -> None:
    texts = ["Nouveau message", "Marquer comme message lu", "Messages", "Un mamessage"]
    best = sorted(texts, key=lambda text: -score("message", text))
    assert best[0] == "Messages"
    assert best[-1] == "Un mamessage"


def test_matches_is_stricter() -> None:
    assert matches("theme", "Thème sombre")
    assert matches("contr élevé", "Contraste élevé")
    assert not matches("rat", "Répondre à tous")


@given(st.text(max_size=40), st.text(max_size=60))
def test_a_part_of_a_text_finds_it(typed: str, text: str) -> None:
    assert score(text.strip(), text) > 0 or not text.strip()
    assert (score(typed, text) > 0) or not matches(typed, text)
