"""BODYSTRUCTURE -> parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.model.mail import Part
from mel_desktop.net.imap_grammar import Response
from mel_desktop.net.imap_structure import MAX_PARTS, read_structure, unknown


def parts(structure: str, size: int = 100) -> tuple[Part, ...]:
    return read_structure(Response((structure.encode(),)).items(0)[0], size)


def named(parameters: str, disposition: str = "NIL") -> str:
    structure = f'("APPLICATION" "PDF" {parameters} NIL NIL "BASE64" 9 NIL {disposition} NIL NIL)'
    (part,) = parts(structure)
    return part.filename


def test_a_single_text() -> None:
    (part,) = parts(
        '("TEXT" "PLAIN" ("CHARSET" "UTF-8" "FORMAT" "flowed" "DELSP" "yes") NIL NIL "8BIT" 12 3)'
    )
    assert part == Part(
        number="1",
        media_type="text/plain",
        charset="utf-8",
        encoding="8bit",
        disposition="",
        filename="",
        content_id="",
        size=12,
        within="",
        text_format="flowed-delsp",
    )


def test_the_example_of_rfc_3501() -> None:
    found = parts(
        '(("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)'
        '("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff")'
        '"<960723163407.20117h@cac.washington.edu>" "Compiler diff" "BASE64" 4554 73) "MIXED")'
    )
    assert [(part.number, part.size, part.filename) for part in found] == [
        ("1", 1152, ""),
        ("2", 4554, "cc.diff"),
    ]
    assert found[1].content_id == "960723163407.20117h@cac.washington.edu"
    assert {part.within for part in found} == {"mixed"}


def test_nesting_and_section_numbers() -> None:
    text = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)'
    html = '("TEXT" "HTML" NIL NIL NIL "7BIT" 1 1)'
    image = '("IMAGE" "PNG" NIL "<i@x>" NIL "BASE64" 9 NIL ("INLINE" ("FILENAME" "i.png")) NIL)'
    envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
    inside = f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 500 {envelope} ({text}{html} "MIXED") 9)'
    related = f'({html}{image} "RELATED")'
    found = parts(f'(({text}{related} "ALTERNATIVE"){inside} "MIXED")')
    assert [(part.number, part.media_type, part.within) for part in found] == [
        ("1.1", "text/plain", "mixed/alternative"),
        ("1.2.1", "text/html", "mixed/alternative/related"),
        ("1.2.2", "image/png", "mixed/alternative/related"),
        ("2", "message/rfc822", "mixed"),
    ]
    assert found[2].disposition == "inline"
    assert not found[2].is_attachment
    assert found[3].is_attachment


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ('("NAME" "notes.pdf")', "notes.pdf"),
        ('("NAME" "=?utf-8?Q?=C3=A9t=C3=A9=2Epdf?=")', "été.pdf"),
        ('("NAME" "=?iso-8859-1?B?6XTp?= 2026.pdf")', "été 2026.pdf"),
        ('("NAME" "=?utf-8?Q?a?= =?utf-8?Q?b?=")', "ab"),
        ('("NAME" "=?nonsense?Q?a?=")', "a"),
        ('("NAME" "=?utf-8?B?!!!?=")', "=?utf-8?B?!!!?="),
        ('("NAME*" "utf-8\'\'%C3%A9t%C3%A9.pdf")', "été.pdf"),
        ('("NAME*" "iso-8859-1\'fr\'%E9t%E9.pdf")', "été.pdf"),
        ('("NAME*" "windows-9999\'\'%E9t%E9.pdf")', "été.pdf"),
        ('("NAME*" "no quotes.pdf")', "no quotes.pdf"),
        ('("NAME*1*" "%A9.pdf" "NAME*0*" "utf-8\'\'%C3")', "é.pdf"),
        ('("NAME*0" "long " "NAME*1" "name.pdf" "NAME*3" "lost")', "long name.pdf"),
        ('("NAME" "a\tb\x01c.pdf")', "a b c.pdf"),
        ('("NAME" 2026)', "2026"),
        ('("NAME" NIL)', ""),
        ('("NAME")', ""),
        ("NIL", ""),
    ],
)
def test_file_names(parameters: str, name: str) -> None:
    assert named(parameters) == name
    in_disposition = parameters.replace("NAME", "FILENAME")
    if in_disposition != "NIL":
        assert named("NIL", f'("ATTACHMENT" {in_disposition})') == name


def test_the_name_in_the_disposition_counts_first() -> None:
    assert named('("NAME" "a.pdf")', '("ATTACHMENT" ("FILENAME" "b.pdf"))') == "b.pdf"
    assert named('("NAME" "a.pdf")', '("ATTACHMENT" NIL)') == "a.pdf"


def test_names_of_any_length_are_cut() -> None:
    assert len(named(f'("NAME" "{"x" * 100_000}")')) == 1000


@pytest.mark.parametrize(
    "structure",
    [
        "NIL",
        "()",
        "12",
        '("TEXT" "PLAIN")',
        "((((((()))))))",
        '("MIXED")',
        "(" * 60 + '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)' + ' "MIXED")' * 60,
        "(" + '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)' * (MAX_PARTS + 1) + ' "MIXED")',
    ],
)
def test_what_is_no_structure_is_one_unknown_part(structure: str) -> None:
    assert parts(structure) == unknown(100)
    (part,) = unknown(100)
    assert (part.number, part.size, part.is_attachment) == ("", 100, True)


def test_sizes_and_fields_that_cannot_be() -> None:
    (part,) = parts('(NIL NIL NIL NIL NIL NIL "many" NIL NIL)')
    assert (part.media_type, part.size, part.encoding) == ("/", 0, "")


nested = st.recursive(
    st.none() | st.integers(-5, 2**70) | st.binary(max_size=12),
    lambda inner: st.lists(inner, max_size=12).map(tuple),
    max_leaves=60,
)


@given(nested)
def test_anything_gives_parts(structure: object) -> None:
    found = read_structure(structure, 7)
    assert 0 < len(found) <= MAX_PARTS
    numbers = [part.number for part in found]
    assert len(set(numbers)) == len(numbers)
