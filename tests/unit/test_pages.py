"""Pages read beside an open database: its locks stay, whoever looks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mel_desktop.store.database import Database
from mel_desktop.store.pages import PageFile
from tests.support.store import plant_account

KEY = bytes(range(32))


def locks(path: Path) -> list[str]:
    inode = os.stat(path).st_ino
    listed = Path("/proc/locks").read_text().splitlines()
    return [" ".join(line.split()[1:]) for line in listed if f":{inode} " in line]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/locks")
def test_looking_at_the_pages_drops_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    database = Database(path, KEY)
    plant_account(database)
    before = locks(path)
    assert before  # else another program would take the store for closed, and cut its journal away
    with PageFile(path, KEY) as pages:
        assert [number for number, bad in pages.damaged() if bad] == []
        assert pages.read(pages.count + 1) is None
    assert locks(path) == before
    database.close()


def test_a_file_that_is_not_there_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        PageFile(tmp_path / "store.db", KEY)
