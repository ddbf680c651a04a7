"""The engine on Dovecot: news without polling, budgets that stop and resume, hints, lanes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.changes import Link, SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.links import LinkProfile, LinkReason, LinkSettings
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.sync import Bodies, SyncOptions
from tests.support.imap_servers import Dovecot, MailUser

pytestmark = pytest.mark.servers

PASSPHRASE = Secret("une phrase de passe")
FULL, THRIFTY = LinkSettings(LinkProfile.FULL), LinkSettings(LinkProfile.THRIFTY)
SOON_S = 15.0  # on a busy machine; who looks now and then looks every few minutes


class Desk:
    """An open profile with one account on Dovecot."""

    def __init__(self, facade: Facade, server: Dovecot, user: MailUser) -> None:
        self.facade, self.server, self.user = facade, server, user
        self.account: AccountId = facade.add_account(server.new_account(user), user.secret).id

    def deliver(self, subject: str, folder: str = "INBOX", size: int = 100) -> None:
        self.server.deliver_all(self.user, folder, [(letter(subject, size), (), datetime.now(UTC))])

    def subjects(self, folder: str = "INBOX") -> list[str]:
        found = self.facade.find_folder(folder)
        return [one.subject for one in self.facade.messages(found.id, limit=1000)]

    def link(self) -> Link:
        return self.facade.status().accounts[0].link

    def connections(self) -> int:
        """Open TCP connections of this process to the server."""
        mine = psutil.Process().net_connections("tcp")
        return sum(
            bool(one.raddr)
            and one.raddr.port == self.server.imap_port
            and one.status == "ESTABLISHED"
            for one in mine
        )


def letter(subject: str, size: int = 100) -> bytes:
    text = b"".join(b"ligne %d de %s\r\n" % (one, subject.encode()) for one in range(size // 20))
    return (
        b"From: zoe.lefevre@ac-demo.fr\r\nTo: paul.durand@ac-demo.fr\r\nSubject: %s\r\n"
        b"Message-ID: <%s@ac-demo.fr>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        % (subject.encode(), subject.encode())
    ) + text


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot) -> Iterator[Desk]:
    facade = wiring.create_profile(tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False)
    yield Desk(facade, dovecot, dovecot.new_user())
    facade.close()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> float:
    """Seconds that it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


def _settle(desk: Desk) -> None:
    """Rounds are made, and somebody watches."""
    desk.facade.start_engine()
    until(lambda: desk.link() is Link.UP_TO_DATE)
    until(lambda: desk.facade._engine._rounds[desk.account]._watched is not None)
    time.sleep(1.0)  # the round after the first watch
    until(lambda: desk.link() is Link.UP_TO_DATE)


def test_a_delivered_message_is_here_within_two_seconds_without_polling(desk: Desk) -> None:
    desk.facade.set_link_settings(desk.account, FULL)
    _settle(desk)
    took = []
    for number in range(4):
        desk.deliver(f"Nouvelle {number}")
        took.append(until(lambda number=number: f"Nouvelle {number}" in desk.subjects()))
    assert min(took) < 2.0, took
    assert max(took) < SOON_S, took
    assert desk.connections() <= 3


def test_a_thrifty_line_hears_of_news_too_on_its_one_connection(desk: Desk) -> None:
    _settle_thrifty(desk)
    time.sleep(1.5)
    for folder in ("INBOX", "Sent"):
        for number in range(2):
            subject = f"Nouvelle {folder} {number}"
            desk.deliver(subject, folder)
            assert until(lambda: subject in desk.subjects(folder)) < SOON_S  # noqa: B023
    assert desk.connections() == 1
    (message, *_) = desk.facade.messages(desk.facade.find_folder("inbox").id)
    desk.facade.flag([message.id], Flags(Marks.FLAGGED), Flags())
    assert until(lambda: desk.facade.status().waiting_changes == 0) < SOON_S, "watching gives way"
    began = time.monotonic()
    desk.facade.sync(desk.account, SyncOptions())  # another thread wants the connection
    assert time.monotonic() - began < SOON_S


def test_what_comes_while_the_watch_is_being_opened_is_not_missed(desk: Desk) -> None:
    desk.facade.set_link_settings(desk.account, FULL)
    desk.facade.start_engine()
    for number in range(30):
        desk.deliver(f"Pluie {number}")
    until(lambda: len(desk.subjects()) == 30)


def test_a_thrifty_line_has_no_connection_that_watches(desk: Desk) -> None:
    desk.facade.set_link_settings(desk.account, FULL)
    _settle(desk)
    assert desk.connections() == 2
    desk.facade.set_link_settings(desk.account, THRIFTY)
    desk.facade._services.sessions.tend()
    until(lambda: desk.connections() == 1)
    desk.facade.wake()
    until(lambda: desk.link() is Link.UP_TO_DATE)
    assert desk.connections() == 1


def test_another_network_drops_every_connection_and_begins_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = ["home"]
    monkeypatch.setattr(
        desk.facade._services.network, "identity", lambda: network[0], raising=False
    )
    monkeypatch.setattr("mel_desktop.app.engine.BEAT_S", 0.2)
    desk.facade.set_link_settings(desk.account, FULL)
    _settle(desk)
    kept = set(desk.facade._services.sessions._kept.values())
    network[0] = "school"
    until(lambda: not kept & set(desk.facade._services.sessions._kept.values()))
    desk.deliver("Ailleurs")
    assert until(lambda: "Ailleurs" in desk.subjects()) < SOON_S
    until(lambda: desk.connections() <= 2)


def test_an_account_taken_offline_is_left_alone_and_comes_back(desk: Desk) -> None:
    _settle_thrifty(desk)
    desk.facade.set_link_settings(desk.account, LinkSettings(LinkProfile.OFFLINE))
    until(lambda: desk.connections() == 0)
    desk.deliver("Plus tard")
    with pytest.raises(ConnectionTrouble) as refused:
        desk.facade.sync(desk.account, SyncOptions())
    assert refused.value.code is ErrorCode.OFFLINE
    time.sleep(1.0)
    assert desk.connections() == 0
    desk.facade.set_link_settings(desk.account, THRIFTY)
    until(lambda: "Plus tard" in desk.subjects())


def _settle_thrifty(desk: Desk) -> None:
    desk.facade.set_link_settings(desk.account, THRIFTY)
    desk.facade.start_engine()
    until(lambda: desk.link() is Link.UP_TO_DATE)


def test_hints_of_a_sign_in_are_kept(desk: Desk) -> None:
    desk.facade.sync(desk.account, SyncOptions())
    hints = desk.facade._services.accounts.hints(desk.account)
    assert hints is not None
    assert "QRESYNC" in hints.after


def test_a_used_up_budget_stops_mail_but_not_wishes_and_resumes(desk: Desk) -> None:
    for number in range(5):
        desk.deliver(f"Sujet {number}")
    first = desk.facade.sync(desk.account, SyncOptions(bodies=Bodies.NONE))
    used = first.bytes_received + first.bytes_sent
    stored = desk.facade.traffic(desk.account)
    assert stored.day_received + stored.day_sent == used
    desk.facade.set_link_settings(desk.account, LinkSettings(day_bytes=used))
    desk.deliver("Après")
    (message, *_) = desk.facade.messages(desk.facade.find_folder("inbox").id)
    desk.facade.flag([message.id], Flags(Marks.FLAGGED), Flags())

    report = desk.facade.sync(desk.account, SyncOptions())
    assert [one.code for one in report.failures] == [ErrorCode.BUDGET_USED.text]
    assert not report.complete
    assert report.bodies == 0
    with desk.server.observer(desk.user) as box:
        flagged = [one.subject for one in box.fetch("FLAGGED", mark_seen=False)]
    assert flagged == [message.subject], "a wish leaves all the same"

    quiet = desk.facade.sync(desk.account, SyncOptions())
    assert (quiet.bytes_received, quiet.bytes_sent) == (0, 0), "nothing wanted: no socket"
    assert desk.facade.in_force(desk.account).reason is LinkReason.BUDGET

    desk.facade.set_link_settings(desk.account, LinkSettings(day_bytes=100 * used))
    report = desk.facade.sync(desk.account, SyncOptions())
    assert report.complete
    assert "Après" in desk.subjects()
    assert report.bodies == 6


def test_a_budget_stops_a_sync_in_its_middle_and_the_next_one_goes_on(desk: Desk) -> None:
    now = datetime.now(UTC)
    desk.server.deliver_all(
        desk.user,
        "INBOX",
        [(letter(f"Long {one}", 20_000), (), now - timedelta(minutes=one)) for one in range(200)],
    )
    wanted = SyncOptions(link=LinkProfile.THRIFTY, max_bytes=300_000)
    total, rounds = 0, 0
    while True:
        report = desk.facade.sync(desk.account, wanted)
        total += report.bodies
        rounds += 1
        assert report.bytes_received + report.bytes_sent < 300_000 + 2_500_000, "the window at most"
        if report.complete:
            break
        assert [one.code for one in report.failures] == [ErrorCode.BUDGET_USED.text]
        assert rounds < 40
    assert total == 200, "no text came twice"
    assert rounds > 1, "the budget did stop it"


def test_a_running_sync_tells_where_it_is_but_not_too_often(desk: Desk) -> None:
    now = datetime.now(UTC)
    desk.server.deliver_all(
        desk.user,
        "INBOX",
        [(letter(f"Suite {one}"), (), now - timedelta(minutes=one)) for one in range(1500)],
    )
    told: list[float] = []
    phases = set()

    def listen(status: object) -> None:
        account = status.accounts[0]  # type: ignore[attr-defined]
        if account.link is Link.WORKING:
            told.append(time.monotonic())
            phases.add(account.phase)
            assert account.traffic.received > 0
            assert account.in_force is not None

    desk.facade.listen_status(listen)
    desk.facade.start_engine()
    until(lambda: desk.link() is Link.UP_TO_DATE, 60.0)
    assert told
    assert len(phases) >= 2


def test_staying_for_news_reports_each_sync(desk: Desk) -> None:
    reports: list[SyncReport] = []
    came = threading.Event()

    def add(report: SyncReport) -> None:
        reports.append(report)
        if report.new:
            came.set()

    desk.facade.watch([desk.account], SyncOptions(link=LinkProfile.FULL), add)
    until(lambda: len(reports) >= 1)
    time.sleep(1.5)
    desk.deliver("Encore")
    assert came.wait(SOON_S)
    assert "Encore" in desk.subjects()
