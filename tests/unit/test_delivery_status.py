"""Reports of Postfix, Exim, qmail and Exchange; what is none; what a forged one can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mel_desktop.formats.delivery_status import Outcome, Reported, read_report
from mel_desktop.logic.delivery_codes import reason_of
from mel_desktop.model.mail import Address, FolderId, MessageId, WarningCode
from mel_desktop.model.sending import RecipientState
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.reports import Reports
from mel_desktop.store import deliveries, outbox
from mel_desktop.store.database import Transaction
from tests.support.post_office import PostOffice, post_office
from tests.support.store import plant_folder, plant_message

POSTFIX = b"""\
From: MAILER-DAEMON@mail.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: claire@ac-exemple.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.test.

<paul@ac-exemple.test>: host mx[10.0.0.1] said: 552 5.2.2 Mailbox full

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.test
Original-Envelope-Id: ENV1

Final-Recipient: rfc822; paul@ac-exemple.test
Original-Recipient: rfc822;Paul@ac-exemple.test
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full

Final-Recipient: rfc822; lea@ac-exemple.test
Action: delayed
Status: 4.4.1

--B
Content-Type: text/rfc822-headers

Return-Path: <claire@ac-exemple.test>
Message-ID: <OURS>
Subject: Conseil

--B--
"""
QMAIL = b"""\
From: MAILER-DAEMON@qmail.test
To: claire@ac-exemple.test
Subject: failure notice

Hi. This is the qmail-send program at qmail.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<paul@ac-exemple.test>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <claire@ac-exemple.test>
Message-ID: <OURS>
Subject: Conseil
To: eve@ailleurs.test
"""
EXIM = b"""\
From: Mail Delivery System <Mailer-Daemon@exim.test>
To: claire@ac-exemple.test
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: paul@ac-exemple.test

This message was created automatically by mail delivery software.

  paul@ac-exemple.test
    host mx: 550 5.1.1 User unknown

------ This is a copy of the message's headers. ------

Message-ID: <OURS>
"""
EXCHANGE = b"""\
From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@ecole.test
To: claire@ac-exemple.test
Subject: Undeliverable: Conseil
In-Reply-To: <OURS>
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Your message to paul@ac-exemple.test couldn't be delivered.

--B
Content-Type: message/delivery-status

Final-Recipient: rfc822;paul@ac-exemple.test
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup

--B--
"""


# As Postfix 3.7 writes it about a message with an address beyond ASCII (RFC 6533).
IN_UTF_8 = """\
From: MAILER-DAEMON@mail.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: claire@ac-exemple.test
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
Content-Transfer-Encoding: 8bit

--B
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

<hélène@ac-exemple.test>: SMTPUTF8 is required, but was not offered by host mx

--B
Content-Description: Delivery report
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: 8bit

Reporting-MTA: dns; mail.test
Original-Envelope-Id: ENV1

Final-Recipient: utf-8; hélène@ac-exemple.test
Original-Recipient: ORIGINAL
Action: failed
Status: 5.6.7
Diagnostic-Code: X-Postfix; SMTPUTF8 is required, but was not offered by host

Final-Recipient: rfc822; lea@ac-exemple.test
Action: relayed
Status: 2.0.0

--B
Content-Description: Undelivered Message Headers
Content-Type: message/global-headers
Content-Transfer-Encoding: 8bit

Message-ID: <OURS>
Subject: Été

--B--
""".encode()


@pytest.mark.parametrize(
    "original", ["utf-8;hélène@ac-exemple.test", r"utf-8;h\x{E9}l\x{E8}ne@ac-exemple.test"]
)
def test_a_report_in_utf_8(original: str) -> None:
    report = read_report(IN_UTF_8.replace(b"ORIGINAL", original.encode()))
    assert report is not None
    assert set(report.about) >= {"OURS", "ENV1"}
    helene, lea = report.recipients
    assert (helene.address, helene.outcome) == ("hélène@ac-exemple.test", Outcome.FAILED)
    assert reason_of(helene.status, helene.said) == "no-letters-there"
    assert (lea.address, lea.outcome) == ("lea@ac-exemple.test", Outcome.RELAYED)


def test_what_is_told_later_and_less_never_takes_the_place_of_an_end(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        account = office.add_account()
        row = office.queue(account, "paul@ac-exemple.test")

        def say(outcome: Outcome) -> RecipientState:
            told = [Reported("paul@ac-exemple.test", outcome)]
            now = office.clock.now()
            office.database.write(
                lambda tx: deliveries.record(tx, account, row.message_id, told, None, now)
            )
            with office.database.read() as reader:
                (one,) = outbox.details(reader, row.id, now).recipients
            return one.state

        assert say(Outcome.DELAYED) is RecipientState.DELAYED
        assert say(Outcome.RELAYED) is RecipientState.RELAYED
        assert say(Outcome.DELAYED) is RecipientState.RELAYED
        assert say(Outcome.DELIVERED) is RecipientState.DELIVERED
        assert say(Outcome.RELAYED) is RecipientState.DELIVERED
        assert say(Outcome.DELAYED) is RecipientState.DELIVERED


def test_postfix() -> None:
    report = read_report(POSTFIX)
    assert report is not None
    assert set(report.about) == {"OURS", "ENV1"}
    full, late = report.recipients
    assert (full.address, full.outcome, full.status) == (
        "paul@ac-exemple.test", Outcome.FAILED, "5.2.2",
    )  # fmt: skip
    assert full.said == "552 5.2.2 Mailbox full"
    assert (late.outcome, late.status) == (Outcome.DELAYED, "4.4.1")
    assert reason_of(full.status, full.said) == "recipient-full"
    assert reason_of(late.status) == "unreachable-there"


@pytest.mark.parametrize(
    ("octets", "reason"),
    [(QMAIL, "no-such-mailbox"), (EXIM, "no-such-mailbox"), (EXCHANGE, "no-such-domain")],
)
def test_others(octets: bytes, reason: str) -> None:
    report = read_report(octets)
    assert report is not None
    assert "OURS" in report.about
    (one,) = report.recipients
    assert (one.address, one.outcome) == ("paul@ac-exemple.test", Outcome.FAILED)
    assert reason_of(one.status, one.said) == reason


def test_what_is_no_report() -> None:
    assert read_report(b"From: a@b.test\nSubject: Bonjour\n\n<paul@c.test>: merci\n") is None
    assert read_report(POSTFIX.replace(b"<OURS>", b"").replace(b"ENV1", b"")) is None


@given(st.binary(max_size=2000), st.integers(0, len(POSTFIX)), st.integers(0, len(POSTFIX)))
def test_nothing_that_comes_breaks_it(noise: bytes, start: int, end: int) -> None:
    read_report(noise)
    read_report(POSTFIX[:start] + noise + POSTFIX[end:])


class Fetched(ReadingService):
    """Everything is here."""

    octets = b""

    def load_raw(self, message: MessageId) -> bytes:
        return self.octets


@pytest.mark.parametrize("octets", [POSTFIX, QMAIL, EXIM, EXCHANGE])
def test_a_report_is_a_remark_on_what_was_sent_and_on_nothing_else(
    tmp_path: Path, octets: bytes
) -> None:
    with post_office(tmp_path) as office:
        account = office.add_account()
        row = office.queue(account, "paul@ac-exemple.test", "lea@ac-exemple.test")
        with office.database.read() as reader:
            before = reader.all("SELECT * FROM outbox")
        inbox = plant_folder(office.database, account, "INBOX")
        reports, reading = _reports(office)
        reading.octets = octets
        plant(office, inbox, 1, "mailer-daemon@mail.test")
        assert reports.look(account) == 0  # it names a message that was never sent from here
        _remarks(office, 0)
        reading.octets = octets.replace(b"OURS", row.message_id.encode())
        plant(office, inbox, 2, "MAILER-DAEMON@mail.test")
        assert reports.look(account) == 1
        assert reports.look(account) == 0  # looked at once
        _remarks(office, 2 if octets is POSTFIX else 1)
        with office.database.read() as reader:
            assert reader.all("SELECT * FROM outbox") == before


def test_the_sent_message_says_for_whom_it_did_not_arrive(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        account = office.add_account()
        row = office.queue(account, "paul@ac-exemple.test")
        inbox = plant_folder(office.database, account, "INBOX")
        sent = plant_folder(office.database, account, "Sent", role="sent")
        copy = plant(office, sent, 3, "claire.martin@ac-exemple.test", row.message_id)
        reports, reading = _reports(office)
        reading.octets = POSTFIX.replace(b"OURS", row.message_id.encode())
        plant(office, inbox, 1, "mailer-daemon@mail.test")
        assert reports.look(account) == 1
        shown = reading.show(copy)
        (warning,) = [one for one in shown.warnings if one.code is WarningCode.UNDELIVERED]
        assert warning.detail == "paul@ac-exemple.test recipient-full"


def _reports(office: PostOffice) -> tuple[Reports, Fetched]:
    reading = Fetched(office.database, office.sessions, office.clock)
    return Reports(office.database, reading, office.clock), reading


def _remarks(office: PostOffice, number: int) -> None:
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM delivery") == number


def plant(
    office: PostOffice, folder: FolderId, number: int, sender: str, message_id: str = ""
) -> MessageId:
    def work(tx: Transaction) -> MessageId:
        found = plant_message(
            tx, folder, number, sender=Address("", sender), received_at=office.clock.now()
        )
        if message_id:
            tx.run("UPDATE message SET message_id = ? WHERE id = ?", message_id, found)
        return found

    return office.database.write(work)
