"""A mail server that holds raw messages and gives out their parts, with faults to order.

Only what opening a message needs. A part may be ``Content`` that is made as it is read, so
that 100 MB weigh nothing here and every octet of memory seen is the program's own.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mel_desktop.logic.mime import parse_structure
from mel_desktop.logic.mime_structure import header_end, split_structure
from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerSaid
from mel_desktop.model.mail import Flags, Part
from mel_desktop.ports import Answer, Ask, Hints, Meter, RemoteMessage, RemoteStatus
from tests.support.plain_pump import plain_pump

BLOCK = 4096


@dataclass
class Content:
    """Encoded octets of one part, made on demand: base64, every block another."""

    size: int

    def slice(self, offset: int, length: int) -> bytes:
        end = min(self.size, offset + length)
        first = offset // BLOCK
        out = b"".join(_block(number) for number in range(first, -(-end // BLOCK)))
        return out[offset - first * BLOCK : end - first * BLOCK]


def _block(number: int) -> bytes:
    return base64.b64encode(random.Random(number).randbytes(BLOCK * 3 // 4))


@dataclass
class PartServer:
    """Also its own connector. ``slices``: what was asked for, as (section, offset, length)."""

    raws: dict[int, bytes] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)  # section -> content, any UID
    uidvalidity: int = 1
    slices: list[tuple[str, int, int]] = field(default_factory=list)
    texts_asked: int = 0
    cut_after: int | None = None  # slices until the line is lost
    selected: str = ""
    connections: int = 0

    def connect(self, account: Account, password: Secret, meter: Meter, **_: object) -> PartServer:
        self.connections += 1
        return self

    def remote(self, uid: int, parts: tuple[Part, ...] | None = None) -> RemoteMessage:
        raw = self.raws[uid]
        date = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        header = raw[: header_end(raw)[1]]
        return RemoteMessage(
            uid, Flags(), date, len(raw), header, parse_structure(raw) if parts is None else parts
        )

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        assert read_only
        self.selected = path
        return RemoteStatus(self.uidvalidity, None, len(self.raws))

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        if uid not in self.raws:
            raise ServerSaid(ErrorCode.MESSAGE_GONE)
        if self.cut_after is not None:
            if self.cut_after == 0:
                self.cut_after = None
                raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)
            self.cut_after -= 1
        self.slices.append((section, offset, length))
        if section in self.contents:
            return self.contents[section].slice(offset, length)
        return self._section(uid, section)[offset : offset + length]

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        self.texts_asked += 1
        for uid, sections in wanted:
            if uid in self.raws:
                yield uid, {one: self._section(uid, one)[:limit] for one in sections}

    def pump(self, asks: Iterable[Ask | None]) -> Generator[Answer, None, None]:
        return plain_pump(self, asks)  # type: ignore[arg-type]

    @property
    def hints(self) -> Hints:
        return Hints()

    def alive(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass

    def _section(self, uid: int, section: str) -> bytes:
        raw = self.raws[uid]
        if section == "":
            return raw
        if section == "HEADER":
            return raw[: header_end(raw)[1]]
        for one in split_structure(raw):
            if one.part.number == section:
                return raw[one.start : one.end]
        return b""
