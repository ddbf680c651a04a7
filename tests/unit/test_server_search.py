"""What a server is asked for: the word as typed, other forms as far as a command may grow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mel_desktop.app.search_words import load_words
from mel_desktop.logic.folding import fold
from mel_desktop.logic.search_query import parse
from mel_desktop.logic.search_words import widen
from mel_desktop.logic.server_search import FEW_TURNS, Limits, key, octets
from mel_desktop.model.finding import ServerKey

TODAY = date(2026, 11, 23)
WORDS = load_words()


def asked(typed: str, limits: Limits | None = None) -> ServerKey:
    query = parse(typed, TODAY)
    wide = widen(query, WORDS.lexicon, WORDS.abbreviations)
    return key(query, wide, WORDS.abbreviations.spelt, limits)


def plain(typed: str) -> ServerKey:
    return key(parse(typed, TODAY))


def leaves(made: ServerKey) -> Iterator[ServerKey]:
    for part in made.parts:
        yield from leaves(part)
    if not made.parts:
        yield made


def values(made: ServerKey) -> set[str]:
    return {one.value for one in leaves(made)}


def fits(made: ServerKey, text: str) -> bool:
    """As a server that looks for parts of words, accents apart, reads it."""
    if made.name == "AND":
        return all(fits(one, text) for one in made.parts)
    if made.name == "OR":
        return any(fits(one, text) for one in made.parts)
    if made.name == "NOT":
        return not fits(made.parts[0], text)
    return made.value.lower() in text.lower()


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("élèves absents ", "Un élève absente lundi", True),
        ("élèves absents ", "Un ELEVE ABSENT lundi", True),
        ("journaux ", "Le journal du collège", True),
        ("convoquée ", "Nous le convoquons", True),
        ("individualisé ", "il faut individualiser", True),
        ("AESH ", "Une accompagnante d’élève\r\nen situation de handicap", True),
        ("AESH ", "une situation sans rien d'autre", False),
        ("accompagnante d'élève en situation de handicap ", "L'AESH arrive", True),
        ("cours ", "Le courrier du facteur", False),
        ("-élèves ", "Un élève seul", True),  # never hidden by what was not typed
        ("-élèves ", "Deux élèves", False),
        ("-journaux ", "Le journal", False),
        ("-AESH ", "La situation de handicap d'un élève qu'un accompagnant suit", True),
        ("-AESH ", "accompagnante d'élève en situation de handicap", False),
        ('"élèves absents" ', "Un élève absent", False),
        ('"élèves absents" ', "Les élèves absents", True),
        ("(journaux OU musées) -lundi ", "Le musée, mardi", True),
        ("(journaux OU musées) -lundi ", "Le musée, lundi", False),
        ('"l\'élève absent" ', "Puis l’élève absent", True),
        ("objet:élèves ", "un élève", True),
    ],
)
def test_it_finds_what_the_index_here_would(typed: str, text: str, found: bool) -> None:
    assert fits(asked(typed), text) is found


def test_names_and_quotes_go_as_typed() -> None:
    for typed in ('"conseil de classe" ', "de:martin ", "à:durand ", "classe* "):
        assert asked(typed) == plain(typed)
    assert {one.name for one in leaves(asked("objet:élèves "))} == {"SUBJECT"}


def test_no_short_form_is_asked_for() -> None:
    for typed in ("cours ", "avoir ", "musée ", "faire ", "yeux ", "vas "):
        word = typed.strip()
        assert all(len(fold(one)) >= 4 for one in values(asked(typed)) - {word}), typed


def test_the_command_stays_bounded_and_keeps_every_word_typed() -> None:
    typed = "convoquer réunir annuler visiter prévenir déléguer individualiser présenter "
    for limits in (None, FEW_TURNS, Limits(keys=9), Limits(octets=200)):
        made = asked(typed, limits)
        room = limits or Limits()
        listed = list(leaves(made))
        within = (
            len(listed) <= room.keys
            and octets(made) <= room.octets
            and sum(not one.value.isascii() for one in listed) <= room.literals
        )
        assert within or made == plain(typed)
        assert values(made) >= set(typed.split())
    long = " ".join(WORDS.lexicon.expand("convoquer") * 2)
    assert octets(asked(f"{long} ")) <= Limits().octets
    assert values(asked("élève ", FEW_TURNS)) >= {"élève"}
