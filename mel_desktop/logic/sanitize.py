"""HTML of mail made safe to draw: an allow-list, and nothing that reaches the network.

Rule 1: no address of a resource leaves this module except ``cid:`` and small ``data:`` pictures.
Rule 2: nothing active: no script, form, frame, object, SVG, MathML, event or style that computes.
Rule 3: the output is written here, tag by tag, from what an HTML5 parser (nh3) understood: it reads
the same to every parser.

Rule 4: it stays faithful: every harmless declaration and attribute, and all text. What was hidden
stays, hidden (html_text.visible leaves it out); a picture that is not here keeps its place.

Order: html_guard bounds the input, nh3 filters it, the writer below inlines styles and notes links
that show one host and lead to another.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mel_desktop.logic import css
from mel_desktop.logic.html_guard import tame
from mel_desktop.logic.html_text import ATTRIBUTE, PART_SEPARATOR, PIECES, PLACEHOLDER
from mel_desktop.logic.links import clean_target, is_misleading
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

SIGNATURE_CLASS: Final = "mel-signature"  # the one name that stays: our own block of a draft
PICTURE_CAP: Final = 512 * 1024  # characters of a data: picture
PICTURES_CAP: Final = 2 * 1024 * 1024  # of all of them
BLOCKED_CAP: Final = 200
DEPTH_CAP: Final = 100
TABLE_CAP: Final = 12

_TAGS: Final = {
    "a", "abbr", "address", "article", "aside", "b", "bdo", "big", "blockquote", "br", "caption",
    "center",
    "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_UNREADABLE: Final = {"script", "style"}
_VOID: Final = frozenset({"br", "col", "hr", "img", "wbr"})
_COMMON: Final = {
    "style", "class", "title", "lang", "dir", "hidden", "align", "bgcolor", "border", "bordercolor",
    "cellpadding", "cellspacing", "clear", "color", "face", "height", "hspace", "noshade", "nowrap",
    "size", "valign", "vspace", "width",
}  # fmt: skip
_CELL: Final = {"background", "colspan", "rowspan"}
_ATTRIBUTES: Final = {
    "*": _COMMON,
    "a": {"href", "name"},
    "img": {"src", "srcset", "alt"},
    "table": {"background", "rules", "frame", "summary"},
    "tr": {"background"}, "tbody": {"background"}, "thead": {"background"}, "tfoot": {"background"},
    "td": _CELL, "th": _CELL,
    "div": {"background", "text", "link", "vlink", "alink"},  # what the body had
    "col": {"span"}, "colgroup": {"span"},
    "ol": {"start", "type"}, "ul": {"type"}, "li": {"value", "type"},
}  # fmt: skip
_FETCHING: Final = frozenset({"src", "srcset", "background"})
_WORD: Final = late(r"[A-Za-z][A-Za-z0-9-]{0,30}")
_COLOUR: Final = late(r"#?[0-9A-Fa-f]{3,8}|[A-Za-z]{3,25}|rgba?\([\d.%\s,]{1,40}\)|")
_LENGTH: Final = late(r"\d{1,4}(?:\.\d{1,10})?\s*(?:%|px|pt|em)?|auto|\*")
_FACE: Final = late(r"[\w\s,.;&'\"+-]{1,200}")
_VALUES: Final = {
    "dir": late(r"ltr|rtl|auto", re.I), "lang": late(r"[A-Za-z0-9-]{1,20}"),
    "align": _WORD, "valign": _WORD, "type": late(r"[A-Za-z1]{1,8}"),
    "rules": _WORD, "frame": _WORD, "nowrap": late(r"(?:nowrap|true)?", re.I),
    "noshade": late(r"(?:noshade|true)?", re.I), "name": late(r"[\w.-]{1,80}"),
    "bgcolor": _COLOUR, "color": _COLOUR, "bordercolor": _COLOUR, "face": _FACE,
    "size": late(r"[+-]?\d{1,2}(?:px|pt)?"), "start": late(r"\d{1,5}"),
    "value": late(r"\d{1,5}"), "border": late(r"\d{1,2}(?:px)?|yes|no|none|", re.I),
    "hspace": late(r"\d{1,3}(?:px)?"), "vspace": late(r"\d{1,3}(?:px)?"),
    "cellpadding": late(r"\d{1,3}(?:px|%)?"), "cellspacing": late(r"\d{1,3}(?:px)?"),
    "colspan": late(r"[1-9]\d?"), "rowspan": late(r"[1-9]\d?"),
    "span": late(r"[1-9]\d?"), "clear": _WORD,
    "summary": late(r"[\w\s.,:;!?'’()-]{0,200}"),
    "text": _COLOUR, "link": _COLOUR, "vlink": _COLOUR, "alink": _COLOUR,
}  # fmt: skip
_CID: Final = late(r"cid:(?![^:]*://|[/\\])[^\s\"'<>\\]{1,500}", re.I)
_DATA: Final = late(r"data:image/(?:png|jpe?g|gif);base64,[A-Za-z0-9+/=\s]*", re.I)
_STYLE_OPEN: Final = late(r"<style\b[^>]*>", re.I)
_STYLE_CLOSE: Final = late(r"</style", re.I)
# Read as plain containers. A parser that runs scripts and frames takes the text of the first row
# for a string; nh3 drops the text of drawings and formulas with them.
_BLOCKS: Final = frozenset({
    "body", "noscript", "iframe", "noembed", "noframes", "foreignobject", "annotation-xml",
    "fieldset", "legend", "details", "summary", "dialog", "hgroup", "search", "marquee",
})  # fmt: skip
_INLINES: Final = frozenset({
    "button", "label", "nobr", "time", "data", "bdi", "acronym", "blink", "svg",
    "math", "text", "tspan", "textpath", "tref", "g", "defs", "symbol",
    "switch", "mi", "mo", "mn", "ms", "mtext", "mrow", "mfrac", "msup", "msub", "msubsup", "msqrt",
    "mroot", "mstyle", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mfenced",
    "mpadded", "mphantom", "menclose", "merror", "semantics", "annotation", "maction",
})  # fmt: skip
_DRAWING: Final = late(r"<v:imagedata\b(?=[^>]{0,1000}cid:)", re.I)
_NAME: Final = late(r"<([a-zA-Z][a-zA-Z-]*)(?=[\s/>])")
_UNSHOWN: Final = late(
    r"<(title|xml|desc|metadata)\b([^>]{0,200})>([^<]{0,300}|.{0,4000}?)</\1\s*>", re.I | re.S
)
_UNSHOWN_CAP: Final = 8
_FETCHERS: Final = late(
    r"<(?:link|iframe|frame|embed|object|video|audio|source|input|bgsound|image|script|track|base"
    r"|applet|use|feimage)\b([^>]{0,4000})",
    re.I,
)
_ADDRESS: Final = late(
    r"""\b(?:src|href|data|poster|background|code|archive|srcset)\s*=\s*["']?\s*([^"'\s>]{1,2000})""",
    re.I,
)
_REMOTE: Final = late(r"(?:[a-z][a-z0-9+.-]{1,20}:)?[/\\]{2}|[a-z][a-z0-9+.-]{1,20}:", re.I)


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """``blocked_remote``: what would have been fetched. ``misleading_links``: text -> target."""

    html: str
    blocked_remote: tuple[str, ...] = ()
    misleading_links: tuple[str, ...] = ()


class _Filter:
    """The attribute filter of nh3: judges every value, notes what would be fetched."""

    def __init__(self, answered: Mapping[str, str]) -> None:
        self.blocked: dict[str, None] = {}
        self._answered = answered
        self._judged: dict[tuple[str, str], str | None] = {}
        self._pictures = 0

    def __call__(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute in _FETCHING:
            return self._picture(tag, attribute, value)
        key = (attribute, value)
        if key not in self._judged:  # most of a mail repeats a few
            self._judged[key] = self._judge(attribute, value)
        return self._judged[key]

    def _judge(self, attribute: str, value: str) -> str | None:
        if attribute == "style":
            self.block(*css.urls_of(value))
            return value[: css.STYLE_CAP]
        if attribute == "href":
            return clean_target(value)
        if attribute in ("class", "title", "alt", "hidden"):
            return value[:1000]
        if attribute in ("width", "height"):
            value = value.strip()
            return value if _LENGTH.fullmatch(value) else None
        form = _VALUES.get(attribute)
        value = value.strip()
        return value if form and form.fullmatch(value) else None

    def block(self, *addresses: str) -> None:
        for address in addresses:
            address = re.sub(r"[\x00-\x20]+", "", address)[:500]
            local = address.lower().startswith(("cid:", "data:"))
            if _REMOTE.match(address) and not local and len(self.blocked) < BLOCKED_CAP:
                self.blocked[address] = None

    def _picture(self, tag: str, attribute: str, value: str) -> str | None:
        value = value.strip()
        if tag == "img" and attribute == "src":
            if value[:4].lower() == "cid:":
                value = value.replace(" ", "%20")
            if _CID.fullmatch(value):
                return "cid:" + value[4:]
            if content_id := self._answered.get(value):
                return f"cid:{content_id}"
            small = len(value) <= PICTURE_CAP and self._pictures + len(value) <= PICTURES_CAP
            if value[:5].lower() == "data:" and small and _DATA.fullmatch(value):
                self._pictures += len(value)
                head, _, picture = value.partition(",")
                return f"{head.lower()},{''.join(picture.split())}"
        if attribute == "background" and _CID.fullmatch(value):
            return "cid:" + value[4:]
        if attribute == "srcset":
            self.block(*(piece.split()[0] for piece in value.split(",")[:20] if piece.split()))
        else:
            self.block(value)
        return None


class _Writer:
    """Writes the final HTML from the well-formed output of nh3."""

    def __init__(self, sheet: css.Sheet) -> None:
        self.sheet = sheet
        self.out: list[str] = []
        self.open: list[str] = []  # "" for an element that was not written
        self.tables = 0
        self.links: list[tuple[str, list[str]]] = []
        self.misleading: dict[str, None] = {}
        self.drawn: dict[str, str] = {}
        self.styles: dict[tuple[str, str, str], str] = {}

    def walk(self, clean: str) -> None:
        """All of it: what is neither a tag as nh3 writes it nor text does not pass."""
        for whole, closing, tag, attributes, text in PIECES.findall(clean):
            if text:
                self._text(text)
            elif closing:
                self._end(tag)
            elif tag in ("a", "table", "img"):
                self._start(tag, attributes)
            else:  # most of a mail repeats a few tags
                if (drawn := self.drawn.get(whole)) is None:
                    drawn = self.drawn[whole] = self._tag(tag, attributes)[0]
                self._open(tag, drawn)
        while self.open:
            self._end("")

    def _start(self, tag: str, attributes: str) -> None:
        drawn, target = self._tag(tag, attributes)
        if tag == "a":
            self.links.append((target, []))
        self._open(tag, drawn)

    def _open(self, tag: str, drawn: str) -> None:
        too_deep = len(self.open) >= DEPTH_CAP or (tag == "table" and self.tables >= TABLE_CAP)
        if tag not in _VOID:
            self.open.append("" if too_deep or not drawn else tag)
            self.tables += tag == "table"
        if not too_deep or tag in _VOID:
            self.out.append(drawn)

    def _tag(self, tag: str, attributes: str) -> tuple[str, str]:
        """(the start tag as it is written, where it leads to)."""
        found = ATTRIBUTE.findall(attributes) if attributes else ()
        given = {name: entities.unescape(value) for name, value in found}
        if tag not in _TAGS:
            return "", ""
        named = given.pop("class", "")
        style = self._style(tag, named, given.pop("style", ""))
        if named == SIGNATURE_CLASS:
            given["class"] = named
        if "hidden" in given:
            del given["hidden"]
            style = f"{style};display:none" if style else "display:none"
        for name, says in (("text", "color"), ("bgcolor", "background-color")):
            if tag == "div" and name in given and f"{says}:" not in style:  # it was the body
                style = f"{says}:{given[name]};{style}".rstrip(";")
        if style:
            given["style"] = style
        if tag == "img":
            given["alt"] = " ".join(given.get("alt", "").split())[:200]
            given.setdefault("src", PLACEHOLDER)
        shown = "".join(
            f' {name}="{entities.escape(value)}"' for name, value in given.items()
            if name != "href" or value
        )  # fmt: skip
        return f"<{tag}{shown}>", given.get("href", "")

    def _end(self, tag: str) -> None:
        if tag in _VOID or not self.open:
            return
        written = self.open.pop()
        self.tables -= tag == "table"
        if tag == "a" and self.links:
            target, shown = self.links.pop()
            text = entities.unescape("".join(shown)).strip()
            if target and is_misleading(text[:500], target):
                self.misleading[f"{text[:200]} -> {target[:500]}"] = None
        if written:
            self.out.append(f"</{written}>")

    def _text(self, escaped: str) -> None:
        if self.links:
            self.links[-1][1].append(escaped)
        self.out.append(escaped.replace(">", "&gt;") if ">" in escaped else escaped)

    def _style(self, tag: str, classes: str, own: str) -> str:
        """The style attribute of an element; most of a mail repeats a few."""
        key = (tag, classes, own)
        if key not in self.styles:
            pairs = css.pairs(own) if own else ()
            if style := self.sheet.style(tag, classes.split()):
                mine = {name for name, _ in pairs}
                pairs = tuple(
                    (name, value) for name, value in style.items()
                    if name not in mine or css.is_important(value)
                ) + pairs  # fmt: skip
            self.styles[key] = ";".join(f"{name}:{value}" for name, value in pairs)
        return self.styles[key]


def sanitize(html: str, answered: Mapping[str, str] = MappingProxyType({})) -> SafeHtml:
    """The safe form of an HTML body; never raises, linear time.

    ``answered``: address of a remote picture -> content id under which our own cache holds it.
    """
    import nh3  # noqa: PLC0415 1.5 MB, for the first message that is HTML

    blocked: dict[str, None] = {}
    misleading: dict[str, None] = {}
    documents: list[str] = []
    for document in html.split(PART_SEPARATOR):
        judge = _Filter(answered)
        tamed = tame(document)
        sheet_text = _style_blocks(tamed)
        judge.block(*css.urls_of(sheet_text))
        for fetcher in _FETCHERS.findall(tamed):
            judge.block(*_ADDRESS.findall(fetcher))
        sheet = css.parse_sheet(sheet_text)
        tamed = _UNSHOWN.sub(r"<div hidden><\1\2>\3</\1></div>", tamed, count=_UNSHOWN_CAP)
        tamed = _contained(tamed)
        clean = nh3.clean(
            tamed,
            tags=_TAGS,
            clean_content_tags=_UNREADABLE,
            attributes=_ATTRIBUTES,
            attribute_filter=judge,
            link_rel=None,
            url_schemes={"http", "https", "mailto", "tel", "cid", "data", "file", "ftp", "smb"},
        )
        writer = _Writer(sheet)
        writer.walk(clean)
        body = "".join(writer.out)
        whole = css.to_text(sheet.by_tag.get("body", {}))
        documents.append(f'<div style="{entities.escape(whole)}">{body}</div>' if whole else body)
        blocked.update(judge.blocked)
        misleading.update(writer.misleading)
    joined = "<hr>".join(one for one in documents if one.strip())
    return SafeHtml(joined, tuple(blocked)[:BLOCKED_CAP], tuple(misleading)[:20])


def _contained(html: str) -> str:
    """With plain containers for those that a browser without scripts and frames reads so."""
    html = _DRAWING.sub("<img hidden", html)  # Word's picture beside the one that others draw
    found = {name.lower() for name in set(_NAME.findall(html))}
    for names, plain in ((found & _BLOCKS, "div"), (found & _INLINES, "span")):
        if names:
            html = re.sub(
                rf"<(/?)(?:{'|'.join(sorted(names))})(?=[\s/>])", rf"<\1{plain}", html, flags=re.I
            )
    return html


def _style_blocks(html: str) -> str:
    out: list[str] = []
    position = 0
    size = 0
    while size < css.SHEET_CAP and (opening := _STYLE_OPEN.search(html, position)):
        closing = _STYLE_CLOSE.search(html, opening.end())
        if closing is None:
            break
        out.append(html[opening.end() : closing.start()])
        size += len(out[-1])
        position = closing.end()
    return "\n".join(out)
