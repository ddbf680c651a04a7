"""Brings the readable text of messages: text parts only, newest first, each cut at a size.

Attachments are never fetched here, and a message of 100 MB costs no more than its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from mel_desktop.logic.mime import readable, text_sections
from mel_desktop.model.errors import ServerSaid
from mel_desktop.model.mail import Part, Role
from mel_desktop.model.sync import Bodies
from mel_desktop.services.syncrun import SyncRun
from mel_desktop.store import mailbox, reading
from mel_desktop.store import parts as part_rows
from mel_desktop.store.database import Transaction
from mel_desktop.store.syncstate import FolderState

TEXT_LIMIT: Final = 64 * 1024
BATCH: Final = 50
UNWANTED: Final = (Role.JUNK, Role.TRASH)  # read there on demand only
HEADER: Final = "HEADER"


class BodySync:
    """Texts of one account's folders, as far as the options ask for them."""

    def __init__(self, run: SyncRun) -> None:
        self._run = run

    def newest(self, folder: FolderState, number: int, *, selected: bool = False) -> None:
        """The texts of the newest messages, whatever their age. ``selected``: the folder is."""
        if self._run.options.bodies is Bodies.NONE:
            return
        with self._run.database.read() as reader:
            newest = mailbox.page(reader, folder.id, limit=number, offset=0)
        if newest:
            self._folder(folder, newest[-1].id, selected=selected)

    def folder(self, folder: FolderState) -> None:
        """The texts of a folder that the options ask for, newest first."""
        bodies = self._run.options.bodies
        if bodies is Bodies.NONE or (bodies is Bodies.RECENT and folder.role in UNWANTED):
            return
        since = self._run.now() - timedelta(days=self._run.options.window_days)
        self._folder(folder, 0 if bodies is Bodies.ALL else mailbox.first_id(since))

    def _folder(self, folder: FolderState, oldest: int, *, selected: bool = False) -> None:
        run = self._run
        below: int | None = None
        while True:
            with run.database.read() as reader:
                wanted = mailbox.bodiless(
                    reader, folder.id, oldest=oldest, below=below, limit=BATCH
                )
                parts = part_rows.of_messages(reader, [message for message, _ in wanted])
            if not wanted:
                return
            if not selected:
                run.server.select(folder.path, read_only=True)
                selected = True
            run.expect(len(wanted))
            self._batch(folder, wanted, parts)
            run.did(len(wanted))
            below = wanted[-1][0]

    def _batch(
        self,
        folder: FolderState,
        wanted: Sequence[tuple[int, int]],
        parts: dict[int, tuple[Part, ...]],
    ) -> None:
        messages = {uid: message for message, uid in wanted}
        texts = {message: text_sections(parts.get(message, ())) for message, _ in wanted}
        asked = [
            (uid, (HEADER, *(part.number for part in texts[message]))) for message, uid in wanted
        ]
        try:
            answers = list(self._run.server.texts(asked, TEXT_LIMIT))
        except ServerSaid as error:
            if len(wanted) == 1:  # this one message cannot be had; the others can
                self._run.fail(error, folder.path)
                return
            half = len(wanted) // 2
            self._batch(folder, wanted[:half], parts)
            self._batch(folder, wanted[half:], parts)
            return
        read = []
        for uid, sections in answers:
            message = messages.get(uid)
            if message is None:
                continue
            found = [(part, sections.get(part.number, b"")) for part in texts[message]]
            cut = any(len(data) >= TEXT_LIMIT and part.size > TEXT_LIMIT for part, data in found)
            read.append((message, readable(found, truncated=cut), sections.get(HEADER, b""), cut))
        now = self._run.now()

        def work(tx: Transaction) -> None:
            for message, text, header, cut in sorted(read, key=lambda one: one[0]):
                reading.put_body(tx, message, text, header, complete=not cut, now=now)

        self._run.database.write(work)
        self._run.bodies += len(read)
