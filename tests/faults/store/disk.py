"""A model of a disk that loses its power: what was synced stays, of the rest anything may.

Rule 1: a name is safe once its folder was synced; of the changes of names since, a prefix survives
(journals of file systems keep their order), deletions also out of order.
Rule 2: the content of a file is safe once the file was synced. Of the writes since, each sector
holds what any one of them left there, or what was there before; the length is one that the file
had since; what nobody wrote reads as zeros.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

SECTORS: Final = (512, 4096)


class Kind(Enum):
    """What a program asked of the disk; ACK: what it told others afterwards."""

    LINK = "link"
    UNLINK = "unlink"
    RENAME = "rename"
    SYNC_FOLDER = "sync folder"
    WRITE = "write"
    SIZE = "size"
    SYNC = "sync"
    ACK = "ack"


@dataclass(frozen=True, slots=True)
class Event:
    """One of these. ``file``: a number that a file keeps under every name."""

    kind: Kind
    name: str = ""
    file: int = 0
    at: int = 0
    data: bytes = b""


class Record:
    """What happens in one folder, in its order. Any thread."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.before = dict(files)
        self.events: list[Event] = []
        self._lock = threading.Lock()
        self._names = {name: number for number, name in enumerate(sorted(files), 1)}
        self._sizes = {self._names[name]: len(octets) for name, octets in files.items()}
        self._made = len(files)

    def opened(self, name: str) -> int:
        """The number of a file that was just opened, and that may be new."""
        with self._lock:
            if name not in self._names:
                self._made += 1
                self._names[name] = self._made
                self._sizes[self._made] = 0
                self.events.append(Event(Kind.LINK, name, self._made))
            return self._names[name]

    def wrote(self, file: int, at: int, data: bytes) -> None:
        """Octets were handed to the system."""
        with self._lock:
            self._sizes[file] = max(self._sizes[file], at + len(data))
            self.events.append(Event(Kind.WRITE, file=file, at=at, data=data))

    def sized(self, file: int, size: int, *, only_grows: bool = False) -> None:
        """Cut, or grown with zeros."""
        with self._lock:
            size = max(size, self._sizes[file]) if only_grows else size
            if size != self._sizes[file]:
                self._sizes[file] = size
                self.events.append(Event(Kind.SIZE, file=file, at=size))

    def synced(self, file: int) -> None:
        """The disk has said that it has the file."""
        with self._lock:
            self.events.append(Event(Kind.SYNC, file=file))

    def folder_synced(self) -> None:
        """And the names."""
        with self._lock:
            self.events.append(Event(Kind.SYNC_FOLDER))

    def renamed(self, name: str, to: str) -> None:
        """One name for another."""
        with self._lock:
            file = self._names.pop(name)
            self._names[to] = file
            self.events.append(Event(Kind.RENAME, name, file, data=to.encode()))

    def unlinked(self, name: str) -> None:
        """A name is gone."""
        with self._lock:
            self._names.pop(name, None)
            self.events.append(Event(Kind.UNLINK, name))

    def told(self, text: str) -> None:
        """An acknowledgement."""
        with self._lock:
            self.events.append(Event(Kind.ACK, text))


@dataclass(frozen=True, slots=True)
class Image:
    """What lies on the disk when the power is back."""

    files: dict[str, bytes]
    torn: int  # files of which a part of what was not synced survived
    lost: int  # files of which something that was not synced did not


class Disk:
    """Follows a record, and can lose its power at any event."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._safe_names = {name: number for number, name in enumerate(sorted(files), 1)}
        self._moves: list[Event] = []
        self._safe = {self._safe_names[name]: bytearray(octets) for name, octets in files.items()}
        self._late: dict[int, list[Event]] = {}

    def follow(self, event: Event) -> None:
        """One event further."""
        match event.kind:
            case Kind.LINK | Kind.UNLINK | Kind.RENAME:
                self._moves.append(event)
            case Kind.SYNC_FOLDER:
                for one in self._moves:
                    _move(self._safe_names, one)
                self._moves.clear()
            case Kind.WRITE | Kind.SIZE:
                self._late.setdefault(event.file, []).append(event)
            case Kind.SYNC:
                safe = self._safe.setdefault(event.file, bytearray())
                for one in self._late.pop(event.file, ()):
                    _put(safe, one)
            case Kind.ACK:
                pass

    def cut(self, dice: random.Random) -> Image:
        """One of the many states that a power cut here may leave."""
        names = dict(self._safe_names)
        many = dice.choice((0, len(self._moves), dice.randint(0, len(self._moves))))
        for place, move in enumerate(self._moves):
            if place < many or (move.kind is Kind.UNLINK and dice.random() < 0.5):
                _move(names, move)
        sector = dice.choice(SECTORS)
        how = dice.choices(("lost", "kept", "in order", "any"), (1, 1, 2, 5))[0]
        files: dict[str, bytes] = {}
        torn = lost = 0
        for name, number in sorted(names.items()):
            late = self._late.get(number, [])
            safe = bytes(self._safe.get(number, b""))
            files[name] = _survived(safe, late, how, sector, dice)
            if late and files[name] != _last(safe, late):
                lost += 1
                torn += files[name] != safe
        return Image(files, torn, lost)


def _move(names: dict[str, int], move: Event) -> None:
    if move.kind is Kind.LINK:
        names[move.name] = move.file
    elif move.kind is Kind.UNLINK:
        names.pop(move.name, None)
    elif names.get(move.name) == move.file:
        del names[move.name]
        names[move.data.decode()] = move.file


def _put(octets: bytearray, event: Event) -> None:
    if event.kind is Kind.SIZE:
        del octets[event.at :]
        octets.extend(bytes(event.at - len(octets)))
        return
    octets.extend(bytes(max(0, event.at - len(octets))))
    octets[event.at : event.at + len(event.data)] = event.data


def _last(safe: bytes, late: list[Event]) -> bytes:
    octets = bytearray(safe)
    for one in late:
        _put(octets, one)
    return bytes(octets)


def _survived(safe: bytes, late: list[Event], how: str, sector: int, dice: random.Random) -> bytes:
    if not late or how == "lost":
        return safe
    if how == "kept":
        return _last(safe, late)
    if how == "in order":
        cut = dice.randrange(len(late))
        whole = _last(safe, late[:cut])
        return _torn(whole, late[cut : cut + 1], sector, dice)
    return _torn(safe, late, sector, dice)


def _torn(safe: bytes, late: list[Event], sector: int, dice: random.Random) -> bytes:
    """Each sector as one of the writes left it.

    A length changes as a whole: of the cuts, the first so many have come to the disk. No file
    system shows the old length with nothing where the octets were.
    """
    cuts = [place for place, one in enumerate(late) if one.kind is Kind.SIZE]
    lasting = set(cuts[: dice.randint(0, len(cuts))])
    octets = bytearray(safe)
    sizes = [len(safe)]
    touched: dict[int, list[tuple[int, bytes]]] = {}
    for place, one in enumerate(late):
        if one.kind is not Kind.SIZE:
            sizes.append(max(sizes[-1], one.at + len(one.data)))
            for at, piece in _pieces(one, sector):
                touched.setdefault(at // sector, []).append((at, piece))
        elif place in lasting:
            del octets[one.at :]
            touched = _before(touched, one.at)
            sizes = [one.at]
    octets += bytes(max(0, max(sizes) - len(octets)))
    for writes in touched.values():
        for at, piece in writes[: dice.randint(0, len(writes))]:
            octets[at : at + len(piece)] = piece
    size = dice.choice((sizes[-1], dice.choice(sizes)))
    return bytes(octets[:size])


def _pieces(write: Event, sector: int) -> Iterator[tuple[int, bytes]]:
    done = 0
    while done < len(write.data):
        room = sector - (write.at + done) % sector
        yield write.at + done, write.data[done : done + room]
        done += room


def _before(
    touched: dict[int, list[tuple[int, bytes]]], end: int
) -> dict[int, list[tuple[int, bytes]]]:
    """What was written before a place in the file."""
    return {
        number: [(at, piece[: end - at]) for at, piece in writes if at < end]
        for number, writes in touched.items()
    }
