"""The assistant in the window, between two real servers: offline, tried, moved, carried, ended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.account_move import MoveStage
from mel_desktop.model.accounts import Secret, Security
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ui import screenshots
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.migration_dialog import (
    FOLDERS,
    MORE,
    REPORT,
    SERVERS,
    SUMMARY,
    MigrationDialog,
)
from mel_desktop.ui.theme import DARK, Theme
from tests.support.imap_servers import Cyrus, Dovecot, MailUser
from tests.support.move_world import deliver, on_server
from tests.support.submission_servers import Postfix

pytestmark = pytest.mark.servers

WAIT_MS = 60_000
PICTURES = os.environ.get("MEL_PICTURES", "")


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        screenshots.grab(widget, Path(PICTURES) / f"{name}.png")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def before(dovecot: Dovecot) -> MailUser:
    user = dovecot.new_user(french=True)
    deliver(dovecot, user, range(1, 7))
    deliver(dovecot, user, range(40, 42), "Élèves")
    return user


@pytest.fixture
def after(cyrus: Cyrus) -> MailUser:
    user = cyrus.new_user()
    deliver(cyrus, user, range(1, 5))
    return user


@pytest.fixture
def home(dovecot: Dovecot, before: MailUser, tmp_path: Path) -> Iterator[Facade]:
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    account = facade.add_account(dovecot.new_account(before), before.secret)
    facade.sync(account.id, SyncOptions())
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


def opened(window: MainWindow) -> MigrationDialog:
    window.actions_.migrate.trigger()
    found = [one for one in window.findChildren(MigrationDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def fill(dialog: MigrationDialog, server: Cyrus, user: MailUser, password: str) -> None:
    page = dialog.servers
    new = server.new_account(user)
    page.email.setText(user.email)
    page.login.setText(user.login)
    page.password.setText(password)
    for fields, endpoint in ((page.imap, new.imap), (page.smtp, new.smtp)):
        fields.host.setText(endpoint.host)
        fields.security.setCurrentIndex(fields.security.findData(Security(endpoint.security)))
        fields.port.setValue(endpoint.port)


def press(box_of: QWidget, words: str) -> None:
    box = next(one for one in box_of.findChildren(QMessageBox) if one.isVisible())
    button = next(one for one in box.buttons() if plain(one.text()).replace("&", "") == words)
    assert isinstance(button, QPushButton)
    button.click()


def test_the_whole_journey(
    live: MainWindow,
    home: Facade,
    qtbot: QtBot,
    cyrus: Cyrus,
    dovecot: Dovecot,
    before: MailUser,
    after: MailUser,
    postfix: Postfix,
    tmp_path: Path,
    theme: Theme,
) -> None:
    account = home.accounts()[0].id
    dialog = opened(live)
    assert dialog.page() == SERVERS
    assert not dialog.next.isEnabled()
    fill(dialog, cyrus, after, "faux")
    picture(dialog, "1-servers")
    dialog.next.click()
    qtbot.waitUntil(lambda: bool(dialog.notice.text), timeout=WAIT_MS)
    assert dialog.page() == SERVERS
    assert home.account(account).imap.port == dovecot.imap_port, "nothing was changed"
    picture(dialog, "1-refused")
