"""The checks before a message leaves, as far as the policy leaves them open, and the undo."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app import warning_words
from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.safety import CheckLevel, CheckSetting, WarningCode
from mel_desktop.ui import wording
from mel_desktop.ui.fixed import field_with_note
from mel_desktop.ui.forms import inset
from mel_desktop.ui.language import current
from mel_desktop.ui.spoken import NamedBox

MOST_UNDO_S: Final = 60
MOST_BIG_MB: Final = 1000
HEIGHT: Final = 560
WIDTH: Final = 600


class CheckSettingsDialog(QDialog):
    """One choice a check. What the school's IT has decided is shown, and cannot be changed."""

    def __init__(self, facade: Facade, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Checks before sending"))
        self._facade = facade
        self._before = facade.safety.settings()
        self.boxes: dict[WarningCode, QComboBox] = {}
        self.undo = QSpinBox()
        inset(self.undo)
        self.undo.setRange(0, MOST_UNDO_S)
        self.undo.setSuffix(self.tr(" s"))
        self.undo.setSpecialValueText(self.tr("No undo"))
        self.undo.setValue(self._before.undo_s)
        self._big_before = facade.leaving.big_mail()
        self.big_mail = QSpinBox()
        inset(self.big_mail)
        self.big_mail.setRange(0, MOST_BIG_MB)
        self.big_mail.setSuffix(self.tr(" MB"))
        self.big_mail.setSpecialValueText(self.tr("Never wait"))
        self.big_mail.setValue(self._big_before.megabytes)
        self.big_mail.setToolTip(
            self.tr(
                "On a slow, limited or paid line, messages from this size on wait for a good one; "
                "the others pass them."
            )
        )
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setVisible(False)
        self._lay_out()

    def accept(self) -> None:
        """Keep what was changed."""
        safety = self._facade.safety
        try:
            for one in self._before.checks:
                level = self.boxes[one.code].currentData()
                if not one.is_fixed and level is not one.level:
                    safety.set_check(one.code, level)
            if not self._before.undo_is_fixed and self.undo.value() != self._before.undo_s:
                safety.set_undo(self.undo.value())
            if self.big_mail.value() != self._big_before.megabytes:
                self._facade.leaving.set_big_mail(self.big_mail.value())
        except MelError as error:
            self.note.setText(str(wording.of_error(error)))
            self.note.show()
            return
        super().accept()

    # -- inside ------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 8, 0)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        undo = field_with_note(self.undo, fixed=self._before.undo_is_fixed)
        form.addRow(self.tr("&Undo after sending"), undo)
        big_mail = field_with_note(self.big_mail, fixed=self._big_before.is_fixed)
        form.addRow(self.tr("&Wait for a good line from"), big_mail)
        for one in self._before.checks:
            self.boxes[one.code] = self._box(one)
            row = field_with_note(self.boxes[one.code], fixed=one.is_fixed)
            form.addRow(warning_words.title(one.code, current()), row)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.resize(WIDTH, HEIGHT)

    def _box(self, one: CheckSetting) -> QComboBox:
        box = NamedBox()
        box.setAccessibleName(warning_words.title(one.code, current()))
        if one.is_fixed:
            box.addItem(self._level_words(one.level), one.level)
            return box
        for level in (CheckLevel.OFF, CheckLevel.HINT, CheckLevel.WARN):
            box.addItem(self._level_words(level), level)
        box.setCurrentIndex(int(one.level))
        return box

    def _level_words(self, level: CheckLevel) -> str:
        words = {
            CheckLevel.OFF: self.tr("Not checked"),
            CheckLevel.HINT: self.tr("Said after sending"),
            CheckLevel.WARN: self.tr("Asked before sending"),
            CheckLevel.FORBID: self.tr("Forbidden"),
        }
        return words[level]
