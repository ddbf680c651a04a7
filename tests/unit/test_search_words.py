"""Families of words and abbreviations: from the shipped files to what the index is asked for."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from mel_desktop.app.search_words import load_words
from mel_desktop.logic.abbreviations import variants
from mel_desktop.logic.folding import fold
from mel_desktop.logic.lexicon import MOST_FORMS, Lexicon
from mel_desktop.logic.search_query import Query, parse
from mel_desktop.logic.search_terms import leaves
from mel_desktop.logic.search_words import widen
from mel_desktop.system.shipped import shipped_octets

TODAY = date(2026, 11, 23)
WORDS = load_words()
TOLD = tomllib.loads(shipped_octets("lexicon", "abbreviations.toml").decode())


def asked(typed: str) -> Query:
    return widen(parse(typed, TODAY), WORDS.lexicon, WORDS.abbreviations)


def terms(typed: str) -> set[str]:
    return {" ".join(one.words) + "*" * one.is_prefix for one in leaves(asked(typed).terms)}


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("élève", {"eleve", "eleves"}),
        ("journaux", {"journal", "journaux"}),
        ("nationale", {"national", "nationale", "nationales", "nationaux"}),
        ("directrices", {"directeur", "directeurs", "directrice", "directrices"}),
        ("œil", {"oeil", "oeils", "yeux"}),
        ("classe", {"classe", "classes"}),  # not classer
        ("absents", {"absent", "absente", "absentes", "absents"}),
        ("durand", {"durand"}),
        ("xyzzy", {"xyzzy"}),
        ("être", {"etre", "etres"}),  # the noun; the auxiliary is left out
    ],
)
def test_families(word: str, family: set[str]) -> None:
    assert set(WORDS.lexicon.expand(fold(word))) == family


def test_verbs_have_what_letters_say_most() -> None:
    family = set(WORDS.lexicon.expand("convoquer"))
    assert {"convoque", "convoquee", "convoques", "convoquera", "convoquons"} < family
    assert len(family) <= MOST_FORMS
    assert "annuler" in WORDS.lexicon.expand(fold("annulée"))
    assert "prevenu" in WORDS.lexicon.expand(fold("prévenir"))
    assert "deleguer" in WORDS.lexicon.expand(fold("délégués"))  # a participle as a noun
    assert "visiterons" in WORDS.lexicon.expand("visiter")
    assert WORDS.lexicon.expand("faits") == ("faits", "fait")


def test_every_family_is_bounded_and_holds_its_word() -> None:
    table = Lexicon(shipped_octets("lexicon", "fr.lexicon"))
    seen = 0
    for place in range(len(table._places)):
        for line in table._inflate(place).strip().split("\n")[::97]:
            word = line.partition("\t")[0]
            family = table._expand(word)
            assert family[0] == word == fold(word)
            assert 1 < len(family) <= MOST_FORMS + 1
            assert len(set(family)) == len(family)
            seen += 1
    assert seen > 2000


@pytest.mark.parametrize("octets", [b"", b"MELEX2\n", b"MELEX1\n{}", b"MELEX1\n{}\n"])
def test_other_octets_are_no_lexicon(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r"lexicon|found"):
        Lexicon(octets)


def test_the_licence_lies_beside_the_table() -> None:
    folder = Path(__file__).parents[2] / "resources" / "lexicon"
    assert "Mozilla Public License" in (folder / "LICENSE-MPL-2.0.txt").read_text("utf-8")
    assert "hunspell-fr-classical" in (folder / "README.md").read_text("utf-8")


# -- abbreviations -------------------------------------------------------------------------------


def test_there_are_many_and_each_is_well_formed() -> None:
    assert len(WORDS.abbreviations.long) >= 150
    for name, written in TOLD["abbreviations"].items():
        assert written, name
        for one in written:
            for form in variants(one):
                assert len(form.split()) > 1, name
                assert not set("()[]|") & set(form), name
    for name in TOLD["words"]:
        assert name in TOLD["abbreviations"]


def test_variants() -> None:
    assert list(variants("projet(s) X(s)")) == ["projet X", "projets Xs"]
    assert list(variants("[a|b] c")) == ["a c", "b c"]


def test_an_abbreviation_stands_for_its_long_forms() -> None:
    found = terms("AESH ")
    assert {
        "aesh",
        "accompagnant d eleve en situation de handicap",
        "accompagnantes d eleves en situation de handicap",
    } < found
    assert "plan d accompagnement personnalise" in terms("pap ")


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("accompagnante d'élève en situation de handicap ", "aesh"),
        ("accompagnants d’élèves en situation de handicap ", "aesh"),
        ("dotation horaire globale ", "dhg"),
        ("projets d'accueil individualisés ", "pai"),
        ("réunion de la vie scolaire jeudi professeur principal ", "pp"),
        ("compte-rendu ", "cr"),
        ("objet:(professeur principal) ", "pp"),
    ],
)
def test_a_long_form_stands_for_its_abbreviation(typed: str, short: str) -> None:
    assert short in terms(typed)


def test_what_is_a_word_too_counts_in_capitals_only() -> None:
    assert "sciences economiques et sociales" in terms("SES ")
    assert "sciences economiques et sociales" not in terms("ses ")
    assert "ses" not in terms("sciences économiques et sociales ")


@pytest.mark.parametrize(
    "typed", ['"élève"', "élève* ", '"projet d\'accueil individualisé"', "de:petit ", "à:AESH "]
)
def test_what_is_quoted_starred_or_a_name_stays(typed: str) -> None:
    assert asked(typed) == parse(typed, TODAY)


def test_the_word_being_typed_is_a_beginning_or_its_family() -> None:
    assert terms("directrice") == {"directrice*", "directeur", "directeurs"}
    assert terms("reun") == {"reun*"}


def test_excluded_words_are_widened_too() -> None:
    assert asked("réunion -élève ").unwanted == '("eleve" OR "eleves")'


def test_a_pasted_paragraph_stays_bounded() -> None:
    wide = asked(" ".join(["convoquer évaluer inscrire prévenir rattraper AESH"] * 9))
    assert len(list(leaves(wide.terms))) < 220


@pytest.mark.parametrize("octets", [b"", b"MELEX1\n{}\n", b"\xff = ["])
def test_without_its_words_a_search_still_works(
    octets: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.app.search_words.shipped_octets", lambda *_: octets)
    words = load_words()
    assert words.lexicon.expand("eleve") == ("eleve",)
    assert words.abbreviations.long == {}
