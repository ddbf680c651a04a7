"""The main window: folders, list and reader; drafts, outbox, journal, directory; one status line.

It is a view of the store: commands go to the facade, and what the facade says has changed is read
again. It never waits for the network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QSettings, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import Area, Changes, Status
from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.mail import Address, Folder, FolderId, MessageId, ReadMessage, Role
from mel_desktop.model.organising import View
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.model.people import DirectoryHit
from mel_desktop.ui import wording
from mel_desktop.ui.about import open_about
from mel_desktop.ui.account_desk import AccountDesk
from mel_desktop.ui.actions import Actions
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.doctor_desk import DoctorDesk
from mel_desktop.ui.draft_desk import DraftDesk
from mel_desktop.ui.extras import Extras
from mel_desktop.ui.folder_desk import FolderDesk
from mel_desktop.ui.folder_tree import FolderTree, Place, Search
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.late_panes import LatePanes
from mel_desktop.ui.layout_desk import LayoutDesk
from mel_desktop.ui.leaving_desk import LeavingDesk
from mel_desktop.ui.letters_desk import LettersDesk
from mel_desktop.ui.line_desk import LineDesk
from mel_desktop.ui.mail_page import MailPage
from mel_desktop.ui.menus import Menus
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.pacing import Paced
from mel_desktop.ui.people_desk import PeopleDesk
from mel_desktop.ui.records_desk import RecordsDesk
from mel_desktop.ui.rules_desk import RulesDesk
from mel_desktop.ui.search_room import SearchRoom
from mel_desktop.ui.settings_desk import SettingsDesk
from mel_desktop.ui.soundness_desk import SoundnessDesk
from mel_desktop.ui.status_line import StatusLine
from mel_desktop.ui.storage_desk import StorageDesk
from mel_desktop.ui.table_pane import TablePane
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.toolbar import Tools
from mel_desktop.ui.transfer_desk import TransferDesk
from mel_desktop.ui.undo_desk import UndoDesk
from mel_desktop.ui.welcome import Welcome
from mel_desktop.ui.window_layout import side_by_side, stacked, step
from mel_desktop.ui.writing_desk import WritingDesk

if TYPE_CHECKING:
    from mel_desktop.ui.attachments_pane import AttachmentsPane
    from mel_desktop.ui.composer import Composer
    from mel_desktop.ui.directory_pane import DirectoryPane
    from mel_desktop.ui.journal_pane import JournalPane
    from mel_desktop.ui.local_panes import DraftsPane
    from mel_desktop.ui.outbox_pane import OutboxPane
    from mel_desktop.ui.wizard import AccountWizard

COUNTED: Final = Area.FOLDERS | Area.MESSAGES | Area.BODIES
FOLDERS_MS: Final = 500  # from one reading of folders and their numbers to the next


class MainWindow(QMainWindow):
    """The window of one open profile."""

    closed = Signal()

    def __init__(
        self, facade: Facade, *, theme: Theme | None = None, settings: QSettings | None = None
    ) -> None:
        super().__init__()
        self._facade = facade
        self.theme = theme or Theme()
        self.settings = settings or QSettings()
        self.bridge = Bridge(facade, self)
        self.is_ending = False
        self._accounts: tuple[Account, ...] = ()
        self._folders: tuple[Folder, ...] = ()
        self._counting = Paced(self._read_folders, FOLDERS_MS, self)
        self.setWindowIcon(application_icon())
        self.setWindowTitle("Mel Desktop")
        self.actions_ = Actions(self.theme, self)
        self._make_panes()
        self.toolbar = Tools(self.actions_, self.search_field, self)
        self.addToolBar(self.toolbar)
        self.layout_desk = LayoutDesk(
            self.settings, self.actions_, tree=self.tree, mail=self.mail, splitter=self.splitter,
            toolbar=self.toolbar,
        )  # fmt: skip
        self.menus = Menus(self.actions_, self.menuBar(), self)
        self._connect()
        self.extras = Extras(facade, self)
        self.resize(1280, 720)
        geometry = self.settings.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        self.layout_desk.fit(self.size())  # else the first painting has another toolbar
        self.bridge.changed.connect(self._on_changed)
        self.bridge.changed.connect(self.draft_desk.take_changes)
        self.bridge.status_changed.connect(self._on_status)
        self._read_all()
        (self.mail.view if self._accounts else self.welcome_button).setFocus()

    # -- building ----------------------------------------------------------------------------------

    def _make_panes(self) -> None:
        facade, bridge, theme = self._facade, self.bridge, self.theme
        self.notice = Notice(theme, self)
        self.writing = WritingDesk(facade, bridge, theme, self.notice, self, self.settings)
        self.undo = UndoDesk(facade, theme, self.writing, self)
        self.account_desk = AccountDesk(facade, bridge, theme, self.notice, self)
        self.banner = Notice(theme, self, closable=False)
        self.line_desk = LineDesk(
            facade, bridge, theme, notice=self.notice, banner=self.banner, window=self
        )
        self.soundness = SoundnessDesk(facade, bridge, theme, self.actions_.check, self)
        self.doctor = DoctorDesk(facade, bridge, theme, self.actions_, self.account_desk)
        self.status_line = StatusLine(theme, self)
        self.tree = FolderTree(theme)
        self.storage_desk = StorageDesk(
            facade, bridge, theme, notice=self.notice, settings=self.settings,
            status_line=self.status_line, tree=self.tree, window=self,
        )  # fmt: skip
        self.folder_desk = FolderDesk(facade, self.tree, self.actions_, self.notice, self)
        self.transfer_desk = TransferDesk(facade, bridge, theme, self.actions_, self.tree)
        self.letters = LettersDesk(facade, bridge, theme, self.actions_, self)
        self.mail = MailPage(facade, bridge, theme, self)
        self.rules_desk = RulesDesk(facade, bridge, theme, self.actions_, self.mail, self)
        self.settings_desk = SettingsDesk(
            facade, theme, self.settings, self.actions_, self.mail.reader, self
        )
        self.searching = SearchRoom(
            facade, bridge, page=self.mail, tree=self.tree, actions=self.actions_,
            notice=self.notice, window=self,
        )  # fmt: skip
        self.search_desk, self.search_field = self.searching.desk, self.searching.desk.field
        self.saved = self.searching.saved
        self.late = LatePanes(facade, self, self._show_message)
        self.leaving = LeavingDesk(
            facade, bridge, self.late, tree=self.tree, notice=self.notice, window=self
        )
        self.draft_desk = DraftDesk(self.writing, self.mail)
        self.people = PeopleDesk(facade, theme, self.actions_, self.notice, self)
        self.records = RecordsDesk(facade, bridge, theme, self.actions_.records, self)
        self.welcome = Welcome(self)
        self.welcome_button = self.welcome.button
        self.pages = QStackedWidget()
        for page in (self.mail, self.welcome):
            self.pages.addWidget(page)
        self.splitter = side_by_side(self.tree, self.pages)
        banners = (self.banner, self.soundness.banner, self.rules_desk.banner)
        self.setCentralWidget(
            stacked((self.undo.bar, self.notice, *banners), self.splitter, self.status_line)
        )

    @property
    def drafts(self) -> DraftsPane:
        """Its page, made when it is first gone to."""
        return self.late.drafts

    @property
    def outbox(self) -> OutboxPane:
        """Its page, made when something leaves or it is gone to."""
        return self.late.outbox

    @property
    def journal(self) -> JournalPane:
        """Its page, made when something waits or it is gone to."""
        return self.late.journal

    @property
    def directory(self) -> DirectoryPane:
        """Its page, made when it is first gone to."""
        return self.late.directory

    @property
    def attachments(self) -> AttachmentsPane:
        """Its page, made when it is first gone to."""
        return self.late.attachments

    def _connect(self) -> None:
        acts, mail = self.actions_, self.mail
        slots: tuple[tuple[QAction, Callable[..., object]], ...] = (
            (acts.new, lambda: self.compose(DraftContent())),
            (acts.reply, lambda: self._answer(to_all=False)),
            (acts.reply_all, lambda: self._answer(to_all=True)),
            (acts.forward, self._forward),
            (acts.forward_attached, self._forward_attached),
            (acts.delete, mail.delete),
            (acts.move, mail.ask_move),
            (acts.copy, mail.ask_copy),
            (acts.flag, mail.toggle_flag),
            (acts.read, mail.toggle_read),
            (acts.select_all, mail.choose_all),
            (acts.quit, self.quit),
            (acts.inbox, self.go_inbox),
            (acts.drafts, lambda: self.go(Place.DRAFTS)),
            (acts.outbox, lambda: self.go(Place.OUTBOX)),
            (acts.remind, lambda: self.leaving.ask_reminder(mail.reader.message())),
            (acts.followups, lambda: self.go(Place.FOLLOWUPS)),
            (acts.journal, lambda: self.go(Place.JOURNAL)),
            (acts.directory, lambda: self.go(Place.DIRECTORY)),
            (acts.attachments, lambda: self.go(Place.ATTACHMENTS)),
            (acts.plain, mail.reader.toggle_form),
            (acts.next_pane, lambda: self._step_pane(1)),
            (acts.previous_pane, lambda: self._step_pane(-1)),
            (acts.sync, self._facade.wake),
            (acts.line, self._open_line),
            (acts.storage, self.storage_desk.open),
            (acts.keep_here, lambda: self.storage_desk.ask_keep(mail.view.selected_ids())),
            (acts.rest, lambda: self._with_account(self.line_desk.ask_rest)),
            (acts.plan, lambda: self._with_account(self.line_desk.show_plan)),
            (acts.add_account, self.add_account),
            (acts.add_by_page, self.account_desk.oauth.add),
            (acts.password, self._ask_password),
            (acts.network, lambda: self._with_account(self.account_desk.network.open)),
            (acts.remove_account, self._ask_remove_account),
            (acts.migrate, lambda: self._with_account(self.account_desk.migrate)),
            (acts.join_box, lambda: self._with_account(self.account_desk.join_box)),
            (acts.server_data, self.account_desk.show_data),
            (acts.import_csv, self._import_csv),
            (acts.about, lambda: open_about(self, self._facade)),
        )
        for action, slot in slots:
            action.triggered.connect(lambda _=False, call=slot: call())
        acts.unread_only.toggled.connect(mail.unread_only.setChecked)
        mail.unread_only.toggled.connect(acts.unread_only.setChecked)
        acts.folders.toggled.connect(self.tree.setVisible)
        acts.offline.toggled.connect(self._set_offline)
        self.tree.chosen.connect(self._on_target)
        self.tree.chosen_again.connect(self._on_chosen_again)
        self.tree.dropped.connect(mail.drop_on)
        mail.selection_changed.connect(self._set_enabled)
        mail.search_ended.connect(self.end_search)
        mail.reader.write_to.connect(
            lambda address: self.compose(DraftContent(to=(Address("", address),)))
        )
        self.welcome.add_asked.connect(self.add_account)
        self.leaving.place_asked.connect(self.go)
        self.leaving.message_asked.connect(self._show_read)
        self.leaving.answer_asked.connect(self._remind)
        self.letters.begin_with(self.compose)
        self.people.begin_with(mail, self.compose)
        self.records.import_asked.connect(self._import_csv)
        self.status_line.waiting_asked.connect(self._show_waiting)
        self.status_line.line_asked.connect(self._open_line)
        self.line_desk.settings_changed.connect(self.status_line.show_settings)
        self.line_desk.folder_asked.connect(self.go)
        self.line_desk.counted.connect(self.status_line.show_status)
        mail.reader.fetched.connect(self.line_desk.count_soon)
        self.folder_desk.made.connect(self._go_new)
        self.search_desk.shown.connect(lambda: self._show_page(self.mail))
        self.search_desk.emptied.connect(self.end_search)
        self.searching.place_asked.connect(self.go)
        self.searching.draft_asked.connect(self.open_draft)
        self.searching.person_asked.connect(self._show_person)
        self.saved.changed.connect(self._read_folders)
        escape = QShortcut(QKeySequence("Esc"), self)
        escape.activated.connect(self._on_escape)
        self._set_enabled(0)

    # -- reading the store -------------------------------------------------------------------------

    def _read_all(self) -> None:
        self._read_accounts()
        self._read_folders()
        self._count_local(Area.DRAFTS | Area.OUTBOX | Area.JOURNAL)
        with self.notice.errors():
            self._on_status(self._facade.status())
        if not self._accounts:
            self._show_page(self.welcome)
            self.account_desk.greet()
        elif not self.go_inbox():
            self._show_page(self.mail)

    def _read_accounts(self) -> None:
        with self.notice.errors():
            self._accounts = self._facade.accounts()
        self.line_desk.take_accounts(self._accounts)
        has_account = bool(self._accounts)
        acts = self.actions_
        for action in (
            *(acts.new, acts.password, acts.remove_account, acts.sync),
            *(acts.line, acts.rest, acts.plan),
        ):
            action.setEnabled(has_account)
        if not has_account:
            self._show_page(self.welcome)
        elif self.pages.currentWidget() is self.welcome:
            self._show_page(self.mail)
            self.mail.reader.show_nothing(self.tr("Your messages are on their way."))

    def _read_folders(self) -> None:
        with self.notice.errors():
            self._folders = self._facade.folders()
            self.tree.show_folders(self._accounts, self._folders, self.saved.read())
        self.folder_desk.take_folders(self._folders)
        self.line_desk.look_at_brakes()
        shown = self.mail.folder()
        if shown is None and self.pages.currentWidget() is self.mail:
            self.go_inbox()
        elif shown is not None:
            now = self._folder(shown.id)
            if now is None:  # removed, here or on the server
                self.mail.forget_folder()
                if self.pages.currentWidget() is self.mail:
                    self.go_inbox()
            else:
                self.mail.refresh_folder(now)
        self._set_title()

    def _folder(self, folder: FolderId) -> Folder | None:
        return next((one for one in self._folders if one.id == folder), None)

    def _count_local(self, areas: Area) -> None:
        model = self.tree.folder_model()
        with self.notice.errors():
            if areas & Area.DRAFTS:
                model.set_place_count(Place.DRAFTS, len(self._facade.drafts()))
            self.late.take_changes(areas)

    def _on_changed(self, changes: Changes) -> None:
        took = QElapsedTimer()
        took.start()
        if changes.areas & Area.ACCOUNTS:
            self._read_accounts()
        if changes.areas & (Area.ACCOUNTS | Area.SEARCHES):
            self._counting.now()
        elif changes.areas & COUNTED:
            self._counting.ask()
        self.mail.take_changes(changes)
        self.search_desk.take_changes(changes)
        self._count_local(changes.areas)
        self.leaving.take_changes(changes.areas)
        self.bridge.ease(int(took.elapsed()))

    def count_decisions(self, number: int) -> None:
        """How many changes ask for a person."""
        self.status_line.show_decisions(number)
        waiting = self.status_line.status().waiting_changes
        model = self.tree.folder_model()
        model.set_place_count(Place.JOURNAL, max(waiting, number), loud=number > 0)

    def _on_status(self, status: Status) -> None:
        self.status_line.show_status(status)
        self.line_desk.take_status(status)
        self.undo.set_offline(status.offline)
        model = self.tree.folder_model()
        self.leaving.show_status(status)
        asking = self.status_line.decisions()
        waits = max(status.waiting_changes, asking)
        model.set_place_count(Place.JOURNAL, waits, loud=asking > 0)
        self.search_desk.offline = status.offline
        offline = self.actions_.offline
        if offline.isChecked() != status.offline:
            offline.blockSignals(True)
            offline.setChecked(status.offline)
            offline.blockSignals(False)
        self.account_desk.say_troubles(status, self._accounts)

    # -- going about -------------------------------------------------------------------------------

    def go_inbox(self) -> bool:
        """Show the inbox of the first account; False when there is none yet."""
        inbox = next((one for one in self._folders if one.role is Role.INBOX), None)
        if inbox is None:
            return False
        self.go(inbox.id)
        if self.pages.currentWidget() is not self.mail or self.mail.folder() is None:
            self._on_target(inbox.id)
        return True

    def go(self, target: FolderId | Place | Search | View) -> None:
        """Show a folder, a place, a view or a saved search, also from results that hide it."""
        if self.tree.target() == target:
            self.end_search()
        else:
            self.tree.choose(target)

    def _show_message(self, folder: FolderId, message: MessageId) -> None:
        self.go(folder)
        self.mail.choose(message)

    def _show_read(self, read: ReadMessage) -> None:
        self._show_message(read.folder, read.id)

    def _on_target(self, target: object) -> None:
        self.search_desk.clear()
        if isinstance(target, Place):
            pane = self.late.pane(target)
            pane.refresh()
            self._show_page(pane)
        elif isinstance(target, Search):
            self.searching.open_saved(target)
        elif isinstance(target, View):
            self.mail.show_view(target)
            self._show_page(self.mail)
        elif isinstance(target, int):
            folder = self._folder(FolderId(target))
            if folder is not None:
                self.mail.show_folder(folder)
                self._show_page(self.mail)
        if self.layout_desk.narrow:
            self.actions_.folders.setChecked(False)

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self._set_enabled(self.mail.view.selected_count())
        self._set_title()

    def _set_title(self) -> None:
        folder = self.mail.folder()
        words = "Mel Desktop"
        if self.pages.currentWidget() is self.mail and folder is not None:
            name = wording.folder_name(folder)
            unread = f" ({folder.unread})" if folder.unread else ""
            words = f"{name}{unread} – Mel Desktop"
        self.setWindowTitle(words)

    def _set_enabled(self, chosen: int) -> None:
        on_mail = self.pages.currentWidget() is self.mail
        for action in self.actions_.need_messages():
            action.setEnabled(on_mail and chosen > 0)
        for action in self.actions_.need_one_message():
            action.setEnabled(on_mail and chosen == 1)

    def _step_pane(self, by: int) -> None:
        page = self.pages.currentWidget()
        inner: list[QWidget] = [self.mail.view, self.mail.reader.browser]
        if isinstance(page, TablePane):
            inner = [page.table]
        elif self.late.is_shown(Place.ATTACHMENTS):
            inner = [self.attachments.query, self.attachments.table]
        elif self.late.is_shown(Place.DIRECTORY):
            inner = [self.directory.query, self.directory.list]
        step((self.tree, *inner, self.search_field), by)

    def _on_escape(self) -> None:
        if self.mail.is_reading():
            self.mail.show_list()
        elif self.mail.is_search():
            self.end_search()

    def _show_waiting(self) -> None:
        status = self.status_line.status()
        in_outbox = status.failed_outbox or (
            status.waiting_outbox and not self.status_line.decisions()
        )
        self.go(Place.OUTBOX if in_outbox else Place.JOURNAL)

    # -- search ------------------------------------------------------------------------------------

    def search(self) -> None:
        """Search for what stands in the field; an empty field ends the search."""
        self.search_desk.search()

    def end_search(self) -> None:
        """Back to what was shown before; nothing happens where no search is shown."""
        if not self.mail.is_search():
            return
        folder = self.mail.folder()
        if folder is not None:
            self.mail.show_folder(folder)
        target = self.tree.target()
        if isinstance(target, Search):  # the saved search itself ends too
            self.tree.choose(folder.id if folder is not None else Place.DRAFTS)
            return
        self._on_target(target if target is not None or folder is None else folder.id)

    def _on_chosen_again(self) -> None:
        target = self.tree.target()
        if isinstance(target, Search):
            self._on_target(target)
        else:
            self.end_search()

    def _show_person(self, found: DirectoryHit) -> None:
        self.go(Place.DIRECTORY)
        self.directory.show_entry(found)

    # -- writing -----------------------------------------------------------------------------------

    def compose(self, content: DraftContent) -> Composer | None:
        """Open a composer in the account shown; None without an account."""
        account = self._current_account()
        return None if account is None else self.writing.compose(account.id, content)

    def open_draft(self, draft: DraftId) -> Composer | None:
        """Go on with a draft."""
        return self.writing.open_draft(draft)

    def _answer(self, *, to_all: bool) -> None:
        read = self.mail.reader.message()
        account = None if read is None else self._account_of(read.folder)
        if read is not None and account is not None:
            self.writing.answer(read, account, to_all=to_all, **self.mail.reader.selected())

    def _remind(self, read: ReadMessage) -> None:
        account = self._account_of(read.folder)
        if account is not None:
            self.writing.answer(read, account, to_all=True)

    def _forward(self) -> None:
        read = self.mail.reader.message()
        account = None if read is None else self._account_of(read.folder)
        if read is not None and account is not None:
            self.writing.pass_on(read, account, **self.mail.reader.selected())

    def _forward_attached(self) -> None:
        chosen = self.mail.view.selected_ids()
        self._with_account(lambda account: self.writing.pass_on_attached(chosen, account))

    def _account_of(self, folder: FolderId) -> AccountId | None:
        found = self._folder(folder)
        return None if found is None else AccountId(found.account)

    def _current_account(self) -> Account | None:
        shown = self.mail.folder()
        wanted = None if shown is None else shown.account
        found = next((one for one in self._accounts if one.id == wanted), None)
        return found or (self._accounts[0] if self._accounts else None)

    def _with_account(self, work: Callable[[AccountId], object]) -> None:
        account = self._current_account()
        if account is not None:
            work(account.id)

    def _open_line(self) -> None:
        account = self._current_account()
        self.line_desk.open(None if account is None else account.id)

    def _go_new(self, folder: FolderId) -> None:
        """A folder that was made this moment: the tree learns of it first."""
        self._read_folders()
        self.go(folder)

    # -- others ------------------------------------------------------------------------------------

    def _import_csv(self) -> None:
        self.go(Place.DIRECTORY)
        self.directory.choose_files()

    def add_account(self) -> AccountWizard:
        """Open the wizard."""
        return self.account_desk.add()

    def _ask_password(self) -> None:
        account = self._current_account()
        if account is not None:
            self.account_desk.ask_password(account)

    def _ask_remove_account(self) -> None:
        account = self._current_account()
        if account is not None:
            self.account_desk.ask_remove(account)

    def _set_offline(self, offline: bool) -> None:
        with self.notice.errors():
            self._facade.set_offline(offline)

    def say_bug(self) -> None:
        """Something that no code foresaw happened in a slot."""
        self.notice.say(str(wording.of_code(ErrorCode.BUG)), Tone.DANGER)

    # -- Qt ----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words, then fewer panes, as the window gets narrower."""
        super().resizeEvent(event)
        self.layout_desk.fit(event.size())

    def quit(self) -> bool:
        """Close for good, also where closing would only put the window away."""
        self.is_ending = True
        self.is_ending = closed = self.close()
        return closed

    def closeEvent(self, event: QCloseEvent) -> None:
        """Composers keep their drafts first; a draft that cannot be kept stops the closing."""
        self.extras.resume.note()
        if not self.writing.close_all():
            event.ignore()
            return
        self.settings.setValue("geometry", self.saveGeometry())
        self.bridge.close()
        event.accept()
        self.closed.emit()
