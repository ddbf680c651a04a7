"""A notice: one quiet banner with an icon, a sentence and at most one button. Never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.ui import wording
from mel_desktop.ui.spoken import announce
from mel_desktop.ui.theme import Theme


class Tone(Enum):
    """How serious a notice is, and its icon."""

    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"


class _Row:
    """What a notice consists of; made when it first says something, for most never do."""

    def __init__(self, notice: Notice, closing: str, *, closable: bool) -> None:
        self.icon = QLabel()
        self.icon.setFixedSize(20, 20)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(notice)
        self.button.hide()
        self.close = QToolButton(notice)  # without a parent it would be a window for a moment
        self.close.setAccessibleName(closing)
        self.close.setToolTip(closing)
        self.close.setVisible(closable)
        row = QHBoxLayout(notice)
        row.setContentsMargins(10, 6, 6, 6)
        row.setSpacing(10)
        row.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self.close)


class Notice(QFrame):
    """Hidden until it has something to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, closable: bool = True):
        super().__init__(parent)
        self.setObjectName("notice")
        self._theme = theme
        self._tone = Tone.INFO
        self._closable = closable
        self._made: _Row | None = None
        self._call: Callable[[], object] | None = None
        theme.changed.connect(self._paint_icons)
        self.hide()

    @property
    def _row(self) -> _Row:
        if self._made is None:
            closing = self.tr("Close this notice")
            self._made = row = _Row(self, closing, closable=self._closable)
            row.button.clicked.connect(self._on_pressed)
            row.close.clicked.connect(self.clear)
        return self._made

    @property
    def _button(self) -> QPushButton:
        return self._row.button

    @property
    def text(self) -> str:
        """What is said now; "" when hidden."""
        return "" if self.isHidden() else self._row.text.text()

    def say(
        self,
        text: str,
        tone: Tone = Tone.INFO,
        *,
        button: str = "",
        call: Callable[[], object] | None = None,
    ) -> None:
        """Show a sentence, and a button if ``call`` is given."""
        self._tone = tone
        self._row.text.setText(text)
        self.setAccessibleName(text)
        self._call = call
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._button.setVisible(call is not None)
        self.setProperty("tone", tone.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self._paint_icons()
        self.show()
        announce(self, text, at_once=tone is Tone.DANGER)

    def say_error(self, error: MelError) -> None:
        """Show an error in words; cancelled work is silent."""
        if not isinstance(error, Cancelled):
            self.say(str(wording.of_error(error)), Tone.DANGER)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Show what goes wrong inside instead of raising it."""
        try:
            yield
        except MelError as error:
            self.say_error(error)

    def clear(self) -> None:
        """Hide."""
        self._call = None
        self.hide()

    def _on_pressed(self) -> None:
        if self._call is not None:
            self._call()

    def _paint_icons(self) -> None:
        if self._made is None:
            return
        tones = self._theme.tones
        colour = {
            Tone.INFO: tones.info,
            Tone.WARNING: tones.warning,
            Tone.DANGER: tones.danger,
        }[self._tone]
        name = "info" if self._tone is Tone.INFO else "warning"
        ratio = self.devicePixelRatioF()
        self._made.icon.setPixmap(self._theme.icons.pixmap(name, 20, ratio, QColor(colour)))
        self._made.close.setIcon(self._theme.icons.icon("close"))
