"""From a draft to the mailbox of the other and to Sent: Postfix and Dovecot, seen by imap_tools."""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import imap_tools
import pytest

from mel_desktop.model.accounts import AccountId, Endpoint, Secret, Security
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, OutboxState, SendReport
from mel_desktop.net.imap import ImapConnector
from tests.servers.test_outbox_kill import child, first_word
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.post_office import PostOffice, post_office
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
S = OutboxState


@pytest.fixture(scope="module")
def mailbox(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(ALICE, password=USERS[ALICE])


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path, mail=ImapConnector()) as opened:
        yield opened


@pytest.fixture
def account(
    office: PostOffice, postfix: SubmissionServer, dovecot: Dovecot, mailbox: MailUser
) -> AccountId:
    return add_account(office, postfix, dovecot)


def add_account(office: PostOffice, postfix: SubmissionServer, dovecot: Dovecot) -> AccountId:

    return office.add_account(
        postfix.endpoint(Security.STARTTLS),
        imap=Endpoint(dovecot.host, dovecot.imap_port, Security.TLS),
        email=ALICE,
        password=USERS[ALICE],
        ca_pem=postfix.ca_pem,
    )


def in_sent(dovecot: Dovecot, mailbox: MailUser, message_id: str) -> list[imap_tools.MailMessage]:
    wanted = imap_tools.AND(header=[imap_tools.Header("Message-ID", message_id)])
    with dovecot.observer(mailbox, "Sent") as box:
        return list(box.fetch(wanted, mark_seen=False))


def test_the_whole_way(
    office: PostOffice,
    account: AccountId,
    postfix: SubmissionServer,
    dovecot: Dovecot,
    mailbox: MailUser,
    tmp_path: Path,
) -> None:
    octets = os.urandom(8_000_000)
    (tmp_path / "vidéo de la sortie.mp4").write_bytes(octets)
    content = DraftContent(
        to=(Address("Dupont, Léa", "lea@parents.test"),),
        cc=(Address("", f"bruno@{DOMAIN}"),),
        bcc=(Address("", f"principal@{DOMAIN}"),),
        subject="Sortie à la mer – photos et vidéo de la journée pour les familles",
        text="Bonjour,\n.\nFrom là, tout va bien.\n\n-- \nClaire",
        html="<p>Bonjour,<br>tout va bien.</p>",
    )
    draft = office.drafting.create(account, content)
    office.drafting.attach(draft.id, tmp_path / "vidéo de la sortie.mp4")
    row = office.drafting.send(draft.id)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    data = office.bytes_of(row.id)
    copies = postfix.wait_for(row.message_id, 3)
    assert sorted(one.recipient for one in copies) == sorted(row.recipients)
    for copy in copies:
        assert hashlib.sha256(copy.data).digest() == hashlib.sha256(data).digest()
        hidden = f"principal@{DOMAIN}".encode()
        assert hidden not in copy.data
    message = email.message_from_bytes(data, policy=email.policy.SMTP)
    (attached,) = message.iter_attachments()  # type: ignore[attr-defined]
    assert attached.get_filename() == "vidéo de la sortie.mp4"
    assert attached.get_payload(decode=True) == octets
    (filed,) = in_sent(dovecot, mailbox, row.message_id)
    assert filed.subject == content.subject
    assert imap_tools.MailMessageFlags.SEEN in filed.flags
    assert [one.filename for one in filed.attachments] == ["vidéo de la sortie.mp4"]
    assert filed.obj.as_bytes(policy=email.policy.SMTP)[:200] == data[:200]
    assert office.outbox.send_due() == SendReport()
    assert len(in_sent(dovecot, mailbox, row.message_id)) == 1


def test_more_recipients_than_the_server_takes_at_a_time(
    office: PostOffice, account: AccountId, postfix: SubmissionServer
) -> None:
    everybody = [f"eleve{number}@{DOMAIN}" for number in range(45)]
    row = office.queue(account, *everybody)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    copies = postfix.wait_for(row.message_id, 45)
    assert sorted(one.recipient for one in copies) == sorted(everybody)
    assert office.row(row.id).state is S.FILED


def test_a_refused_recipient_and_a_wrong_password(
    office: PostOffice, account: AccountId, postfix: SubmissionServer
) -> None:

    row = office.queue(account, f"refuse@{DOMAIN}", "lea@parents.test")
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert office.row(row.id).reason == "recipient-refused"
    alone = office.queue(account, f"refuse@{DOMAIN}")
    assert office.outbox.send_due() == SendReport(failed=1)
    assert re.search("refuse@.*unknown here", office.row(alone.id).reason_detail)
    office.accounts.set_password(account, Secret("faux"))
    waiting = office.queue(account)
    office.outbox.send_due()
    assert office.row(waiting.id).reason == "sign-in-refused"
    office.accounts.set_password(account, Secret(USERS[ALICE]))
    assert office.outbox.send_due().accepted == 1


@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_at_the_append(
    tmp_path: Path, postfix: SubmissionServer, dovecot: Dovecot, mailbox: MailUser, where: str
) -> None:
    with post_office(tmp_path) as office:
        row = office.queue(add_account(office, postfix, dovecot), subject=f"kill {where} append")
    with child(f"file-{where}", tmp_path) as process:
        assert first_word(process) == [where]
    assert len(in_sent(dovecot, mailbox, row.message_id)) == (1 if where == "after" else 0)
    with post_office(tmp_path, mail=ImapConnector()) as office:
        assert office.row(row.id).state is S.ACCEPTED
        assert office.outbox.send_due() == SendReport(filed=1)
    assert len(in_sent(dovecot, mailbox, row.message_id)) == 1
    assert len(postfix.wait_for(row.message_id)) == 1
