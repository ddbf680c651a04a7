"""Any table of people: looked at, its columns guessed and mended, tried out, imported, remembered.

A map is kept with the source that was imported by it; a file with the same headings is read by it
again, without asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Final, Protocol

from mel_desktop.directory_ports import PeopleReader
from mel_desktop.formats.annuaire import is_annuaire
from mel_desktop.formats.contact_files import kind_of
from mel_desktop.formats.detect import AUTO
from mel_desktop.formats.ent_csv import is_ent
from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.onde import is_onde
from mel_desktop.formats.people_csv import PeopleFile
from mel_desktop.formats.table import MAX_CELLS, Record, records
from mel_desktop.formats.zimbra import is_zimbra
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    EntryKind,
    ImportReport,
    SkippedLine,
    SourceKind,
    Tie,
)
from mel_desktop.model.tables import ColumnMap, TableLook, TablePreview
from mel_desktop.store import column_maps
from mel_desktop.store.database import Database, Transaction

LOOKED_AT: Final = 200  # lines that are looked at and tried out
SHOWN: Final = 20  # people of a preview


class Importing(Protocol):
    """What of the directory is used here."""

    def import_reader(
        self, reader: PeopleReader, *, name: str, url: str, accept_removals: bool = False
    ) -> ImportReport:
        """Replace or make one source."""

    def import_files(
        self, files: Sequence[Path], *, format_name: str, name: str, accept_removals: bool = False
    ) -> tuple[ImportReport, ...]:
        """What is no table, or is understood by itself."""

    def sources(self) -> tuple[DirectorySource, ...]:
        """All of them."""


class Tables:
    """Tables of people of one profile. Reads files: not on the main thread."""

    def __init__(self, database: Database, directory: Importing) -> None:
        self._database = database
        self._directory = directory

    def look(
        self,
        path: Path,
        *,
        delimiter: str = "",
        encoding: str = "",
        has_heading: bool | None = None,
    ) -> TableLook:
        """The first lines of a table, and what its columns seem to hold.

        BAD_FILE where it is no table, with its line.
        """
        from mel_desktop.logic import column_guess  # noqa: PLC0415 seldom
        from mel_desktop.services.table_files import chunks_of  # noqa: PLC0415 seldom

        with closing(chunks_of(path)) as chunks:
            rows = records(chunks, delimiter=delimiter, encoding=encoding)
            first = _first(rows)
            named = column_guess.has_heading(first.cells) if has_heading is None else has_heading
            looked = [one.cells for one in islice(rows, LOOKED_AT) if isinstance(one, Record)]
        if named:
            headings = first.cells
        else:
            headings = _numbers(max(len(first.cells), *map(len, looked[:20]), 1))
            looked.insert(0, first.cells)
        if len(headings) > MAX_CELLS:
            raise bad_file("too many columns", line=first.line, columns=len(headings))
        known = self.kept(headings) if named else None
        if known is not None and has_heading is None and not delimiter and not encoding:
            guesses = column_guess.kept(known, headings)
            return TableLook(known, guesses, tuple(looked), kept=True)
        guesses = column_guess.guess(headings, looked)
        made = column_guess.map_of(headings, guesses)
        columns = ColumnMap(
            made.headings, made.fields, made.profile, delimiter, encoding, has_heading=named
        )
        return TableLook(columns, guesses, tuple(looked), is_understood=named and _opens(first))

    def needs_map(self, path: Path) -> bool:
        """Whether a file is a table of people that is not understood by itself."""
        from mel_desktop.services.table_files import chunks_of  # noqa: PLC0415 seldom

        if not path.is_file():  # a folder of an export
            return False
        with closing(chunks_of(path)) as chunks:
            start = next(chunks, b"")
            if kind_of(start) or start.startswith(_ARCHIVES) or start.lstrip().startswith(b"<"):
                return False
            try:
                first = _first(records(chain((start,), chunks)))
            except LocalRefusal:
                return False
        cells = first.cells
        if len(cells) < 2 or is_annuaire(cells) or is_onde(cells) or is_ent(cells):
            return False
        return not (is_zimbra(cells) or self.kept(cells) is not None or _opens(first))

    def preview(self, look: TableLook, columns: ColumnMap) -> TablePreview:
        """What the lines looked at would become. BAD_FILE(columns missing)."""
        rows = (Record(line, cells) for line, cells in enumerate(look.rows, 2))
        people: dict[str, DirectoryEntry] = {}
        groups: set[str] = set()
        ties = 0
        skipped: list[SkippedLine] = []
        for item in PeopleFile(columns.headings, rows, columns):
            if isinstance(item, DirectoryEntry):
                if item.kind is EntryKind.PERSON:
                    people.setdefault(item.key, item)
                else:
                    groups.add(item.key)
            elif isinstance(item, SkippedLine):
                skipped.append(item)
            ties += isinstance(item, Tie)
        return TablePreview(
            tuple(islice(people.values(), SHOWN)), len(groups), ties, tuple(skipped[:SHOWN])
        )

    def import_files(
        self,
        files: Sequence[Path],
        *,
        format_name: str = AUTO,
        name: str = "",
        accept_removals: bool = False,
    ) -> tuple[ImportReport, ...]:
        """As ``Directory.import_files``; tables for whose headings a map is kept are read by it."""
        reports: dict[Path, ImportReport] = {}
        if format_name in (AUTO, PeopleFile.format_name):
            for path in files:
                done = self._import_kept(path, name or path.stem, accept_removals=accept_removals)
                if done is not None:
                    reports[path] = done
        others = [path for path in files if path not in reports]
        if not others:
            return tuple(reports.values())
        rest = self._directory.import_files(
            others, format_name=format_name, name=name, accept_removals=accept_removals
        )
        return (*reports.values(), *rest)

    def import_table(
        self,
        path: Path,
        columns: ColumnMap,
        name: str,
        *,
        keep: bool = True,
        accept_removals: bool = False,
    ) -> ImportReport:
        """Import by a map, as one source that replaces the one of its name.

        BAD_FILE | TOO_LARGE | DISK_FULL; nothing is imported by half.
        """
        from mel_desktop.services.table_files import chunks_of  # noqa: PLC0415 seldom

        with closing(chunks_of(path)) as chunks:
            rows = records(chunks, delimiter=columns.delimiter, encoding=columns.encoding)
            reader = _reader(rows, columns)
            report = self._directory.import_reader(
                reader, name=name, url=path.name, accept_removals=accept_removals
            )
        self._remember(report.source, columns, keep=keep)
        return report

    def import_by_file(
        self, path: Path, told: ColumnMap, name: str, *, accept_removals: bool = False
    ) -> ImportReport:
        """Import by a map that a file told. BAD_FILE for a column that is not there."""
        from mel_desktop.formats import column_file  # noqa: PLC0415 seldom
        from mel_desktop.services.table_files import chunks_of  # noqa: PLC0415 seldom

        with closing(chunks_of(path)) as chunks:
            first = _first(records(chunks, delimiter=told.delimiter, encoding=told.encoding))
        headings = first.cells if told.has_heading else _numbers(len(first.cells))
        columns = column_file.fitted(told, headings)
        return self.import_table(path, columns, name, accept_removals=accept_removals)

    def _import_kept(self, path: Path, name: str, *, accept_removals: bool) -> ImportReport | None:
        """Import by the map kept for these headings; None where there is none."""
        from mel_desktop.services.table_files import chunks_of  # noqa: PLC0415 seldom

        if not path.is_file() or not self._has_kept():
            return None
        with closing(chunks_of(path)) as chunks:
            start = next(chunks, b"")
            if kind_of(start) or start.startswith(_ARCHIVES):
                return None
            try:
                first = _first(records(chain((start,), chunks)))
            except LocalRefusal:
                return None
        known = self.kept(first.cells)
        if known is None:
            return None
        return self.import_table(path, known, name, accept_removals=accept_removals)

    def kept(self, headings: Sequence[str]) -> ColumnMap | None:
        """The map kept for such headings."""
        from mel_desktop.formats import column_file  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            found = column_maps.for_headings(reader, column_file.signature(headings))
        if found is None:
            return None
        try:
            told = column_file.read_map(found[1].encode())
            return column_file.fitted(told, headings)
        except LocalRefusal:  # kept by a later version
            return None

    # -- inside ------------------------------------------------------------------------------------

    def _has_kept(self) -> bool:
        with self._database.read() as reader:
            return bool(column_maps.count(reader))

    def _remember(self, name: str, columns: ColumnMap, *, keep: bool) -> None:
        from mel_desktop.formats import column_file  # noqa: PLC0415 seldom

        source = next(
            (
                one.id
                for one in self._directory.sources()
                if one.name == name and one.kind is SourceKind.CSV
            ),
            None,
        )
        if source is None:
            return

        def work(tx: Transaction) -> None:
            if keep and columns.has_heading:
                signature = column_file.signature(columns.headings)
                column_maps.keep(tx, source, signature, column_file.write_map(columns))
            else:
                column_maps.forget(tx, source)

        self._database.write(work)


_ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF")


def _reader(rows: Iterator[Record | SkippedLine], columns: ColumnMap) -> PeopleFile:
    """Everything below the heading line, or everything."""
    first = _first(rows)
    if not columns.has_heading:
        return PeopleFile(columns.headings, chain((first,), rows), columns)
    if len(first.cells) != len(columns.headings):
        raise bad_file("mapping-other-columns", line=first.line, columns=len(first.cells))
    return PeopleFile(first.cells, rows, columns)


def _first(rows: Iterator[Record | SkippedLine]) -> Record:
    first = next(rows, None)
    if first is None:
        raise bad_file("empty file")
    if not isinstance(first, Record):
        raise bad_file("heading line cannot be read", line=first.line)
    return first


def _opens(first: Record) -> bool:
    """Whether the headings say enough by themselves."""
    try:
        PeopleFile(first.cells, ())
    except LocalRefusal:
        return False
    return True


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(f"#{number}" for number in range(1, count + 1))
