"""The files of a draft: one card each, what they weigh now and once sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from mel_desktop.model.outgoing import DraftAttachment
from mel_desktop.model.risky import is_refused
from mel_desktop.model.safety import FileNature
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.theme import Theme

WIRE_GROWTH: Final = 4 / 3  # base64: attachments grow by a third on the way

NOTHING: Final = FileNature()


class _Remove(QToolButton):
    """The button that takes a file off; Del does it too."""

    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
            return
        super().keyPressEvent(event)


class FilesBar(QWidget):
    """Hidden while there is no file."""

    remove_asked = Signal(object)  # DraftAttachment

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Attachments"))
        self._flow = FlowLayout(self, spacing=6)
        self._flow.setContentsMargins(14, 6, 14, 6)
        self.size_label = QLabel()
        self.size_label.setProperty("muted", True)
        self._flow.addWidget(self.size_label)
        self.hide()

    def show_files(
        self,
        attachments: tuple[DraftAttachment, ...],
        natures: Mapping[int, FileNature] | None = None,
        *,
        limit: int = 0,
        seconds: float | None = None,
    ) -> None:
        """Cards for these, instead of those before. ``limit``: octets that the server takes;
        ``seconds``: what sending them takes on the present line.
        """
        natures = natures or {}
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.size_label:
                widget.hide()
                widget.deleteLater()
        for attachment in attachments:
            self._flow.addWidget(self._card(attachment, natures.get(attachment.id, NOTHING)))
        self._flow.addWidget(self.size_label)
        total = sum(one.size for one in attachments)
        wire = int(total * WIRE_GROWTH)
        words = [
            self.tr("{size}, about {wire} once sent (+33 %)").format(
                size=figures.size(total), wire=figures.size(wire)
            )
        ]
        if limit:
            words.append(
                self.tr("more than the {limit} that the server takes")
                if wire > limit
                else self.tr("of {limit} at most")
            )
            words[-1] = words[-1].format(limit=figures.size(limit))
        if seconds is not None:
            words.append(self.tr("{time} on this line").format(time=line_words.about(seconds)))
        self.size_label.setText(", ".join(words))
        self.setVisible(bool(attachments))

    def _card(self, attachment: DraftAttachment, nature: FileNature) -> QWidget:
        card = QFrame(self)
        card.setObjectName("attachment")
        card.setToolTip(attachment.filename)
        name = QLabel()
        name.setTextFormat(Qt.TextFormat.PlainText)
        middle = Qt.TextElideMode.ElideMiddle
        shown = name.fontMetrics().elidedText(attachment.filename, middle, 260)
        name.setText(f"{shown}  ({figures.size(attachment.size)})")
        flag = self._flag(attachment, nature)
        if flag:
            name.setText(f"{name.text()}  ⚠ {flag}")
            card.setToolTip(f"{attachment.filename}\n{flag}")
        remove = _Remove(self)
        remove.setIcon(self._theme.icons.icon("close"))
        remove.setIconSize(QSize(14, 14))
        words = self.tr("Remove {name}").format(name=attachment.filename)
        remove.setToolTip(words)
        remove.setAccessibleName(words)
        remove.delete_pressed.connect(remove.click)
        remove.clicked.connect(lambda: self.remove_asked.emit(attachment))
        row = QHBoxLayout(card)
        row.setContentsMargins(10, 3, 4, 3)
        row.addWidget(name)
        row.addWidget(remove)
        card.show()
        return card

    def _flag(self, attachment: DraftAttachment, nature: FileNature) -> str:
        """What many servers refuse; "" for an ordinary file."""
        if is_refused(attachment.filename):
            return self.tr("a program: most servers refuse it")
        if nature.inside:
            return self.tr("holds a program: most servers refuse it")
        if nature.lock:
            return self.tr("locked: the national mail service refuses it")
        return ""
