"""HTML of mail made safe to draw: an allow-list, and nothing that reaches the network.

Rule 1: no address of a resource leaves this module except ``cid:`` and small ``data:`` pictures.
Remote pictures are listed beside it; on demand the HTML names them by number (``mel-remote:N``).
Rule 2: nothing active: no script, form, frame, object, SVG, MathML, event or style that computes.
Rule 3: the output is written here, tag by tag, from what an HTML5 parser (nh3) understood: it reads
the same to every parser.

Order: html_guard bounds the input, nh3 filters it, the writer below inlines styles, drops what is
hidden, and notes links that show one host and lead to another.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

import nh3

from mel_desktop.logic import css, remote_images
from mel_desktop.logic.html_guard import tame
from mel_desktop.logic.html_text import PART_SEPARATOR, UNREADABLE, is_hidden
from mel_desktop.logic.links import clean_target, is_misleading
from mel_desktop.model.remote_images import Following, RemoteImage

SIGNATURE_CLASS: Final = "mel-signature"  # the one name that stays: our own block of a draft
PICTURE_CAP: Final = 512 * 1024  # characters of a data: picture
PICTURES_CAP: Final = 2 * 1024 * 1024  # of all of them
BLOCKED_CAP: Final = 200
DEPTH_CAP: Final = 100
TABLE_CAP: Final = 12

_TAGS: Final = {
    "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_VOID: Final = frozenset({"br", "col", "hr", "img"})
_COMMON: Final = {"style", "class", "title", "lang", "dir", "align", "hidden"}
_CELL: Final = {"bgcolor", "background", "width", "height", "valign"}
_ATTRIBUTES: Final = {
    "*": _COMMON,
    "a": {"href", "name"},
    "img": {"src", "srcset", "alt", "width", "height", "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": _CELL | {"border", "cellpadding", "cellspacing", "bordercolor", "rules", "frame"},
    "tr": _CELL, "tbody": _CELL, "thead": _CELL, "tfoot": _CELL,
    "td": _CELL | {"colspan", "rowspan", "nowrap"},
    "th": _CELL | {"colspan", "rowspan", "nowrap"},
    "div": {"bgcolor", "background"},
    "col": {"width", "span"}, "colgroup": {"width", "span"},
    "hr": {"width", "size", "color", "noshade"},
    "ol": {"start", "type"}, "ul": {"type"}, "li": {"value", "type"},
}  # fmt: skip
_FETCHING: Final = frozenset({"src", "srcset", "background"})
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,30}")
_COLOUR: Final = re.compile(r"#?[0-9A-Fa-f]{3,8}|[A-Za-z]{3,25}")
_LENGTH: Final = re.compile(r"\s*(\d{1,4})(?:\.\d+)?\s*(%|px)?\s*")
_FACE: Final = re.compile(r"[\w\s,.'-]{1,200}")
_VALUES: Final = {
    "dir": re.compile(r"ltr|rtl|auto", re.I), "lang": re.compile(r"[A-Za-z0-9-]{1,20}"),
    "align": _WORD, "valign": _WORD, "type": re.compile(r"[A-Za-z1]{1,8}"),
    "rules": _WORD, "frame": _WORD, "nowrap": re.compile(r"(?:nowrap|true)?", re.I),
    "noshade": re.compile(r"(?:noshade|true)?", re.I), "name": re.compile(r"[\w.-]{1,80}"),
    "bgcolor": _COLOUR, "color": _COLOUR, "bordercolor": _COLOUR, "face": _FACE,
    "size": re.compile(r"[+-]?\d{1,2}"), "start": re.compile(r"\d{1,5}"),
    "value": re.compile(r"\d{1,5}"), "border": re.compile(r"\d{1,2}"),
    "hspace": re.compile(r"\d{1,3}"), "vspace": re.compile(r"\d{1,3}"),
    "cellpadding": re.compile(r"\d{1,3}"), "cellspacing": re.compile(r"\d{1,3}"),
    "colspan": re.compile(r"[1-9]\d?"), "rowspan": re.compile(r"[1-9]\d?"),
    "span": re.compile(r"[1-9]\d?"),
}  # fmt: skip
_WEB: Final = re.compile(r"(?:https?:)?//", re.I)
_CID: Final = re.compile(r"cid:[^\s\"'<>\\]{1,500}", re.I)
_DATA: Final = re.compile(r"data:image/(?:png|jpe?g|gif);base64,[A-Za-z0-9+/=\s]*", re.I)
_STYLE_OPEN: Final = re.compile(r"<style\b[^>]*>", re.I)
_STYLE_CLOSE: Final = re.compile(r"</style", re.I)
_BODY: Final = re.compile(r"<(/?)body\b", re.I)
_FETCHERS: Final = re.compile(
    r"<(?:link|iframe|frame|embed|object|video|audio|source|input|bgsound|image|script|track|base"
    r"|applet|use|feimage)\b([^>]{0,4000})",
    re.I,
)
_ADDRESS: Final = re.compile(
    r"""\b(?:src|href|data|poster|background|code|archive|srcset)\s*=\s*["']?\s*([^"'\s>]{1,2000})""",
    re.I,
)
_REMOTE: Final = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:)?[/\\]{2}|[a-z][a-z0-9+.-]{1,20}:", re.I)


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """``blocked_remote``: what would have been fetched. ``misleading_links``: text -> target.

    ``pictures``: the remote ones among them, in the order of the message.
    """

    html: str
    blocked_remote: tuple[str, ...] = ()
    misleading_links: tuple[str, ...] = ()
    pictures: tuple[RemoteImage, ...] = ()


class _Filter:
    """The attribute filter of nh3: judges every value, notes what would be fetched."""

    def __init__(self) -> None:
        self.blocked: dict[str, None] = {}
        self.remote: list[str] = []
        self._pictures = 0

    def __call__(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute in _FETCHING:
            return self._picture(tag, attribute, value)
        if attribute == "style":
            self.block(*css.urls_of(value))
            return value[: css.STYLE_CAP]
        if attribute == "href":
            return clean_target(value)
        if attribute in ("class", "title", "alt", "hidden"):
            return value[:1000]
        if attribute in ("width", "height"):
            length = _LENGTH.fullmatch(value)
            return length[1] + (length[2] or "").replace("px", "") if length else None
        form = _VALUES.get(attribute)
        return value if form and form.fullmatch(value.strip()) else None

    def block(self, *addresses: str) -> None:
        for address in addresses:
            address = re.sub(r"[\x00-\x20]+", "", address)[:500]
            local = address.lower().startswith(("cid:", "data:"))
            if _REMOTE.match(address) and not local and len(self.blocked) < BLOCKED_CAP:
                self.blocked[address] = None

    def _picture(self, tag: str, attribute: str, value: str) -> str | None:
        value = value.strip()
        if tag == "img" and attribute == "src":
            if _CID.fullmatch(value):
                return "cid:" + value[4:]
            small = len(value) <= PICTURE_CAP and self._pictures + len(value) <= PICTURES_CAP
            if value[:5].lower() == "data:" and small and _DATA.fullmatch(value):
                self._pictures += len(value)
                return re.sub(r"\s+", "", value)
        if attribute == "srcset":
            self.block(*(piece.split()[0] for piece in value.split(",")[:20] if piece.split()))
        else:
            self.block(value)
        is_remote = tag == "img" and attribute == "src" and _WEB.match(value)
        if is_remote and len(self.remote) < BLOCKED_CAP:
            self.remote.append(re.sub(r"[\x00-\x20]+", "", value)[: remote_images.MOST_ADDRESS])
            return f"{remote_images.SCHEME}:{len(self.remote) - 1}"
        return None


class _Writer(HTMLParser):
    """Writes the final HTML from the well-formed output of nh3."""

    def __init__(self, sheet: css.Sheet, remote: list[str], first: int | None) -> None:
        super().__init__(convert_charrefs=True)
        self.sheet = sheet
        self.remote = [RemoteImage(one, following=Following.HIDDEN) for one in remote]
        self._first = first  # number of the first remote picture; None: none is written
        self.out: list[str] = []
        self.open: list[str] = []  # "" for an element that was not written
        self.tables = 0
        self.skip = 0
        self.links: list[tuple[str, list[str]]] = []
        self.misleading: dict[str, None] = {}
        self.styles: dict[tuple[str, str, str], tuple[css.Style, bool]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skip:
            self.skip += tag not in _VOID
            return
        given = {name: value or "" for name, value in attrs}
        named = given.pop("class", "")
        style, hidden = self._style(tag, named, given.pop("style", ""))
        if named == SIGNATURE_CLASS:
            given["class"] = named
        hidden = hidden or "hidden" in given
        if hidden and tag != "br":
            self.skip = tag not in _VOID
            return
        if tag == "img":
            self._picture(given, style)
            return
        too_deep = len(self.open) >= DEPTH_CAP or (tag == "table" and self.tables >= TABLE_CAP)
        if tag not in _VOID:
            self.open.append("" if too_deep or tag not in _TAGS else tag)
            self.tables += tag == "table"
        if tag == "a":
            self.links.append((given.get("href", ""), []))
        if not too_deep and tag in _TAGS:
            self._write(tag, given, style)

    def handle_endtag(self, tag: str) -> None:
        if self.skip:
            self.skip -= 1
            return
        if not self.open:
            return
        written = self.open.pop()
        self.tables -= tag == "table"
        if tag == "a" and self.links:
            target, shown = self.links.pop()
            text = "".join(shown).strip()
            if target and is_misleading(text[:500], target):
                self.misleading[f"{text[:200]} -> {target[:500]}"] = None
        if written:
            self.out.append(f"</{written}>")

    def handle_data(self, data: str) -> None:
        if self.skip:
            return
        for _, shown in self.links[-1:]:
            shown.append(data)
        self.out.append(entities.escape(data, quote=False))

    def _style(self, tag: str, classes: str, own: str) -> tuple[css.Style, bool]:
        """(declarations, whether they hide) of an element; most of a mail repeats a few."""
        key = (tag, classes, own)
        if key not in self.styles:
            style = self.sheet.style(tag, classes.split())
            style.update(css.declarations(own))
            texts = (own, css.to_text(style))
            self.styles[key] = style, any(is_hidden({"style": text}) for text in texts)
        style, hidden = self.styles[key]
        return dict(style), hidden

    def _write(self, tag: str, given: dict[str, str], style: css.Style) -> None:
        if "bgcolor" in given and tag == "div":
            style.setdefault("background-color", given.pop("bgcolor"))
        given.pop("hidden", None)
        if style:
            given["style"] = css.to_text(style)
        shown = "".join(
            f' {name}="{entities.escape(value)}"' for name, value in given.items()
            if name != "href" or value
        )  # fmt: skip
        self.out.append(f"<{tag}{shown}>")

    def _picture(self, given: dict[str, str], style: css.Style) -> None:
        alt = " ".join(given.get("alt", "").split())[:200]
        number = remote_images.place(given.get("src", ""))
        if number is not None:
            given["src"] = self._remote(number, given, style)
        if not given.get("src"):  # remote, or not a picture at all: its text stays
            if alt:
                self.handle_data(f"[{alt}]")
            return
        if given.get("width") in ("0", "1") or given.get("height") in ("0", "1"):
            return
        given["alt"] = alt
        self._write("img", given, style)

    def _remote(self, number: int, given: dict[str, str], style: css.Style) -> str:
        """Note a remote picture that is not hidden; its place in the HTML, "" for nothing."""
        width = remote_images.length(given.get("width", ""), style.get("width", ""))
        height = remote_images.length(given.get("height", ""), style.get("height", ""))
        most = (style.get(f"max-{one}", "").strip() for one in ("width", "height"))
        hidden = any(re.fullmatch(r"0+(?:\.0*)?(?:px)?", one) for one in most)
        address = self.remote[number].address
        found = remote_images.following(address, width, height, hidden=hidden)
        self.remote[number] = RemoteImage(address, width, height, found)
        if self._first is None or found is not Following.NOT:
            return ""
        return f"{remote_images.SCHEME}:{self._first + number}"


def sanitize(html: str, *, keep_remote: bool = False) -> SafeHtml:
    """The safe form of an HTML body; never raises, linear time.

    ``keep_remote``: a remote picture N of ``pictures`` that is no tracking one is ``mel-remote:N``.
    """
    blocked: dict[str, None] = {}
    pictures: list[RemoteImage] = []
    misleading: dict[str, None] = {}
    documents: list[str] = []
    for document in html.split(PART_SEPARATOR):
        judge = _Filter()
        tamed = _BODY.sub(r"<\1div", tame(document))
        sheet_text = _style_blocks(tamed)
        judge.block(*css.urls_of(sheet_text))
        for fetcher in _FETCHERS.findall(tamed):
            judge.block(*_ADDRESS.findall(fetcher))
        sheet = css.parse_sheet(sheet_text)
        clean = nh3.clean(
            tamed,
            tags=_TAGS,
            clean_content_tags=UNREADABLE,
            attributes=_ATTRIBUTES,
            attribute_filter=judge,
            link_rel=None,
            url_schemes={
                "http",
                "https",
                "mailto",
                "tel",
                "cid",
                "data",
                "file",
                "ftp",
                "smb",
                remote_images.SCHEME,
            },
        )
        writer = _Writer(sheet, judge.remote, len(pictures) if keep_remote else None)
        writer.feed(clean)
        writer.close()
        body = "".join(writer.out)
        whole = css.to_text(sheet.by_tag.get("body", {}))
        documents.append(f'<div style="{entities.escape(whole)}">{body}</div>' if whole else body)
        blocked.update(judge.blocked)
        misleading.update(writer.misleading)
        pictures.extend(writer.remote)
    joined = "<hr>".join(one for one in documents if one.strip())
    return SafeHtml(joined, tuple(blocked)[:BLOCKED_CAP], tuple(misleading)[:20], tuple(pictures))


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
