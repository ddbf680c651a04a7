"""The export dialog: which folders, in which form, whither."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account
from mel_desktop.model.mail import Folder, FolderId
from mel_desktop.model.transfer import ExportDone, ExportKind
from mel_desktop.ui import figures, wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.transfer_dialog import PathRow, TransferDialog

SUFFIXES: Final = {ExportKind.MBOX: "mbox", ExportKind.ARCHIVE: "zip"}


class ExportDialog(TransferDialog):
    """Messages to files."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget,
        *,
        accounts: Sequence[Account],
        folders: Sequence[Folder],
        current: FolderId | None,
    ) -> None:
        super().__init__(bridge, theme, parent)
        self.setWindowTitle(self.tr("Export mail"))
        self._facade = facade
        self._lay_out(accounts, folders, current)
        self.go.setText(self.tr("&Export"))
        self.go.clicked.connect(self.start)
        self.target.edit.textChanged.connect(lambda: self._on_changed())
        self.list.itemChanged.connect(lambda: self._on_changed())
        self._on_changed()
        self.target.edit.setFocus()

    def _lay_out(
        self, accounts: Sequence[Account], folders: Sequence[Folder], current: FolderId | None
    ) -> None:
        self.kinds = {
            ExportKind.EML: QRadioButton(self.tr("A file for each message (EML), in folders")),
            ExportKind.MBOX: QRadioButton(self.tr("One mailbox file (mbox)")),
            ExportKind.ARCHIVE: QRadioButton(self.tr("One archive (ZIP)")),
        }
        self.kinds[ExportKind.EML].setChecked(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Folders to export"))
        self.list.setSpacing(2)
        emails = {int(one.id): one.email for one in accounts}
        several = len(emails) > 1
        for folder in folders:
            name = wording.folder_path(folder)
            head = f"{emails.get(folder.account, '')} · " if several else ""
            item = QListWidgetItem(f"{head}{name} ({figures.count(folder.total)})")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            chosen = current is None or folder.id == current
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, int(folder.id))
            self.list.addItem(item)
        self.all = QCheckBox(self.tr("&All folders"))
        self.all.setChecked(current is None)
        self.all.toggled.connect(self._on_all)
        self.fetch = QCheckBox(self.tr("&Bring what is not on this PC from the server first"))
        self.target = PathRow(self.tr("File or folder to write"), self)
        self.target.add_button(self.tr("&Choose…"), self._choose)
        rows = QFormLayout()
        rows.addRow(self.tr("Write to:"), self.target)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        for button in self.kinds.values():
            column.addWidget(button)
        column.addWidget(self.all)
        column.addWidget(self.list, 1)
        column.addWidget(self.fetch)
        column.addLayout(rows)
        column.addWidget(
            paragraph(
                self.tr("The files are not encrypted: whoever has them can read them."), muted=True
            )
        )

    def kind(self) -> ExportKind:
        """The form that is chosen."""
        return next(kind for kind, button in self.kinds.items() if button.isChecked())

    def _chosen(self) -> list[FolderId]:
        items = [self.list.item(place) for place in range(self.list.count())]
        return [
            FolderId(one.data(Qt.ItemDataRole.UserRole))
            for one in items
            if one.checkState() is Qt.CheckState.Checked
        ]

    def _on_all(self, on: bool) -> None:
        state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        for place in range(self.list.count()):
            self.list.item(place).setCheckState(state)

    def _choose(self) -> None:
        kind = self.kind()
        if kind is ExportKind.EML:
            self.target.choose(self.windowTitle(), QFileDialog.FileMode.Directory)
        else:
            self.target.choose(
                self.windowTitle(),
                QFileDialog.FileMode.AnyFile,
                suffix=SUFFIXES[kind],
                writes=True,
            )

    def _on_changed(self) -> None:
        self.notice.clear()
        self.go.setEnabled(self.target.path() is not None and bool(self._chosen()))

    def start(self) -> None:
        """Write."""
        target, folders = self.target.path(), self._chosen()
        if target is None or not folders:
            return
        kind, fetch = self.kind(), self.fetch.isChecked()
        self.run_work(
            self.tr("Exporting…"),
            lambda report, cancelled: self._facade.transfer.export_mail(
                kind, target, folders, fetch=fetch, progress=report, cancelled=cancelled
            ),
            self._done,
        )

    def _done(self, done: ExportDone) -> None:
        words = [
            self.tr("%n message(s) exported", "", done.messages)
            + self.tr(" to {target} ({size}).").format(
                target=done.target, size=figures.size(done.octets)
            )
        ]
        if done.rebuilt:
            words.append(
                self.tr(
                    "%n message(s) put together from what is on this PC, and so marked.",
                    "",
                    done.rebuilt,
                )
            )
        if done.incomplete:
            words.append(self.tr("%n message(s) are incomplete:", "", len(done.incomplete)))
        details = [f"{one.folder} – {one.subject}" for one in done.incomplete]
        self.show_report("\n".join(words), details)
