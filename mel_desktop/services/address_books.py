"""Address books of Thunderbird into the directory, as one source that a new import replaces.

Rule 1: a book that cannot be read does not stop the mail beside it: it is told.
Rule 2: readers see the old copy until the new one is complete (services.directory), so an import
that is broken off has done nothing yet, and one that is done again doubles nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from mel_desktop.formats.thunderbird_book import BookFile, Item, RawBook
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.transfer import Problem, TransferProgress
from mel_desktop.model.values import dataclass
from mel_desktop.services.directory import Directory
from mel_desktop.services.path_words import as_told

NAME: Final = "Carnet d’adresses de Thunderbird"
PERSONAL: Final = "abook"
COLLECTED: Final = "history"
MOST_FILE: Final = 128 * 1024 * 1024
TRIES: Final = 3  # at a file that changes while it is read
MOST_BOOKS: Final = 100
_OLD: Final = ".mab"

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Book:
    """A file with an address book. ``label``: the name that a person gave it, else the file's."""

    path: Path
    label: str
    octets: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it. ``source``: "" when there was none."""

    source: str = ""
    contacts: int = 0
    lists: int = 0
    problems: tuple[Problem, ...] = ()


class AddressBooks:
    """Imports of address books of one profile of ours."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def take(
        self,
        books: Sequence[Book],
        whose: str,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Taken:
        """Read all of them, then show them as one source. ``whose``: the profile's name.

        Cancelled | DISK_FULL. What cannot be read is among the problems.
        """
        raw: list[RawBook] = []
        problems: list[Problem] = []
        for book in books:
            _go_on(cancelled)
            if progress is not None:
                progress(TransferProgress(where=book.label))
            try:
                raw.append(read(book.path))
            except LocalRefusal as error:
                why = str(error.facts.get("why", "")) or "unreadable"
                problems.append(Problem(as_told(book.path.name), 0, why))
        if not any(one.cards for one in raw):
            return Taken(problems=tuple(problems))
        file = _Watched(raw, cancelled=cancelled)
        try:
            report = self._directory.import_book(file, NAME, whose)
        except LocalRefusal:  # cards without a name or an address: nobody
            return Taken(problems=tuple(problems))
        return Taken(report.source, report.persons, report.groups, tuple(problems))


class _Watched(BookFile):
    """The same, and it may be stopped."""

    def __init__(self, books: Sequence[RawBook], *, cancelled: IsCancelled | None) -> None:
        super().__init__(books)
        self._cancelled = cancelled

    def __iter__(self) -> Iterator[Item]:
        for item in super().__iter__():
            _go_on(self._cancelled)
            yield item


def _go_on(cancelled: IsCancelled | None) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled


def thunderbird_books(profile: Path, prefs: str) -> tuple[tuple[Book, ...], tuple[Problem, ...]]:
    """Books of a profile, the personal one first and the collected one last; and those of the old
    kind (Mork), which are not read.
    """
    from mel_desktop.formats import thunderbird  # noqa: PLC0415 seldom

    names = thunderbird.book_names(prefs)
    files = {one.name: one for pattern in ("abook*.sqlite", "history.sqlite")
             for one in sorted(profile.glob(pattern))}  # fmt: skip
    for name in names:
        if Path(name).name == name and name.endswith(".sqlite"):
            files.setdefault(name, profile / name)
    books = []
    for name, path in sorted(files.items(), key=lambda one: _rank(one[0])):
        with suppress(OSError):
            if path.is_file() and not path.is_symlink():
                label = names.get(name) or as_told(path.stem)
                books.append(Book(path, label[:100], path.stat().st_size))
    old = [
        Problem(as_told(one.name), 0, "mork-book")
        for one in sorted(profile.glob(f"*{_OLD}"))
        if one.name != f"impab{_OLD}" and one.with_suffix(".sqlite").name not in files
    ]
    return tuple(books[:MOST_BOOKS]), tuple(old[:MOST_BOOKS])


def is_book(path: Path, first: bytes) -> bool:
    """Whether a file that was chosen by itself is an address book."""
    from mel_desktop.formats import sqlite_wal  # noqa: PLC0415 seldom

    if not first.startswith(sqlite_wal.MAGIC):
        return False
    read(path)
    return True


def read(path: Path) -> RawBook:
    """A book, also one that Thunderbird has open. LocalRefusal(BAD_FILE | TOO_LARGE)."""
    from mel_desktop.store import foreign_book  # noqa: PLC0415 seldom

    try:
        for _ in range(TRIES):
            before = _mark(path)
            database, wal = _content(path), _content(path.with_name(f"{path.name}-wal"))
            if _mark(path) == before:
                break
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="unreadable") from error
    return foreign_book.read(database, wal)


def _content(path: Path) -> bytes:
    if path.name.endswith("-wal") and not path.is_file():
        return b""
    with path.open("rb") as file:
        data = file.read(MOST_FILE + 1)
    if len(data) > MOST_FILE:
        raise LocalRefusal(ErrorCode.TOO_LARGE, why="book-too-large")
    return data


def _mark(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _rank(name: str) -> tuple[int, str]:
    stem = name.removesuffix(".sqlite")
    return (0 if stem == PERSONAL else 2 if stem == COLLECTED else 1), name
