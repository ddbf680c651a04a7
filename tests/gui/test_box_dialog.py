"""A functional box becomes a shared box, in the window, on a Dovecot with a shared namespace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ui import screenshots
from mel_desktop.ui.box_dialog import BoxDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from tests.support.certificates import Certificates
from tests.support.imap_servers import MailUser
from tests.support.move_world import deliver
from tests.support.sharing_dovecot import SharingDovecot

pytestmark = pytest.mark.servers

WAIT_MS = 60_000
PICTURES = os.environ.get("MEL_PICTURES", "")


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        QCoreApplication.sendPostedEvents()
        screenshots.grab(widget, Path(PICTURES) / f"{name}.png")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def sharing(certificates: Certificates) -> Iterator[SharingDovecot]:
    server = SharingDovecot(certificates)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def box(sharing: SharingDovecot) -> MailUser:
    made = sharing.new_user()
    deliver(sharing, made, range(1, 4))
    deliver(sharing, made, range(10, 12), "Familles")
    return made


@pytest.fixture
def home(sharing: SharingDovecot, box: MailUser, tmp_path: Path) -> Iterator[Facade]:
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    first = facade.add_account(sharing.new_account(box), box.secret)
    facade.sync(first.id, SyncOptions())
    yield facade
    facade.close()


@pytest.fixture
def live(home: Facade, theme: Theme, settings: QSettings) -> Iterator[MainWindow]:
    window = MainWindow(home, theme=theme, settings=settings)
    window.resize(1366, 768)
    window.show()
    yield window
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # type: ignore[arg-type]


def opened(window: MainWindow) -> BoxDialog | None:
    window.actions_.join_box.trigger()
    return next((one for one in window.findChildren(BoxDialog) if one.isVisible()), None)


def test_a_box_is_joined(
    live: MainWindow, home: Facade, qtbot: QtBot, sharing: SharingDovecot, box: MailUser
) -> None:
    assert opened(live) is None
    assert "votre compte personnel" in live.notice.text
    person = sharing.new_user()
    own = home.add_account(sharing.new_account(person), person.secret)
    home.sync(own.id, SyncOptions())
    dialog = opened(live)
    assert dialog is not None
    assert "Aucune boîte partagée" in dialog.notice.text
    assert not dialog.look.isEnabled()
    picture(dialog, "box-1-none")
    dialog.close()

    sharing.share(box, person, "lrswi", "INBOX")
    home.set_password(own.id, person.secret)  # Dovecot tells of it to a new connection only
    home.sync(own.id, SyncOptions())
    dialog = opened(live)
    assert dialog is not None
    assert dialog.root.currentText() == f"shared/{box.login}"
    dialog.look.click()
    qtbot.waitUntil(dialog.join.isEnabled, timeout=WAIT_MS)
    assert "lire, marquer comme lu" in dialog.facts.text()
    picture(dialog, "box-2-table")
    dialog.join.click()
    asked = next(one for one in dialog.findChildren(QMessageBox) if one.isVisible())
    assert "2 messages n’ont pas de dossier partagé" in plain(asked.informativeText())
    next(one for one in asked.buttons() if one.text() == "Rattacher").click()
    assert "3 messages continuent" in plain(dialog.facts.text())
    assert [one.id for one in home.accounts()] == [own.id]
    home.sync(own.id, SyncOptions())
    folders = {one.path: one for one in home.folders(own.id)}
    assert folders[f"Sur ce PC/{box.email}/Familles"].total == 2
    shared = [one for path, one in folders.items() if path.startswith("shared/") and one.total]
    assert [(one.total, one.local_bodies) for one in shared] == [(3, 3)]
    picture(dialog, "box-3-done")
    dialog.close()
