"""Whatever octets come: nothing raises, everything is bounded and can be stored and drawn."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mel_desktop.logic import mime_structure
from mel_desktop.logic.mime import (
    PartDecoder,
    decode_octets,
    parse_addresses,
    parse_date,
    parse_field,
    parse_header,
    read_message,
    safe_filename,
)
from mel_desktop.logic.mime_words import unfold
from mel_desktop.logic.sanitize import sanitize

CORPUS = Path(__file__).parent.parent / "data" / "mime"
MESSAGES = [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]

CUTS = st.tuples(st.integers(0, 3000), st.integers(0, 300), st.binary(max_size=40))
SYNTAX = st.sampled_from([
    b"\r\n", b"\n\n", b"--lim", b"--lim--\r\n", b"=?utf-8?Q?", b"?=", b'"', b"<", b">", b"(", b")",
    b"Content-Type: multipart/mixed; boundary=lim\r\n\r\n", b"charset=zlib", b"\x00", b"\xff\xfe",
    b"Content-Transfer-Encoding: base64\r\n", b"filename*0*=", b";", b"=", b"<style>", b"&#0;",
    b"<div style='", b"\xed\xa0\x80", b"begin 644 x\n", b"\x1b$B", b"+2AA-", b"format=flowed",
])  # fmt: skip


def mutate(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in edits:
        at = at % (len(raw) + 1)
        raw = raw[:at] + new + raw[at + length :]
    return raw


def is_storable(text: str) -> bool:
    text.encode("utf-8")  # a lone surrogate would raise
    return "\x00" not in text


@settings(suppress_health_check=CHECKS, deadline=None)
@given(
    st.sampled_from(MESSAGES),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60), SYNTAX) | CUTS, max_size=6),
)
def test_mutated_messages(raw: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    raw = mutate(raw, edits)
    fields, parts, text = read_message(raw)
    assert parts
    assert sum(part.size for part in parts) <= len(raw)
    for value in (fields.subject, text.text, text.html, text.preview, text.search_text):
        assert is_storable(value)
    for values in fields.headers.values():
        assert all(is_storable(value) and "\n" not in value for value in values)
    for who in (fields.sender, *fields.to, *fields.cc, *fields.reply_to):
        assert is_storable(who.name + who.address)
        assert "\n" not in who.name + who.address
    if fields.date is not None:
        fields.date.astimezone(UTC).isoformat()
    safe = sanitize(text.html)
    assert is_storable(safe.html)
    HTMLParser().feed(safe.html)


@settings(suppress_health_check=CHECKS, deadline=None)
@given(st.binary(max_size=3000))
def test_any_octets(raw: bytes) -> None:
    read_message(raw)
    parse_header(raw)


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for who in parse_addresses(text):
        assert "<" not in who.address
    parse_field(text)
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is not None
    sanitize(text)


@given(st.text(max_size=300), st.sampled_from(["", "application/pdf", "message/rfc822"]))
def test_file_names_are_safe(name: str, media_type: str) -> None:
    safe = safe_filename(name, media_type)
    assert safe
    assert len(safe.encode()) <= 204
    assert not set(safe) & set('/\\:*?"<>|\x00\n\r\u202e')
    assert safe not in (".", "..")
    assert safe == safe.strip(" .")
    assert safe_filename(safe, media_type) == safe


@given(st.binary(max_size=5000), st.lists(st.integers(1, 700), min_size=1, max_size=30))
def test_slices_decode_as_the_whole(content: bytes, sizes: list[int]) -> None:
    for encoding, encoded in (
        ("base64", base64.encodebytes(content)),
        ("quoted-printable", quopri.encodestring(content)),
        ("8bit", content),
    ):
        decoder = PartDecoder(encoding)
        out = b""
        at = turn = 0
        while at < len(encoded):
            size = sizes[turn % len(sizes)]
            out += decoder.feed(encoded[at : at + size])
            at += size
            turn += 1
        out += decoder.finish()
        assert out == decode_octets(encoded, encoding)
        if encoding != "quoted-printable":  # which may not keep line ends of binary content
            assert out == content


@given(
    st.binary(max_size=5000),
    st.integers(0, 7000),
    st.sampled_from(["base64", "quoted-printable", "8bit"]),
)
def test_a_cut_transfer_resumes(content: bytes, cut: int, encoding: str) -> None:
    encoded = {
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
        "8bit": bytes,
    }[encoding](content)
    cut = min(cut, len(encoded))
    first = PartDecoder(encoding)
    out = first.feed(encoded[:cut])
    second = PartDecoder(encoding)
    out += second.feed(encoded[cut - first.pending :]) + second.finish()
    assert out == decode_octets(encoded, encoding)


_LINES = st.lists(
    st.sampled_from([
        b"Content-Type: text/plain", b"content-type : a/b", b" folded", b"\tfolded", b"Subject: x",
        b"Content-Disposition:", b"CONTENT-ID: <1>", b"Content-Type", b"Content-: x", b"", b" ",
        b"XContent-Type: no", b"Content-Type: text/html;", b"\xe9: x", b":", b"Content-X\x0b: y",
    ]) | st.binary(max_size=12),
    max_size=12,
)  # fmt: skip


@given(_LINES, st.sampled_from([b"\r\n", b"\n", b"\r"]))
def test_fields_of_the_structure_are_found_as_all_fields_are(
    lines: list[bytes], line_end: bytes
) -> None:
    header = line_end.join(lines)
    slowly: dict[str, str] = {}
    for name, body in mime_structure.fields(header):
        if name.startswith("content-"):
            slowly.setdefault(name, unfold(body))
    assert mime_structure._mime_fields(header) == slowly
