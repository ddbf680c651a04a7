"""Records what this process asks of the disk in one folder, while the calls go through.

The database's files are watched by a layer of SQLite's that lies below the cipher (what it sees is
encrypted already); the files beside it (keys, seal, map, reserve, renames) at Python's own doors.
The shared memory of readers is not watched: nothing of it has to outlive the power.
"""

from __future__ import annotations

import builtins
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import apsw

from tests.faults.store.disk import Record

LAYER: Final = "mel-record"
_OURS: Final = f"multipleciphers-{LAYER}"
_USUAL: Final = "multipleciphers-unix"
_JOURNALS: Final = (
    apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
)


@contextmanager
def recording(folder: Path) -> Iterator[Record]:
    """A record of ``folder``: whatever this process opens there from now on. One at a time."""
    record = Record({one.name: one.read_bytes() for one in folder.iterdir()})
    layer = _Layer(record, folder)
    calls = _Calls(record, folder)
    apsw.Connection(":memory:", vfs=_OURS).close()  # the cipher's layer over ours is made
    apsw.set_default_vfs(_OURS)
    try:
        with calls.watched():
            yield record
    finally:
        apsw.set_default_vfs(_USUAL)
        apsw.unregister_vfs(_OURS)
        layer.unregister()


def _inside(folder: Path, path: object) -> str | None:
    """The name of a file that lies in the folder."""
    if not isinstance(path, (str, os.PathLike)):
        return None
    found = os.path.abspath(path)
    return os.path.basename(found) if os.path.dirname(found) == str(folder) else None


# -- the database ---------------------------------------------------------------------------------


class _File(apsw.VFSFile):
    def __init__(self, record: Record, name: str, path: Any, flags: list[int]) -> None:
        super().__init__("unix", path, flags)
        self._record = record
        made = flags[0] & apsw.SQLITE_OPEN_CREATE
        self._file = record.opened(name)
        self._syncs_folder = bool(made and flags[0] & _JOURNALS)  # as SQLite's own layer does

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 the library's name
        super().xWrite(data, offset)
        self._record.wrote(self._file, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 the library's name
        super().xTruncate(newsize)
        self._record.sized(self._file, newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802 the library's name
        super().xSync(flags)
        self._record.synced(self._file)
        if self._syncs_folder:
            self._syncs_folder = False
            self._record.folder_synced()


class _Layer(apsw.VFS):
    def __init__(self, record: Record, folder: Path) -> None:
        super().__init__(LAYER, "unix")
        self._record = record
        self._folder = folder

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 the library's name
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        inside = _inside(self._folder, path)
        if inside is None:
            return apsw.VFSFile("unix", name, flags)
        return _File(self._record, inside, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 the library's name
        super().xDelete(filename, syncdir)
        inside = _inside(self._folder, filename)
        if inside is not None:
            self._record.unlinked(inside)
            if syncdir:
                self._record.folder_synced()


# -- what lies beside it --------------------------------------------------------------------------


class _Stream:
    """A file of the folder, open for writing: no buffer of its own."""

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, data: bytes) -> int:
        return os.write(self._number, data)

    def flush(self) -> None:
        """Nothing waits here."""

    def truncate(self, size: int) -> int:
        os.ftruncate(self._number, size)
        return size

    def fileno(self) -> int:
        return self._number

    def close(self) -> None:
        os.close(self._number)

    def __enter__(self) -> _Stream:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Calls:
    """Python's doors to the disk, watched."""

    def __init__(self, record: Record, folder: Path) -> None:
        self._record = record
        self._folder = folder
        self._real: dict[str, Callable[..., Any]] = {}
        self._files: dict[int, int] = {}  # file descriptor -> number of the file
        self._folders: set[int] = set()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch until the end of the block."""
        ours: dict[str, Callable[..., Any]] = {
            "open": self._open, "write": self._write, "close": self._close, "fsync": self._fsync,
            "fdatasync": self._fsync, "ftruncate": self._ftruncate, "fdopen": self._fdopen,
            "posix_fallocate": self._fallocate, "unlink": self._unlink, "remove": self._unlink,
            "replace": self._rename, "rename": self._rename,
        }  # fmt: skip
        self._real = {name: getattr(os, name) for name in ours}
        self._real["io.open"] = io.open
        try:
            for name, call in ours.items():
                setattr(os, name, call)
            io.open = builtins.open = self._io_open  # type: ignore[assignment]
            yield
        finally:
            io.open = builtins.open = self._real["io.open"]  # type: ignore[assignment]
            for name in ours:
                setattr(os, name, self._real[name])

    def _open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        number: int = self._real["open"](path, flags, mode, **more)
        if os.path.abspath(path) == str(self._folder):
            self._folders.add(number)
        elif (name := _inside(self._folder, path)) is not None and stat.S_ISREG(
            os.fstat(number).st_mode
        ):
            self._files[number] = self._record.opened(name)
            if flags & os.O_TRUNC:
                self._record.sized(self._files[number], 0)
        return number

    def _write(self, number: int, data: bytes) -> int:
        file = self._files.get(number)
        at = os.lseek(number, 0, os.SEEK_CUR) if file is not None else 0
        written: int = self._real["write"](number, data)
        if file is not None:
            self._record.wrote(file, at, bytes(data[:written]))
        return written

    def _close(self, number: int) -> None:
        self._files.pop(number, None)
        self._folders.discard(number)
        self._real["close"](number)

    def _fsync(self, number: int) -> None:
        self._real["fsync"](number)
        if number in self._folders:
            self._record.folder_synced()
        elif number in self._files:
            self._record.synced(self._files[number])

    def _ftruncate(self, number: int, size: int) -> None:
        self._real["ftruncate"](number, size)
        if number in self._files:
            self._record.sized(self._files[number], size)

    def _fallocate(self, number: int, at: int, size: int) -> None:
        self._real["posix_fallocate"](number, at, size)
        if number in self._files:
            self._record.sized(self._files[number], at + size, only_grows=True)

    def _unlink(self, path: Any, **more: Any) -> None:
        self._real["unlink"](path, **more)
        if (name := _inside(self._folder, path)) is not None:
            self._record.unlinked(name)

    def _rename(self, source: Any, target: Any, **more: Any) -> None:
        self._real["replace"](source, target, **more)
        names = _inside(self._folder, source), _inside(self._folder, target)
        if names[0] is not None and names[1] is not None:
            self._record.renamed(names[0], names[1])
        elif names != (None, None):
            raise NotImplementedError("a file that enters or leaves the folder")

    def _fdopen(self, number: int, *rest: Any, **more: Any) -> Any:
        if number in self._files:
            return _Stream(number)
        return self._real["fdopen"](number, *rest, **more)

    def _io_open(self, file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if set(mode) & set("wax+") and _inside(self._folder, file) is not None:
            kinds = {"w": os.O_CREAT | os.O_TRUNC, "x": os.O_CREAT | os.O_EXCL, "r": 0}
            return _Stream(os.open(file, kinds[mode[0]] | os.O_RDWR, 0o666))
        return self._real["io.open"](file, mode, *rest, **more)
