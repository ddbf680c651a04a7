"""Sources of the directory that are read over HTTPS: the annuaire and CardDAV address books."""

from __future__ import annotations

from logging import getLogger
from typing import TYPE_CHECKING

from mel_desktop.app.postponed import postponed
from mel_desktop.app.seldom import AnnuaireRefresher, AnnuaireSources, PcLine
from mel_desktop.directory_ports import Refresher
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.errors import MelError
from mel_desktop.model.people import SourceKind
from mel_desktop.model.policy import DirectoryPolicy
from mel_desktop.model.values import dataclass
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.grants import Grants
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.store.database import Database

if TYPE_CHECKING:
    from mel_desktop.net.carddav import CardDavReader
    from mel_desktop.net.download import HttpDownloads
    from mel_desktop.net.lines import Lines
    from mel_desktop.services.carddav import CardDavRefresher, CardDavSources
    from mel_desktop.services.directory import Directory
else:
    CardDavReader = postponed("mel_desktop.net.carddav", "CardDavReader")
    HttpDownloads = postponed("mel_desktop.net.download", "HttpDownloads")
    CardDavRefresher = postponed("mel_desktop.services.carddav", "CardDavRefresher")
    CardDavSources = postponed("mel_desktop.services.carddav", "CardDavSources")


log = getLogger("mel.policy")


@dataclass(frozen=True, slots=True)
class WebReaders:
    """What reads them; made before the directory, which is given them."""

    annuaire: AnnuaireRefresher
    carddav: CardDavRefresher

    @classmethod
    def of(
        cls,
        database: Database,
        lines: Lines,
        accounts: Accounts,
        links: Links,
        meters: Meters,
        grants: Grants,
    ) -> WebReaders:
        """Build them."""
        line = PcLine(accounts, links, meters)

        def token(account: AccountId, refused: Secret | None) -> Secret:
            return grants.token(account, refused=refused)

        return cls(
            AnnuaireRefresher(database, HttpDownloads(lines), line),
            CardDavRefresher(CardDavReader(lines), token, lambda: line.meter()),
        )

    def refreshers(self) -> dict[SourceKind, Refresher]:
        """For services.directory."""
        return {SourceKind.ANNUAIRE: self.annuaire, SourceKind.CARDDAV: self.carddav}


@dataclass(frozen=True, slots=True)
class WebSources:
    """What adds and reads them."""

    annuaire: AnnuaireRefresher
    schools: AnnuaireSources
    books: CardDavSources
    portal: str
    only: tuple[str, ...]


def web_sources_of(
    readers: WebReaders, database: Database, directory: Directory, policy: DirectoryPolicy
) -> WebSources:
    """Build them; the annuaire that IT gives is there from here on, and nothing is fetched."""
    from mel_desktop.services.annuaire import PORTAL, places  # noqa: PLC0415 seldom

    made = WebSources(
        readers.annuaire,
        AnnuaireSources(database, directory),
        CardDavSources(readers.carddav, directory),
        policy.annuaire_url or PORTAL,
        places(policy.annuaire_only),
    )
    if policy.annuaire:
        try:
            made.schools.add(made.portal, made.only)
        except MelError as error:
            log.warning("the annuaire of the policy is not added: %s", error)
    return made
