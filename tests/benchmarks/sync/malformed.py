"""Fourteen ways in which mail is broken in the wild, each made from a sound message (LF ends)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final


def _split(message: bytes) -> tuple[bytes, bytes]:
    head, _, body = message.partition(b"\n\n")
    return head, body


def _no_closing(message: bytes) -> bytes:
    """The last boundary is missing, as after a cut on the way."""
    return message.rstrip(b"-\n").rpartition(b"\n--")[0] + b"\n"


def _boundary_never_comes(message: bytes) -> bytes:
    head, body = _split(message)
    return re.sub(rb'boundary="[^"]*"', b'boundary="nulle-part"', head) + b"\n\n" + body


def _no_empty_line(message: bytes) -> bytes:
    head, body = _split(message)
    return head + b"\nCeci n'est pas un champ et devait suivre une ligne vide.\n" + body


def _broken_base64(message: bytes) -> bytes:
    head, body = _split(message)
    lines = body.split(b"\n")
    if len(lines) > 6:
        lines[len(lines) // 2] = b"%%% pas du base64 !? \xe9 %%%"
        lines[len(lines) // 3] += b"=A="
    return head + b"\nContent-Transfer-Encoding: base64\n\n" + b"\n".join(lines)


def _raw_latin1(message: bytes) -> bytes:
    return b"Subject: R\xe9union de l'\xe9quipe \xe0 l'int\xe9rieur\n" + message


def _nul(message: bytes) -> bytes:
    head, body = _split(message)
    middle = len(body) // 2
    return head + b"\n\n" + body[:middle] + b"\0 \0\0" + body[middle:]


def _endless_line(message: bytes) -> bytes:
    return message + b"0123456789abcdef " * 4_000 + b"\n"


def _no_header(message: bytes) -> bytes:
    return b"\n" + _split(message)[1]


def _lying_charset(message: bytes) -> bytes:
    head, body = _split(message)
    head = re.sub(rb"^Content-Type:.*(\n[ \t].*)*", b"", head, flags=re.MULTILINE).strip(b"\n")
    kind = b"Content-Type: text/plain; charset=x-inconnu-8bit\nContent-Transfer-Encoding: 8bit"
    return head + b"\n" + kind + b"\n\n\xe9t\xe9 \x80 \xff\xfe\n" + body


def _fields_twice(message: bytes) -> bytes:
    return (
        b"From: Personne <personne@ailleurs.test>\nContent-Type: text/plain\n"
        b"Content-Type: application/octet-stream\nDate: hier\n" + message
    )


def _bare_cr(message: bytes) -> bytes:
    head, body = _split(message)
    return head + b"\n\nUne ligne\rune autre\r\r\nencore une\r" + body


def _folded_first(message: bytes) -> bytes:
    return b" suite de rien\nX Champ Avec Espaces: oui\n: sans nom\n" + message


def _cut_inside(message: bytes) -> bytes:
    """A message within a message that ends in its header."""
    head, body = _split(message)
    head = re.sub(rb"^Content-Type:.*(\n[ \t].*)*", b"", head, flags=re.MULTILINE).strip(b"\n")
    inner = b"\n--b\nContent-Type: message/rfc822\n\nFrom: x\nContent-Type: multipart/mixed; bound"
    return head + b"\nContent-Type: multipart/mixed; boundary=b\n\n" + body[:2000] + inner


def _no_date_no_sender(message: bytes) -> bytes:
    head, body = _split(message)
    head = re.sub(rb"^(From|Date|Message-ID|To):.*(\n[ \t].*)*\n", b"", head, flags=re.MULTILINE)
    return b"Date: 32 Foo 99999 25:61:61 +9999\nFrom:\nTo: <>,,;\n" + head + b"\n\n" + body


WAYS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "no-closing": _no_closing,
    "boundary-never-comes": _boundary_never_comes,
    "no-empty-line": _no_empty_line,
    "broken-base64": _broken_base64,
    "raw-latin1": _raw_latin1,
    "nul": _nul,
    "endless-line": _endless_line,
    "no-header": _no_header,
    "lying-charset": _lying_charset,
    "fields-twice": _fields_twice,
    "bare-cr": _bare_cr,
    "folded-first": _folded_first,
    "cut-inside": _cut_inside,
    "no-date-no-sender": _no_date_no_sender,
}
