"""Groups of recipients of one's own: kept under a name, forgotten once that was confirmed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Address
from mel_desktop.ui import question, wording
from mel_desktop.ui.question import Question


class OwnGroups(QObject):
    """What a field of recipients asks about them."""

    kept = Signal(object)  # GroupHit

    def __init__(self, facade: Facade, field: QWidget) -> None:
        super().__init__(field)
        self._facade = facade
        self._field = field

    def ask_name(self, people: Sequence[Address], name: str) -> QInputDialog:
        """Under which name these are kept; a group of the same name is replaced."""
        dialog = QInputDialog(self._field.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Keep as a group"))
        dialog.setLabelText(self.tr("Name of the group of %n recipient(s)", "", len(people)))
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(lambda text: self.keep(text, people))
        dialog.open()
        return dialog

    def keep(self, name: str, people: Sequence[Address]) -> None:
        """Keep them, or say why not."""
        try:
            self.kept.emit(self._facade.letters.save_group(name, people))
        except MelError as error:
            said = str(wording.of_error(error))
            question.plain_box(
                self._field.window(), QMessageBox.Icon.Warning, self.tr("Keep as a group"), said
            ).open()

    def ask_delete(self, name: str) -> QMessageBox:
        """Forget a group."""
        return question.ask(
            self._field.window(),
            Question(
                self.tr("Forget the group"),
                self.tr("Forget your group “{name}”?").format(name=name),
                self.tr("Forget"),
                self.tr("Keep"),
                more=self.tr("Its people stay in the directory."),
            ),
            lambda: self._facade.letters.delete_group(name),
        )
