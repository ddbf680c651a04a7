"""In the frozen program all modules come from one archive beside the programs.

PyInstaller presses each module by itself and puts all of them into each of the two programs of
Windows. What it put there instead holds this one; first.py lets it turn PyInstaller's reader to our
archive before anything is looked for. There many modules stand in one frame, pressed with zstd or
as it is, those of the start first and in its order, so that each frame is read once;
module_archive.py writes it.

    MAGIC, Python's own number, frames, table, (offset, length, length when opened) of the table

Only what is there before any archive may be imported here.
"""

from __future__ import annotations

import _imp
import _thread
import marshal
import os
import struct
import sys
from _frozen_importlib import ModuleSpec  # importlib itself is in the archive
from _frozen_importlib_external import ExtensionFileLoader

TYPE_CHECKING = False  # typing is in the archive
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType

NAME = "modules.mel"  # contents.MODULES
MAGIC = b"MEL\x01"
END = struct.Struct("<QQQ")
MODULE, PACKAGE, NAMESPACE = 0, 1, 3  # PyInstaller's own numbers: its finder looks at them
KEPT = 3  # frames: threads import by turns, and packages import one another
DAMAGED = "{}: {}. Install Mel Desktop again."


class ModuleArchive:
    """Stands in for PyInstaller's reader. ImportError where the file is not whole.

    ``fill(frame, room)`` opens a pressed frame into the room given. The same rooms serve for good:
    memory that came and went by 256 kB would leave holes.
    """

    def __init__(
        self, path: str, fill: Callable[[bytearray, memoryview], None], python: bytes
    ) -> None:
        self._path = path
        self._fill = fill
        self._lock = _thread.allocate_lock()
        self._order: list[int] = []  # frames in the rooms, the latest first
        self._rooms: dict[int, bytearray] = {}
        self.toc: dict[str, tuple[int, int, int, int]]  # kind, frame, offset in it, length
        self._frames: tuple[tuple[int, int, int], ...]  # offset in the file, length, when opened
        head = self._read(0, len(MAGIC) + len(python))
        if head != MAGIC + python:
            raise self._trouble("not an archive of this program's modules")
        try:
            place = END.unpack(self._read(-END.size, END.size))
            table = bytearray(place[2])
            self._open(place, memoryview(table))
            self.toc, self._frames = marshal.loads(table)
        except (EOFError, MemoryError, OverflowError, TypeError, ValueError) as error:
            raise self._trouble(f"its table of modules is damaged ({error})") from error
        self._size = max(opened for *_, opened in self._frames)

    def extract(self, name: str, raw: bool = False) -> CodeType | bytes | None:
        """The code of a module; None for a namespace. KeyError | ImportError."""
        if name not in self.toc:
            raise KeyError(f"No entry named {name!r} found in the archive!")
        kind, frame, start, length = self.toc[name]
        if kind == NAMESPACE:
            return None
        with self._lock:  # until the room may be filled anew
            octets = memoryview(self._room(frame))[start : start + length]
            found: CodeType | bytes = bytes(octets) if raw else marshal.loads(octets)
        return found

    def _room(self, number: int) -> bytearray:
        if number not in self._rooms:
            last = self._order.pop() if len(self._order) == KEPT else None
            room = bytearray(self._size) if last is None else self._rooms.pop(last)
            place = self._frames[number]
            self._open(place, memoryview(room)[: place[2]])
            self._rooms[number] = room
            self._order.insert(0, number)
        return self._rooms[number]

    def _open(self, place: tuple[int, int, int], room: memoryview) -> None:
        offset, length, opened = place
        if length == opened:
            self._read_into(offset, room)
        else:
            self._fill(self._read(offset, length), room)

    def _read(self, offset: int, length: int) -> bytearray:
        octets = bytearray(length)
        self._read_into(offset, memoryview(octets))
        return octets

    def _read_into(self, offset: int, room: memoryview) -> None:
        """Opened each time: a file that is held open could not be replaced on Windows."""
        try:
            with open(self._path, "rb", buffering=0) as file:
                file.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
                length = file.readinto(room)
        except (OSError, OverflowError) as error:
            raise self._trouble(getattr(error, "strerror", None) or str(error)) from error
        if length != len(room):
            raise self._trouble("it ends too early")

    def _trouble(self, what: str) -> ImportError:
        return ImportError(DAMAGED.format(self._path, what), path=self._path)


def zstd(folder: str) -> ModuleType:
    """zstandard's C part, without the package around it, which wants modules. ImportError."""
    name = "zstandard.backend_c"
    for suffix in _imp.extension_suffixes():
        path = os.path.join(folder, "zstandard", "backend_c" + suffix)
        if os.path.isfile(path):
            break
    else:
        raise ImportError(DAMAGED.format(os.path.join(folder, "zstandard"), "it is not there"))
    spec = ModuleSpec(name, ExtensionFileLoader(name, path), origin=path)
    spec.has_location = True
    module: ModuleType = _imp.create_dynamic(spec)
    _imp.exec_dynamic(module)
    sys.modules[name] = module  # the package finds it there when it is imported
    return module


def opener(load: Callable[[], ModuleType], path: str) -> Callable[[bytearray, memoryview], None]:
    """One call that opens a frame into a room of its size. ``load`` brings zstandard when it is
    wanted; its own error becomes ours.
    """
    loaded: list[ModuleType] = []

    def fill(frame: bytearray, room: memoryview) -> None:
        if not loaded:
            loaded.append(load())
        zstandard = loaded[0]
        try:
            with zstandard.ZstdDecompressor().stream_reader(frame) as reader:
                opened = reader.readinto(room)
        except zstandard.ZstdError as error:
            raise ImportError(DAMAGED.format(path, f"a part is damaged ({error})")) from error
        if opened != len(room):
            raise ImportError(DAMAGED.format(path, "a part is too short"))

    return fill


def install() -> None:
    """Turn PyInstaller's reader to our archive. ImportError."""
    folder: str = sys._MEIPASS  # type: ignore[attr-defined]
    path = os.path.join(folder, NAME)
    number: bytes = sys.modules["pyimod01_archive"].PYTHON_MAGIC_NUMBER  # PyInstaller's own, there
    archive = ModuleArchive(path, opener(lambda: zstd(folder), path), number)
    # finders that were made before hold this very object
    inner = sys.modules["pyimod02_importers"].pyz_archive
    vars(inner).update(toc=archive.toc, extract=archive.extract)
