"""What people type, as a query."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.app.search_words import load_words
from mel_desktop.logic.search_query import Query, parse, parse_date
from mel_desktop.logic.search_terms import Group, Term, leaves
from mel_desktop.logic.search_words import widen
from mel_desktop.logic.server_search import key
from mel_desktop.model.errors import ErrorCode, LocalRefusal

TODAY = date(2026, 11, 23)
WORDS = load_words()
PIECES = (
    "élève", "AESH", "projet d'accueil individualisé", "OU", "OR", "|", "(", ")", "-(", "-",
    '"', "*",
    " ", "objet:", "de:", "pj:", "a:pj", "est:lu", "avant:hier", "taille:>1Mo", "tag:x", "compte:a",
    "dossier:b", "mot-clé:", "NEAR(", "{body} :", "^", "NOT", "l'", "\\", "\n", "sorties",
)  # fmt: skip
NASTY = "aàé'’\"*-:() ^+{}#\\\0\n<>=,;.œ😀²½deobjtNOTANDEAR"


def asked(typed: str) -> Query:
    return parse(typed, TODAY)


def words(typed: str) -> list[tuple[str, ...]]:
    return [term.words for term in asked(typed).terms]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("élève ", [("eleve",)]),
        ("l'élève ", [("eleve",)]),
        ("l’élève ", [("eleve",)]),
        ("jusqu'à ", [("a",)]),
        ("qu’il ", [("il",)]),
        ("aujourd'hui ", [("aujourd", "hui")]),
        ("d'aujourd'hui ", [("aujourd", "hui")]),
        ("presqu’île ", [("ile",)]),
        ("rendez-vous ", [("rendez", "vous")]),
        ("conseil classe ", [("conseil",), ("classe",)]),
        ("6ème ", [("6eme",)]),
        ("paul.durand@ac-exemple.fr ", [("paul", "durand", "ac", "exemple", "fr")]),
        ('"l\'élève sage" ', [("l", "eleve", "sage")]),
        ("« conseil de classe » ", [("conseil", "de", "classe")]),
        ('"pas fermé', [("pas", "ferme")]),
        ("https://ent.exemple.fr ", [("https", "ent", "exemple", "fr")]),
        ("14h:30 ", [("14h", "30")]),
        ("avec:plaisir ", [("avec", "plaisir")]),
        ("😀 -- * : \" ' ", []),
        ("", []),
    ],
)
def test_words(typed: str, expected: list[tuple[str, ...]]) -> None:
    assert words(typed) == expected


def test_the_last_word_is_a_prefix_while_it_is_typed() -> None:
    assert asked("conseil clas").terms == (Term(("conseil",)), Term(("clas",), is_prefix=True))
    assert asked("conseil clas ").terms[-1] == Term(("clas",))
    assert asked('"conseil clas').terms == (Term(("conseil", "clas")),)
    assert asked("c").terms == (Term(("c",)),)  # one letter: the index has no such prefixes
    assert asked("réu* parents ").terms[0] == Term(("reu",), is_prefix=True)
    assert asked("de:mar").terms == (Term(("mar",), is_prefix=True, column="sender"),)


def test_operators() -> None:
    assert asked("de:Marie ").terms == (Term(("marie",), column="sender"),)
    assert asked("à:paul ").terms == asked("a:paul ").terms == asked("to:paul ").terms
    assert asked("objet: conseil ").terms == (Term(("conseil",), column="subject"),)
    assert asked('objet:"conseil de classe"').terms == (
        Term(("conseil", "de", "classe"), column="subject"),
    )
    assert asked("a:pj").has_attachments is True
    assert asked("-a:pj").has_attachments is False
    assert asked("has:attachment").has_attachments is True
    assert asked("pièce:oui").has_attachments is True
    assert asked("pièces:non").has_attachments is False
    assert asked("-pièce:non").has_attachments is True
    assert words("pièce:montée ") == [("piece", "montee")]
    assert asked("à:pj ").terms == (Term(("pj",), column="recipients"),)
    assert asked("est:non-lu").seen is False
    assert asked("est:lu").seen is True
    assert asked("-est:lu").seen is False
    assert asked("is:unread").seen is False
    assert asked("est:suivi").flagged is True
    assert asked("est:répondu").answered is True
    assert asked("dossier:Réception").folders == ("reception",)
    assert asked('dossier:"Conseil de classe" -dossier:Corbeille') == Query(
        folders=("conseil de classe",), not_folders=("corbeille",)
    )


def test_dates() -> None:
    assert asked("avant:2026-11-03").before == date(2026, 11, 3)
    assert asked("après:03/11/2026").after == date(2026, 11, 3)
    assert asked("apres:2026").after == date(2026, 1, 1)
    assert asked("-avant:2026").after == date(2026, 1, 1)
    assert asked("avant:2026 avant:2025").before == date(2025, 1, 1)
    assert asked("avant:").is_empty  # still being typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        ("3/11/2026", date(2026, 11, 3)),
        ("03.11.26", date(2026, 11, 3)),
        ("2026/11/3", date(2026, 11, 3)),
        ("11/2026", date(2026, 11, 1)),
        ("2026-11", date(2026, 11, 1)),
        ("hier", date(2026, 11, 22)),
        ("aujourd'hui", TODAY),
        ("aujourd’hui", TODAY),
        ("31/02/2026", None),
        ("13/13/2026", None),
        ("demain", None),
        ("0", None),
        ("1/2/3/4", None),
        ("２０２６", date(2026, 1, 1)),
        ("²", None),
    ],
)
def test_parse_date(typed: str, expected: date | None) -> None:
    assert parse_date(typed, TODAY) == expected


@pytest.mark.parametrize("typed", ["avant:demain", "après:31/02/2026", "est:mauve"])
def test_what_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        asked(typed)
    assert caught.value.code is ErrorCode.USAGE
    assert "mauve" not in str(caught.value)


def test_negation() -> None:
    query = asked("réunion -parents -objet:info")
    assert query.match == '("reunion") NOT ("parents" OR {subject} : "info")'
    only = asked("-parents")
    assert (only.match, only.unwanted) == ("", '"parents"')


def test_or_joins_its_neighbours() -> None:
    assert asked("classe sortie OU musée ").match == '"classe" AND ("sortie" OR "musee")'
    assert asked("a OR b | c ").match == '("a" OR "b" OR "c")'
    assert asked("sortie ou musée ").match == '"sortie" AND "ou" AND "musee"'  # a word
    assert asked('sortie OU "deux mots"').match == '("sortie" OR "deux mots")'
    assert asked("OU ").match == asked("OU OR | ").match == ""
    assert asked("sortie OU").match == asked("OU sortie ").match == '"sortie"'
    assert asked("objet:OU ").terms == (Term(("ou",), column="subject"),)


def test_brackets_hold_together() -> None:
    assert asked("(a b) OU c ").match == '(("a" AND "b") OR "c")'
    assert asked("x -(a b)").match == '("x") NOT (("a" AND "b"))'
    assert asked("x -(a OU b)").match == '("x") NOT (("a" OR "b"))'
    assert asked("(a -b) OU c ").match == '((("a") NOT ("b")) OR "c")'
    assert asked("objet:(a b)").match == '({subject} : "a" AND {subject} : "b")'
    assert asked("((a b").terms[-1] == Group((Term(("a",)), Term(("b",))))  # never closed
    assert asked(") a ) b ").match == '"a" AND "b"'
    assert asked("(est:lu sortie)").seen is True
    assert asked("() (-) ").is_empty
    assert asked("parent(s) ").terms == (Term(("parent", "s")),)
    assert asked("(" * 40 + "a " + ")" * 40).match == '"a"'


@pytest.mark.parametrize(
    "typed",
    ["est:lu OU est:suivi", "sortie OU avant:2026", "sortie OU -musée", "-(sortie avant:2026)",
     "-musée OU sortie", "a OU (est:lu b)", "a OU (-b)", "-(-a)", "taille:grand", "taille:"
     "1To"],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        asked(typed)
    assert caught.value.code is ErrorCode.USAGE


def test_attachments_sizes_tags_accounts_and_drafts() -> None:
    assert asked("pj:programme ").terms == (Term(("programme",), column="files"),)
    assert asked("fichier:a.pdf ").terms == (Term(("a", "pdf"), column="files"),)
    assert asked("attachment:x ").terms[0] == Term(("x",), column="files")
    assert asked("texte:x ").terms[0] == Term(("x",), column="body")
    assert (asked("taille:>1Mo").larger, asked("taille:>1Mo").smaller) == (1_000_000, None)
    assert (asked("size:<1,5ko").larger, asked("size:<1,5ko").smaller) == (None, 1500)
    assert asked("taille:2Go").larger == 2_000_000_000
    assert asked("-taille:>1Mo").smaller == 1_000_000
    assert asked("plus-grand:500ko").larger == 500_000
    assert asked("smaller:10k").smaller == 10_000
    assert asked("mot-clé:Urgent tag:b -tag:c") == Query(
        keywords=("urgent", "b"), not_keywords=("c",)
    )
    assert asked("compte:Rennes -account:brest") == Query(
        accounts=("rennes",), not_accounts=("brest",)
    )
    assert asked("est:brouillon").draft is True
    assert asked("-is:draft").draft is False
    assert asked("est:transféré").forwarded is True
    assert asked("non-lu:x ").terms == (Term(("non", "lu", "x")),)  # no operator of ours


@pytest.mark.parametrize(
    "typed", ["lorsqu'élève ", "puisqu’élève ", "jusqu'élève ", "quoiqu'élève ", "m'élève "]
)
def test_elisions(typed: str) -> None:
    assert words(typed) == [("eleve",)]


def test_a_pasted_paragraph_is_cut_not_refused() -> None:
    assert len(asked("mot" + " mot" * 5000).terms) <= 24


@given(st.text(alphabet=st.sampled_from(NASTY)))
def test_nothing_typed_is_a_syntax_error(typed: str) -> None:
    accepted_by_fts5(typed)


@given(st.text())
def test_no_text_at_all_is_a_syntax_error(typed: str) -> None:
    accepted_by_fts5(typed)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_no_row_of_operators_is_a_syntax_error(pieces: list[str]) -> None:
    accepted_by_fts5(" ".join(pieces))
    accepted_by_fts5("".join(pieces))


def accepted_by_fts5(typed: str) -> None:
    try:
        query = asked(typed)
    except LocalRefusal:
        return
    wide = widen(query, WORDS.lexicon, WORDS.abbreviations)
    assert replace(wide, terms=(), without=()) == replace(query, terms=(), without=())
    assert set(leaves(wide.terms)) >= {one for one in leaves(query.terms) if one.is_exact}
    key(query)
    for expression in (query.match, query.unwanted, wide.match, wide.unwanted):
        if expression:
            list(INDEX.execute("SELECT rowid FROM f WHERE f MATCH ?", (expression,)))


INDEX = apsw.Connection(":memory:")
INDEX.execute(
    """CREATE VIRTUAL TABLE f USING fts5(subject, sender, recipients, body, files, content='',
           contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"""
)
