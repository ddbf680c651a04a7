"""The assistant that takes an account to another service, page by page.

Nothing needs the network before "Try and compare"; nothing is changed before "Go over". It may be
closed at any page: a plan and a move under way are found again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.account_move import (
    CarryReport,
    FolderPair,
    MovePlan,
    MoveStage,
    MoveStatus,
    PairReason,
)
from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.discovery import Found
from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.model.people import ImportReport
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.migration_pages import (
    FoldersPage,
    MorePage,
    ReportPage,
    ServersPage,
    SummaryPage,
)
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

SERVERS, FOLDERS, MORE, SUMMARY, REPORT = range(5)


class MigrationDialog(QDialog):
    """Five pages. What was planned or moved earlier is shown first."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        account: Account,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Move the account to another service"))
        self._facade = facade
        self._bridge = bridge
        self._account = account
        self._plan: MovePlan | None = None
        self._pairs: tuple[FolderPair, ...] = ()
        self._stopped = False
        self.notice = Notice(theme, self)
        self.servers = ServersPage(account, self)
        self.folders = FoldersPage(self)
        self.more = MorePage(account, self)
        self.summary = SummaryPage(self)
        self.report = ReportPage(self)
        self._lay_out()
        self.servers.edited.connect(self._on_edited)
        self.servers.asked.connect(self.find_servers)
        self.folders.table.chosen.connect(self._on_chosen)
        self.more.contacts_chosen.connect(self.import_contacts)
        self.report.look.clicked.connect(self.look)
        self.report.carry.clicked.connect(self._ask_carry)
        self.report.stop.clicked.connect(self._stop)
        self.report.end.clicked.connect(lambda: self._ask_end())
        self.resize(720, 560)
        self._begin()

    def _lay_out(self) -> None:
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._pages = QStackedWidget()
        for page in (self.servers, self.folders, self.more, self.summary, self.report):
            self._pages.addWidget(page)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The new servers are being tried"))
        self.progress.hide()
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setAccessibleName(self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        self.back = QPushButton(self.tr("&Back"))
        self.back.setAccessibleName(self.tr("Back"))
        self.back.clicked.connect(lambda: self._go(self._pages.currentIndex() - 1))
        self.next = QPushButton()
        self.next.setProperty("primary", True)
        self.next.setDefault(True)
        self.next.clicked.connect(self._on_next)
        row = QHBoxLayout()
        row.addWidget(self.close_button)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        rule = QFrame()
        rule.setObjectName("rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(self._title)
        column.addWidget(self.notice)
        column.addWidget(self._pages, 1)
        column.addWidget(self.progress)
        column.addWidget(rule)
        column.addLayout(row)

    def _begin(self) -> None:
        known: MoveStatus | None = None
        with self.notice.errors():
            known = self._facade.migration.status(self._account.id)
        if known is not None and known.stage is MoveStage.MOVED:
            self._go(REPORT)
            return
        self._go(SERVERS)
        if known is not None and known.stage is MoveStage.PLANNED:
            self.servers.fill(known.hosts)
            self.more.notes.setPlainText(known.notes)
            self.more.signature.setChecked(known.keep_signature)
            self._pairs = known.pairs
            self.servers.password.setFocus()
            self.notice.say(
                self.tr("This move was planned earlier. Type the password to go on."), Tone.INFO
            )

    # -- going about -------------------------------------------------------------------------------

    def page(self) -> int:
        """The page that is shown."""
        return self._pages.currentIndex()

    def _go(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self._title.setText(
            (
                self.tr("The new service"),
                self.tr("Where your folders go"),
                self.tr("Contacts, signature, filters"),
                self.tr("What happens now"),
                self.tr("Where the move stands"),
            )[page]
        )
        words = (
            self.tr("&Try and compare"),
            self.tr("&Next"),
            self.tr("&Next"),
            self.tr("&Go over"),
            "",
        )[page]
        self.next.setText(words)
        self.next.setAccessibleName(words.replace("&", ""))
        self.next.setVisible(page != REPORT)
        self.back.setVisible(0 < page < REPORT)
        self.notice.clear()
        if page == SUMMARY:
            self._show_summary()
        if page == REPORT:
            self._show_status()
        self._on_edited()
        focus = (
            self.servers.login, self.folders.table.first(), self.more.contacts, self.next,
            self.close_button,
        )  # fmt: skip
        focus[page].setFocus()

    def _on_edited(self) -> None:
        busy = self.progress.isVisible()
        ready = self.page() != SERVERS or self.servers.is_ready()
        self.next.setEnabled(ready and not busy)

    def _on_next(self) -> None:
        page = self.page()
        if page == SERVERS:
            self.compare()
        elif page == SUMMARY:
            self._move()
        else:
            self._keep_plan()
            self._go(page + 1)

    # -- trying ------------------------------------------------------------------------------------

    def find_servers(self) -> None:
        """Look for the servers of the address; only its domain leaves this PC."""
        door = self._facade.discovery
        domain = door.domain_of(self.servers.email.text().strip())
        self.notice.clear()
        self._set_trying(on=True)

        def done(found: Found) -> None:
            self._set_trying(on=False)
            self.servers.show_found(found)
            one = self.servers.imap.candidate
            if one is not None and one.login is not None and not self.servers.login.text():
                address = self.servers.email.text().strip()
                self.servers.login.setText(door.proposed_login(one.login, address))

        def failed(error: MelError) -> None:
            self._set_trying(on=False)
            self.notice.say_error(error)

        self._bridge.run(self, lambda: door.look(domain), done=done, failed=failed)

    def compare(self) -> None:
        """Sign in once, and look."""
        hosts, password = self.servers.hosts(), Secret(self.servers.password.text())
        account, earlier = self._account.id, self._pairs
        self.notice.clear()
        self._set_trying(on=True)

        def done(plan: MovePlan) -> None:
            self._set_trying(on=False)
            self._plan, self._pairs = plan, plan.pairs
            for one in earlier:  # what was chosen by hand on another day
                if one.reason is PairReason.HAND:
                    self._choose(one.old, one.new)
            self.folders.show_plan(plan)
            self.folders.table.show_pairs(plan, self._pairs)
            self._go(FOLDERS)
            self._keep_plan()

        def failed(error: MelError) -> None:
            self._set_trying(on=False)
            self.notice.say_error(error)
            self.servers.password.setFocus()
            self.servers.password.selectAll()

        self._bridge.run(
            self,
            lambda: self._facade.migration.compare(account, hosts, password),
            done=done,
            failed=failed,
        )

    def _set_trying(self, *, on: bool) -> None:
        self.progress.setVisible(on)
        self.servers.setEnabled(not on)
        self._on_edited()

    def _on_chosen(self, old: str, new: str) -> None:
        self._choose(old, new)
        if self._plan is not None:
            focus = [one.old for one in self._pairs].index(old)
            self.folders.table.show_pairs(self._plan, self._pairs)
            self.folders.table.choice(focus).setFocus()

    def _choose(self, old: str, new: str) -> None:
        if self._plan is None:
            return
        with self.notice.errors():
            self._pairs = self._facade.migration.with_choice(self._plan, self._pairs, old, new)

    def _keep_plan(self) -> None:
        """It may go on another day from here."""
        if self._plan is None:
            return
        with self.notice.errors():
            door = self._facade.migration
            door.save_plan(self._plan, self._pairs)
            door.note(
                self._account.id,
                self.more.notes.toPlainText().strip(),
                keep_signature=self.more.signature.isChecked(),
            )

    def import_contacts(self, files: list[Path]) -> None:
        """Read the files into the directory."""
        self.more.contacts.setEnabled(False)

        def done(reports: tuple[ImportReport, ...]) -> None:
            self.more.contacts.setEnabled(True)
            number = sum(one.persons for one in reports)
            self.more.taken.setText(self.tr("%n contact(s) imported.", "", number))

        def failed(error: MelError) -> None:
            self.more.contacts.setEnabled(True)
            self.notice.say_error(error)

        self._bridge.run(
            self,
            lambda: self._facade.migration.import_contacts(files),
            done=done,
            failed=failed,
            local=True,
        )

    # -- going over --------------------------------------------------------------------------------

    def _show_summary(self) -> None:
        made = sum(one.creates for one in self._pairs)
        left = sum(not one.new for one in self._pairs)
        self.summary.show_words(self._account, self.servers.hosts(), made, left)

    def _move(self) -> None:
        if self._plan is None:
            return
        with self.notice.errors():
            self._keep_plan()
            password = Secret(self.servers.password.text())
            moved = self._facade.migration.move(self._plan, self._pairs, password)
            self._account = moved.account
            self.servers.password.clear()
            self._go(REPORT)
            self.look()

    def _show_status(self) -> None:
        with self.notice.errors():
            known = self._facade.migration.status(self._account.id)
            if known is not None:
                self.report.show_status(known)

    def look(self) -> None:
        """Read both sides."""
        account = self._account.id
        self._run(lambda: self._facade.migration.look(account), lambda _: None)

    def _stop(self) -> None:
        self._stopped = True
        self.report.stop.setEnabled(False)

    def _run(
        self,
        work: Callable[[], object],
        done: Callable[[object], None],
        *,
        may_stop: bool = False,
    ) -> None:
        self._stopped = False
        self.report.stop.setEnabled(True)
        self.report.set_busy(busy=True, may_stop=may_stop)

        def over(result: object) -> None:
            self.report.set_busy(busy=False)
            self._show_status()
            done(result)

        def failed(error: MelError) -> None:
            self.report.set_busy(busy=False)
            self._show_status()
            self.notice.say_error(error)

        self._bridge.run(self, work, done=over, failed=failed)

    def _ask_carry(self) -> None:
        with self.notice.errors():
            number, fetched, sent = self._facade.migration.price_of_carrying(self._account.id)
            if not number:
                self.notice.say(
                    self.tr("Only the trash, junk mail or drafts hold more: they stay there."),
                    Tone.INFO,
                )
                return
            ask(
                self,
                Question(
                    title=self.tr("Carry up messages"),
                    text=self.tr("Carry up %n message(s) to the new service?", "", number),
                    more=self.tr(
                        "{fetched} come from the old server, {sent} go up. It may be stopped and "
                        "gone on with; each message arrives once. Trash and junk mail stay."
                    ).format(fetched=figures.size(fetched), sent=figures.size(sent)),
                    yes=self.tr("Carry up"),
                    no=self.tr("Wait"),
                    destroys=False,
                    yes_ahead=True,
                ),
                self.carry_up,
            )

    def carry_up(self) -> None:
        """Make it ready, then sync."""
        account, door = self._account.id, self._facade.migration

        def progress(done: int, number: int) -> None:
            self._bridge.post(lambda: self.report.show_progress(done, number))

        def work() -> CarryReport | None:
            try:
                made = door.carry(account, progress=progress, cancelled=lambda: self._stopped)
            except Cancelled:
                return None
            door.look(account)
            return made

        def done(result: object) -> None:
            if isinstance(result, CarryReport) and result.refused:
                number = sum(many for _, many in result.refused)
                self.notice.say(
                    self.tr("%n message(s) could not be made ready.", "", number), Tone.WARNING
                )

        self._run(work, done, may_stop=True)

    # -- the end -----------------------------------------------------------------------------------

    def _ask_end(self) -> QMessageBox | None:
        known: MoveStatus | None = None
        with self.notice.errors():
            known = self._facade.migration.status(self._account.id)
        if known is None:
            return None
        more = [self.tr("Nothing is deleted on the old server.")]
        if known.only_there:
            more.append(
                self.tr(
                    "%n message(s) are there only: after this, its webmail alone shows them.",
                    "",
                    known.only_there,
                )
            )
        if known.looked_for:
            more.append(
                self.tr(
                    "%n message(s) of here are not on the new service: their texts stay in "
                    "“Sur ce PC”.",
                    "",
                    known.looked_for,
                )
            )
        return ask(
            self,
            Question(
                title=self.tr("End the old account"),
                text=self.tr("End the old account on this PC?"),
                more=" ".join(more),
                yes=self.tr("End it"),
                no=self.tr("Keep it"),
            ),
            self.end_old,
        )

    def end_old(self) -> None:
        """The teacher said so."""
        with self.notice.errors():
            self._facade.migration.finish(self._account.id, accept=True)
        self._show_status()
