"""What is drawn of a mail: in Qt's words, nothing hidden, nothing lost, readable on both papers."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mel_desktop.logic import colours, html_layout
from mel_desktop.logic.colours import Rgb
from mel_desktop.logic.html_edges import edges, length
from mel_desktop.logic.html_layout import LIGHT, Paper, drawable
from mel_desktop.logic.html_text import PLACEHOLDER, visible
from mel_desktop.logic.html_tree import Node, parse, write
from mel_desktop.logic.sanitize import sanitize
from tests.support.html_attacks import VECTORS, T
from tests.support.typical_mails import MAILS

DARK = Paper(True, "#1e1e1e", "#e6e6e6", "#8ab4f8")


def drawn(html: str, paper: Paper = LIGHT) -> str:
    return drawable(sanitize(html).html, paper)


def contrasts(root: Node, paper: Paper) -> list[tuple[float, str]]:
    """(contrast, text) of every piece of text on what is below it; knows nothing of html_dark."""
    found: list[tuple[float, str]] = []

    def read(text: str) -> Rgb:
        known = colours.read(text)
        assert known is not None, text
        return known[0]

    def walk(node: Node, ground: str, ink: str) -> None:
        ground = node.style.get("background-color") or node.attributes.get("bgcolor") or ground
        own = node.style.get("color") or node.attributes.get("color")
        ink = own or (paper.link if node.tag == "a" else ink)
        for child in node.children:
            if isinstance(child, Node):
                walk(child, ground, ink)
            elif child.replace("&nbsp;", "").strip():
                found.append((colours.contrast(read(ground), read(ink)), child.strip()))

    walk(root, paper.background, paper.ink)
    return found


@pytest.mark.parametrize("name", MAILS)
def test_every_text_can_be_read_on_dark_paper(name: str) -> None:
    texts = contrasts(parse(drawn(MAILS[name], DARK)), DARK)
    assert texts
    assert [(ratio, text) for ratio, text in texts if ratio < 4.45] == []


def test_raw_mails_could_not_be_read_on_it() -> None:
    poor = [
        ratio
        for html in MAILS.values()
        for ratio, _ in contrasts(parse(visible(sanitize(html).html)), DARK)
        if ratio < 4.45
    ]
    assert len(poor) >= 10


COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS, COLOURS, COLOURS)
@settings(max_examples=200, deadline=None)
def test_any_colours_become_readable(ink: Rgb, ground: Rgb, inner: Rgb) -> None:
    html = (
        f'<div bgcolor="{colours.text_of(ground)}">a<p style="color:{colours.text_of(ink)}">b'
        f'<span style="background-color:{colours.text_of(inner)}">c</span></p>'
        "<a href='https://x.example/'>d</a></div>"
    )
    for ratio, text in contrasts(parse(drawn(html, DARK)), DARK):
        assert ratio >= 4.4, text  # whole numbers of a colour round a little


def test_hue_stays_and_dark_grounds_stay() -> None:
    red, green, blue = colours.inked((128, 0, 0), (30, 30, 30), (230, 230, 230))
    assert red > 2 * green
    assert green == blue
    assert colours.turned((0, 0, 145), (30, 30, 30)) == (0, 0, 145)
    assert colours.turned((255, 255, 255), (30, 30, 30)) == (30, 30, 30)


@pytest.mark.parametrize("name", MAILS)
def test_no_word_is_lost(name: str) -> None:
    safe = sanitize(MAILS[name]).html

    def words(html: str) -> list[str]:
        html = re.sub(r"<[^>]*>", " ", html).replace("&nbsp;", " ")
        return re.sub(r"\[[^\]]*\]", " ", html).split()

    assert words(drawable(safe)) == words(visible(safe))
    assert words(drawable(safe, DARK)) == words(visible(safe))


def test_hidden_text_and_counters_are_not_drawn() -> None:
    html = drawn(MAILS["newsletter"])
    assert "Aperçu caché" not in html
    assert "suivi" not in html
    assert "[Une classe au travail]" in html
    assert "columns" in drawn(
        "<td style='font-size:0'><div style='font-size:0px'><p style='font-size:13px'>columns</p>"
    )
    assert drawn("<span style='font-size:0'>x</span><img src=cid:a width=1 height=1>") == ""


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<p style='margin:0cm'>x", 'style="margin-top:0px'),
        ("<p style='margin:12.0pt 0 0 1cm'>x", "margin-top:16px"),
        ("<p style='font-size:11.0pt'>x", "font-size:15px"),
        ("<div style='font-size:20px'><p style='font-size:.5em'>x", "font-size:10px"),
        ("<td style='border:solid windowtext 1.0pt;padding:0cm 5.4pt'>x", ""),
        ("<table><td style='border:solid windowtext 1.0pt'>x", "border-top:1px solid #000000"),
        ("<table><td style='padding:0cm 5.4pt 0cm 5.4pt'>x", "padding-left:7px"),
        ("<table><td style='width:90.0pt'>x", 'width="120"'),
        ("<table style='width:600px'><td>x", 'width="600"'),
        ("<div style='border-top:solid #E1E1E1 1.0pt'><p>x", "border-top:1px solid #e1e1e1"),
        ("<blockquote>x</blockquote>", "border-left:2px solid"),
        ("<div style='background:#eee'><p>x</div>", "background-color:#eeeeee"),
        ("<table bgcolor=red><td>x", 'bgcolor="#ff0000"'),
        ("<img src=cid:a style='width:120px'>", 'width="120"'),
        ("<div><br></div>", "<div>&nbsp;</div>"),
        ("<div>x<br></div>", "<div>x</div>"),
        ("<p style='line-height:30px;font-size:15px'>x", "line-height:171%"),
        ("<p style='mso-list:l0;-webkit-hyphens:auto;position:relative'>x", "<p>x</p>"),
    ],
)
def test_said_in_the_words_of_qt(given_html: str, kept: str) -> None:
    assert kept in drawn(given_html)


def test_a_column_in_a_cell_gets_neighbours() -> None:
    html = drawn("<table width='100%'><td align=center><table width=600><td>x</table></table>")
    assert html.count('<td></td><td width="600">') == 1


def test_collapsed_borders_are_drawn_once() -> None:
    cell = "<td style='border:1px solid red'>x</td>"
    html = drawn(f"<table style='border-collapse:collapse'><tr>{cell * 2}</tr><tr>{cell * 2}</tr>")
    assert "collapse" not in html
    assert html.count("border-left") == 2
    assert html.count("border-top") == 2
    assert html.count("border-right") == html.count("border-bottom") == 4


def test_a_button_gets_the_padding_of_its_cell() -> None:
    html = drawn(
        "<table><td><a href='https://x.example/' style='background:#009;padding:8px 16px'>Lire</a>"
    )
    assert 'bgcolor="#000099"' in html
    assert "padding-left:16px" in html


def test_marked_declarations_win() -> None:
    assert "color:#00f" in drawn("<style>p{color:#00f!important}</style><p style='color:red'>x")


def test_borders() -> None:
    style = {"border": "1px solid red", "border-top": "none", "padding": "1px 2px 3px"}
    assert edges(style, 16) == {
        "padding-top": "1px",
        "border-right": "1px solid #ff0000",
        "padding-right": "2px",
        "border-bottom": "1px solid #ff0000",
        "padding-bottom": "3px",
        "border-left": "1px solid #ff0000",
        "padding-left": "2px",
    }
    word = {"border-top": "1pt solid windowtext", "border-image": "initial", "border-left": "none"}
    assert edges(word, 16) == {"border-top": "1px solid #000000"}
    assert length("1cm", 16) == pytest.approx(37.8, abs=0.1)
    assert length("50%", 16) is None


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_new_is_asked_for(vector: str) -> None:
    for paper in (LIGHT, DARK):
        html = drawn(vector, paper)
        for address in re.findall(r'\bsrc="([^"]*)"', html):
            assert address.startswith(("cid:", "data:image/"))
        assert not re.search(r'style="[^"]*(?:url|expression|position|-qt-)', html)
        tags = "".join(re.findall(r"<[^>]*>", html))
        assert T not in re.sub(r'(?:href|alt|title|summary)="[^"]*"', "", tags)


@given(st.lists(st.sampled_from(list(MAILS.values()) + list(VECTORS)), max_size=4), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_cut_is_drawn(pieces: list[str], data: st.DataObject) -> None:
    html = "".join(pieces)
    cut = html[: data.draw(st.integers(0, len(html)))]
    safe = sanitize(cut).html
    assert write(parse(drawable(safe, DARK))) == drawable(safe, DARK)


def test_placeholders_hold_no_hole() -> None:
    assert PLACEHOLDER in sanitize("<img src=http://x.example/ width=9 height=9>").html
    assert "img" not in drawn("<img src=http://x.example/ width=600 height=300>")


@pytest.mark.parametrize(
    "html",
    [
        "<div style='padding:1px'>" * 20_000 + "x",
        "<blockquote>" * 20_000 + "x",
        "<table><tr><td style='border:1px solid red'>" * 5_000 + "x",
        "<p style='margin:1px;border:1px solid red;background:#eee'>x</p>" * 12_000,
        "<a style='background:#eee;padding:1px' href=https://x.example>x</a>" * 10_000,
        "<font color=red>" * 20_000 + "x",
        "<td>" * 40_000,
        "<img src=http://x.example/a.png alt=x>" * 20_000,
        "<br>" * 100_000,
    ],
)
def test_hostile_floods_stay_linear(html: str) -> None:
    start = time.process_time()
    drawn(html, DARK)
    assert time.process_time() - start < 8


def test_a_long_letter_is_quick() -> None:
    """200 kB: some 40 ms on the machine of the notes; ten times that fails."""
    one = MAILS["outlook-letter"]
    html = one * (200_000 // len(one))
    start = time.process_time()
    drawn(html)
    assert time.process_time() - start < 0.4


@pytest.mark.parametrize("colour", ["neonpink", "#0000", "#12345", "rgba(0,0,0,.5)"])
def test_qt_is_given_no_colour_that_it_does_not_know(colour: str) -> None:
    safe = (
        f'<table bgcolor="{colour}"><tr><td bgcolor="{colour}">x</td></tr></table>'
        f'<font color="{colour}">y</font><p style="color:{colour}">z</p>'
    )
    for html in (drawable(safe), drawable(safe, Paper(True, "#1e1e1e", "#e6e6e6", "#8ab4f8"))):
        assert colour not in html


@pytest.mark.parametrize("tag", ["h1", "h2", "h3", "h4", "h5", "h6"])
def test_a_heading_is_as_large_as_the_mail_says(tag: str) -> None:
    said = drawable(f'<{tag} style="font-size:24px;font-weight:400;margin:0">a</{tag}>')
    assert "font-size:24px" in said
    assert "font-weight:400" in said
    assert "margin-bottom:0px" in said
    assert f"<{tag}" not in said  # Qt would count from its own default
    inside = drawable(f'<div style="font-size:20px"><{tag}>a</{tag}></div>')
    size = {"h1": 40, "h2": 30, "h3": 23, "h4": 20, "h5": 17, "h6": 13}[tag]
    assert f"font-size:{size}px" in inside
    assert "font-weight:bold" in inside
    assert drawable(f"<{tag}>a</{tag}>") == f"<{tag}>a</{tag}>"  # of the reader's own size


@pytest.mark.parametrize(
    ("font", "wanted"),
    [
        ("700 14px/20px Arial, sans-serif", ("font-weight:700", "font-size:14px", "Arial")),
        ("italic bold 12pt Calibri", ("font-style:italic", "font-weight:bold", "font-size:16px")),
        ("16px Georgia", ("font-size:16px", "Georgia", "font-weight:normal")),
    ],
)
def test_a_font_in_one_word(font: str, wanted: tuple[str, ...]) -> None:
    html = drawable(sanitize(f"<p style='font:{font}'>x</p>").html)
    assert all(one in html for one in wanted), html


def test_plain_cells_of_a_table_of_numbers_are_not_looked_into(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are nearly all there is of a long one; what says a size or a colour is."""
    seen: list[str] = []
    cell = html_layout._cell

    def counted(node: Node, size: float) -> None:
        seen.append(str(node.children))
        cell(node, size)

    monkeypatch.setattr(html_layout, "_cell", counted)
    plain = '<td align="right">12</td><td>13</td><th colspan="2">14</th><td valign="top"></td>'
    asked = (
        '<td width="5">1</td><td height="9">2</td><td bgcolor="#ff0000">3</td>'
        '<td style="width:4px">4</td><td align="left"><a href="https://exemple.fr">5</a></td>'
    )
    html = drawable(f'<table border="1"><tr>{plain}{asked}</tr></table>')
    assert len(seen) == 5
    assert plain in html
    assert 'height="9"' not in html
