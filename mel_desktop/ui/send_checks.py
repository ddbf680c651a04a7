"""What was found before a message leaves: each with its reason, one key to mend or to accept it.

Rule: nothing leaves by Return on a dialog that has just opened; what the school forbids has no key
to accept it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app import warning_words
from mel_desktop.model.safety import CheckLevel, Mend, SendWarning, WarningCode
from mel_desktop.ui.language import current
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme

WIDTH: Final = 620
MOST_HEIGHT: Final = 560
DIGITS: Final = "123456789"
AZERTY: Final = "&é\"'(-è_ç"  # the same keys without Shift on a French keyboard


class SendChecksDialog(QDialog):
    """Signals tell what was chosen; whoever opened it does it, and shows what is left."""

    mend_chosen = Signal(object, int)  # Mend, which of its choices
    merge_chosen = Signal()
    accepted_all = Signal(object)  # frozenset[str]

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Before it leaves"))
        self._theme = theme
        self._warnings: tuple[SendWarning, ...] = ()
        self._accepted: set[WarningCode] = set()
        self.buttons: list[QPushButton] = []
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = QDialogButtonBox()
        self.back = foot.addButton(
            self.tr("&Back to the message"), QDialogButtonBox.ButtonRole.RejectRole
        )
        self.back.setDefault(True)
        foot.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.area, 1)
        column.addWidget(foot)

    def warnings(self) -> tuple[SendWarning, ...]:
        """What is shown."""
        return self._warnings

    def show_warnings(self, warnings: Sequence[SendWarning]) -> None:
        """These instead of those before; what was accepted stays so."""
        self._warnings = tuple(warnings)
        self.buttons = []
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        for warning in self._warnings:
            column.addWidget(self._card(warning))
        column.addStretch(1)
        self.area.setWidget(page)
        height = column.totalHeightForWidth(WIDTH - 40) + 90
        self.resize(WIDTH, min(height, MOST_HEIGHT))
        self.back.setFocus()

    def accept_code(self, code: WarningCode) -> None:
        """The person takes it as it is; the last one sends."""
        self._accepted.add(code)
        left = [one for one in self._warnings if one.code not in self._accepted]
        if left:
            self.show_warnings(left)
        else:
            self.accepted_all.emit(frozenset(one.value for one in self._accepted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit presses its button."""
        typed = event.text()
        for keys in (DIGITS, AZERTY):
            at = keys.find(typed) if len(typed) == 1 else -1
            if 0 <= at < len(self.buttons):
                self.buttons[at].click()
                return
        super().keyPressEvent(event)

    # -- inside ------------------------------------------------------------------------------------

    def _card(self, warning: SendWarning) -> QWidget:
        language = current()
        is_forbidden = warning.level is CheckLevel.FORBID
        icon = QLabel()
        icon.setPixmap(self._theme.icons.pixmap("warning", 22, self.devicePixelRatioF()))
        title = paragraph(warning_words.title(warning.code, language), strong=True, selectable=True)
        told = paragraph(warning_words.told(warning, language), selectable=True)
        texts = QVBoxLayout()
        texts.setSpacing(6)
        texts.addWidget(title)
        texts.addWidget(told)
        if is_forbidden:
            texts.addWidget(
                paragraph(
                    self.tr("Your school’s policy does not allow it: it must be mended."),
                    selectable=True,
                )
            )
        mend = warning.mend
        if mend is not None:
            for choice in range(max(len(mend.choices), 1)):
                texts.addWidget(self._mend_button(mend, choice))
        for more in warning.more_mends:
            texts.addWidget(self._mend_button(more, 0))
        if warning.may_merge:
            texts.addWidget(
                self._button(warning_words.merge_words(language), self.merge_chosen.emit)
            )
        if not is_forbidden:
            code = warning.code
            texts.addWidget(self._button(self.tr("Send as it is"), lambda: self.accept_code(code)))
        card = QWidget()
        card.setAccessibleName(f"{title.text()}. {told.text()}")
        row = QHBoxLayout(card)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        return card

    def _mend_button(self, mend: Mend, choice: int) -> QPushButton:
        words = warning_words.mend_words(mend, choice, current())
        return self._button(words, lambda: self.mend_chosen.emit(mend, choice))

    def _button(self, words: str, call: Callable[[], object]) -> QPushButton:
        """A button with a digit as its key, as long as there are digits."""
        number = len(self.buttons) + 1
        button = QPushButton(self._fitting(words).replace("&", "&&"))
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        if number <= len(DIGITS):
            button.setText(f"{number}   {button.text()}")
        button.setStyleSheet("text-align: left;")
        self.buttons.append(button)
        return button

    def _fitting(self, words: str) -> str:
        """On two lines where one is too short: what tells namesakes apart is read whole."""
        metrics = self.fontMetrics()
        most = WIDTH - 170
        if metrics.horizontalAdvance(words) <= most:
            return words
        first, _, second = words.partition(" (")
        lines = [first] if not second else [first, f"({second}"]
        return "\n      ".join(
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, most) for line in lines
        )
