"""The school directory on this PC: search, details, write to, and where it all comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.people import DirectoryHit, DirectoryResult, EntryId, EntryKind
from mel_desktop.ui import figures, people_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.class_dialog import rank
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.directory_hits import HitDelegate, HitModel
from mel_desktop.ui.directory_sources import SourcesPanel
from mel_desktop.ui.exchanged import Load
from mel_desktop.ui.family_card import FamilyView
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.pending_panel import PendingPanel
from mel_desktop.ui.person_card import EntryCard, Shown
from mel_desktop.ui.recipient_token import is_plausible
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.table_pane import heading
from mel_desktop.ui.theme import Theme

PAUSE_MS: Final = 150
LIMIT: Final = 200
MAIL: Final = 30  # messages of one reading
OWN: Final = "own:"  # how keys of contacts of one's own begin


def shown_of(facade: Facade, chosen: EntryId) -> Shown:
    """What the card of an entry shows. NOT_FOUND."""
    service = facade.contacts.service(chosen)
    if service is not None:
        told = facade.directory_entry(chosen)
        day = people_words.of_day(facade.contacts.services.in_force().as_of)
        words = QCoreApplication.translate("DirectoryPane", "Shipped list of {date}")
        return Shown(chosen, told, service=service, as_of=words.format(date=day))
    card = facade.people.card(chosen)
    groups: tuple[GroupHit, ...] = ()
    if card.entry.kind in (EntryKind.GROUP, EntryKind.SCHOOL):
        found = facade.people.class_groups(chosen)
        groups = tuple(sorted(found, key=lambda one: rank(one.audience)))
    own = any(facade.directory_entry(one).key.startswith(OWN) for one in card.ids)
    is_group = card.entry.kind is EntryKind.GROUP
    members = facade.contacts.roster(chosen) if is_group else ()
    return Shown(chosen, card.entry, card, groups=groups, members=members, is_own=own)


class DirectoryPane(QWidget):
    """Everything is read from this PC; it works without a line."""

    write_to = Signal(object)  # Address
    write_to_group = Signal(object)  # EntryId
    merge_to = Signal(object)  # EntryId of a class or group
    group_asked = Signal(object)  # GroupHit: write to these
    family_asked = Signal(object)  # tuple[Address, ...]
    message_asked = Signal(object, object)  # FolderId, MessageId
    contact_asked = Signal(object)  # Shown to add or change; None: a new contact
    delete_asked = Signal(object)  # Shown
    learned_asked = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._facade = facade
        self._theme = theme
        self._shown: DirectoryHit | None = None
        self._trail: list[EntryId] = []
        self._bridge = bridge
        self._turn = 0  # of searching: an answer that comes late is not shown
        self.notice = Notice(theme, self)
        self.query = QLineEdit()
        add_clear_button(self.query)
        self.query.setPlaceholderText(self.tr("Name, function, class, school, telephone…"))
        self.query.setAccessibleName(self.tr("Search the directory"))
        self.kind = NamedBox()
        self.kind.setAccessibleName(self.tr("Kind of entries"))
        for name, kind in (
            (self.tr("Everything"), None),
            (self.tr("People"), EntryKind.PERSON),
            (self.tr("Groups and classes"), EntryKind.GROUP),
            (self.tr("Schools"), EntryKind.SCHOOL),
            (self.tr("Services"), EntryKind.SERVICE),
        ):
            self.kind.addItem(name, kind)
        self.hits = HitModel(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Entries found"))
        self.list.setModel(self.hits)
        self.list.setItemDelegate(HitDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.count = QLabel()
        self.count.setProperty("muted", True)
        self.count.setWordWrap(True)
        self.sources = SourcesPanel(facade, bridge, theme, self.notice, self)
        self.pending = PendingPanel(facade, bridge, self.notice, self)
        self.pending.settled.connect(self.refresh)
        self._make_details(bridge)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search_aside)
        self.query.textChanged.connect(lambda: self._pause.start())
        self.query.returnPressed.connect(self.search_aside)
        self.kind.currentIndexChanged.connect(lambda: self.search_aside())
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(lambda _: self._on_write())
        key = QShortcut(QKeySequence("Ctrl+Return"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self._on_write)
        many = QShortcut(QKeySequence("Ctrl+Shift+Return"), self)
        many.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        many.activated.connect(self._on_merge)
        self._show_hit(None)

    # -- building ----------------------------------------------------------------------------------

    def _make_details(self, bridge: Bridge) -> None:
        self.card = EntryCard(
            bridge, self._theme, self, save_note=self._save_note, is_ours=self._is_ours
        )
        self.card.write_asked.connect(self._on_write)
        self.card.address_asked.connect(self._on_address)
        self.card.copy_asked.connect(self._on_copy)
        self.card.many_asked.connect(self._on_merge)
        self.card.entry_asked.connect(self.go_to)
        self.card.family_asked.connect(self.show_family)
        self.card.group_asked.connect(self.group_asked)
        self.card.keep_asked.connect(lambda: self.contact_asked.emit(self.card.shown))
        self.card.delete_asked.connect(lambda: self.delete_asked.emit(self.card.shown))
        self.card.mail.message_asked.connect(self.message_asked)
        self.family = FamilyView(bridge, self._is_ours, self)
        self.family.hide()
        self.family.back_asked.connect(lambda: self._leave_family(None))
        self.family.entry_asked.connect(self._leave_family)
        self.family.write_asked.connect(self.family_asked)
        self.family.mail.message_asked.connect(self.message_asked)
        self.back = QPushButton(self.tr("Back to the card before"))
        self.back.setProperty("link", True)
        self.back.setAccessibleName(self.tr("Back to the card before"))
        self.back.clicked.connect(self.go_back)
        self._name, self._write = self.card.head.name, self.card.write
        self._copy, self._merge = self.card.copy, self.card.many

    def _lay_out(self) -> None:
        search = QHBoxLayout()
        search.setContentsMargins(12, 8, 12, 4)
        search.setSpacing(8)
        search.addWidget(self.query, 1)
        search.addWidget(self.kind)
        left = QWidget()
        found = QVBoxLayout(left)
        found.setContentsMargins(0, 0, 0, 0)
        found.setSpacing(0)
        found.addLayout(search)
        line = QHBoxLayout()
        line.setContentsMargins(14, 2, 12, 6)
        line.addWidget(self.count)
        found.addLayout(line)
        found.addWidget(self.list, 1)
        inner = QWidget()
        inner.setObjectName("sheet")
        inner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side = QVBoxLayout(inner)
        side.setContentsMargins(16, 12, 16, 12)
        side.setSpacing(14)
        side.addWidget(self.pending)
        side.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        side.addWidget(self.card)
        side.addWidget(self.family)
        side.addWidget(self._own_line())
        side.addWidget(self.sources)
        side.addStretch(1)
        right = QScrollArea()
        right.setWidgetResizable(True)
        right.setWidget(inner)
        right.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        splitter = QSplitter()
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(heading(self.tr("Directory")))
        column.addWidget(self.notice)
        column.addWidget(splitter, 1)

    def _own_line(self) -> QWidget:
        box = QWidget()
        row = FlowLayout(box, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        self.new_contact = QPushButton(self.tr("New contact…"))
        self.new_contact.setAccessibleName(self.tr("New contact of mine"))
        self.new_contact.clicked.connect(lambda: self.contact_asked.emit(None))
        self.learned = QPushButton(self.tr("Recipients learnt…"))
        self.learned.setAccessibleName(self.tr("Recipients learnt"))
        self.learned.clicked.connect(self.learned_asked)
        row.addWidget(self.new_contact)
        row.addWidget(self.learned)
        return box

    # -- searching ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Sources or entries changed."""
        self.sources.refresh()
        self.pending.refresh()
        trail, before = list(self._trail), None if self._shown is None else self._shown.id
        family = self.family.isVisibleTo(self)
        self.search(keep=before)
        if before is not None and self._shown is not None and self._shown.id == before:
            if trail:  # what was read goes on being read
                self._trail = trail
                self._show_card()
            if family and self.card.shown is not None:
                self.show_family(self.card.shown.id)

    def search_aside(self) -> None:
        """Search for what is typed without holding up the keys."""
        self._pause.stop()
        text, kind = self.query.text().strip(), self.kind.currentData()
        if not text:
            self.search()
            return
        self._turn += 1
        mine = self._turn

        def done(found: DirectoryResult) -> None:
            if mine == self._turn:
                self._show_result(found, None)

        self._bridge.run(
            self,
            lambda: self._facade.search_directory(text, kind=kind, limit=LIMIT),
            done=done,
            failed=self.notice.say_error,
            local=True,
        )

    def search(self, *, keep: EntryId | None = None) -> None:
        """Search for what is typed; the entry ``keep`` stays chosen where it is found again."""
        self._pause.stop()
        self._turn += 1
        text = self.query.text().strip()
        with self.notice.errors():
            if text:
                kind = self.kind.currentData()
                found = self._facade.search_directory(text, kind=kind, limit=LIMIT)
                self._show_result(found, keep)
            else:
                self.hits.show(())
                self.count.setText(self.tr("Type the beginning of words; accents do not matter."))
                self._show_hit(None)

    def _show_result(self, result: DirectoryResult, keep: EntryId | None) -> None:
        self.hits.show(result.hits)
        words = [self.tr("%n entry(ies) found", "", result.total)]
        if result.total > len(result.hits):
            words.append(self.tr("the first %n shown", "", len(result.hits)))
        if result.as_of is not None:
            words.append(self.tr("as of {date}").format(date=figures.plain_date(result.as_of)))
        if not result.complete:
            words.append(self.tr("a source is not complete"))
        elif result.as_of is not None:
            words.append(self.tr("complete copy"))
        self.count.setText(" · ".join(words))
        at = next(
            (
                row
                for row, one in enumerate(result.hits)
                if self._shown and one.id == self._shown.id
            ),
            0,
        )
        if result.hits:
            self.list.setCurrentIndex(self.hits.index(at))
            self._show_hit(self.hits.hit(at))
        else:
            self._show_hit(None)

    def show_entry(self, hit: DirectoryHit) -> None:
        """An entry that was found elsewhere, among those of its name."""
        self.kind.setCurrentIndex(0)
        self.query.setText(hit.entry.name)
        self.search()
        row = next(
            (at for at in range(self.hits.rowCount()) if self.hits.hit(at).id == hit.id), None
        )
        if row is not None:
            self.list.setCurrentIndex(self.hits.index(row))
        self._show_hit(hit)
        self.list.setFocus()

    # -- details -----------------------------------------------------------------------------------

    def _on_current(self, current: QModelIndex) -> None:
        self._show_hit(self.hits.hit(current.row()) if current.isValid() else None)

    def _show_hit(self, hit: DirectoryHit | None) -> None:
        self._shown = hit
        self._trail.clear()
        self._show_card()

    def _show_card(self) -> None:
        """The entry that was gone to last, else the one chosen in the list."""
        self.card.note.keep()
        self.family.hide()
        self.card.setVisible(self._shown is not None)
        self.back.setVisible(bool(self._trail))
        if self._shown is None:
            return
        chosen = self._trail[-1] if self._trail else self._shown.id
        with self.notice.errors():
            shown = shown_of(self._facade, chosen)
            self.card.show_entry(shown, self._mail_of(shown))

    def _mail_of(self, shown: Shown) -> Load | None:
        card = shown.card
        if card is None or not card.entry.email or shown.entry.kind is EntryKind.GROUP:
            return None
        return lambda before: self._facade.people.mail_with(card.ids[:1], limit=MAIL, before=before)

    def go_to(self, entry: EntryId) -> None:
        """The card of somebody named on this one; the way back stands above it."""
        if self._shown is not None:
            self._trail.append(entry)
            self._show_card()

    def go_back(self) -> None:
        """The card from which this one was opened."""
        if self._trail:
            self._trail.pop()
            self._show_card()

    def show_family(self, entry: EntryId) -> None:
        """All of a family in the place of the card."""
        with self.notice.errors():
            found = self._facade.people.family(entry)
            everyone = [one.id for one in found.pupils]
            everyone += [one.hit.id for one in found.guardians]
            self.family.show_family(
                found,
                lambda before: self._facade.people.mail_with(everyone, limit=MAIL, before=before),
            )
            self.card.hide()
            self.back.hide()
            self.family.show()
            self.family.write.setFocus()

    def _leave_family(self, entry: EntryId | None) -> None:
        if entry is None:
            self._show_card()
        else:
            self.go_to(entry)

    def _on_write(self) -> None:
        shown = self.card.shown
        if self._shown is None or shown is None:
            return
        if is_plausible(shown.entry.email):
            self.write_to.emit(Address(shown.entry.name, shown.entry.email))
        elif shown.entry.kind is EntryKind.GROUP:
            self.write_to_group.emit(shown.id)

    def _on_address(self, address: str) -> None:
        shown = self.card.shown
        if shown is not None and is_plausible(address):
            self.write_to.emit(Address(shown.entry.name, address))

    def _on_merge(self) -> None:
        shown = self.card.shown
        if self._shown is not None and shown and shown.entry.kind is EntryKind.GROUP:
            self.merge_to.emit(shown.id)

    def _on_copy(self) -> None:
        if self.card.shown is not None:
            QGuiApplication.clipboard().setText(self.card.shown.entry.email)

    def _save_note(self, entry: EntryId, text: str) -> bool:
        try:
            self._facade.people.set_note(entry, text)
        except MelError as error:
            self.notice.say_error(error)
            return False
        return True

    def _is_ours(self, address: str) -> bool:
        return address.casefold() in {one.email.casefold() for one in self._facade.accounts()}

    def choose_files(self) -> None:
        """Ask for CSV files, then import them."""
        dialog = QFileDialog(self, self.tr("Import a CSV file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(
            lambda names: self.import_files(tuple(Path(name) for name in names))
        )
        dialog.open()

    def import_files(self, files: tuple[Path, ...]) -> None:
        """Import CSV files without waiting."""
        self.sources.import_files(files)
