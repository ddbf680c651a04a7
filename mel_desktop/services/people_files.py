"""Files of people, opened by what they are: the one place where formats are registered.

An opener is asked with all files that were given together, then with each of them alone; it returns
a reader of what they hold as one source, or None where they are not its own. What no opener knows
is a table, a vCard or an LDIF file (formats.detect).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Final

from mel_desktop.directory_ports import PeopleReader
from mel_desktop.formats.detect import AUTO, open_table
from mel_desktop.formats.detect import FORMATS as TABLES
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.values import dataclass
from mel_desktop.services import table_files
from mel_desktop.services.school_files import open_school_files

CHUNK: Final = 64 * 1024
KNOWN: Final = (
    AUTO, "aaf", "siecle", "sts", "onde", "csv", "vcard", "ldif", "annuaire", "ent-csv", "zimbra",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opener:
    """``open``: (files, format name or AUTO) -> reader, or None. LocalRefusal(BAD_FILE)."""

    formats: tuple[str, ...]
    open: Callable[[Sequence[Path], str], PeopleReader | None]


OPENERS: Final[tuple[Opener, ...]] = (
    Opener(table_files.FORMATS, table_files.open_tables),  # an archive of Zimbra is no AAF
    Opener(("aaf", "siecle", "sts"), open_school_files),
)


def formats() -> tuple[str, ...]:
    """Names of the formats that can be read."""
    names = dict.fromkeys((*TABLES, *(name for one in OPENERS for name in one.formats)))
    return tuple(sorted(names, key=lambda name: KNOWN.index(name) if name in KNOWN else len(KNOWN)))


def opened(files: Sequence[Path], format_name: str) -> list[tuple[Path, PeopleReader]]:
    """Readers, one a source, each with the first of its files; the beginning of every file was
    understood. BAD_FILE | TOO_LARGE | NOT_YET | USAGE.
    """
    if format_name not in formats():
        code = ErrorCode.NOT_YET if format_name in KNOWN else ErrorCode.USAGE
        raise LocalRefusal(code, option="--format", kind=format_name)
    if not files:
        raise LocalRefusal(ErrorCode.USAGE, option="FILE")
    if len(files) > 1 and (reader := _by_openers(files, format_name)) is not None:
        return [(files[0], reader)]
    return [(path, _open_one(path, format_name)) for path in files]


def _by_openers(files: Sequence[Path], format_name: str) -> PeopleReader | None:
    for opener in OPENERS:
        if format_name == AUTO or format_name in opener.formats:
            reader = opener.open(files, format_name)
            if reader is not None:
                return reader
    return None


def _open_one(path: Path, format_name: str) -> PeopleReader:
    reader = _by_openers([path], format_name)
    return open_table(chunks(path), format_name) if reader is None else reader


def chunks(path: Path) -> Generator[bytes, None, None]:
    """The octets of a file. BAD_FILE when it cannot be read."""
    try:
        if not path.is_file():
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no such file")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="cannot be read") from error
