"""Rounds of one account: growing pauses, who ends them, hours, and how a running sync is told."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mel_desktop.app import board, rounds, wiring
from mel_desktop.app.board import Board
from mel_desktop.app.facade import Facade
from mel_desktop.logic import linkprofile
from mel_desktop.model.accounts import AccountId, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.changes import Link, SyncReport
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, MelError, ServerSaid
from mel_desktop.model.links import LinkProfile, LinkSettings, Phase
from mel_desktop.model.sync import Progress
from tests.support.clock import JumpingClock
from tests.support.ports import free_port


@pytest.fixture
def facade(tmp_path: Path) -> Iterator[Facade]:
    opened = wiring.create_profile(tmp_path / "p", passphrase=Secret("x y z"), use_keyring=False)
    nowhere = Endpoint("127.0.0.1", free_port(), Security.TLS)
    opened.add_account(NewAccount("a@ac-exemple.invalid", "a", nowhere, nowhere), Secret("x"))
    yield opened
    opened.close()


class Tries:
    """Stands for the whole sync: counts, and fails as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, pause: float) -> None:
        self.trouble: MelError | None = None
        self.made = 0
        self.by_hand: list[bool] = []
        self.failures: list[int] = []

        def sync(services: object, account: AccountId, *rest: object) -> SyncReport:
            self.made += 1
            self.by_hand.append(bool(rest[-1]))
            if self.trouble is not None:
                raise self.trouble
            return SyncReport(account)

        def retry_s(failures: int, roll: float) -> float:
            assert 0.0 <= roll < 1.0
            self.failures.append(failures)
            return pause

        monkeypatch.setattr(rounds, "sync_account", sync)
        monkeypatch.setattr(linkprofile, "retry_s", retry_s)
        monkeypatch.setattr(rounds, "GATHER_S", 0.0)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_pauses_grow_while_the_line_is_dead_and_a_person_ends_them(
    facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = Tries(monkeypatch, pause=0.01)
    tries.trouble = ConnectionTrouble(ErrorCode.UNREACHABLE)
    facade.start_engine()
    _until(lambda: tries.failures[:4] == [1, 2, 3, 4])
    before = len(tries.failures)
    facade.wake()
    _until(lambda: 1 in tries.failures[before:])
    assert True in tries.by_hand
    assert tries.by_hand[0] is False


def test_a_success_ends_them_as_well(facade: Facade, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = Tries(monkeypatch, pause=0.01)
    tries.trouble = ConnectionTrouble(ErrorCode.TIMED_OUT)
    facade.start_engine()
    _until(lambda: len(tries.failures) > 3)
    tries.trouble = None
    _until(lambda: facade.status().accounts[0].link is Link.UP_TO_DATE)
    before = len(tries.failures)
    tries.trouble = ConnectionTrouble(ErrorCode.TIMED_OUT)
    facade._engine.wake()
    _until(lambda: len(tries.failures) > before)
    assert tries.failures[before] == 1


@pytest.mark.parametrize(
    "code", [ErrorCode.SIGN_IN_REFUSED, ErrorCode.SIGN_IN_ON_HOLD, ErrorCode.NO_PASSWORD]
)
def test_a_refused_password_is_not_tried_again_by_itself(
    facade: Facade, monkeypatch: pytest.MonkeyPatch, code: ErrorCode
) -> None:
    tries = Tries(monkeypatch, pause=0.01)
    tries.trouble = ServerSaid(code)
    facade.start_engine()
    _until(lambda: tries.made == 1)
    time.sleep(0.5)
    assert (tries.made, tries.failures) == (1, [])
    assert facade.status().accounts[0].trouble == code.text


def test_a_wish_calls_for_a_round_but_not_by_hand(
    facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = Tries(monkeypatch, pause=60.0)
    facade.start_engine()
    _until(lambda: tries.made == 1)
    account = facade.accounts()[0].id
    facade.set_link_settings(account, LinkSettings(LinkProfile.FRUGAL))
    _until(lambda: tries.made == 2)
    facade.wake()
    _until(lambda: tries.made == 3)
    assert tries.by_hand == [False, False, True]


class _Links:
    def line(self, account: AccountId) -> None:
        return None


class _Services:
    def __init__(self) -> None:
        self.clock = JumpingClock()
        self.links = _Links()


def test_a_running_sync_is_told_four_times_a_second_and_at_each_phase() -> None:
    services, told = _Services(), []
    shown = Board(services, lambda: told.append(services.clock.monotonic()))  # type: ignore[arg-type]
    account = AccountId(1)
    shown.set(account, Link.CONNECTING)
    told.clear()
    for number in range(1000):
        services.clock.jump(milliseconds=10)
        shown.tell(account, Progress(number + 1, 1001, Phase.HEADERS))
    assert 38 <= len(told) <= 42, "ten seconds"
    gaps = [later - before for before, later in itertools.pairwise(told)]
    assert min(gaps) >= board.PROGRESS_S - 1e-6
    told.clear()
    shown.tell(account, Progress(0, 10, Phase.TEXTS))
    assert len(told) == 1, "a phase is told at once"


def test_a_call_to_end_that_comes_between_two_looks_is_not_lost(
    facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offline the next look is a minute away."""
    facade.set_offline(True)
    facade.start_engine()
    _until(lambda: bool(facade._engine._rounds))
    (one,) = facade._engine._rounds.values()
    clear, wake = one._call.event.clear, one.wake
    about_to_clear, goes_on = threading.Event(), threading.Event()
    calls: list[bool] = []

    def slow_clear() -> None:
        about_to_clear.set()
        assert goes_on.wait(60)
        clear()

    def counted(*, by_hand: bool) -> None:
        wake(by_hand=by_hand)
        calls.append(by_hand)

    monkeypatch.setattr(one._call.event, "clear", slow_clear)
    facade.wake()
    assert about_to_clear.wait(60)
    monkeypatch.setattr(one, "wake", counted)
    closing = threading.Thread(target=facade.close)
    closing.start()
    _until(lambda: len(calls) == 2)  # the engine's, and that of the thread that waits for the end
    goes_on.set()
    closing.join(60)
    assert not closing.is_alive()


def test_closing_ends_the_watching_thread_too(facade: Facade) -> None:
    facade.start_engine()
    _until(lambda: any(one.name.startswith("mel-watch-") for one in threading.enumerate()))
    facade.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("mel-")]
