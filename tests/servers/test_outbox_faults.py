"""The outbox against a submission server and a mailbox with every fault.

The oracle after each fault, and again once all is well: nothing lost, nothing taken twice without a
person, nothing called accepted that the server did not accept, exactly one copy in Sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.logic.unanswered import SETTLES
from mel_desktop.model.accounts import AccountId, AccountState, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.mail import Address, Marks, Role
from mel_desktop.model.outgoing import DraftContent, DraftState, OutboxId, OutboxState, SendReport
from mel_desktop.net.smtp import Deadlines
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import outbox as outbox_rows
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import GOOD, VERBS, CuttingLine, FaultySmtp, Switches
from tests.support.post_office import PATIENT, PostOffice, post_office
from tests.support.store import plant_folder, plant_message

pytestmark = pytest.mark.servers

S = OutboxState
IMPATIENT = Deadlines(connect=30.0, command=1.0, final=1.0)  # where the server falls silent
HUGE = b"250-" + b"x" * 3000 + b"\r\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def account(office: PostOffice, faulty: FaultySmtp, certificates: Certificates) -> AccountId:
    return office.add_account(endpoint(faulty.port), ca_pem=certificates.ca_pem)


def endpoint(port: int, security: Security = Security.TLS) -> Endpoint:
    return Endpoint("127.0.0.1", port, security)


def sent_copies(office: PostOffice, message_id: str) -> int:
    wanted = f"Message-ID: <{message_id}>".encode()
    return sum(wanted in one.data for folder in office.sent_box.folders.values() for one in folder)


def taken(faulty: FaultySmtp, message_id: str) -> list[tuple[str, ...]]:
    wanted = f"Message-ID: <{message_id}>".encode()
    return [one.recipients for one in faulty.taken if wanted in one.data]


def test_accepted_then_filed(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> None:
    row = office.queue(account, "paul@ac-exemple.test", "eve@ailleurs.test")
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    (message,) = faulty.taken
    assert message.data == office.bytes_of(row.id)
    assert message.sender == "claire.martin@ac-exemple.test"
    assert message.recipients == ("paul@ac-exemple.test", "eve@ailleurs.test")
    assert faulty.hellos == ["[127.0.0.1]"]
    (copy,) = office.sent_box.folders["Envoyés"]
    assert copy.data == message.data
    assert copy.flags.marks is Marks.SEEN
    assert copy.date == office.clock.now()
    filed = office.row(row.id)
    assert (filed.state, filed.reason) == (S.FILED, "")
    assert filed.draft is not None
    assert office.drafting.get(filed.draft).state is DraftState.SENT
    with office.database.read() as reader:
        assert reader.all("SELECT address, times FROM correspondent ORDER BY address") == [
            ("eve@ailleurs.test", 1),
            ("paul@ac-exemple.test", 1),
        ]
    assert office.outbox.send_due() == SendReport()
    assert len(faulty.taken) == 1


def test_old_rows_drafts_and_octets_go(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.queue(account)
    office.outbox.send_due()
    office.clock.jump(days=8)
    office.outbox.send_due()
    assert office.outbox.rows() == ()
    office.clock.jump(days=30)
    office.outbox.send_due()
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM draft") == 0
        assert reader.value("SELECT count(*) FROM blob") == 0


# -- the matrix ------------------------------------------------------------------------------------

QUEUED_AGAIN, FAILED, UNKNOWN, HELD_BACK = "queued", "failed", "unknown", "sign-in"


def matrix() -> Iterator[tuple[str, Switches, str]]:
    early = ("GREETING", "EHLO")
    for verb in VERBS:
        yield f"421-{verb}", Switches(replies={verb: b"421 4.3.2 going down\r\n"}), QUEUED_AGAIN
        yield f"451-{verb}", Switches(replies={verb: b"451 4.3.0 trouble\r\n"}), QUEUED_AGAIN
        expected = QUEUED_AGAIN if verb in early else HELD_BACK if verb == "AUTH" else FAILED
        yield f"554-{verb}", Switches(replies={verb: b"554 5.0.0 no\r\n"}), expected
        expected = UNKNOWN if verb == "DOT" else QUEUED_AGAIN
        yield f"cut-{verb}", Switches(cut_at=verb), expected
        yield f"silent-{verb}", Switches(silent_at=verb), expected
        yield f"huge-line-{verb}", Switches(replies={verb: b"2" * 9000 + b"\r\n"}), expected
        yield f"huge-reply-{verb}", Switches(replies={verb: HUGE * 300}), expected
        yield f"binary-{verb}", Switches(replies={verb: b"\xff\x00\r\n"}), expected
        if verb != "DOT":
            yield f"early-{verb}", Switches(early_at=verb), QUEUED_AGAIN
    yield "354-DOT", Switches(replies={"DOT": b"354 what else\r\n"}), UNKNOWN
    yield "250-DATA", Switches(replies={"DATA": b"250 fine\r\n"}), QUEUED_AGAIN
    yield "cut-after-taking", Switches(cut_after_taking=True), UNKNOWN
    yield "early-250", Switches(early_dot=True), QUEUED_AGAIN
    yield "552-inside", Switches(stop_reading_data=b"552 5.3.4 too big\r\n"), FAILED
    yield "no-auth", Switches(replies={"EHLO": b"250 plain\r\n"}), QUEUED_AGAIN


@pytest.mark.parametrize(
    ("switches", "expected"), [pytest.param(*case[1:], id=case[0]) for case in matrix()]
)
def test_every_fault_at_every_step(
    tmp_path: Path,
    faulty: FaultySmtp,
    certificates: Certificates,
    switches: Switches,
    expected: str,
) -> None:
    with post_office(tmp_path, deadlines=IMPATIENT if switches.silent_at else PATIENT) as office:
        account = office.add_account(endpoint(faulty.port), ca_pem=certificates.ca_pem)
        row = office.queue(account, text="Bonjour\n" * 40_000)  # several slices
        faulty.switches = switches
        report = office.outbox.send_due()
        assert report.accepted == 0  # no false "sent", whatever it answered
        after = office.row(row.id)
        assert after.reason != ""
        assert sent_copies(office, row.message_id) == 0
        faulty.settle()
        was_taken = len(taken(faulty, row.message_id))
        faulty.switches = Switches()
        office.use(PATIENT)
        if expected == HELD_BACK:
            assert after.state is S.QUEUED
            assert office.accounts.get(account).state is AccountState.ON_HOLD
            asked = faulty.verbs.count("AUTH")
            office.outbox.send_due()
            assert faulty.verbs.count("AUTH") == asked  # a password is never tried again alone
            office.accounts.set_password(account, Secret("nouveau"))
        elif expected == UNKNOWN:
            assert after.state is S.UNKNOWN
            for _ in range(3):
                office.clock.jump(hours=2)
                office.outbox.send_due()
            assert office.row(row.id).state is S.UNKNOWN
            assert len(taken(faulty, row.message_id)) == was_taken  # never again by itself
            return
        elif expected == FAILED:
            assert (after.state, report.failed, was_taken) == (S.FAILED, 1, 0)
            office.clock.jump(hours=2)
            office.outbox.send_due()
            assert taken(faulty, row.message_id) == []
            office.outbox.retry(row.id)
        else:
            assert (after.state, was_taken) == (S.QUEUED, 0)
            office.clock.jump(hours=2)
        office.outbox.send_due()
        assert len(taken(faulty, row.message_id)) == 1
        assert sent_copies(office, row.message_id) == 1
        assert office.row(row.id).state is S.FILED


def test_the_line_cut_after_any_octet(
    tmp_path: Path, faulty: FaultySmtp, cutting_line: CuttingLine, certificates: Certificates
) -> None:
    """F4 in steps: whatever octet was the last, the message is taken at most once unasked."""
    with post_office(tmp_path, deadlines=PATIENT) as office:
        account = office.add_account(endpoint(cutting_line.port), ca_pem=certificates.ca_pem)
        office.queue(account)
        cutting_line.set()
        office.outbox.send_due()
        cutting_line.settle()
        totals = {"up": cutting_line.up, "down": cutting_line.down}
        ends = {"queued": 0, "unknown": 0, "filed": 0}
        for direction, total in totals.items():
            tail = range(max(total - 120, 0), total + 8, 13)
            for limit in sorted({*range(0, total, 401), *tail}):
                row = office.queue(account)
                cutting_line.set(**{direction: limit})
                office.outbox.send_due()
                cutting_line.settle()
                state = office.row(row.id).state
                ends[state.value] += 1
                count = len(taken(faulty, row.message_id))
                if state is S.QUEUED:
                    assert count == 0, (direction, limit)
                    assert office.row(row.id).attempts == 0
                    cutting_line.set()
                    office.outbox.send_due()
                    assert len(taken(faulty, row.message_id)) == 1
                elif state is S.FILED:
                    assert count == 1, (direction, limit)
                else:
                    assert state is S.UNKNOWN
                    assert count <= 1, (direction, limit)
                    cutting_line.set()
                    search_again(office)
                    office.outbox.cancel(row.id)
        assert all(ends.values()), ends  # the cuts fell before, into and after the last step


# -- unknown ---------------------------------------------------------------------------------------


def lose_the_answer(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> OutboxId:
    row = office.queue(account)
    faulty.switches = Switches(cut_after_taking=True)
    office.outbox.send_due()
    faulty.switches = Switches()
    return row.id


def test_unknown_is_settled_by_a_copy_in_sent(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = lose_the_answer(office, faulty, account)
    assert office.row(row).state is S.UNKNOWN
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(row))
    office.clock.jump(minutes=20)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert office.row(row).state is S.FILED
    assert office.row(row).reason == ""
    assert len(office.sent_box.folders["Envoyés"]) == 1
    assert len(faulty.taken) == 1


def search_again(office: PostOffice) -> SendReport:
    """After so long that what Sent does not hold then was not filed."""
    office.clock.jump(seconds=SETTLES.total_seconds())
    return office.outbox.send_due()


def renamed(office: PostOffice, row: OutboxId) -> bytes:
    """As a server that puts a Message-ID of its own there, and a few fields more."""
    head, _, rest = office.bytes_of(row).partition(b"Message-ID: <")
    after = rest[rest.index(b">") :]
    return b"Received: from somewhere\r\n" + head + b"Message-ID: <new@exchange" + after


def test_unknown_is_settled_by_a_copy_with_another_message_id(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = lose_the_answer(office, faulty, account)
    office.sent_box.file_by_another_client("Envoyés", renamed(office, row))
    office.clock.jump(minutes=20)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert office.row(row).state is S.FILED
    assert len(office.sent_box.folders["Envoyés"]) == 1


def test_two_alike_settle_nothing(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = lose_the_answer(office, faulty, account)
    office.sent_box.file_by_another_client("Envoyés", renamed(office, row))
    twin = renamed(office, row).replace(b"<new@", b"<twin@")
    office.sent_box.file_by_another_client("Envoyés", twin)
    office.clock.jump(minutes=20)
    assert office.outbox.send_due() == SendReport(unknown=1)
    assert office.row(row).state is S.UNKNOWN


@pytest.mark.parametrize("lost_first", [True, False])
def test_a_letter_is_never_taken_for_its_twin_of_the_same_second(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, lost_first: bool
) -> None:
    """Same second, subject, people, text: one is lost, the other is taken and filed by a server
    that puts a Message-ID of its own there.
    """
    faulty.switches = Switches(cut_at="DOT")  # lost on the way
    if lost_first:
        lost = office.queue(account)
        office.outbox.send_due()
        faulty.switches = Switches()
        taken_one = office.queue(account)
    else:
        faulty.switches = Switches()
        taken_one = office.queue(account)
        office.outbox.send_due()
        faulty.switches = Switches(cut_at="DOT")
        lost = office.queue(account)
    office.outbox.send_due()
    assert (
        office.bytes_of(lost.id).split(b"\r\n")[0]
        == office.bytes_of(taken_one.id).split(b"\r\n")[0]
    )
    office.sent_box.file_by_another_client("Envoyés", renamed(office, taken_one.id))
    for days in (0, 1, 6, 3):  # until the twin's row is gone, and after
        office.clock.jump(minutes=days * 24 * 60 + 20)
        office.outbox.send_due()
        assert office.row(lost.id).state is S.UNKNOWN
    assert taken(faulty, lost.message_id) == []


def test_of_twins_that_a_server_files_by_itself_both_are_filed(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    first = office.queue(account, subject="n1")
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(first.id))
    office.outbox.send_due()  # learnt
    twins = [office.queue(account), office.queue(account)]
    office.outbox.send_due()
    office.sent_box.file_by_another_client("Envoyés", renamed(office, twins[0].id))
    for _ in range(8):
        office.clock.jump(minutes=1)
        office.outbox.send_due()
    assert [office.row(one.id).state for one in twins] == [S.FILED, S.FILED]
    assert [sent_copies(office, one.message_id) for one in twins] == [1, 1]  # rather one too many


def test_a_copy_settles_only_those_to_whom_it_was_handed_over(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = office.queue(account, "a@b.test", "x@b.test")
    late = {"x@b.test": b"450 4.2.0 later\r\n"}
    faulty.switches = Switches(cut_after_taking=True, rcpt=late)
    office.outbox.send_due()
    faulty.switches = Switches()
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(row.id))
    for _ in range(2):
        office.clock.jump(minutes=20)
        office.outbox.send_due()
    assert office.row(row.id).state is S.FILED
    assert taken(faulty, row.message_id) == [("a@b.test",), ("x@b.test",)]
    assert sent_copies(office, row.message_id) == 1


def test_a_copy_of_the_first_transaction_says_nothing_of_the_second(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = office.queue(account, "a@b.test", "x@b.test")
    faulty.switches = Switches(rcpt={"x@b.test": b"450 4.2.0 later\r\n"})
    office.outbox.send_due()
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(row.id))
    faulty.switches = Switches(cut_at="DOT")
    for _ in range(2):
        office.clock.jump(minutes=20)
        office.outbox.send_due()
    assert office.row(row.id).state is S.UNKNOWN  # x has nothing, and that is not hidden


@pytest.mark.parametrize("is_renamed", [False, True])
def test_where_the_server_files_by_itself_its_copy_is_waited_for(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, is_renamed: bool
) -> None:
    first = office.queue(account, subject="n1")
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(first.id))
    office.outbox.send_due()  # learnt
    second = office.queue(account, subject="n2")
    assert office.outbox.send_due() == SendReport(accepted=1)
    assert office.row(second.id).state is S.ACCEPTED
    copy = renamed(office, second.id) if is_renamed else office.bytes_of(second.id)
    office.sent_box.file_by_another_client("Envoyés", copy)
    office.clock.jump(minutes=1)
    assert office.outbox.send_due() == SendReport(filed=1)
    assert len(office.sent_box.folders["Envoyés"]) == 2
    third = office.queue(account, subject="n3")
    for _ in range(8):  # it does not come: ours is put there
        office.outbox.send_due()
        office.clock.jump(minutes=1)
    assert office.row(third.id).state is S.FILED
    assert sent_copies(office, third.message_id) == 1


def test_unknown_waits_for_the_look_into_sent_before_a_person_may_decide(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.sent_box.unreachable = ConnectionTrouble(ErrorCode.UNREACHABLE)
    row = lose_the_answer(office, faulty, account)
    for decide in (office.outbox.retry, office.outbox.cancel):
        with pytest.raises(LocalRefusal) as caught:
            decide(row)
        assert caught.value.code is ErrorCode.NEEDS_DECISION
    office.sent_box.unreachable = None
    assert search_again(office) == SendReport(unknown=1)
    office.outbox.retry(row)
    assert office.row(row).state is S.QUEUED
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert len(faulty.taken) == 2  # a person wanted it


def test_unknown_can_be_taken_back_after_the_look(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = lose_the_answer(office, faulty, account)
    search_again(office)
    draft = office.outbox.cancel(row)
    assert draft.state is DraftState.EDITING
    assert draft.content.subject == "Conseil"
    assert office.outbox.rows() == ()


# -- order, isolation, pauses ----------------------------------------------------------------------


def test_in_order_and_one_bad_message_blocks_nobody(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    faulty.switches = Switches(
        rcpt={
            "inconnu@ac-exemple.test": b"550 5.1.1 <inconnu@ac-exemple.test> no such user\r\n",
            "tardif@ac-exemple.test": b"450 4.2.0 greylisted\r\n",
        }
    )
    rows = [
        office.queue(account, to, subject=f"n{number}")
        for number, to in enumerate(
            (
                "a@b.test",
                "inconnu@ac-exemple.test",
                "c@d.test",
                "tardif@ac-exemple.test",
                "e@f.test",
            )
        )
    ]
    report = office.outbox.send_due()
    assert report == SendReport(accepted=3, filed=3, failed=1, waiting=1)
    assert [one.recipients[0] for one in faulty.taken] == ["a@b.test", "c@d.test", "e@f.test"]
    states = [office.row(one.id).state for one in rows]
    assert states == [S.FILED, S.FAILED, S.FILED, S.QUEUED, S.FILED]
    failed = office.row(rows[1].id)
    assert failed.reason == "recipient-refused"
    assert failed.reason_detail == "5.1.1 <inconnu@ac-exemple.test> no such user"
    late = office.row(rows[3].id)
    assert (late.attempts, late.reason) == (1, "server-temporary")
    assert late.next_attempt is not None
    back = office.outbox.cancel(rows[1].id)
    assert back.content.to[0].address == "inconnu@ac-exemple.test"


def test_pauses_grow_with_refusals_and_not_with_trouble_on_the_line(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = office.queue(account)
    for attempt, minutes in enumerate((1, 2, 5, 15, 30, 60, 60), start=1):
        faulty.switches = Switches(replies={"DOT": b"451 later\r\n"})
        office.outbox.send_due()
        now = office.row(row.id)
        assert now.attempts == attempt
        assert now.next_attempt is not None
        pause = (now.next_attempt - office.clock.now()).total_seconds() / 60
        assert minutes <= pause <= minutes * 1.2
        seen = len(faulty.verbs)
        office.clock.jump(minutes=minutes - 0.1)
        office.outbox.send_due()
        assert len(faulty.verbs) == seen
        office.clock.jump(minutes=minutes * 0.2 + 0.2)
        faulty.switches = Switches(cut_at="MAIL")
        office.outbox.send_due()
        assert office.row(row.id).attempts == attempt
        assert office.row(row.id).reason == "connection-lost"
    faulty.switches = Switches()
    assert office.outbox.send_due().accepted == 1  # at once, when the line is back


def test_a_clock_that_was_wrong_delays_nothing_for_years(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.clock.jump(days=4000)
    later = office.queue(account)
    faulty.switches = Switches(replies={"DOT": b"451 later\r\n"})
    office.outbox.send_due()
    unknown = lose_the_answer(office, faulty, account)
    office.clock.jump(days=-4000)
    report = office.outbox.send_due()
    assert (report.accepted, report.unknown) == (1, 1)
    assert office.row(later.id).state is S.FILED
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(unknown))
    office.clock.jump(minutes=20)
    office.outbox.send_due()
    assert office.row(unknown).state is S.FILED


def test_a_person_need_not_wait(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> None:
    row = office.queue(account)
    other = office.queue(account)
    faulty.switches = Switches(replies={"DOT": b"451 later\r\n"})
    office.outbox.send_due()
    faulty.switches = Switches()
    assert office.outbox.send_due().accepted == 0
    assert office.outbox.send_due(row=row.id).accepted == 1
    office.outbox.retry(other.id)
    assert office.outbox.send_due().accepted == 1


def test_sending_later(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> None:
    draft = office.drafting.create(
        account, DraftContent(to=(Address("", "a@b.test"),), subject="demain")
    )
    eight = office.clock.now().replace(hour=20)
    row = office.drafting.send(draft.id, not_before=eight)
    assert row.next_attempt == eight
    assert office.outbox.send_due() == SendReport(waiting=1)
    assert faulty.verbs == []
    office.clock.jump(hours=13)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)


def test_a_sending_limit_pauses_the_account(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    first, second = office.queue(account), office.queue(account)
    faulty.switches = Switches(replies={"RCPT": b"550 5.7.1 sending limit exceeded\r\n"})
    office.outbox.send_due()
    assert faulty.verbs.count("MAIL") == 1
    for row in (first, second):
        now = office.row(row.id)
        assert (now.state, now.reason) == (S.QUEUED, "sending-limit")
        assert now.next_attempt is not None
        assert (now.next_attempt - office.clock.now()).total_seconds() >= 600
    faulty.switches = Switches()
    office.clock.jump(minutes=15)
    assert office.outbox.send_due().accepted == 2


def test_offline_opens_nothing_and_says_so(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = office.queue(account)
    office.offline = True
    assert office.outbox.send_due() == SendReport(waiting=1)
    assert faulty.verbs == []
    assert office.sent_box.connects == 0
    assert office.row(row.id).reason == "offline"
    assert office.row(row.id).attempts == 0
    writes = []
    office.database.listen(writes.append)
    office.outbox.send_due()
    assert writes == []  # the same news is not written again
    office.offline = False
    assert office.outbox.send_due().accepted == 1


def test_one_refused_password_stops_this_account_only(
    office: PostOffice,
    faulty: FaultySmtp,
    faulty_starttls: FaultySmtp,
    account: AccountId,
    certificates: Certificates,
) -> None:
    other = office.add_account(
        endpoint(faulty_starttls.port, Security.STARTTLS),
        email="bruno@ac-exemple.test",
        ca_pem=certificates.ca_pem,
    )
    rows = [office.queue(account) for _ in range(3)]
    office.queue(other)
    faulty.switches = Switches(replies={"AUTH": b"535 5.7.8 bad credentials\r\n"})
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1, waiting=3)
    office.outbox.send_due()
    assert faulty.verbs.count("AUTH") == 1
    assert {office.row(one.id).reason for one in rows} == {"sign-in-refused"}
    assert len(faulty_starttls.taken) == 1
    clear = b"".join(faulty_starttls.clear).split(b"\r\n")
    assert clear == [b"EHLO [127.0.0.1]", b"STARTTLS", b""]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (b"535 5.7.8 bad\r\n", ErrorCode.SIGN_IN_REFUSED),
        (b"534 5.7.9 application-specific password required\r\n", ErrorCode.APP_PASSWORD_NEEDED),
        (b"535 5.7.8 your password has expired\r\n", ErrorCode.PASSWORD_EXPIRED),
    ],
)
def test_sign_in_refusals_are_told_apart(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, reply: bytes, code: ErrorCode
) -> None:
    row = office.queue(account)
    faulty.switches = Switches(replies={"AUTH": reply})
    office.outbox.send_due()
    assert office.row(row.id).reason == code.text


def test_auth_login_where_plain_is_not_offered(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.queue(account)
    faulty.switches = Switches(replies={"EHLO": b"250-x\r\n250 AUTH LOGIN\r\n"})
    assert office.outbox.send_due().accepted == 1


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        (Switches(replies={"EHLO": b"250-x\r\n250 AUTH PLAIN\r\n"}), "no-tls-offered"),
        (Switches(replies={"STARTTLS": b"454 4.7.0 not now\r\n"}), "no-tls-offered"),
        (Switches(replies={"STARTTLS": b"502 no\r\n"}), "no-tls-offered"),
        (Switches(behind_starttls=b"250 AUTH PLAIN\r\n"), "protocol"),
        (Switches(cut_at="STARTTLS"), "connection-lost"),
    ],
)
def test_starttls_never_falls_back(
    office: PostOffice,
    faulty_starttls: FaultySmtp,
    certificates: Certificates,
    switches: Switches,
    code: str,
) -> None:
    account = office.add_account(
        endpoint(faulty_starttls.port, Security.STARTTLS), ca_pem=certificates.ca_pem
    )
    row = office.queue(account)
    faulty_starttls.switches = switches
    office.outbox.send_due()
    assert office.row(row.id).reason == code
    assert "AUTH" not in faulty_starttls.verbs
    assert b"AUTH" not in b"".join(faulty_starttls.clear)
    faulty_starttls.switches = Switches()
    office.clock.jump(hours=2)
    assert office.outbox.send_due().accepted == 1


# -- the message that was answered -----------------------------------------------------------------


def test_the_original_is_marked_once_the_answer_is_accepted(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    folder = plant_folder(office.database, account)
    first, second, gone = (
        office.database.write(lambda tx, n=n: plant_message(tx, folder, n)) for n in range(3)
    )
    to = (Address("", "a@b.test"),)
    for draft in (
        office.drafting.create(account, DraftContent(to=to), reply_to=first),
        office.drafting.create(account, DraftContent(to=to), forward=second),
        office.drafting.create(account, DraftContent(to=to), reply_to=gone),
    ):
        office.drafting.send(draft.id)
    office.database.write(lambda tx: tx.run("DELETE FROM message WHERE id = ?", gone))
    faulty.switches = Switches(cut_at="MAIL")
    office.outbox.send_due()
    mailbox = MailboxService(office.database, office.clock)
    assert mailbox.journal() == ()
    faulty.switches = Switches()
    assert office.outbox.send_due().accepted == 3
    wishes = {one.message: one.detail for one in mailbox.journal()}
    assert set(wishes) == {first, second}
    assert [row.flags.marks for row in mailbox.rows([first, second])] == [
        Marks.ANSWERED,
        Marks.FORWARDED,
    ]


# -- some recipients -------------------------------------------------------------------------------


def test_some_refused_for_good(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> None:
    faulty.switches = Switches(rcpt={"x@b.test": b"550 5.1.1 unknown\r\n"})
    row = office.queue(account, "a@b.test", "x@b.test", "c@d.test")
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    after = office.row(row.id)
    assert (after.state, after.reason) == (S.FILED, "recipient-refused")
    assert after.reason_detail == "x@b.test: 550 5.1.1 unknown"
    with office.database.read() as reader:
        assert outbox_rows.refused(reader, row.id) == (("x@b.test", "550 5.1.1 unknown"),)
        assert reader.value("SELECT count(*) FROM correspondent WHERE address = 'x@b.test'") == 0


def test_some_put_off_get_it_later_and_the_others_not_again(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    faulty.switches = Switches(rcpt={"x@b.test": b"450 4.2.0 later\r\n"})
    row = office.queue(account, "a@b.test", "x@b.test")
    assert office.outbox.send_due() == SendReport(waiting=1)
    after = office.row(row.id)
    assert (after.state, after.reason, after.attempts) == (S.QUEUED, "server-temporary", 1)
    with pytest.raises(LocalRefusal):
        office.outbox.cancel(row.id)  # somebody has it already
    faulty.switches = Switches()
    office.clock.jump(minutes=5)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert taken(faulty, row.message_id) == [("a@b.test",), ("x@b.test",)]


def test_put_off_for_ever_is_given_up_and_said(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    faulty.switches = Switches(rcpt={"x@b.test": b"450 4.2.0 later\r\n"})
    row = office.queue(account, "a@b.test", "x@b.test")
    for _ in range(10):
        office.outbox.send_due()
        office.clock.jump(hours=2)
    after = office.row(row.id)
    assert (after.state, after.reason) == (S.FILED, "recipient-refused")
    assert after.reason_detail.startswith("x@b.test: 450")
    assert taken(faulty, row.message_id) == [("a@b.test",)]


def test_the_rest_refused_later(office: PostOffice, faulty: FaultySmtp, account: AccountId) -> None:
    faulty.switches = Switches(rcpt={"x@b.test": b"450 4.2.0 later\r\n"})
    row = office.queue(account, "a@b.test", "x@b.test")
    office.outbox.send_due()
    faulty.switches = Switches(rcpt={"x@b.test": b"550 5.1.1 unknown\r\n"})
    office.clock.jump(minutes=5)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert office.row(row.id).reason == "recipient-refused"


# -- filing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("when", ["lose_after_append", "lose_before_append"])
def test_filed_once_although_the_line_drops_at_the_append(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, when: str, times: int
) -> None:
    row = office.queue(account)
    setattr(office.sent_box, when, times)
    for _ in range(times + 1):
        office.outbox.send_due()
    assert office.row(row.id).state is S.FILED
    assert sent_copies(office, row.message_id) == 1
    assert len(faulty.taken) == 1


def test_a_copy_made_by_the_server_is_enough(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = office.queue(account)
    office.sent_box.file_by_another_client("Envoyés", office.bytes_of(row.id))
    assert office.outbox.send_due().filed == 1
    assert sent_copies(office, row.message_id) == 1


def test_a_mailbox_that_is_full_takes_the_copy_later(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.sent_box.refuse_append = ErrorCode.MAILBOX_FULL
    first, second = office.queue(account), office.queue(account)
    assert office.outbox.send_due() == SendReport(accepted=2)
    for row in (first, second):
        now = office.row(row.id)
        assert (now.state, now.reason, now.attempts) == (S.ACCEPTED, "mailbox-full", 1)
        with pytest.raises(LocalRefusal):
            office.outbox.cancel(row.id)
    searches = office.sent_box.searches
    office.outbox.send_due()
    assert office.sent_box.searches == searches  # not asked at every pass
    office.sent_box.refuse_append = None
    office.outbox.retry(first.id)
    assert office.outbox.send_due() == SendReport(filed=1)
    office.clock.jump(minutes=2)
    assert office.outbox.send_due() == SendReport(filed=1)
    assert len(faulty.taken) == 2
    assert len(office.sent_box.folders["Envoyés"]) == 2


def test_without_a_sent_folder_one_is_made(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    box = office.sent_box
    box.folders = {"INBOX": []}
    box.roles = {"INBOX": Role.INBOX}
    office.queue(account)
    assert office.outbox.send_due().filed == 1
    assert len(box.folders["Sent"]) == 1
    box.roles["Sent"] = Role.SENT  # by its usual name
    office.queue(account)
    office.outbox.send_due()
    assert len(box.folders["Sent"]) == 2
    assert len(box.folders) == 2


def test_a_sent_folder_below_the_inbox_where_all_folders_are(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    box = office.sent_box
    box.folders = {"INBOX": [], "INBOX.Classe": []}
    box.refuse_create_at_top = True
    office.queue(account)
    assert office.outbox.send_due().filed == 1
    assert len(box.folders["INBOX.Sent"]) == 1


def test_trouble_with_imap_does_not_stop_sending(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.sent_box.unreachable = ServerSaid(ErrorCode.SERVER_TEMPORARY)
    rows = [office.queue(account) for _ in range(2)]
    assert office.outbox.send_due() == SendReport(accepted=2)
    assert {office.row(one.id).reason for one in rows} == {"server-temporary"}
    office.sent_box.unreachable = None
    assert office.outbox.send_due() == SendReport(filed=2)
    assert {office.row(one.id).reason for one in rows} == {""}


# -- at the same time ------------------------------------------------------------------------------


def test_two_passes_at_once_send_each_message_once(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    rows = [office.queue(account, subject=str(number)) for number in range(8)]
    trouble: list[MelError] = []

    def run() -> None:
        try:
            office.outbox.send_due()
        except MelError as error:  # shown by the assertion below
            trouble.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert trouble == []
    assert len(faulty.taken) == len(rows)
    assert len({one.data for one in faulty.taken}) == len(rows)
    assert len(office.sent_box.folders["Envoyés"]) == len(rows)


def test_closing_the_program_while_the_server_is_silent(
    tmp_path: Path, faulty: FaultySmtp, certificates: Certificates
) -> None:
    for verb, state in (("MAIL", S.QUEUED), ("DOT", S.UNKNOWN)):
        faulty.reset()
        folder = tmp_path / verb
        folder.mkdir()
        with post_office(folder, deadlines=Deadlines(5.0, 60.0, 60.0, closing=0.5)) as office:
            account = office.add_account(endpoint(faulty.port), ca_pem=certificates.ca_pem)
            row = office.queue(account)
            faulty.switches = replace(faulty.switches, silent_at=verb)
            worker = threading.Thread(target=_quietly, args=(office,))
            worker.start()
            assert faulty.in_silence.wait(60)
            office.sessions.stop()
            worker.join(60)
            assert not worker.is_alive()
            assert office.row(row.id).state is state


def _quietly(office: PostOffice) -> None:
    with suppress(Cancelled):
        office.outbox.send_due()


def test_a_good_server_answers_as_expected() -> None:
    """The switches start from answers that are all good."""
    assert set(VERBS) <= set(GOOD)
