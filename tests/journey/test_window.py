"""The main job in the real window, on real servers, with a kill -9 in the middle of writing."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.model.mail import Role
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.ui.application import Session
from tests.journey.hands import WAIT_MS, Facts, choose_first_message, new_session
from tests.journey.program import ROOT
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.submission_servers import USERS, SubmissionServer

MESSAGES = 30
BODY = "l’élève est reçue à la cantine"


@pytest.fixture
def user(dovecot: Dovecot) -> MailUser:
    login = sorted(USERS)[1]
    made = dovecot.new_user(login=login, password=USERS[login])
    now = datetime.now(UTC)
    raw = (
        "From: Vie scolaire <vie.scolaire@ac-exemple.invalid>\r\nTo: {to}\r\n"
        "Subject: Appel {n}\r\nMessage-ID: <appel-{n}@ac-exemple.invalid>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        "{body} {n}\r\n"
    )
    dovecot.deliver_all(
        made,
        "INBOX",
        [
            (raw.format(to=login, n=one, body=BODY).encode(), (), now - timedelta(hours=one))
            for one in reversed(range(MESSAGES))
        ],
    )
    return made


@pytest.fixture
def facts(tmp_path: Path, user: MailUser, dovecot: Dovecot, postfix: SubmissionServer) -> Facts:
    attachment = tmp_path / "sortie.txt"
    attachment.write_bytes(b"liste des eleves " * 200)
    return Facts(
        profile=str(tmp_path / "profile"),
        passphrase="une phrase de passe assez longue",
        email=user.login,
        login=user.login,
        password=user.password,
        imap_port=dovecot.imap_port,
        smtp_port=postfix.tls_port,
        ca=str(dovecot.certificates.ca),
        messages=MESSAGES,
        body=BODY,
        draft_subject="Sortie au musée",
        draft_text="Chère Lucie,\nvoici la liste.",
        attachment=str(attachment),
    )


def test_wizard_sync_read_draft_kill_find_send_file(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    facts: Facts,
    dovecot: Dovecot,
    user: MailUser,
    postfix: SubmissionServer,
) -> None:
    _first_day(tmp_path, facts)
    session = new_session(qapp, facts.profile, offline=True)
    session.start()
    try:
        _unlock(qtbot, session, facts)
        _read_offline(qtbot, session, facts)
        assert session.facade is not None
        session.facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)  # at any hour
        message_id = _find_and_send(qtbot, session, facts)
        _back_online(qtbot, session)
    finally:
        if session.window is not None:
            session.window.close()
        session.close()
    delivered = postfix.wait_for(message_id)
    assert [one.recipient for one in delivered] == ["lucie.roux@ac-demo.invalid"]
    message = email.message_from_bytes(delivered[0].data, policy=email.policy.default)
    assert message["Subject"] == facts.draft_subject
    assert [part.get_filename() for part in message.iter_attachments()] == ["sortie.txt"]
    with dovecot.observer(user, "Sent") as box:
        filed = list(box.fetch())
    assert [one.subject for one in filed] == [facts.draft_subject]
    assert filed[0].attachments[0].payload == Path(facts.attachment).read_bytes()


def _first_day(tmp_path: Path, facts: Facts) -> None:
    """Another process, which kills itself while it writes."""
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(asdict(facts)))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", str(ROOT / "tests/journey/first_day.py")],
        cwd=ROOT,
        env={**os.environ, "MEL_JOURNEY_FACTS": str(file), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == -9, done.stdout.decode() + done.stderr.decode()


def _unlock(qtbot: QtBot, session: Session, facts: Facts) -> None:
    dialog = session.unlock_dialog
    assert dialog is not None
    qtbot.keyClicks(dialog.passphrase, "pas la bonne phrase")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.notice.isVisible() and dialog.go.isEnabled(), timeout=WAIT_MS)
    assert session.window is None
    dialog.passphrase.clear()
    qtbot.keyClicks(dialog.passphrase, facts.passphrase)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.window is not None, timeout=WAIT_MS)


def _read_offline(qtbot: QtBot, session: Session, facts: Facts) -> None:
    reader = choose_first_message(qtbot, session, facts.messages)
    qtbot.waitUntil(lambda: facts.body in reader.browser.toPlainText(), timeout=WAIT_MS)


def _find_and_send(qtbot: QtBot, session: Session, facts: Facts) -> str:
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    (draft,) = facade.drafts()
    window.actions_.drafts.trigger()
    rows = [getattr(one, "id", None) for one in window.drafts.model.values()]
    window.drafts.table.selectRow(rows.index(draft.id))
    window.drafts.open_chosen()
    composer = window.writing.composers()[-1]
    assert composer.draft_id() == draft.id
    assert composer.subject.text() == facts.draft_subject
    assert composer.text.toPlainText() == facts.draft_text
    assert [one.filename for one in draft.attachments] == ["sortie.txt"]
    composer.send_action.trigger()
    qtbot.waitUntil(lambda: facade.outbox() != (), timeout=WAIT_MS)
    (row,) = facade.outbox()
    assert row.state is OutboxState.QUEUED
    assert facade.drafts() == ()
    assert window.status_line.status().waiting_outbox == 1 or window.status_line.status().offline
    return row.message_id


def _back_online(qtbot: QtBot, session: Session) -> None:
    window, facade = session.window, session.facade
    assert window is not None
    assert facade is not None
    window.actions_.offline.trigger()
    qtbot.waitUntil(
        lambda: [one.state for one in facade.outbox()] == [OutboxState.FILED], timeout=WAIT_MS
    )
    sent = next(one for one in facade.folders() if one.role is Role.SENT)
    window.tree.choose(sent.id)
    model = window.mail.view.messages()
    qtbot.waitUntil(lambda: model.rowCount() == 1, timeout=WAIT_MS)
