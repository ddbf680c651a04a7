"""The page of this PC: what takes room, what may go, compaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.model.storage import (
    Compacted,
    FolderRoom,
    Freed,
    Going,
    HeavyMessage,
    StorageView,
    Stuff,
)
from mel_desktop.ui import figures, storage_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.storage_table import Bar, ValueTable
from mel_desktop.ui.theme import Theme

TONES: Final[Mapping[Stuff, str]] = {
    Stuff.TEXTS: "accent",
    Stuff.ATTACHMENTS: "info",
    Stuff.INDEX: "success",
    Stuff.ROWS: "warning",
    Stuff.DIRECTORY: "danger",
    Stuff.WRITING: "star",
    Stuff.FREE: "faint",
    Stuff.JOURNAL: "muted",
    Stuff.RESERVE: "selected",
    Stuff.OUTSIDE: "text",
}
Part = tuple[Stuff, int]


class By(Enum):
    """How room is told."""

    KIND = 0
    FOLDER = 1
    ACCOUNT = 2
    MESSAGE = 3


class RoomPage(QWidget):
    """Reads the store on another thread; everything it does goes on while the window lives."""

    freed = Signal()

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self._theme = theme
        self._view: StorageView | None = None
        self._stop = threading.Event()
        self._names: dict[int, str] = {}
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setAccessibleName(self.tr("Room on this PC"))
        self.bar = Bar(theme, self.tr("Room on this PC"))
        self.by = NamedBox()
        self.by.setAccessibleName(self.tr("How room is shown"))
        for by, words in (
            (By.KIND, self.tr("By kind")),
            (By.FOLDER, self.tr("By folder")),
            (By.ACCOUNT, self.tr("By account")),
            (By.MESSAGE, self.tr("Heaviest messages")),
        ):
            self.by.addItem(words, by)
        self.tables = QStackedWidget()
        self._make_tables()
        self.by.currentIndexChanged.connect(self.tables.setCurrentIndex)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addWidget(self.bar)
        column.addWidget(self.by, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.tables, 1)
        column.addWidget(self._make_proposals())
        column.addLayout(self._make_work())
        self._set_busy(False)

    # -- building ----------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        size, total = figures.size, self._total
        self.kinds: ValueTable[Part] = ValueTable(
            self.tr("Room by kind"),
            (
                (self.tr("What"), lambda one: storage_words.stuff(one[0])),
                (self.tr("Size"), lambda one: size(one[1])),
                (self.tr("Share"), lambda one: storage_words.share(one[1], total())),
            ),
            lambda one: one[0],
            colour=lambda one: QColor(getattr(self._theme.tones, TONES[one[0]])),
        )
        self.folders: ValueTable[FolderRoom] = ValueTable(
            self.tr("Room by folder"),
            (
                (self.tr("Folder"), self._folder),
                (self.tr("Messages"), lambda one: figures.count(one.messages)),
                (self.tr("Texts"), lambda one: size(one.texts)),
                (self.tr("Attachments"), lambda one: size(one.attachments)),
            ),
            lambda one: one.folder,
        )
        self.accounts: ValueTable[tuple[int, int]] = ValueTable(
            self.tr("Room by account"),
            (
                (self.tr("Account"), lambda one: self._names.get(one[0], "")),
                (self.tr("Size"), lambda one: size(one[1])),
            ),
            lambda one: one[0],
        )
        self.messages: ValueTable[HeavyMessage] = ValueTable(
            self.tr("Heaviest messages on this PC"),
            (
                (self.tr("Subject"), lambda one: one.subject or self.tr("(no subject)")),
                (self.tr("From"), lambda one: one.sender),
                (self.tr("Date"), lambda one: figures.short_date(one.received_at, figures.now())),
                (self.tr("Size here"), lambda one: size(one.here)),
            ),
            lambda one: one.id,
        )
        for table in (self.kinds, self.folders, self.accounts, self.messages):
            self.tables.addWidget(table)

    def _make_proposals(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        head = QLabel(
            self.tr("May go from this PC: the server has it, and opening it fetches it again.")
        )
        head.setWordWrap(True)
        grid.addWidget(head, 0, 0, 1, 2)
        self.proposals: dict[Going, QCheckBox] = {}
        for place, what in enumerate(Going, 1):
            tick = QCheckBox(storage_words.going(what))
            tick.toggled.connect(self._set_enabled)
            self.proposals[what] = tick
            grid.addWidget(tick, place, 0)
        self.free = QPushButton(self.tr("&Free this room"))
        self.free.clicked.connect(self.free_chosen)
        grid.addWidget(self.free, 1, 1, len(Going), 1, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(0, 1)
        return box

    def _make_work(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.compact = QPushButton(self.tr("&Compact now"))
        self.compact.clicked.connect(self.compact_now)
        self.compact_words = QLabel()
        self.compact_words.setWordWrap(True)
        self.compact_words.setProperty("muted", True)
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setFixedWidth(160)
        self.stop = QPushButton(self.tr("&Stop"))
        self.stop.clicked.connect(self._stop.set)
        row.addWidget(self.compact_words, 1)
        row.addWidget(self.progress)
        row.addWidget(self.stop)
        row.addWidget(self.compact)
        return row

    # -- what is shown -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Sum up again, on another thread."""
        self._names = {int(one.id): one.email for one in self._facade.accounts()}
        if self._view is None:
            self.summary.setText(self.tr("Being summed up…"))
        self._bridge.run(
            self, self._facade.storage.view, done=self.show_view, failed=self._notice.say_error
        )

    def show_view(self, view: StorageView) -> None:
        """Show what takes room."""
        self._view = view
        words = self.tr("{total} on this PC; {free} free on the disk.").format(
            total=figures.size(view.total), free=figures.size(view.disk_free)
        )
        if view.duplicates:
            words += " " + self.tr(
                "%n attachment(s) stand in several messages and are stored once: {saved} saved.",
                "",
                view.duplicates,
            ).format(saved=figures.size(view.duplicates_saved))
        self.summary.setText(words)
        parts = sorted(view.stuff, key=lambda one: -one[1])
        self.bar.show_parts(
            [(dict(view.stuff)[kind] / max(1, view.total), tone) for kind, tone in TONES.items()],
            ", ".join(
                f"{storage_words.stuff(kind)} {figures.size(octets)}" for kind, octets in parts[:4]
            ),
        )
        self.kinds.show_values(parts)
        self.folders.show_values([one for one in view.folders if one.octets])
        by_account: dict[int, int] = {}
        for one in view.folders:
            by_account[int(one.account)] = by_account.get(int(one.account), 0) + one.octets
        self.accounts.show_values(sorted(by_account.items(), key=lambda one: -one[1]))
        self.messages.show_values(view.heaviest)
        self._show_proposals(view)
        self.compact_words.setText(self._compaction(view))
        self._set_enabled()

    def _show_proposals(self, view: StorageView) -> None:
        found = {one.what: one for one in view.proposals}
        for what, tick in self.proposals.items():
            one = found.get(what)
            name = storage_words.going(what)
            tick.setEnabled(one is not None)
            if one is None:
                tick.setChecked(False)
                tick.setText(self.tr("{what}: nothing").format(what=name))
            else:
                tick.setText(
                    self.tr("{what}: {size} (%n message(s))", "", one.messages).format(
                        what=name, size=figures.size(one.octets)
                    )
                )

    def _compaction(self, view: StorageView) -> str:
        needed = view.total - view.reclaimable
        if not view.reclaimable:
            return self.tr("No page of the database is free.")
        if view.disk_free < needed:
            return self.tr(
                "{size} could be given back to the disk, but a second copy does not fit: "
                "{needed} are needed, {free} are free."
            ).format(
                size=figures.size(view.reclaimable),
                needed=figures.size(needed),
                free=figures.size(view.disk_free),
            )
        return self.tr("Compacting gives {size} back to the disk.").format(
            size=figures.size(view.reclaimable)
        )

    def _folder(self, one: FolderRoom) -> str:
        many = len(self._names) > 1
        return f"{one.path} ({self._names.get(int(one.account), '')})" if many else one.path

    def _total(self) -> int:
        return self._view.total if self._view is not None else 0

    def _set_enabled(self, _: object = None) -> None:
        view, busy = self._view, self.stop.isVisibleTo(self)
        chosen = any(tick.isChecked() for tick in self.proposals.values())
        self.free.setEnabled(chosen and not busy)
        fits = view is not None and view.disk_free >= view.total - view.reclaimable
        self.compact.setEnabled(fits and not busy)

    def _set_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.stop.setVisible(busy)
        self.progress.setRange(0, 0)
        self._set_enabled()

    # -- doing -------------------------------------------------------------------------------------

    def free_chosen(self) -> None:
        """Let go of what is ticked."""
        chosen = [what for what, tick in self.proposals.items() if tick.isChecked()]
        if not chosen:
            return

        def done(freed: Freed) -> None:
            self._notice.say(
                self.tr(
                    "{size} freed in the database (%n message(s)). What you open is fetched again "
                    "from the server.",
                    "",
                    freed.messages,
                ).format(size=figures.size(freed.octets))
            )
            for tick in self.proposals.values():
                tick.setChecked(False)
            self.freed.emit()

        door, stop = self._facade.storage, self._stop
        self._work(lambda: door.free(chosen, self._tell, stop.is_set), done)

    def compact_now(self) -> None:
        """Give free pages back."""

        def done(compacted: Compacted) -> None:
            self._notice.say(
                self.tr("The database went from {before} to {after}.").format(
                    before=figures.size(compacted.before), after=figures.size(compacted.after)
                )
            )

        door, stop = self._facade.storage, self._stop
        self._work(lambda: door.compact(self._tell, stop.is_set), done)

    def _work(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        self._stop.clear()
        self._set_busy(True)

        def attempt() -> object:
            try:
                return work()
            except Cancelled:
                return None  # cancelled work would call nobody back

        def ended(result: object) -> None:
            self._set_busy(False)
            if result is None:
                self._notice.say(self.tr("Stopped. What was done by then stays."))
            else:
                done(result)
            self.refresh()

        def failed(error: MelError) -> None:
            self._set_busy(False)
            needed, free = error.facts.get("needed"), error.facts.get("free")
            if error.code is ErrorCode.DISK_FULL and isinstance(needed, int):
                self._notice.say(
                    self.tr("A second copy does not fit: {needed} needed, {free} free.").format(
                        needed=figures.size(needed),
                        free=figures.size(free if isinstance(free, int) else 0),
                    ),
                    Tone.WARNING,
                )
            else:
                self._notice.say_error(error)
            self.refresh()

        self._bridge.run(self, attempt, done=ended, failed=failed)

    def _tell(self, done: int, expected: int) -> None:  # on an engine thread
        self._bridge.post(lambda: self._show_progress(done, expected))

    def _show_progress(self, done: int, expected: int) -> None:
        self.progress.setRange(0, 100)
        self.progress.setValue(done * 100 // max(1, expected))
