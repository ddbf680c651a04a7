"""Exports as they are handed over: .zip, .tar.gz, .tar, and files as they lie, as one bundle.

Rule 1: nothing is unpacked to the disk; members are streams of octets.
Rule 2: the whole table of contents is looked at before the first member is read. Names that climb
out, links, devices, encrypted or doubled members, and what unpacks to absurd sizes or counts refuse
the whole bundle. Only files called ``*.xml`` are read.
Rule 3: an archive that ends before its end is refused, not taken for a short one.

APPNOTE.TXT 6.3 (ZIP: stored and deflated), RFC 1952 (gzip), POSIX.1-2001 pax and GNU tar.
"""

from __future__ import annotations

import gzip
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Final, Self, cast

from mel_desktop.formats.headings import bad_file
from mel_desktop.formats.xml_stream import too_large
from mel_desktop.formats.zip_size import TAIL, directory
from mel_desktop.model.errors import LocalRefusal

MAX_MEMBERS: Final = 20_000
MAX_UNPACKED: Final = 2 * 1024**3  # a bundle
MAX_RATIO: Final = 250  # exports of XML pack to 1/10 to 1/60; DEFLATE reaches 1/1032
RATIO_FROM: Final = 32 * 1024**2  # below that, any ratio is harmless
MAX_TABLE: Final = 16 * 1024**2  # octets of a ZIP's table of contents
MAX_HEADER: Final = 64 * 1024  # of a tar member's long name or pax record
MAX_PATH: Final = 500
PIECE: Final = 64 * 1024

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_NO_NAME: Final = re.compile(r"[\x00-\x1f\x7f]")
_BLOCK: Final = tarfile.BLOCKSIZE

Opener = Callable[[], IO[bytes]]


class Bundle:
    """Files and archives that belong together. Each is opened anew for every reading."""

    def __init__(self, files: Sequence[tuple[str, Opener]]) -> None:
        """``files``: (name, how to open it), at least one. Checks all tables of contents.

        BAD_FILE | TOO_LARGE. ``facts`` hold the place of the file among those given, never a name.
        """
        self.files = tuple(name for name, _ in files)
        self._parts: list[_Bare | _Zip | _Tar] = []
        budget = _Budget()
        for name, opener in files:
            part = _part(name, opener)
            budget.next_file()
            part.check(budget)
            self._parts.append(part)
        self.names: tuple[str, ...] = tuple(
            name for part in self._parts for name in part.names if is_wanted(name)
        )

    def read(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Members whose path is wanted, in the order of the archives: (path, octets).

        Octets must be taken before the next member is asked for. BAD_FILE | TOO_LARGE.
        """
        for part in self._parts:
            yield from part.read(lambda name: is_wanted(name) and wanted(name))


def is_wanted(path: str) -> bool:
    """Whether a member is XML of the export, and no shadow that macOS packs beside it."""
    name = base(path)
    return name.lower().endswith(".xml") and not name.startswith(("._", "."))


def base(path: str) -> str:
    """The last part of a path; some ZIP files of Windows hold backslashes."""
    return path.replace("\\", "/").rpartition("/")[2]


class _Budget:
    """What all files of a bundle may hold together."""

    def __init__(self) -> None:
        self._members = 0
        self._octets = 0
        self._seen: set[str] = set()

    def next_file(self) -> None:
        """Names are doubled within one archive only."""
        self._seen.clear()

    def member(self, path: str, octets: int) -> None:
        """One more member; its path must stay inside, and be the only one of that name."""
        self._members += 1
        self._octets += octets
        if self._members > MAX_MEMBERS:
            raise too_large("archive-too-many-files", limit=MAX_MEMBERS)
        if octets < 0 or self._octets > MAX_UNPACKED:
            raise too_large("archive-too-large", limit=MAX_UNPACKED)
        path = path.replace("\\", "/")
        parts = path.rstrip("/").split("/")
        if (
            not path
            or len(path) > MAX_PATH
            or path.startswith("/")
            or ".." in parts
            or _DRIVE.match(path)
            or _NO_NAME.search(path)
        ):
            raise bad_file("archive-climbing-path", member=self._members)
        same = "/".join(part for part in parts if part not in {"", "."}).casefold()
        if same in self._seen:
            raise bad_file("archive-doubled-names", member=self._members)
        self._seen.add(same)

    def bare(self, octets: int) -> None:
        """A file as it lies: two of one name in different folders are two files."""
        self._members += 1
        self._octets += octets
        if self._members > MAX_MEMBERS or self._octets > MAX_UNPACKED:
            raise too_large("archive-too-large", limit=MAX_UNPACKED)


def _ratio(packed: int, unpacked: int) -> None:
    if unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO:
        raise too_large("archive-too-large", limit=MAX_RATIO)


def _part(name: str, opener: Opener) -> _Bare | _Zip | _Tar:
    with opener() as file, _problems():
        start = file.read(512)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _Zip(opener)
    if start.startswith(b"\x1f\x8b"):
        return _Tar(opener, is_packed=True)
    if start[257:262] == b"ustar":
        return _Tar(opener, is_packed=False)
    return _Bare(name, opener)


class _Bare:
    """A file that is no archive."""

    def __init__(self, name: str, opener: Opener) -> None:
        self.names = (name,)
        self._opener = opener

    def check(self, budget: _Budget) -> None:
        """Its size."""
        with self._opener() as file, _problems():
            budget.bare(file.seek(0, 2))

    def read(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """It, if wanted."""
        if wanted(self.names[0]):
            with self._opener() as file:
                yield self.names[0], _octets(file)


class _Zip:
    """A ZIP file."""

    def __init__(self, opener: Opener) -> None:
        self.names: tuple[str, ...] = ()
        self._opener = opener

    def check(self, budget: _Budget) -> None:
        """The table of contents, once its announced size is bearable."""
        with self._opener() as file, _problems():
            size = file.seek(0, 2)
            file.seek(max(size - TAIL, 0))
            table = directory(file.read())
            if table is None:
                raise bad_file("archive-damaged")
            if table.members > MAX_MEMBERS or table.octets > MAX_TABLE:
                raise too_large("archive-too-many-files", limit=MAX_MEMBERS)
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
        unpacked = 0
        for member in members:
            mode = member.external_attr >> 16
            kind = stat.S_IFMT(mode)
            if member.flag_bits & 0x1 or member.flag_bits & 0x2000:
                raise bad_file("archive-encrypted")
            if kind and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise bad_file("archive-link")
            if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise bad_file("archive-packing")
            # As written: ``filename`` ends at a NUL.
            budget.member(member.orig_filename, member.file_size)
            unpacked += member.file_size
            _ratio(size, unpacked)
        self.names = tuple(member.filename for member in members if not member.is_dir())

    def read(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Members wanted."""
        with self._opener() as file:
            with _problems():
                archive = zipfile.ZipFile(file)
            with archive:
                for member in archive.infolist():
                    if member.is_dir() or not wanted(member.filename):
                        continue
                    with _problems():
                        stream = archive.open(member)
                    with stream:
                        yield member.filename, _octets(stream)


class _Tar:
    """A tar file, read from its start to its end each time."""

    def __init__(self, opener: Opener, *, is_packed: bool) -> None:
        self.names: tuple[str, ...] = ()
        self._opener = opener
        self._is_packed = is_packed

    def check(self, budget: _Budget) -> None:
        """All headers, and that the end is there."""
        with self._opened() as (archive, _):
            names = []
            for member in _members(archive):
                if not (member.isreg() or member.isdir()):
                    raise bad_file("archive-link")
                if member.isdir() and member.name.strip("/") in {"", "."}:
                    continue  # "./": the folder that was packed
                budget.member(member.name, member.size)
                if member.isreg():
                    names.append(member.name)
        self.names = tuple(names)

    def read(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Members wanted."""
        with self._opened() as (archive, _):
            for member in _members(archive):
                if member.isreg() and wanted(member.name):
                    stream = archive.extractfile(member)
                    if stream is not None:
                        yield member.name, _octets(stream)

    @contextmanager
    def _opened(self) -> Iterator[tuple[tarfile.TarFile, _Counted]]:
        with self._opener() as file, _problems():
            size = file.seek(0, 2)
            file.seek(0)
            inner = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if self._is_packed else file
            counted = _Counted(inner, size)
            # One member after the other, as the tape goes: no index to believe, no seeking.
            with tarfile.open(
                fileobj=cast("IO[bytes]", counted), mode="r|", tarinfo=_Header, bufsize=PIECE
            ) as archive:
                yield archive, counted


class _Counted:
    """A stream that stops a bomb while it unpacks."""

    def __init__(self, inner: IO[bytes], packed: int) -> None:
        self._inner = inner
        self._packed = packed
        self._unpacked = 0

    def read(self, size: int) -> bytes:
        """At most ``size`` octets. TOO_LARGE."""
        octets = self._inner.read(size)
        self._unpacked += len(octets)
        if self._unpacked > MAX_UNPACKED + MAX_MEMBERS * 2 * _BLOCK:
            raise too_large("archive-too-large", limit=MAX_UNPACKED)
        _ratio(self._packed, self._unpacked)
        return octets


class _Header(tarfile.TarInfo):
    """A header that is not believed: tarfile reads a pax record of any size into memory, and takes
    a header cut off or damaged for the end of the archive.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """One header. BAD_FILE | TOO_LARGE; EOFHeaderError at the mark of the end."""
        if len(buf) != _BLOCK:
            raise bad_file("archive-damaged")
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            if buf.count(0) == _BLOCK:
                raise  # the end, as it should be
            raise bad_file("archive-damaged") from None
        if header.size < 0 or header.type == tarfile.GNUTYPE_SPARSE:
            raise bad_file("archive-packing")
        is_data = header.type in (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE)
        if not is_data and header.size > MAX_HEADER:
            raise too_large("archive-name-too-long", limit=MAX_HEADER)
        return header


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    seen = 0
    while (member := archive.next()) is not None:
        seen += 1
        if seen > MAX_MEMBERS:
            raise too_large("archive-too-many-files", limit=MAX_MEMBERS)
        if member.issparse():
            raise bad_file("archive-packing")
        yield member


def _octets(stream: IO[bytes]) -> Iterator[bytes]:
    while True:
        with _problems():
            octets = stream.read(PIECE)
        if not octets:
            return
        yield octets


@contextmanager
def _problems() -> Iterator[None]:
    """What zipfile, tarfile and gzip raise, as BAD_FILE."""
    try:
        yield
    except LocalRefusal:
        raise
    except (  # what zipfile and tarfile raise for members they cannot read: each is told below
        zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, struct.error,
        NotImplementedError, RuntimeError, ValueError, OverflowError, OSError,
    ) as error:  # fmt: skip
        raise bad_file("archive-damaged") from error
