"""Letters as clean, small HTML and as plain text.

Rule 1: only these elements are written: p, br, b, i, u, s, sub, sup, span (for a colour), a, img
(``cid:`` only), h3, h4, ul, ol, li, blockquote, table, tr, td, hr, and one div: the signature's.
Rule 2: ``clean`` is idempotent, and no character of the text is lost.

A blank line between two paragraphs is the gap that every reader shows between two p elements; more
of them are br elements at the end of the first.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final
from urllib.parse import quote

from mel_desktop.logic.flowed import SIGNATURE as SIGNATURE_MARK
from mel_desktop.logic.flowed import lines as text_lines
from mel_desktop.logic.sanitize import SIGNATURE_CLASS
from mel_desktop.model.letter import (
    BLANK,
    Block,
    Cell,
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

QUOTE_CAP: Final = 12
_NBSP: Final = "\u00a0"
_ORDER: Final = tuple(Mark)
# Characters that end lines, steer terminals, or mean something to the editor within its text.
_LEFT_OUT: Final = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0xFDD0, 0xFDD1, 0xFFFC, 0xFEFF)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    0x09: "    ", 0x0A: " ", 0x0D: " ", 0x0C: " ", 0x2028: " ", 0x2029: " ",
}  # fmt: skip
# A blank that does not break is kept where French puts one; elsewhere it stood in for a blank.
_LOOSE_NBSP: Final = late(r"(?<![«\d])\u00a0(?![?!:;»%€\d])")
_QUOTED: Final = late(r"((?:> ?)*)(.*)", re.DOTALL)


def to_html(letter: Letter) -> str:
    """The HTML of a letter; "" for one without anything."""
    return "".join(_blocks(letter.blocks)).rstrip("\n")


def to_text(letter: Letter) -> str:
    """The plain text: "> " before quotes, "- " before items, addresses of links in < >, pictures
    as "[image: what they show]".
    """
    return "\n".join(_text_lines(letter.blocks))


def from_text(text: str) -> Letter:
    """Plain text as a letter; lines that begin with ">" are quotes."""
    pairs = []
    for line in text_lines(text):
        marks, rest = _QUOTED.fullmatch(line).groups()  # type: ignore[union-attr]  # fits all
        depth = min(marks.count(">"), QUOTE_CAP)
        pairs.append((depth, rest if depth else line))
    return Letter(_nested(pairs, 0))


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """Every line, those within containers too."""
    for block in blocks:
        if isinstance(block, Line):
            yield block
        elif isinstance(block, Quote | Signature):
            yield from lines_of(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from lines_of(item)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from lines_of(cell.blocks)


def pictures_in(letter: Letter) -> tuple[Picture, ...]:
    """Every picture, in the order of the text."""
    return tuple(
        one for line in lines_of(letter.blocks) for one in line.inlines if isinstance(one, Picture)
    )


def without_pictures(letter: Letter) -> Letter:
    """The letter with the description of each picture in its place."""
    return redrawn(letter, described)


def described(picture: Picture) -> Run:
    """What stands for a picture that is left out."""
    return Run(f"[{picture.alt}]" if picture.alt else "")


def redrawn(letter: Letter, change: Callable[[Picture], Inline]) -> Letter:
    """The letter with something else for each picture, or the same."""
    return Letter(tuple(_redrawn(one, change) for one in letter.blocks))


def _redrawn(block: Block, change: Callable[[Picture], Inline]) -> Block:
    def of(blocks: Sequence[Block]) -> tuple[Block, ...]:
        return tuple(_redrawn(one, change) for one in blocks)

    if isinstance(block, Line):
        if not any(isinstance(one, Picture) for one in block.inlines):
            return block
        told = [change(one) if isinstance(one, Picture) else one for one in block.inlines]
        return normal_line(told, block.heading)
    if isinstance(block, Quote | Signature):
        return replace(block, blocks=of(block.blocks))
    if isinstance(block, Listing):
        return replace(block, items=tuple(of(item) for item in block.items))
    if isinstance(block, Table):
        return Table(
            tuple(tuple(replace(one, blocks=of(one.blocks)) for one in row) for row in block.rows)
        )
    return block


def unsigned(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with what was somebody's signature as ordinary text: only ours is exchanged."""
    plain: list[Block] = []
    for block in blocks:
        if isinstance(block, Signature):
            plain += unsigned(block.blocks)
        elif isinstance(block, Quote):
            plain.append(Quote(unsigned(block.blocks)))
        elif isinstance(block, Listing):
            plain.append(replace(block, items=tuple(unsigned(item) for item in block.items)))
        elif isinstance(block, Table):
            plain.append(
                Table(
                    tuple(
                        tuple(replace(cell, blocks=unsigned(cell.blocks)) for cell in row)
                        for row in block.rows
                    )
                )
            )
        else:
            plain.append(block)
    return tuple(plain)


def is_formatted(letter: Letter) -> bool:
    """Whether plain text would lose something: quotes and plain lists are not lost."""

    def loses(block: Block) -> bool:
        if isinstance(block, Table | Rule):
            return True
        if isinstance(block, Line):
            return bool(block.heading) or any(
                isinstance(one, Picture) or one.look != Look() for one in block.inlines
            )
        if isinstance(block, Listing):
            return True
        return any(loses(one) for one in block.blocks)

    return any(loses(block) for block in letter.blocks)


# -- the normal form ---------------------------------------------------------------------------


def normal_line(inlines: Iterable[Inline], heading: int = 0) -> Line:
    """Equal neighbours joined; blanks that HTML would swallow do not break; no controls."""
    joined: list[Inline] = []
    before = " "  # a blank at the start of a line would be swallowed as well
    for one in inlines:
        if isinstance(one, Picture):
            joined.append(one)
            before = ""
            continue
        text, before = _unswallowed(one.text.translate(_LEFT_OUT), before)
        look = one.look
        if heading and Mark.BOLD in look.marks:
            look = replace(look, marks=look.marks - {Mark.BOLD})
        last = joined[-1] if joined else None
        if not text:
            continue
        if isinstance(last, Run) and last.look == look:
            joined[-1] = Run(last.text + text, look)
        else:
            joined.append(Run(text, look))
    if joined and isinstance(joined[-1], Run) and joined[-1].text.endswith(" "):
        joined[-1] = Run(joined[-1].text[:-1] + _NBSP, joined[-1].look)
        joined = list(_rejoined(joined))
    if not any(isinstance(one, Picture) or one.text.strip(" \u00a0") for one in joined):
        return BLANK
    return Line(tuple(joined), heading)


def _rejoined(inlines: Iterable[Inline]) -> Iterator[Inline]:
    held: Run | None = None
    for one in inlines:
        if isinstance(one, Run) and held is not None and held.look == one.look:
            held = Run(held.text + one.text, one.look)
            continue
        if held is not None:
            yield held
        held = one if isinstance(one, Run) else None
        if held is None:
            yield one
    if held is not None:
        yield held


def _unswallowed(text: str, before: str) -> tuple[str, str]:
    if "  " not in text and not (before == " " and text.startswith(" ")):
        return text, text[-1:] or before
    out = []
    for char in text:
        if char == " " and before == " ":
            out.append(_NBSP)
            before = ""
        else:
            out.append(char)
            before = char
    return "".join(out), before


# -- HTML ------------------------------------------------------------------------------------------


def _is_body(block: Block) -> bool:
    return isinstance(block, Line) and not block.heading


def _blocks(blocks: Sequence[Block]) -> Iterator[str]:
    """Blocks of the letter, a quote or the signature: lines become paragraphs."""
    for is_body, group in groupby(blocks, _is_body):
        if is_body:
            yield from _paragraphs([one for one in group if isinstance(one, Line)])
        else:
            for block in group:
                yield from _container(block)


def _paragraphs(group: Sequence[Line]) -> Iterator[str]:
    """``normal_line`` made the lines."""
    held: list[str] = []
    blanks = 0
    has_text = False
    for line in group:
        if not line.inlines:
            blanks += 1
            continue
        if blanks and has_text:
            yield f"<p>{_joined(held)}{_BREAK * blanks if blanks > 1 else ''}</p>\n"
            held = []
        elif blanks:
            held = [""] * blanks
        held.append(_inlines(line.inlines))
        blanks = 0
        has_text = True
    if not has_text:
        yield f"<p>{_BREAK * blanks}</p>\n"
    else:
        yield f"<p>{_joined(held)}{_BREAK * (blanks + 1) if blanks else ''}</p>\n"


_BREAK: Final = "<br>\n"


def _joined(pieces: Sequence[str]) -> str:
    return _BREAK.join(pieces)


def _container(block: Block) -> Iterator[str]:
    if isinstance(block, Line):
        yield f"<h{block.heading}>{_inlines(block.inlines)}</h{block.heading}>\n"
    elif isinstance(block, Rule):
        yield "<hr>\n"
    elif isinstance(block, Quote):
        yield "<blockquote>\n"
        yield from _blocks(block.blocks)
        yield "</blockquote>\n"
    elif isinstance(block, Signature):
        yield f'<div class="{SIGNATURE_CLASS}">\n'
        yield from _blocks(block.blocks)
        yield "</div>\n"
    elif isinstance(block, Listing):
        name = "ol" if block.is_ordered else "ul"
        start = f' start="{block.start}"' if block.is_ordered and block.start != 1 else ""
        yield f"<{name}{start}>\n"
        for item in block.items:
            yield f"<li>{''.join(_tight(item))}</li>\n"
        yield f"</{name}>\n"
    else:
        yield "<table>\n"
        for row in block.rows:
            yield f"<tr>{''.join(_cell(one) for one in row)}</tr>\n"
        yield "</table>\n"


def _cell(cell: Cell) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    rows = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<td{columns}{rows}>{''.join(_tight(cell.blocks))}</td>"


def _tight(blocks: Sequence[Block]) -> Iterator[str]:
    """Blocks of an item or a cell: lines with breaks between."""
    for is_body, group in groupby(blocks, _is_body):
        if not is_body:
            for block in group:
                yield "\n"
                yield from _container(block)
            continue
        lines = [one for one in group if isinstance(one, Line)]
        yield _joined([_inlines(one.inlines) for one in lines])
        if not lines[-1].inlines:
            yield _BREAK


def _inlines(inlines: Sequence[Inline]) -> str:
    out: list[str] = []
    opened: list[tuple[str, str]] = []  # element, its opening tag
    for one in inlines:
        wanted = _tags(one.look) if isinstance(one, Run) else []
        same = 0
        while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
            same += 1
        out += [f"</{name}>" for name, _ in reversed(opened[same:])]
        out += [tag for _, tag in wanted[same:]]
        opened = wanted
        out.append(_picture(one) if isinstance(one, Picture) else _escaped(one.text))
    out += [f"</{name}>" for name, _ in reversed(opened)]
    return "".join(out)


def _tags(look: Look) -> list[tuple[str, str]]:
    tags = []
    if look.href:
        tags.append(("a", f'<a href="{entities.escape(look.href)}">'))
    if look.colour is not None:
        tags.append(("span", f'<span style="color:{look.colour.value}">'))
    tags += [(mark.value, f"<{mark.value}>") for mark in _ORDER if mark in look.marks]
    return tags


def _picture(picture: Picture) -> str:
    address = quote(picture.content_id, safe="@!$*+=~")
    width = f' width="{picture.width}"' if picture.width else ""
    return f'<img src="cid:{address}" alt="{entities.escape(picture.alt)}"{width}>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# -- text ------------------------------------------------------------------------------------------


def _text_lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Line):
            yield _line_text(block)
        elif isinstance(block, Rule):
            yield "-" * 20
        elif isinstance(block, Quote):
            for line in _text_lines(block.blocks):
                yield f">{line}" if line.startswith(">") else f"> {line}".rstrip()
        elif isinstance(block, Signature):
            yield from _text_lines(block.blocks)
        elif isinstance(block, Listing):
            for place, item in enumerate(block.items):
                bullet = f"{block.start + place}. " if block.is_ordered else "- "
                yield from _item_lines(item, bullet)
        else:
            for row in block.rows:
                cells = (" ".join(_text_lines(cell.blocks)).strip() for cell in row)
                yield " | ".join(cells)


def _item_lines(item: Sequence[Block], bullet: str) -> Iterator[str]:
    told = list(_text_lines(item)) or [""]
    yield f"{bullet}{told[0]}".rstrip()
    for line in told[1:]:
        yield f"{' ' * len(bullet)}{line}".rstrip()


def _line_text(line: Line) -> str:
    """Neighbours of one link are one: its address is told once, after the last."""
    out: list[str] = []
    for href, group in groupby(line.inlines, _href):
        shown = "".join(
            one.text if isinstance(one, Run) else f"[image: {one.alt}]" if one.alt else "[image]"
            for one in group
        )
        out.append(shown)
        bare = re.sub(r"(?i)^(?:https?://|mailto:)(?:www\.)?", "", href).rstrip("/")
        if href and bare.lower() not in shown.lower():
            out.append(f" <{href}>")
    text = _LOOSE_NBSP.sub(" ", "".join(out)).rstrip(" ")
    return SIGNATURE_MARK if text == "--" else text


def _href(one: Inline) -> str:
    return one.look.href if isinstance(one, Run) else ""


def _nested(pairs: Sequence[tuple[int, str]], depth: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for is_deeper, group in groupby(pairs, lambda pair: pair[0] > depth):
        members = list(group)
        if is_deeper:
            blocks.append(Quote(_nested(members, depth + 1)))
        else:
            blocks += [normal_line((Run(text),)) for _, text in members]
    return tuple(blocks)
