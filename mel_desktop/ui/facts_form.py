"""Facts about somebody: a name and a value a line, copied with the mouse; or links to press."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.ui.flow_layout import FlowLayout

Link = tuple[str, str, Callable[[], object] | None]  # words, what is said of it, what it does


class FactsForm(QWidget):
    """Emptied and filled with each person."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(14)
        self._form.setVerticalSpacing(5)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)

    def clear(self) -> None:
        """Nobody is shown."""
        while self._form.rowCount():
            self._form.removeRow(0)

    def text(self) -> str:
        """All that is said, a line a fact: what a screen reader would meet."""
        labels = [one.text() for one in self.findChildren(QLabel)]
        buttons = [one.text() for one in self.findChildren(QPushButton)]
        return "\n".join(one for one in (*labels, *buttons) if one)

    def add(self, name: str, value: str) -> None:
        """A fact; nothing for an empty value."""
        if not value:
            return
        shown = QLabel()
        shown.setTextFormat(Qt.TextFormat.PlainText)
        shown.setText(value)
        shown.setWordWrap(True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._form.addRow(self._name(name), shown)

    def add_links(self, name: str, links: Sequence[Link]) -> None:
        """People or classes that may be gone to; without a call they are words."""
        if not links:
            return
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for words, about, call in links:
            if call is None:
                label = QLabel(f"{words} – {about}" if about else words)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                column.addWidget(label)
                continue
            button = QPushButton(words.replace("&", "&&"))
            button.setProperty("link", True)
            button.setStyleSheet("text-align: left; padding: 1px 0px;")
            button.setAccessibleName(f"{words}, {about}" if about else words)
            button.clicked.connect(lambda _=False, do=call: do())
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            if about:
                below = QLabel(about)
                below.setTextFormat(Qt.TextFormat.PlainText)
                below.setWordWrap(True)
                below.setProperty("muted", True)
                column.addWidget(below)
        self._form.addRow(self._name(name), box)

    def add_flow(self, name: str, links: Sequence[Link]) -> None:
        """Many people, side by side."""
        if not links:
            return
        box = QWidget()
        flow = FlowLayout(box, spacing=4)
        flow.setContentsMargins(0, 0, 0, 0)
        for words, about, call in links:
            button = QPushButton(f"{words} ({about})" if about else words)
            button.setText(button.text().replace("&", "&&"))
            button.setProperty("link", True)
            button.setStyleSheet("text-align: left; padding: 1px 8px 1px 0px;")
            button.setAccessibleName(f"{words}, {about}" if about else words)
            if call is not None:
                button.clicked.connect(lambda _=False, do=call: do())
            flow.addWidget(button)
        label = self._name(name)
        self._form.addRow(label)
        self._form.addRow(box)

    @staticmethod
    def _name(name: str) -> QLabel:
        label = QLabel(name)
        label.setProperty("muted", True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        return label
