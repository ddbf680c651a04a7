"""Contacts that a webmail or Thunderbird exported: vCard (RFC 6350, 2426, 2.1) and LDIF (RFC 2849).

Both are read into the cards that ``thunderbird_book`` makes entries of. What a mail client has no
use for (birth dates, photos, home addresses) is not taken.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from typing import Final

from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.people_csv import address_in
from mel_desktop.formats.thunderbird_book import VCARD, BookFile, RawBook
from mel_desktop.model.errors import ErrorCode, LocalRefusal

MOST_OCTETS: Final = 64 * 1024 * 1024
MOST_CARDS: Final = 200_000
MOST_LINE: Final = 20_000  # characters; a photo may be longer, and is not wanted
VCARD_FORMAT: Final = "vcard"
LDIF_FORMAT: Final = "ldif"

_BEGIN: Final = re.compile(rb"\A\s*BEGIN:VCARD\b", re.IGNORECASE)
_LDIF: Final = re.compile(rb"\A(?:\s*(?:#[^\n]*)?\n)*\s*(?:version:\s*1\b|dn::?\s)", re.IGNORECASE)
_VCARD_LINE: Final = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:;]*)*):(.*)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([\\,;nN])")
_LDIF_LINE: Final = re.compile(r"([\w.-]+)(?:;[^:]*)?(::?|:<)\s*(.*)", re.DOTALL)
_FROM_LDIF: Final = {
    "cn": "DisplayName", "displayname": "DisplayName", "givenname": "FirstName",
    "sn": "LastName", "mozillanickname": "NickName", "mail": "PrimaryEmail",
    "mozillasecondemail": "SecondEmail", "title": "JobTitle", "ou": "Department",
    "department": "Department", "o": "Company", "company": "Company", "l": "WorkCity",
    "mozillahomelocalityname": "HomeCity", "telephonenumber": "WorkPhone",
    "mobile": "CellularNumber", "cellphone": "CellularNumber", "homephone": "HomePhone",
}  # fmt: skip
_GROUPS: Final = frozenset({"groupofnames", "groupofuniquenames", "mailgroup"})


def kind_of(first: bytes) -> str:
    """``vcard``, ``ldif``, or "" for what begins otherwise."""
    start = first.removeprefix(b"\xef\xbb\xbf")
    if _BEGIN.match(start):
        return VCARD_FORMAT
    return LDIF_FORMAT if _LDIF.match(start.replace(b"\r\n", b"\n")) else ""


def open_contacts(chunks: Iterable[bytes], format_name: str) -> BookFile:
    """The cards of a file. BAD_FILE | TOO_LARGE."""
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MOST_OCTETS:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_OCTETS)
    text = _decoded(bytes(data))
    book = read_vcards(text) if format_name == VCARD_FORMAT else read_ldif(text)
    if not book.cards:
        raise bad_file("no contact in it")
    return BookFile([book], format_name=format_name)


def read_vcards(text: str) -> RawBook:
    """Every card of a file; one that is not closed ends with the next."""
    cards: dict[str, dict[str, str]] = {}
    held: list[str] = []
    inside = False
    for line in _vcard_lines(text):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            held, inside = [], True
        elif word == "END:VCARD" and inside:
            inside = False
            if len(cards) >= MOST_CARDS:
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_CARDS)
            card = _vcard(held)
            uid = card.pop("UID", "") or str(len(cards))
            cards[uid if uid not in cards else f"{uid}#{len(cards)}"] = card
        elif inside and len(line) <= MOST_LINE:
            held.append(line)
    return RawBook(cards)


def _vcard_lines(text: str) -> Iterator[str]:
    """Logical lines: folded ones joined, soft breaks of quoted-printable ones too."""
    line = ""
    for raw in text.splitlines():
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
        if soft:
            line = line[:-1] + raw
        elif raw[:1] in {" ", "\t"} and line:
            line += raw[1:]
        else:
            if line:
                yield line
            line = raw
        line = line[: MOST_LINE + 1]
    if line:
        yield line


def _vcard(lines: Iterable[str]) -> dict[str, str]:
    card: dict[str, str] = {}
    mails: list[str] = []
    for line in lines:
        found = _VCARD_LINE.fullmatch(line)
        if found is None:
            continue
        name, parameters, value = found[1].upper(), found[2].upper(), found[3]
        if "QUOTED-PRINTABLE" in parameters:
            value = _decoded(quopri.decodestring(value.encode("utf-8", "replace")))
        if name == "N":
            parts = [_unescaped(one) for one in _split(value)]
            card.setdefault("LastName", parts[0])
            card.setdefault("FirstName", parts[1] if len(parts) > 1 else "")
        elif name == "ORG":
            parts = [_unescaped(one) for one in _split(value)]
            card.setdefault("Company", parts[0])
            card.setdefault("Department", parts[1] if len(parts) > 1 else "")
        elif name == "EMAIL":
            mails.append(_unescaped(value).removeprefix("mailto:"))
        elif name == "TEL":
            kind = "CellularNumber" if "CELL" in parameters else "WorkPhone"
            kind = "HomePhone" if "HOME" in parameters else kind
            card.setdefault(kind, _unescaped(value).removeprefix("tel:"))
        elif name in _FROM_VCARD:
            card.setdefault(_FROM_VCARD[name], _unescaped(value))
    if mails:
        card["PrimaryEmail"] = mails[0]
        card[VCARD] = "\n".join(f"EMAIL:{one}" for one in mails[1:])
    return card


_FROM_VCARD: Final = {"FN": "DisplayName", "NICKNAME": "NickName", "TITLE": "JobTitle",
                      "UID": "UID"}  # fmt: skip


def _split(value: str) -> list[str]:
    return re.split(r"(?<!\\);", value)


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()


def read_ldif(text: str) -> RawBook:
    """Every entry of a file: persons, and lists with their members."""
    cards: dict[str, dict[str, str]] = {}
    lists: list[tuple[str, str]] = []
    wanted: list[tuple[str, str]] = []
    for entry in _ldif_entries(text):
        dn = entry.get("dn", [""])[0]
        if not dn:
            continue
        if len(cards) + len(lists) >= MOST_CARDS:
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_CARDS)
        classes = {one.lower() for one in entry.get("objectclass", ())}
        if classes & _GROUPS:
            lists.append((_key(dn), entry.get("cn", [dn])[0]))
            members = (*entry.get("member", ()), *entry.get("uniquemember", ()))
            wanted += [(_key(dn), _key(one)) for one in members]
            continue
        card: dict[str, str] = {}
        for name, values in entry.items():
            if name in _FROM_LDIF and values:
                card.setdefault(_FROM_LDIF[name], values[0])
        more = [one for one in entry.get("mail", ())[1:] if address_in(one)]
        if more:
            card[VCARD] = "\n".join(f"EMAIL:{one}" for one in more)
        if card:
            cards[_key(dn)] = card
    return RawBook(cards, lists, wanted)


def _ldif_entries(text: str) -> Iterator[dict[str, list[str]]]:
    entry: dict[str, list[str]] = {}
    for line in _ldif_lines(text):
        if not line.strip():
            if entry:
                yield entry
            entry = {}
            continue
        found = _LDIF_LINE.fullmatch(line)
        if found is None or found[2] == ":<":  # a file of this PC is never read for it
            continue
        value = found[3]
        if found[2] == "::":
            try:
                value = _decoded(base64.b64decode(value.strip(), validate=True))
            except (binascii.Error, ValueError):
                continue
        entry.setdefault(found[1].lower(), []).append(value.strip())
    if entry:
        yield entry


def _ldif_lines(text: str) -> Iterator[str]:
    line: str | None = None
    for raw in text.splitlines():
        if raw.startswith(" ") and line is not None:
            line = (line + raw[1:])[: MOST_LINE + 1]
            continue
        if line is not None and not line.startswith("#") and len(line) <= MOST_LINE:
            yield line
        line = raw
    if line is not None and not line.startswith("#"):
        yield line


def _key(dn: str) -> str:
    return ",".join(part.strip().lower() for part in dn.split(","))[:190]


def _decoded(data: bytes) -> str:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
