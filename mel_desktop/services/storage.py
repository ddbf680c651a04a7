"""Room on this PC: the view, what may go, compaction; and the quiet chores that keep it small."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.model.storage import Compacted, Freed, Going, StorageView, Stuff
from mel_desktop.ports import Clock
from mel_desktop.services.quiet import Quiet
from mel_desktop.services.retention import Retentions
from mel_desktop.store import blobs, compaction, keeping, retention
from mel_desktop.store.database import Database, Transaction

log = getLogger("mel.storage")

MOST_BLOBS: Final = 100  # of one transaction
MERGE_S: Final = 2.0  # of the index, at a time
AGAIN_S: Final = 6 * 3600.0  # after a compaction, done or not
DATABASE: Final = ("store.db",)
JOURNALS: Final = ("store.db-wal", "store.db-shm")
RESERVE: Final = "store.reserve"

Progress = Callable[[int, int], None]


class StorageService:
    """Room of one profile."""

    def __init__(self, database: Database, clock: Clock, retentions: Retentions) -> None:
        self._database = database
        self._clock = clock
        self._retentions = retentions
        self._quiet = Quiet(database, clock)
        self._compact_after = 0.0

    # -- the view ------------------------------------------------------------------------------

    def view(self) -> StorageView:
        """What takes room. Some tenths of a second on a large mailbox: not on a screen's thread."""
        from mel_desktop.store import storage  # noqa: PLC0415 first needed here

        begun = self._clock.monotonic()
        with self._database.read() as reader:
            pages = storage.pages(reader)
            found = storage.contents(reader)
            folders = storage.by_folder(reader, found)
            heaviest = storage.heaviest(reader, found)
            proposals = storage.proposals(reader, found, self._clock.now())
            duplicates, saved = storage.duplicates(found)
            stuff = {
                Stuff.TEXTS: sum(found.texts.values()),
                Stuff.ATTACHMENTS: sum(found.blobs.get(blob, 0) for blob in found.owners),
                Stuff.INDEX: storage.index(reader, "message_fts")
                + storage.index(reader, "draft_fts")
                + storage.extracted(reader),
                Stuff.DIRECTORY: storage.directory(reader),
                Stuff.WRITING: storage.writing(reader, found),
            }
        rest = pages.total - pages.free - sum(stuff.values())
        stuff[Stuff.ROWS] = max(0, rest)
        stuff[Stuff.FREE] = pages.free
        stuff |= self._files()
        return StorageView(
            stuff=tuple((kind, stuff.get(kind, 0)) for kind in Stuff),
            folders=folders,
            heaviest=heaviest,
            proposals=proposals,
            duplicates=duplicates,
            duplicates_saved=saved,
            disk_free=shutil.disk_usage(self._database.path.parent).free,
            seconds=self._clock.monotonic() - begun,
        )

    def _files(self) -> dict[Stuff, int]:
        """Files of the profile beside the database."""
        found = {Stuff.JOURNAL: 0, Stuff.RESERVE: 0, Stuff.OUTSIDE: 0}
        root = self._database.path.parent
        for folder, _, names in os.walk(root):
            for name in names:
                here = Path(folder) == root
                if here and name in DATABASE:
                    continue
                kind = Stuff.OUTSIDE
                if here and name in JOURNALS:
                    kind = Stuff.JOURNAL
                elif here and name == RESERVE:
                    kind = Stuff.RESERVE
                with suppress(OSError):  # gone meanwhile
                    found[kind] += (Path(folder) / name).stat().st_size
        return found

    # -- what may go ---------------------------------------------------------------------------

    def free(
        self,
        what: Sequence[Going],
        progress: Progress | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Freed:
        """Let these go from this PC, step by step; opening brings them back. Cancelled: the rest
        stays.
        """
        expected = {one.what: one.messages for one in self.view().proposals if one.what in what}
        total = Freed()
        for one in what:
            while True:
                if cancelled():
                    raise Cancelled
                freed = self._database.write(partial(self._free_some, what=one))
                if not freed.messages:
                    break
                total = Freed(total.messages + freed.messages, total.octets + freed.octets)
                if progress is not None:
                    progress(total.messages, max(total.messages, sum(expected.values())))
        return total

    def _free_some(self, tx: Transaction, what: Going) -> Freed:
        from mel_desktop.store import storage  # noqa: PLC0415 first needed here

        now = self._clock.now()
        if what is Going.OLD_FILES:
            leaving = retention.by_hand(tx, now, before=now - storage.OLD)
        else:
            leaving = retention.by_hand(tx, now, roles=(storage.ROLES[what],))
        return retention.let_go(tx, leaving, now, by_hand=True)

    # -- compaction ----------------------------------------------------------------------------

    def compact(
        self,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Compacted:
        """Give free pages back to the disk. DISK_FULL says what room the copy needs."""
        self._compact_after = self._clock.monotonic() + AGAIN_S
        done = compaction.compact(self._database, progress=progress, cancelled=cancelled)
        log.info("compacted: %d octets, %d before", done.after, done.before)
        return done

    # -- chores --------------------------------------------------------------------------------

    def tend(self, stopping: Callable[[], bool]) -> None:
        """What the keeper calls once a minute: rules of retention; when all is quiet, the index
        and the free pages.
        """
        self._database.write(keeping.tidy)
        while self._retentions.tend().messages and not stopping():
            pass  # each is some small transactions; others come between
        if not self._quiet.is_quiet() or stopping():
            return
        self._drop_unused(stopping)
        self._merge(stopping)
        self._compact_when_due(stopping)

    def _drop_unused(self, stopping: Callable[[], bool]) -> None:
        """Attachments of messages that went, some at a time."""
        while not stopping():
            with self._database.read() as reader:
                some = blobs.unused(reader, MOST_BLOBS)
            if not some:
                return
            self._database.write(partial(blobs.drop_these, ids=some))

    def _merge(self, stopping: Callable[[], bool]) -> None:
        with self._database.read() as reader:
            if not compaction.wants_merge(reader):
                return
        end = self._clock.monotonic() + MERGE_S
        while not stopping() and self._clock.monotonic() < end:
            if not self._database.write(compaction.merge_step):
                return

    def _compact_when_due(self, stopping: Callable[[], bool]) -> None:
        if self._clock.monotonic() < self._compact_after:
            return
        with self._database.read() as reader:
            if not compaction.is_worth_it(reader):
                return
        self._compact_after = self._clock.monotonic() + AGAIN_S

        def not_now() -> bool:
            return stopping() or not self._quiet.is_quiet()

        try:
            done = compaction.compact(self._database, cancelled=not_now, insist=False)
        except Cancelled:
            return
        except MelError as error:
            if error.code in (ErrorCode.PROFILE_BUSY, ErrorCode.DISK_FULL):
                log.info("no compaction: %s", error.code.text)
                return
            raise
        log.info("compacted: %d octets, %d before", done.after, done.before)
