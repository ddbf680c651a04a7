"""What a functional box sent is filed in its own Sent: a public namespace of a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import imap_tools
import pytest

from mel_desktop.model.accounts import AccountId, Endpoint, Security
from mel_desktop.model.identities import UNSTORED, EnvelopeSender, Identity, IdentityKind
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.net.imap import ImapConnector
from mel_desktop.services.identities import Identities
from tests.support.certificates import Certificates
from tests.support.imap_base import UNPRIVILEGED, give
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.post_office import PostOffice, post_office
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

ALICE = f"alice@{DOMAIN}"
BOX = f"vie-scolaire@{DOMAIN}"
SENT = "shared/vie-scolaire/Sent"
NAMESPACE = """
namespace shared {{
  type = public
  separator = /
  prefix = shared/vie-scolaire/
  location = maildir:{folder}/shared/Maildir
  subscriptions = no
  list = yes
}}
"""


class SharingDovecot(Dovecot):
    """With a mailbox that several people share."""

    def _configure(self) -> None:
        super()._configure()
        shared = self.folder / "shared"
        shared.mkdir()
        if self._root:
            give(shared, UNPRIVILEGED)
        with (self.folder / "dovecot.conf").open("a") as file:
            file.write(NAMESPACE.format(folder=self.folder))


@pytest.fixture(scope="module")
def sharing(certificates: Certificates) -> Iterator[SharingDovecot]:
    server = SharingDovecot(certificates)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="module")
def mailbox(sharing: SharingDovecot) -> MailUser:
    made = sharing.new_user(ALICE, password=USERS[ALICE])
    with sharing.observer(made) as box:
        box.folder.create(SENT)
    return made


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path, mail=ImapConnector()) as opened:
        yield opened


@pytest.fixture
def account(
    office: PostOffice, postfix: SubmissionServer, sharing: SharingDovecot, mailbox: MailUser
) -> AccountId:
    return office.add_account(
        postfix.endpoint(Security.STARTTLS),
        imap=Endpoint(sharing.host, sharing.imap_port, Security.TLS),
        email=ALICE,
        password=USERS[ALICE],
        ca_pem=postfix.ca_pem,
    )


def with_box(office: PostOffice, account: AccountId, folder: str) -> Identity:
    box = Identity(
        UNSTORED, account, IdentityKind.BOX, "Vie scolaire", BOX,
        envelope=EnvelopeSender.ACCOUNT, sent_folder=folder,
    )  # fmt: skip
    return Identities(office.database, office.accounts, office.clock).save(box)


def send(office: PostOffice, account: AccountId, sender: Address | None) -> str:
    content = DraftContent(
        to=(Address("", f"bruno@{DOMAIN}"),), subject="Absence", text="Bonjour\n", sender=sender
    )
    row = office.drafting.send(office.drafting.create(account, content).id)
    office.outbox.send_due()
    assert office.row(row.id).state is OutboxState.FILED
    return office.row(row.id).message_id


def count(sharing: SharingDovecot, mailbox: MailUser, folder: str, message_id: str) -> int:
    wanted = imap_tools.AND(header=[imap_tools.Header("Message-ID", message_id)])
    with sharing.observer(mailbox, folder) as box:
        return len(list(box.fetch(wanted, mark_seen=False)))


def test_each_copy_goes_where_its_sender_has_it(
    office: PostOffice, account: AccountId, sharing: SharingDovecot, mailbox: MailUser
) -> None:
    with_box(office, account, SENT)
    of_box = send(office, account, Address("Vie scolaire", BOX))
    own = send(office, account, None)
    assert [count(sharing, mailbox, SENT, one) for one in (of_box, own)] == [1, 0]
    assert [count(sharing, mailbox, "Sent", one) for one in (of_box, own)] == [0, 1]
    office.outbox.send_due()  # never twice
    assert count(sharing, mailbox, SENT, of_box) == 1


def test_a_folder_that_is_gone_leaves_the_copy_in_the_accounts(
    office: PostOffice, account: AccountId, sharing: SharingDovecot, mailbox: MailUser
) -> None:
    saved = with_box(office, account, "shared/vie-scolaire/Perdu")
    message_id = send(office, account, Address("Vie scolaire", BOX))
    assert count(sharing, mailbox, "Sent", message_id) == 1
    other = replace(saved, kind=IdentityKind.ALIAS, sent_folder=SENT)  # boxes only have one
    assert Identities(office.database, office.accounts, office.clock).save(other).sent_folder == ""
