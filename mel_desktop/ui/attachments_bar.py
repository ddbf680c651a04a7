"""Attachments under a message: what they are, whether they are here, fetch and save."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.theme import Theme

NAME_WIDTH: Final = 240


def safe_name(name: str) -> str:
    """A file name that stays in the folder chosen and opens nothing by its look."""
    kept = "".join("_" if one in '/\\:*?"<>|' or not one.isprintable() else one for one in name)
    return kept.strip(" .")[:150] or "attachment"


class AttachmentCard(QFrame):
    """One attachment."""

    save_asked = Signal(object)  # Part

    def __init__(self, part: Part, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attachment")
        self.part = part
        name = part.filename or self.tr("(unnamed)")
        self.setToolTip(f"{name}\n{part.media_type}")
        icon = QLabel()
        picture = "image" if part.media_type.startswith("image/") else "file"
        icon.setPixmap(theme.icons.pixmap(picture, 20, self.devicePixelRatioF()))
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(
            label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, NAME_WIDTH)
        )
        self._facts = QLabel()
        self._facts.setProperty("muted", True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of {name}").format(name=name))
        self._progress.hide()
        self._save = QPushButton(self.tr("Save…"))
        self._save.setProperty("link", True)
        self._save.setIcon(theme.icons.icon("save"))
        self._save.setAccessibleName(self.tr("Save the attachment {name}").format(name=name))
        self._save.clicked.connect(lambda: self.save_asked.emit(self.part))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label)
        words.addWidget(self._facts)
        words.addWidget(self._progress)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(icon)
        row.addLayout(words)
        row.addWidget(self._save)
        self.show_facts(local=part.local)

    def show_facts(self, *, local: bool) -> None:
        """Size, and where it is."""
        decoded = self.part.size
        if not self.part.local and self.part.encoding == "base64":
            decoded = self.part.size * 3 // 4
        where = self.tr("on this PC") if local else self.tr("on the server")
        self._facts.setText(f"{figures.size(decoded)} · {where}")

    def show_progress(self, done: int, expected: int) -> None:
        """While it is being fetched."""
        self._save.setEnabled(False)
        self._progress.show()
        self._progress.setMaximum(max(expected, 1))
        self._progress.setValue(min(done, max(expected, 1)))

    def end_progress(self) -> None:
        """Fetched, or not."""
        self._progress.hide()
        self._save.setEnabled(True)


class AttachmentsBar(QWidget):
    """All attachments of the message shown. Hidden when there are none."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Attachments"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._message: MessageId | None = None
        self._cards: list[AttachmentCard] = []
        self._flow = FlowLayout(self, spacing=6)
        self._flow.setContentsMargins(16, 6, 16, 6)
        self.hide()

    def show_parts(self, message: MessageId | None, parts: Sequence[Part]) -> None:
        """Show the attachments of a message."""
        if message == self._message and [card.part for card in self._cards] == list(parts):
            return
        self._message = message
        for card in self._cards:
            self._flow.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for part in parts:
            card = AttachmentCard(part, self._theme, self)
            card.save_asked.connect(self._on_save)
            self._flow.addWidget(card)
            card.show()
            self._cards.append(card)
        self.setVisible(bool(self._cards))

    def cards(self) -> tuple[AttachmentCard, ...]:
        """What is shown."""
        return tuple(self._cards)

    def save_to(self, part: Part, target: Path) -> None:
        """Save, fetching first if the octets are not here."""
        message = self._message
        if message is None:
            return
        card = next((one for one in self._cards if one.part.number == part.number), None)
        if part.local or card is None:
            self._write(message, part, target)
            return
        shown = card

        def progress(done: int, expected: int) -> None:  # on an engine thread
            self._bridge.post(lambda: self._show_progress(message, part, done, expected))

        def done(_: None) -> None:
            shown.end_progress()
            shown.show_facts(local=True)
            self._write(message, part, target)

        def failed(error: MelError) -> None:
            shown.end_progress()
            self._notice.say_error(error)

        shown.show_progress(0, part.size)
        self._bridge.run(
            shown,
            lambda: self._facade.fetch_attachment(message, part.number, progress),
            done=done,
            failed=failed,
        )

    def _show_progress(self, message: MessageId, part: Part, done: int, expected: int) -> None:
        if message == self._message:
            for card in self._cards:
                if card.part.number == part.number:
                    card.show_progress(done, expected)

    def _write(self, message: MessageId, part: Part, target: Path) -> None:
        def done(octets: int) -> None:
            self._notice.say(
                self.tr("{name} saved ({size}).").format(
                    name=target.name, size=figures.size(octets)
                ),
                Tone.INFO,
            )

        self._bridge.run(
            self,
            lambda: self._facade.save_attachment(message, part.number, target),
            done=done,
            failed=self._notice.say_error,
        )

    def _on_save(self, part: Part) -> None:
        dialog = QFileDialog(self, self.tr("Save the attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(safe_name(part.filename))
        dialog.fileSelected.connect(lambda name: self.save_to(part, Path(name)))
        dialog.open()
