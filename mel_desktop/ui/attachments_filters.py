"""What narrows the list of all attachments: kind, sender, class, folder, date, size, where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import QSettings, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from mel_desktop.model.documents import NOBODY, AttachmentFilters
from mel_desktop.model.mail import Folder, FolderId
from mel_desktop.model.people import EntryId
from mel_desktop.model.previews import FileKind
from mel_desktop.ui import figures
from mel_desktop.ui.attachments_files import kind_name
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.spoken import NamedBox

PAUSE_MS: Final = 250
SCHOOL_YEAR_BEGINS: Final = 9  # September
KEPT: Final = "attachments/filters"


class AttachmentsFilters(QWidget):
    """A row of lists under the heading; it breaks where the window is narrow."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = self._list(self.tr("Kind of file"))
        self.kind.addItem(self.tr("All kinds"), None)
        for kind in FileKind:
            self.kind.addItem(kind_name(kind), kind)
        self.who = QLineEdit()
        self.who.setPlaceholderText(self.tr("Sender…"))
        self.who.setAccessibleName(self.tr("Name or address of the sender"))
        add_clear_button(self.who)
        self.who.setFixedWidth(150)
        self.school_class = self._list(self.tr("Class"))
        self.school_class.addItem(self.tr("All classes"), None)
        self.school_class.hide()  # until the directory has one
        self._addresses: tuple[str, ...] = ()  # of the chosen class
        self.folder = self._list(self.tr("Folder"))
        self.folder.addItem(self.tr("All folders"), None)
        self.when = self._list(self.tr("Date"))
        for words, days in (
            (self.tr("Any date"), None),
            (self.tr("Last 7 days"), 7),
            (self.tr("Last 30 days"), 30),
            (self.tr("This school year"), 0),
            (self.tr("Before this school year"), -1),
        ):
            self.when.addItem(words, days)
        self.size_list = self._list(self.tr("Size"))
        self.size_list.addItem(self.tr("Any size"), 0)
        for octets in (1_000_000, 5_000_000, 20_000_000):
            self.size_list.addItem(
                self.tr("More than {size}").format(size=figures.size(octets)), octets
            )
        self.where = self._list(self.tr("Where it is"))
        for words, local in (
            (self.tr("Here and on the server"), None),
            (self.tr("On this PC"), True),
            (self.tr("On the server only"), False),
        ):
            self.where.addItem(words, local)
        self.clear_button = QPushButton(self.tr("Show all"))
        self.clear_button.setProperty("link", True)
        self.clear_button.setAccessibleName(self.tr("Show all attachments"))
        self.clear_button.clicked.connect(self.clear)
        flow = FlowLayout(self, spacing=8)
        flow.setContentsMargins(16, 6, 16, 6)
        for widget in (*self._lists(), self.clear_button):
            flow.addWidget(widget)
        flow.insert(1, self.who)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_changed)
        self.who.textChanged.connect(lambda: self._pause.start())
        for one in self._lists():
            one.currentIndexChanged.connect(self._on_changed)
        self._on_changed()

    def show_folders(self, folders: Sequence[Folder]) -> None:
        """The folders there are now; the chosen one stays."""
        chosen = self.folder.currentData()
        with QSignalBlocker(self.folder):
            while self.folder.count() > 1:
                self.folder.removeItem(1)
            for one in folders:
                if one.total:
                    self.folder.addItem(one.name, one.id)
            self.folder.setCurrentIndex(max(0, self.folder.findData(chosen)))

    def show_classes(self, classes: Sequence[tuple[EntryId, str]]) -> None:
        """The classes of the directory; the chosen one stays."""
        chosen = self.school_class.currentData()
        with QSignalBlocker(self.school_class):
            while self.school_class.count() > 1:
                self.school_class.removeItem(1)
            for entry, name in classes:
                self.school_class.addItem(name, int(entry))
            self.school_class.setCurrentIndex(max(0, self.school_class.findData(chosen)))
        self.school_class.setVisible(bool(classes))

    def chosen_class(self) -> EntryId | None:
        """The class whose people sent what is listed."""
        told = self.school_class.currentData()
        return None if told is None else EntryId(told)

    def take_addresses(self, addresses: Sequence[str]) -> None:
        """Those of the chosen class; of nobody, nothing is listed."""
        self._addresses = tuple(addresses) or (NOBODY,)

    def filters(self, now: datetime) -> AttachmentFilters:
        """What is chosen, as of this moment."""
        found = AttachmentFilters(
            kinds=frozenset(_kinds(self.kind.currentData())),
            sender=self.who.text().strip(),
            addresses=() if self.chosen_class() is None else self._addresses,
            folder=_folder(self.folder.currentData()),
            least=self.size_list.currentData() or 0,
            local=self.where.currentData(),
        )
        days = self.when.currentData()
        if days is None:
            return found
        if days > 0:
            return replace(found, since=now - timedelta(days=days))
        local = now.astimezone()
        year = local.year if local.month >= SCHOOL_YEAR_BEGINS else local.year - 1
        begins = datetime(year, SCHOOL_YEAR_BEGINS, 1).astimezone()
        return replace(found, since=begins) if days == 0 else replace(found, until=begins)

    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.who.text().strip()) or any(one.currentIndex() > 0 for one in self._lists())

    def clear(self) -> None:
        """Everything again."""
        for one in self._lists():
            with QSignalBlocker(one):
                one.setCurrentIndex(0)
        with QSignalBlocker(self.who):
            self.who.clear()
        self._on_changed()

    def save(self, settings: QSettings) -> None:
        """Keep what is chosen; no name and no folder, which would say something of the mail."""
        settings.setValue(KEPT, [one.currentIndex() for one in self._lists_kept()])

    def restore(self, settings: QSettings) -> None:
        """Choose what was chosen; what no longer fits is left."""
        told = settings.value(KEPT)
        if not isinstance(told, list):
            return
        for one, place in zip(self._lists_kept(), told, strict=False):
            if str(place).isdigit() and int(place) < one.count():
                with QSignalBlocker(one):
                    one.setCurrentIndex(int(place))
        self._on_changed()

    # -- inside ------------------------------------------------------------------------------------

    def _list(self, name: str) -> QComboBox:
        made = NamedBox()
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        made.setMaximumWidth(230)
        return made

    def _lists(self) -> tuple[QComboBox, ...]:
        return self.kind, self.school_class, self.folder, self.when, self.size_list, self.where

    def _lists_kept(self) -> tuple[QComboBox, ...]:
        return self.kind, self.when, self.size_list, self.where

    def _on_changed(self, _: object = None) -> None:
        self._pause.stop()
        self.clear_button.setVisible(self.is_narrowed())
        self.changed.emit()


def _kinds(told: Any) -> tuple[FileKind, ...]:
    return () if told is None else (FileKind(told),)


def _folder(told: Any) -> FolderId | None:
    return None if told is None else FolderId(told)
