"""Clock, randomness, locks and hardening of the real system."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.system.clock import SystemClock, SystemRandomness
from mel_desktop.system.locks import EngineLock

HOLDER = """
import sys, time
from pathlib import Path
from mel_desktop.system.locks import EngineLock
lock = EngineLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def busy(profile: Path, wait_s: float = 0.0) -> None:
    with pytest.raises(StoreTrouble) as caught:
        EngineLock(profile).acquire(wait_s)
    assert caught.value.code is ErrorCode.PROFILE_BUSY


def test_clock() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_randomness() -> None:
    randomness = SystemRandomness()
    assert len(randomness.token(32)) == 32
    assert randomness.token(32) != randomness.token(32)


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    first = EngineLock(tmp_path)
    with first:
        busy(tmp_path)
        busy(tmp_path, 0.1)
    with EngineLock(tmp_path):
        pass
    first.release()  # not held: nothing happens


def test_a_waiting_thread_gets_its_turn(tmp_path: Path) -> None:
    lock = EngineLock(tmp_path)
    lock.acquire()
    got = threading.Event()

    def wait() -> None:
        lock.acquire(20)
        got.set()
        lock.release()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not got.is_set()
    lock.release()
    thread.join(60)
    assert got.is_set()


def test_another_process_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        busy(tmp_path)
        holder.kill()
        holder.wait(60)
    with EngineLock(tmp_path):
        pass


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreTrouble) as caught:
        EngineLock(tmp_path / "nowhere").acquire()
    assert caught.value.code is ErrorCode.NOT_WRITABLE


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_no_core_dumps(tmp_path: Path) -> None:
    script = """
import ctypes, resource
from mel_desktop.system.hardening import harden_process
harden_process()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=os.getcwd(),
    )
    assert done.stdout == "(0, 0) 0\n"
