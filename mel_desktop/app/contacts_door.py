"""``facade.contacts``: services to turn to, contacts of one's own, who was learnt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mel_desktop.model.contacts import Learned
from mel_desktop.model.people import EntryId
from mel_desktop.model.services import ServiceFacts
from mel_desktop.services.service_data import ServiceBook
from mel_desktop.store import correspondents

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class ContactsDoor:
    """All local."""

    def __init__(self, services: Services) -> None:
        self._services = services

    # -- services ----------------------------------------------------------------------------------

    @property
    def services(self) -> ServiceBook:
        """The shipped list, searched beside the directory."""
        return self._services.server_data.services

    def service(self, entry: EntryId) -> ServiceFacts | None:
        """What is known of a service; None for an entry of the directory. NOT_FOUND."""
        return self.services.facts(entry)

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
