"""The head of a card: picture or initials, name, and what the person is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mel_desktop.model.mail import Address
from mel_desktop.ui.avatar import Avatar
from mel_desktop.ui.forms import muted
from mel_desktop.ui.theme import Theme

PICTURE: Final = 72
MOST_PIXELS: Final = 16_000_000  # a picture that would fill the memory is not shown


class CardHead(QWidget):
    """``name`` and ``subtitle`` are plain text."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.avatar = Avatar(theme)
        self.picture = QLabel()
        self.picture.setAccessibleName(self.tr("Picture of the person"))
        self.picture.hide()
        self.name = QLabel()
        self.name.setWordWrap(True)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        font = self.name.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setWeight(font.Weight.DemiBold)
        self.name.setFont(font)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.subtitle = muted()
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.subtitle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_person(self, name: str, address: str, subtitle: str, photo: bytes = b"") -> None:
        """Show this one."""
        self.name.setText(name)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        self.avatar.show_person(Address(name, address))
        image = QImage()
        shown = bool(photo) and image.loadFromData(photo)
        shown = shown and 0 < image.width() * image.height() <= MOST_PIXELS
        if shown:
            ratio = self.devicePixelRatioF()
            pixmap = QPixmap.fromImage(image).scaledToHeight(
                round(PICTURE * ratio), Qt.TransformationMode.SmoothTransformation
            )
            pixmap.setDevicePixelRatio(ratio)
            self.picture.setPixmap(pixmap)
        self.picture.setVisible(shown)
        self.avatar.setVisible(not shown)
