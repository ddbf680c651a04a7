"""The short form of ``dev.py faults store``: flips, kills and full disks, also amid transfers."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.faults.store import fills, flips, kills, transfers

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
