"""Quoted text of a message folded away: what was written before is one line, until it is asked for.

Pure. HTML is as ``sanitize`` writes it: well-formed, so that a block that is left out leaves the
rest whole. Only long quotes fold: short ones are what somebody answers to, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Final

from mel_desktop.logic.html_text import TOKEN
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

LEAST: Final = 6  # lines; fewer are read quicker than unfolded
SCHEME: Final = "mel-quote"

_ORIGINAL: Final = late(r"-{3,}\s*(?:Original Message|Message d['’]origine)\s*-{3,}", re.I)
_SIGNATURE: Final = "-- "
_LINE_ENDS: Final = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a plain text. ``quote``: its number, where it is one that folds."""

    lines: tuple[str, ...]
    quote: int | None = None
    signature: bool = False


def pieces(text: str) -> tuple[Piece, ...]:
    """A plain text cut where quotes and its signature begin and end; joined, it is the text."""
    lines = text.split("\n")
    kinds = [_kind(line) for line in lines]
    _mark_tails(lines, kinds)
    found: list[Piece] = []
    start = quotes = 0
    for end in range(1, len(lines) + 1):
        if end < len(lines) and kinds[end] == kinds[start]:
            continue
        piece = tuple(lines[start:end])
        folds = kinds[start] == "quote" and len(piece) >= LEAST
        found.append(Piece(piece, quotes if folds else None, kinds[start] == "signature"))
        quotes += folds
        start = end
    if not any(one.quote is None and "".join(one.lines).strip() for one in found):
        return (Piece(tuple(lines)),)  # nothing but a quote: that is what is to be read
    return tuple(found)


def _kind(line: str) -> str:
    return "quote" if line.startswith(">") else ""


def _mark_tails(lines: list[str], kinds: list[str]) -> None:
    """All behind the line that programs put before a message they quote whole; and signatures."""
    for number, line in enumerate(lines):
        if not kinds[number] and _ORIGINAL.match(line.strip()):
            kinds[number:] = ["quote"] * (len(lines) - number)
            return
        if line == _SIGNATURE and not kinds[number]:
            for place in range(number, len(lines)):
                if kinds[place] or _ORIGINAL.match(lines[place].strip()):
                    break
                kinds[place] = "signature"


def fold_html(
    html: str, words: Callable[[int], str], unfolded: Container[int] = ()
) -> tuple[str, int]:
    """The HTML with a link in the place of each long quote, and how many quotes can fold.

    ``words``: escaped text of the link for so many lines; ``unfolded``: numbers of those shown.
    """
    out: list[str] = []
    depth = lines = quotes = kept = 0
    start = 0
    has_own_text = False
    for token in TOKEN.finditer(html):
        closing, tag, _ = token.groups()
        if tag == "blockquote" and not closing:
            if not depth:
                start, lines = token.start(), 0
            depth += 1
        elif tag == "blockquote" and depth:
            depth -= 1
            if not depth and lines >= LEAST:
                if quotes not in unfolded:
                    link = f'<p><a href="{SCHEME}:{quotes}">{words(lines)}</a></p>'
                    out.extend((html[kept:start], link))
                    kept = token.end()
                quotes += 1
        elif depth:
            lines += tag == "br" or (bool(closing) and tag in _LINE_ENDS)
        elif tag is None and not has_own_text:
            has_own_text = bool(token[0].strip())
    if not has_own_text:
        return html, 0
    return "".join((*out, html[kept:])), quotes
