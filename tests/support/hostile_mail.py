"""Hostile messages: those of tests/data/mime, broken with knowledge of their structure.

The same seed makes the same messages. ``judge`` reads one as the program does, up to the
sanitised HTML and the octets of every attachment, and says what went wrong.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Final

from mel_desktop.logic.mime import decode_octets, listed_files, parse_header
from mel_desktop.logic.mime_containers import container_warnings
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.sanitize import sanitize
from mel_desktop.logic.whole import read_whole
from mel_desktop.logic.winmail import KINDS, read_winmail
from tests.support.mime_messages import CORPUS

SLOW_S: Final = 2.0
LARGEST: Final = 1_500_000  # octets
Change = Callable[[random.Random, bytes, list[bytes]], bytes]

_TOKENS: Final = (
    b"=?utf-8?Q?", b"?=", b"=?utf-8?B?/w==?=", b'"', b"\\", b"<", b">", b"(", b")", b",", b";",
    b":", b"@", b"<a@b>", b"*0*=", b"*1=", b"%FF", b"''", b"\0", b"\r", b"\n", b"\r\n ", b"\xff",
    b"\x1b$B", b"\xed\xa0\x80", b"+2AA-", b"~{", b"&#x0;", b"<div>", b"<!--", b"<style>",
    b"<table><tr><td>", b"<svg><a xlink:href=", b"begin 644 x\r\n", b"--", b"=\r\n",
    b"=C3", b"> ", b"a \r\n",
)  # fmt: skip
_CODINGS: Final = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"x-yenc", b"\xff")
_CHARSETS: Final = (
    b"utf-16",
    b"utf-32",
    b"utf-7",
    b"iso-2022-jp",
    b"iso-2022-kr",
    b"hz",
    b"idna",
    b"rot13",
    b"zlib_codec",
    b"gb18030",
    b"unicode_escape",
    b"mbcs",
    b"x" * 5000,
    b"cp0",
    b"\0",
)
_TYPES: Final = (
    b"multipart/mixed; boundary=q",
    b"multipart/alternative",
    b"message/rfc822",
    b"text/html",
    b"text/calendar",
    b"text/enriched",
    b"application/ms-tnef",
    b"multipart/digest; boundary=q",
    b"text/plain; format=flowed; delsp=yes",
    b"/",
    b'multipart/signed; boundary=""',
)


def _line(rnd: random.Random, raw: bytes) -> tuple[int, int]:
    """Where some line begins and ends."""
    at = raw.rfind(b"\n", 0, rnd.randrange(len(raw) + 1)) + 1
    end = raw.find(b"\n", at)
    return at, len(raw) if end < 0 else end + 1


def _insert(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    at = rnd.randrange(len(raw) + 1)
    return raw[:at] + rnd.choice(_TOKENS) + raw[at + rnd.choice((0, 0, 1, 5)) :]


def _flood(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    at = rnd.randrange(len(raw) + 1)
    token = rnd.choice(_TOKENS) + rnd.choice(_TOKENS) * rnd.randrange(2)
    return raw[:at] + token * rnd.choice((50, 1000, 20_000)) + raw[at:]


def _cut(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    return raw[: rnd.randrange(len(raw) + 1)]


def _drop_line(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    at, end = _line(rnd, raw)
    return raw[:at] + raw[end:]


def _repeat_line(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    at, end = _line(rnd, raw)
    return raw[:at] + raw[at:end] * rnd.choice((2, 30, 3000)) + raw[end:]


def _swap_lines(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    lines = raw.split(b"\n")
    a, b = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _splice(rnd: random.Random, raw: bytes, others: list[bytes]) -> bytes:
    other = rnd.choice(others)
    return raw[: rnd.randrange(len(raw) + 1)] + other[rnd.randrange(len(other) + 1) :]


def _field(name: bytes, values: tuple[bytes, ...]) -> Change:
    def change(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
        at, _end = _line(rnd, raw)
        return raw[:at] + name + b": " + rnd.choice(values) + b"\r\n" + raw[at:]

    return change


def _charset(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    name = rnd.choice(_CHARSETS)
    return raw.replace(b"utf-8", name).replace(b"us-ascii", name)


def _nest(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    depth = rnd.choice((1, 5, 100, 1000))
    kind = rnd.choice((b"mixed", b"alternative", b"related", b"signed", b"digest"))
    heads = []
    for level in range(depth):
        name = b"same" if rnd.random() < 0.2 else b"n%d" % level
        heads.append(
            b"Content-Type: multipart/%s; boundary=%s\r\n\r\n--%s\r\n" % (kind, name, name)
        )
    return b"From: a@b.example\r\n" + b"".join(heads) + raw


def _enclose(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * rnd.choice((1, 50, 2000)) + raw


def _parts(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    count = rnd.choice((3, 200, 10_000))
    part = b"\r\n--q\r\n" + (raw if count == 3 else raw[:60])
    return b"Content-Type: multipart/mixed; boundary=q\r\n" + part * count


def _ends(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    return raw.replace(b"\r\n", rnd.choice((b"\n", b"\r", b"\r\r\n", b"\n\r", b"\0\r\n")))


def _flip(rnd: random.Random, raw: bytes, _: list[bytes]) -> bytes:
    made = bytearray(raw)
    for _number in range(rnd.choice((1, 8, 60))):
        if made:
            made[rnd.randrange(len(made))] = rnd.randrange(256)
    return bytes(made)


CHANGES: Final[tuple[Change, ...]] = (
    _insert, _insert, _insert, _flood, _cut, _drop_line, _repeat_line, _swap_lines, _splice, _nest,
    _enclose, _parts, _ends, _flip, _charset,
    _field(b"Content-Transfer-Encoding", _CODINGS), _field(b"Content-Type", _TYPES),
)  # fmt: skip


def hostile(count: int, seed: int) -> Iterator[bytes]:
    """So many messages, each changed one to five times."""
    originals = [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]
    rnd = random.Random(seed)  # repeatable, nothing secret
    for _ in range(count):
        raw = rnd.choice(originals)
        for _change in range(rnd.randrange(1, 6)):
            raw = rnd.choice(CHANGES)(rnd, raw, originals)[:LARGEST]
        yield raw


def judge(raw: bytes) -> tuple[str, float]:
    """(what went wrong or "", seconds of the processor) of reading one message whole."""
    before = time.process_time()
    try:
        wrong = _read(raw)
    except Exception as error:  # noqa: BLE001 that is what is looked for
        wrong = f"{type(error).__name__}: {error}"
    took = time.process_time() - before
    if not wrong and took > SLOW_S:
        wrong = f"{took:.1f} s"
    return wrong, took


def _read(raw: bytes) -> str:
    fields, whole = parse_header(raw), read_whole(raw)
    safe = sanitize(whole.text.html) if whole.text.html else None
    html = safe.html if safe else ""
    files = listed_files(whole.parts, html)
    warnings = container_warnings(whole.parts, whole.text.text)
    for one in split_structure(raw):
        octets = decode_octets(raw[one.start : one.end], one.part.encoding)
        if one.part.media_type in KINDS:
            read_winmail(octets)
    shown = [fields.subject, fields.sender.name, fields.sender.address, whole.text.text, html]
    shown += [whole.text.preview, *(part.filename for part in files)]
    shown += [value for values in fields.headers.values() for value in values]
    for text in shown:
        text.encode()  # a lone surrogate raises: neither SQLite nor Qt takes it
        if "\0" in text:
            return "NUL"
    if not whole.parts:
        return "no part"
    return "" if len(warnings) <= 4 else "warnings without end"
