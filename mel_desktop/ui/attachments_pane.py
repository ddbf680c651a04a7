"""All attachments in one list: searched by name and words, narrowed, sorted, saved, fetched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QSettings,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.documents import (
    AttachmentFilters,
    AttachmentList,
    AttachmentOrder,
    AttachmentRow,
    ExtractedState,
)
from mel_desktop.ui import figures, line_words
from mel_desktop.ui.attachments_files import THUMBNAIL, FileOf, Thumbnails, of_row
from mel_desktop.ui.attachments_filters import AttachmentsFilters
from mel_desktop.ui.attachments_model import PAGE, AttachmentsModel, key
from mel_desktop.ui.attachments_saving import SavingFiles
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.outside import open_outside
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.table_pane import TablePane
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.preview_window import PreviewWindow

translate = QCoreApplication.translate

PAUSE_MS: Final = 250
LATER_MS: Final = 1500
ICON: Final = 20
MOST_LOOKED_AT: Final = 500  # files that one window of previews goes through
SORTED_BY: Final = {
    0: AttachmentOrder.NAME,
    2: AttachmentOrder.SENDER,
    3: AttachmentOrder.DATE,
    4: AttachmentOrder.SIZE,
}


class AttachmentsPane(TablePane[AttachmentRow]):
    """Newest first, or as a click on a heading sorts; Return shows the message, Space the file."""

    message_asked = Signal(object)  # AttachmentRow
    contact_asked = Signal(object)  # OwnContact, of a card that is looked at
    written = Signal()  # a copy lies outside the vault

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._asked = 0
        self._order, self._descending = AttachmentOrder.DATE, True
        self._filters = AttachmentFilters()  # read from the lists on the main thread only
        at = figures.now
        thumbnails = Thumbnails(facade, bridge, parent)
        model = self.rows = AttachmentsModel(
            (
                (
                    translate("panes", "File"),
                    lambda one: one.filename or translate("panes", "(unnamed)"),
                ),
                (
                    translate("panes", "Message"),
                    lambda one: one.subject or translate("panes", "(no subject)"),
                ),
                (translate("panes", "From"), lambda one: one.sender.name or one.sender.address),
                (translate("panes", "Date"), lambda one: figures.moment(one.received_at, at())),
                (translate("panes", "Size"), lambda one: figures.size(one.size)),
            ),
            facade=facade,
            theme=theme,
            thumbnails=thumbnails,
        )
        super().__init__(
            theme,
            translate("panes", "Attachments"),
            translate("panes", "No attachment."),
            model,
            key,
            parent,
        )
        model.setParent(self)
        model.more_asked.connect(self._more)
        model.written = self.written.emit
        thumbnails.setParent(self)
        self.saving = SavingFiles(facade, bridge, self.notice, self)
        self.query = QLineEdit()
        self.query.setPlaceholderText(self.tr("Name or text of a file…"))
        self.query.setAccessibleName(self.tr("Search the attachments"))
        add_clear_button(self.query)
        self.query.setMinimumWidth(130)
        self.query.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.query.setMaximumWidth(320)
        self.count = QLabel()
        self.count.setProperty("muted", True)
        self.large = QCheckBox(self.tr("Thum&bnails"))
        self.large.toggled.connect(self._set_large)
        self.add_to_head(self.query, self.large, self.count)
        self.give_room(self.query)
        self.narrowing = AttachmentsFilters(self)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(1, self.narrowing)
        self.narrowing.changed.connect(self._on_narrowed)
        self._show_message = self.add_button(
            self.tr("Show the message"), "Ctrl+O", self.show_message
        )
        self._save = self.add_button(self.tr("Save…"), "Ctrl+S", self.ask_save)
        self._look = self._plain_button(self.tr("Look at it"), self.look)
        self._fetch = self._plain_button(self.tr("Fetch"), self.ask_fetch)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.refresh)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._again)
        self.query.textChanged.connect(lambda: self._pause.start())
        self.query.returnPressed.connect(self.refresh)
        bridge.changed.connect(self._on_changed)
        self.table.activated.connect(self._on_activated)
        self.set_widths((0, 0, 0, -1, -1))
        self._set_up_table()
        self.nothing.setText("")  # until the first answer is here

    def refresh(self) -> None:
        """Search again, from the first page; answers to what was asked before are dropped."""
        self._read(1)

    def _again(self) -> None:
        """The same pages that are shown, as they are now."""
        self._read(max(1, -(-self.rows.rowCount() // PAGE)))

    def _read(self, pages: int) -> None:
        self._pause.stop()
        self._asked += 1
        self._ask_for_class()
        self._filters = self.narrowing.filters(figures.now())
        asked, typed = self._asked, self.query.text()

        def show(found: AttachmentList) -> None:
            if asked == self._asked:
                self.notice.clear()
                self._show(found, typed, pages)

        self._bridge.run(
            self,
            lambda: self._list(typed, 0, pages),
            done=show,
            failed=self.notice.say_error,
            local=True,
        )

    def _ask_for_class(self) -> None:
        """Pupils, families and teachers of the chosen class."""
        chosen = self.narrowing.chosen_class()
        if chosen is None:
            return
        with self.notice.errors():
            groups = self._facade.people.class_groups(chosen)
            found = dict.fromkeys(who.address for one in groups for who in one.members)
            self.narrowing.take_addresses(tuple(found))

    def _list(self, typed: str, offset: int, pages: int = 1) -> AttachmentList:
        found: list[AttachmentRow] = []
        for page in range(pages):
            told = self._facade.attachments.list(
                typed,
                limit=PAGE,
                offset=offset + page * PAGE,
                filters=self._filters,
                order=self._order,
                descending=self._descending,
            )
            found += told.rows
            if len(told.rows) < PAGE:
                break
        return AttachmentList(tuple(found), told.unread)

    def _more(self) -> None:
        asked, typed = self._asked, self.query.text()

        def show(found: AttachmentList) -> None:
            if asked == self._asked:
                self.rows.append(found.rows)
                self.rows.has_more = len(found.rows) >= PAGE
                self._say_count(found.unread)

        offset = self.rows.rowCount()
        self._bridge.run(
            self,
            lambda: self._list(typed, offset),
            done=show,
            failed=self.notice.say_error,
            local=True,
        )

    def _show(self, found: AttachmentList, typed: str, pages: int) -> None:
        self.rows.has_more = len(found.rows) >= pages * PAGE
        self.nothing.setText(
            self.tr("No attachment has these words in its name or text.")
            if typed.strip()
            else self.tr("No attachment is like that.")
            if self.narrowing.is_narrowed()
            else translate("panes", "No attachment.")
        )
        self.show_rows(found.rows)
        self._say_count(found.unread)

    def _say_count(self, unread: int) -> None:
        number = self.rows.rowCount()
        words = [self.tr("%n attachment(s)", "", number)]
        if self.rows.has_more:
            words = [self.tr("the first {n}").format(n=figures.count(number))]
        if unread:
            words.append(self.tr("%n still to be read", "", unread))
        self.count.setText(" · ".join(words))

    # -- what is chosen ----------------------------------------------------------------------------

    def chosen_files(self) -> tuple[FileOf, ...]:
        """All chosen files, in their order."""
        values = self.model.values()
        places = sorted(one.row() for one in self.table.selectionModel().selectedRows())
        return tuple(of_row(values[place]) for place in places if place < len(values))

    def _say_several(self, files: tuple[FileOf, ...]) -> None:
        size = figures.size(sum(one.size for one in files))
        words = [self.tr("%n file(s) chosen, {size}.", "", len(files)).format(size=size)]
        away = [one for one in files if not one.local]
        price = self.saving.price(away) if away else None
        if price is not None and price.octets:
            words.append(
                self.tr("%n on the server: {price}.", "", len(away)).format(
                    price=line_words.price(price)
                )
            )
        self.explanation.setText(" ".join(words))

    def show_chosen(self, value: AttachmentRow | None) -> None:
        """What is known of its text, and where the words were found."""
        files = self.chosen_files()
        self._show_message.setEnabled(value is not None)
        self._save.setEnabled(value is not None)
        self._look.setEnabled(value is not None)
        self._fetch.setEnabled(any(not one.local for one in files))
        if value is None:
            self.explanation.clear()
            return
        if len(files) > 1:
            self._say_several(files)
            return
        words = [value.snippet] if value.snippet else []
        if not value.local:
            words.append(self.tr("Only its name is searched: the file is still on the server."))
        elif value.text is ExtractedState.NOTHING:
            words.append(self.tr("No text in it that can be searched."))
        elif value.text is ExtractedState.FAILED:
            words.append(self.tr("Its text cannot be read: damaged, protected or too complex."))
        elif value.text is ExtractedState.TOO_LARGE:
            words.append(self.tr("Too large for its text to be read."))
        elif value.text is None:
            words.append(self.tr("Its text will soon be read."))
        self.explanation.setText(" ".join(words))

    def show_message(self) -> None:
        """Go to the message of the chosen file."""
        row = self.chosen()
        if row is not None:
            self.message_asked.emit(row)

    def ask_save(self) -> None:
        """Where to? Then ``save_to``; several into a folder, what is away is fetched first."""
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

        row, files = self.chosen(), self.chosen_files()
        if row is None:
            return
        if len(files) > 1 or not row.local or files[0].is_dangerous:
            self.saving.ask_save(files)
            return
        dialog = QFileDialog(self, self.tr("Save the attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(safe_name(row.filename))
        dialog.fileSelected.connect(lambda name: self.save_to(row, Path(name)))
        dialog.open()

    def save_to(self, row: AttachmentRow, target: Path) -> None:
        """Write the file; the notice says when it is done."""

        def work() -> int:
            self._facade.fetch_attachment(row.message, row.part)  # cut out of what is here
            return self._facade.save_attachment(row.message, row.part, target)

        def done(_: int) -> None:
            self.notice.say(self.tr("{name} was saved.").format(name=target.name))

        self._bridge.run(self, work, done=done, failed=self.notice.say_error)

    def ask_fetch(self) -> None:
        """Bring those that are still on the server, for one price."""
        self.saving.ask_fetch(self.chosen_files(), self.refresh)

    def look(self) -> PreviewWindow | None:
        """At the chosen one, then at the others: the chosen ones, or all where one is chosen."""
        files = self.chosen_files()
        if not files:
            return None
        place = 0
        if len(files) == 1:
            everyone = tuple(of_row(one) for one in self.model.values())
            at = [one.key for one in everyone].index(files[0].key)
            first = max(0, at - MOST_LOOKED_AT // 2)
            files, place = everyone[first : first + MOST_LOOKED_AT], at - first
        # Start-up time: nobody looks at a file before the window is there.
        from mel_desktop.ui.preview_window import PreviewWindow  # noqa: PLC0415

        window = PreviewWindow(
            self._facade, self._bridge, self._theme, files=files, place=place, parent=self
        )
        window.open_asked.connect(self.ask_open)
        window.contact_asked.connect(self.contact_asked)
        window.fetched.connect(lambda _: self.refresh())
        window.show()
        return window

    def ask_open(self, file: FileOf) -> None:
        """In another program, said what that means."""
        from mel_desktop.ui.attachments_card import safe_name  # noqa: PLC0415 first needed here

        ask(
            self,
            Question(
                title=translate("AttachmentsBar", "Open outside the vault"),
                text=translate("AttachmentsBar", "Open {name} in another program?").format(
                    name=safe_name(file.name)
                ),
                more=translate(
                    "AttachmentsBar",
                    "A readable copy is made in a private folder; it is destroyed when you lock or "
                    "leave. What you change in it is lost: save it elsewhere from that program.",
                ),
                yes=translate("AttachmentsBar", "Open"),
                no=translate("AttachmentsBar", "Cancel"),
                destroys=False,
                yes_ahead=True,
            ),
            lambda: self._open(file),
        )

    def _open(self, file: FileOf) -> None:
        def done(path: Path) -> None:
            self.written.emit()
            if not open_outside(path):
                words = translate("AttachmentsBar", "No program on this PC opens {name}.")
                self.notice.say(words.format(name=path.name), Tone.WARNING)

        self._bridge.run(
            self,
            lambda: self._facade.vault.open_outside_attachment(file.message, file.part),
            done=done,
            failed=self.notice.say_error,
        )

    # -- how it looks ------------------------------------------------------------------------------

    def keep_in(self, settings: QSettings) -> None:
        """What is chosen now, kept from now on; what was kept is chosen."""
        self.narrowing.restore(settings)
        self.large.setChecked(settings.value("attachments/large", False, bool) is True)
        self.narrowing.changed.connect(lambda: self.narrowing.save(settings))
        self.large.toggled.connect(lambda on: settings.setValue("attachments/large", on))

    def show_folders(self) -> None:
        """Those there are now, and the classes."""
        with self.notice.errors():
            self.narrowing.show_folders(self._facade.folders())
            groups = self._facade.directory_groups()
            self.narrowing.show_classes(
                [(entry, one.name) for entry, one, _ in groups if one.classes]
            )

    def showEvent(self, event: QShowEvent) -> None:
        """The folders may have changed meanwhile."""
        self.show_folders()
        super().showEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space looks at the file."""
        if (
            watched is self.table
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Space
        ):
            self.look()
            return True
        return super().eventFilter(watched, event)

    def _set_up_table(self) -> None:
        table = self.table
        table.installEventFilter(self)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setDragEnabled(True)
        table.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        header = table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(3, Qt.SortOrder.DescendingOrder)
        header.sectionClicked.connect(self._on_heading)
        self._set_large(False)

    def _on_heading(self, column: int) -> None:
        order = SORTED_BY.get(column)
        if order is not None:
            same = order is self._order
            first = order in (AttachmentOrder.DATE, AttachmentOrder.SIZE)  # the newest, the largest
            self._descending = not self._descending if same else first
            self._order = order
            self.refresh()
        shown = next(one for one, by in SORTED_BY.items() if by is self._order)
        ways = Qt.SortOrder
        self.table.horizontalHeader().setSortIndicator(
            shown, ways.DescendingOrder if self._descending else ways.AscendingOrder
        )

    def _set_large(self, on: bool) -> None:
        side = THUMBNAIL if on else ICON
        self.rows.side = side
        self.table.setIconSize(QSize(side, side))
        height = side + 12 if on else self.fontMetrics().height() + 16
        self.table.verticalHeader().setDefaultSectionSize(height)

    def _on_narrowed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _plain_button(self, text: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setEnabled(False)
        button.clicked.connect(lambda: call())
        self.buttons.addWidget(button)
        return button

    def _on_changed(self, changes: Changes) -> None:
        """A file was read, or came: what is shown is found again, not at every one of many."""
        areas = Area.MESSAGES | Area.BODIES
        if changes.areas & areas and self.isVisible() and not self._later.isActive():
            self._later.start()

    def _on_activated(self, _: QModelIndex) -> None:
        self.show_message()
