"""``facade.people``: persons, families, classes; sources of the directory and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import MessageId
from mel_desktop.model.people import EntryId, ImportReport, SourceId
from mel_desktop.model.persons import Exchange, FamilyCard, Note, PendingRefresh, PersonCard

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services
    from mel_desktop.app.tables_door import TablesDoor


class PeopleDoor:
    """All local and bounded but ``import_files``, ``sync`` and ``accept``, which take seconds."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._persons = services.persons
        self._directory = services.directory

    # -- cards -------------------------------------------------------------------------------------

    def card(self, entry: EntryId) -> PersonCard:
        """All that is known of a person, class, school or service. NOT_FOUND."""
        return self._persons.card(entry)

    def family(self, entry: EntryId) -> FamilyCard:
        """The family of a pupil or of a guardian. NOT_FOUND where no source knows of one."""
        return self._persons.family(entry)

    def class_groups(self, entry: EntryId) -> tuple[GroupHit, ...]:
        """Whom one can write to of a class (everybody, parents, teachers, head teachers, pupils,
        delegates) or of a school (its team, head teachers, delegates, teams of subjects), with
        those without an address. NOT_FOUND.
        """
        return self._services.letters.groups.of_entry(entry)

    def mail_with(
        self, ids: Sequence[EntryId], *, limit: int = 50, before: MessageId | None = None
    ) -> Exchange:
        """Mail from and to these people (a card's ``ids[:1]``, everybody of a family), newest
        first, and what of it waits for an answer. NOT_FOUND.
        """
        return self._persons.mail_with(ids, limit=limit, before=before)

    # -- notes -------------------------------------------------------------------------------------

    def set_note(self, entry: EntryId, text: str) -> str:
        """Note something of somebody, "" for nothing; what was noted before.

        NOT_FOUND | TOO_LARGE.
        """
        return self._persons.set_note(entry, text)

    def orphan_notes(self) -> tuple[Note, ...]:
        """Notes of people whom no source has any more. Reads the whole directory."""
        return self._persons.orphan_notes()

    def delete_notes(self, ids: Iterable[int]) -> None:
        """Forget notes by their ids."""
        self._persons.delete_notes(ids)

    @property
    def tables(self) -> TablesDoor:
        """Tables whose columns somebody chooses."""
        from mel_desktop.app.tables_door import TablesDoor  # noqa: PLC0415 seldom

        return TablesDoor(self._services)

    # -- sources -----------------------------------------------------------------------------------

    def formats(self) -> tuple[str, ...]:
        """Names of the file formats that can be read, "auto" first."""
        from mel_desktop.services import people_files  # noqa: PLC0415 seldom

        return people_files.formats()

    def import_files(
        self,
        files: Sequence[Path],
        *,
        format_name: str = "auto",
        name: str = "",
        accept_removals: bool = False,
    ) -> tuple[ImportReport, ...]:
        """Import files; a report may say that its copy waits. BAD_FILE with what to do."""
        return self._services.tables.import_files(
            files, format_name=format_name, name=name, accept_removals=accept_removals
        )

    def sync(
        self, source: SourceId | None = None, *, accept_removals: bool = False
    ) -> tuple[ImportReport, ...]:
        """Read sources on servers anew. Network: blocks."""
        return self._directory.sync(source, accept_removals=accept_removals)

    def sources_of_groups(self) -> dict[EntryId, SourceId]:
        """The source of each group and class."""
        return self._directory.sources_of_groups()

    def pending(self) -> tuple[PendingRefresh, ...]:
        """Copies that would take too much away, until a person decides."""
        return self._directory.pending()

    def accept(self, source: SourceId) -> ImportReport:
        """It is meant: show the copy that waits. NOT_FOUND."""
        return self._directory.accept(source)

    def refuse(self, source: SourceId) -> None:
        """Keep the copy that is shown. NOT_FOUND."""
        self._directory.refuse(source)
