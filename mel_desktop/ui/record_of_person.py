"""The page of one person: all that is held, exported as a file, or erased."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.people import DirectoryHit, EntryId, EntryKind
from mel_desktop.model.records import Erased
from mel_desktop.ui import language
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.directory_hits import HitDelegate, HitModel
from mel_desktop.ui.forms import muted
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

PAUSE_MS = 150
LIMIT = 50


class PersonPage(QWidget):
    """Found by name, shown as it is exported."""

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, notice: Notice, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._notice = notice
        self._entry: EntryId | None = None
        self._name = ""
        self.query = QLineEdit()
        add_clear_button(self.query)
        self.query.setPlaceholderText(self.tr("Name of a person…"))
        self.query.setAccessibleName(self.tr("Name of a person"))
        self.hits = HitModel(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("People found"))
        self.list.setModel(self.hits)
        self.list.setItemDelegate(HitDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("What is held about this person"))
        self.export_button = QPushButton(self.tr("&Export…"))
        self.erase_button = QPushButton(self.tr("Erase &this person…"))
        self.allow_button = QPushButton(self.tr("&Allow erased people again…"))
        self.export_button.clicked.connect(lambda: self._choose())
        self.erase_button.clicked.connect(lambda: self.ask_erase())
        self.allow_button.clicked.connect(lambda: self.ask_allow())
        self.explain = muted(
            self.tr(
                "Answers a person who asks what you hold (GDPR, articles 15, 17 and 20). Messages"
                " exchanged are listed; erasing leaves them in the mailbox."
            )
        )
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.search)
        self.query.textChanged.connect(lambda: self._pause.start())
        self.query.returnPressed.connect(self.search)
        self._show_nobody()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.allow_button)
        row.addStretch(1)
        for button in (self.erase_button, self.export_button):
            row.addWidget(button)
        for button in (self.erase_button, self.export_button, self.allow_button):
            button.setAutoDefault(False)
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(self.text)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(10)
        label = QLabel(self.tr("&Name"))
        label.setBuddy(self.query)
        head = QHBoxLayout()
        head.addWidget(label)
        head.addWidget(self.query, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(self.explain)
        column.addLayout(head)
        column.addWidget(splitter, 1)
        column.addLayout(row)

    def refresh(self) -> None:
        """Search again."""
        with self._notice.errors():
            self.allow_button.setVisible(self._facade.records.holdings().erased > 0)
        self.search()

    def search(self) -> None:
        """People whose names fit."""
        self._pause.stop()
        text = self.query.text().strip()
        if not text:
            self.hits.show(())
            self._show_nobody()
            return
        with self._notice.errors():
            found = self._facade.search_directory(text, kind=EntryKind.PERSON, limit=LIMIT)
            self.hits.show(found.hits)
            if found.hits:
                self.list.setCurrentIndex(self.hits.index(0))
                self._show(found.hits[0])
            else:
                self._show_nobody()

    def show_entry(self, entry: EntryId) -> None:
        """One who was chosen elsewhere."""
        with self._notice.errors():
            self.query.setText(self._facade.directory_entry(entry).name)
            self.search()
            for row in range(self.hits.rowCount()):
                if self.hits.hit(row).id == entry:
                    self.list.setCurrentIndex(self.hits.index(row))

    def _on_current(self, current: QModelIndex) -> None:
        if current.isValid():
            self._show(self.hits.hit(current.row()))
        else:
            self._show_nobody()

    def _show(self, hit: DirectoryHit) -> None:
        with self._notice.errors():
            self.text.setHtml(self._facade.records.person_page(hit.id, language.current()))
            self._entry, self._name = hit.id, hit.entry.name
            self.export_button.setEnabled(True)
            self.erase_button.setEnabled(True)

    def _show_nobody(self) -> None:
        self._entry = None
        self.text.clear()
        self.export_button.setEnabled(False)
        self.erase_button.setEnabled(False)

    # -- export ------------------------------------------------------------------------------------

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Export what is held about this person"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Archive (*.zip)")])
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(self.tr("data-held") + ".zip")
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, target: Path) -> None:
        """Write the archive; messages are listed, not copied."""
        if self._entry is None:
            return
        with self._notice.errors():
            self._facade.records.save_person(self._entry, target, language.current())
            self._notice.say(
                self.tr("Saved: {file}. It is not encrypted.").format(file=target.name)
            )

    # -- erasure -----------------------------------------------------------------------------------

    def ask_erase(self) -> None:
        """Ask, then erase from the directory and its index."""
        entry = self._entry
        if entry is None:
            return
        question = Question(
            self.tr("Erase this person?"),
            self.tr(
                "{name} leaves the directory of this PC: entries, ties, notes, own groups, proposed"
                " addresses. A list imported later does not bring this person back. Messages stay."
            ).replace("{name}", self._name),
            self.tr("Erase"),
            self.tr("Keep"),
        )
        ask(
            self.window(),
            question,
            lambda: self._bridge.run(
                self,
                lambda: self._facade.records.erase(entry),
                done=self._on_erased,
                failed=self._on_failed,
                local=True,
            ),
        )

    def _on_erased(self, gone: Erased) -> None:
        text = self.tr("Erased from %n list(s).", "", gone.rows)
        if gone.messages_left:
            text += " " + self.tr("%n message(s) stay in the mailbox.", "", gone.messages_left)
        self._notice.say(text)
        self.refresh()

    def ask_allow(self) -> None:
        """Lists may bring erased people back."""
        question = Question(
            self.tr("Allow erased people again?"),
            self.tr(
                "The next time a list is imported or read anew, people erased earlier come back if"
                " they are on it."
            ),
            self.tr("Allow"),
            self.tr("Leave as it is"),
            destroys=False,
        )
        ask(self.window(), question, self._allow)

    def _allow(self) -> None:
        with self._notice.errors():
            count = self._facade.records.allow_again()
            self._notice.say(self.tr("%n person(s) may come back.", "", count))
            self.refresh()

    def _on_failed(self, error: MelError) -> None:
        self._notice.say_error(error)
