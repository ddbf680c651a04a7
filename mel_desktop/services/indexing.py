"""Sees to it that the indexes are whole: after a migration and after damage they are made anew."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mel_desktop.store import reindexing
from mel_desktop.store.database import Database

log = logging.getLogger("mel.search")


class IndexService:
    """The indexes of one profile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_whole(self) -> bool:
        """Whether search finds all that is here."""
        with self._database.read() as reader:
            return reindexing.is_whole(reader)

    def finish(
        self,
        cancelled: Callable[[], bool],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Index what is not indexed yet, newest first; a look when there is nothing. Cancelled."""
        if self.is_whole():
            return
        log.info("the index is being made")
        reindexing.reindex(self._database, progress=progress, cancelled=cancelled)
        log.info("the index is whole")

    def make_anew(
        self,
        cancelled: Callable[[], bool],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Throw the indexes away and make them again. Cancelled: the rest comes later."""
        self._database.write(reindexing.begin)
        self.finish(cancelled, progress)
