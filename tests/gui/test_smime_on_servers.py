"""A signed message comes through Dovecot and is checked; the answer leaves encrypted by Postfix."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import Address, MessageId, Role
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.smime_compose import Protecting
from mel_desktop.ui.smime_strip import SmimeStrip
from mel_desktop.ui.theme import Theme
from tests.support.imap_servers import Dovecot
from tests.support.live_account import add_live_account
from tests.support.smime_people import Person, authority, openssl, person
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.support.windows import fresh_profile, shown_window

pytestmark = pytest.mark.servers

ALICE, BRUNO = f"alice@{DOMAIN}", f"bruno@{DOMAIN}"
WAIT_MS = 60_000
ROOT = authority()
BRUNOS = person(ROOT, BRUNO, "Bruno")
HEAD = f"From: Bruno <{BRUNO}>\r\nTo: {ALICE}\r\nSubject: Signe\r\nMessage-ID: <signe@{DOMAIN}>\r\n"
ENTITY = "Content-Type: text/plain; charset=utf-8\r\n\r\nÀ 16 h.\r\n".encode()


@pytest.fixture
def online(
    postfix: SubmissionServer, dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Facade]:
    monkeypatch.setattr("mel_desktop.app.smime_door.system_authorities", lambda: (ROOT.der,))
    cert, key = BRUNOS.write(tmp_path, "bruno")
    made = openssl("-sign", "-signer", str(cert), "-inkey", str(key), "-binary", octets=ENTITY)
    mailbox = dovecot.new_user(ALICE, password=USERS[ALICE])
    dovecot.deliver(mailbox, "INBOX", HEAD.encode() + made)
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


def alices(facade: Facade, tmp_path: Path) -> Person:
    made = person(ROOT, ALICE, "Alice")
    file = tmp_path / "alice.p12"
    file.write_bytes(made.p12())
    facade.smime.import_file(file, Secret("sésame"))
    return made


def test_signed_mail_comes_and_the_answer_leaves_encrypted(
    live: MainWindow, online: Facade, postfix: SubmissionServer, tmp_path: Path, qtbot: QtBot
) -> None:
    found: list[MessageId] = []

    def arrived() -> bool:
        inbox = next((one for one in online.folders() if one.role is Role.INBOX), None)
        ids = () if inbox is None else online.message_ids(inbox.id)
        found[:] = [one for one in ids if online.show(one).subject == "Signe"]
        return bool(found)

    qtbot.waitUntil(arrived, timeout=WAIT_MS)
    inbox = next(one for one in online.folders() if one.role is Role.INBOX)
    live._on_target(inbox.id)
    qtbot.waitUntil(lambda: found[0] in live.mail.model.ids, timeout=WAIT_MS)
    live.mail.view.select(found[0])
    strip = live.mail.reader.findChild(SmimeStrip)
    assert strip is not None
    told = f"Signé par Bruno <{BRUNO}>"
    qtbot.waitUntil(lambda: strip.notice.text.startswith(told), timeout=WAIT_MS)

    alices(online, tmp_path)
    content = DraftContent(to=(Address("Bruno", BRUNO),), subject="Suite", text="Entendu.")
    composer = live.compose(content)
    assert composer is not None
    protecting = composer.findChild(Protecting)
    assert protecting is not None
    protecting.sign.setChecked(True)
    protecting.encrypt.setChecked(True)
    composer.send()

    def is_filed() -> bool:
        rows = online.outbox()
        return bool(rows) and rows[0].state is OutboxState.FILED

    qtbot.waitUntil(is_filed, timeout=WAIT_MS)
    (copy,) = postfix.wait_for(online.outbox()[0].message_id)
    assert copy.recipient == BRUNO
    assert b"Entendu" not in copy.data
    root = tmp_path / "root.pem"
    root.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    cert, key = BRUNOS.write(tmp_path, "bruno")
    opened = openssl("-decrypt", "-recip", str(cert), "-inkey", str(key), octets=copy.data)
    read = openssl("-verify", "-CAfile", str(root), octets=opened)
    inside = email.message_from_bytes(read, policy=email.policy.default)
    assert "Entendu." in inside.get_content()
