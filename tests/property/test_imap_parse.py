"""Our reader of IMAP answers against imapclient's, and against whatever comes."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_parser import parse_response

from mel_desktop.model.mail import Flags
from mel_desktop.net.imap_fetch import read_fetched
from mel_desktop.net.imap_grammar import Response, read_fetch, read_flags
from mel_desktop.net.imap_parse import MAX_DEPTH, Unreadable, parse_lines

Piece = bytes | tuple[bytes, bytes]  # text, or text that ends with a literal's size and the literal

ATOM = st.from_regex(rb"[A-Za-z0-9$\\._+:/@=-]{1,12}", fullmatch=True)
SECTION = st.sampled_from(
    [b"BODY[1.2]<0>", b"BODY[HEADER.FIELDS (FROM TO)]", b"BODY[]", b"BINARY[3]", b"BODY[TEXT]<77>"]
)
NUMBER = st.integers(0, 1 << 40).map(lambda number: b"%d" % number)
QUOTED = st.binary(max_size=30).map(
    lambda text: (
        b'"%s"'
        % text.replace(b"\r", b"").replace(b"\n", b"").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    )
)
LEAF = ATOM | SECTION | NUMBER | QUOTED | st.just(b"NIL") | st.binary(max_size=40).map(list)
TREE = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=6).map(tuple), max_leaves=40)


def written(node: object) -> list[object]:
    """The tokens of a tree; a list stands for a literal."""
    if isinstance(node, tuple):
        inside: list[object] = [b"("]
        for number, child in enumerate(node):
            inside += [b" "] * (number > 0) + written(child)
        return [*inside, b")"]
    return [node]


def answer(nodes: list[object]) -> tuple[list[bytes], list[bytes]]:
    """Lines and literals of an answer with these items."""
    lines, literals = [b""], []
    for number, node in enumerate(nodes):
        for token in ([b" "] if number else []) + written(node):
            if isinstance(token, list):
                octets = bytes(token)
                lines[-1] += b"{%d}" % len(octets)
                literals.append(octets)
                lines.append(b"")
            else:
                assert isinstance(token, bytes)
                lines[-1] += token
    return lines, literals


def reference(lines: list[bytes], literals: list[bytes]) -> tuple[object, ...]:
    records: list[Piece] = [
        (line, literals[number]) if number < len(literals) else line
        for number, line in enumerate(lines)
    ]
    return tuple(parse_response(records))


@given(st.lists(TREE, min_size=1, max_size=6))
def test_the_same_as_the_reference(nodes: list[object]) -> None:
    lines, literals = answer(nodes)
    assert parse_lines(lines, literals) == reference(lines, literals)


@given(
    st.lists(
        st.sampled_from([b"(", b")", b'"', b"\\", b"[", b"]", b" ", b"a", b"NIL", b"12", b"\xff\0"])
    ).map(b"".join),
    st.binary(max_size=20),
)
def test_nothing_makes_it_fall(text: bytes, literal: bytes) -> None:
    lines = [text + b" {%d}" % len(literal), text]
    with contextlib.suppress(Unreadable):
        parse_lines(lines, [literal])
    response = Response((b"* 7 FETCH (UID 3 " + lines[0], text + b")"), (literal,))
    told = read_fetched(response)
    assert told is None or told.uid > 0
    if told is not None:
        told.message()


FLAG = st.from_regex(rb"(?:\\[A-Za-z]{1,8}|[$A-Za-z0-9._-]{1,20})", fullmatch=True)


@given(
    uid=st.none() | st.integers(0, 1 << 32),
    flags=st.none() | st.lists(FLAG, max_size=6),
    modseq=st.none() | st.integers(0, 1 << 63),
    order=st.permutations([0, 1, 2]),
)
def test_the_quick_way_reads_flags_as_the_long_one(
    uid: int | None, flags: list[bytes] | None, modseq: int | None, order: list[int]
) -> None:
    items = [
        b"" if uid is None else b"UID %d" % uid,
        b"" if flags is None else b"FLAGS (%s)" % b" ".join(flags),
        b"" if modseq is None else b"MODSEQ (%d)" % modseq,
    ]
    line = b"* 4 FETCH (%s)" % b" ".join(items[one] for one in order if items[one])
    told = read_fetched(Response((line,)))
    slow = read_fetch(Response((line,)))
    assert slow is not None
    if not uid or uid > 1 << 63:
        assert told is None
        return
    assert told is not None
    assert told.uid == slow[b"UID"] == uid
    assert told.flags == (None if flags is None else read_flags(slow[b"FLAGS"]))
    assert told.modseq == (None if modseq is None or modseq >= 1 << 63 else modseq)


@given(
    uid=st.integers(1, (1 << 32) - 1),
    section=st.sampled_from([b"", b"1", b"1.2.3", b"HEADER", b"2.MIME", b"TEXT"]),
    origin=st.none() | st.integers(0, 1 << 40),
    data=st.binary(max_size=60),
)
def test_the_quick_way_reads_sections_as_the_long_one(
    uid: int, section: bytes, origin: int | None, data: bytes
) -> None:
    at = b"" if origin is None else b"<%d>" % origin
    head = b"* 9 FETCH (UID %d BODY[%s]%s {%d}" % (uid, section, at, len(data))
    quick = read_fetched(Response((head, b")"), (data,)))
    slow = read_fetched(Response((head, b" FLAGS (\\Seen))"), (data,)))
    assert quick is not None
    assert slow is not None
    assert quick.uid == slow.uid == uid
    assert quick.section(section) == slow.section(section) == data
    assert quick.origin(section) == slow.origin(section) == origin
    assert quick.flags is None
    assert slow.flags != Flags()


MEGA = 1 << 20


@pytest.mark.parametrize(
    "text",
    [
        b"(" * (4 * MEGA),
        b"()" * (2 * MEGA),
        b"(" * (MAX_DEPTH + 1) + b")" * (MAX_DEPTH + 1),
        b'"' * (4 * MEGA + 1),
        b"a " * (2 * MEGA),
        b"a[" * (2 * MEGA),
        b"[" * (4 * MEGA),
        b'"' + b"\\" * (4 * MEGA),
        b'"' + b'\\"' * (2 * MEGA),
        b"9" * (4 * MEGA),
    ],
    ids=["open", "empty", "deep", "quotes", "atoms", "sections", "brackets", "escapes", "escaped",
         "digits"],
)  # fmt: skip
def test_absurd_lines_cost_little(text: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(Unreadable):
        parse_lines([text], [])
    assert time.process_time() - start < 2.0
