"""The middle and right panes: the messages of a folder or of a search, and the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.finding import SearchResult
from mel_desktop.model.mail import Folder, FolderId, Marks, MessageId, Role
from mel_desktop.model.organising import ListLook, ListPlace, QuickFilter, View
from mel_desktop.ui import figures, quick_bar, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.folder_tree import awake
from mel_desktop.ui.list_head import ListHead, LookMenu
from mel_desktop.ui.listing import Listing
from mel_desktop.ui.mail_commands import MailCommands
from mel_desktop.ui.message_delegate import MessageDelegate
from mel_desktop.ui.message_list import MessageListModel, MessageListView, MessageRole
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.quick_bar import QuickBar
from mel_desktop.ui.reader import Reader
from mel_desktop.ui.search_strip import SearchStrip
from mel_desktop.ui.theme import Theme


class MailPage(QWidget):
    """Everything here is local; what is missing is fetched by the reader."""

    selection_changed = Signal(int)  # how many messages are chosen
    search_ended = Signal()
    filter_save_asked = Signal(str)  # the filter as a query
    look_changed = Signal(object)  # ListLook of what is shown now

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self.theme = theme
        self._folder: Folder | None = None
        self._view: View | None = None
        self._place: ListPlace | None = None
        self.look = ListLook()
        self.view_names: Mapping[View, str] = {}
        self.box_names: Mapping[int, tuple[str, str]] = {}  # folder -> short name, colour
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
        self.head = ListHead(self)
        self.quick = QuickBar(theme, self)
        self.look_menu = LookMenu(self.head, self)
        self.commands = MailCommands(facade, bridge, self)
        self.listing = Listing(facade, bridge, self)
        self.listing.shown.connect(self._say_facts)
        self.view.setItemDelegate(self.delegate)
        self.reader = Reader(facade, bridge, theme, self)
        self.view.chosen.connect(self._on_chosen)
        self.view.opened.connect(self._on_opened)
        self.view.clicked.connect(lambda _: self._on_opened())
        self.view.selectionModel().selectionChanged.connect(self._tell_selection)
        self.reader.back_asked.connect(self.show_list)
        theme.changed.connect(self.view.viewport().update)
        self.view.unfolded.connect(self.unfold)
        self.head.look_asked.connect(self.set_look)
        self.quick.changed.connect(self._on_filter)
        self.quick.left.connect(self.view.setFocus)
        self.quick.save_asked.connect(self._on_save_filter)
        self.look_menu.everywhere.triggered.connect(self._set_everywhere)
        self.view.viewport().installEventFilter(self)
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
        self.unread_only.toggled.connect(self._on_unread_only)
        self.look_button = QToolButton()
        self.look_button.setText(self.tr("Sort"))
        self.look_button.setAccessibleName(self.tr("Sort, columns and conversations"))
        self.look_button.setToolTip(self.tr("Sort, columns and conversations"))
        self.look_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.look_button.setMenu(self.look_menu)
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
        first.addWidget(self.look_button)
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
        column.addWidget(self.quick)
        column.addWidget(self.head)
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
            if self._query or self._view is not None:
                row = self._facade.message_rows((message,))[0]
                folders = self._facade.folders()
                shown = next((one for one in folders if one.id == row.folder), None)
        return None if shown is None else shown.role

    def is_search(self) -> bool:
        """Whether results of a search are shown."""
        return bool(self._query)

    def place(self) -> ListPlace | None:
        """The folder or view whose list is shown, also beneath a search."""
        return self._place

    def shows_conversations(self) -> bool:
        """Whether rows stand for conversations."""
        return self.look.conversations and not self._query and self._view is not View.SNOOZED

    def show_folder(self, folder: Folder) -> None:
        """Show the messages of a folder, as its list looked last."""
        self._folder, self._view = folder, None
        self.delegate.show_for(folder.role)
        self._show_place(folder.id)

    def show_view(self, view: View) -> None:
        """Show messages of all accounts; each row says its box."""
        self._view = view
        self.delegate.show_for(None)
        self._show_place(view)

    def _show_place(self, place: ListPlace) -> None:
        self._end_of_search()
        self._place = place
        self.delegate.shows_until = place is View.SNOOZED
        self.model.boxes = self.box_names if isinstance(place, View) else {}
        with self.notice.errors():
            self._put_on(self._facade.organise.look(place))
            self.view.clearSelection()  # nothing is read: what stayed chosen could not be opened
            self.listing.start_anew()
            self.view.scrollToTop()
        self.reader.show_nothing()
        self._say_facts()
        self.show_list()

    # -- how it looks ------------------------------------------------------------------------------

    def set_look(self, look: ListLook) -> None:
        """Sort, columns, form, filter of the place shown; kept for it."""
        if self._place is None or look == self.look:
            return
        same_ids = replace(look, table=False, columns=(), widths=()) == replace(
            self.look, table=False, columns=(), widths=()
        )
        self._put_on(look)
        with self.notice.errors():
            self._facade.organise.set_look(self._place, look)
        if not same_ids and not self._query:
            self.refresh_ids(anew=True)

    def _put_on(self, look: ListLook) -> None:
        was_table, self.look = self.look.table, look
        with QSignalBlocker(self.head):
            self.head.show_look(look)
        self.delegate.head = self.head if look.table else None
        self.quick.show_filter(look.filter)
        if look.filter.is_empty and not self.quick.isAncestorOf(self.focusWidget() or self):
            self.quick.hide()
        if self.unread_only.isChecked() != look.filter.unread:
            self.unread_only.setChecked(look.filter.unread)
        self.look_menu.show_look(look)
        with self.notice.errors():
            self.look_menu.everywhere.setChecked(self._facade.organise.shows_everywhere())
        if was_table is not look.table:  # rows have another height
            self.view.doItemsLayout()
        self.view.viewport().update()
        self.head.fill(self.view.viewport().width())
        self.look_changed.emit(look)

    def toggle_conversations(self) -> None:
        """One row a message, or one a conversation."""
        self.set_look(replace(self.look, conversations=not self.look.conversations))

    def unfold(self, place: int, opened: bool) -> None:
        """Open or close the conversation of a row; what is chosen stays so."""
        if not self.shows_conversations():
            return
        with self.notice.errors():
            if self.model.set_open(place, opened):
                self.listing.show_rows()

    def show_tags(self) -> None:
        """Tags came, went or have another name."""
        with self.notice.errors():
            self.model.tags = self._facade.organise.tags()
            self.quick.show_tags(self.model.tags)
            self.view.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The subject's column takes what is left of the width."""
        if event.type() is QEvent.Type.Resize and self.look.table:
            self.head.fill(self.view.viewport().width())
        return super().eventFilter(watched, event)

    def _on_unread_only(self, on: bool) -> None:
        asked = self.look.filter
        if asked.unread is not on:
            self.set_look(replace(self.look, filter=replace(asked, unread=on)))

    def _on_filter(self, asked: QuickFilter) -> None:
        self.set_look(replace(self.look, filter=asked))

    def _on_save_filter(self) -> None:
        folder = self._folder if self._view is None else None
        self.filter_save_asked.emit(
            quick_bar.as_query(self.look.filter, folder.path if folder is not None else "")
        )

    def _set_everywhere(self, wanted: bool) -> None:
        with self.notice.errors():
            self._facade.organise.set_everywhere(wanted)
            self.refresh_ids(anew=True)

    # -- searches ----------------------------------------------------------------------------------

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
        self.look_button.hide()
        self.quick.hide()
        self.head.hide()
        self.model.show_talks(None, {}, flat=False)
        self.strip.show_found(result)
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
        self.look_button.show()
        self.strip.hide()

    def forget_folder(self) -> None:
        """The folder shown is no more."""
        self._folder = self._view = self._place = None
        self.listing.forget()
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

    def refresh_ids(self, *, anew: bool = False) -> None:
        """Messages may have come or gone; ``anew``: they stand in another order."""
        self.listing.refresh(anew=anew)

    def take_changes(self, changes: Changes) -> None:
        """Bring list and reader up to date after a commit."""
        if not changes.areas & (Area.MESSAGES | Area.BODIES | Area.FOLDERS):
            return
        if self.commands.is_running():  # thousands: looked at again when all are written
            return
        shown = self._folder
        here = shown is not None and (not changes.folders or int(shown.id) in changes.folders)
        lists = self._view is not None or self.look.conversations or here
        if (changes.areas & (Area.MESSAGES | Area.FOLDERS) and lists) or (
            changes.areas & Area.BODIES and self.listing.hangs_on_bodies()
        ):
            self.listing.take(changes)
        if changes.areas & (Area.MESSAGES | Area.BODIES):
            self.model.refresh(changes.messages)
            read = self.reader.message()
            if read is not None and (not changes.messages or int(read.id) in changes.messages):
                self.reader.refresh()

    def _say_facts(self) -> None:
        folder = self._folder
        if self._view is not None:
            self._title.setText(self.view_names.get(self._view, ""))
            number = len(self.listing.listed)
            self._facts.setText(
                self.tr("{n} message(s)", "", number).format(n=figures.count(number))
            )
            self._show_empty(self.tr("No message here."))
            return
        if folder is None:
            return
        with self.notice.errors():
            (folder,) = awake([folder], self._facade.organise.asleep())
        self._title.setText(wording.folder_name(folder))
        words = [self.tr("{n} message(s)", "", folder.total).format(n=figures.count(folder.total))]
        if folder.unread:
            words.append(
                self.tr("{n} unread", "", folder.unread).format(n=figures.count(folder.unread))
            )
        asked = self.look.filter
        if not asked.is_empty and asked != QuickFilter(unread=True):
            number = len(self.listing.listed)
            words.insert(0, self.tr("{n} shown", "", number).format(n=figures.count(number)))
        if not folder.complete:
            words.append(self.tr("more are on their way"))
        self._facts.setText(" · ".join(words))
        nothing = (
            self.tr("No unread message here.")
            if asked == QuickFilter(unread=True)
            else self.tr("No message fits these filters.")
            if not asked.is_empty
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
        elif self.view.currentIndex().data(MessageRole.ID) != message:
            self.listing.wanted = message  # its row may still be on its way
        elif self.reader.message() is None:  # chosen already, when the folder was shown again
            self.reader.open(message)

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

    def chosen_ids(self) -> tuple[MessageId, ...]:
        """What commands act on: a closed conversation stands for its messages that are listed."""
        return self._whole(self.view.selected_ids())

    def _whole(self, ids: tuple[MessageId, ...]) -> tuple[MessageId, ...]:
        threads = self.model.closed_threads(ids) if self.shows_conversations() else []
        if not threads or self._place is None:
            return ids
        listed = set(self.listing.all_ids())
        with self.notice.errors():
            talks = self._facade.organise.conversations(self._place, threads)
            members = [one for talk in talks.values() for one, _ in talk.members if one in listed]
            ids = tuple(dict.fromkeys([*ids, *members]))
        return ids

    def listed_ids(self) -> Sequence[MessageId]:
        """Everything that the list shows, in closed conversations too."""
        return self.model.ids if self._query else tuple(self.listing.all_ids())

    def choose_all(self) -> None:
        """Choose everything that the list shows, also what is still on its way into it."""
        if not self._query:
            self.listing.all_ids()
        self.view.choose_all()

    def is_trash(self) -> bool:
        """Whether what is deleted here is gone for good."""
        if self._query or self._view is not None or self._folder is None:
            return False
        return self._folder.role is Role.TRASH

    def toggle_flag(self) -> None:
        """Flag the chosen messages, or take the flag off when all have it."""
        self.commands.toggle(Marks.FLAGGED)

    def toggle_read(self) -> None:
        """Mark the chosen messages as read, or as unread when all are."""
        self.commands.toggle(Marks.SEEN)

    def delete(self) -> None:
        """Delete the chosen messages; asks where it is for good."""
        self.commands.delete()

    def ask_move(self) -> None:
        """Choose a folder for the chosen messages."""
        self.commands.ask_folder(copied=False)

    def ask_copy(self) -> None:
        """Choose a folder for copies of the chosen messages."""
        self.commands.ask_folder(copied=True)

    def drop_on(self, ids: tuple[MessageId, ...], folder: FolderId, copied: bool = False) -> None:
        """Move messages to a folder, or copy them; a row that was dragged may be a conversation."""
        ids = self._whole(ids)
        if copied:
            self.commands.copy_to(ids, folder)
        else:
            self.commands.move_to(ids, folder)

    def go_past(self, ids: tuple[MessageId, ...]) -> None:
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
        self.listing.take_out(gone)
        if not self.view.select(after or above):
            self.reader.show_nothing()
        if not self._query:
            self._say_facts()
