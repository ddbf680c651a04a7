"""Lines of accounts on a real store: settings, octets by day, budgets, prices, brakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.links import (
    Brake,
    InForce,
    Line,
    LinkProfile,
    LinkReason,
    LinkSettings,
)
from mel_desktop.model.mail import FolderId, MessageId
from mel_desktop.model.sync import SyncOptions
from mel_desktop.ports import Hints
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.links import Links
from mel_desktop.services.meters import Meters
from mel_desktop.store.database import Database
from tests.support.clock import JumpingClock
from tests.support.store import plant_account, plant_folder, plant_message, store

MIDDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class SystemSays:
    """ports.Network of a test."""

    metered: bool | None = None

    def is_metered(self) -> bool | None:
        return self.metered

    def identity(self) -> str:
        return "net"


class Office:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = JumpingClock(MIDDAY)
        self.meters = Meters()
        self.network = SystemSays()
        self.accounts = Accounts(database, self.clock)
        self.account: AccountId = plant_account(database)
        self.offline = False
        self.links = self.again()

    def again(self) -> Links:
        """As after a new start of the program."""
        return Links(
            self.database,
            self.accounts,
            self.meters,
            self.clock,
            lambda: self.offline,
            network=self.network,
        )

    def transfer(self, received: int, sent: int = 0) -> None:
        meter = self.meters.of(self.account)
        meter.received += received
        meter.sent += sent


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with store(tmp_path) as database:
        yield Office(database)


def test_settings_are_kept(office: Office) -> None:
    assert office.links.settings(office.account) == LinkSettings()
    wanted = LinkSettings(LinkProfile.FRUGAL, 5_000_000, 100_000_000, time(22, 30), time(6))
    office.links.set_settings(office.account, wanted)
    assert office.again().settings(office.account) == wanted


@pytest.mark.parametrize(
    "wrong",
    [
        LinkSettings(day_bytes=0),
        LinkSettings(month_bytes=-1),
        LinkSettings(day_bytes=1 << 60),
        LinkSettings(from_hour=time(8)),
        LinkSettings(until_hour=time(8)),
    ],
)
def test_what_cannot_be_meant_is_refused(office: Office, wrong: LinkSettings) -> None:
    with pytest.raises(LocalRefusal) as refused:
        office.links.set_settings(office.account, wrong)
    assert refused.value.code is ErrorCode.USAGE
    assert office.links.settings(office.account) == LinkSettings()


def test_settings_that_a_newer_or_a_broken_program_left_do_no_harm(office: Office) -> None:
    for text in ("", "[]", '{"profile":"warp","day_bytes":"x","from_hour":"25:99"}'):
        office.database.write(lambda tx, text=text: tx.run("UPDATE account SET link = ?", text))
        assert office.links.settings(office.account) == LinkSettings()
        office.database.write(lambda tx, text=text: tx.run("UPDATE account SET hints = ?", text))
        assert office.accounts.hints(office.account) is None


def test_hints_are_kept(office: Office) -> None:
    learnt = Hints(frozenset({"SASL-IR"}), frozenset({"QRESYNC", "MOVE"}))
    office.accounts.learn(office.account, learnt)
    assert office.accounts.hints(office.account) == learnt


def test_an_account_that_is_not_there(office: Office) -> None:
    nobody = AccountId(99)
    for ask in (office.links.settings, office.links.price_of_rest):
        with pytest.raises(LocalRefusal):
            ask(nobody)


def test_octets_count_at_once_and_once(office: Office) -> None:
    office.transfer(1000, 100)
    before = office.links.traffic(office.account)
    assert (before.received, before.day_received, before.month_sent) == (1000, 1000, 100)
    office.links.book()
    office.links.book()
    assert office.links.traffic(office.account) == before
    office.transfer(5)
    office.links.book(office.account)
    assert office.links.traffic(office.account).day_received == 1005


def test_a_day_and_a_month_end(office: Office) -> None:
    office.transfer(1000, 100)
    office.links.book()
    office.clock.jump(days=1)
    tomorrow = office.links.traffic(office.account)
    assert (tomorrow.day_received, tomorrow.month_received) == (0, 1000)
    office.clock.jump(days=10)
    december = office.links.traffic(office.account)
    assert (december.day_sent, december.month_sent, december.sent) == (0, 0, 100)


def test_octets_survive_a_new_start_and_those_of_removed_accounts_go(office: Office) -> None:
    office.transfer(1000)
    office.links.book()
    office.meters = Meters()
    assert office.again().traffic(office.account).day_received == 1000
    assert office.again().traffic(office.account).received == 0
    office.accounts.remove(office.account)
    office.transfer(7)
    office.again().book()
    with office.database.read() as reader:
        assert reader.all("SELECT * FROM traffic") == []


def test_octets_that_could_not_be_stored_are_stored_the_next_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.transfer(1000)

    def full(*_: object, **__: object) -> None:
        raise StoreTrouble(ErrorCode.DISK_FULL)

    with monkeypatch.context() as patched:
        patched.setattr(office.database, "write", full)
        with pytest.raises(StoreTrouble):
            office.links.book()
    assert office.links.traffic(office.account).day_received == 1000
    office.links.book()
    office.meters = Meters()
    assert office.again().traffic(office.account).day_received == 1000


def test_what_is_left_of_a_budget_limits_a_sync(office: Office) -> None:
    office.links.set_settings(office.account, LinkSettings(LinkProfile.FULL, day_bytes=10_000))
    office.transfer(3000, 1000)
    options, force = office.links.options(office.account, SyncOptions())
    assert force == InForce(LinkProfile.FULL, LinkReason.CHOSEN, 6000)
    assert (options.link, options.max_bytes) == (LinkProfile.FULL, 6000)
    options, _ = office.links.options(office.account, SyncOptions(max_bytes=10))
    assert options.max_bytes == 10
    office.transfer(6000)
    assert office.links.in_force(office.account).reason is LinkReason.BUDGET
    office.clock.jump(days=1)
    office.links.book()  # counted on the day on which it is stored: at most 30 s late
    assert office.links.in_force(office.account).reason is LinkReason.BUDGET


def test_the_measured_and_the_paid_line(office: Office) -> None:
    meter = office.meters.of(office.account)
    meter.rtt_s, meter.down_bps = 0.02, 50e6
    assert office.links.in_force(office.account).profile is LinkProfile.FULL
    assert office.links.connections(office.account) == 3
    office.network.metered = True
    office.links.look()
    assert office.links.line(office.account) == Line(0.02, 50e6, metered=True)
    assert office.links.in_force(office.account).reason is LinkReason.METERED
    assert office.links.connections(office.account) == 2
    office.meters.forget_line()
    assert office.links.line(office.account) == Line(metered=True)


def test_only_a_person_closes_the_account(office: Office) -> None:
    office.links.set_settings(office.account, LinkSettings(day_bytes=1))
    office.transfer(10)
    assert not office.links.is_closed(office.account)
    office.links.set_settings(office.account, LinkSettings(LinkProfile.OFFLINE))
    assert office.links.is_closed(office.account)
    office.links.set_settings(office.account, LinkSettings())
    office.offline = True
    assert office.links.is_closed(office.account)


def _with_parts(office: Office) -> tuple[MessageId, MessageId]:
    """A message of which nothing is here, and one whose text is."""
    folder = plant_folder(office.database, office.account)

    def work(tx: object) -> tuple[MessageId, MessageId]:
        found = []
        for number, text in ((1, None), (2, "Bonjour")):
            message = plant_message(tx, folder, number, text=text, received_at=MIDDAY)  # type: ignore[arg-type]
            for position, (name, kind, size, disposition) in enumerate(
                (("1", "text/plain", 1000, ""), ("2", "application/pdf", 50_000, "attachment"))
            ):
                tx.run(  # type: ignore[attr-defined]
                    """INSERT INTO part (message_id, number, position, media_type, size,
                                         disposition) VALUES (?, ?, ?, ?, ?, ?)""",
                    message, name, position, kind, size, disposition,
                )  # fmt: skip
            found.append(message)
        return found[0], found[1]

    return office.database.write(work)


def test_prices_are_those_of_what_is_missing(office: Office) -> None:
    absent, local = _with_parts(office)
    office.meters.of(office.account).rtt_s = 1.0
    office.meters.of(office.account).down_bps = 8000.0
    assert office.links.price(absent, "").octets == 1000
    assert office.links.price(local, "").octets == 0
    found = office.links.price(local, "2")
    assert (found.octets, found.seconds, found.ask_first) == (50_000, 51.0, True)
    assert office.links.price_of_rest(office.account).octets == 1000 + 2 * 50_000
    office.database.write(
        lambda tx: tx.run("UPDATE part SET fetched = 40000 WHERE message_id = ?", local)
    )
    assert office.links.price(local, "2").octets >= 10_000
    office.clock.jump(days=200)
    assert office.links.price_of_rest(office.account).octets == 0, "beyond the window"
    for message, part in ((absent, "9"), (MessageId(12345), ""), (MessageId(12345), "2")):
        with pytest.raises(LocalRefusal) as refused:
            office.links.price(message, part)
        assert refused.value.code is ErrorCode.NOT_FOUND


def test_brakes_are_listed_until_a_person_lets_them_go(office: Office) -> None:
    folder = plant_folder(office.database, office.account, "INBOX")
    gone = plant_folder(office.database, office.account, "Partage", role=None)
    quiet = plant_folder(office.database, office.account, "Calme", role=None)

    def work(tx: object) -> None:
        for number in range(3):
            plant_message(tx, gone, number)  # type: ignore[arg-type]
            plant_message(tx, folder, number)  # type: ignore[arg-type]
        tx.run(  # type: ignore[attr-defined]
            "UPDATE folder SET suspect_since = '2026-11-23T08:00:00Z', suspect_count = 2"
            " WHERE id = ?", folder,
        )  # fmt: skip
        tx.run(  # type: ignore[attr-defined]
            "UPDATE folder SET suspect_since = '2026-11-23T08:00:00Z', on_server = 0 WHERE id = ?",
            gone,
        )

    office.database.write(work)
    inbox = Brake(office.account, folder, "INBOX", 2, 3, whole=False)
    share = Brake(office.account, gone, "Partage", 3, 3, whole=True)
    assert office.links.brakes() == (inbox, share)
    office.links.accept_brake(folder)
    assert office.links.brakes() == (share,)
    for other in (quiet, FolderId(999)):
        with pytest.raises(LocalRefusal):
            office.links.accept_brake(other)


def test_a_richer_profile_asked_for_once_is_not_kept(office: Office) -> None:
    office.links.set_settings(office.account, LinkSettings(LinkProfile.FRUGAL))
    asked = replace(SyncOptions(), link=LinkProfile.FULL)
    assert office.links.options(office.account, asked)[0].link is LinkProfile.FULL
    assert office.links.in_force(office.account).profile is LinkProfile.FRUGAL
