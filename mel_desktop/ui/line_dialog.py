"""Line and budget of an account: profile, octets a day and a month, hours, counters.

Every choice is kept at once; what cannot be is said beside it and not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Final

from PySide6.QtCore import Qt, QTime, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import AccountStatus, Status
from mel_desktop.model.errors import MelError
from mel_desktop.model.links import (
    InForce,
    Line,
    LinkProfile,
    LinkSettings,
    Traffic,
)
from mel_desktop.ui import figures, line_words, wording
from mel_desktop.ui.fixed import FixedNote, fix
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

MEGA: Final = 1_000_000
DAY_MB: Final = 20  # what a box ticked for the first time offers
MONTH_MB: Final = 500
MOST_MB: Final = 1_000_000
FROM: Final = time(8)
UNTIL: Final = time(18)
INDENT: Final = 22  # beneath the words of a radio button
INSET: Final = 6


class LineDialog(QDialog):
    """Open beside the window; the counters run on while it is open."""

    plan_asked = Signal(object)  # AccountId
    rest_asked = Signal(object)  # AccountId
    kept = Signal(object)  # AccountId: other settings are in force

    def __init__(
        self, facade: Facade, theme: Theme, accounts: Sequence[Account], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Line and budget"))
        self._facade = facade
        self._settings = LinkSettings()
        self._in_force: InForce | None = None
        self._line = Line()
        self._traffic = Traffic()
        self._filling = False
        self._inner = inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 14, 16, 10)
        column.setSpacing(8)
        column.addWidget(self._make_account(accounts))
        column.addWidget(self._make_state())
        column.addWidget(self._make_counters())
        self._add_group(column, self.tr("How much the line carries"), self._make_profiles())
        self._add_group(column, self.tr("Budget"), self._make_budget())
        self._add_group(column, self.tr("Hours"), self._make_hours())
        self._keep_below(column)
        column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(self._make_wrong())
        whole.addWidget(self._make_buttons())
        self._connect()
        self._read()
        hint = inner.sizeHint()
        self.resize(max(560, hint.width() + 20), min(hint.height() + 70, 680))

    # -- building ----------------------------------------------------------------------------------

    def _make_account(self, accounts: Sequence[Account]) -> QWidget:
        self.account = NamedBox()
        self.account.setAccessibleName(self.tr("Account"))
        for one in accounts:
            self.account.addItem(one.email, int(one.id))
        self.account.setVisible(len(accounts) > 1)
        return self.account

    def _make_state(self) -> QLabel:
        self.state = _text()
        font = self.state.font()
        font.setWeight(font.Weight.DemiBold)
        self.state.setFont(font)
        return self.state

    def _make_profiles(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.profiles: dict[LinkProfile, QRadioButton] = {}
        self._group = QButtonGroup(self)
        for profile in line_words.CHOICES:
            button = QRadioButton(line_words.profile_name(profile))
            explained = line_words.profile_explained(profile)
            button.setAccessibleDescription(explained)
            words = _text(muted=True)
            words.setText(explained)
            words.setContentsMargins(INDENT, 0, 0, 4)
            column.addWidget(button)
            column.addWidget(words)
            self._group.addButton(button)
            self.profiles[profile] = button
        return box

    def _make_budget(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(2, 1)
        self.day, self.day_mb = _octets(self.tr("At most &a day"))
        self.month, self.month_mb = _octets(self.tr("At most a &month"))
        for row, (tick, field) in enumerate(((self.day, self.day_mb), (self.month, self.month_mb))):
            grid.addWidget(tick, row, 0)
            grid.addWidget(field, row, 1)
        words = _text(muted=True)
        words.setText(
            self.tr(
                "Received and sent octets count. When the budget is used up, the heavy part waits "
                "for the next day or month; what you write still leaves."
            )
        )
        grid.addWidget(words, 2, 0, 1, 3)
        return box

    def _make_hours(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        self.between = QCheckBox(self.tr("Synchronise only &between"))
        self.from_hour = _hour(self.tr("From"))
        self.until_hour = _hour(self.tr("Until"))
        row.addWidget(self.between)
        row.addWidget(self.from_hour)
        row.addWidget(QLabel(self.tr("and")))
        row.addWidget(self.until_hour)
        row.addStretch(1)
        return box

    def _make_counters(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        heads = ("", self.tr("Received"), self.tr("Sent"), self.tr("Both"), self.tr("Budget"))
        rows = (self.tr("Since the start"), self.tr("Today"), self.tr("This month"))
        for place, head in enumerate(heads):
            label = _text(muted=True)
            label.setText(head)
            grid.addWidget(label, 0, place)
        self.counters: list[list[QLabel]] = []
        for place, name in enumerate(rows, 1):
            label = _text()
            label.setText(name)
            grid.addWidget(label, place, 0)
            cells = [_text() for _ in heads[1:]]
            for at, cell in enumerate(cells, 1):
                grid.addWidget(cell, place, at)
            self.counters.append(cells)
        grid.setColumnStretch(len(heads), 1)
        return box

    def _make_wrong(self) -> QLabel:
        self.wrong = _text()
        self.wrong.setProperty("wrong", True)
        self.wrong.setContentsMargins(16, 4, 16, 4)
        self.wrong.setAccessibleName(self.tr("What is wrong"))
        self.wrong.hide()
        return self.wrong

    def _make_buttons(self) -> QWidget:
        foot = QFrame()
        foot.setObjectName("bar")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 8, 12, 8)
        self.plan = QPushButton(self.tr("&What would a sync do?"))
        self.rest = QPushButton(self.tr("Bring the &rest…"))
        row.addWidget(self.plan)
        row.addWidget(self.rest)
        row.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row.addWidget(close)
        for button in (self.plan, self.rest):
            button.setAutoDefault(False)
        return foot

    def _keep_below(self, column: QVBoxLayout) -> None:
        """What IT allows at most is said, and what is above cannot be chosen."""
        policy = self._facade.vault.policy().links
        self.ceiling = FixedNote(line_words.ceiling(policy))
        self.ceiling.setVisible(bool(line_words.ceiling(policy)))
        column.addWidget(self.ceiling)
        for profile in line_words.above(policy):
            fix(self.profiles[profile])

    @staticmethod
    def _add_group(column: QVBoxLayout, title: str, content: QWidget) -> None:
        head = QLabel(title)
        font = head.font()
        font.setWeight(font.Weight.DemiBold)
        head.setFont(font)
        head.setContentsMargins(0, 6, 0, 0)
        column.addWidget(head)
        column.addWidget(content)

    def _connect(self) -> None:
        self.account.currentIndexChanged.connect(self._read)
        self._group.buttonClicked.connect(self._keep)
        for tick in (self.day, self.month, self.between):
            tick.toggled.connect(self._keep)
        for field in (self.day_mb, self.month_mb):
            field.valueChanged.connect(self._keep)
        for hour in (self.from_hour, self.until_hour):
            hour.timeChanged.connect(self._keep)
        self.plan.clicked.connect(lambda: self.plan_asked.emit(self.chosen()))
        self.rest.clicked.connect(lambda: self.rest_asked.emit(self.chosen()))

    # -- what is shown -----------------------------------------------------------------------------

    def chosen(self) -> AccountId:
        """The account whose line is shown."""
        return AccountId(int(self.account.currentData()))

    def show_account(self, account: AccountId) -> None:
        """Show another account."""
        self.account.setCurrentIndex(max(0, self.account.findData(int(account))))

    def take_status(self, status: Status) -> None:
        """New counters, perhaps another profile in force."""
        for one in status.accounts:
            if one.account == self.chosen():
                self._take(one)

    def _take(self, status: AccountStatus) -> None:
        self._in_force = status.in_force or self._in_force
        self._line, self._traffic = status.line, status.traffic
        self._say()

    def _read(self) -> None:
        try:
            account = self.chosen()
            self._settings = self._facade.link_settings(account)
            self._in_force = self._facade.in_force(account)
            self._traffic = self._facade.traffic(account)
            found = [one for one in self._facade.status().accounts if one.account == account]
        except MelError as error:
            self._say_wrong(str(wording.of_error(error)))
            return
        self._line = found[0].line if found else Line()
        self._fill()
        self._say()

    def _fill(self) -> None:
        kept = self._settings
        self._filling = True
        self.profiles[kept.profile].setChecked(True)
        for tick, field, octets, usual in (
            (self.day, self.day_mb, kept.day_bytes, DAY_MB),
            (self.month, self.month_mb, kept.month_bytes, MONTH_MB),
        ):
            tick.setChecked(octets is not None)
            field.setValue(usual if octets is None else max(1, round(octets / MEGA)))
        self.between.setChecked(kept.from_hour is not None and kept.until_hour is not None)
        self.from_hour.setTime(_qtime(kept.from_hour or FROM))
        self.until_hour.setTime(_qtime(kept.until_hour or UNTIL))
        self._filling = False
        self._say_wrong("")

    def _say(self) -> None:
        found, kept = self._in_force, self._settings
        self.day_mb.setEnabled(self.day.isChecked())
        self.month_mb.setEnabled(self.month.isChecked())
        self.from_hour.setEnabled(self.between.isChecked())
        self.until_hour.setEnabled(self.between.isChecked())
        self.state.setText(
            "" if found is None else line_words.state(found, self._line, self._traffic, kept)
        )
        one = self._traffic
        lines = (
            (one.received, one.sent, None),
            (one.day_received, one.day_sent, kept.day_bytes),
            (one.month_received, one.month_sent, kept.month_bytes),
        )
        for cells, (received, sent, budget) in zip(self.counters, lines, strict=True):
            for cell, octets in zip(cells, (received, sent, received + sent), strict=False):
                cell.setText(figures.size(octets))
            left = "" if budget is None else max(0, budget - received - sent)
            cells[3].setText(
                "–"
                if budget is None or left == ""
                else self.tr("{left} left of {budget}").format(
                    left=figures.size(int(left)), budget=figures.amount(budget)
                )
            )

    # -- keeping -----------------------------------------------------------------------------------

    def _keep(self) -> None:
        if self._filling:
            return
        wanted = self._wanted()
        wrong = self._what_is_wrong(wanted)
        self._say_wrong(wrong)
        if wrong:
            self._say()
            return
        try:
            account = self.chosen()
            if wanted != self._settings:
                self._facade.set_link_settings(account, wanted)
                self._settings = wanted
                self._in_force = self._facade.in_force(account)
                self.kept.emit(account)
        except MelError as error:
            self._say_wrong(str(wording.of_error(error)))
            self._read()
        self._say()

    def _wanted(self) -> LinkSettings:
        profile = next(one for one, button in self.profiles.items() if button.isChecked())
        between = self.between.isChecked()
        return replace(
            self._settings,
            profile=profile,
            day_bytes=self.day_mb.value() * MEGA if self.day.isChecked() else None,
            month_bytes=self.month_mb.value() * MEGA if self.month.isChecked() else None,
            from_hour=_time(self.from_hour.time()) if between else None,
            until_hour=_time(self.until_hour.time()) if between else None,
        )

    def _what_is_wrong(self, wanted: LinkSettings) -> str:
        if wanted.from_hour is not None and wanted.from_hour == wanted.until_hour:
            return self.tr(
                "The two hours are the same: nothing would ever be synchronised. "
                "Choose two different hours. This was not kept."
            )
        if (
            wanted.day_bytes is not None
            and wanted.month_bytes is not None
            and wanted.day_bytes > wanted.month_bytes
        ):
            return self.tr(
                "The budget of a day is larger than that of the month. "
                "Make it smaller, or the month's larger. This was not kept."
            )
        return ""

    def _say_wrong(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.setVisible(bool(text))
        if text:  # the words take room: once they have it, what they are about stays in view
            QTimer.singleShot(0, self._show_focused)

    def _show_focused(self) -> None:
        field = self.focusWidget()
        if field is not None and self._inner.isAncestorOf(field):
            foot = field.mapTo(self._inner, field.rect().bottomLeft())
            self._scroll.ensureVisible(foot.x(), foot.y(), 0, INSET)


def _text(*, muted: bool = False) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("muted", muted)
    return label


def _octets(name: str) -> tuple[QCheckBox, QSpinBox]:
    tick = QCheckBox(name)
    field = QSpinBox()
    field.setRange(1, MOST_MB)
    field.setGroupSeparatorShown(True)
    field.setKeyboardTracking(False)
    _inset(field)
    field.setSuffix(f"\N{NO-BREAK SPACE}{figures.mega()}")
    field.setAccessibleName(name.replace("&", ""))
    return tick, field


def _hour(name: str) -> QTimeEdit:
    field = QTimeEdit()
    field.setDisplayFormat("HH:mm")
    _inset(field)
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    return field


def _inset(field: QAbstractSpinBox) -> None:
    """As far from the edge as in other fields; style sheets cannot say it of this one."""
    field.lineEdit().setTextMargins(INSET, 0, 0, 0)


def _qtime(found: time) -> QTime:
    return QTime(found.hour, found.minute)


def _time(found: QTime) -> time:
    return time(found.hour(), found.minute())
