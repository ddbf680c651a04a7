"""The heads of a message being written: from whom, to whom, about what."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.identities import Identity
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.recipients_edit import RecipientsEdit
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class Heads(QScrollArea):
    """As high as its fields need, but never more than half of the window."""

    edited = Signal()
    identity_changed = Signal(object, object)  # Identity: the one before, the one chosen

    def __init__(self, facade: Facade, theme: Theme, account: AccountId, parent: QWidget) -> None:
        super().__init__(parent)
        self.origin = NamedBox()
        self.origin.setObjectName("origin")
        self.origin.setAccessibleName(self.tr("From"))
        self._facade = facade
        self._identities = tuple(one for _, ours in facade.letters.everyone() for one in ours)
        for place, one in enumerate(self._identities):
            shown = f"{one.name} <{one.address}>" if one.name else one.address
            self.origin.addItem(shown, place)
        self._chosen = 0
        self.choose(account, None)
        self.to = RecipientsEdit(facade, theme, self.tr("To"), self)
        self.cc = RecipientsEdit(facade, theme, self.tr("Cc (copy)"), self)
        self.bcc = RecipientsEdit(facade, theme, self.tr("Bcc (hidden copy)"), self)
        self.subject = QLineEdit()
        self.subject.setObjectName("subject")
        self.subject.setAccessibleName(self.tr("Subject"))
        self._lay_out()
        self.origin.currentIndexChanged.connect(self._on_origin)
        for field in self.recipients():
            field.edited.connect(self.edited)
            field.move_asked.connect(partial(self._move, field))
            field.dropped_here.connect(partial(self._take, field))
        self.subject.textEdited.connect(self.edited)
        parent.installEventFilter(self)

    def _lay_out(self) -> None:
        sheet = QWidget()
        sheet.setObjectName("sheet")
        sheet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        grid = QGridLayout(sheet)
        grid.setContentsMargins(16, 8, 16, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("&From"), self.origin),
            (self.tr("&To"), self.to),
            (self.tr("&Cc"), self.cc),
            (self.tr("&Bcc"), self.bcc),
            (self.tr("&Subject"), self.subject),
        )
        for place, (name, widget) in enumerate(rows):
            label = QLabel(name)
            label.setProperty("muted", True)
            label.setBuddy(widget)
            grid.addWidget(label, 2 * place, 0)
            grid.addWidget(widget, 2 * place, 1)
            rule = QFrame()
            rule.setObjectName("rule")
            grid.addWidget(rule, 2 * place + 1, 0, 1, 2)
        self.setWidget(sheet)
        self.setWidgetResizable(True)
        self.setMaximumHeight(300)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sheet, self._grid = sheet, grid

    def choose(self, account: AccountId, sender: Address | None) -> None:
        """Write as this sender of an account, without a word to anybody."""
        if not self._identities:
            return
        wanted = self._facade.letters.identity_of(account, sender)
        place = self._identities.index(wanted) if wanted in self._identities else 0
        blocked = self.origin.blockSignals(True)
        self.origin.setCurrentIndex(place)
        self.origin.blockSignals(blocked)
        self._chosen = place

    def account(self) -> AccountId:
        """Whose account sends it."""
        return self.identity().account

    def identity(self) -> Identity:
        """As whom it is written."""
        return self._identities[max(0, self.origin.currentIndex())]

    def named_sender(self) -> Address | None:
        """What the draft names: nothing for the account's own name and address."""
        return self._facade.letters.sender_of(self.identity()) if self._identities else None

    def _move(self, source: RecipientsEdit, address: Address, step: int) -> None:
        fields = self.recipients()
        place = fields.index(source) + step
        if 0 <= place < len(fields):
            source.give(address)
            fields[place].take(address)

    def _take(self, target: RecipientsEdit, address: Address) -> None:
        """Dropped on a field: it leaves the others."""
        for field in self.recipients():
            if field is not target:
                field.give(address)
        target.take(address)

    def _on_origin(self, place: int) -> None:
        before, self._chosen = self._chosen, place
        if before != place:
            self.identity_changed.emit(self._identities[before], self._identities[place])
        self.edited.emit()

    def recipients(self) -> tuple[RecipientsEdit, RecipientsEdit, RecipientsEdit]:
        """To, Cc, Bcc."""
        return self.to, self.cc, self.bcc

    def tab_order(self) -> tuple[QWidget, ...]:
        """Fields in the order of the keyboard."""
        return (self.origin, *(one.field() for one in self.recipients()), self.subject)

    def show_content(self, content: DraftContent) -> None:
        """These recipients and this subject."""
        self.to.show_addresses(content.to)
        self.cc.show_addresses(content.cc)
        self.bcc.show_addresses(content.bcc)
        self.subject.setText(content.subject)
        self.fit()

    def wrong(self) -> tuple[Address, ...]:
        """Recipients that cannot be right, what is being typed taken in first."""
        for field in self.recipients():
            field.commit()
        return self.to.wrong() + self.cc.wrong() + self.bcc.wrong()

    def fit(self) -> None:
        """Take the height that the fields need."""
        width = self.viewport().width()
        self._grid.activate()
        height = self._grid.totalHeightForWidth(width)
        if height <= 0:
            height = self._sheet.sizeHint().height()
        window = self.window().height()
        self.setFixedHeight(min(height + 2, max(150, window // 2)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)
