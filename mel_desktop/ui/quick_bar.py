"""The bar of quick filters above the list: live, combinable, kept for each folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from mel_desktop.model.organising import QuickFilter, Tag
from mel_desktop.model.values import dataclass
from mel_desktop.ui import tag_words
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.theme import Theme

TYPED_MS = 200


@dataclass(frozen=True, slots=True)
class _Row:
    """The field, the buttons, and the menu of the tags."""

    text: QLineEdit
    unread: QToolButton
    flagged: QToolButton
    attachments: QToolButton
    known: QToolButton
    to_me: QToolButton
    tags: QToolButton
    save: QToolButton
    clear: QToolButton
    menu: QMenu


class QuickBar(QWidget):
    """Hidden until it is wanted, and made then; a filter that is on is always to be seen."""

    changed = Signal(object)  # QuickFilter
    save_asked = Signal()
    left = Signal()  # Esc: the list gets the keyboard

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("quickBar")
        self.setAccessibleName(self.tr("Quick filters"))
        self._theme = theme
        self._filter = QuickFilter()
        self._tags: tuple[Tag, ...] = ()
        self._made: _Row | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPED_MS)
        self._timer.timeout.connect(self._tell)
        self.hide()

    @property
    def row(self) -> _Row:
        """What stands in it."""
        if self._made is None:
            self._made = row = self._make()
            self._lay_out(row)
            row.text.textEdited.connect(lambda _: self._timer.start())
            row.text.textChanged.connect(lambda typed: None if typed else self._timer.start())
            for one in (row.unread, row.flagged, row.attachments, row.known, row.to_me):
                one.toggled.connect(lambda _: self._tell())
            row.save.clicked.connect(self.save_asked)
            row.clear.clicked.connect(lambda: self._put(QuickFilter()))
            self.show_tags(self._tags)
            self._look()
        return self._made

    def _make(self) -> _Row:
        row = _Row(
            text=QLineEdit(),
            unread=_button(self.tr("Unread"), checkable=True),
            flagged=_button(self.tr("Flagged"), checkable=True),
            attachments=_button(self.tr("Attachments"), checkable=True),
            known=_button(self.tr("Known people"), checkable=True),
            to_me=_button(self.tr("To me alone"), checkable=True),
            tags=_button(self.tr("Tags"), checkable=True),
            save=_button(self.tr("Save…"), self.tr("Save this filter as a search")),
            clear=_button(self.tr("Show all"), self.tr("Take all filters off")),
            menu=QMenu(self),
        )
        row.text.setPlaceholderText(self.tr("Words, from:, subject:…"))
        row.text.setAccessibleName(self.tr("Words that the messages hold"))
        add_clear_button(row.text)
        row.known.setToolTip(self.tr("From the directory, my contacts, or people I wrote to"))
        row.save.setToolTip(self.tr("Save this filter as a search"))
        row.menu.setAccessibleName(self.tr("Tags"))
        row.tags.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        row.tags.setMenu(row.menu)
        return row

    def _lay_out(self, row: _Row) -> None:
        flow = FlowLayout()
        for one in (row.unread, row.flagged, row.attachments, row.known, row.to_me, row.tags,
                    row.save, row.clear):  # fmt: skip
            flow.addWidget(one)
        first = QHBoxLayout()
        first.addWidget(row.text)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 10, 4)
        rows.setSpacing(4)
        rows.addLayout(first)
        rows.addLayout(flow)

    def filter(self) -> QuickFilter:
        """What is asked for."""
        return self._filter

    def show_tags(self, tags: Sequence[Tag]) -> None:
        """The tags that may be chosen."""
        self._tags = tuple(tags)
        if self._made is None:
            return
        menu = self._made.menu
        menu.clear()
        for tag in tags:
            action = menu.addAction(tag_words.name_of(tag).replace("&", "&&"))
            action.setCheckable(True)
            action.setData(tag.keyword)
            action.setChecked(tag.keyword in self._filter.tags)
            action.toggled.connect(lambda _: self._tell())

    def show_filter(self, wanted: QuickFilter) -> None:
        """That of another folder; nobody is told."""
        self._filter = wanted
        if self._made is None and wanted.is_empty:
            return
        row = self.row
        for button, on in (
            (row.unread, wanted.unread), (row.flagged, wanted.flagged),
            (row.attachments, wanted.attachments), (row.known, wanted.known),
            (row.to_me, wanted.to_me),
        ):  # fmt: skip
            with QSignalBlocker(button):
                button.setChecked(on)
        if row.text.text() != wanted.text:
            with QSignalBlocker(row.text):
                row.text.setText(wanted.text)
        for action in row.menu.actions():
            with QSignalBlocker(action):
                action.setChecked(action.data() in wanted.tags)
        self._look()
        if not wanted.is_empty:
            self.show()

    def begin(self) -> None:
        """Show the bar, or hide it and take the filters off."""
        if (
            self.isVisible()
            and self._filter.is_empty
            and not self.isAncestorOf(self.focusWidget() or self)
        ):
            self.hide()
            return
        row = self.row
        self.show()
        row.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        row.text.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the list; a bar that filters nothing goes away."""
        if event.key() == Qt.Key.Key_Escape:
            if self._filter.is_empty:
                self.hide()
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _put(self, wanted: QuickFilter) -> None:
        self.show_filter(wanted)
        self.changed.emit(wanted)

    def _tell(self) -> None:
        self._timer.stop()
        row = self.row
        new = QuickFilter(
            unread=row.unread.isChecked(),
            flagged=row.flagged.isChecked(),
            attachments=row.attachments.isChecked(),
            known=row.known.isChecked(),
            to_me=row.to_me.isChecked(),
            tags=tuple(str(one.data()) for one in row.menu.actions() if one.isChecked()),
            text=row.text.text().strip(),
        )
        if new != self._filter:
            self._filter = new
            self._look()
            self.changed.emit(new)

    def _look(self) -> None:
        row, number = self.row, len(self._filter.tags)
        with QSignalBlocker(row.tags):
            row.tags.setChecked(bool(number))
        words = self.tr("Tags")
        row.tags.setText(f"{words} ({number})" if number else words)
        row.clear.setEnabled(not self._filter.is_empty)
        row.save.setEnabled(not self._filter.is_empty)


def _button(text: str, name: str = "", *, checkable: bool = False) -> QToolButton:
    made = QToolButton()
    made.setText(text)
    made.setAccessibleName(name or text)
    made.setCheckable(checkable)
    return made


def as_query(asked: QuickFilter, folder: str) -> str:
    """A filter as the search box would have it; ``folder``: its path or "". What the search has no
    word for (known people, to me alone) is left out.
    """
    words = [f'dossier:"{folder}"'] if folder else []
    if asked.unread:
        words.append("est:non-lu")
    if asked.flagged:
        words.append("est:suivi")
    if asked.attachments:
        words.append("pièce:oui")
    words += [f"mot-clé:{one}" for one in asked.tags]
    if asked.text:
        words.append(asked.text)
    return " ".join(words)


def without_text(asked: QuickFilter) -> QuickFilter:
    """The same, its words left out: they cannot be read yet."""
    return replace(asked, text="")
