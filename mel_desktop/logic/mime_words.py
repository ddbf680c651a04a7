"""Encoded words of headers (RFC 2047, with RFC 2231 languages) in all their abuses. Linear time.

Rule 1: what a word hides never becomes syntax: addresses are taken apart before words are decoded.
Rule 2: a decoded header is one line: no line end, no control, no direction override comes out.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from mel_desktop.logic.mime_charsets import codec_of, decode_raw, decode_text, is_valid_utf8
from mel_desktop.model.patterns import late

FIELD_CAP: Final = 256 * 1024  # octets of one field that are decoded at all

_OPENING: Final = late(r"=\?([^?\s=]{1,60})\?([bBqQ])\?")
_GAP: Final = late(r"[ \t\r\n]*")
_FOLD: Final = late(r"\r?\n(?=[ \t])|\r(?=[ \t])")
_CONTROLS: Final = late("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Embeddings, overrides and isolates reverse what is read: "fdp.exe" shown as "exe.pdf".
_DIRECTION: Final = late("[\u202a-\u202e\u2066-\u2069]")
_NOT_BASE64: Final = late(r"[^A-Za-z0-9+/]+")


def unfold(field: bytes) -> str:
    """A raw field body to one line of text, encoded words still in place."""
    text = decode_raw(field if len(field) <= FIELD_CAP else field[:FIELD_CAP]).strip(" \t\r\n")
    return _FOLD.sub("", text) if "\n" in text or "\r" in text else text


def one_line(text: str) -> str:
    """Controls become one space, direction overrides go."""
    if text.isprintable():
        return text
    return _DIRECTION.sub("", _CONTROLS.sub(" ", text))


def decode_words(text: str) -> str:
    """Decode every encoded word; what is not one stays as it is."""
    if "=?" not in text:
        return one_line(text)
    out: list[str] = []
    run: list[tuple[str, str, str]] = []  # neighbouring words: charset, encoding, content
    position = 0
    while True:
        word = _next_word(text, position)
        if word is None:
            break
        start, end, piece = word
        between = text[position:start]
        if not (run and _GAP.fullmatch(between)):
            out.append(_decode_run(run))
            run = []
            out.append(between)
        run.append(piece)
        position = end
    out.append(_decode_run(run))
    out.append(text[position:])
    return one_line("".join(out))


def _next_word(text: str, position: int) -> tuple[int, int, tuple[str, str, str]] | None:
    """The next well-formed word: (start, end, (charset, encoding, content))."""
    opening = _OPENING.search(text, position)
    while opening:
        end = text.find("?=", opening.end())
        if end < 0:
            return None
        following = _OPENING.search(text, opening.end(), end + 2)
        if following is None:
            content = text[opening.end() : end]
            return opening.start(), end + 2, (opening[1].lower(), opening[2].lower(), content)
        opening = following  # the first one was never closed
    return None


def _decode_run(run: list[tuple[str, str, str]]) -> str:
    """Neighbouring words. Those of one charset are joined as octets: a letter may be cut in two."""
    out: list[str] = []
    charset = ""
    pending = bytearray()
    quads = ""  # base64 whose words were cut at any place
    apart = bytearray()  # each word for itself, for those that lack their padding
    for name, encoding, content in run:
        if name != charset:
            out.append(_finish(pending, quads, charset, apart))
            charset, quads = name, ""
            pending.clear()
            apart.clear()
        if encoding == "b":
            letters = _NOT_BASE64.sub("", content)
            apart += _base64(letters)
            quads += letters
            if content.rstrip().endswith("=") or len(quads) % 4 == 0:
                pending += _base64(quads)
                quads = ""
        else:
            pending += _base64(quads)
            quads = ""
            octets = _quoted(content)
            pending += octets
            apart += octets
    out.append(_finish(pending, quads, charset, apart))
    return "".join(out)


def _finish(pending: bytearray, quads: str, charset: str, apart: bytearray) -> str:
    octets = bytes(pending) + _base64(quads)
    name = charset.split("*", 1)[0]
    if (
        octets != apart
        and codec_of(name) == "utf-8"
        and not is_valid_utf8(octets)
        and is_valid_utf8(apart)
    ):
        octets = bytes(apart)
    return decode_text(octets, name)


def _base64(quads: str) -> bytes:
    if len(quads) % 4 == 1:
        quads = quads[:-1]
    return binascii.a2b_base64(quads + "=" * (-len(quads) % 4)) if quads else b""


def _quoted(content: str) -> bytes:
    octets = content.replace("_", " ").encode("utf-8", "replace")
    if b"==" not in octets and b"\n" not in octets and not octets.endswith(b"="):
        return binascii.a2b_qp(octets)  # quicker, and the same where nothing is broken
    return _quoted_slowly(octets)


def _quoted_slowly(octets: bytes) -> bytes:
    return re.sub(rb"=([0-9A-Fa-f]{2})", lambda hit: bytes([int(hit[1], 16)]), octets)
