"""Addresses with letters beyond ASCII (RFC 6531, 6532) and domains with them, over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from mel_desktop.logic.delivery_codes import reason_of
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent, DraftState, OutboxState
from mel_desktop.model.sending import RecipientState
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.store import submission
from tests.servers.test_submission_ways import end, hello
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import FaultySmtp
from tests.support.post_office import PostOffice, post_office
from tests.support.submission_servers import DOMAIN, USERS, SubmissionServer

pytestmark = pytest.mark.servers

HELENE = f"hélène@{DOMAIN}"
ACCENTED = Address("Hélène, CPE", HELENE)
PLAIN = Address("Paul", f"paul@{DOMAIN}")
LETTER = DraftContent(to=(ACCENTED, PLAIN), subject="Réunion d’équipe", text="Été\n")


def test_where_smtputf8_is_offered_it_is_used(
    tmp_path: Path, faulty: FaultySmtp, certificates: Certificates
) -> None:
    faulty.switches = hello("8BITMIME", "SMTPUTF8")
    with post_office(tmp_path) as office:
        account = office.add_account(end(faulty.port), ca_pem=certificates.ca_pem)
        office.drafting.send(office.drafting.create(account, LETTER).id)
        assert office.outbox.send_due().accepted == 1
    (mail,) = [line for line in faulty.lines if line.startswith("MAIL")]
    assert mail.endswith("BODY=8BITMIME SMTPUTF8")
    (taken,) = faulty.taken
    assert f'To: "Hélène, CPE" <{HELENE}>, Paul <paul@{DOMAIN}>\r\n'.encode() in taken.data
    assert "Subject: Réunion d’équipe\r\n".encode() in taken.data


def test_an_idn_domain_needs_nothing_of_the_server(
    tmp_path: Path, faulty: FaultySmtp, certificates: Certificates
) -> None:
    faulty.switches = hello()
    with post_office(tmp_path) as office:
        account = office.add_account(end(faulty.port), ca_pem=certificates.ca_pem)
        row = office.queue(account, "paul@école.example")
        assert office.bytes_of(row.id).isascii()
        assert office.outbox.send_due().accepted == 1
    assert "RCPT TO:<paul@xn--cole-9oa.example>" in faulty.lines


def test_where_it_is_not_nothing_leaves_and_each_recipient_says_why(
    tmp_path: Path, faulty: FaultySmtp, certificates: Certificates
) -> None:
    faulty.switches = hello("8BITMIME")
    with post_office(tmp_path) as office:
        account = office.add_account(end(faulty.port), ca_pem=certificates.ca_pem)
        draft = office.drafting.create(account, LETTER)  # written offline: the server is not known
        row = office.drafting.send(draft.id)
        assert office.outbox.send_due().failed == 1
        assert not any(line.startswith(("MAIL", "RCPT", "DATA")) for line in faulty.lines)
        assert office.row(row.id).state is OutboxState.FAILED
        assert office.row(row.id).reason == "no-smtputf8"
        refused, waiting = OutboxWishes(office.database, office.clock).details(row.id).recipients
        assert (refused.address, refused.state) == (HELENE, RecipientState.REFUSED)
        assert reason_of(refused.status, refused.said) == "no-letters-there"
        assert waiting.state is RecipientState.WAITING
        back = office.outbox.cancel(row.id)  # and it can be edited
        assert back.state is DraftState.EDITING
        assert back.content == LETTER
        mended = DraftContent(to=(PLAIN,), subject=LETTER.subject, text=LETTER.text)
        office.drafting.save(back.id, mended)
        office.drafting.send(back.id)
        assert office.outbox.send_due().accepted == 1


def test_a_server_that_is_known_not_to_take_it_is_not_even_asked(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        account = office.accounts.get(office.add_account())
        draft = office.drafting.create(account.id, LETTER)
        facts = SubmissionFacts(extensions=frozenset({"8BITMIME"}))
        office.database.write(lambda tx: submission.learn(tx, account, facts, account.smtp))
        with pytest.raises(ServerSaid) as caught:
            office.drafting.send(draft.id)
        assert caught.value.code is ErrorCode.NO_SMTPUTF8
        assert caught.value.facts["position"] == 1
        assert office.drafting.get(draft.id).state is DraftState.EDITING
        assert office.outbox.rows() == ()
        hidden = DraftContent(to=(PLAIN,), bcc=(ACCENTED,))
        with pytest.raises(ServerSaid):
            office.drafting.send(office.drafting.create(account.id, hidden).id)
        office.queue(account.id, "paul@école.example")  # others still go


def _postfix_office(office: PostOffice, postfix: SubmissionServer) -> AccountId:
    alice = f"alice@{DOMAIN}"
    return office.add_account(
        postfix.endpoint(), email=alice, password=USERS[alice], ca_pem=postfix.ca_pem
    )


def test_postfix_takes_it_as_it_was_written(tmp_path: Path, postfix: SubmissionServer) -> None:
    if postfix.kind != "postfix":
        pytest.skip("the stand-in knows no SMTPUTF8")
    with post_office(tmp_path) as office:
        account = _postfix_office(office, postfix)
        draft = office.drafting.create(account, LETTER)
        row = office.drafting.send(draft.id)
        assert office.outbox.send_due().accepted == 1
        copies = postfix.wait_for(row.message_id, 2)
        assert sorted(one.recipient for one in copies) == [HELENE, PLAIN.address]
        assert all(one.data == office.bytes_of(row.id) for one in copies)
