"""The doctor's page: checks as they come, words beside signs, what helps, and the report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.doctor_door import DoctorDoor
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Remedy
from mel_desktop.model.errors import Cancelled
from mel_desktop.ui import doctor_desk, language
from mel_desktop.ui.bundle_dialog import BundleDialog
from mel_desktop.ui.dialogs import PasswordDialog
from mel_desktop.ui.doctor_dialog import DoctorDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.soundness_dialog import SoundnessDialog
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from tests.support.imap_servers import Dovecot

PICTURES = os.environ.get("MEL_PICTURES", "")
WAIT_MS = 60_000


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        grab(widget, Path(PICTURES) / f"{name}.png")


def open_page(window: MainWindow, qtbot: QtBot) -> DoctorDialog:
    window.actions_.doctor.trigger()
    page = next(one for one in window.findChildren(DoctorDialog) if one.isVisible())
    qtbot.waitUntil(lambda: page.again_button.isEnabled(), timeout=WAIT_MS)
    return page


def choose(page: DoctorDialog, identity: str) -> Check:
    rows = [place for place, one in enumerate(page.model.values()) if one.id == identity]
    page.table.selectRow(rows[0])
    found = page.current()
    assert found is not None
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def check(identity: str, state: CheckState, says: str, remedy: Remedy, **facts: Any) -> Check:
    return Check(
        identity,
        "",
        state,
        says=says,
        facts=tuple(sorted(facts.items())),
        remedy=remedy,
        account=AccountId(1) if remedy is Remedy.PASSWORD else None,
    )


FOUND = (
    check("disk", CheckState.OK, "disk-good", Remedy.NONE, free=51_200, store=812, ms=3),
    check("vault", CheckState.FAIL, "vault-damaged", Remedy.VAULT, count=2),
    check("network", CheckState.OK, "network-up", Remedy.NONE),
    check("portal", CheckState.WARN, "portal-found", Remedy.PORTAL, portal="portail.example"),
    check("clock", CheckState.WARN, "clock-slow", Remedy.NONE, minutes=42, now="2026"),
    check("imap-dns", CheckState.OK, "dns-private", Remedy.NONE, host="imap.ac-exemple.fr",
          addresses="10.1.2.3", four=1, six=0),
    check("imap-tls", CheckState.FAIL, "tls-inspected", Remedy.NONE, signer="Stormshield, Filtre",
          subject="imap.ac-exemple.fr", until="2027-01-01", protocol="TLSv1.3", key="RSA 2048"),
    check("imap-sign-in", CheckState.FAIL, "sign-in-refused", Remedy.PASSWORD),
    check("imap-capabilities", CheckState.WARN, "caps-lack", Remedy.NONE, lacks="CONDSTORE IDLE"),
    check("quota", CheckState.WARN, "quota-soon", Remedy.STORAGE, percent=96, megabytes=1024,
          place="trash", heavy=700),
    check("smtp-sign-in", CheckState.SKIPPED, "skipped-no-password", Remedy.NONE),
)  # fmt: skip


@pytest.fixture
def planted_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these had been found, one after the other."""

    def run(_: DoctorDoor, *__: object, on_check: Callable[[Check], None], **___: object) -> object:
        for one in FOUND:
            on_check(one)
        return FOUND

    monkeypatch.setattr(DoctorDoor, "run", run)


def test_it_runs_offline_and_says_what_it_could_not_look_at(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    facade.set_offline(True)
    page = open_page(window, qtbot)
    states = {one.id: one.state for one in page.model.values()}
    assert states["network"] is CheckState.SKIPPED
    assert states["disk"] in {CheckState.OK, CheckState.WARN}
    assert states["vault"] is CheckState.OK
    choose(page, "network")
    assert "hors ligne" in page.detail.text()
    model = page.model
    told = {model.index(row, 0).data() for row in range(model.rowCount())}
    assert "Non vérifié" in told  # a word, not only a sign
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is not None
    page.close_button.click()


@pytest.mark.usefixtures("planted_checks")
def test_the_worst_is_chosen_and_every_help_has_its_button(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True
    )
    page = open_page(window, qtbot)
    assert plain(page.head.text()) == "3 problèmes constatés. 4 points à surveiller."
    current = page.current()
    assert current is not None
    assert current.id == "vault"
    assert page.remedy.text() == "&Vérifier le coffre…"
    choose(page, "portal")
    assert "portail.example" in page.detail.text()
    page.remedy.click()
    assert opened == ["http://portail.example"]
    choose(page, "imap-capabilities")
    assert "CONDSTORE" in page.detail.text()
    assert "IDLE" in page.detail.text()
    assert not page.remedy.isVisible()
    choose(page, "quota")
    assert page.remedy.text() == "&Stockage…"
    choose(page, "vault")
    page.remedy.click()
    qtbot.waitUntil(lambda: bool(visible(window, SoundnessDialog)))
    assert not page.isVisible()


def visible(window: MainWindow, kind: type[QDialog]) -> list[QDialog]:
    return [one for one in window.findChildren(kind) if one.isVisible()]


@pytest.mark.usefixtures("planted_checks")
def test_the_page_by_keyboard_and_its_copy(window: MainWindow, qtbot: QtBot) -> None:
    page = open_page(window, qtbot)
    page.activateWindow()
    qtbot.waitUntil(page.table.hasFocus)
    qtbot.keyClick(page.table, Qt.Key.Key_Home)
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    current = page.current()
    assert current is not None
    assert current.id == "vault"
    page.copy_button.click()
    copied = plain(QGuiApplication.clipboard().text())
    assert "Problème – Coffre : Parties endommagées" in copied
    assert "Stormshield" in copied
    for one in (page.table, page.progress):
        assert one.accessibleName()
    qtbot.keyClick(page, Qt.Key.Key_Escape)


@pytest.mark.usefixtures("planted_checks")
def test_the_report_is_read_trimmed_and_saved_as_it_stands(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_page(window, qtbot)
    page.bundle_button.click()
    report = page.findChild(BundleDialog)
    assert report is not None
    assert "portail.example" in report.text.toPlainText()
    assert "== policies ==" in report.text.toPlainText()
    report.parts["policies"].click()
    assert "== policies ==" not in report.text.toPlainText()
    target = tmp_path / "rapport.txt"
    report.save(target)
    assert plain(target.read_text(encoding="utf-8")) == plain(report.text.toPlainText())
    assert "rapport.txt" in report.notice.text
    for box in report.parts.values():
        box.setChecked(False)
    assert not report.save_button.isEnabled()
    report.close()


def test_closing_gives_up_what_runs(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []

    def run(_: DoctorDoor, *__: object, cancelled: Callable[[], bool], **___: object) -> object:
        qtbot_free_wait(cancelled)
        ended.append(True)
        raise Cancelled

    monkeypatch.setattr(DoctorDoor, "run", run)
    window.actions_.doctor.trigger()
    page = next(one for one in window.findChildren(DoctorDialog) if one.isVisible())
    assert not page.again_button.isEnabled()
    page.close()
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)


def qtbot_free_wait(condition: Callable[[], bool]) -> None:
    """On an engine thread: until it holds."""
    import threading

    tick = threading.Event()
    for _ in range(6000):
        if condition():
            return
        tick.wait(0.01)


def test_a_page_of_the_network_is_a_host_and_nothing_else() -> None:
    found = check("portal", CheckState.WARN, "portal-found", Remedy.PORTAL, portal="a.example")
    assert doctor_desk.portal(found).toString() == "http://a.example"


@pytest.mark.usefixtures("planted_checks")
@pytest.mark.parametrize("spoken", [language.FRENCH, language.ENGLISH])
def test_pictures(
    qtbot: QtBot, facade: Facade, theme: Theme, settings: QSettings, qapp: QApplication, spoken: str
) -> None:
    language.load(qapp, spoken)
    window = MainWindow(facade, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    for colours, name in ((LIGHT, "light"), (DARK, "dark")):
        theme.apply(colours)
        page = open_page(window, qtbot)
        choose(page, "imap-tls")
        picture(page, f"doctor-{spoken}-{name}")
        report = page.open_bundle()
        assert report is not None
        picture(report, f"report-{spoken}-{name}")
        report.close()
        page.close()
    window.writing.close_all()
    window.close()


# -- on a server -----------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, dovecot: Dovecot) -> Iterator[Facade]:
    made = wiring.create_profile(tmp_path / "fresh", passphrase=Secret("phrase"), use_keyring=False)
    user = dovecot.new_user()
    made.add_account(dovecot.new_account(user), Secret("pas le bon"))
    yield made
    made.close()


@pytest.mark.servers
def test_a_refused_password_is_given_again_from_the_page(
    qtbot: QtBot, fresh: Facade, theme: Theme, settings: QSettings
) -> None:
    window = MainWindow(fresh, theme=theme, settings=settings)
    qtbot.addWidget(window)
    window.show()
    page = open_page(window, qtbot)
    refused = choose(page, "imap-sign-in")
    assert refused.detail.startswith("sign-in-refused")
    assert page.remedy.text() == "&Mot de passe…"
    page.remedy.click()
    qtbot.waitUntil(lambda: bool(visible(window, PasswordDialog)))
    window.close()
