"""The connection of an account in the window: proxy, authority, certificates, notices."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.app.network_door import NetworkDoor
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.certificates import Certificate, CertificateView
from mel_desktop.model.changes import AccountStatus, Check, CheckState, Link, Status
from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.networks import AccountNetwork
from mel_desktop.model.proxies import ProxyChoice, ProxyKind
from mel_desktop.ui import language
from mel_desktop.ui.certificate_dialog import CertificateDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.network_dialog import NetworkDialog
from mel_desktop.ui.screenshots import grab
from tests.support.certificates import Certificates

NOW = Certificate(
    "imap.ac-exemple.fr", "Proxy Collège", "Collège de la Mouette", "0a" * 32, "1b" * 32,
    datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 11, 1, tzinfo=UTC),
)  # fmt: skip
BEFORE = replace(
    NOW, issuer="Certigna Services CA", organisation="Certigna", fingerprint="2c" * 32,
    key="3d" * 32, not_before=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip
INSPECTED = CertificateView("imap.ac-exemple.fr", 993, NOW, BEFORE, "certificate-inspected")
SOUND = CertificateView("smtp.ac-exemple.fr", 465, BEFORE, None)


PICTURES = os.environ.get("MEL_PICTURES", "")


@pytest.fixture(autouse=True)
def french(qapp: QApplication) -> None:
    language.load(qapp, language.FRENCH)


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        QApplication.processEvents()
        grab(widget, Path(PICTURES) / f"{name}.png")


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def the_dialog(window: MainWindow) -> NetworkDialog:
    window.actions_.network.trigger()
    found = window.findChildren(NetworkDialog)
    assert len(found) == 1
    return found[0]


def shown(dialog: NetworkDialog) -> set[str]:
    fields = {
        "host": dialog.host, "port": dialog.port, "user": dialog.user,
        "password": dialog.password, "script": dialog.script,
    }  # fmt: skip
    return {name for name, field in fields.items() if field.isVisible()}


def test_a_proxy_is_chosen_by_keyboard_and_its_password_goes_to_the_vault(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    dialog = the_dialog(window)
    assert shown(dialog) == set()
    dialog.activateWindow()
    dialog.choice.setFocus()
    qtbot.waitUntil(dialog.choice.hasFocus)
    qtbot.keyClicks(dialog.choice, "Ce proxy")
    assert dialog.choice.currentData() is ProxyChoice.MANUAL
    assert shown(dialog) == {"host", "port", "user", "password"}
    dialog.kind.setCurrentIndex(dialog.kind.findData(ProxyKind.SOCKS5))
    assert dialog.port.value() == 1080
    qtbot.keyClicks(dialog.host, "proxy.college.fr")
    qtbot.keyClicks(dialog.user, "prof")
    qtbot.keyClicks(dialog.password, "un mot")
    picture(dialog, "manual")
    qtbot.keyClick(dialog.save_button, Qt.Key.Key_Space)
    account = facade.accounts()[0].id
    found = facade.network.settings(account)
    assert (found.text, found.has_password) == ("socks5://prof@proxy.college.fr:1080", True)
    assert dialog.password.text() == ""
    assert dialog.notice.text == "Enregistré."

    dialog.choice.setCurrentIndex(dialog.choice.findData(ProxyChoice.PAC))
    assert shown(dialog) == {"script"}
    picture(dialog, "pac")
    dialog.script.setText("https://intranet.college.fr/proxy.pac")
    dialog.save()
    found = facade.network.settings(account)
    assert found.text == "pac+https://intranet.college.fr/proxy.pac"
    assert not found.has_password
    dialog.script.setText("n'importe quoi")
    assert not dialog.save()
    assert "adresse de proxy n’est pas valide" in dialog.notice.text


def test_an_authority_is_read_shown_and_forgotten(
    window: MainWindow, facade: Facade, certificates: Certificates, tmp_path: Path
) -> None:
    dialog = the_dialog(window)
    dialog.take_authority(certificates.cert.with_name("nothing.pem"))
    assert "ne peut pas être lu" in dialog.notice.text
    dialog.take_authority(certificates.ca)
    assert plain(dialog.notice.text).startswith("Comparez l’empreinte")
    picture(dialog, "authority")
    assert dialog.save()
    account = facade.accounts()[0].id
    assert len(facade.network.settings(account).authorities) == 1
    dialog.drop_authority.click()
    assert dialog.save()
    assert facade.network.settings(account).authorities == ()


def test_what_it_has_fixed_is_shown_and_locked(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = NetworkDoor.settings

    def fixed(self: object, account: object) -> AccountNetwork:
        found = real(self, account)  # type: ignore[arg-type]
        return replace(
            found,
            fixed=facade.network.read_setting("http://proxy.rectorat.fr:3128"),
            imap_way=Endpoint(found.imap.host, 143, Security.STARTTLS),
        )

    monkeypatch.setattr(NetworkDoor, "settings", fixed)
    dialog = the_dialog(window)
    assert not dialog.choice.isEnabled()
    assert dialog.host.text() == "proxy.rectorat.fr"
    assert "a fixé le proxy" in dialog.notice.text
    picture(dialog, "fixed")
    assert "le port 143 est utilisé à la place" in plain(dialog.ways.text())


def test_the_trial_says_step_by_step_what_stands_between(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = (
        Check("proxy", "Way out of the network", CheckState.OK, "straight"),
        Check("imap-reach", "IMAP server", CheckState.FAIL, "proxy-refused (proxy p:1)", "Ask."),
        Check("imap-sign-in", "IMAP sign-in", CheckState.SKIPPED, "server not reached"),
    )
    monkeypatch.setattr(type(facade), "test_account", lambda *_: checks)
    dialog = the_dialog(window)
    dialog.try_button.click()
    qtbot.waitUntil(lambda: "✗" in dialog.outcome.text(), timeout=20_000)
    said = dialog.outcome.text()
    assert "✓ Sortie du réseau" in said
    assert "Le proxy refuse la connexion" in said
    assert dialog.try_button.isEnabled()
    picture(dialog, "trial")


def test_certificates_show_what_differs_and_offer_no_way_past(
    window: MainWindow, qtbot: QtBot
) -> None:
    dialog = CertificateDialog([INSPECTED, SOUND], window)
    dialog.open()
    picture(dialog, "certificates")
    words = plain("\n".join(one.text() for one in dialog.findChildren(QLabel)))
    assert "Le réseau ouvre les connexions chiffrées" in words
    assert "« Proxy Collège »" in words
    for mark in ("≠ Signé par", "≠ Validité", "≠ Clé (SHA-256)"):
        assert mark in words
    assert "Certigna Services CA (Certigna)" in words
    assert "Reconnu par ce poste." in words
    buttons = {one.text().replace("&", "") for one in dialog.findChildren(QPushButton)}
    assert buttons == {"Fermer", "Copier pour l’assistance"}
    dialog.copy.click()
    assert "0a" * 32 in QGuiApplication.clipboard().text()


def standing(code: ErrorCode, **facts: str | int) -> Callable[[MainWindow], None]:
    def show(window: MainWindow) -> None:
        account = window._facade.accounts()[0]
        status = AccountStatus(account.id, Link.TROUBLE, code.text, facts=facts)
        window._on_status(Status(accounts=(status,)))

    return show


def test_a_portal_is_told_with_its_address_and_opened(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    url = "http://portail.wifi.test/entree"
    standing(ErrorCode.CAPTIVE_PORTAL, portal=url)(window)
    assert plain(window.status_line.text.text()).startswith("Portail captif")
    assert url in window.status_line.text.toolTip()
    assert url in window.notice.text
    picture(window, "portal")
    window.notice._button.click()
    assert opened == [url]
    assert QUrl(opened[0]).isValid()
    window.notice.clear()
    standing(ErrorCode.CAPTIVE_PORTAL, portal=url)(window)
    assert window.notice.text == ""  # said once
    standing(ErrorCode.CAPTIVE_PORTAL, portal="javascript:alert(1)")(window)
    assert window.notice.text == ""


def test_an_inspecting_proxy_is_named_in_the_status_line(window: MainWindow) -> None:
    standing(ErrorCode.CERTIFICATE_INSPECTED, issuer="Proxy Collège")(window)
    assert "« Proxy Collège »" in plain(window.status_line.text.toolTip())
    window.notice._button.click()
    assert len(window.findChildren(CertificateDialog)) == 1


def test_another_port_is_said_in_the_status_line(window: MainWindow) -> None:
    account = window._facade.accounts()[0]
    way = Endpoint("h", 143, Security.STARTTLS)
    window._on_status(Status(accounts=(AccountStatus(account.id, Link.UP_TO_DATE, way=way),)))
    assert "par le port 143" in window.status_line.text.toolTip()
