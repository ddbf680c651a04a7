"""Tables of people whose columns somebody chooses: ``facade.tables``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mel_desktop.app.leaving import file_octets
from mel_desktop.model.people import ImportReport
from mel_desktop.model.tables import ColumnMap, TableLook, TablePreview

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class TablesDoor:
    """Reads files: everything but ``preview`` and ``written`` off the main thread."""

    def __init__(self, services: Services) -> None:
        self._tables = services.tables

    def look(
        self,
        path: Path,
        *,
        delimiter: str = "",
        encoding: str = "",
        has_heading: bool | None = None,
    ) -> TableLook:
        """The beginning of a table, and what its columns seem to hold. BAD_FILE."""
        return self._tables.look(
            path, delimiter=delimiter, encoding=encoding, has_heading=has_heading
        )

    def needing_map(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Those that are tables of people and are not understood by themselves."""
        return tuple(path for path in files if self._tables.needs_map(path))

    def preview(self, look: TableLook, columns: ColumnMap) -> TablePreview:
        """What the lines looked at would become; milliseconds. BAD_FILE(columns missing)."""
        return self._tables.preview(look, columns)

    def import_files(
        self,
        files: Sequence[Path],
        *,
        format_name: str = "auto",
        name: str = "",
        accept_removals: bool = False,
    ) -> tuple[ImportReport, ...]:
        """Files of any format; tables of headings met before as they were read then. BAD_FILE."""
        return self._tables.import_files(
            files, format_name=format_name, name=name, accept_removals=accept_removals
        )

    def import_table(
        self,
        path: Path,
        columns: ColumnMap,
        name: str,
        *,
        keep: bool = True,
        accept_removals: bool = False,
    ) -> ImportReport:
        """One table by a map, which is kept with the source (``keep``). BAD_FILE | TOO_LARGE."""
        return self._tables.import_table(
            path, columns, name, keep=keep, accept_removals=accept_removals
        )

    def import_by_file(
        self, files: Sequence[Path], mapping: Path, name: str = "", *, accept_removals: bool = False
    ) -> tuple[ImportReport, ...]:
        """Tables by a file of columns (JSON, TOML), understood before the first. BAD_FILE."""
        told = self.read(mapping)
        return tuple(
            self._tables.import_by_file(
                path, told, name or path.stem, accept_removals=accept_removals
            )
            for path in files
        )

    def read(self, mapping: Path) -> ColumnMap:
        """A file of columns. BAD_FILE."""
        from mel_desktop.formats import column_file  # noqa: PLC0415 seldom

        return column_file.read_map(file_octets(mapping))

    def written(self, columns: ColumnMap) -> str:
        """As such a file has it, JSON."""
        from mel_desktop.formats import column_file  # noqa: PLC0415 seldom

        return column_file.write_map(columns)
