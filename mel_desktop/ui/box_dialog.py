"""A functional box that was an account of its own becomes a shared folder of a person's account."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.account_move import FolderPair
from mel_desktop.model.accounts import Account
from mel_desktop.model.errors import MelError
from mel_desktop.model.shared_boxes import BoxJoined, BoxPlan, SharedRoot
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.migration_folders import FoldersTable
from mel_desktop.ui.migration_pages import muted
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class BoxDialog(QDialog):
    """Choose the person's account and the shared box, look at the table, join."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        box: Account,
        others: Sequence[Account],
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Functional box"))
        self._facade = facade
        self._bridge = bridge
        self._box = box
        self._plan: BoxPlan | None = None
        self._pairs: tuple[FolderPair, ...] = ()
        self.notice = Notice(theme, self)
        self.into = NamedBox()
        self.into.setAccessibleName(self.tr("Your own account"))
        for one in others:
            self.into.addItem(one.email, one.id)
        self.root = NamedBox()
        self.root.setAccessibleName(self.tr("Shared box"))
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.table = FoldersTable(self)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The shared box is being looked at"))
        self.progress.hide()
        self._lay_out()
        self.into.currentIndexChanged.connect(lambda _: self._read_roots())
        self.root.currentIndexChanged.connect(lambda _: self._forget())
        self.table.chosen.connect(self._on_chosen)
        self.resize(700, 540)
        self._read_roots()

    def _lay_out(self) -> None:
        self.look = QPushButton(self.tr("&Look at it"))
        self.look.setAccessibleName(self.tr("Look at it"))
        self.look.clicked.connect(self.compare)
        self.join = QPushButton(self.tr("&Join…"))
        self.join.setAccessibleName(self.tr("Join"))
        self.join.setProperty("primary", True)
        self.join.clicked.connect(lambda: self._ask())
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Your own &account"), self.into)
        form.addRow(self.tr("&Shared box"), self.root)
        row = QHBoxLayout()
        row.addWidget(close)
        row.addStretch(1)
        row.addWidget(self.look)
        row.addWidget(self.join)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(
            muted(
                self.tr(
                    "On the national service a functional box such as {email} has no shared "
                    "password any more: it is a shared box of your own account. Its messages stay "
                    "here and are not fetched again; this account ends on this PC. Nothing is "
                    "deleted on any server."
                ).format(email=self._box.email)
            )
        )
        column.addLayout(form)
        column.addWidget(self.facts)
        column.addWidget(self.table, 1)
        column.addWidget(self.progress)
        column.addLayout(row)

    def _read_roots(self) -> None:
        self.root.clear()
        roots: tuple[SharedRoot, ...] = ()
        with self.notice.errors():
            if self.into.currentIndex() >= 0:
                roots = self._facade.migration.shared_roots(self._box.id, self.into.currentData())
        for one in roots:
            self.root.addItem(one.path, one)
        self._forget()
        if not roots:
            self.notice.say(
                self.tr(
                    "No shared box is seen in your account yet. Ask its owner to share it with "
                    "you, synchronise, then come back."
                ),
                Tone.INFO,
            )

    def _forget(self) -> None:
        """Another box: it was not looked at yet."""
        self._plan, self._pairs = None, ()
        self.table.setRowCount(0)
        self.facts.setText("")
        self.look.setEnabled(self.root.currentIndex() >= 0)
        self.join.setEnabled(False)

    def compare(self) -> None:
        """Ask the server for the rights, and pair the folders."""
        box, into, root = self._box.id, self.into.currentData(), self.root.currentData()
        self.notice.clear()
        self._set_busy(on=True)

        def done(plan: BoxPlan) -> None:
            self._set_busy(on=False)
            self._plan, self._pairs = plan, plan.pairs
            self.table.show_choices(plan.root.folders, plan.pairs)
            self.facts.setText(self._words(plan))
            self.join.setEnabled(plan.may_read)
            (self.join if plan.may_read else self.look).setFocus()

        def failed(error: MelError) -> None:
            self._set_busy(on=False)
            self.notice.say_error(error)

        self._bridge.run(
            self,
            lambda: self._facade.migration.compare_box(box, into, root),
            done=done,
            failed=failed,
        )

    def _words(self, plan: BoxPlan) -> str:
        if plan.rights is None:
            return self.tr("The server does not tell your rights in this box.")
        known = (
            ("r", self.tr("read")),
            ("s", self.tr("mark as read")),
            ("w", self.tr("flag")),
            ("i", self.tr("put messages in")),
            ("t", self.tr("delete messages")),
            ("k", self.tr("make folders")),
            ("a", self.tr("give rights to others")),
        )
        given = [words for letter, words in known if letter in plan.rights]
        if not plan.may_read:
            return self.tr("You may not read this box.")
        words = self.tr("Your rights in this box: {rights}.").format(rights=", ".join(given))
        if not plan.may_change:
            words += " " + self.tr("What you change here would be refused there.")
        return words

    def _set_busy(self, *, on: bool) -> None:
        self.progress.setVisible(on)
        self.look.setEnabled(not on)
        self.into.setEnabled(not on)
        self.root.setEnabled(not on)

    def _on_chosen(self, old: str, new: str) -> None:
        if self._plan is None:
            return
        with self.notice.errors():
            self._pairs = self._facade.migration.with_shared(self._plan, self._pairs, old, new)

    def _ask(self) -> None:
        if self._plan is None:
            return
        left = sum(one.here for one in self._pairs if not one.new)
        more = self.tr("You will be able to write as {email} from your own account.").format(
            email=self._box.email
        )
        if left:
            more += " " + self.tr(
                "%n message(s) have no shared folder: they stay in “Sur ce PC”.", "", left
            )
        ask(
            self,
            Question(
                title=self.tr("Functional box"),
                text=self.tr("End the account {email} here and go on with the shared box?").format(
                    email=self._box.email
                ),
                more=more,
                yes=self.tr("Join"),
                no=self.tr("Cancel"),
            ),
            self.join_now,
        )

    def join_now(self) -> None:
        """The teacher said so."""
        if self._plan is None:
            return
        with self.notice.errors():
            joined: BoxJoined = self._facade.migration.join_box(self._plan, self._pairs)
            self.join.setEnabled(False)
            self.look.setEnabled(False)
            self._plan = None
            self.facts.setText(
                self.tr("Done: %n message(s) go on in the shared box.", "", joined.messages)
            )
            self._facade.wake()
