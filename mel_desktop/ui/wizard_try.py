"""The wizard's last page: one live try, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from mel_desktop.model.changes import Check, CheckState
from mel_desktop.ui import wording
from mel_desktop.ui.forms import scrolled
from mel_desktop.ui.theme import Theme


class CheckList(QWidget):
    """Each check with its mark; failed ones say what to do."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Checks"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.lines: list[tuple[Check, QLabel]] = []

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.lines = []
        tones = self._theme.tones
        marks = {
            CheckState.OK: ("ok", tones.success),
            CheckState.WARN: ("warning", tones.warning),
            CheckState.FAIL: ("fail", tones.danger),
            CheckState.SKIPPED: ("skipped", tones.muted),
        }
        ratio = self.devicePixelRatioF()
        for place, check in enumerate(checks):
            name, colour = marks[check.state]
            icon = QLabel()
            icon.setPixmap(self._theme.icons.pixmap(name, 20, ratio, QColor(colour)))
            icon.setAccessibleName(check.state.value)
            text = QLabel()
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setText(check_words(check))
            self._grid.addWidget(icon, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, place, 1)
            self.lines.append((check, text))


def check_words(check: Check) -> str:
    """A check in words: known codes in the language of the window, else as the doctor says it."""
    lines = (wording.check_title(check), wording.check_trouble(check))
    return "\n".join(line for line in lines if line)


class TryPage(QWidget):
    """What the servers say."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The servers are being tried"))
        self.checks = CheckList(theme, self)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.checks)
        column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.text)
        column.addWidget(self.progress)
        column.addWidget(scrolled(inner), 1)

    def begin(self) -> None:
        """Nothing is known yet."""
        self.checks.show_checks(())
        self.progress.show()
        self.text.setText(self.tr("One sign-in is made; the password is not tried twice."))

    def end(self, *, good: bool, asked: bool) -> None:
        """``asked``: the network was asked at all."""
        self.progress.hide()
        if not asked:
            self.text.setText(
                self.tr(
                    "You are working offline: nothing was tried. The account can be added; it is "
                    "tried at the first connection."
                )
            )
        elif good:
            self.text.setText(self.tr("Everything answers. The account can be added."))
        else:
            self.text.setText(
                self.tr(
                    "Not everything answers. Go back to correct it, or add the account as it is."
                )
            )
