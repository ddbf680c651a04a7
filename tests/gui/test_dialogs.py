"""The wizard and the vault, with real services; loopback only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret, Security
from mel_desktop.model.changes import CheckState
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.wizard import AccountWizard
from tests.support import planted_school
from tests.support.ports import free_port


@pytest.fixture
def online(profile: Path) -> Iterator[Facade]:
    opened = wiring.open_profile(profile, passphrase=planted_school.PASSPHRASE, use_keyring=False)
    yield opened
    opened.close()


def test_wizard_says_what_does_not_answer(online: Facade, theme: Theme, qtbot: QtBot) -> None:
    bridge = Bridge(online)
    wizard = AccountWizard(online, bridge, theme, None)
    qtbot.addWidget(wizard)
    wizard.open()
    assert not wizard.next.isEnabled()
    qtbot.keyClicks(wizard.email, "anne.dupont@ac-exemple.invalid")
    assert wizard.login.text() == "anne.dupont"  # proposed, and separate
    wizard.login.clear()
    qtbot.keyClicks(wizard.login, "adupont2")
    qtbot.keyClicks(wizard.email, "x")
    assert wizard.login.text() == "adupont2"
    wizard.email.setText("anne.dupont@ac-exemple.invalid")
    qtbot.keyClicks(wizard.password, "secret")
    wizard.next.click()
    assert not wizard.next.isEnabled()
    wizard.imap.host.setText("127.0.0.1")
    assert wizard.imap.port.text() == "993"
    wizard.imap.port.setValue(free_port())
    wizard.smtp.host.setText("127.0.0.1")
    wizard.smtp.security.setCurrentIndex(1)
    assert wizard.smtp.port.value() == 587
    wizard.smtp.port.setValue(free_port())
    wizard.next.click()
    assert wizard.progress.isVisible()
    qtbot.waitUntil(lambda: bool(wizard.checks.lines), timeout=15_000)
    states = {check.id: check.state for check, _ in wizard.checks.lines}
    assert states["imap-reach"] is CheckState.FAIL
    words = wizard.checks.lines[0][1].text()
    assert "Serveur de réception" in words
    assert "joign" in words
    assert wizard.next.text() == "Ajouter tel quel"
    before = len(online.accounts())
    wizard.next.click()
    account = online.accounts()[-1]
    assert len(online.accounts()) == before + 1
    assert (account.email, account.login) == ("anne.dupont@ac-exemple.invalid", "adupont2")
    assert account.smtp.security is Security.STARTTLS
    bridge.close()


def test_wizard_refuses_a_file_that_is_no_certificate(window: MainWindow, tmp_path: Path) -> None:
    wizard = window.add_account()
    wrong = tmp_path / "x.pem"
    wrong.write_text("bonjour")
    wizard.use_ca(wrong)
    assert wizard.notice.text
    assert wizard.new_account().ca_pem == ""
    wizard.use_ca(tmp_path / "absent.pem")
    assert wizard.new_account().ca_pem == ""
    right = tmp_path / "y.pem"
    right.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    wizard.use_ca(right)
    assert "BEGIN CERTIFICATE" in wizard.new_account().ca_pem
    wizard.reject()


def test_a_profile_without_account_welcomes(tmp_path: Path, theme: Theme, qtbot: QtBot) -> None:
    facade = wiring.create_profile(
        tmp_path / "vide",
        passphrase=Secret("quatre mots au moins"),
        use_keyring=False,
        offline=True,
    )
    window = MainWindow(facade, theme=theme)
    qtbot.addWidget(window)
    window.show()
    assert window.pages.currentWidget() is window.welcome
    assert not window.actions_.new.isEnabled()
    facade.add_account(
        planted_school.new_account(planted_school.build_school()), Secret("mot de passe")
    )
    qtbot.waitUntil(lambda: window.actions_.new.isEnabled(), timeout=5000)
    assert window.pages.currentWidget() is window.mail
    window.close()
    facade.close()
