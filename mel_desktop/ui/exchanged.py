"""Mail exchanged with somebody or with a family: newest first, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.errors import MelError
from mel_desktop.model.followups import Followup, FollowupKind
from mel_desktop.model.mail import FolderId, MessageId, MessageRow
from mel_desktop.model.persons import Exchange
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge

PAUSE_MS = 120  # while one walks through a list, nothing is read
LINES = 6
PLACE = Qt.ItemDataRole.UserRole

Load = Callable[[MessageId | None], Exchange]  # (older than this one)


class Exchanged(QWidget):
    """Read aside; ``is_ours`` tells whether an address is one of the person at the PC."""

    message_asked = Signal(object, object)  # FolderId, MessageId

    def __init__(self, bridge: Bridge, is_ours: Callable[[str], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._is_ours = is_ours
        self._load: Load | None = None
        self._turn = 0
        self._last: MessageId | None = None
        self.title = QLabel()
        self.title.setProperty("muted", True)
        self.title.setWordWrap(True)
        self.waiting = QLabel()
        self.waiting.setTextFormat(Qt.TextFormat.PlainText)
        self.waiting.setWordWrap(True)
        self.waiting.setProperty("careful", True)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setTabKeyNavigation(False)
        self.list.setAccessibleName(self.tr("Mail exchanged, newest first"))
        self.list.setHeaderLabels([self.tr("Date"), self.tr("Who"), self.tr("Subject")])
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(1, self.fontMetrics().averageCharWidth() * 22)
        header.setStretchLastSection(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.activated.connect(lambda _: self.open_chosen())
        self.more = QPushButton(self.tr("Older messages"))
        self.more.setAccessibleName(self.tr("Older messages"))
        self.more.setProperty("link", True)
        self.more.setProperty("flush", True)
        self.more.clicked.connect(lambda: self._begin(self._last))
        foot = QHBoxLayout()
        foot.addWidget(self.more)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.waiting)
        column.addWidget(self.list)
        column.addLayout(foot)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(lambda: self._begin(None))

    def show_mail(self, load: Load) -> None:
        """Read it once the choice rests."""
        self._load = load
        self._turn += 1
        self._last = None
        self.list.clear()
        self._fit()
        self.waiting.hide()
        self.more.hide()
        self.title.setText(self.tr("Mail exchanged: being read…"))
        self._pause.start()

    def open_chosen(self) -> None:
        """The message of the current line."""
        item = self.list.currentItem()
        if item is not None:
            folder, message = item.data(0, PLACE)
            self.message_asked.emit(folder, message)

    # -- reading -----------------------------------------------------------------------------------

    def _begin(self, before: MessageId | None) -> None:
        load, turn = self._load, self._turn
        if load is None:
            return

        def done(found: Exchange) -> None:
            if turn == self._turn:
                self._take(found, first=before is None)

        def failed(error: MelError) -> None:
            if turn == self._turn:
                self.title.setText(str(wording.of_error(error)))

        self._bridge.run(self, lambda: load(before), done=done, failed=failed, local=True)

    def _take(self, found: Exchange, *, first: bool) -> None:
        if first:
            self.list.clear()
            self._say_waiting(found.waiting)
        waiting = {one.message for one in found.waiting}
        for row in found.messages:
            self.list.addTopLevelItem(self._item(row, row.id in waiting))
        if found.messages:
            self._last = found.messages[-1].id
        top = self.list.topLevelItem(0)
        if self.list.currentItem() is None and top is not None:
            self.list.setCurrentItem(top)
        self.more.setVisible(found.more)
        number = self.list.topLevelItemCount()
        if not number:
            self.title.setText(self.tr("No mail exchanged, as far as it is on this PC."))
        elif found.more:
            self.title.setText(self.tr("Mail exchanged: the latest %n message(s)", "", number))
        else:
            self.title.setText(self.tr("Mail exchanged: %n message(s)", "", number))
        self._fit()

    def _say_waiting(self, waiting: tuple[Followup, ...]) -> None:
        lines = []
        for one in waiting:
            said = (
                self.tr("An answer is awaited: {subject}")
                if one.kind is FollowupKind.FROM_THEM
                else self.tr("They await your answer: {subject}")
            )
            lines.append(said.format(subject=one.subject or self.tr("(no subject)")))
        self.waiting.setText("\n".join(lines))
        self.waiting.setVisible(bool(lines))

    def _item(self, row: MessageRow, waits: bool) -> QTreeWidgetItem:
        when = row.sent_at or row.received_at
        day = figures.short_date(when, figures.now())
        ours = self._is_ours(row.sender.address)
        who = self.tr("me") if ours else row.sender.name or row.sender.address
        subject = row.subject or self.tr("(no subject)")
        if waits:
            subject = self.tr("{subject} – answer awaited").format(subject=subject)
        item = QTreeWidgetItem([day, who, subject])
        item.setData(0, PLACE, (FolderId(row.folder), row.id))
        item.setData(
            0, Qt.ItemDataRole.AccessibleTextRole, f"{figures.long_date(when)}, {who}, {subject}"
        )
        item.setToolTip(2, subject)
        return item

    def _fit(self) -> None:
        """As high as a few lines; further ones scroll."""
        number = self.list.topLevelItemCount()
        self.list.setVisible(number > 0)
        row = max(self.list.sizeHintForRow(0), self.list.fontMetrics().lineSpacing() + 6)
        high = self.list.header().sizeHint().height() + row * min(max(number, 1), LINES) + 6
        self.list.setFixedHeight(high)
