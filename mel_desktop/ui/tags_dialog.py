"""Tags: made, renamed, coloured, put in order, deleted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.organising import Tag
from mel_desktop.ui import tag_words
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

SWATCH = 16


def swatch(colour: str) -> QIcon:
    """A square of a colour."""
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)


class TagsDialog(QDialog):
    """What is changed holds at once."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Tags"))
        self._facade = facade
        self.notice = Notice(theme, self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Tags"))
        self.name = QLineEdit()
        self.name.setMaxLength(40)
        self.name.setAccessibleName(self.tr("Name of the tag"))
        self.colour = NamedBox()
        self.colour.setAccessibleName(self.tr("Colour of the tag"))
        for colour, words in zip(tag_words.COLOURS, self._colours(), strict=True):
            self.colour.addItem(swatch(colour), words, colour)
        self.new = self._button(self.tr("&New"), self._create)
        self.change = self._button(self.tr("C&hange"), self._change)
        self.delete = self._button(self.tr("&Delete…"), self.ask_delete)
        self.up = self._button(self.tr("&Up"), lambda: self._move(-1))
        self.down = self._button(self.tr("Do&wn"), lambda: self._move(1))
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow(self.tr("Na&me"), self.name)
        form.addRow(self.tr("C&olour"), self.colour)
        row = QHBoxLayout()
        for button in (self.new, self.change, self.delete):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.up, self.down):
            row.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(self.list, 1)
        column.addLayout(form)
        column.addLayout(row)
        column.addWidget(buttons)
        self.list.currentItemChanged.connect(lambda *_: self._show_chosen())
        self.resize(520, 460)
        self._fill("")

    def chosen(self) -> Tag | None:
        """The tag of the line chosen."""
        item = self.list.currentItem()
        found = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, Tag) else None

    def ask_delete(self) -> None:
        """Off all messages, and out of the list."""
        tag = self.chosen()
        if tag is None:
            return
        number = len(self._facade.organise.tagged(tag.keyword))
        ask(
            self,
            Question(
                title=self.tr("Delete the tag"),
                text=self.tr("Delete the tag “{name}”?").format(name=tag_words.name_of(tag)),
                more=self.tr("It is taken off %n message(s); these stay.", "", number),
                yes=self.tr("Delete"),
                no=self.tr("Keep"),
            ),
            lambda: self._delete(tag),
        )

    # -- inside ------------------------------------------------------------------------------------

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())  # type: ignore[operator]
        return button

    def _colours(self) -> tuple[str, ...]:
        return (
            self.tr("Red"), self.tr("Rust"), self.tr("Brown"), self.tr("Green"), self.tr("Teal"),
            self.tr("Blue"), self.tr("Indigo"), self.tr("Violet"), self.tr("Mauve"),
            self.tr("Grey"), self.tr("Orange"), self.tr("Yellow"),
        )  # fmt: skip

    def _fill(self, keyword: str) -> None:
        with self.notice.errors():
            tags = self._facade.organise.tags()
            self.list.clear()
            for place, tag in enumerate(tags):
                words = tag_words.name_of(tag)
                key = f"   Alt+{place + 1}" if place < 9 else ""
                item = QListWidgetItem(swatch(tag.colour), f"{words}{key}")
                item.setData(Qt.ItemDataRole.UserRole, tag)
                self.list.addItem(item)
                if tag.keyword == keyword or place == 0:
                    self.list.setCurrentItem(item)
        self._show_chosen()

    def _show_chosen(self) -> None:
        tag = self.chosen()
        for button in (self.change, self.delete, self.up, self.down):
            button.setEnabled(tag is not None)
        if tag is None:
            return
        self.name.setText(tag_words.name_of(tag))
        place = self.colour.findData(tag.colour)
        if place < 0:
            self.colour.addItem(swatch(tag.colour), tag.colour, tag.colour)
            place = self.colour.count() - 1
        self.colour.setCurrentIndex(place)

    def _create(self) -> None:
        with self.notice.errors():
            self.notice.clear()
            made = self._facade.organise.create_tag(self.name.text(), self.colour.currentData())
            self._fill(made.keyword)

    def _change(self) -> None:
        tag = self.chosen()
        if tag is not None:
            with self.notice.errors():
                self.notice.clear()
                same = not tag.name and self.name.text() == tag_words.name_of(tag)
                name = "" if same else self.name.text()
                self._facade.organise.change_tag(tag.keyword, name, self.colour.currentData())
                self._fill(tag.keyword)

    def _delete(self, tag: Tag) -> None:
        with self.notice.errors():
            self._facade.organise.delete_tag(tag.keyword)
            self._fill("")

    def _move(self, by: int) -> None:
        tag = self.chosen()
        if tag is not None:
            with self.notice.errors():
                self._facade.organise.move_tag(tag.keyword, by)
                self._fill(tag.keyword)
