"""Does in the window what another program asked for: a letter to an address, a message file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from mel_desktop.model.errors import MelError
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.notice import Tone

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.file_window import FileWindow
    from mel_desktop.ui.main_window import MainWindow


class RequestsDesk(QObject):
    """Opens composers and file windows; sends nothing."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        window.actions_.open_file.triggered.connect(lambda: self.choose_file())

    def take(self, requests: Sequence[str]) -> None:
        """Bring the window forward, and do what was asked."""
        from mel_desktop.app import asked  # noqa: PLC0415 first needed here

        bring_forward(self._window)
        for request in requests:
            path = asked.file_of(request)
            if path is None:
                self.write(request)
            else:
                self.open_file(path)

    def write(self, address: str) -> Composer | None:
        """A composer with what a mailto: address asks for; what was left out is said."""
        from mel_desktop.app import asked  # noqa: PLC0415 first needed here

        notice = self._window.notice
        try:
            wanted = asked.read_mailto(address)
        except MelError as error:
            notice.say_error(error)
            return None
        if not self._facade.accounts():
            notice.say(self.tr("Add an account first: then this letter can be written."))
            return None
        composer = self._window.compose(wanted.content)
        words = []
        if any(name.startswith("attach") for name in wanted.left_out):
            words.append(self.tr("The link wanted to attach a file: that was not done."))
        elif wanted.left_out:
            names = ", ".join(wanted.left_out)
            words.append(self.tr("Not taken over from the link: {names}.").format(names=names))
        if wanted.bad:
            words.append(self.tr("%n address(es) of the link were left out.", "", wanted.bad))
        if words:
            shown = composer.notice if composer is not None else notice
            shown.say(" ".join(words), Tone.WARNING)
        return composer

    def open_file(self, path: Path) -> FileWindow | None:
        """A message file in a window of its own."""
        from mel_desktop.ui.file_window import FileWindow  # noqa: PLC0415 start-up time

        try:
            file = self._facade.message_files.open(path)
        except MelError as error:
            self._window.notice.say_error(error)
            return None
        window = self._window
        shown = FileWindow(
            self._facade, window.theme, file, plain=window.mail.reader.prefers_plain, parent=window
        )
        shown.write_to.connect(self.write)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    def choose_file(self) -> QFileDialog:
        """Ask which file."""
        names = self.tr("Messages (*.eml)")
        dialog = QFileDialog(self._window, self.tr("Open a message file"), "", names)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.open()
        return dialog

    def new_letter(self) -> Composer | None:
        """An empty letter, from wherever it was asked for."""
        return self._window.compose(DraftContent())


def bring_forward(window: MainWindow) -> None:
    """Seen and in front, whether it was minimised or put away."""
    if window.isMinimized():
        window.showNormal()
    window.show()
    window.raise_()
    window.activateWindow()
