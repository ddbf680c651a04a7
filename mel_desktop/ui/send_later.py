"""Send later: hours with one key, a date and a time, a reminder if no answer comes."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QDateTime,
    QEvent,
    QObject,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
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
from mel_desktop.model.errors import MelError
from mel_desktop.model.sending import HoursFacts, Preset, PresetKind
from mel_desktop.ui import figures, wording
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.quiet_hours import QuietHoursDialog
from mel_desktop.ui.spoken import NamedBox

translate = QCoreApplication.translate

REMIND_DAYS = 7
FIELD_INSET = 6  # a style sheet does not reach the text of a field with arrows
PRESET = Qt.ItemDataRole.UserRole


class SendLaterDialog(QDialog):
    """Choose an hour: a key on a line of the list, or the fields below."""

    chosen = Signal(object, object)  # datetime, and datetime | None of the reminder

    def __init__(
        self,
        facade: Facade,
        account: AccountId,
        parent: QWidget,
        *,
        at: datetime | None = None,
        may_remind: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Send later"))
        self._facade = facade
        self._account = account
        self._facts = facade.leaving.hours(account)
        self.presets = QListWidget()
        self.presets.setAccessibleName(self.tr("Hours that are offered"))
        self.date = QDateEdit()
        self.date.setCalendarPopup(True)
        self.date.setAccessibleName(self.tr("Date"))
        self.time = QTimeEdit()
        self.time.setAccessibleName(self.tr("Time"))
        self.time.lineEdit().setTextMargins(FIELD_INSET, 0, 0, 0)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setAccessibleName(self.tr("What is known of that hour"))
        self.zone = zone_box(self._facts)
        self.remind = QCheckBox(self.tr("&Remind me if no answer has come by"))
        self.remind_day = day_field(self.tr("Day of the reminder"))
        self.remind_day.setEnabled(False)
        self._build(may_remind)
        self._fill(at)
        self.presets.currentItemChanged.connect(self._take_preset)
        self.presets.itemActivated.connect(lambda _: self.accept())
        self.presets.installEventFilter(self)
        self.date.dateChanged.connect(self._say)
        self.time.timeChanged.connect(self._say)
        self.remind.toggled.connect(self.remind_day.setEnabled)
        self.zone.activated.connect(self._set_zone)
        self.presets.setFocus()

    def at(self) -> datetime:
        """The hour that the fields show."""
        moment = QDateTime(self.date.date(), self.time.time())
        return datetime.fromtimestamp(moment.toSecsSinceEpoch()).astimezone()

    def remind_at(self) -> datetime | None:
        """The end of the day of the reminder."""
        if not self.remind.isChecked():
            return None
        return self._facade.leaving.by(self._account, self.remind_day.date().toPython())  # type: ignore[arg-type]

    def accept(self) -> None:
        """An hour to come is chosen."""
        if self.at() <= figures.now():
            self.note.setText(wording.of_reason("hour-in-the-past"))
            self.date.setFocus()
            return
        self.chosen.emit(self.at(), self.remind_at())
        super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return on a line of the list sends then."""
        is_key = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_key and watched is self.presets and event.key() in keys:  # type: ignore[attr-defined]
            self.accept()
            return True
        return super().eventFilter(watched, event)

    def _build(self, may_remind: bool) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        send = buttons.addButton(
            self.tr("&Send at that hour"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        send.setDefault(True)
        send.setProperty("primary", True)
        rules = buttons.addButton(self.tr("Sch&ool days…"), QDialogButtonBox.ButtonRole.ResetRole)
        rules.clicked.connect(self.ask_rules)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("&Date"), self.date)
        form.addRow(self.tr("&Time"), self.time)
        if not self._facts.zone_is_fixed:
            form.addRow(self.tr("School holidays of &zone"), self.zone)
        else:
            self.zone.setParent(self)
            self.zone.hide()
        if may_remind:
            form.addRow(self.remind, self.remind_day)
        else:
            for widget in (self.remind, self.remind_day):
                widget.setParent(self)
                widget.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.presets)
        column.addLayout(form)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.setMinimumWidth(440)

    def ask_rules(self) -> QuietHoursDialog:
        """School days and quiet hours."""
        dialog = QuietHoursDialog(self._facade, self._account, self)
        dialog.changed.connect(self._read_rules)
        dialog.open()
        return dialog

    def _read_rules(self) -> None:
        self._facts = self._facade.leaving.hours(self._account)
        self._fill(None)

    def _fill(self, at: datetime | None) -> None:
        with QSignalBlocker(self.presets):
            self.presets.clear()
            offered = self._facade.leaving.presets(self._account)
            for preset in offered:
                item = QListWidgetItem(f"{preset_name(preset)}  –  {figures.long_date(preset.at)}")
                item.setData(PRESET, preset)
                item.setSizeHint(QSize(0, self.fontMetrics().height() + 12))
                self.presets.addItem(item)
            rows = self.presets.count()
            self.presets.setFixedHeight(rows * (self.fontMetrics().height() + 12) + 8)
            best = next(
                (
                    row
                    for row, preset in enumerate(offered)
                    if preset.kind is PresetKind.NEXT_SCHOOL_DAY
                ),
                0,
            )
            self.presets.setCurrentRow(best)
        self._show(at if at is not None and at > figures.now() else offered[best].at)

    def _show(self, at: datetime) -> None:
        moment = QDateTime.fromSecsSinceEpoch(int(at.timestamp()))
        with QSignalBlocker(self.date), QSignalBlocker(self.time):
            self.date.setDate(moment.date())
            self.time.setTime(moment.time())
        self._say()

    def _take_preset(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._show(item.data(PRESET).at)

    def _set_zone(self) -> None:
        try:
            self._facade.leaving.set_zone(self._account, self.zone.currentData())
        except MelError as error:
            self.note.setText(str(wording.of_error(error)))
            return
        self._read_rules()

    def _say(self) -> None:
        """Whether people are to be left alone then, and how far the calendar reaches."""
        words = []
        if self._facade.leaving.proposal(self._account, self.at()) is not None:
            words.append(self.tr("This is outside school hours: people may be resting then."))
        if not self._facts.zone:
            words.append(self.tr("Choose the zone, so that school holidays are known."))
        elif self._facts.ends is None:
            words.append(
                self.tr(
                    "The school holidays of {zone} are not known here: only week-ends and public "
                    "holidays are."
                ).format(zone=self._facts.zone)
            )
        elif self.at().date() >= self._facts.ends:
            words.append(
                self.tr(
                    "The school calendar does not reach so far: only week-ends and public "
                    "holidays are known."
                )
            )
        self.note.setText(" ".join(words))


def zone_box(facts: HoursFacts) -> QComboBox:
    """The zones of the school holidays; first that none is chosen."""
    box = NamedBox()
    box.setAccessibleName(translate("panes", "Zone of the school holidays"))
    if not facts.zone:
        box.addItem("–", "")
    for zone in facts.zones:
        box.addItem(zone, zone)
    box.setCurrentIndex(max(box.findData(facts.zone), 0))
    return box


def day_field(name: str) -> QDateEdit:
    """A day to come: in a week."""
    field = QDateEdit()
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    today = QDate.currentDate()
    field.setMinimumDate(today)
    field.setDate(today.addDays(REMIND_DAYS))
    return field


def preset_name(preset: Preset) -> str:
    """What an hour that is offered is called."""
    return {
        PresetKind.IN_AN_HOUR: translate("panes", "In one hour"),
        PresetKind.THIS_EVENING: translate("panes", "This evening"),
        PresetKind.TOMORROW: translate("panes", "Tomorrow morning"),
        PresetKind.NEXT_SCHOOL_DAY: translate("panes", "Next school day"),
        PresetKind.MONDAY: translate("panes", "Monday morning"),
        PresetKind.AFTER_BREAK: translate("panes", "After the holidays"),
    }[preset.kind]


class DayDialog(QDialog):
    """A day: of a reminder."""

    chosen = Signal(object)  # datetime

    def __init__(self, facade: Facade, account: AccountId, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Remind me"))
        self._facade = facade
        self._account = account
        self.day = day_field(self.tr("Day of the reminder"))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.setContentsMargins(18, 16, 18, 14)
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("If no answer has come &by"), self.day)
        form.addRow(buttons)

    def accept(self) -> None:
        """That day."""
        day = self.day.date().toPython()
        self.chosen.emit(self._facade.leaving.by(self._account, day))  # type: ignore[arg-type]
        super().accept()


class Later(QObject):
    """The entries of a composer's menu: send later, remind me."""

    def __init__(self, composer: Composer, facade: Facade, account: AccountId) -> None:
        super().__init__(composer)
        self._composer = composer
        self._facade = facade
        self._account = account
        later = self._add(self.tr("Send &later…"), "Ctrl+Shift+Return")
        later.triggered.connect(self.ask)
        self.remind = self._add(self.tr("&Remind me if no answer comes…"), "Ctrl+Shift+F8")
        self.remind.setCheckable(True)
        self.remind.triggered.connect(self._on_remind)

    def _add(self, text: str, keys: str) -> QAction:
        action = QAction(text, self._composer)
        action.setShortcut(QKeySequence(keys))
        self._composer.addAction(action)
        self._composer.more_menu.addAction(action)
        return action

    def ask(self) -> SendLaterDialog:
        """Open the dialog; the message is queued for the hour that is chosen."""
        dialog = SendLaterDialog(self._facade, self._account, self._composer)
        dialog.chosen.connect(self._send)
        dialog.open()
        return dialog

    def _send(self, at: datetime, remind_at: datetime | None) -> None:
        self._composer.send_at = at
        self._composer.remind_at = remind_at or self._composer.remind_at
        self._composer.send()
        self._composer.send_at = None  # what is wrong was said: the next try is a new choice

    def _on_remind(self, on: bool) -> None:
        self.remind.setChecked(False)
        self._composer.remind_at = None
        if not on:
            return
        dialog = DayDialog(self._facade, self._account, self._composer)
        dialog.chosen.connect(self._take_day)
        dialog.open()

    def _take_day(self, due: datetime) -> None:
        self._composer.remind_at = due
        self.remind.setChecked(True)
        self._composer.notice.say(
            self.tr("You are reminded on {day} if no answer has come.").format(
                day=figures.plain_date(due)
            )
        )
