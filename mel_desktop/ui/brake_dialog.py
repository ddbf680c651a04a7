"""The brake: a server shows far fewer messages than before, and nothing was forgotten here yet.

Rule: the choice that forgets is never the one that Return, Escape or a closed window makes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.links import Brake
from mel_desktop.ui import figures
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme

WIDTH: Final = 560


class BrakeWords(QObject):
    """What a brake says. An object for its ``tr`` with plurals only."""

    def what(self, brake: Brake) -> str:
        """What the server no longer shows."""
        if brake.whole:
            return self.tr(
                "The server no longer shows the folder “{folder}”, which holds {total} messages "
                "here."
            ).format(folder=brake.path, total=figures.count(brake.total))
        return self.tr(
            "The server no longer shows {missing} of the {total} messages of the folder “{folder}”."
        ).format(
            missing=figures.count(brake.missing),
            total=figures.count(brake.total),
            folder=brake.path,
        )

    def banner(self, brakes: Sequence[Brake]) -> str:
        """One sentence for all."""
        safe = self.tr("Nothing was erased here.")
        if len(brakes) == 1:
            return f"{self.what(brakes[0])} {safe}"
        many = self.tr("The server no longer shows much of %n folder(s).", "", len(brakes))
        return f"{many} {safe}"


class BrakeDialog(QDialog):
    """One braked folder at a time, with three ways on."""

    accepted_for = Signal(object)  # Brake: these messages may go
    kept_for = Signal(object)  # Brake: keep, look again
    show_asked = Signal(object)  # Brake: which messages?

    def __init__(self, brakes: Sequence[Brake], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("The server shows fewer messages"))
        self._brakes = tuple(brakes)
        self._words = BrakeWords(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Folders"))
        for one in brakes:
            item = QListWidgetItem(theme.icons.icon("folder"), one.path)
            self.list.addItem(item)
        self.list.setVisible(len(brakes) > 1)
        self.list.setFixedHeight(min(3, len(brakes)) * (self.fontMetrics().height() + 12) + 8)
        icon = QLabel()
        icon.setPixmap(theme.icons.pixmap("warning", 28, self.devicePixelRatioF()))
        self.what = paragraph(strong=True, selectable=True)
        self.why = paragraph(selectable=True)
        self.why.setText(
            self.tr(
                "Nothing was erased here. It may be a trouble of the server, a folder emptied by "
                "another program, or a clean-up by your académie. If you do not expect it, keep "
                "your messages: they stay on this PC and the server is looked at again."
            )
        )
        texts = QVBoxLayout()
        texts.setSpacing(8)
        texts.addWidget(self.what)
        texts.addWidget(self.why)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.list)
        column.addLayout(head)
        column.addLayout(self._make_buttons())
        self.list.currentRowChanged.connect(self._say)
        self.list.setCurrentRow(0)
        self.resize(WIDTH, column.totalHeightForWidth(WIDTH))
        self.keep.setFocus()

    def _make_buttons(self) -> QHBoxLayout:
        self.keep = QPushButton(self.tr("&Keep and look again"))
        self.keep.setProperty("primary", True)
        self.keep.setDefault(True)
        self.see = QPushButton(self.tr("&Open the folder"))
        self.accept_button = QPushButton(self.tr("&Accept the deletion"))
        self.accept_button.setProperty("danger", True)
        for button, tell in (
            (self.keep, self.kept_for.emit),
            (self.see, self.show_asked.emit),
            (self.accept_button, self.accepted_for.emit),
        ):
            button.setAutoDefault(button is self.keep)
            button.clicked.connect(lambda _=False, call=tell: self._decide(call))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.accept_button)
        row.addStretch(1)
        row.addWidget(self.see)
        row.addWidget(self.keep)
        return row

    def brake(self) -> Brake:
        """The one that is shown."""
        return self._brakes[max(0, self.list.currentRow())]

    def _say(self) -> None:
        self.what.setText(self._words.what(self.brake()))

    def _decide(self, tell: Callable[[Brake], None]) -> None:
        brake = self.brake()
        self.accept()
        tell(brake)
