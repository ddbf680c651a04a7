"""The bar of quick filters above the list: live, combinable, kept for each folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from mel_desktop.model.organising import QuickFilter, Tag
from mel_desktop.ui import tag_words
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.theme import Theme

TYPED_MS = 200


class QuickBar(QWidget):
    """Hidden until it is wanted; a filter that is on is always to be seen."""

    changed = Signal(object)  # QuickFilter
    save_asked = Signal()
    left = Signal()  # Esc: the list gets the keyboard

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("quickBar")
        self.setAccessibleName(self.tr("Quick filters"))
        self._theme = theme
        self._filter = QuickFilter()
        self.text = QLineEdit()
        self.text.setPlaceholderText(self.tr("Words, from:, subject:…"))
        self.text.setAccessibleName(self.tr("Words that the messages hold"))
        add_clear_button(self.text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPED_MS)
        self._timer.timeout.connect(self._tell)
        self.text.textEdited.connect(lambda _: self._timer.start())
        self.text.textChanged.connect(lambda typed: None if typed else self._timer.start())
        self.unread = self._button(self.tr("Unread"))
        self.flagged = self._button(self.tr("Flagged"))
        self.attachments = self._button(self.tr("Attachments"))
        self.known = self._button(self.tr("Known people"))
        self.known.setToolTip(self.tr("From the directory, my contacts, or people I wrote to"))
        self.to_me = self._button(self.tr("To me alone"))
        self.tags = QToolButton()
        self.tags.setText(self.tr("Tags"))
        self.tags.setAccessibleName(self.tr("Tags"))
        self.tags.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tags.setCheckable(True)
        self.menu = QMenu(self)
        self.menu.setAccessibleName(self.tr("Tags"))
        self.tags.setMenu(self.menu)
        self.save = QToolButton()
        self.save.setText(self.tr("Save…"))
        self.save.setAccessibleName(self.tr("Save this filter as a search"))
        self.save.setToolTip(self.tr("Save this filter as a search"))
        self.save.clicked.connect(self.save_asked)
        self.clear = QToolButton()
        self.clear.setText(self.tr("Show all"))
        self.clear.setAccessibleName(self.tr("Take all filters off"))
        self.clear.clicked.connect(lambda: self._put(QuickFilter()))
        flow = FlowLayout()
        for one in (self.unread, self.flagged, self.attachments, self.known, self.to_me, self.tags,
                    self.save, self.clear):  # fmt: skip
            flow.addWidget(one)
        first = QHBoxLayout()
        first.addWidget(self.text)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 10, 4)
        rows.setSpacing(4)
        rows.addLayout(first)
        rows.addLayout(flow)
        self.hide()

    def _button(self, text: str) -> QToolButton:
        made = QToolButton()
        made.setText(text)
        made.setCheckable(True)
        made.setAccessibleName(text)
        made.toggled.connect(lambda _: self._tell())
        return made

    def filter(self) -> QuickFilter:
        """What is asked for."""
        return self._filter

    def show_tags(self, tags: Sequence[Tag]) -> None:
        """The tags that may be chosen."""
        self.menu.clear()
        for tag in tags:
            action = self.menu.addAction(tag_words.name_of(tag).replace("&", "&&"))
            action.setCheckable(True)
            action.setData(tag.keyword)
            action.setChecked(tag.keyword in self._filter.tags)
            action.toggled.connect(lambda _: self._tell())

    def show_filter(self, wanted: QuickFilter) -> None:
        """That of another folder; nobody is told."""
        self._filter = wanted
        for button, on in (
            (self.unread, wanted.unread), (self.flagged, wanted.flagged),
            (self.attachments, wanted.attachments), (self.known, wanted.known),
            (self.to_me, wanted.to_me),
        ):  # fmt: skip
            with QSignalBlocker(button):
                button.setChecked(on)
        if self.text.text() != wanted.text:
            with QSignalBlocker(self.text):
                self.text.setText(wanted.text)
        for action in self.menu.actions():
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
        self.show()
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

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
        new = QuickFilter(
            unread=self.unread.isChecked(),
            flagged=self.flagged.isChecked(),
            attachments=self.attachments.isChecked(),
            known=self.known.isChecked(),
            to_me=self.to_me.isChecked(),
            tags=tuple(str(one.data()) for one in self.menu.actions() if one.isChecked()),
            text=self.text.text().strip(),
        )
        if new != self._filter:
            self._filter = new
            self._look()
            self.changed.emit(new)

    def _look(self) -> None:
        number = len(self._filter.tags)
        with QSignalBlocker(self.tags):
            self.tags.setChecked(bool(number))
        words = self.tr("Tags")
        self.tags.setText(f"{words} ({number})" if number else words)
        self.clear.setEnabled(not self._filter.is_empty)
        self.save.setEnabled(not self._filter.is_empty)


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
