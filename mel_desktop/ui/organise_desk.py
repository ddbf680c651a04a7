"""Tags, archive, junk, pins, snoozed messages, conversations, views and undo in the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.organising import ListLook, View, YearFolders
from mel_desktop.ui import figures, tag_words
from mel_desktop.ui.organise_strips import ConversationStrip
from mel_desktop.ui.pacing import Paced

if TYPE_CHECKING:
    from mel_desktop.ui.main_window import MainWindow
    from mel_desktop.ui.snooze_dialog import SnoozeDialog
    from mel_desktop.ui.tags_dialog import TagsDialog

COUNT_MS: Final = 300  # after a change: many are counted once
LOOK_MS: Final = 700  # from one look at tags and at what sleeps to the next
LONGEST_NAP_MS: Final = 60_000  # a PC that slept is not late by more
SHORT: Final = 12  # letters of the name of a box in a row
KEYS: Final = 9


class OrganiseDesk(QObject):
    """Made last; it listens to the page, the tree and the store."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        self._mail = mail = window.mail
        acts = window.actions_
        commands = mail.commands
        self.tag_menu = QMenu(window)
        self.tag_menu.setAccessibleName(self.tr("Tags"))
        for action, slot in (
            (acts.archive, commands.archive),
            (acts.junk, commands.junk),
            (acts.pin, commands.toggle_pin),
            (acts.snooze, self.ask_snooze),
            (acts.end_snooze, lambda: commands.end_snooze(mail.view.selected_ids())),
            (acts.tags, self.open_tag_menu),
            (acts.edit_tags, self.edit_tags),
            (acts.all_read, commands.mark_all_read),
            (acts.conversations, mail.toggle_conversations),
            (acts.all_boxes, lambda: window.go(View.INBOXES)),
            (acts.quick_filter, mail.quick.begin),
        ):
            action.triggered.connect(lambda _=False, call=slot: call())
        self._keys: list[QShortcut] = []
        for place in range(KEYS):
            key = QShortcut(QKeySequence(f"Alt+{place + 1}"), window)
            self._keys.append(key)
            key.activated.connect(lambda at=place: self.toggle_tag(at))
        self._fill_menu()
        window.undo.watch(commands)
        mail.view_names = {one: window.tree.folder_model().view_name(one) for one in View}
        mail.look_changed.connect(self._on_look)
        mail.filter_save_asked.connect(lambda query: window.saved.ask_save(query))
        mail.view.chosen.connect(self._on_chosen)
        strip = mail.reader.findChild(ConversationStrip)
        if strip is not None:
            strip.message_asked.connect(self._show)
            for letter, by in (("N", 1), ("P", -1)):
                shortcut = QShortcut(QKeySequence(letter), mail)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda step=by: strip.step(step))
        window.tree.asleep = self._asleep
        window.pages.currentChanged.connect(lambda _: self._set_enabled())
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(COUNT_MS)
        self._pause.timeout.connect(self.count)
        self._looking = Paced(self._look_again, LOOK_MS, self)
        self._alarm = QTimer(self)
        self._alarm.setSingleShot(True)
        self._alarm.timeout.connect(self.wake)
        window.bridge.changed.connect(self._on_changed)
        self._set_enabled()
        self._read_tags()
        self._read_boxes()
        self._tick_years()
        self.wake()
        self._pause.start()

    # -- tags --------------------------------------------------------------------------------------

    def toggle_tag(self, place: int) -> None:
        """The tag that stands there, on or off the chosen messages."""
        tags = self._mail.model.tags
        if place < len(tags):
            self._mail.commands.toggle_tag(tags[place])

    def open_tag_menu(self) -> QMenu:
        """Tags of the chosen messages, ticked where all have them."""
        from mel_desktop.ui.tags_dialog import swatch  # noqa: PLC0415 seldom

        ids = self._mail.chosen_ids()
        self.tag_menu.clear()
        with self._mail.notice.errors():
            rows = self._facade.message_rows(ids)
            for place, tag in enumerate(self._mail.model.tags):
                name = tag_words.name_of(tag).replace("&", "&&")
                words = f"{name}\tAlt+{place + 1}" if place < KEYS else name
                action = self.tag_menu.addAction(swatch(tag.colour), words)
                action.setCheckable(True)
                action.setChecked(
                    bool(rows) and all(tag.keyword in row.flags.keywords for row in rows)
                )
                action.setEnabled(bool(rows))
                action.triggered.connect(
                    lambda _=False, one=tag: self._mail.commands.toggle_tag(one, ids)
                )
        self.tag_menu.addSeparator()
        self.tag_menu.addAction(self._window.actions_.edit_tags)
        view = self._mail.view
        index = view.currentIndex()
        at = view.visualRect(index).center() if index.isValid() else view.rect().center()
        self.tag_menu.popup(view.viewport().mapToGlobal(at))
        return self.tag_menu

    def edit_tags(self) -> TagsDialog:
        """Names, colours, order."""
        from mel_desktop.ui.tags_dialog import TagsDialog  # noqa: PLC0415 seldom

        dialog = TagsDialog(self._facade, self._window.theme, self._window)
        dialog.finished.connect(lambda _: self._read_tags())
        dialog.open()
        return dialog

    # -- snooze ------------------------------------------------------------------------------------

    def ask_snooze(self) -> SnoozeDialog | None:
        """Until when the chosen messages are to sleep."""
        from mel_desktop.ui.snooze_dialog import SnoozeDialog  # noqa: PLC0415 seldom

        ids = self._mail.chosen_ids()
        account = self._account_of(ids)
        if not ids or account is None:
            return None
        dialog = SnoozeDialog(self._facade, account, len(ids), self._window)

        def chosen(until: object) -> None:
            words = self.tr("%n message(s) snoozed until {date}.", "", len(ids))
            self._mail.commands.run(
                ids,
                lambda some: self._facade.organise.snooze(some, until),  # type: ignore[arg-type]
                words.format(date=figures.long_date(until)),  # type: ignore[arg-type]
                after=lambda: self._mail.go_past(ids),
            )

        dialog.chosen.connect(chosen)
        dialog.open()
        return dialog

    def wake(self) -> None:
        """Messages whose time has come; the alarm is set for the next one."""
        try:
            self._facade.organise.wake_due()
            due = self._facade.organise.next_due()
        except MelError:  # the vault was closed meanwhile
            return
        if due is not None:
            left = int((due - figures.now()).total_seconds() * 1000) + 50
            self._alarm.start(max(50, min(left, LONGEST_NAP_MS)))

    # -- views -------------------------------------------------------------------------------------

    def count(self) -> None:
        """The numbers beside the views, counted beside the window's thread."""
        organise = self._facade.organise

        def work() -> dict[View, int]:
            return {one: organise.count(one) for one in View}

        def show(numbers: dict[View, int]) -> None:
            for view, number in numbers.items():
                self._window.tree.folder_model().set_view_count(view, number)

        self._window.bridge.run(
            self, work, done=show, failed=self._mail.notice.say_error, local=True
        )

    # -- inside ------------------------------------------------------------------------------------

    def _fill_menu(self) -> None:
        """Undo, whose key the bar has, and what the archive is divided by."""
        archive = self._window.actions_.archive
        menu = next(one for one in archive.associatedObjects() if isinstance(one, QMenu))
        self.undo = QAction(self.tr("&Undo") + "\tCtrl+Z", self)
        self.undo.triggered.connect(self._window.undo.undo)
        self.undo.setEnabled(False)
        menu.insertAction(archive, self.undo)
        menu.insertSeparator(archive)
        menu.aboutToShow.connect(lambda: self.undo.setEnabled(self._window.undo.can_undo()))
        menu.addSeparator()
        self.years_menu = menu.addMenu(self.tr("Archive &by"))
        self.years_menu.setAccessibleName(self.tr("Archive by"))
        self._years = {
            YearFolders.YEAR: self.years_menu.addAction(self.tr("&Year (2026)")),
            YearFolders.SCHOOL_YEAR: self.years_menu.addAction(self.tr("&School year (2026-2027)")),
            YearFolders.NONE: self.years_menu.addAction(self.tr("&One folder for all")),
        }
        for kind, action in self._years.items():
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, one=kind: self._set_years(one))

    def _set_enabled(self) -> None:
        """Other pages have keys of their own."""
        acts = self._window.actions_
        on_mail = self._window.pages.currentWidget() is self._mail
        for action in (acts.conversations, acts.quick_filter, acts.all_read):
            action.setEnabled(on_mail)
        for key in self._keys:
            key.setEnabled(on_mail)

    def _asleep(self) -> Mapping[FolderId, tuple[int, int]]:
        try:
            return self._facade.organise.asleep()
        except MelError:
            return {}

    def _account_of(self, ids: tuple[MessageId, ...]) -> AccountId | None:
        found: AccountId | None = None
        with self._mail.notice.errors():
            rows = self._facade.message_rows(ids[:1])
            folders = {one.id: one.account for one in self._facade.folders()}
            found = AccountId(folders[rows[0].folder]) if rows else None
        return found

    def _show(self, message: object) -> None:
        """Another message of the conversation: in the list if it is there, else read as it is."""
        found = MessageId(int(message))  # type: ignore[call-overload]
        if not self._mail.view.select(found):
            self._mail.reader.open(found)

    def _on_chosen(self, message: object) -> None:
        if message is not None:
            with self._mail.notice.errors():
                self._facade.organise.looked_at(MessageId(int(message)))  # type: ignore[call-overload]

    def _on_look(self, look: ListLook) -> None:
        self._window.actions_.conversations.setChecked(look.conversations)

    def _on_changed(self, changes: Changes) -> None:
        if changes.areas & Area.ACCOUNTS:
            self._read_boxes()
        if changes.areas & (Area.MESSAGES | Area.FOLDERS | Area.ACCOUNTS):
            self._pause.start()
            self._looking.ask()

    def _look_again(self) -> None:
        self._read_tags()
        self.wake()

    def _read_tags(self) -> None:
        with self._mail.notice.errors():
            if self._facade.organise.tags() != self._mail.model.tags:
                self._mail.show_tags()

    def _read_boxes(self) -> None:
        with self._mail.notice.errors():
            accounts = self._facade.accounts()
            colours = {
                one.id: (_short(one.name or one.email), tag_words.COLOURS[(place * 5 + 5) % 12])
                for place, one in enumerate(accounts)
            }
            self._mail.box_names = {
                int(one.id): colours[AccountId(one.account)]
                for one in self._facade.folders()
                if one.account in colours and len(accounts) > 1  # of one alone it says nothing
            }

    def _set_years(self, kind: YearFolders) -> None:
        with self._mail.notice.errors():
            self._facade.organise.set_archive_years(kind)
        self._tick_years()

    def _tick_years(self) -> None:
        with self._mail.notice.errors():
            now = self._facade.organise.archive_years()
            for kind, action in self._years.items():
                action.setChecked(kind is now)


def _short(name: str) -> str:
    """A box in a row: what stands before the @, cut."""
    text = name.partition("@")[0].strip()
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
