"""Laws of the comparison of two texts, for any two texts."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import textdiff
from mel_desktop.model.revisions import Piece, Taken

TEXTS = st.text(st.sampled_from("ab éà.,’\n\t\r\u2028\u00a0"), max_size=60) | st.text(max_size=40)


def sides(pieces: tuple[Piece, ...]) -> tuple[str, str]:
    return "".join(one.mine for one in pieces), "".join(one.theirs for one in pieces)


@given(TEXTS, TEXTS)
def test_the_pieces_give_each_side(mine: str, theirs: str) -> None:
    assert sides(textdiff.words(mine, theirs)) == (mine, theirs)
    assert sides(textdiff.paragraphs(mine, theirs)) == (mine, theirs)


@given(TEXTS, TEXTS)
def test_all_of_one_side_is_that_side(mine: str, theirs: str) -> None:
    pieces = textdiff.paragraphs(mine, theirs)
    differing = sum(not one.is_same for one in pieces)
    assert textdiff.merge(pieces, [Taken.MINE] * differing) == mine
    assert textdiff.merge(pieces, [Taken.THEIRS] * differing) == theirs
    both = textdiff.merge(pieces, [Taken.BOTH] * differing)
    for piece in pieces:
        assert piece.mine in both
        assert piece.theirs in both


@given(TEXTS)
def test_a_text_is_itself(text: str) -> None:
    assert all(one.is_same for one in textdiff.words(text, text))


def test_a_changed_word_is_that_word() -> None:
    pieces = textdiff.words(
        "Bonjour,\nDépart à 8 h de la gare.\nZoé\n", "Bonjour,\nDépart à 9 h de la gare.\nZoé\n"
    )
    assert [one for one in pieces if not one.is_same] == [Piece("8", "9")]
    moved = textdiff.words("un deux trois", "un deux et demi trois")
    assert [one for one in moved if not one.is_same] == [Piece("", "et demi ")]


def test_two_neighbouring_words_are_one_difference() -> None:
    (_, changed, _) = textdiff.words("le car bleu part", "le train vert part")
    assert changed == Piece("car bleu", "train vert")


def test_200_kb_take_a_bounded_time() -> None:
    many = "".join(f"mot{one % 7} " for one in range(40_000))
    other = "".join(f"mot{one % 5} " for one in range(40_000))
    lines, others = many.replace("mot3 ", "mot3\n"), other.replace("mot2 ", "mot2\n")
    unique = " ".join(str(one) for one in range(40_000))
    turned = " ".join(str(one) for one in reversed(range(40_000)))
    for mine, theirs in ((many, other), (lines, others), (unique, turned), (unique, other)):
        began = time.process_time()
        assert sides(textdiff.words(mine, theirs)) == (mine, theirs)
        assert sides(textdiff.paragraphs(mine, theirs)) == (mine, theirs)
        assert time.process_time() - began < 5


def test_as_many_changed_lines_are_as_many_choices() -> None:
    pieces = textdiff.paragraphs("un\ndeux\nfin", "one\ntwo\nfin")
    assert pieces == (Piece("un\n", "one\n"), Piece("deux\n", "two\n"), Piece("fin", "fin"))
    assert textdiff.merge(pieces, [Taken.THEIRS, Taken.MINE]) == "one\ndeux\nfin"
