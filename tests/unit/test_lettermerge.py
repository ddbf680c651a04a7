"""Two versions of a letter joined: what is taken keeps its layout, or it is told that not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic import draftdiff, lettermerge
from mel_desktop.logic.html_reading import clean, read_html
from mel_desktop.logic.html_writing import to_text
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.revisions import Taken

MINE = "<p>Bonjour,</p><p>Départ à <b>8 h</b>.</p><ul><li>eau</li><li>pain</li></ul><p>Zoé</p>"
THEIRS = "<p>Bonjour,</p><p>Départ à <i>9 h</i>.</p><ul><li>eau</li><li>riz</li></ul><p>Zoé</p>"


def rich(html: str) -> DraftContent:
    return DraftContent(text=to_text(read_html(html)), html=html)


def joined(mine: DraftContent, theirs: DraftContent, *taken: Taken) -> tuple[str, bool]:
    made = draftdiff.merged(mine, theirs, {}, taken)
    assert not made.html or to_text(read_html(made.html)).split() == made.text.split()
    return made.html, draftdiff.loses_layout(mine, theirs, taken)


@pytest.mark.parametrize(
    ("taken", "html"),
    [
        ((Taken.MINE, Taken.MINE), MINE),
        ((Taken.THEIRS, Taken.THEIRS), THEIRS),
        ((Taken.MINE, Taken.THEIRS), MINE.replace("pain", "riz")),
        ((Taken.THEIRS, Taken.MINE), THEIRS.replace("riz", "pain")),
    ],
)
def test_each_passage_keeps_its_own(taken: tuple[Taken, ...], html: str) -> None:
    made, is_lost = joined(rich(MINE), rich(THEIRS), *taken)
    assert (clean(made), is_lost) == (_items_apart(html, taken), False)


def _items_apart(html: str, taken: tuple[Taken, ...]) -> str:
    """Items of two lists stand in two lists, one after the other."""
    return (
        clean(html)
        if len(set(taken)) == 1
        else clean(html.replace("<li>riz", "</ul><ul><li>riz") if "b>" in html else html)
    )


def test_both_stand_one_after_the_other() -> None:
    made, is_lost = joined(rich(MINE), rich(THEIRS), Taken.BOTH, Taken.MINE)
    assert not is_lost
    assert made.index("<b>8 h</b>") < made.index("<i>9 h</i>")
    assert "pain" in made
    assert "riz" not in made


def test_our_plain_text_takes_their_layout() -> None:
    mine = DraftContent(text="Bonjour,\n\nDépart à 8 h.\n\nZoé")
    theirs = rich("<p>Bonjour,</p><p>Départ à <i>9 h</i>.</p><p>Zoé</p>")
    made, is_lost = joined(mine, theirs, Taken.BOTH)
    assert not is_lost
    assert "<i>9 h</i>" in made
    assert "Départ à 8 h." in made


def test_plain_stays_plain_where_nothing_is_lost() -> None:
    mine = DraftContent(text="Bonjour,\n\nDépart à 8 h.\n\nZoé")
    theirs = rich("<p>Bonjour,</p><p>Départ à 9 h.</p><p>Zoé</p>")
    assert joined(mine, theirs, Taken.BOTH) == ("", False)


def test_it_is_told_where_the_layout_does_not_fit() -> None:
    cells = "<table><tr><td>lundi</td><td>{}</td></tr><tr><td>mardi</td><td>{}</td></tr></table>"
    mine, theirs = rich(cells.format("8 h", "8 h 30")), rich(cells.format("9 h", "9 h 30"))
    made, is_lost = joined(mine, theirs, Taken.MINE, Taken.THEIRS)
    assert is_lost
    assert "<table" not in made
    assert "9 h 30" in made
    assert joined(mine, theirs, Taken.THEIRS, Taken.THEIRS)[1] is False


def test_html_that_says_something_else_than_its_text() -> None:
    mine = DraftContent(text="un\ndeux", html="<p>tout <b>autre</b></p>")
    assert joined(mine, DraftContent(text="un\ntrois"), Taken.THEIRS) == ("", True)
    kept = draftdiff.merged(mine, DraftContent(text="un\ntrois"), {}, [Taken.MINE])
    assert kept == mine


def test_pictures_and_quotes_come_along() -> None:
    mine = rich("<p>Bonjour</p><p>Zoé</p><blockquote><p>cité</p></blockquote>")
    theirs = rich(
        "<p>Bonjour</p><p>Max <img src='cid:logo@x'></p><blockquote><p>cité</p></blockquote>"
    )
    made, is_lost = joined(mine, theirs, Taken.BOTH)
    assert not is_lost
    assert "cid:logo@x" in made
    assert made.count("<blockquote>") == 1


WORDS = st.sampled_from(["un", "deux", "trois", "à 8 h", "<b>gras</b>", "<i>mou</i> dur"])
PARTS = st.lists(
    st.one_of(
        WORDS.map(lambda one: f"<p>{one}</p>"),
        st.lists(WORDS, min_size=1, max_size=3).map(
            lambda some: "<ul>" + "".join(f"<li>{one}</li>" for one in some) + "</ul>"
        ),
        st.lists(WORDS, min_size=2, max_size=2).map(
            lambda some: (
                "<table><tr>" + "".join(f"<td>{one}</td>" for one in some) + "</tr></table>"
            )
        ),
        WORDS.map(lambda one: f"<blockquote><p>{one}</p></blockquote>"),
    ),
    max_size=6,
).map("".join)


@given(PARTS, PARTS, st.data())
def test_no_word_is_lost_and_none_comes_from_nowhere(
    mine: str, theirs: str, data: st.DataObject
) -> None:
    ours, others = rich(mine), rich(theirs)
    pieces = draftdiff.paragraphs(ours, others)
    differing = sum(not one.is_same for one in pieces)
    taken = data.draw(st.lists(st.sampled_from(Taken), min_size=differing, max_size=differing))
    made = draftdiff.merged(ours, others, {}, taken)
    if made.html:
        told = [
            one for one in map(lettermerge._key, to_text(read_html(made.html)).split("\n")) if one
        ]
        wanted = [one for one in map(lettermerge._key, made.text.split("\n")) if one]
        assert told == wanted
