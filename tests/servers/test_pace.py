"""A day of 3,000 recipients through the real outbox: never over the warn level, nobody left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountId, Endpoint, Security
from mel_desktop.model.outgoing import OutboxState
from mel_desktop.model.sending import SendingLimits, Sent
from mel_desktop.services.outbox import PACED, Outbox
from mel_desktop.services.pacing import Pace
from mel_desktop.system.shipped import shipped_octets
from tests.property.test_pacing import NATIONAL, check
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.faulty_smtp import FaultySmtp
from tests.support.post_office import PostOffice, post_office

pytestmark = pytest.mark.servers

MORNING = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)  # a Friday, 8 o'clock in Paris
EVENING = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
SIZES = (1200, *(100,) * 15, *(20,) * 12, *(1,) * 60)


class National(Pace):
    """The national service's limits, whatever the server is called."""

    def limits(self, account: AccountId) -> SendingLimits:
        return NATIONAL


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path, clock=JumpingClock(MORNING)) as opened:
        pace = National(
            opened.database,
            opened.accounts,
            opened.clock,
            lambda: shipped_octets("sending-limits.toml"),
        )
        opened.outbox = Outbox(
            opened.database, opened.accounts, opened.sessions, opened.clock, pace
        )
        yield opened


@pytest.fixture
def account(office: PostOffice, faulty: FaultySmtp, certificates: Certificates) -> AccountId:
    endpoint = Endpoint("127.0.0.1", faulty.port, Security.TLS)
    return office.add_account(endpoint, ca_pem=certificates.ca_pem)


def run(office: PostOffice, faulty: FaultySmtp, most: timedelta) -> list[Sent]:
    """Passes whenever something is due, until nothing waits; what the server saw, and when."""
    log: list[Sent] = []
    seen = len(faulty.taken)
    start = office.clock.now()
    while True:
        report = office.outbox.send_due()
        came = sum(len(one.recipients) for one in faulty.taken[seen:])
        seen = len(faulty.taken)
        if came:
            log.append(Sent(office.clock.now(), came))
        if not report.waiting:
            return log
        due = [one.next_attempt for one in office.outbox.rows() if one.next_attempt]
        wait = min(due) - office.clock.now()
        assert timedelta(0) < wait, wait
        office.clock.jump(seconds=min(wait, timedelta(hours=1)).total_seconds())
        assert office.clock.now() - start < most


@pytest.mark.parametrize(
    ("start", "most"), [(MORNING, timedelta(hours=3)), (EVENING, timedelta(hours=40))]
)
def test_3000_recipients(
    office: PostOffice, faulty: FaultySmtp, account: AccountId, start: datetime, most: timedelta
) -> None:
    office.clock.jump(seconds=(start - office.clock.now()).total_seconds())
    everybody = [f"parent{number}@familles.test" for number in range(sum(SIZES))]
    rest = list(everybody)
    for size in SIZES:
        office.queue(account, *rest[:size])
        rest = rest[size:]
    office.outbox.send_due()
    (great,) = [one for one in office.outbox.rows() if len(one.recipients) == 1200]
    assert (great.state, great.reason) == (OutboxState.QUEUED, PACED)
    assert great.next_attempt is not None
    log = [Sent(office.clock.now(), sum(len(one.recipients) for one in faulty.taken))]
    log += run(office, faulty, most)
    check(log, NATIONAL)
    came = Counter(who for one in faulty.taken for who in one.recipients)
    assert set(came.values()) == {1}
    assert set(came) == set(everybody)
    assert {one.state for one in office.outbox.rows()} == {OutboxState.FILED}


def test_a_lost_answer_counts_and_only_its_portion_is_settled(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    row = office.queue(account, *[f"parent{number}@familles.test" for number in range(450)])
    faulty.switches.cut_after_taking = True
    office.outbox.send_due()
    assert office.row(row.id).state is OutboxState.UNKNOWN
    assert len(faulty.taken[0].recipients) == 400
    faulty.switches.cut_after_taking = False
    later = office.queue(account, *[f"eleve{number}@familles.test" for number in range(60)])
    office.outbox.send_due()
    assert office.row(later.id).reason == PACED  # what may have been taken counts


def test_the_log_is_pruned_and_goes_with_the_account(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.queue(account)
    office.outbox.send_due()
    office.clock.jump(hours=11)
    office.queue(account)
    office.outbox.send_due()
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM sent_log") == 1
    office.accounts.remove(account)
    with office.database.read() as reader:
        assert reader.value("SELECT count(*) FROM sent_log") == 0


def test_a_clock_that_was_set_back_does_not_block_for_ever(
    office: PostOffice, faulty: FaultySmtp, account: AccountId
) -> None:
    office.clock.jump(hours=5000)
    office.queue(account, *[f"parent{number}@familles.test" for number in range(400)])
    office.outbox.send_due()
    office.clock.jump(hours=-5000)
    row = office.queue(account)
    office.outbox.send_due()
    assert office.row(row.id).reason == PACED
    office.clock.jump(seconds=62)
    office.outbox.send_due()
    assert office.row(row.id).state is OutboxState.FILED
