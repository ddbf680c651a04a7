"""Adding an LDAP directory in the window, against a real slapd: tried, added, changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.people import DirectorySource, SourceKind
from mel_desktop.ui import language
from mel_desktop.ui.ldap_dialog import LdapDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import DARK, LIGHT
from tests.support import ldap_people
from tests.support.ldap_servers import Slapd

WAIT_MS = 60_000
PICTURES = os.environ.get("MEL_PICTURES", "")


@pytest.fixture(autouse=True)
def french(qapp: QApplication) -> None:
    language.load(qapp, language.FRENCH)


@pytest.fixture(autouse=True)
def online(facade: Facade) -> None:
    facade.set_offline(False)


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        QApplication.processEvents()
        grab(widget, Path(PICTURES) / f"{name}.png")


def the_dialog(window: MainWindow) -> LdapDialog:
    (dialog,) = [one for one in window.findChildren(LdapDialog) if one.isVisible()]
    return dialog


def ldap_sources(facade: Facade) -> list[DirectorySource]:
    return [one for one in facade.directory_sources() if one.kind is SourceKind.LDAP]


def typed(qtbot: QtBot, field: QWidget, text: str) -> None:
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=WAIT_MS)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def filled(qtbot: QtBot, dialog: LdapDialog, slapd: Slapd, tmp_path: Path, dn: str) -> None:
    pem = tmp_path / "authority.pem"
    pem.write_text(slapd.certificates.ca_pem)
    dialog.add_authority_file(pem)
    typed(qtbot, dialog.url, slapd.tls_url)
    typed(qtbot, dialog.name, dn)
    typed(qtbot, dialog.password_field, ldap_people.PASSWORD)


def test_a_directory_is_tried_added_and_changed(
    window: MainWindow, facade: Facade, qtbot: QtBot, slapd: Slapd, tmp_path: Path
) -> None:
    window.directory.sources.ldap_button.click()
    dialog = the_dialog(window)
    assert not dialog.ok.isEnabled()
    assert not dialog.try_button.isEnabled()
    filled(qtbot, dialog, slapd, tmp_path, slapd.reader_dn)
    assert not dialog.ok.isEnabled()  # no base yet: trying finds it
    QTest.keyClick(dialog.try_button, Qt.Key.Key_Space)
    qtbot.waitUntil(dialog.outcome.isVisible, timeout=WAIT_MS)
    assert dialog.base.currentText() == slapd.base
    assert {dialog.base.itemText(row) for row in range(dialog.base.count())} == {
        slapd.base, slapd.other_base,
    }  # fmt: skip
    words = dialog.outcome.text()
    assert "329" in words
    assert "ENT (SDET)" in words
    assert ldap_people.person_name(0)[0] in words
    picture(dialog, "ldap-tried")
    window.theme.apply(DARK)
    picture(dialog, "ldap-tried-dark")
    window.theme.apply(LIGHT)
    dialog.ok.click()
    qtbot.waitUntil(lambda: any(one.count for one in ldap_sources(facade)), timeout=WAIT_MS)
    (source,) = ldap_sources(facade)
    assert source.complete
    assert facade.ldap.settings(source.id).bind_dn == slapd.reader_dn

    def button() -> QPushButton | None:
        name = f"Modifier: {source.name}"
        return next((one for one in window.findChildren(QPushButton)
                     if one.accessibleName().replace("\N{NO-BREAK SPACE}", " ") == name
                     and one.isVisibleTo(window.directory.sources)), None)  # fmt: skip

    qtbot.waitUntil(lambda: button() is not None, timeout=WAIT_MS)
    found = button()
    assert found is not None
    found.click()
    dialog = the_dialog(window)
    assert dialog.url.text() == slapd.tls_url
    assert dialog.url.isReadOnly()
    assert dialog.password_field.text() == ""
    dialog.try_button.click()  # with the password that is stored
    qtbot.waitUntil(dialog.outcome.isVisible, timeout=WAIT_MS)
    picture(dialog, "ldap-change")
    dialog.photos.setChecked(True)
    dialog.ok.click()
    qtbot.waitUntil(lambda: facade.ldap.settings(source.id).photos, timeout=WAIT_MS)
    assert len(ldap_sources(facade)) == 1


def test_a_limit_is_told_before_anything_is_stored(
    window: MainWindow, facade: Facade, qtbot: QtBot, slapd: Slapd, tmp_path: Path
) -> None:
    window.directory.sources.ldap_button.click()
    dialog = the_dialog(window)
    filled(qtbot, dialog, slapd, tmp_path, slapd.limited_dn)
    dialog.try_button.click()
    qtbot.waitUntil(dialog.outcome.isVisible, timeout=WAIT_MS)
    assert "d’entrées à la fois" in dialog.outcome.text()
    assert dialog.notice.isVisible()
    picture(dialog, "ldap-limit")
    dialog.reject()
    assert ldap_sources(facade) == []


def test_a_wrong_password_is_told_and_tried_once(
    window: MainWindow, facade: Facade, qtbot: QtBot, slapd: Slapd, tmp_path: Path
) -> None:
    window.directory.sources.ldap_button.click()
    dialog = the_dialog(window)
    filled(qtbot, dialog, slapd, tmp_path, slapd.reader_dn)
    typed(qtbot, dialog.password_field, "faux")
    dialog.try_button.click()
    qtbot.waitUntil(
        lambda: dialog.notice.isVisible() and dialog.try_button.isEnabled(), timeout=WAIT_MS
    )
    assert not dialog.outcome.isVisible()
    assert "hors ligne" not in dialog.notice.text
    picture(dialog, "ldap-refused")
    dialog.reject()


def test_what_is_no_certificate_is_not_taken(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.directory.sources.ldap_button.click()
    dialog = the_dialog(window)
    file = tmp_path / "notes.pem"
    file.write_text("rien")
    dialog.add_authority_file(file)
    assert dialog.settings().ca_pem == ""
    assert dialog.notice.isVisible()
    dialog.reject()
