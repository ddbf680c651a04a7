"""Mail out of the store: EML files in folders, one mailbox file (mboxrd), one ZIP archive.

Rule 1: a message that is here whole leaves octet for octet. Another one is put together from what
is here, says so in its header, and is listed where a part is missing. Nothing is invented.
Rule 2: files are whole or not there; memory does not grow with messages.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import Final

from mel_desktop.formats.mail_status import unix_fields
from mel_desktop.logic.compose import AttachedFile, Outgoing
from mel_desktop.logic.inner_parts import container_of
from mel_desktop.logic.mime import text_sections
from mel_desktop.logic.rebuild import rebuild
from mel_desktop.logic.recipients import check
from mel_desktop.logic.winmail import KINDS
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
)
from mel_desktop.model.mail import (
    Address,
    BodyState,
    Flags,
    Folder,
    FolderId,
    Marks,
    MessageId,
    Part,
)
from mel_desktop.model.transfer import ExportDone, ExportKind, Incomplete, TransferProgress
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.saving import file_errors, replacing, write_file
from mel_desktop.store import blobs, mailbox
from mel_desktop.store import reading as rows
from mel_desktop.store.accounts import accounts
from mel_desktop.store.database import Database
from mel_desktop.store.reading import StoredMessage, StoredPart
from mel_desktop.store.times import to_text

NOBODY: Final = Address("", "unknown@unknown.invalid")
CONTENTS: Final = "messages.jsonl"
LARGE: Final = 1 << 30
_RESERVED: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_UNFIT: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Letter:
    """A message on its way out. ``octets`` may be asked for once."""

    id: MessageId
    folder: Folder
    stored: StoredMessage
    octets: Iterator[bytes]
    rebuilt: bool
    missing: int | None  # None: nothing is missing


@dataclass(slots=True)
class _Tally:
    messages: int = 0
    rebuilt: int = 0
    octets: int = 0
    incomplete: list[Incomplete] = field(default_factory=list)
    is_offline: bool = False


class Exporting:
    """Exports of one profile."""

    def __init__(self, database: Database, clock: Clock, reading: ReadingService) -> None:
        self._database = database
        self._clock = clock
        self._reading = reading

    def run(
        self,
        kind: ExportKind,
        target: Path,
        folders: Sequence[FolderId] = (),
        *,
        fetch: bool = False,
        replace: bool = False,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> ExportDone:
        """Write messages of these folders (none: of all). ``fetch``: what is not here is brought.

        USAGE (the file is there) | NOT_WRITABLE | DISK_FULL | Cancelled.
        """
        if kind is not ExportKind.EML and target.exists() and not replace:
            raise LocalRefusal(ErrorCode.USAGE, why="file-exists")
        chosen = self._chosen(folders)
        tally = _Tally()
        letters = self._letters(chosen, tally, fetch=fetch, progress=progress, cancelled=cancelled)
        names = self._names(chosen)
        if kind is ExportKind.EML:
            _write_eml(target, letters, names)
        elif kind is ExportKind.MBOX:
            write_file(target, _mbox(letters))
        else:
            _write_archive(target, letters, names, to_text(self._clock.now()))
        return ExportDone(
            target=str(target),
            kind=kind,
            messages=tally.messages,
            rebuilt=tally.rebuilt,
            octets=tally.octets,
            incomplete=tuple(tally.incomplete),
        )

    # -- inside ------------------------------------------------------------------------------------

    def _chosen(self, folders: Sequence[FolderId]) -> tuple[Folder, ...]:
        with self._database.read() as reader:
            listed = mailbox.folders(reader)
        known = {one.id for one in listed}
        if set(folders) - known:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        return tuple(one for one in listed if not folders or one.id in folders)

    def _names(self, folders: Sequence[Folder]) -> dict[int, tuple[str, ...]]:
        """Names of folders; below the account's address where there are several."""
        with self._database.read() as reader:
            emails = {int(one.id): one.email for one in accounts(reader)}
        several = len({one.account for one in folders}) > 1
        found: dict[int, tuple[str, ...]] = {}
        for one in folders:
            parts = one.path.split(one.delimiter) if one.delimiter else [one.path]
            head = [emails.get(one.account, "")] if several else []
            found[one.id] = (*head, *parts)
        return found

    def _letters(
        self,
        folders: Sequence[Folder],
        tally: _Tally,
        *,
        fetch: bool,
        progress: OnProgress | None,
        cancelled: IsCancelled | None,
    ) -> Iterator[_Letter]:
        expected = sum(one.total for one in folders)
        for folder in folders:
            with self._database.read() as reader:
                ids = mailbox.message_ids(reader, folder.id)
            for message in reversed(ids):
                if cancelled is not None and cancelled():
                    raise Cancelled
                if fetch and not tally.is_offline:
                    self._fetch(message, tally)
                letter = self._letter(message, folder, tally)
                if letter is None:  # gone since the folder was listed
                    continue
                yield letter
                tally.messages += 1
                tally.rebuilt += int(letter.rebuilt)
                if letter.missing is not None:
                    tally.incomplete.append(
                        Incomplete(message, folder.path, letter.stored.subject, letter.missing)
                    )
                if progress is not None:
                    progress(
                        TransferProgress(tally.messages, tally.messages, expected, folder.path)
                    )

    def _fetch(self, message: MessageId, tally: _Tally) -> None:
        with self._database.read() as reader:
            whole = rows.part(reader, message, rows.WHOLE)
            if whole is not None and whole.complete:
                return
            if rows.place(reader, message) is None:
                return
        try:
            self._reading.load_raw(message)
        except ConnectionTrouble:
            tally.is_offline = True
        except MelError as error:
            if error.code in (ErrorCode.DISK_FULL, ErrorCode.DAMAGED, ErrorCode.CANCELLED):
                raise

    def _letter(self, message: MessageId, folder: Folder, tally: _Tally) -> _Letter | None:
        with self._database.read() as reader:
            stored = rows.message(reader, message)
            parts = rows.parts(reader, message)
        if stored is None:
            return None
        whole = next((one for one in parts if one.part.number == rows.WHOLE), None)
        if whole is not None and whole.complete and whole.blob is not None:
            octets = self._counted(partial(self._blob, whole.blob), tally)
            return _Letter(message, folder, stored, octets, rebuilt=False, missing=None)
        pieces, missing = self._rebuilt(stored, parts)
        octets = self._counted(lambda: pieces, tally)
        return _Letter(message, folder, stored, octets, rebuilt=True, missing=missing)

    @staticmethod
    def _counted(source: Callable[[], Iterator[bytes]], tally: _Tally) -> Iterator[bytes]:
        for piece in source():
            tally.octets += len(piece)
            yield piece

    def _blob(self, blob: int) -> Iterator[bytes]:
        with self._database.read() as reader:
            yield from blobs.read(reader, blob)

    def _rebuilt(
        self, stored: StoredMessage, parts: Sequence[StoredPart]
    ) -> tuple[Iterator[bytes], int | None]:
        listed = [one for one in parts if one.part.number != rows.WHOLE]
        texts = text_sections(tuple(one.part for one in listed))
        numbers = {one.number for one in texts}
        whole = {one.part.number for one in listed if one.part.media_type in KINDS}
        files = [
            one for one in listed
            if one.part.number not in numbers and container_of(one.part.number) not in whole
        ]  # fmt: skip
        has_text = stored.body is BodyState.LOCAL
        missing: list[Part] = [one.part for one in files if not one.complete]
        if has_text and not stored.html:
            missing += [one for one in texts if one.media_type == "text/html"]
        elif not has_text:
            missing += texts
        enclosed = [
            AttachedFile(one.part.filename, one.part.media_type, partial(self._blob, one.blob))
            for one in files if one.complete and one.blob is not None
        ]  # fmt: skip
        message = _as_outgoing(stored)
        pieces = rebuild(message, stored.header, enclosed, missing, has_text=has_text)
        is_incomplete = bool(missing) or not has_text
        return pieces, len(missing) if is_incomplete else None


# -- files ----------------------------------------------------------------------------------------


def _write_eml(target: Path, letters: Iterator[_Letter], names: dict[int, tuple[str, ...]]) -> None:
    for letter in letters:
        folder = target.joinpath(*map(_file_name, names[letter.folder.id]))
        with file_errors():
            folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / _eml_name(letter), letter.octets)


def _mbox(letters: Iterator[_Letter]) -> Iterator[bytes]:
    from mel_desktop.formats.mbox import Quoter, from_line  # noqa: PLC0415 seldom

    for letter in letters:
        stored, quoter = letter.stored, Quoter()
        yield from_line(stored.sender.address, stored.received_at)
        yield unix_fields(stored.flags)
        for piece in letter.octets:
            yield quoter.feed(piece)
        yield quoter.finish()


def _write_archive(
    target: Path, letters: Iterator[_Letter], names: dict[int, tuple[str, ...]], now: str
) -> None:
    """EML files and, last, a line of JSON for each: where it lay, its flags, its SHA-256."""
    lines = zlib.compressobj()
    told: list[bytes] = [lines.compress(_line({"format": "mel-archive", "version": 1, "at": now}))]
    with replacing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for letter in letters:
            folders = names[letter.folder.id]
            name = "/".join((*map(_file_name, folders), _eml_name(letter)))
            at = letter.stored.received_at
            entry = zipfile.ZipInfo(name, (max(1980, min(at.year, 2107)), *at.timetuple()[1:6]))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            digest = hashlib.sha256()
            large = letter.stored.size > LARGE
            with archive.open(entry, "w", force_zip64=large) as stream:
                for piece in letter.octets:
                    digest.update(piece)
                    stream.write(piece)
            told.append(lines.compress(_line(_told(letter, name, folders, digest.hexdigest()))))
        told.append(lines.flush())
        inflate = zlib.decompressobj()
        with archive.open(CONTENTS, "w", force_zip64=True) as stream:
            for piece in told:
                stream.write(inflate.decompress(piece))


def _told(letter: _Letter, name: str, folders: Sequence[str], sha256: str) -> dict[str, object]:
    stored = letter.stored
    return {
        "file": name,
        "folder": letter.folder.path,
        "names": list(folders),
        "message_id": stored.message_id,
        "received": to_text(stored.received_at),
        "flags": _flag_names(stored.flags),
        "sha256": sha256,
        "rebuilt": letter.rebuilt,
        "complete": letter.missing is None,
    }


def _line(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _flag_names(flags: Flags) -> list[str]:
    marks = [str(one.name).lower() for one in Marks if one & flags.marks]
    return sorted(marks) + sorted(flags.keywords)


def _eml_name(letter: _Letter) -> str:
    """By date, then subject; the same message has the same name each time."""
    at = letter.stored.received_at
    subject = _file_name(letter.stored.subject)[:60].strip(" .") or "message"
    return f"{at:%Y-%m-%d %H%M%S} {subject} {letter.id}.eml"


def _file_name(name: str) -> str:
    """One name as every file system takes it."""
    kept = " ".join(_UNFIT.sub("_", name.encode("utf-8", "replace").decode()).split())
    kept = "".join(one for one in kept if one.isprintable()).strip(" .")
    while len(kept.encode("utf-8")) > 120:
        kept = kept[:-1]
    kept = kept.strip(" .") or "_"
    return f"_{kept}" if _RESERVED.match(kept) else kept


def _as_outgoing(stored: StoredMessage) -> Outgoing:
    boundary = hashlib.sha256(f"mel rebuilt {stored.id}".encode()).hexdigest()[:32]
    sender = _valid((stored.sender,))
    return Outgoing(
        sender=sender[0] if sender else NOBODY,
        to=_valid(stored.to),
        cc=_valid(stored.cc),
        subject=stored.subject,
        text=stored.text,
        date=stored.sent_at or stored.received_at,
        message_id=stored.message_id,
        boundary=boundary,
        html=stored.html,
        in_reply_to=stored.in_reply_to,
        references=stored.references,
    )


def _valid(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """Those that a header can hold."""
    found: list[Address] = []
    for one in addresses:
        with suppress(LocalRefusal):
            found += check((one,))
    return tuple(found)
