"""The engine on a real profile: rounds, trouble told, offline, shutdown, one program at a time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mel_desktop.app import engine, rounds, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import (
    AccountId,
    AccountState,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.changes import Area, Link, Status, SyncReport
from mel_desktop.model.errors import Cancelled, ErrorCode, ServerSaid, StoreTrouble
from mel_desktop.model.outgoing import DraftContent, OutboxState
from mel_desktop.model.people import LdapSettings
from mel_desktop.model.sync import SyncOptions
from mel_desktop.system.locks import EngineLock
from tests.support.ports import free_port

PASSPHRASE = Secret("une phrase de passe")
AT_ONCE_S = 12.0  # on a busy machine; who waits for a silent server waits for twenty and more


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    opened = wiring.create_profile(tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False)
    yield opened
    opened.close()


@pytest.fixture
def silent() -> Iterator[Endpoint]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Endpoint("127.0.0.1", listening.getsockname()[1], Security.STARTTLS)


def _add(facade: Facade, endpoint: Endpoint, email: str = "s@ac-exemple.invalid") -> AccountId:
    return facade.add_account(NewAccount(email, "s", endpoint, endpoint), Secret("x")).id


def _is_up(facade: Facade, account: AccountId, link: Link) -> bool:
    return any(one.account == account and one.link is link for one in facade.status().accounts)


def _until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _add_unreachable(facade: Facade) -> None:
    nowhere = Endpoint("127.0.0.1", free_port(), Security.TLS)
    facade.add_account(NewAccount("a@ac-exemple.invalid", "a", nowhere, nowhere), Secret("x"))


def _wait(facade: Facade, wanted: Callable[[Status], bool]) -> Status:
    arrived, seen = threading.Event(), []

    def listen(status: Status) -> None:
        if wanted(status):
            seen.append(status)
            arrived.set()

    stop = facade.listen_status(listen)
    facade.start_engine()
    assert arrived.wait(60)
    stop()
    return seen[0]


def test_an_unreachable_server_is_told_and_puts_nothing_on_hold(facade: Facade) -> None:
    _add_unreachable(facade)
    status = _wait(facade, lambda one: one.accounts[0].link is Link.TROUBLE)
    assert status.accounts[0].trouble == ErrorCode.UNREACHABLE.text
    assert status.accounts[0].host == "127.0.0.1"
    assert facade.accounts()[0].state is AccountState.READY


def test_offline_is_told_at_once_and_survives_a_round(facade: Facade) -> None:
    _add_unreachable(facade)
    facade.set_offline(True)
    assert facade.status().offline
    assert facade.status().accounts[0].link is Link.OFFLINE
    facade.start_engine()
    facade.wake()
    assert facade.status().accounts[0].trouble == ""


def test_a_bug_in_one_round_is_told_and_does_not_end_the_engine(
    facade: Facade, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _add_unreachable(facade)
    made = threading.Semaphore(0)

    def broken(*_: object) -> None:
        made.release()
        raise ZeroDivisionError("holds CanariTexte of a mail")

    monkeypatch.setattr(rounds, "sync_account", broken)
    _wait(facade, lambda one: one.accounts[0].trouble == ErrorCode.BUG.text)
    assert made.acquire(timeout=60)
    facade.wake()
    assert made.acquire(timeout=60), "the next round is made all the same"
    assert "CanariTexte" not in caplog.text


def test_what_waits_is_counted(facade: Facade) -> None:
    _add_unreachable(facade)
    account = facade.accounts()[0].id
    draft = facade.new_draft(account, DraftContent(subject="x"))
    facade.save_draft(
        draft.id, DraftContent(to=facade.parse_recipients("b@ac-exemple.invalid"), subject="x")
    )
    facade.send(draft.id)
    status = facade.status()
    assert (status.waiting_outbox, status.failed_outbox) == (1, 0)
    assert status.oldest_waiting is not None


def test_only_one_program_talks_to_servers_for_a_profile(
    facade: Facade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_WAIT_S", 0.2)
    _add_unreachable(facade)
    _wait(facade, lambda one: one.accounts[0].link is Link.TROUBLE)
    second = wiring.open_profile(tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False)
    try:
        with pytest.raises(StoreTrouble) as busy:
            second.sync(second.accounts()[0].id, SyncOptions())
        assert busy.value.code is ErrorCode.PROFILE_BUSY
        assert second.accounts() == facade.accounts(), "reading goes on"
    finally:
        second.close()


def test_close_ends_every_thread_and_later_work_is_cancelled(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    opened = wiring.create_profile(tmp_path / "other", passphrase=PASSPHRASE, use_keyring=False)
    _add_unreachable(opened)
    opened.start_engine()
    assert opened.in_background(lambda: 42).result(10) == 42
    opened.close()
    assert set(threading.enumerate()) <= before
    with pytest.raises(Cancelled):
        opened.in_background(lambda: 42)


def test_closing_does_not_wait_for_a_server_that_says_nothing(
    tmp_path: Path, silent: Endpoint
) -> None:
    before = set(threading.enumerate())
    opened = wiring.create_profile(tmp_path / "other", passphrase=PASSPHRASE, use_keyring=False)
    account = _add(opened, silent)
    draft = opened.new_draft(account, DraftContent(subject="x"))
    opened.save_draft(
        draft.id, DraftContent(to=opened.parse_recipients("b@ac-exemple.invalid"), subject="x")
    )
    opened.send(draft.id)
    opened.start_engine()
    trial = opened.in_background(lambda: opened.test_account(account))
    source = opened.add_ldap(LdapSettings(f"ldap://127.0.0.1:{silent.port}", "dc=x"), None)
    reading = opened.in_background(lambda: opened.sync_directory(source.id))
    _until(lambda: _is_up(opened, account, Link.CONNECTING))
    began = time.monotonic()
    opened.close()
    assert time.monotonic() - began < AT_ONCE_S
    assert set(threading.enumerate()) <= before
    assert trial.done()
    assert reading.done()


def test_a_name_that_is_not_found_for_long_does_not_hold_up_closing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def slowly(*_: object, **__: object) -> list[object]:
        asked.set()
        answer.wait(60)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    opened = wiring.create_profile(tmp_path / "other", passphrase=PASSPHRASE, use_keyring=False)
    _add(opened, Endpoint("imap.ac-exemple.invalid", 993, Security.TLS))
    opened.start_engine()
    assert asked.wait(60)
    began = time.monotonic()
    opened.close()
    assert time.monotonic() - began < AT_ONCE_S
    answer.set()


def test_going_offline_cuts_what_is_being_opened_and_loses_nothing(
    facade: Facade, silent: Endpoint
) -> None:
    account = _add(facade, silent)
    draft = facade.new_draft(account, DraftContent(subject="x"))
    facade.save_draft(
        draft.id, DraftContent(to=facade.parse_recipients("b@ac-exemple.invalid"), subject="x")
    )
    row = facade.send(draft.id)
    facade.start_engine()
    _until(lambda: facade.outbox()[0].state is OutboxState.SENDING)
    facade.set_offline(True)
    _until(lambda: facade.outbox()[0].state is OutboxState.QUEUED, seconds=AT_ONCE_S)
    assert [one.id for one in facade.outbox()] == [row.id]


def test_a_dead_server_does_not_hold_up_the_other_account(facade: Facade, silent: Endpoint) -> None:
    dead = _add(facade, silent)
    _add_unreachable(facade)
    other = facade.accounts()[1].id
    facade.start_engine()
    _until(lambda: _is_up(facade, other, Link.TROUBLE), seconds=AT_ONCE_S)
    assert _is_up(facade, dead, Link.CONNECTING)


def test_accounts_come_and_go_while_the_engine_runs(facade: Facade, silent: Endpoint) -> None:
    facade.start_engine()
    account = _add(facade, silent)
    _until(lambda: _is_up(facade, account, Link.CONNECTING))
    began = time.monotonic()
    facade.remove_account(account)
    assert time.monotonic() - began < AT_ONCE_S
    assert facade.status().accounts == ()
    _until(lambda: not any(one.name == f"mel-account-{account}" for one in threading.enumerate()))
    again = _add(facade, silent)
    _until(lambda: _is_up(facade, again, Link.CONNECTING))


def test_a_password_given_while_the_old_one_is_refused_is_not_put_on_hold(facade: Facade) -> None:
    _add_unreachable(facade)
    account = facade.accounts()[0].id
    sessions = facade._services.sessions

    def refused(_: Secret) -> None:
        facade.set_password(account, Secret("the new one"))
        raise ServerSaid(ErrorCode.SIGN_IN_REFUSED)

    with pytest.raises(ServerSaid):
        sessions._signing_in(facade.account(account), refused)
    assert facade.accounts()[0].state is AccountState.READY


def test_rounds_begin_once_another_program_is_done(
    facade: Facade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_WAIT_S", 0.2)
    monkeypatch.setattr(engine, "LOCK_PAUSE_S", 0.1)
    _add_unreachable(facade)
    other = EngineLock(tmp_path / "profile")
    other.acquire()
    busy = _wait(facade, lambda one: one.accounts[0].trouble == ErrorCode.PROFILE_BUSY.text)
    assert busy.accounts[0].link is Link.TROUBLE
    with pytest.raises(StoreTrouble):
        facade.sync(facade.accounts()[0].id, SyncOptions())
    other.release()
    _until(lambda: facade.status().accounts[0].trouble == ErrorCode.UNREACHABLE.text)


def test_a_screen_that_fails_does_not_stop_the_rounds(facade: Facade) -> None:
    _add_unreachable(facade)

    def fail(_: Status) -> None:
        raise RuntimeError("Internal C++ object already deleted")

    facade.listen_status(fail)
    _wait(facade, lambda one: one.accounts[0].trouble == ErrorCode.UNREACHABLE.text)


def test_a_storm_of_wakes_makes_few_rounds(facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    report = SyncReport(AccountId(1))

    def counted(*_: object) -> SyncReport:
        made.append(1)
        return report

    monkeypatch.setattr(rounds, "sync_account", counted)
    _add_unreachable(facade)
    facade.start_engine()
    _until(lambda: bool(made))
    for _ in range(5000):
        facade.wake()
    _until(lambda: len(made) > 1)
    assert len(made) < 10


def test_what_was_looked_at_first_is_never_told_last(
    facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that looked and was held up must not bring the window back to what has passed."""
    looking, go_on = threading.Event(), threading.Event()
    told: list[Status] = []
    facade.listen_status(told.append)
    real = facade._engine.status

    def held_up() -> Status:
        status = real()
        if not looking.is_set():
            looking.set()
            go_on.wait(60)
        return status

    monkeypatch.setattr(facade._engine, "status", held_up)
    first = threading.Thread(target=facade._engine._publish)
    first.start()
    assert looking.wait(60)
    second = threading.Thread(target=lambda: facade.set_offline(True))
    second.start()
    _until(lambda: facade.status().offline)
    second.join(0.3)  # it would be through by now, and the other one told after it
    go_on.set()
    first.join(60)
    second.join(60)
    assert [one.offline for one in told] == [False, True]


def test_a_sync_that_commits_fast_is_told_of_now_and_then_and_a_wish_at_once(
    facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each telling is computed by Python while the window would paint."""
    monkeypatch.setattr(engine, "STATUS_S", 120.0)
    told: list[Status] = []
    facade.listen_status(told.append)
    facade.start_engine()
    database = facade._services.database
    database.write(lambda tx: tx.changed(Area.MESSAGES))
    _until(lambda: len(told) == 1)
    for _ in range(50):
        database.write(lambda tx: tx.changed(Area.MESSAGES | Area.BODIES))
    assert len(told) == 1
    database.write(lambda tx: tx.changed(Area.JOURNAL))
    _until(lambda: len(told) == 2, AT_ONCE_S)


def test_the_last_commit_of_a_sync_is_told_too(
    facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No later commit brings it along."""
    monkeypatch.setattr(engine, "STATUS_S", 0.05)
    told: list[int] = []
    commits = 0
    facade.listen_status(lambda _: told.append(commits))
    facade.start_engine()
    for commits in range(1, 21):  # noqa: B007 the listener reads it
        facade._services.database.write(lambda tx: tx.changed(Area.MESSAGES))
    _until(lambda: bool(told) and told[-1] == 20)
