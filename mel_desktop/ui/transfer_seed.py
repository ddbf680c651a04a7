"""Hand-over to another PC: the code of this one, a seed made for another, a seed opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.transfer import SeedDone
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.transfer_dialog import PathRow, TransferDialog

SUFFIX: Final = "melseed"
WIDTH: Final = 780  # a code is shown whole


class SeedDialog(TransferDialog):
    """Two sides: receive here, prepare for another PC."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget,
        *,
        accounts: Sequence[Account],
    ) -> None:
        super().__init__(bridge, theme, parent)
        self.setWindowTitle(self.tr("Hand over to another PC"))
        self._facade = facade
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Receive or prepare"))
        self.tabs.addTab(self._make_receive(), self.tr("&Receive on this PC"))
        self.tabs.addTab(self._make_prepare(accounts), self.tr("&Prepare for another PC"))
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            paragraph(
                self.tr(
                    "A seed is an encrypted file, on a USB stick for instance, that spares another "
                    "PC a whole download. It holds what the server has: folders, messages, "
                    "attachments. No password, no draft."
                ),
                muted=True,
            )
        )
        column.addWidget(self.tabs, 1)
        self.go.clicked.connect(self.start)
        self.tabs.currentChanged.connect(lambda: self._on_changed())
        self._on_changed()
        self.resize(WIDTH, self.height())

    def _make_receive(self) -> QWidget:
        page = QWidget()
        self.own_code = QLineEdit()
        self.own_code.setReadOnly(True)
        self.own_code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.own_code.setAccessibleName(self.tr("Code of this PC"))
        with self.notice.errors():
            self.own_code.setText(self._facade.transfer.seed_code())
        self.own_code.setCursorPosition(0)
        copy = QPushButton(self.tr("Co&py"))
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.own_code.text()))
        row = QHBoxLayout()
        row.addWidget(self.own_code, 1)
        row.addWidget(copy)
        self.source = PathRow(self.tr("Seed file"), self)
        self.source.add_button(
            self.tr("&Choose…"),
            lambda: self.source.choose(self.windowTitle(), QFileDialog.FileMode.ExistingFile),
        )
        self.source.edit.textChanged.connect(lambda: self._on_changed())
        column = QVBoxLayout(page)
        column.addWidget(
            paragraph(self.tr("1. Give this code to the person who prepares the seed:"))
        )
        column.addLayout(row)
        column.addWidget(paragraph(self.tr("2. Open the file that was prepared with it:")))
        column.addWidget(self.source)
        column.addStretch(1)
        return page

    def _make_prepare(self, accounts: Sequence[Account]) -> QWidget:
        page = QWidget()
        self.code = QLineEdit()
        self.code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.code.setAccessibleName(self.tr("Code of the other PC"))
        self.code.textChanged.connect(lambda: self._on_changed())
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Accounts"))
        for one in accounts:
            item = QListWidgetItem(one.email)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            item.setData(Qt.ItemDataRole.UserRole, int(one.id))
            self.list.addItem(item)
        self.list.itemChanged.connect(lambda: self._on_changed())
        self.everything = QCheckBox(
            self.tr("&Everything again, also what an earlier seed for this code held")
        )
        self.target = PathRow(self.tr("Seed file to write"), self)
        self.target.add_button(
            self.tr("&Choose…"),
            lambda: self.target.choose(
                self.windowTitle(), QFileDialog.FileMode.AnyFile, suffix=SUFFIX, writes=True
            ),
        )
        self.target.edit.textChanged.connect(lambda: self._on_changed())
        rows = QFormLayout(page)
        rows.addRow(self.tr("Code of the other PC:"), self.code)
        rows.addRow(self.tr("Accounts:"), self.list)
        rows.addRow(self.tr("Write to:"), self.target)
        rows.addRow("", self.everything)
        return page

    def _accounts(self) -> list[AccountId]:
        items = [self.list.item(place) for place in range(self.list.count())]
        return [
            AccountId(one.data(Qt.ItemDataRole.UserRole))
            for one in items
            if one.checkState() is Qt.CheckState.Checked
        ]

    def _is_receiving(self) -> bool:
        return self.tabs.currentIndex() == 0

    def _on_changed(self) -> None:
        self.notice.clear()
        if self._is_receiving():
            self.go.setText(self.tr("&Open the seed"))
            self.go.setEnabled(self.source.path() is not None)
        else:
            self.go.setText(self.tr("Pre&pare the seed"))
            ready = self.code.text().strip() and self.target.path() and self._accounts()
            self.go.setEnabled(bool(ready))

    def start(self) -> None:
        """Do what the page says."""
        if self._is_receiving():
            self._open()
        else:
            self._prepare()

    def _open(self) -> None:
        source = self.source.path()
        if source is None:
            return
        self.run_work(
            self.tr("Opening the seed…"),
            lambda report, cancelled: self._facade.transfer.open_seed(
                source, progress=report, cancelled=cancelled
            ),
            self._opened,
        )

    def _opened(self, done: SeedDone) -> None:
        words = [
            self.tr("%n message(s) added.", "", done.messages),
            self.tr("%n message(s) were here already.", "", done.known),
            *self._own(done),
            self.tr("Prepared by the PC with the code {code}…").format(code=done.sender),
        ]
        words += [
            self.tr("The account {email} was added: give its password.").format(email=email)
            for email in done.made_accounts
        ]
        details = []
        if done.skipped:
            details.append(self.tr("Left out, because the server has another state by now:"))
            details += done.skipped
        self.show_report("\n".join(words), details)

    def _own(self, done: SeedDone) -> list[str]:
        """What is a person's own in it."""
        said = []
        if done.templates:
            said.append(self.tr("%n template(s) of yours", "", done.templates))
        if done.words:
            said.append(self.tr("%n word(s) of your own dictionary", "", done.words))
        return said

    def _prepare(self) -> None:
        target, code, accounts = self.target.path(), self.code.text(), self._accounts()
        if target is None:
            return
        everything = self.everything.isChecked()
        self.run_work(
            self.tr("Preparing the seed…"),
            lambda report, cancelled: self._facade.transfer.create_seed(
                target,
                code,
                accounts,
                everything=everything,
                progress=report,
                cancelled=cancelled,
            ),
            self._prepared,
        )

    def _prepared(self, done: SeedDone) -> None:
        words = [
            self.tr("The seed is written: {path} ({size}).").format(
                path=done.path, size=figures.size(done.octets)
            ),
            self.tr("%n message(s)", "", done.messages),
            *self._own(done),
            self.tr("The other PC will show that it comes from {code}…").format(code=done.sender),
        ]
        self.show_report("\n".join(words), [])
