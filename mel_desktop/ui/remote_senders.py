"""Senders whose remote images are always shown: looked at, and taken off the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme


class RemoteSendersDialog(QDialog):
    """What is taken off is asked again at the next message."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Senders whose images are shown"))
        self._facade = facade
        self.notice = Notice(theme, self)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("muted", True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Senders whose images are shown"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.remove = QPushButton(self.tr("&Remove"))
        self.remove.clicked.connect(self._remove)
        self.list.itemSelectionChanged.connect(self._set_enabled)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.remove, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self._note)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.resize(460, 360)
        self._read()

    def _read(self) -> None:
        self.list.clear()
        with self.notice.errors():
            self.list.addItems(list(self._facade.remote.senders()))
        if self._facade.remote.is_never():
            words = self.tr("Your establishment does not let remote images be shown.")
        elif self.list.count():
            words = self.tr(
                "Senders whose remote images are always shown. Tracking images never are."
            )
        else:
            words = self.tr("Nobody yet: images are blocked until you show them.")
        self._note.setText(words)
        self._set_enabled()

    def _set_enabled(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))

    def _remove(self) -> None:
        with self.notice.errors():
            for item in self.list.selectedItems():
                self._facade.remote.forget_sender(item.text())
        self._read()
