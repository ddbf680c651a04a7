"""Missing work is noticed, and nothing else ever raises an alarm."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mel_desktop.store import seal
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.seal import Missing

KEY = bytes(range(32))
FILES = ("store.db", "store.db-wal", "store.seal")


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    database = Database(folder / "store.db", KEY, sealed=True)
    try:
        yield database
    finally:
        database.close()


def note(number: int) -> Callable[[Transaction], object]:
    return lambda tx: tx.run(
        "INSERT INTO correspondent (address, last_at) VALUES (?, 't')", f"{number:06d}"
    )


def copy(folder: Path, target: Path) -> Path:
    """What a kill leaves behind."""
    target.mkdir(exist_ok=True)
    for name in FILES:
        (target / name).unlink(missing_ok=True)
        if (folder / name).exists():
            shutil.copy(folder / name, target / name)
    (target / "store.db-shm").unlink(missing_ok=True)
    return target


def missing(folder: Path) -> Missing:
    with opened(folder) as database:
        return database.missing


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A store with a write-ahead file: durable work, then some that is not."""
    (tmp_path / "live").mkdir()
    with opened(tmp_path / "live") as database:
        for number in range(5):
            database.write(note(number), durable=True)
        for number in range(5, 9):
            database.write(note(number))
        return copy(tmp_path / "live", tmp_path / "killed")


def test_an_older_copy_is_noticed_and_counted(tmp_path: Path) -> None:
    with opened(tmp_path) as database:
        database.write(note(1), durable=True)
    shutil.copy(tmp_path / "store.db", tmp_path / "older")
    with opened(tmp_path) as database:
        for number in range(2, 5):
            database.write(note(number), durable=True)
            database.write(note(100 + number))
    shutil.copy(tmp_path / "older", tmp_path / "store.db")
    assert missing(tmp_path) == Missing(commits=3, count=4)
    assert missing(tmp_path) == Missing(commits=3, count=4)  # until somebody takes note


def test_every_flip_of_the_journal_is_noticed(killed: Path, tmp_path: Path) -> None:
    sound = (killed / "store.db-wal").read_bytes()
    assert missing(copy(killed, tmp_path / "again")) == Missing()
    dice = random.Random(7)
    frames = range(32, len(sound), 8192 + 24)
    places = [*range(0, 32, 3), frames[0], frames[-1], len(sound) - 1]
    places += [dice.choice(frames) + dice.randrange(24) for _ in range(8)]
    places += [dice.randrange(len(sound)) for _ in range(15)]
    for place in places:
        broken = copy(killed, tmp_path / "broken")
        content = bytearray(sound)
        content[place] ^= 1 << dice.randrange(8)
        (broken / "store.db-wal").write_bytes(content)
        assert missing(broken).journal, place


def test_a_journal_that_is_cut_or_gone_is_noticed(killed: Path, tmp_path: Path) -> None:
    sound = (killed / "store.db-wal").read_bytes()
    for content in (sound[:-1], sound[: len(sound) // 2], sound[:20], b""):
        broken = copy(killed, tmp_path / "broken")
        (broken / "store.db-wal").write_bytes(content)
        assert missing(broken).journal
    broken = copy(killed, tmp_path / "broken")
    (broken / "store.db-wal").unlink()
    assert missing(broken).journal


def test_after_a_power_cut_only_durable_work_is_missed(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = (killed / "store.db-wal").read_bytes()
    monkeypatch.setattr(seal, "boot", lambda: b"another boot ---")
    whole = 0
    lengths = range(32, len(sound) + 1, 8192 + 24)
    for length in (*lengths[:-20:5], *lengths[-20:]):  # the notes come after the whole schema
        cut = copy(killed, tmp_path / "cut")
        (cut / "store.db-wal").write_bytes(sound[:length] + b"\x55" * 4000)  # torn
        with opened(cut) as database:
            with database.read() as reader:
                rows = reader.value("SELECT count(*) FROM correspondent")
            assert isinstance(rows, int)
            assert database.missing.commits == max(0, 5 - rows)
            assert not database.missing.journal
            whole += rows >= 5
    assert whole > 3


def test_every_flip_of_the_seal_is_noticed_and_it_is_made_anew(
    killed: Path, tmp_path: Path
) -> None:
    sound = (killed / "store.seal").read_bytes()
    for place in range(0, len(sound), 41):
        broken = copy(killed, tmp_path / "broken")
        content = bytearray(sound)
        content[place] ^= 0x10
        (broken / "store.seal").write_bytes(content)
        with opened(broken) as database:
            assert database.missing == Missing(seal=True), place
            with database.read() as reader:
                assert reader.value("SELECT count(*) FROM correspondent") == 9
        assert missing(broken) == Missing()
    copy(killed, tmp_path / "broken")
    (tmp_path / "broken" / "store.seal").unlink()
    assert missing(tmp_path / "broken") == Missing()  # a store that was moved, or given another key


def test_two_programs_at_one_store_raise_no_alarm(tmp_path: Path) -> None:
    with opened(tmp_path) as one:
        for number in range(40):
            with opened(tmp_path) as other:
                assert other.missing == Missing()
                other.write(note(number), durable=number % 3 == 0)
                one.write(note(1000 + number), durable=number % 2 == 0)
            assert missing(copy(tmp_path, tmp_path / "copy")) == Missing()
    assert missing(tmp_path) == Missing()


def test_a_seal_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "store.seal").mkdir()
    with opened(tmp_path) as database:
        database.write(note(1), durable=True)
    (tmp_path / "store.seal").rmdir()
    assert missing(tmp_path) == Missing()


CHILD = """
import sys
from pathlib import Path
from mel_desktop.store import database as module
from tests.unit.test_seal import KEY, note
module.CHECKPOINT_PAGES = 20
module.IDLE_S = 0.001
database = module.Database(Path(sys.argv[1]) / "store.db", KEY, sealed=True)
assert not database.missing, database.missing
first = int(sys.argv[2])
for number in range(first, first + 100000):
    database.write(note(number), durable=number % 4 == 0)
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_no_kill_ever_raises_an_alarm(tmp_path: Path) -> None:
    dice = random.Random(11)
    last = 0
    for _ in range(5):
        command = [sys.executable, "-c", CHILD, str(tmp_path), str(last + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(dice.randint(3, 150)):
                line = child.stdout.readline()
                assert line
            child.send_signal(signal.SIGKILL)
            rest = [one for one in child.stdout if one.endswith("\n")]
            last = int((rest or [line])[-1]) + 10
        with opened(tmp_path) as database:
            assert database.missing == Missing()
