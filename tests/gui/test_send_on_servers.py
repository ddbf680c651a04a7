"""Journeys in the window on Postfix and Dovecot: the guard of addresses, undo, pictures."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Address, MessageId, Role
from mel_desktop.model.outgoing import DraftContent, OutboxRow, OutboxState
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.live_account import add_live_account
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
BRUNO = Address("Bruno", f"bruno@{DOMAIN}")
PARENTS = tuple(Address("", f"parent{number}@parents.test") for number in range(7))
WAIT_MS = 30_000
EIGHT_BITS = (
    "From: a@exemple.test\r\nSubject: Avant\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    "\r\nL’été à la plage\r\n"
).encode()


@pytest.fixture(scope="module")
def mailbox(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(ALICE, password=USERS[ALICE])


@pytest.fixture
def online(
    postfix: SubmissionServer, dovecot: Dovecot, mailbox: MailUser, tmp_path: Path
) -> Iterator[Facade]:
    with fresh_profile(tmp_path) as facade:
        add_live_account(facade, dovecot, postfix, ALICE)
        facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
        facade.safety.set_undo(2)
        yield facade


@pytest.fixture
def live(online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    with shown_window(online, theme, settings) as window:
        online.start_engine()
        qtbot.waitUntil(lambda: bool(online.folders()), timeout=WAIT_MS)
        yield window


def written(window: MainWindow, **fields: object) -> Composer:
    usual = {"to": (BRUNO,), "subject": "Sortie", "text": "Bonjour"}
    composer = window.compose(DraftContent(**{**usual, **fields}))  # type: ignore[arg-type]
    assert composer is not None
    return composer


def last(facade: Facade) -> OutboxRow:
    return facade.outbox()[0]


def test_addresses_of_parents_reach_nobody_else(
    live: MainWindow, online: Facade, postfix: SubmissionServer, qtbot: QtBot
) -> None:
    composer = written(live, cc=PARENTS)
    composer.send()
    dialog = composer.flow.dialog
    assert dialog is not None
    assert [one.code for one in dialog.warnings()] == [WarningCode.OPEN_RECIPIENTS]
    (to_bcc,) = [one for one in dialog.buttons if "en Cci" in one.text()]
    QTest.keyClicks(dialog.back, to_bcc.text()[0])
    row = last(online)
    began = time.monotonic()
    assert row.state is OutboxState.QUEUED
    # nobody does anything any more: it leaves when the undo is over, and not before
    qtbot.waitUntil(lambda: last(online).state is OutboxState.FILED, timeout=WAIT_MS)
    assert 2.0 < time.monotonic() - began < 12.0
    copies = postfix.wait_for(row.message_id, 1 + len(PARENTS))
    assert {one.recipient for one in copies} == {BRUNO.address, *(one.address for one in PARENTS)}
    for copy in copies:
        assert b"parents.test" not in copy.data
    account = online.accounts()[0].id
    assert online.safety.size_limit(account) > 0  # what Postfix said of SIZE is remembered


def test_undo_and_nothing_leaves(
    live: MainWindow, online: Facade, postfix: SubmissionServer, qtbot: QtBot
) -> None:
    composer = written(live, subject="Trop vite")
    composer.send()
    row = last(online)
    live.activateWindow()
    qtbot.waitUntil(live.isActiveWindow, timeout=5000)
    qtbot.keyClick(live, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # type: ignore[no-untyped-call]
    (again,) = live.writing.composers()
    assert again.subject.text() == "Trop vite"
    assert all(one.id != row.id for one in online.outbox())
    again.subject.setText("Relu")
    again.subject.textEdited.emit("Relu")
    again.send()
    second = last(online)
    qtbot.waitUntil(lambda: last(online).state is OutboxState.FILED, timeout=WAIT_MS)
    assert len(postfix.wait_for(second.message_id)) == 1
    assert postfix.copies(row.message_id) == []


def test_a_picture_and_a_message_arrive_and_are_shown(
    live: MainWindow,
    online: Facade,
    postfix: SubmissionServer,
    dovecot: Dovecot,
    mailbox: MailUser,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    composer = written(live, subject="Plan", text="")
    composer.text.set_rich(True)
    image = QImage(120, 80, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    assert image.save(str(tmp_path / "plan.png"))
    composer.pictures.put_files([tmp_path / "plan.png"])
    qtbot.waitUntil(lambda: not composer.attaching.is_busy(), timeout=WAIT_MS)
    (asked,) = composer.findChildren(QInputDialog)
    asked.setTextValue("le plan")
    asked.accept()
    draft = composer.draft_id()
    assert draft is not None
    online.safety.add_file(draft, "avant.eml", EIGHT_BITS, "message/rfc822")
    composer.reload()
    composer.send()
    row = last(online)
    qtbot.waitUntil(lambda: last(online).state is OutboxState.FILED, timeout=WAIT_MS)
    (copy,) = postfix.wait_for(row.message_id)
    assert EIGHT_BITS in copy.data  # 8BITMIME: not an octet of it changed
    dovecot.deliver(mailbox, "INBOX", copy.data)  # as it arrived
    live.actions_.sync.trigger()
    found: list[MessageId] = []

    def arrived() -> bool:
        inbox = next(one for one in online.folders() if one.role is Role.INBOX)
        ids = online.message_ids(inbox.id)
        found[:] = [one for one in ids if online.show(one).subject == "Plan"]
        return bool(found)

    qtbot.waitUntil(arrived, timeout=WAIT_MS)
    live.mail.reader.open(found[0])
    browser = live.mail.reader.browser

    def shows_it() -> bool:
        shown = live.mail.reader.message()
        (content_id,) = re.findall(r'cid:([^"]+)', shown.html_safe if shown else "") or [""]
        if not content_id:
            return False
        name = QUrl(f"cid:{content_id}")
        kind = QTextDocument.ResourceType.ImageResource.value
        return browser.loadResource(kind, name).width() == image.width()

    qtbot.waitUntil(shows_it, timeout=WAIT_MS)
    shown = live.mail.reader.message()
    assert shown is not None
    assert [one.media_type for one in shown.attachments] == ["message/rfc822"]
    assert 'alt="le plan"' in shown.html_safe
