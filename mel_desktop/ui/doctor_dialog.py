"""The doctor's page: every check with its state in a word, what was found, what to do.

Checks come as they are done, and each by itself; closing the window gives up what still runs.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, Qt, Signal, qVersion
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.doctor_words import CheckWords
from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Remedy
from mel_desktop.model.errors import MelError
from mel_desktop.ui import language
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.bundle_dialog import BundleDialog
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.table_pane import Index, TableModel
from mel_desktop.ui.theme import Theme

WIDTH: Final = 760
HEIGHT: Final = 600
DETAIL_LINES: Final = 5


class CheckModel(TableModel[Check]):
    """State with its sign, what was looked at, what was found."""

    def __init__(
        self, facade: Facade, theme: Theme, headings: tuple[str, str, str], parent: QWidget
    ) -> None:
        self._facade = facade
        self._theme = theme
        self._accounts = {one.id: one.email for one in facade.accounts()}
        super().__init__(
            (
                (headings[0], lambda one: self.words(one).state),
                (headings[1], self.title),
                (headings[2], lambda one: self.words(one).detail),
            ),
            lambda one: (one.account, one.id),
            parent,
        )

    def words(self, check: Check) -> CheckWords:
        """In the language of the window."""
        return self._facade.checkup.words(check, language.current())

    def title(self, check: Check) -> str:
        """With its account, where there are several."""
        title = self.words(check).title
        whose = self._accounts.get(check.account) if check.account is not None else None
        return f"{title} ({whose})" if whose and len(self._accounts) > 1 else title

    def add(self, check: Check) -> None:
        """One more."""
        place = len(self._rows)
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows = (*self._rows, check)
        self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The sign beside the word of the state."""
        if role != Qt.ItemDataRole.DecorationRole:
            return super().data(index, role)
        if not index.isValid() or index.column() != 0:
            return None
        tones = self._theme.tones
        name, colour = {
            CheckState.OK: ("ok", tones.success),
            CheckState.WARN: ("warning", tones.warning),
            CheckState.FAIL: ("fail", tones.danger),
            CheckState.SKIPPED: ("skipped", tones.muted),
        }[self._rows[index.row()].state]
        return self._theme.icons.icon(name, QColor(colour))


class DoctorDialog(QDialog):
    """Checks at once when it opens."""

    remedy_asked = Signal(object)  # Check

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Diagnosis"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._stop = threading.Event()
        self._checks: tuple[Check, ...] = ()
        self.notice = Notice(theme, self)
        self.head = _paragraph(strong=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress"))
        headings = (self.tr("State"), self.tr("Check"), self.tr("Found"))
        self.model = CheckModel(facade, theme, headings, self)
        self.table = self._make_table()
        self.detail = _paragraph()
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.detail.setMinimumHeight(self.detail.fontMetrics().lineSpacing() * DETAIL_LINES)
        self.remedy = QPushButton()
        self._lay_out()
        theme.changed.connect(self.table.viewport().update)
        self.resize(WIDTH, HEIGHT)
        self.run()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Checks"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 14)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        for column in (0, 1):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(True)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        return table

    def _lay_out(self) -> None:
        self.again_button = QPushButton(self.tr("Check a&gain"))
        self.copy_button = QPushButton(self.tr("&Copy"))
        self.bundle_button = QPushButton(self.tr("&Report for the help desk…"))
        self.close_button = QPushButton(self.tr("C&lose"))
        for button, call in (
            (self.again_button, self.run),
            (self.copy_button, self._copy),
            (self.bundle_button, self.open_bundle),
            (self.close_button, self.close),
            (self.remedy, self._ask_remedy),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(call)
        self.remedy.setProperty("primary", True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.bundle_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(self.again_button)
        row.addWidget(self.close_button)
        beneath = QHBoxLayout()
        beneath.setSpacing(12)
        beneath.addWidget(self.detail, 1)
        beneath.addWidget(self.remedy, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(self.head)
        column.addWidget(self.progress)
        column.addWidget(self.table, 1)
        column.addLayout(beneath)
        column.addLayout(row)

    # -- checking ----------------------------------------------------------------------------------

    def run(self) -> None:
        """Check everything, anew."""
        self.notice.clear()
        self._stop = stop = threading.Event()
        self._checks = ()
        self.model.show(())
        self._show_detail()
        self._set_running(True)
        self.head.setText(self.tr("Looking at this PC, the network and your servers…"))
        door, bridge = self._facade.checkup, self._bridge

        def heard(check: Check) -> None:
            bridge.post(lambda: self._take(check, stop))

        bridge.run(
            self,
            lambda: door.run(
                on_check=heard, cancelled=stop.is_set, versions={"qt": str(qVersion())}
            ),
            done=self._finish,
            failed=self._fail,
        )

    def _take(self, check: Check, stop: threading.Event) -> None:
        if stop is self._stop and not stop.is_set() and not self._checks:
            self.model.add(check)
            if self.table.currentIndex().row() < 0:
                self.table.selectRow(0)

    def _finish(self, checks: tuple[Check, ...]) -> None:
        self._checks = checks
        self.model.show(checks)
        self._set_running(False)
        self.head.setText(self._summary(checks))
        order = (CheckState.FAIL, CheckState.WARN, CheckState.OK, CheckState.SKIPPED)
        states = [one.state for one in checks]
        first = next((states.index(one) for one in order if one in states), 0)
        self.table.selectRow(first)
        self._show_detail()

    def _fail(self, error: MelError) -> None:
        self._set_running(False)
        self.head.setText("")
        self.notice.say_error(error)

    def _set_running(self, running: bool) -> None:
        self.progress.setVisible(running)
        for button in (self.again_button, self.copy_button, self.bundle_button):
            button.setEnabled(not running)
        if not running:
            self.table.setFocus()

    def _summary(self, checks: Sequence[Check]) -> str:
        failed = sum(one.state is CheckState.FAIL for one in checks)
        warned = sum(one.state is CheckState.WARN for one in checks)
        told = []
        if failed:
            told.append(self.tr("%n problem(s) found.", "", failed))
        if warned:
            told.append(self.tr("%n point(s) to look at.", "", warned))
        return " ".join(told) or self.tr("All is well.")

    # -- one check ---------------------------------------------------------------------------------

    def current(self) -> Check | None:
        """The check that is chosen."""
        row = self.table.currentIndex().row()
        values = self.model.values()
        return values[row] if 0 <= row < len(values) else None

    def _show_detail(self) -> None:
        check = self.current()
        words = None if check is None else self.model.words(check)
        lines = [words.detail] if words is not None else []
        if words is not None and words.action:
            lines += ["", self.tr("What to do: {action}").format(action=words.action)]
        self.detail.setText("\n".join(lines))
        name = "" if check is None or check.state is CheckState.OK else self._remedy(check)
        self.remedy.setText(name)
        self.remedy.setVisible(bool(name))

    def _remedy(self, check: Check) -> str:
        return {
            Remedy.NONE: "",
            Remedy.PASSWORD: self.tr("&Password…"),
            Remedy.PORTAL: self.tr("&Open the network’s page"),
            Remedy.LINE: self.tr("L&ine and budget…"),
            Remedy.STORAGE: self.tr("&Storage…"),
            Remedy.VAULT: self.tr("Check the &vault…"),
        }[check.remedy]

    def _ask_remedy(self) -> None:
        check = self.current()
        if check is not None:
            self.remedy_asked.emit(check)

    # -- what leaves -------------------------------------------------------------------------------

    def _copy(self) -> None:
        lines = []
        for check in self._checks:
            words = self.model.words(check)
            lines.append(f"{words.state} – {words.title}\N{NO-BREAK SPACE}: {words.detail}")
            if words.action:
                lines.append(f"    {words.action}")
        QGuiApplication.clipboard().setText("\n".join(lines))

    def open_bundle(self) -> BundleDialog | None:
        """The report, to be read before it is saved."""
        try:
            made = self._facade.checkup.bundle(self._checks, language.current())
        except MelError as error:
            self.notice.say_error(error)
            return None
        dialog = BundleDialog(self._facade, self._theme, made, self)
        dialog.open()
        return dialog

    def done(self, result: int) -> None:
        """Nobody waits for what still runs."""
        self._stop.set()
        super().done(result)


def _paragraph(*, strong: bool = False) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if strong:
        font = label.font()
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
    return label
