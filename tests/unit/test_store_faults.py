"""The short form of ``dev.py faults store``: flips, kills, full disks, power cuts."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from mel_desktop.store import compaction
from tests.faults.store import fills, flips, kills, load, power, reading_load, transfers
from tests.faults.store.disk import Disk, Event, Kind
from tests.faults.store.recorder import recording
from tests.support import full_profile
from tests.support.store import store

SEED = 4


def test_flipped_octets_are_detected_or_harmless() -> None:
    tally = flips.run(80, SEED, 2)
    assert tally.failures == []
    assert sum(tally.counts.values()) == 80
    assert sum(n for name, n in tally.counts.items() if "detected" in name) > 60


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_writer_that_is_killed_loses_nothing_it_acknowledged() -> None:
    tally = kills.run(20, SEED, 2)
    assert tally.failures == []
    assert tally.counts["kills"] == 20
    assert tally.counts["kills that left a journal"] > 10
    assert tally.counts["acknowledged deeds"] > 50


def test_a_loss_in_any_table_of_who_reads_is_seen(tmp_path: Path) -> None:
    made = full_profile.make(tmp_path / "profile", messages=20)
    database = load.opened(made.folder, made.recovery.reveal())
    told: list[str] = []
    deeds = load.Load(database, SEED, told.append)._reading.deeds
    for deed in deeds * 2:
        deed()
    try:
        assert load.faults(database, told, whole=True) == []
        kinds = {one.split()[1] for one in told if one.split()[0] in reading_load.KINDS}
        assert kinds == set(reading_load.CHECKS)
        for kind in [*sorted(kinds - {"answered", "event"}), "event"]:
            table = reading_load.CHECKS[kind].split()[0]
            database.write(lambda tx, table=table: tx.run(f"DELETE FROM {table}"))
            lost = load.faults(database, told, whole=False)
            assert any(kind in one.split() for one in lost), kind
    finally:
        database.close()


_needs_mount = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"),
    reason="mounting a small tmpfs needs root",
)


@_needs_mount
def test_a_full_disk_loses_nothing_and_work_goes_on() -> None:
    tally = fills.run(10, SEED, 2)
    assert tally.failures == []
    assert sum(tally.counts.values()) == 10


@_needs_mount
def test_a_disk_that_fills_up_amid_a_transfer_loses_nothing() -> None:
    tally = transfers.run(6, SEED, 2)  # restore, import, seed
    assert tally.failures == []
    assert sum(tally.counts.values()) == 6
    assert sum(n for name, n in tally.counts.items() if name.endswith(": full")) >= 4


ONLY_POSIX = pytest.mark.skipif(os.name != "posix", reason="records over SQLite's unix layer")


@ONLY_POSIX
def test_a_power_cut_loses_nothing_that_was_acknowledged_as_durable() -> None:
    tally = power.run(60, SEED, 2, batch=30, deeds=8)
    assert tally.failures == []
    assert tally.counts["images"] == 60
    assert tally.counts["images with a file that is torn"] > 15
    assert tally.counts["images that lack something not synced"] > 25
    assert tally.counts["durable acknowledgements expected"] > 200
    assert tally.counts["writes and syncs recorded"] > 2000


@ONLY_POSIX
def test_a_disk_that_only_says_that_it_has_synced_is_found_out() -> None:
    tally = power.run(8, SEED, 2, batch=4, deeds=4, is_deaf=True)
    assert tally.failures != []


def test_of_a_file_that_was_cut_nothing_or_its_end_is_gone() -> None:
    octets = bytes(range(1, 201)) * 20
    disk = Disk({"a": octets})
    disk.follow(Event(Kind.SIZE, file=1, at=1000))
    dice = random.Random(1)
    left = {disk.cut(dice).files["a"] for _ in range(100)}
    assert left == {octets, octets[:1000]}
    disk.follow(Event(Kind.WRITE, file=1, at=1000, data=b"\xff" * 2000))
    grown = {disk.cut(dice).files["a"] for _ in range(200)}
    assert {octets, octets[:1000], octets[:1000] + b"\xff" * 2000} < grown
    assert any(0 in one[1000:] for one in grown)  # a part of the new end has not come
    assert all(one[:1000] == octets[:1000] for one in grown)


def test_a_journal_is_on_the_disk_before_it_counts_its_pages(tmp_path: Path) -> None:
    """Leaving the write-ahead mode: a torn page that is counted cannot be read under a cipher, and
    then the store could not be opened.
    """
    with recording(tmp_path.resolve()) as record, store(tmp_path.resolve()) as database:
        compaction.compact(database)
    journals = {one.file for one in record.events
                if one.kind is Kind.LINK and one.name == "store.db-journal"}  # fmt: skip
    counted = 0
    for journal in journals:
        is_synced = False
        for one in record.events:
            if one.file != journal:
                continue
            is_synced = is_synced or one.kind is Kind.SYNC
            if one.kind is Kind.WRITE and one.at == 0 and any(one.data[8:12]):
                assert is_synced
                counted += 1
    assert counted
