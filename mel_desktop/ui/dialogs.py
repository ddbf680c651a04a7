"""Small dialogs: where to move messages, a new password. All opened, never waited for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.mail import Folder, FolderId, Role
from mel_desktop.ui import wording
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.theme import Theme


class RecipientsDialog(QDialog):
    """Everyone a message went to, however many: to be read and copied."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Recipients"))
        self.people = QPlainTextEdit(text)
        self.people.setReadOnly(True)
        self.people.setTabChangesFocus(True)
        self.people.setAccessibleName(self.tr("Recipients"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.people, 1)
        column.addWidget(buttons)
        self.resize(460, 420)


class MoveDialog(QDialog):
    """Choose a folder by typing a part of its name."""

    chosen = Signal(object)  # FolderId

    def __init__(
        self, folders: Sequence[Folder], themed: Theme, parent: QWidget, *, copied: bool = False
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Copy to a folder") if copied else self.tr("Move to a folder"))
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("A part of the name…"))
        self.filter.setAccessibleName(self.tr("A part of the name of the folder"))
        add_clear_button(self.filter)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Folders"))
        for folder in folders:
            name = wording.folder_path(folder)
            role = folder.role.value if folder.role else "folder"
            item = QListWidgetItem(themed.icons.icon(role), name)
            item.setData(Qt.ItemDataRole.UserRole, int(folder.id))
            self.list.addItem(item)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Copy") if copied else self.tr("Move"))
        self._ok.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.filter)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.filter.textChanged.connect(self._on_filter)
        self.list.itemDoubleClicked.connect(self.accept)
        self.list.setCurrentRow(0)
        self.resize(380, 420)
        self.filter.setFocus()

    def accept(self) -> None:
        """Tell which folder."""
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            self.chosen.emit(FolderId(item.data(Qt.ItemDataRole.UserRole)))
            super().accept()

    def _on_filter(self, text: str) -> None:
        first = None
        for place in range(self.list.count()):
            item = self.list.item(place)
            item.setHidden(text.casefold() not in item.text().casefold())
            if first is None and not item.isHidden():
                first = place
        self._ok.setEnabled(first is not None)
        if first is not None:
            self.list.setCurrentRow(first)


def movable(folders: Sequence[Folder], account: int, current: FolderId | None) -> list[Folder]:
    """Folders of an account that messages may be moved to."""
    return [
        folder
        for folder in folders
        if folder.account == account
        and folder.selectable
        and folder.id != current
        and folder.role is not Role.DRAFTS
    ]


class PasswordDialog(QDialog):
    """A new password for an account; it lifts the hold."""

    given = Signal(object)  # Secret

    def __init__(self, account: Account, reason: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Password of the account"))
        text = QLabel(reason)
        text.setWordWrap(True)
        text.setVisible(bool(reason))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password"))
        login = QLabel(account.login)
        login.setTextFormat(Qt.TextFormat.PlainText)
        address = QLabel(account.email)
        address.setTextFormat(Qt.TextFormat.PlainText)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("Account"), address)
        form.addRow(self.tr("Login"), login)
        form.addRow(self.tr("&Password"), self.password)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Use this password"))
        self._ok.setProperty("primary", True)
        self._ok.setEnabled(False)
        self.password.textChanged.connect(lambda typed: self._ok.setEnabled(bool(typed)))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(text)
        column.addLayout(form)
        column.addWidget(buttons)
        self.resize(440, 0)
        self.password.setFocus()

    def accept(self) -> None:
        """Hand the password over and forget it here."""
        self.given.emit(Secret(self.password.text()))
        self.password.clear()
        super().accept()
