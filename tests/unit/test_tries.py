"""Growing delays after wrong passphrases and recovery codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store.tries import FILE, MOST_S, Tries, delay_s
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.support.clock import JumpingClock

RIGHT = Secret("une phrase de passe été")
WRONG = Secret("faux")
PROGRAM = Path(__file__).parent.parent / "support" / "trying_child.py"


def test_the_delays() -> None:
    assert [delay_s(wrong) for wrong in range(14)] == [
        0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300,
    ]  # fmt: skip
    assert delay_s(10**6) == MOST_S


def test_waiting_is_over_after_its_time_and_not_before(tmp_path: Path) -> None:
    clock = JumpingClock()
    for _ in range(3):  # each in a program of its own
        Tries(tmp_path, clock).check()
        Tries(tmp_path, clock).count()
    assert Tries(tmp_path, clock).wait_s() == pytest.approx(1.0)
    with pytest.raises(StoreTrouble) as caught:
        Tries(tmp_path, clock).check()
    assert caught.value.code is ErrorCode.VAULT_LOCKED
    assert caught.value.facts == {"why": "wait", "wait_s": 1}
    clock.jump(seconds=1.0)
    Tries(tmp_path, clock).check()
    Tries(tmp_path, clock).count()
    assert Tries(tmp_path, clock).wait_s() == pytest.approx(2.0)
    clock.jump(seconds=2.0)
    Tries(tmp_path, clock).check()
    Tries(tmp_path, clock).forget()
    assert Tries(tmp_path, clock).wait_s() == 0.0


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"wrong": 9}', b"[" * 900,
        b'{"wrong": -1, "since": 0}', b'{"wrong": 1e9, "since": 0}', b'{"wrong": true, "since": 0}',
        b'{"wrong": 99999, "since": 0}', b'{"wrong": 9, "since": NaN}',
        b'{"wrong": 9, "since": Infinity}', b'{"wrong": 9, "since": "x"}',
    ],
)  # fmt: skip
def test_nonsense_locks_nobody_out(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    tries = Tries(tmp_path, JumpingClock())
    assert tries.wait_s() == 0.0
    tries.check()
    tries.count()
    assert json.loads((tmp_path / FILE).read_bytes())["wrong"] == 1


@pytest.mark.parametrize("away", [timedelta(days=4000), timedelta(seconds=1), -timedelta(days=9)])
def test_a_clock_or_file_that_lies_costs_five_minutes_at_most(
    tmp_path: Path, away: timedelta
) -> None:
    clock = JumpingClock()
    since = (clock.now() + away).timestamp()
    (tmp_path / FILE).write_text(json.dumps({"wrong": 1000, "since": since}))
    first = Tries(tmp_path, clock).wait_s()
    assert first <= MOST_S
    clock.jump(seconds=150)
    assert Tries(tmp_path, clock).wait_s() <= MOST_S / 2 + 1
    clock.jump(seconds=150)
    assert Tries(tmp_path, clock).wait_s() == pytest.approx(0.0, abs=1e-3)
    Tries(tmp_path, clock).check()


def test_where_nothing_can_be_kept_nobody_waits_for_ever(tmp_path: Path) -> None:
    clock = JumpingClock()
    tries = Tries(tmp_path / "none", clock)
    for _ in range(9):
        tries.check()
        tries.count()
    (tmp_path / FILE).mkdir()
    for _ in range(9):
        Tries(tmp_path, clock).check()
        Tries(tmp_path, clock).count()


def test_wrong_passphrases_and_codes_of_a_vault(tmp_path: Path) -> None:
    clock = JumpingClock()
    vault = Vault.create(
        tmp_path,
        passphrase=RIGHT,
        secrets=None,
        randomness=SystemRandomness(),
        clock=clock,
    )
    code = vault.new_recovery_code()

    def refused(**way: Secret) -> StoreTrouble:
        with pytest.raises(StoreTrouble) as caught:
            Vault.open(tmp_path, randomness=SystemRandomness(), clock=clock, **way)  # type: ignore[arg-type]
        return caught.value

    assert "wait_s" not in refused(passphrase=WRONG).facts
    assert "wait_s" not in refused(recovery=Secret("AAAA-AAAA")).facts
    third = refused(passphrase=WRONG)
    assert (third.code, third.facts["wait_s"]) == (ErrorCode.WRONG_PASSPHRASE, 1)
    assert Vault.status(tmp_path, clock).wait_s == pytest.approx(1.0)
    for way in ({"passphrase": RIGHT}, {"recovery": code}):
        waiting = refused(**way)  # also the right one
        assert (waiting.code, waiting.facts["why"]) == (ErrorCode.VAULT_LOCKED, "wait")
    clock.jump(seconds=1)
    assert (
        Vault.open(tmp_path, recovery=code, randomness=SystemRandomness(), clock=clock).key
        == vault.key
    )
    assert not (tmp_path / FILE).exists()
    assert Vault.status(tmp_path, clock).wait_s == 0.0


def test_a_wrong_try_is_counted_before_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = JumpingClock()
    Vault.create(
        tmp_path, passphrase=RIGHT, secrets=None, randomness=SystemRandomness(), clock=clock
    )
    with pytest.raises(StoreTrouble):
        Vault.open(tmp_path, passphrase=WRONG, randomness=SystemRandomness(), clock=clock)
    assert json.loads((tmp_path / FILE).read_bytes())["wrong"] == 1


def test_a_program_that_dies_while_it_opens_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power cuts and kills in the middle of Argon2id make nobody wait."""
    clock = JumpingClock()
    Vault.create(
        tmp_path, passphrase=RIGHT, secrets=None, randomness=SystemRandomness(), clock=clock
    )

    def end(*_: object) -> bytes:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("mel_desktop.store.keyslots._argon2id", end)
        for _ in range(9):
            with pytest.raises(MemoryError):
                Vault.open(tmp_path, passphrase=RIGHT, randomness=SystemRandomness(), clock=clock)
    assert not (tmp_path / FILE).exists()
    Vault.open(tmp_path, passphrase=RIGHT, randomness=SystemRandomness(), clock=clock).forget()


def two_programs(profile: Path, how: str, times: int) -> list[int]:
    """What each of them made of it, at the same time."""
    children = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), str(profile), how, str(times)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(2)
    ]
    for one in children:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in children:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return [int(one.communicate(timeout=60)[0]) for one in children]


def test_two_programs_at_once_are_counted_exactly(tmp_path: Path) -> None:
    assert two_programs(tmp_path, "count", 25) == [25, 25]
    assert json.loads((tmp_path / FILE).read_bytes())["wrong"] == 50


def test_two_programs_at_once_have_one_try_where_one_is_due(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"wrong": 8, "since": 0}))  # a wait that is over
    assert sum(two_programs(tmp_path, "once", 3)) == 1
    assert json.loads((tmp_path / FILE).read_bytes())["wrong"] == 9
