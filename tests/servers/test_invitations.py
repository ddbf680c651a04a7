"""An invitation through Dovecot, answered offline, delivered by Postfix; receipts likewise."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import icalendar
import pytest

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import Answer, ReceiptWish, Standing
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.model.sync import SyncOptions
from mel_desktop.store import keyslots
from tests.support.calendar_letters import ics, mail_with, stamp_of
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.live_account import add_live_account
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer
from tests.support.windows import fresh_profile

pytestmark = pytest.mark.servers

ORGANISER = f"direction@{DOMAIN}"
OWNER = next(who for who in USERS if who != f"alice@{DOMAIN}")


class World:
    """An account on both servers."""

    def __init__(self, facade: Facade, account: AccountId, dovecot: Dovecot, user: MailUser):
        self.facade, self.account, self.dovecot, self.user = facade, account, dovecot, user

    def comes(self, octets: bytes) -> MessageId:
        with self.dovecot.observer(self.user, "INBOX") as box:
            box.append(octets, "INBOX")
        self.facade.sync(self.account, SyncOptions())
        inbox = self.facade.find_folder("inbox")
        return self.facade.message_ids(inbox.id)[0]

    def invited(self, *lines: str, method: str = "REQUEST", **fields: object) -> MessageId:
        octets = ics(
            *lines, method=method, organiser=f"ORGANIZER;CN=Direction:mailto:{ORGANISER}",
            guest=f"ATTENDEE;RSVP=TRUE:mailto:{OWNER}", **fields,  # type: ignore[arg-type]
        )  # fmt: skip
        return self.comes(
            mail_with(
                octets, sender=f"Direction <{ORGANISER}>", to=OWNER, subject="Conseil",
                method=method,
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
def user(dovecot: Dovecot) -> MailUser:
    return dovecot.new_user(OWNER, password=USERS[OWNER])


@pytest.fixture
def world(
    tmp_path: Path,
    postfix: SubmissionServer,
    dovecot: Dovecot,
    user: MailUser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    with fresh_profile(tmp_path) as facade:
        account = add_live_account(facade, dovecot, postfix, OWNER, "Bruno").id
        yield World(facade, account, dovecot, user)


def test_an_invitation_is_answered_offline_and_delivered_after(
    world: World, postfix: SubmissionServer
) -> None:
    facade = world.facade
    message = world.invited("LOCATION:Salle 12")
    facade.set_offline(True)
    card = facade.agenda.invitation(message)
    assert card is not None
    assert card.here  # the sync brought the part
    assert card.event is not None
    assert card.event.place == "Salle 12"
    assert card.may_answer
    assert facade.outbox() == ()
    facade.agenda.answer(message, Answer.ACCEPTED, comment="À l’heure")
    (row,) = facade.outbox()
    assert row.state is OutboxState.QUEUED
    facade.set_offline(False)
    facade.sync(world.account, SyncOptions())
    (row,) = facade.outbox()
    assert row.state is OutboxState.FILED
    (copy,) = postfix.wait_for(row.message_id, 1)
    assert copy.recipient == ORGANISER
    letter = email.message_from_bytes(copy.data, policy=default)
    assert isinstance(letter, EmailMessage)
    (part,) = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REPLY"
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))  # type: ignore[arg-type]
    assert calendar["METHOD"] == "REPLY"
    (event,) = calendar.walk("VEVENT")
    assert (event["UID"], event["COMMENT"]) == ("conseil-6b@exemple", "À l’heure")
    attendee = event["ATTENDEE"]
    assert str(attendee).lower() == f"mailto:{OWNER}"
    assert attendee.params["PARTSTAT"] == "ACCEPTED"
    cancelled = world.invited("STATUS:CANCELLED", method="CANCEL", sequence=1, stamp=stamp_of(1))
    again = facade.agenda.invitation(cancelled)
    assert again is not None
    assert again.known is not None
    assert again.known.standing is Standing.CANCELLED
    first = facade.agenda.invitation(message)
    assert first is not None
    assert not first.may_answer


def test_a_receipt_is_sent_by_choice_and_one_that_comes_is_shown(
    world: World, postfix: SubmissionServer
) -> None:
    facade = world.facade
    message = world.comes(
        f"From: Direction <{ORGANISER}>\r\nTo: {OWNER}\r\nSubject: Convocation\r\n"
        f"Message-ID: <convocation@{DOMAIN}>\r\nDisposition-Notification-To: {ORGANISER}\r\n"
        "\r\nBonjour\r\n".encode()
    )
    facade.load_body(message)
    assert facade.agenda.receipt_asked(message).wish is ReceiptWish.ASKED
    assert facade.outbox() == ()
    facade.agenda.send_receipt(message)
    facade.sync(world.account, SyncOptions())
    (row,) = facade.outbox()
    assert row.state is OutboxState.FILED, (row.reason, row.reason_detail)
    (copy,) = postfix.wait_for(row.message_id, 1)
    assert b"Disposition: manual-action/MDN-sent-manually; displayed" in copy.data
    assert f"Original-Message-ID: <convocation@{DOMAIN}>".encode() in copy.data
    with world.dovecot.observer(world.user, "INBOX") as box:
        assert ["$MDNSent".lower()] == [
            flag.lower() for one in box.fetch() for flag in one.flags if "mdn" in flag.lower()
        ]
    content = DraftContent(to=(Address("", ORGANISER),), subject="Question", text="?", receipt=True)
    sent = facade.send(facade.new_draft(world.account, content).id)
    facade.sync(world.account, SyncOptions())
    (copy,) = postfix.wait_for(sent.message_id, 1)
    assert f"Disposition-Notification-To: {OWNER}".encode() in copy.data
    world.comes(
        f"From: Direction <{ORGANISER}>\r\nTo: {OWNER}\r\nSubject: Lu\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n'
        "\r\n--b\r\nContent-Type: text/plain\r\n\r\nLu.\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822; {ORGANISER}\r\nOriginal-Message-ID: <{sent.message_id}>\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n".encode()
    )
    folder = facade.find_folder("sent")
    found = [
        facade.agenda.receipts(one)
        for one in facade.message_ids(folder.id)
        if facade.show(one).message_id == sent.message_id
    ]
    assert [(one.who, one.displayed) for one in found[0]] == [(ORGANISER, True)]
