"""Messages in a ZIP file: an archive of ours with its table of contents, or EML files of another's.

Nothing is unpacked to the disk, and no name of a member becomes a path: it names folders of ours.

Rule 1: what a file announces is not believed. Members, octets and what they swell to have bounds;
each is read to its announced size and not beyond.
Rule 2: an archive of ours gives back octets, folders, flags and dates as they were.
"""

from __future__ import annotations

import contextlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mel_desktop.formats import zip_size
from mel_desktop.formats.mail_status import KEYWORD, Status
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.transfer import Problem
from mel_desktop.model.values import dataclass
from mel_desktop.services.exporting import CONTENTS
from mel_desktop.services.letter import PIECE, UNREADABLE, Letter, Unreadable
from mel_desktop.store.times import from_text

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
MOST_MEMBERS: Final = 300_000
MOST_DIRECTORY: Final = 128 * 1024 * 1024
MOST_MESSAGE: Final = 2 * 1024 * 1024 * 1024
MOST_LINE: Final = 64 * 1024  # of the table of contents
MOST_KEYWORDS: Final = 100
SWOLLEN: Final = 16 * 1024 * 1024  # octets above which a ratio is looked at
RATIO: Final = 100  # mail shrinks to a third, a very repetitive one to a thirtieth
EML: Final = (".eml", ".mozeml")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (  # what zipfile raises for members that are broken, encrypted or of unknown kinds
    OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What the table says of a message."""

    names: tuple[str, ...]
    flags: Flags
    received: datetime | None
    sha256: str


@dataclass(frozen=True, slots=True)
class ArchiveBox:
    """A folder of the archive. ``names``: as they are told, not yet as our folders take them."""

    path: str
    names: tuple[str, ...]
    octets: int


class Archive:
    """An open archive. Close it."""

    def __init__(self, path: Path) -> None:
        """LocalRefusal(BAD_FILE | TOO_LARGE)."""
        _check_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="archive-damaged") from error
        self.problems: list[Problem] = []
        self._folders: dict[str, list[zipfile.ZipInfo]] = {}
        self._told: dict[str, _Told] = {}
        try:
            self._sort()
            self._read_table()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def boxes(self) -> tuple[ArchiveBox, ...]:
        """Folders with messages, in order."""
        found = []
        for path, members in sorted(self._folders.items()):
            told = next((self._told[one.filename] for one in members
                         if one.filename in self._told), None)  # fmt: skip
            names = told.names if told is not None and told.names else tuple(path.split("/"))
            octets = sum(one.file_size for one in members)
            found.append(ArchiveBox(path, names if path else (), octets))
        return tuple(found)

    def letters(self, path: str, position: str) -> Iterator[Letter | Problem]:
        """Messages of a folder from a position on."""
        for member in self._folders.get(path, []):
            key = _key(member)
            if position and key <= position:
                continue
            if _is_bomb(member):
                yield Problem(member.filename, 0, "archive-swollen")
                continue
            if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
                yield Problem(member.filename, 0, UNREADABLE)
                continue
            told = self._told.get(member.filename)
            yield Letter(
                member.filename,
                0,
                self._pieces(member),
                dated=_packed_at(member) if told is None else told.received,
                is_sure=told is not None and told.received is not None,
                status=Status() if told is None else Status(told.flags),
                after=key,
                is_exact=True,
                sha256="" if told is None else told.sha256,
            )

    # -- inside ------------------------------------------------------------------------------------

    def _pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except _BROKEN as error:
            raise Unreadable from error

    def _sort(self) -> None:
        packed = inflated = 0
        for member in self._zip.infolist():
            name = member.filename
            if member.is_dir() or name == CONTENTS or not name.lower().endswith(EML):
                continue
            folder, _, last = name.rpartition("/")
            if not _is_plain(name):
                self.problems.append(Problem(name[:200], 0, "archive-name"))
                continue
            if last.startswith("._"):  # what macOS adds beside each file
                continue
            if not _is_bomb(member):  # those are told one by one
                packed += member.compress_size
                inflated += member.file_size
            self._folders.setdefault(folder, []).append(member)
        size = Path(str(self._zip.filename)).stat().st_size
        if is_swollen(inflated, min(packed, size)):  # members may overlap
            raise LocalRefusal(ErrorCode.BAD_FILE, why="archive-swollen")
        for members in self._folders.values():
            members.sort(key=_key)

    def _read_table(self) -> None:
        """What the table says; where it is damaged, that is told, and the messages come without."""
        try:
            member = self._zip.getinfo(CONTENTS)
        except KeyError:
            return
        if is_swollen(member.file_size, member.compress_size):
            self.problems.append(Problem(CONTENTS, 0, "archive-table"))
            return
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        try:
            with self._zip.open(member) as stream:
                while line := stream.readline(MOST_LINE):
                    told = json.loads(line)
                    if "file" in told and len(self._told) < MOST_MEMBERS:
                        one = _of_table(told)
                        names = shared.setdefault(one.names, one.names)
                        self._told[str(told["file"])] = _Told(
                            names, one.flags, one.received, one.sha256
                        )
        except (*_BROKEN, KeyError, TypeError, AttributeError, RecursionError):
            self.problems.append(Problem(CONTENTS, 0, "archive-table"))


def is_archive(first: bytes) -> bool:
    """By its first octets."""
    return first.startswith(MAGIC)


def is_swollen(inflated: int, packed: int) -> bool:
    """Whether so much comes of so little that it was made to fill the disk."""
    return inflated > SWOLLEN and inflated > RATIO * max(1, packed)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > MOST_MESSAGE or is_swollen(member.file_size, member.compress_size)


def _check_directory(path: Path) -> None:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - zip_size.TAIL))
            found = zip_size.directory(file.read(zip_size.TAIL))
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
    if found is None:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="archive-damaged")
    if found.members > MOST_MEMBERS or found.octets > MOST_DIRECTORY:
        raise LocalRefusal(ErrorCode.TOO_LARGE, why="archive-too-large")


def _is_plain(name: str) -> bool:
    """Whether it stays within the archive: no root, no drive, no way up."""
    parts = name.split("/")
    return (
        all(part not in ("", ".", "..") for part in parts)
        and "\\" not in name
        and not (len(parts[0]) == 2 and parts[0].endswith(":"))
    )


def _key(member: zipfile.ZipInfo) -> str:
    return f"{member.filename}|{member.header_offset:016d}"


def _packed_at(member: zipfile.ZipInfo) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime(*member.date_time, tzinfo=UTC)
    return None


def _of_table(told: dict[str, object]) -> _Told:
    names = told.get("names")
    folders = tuple(str(one) for one in names) if isinstance(names, list) else ()
    marks, words = Marks.NONE, []
    flags = told.get("flags")
    for one in flags[:MOST_KEYWORDS] if isinstance(flags, list) else ():
        word = str(one)
        if word.upper() in Marks.__members__ and word == word.lower():
            marks |= Marks[word.upper()]
        elif KEYWORD.fullmatch(word):
            words.append(word.lower())
    received = from_text(str(told["received"])) if told.get("received") else None
    if received is not None and received.tzinfo is None:
        received = received.replace(tzinfo=UTC)
    return _Told(folders, Flags(marks, frozenset(words)), received, str(told.get("sha256", "")))
