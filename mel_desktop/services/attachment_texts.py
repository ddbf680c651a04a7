"""Text of attachments: taken out in the background, indexed with the message, listed.

Rule 1: only what is wholly here is read; nothing is fetched for it.
Rule 2: no transaction is open while a document is being read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.logic.document_kinds import document_kind
from mel_desktop.model.changes import Area
from mel_desktop.model.documents import (
    AttachmentFilters,
    AttachmentList,
    AttachmentOrder,
    AttachmentRow,
    Document,
    DocumentKind,
    Extracted,
    ExtractedState,
)
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal, MelError, StoreTrouble
from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.ports import Clock, TextExtractor
from mel_desktop.store import attachmenttexts as rows
from mel_desktop.store import blobs, reindexing
from mel_desktop.store.database import Database, Reader, Row, Transaction
from mel_desktop.store.times import from_text

if TYPE_CHECKING:
    from mel_desktop.logic.search_query import Query

log = logging.getLogger("mel.search")

MOST_OCTETS: Final = 50 * 1024 * 1024
BATCH: Final = 100
MOST_ROWS: Final = 1000
MOST_SEARCHED: Final = 2000  # messages with the words, of which the filters choose
_ALL: Final = AttachmentFilters()
LOOKED_AT: Final = 25  # messages whose texts are in memory at once


class AttachmentTexts:
    """The attachments of one profile, as documents."""

    def __init__(
        self,
        database: Database,
        extractor: TextExtractor,
        clock: Clock,
        read_query: Callable[[str], Query],
    ) -> None:
        self._read_query = read_query
        self._database = database
        self._extractor = extractor
        self._clock = clock

    # -- reading -----------------------------------------------------------------------------------

    def read_all(
        self,
        cancelled: Callable[[], bool],
        progress: Callable[[int, int], None] | None = None,
    ) -> int:
        """Read whatever waits, newest first; how many documents. Cancelled."""
        done = 0
        while True:
            with self._database.read() as reader:
                some = rows.waiting(reader, BATCH)
                total = done + (rows.left(reader) if progress is not None else 0)
            if not some:
                break
            for one in some:
                if cancelled():
                    self._extractor.rest()
                    raise Cancelled
                self._read(one)
                done += 1
                if progress is not None:
                    progress(done, max(done, total))
        if done:
            self._extractor.rest()
            log.info("%d attachments were read", done)
        return done

    def chore(self, cancelled: Callable[[], bool]) -> None:
        """``read_all`` as app.keeper calls it."""
        self.read_all(cancelled)

    def text_of(self, blob: int, media_type: str, filename: str) -> Extracted | None:
        """The words of a stored file, taken out now if they were not yet. None: no process can be
        started. Cancelled.
        """
        with self._database.read() as reader:
            known = rows.stored(reader, blob)
            size = blobs.size(reader, blob)
        if known is not None:
            return known
        try:
            self._read(rows.Waiting(blob, media_type, filename, "", size, False))
        except LocalRefusal:
            return None
        self._extractor.rest()
        with self._database.read() as reader:
            return rows.stored(reader, blob)

    def _read(self, one: rows.Waiting) -> None:
        kind = document_kind(one.media_type, one.filename)
        if one.is_message:
            kind = DocumentKind.WHOLE
        if kind is None or one.size == 0:
            found = Extracted(ExtractedState.NOTHING)
        elif one.size > MOST_OCTETS:
            found = Extracted(ExtractedState.TOO_LARGE)
        else:
            try:
                found = self._extractor.extract(
                    Document(kind, one.charset, one.size), self._content(one.blob)
                )
            except (LocalRefusal, StoreTrouble) as error:
                gone = error.facts.get("kind") == "blob"
                if error.code is not ErrorCode.DAMAGED and not gone:
                    raise
                found = Extracted(ExtractedState.FAILED)
        self._database.write(lambda tx: self._keep(tx, one.blob, found))

    def _content(self, blob: int) -> Iterator[bytes]:
        """Drawn to its end before the document is read: the transaction is over by then."""
        with self._database.read() as reader:
            yield from blobs.read(reader, blob)

    def _keep(self, tx: Transaction, blob: int, found: Extracted) -> None:
        holders = rows.put(tx, blob, found, self._clock.now())
        reindexing.index_again(tx, holders)
        if found.text:
            reindexing.index_drafts_with(tx, blob)
        tx.changed(Area.BODIES, messages=holders)

    # -- lists -------------------------------------------------------------------------------------

    def list(
        self,
        query: str = "",
        *,
        limit: int = 200,
        offset: int = 0,
        filters: AttachmentFilters = _ALL,
        order: AttachmentOrder = AttachmentOrder.DATE,
        descending: bool = True,
    ) -> AttachmentList:
        """Attachments newest first or sorted otherwise; with a query those whose name or text it
        finds, sorted by date only. USAGE.
        """
        from mel_desktop.logic.search_query import Query  # noqa: PLC0415 first needed here
        from mel_desktop.store import attachmentlist, search  # noqa: PLC0415 first needed here

        limit = min(limit, MOST_ROWS)
        wanted = self._read_query(query) if query.strip() else Query()
        with self._database.read() as reader:
            unread = rows.left(reader)
            if not wanted.match:
                found_rows = attachmentlist.page(
                    reader, filters, order=order, descending=descending, limit=limit, offset=offset
                )
                return AttachmentList(tuple(map(_row, found_rows)), unread)
            match = f"{{files}} : ({wanted.match})"
            most = offset + limit if filters == _ALL else MOST_SEARCHED
            found = search.find(reader, match, "", search.Filters(), most)
            told = []
            for place in range(0, len(found), LOOKED_AT):
                some = found[place : place + LOOKED_AT]
                passed = attachmentlist.keys_of(reader, filters, some)
                told += [
                    one
                    for one in _matching(reader, match, some)
                    if (one.message, one.part) in passed
                ]
                if len(told) >= offset + limit:
                    break
        return AttachmentList(tuple(told[offset : offset + limit]), unread)

    def unread(self) -> int:
        """How many documents here are still to be read."""
        try:
            with self._database.read() as reader:
                return rows.left(reader)
        except MelError:
            return 0


def _matching(reader: Reader, match: str, messages: Sequence[int]) -> list[AttachmentRow]:
    """Which files of these messages it is that an expression finds."""
    listed = rows.of_messages(reader, messages)
    texts = {one: rows.texts(reader, one) for one in messages}
    words = [
        f"{row[3]!s} {texts[cast('int', row[0])].get(str(row[2]), '')}".strip() for row in listed
    ]
    return [_row(listed[place], snippet) for place, snippet in rows.matching(match, words)]


def _row(row: Row, snippet: str = "") -> AttachmentRow:
    (message, folder, number, filename, media_type, size, local, received_at, subject, name,
     address, state) = row  # fmt: skip
    return AttachmentRow(
        message=MessageId(cast("int", message)),
        folder=FolderId(cast("int", folder)),
        part=str(number),
        filename=str(filename),
        media_type=str(media_type),
        size=cast("int", size),
        local=bool(local),
        received_at=cast("datetime", from_text(received_at)),
        subject=str(subject),
        sender=Address(str(name), str(address)),
        text=None if state is None else ExtractedState(state),
        snippet=snippet,
    )
