"""What is wrong with HTML that was made safe, and how much of the sender's look is left in it.

Nothing here knows of logic/sanitize: an own parser, html5lib and tinycss2 read the result.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import html5lib
import tinycss2

from tests.support.html_attacks import T

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
    r"url|(?<!gradient)\(\s*(?![\d.%\s,/-])|expression|(?<!!)(?<!! )import|\\|@|behavior|binding"
    r"|javascript|http|//|var\(|(?<!-)image|(?<!justify-)(?<!align-)content|/\*|<|>|-qt-|(?<![.#\w])\d{5}|:\s*-\d{3}"
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
    try:
        judge.feed(html)
        judge.close()
    except AssertionError as error:  # html.parser, of a marked section
        judge.faults.append(str(error))
    return judge.faults


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


LOOK = frozenset({
    "align", "bgcolor", "border", "bordercolor", "cellpadding", "cellspacing", "color", "colspan",
    "dir", "face", "height", "hspace", "noshade", "nowrap", "rowspan", "size", "start",
    "valign", "vspace", "width",
})  # fmt: skip
HARMFUL = re.compile(r"url|expression|import|behavior|binding|var\(|attr\(|fixed|absolute|sticky")


class Count:
    """What html5lib sees of a document."""

    def __init__(self, html: str) -> None:
        self.declarations: Counter[tuple[str, str]] = Counter()
        self.look: Counter[tuple[str, str]] = Counter()
        self.pictures: Counter[str] = Counter()
        texts: list[str] = []
        self._walk(html5lib.parse(html, namespaceHTMLElements=False), texts)
        self.words = Counter(re.findall(r"\w+", " ".join(texts)))

    def _walk(self, element: Any, texts: list[str]) -> None:
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "meta"):
            return
        for name, value in element.attrib.items():
            if name == "style":
                for piece in value.split(";"):
                    said, colon, what = piece.partition(":")
                    what = " ".join(what.split()).lower()
                    if colon and not HARMFUL.search(what):
                        self.declarations[said.strip().lower(), what] += 1
            elif name in LOOK:
                self.look[name, value.strip().lower()] += 1
            elif name == "src" and value.lower().startswith("cid:"):
                self.pictures[value] += 1
        texts.append(element.text or "")
        for child in element:
            self._walk(child, texts)
            texts.append(child.tail or "")


def kept(before: Counter[Any], after: Counter[Any]) -> float:
    return (before & after).total() / before.total() if before else 1.0
