"""Where the program was when it was closed: the folder, the message, the letters being written.

Kept beside the geometry, as numbers only; what they stand for is in the vault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.outgoing import DraftId
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.interface_choice import RESUME, is_on

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.main_window import MainWindow

FOLDER, PLACE, MESSAGE, DRAFTS = (
    f"resume/{name}" for name in ("folder", "place", "message", "drafts")
)
MOST_LETTERS: Final = 10


class ResumeDesk(QObject):
    """Keeps it when the window closes; goes back there when it is asked to."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window

    def note(self) -> None:
        """What is shown now, in numbers; the closing window asks while all is there."""
        settings, window = self._window.settings, self._window
        for name in (FOLDER, PLACE, MESSAGE, DRAFTS):
            settings.remove(name)
        target = window.tree.target()
        if isinstance(target, Place):
            settings.setValue(PLACE, target.value)
        elif isinstance(target, int):
            settings.setValue(FOLDER, int(target))
            read = window.mail.reader.message()
            if read is not None:
                settings.setValue(MESSAGE, int(read.id))
        drafts = []
        for composer in window.writing.composers()[:MOST_LETTERS]:
            if composer.draft_id() is not None or composer.is_edited:
                composer.save()
            draft = composer.draft_id()
            if draft is not None:
                drafts.append(str(int(draft)))
        if drafts:
            settings.setValue(DRAFTS, " ".join(drafts))

    def bring_back(self) -> None:
        """Show it again, as far as it is still there."""
        settings, window = self._window.settings, self._window
        if not is_on(settings, RESUME):
            return
        place = str(settings.value(PLACE, ""))
        folder, message = _number(settings.value(FOLDER)), _number(settings.value(MESSAGE))
        if place in {one.value for one in Place}:
            window.go(Place(place))
        elif folder is not None and self._is_there(folder):
            window.go(FolderId(folder))
            if message is not None:
                window.mail.view.select(MessageId(message))
        with window.notice.errors():
            there = {int(one.id) for one in self._facade.drafts()}
            self._write_on(there)

    def _is_there(self, folder: int) -> bool:
        found = False
        with self._window.notice.errors():
            found = any(int(one.id) == folder for one in self._facade.folders())
        return found

    def _write_on(self, there: set[int]) -> None:
        settings, window = self._window.settings, self._window
        for word in str(settings.value(DRAFTS, "")).split()[:MOST_LETTERS]:
            draft = _number(word)
            if draft in there and draft is not None:
                window.open_draft(DraftId(draft))


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
