"""Opens what the directory holds; says once a day that last year's families are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.people import EntryId
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.records_dialog import RecordsDialog


class RecordsDesk(QObject):
    """Opened, never waited for."""

    import_asked = Signal()

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, action: QAction, window: QWidget
    ) -> None:
        super().__init__(window)
        action.triggered.connect(lambda: self.open())
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._window = window
        self._dialog: RecordsDialog | None = None
        self._has_told = False

    def open(self) -> RecordsDialog:
        """The dialog; the one that is open comes forward."""
        from mel_desktop.ui.records_dialog import RecordsDialog  # noqa: PLC0415 seldom

        if self._dialog is None:
            dialog = RecordsDialog(self._facade, self._bridge, self._theme, self._window)
            dialog.import_asked.connect(self.import_asked)
            dialog.finished.connect(self._on_gone)
            dialog.destroyed.connect(self._on_gone)
            self._dialog = dialog
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def open_person(self, entry: EntryId) -> RecordsDialog:
        """With one person."""
        dialog = self.open()
        dialog.show_person(entry)
        return dialog

    def watch(self, pages: QStackedWidget, pane: QWidget, notice: Notice) -> None:
        """Once a session, when the directory is looked at: say that a list is of another year."""
        pages.currentChanged.connect(
            lambda _: self._on_page(notice) if pages.currentWidget() is pane else None
        )

    def _on_page(self, notice: Notice) -> None:
        if not self._has_told:
            with notice.errors():
                self._has_told = self.remind(notice)

    def remind(self, notice: Notice) -> bool:
        """Where lists of an earlier year are still shown: say so, with the way out."""
        outdated = self._facade.records.holdings().outdated
        if outdated:
            notice.say(
                self.tr("%n list(s) with classes or families are of an earlier school year.", "",
                        len(outdated)),
                button=self.tr("School year…"),
                call=self._come,
            )  # fmt: skip
        return bool(outdated)

    def _come(self) -> None:
        self.open()

    def _on_gone(self, _: object = None) -> None:
        self._dialog = None
