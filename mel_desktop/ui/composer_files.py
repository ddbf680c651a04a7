"""The files of a draft: one card each, what they weigh now and once sent."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from mel_desktop.model.outgoing import DraftAttachment
from mel_desktop.ui import figures
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.theme import Theme

WIRE_GROWTH: Final = 4 / 3  # base64: attachments grow by a third on the way


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

    def show_files(self, attachments: tuple[DraftAttachment, ...]) -> None:
        """Cards for these, instead of those before."""
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.size_label:
                widget.hide()
                widget.deleteLater()
        for attachment in attachments:
            self._flow.addWidget(self._card(attachment))
        self._flow.addWidget(self.size_label)
        total = sum(one.size for one in attachments)
        self.size_label.setText(
            self.tr("{size}, about {wire} once sent (+33 %)").format(
                size=figures.size(total), wire=figures.size(int(total * WIRE_GROWTH))
            )
        )
        self.setVisible(bool(attachments))

    def _card(self, attachment: DraftAttachment) -> QWidget:
        card = QFrame(self)
        card.setObjectName("attachment")
        card.setToolTip(attachment.filename)
        name = QLabel()
        name.setTextFormat(Qt.TextFormat.PlainText)
        middle = Qt.TextElideMode.ElideMiddle
        shown = name.fontMetrics().elidedText(attachment.filename, middle, 260)
        name.setText(f"{shown}  ({figures.size(attachment.size)})")
        remove = QToolButton()
        remove.setIcon(self._theme.icons.icon("close"))
        remove.setIconSize(QSize(14, 14))
        words = self.tr("Remove {name}").format(name=attachment.filename)
        remove.setToolTip(words)
        remove.setAccessibleName(words)
        remove.clicked.connect(lambda: self.remove_asked.emit(attachment))
        row = QHBoxLayout(card)
        row.setContentsMargins(10, 3, 4, 3)
        row.addWidget(name)
        row.addWidget(remove)
        card.show()
        return card
