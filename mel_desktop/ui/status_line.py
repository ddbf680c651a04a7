"""The one line that always says what is here, what waits and how old it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import AccountStatus, Link, Status
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.ui import figures, line_words, wording
from mel_desktop.ui.elided import ElidedButton
from mel_desktop.ui.theme import Theme

AGE_MS = 30_000
WHOLE_FROM = 860  # narrower, the words are fewer
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
            return wording.of_text(account.trouble, account.host, account.facts).text
        if account.link is Link.WORKING:
            return line_words.progress(account)
        force = account.in_force
        if account.link is Link.OFFLINE and force and force.profile is LinkProfile.OFFLINE:
            return self.tr("Paused")  # why stands in the line beneath
        if account.link is Link.UP_TO_DATE and account.way is not None:
            return self.tr("Up to date by port {port}, the usual one is shut here").format(
                port=account.way.port
            )
        return {
            Link.OFFLINE: self.tr("Not connected yet"),
            Link.CONNECTING: self.tr("Connecting…"),
            Link.UP_TO_DATE: self.tr("Up to date"),
        }[account.link]

    def here(self, status: Status) -> str:
        """What is on this PC."""
        missing = status.messages - status.bodies
        if not status.messages:
            return self.tr("no message here yet")
        words = self.tr("{n} message(s) here", "", status.messages).format(
            n=figures.count(status.messages)
        )
        if missing > 0:
            without = self.tr("{n} without their text").format(n=figures.count(missing))
            words += f" ({without})"
        return words

    def waiting(self, status: Status, at: datetime, decisions: int = 0) -> str:
        """What waits, and since when; first what asks for a person."""
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
        if decisions:
            asked = self.tr("%n change(s) need you", "", decisions)
            said = f"{asked}, {said}"
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

    def means(
        self, status: Status, settings: Mapping[AccountId, LinkSettings], *, short: bool = False
    ) -> str:
        """What the line may carry and why, and the octets that it carried; "" without accounts."""
        account = worst(status)
        if account is None:
            return ""
        words = []
        own = settings.get(account.account, LinkSettings())
        if account.in_force is not None and not status.offline:
            words.append(line_words.state(account.in_force, account.line, account.traffic, own))
        budgets = [settings.get(one.account, LinkSettings()) for one in status.accounts]
        words.append(
            line_words.counted(
                line_words.summed([one.traffic for one in status.accounts]),
                _sum([one.day_bytes for one in budgets]),
                _sum([one.month_bytes for one in budgets]),
                short=short,
            )
        )
        return _capital(" · ".join(words))

    def short_sentence(self, status: Status, at: datetime, decisions: int = 0) -> str:
        """What a narrow window has room for."""
        waiting = self.waiting(replace(status, oldest_waiting=None), at, decisions)
        return f"{self.line(status)} · {waiting}"

    def sentence(self, status: Status, at: datetime, decisions: int = 0) -> str:
        """The whole line."""
        parts = (
            self.line(status),
            self.here(status),
            self.waiting(status, at, decisions),
            self.age(status, at),
        )
        return " · ".join(part for part in parts if part)


def _sum(budgets: list[int | None]) -> int | None:
    """The budget of all accounts; None as soon as one has none."""
    known = [one for one in budgets if one is not None]
    return sum(known) if known and len(known) == len(budgets) else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class StatusLine(QWidget):
    """At the foot of the window: what is here and waits; the line and its octets under it.

    Both lead on: to what waits or failed, to the dialog of the line.
    """

    waiting_asked = Signal()
    line_asked = Signal()
    quota_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._status = Status()
        self._settings: Mapping[AccountId, LinkSettings] = {}
        self._decisions = 0
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
        self.line = ElidedButton(self)
        self.line.setProperty("flush", True)
        self.line.setAccessibleDescription(self.tr("Opens the line and its budget"))
        self.line.clicked.connect(self.line_asked)
        self.line.hide()
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._icon)
        first.addWidget(self.text, 1)
        first.addWidget(self.progress)
        first.addWidget(self.button)
        second = QHBoxLayout()
        second.setContentsMargins(26, 0, 0, 0)  # under the words, not the icon
        second.setSpacing(16)
        self.quota = ElidedButton(self)
        self.quota.setProperty("flush", True)
        self.quota.setAccessibleDescription(self.tr("Opens the quota and its heaviest messages"))
        self.quota.clicked.connect(self.quota_asked)
        self.quota.hide()
        second.addWidget(self.line)
        second.addWidget(self.quota)
        second.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 3, 12, 3)
        column.setSpacing(0)
        column.addLayout(first)
        column.addLayout(second)
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

    def show_settings(self, settings: Mapping[AccountId, LinkSettings]) -> None:
        """Budgets and hours of the accounts, for the words of the line."""
        self._settings = settings
        self._say()

    def show_quota(self, words: str) -> None:
        """A mailbox that gets full on the server; "" when none does."""
        self.quota.say(words)
        self.quota.setVisible(bool(words))

    def show_decisions(self, number: int) -> None:
        """How many changes were refused or wait for a choice."""
        if number != self._decisions:
            self._decisions = number
            self._say()

    def decisions(self) -> int:
        """How many changes ask for a person."""
        return self._decisions

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        if (event.size().width() < WHOLE_FROM) is not (event.oldSize().width() < WHOLE_FROM):
            self._say()

    def _say(self) -> None:
        status = self._status
        at, decisions = figures.now(), self._decisions
        whole = self.words.sentence(status, at, decisions)
        narrow = self.width() < WHOLE_FROM
        self.text.setText(self.words.short_sentence(status, at, decisions) if narrow else whole)
        self.text.setToolTip(whole)
        self.text.setAccessibleDescription(whole)
        means = self.words.means(status, self._settings, short=narrow)
        self.line.say(means)
        self.line.setVisible(bool(means))
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
        self.progress.setVisible(working and not narrow)
        if working and account is not None:
            self.progress.setMaximum(account.expected)
            self.progress.setValue(min(account.done, account.expected))
        self.button.setVisible(
            bool(
                status.waiting_outbox
                or status.waiting_changes
                or status.failed_outbox
                or self._decisions
            )
        )
