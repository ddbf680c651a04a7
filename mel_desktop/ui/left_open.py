"""What was being written when the program was killed is offered again at the next start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftId
from mel_desktop.ui.notice import Notice

if TYPE_CHECKING:
    from mel_desktop.ui.writing_desk import WritingDesk


class LeftOpen(QObject):
    """Keeps in the vault which drafts are in windows; a window that closes takes its draft off."""

    def __init__(self, facade: Facade, notice: Notice, writing: WritingDesk) -> None:
        super().__init__(writing)
        self._facade = facade
        self._notice = notice
        self._writing = writing
        self._left: tuple[DraftId, ...] = ()
        self._noted: tuple[DraftId, ...] = ()
        writing.held.connect(self._note)
        self._offer()

    def open_all(self) -> None:
        """Go on where it stopped."""
        left, self._left = self._left, ()
        self._notice.clear()
        for draft in left:
            self._writing.open_draft(draft)

    def forget(self) -> None:
        """It ends as it should: nothing is offered at the next start."""
        self._left = ()
        self._note()

    def _offer(self) -> None:
        with self._notice.errors():
            self._left = self._noted = tuple(one.id for one in self._facade.revisions.left_open())
        if self._left:
            self._notice.say(
                self.tr("%n draft(s) in the works when Mel Desktop stopped: kept on this PC.",
                        "", len(self._left)),
                button=self.tr("Go on writing"),
                call=self.open_all,
            )  # fmt: skip

    def _note(self) -> None:
        """What was offered and not taken yet stays on the list: the program may be killed again."""
        now = _ids((*self._left, *(one.draft_id() for one in self._writing.composers())))
        if now != self._noted:
            with self._notice.errors():
                self._facade.revisions.note_open(now)
                self._noted = now


def _ids(found: Iterable[DraftId | None]) -> tuple[DraftId, ...]:
    return tuple(sorted({one for one in found if one is not None}))
