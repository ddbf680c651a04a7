"""IMAP syntax in both directions, the odd answers included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.model.mail import Flags, Marks
from mel_desktop.net import imap_grammar as grammar
from mel_desktop.net.imap_grammar import Literal, Response, Status, Unreadable


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"OK done", Status("OK")),
        (b"NO [TRYCREATE] no such folder", Status("NO", "TRYCREATE")),
        (b"ok [copyuid 7 1:3 4:6] done", Status("OK", "COPYUID", "7 1:3 4:6")),
        (b"BAD", Status("BAD")),
        (b"NO [ALERT]", Status("NO", "ALERT")),
        (b"OK [UIDNEXT 4392] Predicted {3}", Status("OK", "UIDNEXT", "4392")),
        (b"OKAY", Status("OK")),
        (b"MAYBE", None),
        (b"", None),
    ],
)
def test_status(text: bytes, status: Status | None) -> None:
    found = grammar.read_status(text)
    if status is None:
        assert found is None
    else:
        assert found is not None
        assert (found.kind, found.code, found.value) == (status.kind, status.code, status.value)


def fetch(*lines: bytes, literals: tuple[bytes, ...] = ()) -> dict[bytes, object] | None:
    return grammar.read_fetch(Response(lines, literals))


def test_fetch_with_literals_of_both_kinds() -> None:
    found = fetch(
        b"* 12 FETCH (UID 5 FLAGS (\\Seen x) BODY[1]<0> {3}",
        b" BINARY[2] ~{4}",
        b" MODSEQ (77))",
        literals=(b"abc", b"a\0b\xff"),
    )
    assert found == {
        b"UID": 5,
        b"FLAGS": (b"\\Seen", b"x"),
        b"BODY[1]<0>": b"abc",
        b"BINARY[2]": b"a\0b\xff",
        b"MODSEQ": (77,),
    }


def test_other_answers_are_no_fetch() -> None:
    assert fetch(b"* 12 EXISTS") is None
    assert fetch(b"* OK FETCH (UID 5)") is None


@pytest.mark.parametrize(
    "broken",
    [
        b'BODYSTRUCTURE ("TEXT" "PLAIN")',
        b'BODYSTRUCTURE (("TEXT" "PLA',
        b"BODYSTRUCTURE " + b"(" * 20_000,
        b"X-ODD [unclosed",
    ],
)
def test_a_broken_item_leaves_the_others_readable(broken: bytes) -> None:
    found = fetch(
        b'* 12 FETCH (UID 5 FLAGS (\\Seen a[b) INTERNALDATE "01-Jan-2026 00:00:00 +0000" '
        b"RFC822.SIZE 10 MODSEQ (9) BODY[HEADER.FIELDS (FROM)] {2}",
        b" " + broken,
        literals=(b"hi",),
    )
    assert found is not None
    assert found[b"UID"] == 5
    assert found[b"FLAGS"] == (b"\\Seen", b"a[b")
    assert found[b"RFC822.SIZE"] == 10
    assert found[b"MODSEQ"] == (9,)
    assert found[b"BODY[HEADER.FIELDS (FROM)]"] == b"hi"
    assert grammar.read_date(found[b"INTERNALDATE"]) == datetime(2026, 1, 1, tzinfo=UTC)


@given(st.binary(max_size=300), st.binary(max_size=20))
def test_nothing_makes_the_reader_fall(text: bytes, literal: bytes) -> None:
    response = Response((b"* 1 FETCH (" + text + b" {%d}" % len(literal), text), (literal,))
    found = grammar.read_fetch(response)
    assert found is not None
    grammar.read_flags(found.get(b"FLAGS"))
    grammar.read_date(found.get(b"INTERNALDATE"))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (b"14-Mar-2026 16:09:26 +0100", datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)),
        (b" 4-Mar-2026 16:09:26 -0430", datetime(2026, 3, 4, 20, 39, 26, tzinfo=UTC)),
        (b"31-Dec-9999 23:59:59 -1200", grammar.EPOCH),
        (b"99-Foo-2026", grammar.EPOCH),
        (b"", grammar.EPOCH),
        (None, grammar.EPOCH),
    ],
)
def test_dates(text: bytes | None, date: datetime) -> None:
    assert grammar.read_date(text) == date


def test_dates_are_written_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    written = grammar.write_date(datetime(2026, 3, 4, 16, 9, 26, tzinfo=paris))
    assert written == b'"04-Mar-2026 15:09:26 +0000"'


def test_flags_in_both_directions() -> None:
    flags = Flags(Marks.SEEN | Marks.FORWARDED, frozenset({"a-suivre"}))
    assert grammar.write_flags(flags) == b"(\\Seen $Forwarded a-suivre)"
    assert grammar.read_flags((b"\\SEEN", b"$forwarded", b"A-suivre", b"\\Recent", 7)) == Flags(
        Marks.SEEN | Marks.FORWARDED, frozenset({"a-suivre", "7"})
    )
    assert grammar.read_flags(None) == Flags()


@pytest.mark.parametrize("word", ["a b", "é", "x)", "", "\\Seen", 'q"', "a\r\nb", "{3}", "*"])
def test_keywords_that_imap_cannot_hold_are_left_out(word: str) -> None:
    assert grammar.write_flags(Flags(keywords=frozenset({word}))) == b"()"


@given(st.sets(st.integers(1, 4_000_000_000), max_size=3000))
def test_sets_name_just_the_uids_given(uids: set[int]) -> None:
    written = list(grammar.write_sets(uids))
    assert all(len(one) <= grammar.MAX_SET_OCTETS for one in written)
    read = [pair for one in written for pair in grammar.read_set(one)]
    assert grammar.expand(read, len(uids)) == sorted(uids)


def test_runs_become_ranges() -> None:
    assert list(grammar.write_sets([9, 1, 2, 3, 7, 8, 3])) == [b"1:3,7:9"]
    assert list(grammar.write_sets([])) == []


@pytest.mark.parametrize("text", ["", "1:*", "a", "1,,2", "1:99999999999999999999", "-1"])
def test_sets_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable):
        grammar.read_set(text)


def test_ranges_are_not_expanded_beyond_the_limit() -> None:
    with pytest.raises(Unreadable):
        grammar.expand([(1, 4_000_000_000)], 1000)


@pytest.mark.parametrize(
    ("value", "mapping"),
    [
        ("7 1:3 11:13", {1: 11, 2: 12, 3: 13}),
        ("7 5,2 10,11", {5: 10, 2: 11}),  # in the order given, not sorted
        ("7 1:3 11:12", {}),
        ("7 1:3", {}),
        ("7 1:4000000000 1:4000000000", {}),
        ("", {}),
    ],
)
def test_copyuid(value: str, mapping: dict[int, int]) -> None:
    assert grammar.read_copyuid(value, 10) == mapping


def test_strings() -> None:
    assert grammar.astring(b"Sent") == b'"Sent"'
    assert grammar.astring(b'a"b\\c') == b'"a\\"b\\\\c"'
    assert grammar.astring(b"") == b'""'
    assert grammar.astring(b"a\r\nb") == Literal(b"a\r\nb")
    assert grammar.astring("é".encode()) == Literal("é".encode())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_names_come_back(name: str) -> None:
    raw = grammar.write_name(name)
    assert raw.isascii()
    assert not set(raw) & set(b"\r\n\0")
    assert grammar.read_name(raw) == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"Envoy&AOk-s", "Envoyés"),
        (b"R&D", "R&D"),  # no modified UTF-7 at all
        ("Envoyés".encode(), "Envoyés"),  # plain UTF-8
        (b"&AOk", "&AOk"),
        (b"\xff\xfe", "��"),
    ],
)
def test_names_from_odd_servers(raw: bytes, name: str) -> None:
    assert grammar.read_name(raw) == name
