"""Which words are looked up, which are mistakes, and what is proposed for them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mel_desktop.logic import spelling
from mel_desktop.logic.spelling import Standing
from mel_desktop.system.hunspell_engine import Hunspell
from tests.support.examples import LONG

DATA = Path(__file__).parents[1] / "data" / "spelling"


@pytest.fixture(scope="module")
def french() -> Hunspell:
    return Hunspell("fr")


def wrong(line: str, french: Hunspell) -> list[str]:
    return [one.text for one in spelling.mistakes(line, french.is_right)]


def test_the_wanted_word_is_among_the_first_five(french: Hunspell) -> None:
    lines = (DATA / "mistakes.tsv").read_text("utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(pairs) >= 200
    took = []
    missed = []
    for typed, meant in pairs[:: 1 if LONG else 4]:
        assert not french.is_right(typed)
        began = time.perf_counter()
        if meant not in french.guesses(typed)[:5]:
            missed.append(typed)
        took.append(time.perf_counter() - began)
    took.sort()
    print(f"{len(missed)} of {len(took)} missed, median {took[len(took) // 2]:.3f} s")
    assert len(missed) <= len(took) * 0.04, missed


def test_good_school_french_raises_no_alarm(french: Hunspell) -> None:
    text = (DATA / "right.txt").read_text("utf-8")
    assert len(text.split()) > 150
    assert [word for line in text.splitlines() for word in wrong(line, french)] == []


@pytest.mark.parametrize(
    "line",
    [
        "> un élèv a écrit sa",
        "Le 3 mai, Zzyx a écrit :",
        "Voir https://exempl.fr/pagge et www.exempl.fr",
        "prenom.nomm@ac-exempl.invalid",
        "le fichier conseill_4B.pdf et lettre_finalle.docx",
        "les 4B, les 6e2 et la VVS de l'AESH",
        r"\\serveur\partagge\dossié",
        "{prénomm} {clase}",
        "PowerPoint et LaTeX",
    ],
)
def test_what_is_not_looked_up(line: str, french: Hunspell) -> None:
    assert wrong(line, french) == []


def test_only_the_wrong_part_is_told(french: Hunspell) -> None:
    (one,) = spelling.mistakes("Bonjour, l’élèv est là", french.is_right)
    assert (one.start, one.end, one.text) == (11, 15, "élèv")
    assert wrong("viendrez-vous, donne-le-moi, aujourd'hui, peut-être", french) == []
    assert wrong("réunnion-débat", french) == ["réunnion"]


def test_after_the_mark_of_a_signature_all_is_signature_up_to_a_quotation() -> None:
    assert spelling.standing("Bonjour", Standing.OWN) is Standing.OWN
    assert spelling.standing("-- ", Standing.OWN) is Standing.SIGNATURE
    assert spelling.standing("Zoé", Standing.SIGNATURE) is Standing.SIGNATURE
    assert spelling.standing("> Bonjour", Standing.SIGNATURE) is Standing.OWN


def test_a_list_of_words_of_another_program() -> None:
    listed = "\ufeff3\n# note\nvisio\nPronote/S\nÉduConnect\tx\n  \n"
    assert list(spelling.words_of_list(listed)) == ["visio", "Pronote", "ÉduConnect"]
    assert "Visios" not in spelling.own_forms("Pronote")
    assert {"visio", "visios", "Visio", "VISIO"} <= spelling.own_forms("visio")


def test_capitals_and_apostrophes_are_kept(french: Hunspell) -> None:
    assert french.guesses("Réunnion")[0] == "Réunion"
    assert french.guesses("COMISSION")[0] == "COMMISSION"
    assert french.guesses("aujourdhui")[0] == "aujourd'hui"


def test_english(french: Hunspell) -> None:
    english = Hunspell("en")
    assert english.is_right("colour")
    assert "school" in english.guesses("shcool")
