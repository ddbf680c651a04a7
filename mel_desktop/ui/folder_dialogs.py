"""Naming a folder: a new one, or another name for one that is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.mail import Folder, Role
from mel_desktop.ui import wording
from mel_desktop.ui.spoken import NamedBox

translate = QCoreApplication.translate

LONGEST: Final = 100
WILDCARDS: Final = "*%"  # of LIST, RFC 3501 6.3.8
USUAL_DELIMITER: Final = "/"


def name_trouble(name: str, delimiter: str, taken: Callable[[str], bool]) -> str:
    """What is wrong with a name in words; "" when it can be used."""
    if not name.strip():
        return ""
    for one in (delimiter, *WILDCARDS):
        if one and one in name:
            return translate("folders", "A name cannot hold the character “{one}”.").format(one=one)
    if name.strip() in {".", ".."}:
        return translate("folders", "A name needs at least one letter or digit.")
    if any(not one.isprintable() for one in name):
        return translate("folders", "A name cannot hold invisible characters.")
    if len(name) > LONGEST:
        return translate("folders", "This name is too long.")
    if taken(name.strip()):
        return translate("folders", "There is a folder of this name already.")
    return ""


class FolderNameDialog(QDialog):
    """A name, and for a new folder the folder that it lies in."""

    named = Signal(str)  # the whole path

    def __init__(
        self, folders: Sequence[Folder], renamed: Folder | None, under: Folder | None,
        parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folders = tuple(folders)
        self._renamed = renamed
        self.setWindowTitle(
            self.tr("New folder") if renamed is None else self.tr("Rename the folder")
        )
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the folder"))
        self.name.setMaxLength(LONGEST * 2)
        self.within = NamedBox()
        self.within.setAccessibleName(self.tr("In the folder"))
        self.within.addItem(self.tr("(at the top)"), "")
        for one in folders:
            if one.role in {None, Role.INBOX, Role.ARCHIVE} and one.delimiter:
                shown = wording.folder_path(one)
                self.within.addItem(shown, one.path)
        self.trouble = QLabel()
        self.trouble.setProperty("wrong", True)
        self.trouble.setWordWrap(True)
        self.trouble.setAccessibleName(self.tr("What is wrong"))
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("&Name"), self.name)
        if renamed is None:
            form.addRow(self.tr("&In"), self.within)
        else:
            self.within.hide()
            self.within.setParent(self)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Create") if renamed is None else self.tr("Rename"))
        self._ok.setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.trouble)
        column.addWidget(buttons)
        self.within.setCurrentIndex(
            max(0, self.within.findData("" if under is None else under.path))
        )
        self.name.setText("" if renamed is None else renamed.name)
        self.name.selectAll()
        self.name.textChanged.connect(self._check)
        self.within.currentIndexChanged.connect(self._check)
        self._check()
        self.resize(420, 0)
        self.name.setFocus()

    def path(self) -> str:
        """Where the folder will be."""
        name = self.name.text().strip()
        above = self._above()
        return f"{above}{self._delimiter()}{name}" if above else name

    def accept(self) -> None:
        """Tell the path."""
        if self._ok.isEnabled():
            self.named.emit(self.path())
            super().accept()

    def _above(self) -> str:
        if self._renamed is None:
            return str(self.within.currentData())
        delimiter = self._renamed.delimiter
        return self._renamed.path.rpartition(delimiter)[0] if delimiter else ""

    def _delimiter(self) -> str:
        if self._renamed is not None:
            return self._renamed.delimiter
        return next((one.delimiter for one in self._folders if one.delimiter), USUAL_DELIMITER)

    def _is_taken(self, _: str) -> bool:
        path = self.path()
        return any(
            one.path == path and (self._renamed is None or one.id != self._renamed.id)
            for one in self._folders
        )

    def _check(self) -> None:
        name = self.name.text()
        words = name_trouble(name, self._delimiter(), self._is_taken)
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))
        same = self._renamed is not None and name.strip() == self._renamed.name
        self._ok.setEnabled(bool(name.strip()) and not words and not same)
