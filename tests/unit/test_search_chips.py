"""What the search box shows as chips, and what stays among the words; which operators it offers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.search_chips import OPERATORS, offered, split
from mel_desktop.logic.search_query import Query, parse
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.finding import OperatorKind

TODAY = date(2026, 11, 23)


def together(typed: str) -> str:
    told = split(typed, TODAY)
    return " ".join([*told.operators, told.words])


@pytest.mark.parametrize(
    ("typed", "operators", "words"),
    [
        ("objet:réunion ", ["objet:réunion"], ""),
        ("objet:réunion", [], "objet:réunion"),
        ("conseil objet:réunion de", ["objet:réunion"], "conseil de"),
        ("a de:x b avant:hier c ", ["de:x", "avant:hier"], "a b c "),
        ('objet:"conseil de classe" ', ['objet:"conseil de classe"'], ""),
        ("objet:«conseil de» ", ['objet:"conseil de"'], ""),
        ('objet:"conseil de ', [], 'objet:"conseil de '),
        ("objet: conseil ", ["objet:conseil"], ""),
        ("de: ", [], "de: "),
        ("-from:martin ", ["-from:martin"], ""),
        ("a:pj taille:>1Mo mot-clé:x ", ["a:pj", "taille:>1Mo", "mot-clé:x"], ""),
        ("dossier:envoyés compte:ac est:lu ", ["dossier:envoyés", "compte:ac", "est:lu"], ""),
        ("avant:hierr est:bizarre taille:x ", [], "avant:hierr est:bizarre taille:x "),
        ("(objet:a) objet:b ", ["objet:b"], "(objet:a) "),
        ("(objet:a objet:b ", [], "(objet:a objet:b "),
        ("objet:(a b) de:x ", ["de:x"], "objet:(a b) "),
        ("objet:a OU b de:x ", ["de:x"], "objet:a OU b "),
        ("b OR objet:a | c ", [], "b OR objet:a | c "),
        ("https://exemple.fr avec:x objet:-- ", [], "https://exemple.fr avec:x objet:-- "),
        ("", [], ""),
    ],
)  # fmt: skip
def test_split(typed: str, operators: list[str], words: str) -> None:
    told = split(typed, TODAY)
    assert (list(told.operators), told.words) == (operators, words)


PIECES = st.sampled_from([
    "élève", "OU", "OR", "|", "(", ")", "-(", "-", '"', "*", " ", "  ", "objet:", "de:", "a:pj",
    "est:lu", "avant:hier", "taille:>1Mo", "dossier:b", "mot-clé:x", "l'", "\n", "«", "œ", ":",
])  # fmt: skip


@given(st.lists(PIECES, max_size=10).map("".join))
def test_put_together_again_it_asks_for_the_same(typed: str) -> None:
    def asked(text: str) -> Query | None:
        try:
            return parse(text, TODAY)
        except LocalRefusal:
            return None

    before, after = asked(typed), asked(together(typed))
    if before is None or after is None:
        assert before is after
        return
    for one in ("terms", "without", "folders", "not_folders", "accounts", "keywords"):
        assert sorted(map(repr, getattr(before, one))) == sorted(map(repr, getattr(after, one)))
    for one in ("after", "before", "larger", "smaller", "has_attachments", "seen", "draft"):
        assert getattr(before, one) == getattr(after, one)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("ob", "objet:"), ("exp", "expéditeur:"), ("fro", "from:"), ("à", "à:"),
        ("sub", "subject:"),
        ("ava", "avant:"), ("bef", "before:"), ("apr", "après:"), ("-dos", "-dossier:"),
        ("est", "est:non-lu"), ("is", "is:unread"), ("a:", ""), ("x", ""), ("d", ""), ("", ""),
        ("zut", ""), ("piè", "pièce:oui"), ("mot-c", "mot-clé:"), ("ETIQ", "étiquette:"),
    ],
)  # fmt: skip
def test_offered(word: str, first: str) -> None:
    found = offered(word)
    assert (found[0][1] if found else "") == first


def test_every_operator_offered_is_one() -> None:
    assert {one.kind for one in OPERATORS} == set(OperatorKind)
    for one in OPERATORS:
        for spelling in (*one.french, *one.english):
            value = {"size": ">1Mo", "before": "hier", "after": "hier", "state": "lu"}
            typed = spelling + value.get(one.kind.value, "x") if spelling[-1] == ":" else spelling
            assert split(f"{typed} ", TODAY).operators == (typed,), typed
