"""Letters made comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.folding import fold, searchable


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Élève", "eleve"),
        ("ŒUVRE", "oeuvre"),
        ("œuvre", "oeuvre"),
        ("Curriculum Vitæ", "curriculum vitae"),
        ("Noël, Gaël, aîné, façon", "noel, gael, aine, facon"),
        ("Straße", "strasse"),
        ("Łukasz Ørsted", "lukasz orsted"),
        (unicodedata.normalize("NFD", "Élève"), "eleve"),
        ("ﬁche", "fiche"),
        ("d’Été", "d’ete"),
        ("", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_fold_is_stable_and_storable(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    once.encode("utf-8")
    searchable(text).encode("utf-8")


def test_lone_surrogates_of_broken_mail_do_not_reach_the_database() -> None:
    assert searchable("a\udce9b") == "a\ufffdb"
