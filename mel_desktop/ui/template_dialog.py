"""Choose a template by typing, see it filled, give what is not known; or keep a letter as one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.templates import Template, TemplateOrigin, UnreadFile
from mel_desktop.ui import language
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.template_shelf import TemplateShelf
from mel_desktop.ui.theme import Theme


class TemplateDialog(QDialog):
    """Emits the letter, filled with what is known and given; other fields stay to be seen."""

    chosen = Signal(object)  # DraftContent

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, account: AccountId,
        letter: DraftContent, parent: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Use a template"))
        self._facade = facade
        self._account = account
        self._letter = letter
        self._every: tuple[Template, ...] = ()
        self._shown: tuple[Template, ...] = ()
        self._given: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self.notice = Notice(theme, self)
        self.query = QLineEdit()
        self.query.setPlaceholderText(self.tr("Search among the templates…"))
        self.query.setAccessibleName(self.tr("Search among the templates"))
        add_clear_button(self.query)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Templates"))
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(self.tr("Preview"))
        self.form = FieldsForm(self)
        self.form.edited.connect(self._on_given)
        self.shelf = TemplateShelf(facade, self.notice, self._current, self)
        self.shelf.changed.connect(self._read)
        self._bridge = bridge
        self._lay_out()
        self.query.textChanged.connect(self._filter)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemDoubleClicked.connect(self.accept)
        self.query.returnPressed.connect(self.accept)
        self._read()

    def _read(self) -> None:
        """All there are, without waiting for the school's folder."""
        letters = self._facade.letters
        self._bridge.run(
            self, lambda: (letters.templates(), letters.unread_templates()), done=self._take,
            failed=self.notice.say_error, local=True,
        )  # fmt: skip

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.query)
        left.addWidget(self.list, 1)
        left.addWidget(self.shelf)
        right = QVBoxLayout()
        right.addWidget(self.preview, 3)
        right.addWidget(self.form, 2)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(left, 2)
        row.addLayout(right, 3)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.ok.setText(self.tr("Use"))
        self.ok.setProperty("primary", True)
        self.ok.setEnabled(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        self.resize(860, 540)
        self.query.setFocus()

    def accept(self) -> None:
        """Hand the letter over."""
        template = self._current()
        if template is not None:
            self.chosen.emit(self._filled(template)[0])
            super().accept()

    def _take(self, read: tuple[tuple[Template, ...], tuple[UnreadFile, ...]]) -> None:
        found, unread = read
        spoken = language.current()  # letters in the other language come last
        self._every = tuple(sorted(found, key=lambda one: one.language != spoken))
        self.shelf.show_unread(unread)
        self._filter()

    def _filter(self) -> None:
        self._shown = self._facade.letters.matching_templates(self.query.text(), self._every)
        self.list.clear()
        marks = {
            TemplateOrigin.OWN: self.tr("mine"),
            TemplateOrigin.SCHOOL: self.tr("of the school"),
            TemplateOrigin.SHIPPED: "",
        }
        for one in self._shown:
            mark = marks[one.origin]
            self.list.addItem(QListWidgetItem(f"{one.title} ({mark})" if mark else one.title))
        self.list.setCurrentRow(0 if self._shown else -1)
        self.ok.setEnabled(bool(self._shown))

    def _current(self) -> Template | None:
        place = self.list.currentRow()
        return self._shown[place] if 0 <= place < len(self._shown) else None

    def _show(self) -> None:
        template = self._current()
        self.shelf.show_chosen(template)
        if template is None:
            self.preview.clear()
            self.form.show_fields((), {})
            return
        letters = self._facade.letters
        with self.notice.errors():
            self._known = letters.known_fields(self._account, self._letter, template.language)
        asked = letters.fill(letters.letter(template), self._known)[1]
        self.form.show_fields(asked, self._given)
        self._show_filled()

    def _on_given(self) -> None:
        self._given.update(self.form.values())
        self._show_filled()

    def _show_filled(self) -> None:
        template = self._current()
        if template is not None:
            letter = self._filled(template)[0]
            self.preview.setPlainText(f"{letter.subject}\n\n{letter.text}")

    def _filled(self, template: Template) -> tuple[DraftContent, tuple[str, ...]]:
        letters = self._facade.letters
        return letters.fill(letters.letter(template), {**self._known, **self._given})


class FieldsForm(QScrollArea):
    """One line for each field that nothing is known of."""

    edited = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName(self.tr("Fields to fill in"))
        self._lines: dict[str, QLineEdit] = {}
        self.hide()  # until something is asked for: the preview has the room

    def show_fields(self, names: tuple[str, ...], values: dict[str, str]) -> None:
        """Ask for these; what stands there of the same name stays."""
        if tuple(self._lines) == names:
            return
        sheet = QWidget()
        form = QFormLayout(sheet)
        self._lines = {}
        for name in names:
            line = QLineEdit(values.get(name, ""))
            line.setAccessibleName(name)
            line.textEdited.connect(self.edited)
            form.addRow(name, line)
            self._lines[name] = line
        self.setWidget(sheet)
        self.setVisible(bool(names))

    def values(self) -> dict[str, str]:
        """What was given."""
        return {name: line.text() for name, line in self._lines.items()}

    def line(self, name: str) -> QLineEdit:
        """The field of a name."""
        return self._lines[name]


class SaveTemplateDialog(QDialog):
    """Under which name a letter is kept."""

    def __init__(self, facade: Facade, theme: Theme, letter: DraftContent, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Save as a template"))
        self._facade = facade
        self._letter = letter
        self.notice = Notice(theme, self)
        self.name = QLineEdit(letter.subject)
        self.name.setAccessibleName(self.tr("Name of the template"))
        said = QLabel(
            self.tr("Fields stand in braces, as in {example}. The recipients are not kept.").format(
                example="{prénom}"
            )
        )
        said.setWordWrap(True)
        form = QFormLayout()
        form.addRow(self.tr("&Name"), self.name)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.notice)
        column.addWidget(said)
        column.addLayout(form)
        column.addWidget(buttons)
        self.resize(460, column.totalHeightForWidth(460))

    def accept(self) -> None:
        """Keep it."""
        name, letter = self.name.text(), self._letter
        with self.notice.errors():
            self._facade.letters.save_template(
                Template(name, name, letter.subject, letter.text, letter.html)
            )
            super().accept()
