"""Mail from files into the store: EML, mbox, Maildir, ZIP, the profile of Thunderbird (with its
address books, services.address_books).

Rule 1: nothing of the source is changed. No server is asked: messages lie on this PC, and where a
folder of the server was chosen they are wished there (want 'append').
Rule 2: an import that was broken off goes on where it was; what is here already is recognised.
Rule 3: one bad message or file does not stop the others: it is told, with file and position.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mel_desktop.formats.line_ends import ToCrlf
from mel_desktop.formats.mail_status import Status, take_out
from mel_desktop.logic.mime import HeaderFields, parse_header
from mel_desktop.logic.mime_dates import parse_date
from mel_desktop.logic.mime_structure import split_structure
from mel_desktop.logic.rebuild import REBUILT
from mel_desktop.logic.whole import Whole, read_whole
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Folder, FolderId, WantKind
from mel_desktop.model.transfer import (
    ImportBox,
    ImportDone,
    ImportPreview,
    Problem,
    SourceKind,
    TransferProgress,
)
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.address_books import AddressBooks
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.letter import UNREADABLE, Letter, Unreadable
from mel_desktop.services.path_words import as_key, as_told
from mel_desktop.store import blobs, imports, localfolders, mailbox, wants
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.imports import Parcel, Run, Step

if TYPE_CHECKING:
    from mel_desktop.services.archives import Archive
    from mel_desktop.services.import_sources import Box, Source

BATCH: Final = 200
BATCH_OCTETS: Final = 4 * 1024 * 1024
GREAT: Final = 4 * 1024 * 1024  # a message above passes through in pieces
APPEND_OCTETS: Final = 1024 * 1024
IMPORTED: Final = f"{localfolders.ROOT}/Importés"
_FIELD: Final = re.compile(rb"^[!-9;-~]{1,200}[ \t]*:", re.MULTILINE)
_EARLIEST: Final = datetime(1980, 1, 1, tzinfo=UTC)

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


@dataclass(slots=True)
class _Work:
    """One import on its way."""

    source: Source
    account: AccountId
    target: Folder | None
    shelf: str
    run: Run
    progress: OnProgress | None
    cancelled: IsCancelled | None
    archive: Archive | None = None
    octets: int = 0
    messages: int = 0
    folders: dict[tuple[str, ...], tuple[int, FolderId | None]] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    """What the next transaction stores of a box."""

    box: Box
    parcels: list[Parcel] = field(default_factory=list)
    octets: int = 0
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)
    position: str = ""


class Importing:
    """Imports of one profile."""

    def __init__(
        self, database: Database, clock: Clock, folders: FolderWishes, books: AddressBooks
    ) -> None:
        self._database = database
        self._clock = clock
        self._folders = folders
        self._books = books

    def preview(
        self, chosen: Path, account: AccountId, folder: FolderId | None = None
    ) -> ImportPreview:
        """What would be read, and where it would go. NOT_FOUND | BAD_FILE."""
        from mel_desktop.services.import_sources import look_at  # noqa: PLC0415 seldom

        source = look_at(chosen)
        target = self._target(account, folder)
        with self._database.read() as reader:
            goes_on = imports.unfinished(
                reader, account, as_key(str(source.root)), "" if target is None else target.path
            )
        boxes = [ImportBox(box.names, box.kind, box.octets) for box in source.boxes]
        boxes += [
            ImportBox((one.label,), SourceKind.ADDRESS_BOOK, one.octets) for one in source.books
        ]
        return ImportPreview(
            source=as_told(str(source.root)),
            kind=source.kind,
            boxes=tuple(boxes),
            octets=source.octets,
            target=_shelf(source) if target is None else target.path,
            goes_on=goes_on is not None,
        )

    def run(
        self,
        chosen: Path,
        account: AccountId,
        folder: FolderId | None = None,
        *,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> ImportDone:
        """Import; goes on where an earlier one of the same was broken off. Cancelled | DISK_FULL"""
        from mel_desktop.services.archives import Archive  # noqa: PLC0415 seldom
        from mel_desktop.services.import_sources import look_at  # noqa: PLC0415 seldom

        source = look_at(chosen)
        target = self._target(account, folder)
        run, resumed = self._begin(source, account, "" if target is None else target.path)
        shelf = _shelf(source)
        work = _Work(source, account, target, shelf, run, progress, cancelled)
        if source.problems and not resumed:
            self._database.write(
                lambda tx: imports.step(tx, Step(run.id, "", "", 0, source.problems))
            )
        books = self._books.take(source.books, as_told(source.root.name), progress, cancelled)
        with ExitStack() as held:
            if source.kind is SourceKind.ARCHIVE:
                work.archive = held.enter_context(Archive(source.root))
            for box in source.boxes:
                self._box(work, box)
        now = self._clock.now()
        self._database.write(lambda tx: imports.finish(tx, run.id, now), durable=True)
        with self._database.read() as reader:
            end = imports.counts(reader, run.id)
            problems = imports.problems(reader, run.id)
        return ImportDone(
            source=as_told(str(source.root)),
            kind=source.kind,
            folder=shelf if target is None else target.path,
            imported=end.imported,
            duplicates=end.duplicates,
            left_out=end.left_out,
            problems=(*problems, *books.problems),
            resumed=resumed,
            waits_for_server=target is not None and not target.local and end.imported > 0,
            book=books.source,
            contacts=books.contacts,
            lists=books.lists,
        )

    # -- inside ------------------------------------------------------------------------------------

    def _target(self, account: AccountId, folder: FolderId | None) -> Folder | None:
        if folder is None:
            return None
        with self._database.read() as reader:
            found = mailbox.folder(reader, folder)
        if found is None or found.account != account:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        if not found.selectable:
            raise LocalRefusal(ErrorCode.USAGE, why="folder-holds-no-messages")
        return found

    def _begin(self, source: Source, account: AccountId, target: str) -> tuple[Run, bool]:
        now = self._clock.now()

        def work(tx: Transaction) -> tuple[Run, bool]:
            root = as_key(str(source.root))
            known = imports.unfinished(tx, account, root, target)
            if known is not None:
                imports.take_up(tx, known)
                return known, True
            made = imports.begin(tx, account, root, target, now)
            return imports.counts(tx, made), False

        return self._database.write(work)

    def _box(self, work: _Work, box: Box) -> None:
        print_ = _fingerprint(work.source.root, box)
        path = as_key(box.path)
        with self._database.read() as reader:
            unit = imports.unit(reader, work.run.id, path)
        if unit.fingerprint != print_ or not (unit.position or unit.done):
            run = work.run.id
            self._database.write(lambda tx: imports.begin_unit(tx, run, path, print_))
            unit = imports.Unit(print_, "", done=False)
        if unit.done:
            work.octets += box.octets
            return
        before = work.octets
        if unit.position.isdecimal():
            work.octets += int(unit.position)
        batch = _Batch(box, position=unit.position)
        for one in _letters(work, box, unit.position):
            if work.cancelled is not None and work.cancelled():
                self._flush(work, batch)
                raise Cancelled
            if isinstance(one, Problem):
                batch.problems.append(one)
            else:
                self._try(work, batch, one)
            if len(batch.parcels) >= BATCH or batch.octets >= BATCH_OCTETS:
                self._flush(work, batch)
        self._flush(work, batch, done=True)
        work.octets = before + box.octets
        self._tell(work, "/".join(box.names), 0)

    def _try(self, work: _Work, batch: _Batch, letter: Letter) -> None:
        try:
            self._take(work, batch, letter)
        except Unreadable:
            run = work.run.id
            self._database.write(lambda tx: imports.drop_blob(tx, run))  # of half a great one
            batch.problems.append(Problem(letter.path, letter.position, UNREADABLE))
            batch.position = letter.after or batch.position

    def _take(self, work: _Work, batch: _Batch, letter: Letter) -> None:
        """Read one message into the batch. Unreadable."""
        from mel_desktop.services.import_sources import EML  # noqa: PLC0415 seldom

        pieces = letter.pieces
        if not letter.is_exact:
            ends = ToCrlf()
            pieces = chain(map(ends.feed, letter.pieces), _last(ends))
        head: list[bytes] = []
        size = 0
        for piece in pieces:
            head.append(piece)
            size += len(piece)
            if size > GREAT:
                break
        raw, status = b"".join(head), Status()
        if not letter.is_exact:
            raw, status = take_out(raw, unix=letter.unix)
        if letter.status.flags != Flags() or letter.status.deleted:
            status = _joined(letter.status, status)
        is_mail = bool(_FIELD.search(raw[: 64 * 1024].split(b"\r\n\r\n", 1)[0]))
        if raw.startswith(b"\r\n") and letter.path.lower().endswith(EML):
            is_mail = bool(raw.strip())  # a header may be empty (RFC 822 B.1)
        if status.deleted or not is_mail:
            for piece in pieces:
                size += len(piece)
            if status.deleted:
                batch.left_out += 1
            else:
                reason = "no-header" if raw.strip() else "empty"
                batch.problems.append(Problem(letter.path, letter.position, reason))
        elif size > GREAT:
            self._flush(work, batch)
            batch.parcels.append(self._great(work, letter, status, chain((raw,), pieces)))
            batch.octets += BATCH_OCTETS  # stored at once
            _compare(letter, batch)
        else:
            fields = parse_header(raw)
            packed = blobs.pack(raw)
            batch.parcels.append(
                _parcel(read_whole(raw), fields, status, packed.sha256, len(raw)).dated(
                    self._date(letter, fields), packed=packed
                )
            )
            batch.octets += size
            _compare(letter, batch)
        work.octets += size
        batch.position = letter.after

    def _great(
        self, work: _Work, letter: Letter, status: Status, pieces: Iterator[bytes]
    ) -> Parcel:
        """A message that does not stand in memory: stored as it is read, and counted."""
        from mel_desktop.formats.skeleton import Skeleton  # noqa: PLC0415 seldom

        now = self._clock.now()
        run = work.run.id
        blob = self._database.write(lambda tx: imports.begin_blob(tx, run, now))
        digest, skeleton = hashlib.sha256(), Skeleton()
        for block in _blocks(pieces):
            digest.update(block)
            skeleton.feed(block)
            self._database.write(lambda tx, block=block: blobs.append(tx, blob, block))  # type: ignore[misc]
            self._tell(work, letter.path, skeleton.total)
            if work.cancelled is not None and work.cancelled():
                raise Cancelled
        data = skeleton.finish()
        whole = read_whole(data)
        parts = tuple(
            replace(one.part, size=one.part.size + skeleton.left_out(one.start, one.end))
            for one in split_structure(data)
        )
        fields = parse_header(data)
        made = _parcel(replace(whole, parts=parts), fields, status, digest.digest(), skeleton.total)
        return made.dated(self._date(letter, fields), blob=blob)

    def _flush(self, work: _Work, batch: _Batch, *, done: bool = False) -> None:
        step = Step(
            work.run.id,
            as_key(batch.box.path),
            batch.position,
            batch.left_out,
            tuple(batch.problems),
            done=done,
        )
        if batch.parcels:
            shelf, target = self._places(work, batch.box.names)
            now = self._clock.now()

            def store(tx: Transaction) -> None:
                ids = imports.store(tx, work.account, shelf, batch.parcels, work.run.id, now)
                if target is not None:
                    wants.add(tx, [(one, WantKind.APPEND, "", target) for one in ids], now)
                    mailbox.refresh(tx, ids)
                imports.step(tx, step)

            self._database.write(store)
            work.messages += len(batch.parcels)
        elif batch.left_out or batch.problems or done:
            self._database.write(lambda tx: imports.step(tx, step))
        batch.parcels.clear()
        batch.problems.clear()
        batch.octets = batch.left_out = 0
        self._tell(work, "/".join(batch.box.names), 0)

    def _places(self, work: _Work, names: tuple[str, ...]) -> tuple[int, FolderId | None]:
        """(the shelf, the folder of the server that is wished) for a box."""
        known = work.folders.get(names)
        if known is not None:
            return known
        target = work.target
        base = target.path if target is not None and target.local else work.shelf
        path = localfolders.DELIMITER.join((base, *names))
        shelf = self._database.write(lambda tx: localfolders.ensure(tx, work.account, path))
        wished: FolderId | None = None
        if target is not None and not target.local:
            wished = self._server_folder(target, names)
        work.folders[names] = (shelf, wished)
        return shelf, wished

    def _server_folder(self, target: Folder, names: tuple[str, ...]) -> FolderId:
        folder = FolderId(target.id)
        path = target.path
        for name in names:
            path = f"{path}{target.delimiter or '/'}{name.replace(target.delimiter or '/', '_')}"
            with self._database.read() as reader:
                listed = mailbox.folders(reader, target.account)
            found = next((one.id for one in listed if one.path == path), None)
            folder = found or self._folders.create(target.account, path)
        return folder

    def _date(self, letter: Letter, fields: HeaderFields) -> datetime:
        """When it came: as the mailbox says, the last server, the sender, the file."""
        received = fields.headers.get("received", ())
        told = [parse_date(received[0].rsplit(";", 1)[-1])] if received else []
        told.append(fields.date)
        told.insert(0 if letter.is_sure else len(told), letter.dated)
        now = self._clock.now()
        latest = now + timedelta(days=1)
        found = next((one for one in told if one and _EARLIEST <= one <= latest), now)
        return found.replace(microsecond=0)

    def _tell(self, work: _Work, where: str, more: int) -> None:
        if work.progress is not None:
            done = min(work.octets + more, work.source.octets)
            messages = work.run.imported + work.run.duplicates + work.messages
            work.progress(TransferProgress(messages, done, work.source.octets, where))


def _parcel(
    whole: Whole, fields: HeaderFields, status: Status, sha256: bytes, size: int
) -> _Undated:
    return _Undated(whole, fields, status, sha256, size)


@dataclass(frozen=True, slots=True)
class _Undated:
    """A parcel before it is known when it came."""

    whole: Whole
    fields: HeaderFields
    status: Status
    sha256: bytes
    size: int

    def dated(
        self, at: datetime, *, packed: blobs.Packed | None = None, blob: int | None = None
    ) -> Parcel:
        return Parcel(
            fields=self.fields,
            header=self.whole.header,
            parts=self.whole.parts,
            text=self.whole.text,
            flags=self.status.flags,
            received_at=at,
            size=self.size,
            sha256=self.sha256,
            packed=packed,
            blob=blob,
            rebuilt=REBUILT.lower() in self.fields.headers,
        )


def _joined(first: Status, second: Status) -> Status:
    marks = first.flags.marks | second.flags.marks
    keywords = first.flags.keywords | second.flags.keywords
    return Status(Flags(marks, keywords), first.deleted or second.deleted)


def _letters(work: _Work, box: Box, position: str) -> Iterator[Letter | Problem]:
    from mel_desktop.services.letters import letters  # noqa: PLC0415 seldom

    if work.archive is not None:
        return work.archive.letters(box.path, position)
    return letters(work.source.root, box, position)


def _compare(letter: Letter, batch: _Batch) -> None:
    """Tell that the message just taken is not the one that was exported."""
    if letter.sha256 and batch.parcels[-1].sha256.hex() != letter.sha256:
        batch.problems.append(Problem(letter.path, 0, "archive-differs"))


def _last(ends: ToCrlf) -> Iterator[bytes]:
    """What was held back, asked for once all else has come."""
    if rest := ends.finish():
        yield rest


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same octets in blocks of about a megabyte."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= APPEND_OCTETS:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _shelf(source: Source) -> str:
    """Where it goes when no folder is chosen."""
    name = source.root.stem if source.root.is_file() else source.root.name
    name = as_told(name)
    kept = "".join(" " if one in "/*%\\" or not one.isprintable() else one for one in name)
    return f"{IMPORTED}/{' '.join(kept.split())[:60] or '_'}"


def _fingerprint(root: Path, box: Box) -> str:
    path = root if box.kind is SourceKind.ARCHIVE or not box.path else root / box.path
    try:
        found = path.stat()
    except OSError:
        return "-"
    return f"{found.st_size}:{found.st_mtime_ns}" if path.is_file() else "folder"
