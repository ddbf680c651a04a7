"""What dialogs for import, export, backup and seeds share: a form, a bar while it runs, a report.

The work runs on an engine thread. Stopping keeps what is done; the dialog stays until the work has
let go, so that nobody thinks it is over before it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.model.transfer import TransferProgress
from mel_desktop.ui import figures
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme

T = TypeVar("T")
Report = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]
WIDTH: Final = 620
STEPS: Final = 1000
FRAME_PX: Final = 40  # what a window manager puts around


class Crossing(Protocol):
    """What a transfer dialog asks of the bridge."""

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[MelError], None],
    ) -> None:
        """Do it elsewhere, answer here."""
        ...

    def post(self, call: Callable[[], None]) -> None:
        """Call on the main thread."""
        ...


class TransferWords(QObject):
    """For its ``tr`` only: with a number, that of a base class is not looked up."""

    def messages(self, number: int) -> str:
        """So many messages."""
        return self.tr("%n message(s)", "", number)


class TransferDialog(QDialog):
    """Three pages: what to do, how far it is, what came of it."""

    def __init__(self, bridge: Crossing, theme: Theme, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._bridge = bridge
        self._stop = threading.Event()
        self._running = False
        self._waiting = False  # a progress is on its way to the screen
        self._latest = TransferProgress()
        self._words = TransferWords(self)
        self.notice = Notice(theme, self)
        self.pages = QStackedWidget()
        self.form = QWidget()
        self.pages.addWidget(self.form)
        self.pages.addWidget(self._make_running())
        self.pages.addWidget(self._make_report())
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.stop = QPushButton(self.tr("&Stop"))
        self.stop.setVisible(False)
        self.close_button = QPushButton(self.tr("Close"))
        for button in (self.stop, self.close_button):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.go, self.stop, self.close_button):  # in the order of all dialogs
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addLayout(row)
        self.stop.clicked.connect(self._on_stop)
        self.close_button.clicked.connect(self.reject)
        self.resize(WIDTH, min(460, self.screen().availableGeometry().height() - FRAME_PX))

    def _make_running(self) -> QWidget:
        page = QWidget()
        self.doing = QLabel()
        self.doing.setWordWrap(True)
        self.doing.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.where = QLabel()
        self.where.setTextFormat(Qt.TextFormat.PlainText)
        self.where.setProperty("muted", True)
        self.where.setWordWrap(True)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.doing, self.bar, self.where):
            column.addWidget(widget)
        column.addStretch(1)
        return page

    def _make_report(self) -> QWidget:
        page = QWidget()
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(self.tr("Details"))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.outcome)
        column.addWidget(self.details, 1)
        return page

    # -- running -----------------------------------------------------------------------------------

    def is_running(self) -> bool:
        """Whether work is under way."""
        return self._running

    def run_work(
        self,
        doing: str,
        work: Callable[[Report, IsCancelled], T],
        done: Callable[[T], None],
    ) -> None:
        """Run on an engine thread; ``done`` with the result, unless it was stopped or failed."""
        self._stop.clear()
        self._show_running(doing)

        def call() -> T | None:
            try:
                return work(self._on_progress, self._stop.is_set)
            except Cancelled:
                return None

        self._bridge.run(
            self, call, done=lambda result: self._finish(result, done), failed=self._fail
        )

    def _show_running(self, doing: str) -> None:
        self._running = True
        self.notice.clear()
        self.doing.setText(doing)
        self.where.clear()
        self.bar.setRange(0, 0)
        self.pages.setCurrentIndex(1)
        self.go.setVisible(False)
        self.close_button.setVisible(False)
        self.stop.setVisible(True)
        self.stop.setEnabled(True)
        self.stop.setFocus()

    def _finish(self, result: T | None, done: Callable[[T], None]) -> None:
        self._end()
        if result is None:
            self.show_form()
            self.notice.say(self.tr("Stopped. What was done so far stays."))
        else:
            done(result)

    def _fail(self, error: MelError) -> None:
        self._end()
        self.show_form()
        self.notice.say_error(error)

    def _end(self) -> None:
        self._running = False
        self.stop.setVisible(False)
        self.close_button.setVisible(True)

    def show_form(self) -> None:
        """Back to what is to be done."""
        self.pages.setCurrentIndex(0)
        self.go.setVisible(True)

    def show_report(self, outcome: str, details: list[str]) -> None:
        """What came of it."""
        self.outcome.setText(outcome)
        self.outcome.setAccessibleName(outcome)
        self.details.setPlainText("\n".join(details))
        self.details.setVisible(bool(details))
        self.pages.setCurrentIndex(2)
        self.go.setVisible(False)
        self.close_button.setFocus()

    def _on_progress(self, now: TransferProgress) -> None:
        """On the working thread: at most one is on its way to the screen."""
        self._latest = now
        if not self._waiting:
            self._waiting = True
            self._bridge.post(self._show_progress)

    def _show_progress(self) -> None:
        self._waiting = False
        now = self._latest
        if not self._running:
            return
        if now.expected > 0:
            self.bar.setRange(0, STEPS)
            self.bar.setValue(min(STEPS, now.octets * STEPS // now.expected))
        told = [figures.size(now.octets)] if now.octets > now.messages else []
        if now.messages:
            told.insert(0, self._words.messages(now.messages))
        if now.where:
            told.append(now.where)
        self.where.setText(" · ".join(told))

    def _on_stop(self) -> None:
        self._stop.set()
        self.stop.setEnabled(False)
        self.doing.setText(self.tr("Stopping…"))

    def reject(self) -> None:
        """Closed only when nothing runs; else it is asked to stop."""
        if self._running:
            self._on_stop()
            return
        super().reject()


class PathRow(QWidget):
    """A path to type or to choose."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setMinimumWidth(200)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.edit, 1)

    def path(self) -> Path | None:
        """What stands there."""
        text = self.edit.text().strip()
        return Path(text).expanduser() if text else None

    def add_button(self, text: str, choose: Callable[[], object]) -> QPushButton:
        """A button behind the field."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: choose())
        self._row.addWidget(button)
        return button

    def choose(
        self,
        title: str,
        mode: QFileDialog.FileMode,
        *,
        suffix: str = "",
        writes: bool = False,
    ) -> QFileDialog:
        """Open the dialog of the system."""
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if writes:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(suffix)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()
        return dialog
