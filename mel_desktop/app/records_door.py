"""The door to what the directory holds of people: ``facade.records``. All local.

School year's end, register sheet (RGPD, article 30), access (15, 20), erasure (17).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.model.people import EntryId, SourceId
from mel_desktop.model.records import Erased, HeldPerson, Holdings, Purged
from mel_desktop.services.saving import write_file

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services

SHOWN = "th{text-align:left;padding-right:1em}h1{font-size:large}h2,h3{font-size:medium}"
PHOTO_NAMES = {b"\x89PNG": "png"}


class RecordsDoor:
    """Counts, sheets, and the ways out."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def holdings(self) -> Holdings:
        """All sources counted; some tens of milliseconds."""
        return self._services.records.holdings()

    def sheet(self, language: str) -> str:
        """The register sheet as HTML, to be shown."""
        from mel_desktop.app import register_sheet  # noqa: PLC0415 seldom

        return register_sheet.sheet(self.holdings(), language, SHOWN)

    def save_sheet(self, target: Path, language: str) -> None:
        """Write the register sheet. DISK_FULL | NOT_WRITABLE."""
        from mel_desktop.app import register_sheet  # noqa: PLC0415 seldom

        write_file(target, [register_sheet.sheet(self.holdings(), language).encode()])

    def purge(self, sources: Sequence[SourceId], *, notes: bool, learned: bool) -> Purged:
        """Remove pupils, guardians and classes of these sources, without trace; ``notes`` on them
        and addresses of theirs that are proposed (``learned``) too. NOT_FOUND.
        """
        return self._services.records.purge(sources, notes_too=notes, learned=learned)

    def held(self, entry: EntryId) -> HeldPerson:
        """All that is held about the person of an entry, in each source. NOT_FOUND."""
        return self._services.records.held(entry)

    def person_page(self, entry: EntryId, language: str) -> str:
        """The same as HTML, to be shown."""
        from mel_desktop.app import person_sheet  # noqa: PLC0415 seldom

        return person_sheet.page(self.held(entry), language, SHOWN)

    def save_person(self, entry: EntryId, target: Path, language: str) -> None:
        """Write a zip of a page, JSON and pictures. NOT_FOUND | DISK_FULL | NOT_WRITABLE."""
        from mel_desktop.app import person_sheet  # noqa: PLC0415 seldom

        held = self.held(entry)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            name = "fiche" if language == "fr" else "person"
            archive.writestr(f"{name}.html", person_sheet.page(held, language))
            archive.writestr(
                f"{name}.json",
                json.dumps(person_sheet.data(held), ensure_ascii=False, indent=2) + "\n",
            )
            for number, row in enumerate((one for one in held.rows if one.photo), 1):
                kind = PHOTO_NAMES.get(row.photo[:4], "jpg")
                archive.writestr(f"photo-{number}.{kind}", row.photo)
        write_file(target, [packed.getvalue()])

    def erase(self, entry: EntryId) -> Erased:
        """Erase the person of an entry from every source, the index, notes, own groups and
        proposed addresses, without trace; no import brings them back. NOT_FOUND.
        """
        return self._services.records.erase(entry)

    def allow_again(self) -> int:
        """Imports may bring erased people back; how many had been erased."""
        return self._services.records.allow_again()
