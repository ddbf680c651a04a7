"""The first start on a PC that IT has set up, with Dovecot and Postfix: a password is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Security
from mel_desktop.model.changes import CheckState, Link
from mel_desktop.model.links import LinkProfile, LinkReason
from mel_desktop.model.policy import SessionNames
from mel_desktop.system.policies import read_policy
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.wizard import AccountWizard
from tests.support.imap_servers import Dovecot
from tests.support.planted_school import PASSPHRASE
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

WAIT_MS = 30_000
BRUNO = f"bruno@{DOMAIN}"
LETTER = (
    b"From: Direction <direction@ac-exemple.invalid>\r\nSubject: La rentree\r\n"
    b"Message-ID: <rentree@x>\r\n\r\nBonne rentr\xc3\xa9e.\r\n"
)


@pytest.fixture
def online(
    postfix: SubmissionServer, dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Facade]:
    user = dovecot.new_user(BRUNO, password=USERS[BRUNO])
    dovecot.deliver_all(user, "INBOX", [(LETTER, (), datetime.now(UTC))])
    smtp = postfix.endpoint(Security.STARTTLS)
    authority = tmp_path / "ca.pem"
    authority.write_text(postfix.ca_pem)
    file = tmp_path / "policy.toml"
    file.write_text(
        f"""[accounts]
others_allowed = false
[accounts.1]
email = "%USERNAME%@{DOMAIN}"
login = "%EMAIL%"
name = "%FULLNAME%"
imap_host = "{dovecot.host}"
imap_port = {dovecot.imap_port}
smtp_host = "{smtp.host}"
smtp_port = {smtp.port}
smtp_security = "starttls"
ca_file = "{authority.as_posix()}"
[links]
profile = "thrifty"
""",
        encoding="utf-8",
    )
    names = SessionNames("bruno", "", "Bruno Martin")
    monkeypatch.setattr("mel_desktop.app.following.session_names", lambda: names)
    policy = read_policy(system_file=file)
    assert policy.ignored == ()
    facade = wiring.create_profile(
        tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False, policy=policy
    )
    yield facade
    facade.close()


def test_a_password_and_the_mail_is_there(
    online: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    window = MainWindow(online, theme=theme, settings=settings)
    window.resize(1366, 768)
    window.show()
    online.start_engine()
    qtbot.waitUntil(lambda: window.findChild(AccountWizard) is not None, timeout=WAIT_MS)
    wizard = window.findChild(AccountWizard)
    assert wizard is not None
    wizard.activateWindow()
    qtbot.waitUntil(wizard.password.hasFocus, timeout=WAIT_MS)
    qtbot.keyClicks(wizard.password, USERS[BRUNO])
    qtbot.keyClick(wizard.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(wizard.checks.lines), timeout=WAIT_MS)
    states = {check.id: check.state for check, _ in wizard.checks.lines}
    assert CheckState.FAIL not in states.values(), states
    wizard.next.click()
    qtbot.waitUntil(lambda: window.mail.model.rowCount() == 1, timeout=WAIT_MS)
    (account,) = online.accounts()
    assert (account.email, account.name) == (BRUNO, "Bruno Martin")
    qtbot.waitUntil(
        lambda: window.status_line.status().accounts[0].link is Link.UP_TO_DATE, timeout=WAIT_MS
    )
    force = online.in_force(account.id)
    assert (force.profile, force.reason) in {
        (LinkProfile.THRIFTY, LinkReason.POLICY),
        (LinkProfile.THRIFTY, LinkReason.UNKNOWN),  # not measured well enough
        (LinkProfile.THRIFTY, LinkReason.MEASURED),
    }
    assert online.policies.offered() == ()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # type: ignore[arg-type]
