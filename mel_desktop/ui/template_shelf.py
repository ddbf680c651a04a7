"""Templates in and out of the vault: import, export, delete, and files that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.templates import Template, TemplateOrigin, UnreadFile
from mel_desktop.ui import question, wording
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question

NAMED: Final = 4  # files that could not be read


class TemplateShelf(QWidget):
    """Buttons under a list of templates. ``changed``: the list is to be read again."""

    changed = Signal()

    def __init__(
        self, facade: Facade, notice: Notice, chosen: Callable[[], Template | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._facade = facade
        self._notice = notice
        self._chosen = chosen
        self.take = self._button(self.tr("&Import…"), "Ctrl+I", self._choose_file)
        self.write = self._button(self.tr("&Export…"), "Ctrl+E", self._choose_target)
        self.delete = self._button(self.tr("&Delete"), "Ctrl+Del", self.ask_delete)
        self.unread = QLabel()
        self.unread.setWordWrap(True)
        self.unread.setTextFormat(Qt.TextFormat.PlainText)
        self.unread.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.unread.setAccessibleName(self.tr("Files of the school that could not be read"))
        self.unread.setProperty("muted", True)
        self.unread.hide()
        row = QHBoxLayout()
        for button in (self.take, self.write, self.delete):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.unread)

    def show_chosen(self, template: Template | None) -> None:
        """What can be done with it: only one's own is deleted."""
        self.write.setEnabled(template is not None)
        is_own = template is not None and template.origin is TemplateOrigin.OWN
        self.delete.setEnabled(is_own)

    def show_unread(self, files: Sequence[UnreadFile]) -> None:
        """Files of the school's folder that hold no template, and why."""
        self.unread.setVisible(bool(files))
        if not files:
            return
        heads = self.tr("%n file(s) of the school could not be read:", "", len(files))
        lines = [
            self.tr("{file}: {why}").format(
                file=one.file or self.tr("the folder"), why=wording.of_reason(one.why)
            )
            for one in files[:NAMED]
        ]
        more = ["…"] if len(files) > NAMED else []
        self.unread.setText("\n".join([heads, *lines, *more]))
        self.unread.setToolTip("\n".join(f"{one.file}: {one.why}" for one in files))

    # -- in and out --------------------------------------------------------------------------------

    def take_file(self, path: Path) -> None:
        """Keep the templates of a file in the vault; one's own of the same name are replaced."""
        with self._notice.errors():
            found = self._facade.letters.take_templates(path)
            self._notice.say(self.tr("%n template(s) imported.", "", len(found)))
            self.changed.emit()

    def write_file(self, path: Path) -> None:
        """The chosen template, into a file that another PC or the school's folder takes."""
        template = self._chosen()
        if template is None:
            return
        with self._notice.errors():
            self._facade.letters.write_templates([template.name], path)
            self._notice.say(self.tr("The template is saved."))

    def ask_delete(self) -> QMessageBox | None:
        """Forget one's own template, once that was confirmed."""
        template = self._chosen()
        if template is None or template.origin is not TemplateOrigin.OWN:
            return None
        return question.ask(
            self.window(),
            Question(
                self.tr("Delete the template"),
                self.tr("Delete the template “{title}”?").format(title=template.title),
                self.tr("Delete"),
                self.tr("Keep"),
            ),
            lambda: self._delete(template.name),
        )

    def _delete(self, name: str) -> None:
        with self._notice.errors():
            self._facade.letters.delete_template(name)
            self._notice.say(self.tr("The template is deleted."))
            self.changed.emit()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Import templates (TOML or a message)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Templates (*.toml *.eml)"), self.tr("All files (*)")])
        dialog.filesSelected.connect(lambda names: self.take_file(Path(names[0])))
        dialog.open()

    def _choose_target(self) -> None:
        dialog = QFileDialog(self, self.tr("Export the template"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.fileSelected.connect(lambda name: self.write_file(Path(name)))
        dialog.open()

    def _button(self, text: str, key: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        plain = text.replace("&", "")
        button.setAccessibleName(plain)
        keys = QKeySequence(key)
        button.setToolTip(f"{plain} ({keys.toString(QKeySequence.SequenceFormat.NativeText)})")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        shortcut = QShortcut(keys, self.window())
        shortcut.activated.connect(button.click)
        return button
