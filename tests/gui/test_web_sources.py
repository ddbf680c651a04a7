"""Adding CardDAV books and the annuaire in the window, with servers behind it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.people import SourceKind
from mel_desktop.net import carddav, download
from mel_desktop.net.transport import tls_context
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.web_sources_desk import BooksDialog
from tests.support.annuaire_rows import annuaire_octets
from tests.support.certificates import Certificates
from tests.support.dav_servers import LOGIN, PASSWORD, Radicale, card
from tests.support.https_files import Publishing, file_server

LONG = 30_000


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, certificates: Certificates) -> None:
    def context(ca_pem: str) -> ssl.SSLContext:
        return tls_context(ca_pem or certificates.ca_pem)

    monkeypatch.setattr(carddav, "tls_context", context)
    monkeypatch.setattr(download, "tls_context", context)


@pytest.fixture
def online(facade: Facade) -> Iterator[Facade]:
    facade.set_offline(False)
    yield facade
    facade.set_offline(True)


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.waitUntil(button.isEnabled, timeout=LONG)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def shot(dialog: object, name: str) -> None:
    if folder := os.environ.get("MEL_SHOTS"):
        dialog.grab().save(str(Path(folder) / f"{name}.png"))  # type: ignore[attr-defined]


def test_a_carddav_server_is_tried_before_it_is_kept(
    window: MainWindow, online: Facade, qtbot: QtBot, radicale: Radicale
) -> None:
    radicale.book("collegues", {"a.vcf": card(1), "b.vcf": card(2)})
    window.actions_.directory.trigger()
    desk = window.directory.sources.web
    before = len(online.directory_sources())
    dialog = desk.ask_books()
    shot(dialog, "carddav")
    assert not dialog.tried.isEnabled()
    QTest.keyClicks(dialog.url_field, radicale.url)
    QTest.keyClicks(dialog.login_field, LOGIN)
    QTest.keyClicks(dialog.password_field, "faux")
    press(qtbot, dialog.tried)
    qtbot.waitUntil(lambda: dialog.notice.property("tone") == "danger", timeout=LONG)
    shot(dialog, "carddav-refused")
    assert len(online.directory_sources()) == before
    assert isinstance(dialog, BooksDialog)
    assert dialog.isVisible(), "what was typed is still there"
    dialog.password_field.setText(PASSWORD)
    assert dialog.tried.isEnabled()
    assert dialog.tried.isDefault()
    dialog.password_field.setFocus()
    qtbot.waitUntil(dialog.password_field.hasFocus, timeout=LONG)
    QTest.keyClick(dialog.password_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(online.directory_sources()) == before + 1, timeout=LONG)
    qtbot.waitUntil(lambda: online.directory_sources()[-1].count == 2, timeout=LONG)
    source = online.directory_sources()[-1]
    assert source.kind is SourceKind.CARDDAV
    radicale.delete("collegues", "b.vcf")
    qtbot.waitUntil(lambda: "2 fiches" in window.directory.notice.text, timeout=LONG)
    desk.sync(source)
    qtbot.waitUntil(lambda: online.directory_sources()[-1].count == 1, timeout=LONG)


def test_the_annuaire_tells_its_price_first(
    window: MainWindow, online: Facade, qtbot: QtBot, certificates: Certificates
) -> None:
    with file_server(certificates, Publishing(annuaire_octets(300))) as server:
        window.actions_.directory.trigger()
        dialog = window.directory.sources.web.ask_schools()
        shot(dialog, "annuaire")
        dialog.url_field.setText("http://x.test/")
        assert not dialog.ok.isEnabled()
        dialog.url_field.setText(server.url)
        QTest.keyClicks(dialog.places_field, "974")
        press(qtbot, dialog.ok)
        qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=LONG)
        box = window.findChildren(QMessageBox)[-1]
        shot(box, "annuaire-price")
        assert "Mo" in box.text()
        assert server.page.asked == []
        press(qtbot, next(one for one in box.buttons() if one is not box.defaultButton()))  # type: ignore[arg-type]

        def has_come() -> bool:
            return any(
                one.kind is SourceKind.ANNUAIRE and one.count == 100
                for one in online.directory_sources()
            )

        qtbot.waitUntil(has_come, timeout=LONG)
        qtbot.waitUntil(lambda: "100" in window.directory.notice.text, timeout=LONG)
        shot(window, "annuaire-after")
