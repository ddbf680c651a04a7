"""The heads of a message being written: from whom, to whom, about what."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.recipients_edit import RecipientsEdit
from mel_desktop.ui.theme import Theme


class Heads(QScrollArea):
    """As high as its fields need, but never more than half of the window."""

    edited = Signal()

    def __init__(self, facade: Facade, theme: Theme, account: AccountId, parent: QWidget) -> None:
        super().__init__(parent)
        self.origin = QComboBox()
        self.origin.setObjectName("origin")
        self.origin.setAccessibleName(self.tr("From"))
        for one in facade.accounts():
            shown = f"{one.name} <{one.email}>" if one.name else one.email
            self.origin.addItem(shown, int(one.id))
        self.origin.setCurrentIndex(max(0, self.origin.findData(int(account))))
        self.to = RecipientsEdit(facade, theme, self.tr("To"), self)
        self.cc = RecipientsEdit(facade, theme, self.tr("Cc (copy)"), self)
        self.bcc = RecipientsEdit(facade, theme, self.tr("Bcc (hidden copy)"), self)
        self.subject = QLineEdit()
        self.subject.setObjectName("subject")
        self.subject.setAccessibleName(self.tr("Subject"))
        self._lay_out()
        self.origin.currentIndexChanged.connect(self.edited)
        for field in self.recipients():
            field.edited.connect(self.edited)
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
