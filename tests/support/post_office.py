"""A profile with accounts that write and send, for tests of drafting and the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta, timezone
from pathlib import Path

from mel_desktop.model.accounts import AccountId, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, OutboxId, OutboxRow
from mel_desktop.net.smtp import Deadlines, SmtpSubmission
from mel_desktop.ports import MailConnector
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.outbox import Outbox
from mel_desktop.services.sessions import Sessions
from mel_desktop.store import blobs
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock
from tests.support.sent_box import SentBox

KEY = bytes(range(32))
NOWHERE = Endpoint("127.0.0.1", 1, Security.TLS)
PARIS = timezone(timedelta(hours=1))
PATIENT = Deadlines(connect=30.0, command=30.0, final=30.0)  # a busy machine is not a dead line


class PostOffice:
    """Real services on a real store; the two network ports are given."""

    def __init__(
        self,
        folder: Path,
        *,
        mail: MailConnector | None = None,
        deadlines: Deadlines = PATIENT,
        clock: JumpingClock | None = None,
    ) -> None:
        self.offline = False
        self.clock = clock or JumpingClock()
        self.database = Database(folder / "store.db", KEY)
        self.accounts = Accounts(self.database, self.clock)
        self.sent_box = SentBox()
        self.submission = SmtpSubmission(deadlines)
        self.sessions = Sessions(
            self.accounts, mail or self.sent_box, self.submission, lambda: self.offline
        )
        self.drafting = Drafting(
            self.database,
            self.accounts,
            self.clock,
            SystemRandomness(),
            zone=PARIS,
        )
        self.outbox = Outbox(self.database, self.accounts, self.sessions, self.clock)

    def use(self, deadlines: Deadlines) -> None:
        """From the next connection on."""
        self.submission._deadlines = deadlines

    def close(self) -> None:
        self.sessions.drop()
        self.database.close()

    def add_account(
        self,
        smtp: Endpoint = NOWHERE,
        *,
        imap: Endpoint = NOWHERE,
        email: str = "claire.martin@ac-exemple.test",
        login: str = "",
        password: str = "un secret",
        ca_pem: str = "",
    ) -> AccountId:
        new = NewAccount(
            email=email,
            login=login or email,
            name="Claire Martin",
            imap=imap,
            smtp=smtp,
            ca_pem=ca_pem,
        )
        return self.accounts.add(new, Secret(password)).id

    def queue(
        self, account: AccountId, *to: str, subject: str = "Conseil", text: str = "Bonjour\n"
    ) -> OutboxRow:
        content = DraftContent(
            to=tuple(Address("", one) for one in to or ("paul@ac-exemple.test",)),
            subject=subject,
            text=text,
        )
        return self.drafting.send(self.drafting.create(account, content).id)

    def row(self, wanted: OutboxId) -> OutboxRow:
        return next(one for one in self.outbox.rows() if one.id == wanted)

    def bytes_of(self, wanted: OutboxId) -> bytes:
        with self.database.read() as reader:
            blob = reader.value("SELECT blob_id FROM outbox WHERE id = ?", wanted)
            return b"".join(blobs.read(reader, int(str(blob))))


@contextmanager
def post_office(folder: Path, **options: object) -> Iterator[PostOffice]:
    office = PostOffice(folder, **options)  # type: ignore[arg-type]
    try:
        yield office
    finally:
        office.close()
