"""An IMAP server as far as filing needs one: folders, APPEND, SEARCH by Message-ID, and faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, MelError, ServerSaid
from mel_desktop.model.mail import Flags, Role
from mel_desktop.ports import (
    Hints,
    Meter,
    RemoteFlags,
    RemoteFolder,
    RemoteMessage,
    RemoteStatus,
    ServerCaps,
)


@dataclass
class Copy:
    data: bytes
    flags: Flags
    date: datetime | None


@dataclass
class SentBox:
    """ports.MailConnector: one mailbox for all accounts."""

    folders: dict[str, list[Copy]] = field(default_factory=lambda: {"INBOX": [], "Envoyés": []})
    roles: dict[str, Role] = field(
        default_factory=lambda: {"INBOX": Role.INBOX, "Envoyés": Role.SENT}
    )
    lose_after_append: int = 0  # so many times the APPEND is done and its answer lost
    lose_before_append: int = 0
    breaks_at: bytes = b""  # an APPEND with this in it loses the line
    refuse_append: ErrorCode | None = None
    refuse_create_at_top: bool = False
    unreachable: MelError | None = None
    connects: int = 0
    searches: int = 0

    def connect(self, account: Account, password: Secret, meter: Meter, **_: object) -> Connection:
        self.connects += 1
        if self.unreachable is not None:
            raise self.unreachable
        return Connection(self)

    def file_by_another_client(self, path: str, data: bytes) -> None:
        self.folders[path].append(Copy(data, Flags(), None))


class Connection:
    """ports.MailServer."""

    def __init__(self, box: SentBox) -> None:
        self._box = box
        self._selected = ""
        self._lost = False

    @property
    def caps(self) -> ServerCaps:
        return ServerCaps()

    def _check(self) -> None:
        if self._lost:
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        self._check()
        roles = self._box.roles
        return tuple(RemoteFolder(path, ".", roles.get(path), True) for path in self._box.folders)

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        self._check()
        if path not in self._box.folders:
            raise ServerSaid(ErrorCode.FOLDER_GONE)
        self._selected = path
        return RemoteStatus(1, None, len(self._box.folders[path]))

    def find_message_id(self, message_id: str) -> tuple[int, ...]:
        self._check()
        self._box.searches += 1
        wanted = f"Message-ID: <{message_id}>".encode()
        copies = self._box.folders[self._selected]
        return tuple(uid for uid, one in enumerate(copies, 1) if wanted in one.data)

    def append(self, path: str, data: bytes, flags: Flags, date: datetime | None) -> int | None:
        self._check()
        box = self._box
        if box.lose_before_append:
            box.lose_before_append -= 1
            self._lost = True
            self._check()
        if box.breaks_at and box.breaks_at in data:
            self._lost = True
            self._check()
        if box.refuse_append is not None:
            raise ServerSaid(box.refuse_append)
        box.folders[path].append(Copy(data, flags, date))
        if box.lose_after_append:
            box.lose_after_append -= 1
            self._lost = True
            self._check()
        return None

    def create_folder(self, path: str) -> None:
        self._check()
        if self._box.refuse_create_at_top and not path.startswith("INBOX"):
            raise ServerSaid(ErrorCode.SERVER_REFUSED)
        self._box.folders.setdefault(path, [])

    @property
    def hints(self) -> Hints:
        return Hints()

    def alive(self) -> bool:
        return True

    def close(self) -> None:
        self._lost = True

    def abort(self) -> None:
        self._lost = True

    # -- what filing must never ask for ------------------------------------------------------------

    def all_uids(self) -> tuple[int, ...]:
        self._check()
        return tuple(range(1, len(self._box.folders[self._selected]) + 1))

    def flags(self, uids: Sequence[int] | None, changed_since: int | None) -> Iterator[RemoteFlags]:
        return self._never()

    def vanished_since(self, modseq: int, known: Sequence[int]) -> tuple[int, ...]:
        return self._never()

    def messages(self, uids: Sequence[int]) -> Iterator[RemoteMessage]:
        self._check()
        copies = self._box.folders[self._selected]
        for uid in uids:
            data = copies[uid - 1].data
            header = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            yield RemoteMessage(uid, Flags(), datetime.now(UTC), len(data), header, ())

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        return self._never()

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        return self._never()

    def store(self, uids: Sequence[int], add: Flags, remove: Flags) -> None:
        self._never()

    def move(self, uids: Sequence[int], target: str) -> dict[int, int]:
        return self._never()

    def copy(self, uids: Sequence[int], target: str) -> dict[int, int]:
        return self._never()

    def expunge(self, uids: Sequence[int]) -> None:
        self._never()

    def expunge_deleted(self) -> None:
        self._never()

    def wait(self, seconds: float) -> bool:
        return self._never()

    def _never(self) -> NoReturn:
        raise AssertionError("filing has no business with this")
