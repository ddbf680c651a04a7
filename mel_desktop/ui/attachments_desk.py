"""Keys and menu entries of attachments: look at one, save all, go to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.notice import Tone

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.main_window import MainWindow


class AttachmentsDesk(QObject):
    """In the message that is read, or in the list of all attachments where that is shown."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        self._bar = window.mail.reader.attachments
        acts = window.actions_
        acts.look.triggered.connect(lambda: self.look())
        acts.save_files.triggered.connect(lambda: self.save_all())
        acts.to_files.triggered.connect(lambda: self.go())
        self._bar.contact_asked.connect(window.people.add_contact)

    def _in_list(self) -> bool:
        return self._window.late.is_shown(Place.ATTACHMENTS)

    def _has_some(self) -> bool:
        if self._bar.cards():
            return True
        self._window.notice.say(self.tr("No attachment in the message that is read."), Tone.INFO)
        return False

    def look(self) -> None:
        """At the chosen one."""
        if self._in_list():
            self._window.attachments.look()
        elif self._has_some():
            self._bar.look()

    def save_all(self) -> None:
        """Of the message, or those chosen in the list."""
        if self._in_list():
            self._window.attachments.ask_save()
        elif self._has_some():
            self._bar.save_all()

    def go(self) -> None:
        """The keyboard to the first attachment."""
        if not self._in_list() and self._has_some():
            self._bar.focus_first()
