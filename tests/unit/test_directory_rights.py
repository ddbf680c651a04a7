"""Who must not come back, and who must not be written to: the hard cases of the directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.people import (
    ENTRY_FIELDS,
    Change,
    Photo,
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


def test_a_copy_that_waits_brings_nobody_back(world: World, records: Records) -> None:
    crowd = [person(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    world.read("AAF", *school_items(), *crowd)
    changed = guardian("r1", "Anne Roux-Martin", "anne.roux@free.invalid")
    report = world.read(
        "AAF", *(one for one in school_items() if getattr(one, "key", "") != "r1"), changed,
        Photo("r1", b"\xff\xd8\xffpicture"),
    )  # fmt: skip
    assert report.waiting
    records.erase(world.id_of("r1"))
    assert world.rows("staged_photo") == 0
    world.directory.accept(world.source("AAF"))
    assert world.names("anne") == []
    assert world.rows("erased_person") > 0


def test_nobody_comes_back_by_another_source_that_waits(world: World, records: Records) -> None:
    crowd = [person(f"x{number}", f"Xavier{number} Nom") for number in range(40)]
    world.read("Liste", *crowd, format_name="csv")
    colleague = person("m", "Marie DUPONT", "marie.dupont@ac-rennes.fr")
    assert world.read("Liste", crowd[0], colleague, format_name="csv").waiting
    world.read("AAF", *school_items())
    records.erase(world.id_of("t1"))
    world.directory.accept(world.source("Liste"))
    assert world.names("dupont") == []
