"""A note on somebody: kept while it is written, taken back by one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from mel_desktop.model.people import EntryId

PAUSE_MS: Final = 700
LINES: Final = 3
MOST: Final = 20_000  # characters


class NoteEdit(QWidget):
    """``save``: keeps the text of an entry; it may raise what the pane's notice says."""

    def __init__(self, save: Callable[[EntryId, str], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._save = save
        self._entry: EntryId | None = None
        self._kept = ""
        self._before: list[str] = []
        title = QLabel(self.tr("Notes"))
        title.setProperty("muted", True)
        self.state = QLabel()
        self.state.setProperty("muted", True)
        self.undo = QPushButton(self.tr("Undo the note"))
        self.undo.setAccessibleName(self.tr("Undo the note"))
        self.undo.setProperty("link", True)
        self.undo.clicked.connect(self.take_back)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Notes on this person, kept on this PC only"))
        self.text.setPlaceholderText(self.tr("Free notes, kept on this PC only"))
        self.text.setTabChangesFocus(True)
        height = self.text.fontMetrics().lineSpacing() * LINES + 18
        self.text.setFixedHeight(height)
        self.text.installEventFilter(self)
        line = QHBoxLayout()
        line.addWidget(title)
        line.addWidget(self.state)
        line.addStretch(1)
        line.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.text)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self.text.textChanged.connect(self._on_changed)
        self._tell()

    def show_note(self, entry: EntryId, text: str) -> None:
        """The note of somebody; what was being written of another is kept first."""
        if entry == self._entry:
            if text.strip() == self._kept.strip() or self._is_dirty():
                return  # blanks at the end are not kept, and are being typed
        else:
            self.keep()
            self._before.clear()
        self._entry, self._kept = entry, text
        self._set(text)
        self.state.clear()
        self._tell()

    def keep(self) -> None:
        """Keep what stands there now."""
        self._pause.stop()
        if self._entry is None or not self._is_dirty():
            return
        text = self.text.toPlainText()[:MOST]
        if self._save(self._entry, text):
            self._before.append(self._kept)
            self._kept = text
            self.state.setText(self.tr("kept"))
        self._tell()

    def take_back(self) -> None:
        """The note as it was before the last change that was kept."""
        self._pause.stop()
        if self._is_dirty():
            self._set(self._kept)
        elif self._before and self._entry is not None:
            earlier = self._before[-1]
            if self._save(self._entry, earlier):
                self._before.pop()
                self._kept = earlier
                self._set(earlier)
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaving the field keeps at once."""
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.keep()
        return super().eventFilter(watched, event)

    def _is_dirty(self) -> bool:
        return self.text.toPlainText()[:MOST] != self._kept

    def _set(self, text: str) -> None:
        blocked = self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.blockSignals(blocked)

    def _on_changed(self) -> None:
        self.state.clear()
        self._pause.start()
        self._tell()

    def _tell(self) -> None:
        self.undo.setVisible(bool(self._before) or (self._entry is not None and self._is_dirty()))
