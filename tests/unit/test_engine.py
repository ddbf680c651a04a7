"""The engine on a real profile: rounds, trouble told, offline, shutdown, one program at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mel_desktop.app import engine, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountState, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.changes import Link, Status
from mel_desktop.model.errors import Cancelled, ErrorCode, StoreTrouble
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.sync import SyncOptions
from tests.support.ports import free_port

PASSPHRASE = Secret("une phrase de passe")


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    opened = wiring.create_profile(tmp_path / "profile", passphrase=PASSPHRASE, use_keyring=False)
    yield opened
    opened.close()


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
    assert arrived.wait(30)
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
    rounds = threading.Semaphore(0)

    def broken(*_: object) -> None:
        rounds.release()
        raise ZeroDivisionError("holds CanariTexte of a mail")

    monkeypatch.setattr(engine, "sync_account", broken)
    _wait(facade, lambda one: one.accounts[0].trouble == ErrorCode.BUG.text)
    assert rounds.acquire(timeout=30)
    facade.wake()
    assert rounds.acquire(timeout=30), "the next round is made all the same"
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
