"""No dead end: what a person can do of what is unknown, partly sent or cannot be filed.

A scripted submission server; copies go into a box of the test, or to Dovecot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from mel_desktop.logic.unanswered import SETTLES
from mel_desktop.model.accounts import AccountId, AccountState, Endpoint, Secret, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.mail import MessageId, Role
from mel_desktop.model.outgoing import DraftState, OutboxId, OutboxState, SendReport
from mel_desktop.model.sending import OutboxDetails, OutboxWay, RecipientState
from mel_desktop.net.imap import ImapConnector
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.services.reading import ReadingService
from mel_desktop.store import outbox as outbox_rows
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import FaultySmtp, Switches
from tests.support.imap_servers import Dovecot, MailUser
from tests.support.post_office import PostOffice, post_office

pytestmark = pytest.mark.servers

S = OutboxState
W = OutboxWay
LATE = {"x@b.test": b"450 4.2.0 later\r\n", "y@b.test": b"450 4.2.0 later\r\n"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def account(office: PostOffice, faulty: FaultySmtp, certificates: Certificates) -> AccountId:
    smtp = Endpoint("127.0.0.1", faulty.port, Security.TLS)
    return office.add_account(smtp, ca_pem=certificates.ca_pem)


@pytest.fixture
def wishes(office: PostOffice) -> OutboxWishes:
    return OutboxWishes(office.database, office.clock)


def lose_the_answer(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> OutboxId:
    row = office.queue(account)
    faulty.switches = Switches(cut_after_taking=True)
    office.outbox.send_due()
    faulty.switches = Switches()
    assert office.row(row.id).state is S.UNKNOWN
    return row.id


def pass_after(office: PostOffice, seconds: float) -> SendReport:
    office.clock.jump(seconds=seconds)
    return office.outbox.send_due()


def states(details: OutboxDetails) -> dict[str, RecipientState]:
    return {one.address: one.state for one in details.recipients}


# -- when the absence of a copy counts -------------------------------------------------------------


def test_a_copy_that_is_not_there_yet_says_nothing(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, wishes: OutboxWishes
) -> None:
    row = lose_the_answer(office, faulty, account)
    early = wishes.details(row)
    assert early.checked_at == office.clock.now()  # looked at in the same pass
    assert not early.is_absent
    for seconds in (0, 30, SETTLES.total_seconds() - 31):
        office.clock.jump(seconds=seconds)
        office.outbox.send_due(row=row)
        assert not wishes.details(row).is_absent
        for decide in (office.outbox.retry, office.outbox.cancel):
            with pytest.raises(LocalRefusal) as caught:
                decide(row)
            assert caught.value.code is ErrorCode.NEEDS_DECISION
    assert pass_after(office, 1) == SendReport(unknown=1)
    assert wishes.details(row).is_absent
    office.outbox.retry(row)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)


def test_the_second_search_has_its_hour(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = lose_the_answer(office, faulty, account)
    lost = office.row(row).since
    with office.database.read() as reader:
        assert outbox_rows.next_due(reader, account, office.clock.now()) == lost + SETTLES
    searches = office.sent_box.searches
    pass_after(office, 59)
    assert office.sent_box.searches == searches  # the round of another's news is not its hour
    pass_after(office, 1)
    assert office.sent_box.searches > searches
    with office.database.read() as reader:
        later = outbox_rows.next_due(reader, account, office.clock.now())
    assert later == office.clock.now() + timedelta(minutes=15)


def test_a_loss_under_a_wrong_clock_is_no_dead_end(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, wishes: OutboxWishes
) -> None:
    office.clock.jump(days=4000)
    row = lose_the_answer(office, faulty, account)
    office.clock.jump(days=-4000)
    office.outbox.send_due()
    assert not wishes.details(row).is_absent
    pass_after(office, 60)
    assert wishes.details(row).is_absent


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path, mail=ImapConnector()) as opened:
        yield opened


def on_dovecot(
    office: PostOffice, faulty: FaultySmtp, dovecot: Dovecot, user: MailUser, ca_pem: str
) -> AccountId:
    return office.add_account(
        Endpoint("127.0.0.1", faulty.port, Security.TLS),
        imap=Endpoint(dovecot.host, dovecot.imap_port, Security.TLS),
        email=user.email,
        login=user.login,
        password=user.password,
        ca_pem=ca_pem,
    )


def test_dovecot_keeps_its_copy_late(
    patient: PostOffice, faulty: FaultySmtp, dovecot: Dovecot, certificates: Certificates
) -> None:
    user = dovecot.new_user()
    account = on_dovecot(patient, faulty, dovecot, user, certificates.ca_pem)
    row = lose_the_answer(patient, faulty, account)
    patient.clock.jump(seconds=40)
    patient.outbox.send_due(row=row)
    with pytest.raises(LocalRefusal):
        patient.outbox.retry(row)  # an impatient person: it would have arrived twice
    with dovecot.observer(user) as box:
        box.append(patient.bytes_of(row), "Sent", dt=None, flag_set=("\\Seen",))
    assert pass_after(patient, 20) == SendReport(accepted=1, filed=1)
    assert patient.row(row).state is S.FILED
    assert len(faulty.taken) == 1
    with dovecot.observer(user, "Sent") as box:
        assert len(list(box.fetch(mark_seen=False, headers_only=True))) == 1


# -- unknown for good ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        ServerSaid(ErrorCode.SERVER_REFUSED),
        ServerSaid(ErrorCode.SIGN_IN_REFUSED),
        ConnectionTrouble(ErrorCode.UNREACHABLE),
        None,
    ],
    ids=["refused", "account-gone", "port-closed", "no-sent"],
)
def test_sent_that_cannot_be_searched(
    office: PostOffice,
    faulty: FaultySmtp,
    account: AccountId,
    wishes: OutboxWishes,
    trouble: ServerSaid | ConnectionTrouble | None,
) -> None:
    office.sent_box.unreachable = trouble
    if trouble is None:
        office.sent_box.folders = {"INBOX": []}
        office.sent_box.roles = {"INBOX": Role.INBOX}
    row = lose_the_answer(office, faulty, account)
    assert W.SEND_IN_DOUBT not in wishes.details(row).ways  # it is too early
    pass_after(office, 60)
    office.outbox.send_due()
    details = wishes.details(row)
    assert details.ways == {W.IT_LEFT, W.SEND_IN_DOUBT}
    assert details.word.trouble
    assert not details.is_absent
    with pytest.raises(LocalRefusal):
        office.outbox.retry(row)  # not by the way of every day
    assert len(faulty.taken) == 1
    office.outbox.retry(row, in_doubt=True)
    if office.accounts.get(account).state is not AccountState.READY:
        office.accounts.set_password(account, Secret("nouveau"))
    office.outbox.send_due()
    assert office.row(row).state in (S.ACCEPTED, S.FILED)
    assert len(faulty.taken) == 2  # a person wanted it


def test_it_left_a_person_says(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, wishes: OutboxWishes
) -> None:
    office.sent_box.unreachable = ConnectionTrouble(ErrorCode.UNREACHABLE)
    row = lose_the_answer(office, faulty, account)
    assert W.IT_LEFT in wishes.details(row).ways  # a colleague has told so: no need to wait
    wishes.it_left(row)
    after = office.row(row)
    assert after.state is S.ACCEPTED
    assert after.draft is not None
    assert office.drafting.get(after.draft).state is DraftState.SENT
    with pytest.raises(LocalRefusal):
        wishes.it_left(row)
    office.sent_box.unreachable = None
    assert office.outbox.send_due() == SendReport(filed=1)
    assert len(faulty.taken) == 1


def test_in_doubt_the_draft_comes_back_too(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.sent_box.unreachable = ServerSaid(ErrorCode.SERVER_REFUSED)
    row = lose_the_answer(office, faulty, account)
    pass_after(office, 60)
    assert office.outbox.cancel(row).state is DraftState.EDITING


# -- partly sent -----------------------------------------------------------------------------------


def test_the_rest_is_let_be(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, wishes: OutboxWishes
) -> None:
    faulty.switches = Switches(rcpt={**LATE, "z@b.test": b"550 5.1.1 no\r\n"})
    row = office.queue(account, "a@b.test", "x@b.test", "y@b.test", "z@b.test")
    with pytest.raises(LocalRefusal):
        wishes.let_rest_be(row.id)  # nobody has it: it is taken back, not let be
    office.outbox.send_due()
    assert wishes.details(row.id).ways == {W.LET_REST_BE}
    wishes.let_rest_be(row.id)
    faulty.switches = Switches()
    assert office.outbox.send_due() == SendReport(filed=1)
    for _ in range(3):
        pass_after(office, 7200)
    assert [one.recipients for one in faulty.taken] == [("a@b.test",)]
    assert states(wishes.details(row.id)) == {
        "a@b.test": RecipientState.TAKEN,
        "x@b.test": RecipientState.LEFT_OUT,
        "y@b.test": RecipientState.LEFT_OUT,
        "z@b.test": RecipientState.REFUSED,
    }
    with office.database.read() as reader:
        known = reader.all("SELECT address FROM correspondent")
    assert known == [("a@b.test",)]


def test_the_rest_of_an_unknown_one_is_let_be(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, wishes: OutboxWishes
) -> None:
    faulty.switches = Switches(rcpt=LATE)
    row = office.queue(account, "a@b.test", "x@b.test")
    office.outbox.send_due()
    faulty.switches = Switches(cut_at="DOT")
    pass_after(office, 7200)
    assert office.row(row.id).state is S.UNKNOWN
    assert W.LET_REST_BE in wishes.details(row.id).ways
    wishes.let_rest_be(row.id)
    faulty.switches = Switches()
    assert office.outbox.send_due() == SendReport(filed=1)
    assert [one.recipients for one in faulty.taken] == [("a@b.test",)]


# -- sent, and not to be filed ---------------------------------------------------------------------


def kept_copy(office: PostOffice, account: AccountId, message_id: str) -> tuple[str, bytes]:
    """(the folder, the octets) of the one copy on this PC."""
    with office.database.read() as reader:
        ((message, path),) = reader.all(
            """SELECT m.id, f.path FROM message AS m JOIN folder AS f ON f.id = m.folder_id
                WHERE m.account_id = ? AND m.message_id = ?""",
            account,
            message_id,
        )
    shown = ReadingService(office.database, office.sessions, office.clock)
    return str(path), shown.raw(MessageId(cast("int", message)))


def test_a_mailbox_that_stays_full_is_asked_no_more(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, wishes: OutboxWishes
) -> None:
    office.sent_box.refuse_append = ErrorCode.MAILBOX_FULL
    row = office.queue(account)
    office.outbox.send_due()
    assert wishes.details(row.id).ways == {W.STOP_FILING}
    wishes.stop_filing(row.id)
    after = office.row(row.id)
    assert (after.state, after.reason) == (S.FILED, "kept-here")
    assert wishes.details(row.id).filed_message is not None
    path, octets = kept_copy(office, account, row.message_id)
    assert path == "Sur ce PC/Envoyés"
    assert octets == office.bytes_of(row.id)
    searches = office.sent_box.searches
    pass_after(office, 7200)
    assert office.sent_box.searches == searches
    with pytest.raises(LocalRefusal):
        wishes.stop_filing(row.id)
    pass_after(office, 40 * 86_400)  # the row goes, the copy stays
    assert office.outbox.rows() == ()
    assert kept_copy(office, account, row.message_id)[1] == octets


def test_dovecot_over_its_quota(
    patient: PostOffice, faulty: FaultySmtp, dovecot: Dovecot, certificates: Certificates
) -> None:
    user = MailUser("comble", "comble@ac-demo.fr", "Sesame-comble")
    dovecot.register(user, quota="20K")
    with dovecot.observer(user) as box:
        dovecot.make_special(box, "Sent", "\\Sent")
    account = on_dovecot(patient, faulty, dovecot, user, certificates.ca_pem)
    wishes = OutboxWishes(patient.database, patient.clock)
    row = patient.queue(account, text="Compte rendu\n" * 4000)
    small = patient.queue(account, subject="petit")
    assert patient.outbox.send_due() == SendReport(accepted=2, filed=1)  # no neighbour is blocked
    held = patient.row(row.id)
    assert (held.state, held.reason) == (S.ACCEPTED, "mailbox-full")
    assert patient.row(small.id).state is S.FILED
    wishes.stop_filing(row.id)
    assert patient.row(row.id).state is S.FILED
    assert kept_copy(patient, account, row.message_id)[1] == patient.bytes_of(row.id)
    pass_after(patient, 7200)
    with dovecot.observer(user, "Sent") as box:
        subjects = [one.subject for one in box.fetch(mark_seen=False, headers_only=True)]
    assert subjects == ["petit"]
    assert len(faulty.taken) == 2
