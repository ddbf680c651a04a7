"""Journeys through the wizard: real servers, a zone and published settings on loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QObject, QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.changes import CheckState
from mel_desktop.model.providers import SignInKind
from mel_desktop.net.discovery import NetworkLookups
from mel_desktop.net.dns_records import DnsRecords
from mel_desktop.services.discovery import Discovery
from mel_desktop.system.clock import SystemClock
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from mel_desktop.ui.wizard import AccountWizard
from tests.journey.hands import type_text
from tests.support.certificates import Certificates
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.names import DnsServer, HttpsServer, Names, config_xml, server_xml
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.support.windows import shown_window

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
CONFIG = f"autoconfig.{DOMAIN}"
WAIT_MS = 30_000
PICTURES = os.environ.get("MEL_PICTURES", "")


def picture(wizard: AccountWizard, theme: Theme, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if not PICTURES:
        return
    for tones, word in ((DARK, "dark"), (LIGHT, "light")):
        theme.apply(tones)
        QApplication.processEvents()
        grab(wizard, Path(PICTURES) / f"wizard-{name}-{word}.png")


@pytest.fixture(scope="module")
def alice(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(ALICE, password=USERS[ALICE])


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    made = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    yield made
    made.close()


@pytest.fixture
def search(facade: Facade, names: Names, dns_server: DnsServer) -> Names:
    """The search of this profile asks the zone of the test and finds names in its book only."""
    data = facade._services.server_data
    lookups = NetworkLookups(
        facade._services.lines, DnsRecords(dns_server.resolver()), allow_reserved=True
    )
    facade._services.server_data = replace(
        data,
        discovery=Discovery(
            data.providers.table, lookups, facade._services.switch.is_offline, SystemClock()
        ),
    )
    return names


@pytest.fixture
def mail(
    search: Names, dovecot: Dovecot, postfix: SubmissionServer, alice: MailUser
) -> Callable[[str, str], None]:
    def lead(imap: str, smtp: str) -> None:
        search.lead(imap, 993, dovecot.imap_port)
        search.lead(imap, 143, dovecot.starttls_port)
        search.lead(smtp, 465, postfix.tls_port)
        search.lead(smtp, 587, postfix.starttls_port)

    return lead


@pytest.fixture
def wizard(facade: Facade, theme: Theme, qtbot: QtBot) -> Iterator[AccountWizard]:
    bridge = Bridge(facade)
    made = AccountWizard(facade, bridge, theme, None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.open()
    made.activateWindow()
    yield made
    made.reject()
    bridge.close()


def to_servers(wizard: AccountWizard, qtbot: QtBot, *, password: str = USERS[ALICE]) -> None:
    wizard.password.setText(password)  # QTest types ASCII only
    wizard.next.click()
    qtbot.waitUntil(wizard.servers.progress.isHidden, timeout=WAIT_MS)


def finish(wizard: AccountWizard, qtbot: QtBot) -> dict[str, CheckState]:
    wizard.next.click()
    qtbot.waitUntil(wizard.progress.isHidden, timeout=WAIT_MS)
    states = {check.id: check.state for check, _ in wizard.checks.lines}
    if CheckState.FAIL not in states.values():
        wizard.next.click()
    return states


def test_an_address_and_a_password_and_one_is_in(
    wizard: AccountWizard,
    facade: Facade,
    mail: Callable[[str, str], None],
    search: Names,
    https: HttpsServer,
    certificates: Certificates,
    theme: Theme,
    qtbot: QtBot,
) -> None:
    mail(f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    search.lead(CONFIG, 443, https.port)
    https.publish(
        CONFIG,
        "/mail/config-v1.1.xml",
        config_xml(
            server_xml("imap", f"imap.{DOMAIN}", 993), server_xml("smtp", f"smtp.{DOMAIN}", 465)
        ),
    )
    qtbot.keyClicks(wizard.email, ALICE)
    assert wizard.login.text() == "alice"
    wizard.use_ca(certificates.ca)
    to_servers(wizard, qtbot)
    assert wizard.imap.endpoint() == Endpoint(f"imap.{DOMAIN}", 993, Security.TLS)
    assert wizard.smtp.endpoint() == Endpoint(f"smtp.{DOMAIN}", 465, Security.TLS)
    assert "Publié par le domaine" in wizard.imap.origin.text()
    assert wizard.login.text() == ALICE  # as the published settings want it
    assert wizard.servers.login.text().startswith(ALICE)
    picture(wizard, theme, "servers")
    states = finish(wizard, qtbot)
    assert CheckState.FAIL not in states.values()
    assert states["imap-sign-in"] is CheckState.OK
    assert states["smtp-sign-in"] is CheckState.OK
    (account,) = facade.accounts()
    assert (account.email, account.login) == (ALICE, ALICE)
    assert https.asked == [f"{CONFIG}/mail/config-v1.1.xml"]
    assert not [one for one in search.asked if "alice" in one]


def test_what_a_person_typed_stays(
    wizard: AccountWizard, mail: Callable[[str, str], None], certificates: Certificates,
    qtbot: QtBot,
) -> None:  # fmt: skip
    mail(f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    qtbot.keyClicks(wizard.email, ALICE)
    wizard.use_ca(certificates.ca)
    qtbot.keyClicks(wizard.login, "x")
    own = wizard.login.text()
    qtbot.keyClicks(wizard.imap.host, "mon-serveur.exemple.fr")
    to_servers(wizard, qtbot)
    assert wizard.imap.host.text() == "mon-serveur.exemple.fr"
    assert wizard.imap.origin.text() == "Saisi par vous"
    assert wizard.login.text() == own
    assert wizard.smtp.host.text() == f"smtp.{DOMAIN}"
    assert "usuel" in wizard.smtp.origin.text()
    offered = [action.text() for action in wizard.imap.menu.actions()]
    assert any(text.startswith(f"imap.{DOMAIN}:993") for text in offered)
    wizard.imap.menu.actions()[0].trigger()
    assert wizard.imap.host.text() == f"imap.{DOMAIN}"


def test_a_server_of_another_domain_waits_for_a_word(
    wizard: AccountWizard,
    mail: Callable[[str, str], None],
    dns_server: DnsServer,
    certificates: Certificates,
    theme: Theme,
    qtbot: QtBot,
) -> None:
    mail("mail.hebergeur.test", "mail.hebergeur.test")
    dns_server.zone(
        DOMAIN,
        "_imaps._tcp SRV 0 1 993 mail.hebergeur.test.\n"
        "_submissions._tcp SRV 0 1 465 mail.hebergeur.test.\n",
    )
    qtbot.keyClicks(wizard.email, ALICE)
    wizard.use_ca(certificates.ca)
    to_servers(wizard, qtbot)
    assert wizard.imap.host.text() == wizard.smtp.host.text() == ""
    assert not wizard.next.isEnabled()
    assert "mail.hebergeur.test" in wizard.notice.text
    picture(wizard, theme, "asks")
    (look,) = [one for one in wizard.notice.findChildren(QPushButton) if one.isVisible()]
    look.click()
    box = wizard.servers.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "mail.hebergeur.test" in box.text()
    assert box.defaultButton().text() == "Ne pas l’utiliser"
    next(one for one in box.buttons() if one is not box.defaultButton()).click()
    assert wizard.imap.host.text() == wizard.smtp.host.text() == "mail.hebergeur.test"
    assert "sans preuve" in wizard.imap.origin.text()
    assert wizard.next.isEnabled()


def test_a_school_with_microsoft_signs_in_by_the_browser(
    wizard: AccountWizard,
    mail: Callable[[str, str], None],
    dns_server: DnsServer,
    certificates: Certificates,
    qtbot: QtBot,
) -> None:
    mail("outlook.office365.com", "smtp.office365.com")
    dns_server.zone(DOMAIN, "@ MX 0 lycee-fr0i.mail.protection.outlook.com.\n")
    qtbot.keyClicks(wizard.email, ALICE)
    wizard.use_ca(certificates.ca)
    to_servers(wizard, qtbot)
    assert "outlook.office365.com" in wizard.notice.text
    assert not wizard.servers.sign_in_note.isVisible()
    (other,) = wizard.imap.menu.actions()
    assert "qui reçoit le courrier" in other.text()
    other.trigger()
    box = wizard.servers.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(one for one in box.buttons() if one is not box.defaultButton()).click()
    assert wizard.imap.host.text() == "outlook.office365.com"
    assert wizard.smtp.endpoint() == Endpoint("smtp.office365.com", 587, Security.STARTTLS)
    assert wizard.servers.sign_in() is SignInKind.OAUTH2
    assert wizard.servers.sign_in_note.isVisible()
    assert wizard.login.text() == ALICE
    assert "navigateur" in wizard.next.accessibleName()  # no password goes there
    with qtbot.waitSignal(wizard.by_page_asked, timeout=5000) as asked:
        wizard.next.click()
    assert asked.args[0].imap == Endpoint("outlook.office365.com", 993, Security.TLS)
    assert wizard.password.text() == ""


def test_one_of_two_services_is_chosen_with_all_that_goes_with_it(
    wizard: AccountWizard, facade: Facade, search: Names, theme: Theme, qtbot: QtBot
) -> None:
    facade.set_offline(True)
    qtbot.keyClicks(wizard.email, "jean.dupont@ac-creteil.fr")
    assert wizard.login.text() == "jdupont"
    to_servers(wizard, qtbot)
    assert wizard.smtp.host.text() == "smtp.ac-creteil.fr"
    national = next(
        one for one in wizard.imap.menu.actions() if one.text().startswith("imap.education")
    )
    national.trigger()
    assert wizard.imap.host.text() == "imap.education.gouv.fr"
    assert wizard.smtp.host.text() == ""  # its own is a guess; the académie's is not mixed in
    assert wizard.login.text() == "jean.dupont@ac-creteil.fr"
    assert "mot de passe créé pour les logiciels" in wizard.servers.sign_in_note.text()
    wizard.back.click()
    assert wizard.person.profile == "national"
    assert "Mots de passe sécurisés" in wizard.person.advice.text.text()
    assert wizard.person.advice.isVisible()


def test_a_teacher_whose_academie_has_gone_over_finds_out(
    wizard: AccountWizard,
    facade: Facade,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    mail: Callable[[str, str], None],
    certificates: Certificates,
    theme: Theme,
    qtbot: QtBot,
) -> None:
    email = "jean.dupont@ac-besancon.fr"
    dovecot.new_user(email, password="app-password")
    mail("imap.education.gouv.fr", "smtp.education.gouv.fr")
    wizard.use_ca(certificates.ca)
    qtbot.keyClicks(wizard.email, email)
    assert wizard.login.text() == "jdupont"
    to_servers(wizard, qtbot, password="académie")
    assert wizard.imap.host.text() == "imap.education.gouv.fr"
    assert wizard.smtp.host.text() == "smtp.education.gouv.fr"  # a guess that a probe confirmed
    assert "deviné" in wizard.smtp.origin.text()
    assert "répond" in wizard.smtp.origin.text()
    assert wizard.login.text() == email
    assert wizard.servers.sign_in_note.isVisible()
    picture(wizard, theme, "gone-over")
    before = dovecot.refused_sign_ins(email)
    states = finish(wizard, qtbot)
    assert states["imap-sign-in"] is CheckState.FAIL  # it is the wrong password
    assert dovecot.refused_sign_ins(email) == before + 1  # and was tried once
    wizard.back.click()
    wizard.back.click()
    assert "Mots de passe sécurisés" in wizard.person.advice.text.text()
    to_servers(wizard, qtbot, password="app-password")
    assert finish(wizard, qtbot)["imap-sign-in"] is CheckState.OK
    wizard.next.click()  # sending is another server's here: added as it is
    (account,) = facade.accounts()
    assert account.provider == "ac-besancon/national"


def test_an_identity_that_is_not_checked_is_not_used(
    wizard: AccountWizard,
    facade: Facade,
    mail: Callable[[str, str], None],
    certificates: Certificates,
    qtbot: QtBot,
) -> None:
    mail(f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    qtbot.keyClicks(wizard.email, ALICE)
    to_servers(wizard, qtbot)
    assert wizard.imap.host.text() == ""
    assert wizard.servers.state.text().startswith(f"imap.{DOMAIN} répond, mais son identité")
    wizard.use_ca(certificates.ca)  # the school's own CA, given here
    qtbot.waitUntil(wizard.servers.progress.isHidden, timeout=WAIT_MS)
    assert wizard.imap.host.text() == f"imap.{DOMAIN}"
    wizard.login.setText(ALICE)
    assert CheckState.FAIL not in finish(wizard, qtbot).values()
    assert facade.accounts()[0].imap.host == f"imap.{DOMAIN}"


def test_an_academy_by_the_keyboard_offline(
    wizard: AccountWizard, facade: Facade, search: Names, theme: Theme, qtbot: QtBot
) -> None:
    facade.set_offline(True)
    wizard.academy.setFocus()
    qtbot.waitUntil(lambda: wizard.academy.lineEdit().hasFocus(), timeout=5000)
    qtbot.keyClicks(wizard.academy.lineEdit(), "amiens")
    qtbot.keyClick(wizard.academy.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: wizard.academy.provider() is not None, timeout=5000)
    wizard.email.setFocus()
    qtbot.waitUntil(wizard.email.hasFocus, timeout=5000)
    assert wizard.email.placeholderText() == "prenom.nom@ac-amiens.fr"
    qtbot.keyClicks(wizard.email, "jean.dupont2")
    wizard.login.setFocus()
    qtbot.waitUntil(wizard.login.hasFocus, timeout=5000)
    assert wizard.email.text() == "jean.dupont2@ac-amiens.fr"
    assert wizard.login.text() == "jdupont2"
    assert "jdupont" in wizard.person.login_note.text()
    assert wizard.person.service.currentData() == ""  # nobody knows yet whether it has gone over
    assert "messagerie.education.gouv.fr" in wizard.person.advice.text.text()
    picture(wizard, theme, "academy")
    to_servers(wizard, qtbot)
    assert wizard.imap.endpoint() == Endpoint("imap.ac-amiens.fr", 993, Security.TLS)
    assert "Table" in wizard.imap.origin.text()
    assert "indiqué" in wizard.imap.origin.text()
    assert "réseau" in wizard.servers.state.text()
    picture(wizard, theme, "offline")
    facade.set_offline(False)
    wizard.back.click()
    search.asked.clear()
    wizard.next.click()  # connected meanwhile: now they are asked
    qtbot.waitUntil(wizard.servers.progress.isHidden, timeout=WAIT_MS)
    assert "imap.ac-amiens.fr" in search.asked
    assert wizard.imap.host.text() == ""  # nobody of that name is in the book
    facade.set_offline(True)
    wizard.back.click()
    search.asked.clear()
    wizard.next.click()
    qtbot.waitUntil(wizard.servers.progress.isHidden, timeout=WAIT_MS)
    finish(wizard, qtbot)
    (account,) = facade.accounts()
    assert account.provider == "ac-amiens/legacy"
    assert search.asked == []


def test_the_national_service_explains_its_password(
    wizard: AccountWizard,
    facade: Facade,
    search: Names,
    theme: Theme,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facade.set_offline(True)
    qtbot.keyClicks(wizard.email, "zoe.roux@ac-reunion.fr")
    provider = wizard.academy.provider()
    assert provider is not None
    assert provider.name == "La Réunion"
    assert wizard.person.profile == "national"
    assert wizard.login.text() == "zoe.roux@ac-reunion.fr"
    words = wizard.person.advice.text.text()
    assert "Mots de passe sécurisés" in words
    assert wizard.person.advice.open.isVisible()
    assert wizard.person.advice.help.toolTip().startswith("https://portail.ac-reunion.fr/")
    opened: list[str] = []
    monkeypatch.setattr(
        "mel_desktop.ui.wizard_person.QDesktopServices.openUrl",
        lambda url: opened.append(url.toString()),
    )
    wizard.person.advice.open.click()
    assert opened == ["https://messagerie.education.gouv.fr/"]
    picture(wizard, theme, "national")
    to_servers(wizard, qtbot)
    assert wizard.imap.host.text() == "imap.education.gouv.fr"
    assert wizard.smtp.host.text() == ""  # a guess, and nobody could be asked
    assert not wizard.next.isEnabled()
    wizard.back.click()
    service = wizard.person.service
    service.setCurrentIndex(service.findData("legacy"))
    service.activated.emit(service.currentIndex())
    assert wizard.login.text() == "zroux"


def test_former_domains_and_strangers(wizard: AccountWizard, qtbot: QtBot) -> None:
    qtbot.keyClicks(wizard.email, "anne.petit@ac-rouen.fr")
    provider = wizard.academy.provider()
    assert provider is not None
    assert provider.name == "Normandie"
    wizard.email.setText("ce.0760000a@ac-rouen.fr")
    assert wizard.login.text() == ""  # a school's box: nobody can tell its login
    wizard.email.setText("anne.petit@lycee-exemple.fr")
    assert wizard.academy.provider() is None
    assert wizard.login.text() == "anne.petit"
    wizard.academy.choose(provider)
    wizard.academy.activated.emit(wizard.academy.currentIndex())
    assert wizard.email.text() == "anne.petit@lycee-exemple.fr"  # a school's own domain stays
    assert wizard.login.text() == "apetit"  # in the form of the académie that was named


class Steps(QObject):
    """Counts what a hand does beside typing the address and the password."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def press(self, key: Qt.Key) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        self.keys.append(QKeySequence(key).toString())
        QTest.keyClick(focus, key)


def test_from_the_first_start_to_the_first_mail_by_address_and_password_alone(
    facade: Facade,
    theme: Theme,
    mail: Callable[[str, str], None],
    search: Names,
    https: HttpsServer,
    certificates: Certificates,
    dovecot: Dovecot,
    alice: MailUser,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    letter = b"From: Direction <d@ac-exemple.invalid>\r\nSubject: Rentree\r\n\r\nBonne rentree.\r\n"
    dovecot.deliver_all(alice, "INBOX", [(letter, (), datetime.now(UTC))])
    mail(f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    search.lead(CONFIG, 443, https.port)
    https.publish(
        CONFIG,
        "/mail/config-v1.1.xml",
        config_xml(
            server_xml("imap", f"imap.{DOMAIN}", 993), server_xml("smtp", f"smtp.{DOMAIN}", 465)
        ),
    )
    settings = QSettings(str(tmp_path / "first.ini"), QSettings.Format.IniFormat)
    steps, took = Steps(), QElapsedTimer()
    with shown_window(facade, theme, settings) as window:
        facade.start_engine()
        took.start()
        window.activateWindow()
        qtbot.waitUntil(window.welcome_button.hasFocus, timeout=WAIT_MS)
        steps.press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: window.findChild(AccountWizard) is not None, timeout=WAIT_MS)
        wizard = window.findChild(AccountWizard)
        assert wizard is not None
        wizard.activateWindow()
        wizard.use_ca(certificates.ca)  # of the test's own servers
        qtbot.waitUntil(wizard.email.hasFocus, timeout=WAIT_MS)
        QTest.keyClicks(wizard.email, ALICE)
        while not wizard.password.hasFocus():
            steps.press(Qt.Key.Key_Tab)
            assert len(steps.keys) < 10
        type_text(wizard.password, USERS[ALICE])  # QTest has no é
        steps.press(Qt.Key.Key_Return)
        qtbot.waitUntil(wizard.servers.progress.isHidden, timeout=WAIT_MS)
        steps.press(Qt.Key.Key_Return)
        qtbot.waitUntil(
            lambda: wizard.progress.isHidden() and wizard.next.hasFocus(), timeout=WAIT_MS
        )
        steps.press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.mail.model.rowCount() > 0, timeout=WAIT_MS)
        seconds = took.elapsed() / 1000
        assert seconds < 60
        assert len(steps.keys) <= 8, steps.keys
        print(f"first mail after {seconds:.1f} s; keys beside the two texts: {steps.keys}")
