"""Files of a draft beyond attaching: out of memory, other names, others in their place, aside.

A revision never changes: each of these makes a new one, and the old one keeps what it listed.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path, PurePath

from mel_desktop.logic.compose import safe_filename
from mel_desktop.logic.html_reading import CONTENT_ID
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.letter import PICTURE_TYPES
from mel_desktop.model.outgoing import Draft, DraftAttachment, DraftId, DraftState
from mel_desktop.ports import Clock
from mel_desktop.services.drafting import MAX_FILES_BYTES, opened_file
from mel_desktop.services.saving import write_file
from mel_desktop.store import blobs, outgoing
from mel_desktop.store.database import Database, Transaction


class DraftFiles:
    """Files of the drafts of one profile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, draft: DraftId, name: str, octets: bytes, *, media_type: str = "") -> int:
        """A file that is in memory (from the clipboard, a message); its id. TOO_LARGE | USAGE."""
        return self._put(draft, name, octets, media_type, None)

    def add_picture(
        self, draft: DraftId, name: str, octets: bytes, *, media_type: str, content_id: str
    ) -> int:
        """A picture that will stand in the text under this content id. TOO_LARGE | USAGE."""
        if media_type not in PICTURE_TYPES or not CONTENT_ID.fullmatch(content_id):
            raise LocalRefusal(ErrorCode.USAGE, why="no-picture")
        return self._put(draft, name, octets, media_type, None, content_id)

    def read_outside(self, file: Path) -> bytes:
        """All of a file that is not in the vault. BAD_FILE | TOO_LARGE."""
        with opened_file(file) as (chunks, size):
            if size > MAX_FILES_BYTES:
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILES_BYTES)
            return b"".join(chunks)

    def picture(self, draft: DraftId, content_id: str) -> bytes:
        """A picture that stands in the text, or stood there before. NOT_FOUND."""
        with self._database.read() as reader:
            current = outgoing.draft(reader, draft)
            found = next((one.id for one in current.attachments if one.content_id == content_id), 0)
            found = found or outgoing.pictures(reader, draft).get(content_id, 0)
            return b"".join(blobs.read(reader, outgoing.attachment_blob(reader, draft, found)))

    def replace(
        self, draft: DraftId, attachment: int, name: str, octets: bytes, *, media_type: str = ""
    ) -> int:
        """The same in the place of another one, which older revisions keep. NOT_FOUND."""
        return self._put(draft, name, octets, media_type, attachment)

    def swap(self, draft: DraftId, attachment: int, older: int) -> Draft:
        """A file that an older revision lists, in the place of the one that replaced it."""

        def work(tx: Transaction) -> Draft:
            current = self._editable(tx, draft)
            _found(current, attachment)
            outgoing.attachment_blob(tx, draft, older)
            return self._list(tx, current, _put_in(current, attachment, older))

        return self._database.write(work, durable=True)

    def originals(self, draft: DraftId) -> dict[int, int]:
        """Files that stand in the place of others -> these, for ``swap``. NOT_FOUND."""
        with self._database.read() as reader:
            return outgoing.originals(reader, draft)

    def rename(self, draft: DraftId, attachment: int, name: str) -> Draft:
        """Another name; its ending stays where the new one has none. NOT_FOUND | USAGE."""
        if not name.strip():
            raise LocalRefusal(ErrorCode.USAGE, why="file-name-empty")

        def work(tx: Transaction) -> Draft:
            current = self._editable(tx, draft)
            old = _found(current, attachment)
            new = safe_filename(name.strip())
            if not PurePath(new).suffix:
                new += PurePath(old.filename).suffix
            if new == old.filename:
                return current
            made = outgoing.insert_attachment(
                tx,
                draft,
                new,
                old.media_type,
                old.size,
                outgoing.attachment_blob(tx, draft, attachment),
                content_id=old.content_id,
                original=outgoing.originals(tx, draft).get(attachment),
            )
            return self._list(tx, current, _put_in(current, attachment, made))

        return self._database.write(work, durable=True)

    def octets(self, draft: DraftId, attachment: int) -> bytes:
        """All of a file. NOT_FOUND."""
        return b"".join(self.chunks(draft, attachment))

    def chunks(self, draft: DraftId, attachment: int) -> Iterator[bytes]:
        """The octets of a file, piece by piece. NOT_FOUND."""
        with self._database.read() as reader:
            yield from blobs.read(reader, outgoing.attachment_blob(reader, draft, attachment))

    def write(self, draft: DraftId, attachment: int, target: Path) -> int:
        """Save a file outside; its size. NOT_FOUND | DISK_FULL | NOT_WRITABLE."""
        return write_file(target, self.chunks(draft, attachment))

    # -- inside ------------------------------------------------------------------------------------

    def _put(
        self,
        draft: DraftId,
        name: str,
        octets: bytes,
        media_type: str,
        instead_of: int | None,
        content_id: str = "",
    ) -> int:
        name = safe_filename(name)
        kind = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        packed = blobs.pack(octets)

        def work(tx: Transaction) -> int:
            current = self._editable(tx, draft)
            old = None if instead_of is None else _found(current, instead_of)
            gone = 0 if old is None else old.size
            place = content_id if old is None else old.content_id
            total = sum(one.size for one in current.attachments) - gone + packed.size
            if total > MAX_FILES_BYTES:
                raise LocalRefusal(ErrorCode.TOO_LARGE, limit=MAX_FILES_BYTES)
            blob = blobs.store_packed(tx, packed, self._clock.now())
            made = outgoing.insert_attachment(
                tx,
                draft,
                name,
                kind,
                packed.size,
                blob,
                content_id=place,
                original=instead_of,
            )
            if instead_of is None:
                files = [*(one.id for one in current.attachments), made]
            else:
                files = _put_in(current, instead_of, made)
            self._list(tx, current, files)
            return made

        return self._database.write(work, durable=True)

    def _editable(self, tx: Transaction, draft: DraftId) -> Draft:
        current = outgoing.draft(tx, draft)
        if current.state is not DraftState.EDITING:
            raise LocalRefusal(ErrorCode.USAGE, why=f"draft-{current.state.value}")
        return current

    def _list(self, tx: Transaction, current: Draft, files: list[int]) -> Draft:
        outgoing.add_revision(tx, current.id, current.content, files, self._clock.now())
        return outgoing.draft(tx, current.id)


def _found(current: Draft, attachment: int) -> DraftAttachment:
    found = next((one for one in current.attachments if one.id == attachment), None)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="attachment")
    return found


def _put_in(current: Draft, old: int, new: int) -> list[int]:
    return [new if one.id == old else one.id for one in current.attachments]
