"""A contact of one's own: name, several addresses and numbers, function, school."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.contacts import OwnContact
from mel_desktop.ui.forms import muted, scrolled
from mel_desktop.ui.recipient_token import is_plausible

MOST_LINES: Final = 20


class OwnContactDialog(QDialog):
    """``kept``: (OwnContact, the note). The dialog stays until ``accept`` is called."""

    kept = Signal(object, str)

    def __init__(self, contact: OwnContact, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._contact = contact
        self.setWindowTitle(
            self.tr("Change a contact of mine") if contact.key else self.tr("New contact of mine")
        )
        self.name = _line(self.tr("Name"), contact.name)
        self.emails = _lines(self.tr("Addresses, one a line"), contact.emails)
        self.phones = _lines(self.tr("Telephones, one a line"), contact.phones)
        self.role = _line(self.tr("Function"), contact.role)
        self.school = _line(self.tr("School or service"), contact.school)
        self.note = _lines(self.tr("Notes"), note.split("\n") if note else ())
        self.wrong = muted()
        self.wrong.setProperty("careful", True)
        inner = QWidget()
        form = QFormLayout(inner)
        form.setContentsMargins(2, 2, 8, 2)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("A&ddresses, one a line"), self.emails)
        form.addRow(self.tr("&Telephones, one a line"), self.phones)
        form.addRow(self.tr("&Function"), self.role)
        form.addRow(self.tr("&School or service"), self.school)
        form.addRow(self.tr("N&otes"), self.note)
        form.addItem(QSpacerItem(0, 0, vData=QSizePolicy.Policy.Expanding))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("&Keep"))
        self.ok.setProperty("primary", True)
        buttons.accepted.connect(self._on_ok)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(scrolled(inner), 1)
        column.addWidget(self.wrong)
        column.addWidget(buttons)
        for field in (self.name, self.emails):
            field.textChanged.connect(self._tell)
        self.resize(520, 520)
        self._tell()
        self.name.setFocus()

    def contact(self) -> OwnContact:
        """What stands there."""
        return OwnContact(
            name=" ".join(self.name.text().split()),
            emails=_of(self.emails),
            phones=_of(self.phones),
            role=" ".join(self.role.text().split()),
            school=" ".join(self.school.text().split()),
            key=self._contact.key,
        )

    def say(self, text: str) -> None:
        """Why it was not kept."""
        self.wrong.setText(text)
        self.wrong.show()

    def _on_ok(self) -> None:
        self.kept.emit(self.contact(), self.note.toPlainText().strip())

    def _tell(self) -> None:
        contact = self.contact()
        bad = [one for one in contact.emails if not is_plausible(one)]
        self.wrong.setVisible(bool(bad))
        self.wrong.setText(
            self.tr("This is no address: {address}").format(address=bad[0]) if bad else ""
        )
        self.ok.setEnabled(bool(contact.name or contact.emails) and not bad)


def _line(name: str, value: str) -> QLineEdit:
    field = QLineEdit(value)
    field.setAccessibleName(name)
    return field


def _lines(name: str, values: Sequence[str]) -> QPlainTextEdit:
    field = QPlainTextEdit("\n".join(values))
    field.setAccessibleName(name)
    field.setTabChangesFocus(True)
    field.setFixedHeight(field.fontMetrics().lineSpacing() * 3 + 16)
    return field


def _of(field: QPlainTextEdit) -> tuple[str, ...]:
    lines = (line.strip() for line in field.toPlainText().splitlines()[:MOST_LINES])
    return tuple(dict.fromkeys(line for line in lines if line))
