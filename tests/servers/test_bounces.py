"""What Postfix itself gives back: made by it, left in the mailbox by LMTP, read after a sync.

Nothing here is written by the test: the reports are those of a real server about real deliveries.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.mail import Address, WarningCode
from mel_desktop.model.outgoing import DraftContent, OutboxId, OutboxState
from mel_desktop.model.sending import OutboxDetails, RecipientState
from mel_desktop.model.sync import SyncOptions
from tests.support.certificates import Certificates
from tests.support.imap_servers import Dovecot
from tests.support.places import server_folder
from tests.support.ports import free_port, wait_for_port
from tests.support.submission_servers import (
    DAEMONS,
    DOMAIN,
    USERS,
    SubmissionServer,
    end_postfix,
    start_postfix,
)

pytestmark = pytest.mark.servers

BRUNO = f"bruno@{DOMAIN}"
ZOE = f"zoe@{DOMAIN}"  # delivered by Postfix itself
ABSENT = f"absent+6eB@{DOMAIN}"  # taken by Postfix, unknown to Dovecot
CLOSED = f"ferme@{DOMAIN}"  # a transport that fails: nobody listens there
ELSEWHERE = f"parent@{DOMAIN}"  # a server that knows no reports
ACCENTED = f"hélène@{DOMAIN}"  # Dovecot knows no SMTPUTF8
R = RecipientState

MAIN = """
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{ {{ {closed} = lmtp:inet:127.0.0.1:{nobody} }},
    {{ {zoe} = virtual: }},
    {{ {elsewhere} = smtp:[127.0.0.1]:{elsewhere_port} }} }}
notify_classes =
maximal_queue_lifetime = 0
smtp_tls_security_level = none
"""
MASTER = """\
bounce unix - - n - 0 bounce
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
"""


@dataclass(frozen=True)
class Post:
    """Postfix, and the mailboxes behind it."""

    postfix: SubmissionServer
    dovecot: Dovecot
    log: Path


@pytest.fixture(scope="module")
def post(certificates: Certificates) -> Iterator[Post]:
    if os.geteuid() != 0:
        pytest.skip("Postfix must start as root")
    if not (DAEMONS / "master").exists() or not Path("/usr/lib/dovecot/lmtp").exists():
        pytest.fail("missing: apt-get install postfix dovecot-lmtpd")
    lmtp = free_port()
    dovecot = Dovecot(certificates, lmtp_port=lmtp)
    elsewhere = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    root = server_folder("postfix")
    process: subprocess.Popen[bytes] | None = None
    try:
        dovecot.start()
        wait_for_port(lmtp)
        dovecot.new_user(BRUNO, password=USERS[BRUNO])
        elsewhere.start()
        main = MAIN.format(
            lmtp=lmtp,
            zoe=ZOE,
            closed=CLOSED,
            nobody=free_port(),
            elsewhere=ELSEWHERE,
            elsewhere_port=elsewhere.port,
        )
        process, postfix = start_postfix(root, certificates, main=main, master=MASTER)
        yield Post(postfix, dovecot, root / "log")
    finally:
        if process is not None:
            end_postfix(process)
        elsewhere.stop()
        dovecot.remove()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    made = wiring.create_profile(tmp_path / "p", passphrase=Secret("phrase"), use_keyring=False)
    yield made
    made.close()


def add_account(facade: Facade, post: Post) -> AccountId:
    new = NewAccount(
        email=BRUNO,
        login=BRUNO,
        name="Bruno",
        imap=Endpoint(post.dovecot.host, post.dovecot.imap_port, Security.TLS),
        smtp=post.postfix.endpoint(Security.STARTTLS),
        ca_pem=post.postfix.ca_pem,
    )
    return facade.add_account(new, Secret(USERS[BRUNO])).id


def send(facade: Facade, account: AccountId, *to: str, confirm: bool = False) -> OutboxId:
    people = tuple(Address("", one) for one in to)
    content = DraftContent(to=people, subject="Conseil de classe", text="Été\n", confirm=confirm)
    row = facade.send(facade.new_draft(account, content).id)
    facade.sync(account, SyncOptions())
    (shown,) = [one for one in facade.outbox() if one.id == row.id]
    assert shown.state is OutboxState.FILED
    return row.id


def told(facade: Facade, account: AccountId, row: OutboxId, of: int, post: Post) -> OutboxDetails:
    """Until so many recipients are reported about; each look is a sync."""
    deadline = time.monotonic() + 90
    while True:
        details = facade.leaving.details(row)
        if sum(one.state not in (R.TAKEN, R.WAITING) for one in details.recipients) >= of:
            return details
        if time.monotonic() > deadline:
            pytest.fail(f"{details}\n{post.log.read_text()}")
        facade.sync(account, SyncOptions())


def test_a_bounce_is_matched_to_its_message_and_recipients(facade: Facade, post: Post) -> None:
    account = add_account(facade, post)
    other = send(facade, account, ZOE)
    row = send(facade, account, ZOE, ABSENT, CLOSED)
    details = told(facade, account, row, 2, post)
    zoe, absent, closed = details.recipients
    assert (zoe.address, zoe.state) == (ZOE, R.TAKEN)  # nobody asked for more
    assert (absent.address, absent.state) == (ABSENT.lower(), R.UNDELIVERED)
    assert absent.status == "5.1.1"
    assert facade.leaving.reason_of(absent) == "no-such-mailbox"
    assert (closed.address, closed.state, closed.status) == (CLOSED, R.UNDELIVERED, "4.4.1")
    assert facade.leaving.reason_of(closed) == "unreachable-there"
    (untouched,) = facade.leaving.details(other).recipients
    assert untouched.state is R.TAKEN
    assert details.filed_message is not None
    warnings = {one.code for one in facade.show(details.filed_message).warnings}
    assert WarningCode.UNDELIVERED in warnings


def test_reports_of_success_say_who_has_it(facade: Facade, post: Post) -> None:
    account = add_account(facade, post)
    row = send(facade, account, ZOE, ELSEWHERE, ABSENT, confirm=True)
    details = told(facade, account, row, 3, post)
    assert details.confirm
    assert details.confirms is True
    assert [one.state for one in details.recipients] == [R.DELIVERED, R.RELAYED, R.UNDELIVERED]
    assert len(details.recipients) == 3


def test_a_report_in_utf_8_names_whom_it_is_about(facade: Facade, post: Post) -> None:
    account = add_account(facade, post)
    row = send(facade, account, ACCENTED)
    (helene,) = told(facade, account, row, 1, post).recipients
    assert (helene.address, helene.state) == (ACCENTED, R.UNDELIVERED)
    assert facade.leaving.reason_of(helene) == "no-letters-there"
