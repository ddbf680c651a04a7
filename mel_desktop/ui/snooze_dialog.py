"""When messages are to come back: hours with one key, or a date and a time."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime, Signal
from PySide6.QtWidgets import (
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.sending import PresetKind
from mel_desktop.ui import figures, wording

PRESET = Qt.ItemDataRole.UserRole
FIELD_INSET = 6  # a style sheet does not reach the text of a field with arrows


class SnoozeDialog(QDialog):
    """Return on a line of the list, or the fields below."""

    chosen = Signal(object)  # datetime

    def __init__(self, facade: Facade, account: AccountId, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Snooze"))
        text = QLabel(
            self.tr(
                "%n message(s) leave the list and come back on top of it. Other programs see them "
                "unchanged.",
                "",
                number,
            )
        )
        text.setWordWrap(True)
        self.presets = QListWidget(self)
        self.presets.ensurePolished()  # rows are measured once: with the paddings of the theme
        self.presets.setAccessibleName(self.tr("Hours that are offered"))
        self.date = QDateEdit()
        self.date.setCalendarPopup(True)
        self.date.setAccessibleName(self.tr("Date"))
        self.time = QTimeEdit()
        self.time.setAccessibleName(self.tr("Time"))
        self.time.lineEdit().setTextMargins(FIELD_INSET, 0, 0, 0)
        self.note = QLabel()
        self.note.setProperty("wrong", True)
        self.note.hide()
        self._fill(facade, account)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("&Date"), self.date)
        form.addRow(self.tr("&Time"), self.time)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        sleep = buttons.addButton(
            self.tr("&Snooze until then"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        sleep.setDefault(True)
        sleep.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        for widget in (text, self.presets):
            column.addWidget(widget)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.presets.currentItemChanged.connect(self._take)
        self.presets.itemActivated.connect(lambda _: self.accept())
        self.presets.setCurrentRow(0)
        self.presets.setFocus()
        self.resize(460, 420)

    def at(self) -> datetime:
        """The hour that the fields show."""
        moment = QDateTime(self.date.date(), self.time.time())
        return datetime.fromtimestamp(moment.toSecsSinceEpoch()).astimezone()

    def accept(self) -> None:
        """An hour to come."""
        if self.at() <= figures.now():
            self.note.setText(wording.of_reason("hour-in-the-past"))
            self.note.show()
            self.date.setFocus()
            return
        self.chosen.emit(self.at())
        super().accept()

    def _fill(self, facade: Facade, account: AccountId) -> None:
        words = {
            PresetKind.IN_AN_HOUR: self.tr("In an hour"),
            PresetKind.THIS_EVENING: self.tr("This evening"),
            PresetKind.TOMORROW: self.tr("Tomorrow morning"),
            PresetKind.NEXT_SCHOOL_DAY: self.tr("Next school day"),
            PresetKind.MONDAY: self.tr("Next week, Monday morning"),
            PresetKind.AFTER_BREAK: self.tr("After the holidays"),
        }
        for preset in facade.organise.hours(account):
            item = QListWidgetItem(f"{words[preset.kind]} – {figures.long_date(preset.at)}")
            item.setData(PRESET, preset.at)
            self.presets.addItem(item)

    def _take(self) -> None:
        item = self.presets.currentItem()
        if item is not None:
            at: datetime = item.data(PRESET).astimezone()
            with QSignalBlocker(self.date), QSignalBlocker(self.time):
                self.date.setDate(QDate(at.year, at.month, at.day))
                self.time.setTime(QTime(at.hour, at.minute))
