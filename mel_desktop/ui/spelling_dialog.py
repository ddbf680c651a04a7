"""Words of one's own: added, removed, taken from a list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme


class OwnWordsDialog(QDialog):
    """What is done is kept at once."""

    changed = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("My words"))
        self._facade = facade
        self._bridge = bridge
        self.notice = Notice(theme, self)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(self.tr("A word that is no mistake"))
        self.typed.setAccessibleName(self.tr("New word"))
        self.typed.textChanged.connect(self._enable)
        self.add = QPushButton(self.tr("&Add"))
        self.add.setDefault(True)
        self.add.clicked.connect(self._add)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("My words"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._enable)
        self.remove = QPushButton(self.tr("&Remove"))
        self.remove.clicked.connect(self._remove)
        self.take = QPushButton(self.tr("Take from a &list…"))
        self.take.setToolTip(self.tr("A text file with one word a line"))
        self.take.clicked.connect(self._choose_list)
        self._lay_out()
        self._read()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.typed, 1)
        top.addWidget(self.add)
        below = QHBoxLayout()
        below.addWidget(self.remove)
        below.addWidget(self.take)
        below.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addLayout(below)
        column.addWidget(buttons)
        self.finished.connect(self.deleteLater)
        self.resize(420, 440)

    def _read(self) -> None:
        with self.notice.errors():
            words = self._facade.spelling.words()
            self.list.clear()
            self.list.addItems(words)
        self._enable()

    def _enable(self) -> None:
        self.add.setEnabled(bool(self.typed.text().strip()))
        self.remove.setEnabled(bool(self.list.selectedItems()))

    def _add(self) -> None:
        with self.notice.errors():
            self._facade.spelling.add_word(self.typed.text())
            self.typed.clear()
            self._end()

    def _remove(self) -> None:
        with self.notice.errors():
            for item in self.list.selectedItems():
                self._facade.spelling.remove_word(item.text())
            self._end()

    def _choose_list(self) -> None:
        dialog = QFileDialog(self, self.tr("Take words from a list"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_list(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take_list(self, path: Path) -> None:
        """Keep the words of a file."""
        self._bridge.run(
            self,
            lambda: self._facade.spelling.take_list(path),
            done=self._taken,
            failed=self.notice.say_error,
            local=True,
        )

    def _taken(self, count: int) -> None:
        self.notice.say(self.tr("%n new word(s)", "", count))
        self._end()

    def _end(self) -> None:
        self._read()
        self.changed.emit()
