"""Receipts of reading: asked for, sent by choice, and those that came."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest

from mel_desktop.formats.disposition import Receipt, asked_addresses, read_receipt
from mel_desktop.logic.compose import Outgoing, compose
from mel_desktop.model.agenda import ReceiptWish
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address, FolderId, MessageId
from mel_desktop.model.policy import ReadingPolicy
from mel_desktop.model.submission import NO_SENDER
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.receipts import Receipts
from mel_desktop.store import blobs, outbox, reading
from mel_desktop.store.database import Database
from tests.support.calendar_letters import ME, PAUL, deliver
from tests.support.clock import CountingRandomness, JumpingClock
from tests.support.store import plant_account, plant_folder, store

ASKS = "Disposition-Notification-To: Paul Durand <paul.durand@ac-exemple.fr>\r\n"


class World:
    """A store with an account and receipts."""

    def __init__(self, database: Database, policy: ReadingPolicy | None = None) -> None:
        self.database = database
        self.clock = JumpingClock()
        self.account = plant_account(database)
        self.inbox = plant_folder(database, self.account)
        self.sent = plant_folder(database, self.account, "Sent", role="sent")
        self.junk = plant_folder(database, self.account, "Junk", role="junk")
        accounts = Accounts(database, self.clock)
        self.receipts = Receipts(
            database,
            accounts,
            ReadingService(database, None, self.clock),  # type: ignore[arg-type]  # all is local
            MailboxService(database, self.clock),
            self.clock,
            CountingRandomness(),
            policy or ReadingPolicy(),
        )
        self._number = 0

    def comes(
        self, header: str = ASKS, sender: Address = PAUL, folder: FolderId | None = None
    ) -> MessageId:
        self._number += 1
        return deliver(
            self.database, self.account, folder or self.inbox, b"x", number=self._number,
            sender=sender, subject="Convocation", header=f"{header}\r\n", media_type="text/x-none",
        )  # fmt: skip

    def wish(self, message: MessageId) -> ReceiptWish:
        return self.receipts.asked(message).wish

    def letters(self) -> list[Message]:
        found: list[Message] = []
        with self.database.read() as reader:
            for one in outbox.rows(reader, datetime(2026, 1, 1, tzinfo=UTC)):
                raw = b"".join(blobs.read(reader, outbox.blob_of(reader, one.id)))
                found.append(email.message_from_bytes(raw, policy=default))
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with store(tmp_path) as database:
        yield World(database)


def test_a_receipt_is_sent_by_choice_and_once(world: World) -> None:
    message = world.comes()
    asked = world.receipts.asked(message)
    assert asked.wish is ReceiptWish.ASKED
    assert asked.to == Address("Paul Durand", PAUL.address)
    assert not asked.elsewhere
    assert world.letters() == []
    world.receipts.send(message)
    assert world.wish(message) is ReceiptWish.SENT
    with pytest.raises(LocalRefusal):
        world.receipts.send(message)
    (letter,) = world.letters()
    assert letter["To"] == PAUL.address
    assert letter["From"] == f"Claire Martin <{ME}>"
    assert letter.get_content_type() == "multipart/report"
    assert letter.get_param("report-type") == "disposition-notification"
    text, report = letter.iter_parts()  # type: ignore[attr-defined]
    assert "«\u00a0Convocation\u00a0»" in text.get_content()
    assert report.get_content_type() == "message/disposition-notification"
    with world.database.read() as reader:
        (row,) = outbox.open_rows(reader, world.account)
        assert row.sender == NO_SENDER  # RFC 8098 3
        stored = reading.message(reader, message)
        assert stored is not None
        assert "$mdnsent" in stored.flags.keywords
        about = stored.message_id
    assert read_receipt(letter.as_bytes()) == Receipt(about, ME, True)
    assert "manual-action/MDN-sent-manually; displayed" in letter.as_string()


def test_another_program_sent_one(world: World) -> None:
    message = world.comes()
    world.database.write(
        lambda tx: tx.run("UPDATE message SET keywords = '$mdnsent' WHERE id = ?", message)
    )
    assert world.wish(message) is ReceiptWish.SENT
    with pytest.raises(LocalRefusal):
        world.receipts.send(message)


def test_ignored_once_and_for_ever(world: World) -> None:
    first, second = world.comes(), world.comes()
    world.receipts.ignore(first)
    assert world.wish(first) is ReceiptWish.IGNORED
    assert world.wish(second) is ReceiptWish.ASKED
    world.receipts.ignore(second, never=True)
    assert world.wish(world.comes()) is ReceiptWish.NONE
    assert world.receipts.never() == (PAUL.address,)
    world.receipts.forget_never(PAUL.address)
    assert world.wish(world.comes()) is ReceiptWish.ASKED
    assert world.letters() == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"{ASKS}List-Id: <parents.ac-exemple.fr>\r\n",
        f"{ASKS}Precedence: bulk\r\n",
        f"{ASKS}Auto-Submitted: auto-generated\r\n",
        "Disposition-Notification-To: rien\r\n",
    ],
)
def test_not_asked_about(world: World, header: str) -> None:
    assert world.wish(world.comes(header)) is ReceiptWish.NONE


def test_not_for_junk_machines_or_what_i_wrote(world: World) -> None:
    assert world.wish(world.comes(folder=world.junk)) is ReceiptWish.NONE
    assert world.wish(world.comes(sender=Address("", ME))) is ReceiptWish.NONE
    assert world.wish(world.comes(sender=Address("", "noreply@x.fr"))) is ReceiptWish.NONE


def test_it_would_go_elsewhere(world: World) -> None:
    for header in (
        "Disposition-Notification-To: <stat@publicite.example>\r\n",
        f"Return-Path: <autre@ac-exemple.fr>\r\n{ASKS}",
        "Disposition-Notification-To: a@b.fr, paul.durand@ac-exemple.fr\r\n",
    ):
        assert world.receipts.asked(world.comes(header)).elsewhere
    assert not world.receipts.asked(
        world.comes(f"Return-Path: <{PAUL.address}>\r\n{ASKS}")
    ).elsewhere


def test_the_school_says_never(tmp_path: Path) -> None:
    with store(tmp_path) as database:
        world = World(database, ReadingPolicy(receipts="never"))
        assert world.wish(world.comes()) is ReceiptWish.NONE


def receipt(about: str, disposition: str = "automatic-action/MDN-sent-automatically; displayed",
            recipient: str = "rfc822; Lea.Dupont@ac-exemple.fr") -> bytes:  # fmt: skip
    return (
        "From: Léa <lea.dupont@ac-exemple.fr>\r\nSubject: Lu\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n'
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nLu.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Reporting-UA: essai\r\nFinal-Recipient: {recipient}\r\n"
        f"Original-Message-ID: <{about}>\r\nDisposition: {disposition}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("octets", "found"),
    [
        (receipt("a@b"), Receipt("a@b", "lea.dupont@ac-exemple.fr", True)),
        (receipt("a@b", "manual-action/MDN-sent-manually; displayed"),
         Receipt("a@b", "lea.dupont@ac-exemple.fr", True)),
        (receipt("a@b", "manual-action/MDN-sent-manually; deleted"),
         Receipt("a@b", "lea.dupont@ac-exemple.fr", False)),
        (receipt("a@b", "automatic-action/MDN-sent-automatically;displayed/warning"),
         Receipt("a@b", "lea.dupont@ac-exemple.fr", True)),
        (receipt("a@b", recipient="rien"), None),
        (receipt("a@b").replace(b"Original-Message-ID", b"X-Other"), None),
        (b"From: a@b.fr\r\n\r\nrien", None),
        (b"", None),
    ],
)  # fmt: skip
def test_receipts_that_come_are_read(octets: bytes, found: Receipt | None) -> None:
    assert read_receipt(octets) == found


def test_who_is_asked_for() -> None:
    assert asked_addresses(("Paul <p@x.fr>",)) == ("p@x.fr",)
    assert asked_addresses(("<p@x.fr>, q@x.fr", "p@x.fr")) == ("p@x.fr", "q@x.fr")
    assert asked_addresses(()) == ()


def test_asked_for_by_choice_in_a_letter_of_mine() -> None:
    me = Address("Claire Martin", ME)
    letter = Outgoing(
        sender=me, to=(PAUL,), cc=(), subject="s", text="t", message_id="m@x.fr",
        date=datetime(2026, 11, 23, tzinfo=UTC), boundary="0" * 32,
    )  # fmt: skip
    assert b"Disposition-Notification-To" not in b"".join(compose(letter))
    asking = Outgoing(
        sender=me, to=(PAUL,), cc=(), subject="s", text="t", message_id="m@x.fr",
        date=datetime(2026, 11, 23, tzinfo=UTC), boundary="0" * 32, receipt_to=ME,
    )  # fmt: skip
    assert f"\r\nDisposition-Notification-To: {ME}\r\n".encode() in b"".join(compose(asking))


def test_a_report_nested_by_the_thousand_is_no_receipt() -> None:
    """It ended every round of looking for receipts, for ever."""
    nested = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one)
        for one in range(3500)
    )
    assert read_receipt(nested) is None
