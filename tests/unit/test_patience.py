"""A hand on a file for a moment is waited out; a disk that is full is told until it is not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import apsw
import pytest

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import patience
from mel_desktop.store.database import Transaction
from tests.support.store import store


def _held(times: int, number: int) -> object:
    """Work that meets a file which another program holds, the first ``times`` times."""
    left = [times]

    def work(tx: Transaction) -> int:
        tx.run("INSERT INTO correspondent (address, last_at) VALUES (hex(randomblob(4)), 't')")
        if left[0]:
            left[0] -= 1
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=number)
        return 7

    return work


def test_a_lock_that_passes_is_not_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_S", (0.001, 0.001, 0.001))
    with store(tmp_path) as database:
        assert database.write(_held(3, errno.EACCES), durable=True) == 7  # type: ignore[arg-type]
        assert database.trouble is None
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM correspondent") == 1
        with pytest.raises(StoreTrouble):
            database.write(_held(1, errno.EROFS), durable=True)  # type: ignore[arg-type]
        assert database.trouble is ErrorCode.NOT_WRITABLE
        database.write(lambda tx: None, durable=True)
        assert database.trouble is None


def test_what_waits_together_is_tried_again_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PAUSES_S", (0.001, 0.001, 0.001))
    with store(tmp_path) as database:
        real = database._transact
        left = [2]

        def held(work: object, durable: bool) -> object:
            def then(tx: Transaction) -> None:
                work(tx)  # type: ignore[operator]
                if left[0]:
                    left[0] -= 1
                    raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=errno.EACCES)

            return real(then, durable)

        monkeypatch.setattr(database, "_transact", held)
        answers = [
            database.write_later(
                lambda tx, number=number: tx.insert(
                    "INSERT INTO correspondent (address, last_at) VALUES (?, 't')", f"{number}"
                )
            )
            for number in range(30)
        ]
        for one in answers:
            one.result(20)
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM correspondent") == 30


def test_renaming_waits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_S", (0.001, 0.001))
    tries = 0
    real = os.replace

    def held(source: Path, target: Path) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise PermissionError(errno.EACCES, "held")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    (tmp_path / "a").write_text("x")
    patience.replace(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "x"
    tries = -9
    (tmp_path / "a").write_text("x")
    with pytest.raises(PermissionError):
        patience.replace(tmp_path / "a", tmp_path / "b")


def test_another_writer_with_the_whole_file_is_waited_for(tmp_path: Path) -> None:
    with store(tmp_path, bytes(32)) as database:
        other = apsw.Connection(str(tmp_path / "store.db"))
        other.execute("PRAGMA cipher='chacha20'")
        other.execute(f"PRAGMA key='raw:{bytes(32).hex()}'")
        other.execute("BEGIN IMMEDIATE")
        waiting = database.write_later(lambda tx: tx.value("SELECT 5"), durable=True)
        other.execute("COMMIT")
        assert waiting.result(20) == 5
        other.close()
