"""Another program opens the store at the very moment at which its file is exchanged."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import compaction, rekeying
from mel_desktop.store.database import Database
from mel_desktop.store.filelock import DOOR, FileLock
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from mel_desktop.system.locks import EngineLock
from tests.support.clock import JumpingClock
from tests.support.rekey_kills import Keyring
from tests.support.store import open_store

PROGRAM = Path(__file__).parent.parent / "support" / "opening_child.py"
ROUNDS = 2
MOMENT_S = 0.2  # long enough for that program to open, write and close


class Hammer:
    """A program that opens, writes and closes three times whenever it is told to."""

    def __init__(self, folder: Path, secret: str, how: str) -> None:
        self.rows: set[str] = set()
        self.others: list[str] = []
        self._child = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(folder), how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._say(secret)
        assert self._line() == "ready"

    def go(self) -> None:
        self._say("go")

    def wait(self) -> None:
        while (line := self._line()) != "over":
            if line.startswith("h "):
                self.rows.add(line)
            else:
                self.others.append(line)
                assert line, "it is gone"

    def stop(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(30)
        self._child.stdout.close()

    def _say(self, line: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()

    def _line(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()


@contextmanager
def hammering(monkeypatch: pytest.MonkeyPatch, hammer: Hammer) -> Iterator[None]:
    """It begins when nobody else has the file open any more and the file is about to go."""
    replace = os.replace

    def later(source: Path, target: Path) -> None:
        if Path(target).name == "store.db":
            hammer.go()
            time.sleep(MOMENT_S)
        replace(source, target)

    monkeypatch.setattr("os.replace", later)
    try:
        yield
    finally:
        hammer.stop()


def rows(database: Database) -> set[str]:
    with database.read() as reader:
        return {str(name) for (name,) in reader.all("SELECT name FROM meta WHERE name LIKE 'h %'")}


def test_no_write_goes_into_a_file_that_is_being_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = os.urandom(32)
    open_store(tmp_path, key).close()
    hammer = Hammer(tmp_path, key.hex(), "store")
    with hammering(monkeypatch, hammer):
        for _ in range(ROUNDS):
            database = open_store(tmp_path, key)
            compaction.compact(database)
            hammer.wait()
            database.close()
    database = open_store(tmp_path, key)
    assert len(hammer.rows) > 0
    assert rows(database) == hammer.rows, "each row that was acknowledged is there"
    assert hammer.others == []
    database.close()


def test_who_comes_during_a_change_of_key_waits_and_opens_with_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault.create(
        tmp_path,
        passphrase=None,
        secrets=Keyring(),
        randomness=SystemRandomness(),
        clock=JumpingClock(),
    )
    hammer = Hammer(tmp_path, vault.new_recovery_code().reveal(), "vault")
    keys = {bytes(vault.key)}
    with hammering(monkeypatch, hammer):
        for _ in range(ROUNDS):
            database = vault.open_database()
            with EngineLock(tmp_path):
                vault.rekey(database)
            hammer.wait()
            database.close()
            keys.add(bytes(vault.key))
    assert len(keys) == ROUNDS + 1
    database = vault.open_database()
    assert len(hammer.rows) > 0
    assert rows(database) == hammer.rows
    assert hammer.others == []
    database.close()
    assert not (tmp_path / rekeying.OLD).exists()


def test_the_lock_is_shared_by_openings_and_alone_for_an_exchange(tmp_path: Path) -> None:
    door = FileLock(tmp_path / DOOR)
    with door.held(shared=True, wait_s=0), FileLock(tmp_path / DOOR).held(shared=True, wait_s=0):
        with pytest.raises(StoreTrouble) as caught, door.held(wait_s=0.02):
            pass
        assert caught.value.code is ErrorCode.PROFILE_BUSY
    with door.held(wait_s=0):
        for shared in (True, False):
            with pytest.raises(StoreTrouble), door.held(shared=shared, wait_s=0.02):
                pass
    with door.held(wait_s=0):
        pass
    assert (tmp_path / DOOR).stat().st_size == 0
    if os.name == "posix":
        assert (tmp_path / DOOR).stat().st_mode & 0o777 == 0o600
    with FileLock(tmp_path / "none" / DOOR).held(wait_s=0):  # where there can be none
        pass
