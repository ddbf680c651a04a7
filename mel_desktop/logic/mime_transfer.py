"""Content-Transfer-Encodings (RFC 2045 6, uuencode): whole or by slices. Never raises."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import Final

from mel_desktop.model.patterns import late

_NOT_BASE64: Final = bytes(set(range(256)) - set(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
))  # fmt: skip
_NO_LETTER: Final = _NOT_BASE64 + b"="
_SOFT_BLANK: Final = late(rb"=[ \t]+(?=\r?\n)")
_DOUBLED: Final = late(rb"=(?==)")
_FOREIGN_LINE: Final = late(rb"=[ \t]*\r?\n\s*(?=[^\r\n]*[^A-Za-z0-9+/=\r\n])")
_BLANKS: Final = late(rb"(?<=[!-~])[ \t]+(?=[!-~])")
_LOOKED_AT: Final = 2000
_NAME: Final = late(r"[a-z0-9-]+")
_LONG_LINE: Final = 8192
_PADDINGS: Final = 64
_UU_BEGIN: Final = late(rb"begin(?:-base64)? [0-7]{3,4} ")


@lru_cache(maxsize=256)
def encoding_name(declared: str) -> str:
    """Canonical name: base64, quoted-printable, uuencode, or "" for octets as they are."""
    match = _NAME.search(declared.strip().lower()[:60])
    name = match[0] if match else ""
    if name in ("base64", "b", "base-64"):
        return "base64"
    if name in ("quoted-printable", "quotedprintable", "quoted", "q", "qp"):
        return "quoted-printable"
    if name in ("x-uuencode", "uuencode", "x-uue", "uue", "x-uu"):
        return "uuencode"
    return ""


def decode_octets(data: bytes, encoding: str) -> bytes:
    """All octets at once. What is broken is decoded as far as it goes."""
    name = encoding_name(encoding)
    if not name:
        return data
    if name == "quoted-printable":
        return _quoted_printable(data)
    if name == "base64" and _is_prose(data[:_LOOKED_AT]):
        return data  # the declaration is untrue
    if name == "base64" and (foreign := _FOREIGN_LINE.search(data)):
        data = data[: foreign.start() + 1]  # a footer that a mailing list put behind it
    decoder = PartDecoder(encoding)
    return decoder.feed(data) + decoder.finish()


def _is_prose(data: bytes) -> bool:
    """Whether the first line is of words: base64 has blanks at the ends of its lines at most."""
    first, _, _ = data.lstrip().partition(b"\n")
    blanks = len(_BLANKS.findall(first))
    return blanks > 1 and blanks * 24 > len(first)


class PartDecoder:
    """Decodes slices as they come in.

    ``pending`` counts encoded octets that were fed but not decoded yet: a transfer that was cut
    resumes with a new decoder at (octets fed - pending), except for uuencode, which begins anew.
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding_name(encoding)
        self._rest = b""
        self._begun = False
        self._ended = False

    @property
    def pending(self) -> int:
        """Encoded octets held back."""
        return len(self._rest)

    @property
    def resumes(self) -> bool:
        """Whether a new decoder can go on in the middle."""
        return self._encoding != "uuencode"

    def feed(self, data: bytes) -> bytes:
        """Decode as much as is certain."""
        if not self._encoding:
            return data
        data = self._rest + data
        if self._encoding == "base64":
            return self._feed_base64(data)
        cut = data.rfind(b"\n") + 1
        if self._encoding == "quoted-printable":
            if not cut and len(data) > _LONG_LINE:
                cut = len(data) - 3
                equals = data.rfind(b"=", cut - 2, cut)
                cut = equals if equals >= 0 else cut
            whole, self._rest = data[:cut], data[cut:]
            return _quoted_printable(whole)
        if not cut and len(data) > _LONG_LINE:
            cut = len(data)
        whole, self._rest = data[:cut], data[cut:]
        return self._uu(whole)

    def finish(self) -> bytes:
        """What was held back."""
        rest, self._rest = self._rest, b""
        if self._encoding == "base64":
            clean = rest.translate(None, _NOT_BASE64).replace(b"=", b"")
            return _quads(clean)
        if self._encoding == "quoted-printable":
            return _quoted_printable(rest)
        return self._uu(rest) if self._encoding else rest

    def _feed_base64(self, data: bytes) -> bytes:
        clean = data.translate(None, _NOT_BASE64)
        if b"=" not in clean:
            return self._whole_quads(data, clean)
        if clean.count(b"=") > _PADDINGS:
            return self._whole_quads(data, clean.replace(b"=", b""))  # not padding but rubbish
        out: list[bytes] = []
        *padded, last = re.split(rb"=+", clean)
        out.extend(_quads(piece) for piece in padded)
        out.append(self._whole_quads(data, last))
        return b"".join(out)

    def _whole_quads(self, data: bytes, clean: bytes) -> bytes:
        whole = len(clean) - len(clean) % 4
        self._rest = data[_start_of_tail(data, len(clean) - whole) :]
        return binascii.a2b_base64(clean[:whole])

    def _uu(self, data: bytes) -> bytes:
        out: list[bytes] = []
        for line in data.splitlines():
            if self._ended:
                break
            if not self._begun:
                self._begun = bool(_UU_BEGIN.match(line))
            elif line.strip() == b"end":
                self._ended = True
            elif line.strip(b" `"):
                out.append(_uu_line(line))
        return b"".join(out)


def _start_of_tail(data: bytes, letters: int) -> int:
    """Where the last ``letters`` base64 letters of ``data`` begin."""
    at = len(data)
    for _ in range(letters):  # three at most; stripped rather than stepped over: blanks by the MB
        at = len(data[:at].rstrip(_NO_LETTER)) - 1
    return at


def _quads(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)) if letters else b""


def _quoted_printable(data: bytes) -> bytes:
    if b"= " in data or b"=\t" in data:
        data = _SOFT_BLANK.sub(b"=", data)
    if b"==" in data:
        data = _DOUBLED.sub(b"=3D", data)  # the first is a letter, the second may begin an octet
    return binascii.a2b_qp(data)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    octets = (((line[0] - 32) & 63) * 4 + 5) // 3  # some encoders leave rubbish at the end
    try:
        return binascii.a2b_uu(line[:octets])
    except binascii.Error:
        return b""
