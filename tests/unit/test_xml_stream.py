"""Streamed XML: what is read, and what is refused with its line."""

from __future__ import annotations

import tracemalloc
from collections import deque
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats import xml_stream
from mel_desktop.formats.xml_stream import (
    MAX_RECORD_ELEMENTS,
    Element,
    records,
)
from mel_desktop.model.errors import ErrorCode, LocalRefusal

DTD = '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">'


def read(data: bytes | Iterable[bytes], *wanted: str) -> list[Element]:
    chunks = [data] if isinstance(data, bytes) else data
    return list(records(chunks, frozenset(wanted or ("r",))))


def refusal(data: bytes | Iterable[bytes]) -> tuple[ErrorCode, object, object]:
    with pytest.raises(LocalRefusal) as caught:
        read(data)
    facts = caught.value.facts
    return caught.value.code, facts.get("why"), facts.get("line")


def test_records_come_with_all_that_is_in_them() -> None:
    found = read(b"<x><y>no</y>\n<r a='1'>t<v> one </v><v/><w><v>two</v></w></r></x>")
    assert [(one.name, one.attributes, one.text, one.line) for one in found] == [
        ("r", {"a": "1"}, "t", 2)
    ]
    assert [one.text for one in found[0].all("v")] == [" one ", ""]
    assert [one.text for one in found[0].all("w", "v")] == ["two"]
    assert found[0].value("none", "v") == "one"
    assert found[0].child("none") is None


def test_root_and_comments_are_told() -> None:
    roots: list[str] = []
    comments: list[str] = []
    chunks = [b"<!-- degre='2D' --><x><!--in--><r><!--not--></r></x>"]
    list(records(chunks, frozenset({"r"}), on_root=roots.append, on_comment=comments.append))
    assert (roots, comments) == (["x"], [" degre='2D' ", "in"])


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "utf-8"),
        ("", "iso-8859-15"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8"),
        ('<?xml version="1.0" encoding="utf-8"?>\n' + DTD, "utf-8"),
        ('<?xml version="1.0"?>', "utf-8"),
        ("<?xml version='1.0' encoding='ISO-8859-15'?>", "iso-8859-15"),
        ("\n<?xml version='1.0' encoding='ISO-8859-15'?>", "iso-8859-15"),
        ('<?xml version="1.0" encoding="ISO-8859-15"?>', "utf-8"),  # wrong
        ('<?xml version="1.0" encoding="UTF-8"?>', "iso-8859-15"),  # wrong
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "cp1252"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
    ],
)
def test_encodings(declaration: str, encoding: str) -> None:
    if "UTF-16" in declaration or encoding == "utf-16":
        declaration = declaration.replace("UTF-16", "UTF-8")
    text = declaration + "<x>" + "<r>plain</r>" * 9_000 + "<r>Zoé Lœuf 5 €</r></x>"
    assert read(text.encode(encoding))[-1].text == "Zoé Lœuf 5 €"


def test_accented_capitals_before_a_blank_are_not_taken_for_utf_8() -> None:
    text = "<?xml version='1.0' encoding='ISO-8859-15'?><x><r>NOË\xa0L</r></x>"
    assert read(text.encode("iso-8859-15"))[0].text == "NOË\xa0L"


def test_windows_quotes_in_a_latin_9_file() -> None:
    assert read(b"<x><r>l\x92\xe9cole</r></x>")[0].text == "l’école"


@given(st.integers(1, 40), st.sampled_from(["utf-8", "iso-8859-15"]))
def test_chunks_may_end_anywhere(size: int, encoding: str) -> None:
    data = "<x><r>&eacute;t&eacute; Œuf &amp; é</r><r>ça</r></x>".encode(encoding)
    found = read(data[at : at + size] for at in range(0, len(data), size))
    assert [one.text for one in found] == ["été Œuf & é", "ça"]


def test_entities_cut_by_a_piece() -> None:
    for pad in range(65_520, 65_545):
        data = b"<x><r>" + b"a" * pad + b"&eacute;&#233;&amp;</r></x>"
        assert read(data)[0].text[pad:] == "éé&"


def test_old_entities_with_and_without_a_document_type() -> None:
    body = "<ficAlimMENESR>\n<r>L&eacute;a &lt;&#233;&gt; &quot;&OElig;&quot;</r></ficAlimMENESR>"
    for head in ("", DTD):
        assert read((head + body).encode())[0].text == 'Léa <é> "Œ"'


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("", "xml-empty", 1),
        ("Bonjour", "not-xml", 1),
        ("PK\x03\x04", "not-xml", 1),
        ("<x>\n<r>", "xml-cut-short", 2),
        ("<x>\n<r>a</r>\n<r", "xml-cut-short", 3),
        ("<x>\n<r><v>a</r></x>", "xml-crossed-tags", 2),
        ("<x></x>\n<y/>", "xml-after-end", 2),
        ("<x>\n\n<r>&nothing;</r></x>", "xml-unknown-entity", 3),
        (DTD + "<x>\n\n<r>&nothing;</r></x>", "xml-unknown-entity", 3),
        ("<x>\n<r>\x01</r></x>", "xml-bad-character", 2),
        ("<x>\n<r>a & b</r></x>", "xml-bad-character", 2),
        (
            '<!DOCTYPE x [\n<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x><r>&b;</r></x>',
            "xml-own-entities",
            1,
        ),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///x">%p;]><x/>', "xml-own-entities", 1),
        ('\n<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><x/>', "xml-foreign-doctype", 2),
        ('<!DOCTYPE x SYSTEM "../../x.dtd"><x/>', "xml-foreign-doctype", 1),
        ('<!DOCTYPE x SYSTEM "/etc/passwd"><x/>', "xml-foreign-doctype", 1),
        ('<!DOCTYPE x PUBLIC "-//A//B" "x.dtd"><x/>', "xml-foreign-doctype", 1),
        ('<?xml version="1.0" encoding="EBCDIC"?><x/>', "xml-encoding", 1),
    ],
)
def test_refused_with_reason_and_line(text: str, why: str, line: int) -> None:
    code, said, where = refusal(text.encode())
    assert code is ErrorCode.BAD_FILE
    assert str(said).startswith(why)
    assert where == line


def test_an_encoding_that_changes_midway_is_damage() -> None:
    data = "<x>\n<r>é</r>\n".encode() + b"<y>" + b"a" * 200_000 + b"</y>\n<r>\xe9t</r></x>"
    assert refusal(data) == (ErrorCode.BAD_FILE, "xml-bad-octets", 4)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<x>" + b"<d>" * 100 + b"</d>" * 100 + b"</x>", "xml-too-deep"),
        (b"<x><r>" + b"<d>" * 100 + b"</d>" * 100 + b"</r></x>", "xml-too-deep"),
        (b"<x><" + b"n" * 200 + b"/></x>", "xml-name-too-long"),
        (b"<x><r><" + b"n" * 200 + b"/></r></x>", "xml-name-too-long"),
        (
            b"<x><r " + b" ".join(b"a%d=''" % n for n in range(50)) + b"/></x>",
            "xml-too-many-attributes",
        ),
        (b"<x><r>" + b"<v>" + b"a" * 2_000_000 + b"</v></r></x>", "xml-too-much-text"),
        (b"<x><r a='" + b"a" * 2_000_000 + b"'/></x>", "xml-endless-tag"),
        (b"<x><!-- " + b"a" * 2_000_000 + b"--></x>", "xml-endless-tag"),
    ],
)
def test_limits(data: bytes, why: str) -> None:
    assert refusal(data)[:2] == (ErrorCode.TOO_LARGE, why)


def empty_values(count: int, each: int) -> Iterator[bytes]:
    """``count`` times ``<value/>``, ``each`` to a record, never held as a whole."""
    piece = b"<value/>\n" * 1_000
    yield b"<x>\n"
    for _ in range(count // each):
        yield b"<r>"
        for _ in range(each // 1_000):
            yield piece
        yield b"</r>"
    yield b"</x>"


def test_ten_million_empty_values_in_one_record() -> None:
    code, why, line = refusal(empty_values(10_000_000, 10_000_000))
    assert (code, why) == (ErrorCode.TOO_LARGE, "xml-too-many-values")
    assert line == MAX_RECORD_ELEMENTS + 2  # no more than the limit was looked at


def test_many_empty_values_in_many_records_hold_no_memory() -> None:
    taken = records(empty_values(110_000, 1_000), frozenset({"r"}))
    for _ in range(100):
        next(taken)
    tracemalloc.start()
    try:
        assert sum(1 for _ in taken) == 10
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_ten_million_empty_values_in_many_records_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml_stream, "MAX_ELEMENTS", 300_000)
    chunks = empty_values(10_000_000, 10_000)
    found = records(chunks, frozenset({"r"}), left_out=lambda _name, _attributes: True)
    with pytest.raises(LocalRefusal) as caught:
        deque(found, maxlen=0)
    assert caught.value.facts["why"] == "xml-too-many-elements"


def test_what_is_left_out_is_counted_but_not_held() -> None:
    def left_out(name: str, attributes: dict[str, str]) -> bool:
        return name == "v" and attributes.get("name") == "INE"

    data = b"<x><r><v name='INE'>secret<w>too</w></v><v name='sn'>A</v></r></x>"
    (found,) = records([data], frozenset({"r"}), left_out=left_out)
    assert [one.text for one in found.all("v")] == ["A"]
    deep = b"<x><r><v name='INE'>" + b"<d>" * 100 + b"</d>" * 100 + b"</v></r></x>"
    with pytest.raises(LocalRefusal):
        list(records([deep], frozenset({"r"}), left_out=left_out))
