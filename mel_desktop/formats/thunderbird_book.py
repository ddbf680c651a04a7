"""Address books of Thunderbird (abook.sqlite, history.sqlite) as entries of the directory.

A card is a bag of properties: PrimaryEmail, DisplayName ..., and since Thunderbird 102 the whole
vCard in ``_vCard``, from which further addresses are taken. A card with several addresses becomes
an entry for each, so that each completes; a list becomes a group.

Keys: ``mail:<address>|<name>``, ``card:<uid>`` without an address, ``list:<uid>``. Somebody whom an
earlier book holds already (the personal one comes before the collected addresses) is not taken
twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from mel_desktop.formats.headings import plain
from mel_desktop.formats.people_csv import address_in
from mel_desktop.model.people import DirectoryEntry, EntryKind, Membership, SkippedLine
from mel_desktop.model.values import dataclass

Item = DirectoryEntry | Membership | SkippedLine

VCARD: Final = "_vCard"
PROPERTIES: Final = (
    "DisplayName", "FirstName", "LastName", "NickName", "PrimaryEmail", "SecondEmail", "JobTitle",
    "Department", "Company", "WorkCity", "HomeCity", "WorkPhone", "CellularNumber", "HomePhone",
    VCARD,
)  # fmt: skip
MOST_ADDRESSES: Final = 10  # of one card
LIST_ROLE: Final = "liste"
_FOLDED: Final = re.compile(r"\r?\n[ \t]")
_VCARD_MAIL: Final = re.compile(
    r"^(?:[\w-]+\.)?EMAIL(?:;[^:\n]*)?:(.+)$", re.IGNORECASE | re.MULTILINE
)
_MOST_FIELD: Final = 200


@dataclass(frozen=True, slots=True)
class RawBook:
    """What a file holds: cards by uid, (uid, name) of lists, (list, card) of their members."""

    cards: Mapping[str, Mapping[str, str]]
    lists: Sequence[tuple[str, str]] = ()
    members: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class BookFile:
    """Books of one profile, the one that counts most first. Iterate once."""

    books: Sequence[RawBook]
    format_name: str = "thunderbird"
    attribution: str = ""
    known: int = 0  # addresses that an earlier book or card has
    _addresses: set[str] = field(default_factory=set)
    _keys: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Item]:
        for book in self.books:
            earlier = frozenset(self._addresses)
            where: dict[str, str] = {}  # card -> key of its first entry
            for uid, card in book.cards.items():
                yield from self._card(uid, card, earlier, where)
            names = dict(book.lists)
            for uid, name in names.items():
                label = _one_line(name)
                if label:
                    yield DirectoryEntry(f"list:{uid}", EntryKind.GROUP, label, role=LIST_ROLE)
            for group, member in book.members:
                if group in names and member in where:
                    yield Membership(f"list:{group}", where[member])

    def _card(
        self, uid: str, card: Mapping[str, str], earlier: frozenset[str], where: dict[str, str]
    ) -> Iterator[DirectoryEntry]:
        addresses = _addresses(card)
        name = _name(card) or (addresses[0] if addresses else "")
        if not name:
            return
        for address in addresses or ("",):
            key = f"mail:{address.lower()}|{plain(name)}" if address else f"card:{uid}"
            where.setdefault(uid, key)
            if key in self._keys or (address and address.lower() in earlier):
                self.known += 1
                continue
            self._keys.add(key)
            if address:
                self._addresses.add(address.lower())
            yield _entry(key, name, address, card)


def _entry(key: str, name: str, address: str, card: Mapping[str, str]) -> DirectoryEntry:
    def first(*names: str) -> str:
        return next((text for one in names if (text := _one_line(card.get(one, "")))), "")

    return DirectoryEntry(
        key=key,
        kind=EntryKind.PERSON,
        name=name,
        email=address,
        role=" · ".join(filter(None, (first("JobTitle"), first("Department")))),
        school=first("Company"),
        town=first("WorkCity", "HomeCity"),
        phone=first("WorkPhone", "CellularNumber", "HomePhone"),
    )


def _name(card: Mapping[str, str]) -> str:
    full = " ".join(filter(None, (_one_line(card.get(one, "")) for one in
                                  ("FirstName", "LastName"))))  # fmt: skip
    for text in (_one_line(card.get("DisplayName", "")), full, _one_line(card.get("NickName", "")),
                 _one_line(card.get("Company", ""))):  # fmt: skip
        if any(letter.isalnum() for letter in text):
            return text
    return ""


def _addresses(card: Mapping[str, str]) -> tuple[str, ...]:
    told = [card.get("PrimaryEmail", ""), card.get("SecondEmail", "")]
    told += _VCARD_MAIL.findall(_FOLDED.sub("", card.get(VCARD, "")))
    found: dict[str, str] = {}
    for text in told:
        if address := address_in(text.strip()):
            found.setdefault(address.lower(), address)
    return tuple(found.values())[:MOST_ADDRESSES]


def _one_line(text: str) -> str:
    kept = "".join(one if one.isprintable() else " " for one in text[:_MOST_FIELD])
    return " ".join(kept.split())
