"""LDIF (RFC 2849): copies of directories, address books of Thunderbird and Convergence, changes.

Rule 1: a value that is named by its address (``:< file:///...``) is never read.
Rule 2: bounded: a line of MOST_LINE octets, a record of MOST_LINES lines; one that is longer, or
broken, costs its record, and is told with its line.

Our own: the ``ldif`` modules of python-ldap (needs OpenLDAP's C library, no wheels) and of ldap3 (a
writer only) do not serve.

Entries with attributes of the SDET, Supann or eduPerson are read as from an LDAP server
(``ldap_entry``); the others, which are those of address books, here. Keys are normal DNs.
``changetype`` add, modify and delete of a change file become entries, changes and ``Gone``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Final

from mel_desktop.formats.ldap_entry import read_entry
from mel_desktop.formats.ldap_values import normal_dn
from mel_desktop.formats.people_csv import MAX_MORE, address_in
from mel_desktop.formats.table import tidy
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    Item,
    Membership,
    Photo,
    SkippedLine,
)
from mel_desktop.model.values import dataclass

LIST_ROLE: Final = "liste"
MOST_LINE: Final = 1_500_000  # octets: a picture in base64
MOST_LINES: Final = 100_000  # of a record: members of a group
MOST_PHOTO: Final = 1_000_000
MOST_MEMBERS: Final = 20_000
_ATTRIBUTE: Final = re.compile(rb"([A-Za-z0-9.-]+)((?:;[\w-]+)*):(:|<)?[ ]*(.*)", re.DOTALL)
_GROUPS: Final = frozenset({
    "groupofnames", "groupofuniquenames", "mailgroup", "group", "posixgroup", "groupofurls",
    "inetmailgroup", "nsmanagedperson-group",
})  # fmt: skip
_SCHOOLISH: Final = ("ent", "supann", "eduperson")  # attributes of directories of schools
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# What fields of an entry each attribute of an address book has a say in.
_FIELDS: Final[dict[str, frozenset[str]]] = {
    "mail": frozenset({"email", "more_emails"}),
    "mozillasecondemail": frozenset({"email", "more_emails"}),
    "cn": frozenset({"name"}), "displayname": frozenset({"name"}),
    "givenname": frozenset({"name"}), "sn": frozenset({"name", "family_name"}),
    "title": frozenset({"role"}), "ou": frozenset({"role"}), "department": frozenset({"role"}),
    "o": frozenset({"school"}), "company": frozenset({"school"}),
    "l": frozenset({"town"}),
    "telephonenumber": frozenset({"phone", "more_phones"}),
    "mobile": frozenset({"phone", "more_phones"}),
    "cellphone": frozenset({"phone", "more_phones"}),
    "homephone": frozenset({"phone", "more_phones"}),
}  # fmt: skip


@dataclass(slots=True)
class _Record:
    """Lines up to a blank one. ``steps``: what a modify does, (operation, attribute, values)."""

    line: int
    dn: str = ""
    change: str = ""
    values: dict[str, list[bytes]] = field(default_factory=dict)
    steps: list[tuple[str, str, list[bytes]]] = field(default_factory=list)
    refused: int = 0  # values named by address


class LdifFile:
    """The records of a file. Iterate once; ``is_delta`` is known at once."""

    format_name: Final = "ldif"
    attribution: Final = ""

    def __init__(self, lines: Iterable[bytes | None]) -> None:
        self._records = _records(lines)
        self._first: list[_Record | SkippedLine] = []
        self.is_delta = False
        for one in self._records:
            self._first.append(one)
            if isinstance(one, _Record):
                self.is_delta = bool(one.change)
                break

    @property
    def is_empty(self) -> bool:
        """Whether there is no record in it that could be read."""
        return not any(isinstance(one, _Record) for one in self._first)

    def __iter__(self) -> Iterator[Item]:
        taken: set[str] = set()
        for records in (self._first, self._records):
            for record in records:
                if isinstance(record, SkippedLine):
                    yield record
                elif self.is_delta != bool(record.change):
                    # RFC 2849: a file is of entries or of changes
                    yield SkippedLine(record.line, "an entry among changes, or a change of entries")
                else:
                    yield from _items(record, taken)


def _items(record: _Record, taken: set[str]) -> Iterator[Item]:
    key = normal_dn(record.dn)
    if record.refused:
        yield SkippedLine(record.line, "a value named by its address was not read")
    if record.change == "delete":
        yield Gone(key)
    elif record.change == "modify":
        yield from _modified(record, key)
    elif record.change not in ("", "add"):
        yield SkippedLine(record.line, "an entry that moves is not followed")
    elif not record.change and key in taken:
        yield SkippedLine(record.line, "an entry that is there twice")
    else:
        taken.add(key)
        yield from _entry(record.dn, key, record.values)


def _entry(dn: str, key: str, values: Mapping[str, list[bytes]]) -> Iterator[Item]:
    kinds = {one.decode("ascii", "replace").lower() for one in values.get("objectclass", ())}
    if any(name.startswith(_SCHOOLISH) or name == "rne" for name in values):
        found = read_entry(dn, values)
        if found.entry is not None:
            yield found.entry
        yield from found.groups
        yield from found.memberships
    elif kinds & _GROUPS:
        name = _first(values, "displayname", "cn")
        if name:
            yield DirectoryEntry(key, EntryKind.GROUP, name, _address(values), role=LIST_ROLE)
        members = dict.fromkeys(
            normal_dn(re.sub(r"#'[01]*'B\Z", "", text))
            for kind in ("member", "uniquemember")
            for text in _texts(values, kind, MOST_MEMBERS)
        )
        yield from (Membership(key, one, by_group=True) for one in members if one and name)
    elif (entry := _person(key, values)) is not None:
        yield entry
        for name in ("jpegphoto", "thumbnailphoto"):
            for octets in values.get(name, ())[:1]:
                if octets.startswith(_PICTURES) and len(octets) <= MOST_PHOTO:
                    yield Photo(key, octets)
                    return


def _person(key: str, values: Mapping[str, list[bytes]]) -> DirectoryEntry | None:
    """Somebody of an address book; None where neither a name nor an address is there."""
    given, surname = _first(values, "givenname"), _first(values, "sn")
    emails = _addresses(values)
    name = _first(values, "displayname", "cn") or " ".join(filter(None, (given, surname)))
    name = name or _first(values, "mozillanickname", "o", "company") or "".join(emails[:1])
    if not any(letter.isalnum() for letter in name):
        return None
    numbers = (
        text
        for kind in ("telephonenumber", "mobile", "cellphone", "homephone")
        for text in _texts(values, kind, 5)
    )
    phones = tuple(dict.fromkeys(numbers))
    return DirectoryEntry(
        key=key,
        kind=EntryKind.PERSON,
        name=name,
        email=emails[0] if emails else "",
        role=" · ".join(
            filter(None, (_first(values, "title"), _first(values, "ou", "department")))
        ),
        school=_first(values, "o", "company"),
        town=_first(values, "l"),
        phone=phones[0] if phones else "",
        family_name=surname,
        more_emails=emails[1 : MAX_MORE + 1],
        more_phones=phones[1 : MAX_MORE + 1],
    )


def _modified(record: _Record, key: str) -> Iterator[Item]:
    """What a modify says anew. What is added to or taken from values that are not in the file
    cannot be told from it; members of groups neither.
    """
    values: dict[str, list[bytes]] = {}
    fields: set[str] = set()
    lost = False
    for operation, name, given in record.steps:
        if name not in _FIELDS:
            lost = lost or name in ("member", "uniquemember")
        elif operation == "replace" or (operation == "delete" and not given):
            values[name] = given
            fields |= _FIELDS[name]
        elif operation == "add" and name in ("telephonenumber", "mobile", "cellphone"):
            values.setdefault(name, []).extend(given)
            yield Change(
                DirectoryEntry(key, EntryKind.PERSON, "", phone=_first({"x": given}, "x")),
                added=frozenset({"phone"}),
            )
        else:
            lost = True
    if lost:
        yield SkippedLine(record.line, "a change that says only a part of a value was left out")
    entry = _person(key, values)
    if "name" in fields and not (values.get("cn") or values.get("displayname")):
        fields.discard("name")  # a surname or a given name alone: see ``given_name``
    if fields or values.get("givenname"):
        made = entry or DirectoryEntry(key, EntryKind.PERSON, "")
        yield Change(made, frozenset(fields), given_name=_first(values, "givenname"))


# -- values ----------------------------------------------------------------------------------------


def _texts(values: Mapping[str, list[bytes]], name: str, most: int = 100) -> list[str]:
    return [text for one in values.get(name, ())[:most] if (text := _text(one))]


def _first(values: Mapping[str, list[bytes]], *names: str) -> str:
    return next((texts[0] for name in names if (texts := _texts(values, name))), "")


def _addresses(values: Mapping[str, list[bytes]]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in ("mail", "mozillasecondemail", "mailequivalentaddress", "mailalternateaddress"):
        for text in _texts(values, name, 20):
            if address := address_in(text.removeprefix("mailto:")):
                found.setdefault(address.lower(), address)
    return tuple(found.values())


def _address(values: Mapping[str, list[bytes]]) -> str:
    return next(iter(_addresses(values)), "")


def _text(value: bytes) -> str:
    value = value[:4_000]
    try:
        return tidy(value.decode("utf-8"))
    except UnicodeDecodeError:
        return tidy(value.decode("cp1252", "replace"))


# -- lines -----------------------------------------------------------------------------------------


def _records(lines: Iterable[bytes | None]) -> Iterator[_Record | SkippedLine]:
    record: _Record | None = None
    count = 0
    why = ""
    for number, line in _logical(lines):
        if line is not None and not line.strip():
            yield from _finished(record, why)
            record, count, why = None, 0, ""
            continue
        if record is None:
            if line is not None and re.match(rb"version:\s*\d+\s*\Z", line, re.IGNORECASE):
                continue
            record = _Record(number)
        count += 1
        if count > MOST_LINES:
            why = "a record of too many lines"
        elif line is None:
            why = "a line that is too long"
        elif not why:
            why = _take(record, line)
    yield from _finished(record, why)


def _finished(record: _Record | None, why: str) -> Iterator[_Record | SkippedLine]:
    if record is None:
        return
    if why or not record.dn:
        yield SkippedLine(record.line, why or "a record without a dn")
    else:
        yield record


def _take(record: _Record, line: bytes) -> str:
    """Put a logical line to its record; why the record cannot be used, or ""."""
    if line.strip() == b"-" and record.change == "modify":
        return ""
    found = _ATTRIBUTE.fullmatch(line)
    if found is None:
        return "a line that is no attribute"
    name = found[1].decode("ascii").lower()
    value = found[4]
    if found[3] == b"<":
        record.refused += 1
        return ""
    if found[3] == b":":
        try:
            value = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            return "a value that is no base64"
    if name == "dn" and not record.dn:
        record.dn = _text(value)[:1_000]
    elif not record.dn:
        return "a record that does not begin with its dn"
    elif name == "control":
        return ""
    elif name == "changetype" and not record.change:
        record.change = value.decode("ascii", "replace").strip().lower()
    elif record.change == "modify":
        if name in ("add", "delete", "replace"):
            record.steps.append((name, value.decode("ascii", "replace").strip().lower(), []))
        elif record.steps and record.steps[-1][1].partition(";")[0] == name:
            record.steps[-1][2].append(value)
        else:
            return "a change of another attribute than it says"
    else:
        record.values.setdefault(name, []).append(value)
    return ""


def _logical(lines: Iterable[bytes | None]) -> Iterator[tuple[int, bytes | None]]:
    """Continued lines joined, comments left out; None for a line longer than any real one."""
    parts: list[bytes] = []
    start = size = 0
    for number, raw in enumerate(lines, 1):
        text = b"" if raw is None else raw.rstrip(b"\r\n")
        if text.startswith(b" ") and parts:
            text = text[1:]
        else:
            if parts and not parts[0].startswith(b"#"):
                yield start, b"".join(parts) if size <= MOST_LINE else None
            parts, start, size = [], number, 0
        size += len(text) + (MOST_LINE + 1 if raw is None else 0)
        if size <= MOST_LINE or not parts:
            parts.append(text)
    if parts and not parts[0].startswith(b"#"):
        yield start, b"".join(parts) if size <= MOST_LINE else None
