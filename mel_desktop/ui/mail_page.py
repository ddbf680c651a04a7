"""The middle and right panes: the messages of a folder or of a search, and the reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.finding import SearchResult
from mel_desktop.model.mail import Flags, Folder, FolderId, Marks, MessageId, Role
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.dialogs import MoveDialog, movable
from mel_desktop.ui.message_delegate import MessageDelegate
from mel_desktop.ui.message_list import MessageListModel, MessageListView
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.reader import Reader
from mel_desktop.ui.search_strip import SearchStrip
from mel_desktop.ui.theme import Theme

NOTICE_MS: Final = 6000
AT_ONCE: Final = 500  # messages; writing more takes longer than a person notices


class MailPage(QWidget):
    """Everything here is local; what is missing is fetched by the reader."""

    selection_changed = Signal(int)  # how many messages are chosen
    search_ended = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._folder: Folder | None = None
        self._query = ""
        self._chosen_before: tuple[MessageId, ...] = ()
        self._title_of_search = ""
        self._narrow = False
        self.notice = Notice(theme, self)
        self.model = MessageListModel(facade, self)
        self.strip = SearchStrip(theme, self)
        self.view = MessageListView()
        self.view.setModel(self.model)
        self.delegate = MessageDelegate(theme, self.view)
        self.view.setItemDelegate(self.delegate)
        self.reader = Reader(facade, bridge, theme, self)
        self.view.chosen.connect(self._on_chosen)
        self.view.opened.connect(self._on_opened)
        self.view.clicked.connect(lambda _: self._on_opened())
        self.view.selectionModel().selectionChanged.connect(self._tell_selection)
        self.reader.back_asked.connect(self.show_list)
        theme.changed.connect(self.view.viewport().update)
        self._lay_out()

    def _lay_out(self) -> None:
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._facts = QLabel()
        self._facts.setProperty("muted", True)
        self._facts.setWordWrap(True)
        self.unread_only = QCheckBox(self.tr("Unread"))
        self.unread_only.setAccessibleName(self.tr("Only unread messages"))
        self.unread_only.toggled.connect(lambda: self.refresh_ids())
        self._end_search = QPushButton(self.tr("End the search"))
        self._end_search.setProperty("link", True)
        self._end_search.setAccessibleName(self.tr("End the search"))
        self._end_search.clicked.connect(self.search_ended)
        self._end_search.hide()
        head = QWidget()
        head.setObjectName("paneHead")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        first = QHBoxLayout()
        first.addWidget(self._title, 1)
        first.addWidget(self.unread_only)
        first.addWidget(self._end_search)
        rows = QVBoxLayout(head)
        rows.setContentsMargins(14, 8, 10, 7)
        rows.setSpacing(1)
        rows.addLayout(first)
        rows.addWidget(self._facts)
        self._empty = QLabel()
        self._empty.setProperty("muted", True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(24, 40, 24, 24)
        self._left = QWidget()
        self._left.setObjectName("sheet")
        self._left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.strip)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        self.splitter = QSplitter()
        self.splitter.addWidget(self._left)
        self.splitter.addWidget(self.reader)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setSizes([400, 700])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.notice)
        whole.addWidget(self.splitter, 1)

    # -- what is shown -----------------------------------------------------------------------------

    def folder(self) -> Folder | None:
        """The folder shown, also beneath a search."""
        return self._folder

    def role_of(self, message: MessageId) -> Role | None:
        """What the folder of a message is for; also of one that a search found."""
        shown = self._folder
        with self.notice.errors():
            if self._query:
                row = self._facade.message_rows((message,))[0]
                folders = self._facade.folders()
                shown = next((one for one in folders if one.id == row.folder), None)
        return None if shown is None else shown.role

    def is_search(self) -> bool:
        """Whether results of a search are shown."""
        return bool(self._query)

    def show_folder(self, folder: Folder) -> None:
        """Show the messages of a folder, newest first."""
        self._folder = folder
        self._end_of_search()
        self.delegate.show_for(folder.role)
        with self.notice.errors():
            ids = self._facade.message_ids(folder.id, unread=self.unread_only.isChecked())
            self.model.start_anew(ids)
            self.view.scrollToTop()
        self.reader.show_nothing()
        self._say_facts()
        self.show_list()

    def query(self) -> str:
        """What is searched for; "" where no search is shown."""
        return self._query

    def show_found(
        self, query: str, result: SearchResult, *, title: str = "", again: bool = False
    ) -> None:
        """Show the first results of a search; ``again``: the same search, brought up to date."""
        self._query = query
        self._title_of_search = title
        self._end_search.show()
        self.unread_only.hide()
        self.strip.show()
        self.strip.extras.show_found(result)
        self._facts.setText(self.tr("{n} searched").format(n=figures.count(result.searched)))
        if again:
            self.model.take_hits(result.hits)
            return
        self.delegate.show_for_search()
        self.model.show_found(result.ids, result.hits)
        self.view.scrollToTop()
        self.reader.show_nothing()
        self._say_found()
        self.show_list()

    def show_rest(self, ids: Sequence[MessageId], most: int) -> None:
        """All results; what stands there stays."""
        if not self._query:
            return
        self._chosen_before = self.view.selected_ids()
        self.model.update_ids(ids)
        self._say_found()
        if len(ids) == most:
            newest = self.tr("the newest are shown")
            self._facts.setText(f"{self._facts.text()} · {newest}")

    def add_remote(self, ids: Sequence[MessageId]) -> int:
        """What the server's search found; how many were new."""
        new = self.model.add_remote(ids) if self._query else 0
        if new:
            self._say_found()
        before, self._chosen_before = self._chosen_before, ()
        if len(before) == 1 and not self.view.selected_ids():  # it is one of those
            self.view.select(before[0])
        return new

    def say_search_trouble(self, text: str) -> None:
        """What was typed cannot be read (yet): the results stay as they are."""
        if self._query:
            self._facts.setText(text)
        else:
            self.notice.say(text)

    def _say_found(self) -> None:
        number = self.tr("%n message(s) found", "", self.model.rowCount())
        self._title.setText(
            f"{self._title_of_search} – {number}" if self._title_of_search else number
        )
        self._show_empty(self.tr("No message holds all of these words."))

    def _end_of_search(self) -> None:
        self._query = self._title_of_search = ""
        self._end_search.hide()
        self.unread_only.show()
        self.strip.hide()

    def forget_folder(self) -> None:
        """The folder shown is no more."""
        self._folder = None
        self._end_of_search()
        self.model.start_anew(())
        self.reader.show_nothing()
        self._title.clear()
        self._facts.clear()

    def refresh_folder(self, folder: Folder) -> None:
        """New counts of the folder shown."""
        self._folder = folder
        if not self._query:
            self._say_facts()

    def refresh_ids(self) -> None:
        """Messages may have come or gone."""
        if self._folder is not None and not self._query:
            with self.notice.errors():
                chosen = self.view.selected_ids()
                self.model.update_ids(self._ids_to_show(self._folder, chosen))
                if len(chosen) == 1 and not self.view.selected_ids():
                    self.view.select(chosen[0])
            self._say_facts()

    def _ids_to_show(self, folder: Folder, chosen: tuple[MessageId, ...]) -> tuple[MessageId, ...]:
        """Ids of the folder; a message being read stays among the unread until another is."""
        unread = self.unread_only.isChecked()
        ids = self._facade.message_ids(folder.id, unread=unread)
        if not unread or len(chosen) != 1 or chosen[0] in ids:
            return ids
        kept = {*ids, *chosen}
        return tuple(one for one in self._facade.message_ids(folder.id) if one in kept)

    def take_changes(self, changes: Changes) -> None:
        """Bring list and reader up to date after a commit."""
        if not changes.areas & (Area.MESSAGES | Area.BODIES | Area.FOLDERS):
            return
        shown = self._folder
        if (
            changes.areas & (Area.MESSAGES | Area.FOLDERS)
            and shown is not None
            and (not changes.folders or int(shown.id) in changes.folders)
        ):
            self.refresh_ids()
        if changes.areas & (Area.MESSAGES | Area.BODIES):
            self.model.refresh(changes.messages)
            read = self.reader.message()
            if read is not None and (not changes.messages or int(read.id) in changes.messages):
                self.reader.refresh()

    def _say_facts(self) -> None:
        folder = self._folder
        if folder is None:
            return
        self._title.setText(wording.folder_name(folder))
        words = [self.tr("{n} message(s)", "", folder.total).format(n=figures.count(folder.total))]
        if folder.unread:
            words.append(
                self.tr("{n} unread", "", folder.unread).format(n=figures.count(folder.unread))
            )
        if not folder.complete:
            words.append(self.tr("more are on their way"))
        self._facts.setText(" · ".join(words))
        nothing = (
            self.tr("No unread message here.")
            if self.unread_only.isChecked()
            else self.tr("No message here.")
            if folder.complete
            else self.tr("The messages of this folder have not come yet.")
        )
        self._show_empty(nothing)

    def _show_empty(self, text: str) -> None:
        empty = self.model.rowCount() == 0
        self._empty.setText(text)
        self._empty.setVisible(empty)

    # -- narrow windows ----------------------------------------------------------------------------

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow window list and reader take turns."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.reader.show_back(narrow)
            self._left.show()
            self.reader.setVisible(not narrow)

    def choose(self, message: MessageId) -> None:
        """Select a message of the folder shown, also one that is hidden because it was read."""
        if not self.view.select(message) and self.unread_only.isChecked():
            self.unread_only.setChecked(False)
            self.view.select(message)

    def show_list(self) -> None:
        """Back from the reader; the keyboard too, if it was there (not in the search box)."""
        if self._narrow:
            focus = self.window().focusWidget()
            was_there = focus is not None and self.reader.isAncestorOf(focus)
            self._left.show()
            self.reader.hide()
            if was_there:
                self.view.setFocus()

    def is_reading(self) -> bool:
        """Whether a narrow window shows the reader."""
        return self._narrow and not self.reader.isHidden()

    def _on_opened(self, _: object = None) -> None:
        if self._narrow and self.view.selected_count() == 1:
            self._left.hide()
            self.reader.show()
            self.reader.browser.setFocus()
        elif not self._narrow and _ is not None:
            self.reader.browser.setFocus()

    # -- choice ------------------------------------------------------------------------------------

    def _on_chosen(self, message: MessageId | None) -> None:
        if message is not None:
            self.reader.open(message)
            return
        number = self.view.selected_count()
        self.reader.show_nothing(self.tr("%n message(s) chosen.", "", number) if number > 1 else "")

    def _tell_selection(self) -> None:
        self.selection_changed.emit(self.view.selected_count())

    # -- commands ----------------------------------------------------------------------------------

    def toggle_flag(self) -> None:
        """Flag the chosen messages, or take the flag off when all have it."""
        self._toggle(Marks.FLAGGED)

    def toggle_read(self) -> None:
        """Mark the chosen messages as read, or as unread when all are."""
        self._toggle(Marks.SEEN)

    def _toggle(self, mark: Marks) -> None:
        ids = self.view.selected_ids()
        if not ids:
            return

        def work() -> None:
            rows = self._facade.message_rows(ids)
            have_all = all(row.flags.marks & mark for row in rows)
            wanted = Flags(mark)
            self._facade.flag(ids, Flags() if have_all else wanted, wanted if have_all else Flags())

        self._command(ids, work)

    def _command(
        self,
        ids: tuple[MessageId, ...],
        work: Callable[[], None],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """At once for what a person picks; thousands are written while the window lives on."""
        if len(ids) > AT_ONCE:
            self._bridge.run(self, work, done=lambda _: done(), failed=self.notice.say_error)
            return
        with self.notice.errors():
            work()
            done()

    def delete(self) -> None:
        """Delete the chosen messages; asks where it is for good."""
        ids = self.view.selected_ids()
        if not ids:
            return
        if self._folder is not None and self._folder.role is Role.TRASH and not self._query:
            ask(
                self,
                Question(
                    title=self.tr("Delete for good"),
                    text=self.tr(
                        "Delete %n message(s) for good? This cannot be undone.", "", len(ids)
                    ),
                    yes=self.tr("Delete"),
                    no=self.tr("Keep"),
                ),
                lambda: self._delete(ids),
            )
            return
        self._delete(ids)

    def _delete(self, ids: tuple[MessageId, ...]) -> None:
        self._command(ids, lambda: self._facade.delete(ids), lambda: self._go_past(ids))

    def _go_past(self, ids: tuple[MessageId, ...]) -> None:
        """After messages left: the next one is chosen, as a stack of letters is worked through."""
        gone = set(ids)
        before = self.model.ids
        last = max((place for place, one in enumerate(before) if one in gone), default=-1)
        if last < 0 or not gone.intersection(self.view.selected_ids()):
            return
        after = next((one for one in before[last + 1 :] if one not in gone), None)
        above = next((one for one in reversed(before[:last]) if one not in gone), None)
        self.view.clearSelection()
        self.model.update_ids(tuple(one for one in before if one not in gone))
        if not self.view.select(after or above):
            self.reader.show_nothing()
        if not self._query:
            self._say_facts()

    def ask_move(self) -> None:
        """Choose a folder for the chosen messages."""
        self._ask_folder(copied=False)

    def ask_copy(self) -> None:
        """Choose a folder for copies of the chosen messages."""
        self._ask_folder(copied=True)

    def _ask_folder(self, *, copied: bool) -> None:
        ids = self.view.selected_ids()
        if not ids:
            return
        with self.notice.errors():
            first = self._facade.message_rows(ids[:1])
            folders = self._facade.folders()
            here = next((one for one in folders if first and one.id == first[0].folder), None)
            if here is None:
                return
            current = None if self._query else here.id
            fitting = movable(folders, here.account, current)
            dialog = MoveDialog(fitting, self._theme, self, copied=copied)
            dialog.chosen.connect(lambda folder: self.drop_on(ids, folder, copied=copied))
            dialog.open()

    def drop_on(
        self,
        ids: tuple[MessageId, ...],
        folder: FolderId,
        copied: bool = False,
    ) -> None:
        """Move messages to a folder, or copy them."""
        if copied:
            self.copy_to(ids, folder)
        else:
            self.move_to(ids, folder)

    def copy_to(self, ids: tuple[MessageId, ...], folder: FolderId) -> None:
        """Copy messages; the copies appear when the server has them."""

        def copied() -> None:
            self.notice.say(
                self.tr(
                    "%n message(s) will be copied; the copies appear when the server has them.",
                    "",
                    len(ids),
                )
            )
            QTimer.singleShot(NOTICE_MS, self.notice, self.notice.clear)

        self._command(ids, lambda: self._facade.copy(ids, folder), copied)

    def move_to(self, ids: tuple[MessageId, ...], folder: FolderId) -> None:
        """Move messages; shown at once, carried out when the line allows."""

        def moved() -> None:
            shown = self._folder
            if not self._query and shown is not None and shown.id != folder:
                self._go_past(ids)

        self._command(ids, lambda: self._facade.move(ids, folder), moved)
