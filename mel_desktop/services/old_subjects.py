"""Messages stored before subjects joined conversations (schema 8) are joined afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mel_desktop.store import threads
from mel_desktop.store.database import Database

logger = logging.getLogger("mel.store")


class OldSubjects:
    """Of one profile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chore(self, cancelled: Callable[[], bool]) -> None:
        """All that is left, in short transactions; where it stands is stored, so that it goes on
        after a stop or a kill. A look when there is nothing.
        """
        with self._database.read() as reader:
            if not threads.lacks_subjects(reader):
                return
        looked_at = 0
        while not cancelled():
            some = self._database.write(threads.fill_subjects)
            if not some:
                logger.info("subjects of %d stored messages were looked at", looked_at)
                return
            looked_at += some
