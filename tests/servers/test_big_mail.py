"""Big mail waits for a good line: scripted lines, and one that is shaped in truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountId, Endpoint, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.links import LinkProfile, LinkSettings
from mel_desktop.model.outgoing import OutboxState, SendReport
from mel_desktop.model.policy import SendingPolicy
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.smtp import Deadlines
from mel_desktop.ports import MailConnector, Meter
from mel_desktop.services.big_mail import BigMail
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.services.outbox import Outbox
from mel_desktop.services.outbox_wishes import OutboxWishes
from mel_desktop.services.sessions import Sessions
from tests.support.certificates import Certificates
from tests.support.cut_line import CutLine
from tests.support.faulty_smtp import FaultySmtp
from tests.support.imap_servers import Dovecot
from tests.support.post_office import PostOffice

pytestmark = pytest.mark.servers

S = OutboxState
BIG = "Une ligne d’un long compte rendu de la sortie.\n" * 30_000  # over a megabyte


class Metered:
    """ports.Network as far as the line is asked for."""

    def __init__(self) -> None:
        self.answer: bool | None = None

    def is_metered(self) -> bool | None:
        return self.answer


class Office(PostOffice):
    """With lines of which something is known."""

    def __init__(self, folder: Path, mail: MailConnector | None = None) -> None:
        super().__init__(folder, deadlines=Deadlines(10.0, 30.0, 30.0))
        self.meters, self.network = Meters(), Metered()
        self.links = Links(
            self.database,
            self.accounts,
            self.meters,
            self.clock,
            lambda: self.offline,
            network=self.network,  # type: ignore[arg-type]
        )
        self.sessions = Sessions(
            self.accounts,
            mail or self.sent_box,
            self.submission,
            lambda: self.offline,
            meters=self.meters,
            links=self.links,
        )
        self.with_policy(SendingPolicy())

    def with_policy(self, policy: SendingPolicy) -> None:
        self.big_mail = BigMail(self.database, self.links, policy)
        self.outbox = Outbox(
            self.database, self.accounts, self.sessions, self.clock, big_mail=self.big_mail
        )

    def line(self, account: AccountId, rtt_s: float, down: float | None, up: float | None) -> None:
        meter = self.meters.of(account)
        meter.rtt_s, meter.down_bps, meter.up_bps = rtt_s, down, up


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.big_mail.set(1)
    yield made
    made.close()


@pytest.fixture
def account(office: Office, faulty: FaultySmtp, certificates: Certificates) -> AccountId:
    smtp = Endpoint("127.0.0.1", faulty.port, Security.TLS)
    return office.add_account(smtp, ca_pem=certificates.ca_pem)


def metered(office: Office, account: AccountId) -> None:
    office.network.answer = True
    office.links.look()
    office.line(account, 0.02, 50e6, 20e6)


def slow(office: Office, account: AccountId) -> None:
    office.line(account, 0.4, 0.5e6, None)


def thrifty(office: Office, account: AccountId) -> None:
    office.line(account, 0.02, 50e6, 20e6)
    office.links.set_settings(account, LinkSettings(profile=LinkProfile.THRIFTY))


def good(office: Office, account: AccountId) -> None:
    office.network.answer = False
    office.links.look()
    office.line(account, 0.02, 50e6, 20e6)
    office.links.set_settings(account, LinkSettings())


@pytest.mark.parametrize("bad", [metered, slow, thrifty])
def test_it_waits_is_passed_and_goes_by_itself(
    office: Office,
    faulty: FaultySmtp,
    account: AccountId,
    bad: Callable[[Office, AccountId], None],
) -> None:
    bad(office, account)
    big = office.queue(account, text=BIG)
    small = office.queue(account, subject="petit")
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1, waiting=1)
    assert office.row(small.id).state is S.FILED  # the one behind it was not kept
    waiting = office.row(big.id)
    assert (waiting.state, waiting.reason, waiting.attempts) == (S.QUEUED, "waits-for-line", 0)
    writes: list[object] = []
    office.database.listen(writes.append)
    bad(office, account)
    writes.clear()
    office.outbox.send_due(row=big.id)  # looked at again, and no news
    assert writes == []
    good(office, account)
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
    assert len(faulty.taken) == 2
    assert office.row(big.id).reason == ""


def test_at_once_where_a_person_says_so(
    office: Office, faulty: FaultySmtp, account: AccountId
) -> None:
    metered(office, account)
    first, second = office.queue(account, text=BIG), office.queue(account, text=BIG + "\n")
    office.outbox.send_due()
    assert faulty.taken == []
    office.outbox.retry(first.id)  # "send now" in the window
    assert office.outbox.send_due() == SendReport(accepted=1, filed=1, waiting=1)
    OutboxWishes(office.database, office.clock).want_at_once(second.id)  # "outbox send-now ID"
    assert office.outbox.send_due(row=second.id) == SendReport(accepted=1, filed=1)


def test_a_line_that_stays_slow_is_no_end(
    office: Office, faulty: FaultySmtp, account: AccountId
) -> None:
    slow(office, account)
    office.queue(account, text=BIG)
    office.outbox.send_due()
    office.clock.jump(hours=11)
    slow(office, account)
    assert office.outbox.send_due() == SendReport(waiting=1)
    office.clock.jump(hours=1)
    assert office.outbox.send_due().accepted == 1


def test_an_unknown_line_is_looked_at_first(
    office: Office, faulty: FaultySmtp, account: AccountId
) -> None:
    """A program that was just started knows nothing; the system may."""
    office.network.answer = True
    row = office.queue(account, text=BIG)
    assert office.outbox.send_due() == SendReport(waiting=1)
    assert office.row(row.id).reason == "waits-for-line"
    assert office.sent_box.connects == 1
    assert faulty.verbs == []


def test_the_threshold_is_a_setting(office: Office, account: AccountId) -> None:
    metered(office, account)
    office.big_mail.set(0)
    office.queue(account, text=BIG)
    assert office.outbox.send_due().accepted == 1
    for wrong in (-1, 1001):
        with pytest.raises(LocalRefusal):
            office.big_mail.set(wrong)
    assert office.big_mail.settings().megabytes == 0
    office.with_policy(SendingPolicy(big_mail_mb=1))
    assert (office.big_mail.settings().megabytes, office.big_mail.settings().is_fixed) == (1, True)
    with pytest.raises(LocalRefusal) as caught:
        office.big_mail.set(0)
    assert caught.value.code is ErrorCode.POLICY
    office.queue(account, text=BIG + "\n")
    assert office.outbox.send_due().waiting == 1


@pytest.mark.parametrize("chunks", [False, True])
def test_the_speed_upwards_of_a_shaped_line(
    tmp_path: Path,
    faulty: FaultySmtp,
    dovecot: Dovecot,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    chunks: bool,
) -> None:
    """8 Mbit/s to the submission server and to Dovecot, whatever buffers lie between."""
    user = dovecot.new_user()
    smtp, imap = CutLine(faulty.port), CutLine(dovecot.imap_port)
    office = Office(tmp_path, ImapConnector())
    try:
        account = office.add_account(
            Endpoint("127.0.0.1", smtp.port, Security.TLS),
            imap=Endpoint(dovecot.host, imap.port, Security.TLS),
            email=user.email,
            login=user.login,
            password=user.password,
            ca_pem=certificates.ca_pem,
        )
        smtp.up_bps = imap.up_bps = 8e6
        if chunks:
            hello = b"250-x\r\n250-CHUNKING\r\n250 AUTH PLAIN\r\n"
            faulty.switches.replies["EHLO"] = hello
        told: list[float] = []
        note = Meter.note_upload

        def noted(meter: Meter, octets: int, seconds: float) -> None:
            note(alone := Meter(rtt_s=meter.rtt_s), octets, seconds)
            told.append(alone.up_bps or 0.0)
            note(meter, octets, seconds)

        monkeypatch.setattr(Meter, "note_upload", noted)
        office.queue(account, text=BIG)
        assert office.outbox.send_due() == SendReport(accepted=1, filed=1)
        assert len(told) == 2  # DATA or BDAT, then APPEND
        assert all(0.2e6 < one < 8.8e6 for one in told), told  # never what buffers take
        price = office.links.price_up(account, 10_000_000)
        assert price.seconds is not None
        assert 9 < price.seconds < 500
        assert not price.at_least
    finally:
        office.close()
        smtp.close()
        imap.close()
