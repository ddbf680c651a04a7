"""The head of a message: who really wrote, to whom, when; names never without their address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.mail import Address, ReadMessage
from mel_desktop.ui import figures
from mel_desktop.ui.avatar import Avatar
from mel_desktop.ui.theme import Theme

SHOWN_RECIPIENTS: Final = 3  # the others are one click away
SHOWN_NARROW: Final = 1  # in one column, the text needs the height
ONE_COLUMN_BELOW: Final = 620  # narrower, the date goes under the names
MOST_IN_MENU: Final = 12


def address_line(found: Address) -> str:
    """The display name and always the true address."""
    return f"{found.name} <{found.address}>" if found.name else found.address


class ReaderHead(QWidget):
    """Told what to show by the reader."""

    back_asked = Signal()
    form_asked = Signal()
    write_asked = Signal(object)  # Address
    search_asked = Signal(object)  # Address
    card_asked = Signal(object)  # Address

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("readerHead")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._found: ReadMessage | None = None
        self._most = SHOWN_RECIPIENTS
        self.subject = _label(self.tr("Subject"), size=1.3, bold=True)
        self.avatar = Avatar(theme)
        self.from_ = _PersonLabel(self.tr("Sender"))
        self.recipients = _PersonLabel(self.tr("Recipients"), muted=True)
        for label in (self.from_, self.recipients):
            label.menu_asked.connect(self._open_menu)
        self.everyone = QPushButton()
        self.everyone.setProperty("link", True)
        self.everyone.setProperty("flush", True)  # begins where the names do
        self.everyone.clicked.connect(self._show_everyone)
        self.date = _label(self.tr("Date"), muted=True)
        self.date.setWordWrap(False)
        self.date.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.date.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.form = QPushButton()
        self.form.setProperty("link", True)
        self.form.setProperty("flush", True)
        self.form.hide()
        self.form.clicked.connect(self.form_asked)
        self.back = QPushButton(self.tr("Back to the list"))
        self.back.setProperty("link", True)
        self.back.setProperty("flush", True)
        self.back.setAccessibleName(self.tr("Back to the list"))
        self.back.clicked.connect(self.back_asked)
        self.back.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.from_)
        words.addWidget(self.recipients)
        words.addWidget(self.everyone, 0, Qt.AlignmentFlag.AlignLeft)
        side = self._side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(self.date)
        side.addWidget(self.form, 0, Qt.AlignmentFlag.AlignRight)
        side.addStretch(1)
        self._names = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._names.setSpacing(12)
        self._names.addLayout(words, 1)
        self._names.addLayout(side)
        people = QHBoxLayout()
        people.setSpacing(12)
        people.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        people.addLayout(self._names, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(8)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.subject)
        column.addLayout(people)

    def show_message(self, found: ReadMessage) -> None:
        """Names, addresses, subject, date."""
        self._found = found
        self.subject.setText(found.subject or self.tr("(no subject)"))
        self.from_.setText(address_line(found.sender))
        self.avatar.show_person(found.sender)
        self.recipients.setText(self._recipient_lines(found))
        self.recipients.setVisible(bool(self.recipients.text()))  # no stop of Tab at nothing
        number = len(found.to) + len(found.cc) + len(found.bcc)
        shortened = max(len(found.to), len(found.cc), len(found.bcc)) > self._most
        words = self.tr("Show all %n recipient(s)…", "", number)
        self.everyone.setText(words)
        self.everyone.setAccessibleName(words)
        self.everyone.setVisible(shortened)
        self.date.setText(figures.long_date(found.sent_at or found.received_at))

    def show_form(self, words: str, tip: str, *, offered: bool) -> None:
        """The way from plain text to formatting and back."""
        self.form.setVisible(offered)
        self.form.setText(words)
        self.form.setAccessibleName(words)
        self.form.setToolTip(tip)

    def fit(self, width: int) -> None:
        """Names need the width more than the date does."""
        beside = width >= ONE_COLUMN_BELOW
        direction = QBoxLayout.Direction
        self._names.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._names.setSpacing(12 if beside else 2)
        most = SHOWN_RECIPIENTS if beside else SHOWN_NARROW
        if most != self._most:
            self._most = most
            if self._found is not None:
                self.show_message(self._found)
        policy = QSizePolicy.Policy
        room = policy.Maximum if beside else policy.Preferred  # else it would narrow the names
        self.date.setSizePolicy(room, policy.Preferred)
        side = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        self.date.setAlignment(side | Qt.AlignmentFlag.AlignTop)
        self._side.setAlignment(self.form, side)

    # -- recipients --------------------------------------------------------------------------------

    def _groups(self, found: ReadMessage) -> tuple[tuple[str, tuple[Address, ...]], ...]:
        return (
            (self.tr("To: {people}"), found.to),
            (self.tr("Cc: {people}"), found.cc),
            (self.tr("Bcc: {people}"), found.bcc),
        )

    def _show_everyone(self) -> None:
        from mel_desktop.ui.dialogs import RecipientsDialog  # noqa: PLC0415 first needed here

        if self._found is None:
            return
        texts = (
            name.format(people="\n" + "\n".join(map(address_line, people)))
            for name, people in self._groups(self._found)
            if people
        )
        RecipientsDialog("\n\n".join(texts), self).open()

    def _recipient_lines(self, found: ReadMessage) -> str:
        return "\n".join(
            name.format(people=self._people(people))
            for name, people in self._groups(found)
            if people
        )

    def _people(self, people: Sequence[Address]) -> str:
        shown = ", ".join(map(address_line, people[: self._most]))
        more = len(people) - self._most
        if more <= 0:
            return shown
        others = self.tr("and %n other(s)", "", more)
        return f"{shown} {others}"

    # -- what can be done with a person ------------------------------------------------------------

    def _open_menu(self, at: QPoint) -> None:
        found = self._found
        if found is None:
            return
        label = self.from_ if self.from_.underMouse() or self.from_.hasFocus() else None
        people = (found.sender,) if label is self.from_ else (*found.to, *found.cc, *found.bcc)
        self.menu_of(tuple(one for one in people if one.address)).popup(at)

    def menu_of(self, people: tuple[Address, ...]) -> QMenu:
        """The commands for one person, or a menu a person."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if len(people) == 1:
            self._fill(menu, people[0])
            return menu
        for one in people[:MOST_IN_MENU]:
            inner = menu.addMenu(address_line(one).replace("&", "&&"))
            self._fill(inner, one)
        return menu

    def _fill(self, menu: QMenu, person: Address) -> None:
        write = menu.addAction(self.tr("&Write to {address}").format(address=person.address))
        write.triggered.connect(lambda: self.write_asked.emit(person))
        copy = menu.addAction(self.tr("&Copy the address"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(person.address))
        search = menu.addAction(self.tr("&Messages from this person"))
        search.triggered.connect(lambda: self.search_asked.emit(person))
        card = menu.addAction(self.tr("Card in the &directory"))
        card.triggered.connect(lambda: self.card_asked.emit(person))


class _PersonLabel(QLabel):
    """Text to be selected, with a menu by mouse and by key."""

    menu_asked = Signal(object)  # QPoint, of the screen

    def __init__(self, name: str, *, muted: bool = False) -> None:
        super().__init__()
        _make_label(self, name, muted=muted)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(
            lambda at: self.menu_asked.emit(self.mapToGlobal(at))
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the menu too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu):
            self.menu_asked.emit(self.mapToGlobal(QPoint(0, self.height())))
            return
        super().keyPressEvent(event)


def _label(name: str, *, size: float = 1.0, bold: bool = False, muted: bool = False) -> QLabel:
    label = QLabel()
    _make_label(label, name, size=size, bold=bold, muted=muted)
    return label


def _make_label(
    label: QLabel, name: str, *, size: float = 1.0, bold: bool = False, muted: bool = False
) -> None:
    label.setAccessibleDescription(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * size)
    if bold:
        font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    label.setProperty("muted", muted)
