"""Brings the readable text of messages: text parts only, newest first, each cut at a size.

Attachments are never fetched here, and a message of 100 MB costs no more than its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from mel_desktop.logic.mime import readable, text_sections
from mel_desktop.model.mail import Part, Role
from mel_desktop.model.sync import Bodies
from mel_desktop.services.isolation import Isolation
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
        isolation = Isolation(run, "text")
        while True:
            with run.database.read() as reader:
                wanted = mailbox.bodiless(
                    reader, folder.id, oldest=oldest, below=below, limit=BATCH
                )
                parts = part_rows.of_messages(reader, [message for message, _ in wanted])
            if not wanted:
                return
            if not selected:
                run.select(folder.path, read_only=True)
                selected = True
            run.expect(len(wanted))
            self._batch(wanted, parts, isolation)
            run.did(len(wanted))
            below = wanted[-1][0]

    def _batch(
        self,
        wanted: Sequence[tuple[int, int]],
        parts: dict[int, tuple[Part, ...]],
        isolation: Isolation,
    ) -> None:
        messages = {uid: message for message, uid in wanted}
        texts = {message: text_sections(parts.get(message, ())) for message, _ in wanted}

        def ask(uids: Sequence[int]) -> Iterable[tuple[int, dict[str, bytes]]]:
            asked = [
                (uid, (HEADER, *(part.number for part in texts[messages[uid]]))) for uid in uids
            ]
            return self._run.server.texts(asked, TEXT_LIMIT)

        for _, answers in isolation.ask([uid for _, uid in wanted], ask):
            self._keep([(messages[uid], found) for uid, found in answers if uid in messages], texts)

    def _keep(
        self,
        answers: Sequence[tuple[int, dict[str, bytes]]],
        texts: dict[int, tuple[Part, ...]],
    ) -> None:
        read = []
        for message, sections in answers:
            found = [(part, sections.get(part.number, b"")) for part in texts[message]]
            cut = any(len(data) >= TEXT_LIMIT and part.size > TEXT_LIMIT for part, data in found)
            read.append((message, readable(found, truncated=cut), sections.get(HEADER, b""), cut))
        now = self._run.now()

        def work(tx: Transaction) -> None:
            for message, text, header, cut in sorted(read, key=lambda one: one[0]):
                reading.put_body(tx, message, text, header, complete=not cut, now=now)

        self._run.database.write(work)
        self._run.bodies += len(read)
