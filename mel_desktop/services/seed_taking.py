"""Frames of a seed into the store, in their order: rows and small parts in batches, great parts as
they come. Adds only; may be broken off and begun again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.formats import frames as framing
from mel_desktop.formats import sealed
from mel_desktop.logic.templates import key
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import Cancelled
from mel_desktop.model.transfer import SeedDone, TransferProgress
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services import seed_values
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.seed_values import number
from mel_desktop.store import blobs, lettertemplates, ownwords, reading
from mel_desktop.store.database import Database, Transaction

if TYPE_CHECKING:
    from mel_desktop.store.seeds import Merge, SeedFolder, SeedMessage

BATCH: Final = 100
BATCH_OCTETS: Final = 8 * 1024 * 1024
SMALL: Final = 1024 * 1024  # octets of a part that may wait in memory for its message

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


@dataclass(slots=True)
class _Part:
    number: str
    sha256: bytes
    size: int
    here: bool
    pieces: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Pending:
    message: SeedMessage
    parts: list[_Part] = field(default_factory=list)
    again: bool = False  # its row is stored, parts of it follow


@dataclass(slots=True)
class _Stream:
    """A part too large to wait in memory, on its way into the store."""

    message: int
    part: _Part
    blob: int | None  # None: it is here already, and passed over
    size: int = 0


class Taking:
    """Frames of a seed into the store, in their order."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        progress: OnProgress | None,
        cancelled: IsCancelled | None,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._progress = progress
        self._cancelled = cancelled
        self._account: AccountId | None = None
        self._email = ""
        self._folder: SeedFolder | None = None
        self._merge: Merge | None = None
        self._batch: list[_Pending] = []
        self._octets = 0
        self._stream: _Stream | None = None
        self._hash = hashlib.sha256()
        self._added = False
        self._lists: dict[str, list[str]] = {"accounts": [], "made": [], "skipped": []}
        self._counts = dict.fromkeys(
            ("folders", "messages", "bodies", "parts", "known", "templates", "words"), 0
        )

    def take(self, kind: str, data: bytes, at: int, size: int) -> None:
        """One frame."""
        if kind != "C":
            self._end_stream()
        with _no_seed():
            self._dispatch(kind, data)
        if self._progress is not None and kind != "C":
            where = "" if self._folder is None else self._folder.path
            self._progress(TransferProgress(self._counts["messages"], at, size, where))
        if self._cancelled is not None and self._cancelled():
            raise Cancelled

    def done(self, path: str, size: int, sender: str) -> SeedDone:
        """The whole file was read."""
        self._end_stream()
        with _no_seed():
            self._flush()
        counts = self._counts
        return SeedDone(
            path=path,
            octets=size,
            accounts=tuple(self._lists["accounts"]),
            folders=counts["folders"],
            messages=counts["messages"],
            bodies=counts["bodies"],
            parts=counts["parts"],
            known=counts["known"],
            skipped=tuple(self._lists["skipped"]),
            made_accounts=tuple(self._lists["made"]),
            sender=sender,
            templates=counts["templates"],
            words=counts["words"],
        )

    # -- frames ------------------------------------------------------------------------------------

    def _dispatch(self, kind: str, data: bytes) -> None:
        if kind == "C":
            self._content(data)
        elif kind == "M":
            if len(self._batch) >= BATCH or self._octets >= BATCH_OCTETS:
                self._flush()
            if self._merge is not None:
                self._batch.append(_Pending(seed_values.message_of(framing.json_of(data))))
                self._octets += len(data)
        elif kind == "P":
            self._part(cast("dict[str, object]", framing.json_of(data)))
        elif kind == "F":
            self._begin_folder(framing.json_of(data))
        elif kind == "E":
            self._end_folder()
        elif kind == "O":
            self._take_own(framing.json_of(data))
        elif kind == "A":
            self._begin_account(framing.json_of(data))
        elif kind != "S":
            raise ValueError(kind)

    def _take_own(self, value: object) -> None:
        """Templates and words that are not here yet; those of the same name stay as they are."""
        templates, words = seed_values.own_of(value)
        now = self._clock.now()

        def work(tx: Transaction) -> tuple[int, int]:
            named = {key(one.name) for one in lettertemplates.all_saved(tx)}
            known = set(ownwords.all_words(tx))
            new = [one for one in templates if key(one.name) not in named]
            fresh = [one for one in words if one not in known]
            for one in new:
                lettertemplates.save(tx, one, now)
            ownwords.add(tx, fresh, now)
            return len(new), len(fresh)

        added, learnt = self._database.write(work)
        self._counts["templates"] += added
        self._counts["words"] += learnt

    def _begin_account(self, value: object) -> None:
        new = seed_values.account_of(value)
        self._email, self._account = new.email, None
        for one in self._accounts.all():
            if one.email.casefold() == new.email.casefold():
                if one.imap.host.casefold() != new.imap.host.casefold():
                    self._lists["skipped"].append(new.email)
                    return
                self._account = one.id
        if self._account is None:
            self._account = self._accounts.add(new, None).id
            self._lists["made"].append(new.email)
        self._lists["accounts"].append(new.email)

    def _begin_folder(self, value: object) -> None:
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        folder = self._folder = seed_values.folder_of(value)
        self._merge, self._added = None, False
        account = self._account
        if account is None:
            return
        self._merge = self._database.write(lambda tx: seeds.merge_folder(tx, account, folder))
        if self._merge is None:
            self._lists["skipped"].append(f"{self._email} {folder.path}")
        else:
            self._counts["folders"] += 1

    def _end_folder(self) -> None:
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        self._flush()
        folder, merge, added = self._folder, self._merge, self._added
        if folder is not None and merge is not None:
            self._database.write(lambda tx: seeds.close_folder(tx, merge, folder, added=added))
        self._folder = self._merge = None

    def _part(self, value: dict[str, object]) -> None:
        part = _Part(
            str(value["n"]),
            bytes.fromhex(str(value["h"])),
            number(value["s"]),
            bool(value["here"]),
        )
        if self._merge is None or not self._batch:
            return
        if part.here and part.size > SMALL:
            self._begin_stream(part)
            return
        if self._octets >= BATCH_OCTETS:
            self._flush(keep=True)
        self._batch[-1].parts.append(part)
        self._octets += part.size if part.here else 0

    def _content(self, data: bytes) -> None:
        stream = self._stream
        if stream is not None:
            stream.size += len(data)
            if stream.size > stream.part.size:
                raise sealed.damaged()
            self._hash.update(data)
            blob = stream.blob
            if blob is not None:
                message, number, fetched = stream.message, stream.part.number, stream.size
                self._database.write(
                    lambda tx: reading.append_part(tx, message, number, blob, data, fetched)
                )
        elif self._batch and self._batch[-1].parts:
            self._batch[-1].parts[-1].pieces.append(data)

    # -- great parts -------------------------------------------------------------------------------

    def _begin_stream(self, part: _Part) -> None:
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        uid = self._batch[-1].message.remote.uid
        message = self._flush(keep=True).get(uid)
        self._hash = hashlib.sha256()
        self._stream = stream = _Stream(message or 0, part, None)
        if message is None:
            return
        now = self._clock.now()

        def work(tx: Transaction) -> int | None:
            if part.number == reading.WHOLE:
                reading.note_whole(tx, message)
            if not seeds.lacking_part(tx, message, part.number):
                return None
            if seeds.adopt_part(tx, message, part.number, part.sha256):
                return None
            return reading.begin_part(tx, message, part.number, now)

        stream.blob = self._database.write(work)

    def _end_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        if stream.size != stream.part.size or self._hash.digest() != stream.part.sha256:
            raise sealed.damaged()
        blob, message, digest = stream.blob, stream.message, stream.part.sha256
        if blob is not None:
            self._database.write(lambda tx: reading.finish_part(tx, message, blob, digest))
            self._counts["parts"] += 1

    # -- batches -----------------------------------------------------------------------------------

    def _flush(self, *, keep: bool = False) -> dict[int, int]:
        """Store what waits; UID -> message of it. ``keep``: parts of the last one follow."""
        from mel_desktop.store import seeds  # noqa: PLC0415 seldom

        batch, merge, account = self._batch, self._merge, self._account
        self._batch, self._octets = [], 0
        if keep and batch:
            self._batch = [_Pending(batch[-1].message, again=True)]
        if not batch or merge is None or account is None:
            return {}
        for pending in batch:
            for part in pending.parts:
                if part.here and hashlib.sha256(b"".join(part.pieces)).digest() != part.sha256:
                    raise sealed.damaged()
        packed = {
            part.sha256: blobs.pack(b"".join(part.pieces))
            for pending in batch for part in pending.parts if part.here
        }  # fmt: skip
        now = self._clock.now()

        def work(tx: Transaction) -> tuple[dict[int, int], int, int, int]:
            given = [one.message for one in batch]
            here, added, bodies = seeds.take(tx, account, merge, given, now)
            parts = 0
            for pending in batch:
                message = here.get(pending.message.remote.uid)
                if message is not None:
                    parts += _store_parts(tx, message, pending.parts, packed, now)
            return here, added, bodies, parts

        here, added, bodies, parts = self._database.write(work)
        self._added = self._added or added > 0
        self._counts["messages"] += added
        self._counts["bodies"] += bodies
        self._counts["parts"] += parts
        self._counts["known"] += sum(not one.again for one in batch) - added
        return here


@contextmanager
def _no_seed() -> Iterator[None]:
    """Values that no seed of ours holds, also those that only the database refuses -> DAMAGED."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        raise sealed.damaged() from error


def _store_parts(
    tx: Transaction,
    message: int,
    parts: Sequence[_Part],
    packed: dict[bytes, blobs.Packed],
    now: datetime,
) -> int:
    from mel_desktop.store import seeds  # noqa: PLC0415 seldom

    stored = 0
    for part in parts:
        if part.number == reading.WHOLE:
            reading.note_whole(tx, message)
        if not seeds.lacking_part(tx, message, part.number):
            continue
        if part.here:
            blobs.store_packed(tx, packed[part.sha256], now)
        stored += int(seeds.adopt_part(tx, message, part.number, part.sha256))
    return stored
