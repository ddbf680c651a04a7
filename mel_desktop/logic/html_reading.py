"""HTML of anywhere (a draft, a template, a message, the clipboard) as a ``Letter``.

Rule 1: the HTML is hostile. It goes through ``sanitize`` first; what is made of it here are values
of an allow-list, so that nothing of its own wording is left but text, links and content ids.
Rule 2: never raises; linear; bounded by what ``sanitize`` bounds.
"""

from __future__ import annotations

import base64
import binascii
import colorsys
from dataclasses import field, replace
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

from mel_desktop.logic.html_text import visible
from mel_desktop.logic.html_writing import (
    QUOTE_CAP,
    described,
    normal_line,
    pictures_in,
    redrawn,
    to_html,
)
from mel_desktop.logic.sanitize import SIGNATURE_CLASS, sanitize
from mel_desktop.model.letter import (
    BLANK,
    PLAIN,
    Block,
    Cell,
    Colour,
    Embedded,
    Inline,
    Letter,
    Line,
    Listing,
    Look,
    Mark,
    Picture,
    Quote,
    Rule,
    Run,
    Signature,
    Table,
)
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

LIST_CAP: Final = 8
CELLS_CAP: Final = 4000
PICTURES_CAP: Final = 100
EMBEDDED: Final = "embedded-"

_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "div", "dl", "dt",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
})  # fmt: skip
_VOID: Final = frozenset({"br", "col", "hr", "img", "wbr"})
_HEADINGS: Final = {"h1": 3, "h2": 3, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_MARKS: Final = {
    "b": Mark.BOLD, "strong": Mark.BOLD, "i": Mark.ITALIC, "em": Mark.ITALIC, "cite": Mark.ITALIC,
    "dfn": Mark.ITALIC, "var": Mark.ITALIC, "u": Mark.UNDERLINE, "ins": Mark.UNDERLINE,
    "s": Mark.STRUCK, "strike": Mark.STRUCK, "del": Mark.STRUCK, "sub": Mark.BELOW,
    "sup": Mark.ABOVE,
}  # fmt: skip
_BLANKS: Final = late(r"[ \t\r\n\f\v]+")
CONTENT_ID: Final = late(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@:-]{1,200}")
_NUMBER: Final = late(r"\d{1,5}")
_ZERO: Final = late(r"[+-]?0(?:\.0*)?(?:[a-z%]{0,3})(?:\s|$)")
_HEX: Final = late(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RGB: Final = late(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_NAMED: Final = {
    "red": "#ff0000", "darkred": "#8b0000", "crimson": "#dc143c", "maroon": "#800000",
    "orange": "#ffa500", "darkorange": "#ff8c00", "brown": "#a52a2a", "green": "#008000",
    "darkgreen": "#006400", "teal": "#008080", "blue": "#0000ff", "navy": "#000080",
    "darkblue": "#00008b", "royalblue": "#4169e1", "purple": "#800080", "violet": "#ee82ee",
    "magenta": "#ff00ff", "fuchsia": "#ff00ff", "pink": "#ffc0cb", "indigo": "#4b0082",
}  # fmt: skip


def read_html(html: str) -> Letter:
    """The letter; pictures inside the HTML (``data:``) become their description."""
    letter, embedded = read_with_pictures(html)
    if not embedded:
        return letter
    inside = {one.content_id for one in embedded}
    return redrawn(letter, lambda one: described(one) if one.content_id in inside else one)


def read_with_pictures(html: str) -> tuple[Letter, tuple[Embedded, ...]]:
    """The letter, and the pictures that the HTML carried inside."""
    safe = sanitize(html.encode("utf-8", "replace").decode("utf-8"))
    reader = _Reader()
    reader.feed(visible(safe.html))
    reader.close()
    return Letter(reader.result()), tuple(reader.embedded)


def content_ids(html: str) -> tuple[str, ...]:
    """What the HTML of a draft shows of the draft's pictures, each once."""
    if "cid:" not in html.lower():
        return ()
    return tuple(dict.fromkeys(one.content_id for one in pictures_in(read_html(html))))


def clean(html: str) -> str:
    """The same letter as small, clean HTML: see html_writing, Rule 1."""
    return to_html(read_html(html))


def nearest(value: str) -> Colour | None:
    """The colour of letters that comes nearest; None for black, white and grey."""
    value = _NAMED.get(value.strip().lower(), value.strip().lower())
    if match := _RGB.match(value):
        red, green, blue = (min(int(one), 255) for one in match.groups())
    elif _HEX.fullmatch(value):
        digits = value[1:] if len(value) == 7 else "".join(2 * one for one in value[1:])
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    else:
        return None
    if max(red, green, blue) - min(red, green, blue) < 60:
        return None
    hue = 360 * colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)[0]
    for limit, colour in _HUES:
        if hue < limit:
            return colour
    return Colour.RED


_HUES: Final = (
    (14, Colour.RED), (62, Colour.ORANGE), (172, Colour.GREEN), (252, Colour.BLUE),
    (325, Colour.PURPLE),
)  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A container that is being read."""

    tag: str
    blocks: list[Block] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    start: int = 1
    columns: int = 1
    span: int = 1
    is_flat: bool = False  # its blocks go straight to the container around


class _Reader(HTMLParser):
    """Walks the output of ``sanitize``, which is well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.embedded: list[Embedded] = []
        self._open: list[_Open] = [_Open("")]
        self._elements: list[tuple[str, Look, bool, bool]] = []  # tag, look before, pre, container
        self._look = PLAIN
        self._is_pre = False
        self._line: list[Inline] = []
        self._lines: list[Line] = []  # of the paragraph
        self._heading = 0
        self._is_spaced = False  # the paragraph has a gap above and below
        self._gap = False  # the last one had

    # -- events

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = _declarations(given.get("style", ""))
        if tag in _BLOCKS:
            self._end_paragraph()
        if tag == "br":
            self._end_line()
        elif tag == "img":
            self._add_picture(given)
        elif tag == "hr":
            self._put(Rule())
        if tag in _VOID:
            return
        is_container = self._open_container(tag, given)
        self._elements.append((tag, self._look, self._is_pre, is_container))
        self._look = _restyled(self._look, tag, given, style)
        space = style.get("white-space", "")
        self._is_pre = tag == "pre" or space.startswith("pre") or (self._is_pre and not space)
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag == "p":
            self._is_spaced = not any(
                _ZERO.match(style[name]) for name in ("margin", "margin-top", "margin-bottom")
                if name in style
            )  # fmt: skip

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._elements:
            return
        if tag in _BLOCKS:
            self._end_paragraph()
        opened, self._look, self._is_pre, is_container = self._elements.pop()
        if is_container:
            self._close_container()
        if opened in _HEADINGS:
            self._heading = 0
        elif opened == "p":
            self._is_spaced = False

    def handle_data(self, data: str) -> None:
        if not self._is_pre:
            self._add_text(_BLANKS.sub(" ", data))
            return
        first, *others = data.replace("\r", "").split("\n")
        self._add_text(first, keep=True)
        for line in others:
            self._end_line()
            self._add_text(line, keep=True)

    def result(self) -> tuple[Block, ...]:
        self._end_paragraph()
        while len(self._open) > 1:
            self._close_container()
        return tuple(self._open[0].blocks)

    # -- lines

    def _add_text(self, text: str, *, keep: bool = False) -> None:
        if not keep and text.startswith(" ") and self._swallows():
            text = text[1:]
        if keep:
            text = text.replace("\t", "    ")
            text = "\u00a0" * (len(text) - len(text.lstrip(" "))) + text.lstrip(" ")
        if text:
            self._line.append(Run(text, self._look))

    def _swallows(self) -> bool:
        if not self._line:
            return True
        last = self._line[-1]
        return isinstance(last, Run) and last.text.endswith(" ")

    def _add_picture(self, given: dict[str, str]) -> None:
        source, alt = given.get("src", ""), " ".join(given.get("alt", "").split())
        width = int(found[0]) if (found := _NUMBER.fullmatch(given.get("width", ""))) else 0
        content_id = ""
        if source.startswith("cid:"):
            content_id = unquote(source[4:], errors="replace").strip("<>")
            if content_id.startswith(EMBEDDED):  # a name that only this reader gives
                content_id = ""
        elif source.startswith("data:") and len(self.embedded) < PICTURES_CAP:
            content_id = self._embed(source)
        if CONTENT_ID.fullmatch(content_id):
            self._line.append(Picture(content_id, alt, width if width <= 4000 else 0))
        elif alt:
            self._line.append(Run(f"[{alt}]", self._look))

    def _embed(self, source: str) -> str:
        head, _, body = source.partition(",")
        try:
            octets = base64.b64decode(unquote(body), validate=False)
        except (binascii.Error, ValueError):
            return ""
        content_id = f"{EMBEDDED}{len(self.embedded) + 1}"
        self.embedded.append(Embedded(content_id, head[5:].partition(";")[0].lower(), octets))
        return content_id

    def _end_line(self) -> None:
        line, self._line = self._line, []
        last = line[-1] if line else None
        if isinstance(last, Run) and last.text.endswith(" "):
            line[-1] = replace(last, text=last.text[:-1])
        self._lines.append(normal_line(line, self._heading))

    def _end_paragraph(self) -> None:
        """What a block boundary means: the lines since the last one are whole."""
        if self._line:
            self._end_line()
        lines, self._lines = self._lines, []
        if not lines:
            return
        is_empty = not any(line.inlines for line in lines)
        blocks = self._open[-1].blocks
        follows_text = bool(blocks) and isinstance(blocks[-1], Line) and not blocks[-1].heading
        if (self._gap or self._is_spaced) and not is_empty and follows_text and not self._heading:
            blocks.append(BLANK)
        blocks += lines
        self._gap = self._is_spaced and not is_empty

    # -- containers

    def _open_container(self, tag: str, given: dict[str, str]) -> bool:
        opened = _Open(tag)
        if tag == "blockquote":
            opened.is_flat = self._count("blockquote") >= QUOTE_CAP
        elif tag == "div" and given.get("class") == SIGNATURE_CLASS:
            opened.is_flat = self._count("div") > 0
        elif tag in ("ul", "ol"):
            opened.is_flat = self._count("ul", "ol") >= LIST_CAP
            opened.start = _number(given.get("start", ""))
        elif tag == "li":
            opened.is_flat = not self._is_within("ul", "ol")
        elif tag == "table":
            opened.is_flat = self._count("table") > 0
        elif tag in ("td", "th"):
            opened.is_flat = not self._is_within("tr")
            opened.columns = _number(given.get("colspan", ""))
            opened.span = _number(given.get("rowspan", ""))
        elif tag == "tr":
            opened.is_flat = not self._is_within("table")
            opened.rows.append([])
        else:
            return False
        self._open.append(opened)
        self._gap = False
        return True

    def _is_within(self, *tags: str) -> bool:
        around = self._open[-1]
        return around.tag in tags and not around.is_flat

    def _count(self, *tags: str) -> int:
        return sum(one.tag in tags and not one.is_flat for one in self._open)

    def _close_container(self) -> None:
        closed = self._open.pop()
        around = self._open[-1]
        self._gap = False
        blocks = tuple(closed.blocks)
        if closed.is_flat:
            around.blocks += blocks
        elif closed.tag == "blockquote":
            self._put(*((Quote(blocks),) if blocks else ()))
        elif closed.tag == "div":
            self._put(*((Signature(blocks),) if blocks else ()))
        elif closed.tag == "li":
            around.items.append(blocks)
        elif closed.tag in ("ul", "ol"):
            if blocks:  # text that stands in a list outside its items
                closed.items.append(blocks)
            if closed.items:
                self._put(Listing(tuple(closed.items), closed.tag == "ol", closed.start))
        elif closed.tag in ("td", "th"):
            around.rows[-1].append(Cell(blocks, closed.columns, closed.span))
        elif closed.tag == "tr":
            around.rows += [row for row in closed.rows if row]
        else:
            self._put(*_table(closed.rows))

    def _put(self, *blocks: Block) -> None:
        """Into the innermost container; neighbours that are quotes are one."""
        self._gap = False
        held = self._open[-1].blocks
        for block in blocks:
            if isinstance(block, Quote) and held and isinstance(held[-1], Quote):
                held[-1] = Quote(held[-1].blocks + block.blocks)
            else:
                held.append(block)


def _table(rows: list[list[Cell]]) -> tuple[Block, ...]:
    """A table, or the blocks of one that only gives a place to a single column."""
    if max(map(len, rows), default=0) <= 1 or sum(map(len, rows)) > CELLS_CAP:
        return tuple(block for row in rows for cell in row for block in cell.blocks)
    return (Table(tuple(tuple(row) for row in rows)),)


def _number(text: str) -> int:
    return max(1, int(text)) if _NUMBER.fullmatch(text) else 1


def _declarations(style: str) -> dict[str, str]:
    pairs = (piece.partition(":") for piece in style.split(";") if piece)
    return {name.strip(): value.strip().lower() for name, _, value in pairs}


def _restyled(look: Look, tag: str, given: dict[str, str], style: dict[str, str]) -> Look:
    marks = set(look.marks)
    if tag in _MARKS:
        marks.add(_MARKS[tag])
    elif tag == "th":
        marks.add(Mark.BOLD)
    weight = style.get("font-weight", "")
    if weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600):
        marks.add(Mark.BOLD)
    elif weight:
        marks.discard(Mark.BOLD)
    slant = style.get("font-style", "")
    if slant in ("italic", "oblique"):
        marks.add(Mark.ITALIC)
    elif slant:
        marks.discard(Mark.ITALIC)
    decoration = style.get("text-decoration", style.get("text-decoration-line", ""))
    if "underline" in decoration:
        marks.add(Mark.UNDERLINE)
    if "line-through" in decoration:
        marks.add(Mark.STRUCK)
    height = style.get("vertical-align", "")
    if height in ("sub", "super"):
        marks.add(Mark.BELOW if height == "sub" else Mark.ABOVE)
    colour, href = look.colour, look.href
    shown = style.get("color") or (given.get("color") if tag == "font" else None)
    if shown:
        colour = nearest(shown)
    target = given.get("href", "") if tag == "a" else ""
    if target.lower().startswith(("http://", "https://", "mailto:")):
        href = target
        colour = None
        marks.discard(Mark.UNDERLINE)
    if Mark.ABOVE in marks and Mark.BELOW in marks:
        marks.discard(Mark.BELOW)
    return Look(frozenset(marks), colour, href)
