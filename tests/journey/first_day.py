"""The first half of the window's journey, run by test_window.py in a process that is then killed.

Not collected by itself: the last act is ``kill -9`` of this very process, in the middle of writing.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.ui.application import Session
from mel_desktop.ui.wizard import AccountWizard
from tests.journey.hands import WAIT_MS, Facts, choose_first_message, new_session, type_text


def test_first_day(qtbot: QtBot, qapp: QApplication) -> None:
    facts = Facts(**json.loads(Path(os.environ["MEL_JOURNEY_FACTS"]).read_text()))
    session = new_session(qapp, facts.profile, offline=False)
    session.start()
    _make_vault(qtbot, session, facts)
    _add_account(qtbot, session, facts)
    _read(qtbot, session, facts)
    _write_offline(qtbot, session, facts)
    os.kill(os.getpid(), signal.SIGKILL)


def _make_vault(qtbot: QtBot, session: Session, facts: Facts) -> None:
    dialog = session.unlock_dialog
    assert dialog is not None
    dialog.by_passphrase.setChecked(True)
    qtbot.keyClicks(dialog.first, facts.passphrase)
    assert not dialog.go.isEnabled(), "typed once is not enough"
    qtbot.keyClicks(dialog.second, facts.passphrase)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.written.isVisible(), timeout=WAIT_MS)
    assert len(dialog.code.text().replace("-", "")) == 32, "the recovery code, shown once"
    dialog.written.setChecked(True)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.window is not None, timeout=WAIT_MS)


def _add_account(qtbot: QtBot, session: Session, facts: Facts) -> None:
    window = session.window
    assert window is not None
    qtbot.mouseClick(window.welcome_button, Qt.MouseButton.LeftButton)
    wizard = next(one for one in QApplication.topLevelWidgets() if isinstance(one, AccountWizard))
    qtbot.keyClicks(wizard.email, facts.email)
    assert wizard.login.text() == facts.email.partition("@")[0], "proposed, and editable"
    wizard.login.clear()
    qtbot.keyClicks(wizard.login, facts.login)
    qtbot.keyClicks(wizard.name, "Alice Martin")
    qtbot.keyClicks(wizard.password, facts.password)
    qtbot.mouseClick(wizard.next, Qt.MouseButton.LeftButton)
    for fields, port in ((wizard.imap, facts.imap_port), (wizard.smtp, facts.smtp_port)):
        qtbot.keyClicks(fields.host, "127.0.0.1")
        fields.port.setValue(port)
    wizard.use_ca(Path(facts.ca))
    qtbot.mouseClick(wizard.next, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not wizard.progress.isVisible(), timeout=WAIT_MS)
    assert not wizard.again.isVisible(), "every check is green"
    qtbot.mouseClick(wizard.next, Qt.MouseButton.LeftButton)


def _read(qtbot: QtBot, session: Session, facts: Facts) -> None:
    reader = choose_first_message(qtbot, session, facts.messages)
    qtbot.waitUntil(lambda: facts.body in reader.browser.toPlainText(), timeout=WAIT_MS)


def _write_offline(qtbot: QtBot, session: Session, facts: Facts) -> None:
    window = session.window
    assert window is not None
    window.actions_.offline.trigger()
    qtbot.waitUntil(lambda: window.status_line.status().offline, timeout=WAIT_MS)
    window.actions_.new.trigger()
    composer = window.writing.composers()[-1]
    qtbot.keyClicks(composer.to.field(), "lucie.roux@ac-demo.invalid")
    composer.to.commit()
    type_text(composer.subject, facts.draft_subject)
    composer.attach(Path(facts.attachment))
    type_text(composer.text, facts.draft_text)
    facade = session.facade
    assert facade is not None
    # nobody presses "save": two seconds of pause are enough
    qtbot.waitUntil(
        lambda: any(one.content.text == facts.draft_text for one in facade.drafts()),
        timeout=WAIT_MS,
    )
