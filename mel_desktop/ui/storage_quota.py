"""The page of the server: quota with its age, the heaviest messages, what is kept here only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import MessageId
from mel_desktop.model.storage import HeavyMessage, KeptMessage, KeptState, QuotaState
from mel_desktop.ui import figures, storage_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.storage_table import Bar, ValueTable
from mel_desktop.ui.theme import Theme

LIMIT: Final = 100


class QuotaPage(QWidget):
    """Offline as online: what the server said last, with its age."""

    asked = Signal()  # the server was asked: others may show what it said

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self._filling = False
        self.account = NamedBox()
        self.account.setAccessibleName(self.tr("Account"))
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setAccessibleName(self.tr("Quota"))
        self.bar = Bar(theme, self.tr("Quota"))
        self.ask_now = QPushButton(self.tr("&Ask the server now"))
        self.ask_now.clicked.connect(self.ask)
        head = QHBoxLayout()
        head.addWidget(self.account)
        head.addWidget(self.state, 1)
        head.addWidget(self.ask_now)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_heaviest())
        split.addWidget(self._make_kept())
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(split, 1)
        self.account.currentIndexChanged.connect(self._fill)

    def _make_heaviest(self) -> QWidget:
        self.heaviest: ValueTable[HeavyMessage] = ValueTable(
            self.tr("Heaviest messages on the server"),
            (
                (self.tr("Subject"), lambda one: one.subject or self.tr("(no subject)")),
                (self.tr("From"), lambda one: one.sender),
                (self.tr("Date"), lambda one: figures.short_date(one.received_at, figures.now())),
                (self.tr("Size"), lambda one: figures.size(one.size)),
            ),
            lambda one: one.id,
            several=True,
        )
        self.keep = QPushButton(self.tr("&Keep here, remove there…"))
        self.keep.clicked.connect(self.ask_keep)
        self.heaviest.selectionModel().selectionChanged.connect(self._set_enabled)
        return _with_foot(self.tr("Heaviest messages on the server"), self.heaviest, self.keep)

    def _make_kept(self) -> QWidget:
        self.kept: ValueTable[KeptMessage] = ValueTable(
            self.tr("Kept on this PC only"),
            (
                (self.tr("Subject"), lambda one: one.subject or self.tr("(no subject)")),
                (self.tr("State"), lambda one: storage_words.kept(one, figures.now())),
                (self.tr("Size"), lambda one: figures.size(one.size)),
            ),
            lambda one: one.id,
        )
        self.kept.selectionModel().selectionChanged.connect(self._set_enabled)
        self.retry = QPushButton(self.tr("&Try again"))
        self.retry.clicked.connect(self.retry_chosen)
        self.back = QPushButton(self.tr("&Put back on the server"))
        self.back.clicked.connect(self.bring_back)
        return _with_foot(self.tr("Kept on this PC only"), self.kept, self.retry, self.back)

    # -- what is shown -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again."""
        with self._notice.errors():
            chosen = self.account.currentData()
            self._filling = True
            self.account.clear()
            for one in self._facade.accounts():
                self.account.addItem(one.email, int(one.id))
            self.account.setCurrentIndex(max(0, self.account.findData(chosen)))
            self._filling = False
            self._fill()

    def show_account(self, account: AccountId) -> None:
        """Show this account."""
        self.account.setCurrentIndex(max(0, self.account.findData(int(account))))

    def _fill(self, _: object = None) -> None:
        account = self._account()
        if self._filling or account is None:
            return
        with self._notice.errors():
            door = self._facade.storage
            self._show_quota([one for one in door.quotas() if one.account == account])
            kept = [one for one in door.kept() if one.account == account]
            done = {one.id for one in kept}
            self.heaviest.show_values(
                [one for one in door.heaviest(account, LIMIT) if one.id not in done]
            )
            self.kept.show_values(kept)
            self._set_enabled()

    def _show_quota(self, states: Sequence[QuotaState]) -> None:
        at = figures.now()
        if not states:
            self.state.setText(self.tr("The server has not told a quota."))
            self.bar.hide()
            return
        words = " · ".join(storage_words.quota(one, at) for one in states)
        self.state.setText(words)
        worst = max(states, key=lambda one: one.share)
        tone = {0: "success", 80: "info", 90: "warning", 95: "danger"}[worst.level]
        self.bar.show()
        self.bar.show_parts([(worst.share, tone)], words)

    def _account(self) -> AccountId | None:
        value = self.account.currentData()
        return None if value is None else AccountId(int(value))

    def _set_enabled(self, _: object = None) -> None:
        self.keep.setEnabled(bool(self.heaviest.chosen()))
        (one,) = self.kept.chosen() or (None,)
        self.retry.setEnabled(one is not None and one.refused)
        undone = one is not None and one.state is not KeptState.RETURNING
        self.back.setEnabled(undone)
        stays = one is not None and one.state is KeptState.KEPT
        self.back.setText(
            self.tr("&Put back on the server") if stays or one is None else self.tr("&Undo")
        )

    # -- doing -------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask the server."""
        account = self._account()
        if account is None:
            return
        self.ask_now.setEnabled(False)

        def done(_: object) -> None:
            self.ask_now.setEnabled(True)
            self._fill()
            self.asked.emit()

        def failed(error: MelError) -> None:
            self.ask_now.setEnabled(True)
            self._notice.say_error(error)

        self._bridge.run(
            self, lambda: self._facade.storage.ask_quota(account), done=done, failed=failed
        )

    def ask_keep(self) -> None:
        """Ask before anything leaves the server."""
        chosen = self.heaviest.chosen()
        if chosen:
            ask_keep(
                self,
                len(chosen),
                sum(one.size for one in chosen),
                lambda: self.keep_here([one.id for one in chosen]),
            )

    def keep_here(self, messages: Sequence[MessageId]) -> None:
        """Want it; the next sync carries it out."""
        with self._notice.errors():
            self._facade.storage.keep_here(messages)
            self._fill()

    def bring_back(self) -> None:
        """Undo it for the chosen message."""
        for one in self.kept.chosen():
            with self._notice.errors():
                self._facade.storage.bring_back(one.id)
                self._fill()

    def retry_chosen(self) -> None:
        """What was refused waits again."""
        for one in self.kept.chosen():
            with self._notice.errors():
                self._facade.storage.retry_keeping(one.id)
                self._fill()


class KeepWords(QObject):
    """For its ``tr`` only."""

    def question(self, number: int, octets: int) -> Question:
        """What is asked before messages leave the server."""
        return Question(
            title=self.tr("Keep here, remove there"),
            text=self.tr(
                "Keep %n message(s) on this PC and remove them from the server ({size})?",
                "",
                number,
            ).format(size=figures.size(octets)),
            more=self.tr(
                "Each is fetched whole and verified first. Then it is on this PC only: other PCs, "
                "the telephone and the webmail no longer show it, and only a backup of this vault "
                "protects it. It can be put back during 30 days."
            ),
            yes=self.tr("Keep here only"),
            no=self.tr("Leave on the server"),
        )


def ask_keep(window: QWidget, number: int, octets: int, do: Callable[[], object]) -> None:
    """Ask, then do it."""
    ask(window, KeepWords().question(number, octets), do)


def _with_foot(title: str, table: QWidget, *buttons: QPushButton) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    label = QLabel(title)
    font = label.font()
    font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    label.setBuddy(table)
    row = QHBoxLayout()
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    column.addWidget(label)
    column.addWidget(table, 1)
    column.addLayout(row)
    return box
