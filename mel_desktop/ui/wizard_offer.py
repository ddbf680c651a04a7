"""An account that the school's IT gives, above the fields of the wizard: the password is typed.

What IT gives cannot be changed; what this PC could not fill in (an address, a login) is typed. The
servers are IT's and are not asked for. Another account may be added instead, where IT allows any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import NewAccount
from mel_desktop.model.policy import OfferedAccount
from mel_desktop.ui.fixed import FixedNote, fix, unfix


class OfferBar(QWidget):
    """Hidden, and out of the way, until something is offered."""

    changed = Signal()

    def __init__(
        self,
        facade: Facade,
        *,
        email: QLineEdit,
        login: QLineEdit,
        name: QLineEdit,
        others: Sequence[QWidget],
        parent: QWidget,
    ) -> None:
        """``others``: fields that say nothing while an account is offered."""
        super().__init__(parent)
        self._facade = facade
        self._email, self._login, self._name = email, login, name
        self._others = tuple(others)
        self._offer: OfferedAccount | None = None
        self._login_is_typed = False
        self.note = FixedNote(
            self.tr("Your establishment gives this account: only the password is yours to type.")
        )
        self.other = QPushButton(self.tr("An&other account…"))
        self.other.setAutoDefault(False)
        self.other.clicked.connect(self.drop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.note, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.other)
        email.textChanged.connect(self._on_email)
        login.textEdited.connect(self._on_login)
        self.hide()

    def is_on(self) -> bool:
        """Whether an offer stands."""
        return self._offer is not None

    def show_on(self, *, first_page: bool) -> None:
        """It belongs to the fields of the person."""
        self.setVisible(first_page and self.is_on())

    def present(self, offer: OfferedAccount) -> None:
        """Fill in what is known."""
        self._offer = offer
        new = offer.account
        if new.email:
            self._email.setText(new.email)
        self._login.setText(new.login)
        if new.name and not self._name.text():
            self._name.setText(new.name)
        for field, text in ((self._email, new.email), (self._login, new.login)):
            if text:
                fix(field)
        for other in self._others:
            fix(other)
        self.other.setVisible(self._facade.policies.policy().accounts.others_allowed)
        self.show()
        self.changed.emit()

    def drop(self) -> None:
        """Another account, all of it the teacher's own."""
        self._offer = None
        for field in (self._email, self._login, *self._others):
            unfix(field)
        self._email.clear()
        self._login.clear()
        self.hide()
        self.changed.emit()

    def completed(self, new: NewAccount) -> NewAccount:
        """What was entered, with what IT gives."""
        if self._offer is None:
            return new
        given = self._offer.account
        return replace(
            new,
            imap=given.imap,
            smtp=given.smtp,
            provider=given.provider,
            ca_pem=given.ca_pem,
        )

    def _on_email(self, text: str) -> None:
        """The login follows the address as IT says, not as the wizard would propose it."""
        offer = self._offer
        if offer is None or self._login_is_typed:
            return
        new = offer.account
        if not new.email:
            new = self._facade.policies.offer_for(offer, text.strip())
        self._login.setText(new.login)

    def _on_login(self, text: str) -> None:
        self._login_is_typed = bool(text)
