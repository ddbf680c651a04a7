"""Pupils' data in attached files: office documents, PDF, RTF, web pages and messages.

Rule 1: ``sign`` answers at once, and says of a file whose words are not known yet just that.
Rule 2: ``read`` takes the words out in the extractor's process; whoever waits for it sets a limit.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final, Protocol

from mel_desktop.logic import pupil_data
from mel_desktop.logic.document_kinds import document_kind
from mel_desktop.logic.pupil_data import Sign
from mel_desktop.model.documents import DocumentKind, Extracted, ExtractedState
from mel_desktop.model.outgoing import Draft, DraftAttachment
from mel_desktop.store import outgoing
from mel_desktop.store.database import Database, Reader

KINDS: Final = frozenset({
    DocumentKind.PDF, DocumentKind.OFFICE, DocumentKind.RTF, DocumentKind.HTML,
    DocumentKind.MESSAGE,
})  # fmt: skip
SHEETS: Final = frozenset({"xlsx", "xlsm", "xltx", "ods", "ots"})
MOST_KEPT: Final = 500
Names = tuple[tuple[str, ...], ...]


class Texts(Protocol):
    """What services.attachment_texts knows."""

    def text_of(self, blob: int, media_type: str, filename: str) -> Extracted | None:
        """The words of a stored file, taken out now if they were not yet; None: it cannot be."""
        ...


class PupilFiles:
    """Signs in files, each looked for once."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts
        self._guard = threading.Lock()
        self._signs: dict[tuple[int, object], Sign | None] = {}

    def sign(
        self, reader: Reader, current: Draft, one: DraftAttachment, mark: object
    ) -> tuple[Sign | None, bool]:
        """(what was found, whether nobody has looked yet). ``mark``: of the names of pupils."""
        if document_kind(one.media_type, one.filename) not in KINDS or not one.size:
            return None, False
        key = (outgoing.attachment_blob(reader, current.id, one.id), mark)
        with self._guard:
            return self._signs.get(key), key not in self._signs

    def read(self, current: Draft, names: Names, mark: object, year: int) -> None:
        """Look into the files of a draft; takes as long as it takes. Cancelled."""
        for one in current.attachments:
            with self._database.read() as reader:
                _, is_unread = self.sign(reader, current, one, mark)
                blob = outgoing.attachment_blob(reader, current.id, one.id)
            if not is_unread:
                continue
            found = self._texts.text_of(blob, one.media_type, one.filename)
            if found is None:
                continue  # no process to be had: it stays what nobody has looked into
            sign = None
            if found.state is ExtractedState.DONE:
                sign = _sign(found.text, one.filename, names, year)
            with self._guard:
                while len(self._signs) >= MOST_KEPT:
                    del self._signs[next(iter(self._signs))]
                self._signs[blob, mark] = sign


def _sign(text: str, filename: str, names: Sequence[tuple[str, ...]], year: int) -> Sign | None:
    is_sheet = filename.lower().rpartition(".")[2] in SHEETS
    look = pupil_data.in_sheet if is_sheet else pupil_data.in_text
    return look(text, names, year)
