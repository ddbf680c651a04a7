"""``facade.contacts``: services to turn to, contacts of one's own, who was learnt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mel_desktop.model.contacts import ClassMember, Learned, OwnContact
from mel_desktop.model.people import DirectoryResult, EntryId, EntryKind
from mel_desktop.model.services import ServiceFacts
from mel_desktop.services.own_contacts import PREFIX, OwnContacts, contact_of
from mel_desktop.services.service_data import ServiceBook
from mel_desktop.store import correspondents

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class ContactsDoor:
    """All local."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._own = OwnContacts(services.database, services.directory, services.randomness)

    # -- services ----------------------------------------------------------------------------------

    @property
    def services(self) -> ServiceBook:
        """The shipped list, searched beside the directory."""
        return self._services.server_data.services

    def search(self, query: str, *, kind: EntryKind | None, limit: int) -> DirectoryResult:
        """The directory and, beside it, the services that fit."""
        found = self._services.directory.search(query, kind=kind, limit=limit)
        return self.services.beside(found, query, kind=kind, limit=limit)

    def service(self, entry: EntryId) -> ServiceFacts | None:
        """What is known of a service; None for an entry of the directory. NOT_FOUND."""
        return self.services.facts(entry)

    # -- classes -----------------------------------------------------------------------------------

    def roster(self, group: EntryId) -> tuple[ClassMember, ...]:
        """Who is in a class or group, and as what; () for one of many hundreds. NOT_FOUND."""
        from mel_desktop.services.roster import roster  # noqa: PLC0415 seldom

        return roster(self._services.database, group)

    # -- own ---------------------------------------------------------------------------------------

    def contact(self, entry: EntryId) -> OwnContact:
        """What a person of the directory is as a contact; with a key where it is one. NOT_FOUND."""
        card = self._services.persons.card(entry)
        for one in card.ids:
            own = contact_of(self._services.directory.entry(one))
            if own.key:
                return own
        return contact_of(card.entry)

    def save(self, contact: OwnContact, source_name: str) -> EntryId | None:
        """Keep one, new or changed. BAD_ADDRESS | USAGE(contact-empty) | TOO_LARGE.

        ``source_name``: what the source is called when this is its first contact.
        """
        key = self._own.save(contact, source_name)
        return self._own.entry_id(key)

    def delete(self, key: str, source_name: str) -> None:
        """Forget one of one's own; ``save`` with its key brings it back."""
        if key.startswith(PREFIX):
            self._own.delete(key, source_name)

    # -- learnt ------------------------------------------------------------------------------------

    def learned(self) -> tuple[Learned, ...]:
        """Everybody who is proposed because a message went there, the latest first."""
        with self._services.database.read() as reader:
            return correspondents.learned(reader)

    def forget(self, addresses: Iterable[str]) -> None:
        """Propose these no more."""
        gone = tuple(addresses)
        self._services.database.write(lambda tx: correspondents.forget(tx, gone), durable=True)

    def remember(self, people: Iterable[Learned]) -> None:
        """Take a ``forget`` back."""
        back = tuple(people)
        self._services.database.write(lambda tx: correspondents.restore(tx, back), durable=True)
