"""The door to directory sources on web servers: reached by ``facade.web_sources``.

All of it may wait for a network but ``portal`` and ``add_annuaire``: the window calls it through
``facade.in_background``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import Secret
from mel_desktop.model.links import Price
from mel_desktop.model.people import DirectorySource, ImportReport, SourceId, SourceKind
from mel_desktop.services.annuaire import places

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class WebSourcesDoor:
    """The open directory of schools, and address books of CardDAV servers."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def portal(self) -> str:
        """Where the annuaire comes from when nobody says: IT's address, else the ministry's."""
        return self._services.web_sources.portal

    @staticmethod
    def places(text: str) -> tuple[str, ...]:
        """``35, Rennes`` as ``only`` of ``add_annuaire`` takes it."""
        return places(text)

    def add_annuaire(self, url: str = "", only: Sequence[str] = ()) -> DirectorySource:
        """Add the annuaire, of these départements (number or name) or académies only. It is read by
        ``sync``. USAGE for what is no HTTPS address.
        """
        sources = self._services.web_sources
        return sources.schools.add(url or sources.portal, tuple(only) or sources.only)

    def price(self, source: SourceId | None = None) -> Price:
        """What fetching the annuaire costs on this line, were it new."""
        return self._services.web_sources.annuaire.price(source)

    def add_carddav(
        self, url: str, login: str, password: Secret, *, ca_pem: str = ""
    ) -> DirectorySource:
        """Add a server, tried at once unless offline. What signing in raises; NOT_FOUND
        (no-address-book) | USAGE.
        """
        return self._services.web_sources.books.add(
            url, login, password, ca_pem=ca_pem, tries=not self._services.switch.is_offline()
        )

    def sync(
        self,
        source: SourceId | None = None,
        *,
        accept_price: bool = False,
        accept_removals: bool = False,
    ) -> tuple[ImportReport, ...]:
        """As ``facade.people.sync``; ``accept_price``: a person has seen what it costs.

        NEEDS_DECISION (download-price) without, where the line has its price.
        """
        directory = self._services.directory
        if accept_price:
            for one in directory.sources():
                if one.kind is SourceKind.ANNUAIRE and source in (None, one.id):
                    self._services.web_sources.annuaire.accept(one.id)
        return directory.sync(source, accept_removals=accept_removals)
