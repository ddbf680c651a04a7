"""The import assistant: choose a source, see what it holds and where it goes, import, read on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.mail import Folder, FolderId
from mel_desktop.model.transfer import ImportBox, ImportDone, ImportPreview, Problem, SourceKind
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.transfer_dialog import PathRow, TransferDialog

LOOK_MS: Final = 300
MOST_BOXES: Final = 500


class ImportDialog(TransferDialog):
    """Mail from files."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget,
        *,
        accounts: Sequence[Account],
        folders: Sequence[Folder],
    ) -> None:
        super().__init__(bridge, theme, parent)
        self.setWindowTitle(self.tr("Import mail"))
        self._facade = facade
        self._folders = tuple(folders)
        self._seen: ImportPreview | None = None
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.look)
        self._lay_out(accounts)
        self.go.setText(self.tr("&Import"))
        self.go.setEnabled(False)
        self.go.clicked.connect(self.start)
        self.source.edit.textChanged.connect(lambda: self._on_changed())
        self.account.currentIndexChanged.connect(self._on_account)
        self.target.currentIndexChanged.connect(lambda: self._on_changed())
        self._on_account()
        self.source.edit.setFocus()
        if not accounts:
            self.source.setEnabled(False)
            self.notice.say(self.tr("Add your mail account first: messages are kept beside it."))

    def _lay_out(self, accounts: Sequence[Account]) -> None:
        self.source = PathRow(self.tr("File or folder to import"), self)
        self.source.add_button(self.tr("&File…"), self._choose_file)
        self.source.add_button(self.tr("F&older…"), self._choose_folder)
        self.account = NamedBox()
        self.account.setAccessibleName(self.tr("Account"))
        for one in accounts:
            self.account.addItem(one.email, int(one.id))
        self.target = NamedBox()
        self.target.setAccessibleName(self.tr("Put into"))
        self.boxes = QListWidget()
        self.boxes.setAccessibleName(self.tr("What it holds"))
        self.summary = paragraph("")
        rows = QFormLayout()
        rows.addRow(self.tr("Source:"), self.source)
        places = self._facade.transfer.thunderbird_places()
        if places:
            button = self.source.add_button(
                self.tr("&Thunderbird"), lambda: self.source.edit.setText(str(places[0]))
            )
            button.setToolTip(str(places[0]))
        if len(accounts) > 1:
            rows.addRow(self.tr("Account:"), self.account)
        rows.addRow(self.tr("Put into:"), self.target)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            paragraph(
                self.tr(
                    "EML and mbox files, Maildir folders, ZIP archives of an export and "
                    "Thunderbird profiles with their address books are recognised. Nothing is "
                    "changed where they lie; a message that is here already is not imported twice."
                ),
                muted=True,
            )
        )
        column.addLayout(rows)
        column.addWidget(self.summary)
        column.addWidget(self.boxes, 1)

    # -- choosing ----------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        self.source.choose(self.tr("Import mail"), QFileDialog.FileMode.ExistingFile)

    def _choose_folder(self) -> None:
        self.source.choose(self.tr("Import mail"), QFileDialog.FileMode.Directory)

    def _account(self) -> AccountId:
        return AccountId(self.account.currentData())

    def _folder(self) -> FolderId | None:
        chosen = self.target.currentData()
        return None if chosen is None else FolderId(chosen)

    def _on_account(self) -> None:
        self.target.blockSignals(True)
        self.target.clear()
        self.target.addItem(self.tr("This PC only: a folder of its own"), None)
        for one in self._folders:
            if one.account == self.account.currentData() and one.selectable:
                self.target.addItem(wording.folder_path(one), int(one.id))
        self.target.blockSignals(False)
        self._on_changed()

    def _on_changed(self) -> None:
        self._seen = None
        self.go.setEnabled(False)
        self.notice.clear()
        self.boxes.clear()
        self.summary.clear()
        if self.source.path() is not None:
            self._look.start()

    def look(self) -> None:
        """Ask what the source holds."""
        source = self.source.path()
        if source is None or self.is_running():
            return
        account, folder = self._account(), self._folder()
        self._bridge.run(
            self,
            lambda: (source, self._facade.transfer.preview_import(source, account, folder)),
            done=lambda found: self._show(*found) if found[0] == self.source.path() else None,
            failed=self._say,
        )

    def _say(self, error: MelError) -> None:
        self.notice.say_error(error)

    def _show(self, _: object, seen: ImportPreview) -> None:
        self._seen = seen
        books = sum(one.kind is SourceKind.ADDRESS_BOOK for one in seen.boxes)
        words = [self._kind(seen.kind)]
        if len(seen.boxes) > books:
            words.append(self.tr("%n mailbox(es)", "", len(seen.boxes) - books))
        if books:
            words.append(self.tr("%n address book(s)", "", books))
        words.append(figures.size(seen.octets))
        told = [" · ".join(words)]
        if len(seen.boxes) > books or not books:
            told.append(self.tr("Goes into: {folder}").format(folder=seen.target))
        if books:
            told.append(self.tr("Contacts go into the directory."))
        if seen.goes_on:
            told.append(self.tr("An earlier import of it was broken off and goes on."))
        folder = self._folder()
        if folder is not None and not self._is_local(folder):
            told.append(self.tr("The messages go up to the server with the next sync."))
        self.summary.setText("\n".join(told))
        self.boxes.clear()
        for box in seen.boxes[:MOST_BOXES]:
            self.boxes.addItem(self._box(box))
        if self.boxes.count():
            self.boxes.setCurrentRow(0)
        self.go.setEnabled(True)

    def _is_local(self, folder: FolderId) -> bool:
        return any(one.id == folder and one.local for one in self._folders)

    def _box(self, box: ImportBox) -> str:
        if box.kind is SourceKind.ADDRESS_BOOK:
            name = self.tr("Address book: {name}").format(name=self._book(box.names[0]))
        else:
            name = " / ".join(box.names) or self.tr("(the source itself)")
        return f"{name}  –  {figures.size(box.octets)}"

    def _book(self, label: str) -> str:
        """The two that every profile has bear no name of their own."""
        return {
            "abook": self.tr("personal addresses"),
            "history": self.tr("collected addresses"),
        }.get(label, label)

    def _kind(self, kind: SourceKind) -> str:
        return {
            SourceKind.EML: self.tr("Message file"),
            SourceKind.MBOX: self.tr("Mailbox file (mbox)"),
            SourceKind.MAILDIR: self.tr("Maildir folder"),
            SourceKind.FOLDER: self.tr("Folder of mail files"),
            SourceKind.THUNDERBIRD: self.tr("Thunderbird profile"),
            SourceKind.ARCHIVE: self.tr("ZIP archive"),
            SourceKind.ADDRESS_BOOK: self.tr("Thunderbird address book"),
        }[kind]

    # -- importing ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Import what was looked at."""
        source = self.source.path()
        if source is None or self._seen is None:
            return
        account, folder = self._account(), self._folder()
        self.run_work(
            self.tr("Importing into “{folder}”…").format(folder=self._seen.target),
            lambda report, cancelled: self._facade.transfer.import_mail(
                source, account, folder, progress=report, cancelled=cancelled
            ),
            self._done,
        )

    def _done(self, done: ImportDone) -> None:
        words = []
        if done.kind is not SourceKind.ADDRESS_BOOK:
            words.append(
                self.tr("%n message(s) imported", "", done.imported)
                + self.tr(" into “{folder}”.").format(folder=done.folder)
            )
        if done.book:
            words.append(
                self.tr("%n contact(s)", "", done.contacts)
                + self.tr(" and %n list(s)", "", done.lists)
                + self.tr(" in the directory, under “{name}”.").format(name=done.book)
            )
        if done.duplicates:
            words.append(self.tr("%n message(s) were here already.", "", done.duplicates))
        if done.left_out:
            words.append(
                self.tr("%n message(s) marked as deleted were left out.", "", done.left_out)
            )
        if done.waits_for_server:
            words.append(self.tr("The messages go up to the server with the next sync."))
        if done.problems:
            words.append(self.tr("%n could not be read:", "", len(done.problems)))
        details = [f"{_where(one)} – {_why(one)}" for one in done.problems]
        self.show_report("\n".join(words), details)


def _where(problem: Problem) -> str:
    if not problem.position:
        return problem.path
    return f"{problem.path} ({figures.count(problem.position)})"


def _why(problem: Problem) -> str:
    return str(wording.of_code(ErrorCode.BAD_FILE, {"why": problem.reason}))
