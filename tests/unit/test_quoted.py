"""Quotes are cut out where they begin and end, and nothing else of a text is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.logic.quoted import LEAST, fold_html, pieces
from mel_desktop.logic.sanitize import sanitize

LINES = st.lists(
    st.sampled_from(
        ["Bonjour", "", "> cité", ">> encore", "-- ", "Marc", "-----Message d'origine-----"]
    )
).map("\n".join)


def words(lines: int) -> str:
    return f"LIEN {lines}"


@given(LINES)
def test_the_pieces_are_the_text(text: str) -> None:
    found = pieces(text)
    assert "\n".join(line for one in found for line in one.lines) == text
    numbers = [one.quote for one in found if one.quote is not None]
    assert numbers == list(range(len(numbers)))
    assert all(len(one.lines) >= LEAST for one in found if one.quote is not None)


def test_long_quotes_fold_and_short_ones_do_not() -> None:
    text = "Oui.\n> une\n> deux\nNon.\n" + "> x\n" * 8 + "-- \nMarc"
    found = pieces(text)
    assert [one.quote for one in found] == [None, None, None, 0, None]
    assert found[-1].signature


def test_what_is_only_a_quote_is_read() -> None:
    assert [one.quote for one in pieces("> x\n" * 10)] == [None]
    html = "<blockquote>" + "<p>x</p>" * 10 + "</blockquote>"
    assert fold_html(html, words) == (html, 0)


def test_all_behind_the_line_of_an_original_message() -> None:
    found = pieces("Merci\n\n-----Message d’origine-----\nDe : Marc\n" + "texte\n" * 10)
    assert [one.quote for one in found] == [None, 0]


def test_html_quotes_fold_by_number() -> None:
    quote = "<blockquote><div>" + "a<br>" * 8 + "<blockquote>b</blockquote></div></blockquote>"
    html = f"<p>Un</p>{quote}<p>Deux</p>{quote}<blockquote>court</blockquote>"
    folded, number = fold_html(html, words)
    assert number == 2
    assert folded.count("LIEN 9") == 2
    assert "a<br>" not in folded
    assert "court" in folded
    one, number = fold_html(html, words, {1})
    assert number == 2
    assert one.count("LIEN") == 1
    assert quote in one
    assert fold_html(html, words, range(9)) == (html, 2)


@given(st.text(alphabet="<>blockquotepr/ a", max_size=200))
def test_hostile_html_is_folded_without_harm(text: str) -> None:
    safe = sanitize("x<blockquote>" + "<br>" * 7 + text).html
    folded, _ = fold_html(safe, words)
    assert folded.count("<blockquote") == folded.count("</blockquote>")
