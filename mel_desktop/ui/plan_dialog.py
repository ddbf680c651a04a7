"""What a sync would do, without doing it: the counts of a dry run in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.changes import PlanLine, SyncReport
from mel_desktop.ui import figures, wording


class PlanDialog(QDialog):
    """Asks first, shows later: the server is looked at meanwhile."""

    def __init__(self, account: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("What would a sync do?"))
        head = QLabel(account)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setProperty("muted", True)
        self.lines = QPlainTextEdit(self.tr("The server is being looked at. Nothing is changed."))
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(self.tr("What would a sync do?"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(head)
        column.addWidget(self.lines, 1)
        column.addWidget(buttons)
        self.resize(480, 320)

    def show_report(self, report: SyncReport) -> None:
        """The plan has come."""
        self.lines.setPlainText("\n".join(self._lines(report)))

    def show_trouble(self, words: str) -> None:
        """It could not be found out."""
        self.lines.setPlainText(words)

    def _lines(self, report: SyncReport) -> list[str]:
        lines = [f"{_with_colon(one.folder)}{self._planned(one)}" for one in report.plan]
        lines += [
            f"{_with_colon(one.folder)}{wording.of_text(one.code)} ({figures.count(one.count)})"
            for one in report.refusals
        ]
        lines += [
            f"{_with_colon(one.folder)}{wording.of_text(one.code)}" for one in report.failures
        ]
        done = self.tr("Nothing: this PC and the server agree.")
        cost = self.tr("Finding this out took {size}.").format(
            size=figures.size(report.bytes_received + report.bytes_sent)
        )
        return [*(lines or [done]), "", cost]

    def _planned(self, line: PlanLine) -> str:
        number = line.count
        words = {
            "fetch": self.tr("%n message(s) would come.", "", number),
            "forget": self.tr("%n message(s) would leave this PC.", "", number),
            "flags": self.tr("%n message(s) would be marked anew here.", "", number),
            "store": self.tr("%n mark(s) would be passed on.", "", number),
            "move": self.tr("%n message(s) would be moved on the server.", "", number),
            "copy": self.tr("%n message(s) would be copied on the server.", "", number),
            "remove": self.tr(
                "%n message(s) that you deleted would be removed from the server.", "", number
            ),
            "unplace": self.tr("%n message(s) would be looked for anew.", "", number),
            "refuse": self.tr("%n change(s) would wait for your decision.", "", number),
        }
        return words.get(line.what, f"{line.what} ({figures.count(number)})")


def _with_colon(folder: str) -> str:
    return f"{folder}\N{NO-BREAK SPACE}: " if folder else ""
