"""The whole way of a report: sent by Postfix, filed in Dovecot, given back, read after a sync."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.mail import Address, WarningCode
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.model.sending import RecipientState
from mel_desktop.model.sync import SyncOptions
from tests.support.imap_servers import Dovecot
from tests.support.live_account import add_live_account
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.unit.test_delivery_status import POSTFIX

pytestmark = pytest.mark.servers


def test_the_whole_way_of_a_report(
    tmp_path: Path, postfix: SubmissionServer, dovecot: Dovecot
) -> None:
    owner = next(who for who in USERS if who != f"alice@{DOMAIN}")
    user = dovecot.new_user(owner, password=USERS[owner])
    facade = wiring.create_profile(tmp_path / "p", passphrase=Secret("phrase"), use_keyring=False)
    try:
        account = add_live_account(facade, dovecot, postfix, owner, "Bruno").id
        content = DraftContent(to=(Address("", "paul@ac-exemple.test"),), subject="Conseil")
        row = facade.send(facade.new_draft(account, content).id)
        facade.sync(account, SyncOptions())
        assert _state(facade) is OutboxState.FILED
        with dovecot.observer(user, "INBOX") as box:
            octets = POSTFIX.replace(b"OURS", row.message_id.encode()).replace(b"\n", b"\r\n")
            box.append(octets, "INBOX")
        facade.sync(account, SyncOptions())
        details = facade.leaving.details(row.id)
        (paul, lea) = details.recipients
        assert (paul.address, paul.state) == ("paul@ac-exemple.test", RecipientState.UNDELIVERED)
        assert lea.state is RecipientState.DELAYED
        assert facade.leaving.reason_of(paul) == "recipient-full"
        assert details.filed_message is not None
        codes = [one.code for one in facade.show(details.filed_message).warnings]
        assert WarningCode.UNDELIVERED in codes
    finally:
        facade.close()
    (tmp_path / "pass").write_text("phrase\n", "utf-8")
    said = subprocess.run(
        [
            sys.executable, "-m", "mel_desktop", "--profile", str(tmp_path / "p"),
            "--passphrase-file", str(tmp_path / "pass"), "--offline", "--json", "followups",
            "list",
        ],
        capture_output=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert json.loads(said) == []


def _state(facade: Facade) -> OutboxState:
    (row,) = facade.outbox()
    return row.state
