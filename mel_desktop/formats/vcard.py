"""vCard 4.0 (RFC 6350), 3.0 (RFC 2426) and, leniently, 2.1: text in, entries out.

Rule 1: a card that cannot be read costs itself, never those after it.
Rule 2: bounded: a logical line of at most MOST_LINE characters, a card of at most MOST_LINES lines.

Our own, for the library that is alive, vobject, reads no 4.0 (no KIND, no MEMBER) and no 2.1, holds
the whole file, and stops at the first card that breaks a rule (py-vobject issues 29, 70).

What a mail client has no use for (birth dates, home addresses, IM) is not taken. Keys:
``vcard:<UID>``, else ``mail:<address>|<name>``. A group is a card of KIND:group (RFC 6350 6.1.4, or
Apple's X-ADDRESSBOOKSERVER-KIND) with its MEMBERs, or a word of CATEGORIES.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.formats.people_csv import GROUP_ROLE, MAX_MORE, address_in, addresses_in, group_key
from mel_desktop.formats.table import tidy
from mel_desktop.model.people import (
    DirectoryEntry,
    EntryKind,
    Item,
    Membership,
    Photo,
    SkippedLine,
)
from mel_desktop.model.values import dataclass

LIST_ROLE: Final = "liste"
MOST_LINE: Final = 1_500_000  # characters: a photo of a megabyte in base64
MOST_LINES: Final = 50_000  # of a card: members of a group
MOST_PHOTO: Final = 1_000_000  # octets; the store may take less
MOST_MEMBERS: Final = 20_000
MOST_CATEGORIES: Final = 20
_LINE: Final = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;(?:[^:;\"]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_GROUPED: Final = re.compile(r"([\w-]+)\.([\w-]+)", re.ASCII)
_PARAMETER: Final = re.compile(r";([^=;:\"]+)(?:=((?:[^;\"]|\"[^\"]*\")*))?")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_DATA: Final = re.compile(
    r"data:image/[\w.+-]+(?:;[\w=.-]+)*;base64,(.*)", re.DOTALL | re.IGNORECASE
)
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_PHONE_SCHEME: Final = re.compile(r"\Atel:|;ext=.*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as read. ``members``: UIDs or addresses, of a group only."""

    uid: str
    entry: DirectoryEntry
    members: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    photo: bytes = b""
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Property:
    name: str
    parameters: dict[str, str]  # upper-case names; values joined by ","
    value: str
    group: str = ""

    def types(self) -> frozenset[str]:
        """TYPE values, upper case; those that 2.1 writes without a name too."""
        told = f"{self.parameters.get('TYPE', '')},{self.parameters.get('', '')}"
        return frozenset(one.strip().strip('"').upper() for one in told.split(","))


def read_cards(lines: Iterable[bytes | None]) -> Iterator[Card | SkippedLine]:
    """Every card of a file, as it comes; one that is not closed ends with the next.

    ``lines``: physical ones, with or without their ends; None for one that was too long.
    """
    held: list[str] = []
    start = 0
    why = ""
    for number, line in _logical(lines):
        word = line[:20].strip().upper()
        if word == "BEGIN:VCARD":
            if start:
                yield SkippedLine(start, "a card is not closed")
            held, start, why = [], number, ""
        elif word == "END:VCARD":
            if start:
                card = None if why else read_card(held, start)
                yield card or SkippedLine(start, why or "no name in a card")
            held, start = [], 0
        elif not start:
            continue
        elif len(held) >= MOST_LINES:
            why = "a card of too many lines"
        else:
            held.append(line)
    if start:
        yield SkippedLine(start, "a card is not closed")


def read_card(lines: Iterable[str], line: int = 0) -> Card | None:
    """One card of logical lines between BEGIN and END; None where nobody is named."""
    properties = [one for text in lines if (one := _property(text)) is not None]
    found: dict[str, list[_Property]] = {}
    for one in properties:
        found.setdefault(one.name, []).append(one)

    def first(*names: str) -> str:
        for name in names:
            for one in _preferred(found.get(name, ())):
                if text := _text(one.value):
                    return text
        return ""

    kind = first("KIND", "X-ADDRESSBOOKSERVER-KIND").lower()
    surname, given, prefix = _name_parts(found.get("N", ()))
    org, department = _organisation(found.get("ORG", ()))
    emails = _emails(found.get("EMAIL", ()))
    is_company = "COMPANY" in first("X-ABSHOWAS").upper() or kind == "org"
    whole = first("FN") or " ".join(filter(None, (given, surname))) or first("NICKNAME")
    name = (org if is_company and org else whole) or org or (emails[0] if emails else "")
    if not any(letter.isalnum() for letter in name):
        return None
    uid = tidy(first("UID"))[:300].removeprefix("urn:uuid:")
    key = f"vcard:{uid}" if uid else f"mail:{emails[0].lower() if emails else ''}|{plain(name)}"
    if kind == "group":
        members = _members(found)
        return Card(uid, DirectoryEntry(key, EntryKind.GROUP, name, role=LIST_ROLE), members,
                    line=line)  # fmt: skip
    phones = _phones(found.get("TEL", ()))
    entry = DirectoryEntry(
        key=key,
        kind=EntryKind.SERVICE if is_company and not surname else EntryKind.PERSON,
        name=name,
        email=emails[0] if emails else "",
        role=" · ".join(filter(None, (first("TITLE") or first("ROLE"), department))),
        school=org if org != name else "",
        town=_town(found.get("ADR", ())),
        phone=phones[0] if phones else "",
        family_name=surname,
        title=prefix,
        more_emails=emails[1 : MAX_MORE + 1],
        more_phones=phones[1 : MAX_MORE + 1],
        web=_web(found.get("URL", ())) if is_company else "",
    )
    categories = tuple(
        dict.fromkeys(
            label
            for one in found.get("CATEGORIES", ())
            for text in _split(one.value, ",")
            if (label := _text(text))
        )
    )
    return Card(uid, entry, categories=categories[:MOST_CATEGORIES],
                photo=_photo(found.get("PHOTO", ())), line=line)  # fmt: skip


def items(cards: Iterable[Card | SkippedLine]) -> Iterator[Item]:
    """Entries, groups, their members and pictures. Cards of one key stay two people.

    Members are named by UID, or by address (``mailto:``): addresses are looked up among the cards
    of the file, so those memberships come last.
    """
    keys: dict[str, str] = {}  # address -> key
    taken: set[str] = set()
    groups: set[str] = set()
    wanted: list[tuple[str, str]] = []
    for card in cards:
        if isinstance(card, SkippedLine):
            yield card
            continue
        entry = card.entry
        if entry.key in taken:
            if entry.kind is EntryKind.GROUP or card.uid:
                yield SkippedLine(card.line, "a card that is there twice")
                continue
            entry = replace(entry, key=f"{entry.key}#{len(taken)}")
        taken.add(entry.key)
        yield entry
        if entry.kind is EntryKind.GROUP:
            for member in card.members:
                if "@" in member:
                    wanted.append((entry.key, member.lower()))
                else:
                    yield Membership(entry.key, f"vcard:{member}", by_group=True)
            continue
        for address in filter(None, (entry.email, *entry.more_emails)):
            keys.setdefault(address.lower(), entry.key)
        if card.photo:
            yield Photo(entry.key, card.photo)
        for label in card.categories:
            group = group_key(GROUP_ROLE, label, "")
            if group not in groups:
                groups.add(group)
                yield DirectoryEntry(group, EntryKind.GROUP, label, role=GROUP_ROLE)
            yield Membership(group, entry.key)
    for group, address in wanted:
        if address not in keys:  # somebody of no card: an entry of the address alone
            keys[address] = f"mail:{address}|"
            yield DirectoryEntry(keys[address], EntryKind.PERSON, address, address)
        yield Membership(group, keys[address], by_group=True)


def cards_of(text: str) -> Iterator[Card | SkippedLine]:
    """The cards of a text that is there as a whole, as a CardDAV server gives it."""
    return read_cards(text.encode("utf-8", "replace").splitlines())


def _logical(lines: Iterable[bytes | None]) -> Iterator[tuple[int, str]]:
    """Folded lines joined (RFC 6350 3.2), soft breaks of quoted-printable ones (2.1) too.

    Joined before they are decoded: 2.1 and 3.0 fold between the octets of a letter. A line that is
    longer than any real one comes out empty.
    """
    parts: list[bytes] = []
    start = size = 0
    soft = False
    for number, raw in enumerate(lines, 1):
        text = b"" if raw is None else raw.rstrip(b"\r\n")
        if soft:
            parts[-1] = parts[-1].rstrip()[:-1]
        elif text[:1] in {b" ", b"\t"} and parts:
            text = text[1:]
        else:
            if parts:
                yield start, _line_of(parts, size)
            parts, start, size = [], number, 0
        size += len(text) + (MOST_LINE if raw is None else 0)
        if size <= MOST_LINE or not parts:
            parts.append(text)
        soft = size <= MOST_LINE and text.rstrip().endswith(b"=") and _is_quoted(parts[0])
    if parts:
        yield start, _line_of(parts, size)


def _line_of(parts: Sequence[bytes], size: int) -> str:
    return _decoded(b"".join(parts), "") if size <= MOST_LINE else ""


def _is_quoted(head: bytes) -> bool:
    return b"QUOTED-PRINTABLE" in head.partition(b":")[0].upper()


def _property(line: str) -> _Property | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    parameters: dict[str, str] = {}
    for one in _PARAMETER.finditer(found[2]):
        # 2.1 writes ";HOME;QUOTED-PRINTABLE" for ";TYPE=HOME;ENCODING=QUOTED-PRINTABLE"
        name, value = (one[1].strip().upper(), one[2]) if one[2] is not None else ("", one[1])
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    value = found[3]
    encoding = f"{parameters.get('ENCODING', '')},{parameters.get('', '')}".upper()
    if "QUOTED-PRINTABLE" in encoding:
        octets = quopri.decodestring(value.encode("utf-8", "replace"))
        value = _decoded(octets, parameters.get("CHARSET", ""))
    grouped = _GROUPED.match(line)
    return _Property(found[1].upper(), parameters, value, grouped[1] if grouped else "")


def _decoded(octets: bytes, charset: str) -> str:
    for one in filter(None, ("utf-8", charset.strip('"') or "cp1252")):
        try:
            return octets.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    return octets.decode("cp1252", "replace")


def _preferred(properties: Iterable[_Property]) -> list[_Property]:
    """Most preferred first: PREF=1..100 (4.0), TYPE=PREF (3.0); else in their order."""

    def rank(one: _Property) -> int:
        told = one.parameters.get("PREF", "").strip('"')
        if told.isascii() and told.isdigit():
            return min(int(told[:4]), 101)
        return 1 if "PREF" in one.types() or "PREF" in one.parameters.get("", "").upper() else 101

    return sorted(properties, key=rank)


def _split(value: str, by: str) -> list[str]:
    """At ``;`` or ``,`` that are not escaped."""
    parts, held = [], ""
    escaped = False
    for letter in value:
        if letter == by and not escaped:
            parts.append(held)
            held = ""
            continue
        held += letter
        escaped = letter == "\\" and not escaped
    return [*parts, held]


def _text(value: str) -> str:
    found = _ESCAPED.sub(lambda one: " " if one[1] in "nN" else one[1], value[:4_000])
    return tidy(found)[:200].strip()


def _name_parts(properties: Iterable[_Property]) -> tuple[str, str, str]:
    """(surname, given, prefix)."""
    for one in properties:
        parts = [_text(part) for part in _split(one.value[:2_000], ";")] + [""] * 5
        return parts[0], parts[1], parts[3]
    return "", "", ""


def _organisation(properties: Iterable[_Property]) -> tuple[str, str]:
    for one in properties:
        parts = [_text(part) for part in _split(one.value[:2_000], ";")] + [""]
        return parts[0], parts[1]
    return "", ""


def _emails(properties: Iterable[_Property]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for one in _preferred(properties):
        if address := address_in(_text(one.value).removeprefix("mailto:")):
            found.setdefault(address.lower(), address)
    return tuple(found.values())


def _phones(properties: Iterable[_Property]) -> tuple[str, ...]:
    """Work first, then mobile; a fax is none. The home's comes last."""

    def rank(one: _Property) -> int:
        types = one.types()
        order = {"WORK": 0, "CELL": 1, "VOICE": 2}
        return min(
            (order[one] for one in types & order.keys()), default=9 if "HOME" in types else 5
        )

    told = [one for one in properties if not one.types() & {"FAX", "PAGER", "MODEM"}]
    told.sort(key=rank)
    return tuple(
        dict.fromkeys(text for one in told if (text := _PHONE_SCHEME.sub("", _text(one.value))))
    )


def _town(properties: Iterable[_Property]) -> str:
    """Of the address at work only; the street is not taken."""
    for one in properties:
        if "WORK" in one.types():
            parts = [_text(part) for part in _split(one.value[:4_000], ";")]
            return parts[3] if len(parts) > 3 else ""
    return ""


def _web(properties: Iterable[_Property]) -> str:
    for one in properties:
        text = _text(one.value)
        if text.startswith("https://") and " " not in text:
            return text
    return ""


def _members(found: dict[str, list[_Property]]) -> tuple[str, ...]:
    members: dict[str, None] = {}
    for name in ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"):
        for one in found.get(name, ()):
            text = one.value.strip().strip("<>")[:400]
            bare = text.removeprefix("urn:uuid:")
            if text.lower().startswith("mailto:"):
                bare = address_in(text[len("mailto:") :])
            if bare:
                members[bare] = None
    # Zimbra writes the addresses of a list into one property
    for one in found.get("X-ZIMBRA-DLIST", ()):
        members.update(dict.fromkeys(addresses_in(_ESCAPED.sub(r"\1", one.value))))
    return tuple(members)[:MOST_MEMBERS]


def _photo(properties: Iterable[_Property]) -> bytes:
    """A JPEG or PNG in the card itself; what only an address names is not fetched."""
    for one in properties:
        data = _DATA.fullmatch(one.value.strip())
        encoding = f"{one.parameters.get('ENCODING', '')},{one.parameters.get('', '')}".upper()
        if data is None and not {"B", "BASE64"} & set(encoding.split(",")):
            continue
        text = data[1] if data is not None else one.value
        try:
            octets = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if octets.startswith(_PICTURES) and len(octets) <= MOST_PHOTO:
            return octets
    return b""
