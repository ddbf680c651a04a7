"""The account wizard: who, which servers, a live try, then the account is stored.

A password goes only to servers that a person sees here, and only over TLS with a checked identity.
One try is one sign-in, never a loop (accounts lock after three refusals).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import MelError
from mel_desktop.model.policy import OfferedAccount
from mel_desktop.model.providers import LoginForm, SignInKind
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import heading, scrolled
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.wizard_offer import OfferBar
from mel_desktop.ui.wizard_person import PersonPage
from mel_desktop.ui.wizard_servers import ServersPage
from mel_desktop.ui.wizard_try import TryPage

PERSON, SERVERS, TRY = range(3)
NOWHERE = Endpoint("", 0, Security.TLS)  # not known yet


class AccountWizard(QDialog):
    """Three pages; the last one tries the servers."""

    added = Signal(object)  # Account
    by_page_asked = Signal(object)  # NewAccount as far as it goes: the provider's page instead

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add an account"))
        self._facade = facade
        self._bridge = bridge
        self._attempt = 0
        self.notice = Notice(theme, self)
        self.person = PersonPage(facade, self)
        self.servers = ServersPage(facade, bridge, self.notice, self)
        self.trying = TryPage(theme, self)
        self._name_parts()
        self._pages = QStackedWidget()
        self._pages.addWidget(scrolled(self.person))
        self._pages.addWidget(scrolled(self.servers))
        self._pages.addWidget(self.trying)
        self.person.edited.connect(self._on_edited)
        self.servers.edited.connect(self._on_edited)
        self.servers.found_login.connect(self._on_found_login)
        self.servers.profile_chosen.connect(self.person.show_service)
        self.finished.connect(self._on_finished)
        self.gift = OfferBar(
            facade,
            email=self.email,
            login=self.login,
            name=self.name,
            others=(self.academy, self.person.service),
            parent=self,
        )
        self.gift.changed.connect(self._on_offer)
        self._lay_out()
        self._go(PERSON)
        self.resize(680, 620)

    def _name_parts(self) -> None:
        """The fields by name, whatever page they are on."""
        self.academy, self.email = self.person.academy, self.person.email
        self.name, self.login = self.person.name, self.person.login
        self.password = self.person.password
        self.imap, self.smtp, self.ca = self.servers.imap, self.servers.smtp, self.servers.ca
        self.progress, self.checks = self.trying.progress, self.trying.checks

    def _lay_out(self) -> None:
        self._title = heading()
        self.back = QPushButton(self.tr("&Back"))
        self.back.setAccessibleName(self.tr("Back"))
        self.back.clicked.connect(self._on_back)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.next = QPushButton()
        self.next.setProperty("primary", True)
        self.next.setDefault(True)
        self.next.clicked.connect(self._on_next)
        self.again = QPushButton(self.tr("&Try again"))
        self.again.setAccessibleName(self.tr("Try again"))
        self.again.clicked.connect(self._try)
        self.by_page = QPushButton(self.tr("Sign in in the bro&wser…"))
        self.by_page.setAccessibleName(self.tr("Sign in in the browser, without a password here"))
        self.by_page.clicked.connect(self._ask_page)
        for button in (self.back, self.cancel, self.again, self.by_page):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addWidget(self.by_page)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.again)
        row.addWidget(self.next)
        rule = QFrame()
        rule.setObjectName("rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(self._title)
        column.addWidget(self.notice)
        column.addWidget(self.gift)
        column.addWidget(self._pages, 1)
        column.addWidget(rule)
        column.addLayout(row)

    # -- going on ----------------------------------------------------------------------------------

    def _go(self, page: int) -> None:
        self._attempt += 1  # a try under way speaks to nobody any more
        self.servers.stop()
        self._pages.setCurrentIndex(page)
        self._title.setText(
            (
                self.tr("Your mail account"),
                self.tr("The servers of your mail"),
                self.tr("Trying the servers"),
            )[page]
        )
        self.back.setVisible(page > PERSON)
        self.again.setVisible(False)
        self.notice.clear()
        if page == SERVERS:
            self._search()
        self._on_edited()
        self.gift.show_on(first_page=page == PERSON)
        person = self.email if self.email.isEnabled() else self.password
        (person, self.imap, self.next)[page].setFocus()
        if page == TRY:
            self._try()

    def _wants_page(self) -> bool:
        """Whether the service takes no password at all."""
        return self.servers.sign_in() is SignInKind.OAUTH2

    def _ask_page(self) -> None:
        """The account goes on in another dialog, with what is known of it so far."""
        knows_servers = self._pages.currentIndex() == SERVERS and (
            self.imap.is_ready() and self.smtp.is_ready()
        )
        self.password.clear()
        self.by_page_asked.emit(
            self.new_account()
            if knows_servers
            else NewAccount(
                email=self.email.text().strip(),
                login="",
                imap=NOWHERE,
                smtp=NOWHERE,
                name=self.name.text().strip(),
            )
        )
        self.reject()

    def _search(self) -> None:
        """Look for the servers; the domain alone is given."""
        provider = self.person.academy.provider()
        domain = self.person.domain()
        is_needed = provider is not None and domain not in provider.all_domains
        self.servers.search(
            domain, provider.id if provider is not None and is_needed else "", self.person.profile
        )

    def offer(self, offer: OfferedAccount) -> None:
        """An account that IT gives: the servers are known, the password is asked for."""
        self.gift.present(offer)

    def _on_offer(self) -> None:
        self._on_edited()
        (self.email if self.email.isEnabled() else self.password).setFocus()

    def _on_next(self) -> None:
        page = self._pages.currentIndex()
        if page == SERVERS and self._wants_page():
            self._ask_page()  # a password would be refused, and known to one more server
        elif page < TRY:
            self._go(TRY if self.gift.is_on() else page + 1)
        else:
            self._store()

    def _on_back(self) -> None:
        self._go(PERSON if self.gift.is_on() else self._pages.currentIndex() - 1)

    def _on_edited(self) -> None:
        page = self._pages.currentIndex()
        servers_next = page == PERSON and not self.gift.is_on()
        words = self.tr("Next") if servers_next else self.tr("Try the servers")
        if page == TRY:
            words = self.tr("Add the account")
        leads_to_page = page == SERVERS and self._wants_page()
        if leads_to_page:
            words = self.tr("Sign in in the bro&wser…")
        self.by_page.setVisible(page != TRY and not leads_to_page)
        self.next.setText(words)
        self.next.setAccessibleName(words.replace("&", ""))
        self.servers.login.setText(
            self.tr("{login} — to change it, go back").format(login=self.login.text().strip())
        )
        if page == PERSON:
            self.next.setEnabled(self.person.is_ready())
        elif page == SERVERS:
            self.next.setEnabled(self.imap.is_ready() and self.smtp.is_ready())

    def _on_found_login(self, form: LoginForm) -> None:
        """The servers that were found want another form of login: proposed, never forced."""
        self.person.propose_login(form)
        self._on_edited()

    def _on_finished(self) -> None:
        """Closed: nothing that is under way speaks any more, and no password stays in a field."""
        self._attempt += 1
        self.servers.stop()
        self.password.clear()

    def use_ca(self, path: Path) -> None:
        """Trust the certificates of a PEM file for this account."""
        self.servers.use_ca(path)

    def new_account(self) -> NewAccount:
        """What was entered."""
        return self.gift.completed(
            NewAccount(
                email=self.email.text().strip(),
                login=self.login.text().strip(),
                imap=self.imap.endpoint(),
                smtp=self.smtp.endpoint(),
                name=self.name.text().strip(),
                provider=self.servers.provider(),
                ca_pem=self.servers.ca_pem,
            )
        )

    def _try(self) -> None:
        self._attempt += 1
        attempt = self._attempt
        self.trying.begin()
        self.again.hide()
        self.next.setEnabled(False)
        new, password = self.new_account(), Secret(self.password.text())

        def done(checks: tuple[Check, ...]) -> None:
            if attempt == self._attempt:
                self.checks.show_checks(checks)
                good = all(check.state is not CheckState.FAIL for check in checks)
                self._end_try(good=good, asked=any(check.id != "network" for check in checks))

        def failed(error: MelError) -> None:
            if attempt == self._attempt:
                self._end_try(good=False, asked=True)
                self.notice.say_error(error)

        self._bridge.run(
            self, lambda: self._facade.try_account(new, password), done=done, failed=failed
        )

    def _end_try(self, *, good: bool, asked: bool) -> None:
        self.trying.end(good=good, asked=asked)
        self.next.setEnabled(True)
        self.again.setVisible(not good)
        (self.next if good else self.back).setFocus()
        if not good:
            self.next.setText(self.tr("Add it as it is"))
            self.next.setAccessibleName(self.tr("Add it as it is"))

    def _store(self) -> None:
        with self.notice.errors():
            account: Account = self._facade.add_account(
                self.new_account(), Secret(self.password.text())
            )
            self.password.clear()
            self._facade.wake()
            self.added.emit(account)
            self.accept()
