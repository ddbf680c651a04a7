"""Tables of people opened from their paths: the files of one ONDE or ENT export are one source."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from mel_desktop.formats import ent_csv, onde, zimbra
from mel_desktop.formats.contact_files import kind_of
from mel_desktop.formats.detect import AUTO
from mel_desktop.formats.table import Record, records
from mel_desktop.formats.table_files import Source
from mel_desktop.model.errors import ErrorCode, LocalRefusal

CHUNK: Final = 64 * 1024
FORMATS: Final = (onde.ONDE_FORMAT, ent_csv.ENT_FORMAT, zimbra.ZIMBRA_FORMAT)
_PACKED: Final = (b"\x1f\x8b",)
_TAR: Final = b"ustar"
Reader = onde.OndeExport | ent_csv.EntExport | zimbra.ZimbraArchive


def open_tables(files: Sequence[Path], format_name: str) -> Reader | None:
    """The reader of files that belong together, or None: another format, or tables each alone.

    BAD_FILE | TOO_LARGE.
    """
    if format_name not in (AUTO, *FORMATS) or not all(path.is_file() for path in files):
        return None
    if len(files) == 1:
        path = files[0]
        if format_name in (AUTO, zimbra.ZIMBRA_FORMAT) and _is_packed(path):
            with closing(chunks_of(path)) as chunks:
                if zimbra.is_archive(chunks) or format_name == zimbra.ZIMBRA_FORMAT:
                    return zimbra.ZimbraArchive(chunks_of(path))
        if format_name != ent_csv.ENT_FORMAT and format_name != AUTO:
            return None
        if format_name == AUTO and not all(map(ent_csv.is_ent, _headings(files))):
            return None
        return ent_csv.open_ent(_sources(files))  # its name tells whose file it is
    if format_name == onde.ONDE_FORMAT:
        return onde.open_onde(_sources(files))
    if format_name == ent_csv.ENT_FORMAT:
        return ent_csv.open_ent(_sources(files))
    if format_name != AUTO:
        return None
    headings = _headings(files)
    if all(map(onde.is_onde, headings)):
        return onde.open_onde(_sources(files))
    if all(map(ent_csv.is_ent, headings)):
        return ent_csv.open_ent(_sources(files))
    return None


def chunks_of(path: Path) -> Generator[bytes, None, None]:
    """The octets of a file. BAD_FILE when it cannot be read."""
    try:
        if not path.is_file():
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no such file")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="cannot be read") from error


def _sources(files: Sequence[Path]) -> list[Source]:
    def opening(path: Path) -> Callable[[], Iterable[bytes]]:
        return lambda: chunks_of(path)

    return [(path.name, opening(path)) for path in files]


def _headings(files: Sequence[Path]) -> list[tuple[str, ...]]:
    """The first line of each; no cells for what is no table."""
    found = []
    for path in files:
        with closing(chunks_of(path)) as chunks:
            start = next(chunks, b"")
            first = None
            if not kind_of(start) and not start.startswith((b"<", *_PACKED)):
                try:
                    first = next(records([start]), None)
                except LocalRefusal:  # a spreadsheet, an archive
                    first = None
        found.append(first.cells if isinstance(first, Record) else ())
    return found


def _is_packed(path: Path) -> bool:
    with closing(chunks_of(path)) as chunks:
        start = next(chunks, b"")
    return start.startswith(_PACKED) or start[257:262] == _TAR
