"""What is opened in another program: a private folder for each session, shredded afterwards.

Where: below $XDG_RUNTIME_DIR when that is in memory (Linux: nothing of it ever reaches a disk),
else, and when there is no room, in ``outside`` of the vault's folder. Never in a temporary folder
that others share. A session is a folder with a random name (0700) and, beside it, a lock file that
the operating system frees when the program ends, however it ends: a session whose lock is free is
dead, and is shredded by the next one.

Shredded: overwritten, cut to nothing, unlinked. On flash or a copying file system old cells may
live on; that is why memory is preferred.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import threading
from collections.abc import Iterable, Iterator
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.ports import Randomness
from mel_desktop.store.reserve import files as _files
from mel_desktop.system import straight
from mel_desktop.system.locks import EngineLock

log = getLogger("mel.outside")

FOLDER: Final = "outside"
LOCK: Final = ".lock"
MOUNTS: Final = Path("/proc/self/mounts")
MOST_SAME: Final = 1000  # files of one name in a session
_ZEROS: Final = bytes(1024 * 1024)
_OPEN: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


class _File:
    """One that is being written. ``size``: what is wholly there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0

    def append(self, chunk: bytes) -> None:
        """DISK_FULL | NOT_WRITABLE."""
        with _files(), self.path.open("r+b", buffering=0) as stream:
            stream.seek(self.size)
            left = memoryview(chunk)
            while left:
                left = left[stream.write(left) :]
        self.size += len(chunk)

    def parts(self) -> Iterator[bytes]:
        """What is wholly there."""
        with _files(), self.path.open("rb") as stream:
            left = self.size
            while left > 0 and (part := stream.read(min(left, len(_ZEROS)))):
                left -= len(part)
                yield part


class OutsideFiles:
    """The files of one session. Nothing is on the disk before the first one."""

    def __init__(self, profile: Path, randomness: Randomness) -> None:
        self._roots = roots(profile)
        self._randomness = randomness
        self._turn = threading.RLock()
        self._sessions: dict[Path, tuple[Path, EngineLock]] = {}  # by root

    def write(self, name: str, chunks: Iterable[bytes]) -> Path:
        """A read-only file with a safe form of this name. DISK_FULL | NOT_WRITABLE."""
        from mel_desktop.logic.mime_parameters import (  # noqa: PLC0415 first needed here
            safe_filename,
        )

        name = safe_filename(name.encode("utf-8", "replace").decode("utf-8"))
        with self._turn:
            places = list(self._roots)
            file = self._begin(places, name)
            try:
                for chunk in chunks:
                    file = self._append(file, chunk, places, name)
                with _files():
                    file.path.chmod(stat.S_IRUSR)  # whoever edits it is told to save elsewhere
            except BaseException:
                with contextlib.suppress(OSError):
                    shred(file.path)
                raise
            return file.path

    def files(self) -> tuple[Path, ...]:
        """Everything that lies outside now, what other programs made beside it included."""
        with self._turn:
            found = [one for folder, _ in self._sessions.values() for one in _contents(folder)]
        return tuple(sorted(found))

    def clear(self) -> int:
        """Shred all; how many files went. One that another program holds stays until later."""
        with self._turn:
            return sum(_shred_below(folder) for folder, _ in self._sessions.values())

    def close(self) -> int:
        """``clear``, and the session's folders and locks go."""
        with self._turn:
            gone = self.clear()
            for folder, lock in self._sessions.values():
                _remove_session(folder, lock)
            self._sessions.clear()
            return gone

    def _begin(self, places: list[Path], name: str) -> _File:
        """An empty file in the first place that takes it; ``places``: what is left to try."""
        while True:
            root = places.pop(0)
            try:
                folder = self._session(root)
                with _files():
                    return _File(_fresh_file(folder, name))
            except StoreTrouble as error:
                if not places:
                    raise
                log.info("%s: the next place is tried", error)

    def _append(self, file: _File, chunk: bytes, places: list[Path], name: str) -> _File:
        """The file with the chunk at its end; another one elsewhere when there is no room."""
        try:
            file.append(chunk)
        except StoreTrouble:
            if not places:
                raise
            other = self._begin(places, name)
            try:
                for part in file.parts():
                    other.append(part)
                other.append(chunk)
            except BaseException:
                with contextlib.suppress(OSError):
                    shred(other.path)
                raise
            with contextlib.suppress(OSError):
                shred(file.path)
            return other
        return file

    def _session(self, root: Path) -> Path:
        if root in self._sessions:
            folder, _ = self._sessions[root]
            with _files():
                folder.mkdir(mode=0o700, exist_ok=True)
            return folder
        with _files():
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            root.chmod(0o700)
        _require_own(root)
        folder = root / self._randomness.token(12).hex()
        lock = EngineLock(root, file=folder.name + LOCK)
        lock.acquire()
        try:
            with _files():
                folder.mkdir(mode=0o700)
        except BaseException:
            lock.release()
            raise
        self._sessions[root] = (folder, lock)
        return folder


def roots(profile: Path) -> tuple[Path, ...]:
    """Where sessions of a vault may be, the preferred one first."""
    own = profile / FOLDER
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform == "linux" and runtime and is_in_memory(Path(runtime)):
        return (Path(runtime) / "mel-desktop" / FOLDER, own)
    return (own,)


def is_in_memory(folder: Path) -> bool:
    """Whether a folder is on a file system that no disk holds, and for this user alone."""
    try:
        about = folder.stat()
        if about.st_uid != os.getuid() or about.st_mode & 0o077 or not folder.is_absolute():
            return False
        wanted = os.path.realpath(folder)
        kinds = {}
        for line in MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            _, place, kind, *_ = line.split(" ")
            kinds[place.encode().decode("unicode_escape")] = kind
    except (OSError, ValueError, UnicodeError):
        return False
    while wanted not in kinds and wanted != "/":
        wanted = os.path.dirname(wanted)
    return kinds.get(wanted) in ("tmpfs", "ramfs")


def sweep(profile: Path) -> int:
    """Shred what sessions left that ended without doing it; how many files. Never raises."""
    gone = 0
    for root in roots(profile):
        with contextlib.suppress(OSError, StoreTrouble):
            _require_own(root)
            for folder in sorted(one for one in root.iterdir() if _is_folder(one)):
                lock = EngineLock(root, file=folder.name + LOCK)
                with contextlib.suppress(StoreTrouble):  # PROFILE_BUSY: somebody works there
                    lock.acquire()
                    gone += _shred_below(folder)
                    _remove_session(folder, lock)
    return gone


def erase(profile: Path) -> None:
    """Everything of a vault that is going: also sessions that still seem alive. Never raises."""
    sweep(profile)
    own = profile / FOLDER
    if _is_folder(own):
        _shred_below(own)
        with contextlib.suppress(OSError):
            own.rmdir()


def shred(path: Path) -> None:
    """Overwrite, cut, unlink. OSError, for one where another program holds the file."""
    if path.is_symlink() or not path.is_file():
        path.unlink(missing_ok=True)
        return
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    if path.stat().st_nlink == 1:  # a name of something that is not only here is left alone
        with path.open("r+b", buffering=0) as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(_ZEROS[:left])
            with contextlib.suppress(OSError):
                os.fsync(file.fileno())
            file.truncate(0)
    path.unlink()


def _require_own(root: Path) -> None:
    """The folder is a folder, this user's, and nobody else's. NOT_WRITABLE."""
    with _files():
        about = root.lstat()
    if not stat.S_ISDIR(about.st_mode) or straight.leads_elsewhere(root):
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=FOLDER)
    if os.name == "posix" and (about.st_uid != os.getuid() or about.st_mode & 0o077):
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=FOLDER, why="not private")


def _fresh_file(folder: Path, name: str) -> Path:
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    for number in range(1, MOST_SAME + 1):
        path = folder / (name if number == 1 else f"{stem} ({number}){dot}{ending}")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, _OPEN, 0o600))
            return path
    raise FileExistsError(name)


def _contents(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place) / name


def _shred_below(folder: Path) -> int:
    """All files below, then the folders; how many files went."""
    gone = 0
    for place, folders, names in reversed(list(straight.walk(folder))):
        for name in names:
            try:
                shred(place / name)
            except OSError as error:
                log.warning("a file opened outside stays for now: errno %d", error.errno or 0)
            else:
                gone += 1
        for name in folders:
            with contextlib.suppress(OSError):
                (place / name).rmdir()
    return gone


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not straight.leads_elsewhere(path)


def _remove_session(folder: Path, lock: EngineLock) -> None:
    """The empty folder, then its lock. What stays is found by the next sweep."""
    empty = False
    with contextlib.suppress(OSError):
        folder.rmdir()
        empty = True
    if empty and os.name == "posix":  # while it is held: nobody can take over a file that goes
        _unlink_quietly(folder.with_name(folder.name + LOCK))
    lock.release()
    if empty:
        _unlink_quietly(folder.with_name(folder.name + LOCK))
        for root in (folder.parent, folder.parent.parent):
            if root.name in (FOLDER, "mel-desktop"):
                with contextlib.suppress(OSError):
                    root.rmdir()


def _unlink_quietly(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
