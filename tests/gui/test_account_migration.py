"""The assistant in the window, between two real servers: offline, tried, moved, carried, ended."""

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
from mel_desktop.ui.theme import Theme
from tests.support.imap_servers import Cyrus, Dovecot, MailUser
from tests.support.move_world import deliver, on_server
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

WAIT_MS = 60_000
PICTURES = os.environ.get("MEL_PICTURES", "")


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        QCoreApplication.sendPostedEvents()  # what was set this moment is laid out
        screenshots.grab(widget, Path(PICTURES) / f"{name}.png")


BRUNO = f"bruno@{DOMAIN}"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def before(cyrus: Cyrus) -> MailUser:
    user = cyrus.new_user(french=True)
    deliver(cyrus, user, range(1, 7))
    deliver(cyrus, user, range(40, 42), "Élèves")
    return user


@pytest.fixture
def after(dovecot: Dovecot) -> MailUser:
    user = dovecot.new_user(BRUNO, password=USERS[BRUNO])
    deliver(dovecot, user, range(1, 5))
    return user


@pytest.fixture
def home(cyrus: Cyrus, before: MailUser, tmp_path: Path) -> Iterator[Facade]:
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=Secret("une phrase assez longue"), use_keyring=False
    )
    account = facade.add_account(cyrus.new_account(before), before.secret)
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
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def opened(window: MainWindow) -> MigrationDialog:
    window.actions_.migrate.trigger()
    found = [one for one in window.findChildren(MigrationDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def fill(
    dialog: MigrationDialog, server: Dovecot, post: SubmissionServer, user: MailUser, password: str
) -> None:
    page = dialog.servers
    page.email.setText(BRUNO)
    page.login.setText(user.login)
    page.password.setText(password)
    for fields, endpoint in (
        (page.imap, server.new_account(user).imap),
        (page.smtp, post.endpoint(Security.STARTTLS)),
    ):
        fields.host.setText(endpoint.host)
        fields.security.setCurrentIndex(fields.security.findData(endpoint.security))
        fields.port.setValue(endpoint.port)


def press(box_of: QWidget, words: str) -> None:
    box = next(one for one in box_of.findChildren(QMessageBox) if one.isVisible())
    button = next(one for one in box.buttons() if plain(one.text()).replace("&", "") == words)
    button.click()


def idle(dialog: MigrationDialog) -> bool:
    return dialog.report.look.isEnabled()


def test_the_whole_journey(
    live: MainWindow,
    home: Facade,
    qtbot: QtBot,
    cyrus: Cyrus,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    before: MailUser,
    after: MailUser,
    tmp_path: Path,
) -> None:
    account = home.accounts()[0].id
    dialog = opened(live)
    assert dialog.page() == SERVERS
    assert not dialog.next.isEnabled()
    fill(dialog, dovecot, postfix, after, "faux")
    picture(dialog, "1-servers")
    dialog.next.click()
    qtbot.waitUntil(lambda: bool(dialog.notice.text), timeout=WAIT_MS)
    assert dialog.page() == SERVERS
    assert home.account(account).imap.port == cyrus.imap_port, "nothing was changed"
    picture(dialog, "1-refused")
    fill(dialog, dovecot, postfix, after, USERS[BRUNO])
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.page() == FOLDERS, timeout=WAIT_MS)
    assert "Déjà sur la nouvelle messagerie : 4" in plain(dialog.folders.facts.text())
    picture(dialog, "2-folders")

    dialog.close()  # and on another day
    dialog = opened(live)
    assert dialog.page() == SERVERS
    assert dialog.servers.login.text() == after.login
    assert "préparée" in dialog.notice.text
    dialog.servers.password.setText(USERS[BRUNO])
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.page() == FOLDERS, timeout=WAIT_MS)
    dialog.next.click()
    assert dialog.page() == MORE
    card = tmp_path / "contacts.vcf"
    card.write_text("BEGIN:VCARD\nFN:Zoé\nEMAIL:zoe@ac-demo.fr\nEND:VCARD\n", "utf-8")
    dialog.import_contacts([card])
    qtbot.waitUntil(lambda: "1 contact" in dialog.more.taken.text(), timeout=WAIT_MS)
    dialog.more.notes.setPlainText("Parents -> Élèves")
    picture(dialog, "3-more")
    dialog.next.click()
    assert dialog.page() == SUMMARY
    assert "lecture seule" in dialog.summary.words.text()
    picture(dialog, "4-summary")
    dialog.next.click()
    assert dialog.page() == REPORT
    qtbot.waitUntil(lambda: idle(dialog), timeout=WAIT_MS)
    words = plain(dialog.report.words.text())
    assert "4 messages d’ici n’ont pas encore été retrouvés" in words
    assert "Parents -> Élèves" in words
    picture(dialog, "5-report")
    picture(live, "5-window")

    dialog.report.carry.click()
    press(dialog, "Remonter")
    qtbot.waitUntil(
        lambda: idle(dialog) and "ont été retrouvés" in dialog.report.words.text(),
        timeout=WAIT_MS,
    )
    assert on_server(dovecot, after, "INBOX") == [f"Sujet {one}" for one in range(1, 7)]
    assert on_server(dovecot, after, "Élèves") == ["Sujet 40", "Sujet 41"]
    dialog.report.end.click()
    picture(next(iter(dialog.findChildren(QMessageBox))), "6-end")
    press(dialog, "Terminer")
    known = home.migration.status(account)
    assert known is not None
    assert known.stage is MoveStage.DONE
    assert [one.id for one in home.accounts()] == [account]
    assert "terminée" in dialog.report.words.text()
    picture(dialog, "7-over")
    assert len(on_server(cyrus, before, "INBOX")) == 6
    dialog.close()


def test_the_old_account_in_the_window(
    live: MainWindow,
    home: Facade,
    qtbot: QtBot,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    after: MailUser,
) -> None:
    account = home.accounts()[0].id
    dialog = opened(live)
    fill(dialog, dovecot, postfix, after, USERS[BRUNO])
    dialog.next.click()
    qtbot.waitUntil(lambda: dialog.page() == FOLDERS, timeout=WAIT_MS)
    table = dialog.folders.table
    names = [plain(table.item(row, 0).text()) for row in range(table.rowCount())]  # type: ignore[union-attr]
    row = names.index("Élèves")
    assert table.choice(row).currentText().endswith("(à créer)")
    stays = table.choice(row).findText("Reste sur ce poste")
    table.choice(row).setCurrentIndex(stays)
    assert plain(table.item(row, 3).text()) == "votre choix"  # type: ignore[union-attr]
    for _ in range(3):
        dialog.next.click()
    qtbot.waitUntil(lambda: dialog.page() == REPORT and idle(dialog), timeout=WAIT_MS)
    dialog.close()
    old = next(one for one in home.accounts() if one.read_only)
    inbox = home.find_folder("inbox", old.id)
    qtbot.waitUntil(lambda: live.tree.folder_model().index_of(inbox.id).isValid(), timeout=WAIT_MS)
    head = live.tree.folder_model().index_of(inbox.id).parent()
    assert plain(head.data()).startswith("Ancien, lecture seule")
    mine = home.find_folder("inbox", account)
    qtbot.waitUntil(
        lambda: live.tree.folder_model().index_of(mine.id).data() == "Boîte de réception",
        timeout=WAIT_MS,
    )
    live.tree.choose(inbox.id)
    qtbot.waitUntil(lambda: live.mail.model.rowCount() == 2, timeout=WAIT_MS)
    live.mail.view.select(live.mail.model.ids[0])
    live.actions_.flag.trigger()
    qtbot.waitUntil(lambda: "lecture seule" in shown_notice(live), timeout=WAIT_MS)
    picture(live, "8-old-account")
    live.actions_.reply.trigger()
    (composer,) = live.writing.composers()
    assert composer.heads.account() == account, "one answers from the new account"
    live.writing.close_all()
    live.actions_.remove_account.trigger()  # leads to the report: its end is there
    again = [one for one in live.findChildren(MigrationDialog) if one.isVisible()]
    assert [one.page() for one in again] == [REPORT]
    again[0].close()
    assert home.folders(account)


def shown_notice(window: MainWindow) -> str:
    return " ".join((window.notice.text, window.mail.notice.text))


def test_the_servers_of_an_address_are_found_offline(
    live: MainWindow, home: Facade, qtbot: QtBot
) -> None:
    home.set_offline(True)
    dialog = opened(live)
    page = dialog.servers
    page.email.setText("zoe.lefevre@ac-reunion.fr")
    page.find_button.click()
    qtbot.waitUntil(lambda: bool(page.found.text()), timeout=WAIT_MS)
    assert page.imap.host.text() == "imap.education.gouv.fr"
    picture(dialog, "1-found")
    page.imap.host.setText("imap.autre.test")
    page.find_button.click()
    qtbot.waitUntil(dialog.servers.isEnabled, timeout=WAIT_MS)
    assert page.imap.host.text() == "imap.autre.test", "what a person typed stays"
    dialog.close()
