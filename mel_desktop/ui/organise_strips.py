"""Above the text of a message: its tags as chips, and the other messages of its conversation."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Flags, MessageId, ReadMessage
from mel_desktop.model.organising import Conversation, Tag
from mel_desktop.ui import figures, tag_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.strip import Strip
from mel_desktop.ui.theme import Theme

MOST_TITLES: Final = 60


class Chip(QWidget):
    """One tag; its cross takes it off."""

    def __init__(self, tag: Tag, parent: QWidget) -> None:
        super().__init__(parent)
        self.tag = tag
        name = tag_words.name_of(tag)
        ground = tag.colour
        ink = tag_words.ink_on(QColor(ground)).name()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("tagChip")
        self.setStyleSheet(f"QWidget#tagChip {{ background: {ground}; border-radius: 6px; }}")
        label = QLabel(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setStyleSheet(f"color: {ink};")
        self.off = QToolButton()
        self.off.setText("×")
        words = self.tr("Take the tag “{name}” off").format(name=name)
        self.off.setAccessibleName(words)
        self.off.setToolTip(words)
        self.off.setStyleSheet(f"color: {ink}; padding: 0 3px;")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 1, 2, 1)
        row.setSpacing(2)
        row.addWidget(label)
        row.addWidget(self.off)


class TagsStrip(Strip):
    """The tags of the message shown."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self._chips: list[Chip] = []
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(18, 4, 14, 2)

    def chips(self) -> tuple[Chip, ...]:
        """Those shown."""
        return tuple(self._chips)

    def show_message(self, found: ReadMessage | None) -> None:
        """Chips in the order of the tags."""
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips.clear()
        try:
            tags = () if found is None else self._facade.organise.tags()
        except MelError:
            tags = ()
        if found is not None:
            for tag in tag_words.of_keywords(found.flags.keywords, tags):
                chip = Chip(tag, self)
                chip.off.clicked.connect(
                    lambda _=False, one=tag, at=found.id: self._take_off(one, at)
                )
                self._flow.addWidget(chip)
                self._chips.append(chip)
        self.setVisible(bool(self._chips))

    def _take_off(self, tag: Tag, message: MessageId) -> None:
        self._facade.flag([message], Flags(), Flags(keywords=frozenset({tag.keyword})))
        self.changed.emit()


class ConversationStrip(Strip):
    """Where the message stands in its conversation, and the way to the others."""

    message_asked = Signal(object)  # MessageId

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(facade, bridge, theme, parent)
        self._order: tuple[MessageId, ...] = ()
        self._at = 0
        self.words = QLabel()
        self.words.setProperty("muted", True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words.setWordWrap(True)  # in a narrow reader, two lines
        self.previous = self._button(self.tr("Previous (P)"), -1)
        self.next = self._button(self.tr("Next (N)"), 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 14, 2)
        row.addWidget(self.words, 1)
        row.addWidget(self.previous)
        row.addWidget(self.next)

    def _button(self, text: str, by: int) -> QPushButton:
        made = QPushButton(text)
        made.setProperty("link", True)
        made.setAccessibleName(text)
        made.clicked.connect(lambda: self.step(by))
        return made

    def show_message(self, found: ReadMessage | None) -> None:
        """Hidden where the message is alone."""
        talk: Conversation | None = None
        if found is not None:
            try:
                talk = self._facade.organise.conversation(found.thread)
            except MelError:
                talk = None
        members = () if talk is None else tuple(sorted(one for one, _ in talk.members))
        if found is None or talk is None or found.id not in members or len(members) < 2:
            self._order = ()
            self.hide()
            return
        self._order, self._at = members, members.index(found.id)
        self.words.setText(
            self.tr("Message {n} of {all} of the conversation: {people}").format(
                n=figures.count(self._at + 1),
                all=figures.count(len(members)),
                people=", ".join(talk.people)[:MOST_TITLES],
            )
        )
        self.previous.setEnabled(self._at > 0)
        self.next.setEnabled(self._at + 1 < len(members))
        self.show()

    def step(self, by: int) -> None:
        """To the older or the newer message."""
        place = self._at + by
        if self._order and 0 <= place < len(self._order):
            self.message_asked.emit(self._order[place])
