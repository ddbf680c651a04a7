"""HTML to plain text for reading, quoting, previews and search. Linear, bounded, never raises.

The document goes through nh3 first, so that what is walked here is well-formed whatever was sent.
Blocks, lists, tables, quotes ("> ") and links (text <url>) stay recognisable; hidden text
(preheaders) is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import Final

from mel_desktop.logic.html_guard import tame
from mel_desktop.model.patterns import late

TEXT_CAP: Final = 2_000_000
PART_SEPARATOR: Final = "\f"  # between the HTML of two parts: they never share a document

_TAGS: Final = {
    "a", "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl",
    "dt", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "img", "li", "main", "nav", "ol", "p", "pre", "section", "span", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
UNREADABLE: Final = {
    "script", "style", "title", "template", "svg", "iframe", "noembed", "noframes", "select",
    "textarea", "noscript", "audio", "video", "canvas", "applet", "xml", "datalist", "head",
}  # fmt: skip
_ATTRIBUTES: Final = {"*": {"style", "hidden"}, "a": {"href"}, "img": {"alt"}, "ol": {"start"}}
_SPACED: Final = frozenset({"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "pre"})
_BLOCKS: Final = _SPACED | {
    "address", "article", "aside", "caption", "center", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "header", "li", "main", "nav", "ol", "section", "tr", "ul",
}  # fmt: skip
_VOID: Final = frozenset({"br", "hr", "img", "col", "wbr"})
_BLANKS: Final = late(r"[ \t\r\n\f\v]+")
_HIDDEN: Final = late(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|max-height\s*:\s*0(?:px|pt|em)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))",
    re.I,
)
_POINTLESS: Final = late(r"(?:^|;)\s*font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)", re.I)
# Newsletters set size 0 around columns to swallow the gaps; what is inside sets its own.
_HOLDERS: Final = frozenset({
    "table", "tbody", "thead", "tfoot", "tr", "td", "th", "div", "center", "section", "main", "ul",
})  # fmt: skip
_INVISIBLE: Final = late("[\u00ad\u034f\u200b-\u200d\u2060\ufeff]")
# An empty picture, in the place of one that is not here.
PLACEHOLDER: Final = (
    "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
)
_NEST_CAP: Final = 8
# All that well-formed HTML without comments consists of: a tag, or text.
TOKEN: Final = late(r"""<(/?)([a-z][a-z0-9]*)((?:\ [a-z-]+="[^"]*")*)>|[^<]+""")
# The same for findall: (the tag, "/" or "", its name, its attributes, or text).
PIECES: Final = late(r"(<(/?)([a-z][a-z0-9]*)((?:\ [a-z-]+=\"[^\"]*\")*)>)|([^<]+)")
ATTRIBUTE: Final = late(r"""\ ([a-z-]+)="([^"]*)\"""")


def is_hidden(tag: str, style: str) -> bool:
    """Whether an element is meant not to be seen."""
    return bool(style) and (_hides(style) or (tag not in _HOLDERS and _is_pointless(style)))


@lru_cache(maxsize=256)
def _is_pointless(style: str) -> bool:
    return bool(_POINTLESS.search(style))


@lru_cache(maxsize=256)  # one document says the same again and again
def _hides(style: str) -> bool:
    return bool(_HIDDEN.search(style))


def visible(safe: str) -> str:
    """Sanitised HTML without what is hidden: what a person sees of it, and nothing else."""
    out: list[str] = []
    skip = 0
    for token in TOKEN.finditer(safe):
        closing, tag, attributes = token.groups()
        if tag is None:
            if not skip:
                out.append(token[0])
        elif skip:
            if tag not in _VOID:
                skip += -1 if closing else 1
        elif not closing and attributes and is_unseen(tag, attributes):
            skip = tag not in _VOID
        elif tag == "img" and PLACEHOLDER in attributes:
            alt = dict(ATTRIBUTE.findall(attributes)).get("alt")
            out.append(f"[{alt}]" if alt else "")
        else:
            out.append(token[0])
    return "".join(out)


_STYLED: Final = late(r''' style="([^"]*)"''')
_POINT: Final = late(r''' (?:width|height)="[01](?:px)?"''')


def is_unseen(tag: str, attributes: str) -> bool:
    """The same of a start tag of sanitised HTML; a counter of one point too."""
    if tag == "img" and _POINT.search(attributes):
        return True  # a counter, not a picture
    style = _STYLED.search(attributes)
    return style is not None and tag != "br" and is_hidden(tag, unescape(style[1]))


class _Writer(HTMLParser):
    """Walks well-formed HTML and writes lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.size = 0
        self.quotes = 0
        self.lists: list[int] = []  # number of the next item; 0 for bullets
        self.pre = 0
        self.skip = 0  # depth inside a hidden element
        self.links: list[tuple[str, int]] = []
        self.bullet = ""
        self.cells: list[bool] = []  # whether the row has had a cell

    def walk(self, clean: str) -> None:
        """``feed``, several times quicker where the document is as plain as nh3 writes it."""
        tokens = list(TOKEN.finditer(clean))
        if sum(len(token[0]) for token in tokens) != len(clean):
            self.feed(clean)
            return
        for token in tokens:
            closing, tag, attributes = token.groups()
            if tag is None:
                self.handle_data(unescape(token[0]))
            elif closing:
                self.handle_endtag(tag)
            else:
                found = ATTRIBUTE.findall(attributes) if attributes else ()
                self.handle_starttag(tag, [(name, unescape(value)) for name, value in found])

    # -- events

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self.skip:
            self.skip += tag not in _VOID
            return
        if tag not in _VOID and (
            "hidden" in attributes or is_hidden(tag, attributes.get("style") or "")
        ):
            self.skip = 1
            return
        if tag in _BLOCKS:
            self._break(blank=tag in _SPACED and not self.lists and not self._in_cell())
        if tag == "br":
            self._end_line()
        elif tag == "hr":
            self._break(blank=False)
            self._add("-" * 20)
            self._break(blank=False)
        elif tag == "img":
            alt = _BLANKS.sub(" ", attributes.get("alt") or "").strip()
            if alt and len(alt) < 300:
                self._add(f"[{alt}]")
        elif tag == "a":
            self.links.append((attributes.get("href") or "", len(self.line)))
        else:
            self._open_block(tag, attributes)

    def _open_block(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.pre += 1
        elif tag == "ul":
            self.lists.append(0)
        elif tag == "ol":
            start = attributes.get("start") or "1"
            self.lists.append(int(start) if re.fullmatch(r"[0-9]{1,5}", start) else 1)
        elif tag == "li":
            self._item()
        elif tag == "tr":
            self.cells.append(False)
        elif tag in ("td", "th") and self.cells:
            if self.cells[-1] and any(piece.strip() for piece in self.line):
                self.line.append(" | ")
            self.cells[-1] = True

    def handle_endtag(self, tag: str) -> None:
        if self.skip:
            self.skip -= 1
            return
        if tag == "a" and self.links:
            self._end_link(*self.links.pop())
        if tag in _BLOCKS:
            self._break(blank=tag in _SPACED and not self.lists and not self._in_cell())
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.pre = max(0, self.pre - 1)
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            if not self.lists:
                self._break(blank=True)
        elif tag == "tr" and self.cells:
            self.cells.pop()

    def handle_data(self, data: str) -> None:
        if self.skip or self.size > TEXT_CAP:
            return
        if not data.isascii():
            data = _INVISIBLE.sub("", data)
        if self.pre:
            first, *others = data.split("\n")
            self._add(first)
            for line in others:
                self._end_line()
                self._add(line)
            return
        self._add(_BLANKS.sub(" ", data))

    # -- lines

    def _add(self, text: str) -> None:
        if not text:
            return
        if not self.pre and text[0] == " " and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
            if not text:
                return
        self.line.append(text)
        self.size += len(text)

    def _item(self) -> None:
        if not self.lists:
            self.bullet = "- "
            return
        indent = "  " * min(len(self.lists) - 1, _NEST_CAP)
        if self.lists[-1]:
            self.bullet = f"{indent}{self.lists[-1]}. "
            self.lists[-1] += 1
        else:
            self.bullet = f"{indent}- "

    def _end_link(self, href: str, start: int) -> None:
        shown = "".join(self.line[start:]).strip()
        target = href.strip()
        if not shown or not target.lower().startswith(("http://", "https://", "mailto:")):
            return
        plain = re.sub(r"(?i)^(?:https?://|mailto:)(?:www\.)?", "", target).rstrip("/")
        if plain.lower() not in shown.lower() and len(target) <= 2000:
            self._add(f" <{target}>")

    def _in_cell(self) -> bool:
        return bool(self.cells)

    def _end_line(self) -> None:
        text = "".join(self.line)
        text = text if self.pre else text.strip(" ").removesuffix(" |")
        self.line = []
        prefix = "> " * min(self.quotes, _NEST_CAP)
        bullet, self.bullet = self.bullet, ""
        self.lines.append((prefix + bullet + text.replace("\u00a0", " ")).rstrip())
        self.size += len(prefix) + 1

    def _break(self, *, blank: bool) -> None:
        if self.line and "".join(self.line).strip(" |\u00a0"):
            self._end_line()
        elif self.line:
            self.line = []
        if blank and self.lines:
            self.lines.append("> " * min(self.quotes, _NEST_CAP))

    def result(self) -> str:
        self.close()
        self._break(blank=False)
        out: list[str] = []
        for line in self.lines:
            if line.strip("> ") or (out and out[-1].strip("> ")):
                out.append(line.rstrip())
        while out and not out[-1].strip("> "):
            out.pop()
        return "\n".join(out).strip("\n")


def html_to_text(html: str) -> str:
    """Readable text of an HTML body."""
    import nh3  # noqa: PLC0415 1.5 MB, for the first message that is HTML

    writer = _Writer()
    for document in html.split(PART_SEPARATOR):
        clean = nh3.clean(
            tame(document),
            tags=_TAGS,
            clean_content_tags=UNREADABLE,
            attributes=_ATTRIBUTES,
            link_rel=None,
            url_schemes={"http", "https", "mailto"},
        )
        writer.walk(clean)
        writer._break(blank=True)
    return writer.result()[:TEXT_CAP]
