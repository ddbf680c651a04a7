"""Answers -> nested tuples of bytes, ints and None (RFC 3501 section 9), in one pass of a regex.

imapclient's parser reads octet by octet; this is four to ten times as fast and bounded: what nests
deeper or counts more than any honest answer is Unreadable, before it is built. A property test
holds both against each other. Pure: no IO.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_DEPTH = 200
MAX_ITEMS = 200_000  # in one line
MAX_SECTIONS = 2000  # [ in one line
SMALL = 16_384  # octets of a line that need no counting

# Strings; brackets; atoms, in which [...] may hold anything; and what fits nowhere.
_TOKEN = re.compile(
    rb'"[^"\\]*(?:\\.[^"\\]*)*"|[()]'
    rb'|[^\s()"\[]+(?:\[[^\]]{0,8192}\][^\s()"\[]*)*|\[[^\]]{0,8192}\][^\s()"\[]*|\S',
    re.DOTALL,
)
_ESCAPED = re.compile(rb'\\([\\"])')
_QUOTE, _OPEN, _CLOSE, _NIL = 0x22, b"(", b")", b"NIL"


class Unreadable(ValueError):
    """An answer that cannot be parsed; the caller salvages, skips or gives up."""


def parse_lines(lines: Sequence[bytes], literals: Sequence[bytes]) -> tuple[object, ...]:
    """All items of an answer. Each line but the last ends with the size of the next literal."""
    stack: list[list[object]] = []
    items: list[object] = []
    for number, line in enumerate(lines):
        if number < len(literals):
            line = line[: line.rindex(b"{")].removesuffix(b"~")
        if len(line) > SMALL:
            _bounded(line)
        for token in _TOKEN.findall(line):
            if token[0] == _QUOTE:
                items.append(_text(token))
            elif token == _NIL:
                items.append(None)
            elif token == _OPEN:
                if len(stack) >= MAX_DEPTH:
                    raise Unreadable
                stack.append(items)
                items = []
            elif token == _CLOSE:
                if not stack:
                    raise Unreadable
                inner = tuple(items)
                items = stack.pop()
                items.append(inner)
            else:
                items.append(_value(token))
        if number < len(literals):
            items.append(literals[number])
    if stack:
        raise Unreadable
    return tuple(items)


def _text(token: bytes) -> bytes:
    if len(token) < 2:
        raise Unreadable
    return _ESCAPED.sub(rb"\1", token[1:-1]) if b"\\" in token else token[1:-1]


def _value(token: bytes) -> object:
    first = token[0]
    if first < 0x3A and token.isdigit():
        return int(token) if len(token) < 20 and (first != 0x30 or len(token) == 1) else token
    if len(token) == 3 and token.upper() == b"NIL":
        return None
    if b"[" in token and b"]" not in token:
        raise Unreadable
    return token


def _bounded(line: bytes) -> None:
    """Nothing that would build more than can be meant."""
    is_too_much = (
        line.count(b"(") > MAX_ITEMS
        or line.count(b")") > MAX_ITEMS
        or line.count(b'"') > 2 * MAX_ITEMS
        or line.count(b" ") > MAX_ITEMS
        or line.count(b"[") > MAX_SECTIONS
    )
    if is_too_much:
        raise Unreadable
