"""An import is killed, or the disk fills up: the copy that is shown is a whole one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.people import DirectoryEntry, Item
from tests.support.directory_child import COUNT, copy, state
from tests.support.directory_world import Listed, World

ROOT = Path(__file__).resolve().parents[2]
OLD = sorted(f"Ancien Numéro{one}" for one in range(COUNT))
NEW = sorted(f"Nouveau Numéro{one}" for one in range(COUNT))
# Each guardian here is a pupil too, and a card shows the guardians of a pupil: one each.
WHOLE_OLD, WHOLE_NEW = (OLD, COUNT, COUNT), (NEW, COUNT, COUNT)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.read("AAF", *copy("Ancien"))
    yield made
    made.close()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("point", ["11", "121", "shown", "waiting"])
def test_killed_at_any_point_a_whole_copy_is_shown(world: World, point: str) -> None:
    assert state(world) == WHOLE_OLD
    world.close()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.directory_child", str(world.folder),
         world.key.hex(), point],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        child.send_signal(signal.SIGKILL)
        child.wait(60)
    world.open()
    assert state(world) == (WHOLE_NEW if point == "shown" else WHOLE_OLD)
    assert [one.would_remove for one in world.directory.pending()] == (
        [COUNT - 5] if point == "waiting" else []
    )
    report = world.read("AAF", *copy("Nouveau"))
    assert (report.persons, report.removed, report.waiting) == (COUNT, 0, False)
    assert state(world) == WHOLE_NEW
    assert world.rows("entry") == world.rows("entry_fts") == COUNT + 1
    for table in ("staged_member", "staged_tie", "staged_mark", "staged_photo"):
        assert world.rows(table) == 0


def test_a_full_disk_leaves_the_old_copy(world: World) -> None:
    world.read("AAF", *heavy("Ancien"))
    old, failed = state(world), 0
    for room in range(0, 400, 20):
        pages = world.database.write(lambda tx: int(str(tx.value("PRAGMA page_count"))))
        free = world.database.write(lambda tx: int(str(tx.value("PRAGMA freelist_count"))))
        limit(world, max(pages, pages - free + room))
        code = imported(world)
        limit(world, 1 << 30)
        if code is None:
            break
        assert code is ErrorCode.DISK_FULL
        failed += 1
        assert state(world) == old
    assert failed > 1
    assert state(world)[0] == sorted(f"Nouveau Numéro{one}" for one in range(200))
    world.read("AAF", *heavy("Nouveau"))  # what there was no room to clean up goes now
    assert world.rows("entry") == world.rows("entry_fts") == 201


def heavy(text: str) -> list[Item]:
    """A copy of some hundred pages."""
    return [
        replace(one, about=f"{text} {one.key} " * 150) if isinstance(one, DirectoryEntry) else one
        for one in copy(text, 200)
    ]


def imported(world: World) -> ErrorCode | None:
    """None where it went through, else why not."""
    try:
        world.read("AAF", *heavy("Nouveau"))
    except StoreTrouble as error:
        return error.code
    return None


def limit(world: World, pages: int) -> None:
    """The file may have so many pages."""
    world.database.write(lambda tx: tx.value(f"PRAGMA max_page_count={pages}"))


@pytest.mark.parametrize("is_delta", [False, True])
def test_a_file_that_turns_out_bad_changes_nothing(world: World, is_delta: bool) -> None:
    bad = LocalRefusal(ErrorCode.BAD_FILE, why="truncated", line=80)
    for length in (0, 40, len(copy("Nouveau"))):
        with pytest.raises(LocalRefusal):
            world.directory.import_reader(
                Listed([*copy("Nouveau")[:length], bad], is_delta=is_delta), name="AAF", url="x"
            )
        assert state(world) == WHOLE_OLD
        assert world.rows("entry") == world.rows("entry_fts") == COUNT + 1
