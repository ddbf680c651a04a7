"""Who must not come back, and who must not be written to: the hard cases of the directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.people import (
    ENTRY_FIELDS,
    Change,
)
from mel_desktop.services.records import Records
from tests.support.directory_world import World, guardian, legal, person, pupil, school_items


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def records(world: World) -> Records:
    return Records(world.database, world.clock, world.persons)


# -- erased ----------------------------------------------------------------------------------------


def test_a_change_file_brings_nobody_back(world: World, records: Records) -> None:
    world.read("AAF", *school_items())
    records.erase(world.id_of("r1"))
    world.read(
        "AAF", Change(guardian("r1", "Anne Roux", "anne.roux@free.invalid"), ENTRY_FIELDS),
        legal("e1", "r1"), is_delta=True,
    )  # fmt: skip
    assert world.names("anne roux") == []
