"""Plain text as format=flowed (RFC 3676), written and read.

A paragraph that a person typed as one line travels as lines of at most 72 characters with a space
at each soft break, so that it wraps on phones and stays readable in old clients.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mel_desktop.model.patterns import late

WIDTH: Final = 72
SIGNATURE: Final = "-- "
_LINE_END: Final = late(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_QUOTE: Final = late(r"((?:> ?)*>|)( ?)(.*)", re.DOTALL)
_CONTROLS: Final = {code: None for code in (*range(0x20), 0x7F) if code != 0x09}


def lines(text: str) -> list[str]:
    """Lines without their ends, control characters other than the tabulator left out."""
    return [line.translate(_CONTROLS) for line in _LINE_END.split(text)]


def encode(text: str) -> str:
    """Flowed text with CRLF line ends. Blanks at the end of a line are lost: they mean a break."""
    return "\r\n".join(out for line in lines(text) for out in _flow(line))


def decode(text: str) -> str:
    """Text with one line per paragraph and ``> `` before quotes (DelSp=no)."""
    paragraphs: list[tuple[int, str]] = []
    open_depth = -1  # depth of the paragraph that still goes on
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content[1:] if content.startswith(" ") else content
        flows = content.endswith(" ") and content != SIGNATURE
        if open_depth == depth and content != SIGNATURE:
            paragraphs[-1] = (depth, paragraphs[-1][1] + content)
        else:
            paragraphs.append((depth, content))
        open_depth = depth if flows else -1
    return "\n".join(
        ("> " * depth + content).rstrip(" ") if content != SIGNATURE else "> " * depth + content
        for depth, content in paragraphs
    )


def _flow(line: str) -> Iterator[str]:
    quote, blank, content = _split_quote(line)
    depth = quote.count(">")
    if content == SIGNATURE or (depth and content == "--"):
        yield f"{'>' * depth}{' ' if depth else ''}{SIGNATURE}"
        return
    if not depth:
        content = blank + content
    content = content.rstrip(" ")
    pieces = _wrapped(content, max(WIDTH - depth - 1, 20))
    for number, piece in enumerate(pieces):
        stuffed = piece
        if depth:
            stuffed = f" {piece}" if piece else ""
        elif piece.startswith((" ", ">", "From ")):
            stuffed = f" {piece}"
        last = number == len(pieces) - 1
        yield f"{'>' * depth}{stuffed}" + ("" if last else " ")


def _split_quote(line: str) -> tuple[str, str, str]:
    match = _QUOTE.fullmatch(line)
    assert match is not None  # the expression fits every line
    return match.group(1), match.group(2), match.group(3)


def _wrapped(content: str, width: int) -> list[str]:
    """Pieces of at most ``width`` where spaces allow; the space at each cut is the soft break."""
    pieces: list[str] = []
    start = 0
    while len(content) - start > width:
        cut = content.rfind(" ", start + 1, start + width)
        if cut < 0 or content[start:cut].isspace():
            cut = content.find(" ", start + width)
        while cut > 0 and content[start:cut] == "--":  # would read as a signature's mark
            cut = content.find(" ", cut + 1)
        if cut < 0:
            break
        pieces.append(content[start:cut])
        start = cut + 1
    pieces.append(content[start:])
    return pieces
