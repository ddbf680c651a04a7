"""The one line that always says what is here, what waits and how old it is."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from mel_desktop.model.changes import AccountStatus, Link, Status
from mel_desktop.ui import figures, wording
from mel_desktop.ui.theme import Theme

AGE_MS = 30_000
_WORST = (Link.UP_TO_DATE, Link.OFFLINE, Link.WORKING, Link.CONNECTING, Link.TROUBLE)


def worst(status: Status) -> AccountStatus | None:
    """The account whose line needs telling most."""
    return max(status.accounts, key=lambda one: _WORST.index(one.link), default=None)


class StatusWords(QObject):
    """The words of the line. An object for its ``tr`` with plurals only."""

    def line(self, status: Status) -> str:
        """How the line is."""
        account = worst(status)
        if status.offline:
            return self.tr("Working offline")
        if account is None:
            return self.tr("No account yet")
        if account.link is Link.TROUBLE:
            return wording.of_text(account.trouble, account.host).text
        if account.link is Link.WORKING and account.expected:
            return self.tr("Synchronising: {done} of {expected}").format(
                done=figures.count(account.done), expected=figures.count(account.expected)
            )
        return {
            Link.OFFLINE: self.tr("Not connected yet"),
            Link.CONNECTING: self.tr("Connecting…"),
            Link.WORKING: self.tr("Synchronising…"),
            Link.UP_TO_DATE: self.tr("Up to date"),
        }[account.link]

    def here(self, status: Status) -> str:
        """What is on this PC."""
        missing = status.messages - status.bodies
        if not status.messages:
            return self.tr("no message here yet")
        words = self.tr("{n} messages here").format(n=figures.count(status.messages))
        if missing > 0:
            without = self.tr("{n} without their text").format(n=figures.count(missing))
            words += f" ({without})"
        return words

    def waiting(self, status: Status, at: datetime) -> str:
        """What waits, and since when."""
        words = []
        if status.waiting_outbox:
            number = status.waiting_outbox
            words.append(self.tr("%n message(s) to send", "", number))
        if status.waiting_changes:
            number = status.waiting_changes
            words.append(self.tr("%n change(s) to pass on", "", number))
        said = ", ".join(words) or self.tr("nothing waits")
        if words and status.oldest_waiting is not None:
            oldest = self.tr("the oldest: {age}")
            said += f" ({oldest.format(age=figures.age(status.oldest_waiting, at))})"
        if status.failed_outbox:
            number = status.failed_outbox
            failed = self.tr("%n message(s) not sent", "", number)
            said = f"{failed}, {said}"
        return said

    def age(self, status: Status, at: datetime) -> str:
        """How old what is here is: the account synchronised longest ago counts."""
        times = [one.last_sync_at for one in status.accounts]
        known = [one for one in times if one is not None]
        if not times:
            return ""
        if len(known) < len(times):
            return self.tr("never synchronised")
        return self.tr("synchronised {age}").format(age=figures.age(min(known), at))

    def sentence(self, status: Status, at: datetime) -> str:
        """The whole line."""
        parts = (
            self.line(status),
            self.here(status),
            self.waiting(status, at),
            self.age(status, at),
        )
        return " · ".join(part for part in parts if part)


class StatusLine(QWidget):
    """At the foot of the window. The button leads to what waits or failed."""

    waiting_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._status = Status()
        self.words = StatusWords(self)
        self._icon = QLabel()
        self._icon.setFixedSize(18, 18)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setAccessibleName(self.tr("State"))
        self.text.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(120)
        self.progress.setAccessibleName(self.tr("Progress of the synchronisation"))
        self.progress.hide()
        self.button = QPushButton(self.tr("See what waits"))
        self.button.setProperty("link", True)
        self.button.setAccessibleName(self.tr("See what waits"))
        self.button.clicked.connect(self.waiting_asked)
        self.button.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 12, 3)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.progress)
        row.addWidget(self.button)
        self._ages = QTimer(self)
        self._ages.setInterval(AGE_MS)
        self._ages.timeout.connect(self._say)
        self._ages.start()
        theme.changed.connect(self._say)

    def status(self) -> Status:
        """What is shown."""
        return self._status

    def show_status(self, status: Status) -> None:
        """Show this state."""
        self._status = status
        self._say()

    def _say(self) -> None:
        status = self._status
        words = self.words.sentence(status, figures.now())
        self.text.setText(words)
        self.text.setToolTip(words)
        account = worst(status)
        link = Link.OFFLINE if account is None else account.link
        tones = self._theme.tones
        name, colour = {
            Link.OFFLINE: ("offline", tones.muted),
            Link.CONNECTING: ("sync", tones.info),
            Link.WORKING: ("sync", tones.info),
            Link.UP_TO_DATE: ("ok", tones.success),
            Link.TROUBLE: ("warning", tones.warning),
        }[Link.OFFLINE if status.offline else link]
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(self._theme.icons.pixmap(name, 18, ratio, QColor(colour)))
        working = account is not None and account.link is Link.WORKING and account.expected > 0
        self.progress.setVisible(working)
        if working and account is not None:
            self.progress.setMaximum(account.expected)
            self.progress.setValue(min(account.done, account.expected))
        self.button.setVisible(
            bool(status.waiting_outbox or status.waiting_changes or status.failed_outbox)
        )
