"""How much of honest mail stays: declarations, look, pictures and text, counted by html5lib."""

from __future__ import annotations

from collections import Counter

import pytest

from mel_desktop.logic.html_layout import drawable
from mel_desktop.logic.html_reading import read_with_pictures
from mel_desktop.logic.html_text import visible
from mel_desktop.logic.html_writing import to_html
from mel_desktop.logic.sanitize import sanitize
from tests.support.html_judge import Count, kept
from tests.support.typical_mails import MAILS


@pytest.mark.parametrize("name", MAILS)
def test_an_honest_mail_stays(name: str) -> None:
    before, after = Count(MAILS[name]), Count(sanitize(MAILS[name]).html)
    missing = (before.declarations - after.declarations, before.look - after.look)
    assert kept(before.declarations, after.declarations) >= 0.95, missing
    assert kept(before.look, after.look) >= 0.95, missing
    assert before.pictures == after.pictures & before.pictures
    assert not before.words - after.words


def test_of_all_of_them_nearly_everything_stays() -> None:
    pairs = [(Count(html), Count(sanitize(html).html)) for html in MAILS.values()]
    for what in ("declarations", "look"):
        whole = sum(getattr(before, what).total() for before, _ in pairs)
        stays = sum((getattr(one, what) & getattr(two, what)).total() for one, two in pairs)
        assert stays / whole >= 0.99


def test_the_counter_sees_what_goes() -> None:
    html = "<p style='color:red;frob:1' align=left><img src=cid:a width=4>un deux</p>"
    before, after = Count(html), Count("<p style='color:red'>un</p>")
    assert kept(before.declarations, after.declarations) == 0.5
    assert kept(before.look, after.look) == 0
    assert before.words - after.words == Counter(["deux"])


@pytest.mark.parametrize(
    "declaration",
    [
        "font-family: -apple-system, BlinkMacSystemFont, 'Segoe UI', \"Noto Sans\", sans-serif",
        "color: #1F497D !important", "background: #fff", "mso-line-height-rule: exactly",
        "mso-table-lspace: 0pt", "-webkit-text-size-adjust: 100%", "zoom: 1",
        "-ms-interpolation-mode: bicubic",
        "caret-color: rgb(0, 0, 0)", "border-radius: 4px 4px 0 0", "font-size: 0px",
        "margin: 0cm 0cm .0001pt", "text-indent: -18.0pt", "border-spacing: 0", "opacity: .85",
        "box-shadow: 0 1px 3px rgba(0,0,0,.12)", "text-decoration-thickness: initial",
        "font-variant-ligatures: normal", "orphans: 2", "white-space: pre-wrap", "cursor: pointer",
        "display: block", "display: inline-block", "display: none", "overflow: hidden",
        "max-height: 0", "width: calc(100% - 16px)", "line-height: 1.15", "letter-spacing: -.2px",
        "border: solid windowtext 1.0pt", "border-image: initial", "background-repeat: no-repeat",
        "page-break-inside: avoid", "tab-stops: list 36.0pt", "vertical-align: baseline",
        "font: 700 14px/20px Arial, Helvetica, sans-serif", "word-break: break-word",
        "background-image: none", "list-style-type: none", "table-layout: fixed", "float: left",
        "min-width: 100%", "mso-list: l0 level1 lfo1", "mso-fareast-language: FR",
        "position: relative", "text-align: -webkit-center", "padding: 0 0 0 1ex",
    ],
)  # fmt: skip
def test_a_harmless_declaration_stays(declaration: str) -> None:
    html = f'<p style="{declaration.replace(chr(34), "&quot;")}">x</p>'
    before, after = Count(html), Count(sanitize(html).html)
    assert before.declarations == after.declarations


def test_a_quote_holds_neither_what_is_hidden_nor_the_place_of_a_picture() -> None:
    letter, embedded = read_with_pictures(MAILS["newsletter"])
    html = to_html(letter)
    assert not embedded
    assert "Aperçu caché" not in html
    assert "[Une classe au travail]" in html
    assert "<img" not in html


@pytest.mark.parametrize(
    ("html", "kept_as"),
    [
        ("<img src='CID:a b@x'>", "cid:a%20b@x"),
        ("<td background='cid:fond@x'>x", 'background="cid:fond@x"'),
        ("<v:shape><v:imagedata src='cid:dessin@x' o:title='a'/></v:shape>x", "cid:dessin@x"),
    ],
)
def test_pictures_of_the_message_stay(html: str, kept_as: str) -> None:
    html = f"<table><tr>{html}</table>" if html.startswith("<td") else html
    assert kept_as in sanitize(html).html


def test_a_drawing_of_word_is_no_second_picture() -> None:
    html = "<v:imagedata src='cid:dessin@x'/><img src='cid:dessin@x'>"
    assert visible(sanitize(html).html).count("<img") == 1
    assert "<img" not in drawable(sanitize("<v:imagedata src='cid:dessin@x'/>").html)


@pytest.mark.parametrize(
    "html",
    [
        "<p align=center width=300>x", "<span color=red size=2 face=Arial>x</span>",
        "<table height=40 width='100%' border=0 align=left bgcolor=#fff cellpadding=0><td>x",
        "<nobr style='color:red'>x</nobr>", "<fieldset style='border:0'>x</fieldset>",
        "<td width=auto height=12.5 nowrap valign=top bordercolor=#eee>x",
        "<img src='http://x.example/a.png' width=600 height=90 border=0 style='display:block'>",
        "<body bgcolor=#f4f4f4 style='margin:0'>x", "<hr size=1 width=50% color=#ccc noshade>",
    ],
)  # fmt: skip
def test_a_look_stays(html: str) -> None:
    html = f"<table><tr>{html}</table>" if html.startswith("<td") else html
    before, after = Count(html), Count(sanitize(html).html)
    assert not before.declarations - after.declarations
    assert not before.look - after.look
