"""Signing in on a provider's page, from the window: real provider, Dovecot and Postfix; the browser
is an HTTP client on a thread of its own.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import (
    Account,
    AccountState,
    AuthKind,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.oauth import Provider
from mel_desktop.model.policy import AccountPolicy, Policy
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ui.account_desk import AccountDesk
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.oauth_dialog import OAuthDialog
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import Theme
from tests.support.certificates import Certificates
from tests.support.imap_base import MailUser
from tests.support.oidc_provider import CLIENT, OidcProvider
from tests.support.sign_in_servers import SignInDovecot, SignInPostfix

pytestmark = pytest.mark.servers
LONG = 40_000


@pytest.fixture(autouse=True)
def _trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The school's own authority is in the system's store."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))


@pytest.fixture
def given(oidc: OidcProvider, sign_in_dovecot: SignInDovecot, sign_in_postfix: SignInPostfix
) -> Provider:  # fmt: skip
    """As IT's policy gives it."""
    account = sign_in_dovecot.account(MailUser("x", "x@ac-demo.fr", "x"))
    return Provider(
        id="school",
        name="Rectorat de l’académie",
        issuer=oidc.issuer,
        client_id=CLIENT,
        scopes=("openid", "offline_access", "mail"),
        imap=account.imap,
        smtp=sign_in_postfix.tls,
    )


@pytest.fixture
def school(tmp_path: Path, given: Provider) -> Iterator[Facade]:
    facade = wiring.create_profile(
        tmp_path / "profile",
        passphrase=Secret("une phrase assez longue"),
        use_keyring=False,
        policy=Policy(oauth=(given,)),
    )
    yield facade
    facade.close()


@pytest.fixture
def bridge(school: Facade) -> Iterator[Bridge]:
    made = Bridge(school)
    yield made
    made.close()


@pytest.fixture
def person(sign_in_dovecot: SignInDovecot) -> MailUser:
    number = next(sign_in_dovecot._numbers)
    return sign_in_dovecot.new_user(f"anne.dupont{number}@ac-demo.fr")


Open = Callable[[Account | None], OAuthDialog]


@pytest.fixture
def opened(school: Facade, bridge: Bridge, theme: Theme, qtbot: QtBot) -> Open:
    def make(account: Account | None = None) -> OAuthDialog:
        dialog = OAuthDialog(school, bridge, theme, None, account)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return make


def browser(oidc: OidcProvider, who: MailUser, work: str = "agree") -> Callable[[str], None]:
    """What the system's browser and the person at it do."""

    def open_url(address: str) -> None:
        def run() -> None:
            body = oidc.person()
            if work == "agree":
                body.agree(address, who.login)
            else:
                body.refuse(address)
            body.come_back()

        threading.Thread(target=run).start()

    return open_url


def picture(dialog: OAuthDialog, name: str) -> None:
    if folder := os.environ.get("MEL_PICTURES"):
        grab(dialog, Path(folder) / f"oauth-{name}.png")


def add(dialog: OAuthDialog, oidc: OidcProvider, who: MailUser, qtbot: QtBot) -> Account:
    dialog.email.setText(who.login)
    dialog.open_url = browser(oidc, who)
    with qtbot.waitSignal(dialog.added, timeout=LONG) as caught:
        dialog.browser.click()
    account = caught.args[0]
    assert isinstance(account, Account)
    return account


def test_an_account_is_added_in_the_browser(
    school: Facade, opened: Open, oidc: OidcProvider, person: MailUser, qtbot: QtBot
) -> None:
    dialog = opened(None)
    assert dialog.provider.currentText() == "Rectorat de l’académie"
    assert not dialog.browser.isEnabled()
    qtbot.waitUntil(dialog.provider.hasFocus)
    qtbot.keyClicks(dialog.email, person.login)
    picture(dialog, "form")
    account = add(dialog, oidc, person, qtbot)
    assert account.auth is AuthKind.OAUTH2
    assert account.provider == "school"
    assert not dialog.isVisible()
    assert school.sync(account.id, SyncOptions()).complete


def test_the_person_can_cancel_go_back_and_copy(
    opened: Open, oidc: OidcProvider, person: MailUser, qtbot: QtBot
) -> None:
    dialog = opened(None)
    dialog.email.setText(person.login)
    addresses: list[str] = []
    dialog.open_url = addresses.append
    dialog.browser.click()
    qtbot.waitUntil(lambda: bool(addresses), timeout=LONG)
    assert "Poursuivez dans le navigateur" in dialog.words.text()
    picture(dialog, "browser")
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == addresses[0]
    assert addresses[0].startswith(oidc.issuer)
    dialog.reopen.click()
    assert addresses == [addresses[0]] * 2
    dialog.back.click()
    assert dialog.browser.isVisible()
    dialog.browser.click()
    qtbot.waitUntil(lambda: len(addresses) == 3, timeout=LONG)
    assert addresses[2] != addresses[0]
    dialog.reject()
    assert not dialog.isVisible()


def test_what_was_refused_is_said(
    opened: Open, oidc: OidcProvider, person: MailUser, qtbot: QtBot
) -> None:
    dialog = opened(None)
    dialog.email.setText(person.login)
    dialog.open_url = browser(oidc, person, "refuse")
    dialog.browser.click()
    qtbot.waitUntil(lambda: "n’a pas accordé" in dialog.notice.text, timeout=LONG)
    assert dialog.browser.isVisible()
    picture(dialog, "refused")


def test_a_code_for_another_device(
    school: Facade, opened: Open, oidc: OidcProvider, person: MailUser, qtbot: QtBot
) -> None:
    dialog = opened(None)
    dialog.email.setText(person.login)
    dialog.device.click()
    qtbot.waitUntil(dialog.code.isVisible, timeout=LONG)
    code, address = dialog.code.text(), dialog.address.text()
    assert " ".join(code) in dialog.code.accessibleName()
    picture(dialog, "code")
    oidc.person().type_code(address, code, person.login)
    with qtbot.waitSignal(dialog.added, timeout=LONG):
        pass
    assert len(school.accounts()) == 1


def test_another_provider_by_form(opened: Open) -> None:
    dialog = opened(None)
    assert not dialog.issuer.isVisible()
    dialog.provider.setCurrentIndex(dialog.provider.count() - 1)
    assert dialog.issuer.isVisible()
    dialog.email.setText("a@ac-demo.fr")
    dialog.imap.setText("imap.ac-demo.fr:993")
    dialog.smtp.setText("smtp.ac-demo.fr:587")
    dialog.client.setText("mel")
    dialog.issuer.setText("http://id.ac-demo.fr")
    assert not dialog.browser.isEnabled()
    dialog.issuer.setText("https://id.ac-demo.fr")
    assert dialog.browser.isEnabled()
    picture(dialog, "other")


def test_the_wizard_leads_to_the_browser(
    school: Facade, bridge: Bridge, theme: Theme, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    desk = AccountDesk(school, bridge, theme, Notice(theme, window), window)
    wizard = desk.add()
    wizard.email.setText("a@ac-demo.fr")
    wizard.name.setText("Anne")
    wizard.password.setText("never to be used")
    wizard.by_page.click()
    assert wizard.password.text() == ""
    dialog = window.findChild(OAuthDialog)
    assert isinstance(dialog, OAuthDialog)
    assert (dialog.email.text(), dialog.name.text()) == ("a@ac-demo.fr", "Anne")
    assert dialog.provider.currentText() == "Rectorat de l’académie"
    # Servers that are known lead to their provider; one without a client id is told.
    end = Endpoint("outlook.office365.com", 993, Security.TLS)
    smtp = Endpoint("smtp.office365.com", 587, Security.STARTTLS)
    dialog.begin_with(NewAccount("a@ac-demo.fr", "", end, smtp, "Anne"))
    assert dialog.provider.currentData() is None
    assert dialog.imap.text() == "outlook.office365.com:993"
    assert "service informatique" in dialog.notice.text
    dialog.reject()


def test_accounts_that_it_does_not_allow(
    tmp_path: Path, given: Provider, theme: Theme, qtbot: QtBot
) -> None:
    facade = wiring.create_profile(
        tmp_path / "profile",
        passphrase=Secret("une phrase assez longue"),
        use_keyring=False,
        policy=Policy(oauth=(given,), accounts=AccountPolicy(allowed_domains=("ac-autre.fr",))),
    )
    bridge = Bridge(facade)
    dialog = OAuthDialog(facade, bridge, theme, None)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    opened: list[str] = []
    dialog.open_url = opened.append
    dialog.email.setText("a@ac-demo.fr")
    dialog.browser.click()
    assert dialog.notice.text
    assert dialog.browser.isVisible()
    assert opened == []
    dialog.reject()
    bridge.close()
    facade.close()


def test_signing_in_again(
    school: Facade, opened: Open, oidc: OidcProvider, person: MailUser, qtbot: QtBot
) -> None:
    account = add(opened(None), oidc, person, qtbot)
    oidc.test("drop")
    with pytest.raises(MelError) as caught:
        school.sync(account.id, SyncOptions())
    assert caught.value.code is ErrorCode.GRANT_ENDED
    assert school.account(account.id).state is AccountState.ON_HOLD
    dialog = opened(account)
    assert not dialog.imap.isVisible()
    assert dialog.email.isReadOnly()
    picture(dialog, "again")
    dialog.open_url = browser(oidc, person)
    with qtbot.waitSignal(dialog.signed_in, timeout=LONG):
        dialog.browser.click()
    assert school.account(account.id).state is AccountState.READY
    assert school.sync(account.id, SyncOptions()).complete


def test_removing_gives_the_grant_back(
    school: Facade,
    bridge: Bridge,
    theme: Theme,
    opened: Open,
    oidc: OidcProvider,
    person: MailUser,
    qtbot: QtBot,
) -> None:
    account = add(opened(None), oidc, person, qtbot)
    window = OAuthDialog(school, bridge, theme, None)
    qtbot.addWidget(window)
    notice = Notice(theme)
    qtbot.addWidget(notice)
    desk = AccountDesk(school, bridge, theme, notice, window)
    desk._remove(account)
    qtbot.waitUntil(lambda: not school.accounts(), timeout=LONG)
    assert notice.text == ""


def test_the_window_has_it_in_its_menu(window: MainWindow) -> None:
    action = window.actions_.add_by_page
    assert action.isEnabled()
    action.trigger()
    dialog = window.findChild(OAuthDialog)
    assert isinstance(dialog, OAuthDialog)
    for kind in (QLineEdit, QComboBox, QPushButton):
        for one in dialog.findChildren(kind):
            inner = isinstance(one.parent(), QComboBox)
            assert inner or one.isHidden() or one.accessibleName()
    dialog.reject()
