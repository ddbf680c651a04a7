"""Contacts of one's own: a source of the directory that its person writes.

Each change is a change list of one entry (``is_delta``), so that a contact is searched, merged with
what the directory knows, and removed without trace like any other entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mel_desktop.logic.recipients import check
from mel_desktop.model.contacts import OwnContact
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.people import DirectoryEntry, EntryId, EntryKind, Gone, Item, SourceKind
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Randomness
from mel_desktop.services.directory import Directory
from mel_desktop.store import own_contacts
from mel_desktop.store.database import Database

PREFIX: Final = "own:"
MOST_TEXT: Final = 300
MOST_VALUES: Final = 20


@dataclass(frozen=True, slots=True)
class _Change:
    """A reader of one item."""

    item: Item
    format_name: str = SourceKind.OWN.value
    attribution: str = ""
    is_delta: bool = True

    def __iter__(self) -> Iterator[Item]:
        yield self.item


class OwnContacts:
    """Of one profile."""

    def __init__(self, database: Database, directory: Directory, randomness: Randomness) -> None:
        self._database = database
        self._directory = directory
        self._randomness = randomness

    def save(self, contact: OwnContact, source_name: str) -> str:
        """Keep a new or a changed one; its key. BAD_ADDRESS | USAGE(contact-empty) | TOO_LARGE.

        ``source_name``: what the source is called when this is its first contact.
        """
        emails = tuple(one.address for one in check([Address("", one) for one in contact.emails]))
        texts = (contact.name, contact.role, contact.school, *contact.phones)
        if not contact.name.strip() and not emails:
            raise LocalRefusal(ErrorCode.USAGE, why="contact-empty")
        if any(len(one) > MOST_TEXT for one in texts) or any(
            len(one) > MOST_VALUES for one in (emails, contact.phones)
        ):
            raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MOST_TEXT)
        key = contact.key or f"{PREFIX}{self._randomness.token(8).hex()}"
        self._apply(entry_of(contact, emails, key), source_name)
        return key

    def delete(self, key: str, source_name: str) -> None:
        """Forget one."""
        self._apply(Gone(key), source_name)

    def entry_id(self, key: str) -> EntryId | None:
        """The entry that is shown of a contact."""
        with self._database.read() as reader:
            return own_contacts.entry_id(reader, key)

    def _apply(self, item: Item, source_name: str) -> None:
        own = next((one for one in self._directory.sources() if one.kind is SourceKind.OWN), None)
        name = source_name if own is None else own.name
        self._directory.import_reader(_Change(item), name=name, url="")


def entry_of(contact: OwnContact, emails: tuple[str, ...], key: str) -> DirectoryEntry:
    """A contact as an entry."""
    name = " ".join(contact.name.split())
    return DirectoryEntry(
        key=key,
        kind=EntryKind.PERSON,
        name=name or emails[0],
        email=emails[0] if emails else "",
        more_emails=emails[1:],
        phone=contact.phones[0] if contact.phones else "",
        more_phones=contact.phones[1:],
        role=contact.role,
        school=contact.school,
    )


def contact_of(entry: DirectoryEntry) -> OwnContact:
    """An entry as a contact; its key only where it is one of one's own."""
    return OwnContact(
        name=entry.name,
        emails=tuple(one for one in (entry.email, *entry.more_emails) if one),
        phones=tuple(one for one in (entry.phone, *entry.more_phones) if one),
        role=entry.role,
        school=entry.school,
        key=entry.key if entry.key.startswith(PREFIX) else "",
    )
