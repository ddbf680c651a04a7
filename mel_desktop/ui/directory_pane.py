"""The school directory on this PC: search, details, write to, and where it all comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
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
from mel_desktop.model.mail import Address
from mel_desktop.model.people import DirectoryHit, DirectoryResult, EntryKind
from mel_desktop.ui import figures
from mel_desktop.ui.avatar import Avatar
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.directory_hits import HitDelegate, HitModel
from mel_desktop.ui.directory_sources import SourcesPanel
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.recipient_token import is_plausible
from mel_desktop.ui.table_pane import heading
from mel_desktop.ui.theme import Theme

PAUSE_MS: Final = 150
LIMIT: Final = 200


class DirectoryPane(QWidget):
    """Everything is read from this PC; it works without a line."""

    write_to = Signal(object)  # Address
    write_to_group = Signal(object)  # EntryId
    merge_to = Signal(object)  # EntryId of a class or group

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._facade = facade
        self._theme = theme
        self._shown: DirectoryHit | None = None
        self.notice = Notice(theme, self)
        self.query = QLineEdit()
        self.query.setClearButtonEnabled(True)
        self.query.setPlaceholderText(self.tr("Name, school, class, town or UAI…"))
        self.query.setAccessibleName(self.tr("Search the directory"))
        self.kind = QComboBox()
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
        self._make_details()
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self.query.textChanged.connect(lambda: self._pause.start())
        self.query.returnPressed.connect(self.search)
        self.kind.currentIndexChanged.connect(self.search)
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

    def _make_details(self) -> None:
        self._details = QFrame()
        self._details.setObjectName("card")
        self._avatar = Avatar(self._theme)
        self._name = QLabel()
        self._name.setWordWrap(True)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        font = self._name.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setWeight(font.Weight.DemiBold)
        self._name.setFont(font)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(14)
        self._form.setVerticalSpacing(5)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._write = QPushButton(self.tr("Write to"))
        self._write.setProperty("primary", True)
        self._write.setAccessibleName(self.tr("Write to"))
        self._write.setToolTip(self.tr("Write to ({key})").format(key="Ctrl+Return"))
        self._write.clicked.connect(self._on_write)
        self._copy = QPushButton(self.tr("Copy the address"))
        self._copy.setAccessibleName(self.tr("Copy the address"))
        self._copy.clicked.connect(self._on_copy)
        self._merge = QPushButton(self.tr("Send to &many…"))
        self._merge.setAccessibleName(self.tr("Send to many…"))
        self._merge.setToolTip(
            self.tr("One message to each of the group ({key})").format(key="Ctrl+Shift+Return")
        )
        self._merge.clicked.connect(self._on_merge)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._avatar)
        head.addWidget(self._name, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._write)
        buttons.addWidget(self._copy)
        buttons.addWidget(self._merge)
        buttons.addStretch(1)
        column = QVBoxLayout(self._details)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(self._form)
        column.addLayout(buttons)

    def _lay_out(self) -> None:
        search = QHBoxLayout()
        search.setContentsMargins(12, 8, 12, 4)
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
        side.addWidget(self._details)
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

    # -- searching ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Sources or entries changed."""
        self.sources.refresh()
        self.search()

    def search(self) -> None:
        """Search for what is typed."""
        self._pause.stop()
        text = self.query.text().strip()
        with self.notice.errors():
            if text:
                kind = self.kind.currentData()
                self._show_result(self._facade.search_directory(text, kind=kind, limit=LIMIT))
            else:
                self.hits.show(())
                self.count.setText(self.tr("Type the beginning of words; accents do not matter."))
                self._show_hit(None)

    def _show_result(self, result: DirectoryResult) -> None:
        self.hits.show(result.hits)
        words = [self.tr("%n entry(ies) found", "", result.total)]
        if result.total > len(result.hits):
            words.append(self.tr("the first %n shown", "", len(result.hits)))
        if result.as_of is not None:
            words.append(self.tr("as of {date}").format(date=figures.plain_date(result.as_of)))
        if not result.complete:
            words.append(self.tr("a source is not complete"))
        self.count.setText(" · ".join(words))
        if result.hits:
            self.list.setCurrentIndex(self.hits.index(0))
            self._show_hit(self.hits.hit(0))
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
        self._details.setVisible(hit is not None)
        while self._form.rowCount():
            self._form.removeRow(0)
        if hit is None:
            return
        entry = hit.entry
        self._name.setText(entry.name)
        self._avatar.show_person(Address(entry.name, entry.email))
        for name, value in (
            (self.tr("Address"), entry.email),
            (self.tr("Function"), entry.role),
            (self.tr("School"), entry.school),
            (self.tr("UAI"), entry.uai),
            (self.tr("Classes"), ", ".join(entry.classes)),
            (self.tr("Town"), entry.town),
            (self.tr("Telephone"), entry.phone),
            (self.tr("Source"), hit.source),
        ):
            if value:
                label = QLabel(name)
                label.setProperty("muted", True)
                shown = QLabel()
                shown.setTextFormat(Qt.TextFormat.PlainText)
                shown.setText(value)
                shown.setWordWrap(True)
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._form.addRow(label, shown)
        can_write = is_plausible(entry.email)
        self._write.setEnabled(can_write or entry.kind is EntryKind.GROUP)
        self._copy.setEnabled(can_write)
        is_group = entry.kind is EntryKind.GROUP
        self._merge.setVisible(is_group)
        self._copy.setVisible(can_write or not is_group)

    def _on_write(self) -> None:
        if self._shown is not None and is_plausible(self._shown.entry.email):
            entry = self._shown.entry
            self.write_to.emit(Address(entry.name, entry.email))
        elif self._shown is not None and self._shown.entry.kind is EntryKind.GROUP:
            self.write_to_group.emit(self._shown.id)

    def _on_merge(self) -> None:
        if self._shown is not None and self._shown.entry.kind is EntryKind.GROUP:
            self.merge_to.emit(self._shown.id)

    def _on_copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.entry.email)

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
