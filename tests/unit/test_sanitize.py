"""No vector fetches or runs; what honest mail looks like stays. The judge knows nothing of ours."""

from __future__ import annotations

import pytest

from mel_desktop.logic.html_text import PART_SEPARATOR, visible
from mel_desktop.logic.links import clean_target, is_misleading
from mel_desktop.logic.sanitize import sanitize
from tests.support.html_attacks import VECTORS
from tests.support.html_judge import faults, second_opinion, words_of


def test_there_are_enough_vectors() -> None:
    assert len(set(VECTORS)) >= 400


@pytest.mark.parametrize("vector", VECTORS)
def test_vector(vector: str) -> None:
    safe = sanitize(vector)
    assert not faults(safe.html)
    around = sanitize(f"<div><p>avant</p>{vector}</div>")
    assert not faults(around.html)
    assert "avant" in around.html
    assert sanitize(safe.html).html.count("<img") <= safe.html.count("<img")


# What HTML 5 reads as text although it is markup: read as markup here, as older readers do.
MARKUP_AS_TEXT = ("<noembed", "<iframe", "<noframes", "\x00", "<isindex")


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.filterwarnings("ignore::html5lib.constants.DataLossWarning")
def test_other_parsers_agree(vector: str) -> None:
    safe = sanitize(vector).html
    assert not second_opinion(safe)
    if not any(one in vector for one in MARKUP_AS_TEXT):
        assert not words_of(vector) - words_of(safe), safe


def test_the_other_parsers_see_what_is_not_clean() -> None:
    caught = sum(bool(second_opinion(vector)) for vector in VECTORS)
    assert caught >= len(VECTORS) * 0.85


def test_the_judge_sees_what_is_not_clean() -> None:
    caught = sum(bool(faults(vector)) for vector in VECTORS)
    assert caught >= len(VECTORS) * 0.9


def test_blocked_addresses_are_named() -> None:
    html = (
        "<body background='http://a.invalid/1'><img src='http://a.invalid/2' alt='Logo'>"
        "<p style='background:url(http://a.invalid/3)'>x</p><img srcset='//a.invalid/4 2x'>"
        "<style>p{background:url(http://a.invalid/5)}</style><iframe src=http://a.invalid/6></iframe>"
    )
    safe = sanitize(html)
    for number in range(1, 7):
        assert any(one.endswith(f"/{number}") for one in safe.blocked_remote), number
    assert 'alt="Logo"' in safe.html
    assert sanitize("<img src=cid:a><a href='https://x.example'>y</a>").blocked_remote == ()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<img src='cid:logo@x' width='120' alt='Logo'>", '<img src="cid:logo@x"'),
        ("<img src='data:image/png;base64,AAAA'>", 'src="data:image/png;base64,AAAA"'),
        ("<font color='#336699' face='Arial' size='2'>x</font>", 'color="#336699"'),
        ("<table border='1' cellpadding='4' width='600'><tr><td>x</table>", 'cellpadding="4"'),
        ("<td bgcolor='#eeeeee' align='center' colspan='2'>", ""),
        ("<p style='color:red;text-align:center'>x", "color:red;text-align:center"),
        ("<p style='font-family:\"Calibri\",sans-serif'>x", "Calibri"),
        ("<p style='margin:0cm 0cm .0001pt'>x", "margin:0cm 0cm .0001pt"),
        ("<p style='text-indent:-18.0pt'>x", "text-indent:-18.0pt"),
        ("<p style='border:solid windowtext 1.0pt'>x", "border:solid windowtext 1.0pt"),
        ("<p style='background:rgb(255, 0, 10)'>x", "background:rgb(255, 0, 10)"),
        ("<p style='background:#fff url(http://a.invalid) no-repeat'>x", "background-color:#fff"),
        ("<p style='COLOR:Red !important'>x", "color:Red"),
        ("<style>.n{color:blue}</style><p class='n'>x", "color:blue"),
        ("<style><!-- p.n,li.n{margin:0} --></style><p class=n>x", "margin:0"),
        ("<style>@media print{p{color:red}} p{color:green}</style><p>x", "color:green"),
        ("<style>body{color:navy}</style><body><p>x</body>", "color:navy"),
        ("<body bgcolor=#fafafa>x", "background-color:#fafafa"),
        ("<a href='https://x.example/a?b=1&c=2#d'>x</a>", "https://x.example/a?b=1&amp;c=2#d"),
        (
            "<a href='mailto:a@x.example?subject=Bonjour'>x</a>",
            "mailto:a@x.example?subject=Bonjour",
        ),
        ("<b>x</b><!--[if !mso]><!--><i>y</i><!--<![endif]-->", "<i>y</i>"),
        ("<form><label>Nom</label></form>", "Nom"),
        ("<div dir='rtl'>x</div>", 'dir="rtl"'),
        ("1 &lt; 2 &amp;amp; 3", "1 &lt; 2 &amp;amp; 3"),
    ],
)
def test_the_look_stays(given: str, kept: str) -> None:
    html = sanitize(given).html
    assert kept in html
    assert not faults(html)


def test_hidden_text_goes() -> None:
    html = sanitize(
        "<div style='display:none'>pre<b>en</b></div><p hidden>a</p><p>Bonjour</p>"
    ).html
    assert visible(html) == "<p>Bonjour</p>"
    by_class = "<style>.h{display:none}</style><p class=h>a</p><p>b</p>"
    assert visible(sanitize(by_class).html) == "<p>b</p>"


def test_parts_never_share_a_document() -> None:
    first = "<p>un</p><a href='https://evil.invalid/?"
    safe = sanitize(first + PART_SEPARATOR + "<p>secret</p>'>x</a>")
    assert "secret" in safe.html
    assert "evil" not in safe.html
    assert not faults(safe.html)


MISLEADING = [
    ("Voir www.ac-paris.fr et la suite", "https://x.example"),
    ("www.ac-paris.fr", "http://evil.example"),
    ("https://www.ac-paris.fr/portail", "http://evil.example/portail"),
    ("ac-paris.fr", "https://ac-paris.fr.evil.example/"),
    ("https://ent.ac-lyon.fr", "https://ent.ac-lyon.fr@evil.example/"),
    ("https://education.gouv.fr", "https://education-gouv.fr"),
    ("http://ac-paris.fr:443/x", "http://192.0.2.1/x"),
    ("ac-paris.fr", "https://xn--ac-pars-sza.fr/"),
    ("rectrice@ac-paris.fr", "https://evil.example/login"),
    ("rectrice@ac-paris.fr", "mailto:x@evil.example"),
    ("<https://www.ac-paris.fr>", "http://evil.example"),
    ("HTTPS://WWW.AC-PARIS.FR", "https://evil.example"),
    ("www．ac-paris．fr", "https://evil.example"),
    ("webmail.ac-lille.fr.", "https://evil.example"),
]
HONEST = [
    ("www.ac-paris.fr", "https://www.ac-paris.fr/portail"),
    ("ac-paris.fr", "https://www.ac-paris.fr/"),
    ("https://ac-paris.fr", "https://ent.ac-paris.fr"),
    ("Cliquez ici", "https://x.example"),
    ("bulletin.pdf", "https://ent.exemple.fr/b.pdf"),
    ("M.Dupont", "https://ent.exemple.fr"),
    ("3.5 points", "https://ent.exemple.fr"),
    ("claire@ac-paris.fr", "mailto:claire@ac-paris.fr"),
    ("", "https://x.example"),
    ("notes.xlsx", "https://nuage.exemple.fr/s/1"),
    ("AC-PARIS.FR", "https://ac-paris.fr"),
]


@pytest.mark.parametrize(("shown", "target"), MISLEADING)
def test_misleading(shown: str, target: str) -> None:
    assert is_misleading(shown, target)
    assert sanitize(f"<a href='{target}'>{shown.replace('<', '&lt;')}</a>").misleading_links


@pytest.mark.parametrize(("shown", "target"), HONEST)
def test_honest(shown: str, target: str) -> None:
    assert not is_misleading(shown, target)
    assert not sanitize(f"<a href='{target}'>{shown}</a>").misleading_links


def test_targets() -> None:
    assert clean_target("mailto:a@x.example?attach=/etc/passwd&Subject=a") == (
        "mailto:a@x.example?Subject=a"
    )
    assert clean_target("https://x.example/\u00e9") == "https://x.example/%C3%A9"
    assert clean_target("http://") is None


def test_half_a_pair_of_characters_is_no_trouble() -> None:
    assert sanitize("<p>a\ud83d</p>").html == "<p>a?</p>"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("<img src='data:IMAGE/PNG;BASE64,QUJD'>", 'src="data:image/png;base64,QUJD"'),
        ("<a href=\"mailto:a@x.example?subject=l'avis')&&x('\">x</a>", "l%27avis%27)"),
        ("<p style='color:red;background:url&#9;'>x</p>", '<p style="color:red">'),
    ],
)
def test_what_others_try(given: str, wanted: str) -> None:
    html = sanitize(given).html
    assert wanted in html
    assert not faults(html)
