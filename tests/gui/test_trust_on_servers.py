"""A trap comes through Dovecot, is told, and reaches the help desk through Postfix."""

from __future__ import annotations

import email
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import MessageId, Role
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.trust import TrustCode
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.trust_strip import TrustStrip
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.live_account import add_live_account
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
HELP_DESK = f"assistance@{DOMAIN}"
WAIT_MS = 60_000
# The verdict above the hop from outside counts; the one below came with the message.
TRAP = (
    f"Authentication-Results: mx.{DOMAIN}; dmarc=fail header.from=ac-rennes.tk\r\n"
    f"Received: from evil.example (evil.example [198.51.100.7]) by mx.{DOMAIN}; x\r\n"
    f"Authentication-Results: mx.{DOMAIN}; dmarc=pass header.from=ac-rennes.tk\r\n"
    "From: Rectorat de Rennes <rectorat@ac-rennes.tk>\r\n"
    f"To: {ALICE}\r\nSubject: Piege\r\nDate: Fri, 27 Nov 2026 08:00:00 +0100\r\n"
    "Message-ID: <piege@evil.example>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/html; charset=utf-8\r\n\r\n"
    '<p><a href="https://evil.example/x">https://www.ac-rennes.fr</a></p>\r\n'
).encode()


@pytest.fixture
def online(postfix: SubmissionServer, dovecot: Dovecot, tmp_path: Path) -> Iterator[Facade]:
    mailbox: MailUser = dovecot.new_user(ALICE, password=USERS[ALICE])
    dovecot.deliver(mailbox, "INBOX", TRAP)
    with fresh_profile(tmp_path) as facade:
        add_live_account(facade, dovecot, postfix, ALICE)
        facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
        yield facade


@pytest.fixture
def live(online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot) -> Iterator[MainWindow]:
    with shown_window(online, theme, settings) as window:
        online.start_engine()
        qtbot.waitUntil(lambda: bool(online.folders()), timeout=WAIT_MS)
        yield window


def filed(facade: Facade) -> bool:
    rows = facade.outbox()
    return bool(rows) and rows[0].state is OutboxState.FILED


def test_a_trap_is_told_and_reported(
    live: MainWindow, online: Facade, postfix: SubmissionServer, qtbot: QtBot
) -> None:
    found: list[MessageId] = []

    def arrived() -> bool:
        inbox = next((one for one in online.folders() if one.role is Role.INBOX), None)
        if inbox is None:
            return False
        ids = online.message_ids(inbox.id)
        found[:] = [one for one in ids if online.show(one).subject == "Piege"]
        return bool(found)

    qtbot.waitUntil(arrived, timeout=WAIT_MS)
    inbox = next(one for one in online.folders() if one.role is Role.INBOX)
    live._on_target(inbox.id)
    qtbot.waitUntil(lambda: found[0] in live.mail.model.ids, timeout=WAIT_MS)
    live.mail.view.select(found[0])
    strip = live.mail.reader.findChild(TrustStrip)

    def is_told() -> bool:
        shown = live.mail.reader.message()
        if shown is None or shown.shield is None or not shown.headers or not shown.html_safe:
            return False
        codes = {one.code for one in shown.shield.findings}
        wanted = {TrustCode.LOOK_ALIKE, TrustCode.LINK, TrustCode.SENDER_UNVERIFIED}
        return wanted <= codes and not shown.shield.authentication.is_verified

    qtbot.waitUntil(is_told, timeout=WAIT_MS)
    assert strip is not None
    assert strip.notice.text.startswith("Danger")
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(live.mail.view, Qt.Key.Key_F7, shift)  # type: ignore[no-untyped-call]
    (asked,) = live.findChildren(QInputDialog)
    line = asked.findChild(QLineEdit)
    assert line is not None
    line.setText(HELP_DESK)
    asked.accept()
    qtbot.waitUntil(lambda: filed(online), timeout=WAIT_MS)
    (copy,) = postfix.wait_for(online.outbox()[0].message_id)
    assert copy.recipient == HELP_DESK
    outer = email.message_from_bytes(copy.data)
    inner = next(one for one in outer.walk() if one.get_content_type() == "message/rfc822")
    reported = list(inner.walk())[1]
    assert b"https://evil.example/x" in reported.as_bytes()  # all of it, as it came
    assert reported["From"] == "Rectorat de Rennes <rectorat@ac-rennes.tk>"
    assert reported["Subject"] == "Piege"
