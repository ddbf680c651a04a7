"""A photo made smaller: how large it would be, how long it would take, before it is done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.outgoing import DraftAttachment
from mel_desktop.ui import figures, line_words, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.photos import PRESETS, Photo, shrunk


class PhotoDialog(QDialog):
    """Presets as radio buttons; the largest that is smaller than the photo comes first."""

    chosen = Signal(object)  # Photo

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        attachment: DraftAttachment,
        octets: bytes,
        *,
        account: AccountId,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Shrink the photo"))
        self._facade = facade
        self._account = account
        self._photos: dict[int, Photo] = {}
        self._before = len(octets)
        self.now = paragraph(self._weight(self.tr("Now"), len(octets)))
        self.group = QButtonGroup(self)
        self.choices: dict[int, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        name = paragraph(attachment.filename)
        font = name.font()
        font.setWeight(font.Weight.DemiBold)
        name.setFont(font)
        column.addWidget(name)
        column.addWidget(self.now)
        for longest in PRESETS:
            button = QRadioButton(self.tr("{pixels} pixels: …").format(pixels=longest))
            button.setEnabled(False)
            self.choices[longest] = button
            self.group.addButton(button, longest)
            column.addWidget(button)
        self.note = paragraph(
            self.tr(
                "Place, date and camera (EXIF, GPS) do not go with the smaller photo. The original "
                "comes back with one click as long as this window is open."
            )
        )
        self.note.setProperty("muted", True)
        column.addWidget(self.note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.shrink = buttons.addButton(self.tr("&Shrink"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.shrink.setProperty("primary", True)
        self.shrink.setDefault(True)
        self.shrink.setEnabled(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.setMinimumWidth(460)
        filename = attachment.filename
        bridge.run(
            self,
            lambda: {one: shrunk(filename, octets, one) for one in PRESETS},
            done=self._show,
            failed=self._say,
            local=True,
        )

    def accept(self) -> None:
        """The photo that is chosen."""
        photo = self._photos.get(self.group.checkedId())
        if photo is not None:
            self.chosen.emit(photo)
            super().accept()

    def _show(self, photos: dict[int, Photo]) -> None:
        self._photos = photos
        for longest, photo in photos.items():
            smaller = len(photo.octets) < self._before
            words = self.tr("{width} × {height} pixels").format(
                width=photo.width, height=photo.height
            )
            button = self.choices[longest]
            button.setText(self._weight(words, len(photo.octets)))
            button.setEnabled(smaller)
            if smaller and self.group.checkedId() < 0:
                button.setChecked(True)
                button.setFocus()
        self.shrink.setEnabled(self.group.checkedId() >= 0)
        if self.group.checkedId() < 0:
            self.note.setText(self.tr("This photo is as small as it gets already."))

    def _weight(self, what: str, octets: int) -> str:
        price, _ = self._facade.safety.price_up(self._account, octets * 4 // 3)
        words = self.tr("{what}: {size}").format(what=what, size=figures.size(octets))
        time = line_words.time_up(price)
        return f"{words}, {time}" if time else words

    def _say(self, error: MelError) -> None:
        words = self.tr("This picture cannot be read here.")
        if error.code is not ErrorCode.BAD_FILE:
            words = str(wording.of_error(error))
        self.note.setText(words)
        self.note.setProperty("muted", False)
