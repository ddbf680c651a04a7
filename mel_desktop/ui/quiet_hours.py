"""School days and quiet hours: when a later hour is proposed, and the school calendar in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.ui import figures, wording
from mel_desktop.ui.fixed import field_with_note

NOON: Final = time(12)


class QuietHoursDialog(QDialog):
    """Three choices and the calendar."""

    changed = Signal()

    def __init__(self, facade: Facade, account: AccountId, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("School days and quiet hours"))
        self._facade = facade
        self._account = account
        self._quiet = facade.leaving.hours(account).quiet
        self.on = QCheckBox(self.tr("&Propose a school day outside 7 a.m. to 8 p.m."))
        self.on.setChecked(self._quiet.on)
        self.wednesday = QCheckBox(self.tr("No school on &Wednesday afternoons"))
        self.wednesday.setChecked(self._quiet.wednesday_until is not None)
        self.saturday = QCheckBox(self.tr("School on &Saturdays"))
        self.saturday.setChecked(self._quiet.saturday)
        self.calendar = QLabel()
        self.calendar.setWordWrap(True)
        self.calendar.setAccessibleName(self.tr("School calendar"))
        self.take = QPushButton(self.tr("Use a newer &calendar…"))
        self.take.clicked.connect(self.ask_file)
        take = field_with_note(self.take, fixed=not facade.leaving.may_take_calendar())
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("primary", True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        for widget in (self.on, self.wednesday, self.saturday, self.calendar, take, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(440)
        self._say()

    def accept(self) -> None:
        """In force at once."""
        quiet = replace(
            self._quiet,
            on=self.on.isChecked(),
            wednesday_until=NOON if self.wednesday.isChecked() else None,
            saturday=self.saturday.isChecked(),
        )
        try:
            self._facade.leaving.set_quiet(quiet)
        except MelError as error:
            self.calendar.setText(str(wording.of_error(error)))
            return
        self.changed.emit()
        super().accept()

    def ask_file(self) -> None:
        """A file of the form that is shipped."""
        dialog = QFileDialog(self, self.tr("School calendar"), "", "TOML (*.toml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.take_file)
        dialog.open()

    def take_file(self, path: str) -> None:
        """Put its calendar in the place of the present one, if it is newer."""
        try:
            self._facade.leaving.take_calendar(Path(path))
        except MelError as error:
            self.calendar.setText(str(wording.of_error(error)))
            return
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        facts = self._facade.leaving.hours(self._account)
        self.calendar.setText(
            self.tr("School calendar as of {date}. {source}").format(
                date=figures.plain_date(_day(facts.as_of)), source=facts.source
            )
        )


def _day(told: str) -> datetime:
    return datetime.fromisoformat(told).astimezone()
