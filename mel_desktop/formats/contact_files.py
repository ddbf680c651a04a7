"""Contacts that a webmail or Thunderbird exported: vCard (``vcard``) and LDIF (``ldif``), as files.

What a mail client has no use for (birth dates, home addresses) is not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.table import as_utf8, raw_lines
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late
from mel_desktop.model.people import Item, SkippedLine

MOST_OCTETS: Final = 512 * 1024 * 1024
MOST_CARDS: Final = 200_000
VCARD_FORMAT: Final = "vcard"
LDIF_FORMAT: Final = "ldif"

_BEGIN: Final = late(rb"\A\s*BEGIN:VCARD\b", re.IGNORECASE)
_LDIF: Final = late(rb"\A(?:\s*(?:#[^\n]*)?\n)*\s*(?:version:\s*1\b|dn::?\s)", re.IGNORECASE)


def kind_of(first: bytes) -> str:
    """``vcard``, ``ldif``, or "" for what begins otherwise."""
    start = b"".join(as_utf8([first[:8_192]], "")) if not first.startswith(b"PK") else b""
    if _BEGIN.match(start):
        return VCARD_FORMAT
    return LDIF_FORMAT if _LDIF.match(start.replace(b"\r\n", b"\n")) else ""


def open_contacts(chunks: Iterable[bytes], format_name: str) -> ContactFile:
    """The contacts of a file, as they come. BAD_FILE | TOO_LARGE."""
    return ContactFile(chunks, format_name)


class ContactFile:
    """A file of vCards or LDIF records of which at least one can be read. Iterate once."""

    attribution: Final = ""

    def __init__(self, chunks: Iterable[bytes], format_name: str) -> None:
        from mel_desktop.formats import ldif, vcard  # noqa: PLC0415 first needed here

        self.format_name = format_name
        most = vcard.MOST_LINE if format_name == VCARD_FORMAT else ldif.MOST_LINE
        lines = raw_lines(as_utf8(_bounded(chunks), ""), most)
        self._items: Iterator[Item]
        if format_name == VCARD_FORMAT:
            self.is_delta = False
            self._items = vcard.items(vcard.read_cards(lines))
        else:
            file = ldif.LdifFile(lines)
            self.is_delta = file.is_delta
            self._items = iter(file)
        self._first: list[Item] = []
        line = 0
        for item in self._items:
            self._first.append(item)
            if not isinstance(item, SkippedLine):
                return
            line = line or item.line
            if len(self._first) > MOST_CARDS:
                break
        raise bad_file("no contact in it", line=line or 1)

    def __iter__(self) -> Iterator[Item]:
        for count, item in enumerate(chain(self._first, self._items)):
            if count > MOST_CARDS * 10:
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_CARDS * 10)
            yield item


def _bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_OCTETS:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_OCTETS)
        yield chunk
