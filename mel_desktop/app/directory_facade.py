"""The directory's part of the facade: its doors, and what screens and commands ask most.

All local but ``sync_directory``, which blocks: the window calls it through ``in_background``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.seldom import ContactsDoor, LdapDoor, PeopleDoor, RecordsDoor, WebSourcesDoor
from mel_desktop.model.accounts import Secret
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectoryResult,
    DirectorySource,
    EntryId,
    EntryKind,
    ImportReport,
    LdapSettings,
    SourceId,
)

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class DirectoryFacade:
    """What an open profile offers of its directory."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.people = PeopleDoor(services)
        self.ldap = LdapDoor(services)
        self.web_sources = WebSourcesDoor(services)
        self.contacts = ContactsDoor(services)
        self.records = RecordsDoor(services)

    def directory_sources(self) -> tuple[DirectorySource, ...]:
        """Sources with their dates and counts."""
        return self._services.directory.sources()

    def import_directory(
        self, files: Sequence[Path], *, format_name: str = "auto", name: str = ""
    ) -> tuple[ImportReport, ...]:
        """Import annuaire or people CSV files, one source a file. BAD_FILE with what to do."""
        return self._services.tables.import_files(files, format_name=format_name, name=name)

    def add_ldap(self, settings: LdapSettings, password: Secret | None) -> DirectorySource:
        """Store an LDAP source; it is read by ``sync_directory``."""
        return self._services.directory.add_ldap(settings, password)

    def remove_directory_source(self, source: SourceId) -> None:
        """Forget a source without trace."""
        self._services.directory.remove(source)

    def search_directory(
        self, query: str, *, kind: EntryKind | None = None, limit: int = 20
    ) -> DirectoryResult:
        """By name, school, class, town or UAI; accents ignored, every word a prefix."""
        return self.contacts.search(query, kind=kind, limit=limit)

    def complete(self, typed: str, *, limit: int = 8) -> DirectoryResult:
        """Completion of a recipient: entries with an address, recent correspondents first."""
        return self._services.directory.complete(typed, limit=limit)

    def directory_entry(self, entry: EntryId) -> DirectoryEntry:
        """One entry. LocalRefusal(NOT_FOUND)."""
        return self.contacts.services.entry(entry) or self._services.directory.entry(entry)

    def directory_groups(self) -> tuple[tuple[EntryId, DirectoryEntry, int], ...]:
        """Groups (classes included) with their number of members."""
        return self._services.directory.groups()

    def directory_members(self, group: EntryId) -> tuple[DirectoryHit, ...]:
        """Members of a group, by name. LocalRefusal(NOT_FOUND)."""
        return self._services.directory.members(group)

    def sync_directory(self, source: SourceId | None = None) -> tuple[ImportReport, ...]:
        """Read LDAP sources anew."""
        return self._services.directory.sync(source)
