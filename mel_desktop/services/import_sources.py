"""What a file or folder holds: mailboxes of any of the kinds that are read, found without guessing.

Reads names and first octets only. What cannot be opened is told by the import, not here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from mel_desktop.formats import maildir
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.transfer import Problem, SourceKind
from mel_desktop.model.values import dataclass
from mel_desktop.services.address_books import Book, is_book, thunderbird_books
from mel_desktop.services.letter import UNREADABLE
from mel_desktop.services.path_words import as_key, as_told

FIRST: Final = 512
MOST_DEPTH: Final = 40
MOST_FILE: Final = 4 * 1024 * 1024
EML: Final = (".eml", ".mozeml")
_KMAIL: Final = ".directory"


@dataclass(frozen=True, slots=True)
class Box:
    """One mailbox: a file of many messages, or a folder whose files are messages.

    ``path`` is relative to the source, "" for the source itself; ``names`` are its folders.
    """

    path: str
    names: tuple[str, ...]
    kind: SourceKind
    octets: int
    mozilla: bool = False  # flags are in X-Mozilla fields


@dataclass(frozen=True, slots=True)
class Source:
    """What was chosen. ``root``: the folder that paths of boxes start from (or the file itself)."""

    root: Path
    kind: SourceKind
    boxes: tuple[Box, ...]
    problems: tuple[Problem, ...] = ()  # folders that cannot be opened, and the like
    books: tuple[Book, ...] = ()

    @property
    def octets(self) -> int:
        """Of all."""
        return sum(box.octets for box in self.boxes) + sum(book.octets for book in self.books)


def thunderbird_places() -> tuple[Path, ...]:
    """Folders with a profiles.ini where Thunderbird keeps it on each system."""
    home = Path.home()
    places = [
        home / ".thunderbird",
        home / "snap" / "thunderbird" / "common" / ".thunderbird",
        home / ".var" / "app" / "org.mozilla.Thunderbird" / ".thunderbird",
        home / "Library" / "Thunderbird",
    ]
    if roaming := os.environ.get("APPDATA"):
        places.insert(0, Path(roaming) / "Thunderbird")
    return tuple(one for one in places if (one / "profiles.ini").is_file())


def look_at(chosen: Path) -> Source:
    """Recognise a source. LocalRefusal(NOT_FOUND | BAD_FILE)."""
    from mel_desktop.services.archives import is_archive  # noqa: PLC0415 seldom

    path = chosen.absolute()
    try:
        if path.is_dir():
            source = _folder(path)
            return replace(source, problems=(*source.problems, *_unreadable(source.root)))
        if not path.is_file():
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="file")
        if path.name.lower() == "profiles.ini":
            return _profiles(path)
        if is_archive(_first(path)):
            return _archive(path)
        if is_book(path, _first(path)):
            book = Book(path, path.stem, path.stat().st_size)
            return Source(path, SourceKind.ADDRESS_BOOK, (), books=(book,))
        kind = _kind_of_file(path)
        if kind is None:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="not-mail")
        return Source(path, kind, (Box("", (), kind, path.stat().st_size),))
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error


def messages_of(root: Path, box: Box) -> list[Path]:
    """Files of a folder of messages, in a fixed order. OSError."""
    folder = root / box.path if box.path else root
    if box.kind is SourceKind.EML:
        return [folder] if folder.is_file() else _eml_files(folder)
    found: list[Path] = []
    for part in ("cur", "new"):
        if (folder / part).is_dir():
            found += [
                one for one in (folder / part).iterdir()
                if not one.name.startswith(".") and one.is_file()
            ]  # fmt: skip
    return sorted(found, key=lambda one: as_key(f"{one.parent.name}/{one.name}"))


# -- inside ---------------------------------------------------------------------------------------


def _folder(path: Path) -> Source:
    if (path / "profiles.ini").is_file():
        return _profiles(path / "profiles.ini")
    if _is_profile(path):
        return _of_thunderbird(path)
    if _is_maildir(path):
        return Source(path, SourceKind.MAILDIR, tuple(_maildirs(path, path, ())))
    found = list(_mixed(path, path, (), 0))
    if any(map(_is_maildir, _folders(path, hidden=True))):  # hidden ones (Maildir++) too
        found += _maildirs(path, path, ())
    boxes = tuple({box.path: box for box in found}.values())
    if not boxes:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-mail-found")
    is_maildir = all(box.kind is SourceKind.MAILDIR for box in boxes)
    return Source(path, SourceKind.MAILDIR if is_maildir else SourceKind.FOLDER, boxes)


def _profiles(ini: Path) -> Source:
    from mel_desktop.formats import thunderbird  # noqa: PLC0415 seldom

    chosen = thunderbird.default_profile(_text(ini))
    if chosen is None:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="no-mail-found")
    profile = ini.parent / chosen[0] if chosen[1] else Path(chosen[0])
    if not profile.is_dir():
        raise LocalRefusal(ErrorCode.BAD_FILE, why="profile-missing")
    return _of_thunderbird(profile)


def _of_thunderbird(profile: Path) -> Source:
    prefs = ""
    with suppress(OSError):
        prefs = _text(profile / "prefs.js")
    books, problems = thunderbird_books(profile, prefs)
    boxes = tuple(_thunderbird(profile, prefs))
    return Source(profile, SourceKind.THUNDERBIRD, boxes, problems, books)


def _archive(path: Path) -> Source:
    from mel_desktop.services.archives import Archive  # noqa: PLC0415 seldom

    with Archive(path) as archive:
        boxes = tuple(
            Box(one.path, tuple(map(_name, one.names)), SourceKind.ARCHIVE, one.octets)
            for one in archive.boxes()
        )
        problems = tuple(archive.problems)
    if not boxes and not problems:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="not-mail")
    return Source(path, SourceKind.ARCHIVE, boxes, problems)


def _is_profile(path: Path) -> bool:
    return (path / "prefs.js").is_file() or any(
        (path / one).is_dir() for one in ("Mail", "ImapMail")
    )


def _thunderbird(profile: Path, prefs: str) -> Iterator[Box]:
    from mel_desktop.formats import thunderbird  # noqa: PLC0415 seldom

    names = thunderbird.account_names(prefs)
    for part in ("Mail", "ImapMail"):
        top = profile / part
        if not top.is_dir():
            continue
        for account in _folders(top):
            label = names.get(account.name, account.name)
            is_imap = part == "ImapMail"
            yield from _mozilla(profile, account, (_name(label),), decode=is_imap, depth=0)


def _mozilla(
    root: Path, folder: Path, above: tuple[str, ...], *, decode: bool, depth: int
) -> Iterator[Box]:
    """Mailboxes of a folder of Thunderbird, and those in its ``.sbd`` folders."""
    from mel_desktop.formats import thunderbird  # noqa: PLC0415 seldom

    for entry in _listed(folder):
        name = entry.name
        label = _name(maildir.decode_utf7(name) if decode else name)
        if entry.is_dir():
            if name.lower().endswith(thunderbird.SUBFOLDERS):
                own = name[: -len(thunderbird.SUBFOLDERS)]
                label = _name(maildir.decode_utf7(own) if decode else own)
                if depth < MOST_DEPTH:
                    yield from _mozilla(
                        root, entry, (*above, label), decode=decode, depth=depth + 1
                    )
            elif _is_maildir(entry):
                yield _box(root, entry, (*above, label), SourceKind.MAILDIR, mozilla=True)
        elif thunderbird.is_mailbox_name(name):
            with suppress(OSError):  # Thunderbird runs, and this was a file for a moment
                if entry.stat().st_size:
                    yield _box(root, entry, (*above, label), SourceKind.MBOX, mozilla=True)


def _maildirs(root: Path, folder: Path, above: tuple[str, ...], depth: int = 0) -> Iterator[Box]:
    """A Maildir and those within: Maildir++ (.A.B), KMail (.A.directory/B), plain folders."""
    if _is_maildir(folder):
        yield _box(root, folder, above, SourceKind.MAILDIR)
    if depth >= MOST_DEPTH:
        return
    for entry in _folders(folder, hidden=True):
        name = entry.name
        if name in ("cur", "new", "tmp"):
            continue
        if name.startswith(".") and name.endswith(_KMAIL):
            yield from _maildirs(root, entry, (*above, _name(name[1 : -len(_KMAIL)])), depth + 1)
        elif name.startswith("."):
            parts = tuple(_name(one) for one in maildir.folder_names(name))
            if parts and _is_maildir(entry):
                yield _box(root, entry, (*above, *parts), SourceKind.MAILDIR)
        else:
            yield from _maildirs(root, entry, (*above, _name(name)), depth + 1)


def _mixed(root: Path, folder: Path, above: tuple[str, ...], depth: int) -> Iterator[Box]:
    """EML files, mailbox files and Maildirs, in folders."""
    from mel_desktop.formats import thunderbird  # noqa: PLC0415 seldom

    if _eml_files(folder):
        yield _box(root, folder, above, SourceKind.EML)
    if depth >= MOST_DEPTH:
        return
    for entry in _listed(folder):
        if entry.is_dir():
            own = entry.name.removesuffix(thunderbird.SUBFOLDERS)
            if _is_maildir(entry):
                yield from _maildirs(root, entry, (*above, _name(own)), depth + 1)
            else:
                yield from _mixed(root, entry, (*above, _name(own)), depth + 1)
        elif not entry.name.lower().endswith(EML):
            name = entry.name.removesuffix(".mbox").removesuffix(".mbx")
            with suppress(OSError):
                if _kind_of_file(entry) is SourceKind.MBOX:
                    yield _box(root, entry, (*above, _name(name)), SourceKind.MBOX)


def _box(
    root: Path, path: Path, names: tuple[str, ...], kind: SourceKind, *, mozilla: bool = False
) -> Box:
    relative = path.relative_to(root).as_posix() if path != root else ""
    if kind is SourceKind.MBOX:
        return Box(relative, names, kind, path.stat().st_size, mozilla)
    bare = Box(relative, names, kind, 0, mozilla)
    octets = 0
    with suppress(OSError):
        octets = sum(one.stat().st_size for one in messages_of(root, bare))
    return Box(relative, names, kind, octets, mozilla)


def _unreadable(root: Path) -> tuple[Problem, ...]:
    found: list[Problem] = []

    def note(error: OSError) -> None:
        path = Path(str(error.filename)).relative_to(root).as_posix()
        found.append(Problem(as_told(path), 0, UNREADABLE))

    for _ in os.walk(root, onerror=note):
        pass
    return tuple(found)


def _first(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(FIRST)


def _kind_of_file(path: Path) -> SourceKind | None:
    first = _first(path).lstrip(b"\xef\xbb\xbf\r\n \t")
    if first.startswith(b"From "):
        return SourceKind.MBOX
    if path.name.lower().endswith(EML):
        return SourceKind.EML
    line = first.split(b"\n", 1)[0]
    name, colon, _ = line.partition(b":")
    if colon and name.strip() and not set(name.strip()) & set(b" \t\0") and name.isascii():
        return SourceKind.EML if path.suffix.lower() in ("", ".txt", ".msg") else None
    return None


def _eml_files(folder: Path) -> list[Path]:
    files = [one for one in _listed(folder) if one.name.lower().endswith(EML) and one.is_file()]
    return sorted(files, key=lambda one: as_key(one.name))


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir()


def _listed(folder: Path) -> list[Path]:
    """Folders and files in a folder, by name; nothing where it cannot be read. Links to folders are
    passed over (they may lead round in circles), and what is neither: a pipe would never end.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError:
        return []
    return [
        Path(one.path) for one in entries
        if not one.name.startswith(".")
        and (one.is_file() or one.is_dir(follow_symlinks=False))
    ]  # fmt: skip


def _folders(folder: Path, *, hidden: bool = False) -> list[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError:
        return []
    return [
        Path(one.path) for one in entries
        if one.is_dir(follow_symlinks=False) and (hidden or not one.name.startswith("."))
    ]  # fmt: skip


def _name(name: str) -> str:
    """A folder's name as our folders take it."""
    text = as_told(name).encode("utf-8", "replace").decode("utf-8")
    kept = "".join(" " if one in "/\\*%" or not one.isprintable() else one for one in text)
    return " ".join(kept.split())[:60] or "_"


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MOST_FILE).decode("utf-8-sig", "replace")
