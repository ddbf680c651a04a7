"""Sources of the directory that are read over HTTPS: the annuaire and CardDAV address books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from logging import getLogger

from mel_desktop.directory_ports import Refresher
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.errors import MelError
from mel_desktop.model.people import SourceKind
from mel_desktop.model.policy import DirectoryPolicy
from mel_desktop.net.carddav import CardDavReader
from mel_desktop.net.download import HttpDownloads
from mel_desktop.net.lines import Lines
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.annuaire import PORTAL, AnnuaireRefresher, PcLine, annuaire_name
from mel_desktop.services.carddav import CardDavRefresher
from mel_desktop.services.directory import Directory
from mel_desktop.services.grants import Grants
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.store.database import Database

log = getLogger("mel.policy")


@dataclass(frozen=True, slots=True)
class WebSources:
    """What reads them, and where the annuaire comes from when nobody says."""

    annuaire: AnnuaireRefresher
    carddav: CardDavRefresher
    portal: str
    only: tuple[str, ...]

    def refreshers(self) -> Mapping[SourceKind, Refresher]:
        """For services.directory."""
        return {SourceKind.ANNUAIRE: self.annuaire, SourceKind.CARDDAV: self.carddav}


def web_sources_of(
    database: Database,
    lines: Lines,
    accounts: Accounts,
    links: Links,
    meters: Meters,
    grants: Grants,
    policy: DirectoryPolicy,
) -> WebSources:
    """Build them."""
    line = PcLine(accounts, links, meters)

    def token(account: AccountId, refused: Secret | None) -> Secret:
        return grants.token(account, refused=refused)

    return WebSources(
        AnnuaireRefresher(database, HttpDownloads(lines), line),
        CardDavRefresher(CardDavReader(lines), token, line.meter),
        policy.annuaire_url or PORTAL,
        places(policy.annuaire_only),
    )


def add_annuaire(directory: Directory, sources: WebSources, policy: DirectoryPolicy) -> None:
    """The source that IT gives is there, with the settings that it gives; nothing is fetched."""
    if not policy.annuaire:
        return
    settings = {"url": sources.portal, "only": list(sources.only)}
    name = annuaire_name(sources.portal)
    try:
        directory.keep_network_source(SourceKind.ANNUAIRE, name, sources.portal, settings)
    except MelError as error:
        log.warning("the annuaire of the policy is not added: %s", error)


def places(text: str | Sequence[str]) -> tuple[str, ...]:
    """``35, Rennes`` as what to keep."""
    words = text.split(",") if isinstance(text, str) else text
    return tuple(dict.fromkeys(word for one in words if (word := " ".join(one.split()))))
