"""No vector fetches or runs; what honest mail looks like stays. The judge knows nothing of ours."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import html5lib
import pytest
import tinycss2

from mel_desktop.logic.html_text import PART_SEPARATOR, visible
from mel_desktop.logic.links import clean_target, is_misleading
from mel_desktop.logic.sanitize import sanitize
from tests.support.html_attacks import VECTORS, T

HARMLESS = frozenset({
    "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "var", "wbr", "bdo",
})  # fmt: skip
QUIET = frozenset({
    "alink", "align", "alt", "background", "bgcolor", "clear", "link", "summary", "text", "vlink",
    "border", "bordercolor", "cellpadding", "cellspacing", "color",
    "colspan", "dir", "face", "frame", "height", "href", "hspace", "lang", "name", "noshade",
    "nowrap", "rowspan", "rules", "size", "span", "src", "start", "style", "title", "type",
    "valign", "value", "vspace", "width",
})  # fmt: skip
LINK = re.compile(r"(?:https?://[^/\\\s]|mailto:|tel:[0-9+]|#)[^\s\\\"'<>]*", re.I)
PICTURE = re.compile(r"cid:[^\s\"'<>\\]+|data:image/(?:png|jpe?g|gif);base64,[A-Za-z0-9+/=]*")
BAD_STYLE = re.compile(
    r"url|\(\s*(?![\d.%\s,/-])|expression|(?<!!)(?<!! )import|\\|@|behavior|binding|javascript|http"
    r"|//|var\(|(?<!-)image|(?<!justify-)(?<!align-)content|/\*|<|>|-qt-|(?<!\.)\b\d{5}|:\s*-\d{3}"
    r"|(?:^|;)(?:position:(?!static|relative)|filter:(?!none)|transform:(?!none)|animation:(?!none))",
    re.I,
)


class Judge(HTMLParser):
    """Collects what is wrong with finished HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HARMLESS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            value = value or ""
            if name not in QUIET:
                self.faults.append(f"attribute {name}")
            elif name == "href" and not LINK.fullmatch(value):
                self.faults.append(f"link {value}")
            elif name == "src" and not PICTURE.fullmatch(value):
                self.faults.append(f"picture {value[:80]}")
            elif name == "background" and not PICTURE.fullmatch(value):
                self.faults.append(f"background {value[:80]}")
            elif name == "style" and BAD_STYLE.search(value):
                self.faults.append(f"style {value}")
            elif name in ("width", "height", "colspan", "border", "hspace") and not re.fullmatch(
                r"\d{1,4}(?:\.\d+)?(?:%|px|pt|em)?|auto|\*|none|yes|no|", value
            ):
                self.faults.append(f"{name} {value}")
            elif T in value and name not in ("href", "alt", "title"):
                self.faults.append(f"{name} holds an address")
        if tag == "img" and not any(name == "src" for name, _ in attrs):
            self.faults.append("picture without source")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.faults.append("instruction")

    def unknown_decl(self, data: str) -> None:
        self.faults.append("unknown declaration")


def faults(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.faults


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


def second_opinion(html: str) -> list[str]:
    """What html5lib and tinycss2 find, which know nothing of nh3 nor of the judge above."""
    found: list[str] = []
    for element in html5lib.parseFragment(html).iter():
        space, _, tag = str(element.tag).rpartition("}")
        if tag == "DOCUMENT_FRAGMENT":
            continue
        if space != "{http://www.w3.org/1999/xhtml" or tag not in HARMLESS:
            found.append(f"element {element.tag}")
        for name, value in element.attrib.items():
            if str(name).startswith("on") or str(name) not in QUIET | {"class"}:
                found.append(f"attribute {name}")
            if name in ("src", "background") and not PICTURE.fullmatch(value):
                found.append(f"picture {value[:80]}")
            if name == "href" and not LINK.fullmatch(value):
                found.append(f"link {value[:80]}")
            if name == "style":
                found += bad_tokens(tinycss2.parse_component_value_list(value))
    return found


CALLS = frozenset({
    "rgb", "rgba", "hsl", "hsla", "calc", "linear-gradient", "radial-gradient",
    "repeating-linear-gradient", "repeating-radial-gradient",
})  # fmt: skip


def bad_tokens(tokens: list[tinycss2.ast.Node]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        if token.type in ("url", "error", "at-keyword", "unicode-range"):
            found.append(f"style {token.serialize()[:80]}")
        elif token.type == "function":
            if token.lower_name not in CALLS:
                found.append(f"call {token.name}")
            found += bad_tokens(token.arguments)
        elif token.type.endswith("block"):
            found.append(f"block {token.serialize()[:80]}")
    return found


def words_of(html: str) -> set[str]:
    """Words that are no markup, style or script, as html5lib reads them."""
    found: list[str] = []

    def walk(element: object) -> None:
        name = str(element.tag).rpartition("}")[2]  # type: ignore[attr-defined]
        if name not in ("script", "style", "template") and isinstance(element.tag, str):  # type: ignore[attr-defined]
            found.append(element.text or "")  # type: ignore[attr-defined]
            for child in element:  # type: ignore[attr-defined]
                walk(child)
                found.append(child.tail or "")

    walk(html5lib.parse(html))
    return set(re.findall(r"\w+", " ".join(found)))


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
