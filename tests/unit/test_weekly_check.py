"""The check of everything once a week, in the background: when, how far, and what comes of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Secret
from mel_desktop.model.changes import Area
from mel_desktop.services.indexing import IndexService
from mel_desktop.services.quiet import QUIET_S
from mel_desktop.services.soundness import SoundnessService
from mel_desktop.services.weekly import WeeklyCheck
from mel_desktop.store import btree, patrol
from mel_desktop.store.btree import Holes
from mel_desktop.store.database import Database
from mel_desktop.store.pages import PAGE
from mel_desktop.store.vault import Vault
from tests.support import full_profile
from tests.support.clock import JumpingClock


class Home:
    """A full store, and its check."""

    def __init__(self, made: full_profile.Profile, clock: JumpingClock) -> None:
        self.made = made
        self.clock = clock
        self.is_loaded = False
        self.steps_left = 10_000
        self.open()

    def open(self) -> None:
        self.vault: Vault = full_profile.unlock(self.made.folder, self.made.recovery)
        self.database: Database = self.vault.open_database()
        self.soundness = SoundnessService(
            self.database, self.vault, IndexService(self.database), self.clock
        )
        self.weekly = WeeklyCheck(
            self.database,
            self.soundness,
            self.clock,
            rest=self.rest,
            is_loaded=lambda: self.is_loaded,
        )

    def open_again(self) -> None:
        self.database.close()
        self.open()

    def rest(self, seconds: float) -> None:
        assert seconds <= 2
        self.steps_left -= 1

    def look(self) -> None:
        """A minute of app.keeper's; it is stopped after ``steps_left`` steps."""
        self.weekly.chore(lambda: self.steps_left <= 0)

    def wait(self, **delta: float) -> None:
        self.clock.jump(**delta)

    def place(self) -> patrol.Place | None:
        with self.database.read() as reader:
            return patrol.place(reader)

    def damage(self, table: str) -> None:
        self.database.settle()
        with self.database.read() as reader:
            root = int(str(reader.value("SELECT rootpage FROM sqlite_schema WHERE name=?", table)))
        seen: set[int] = set()
        with self.database.page_file() as pages:
            for _ in btree.walk(pages, root, Holes(), seen):
                pass
        page = sorted(seen - {root} or seen)[0]
        with self.database.path.open("r+b") as file:
            file.seek((page - 1) * PAGE + 4000)
            octet = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([octet ^ 1]))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> full_profile.Profile:
    return full_profile.make(tmp_path_factory.mktemp("weekly") / "profile", messages=90)


@pytest.fixture
def home(made: full_profile.Profile, tmp_path: Path) -> Iterator[Home]:
    folder = Path(shutil.copytree(made.folder, tmp_path / "profile"))
    opened = Home(full_profile.Profile(folder, Secret(made.recovery.reveal())), JumpingClock())
    yield opened
    opened.database.close()


def test_it_waits_until_all_is_quiet_and_then_comes_once_a_week(home: Home) -> None:
    home.look()
    assert home.soundness.last_check() is None
    home.wait(seconds=QUIET_S + 1)
    home.is_loaded = True
    home.look()
    assert home.soundness.last_check() is None
    home.is_loaded = False
    home.look()
    first = home.soundness.last_check()
    assert first is not None
    assert (first.at, first.damages) == (home.clock.now(), ())
    assert home.place() is None
    home.wait(days=6, hours=23)
    home.look()
    assert home.soundness.last_check() == first
    home.open_again()
    assert home.soundness.last_check() == first
    home.wait(hours=1, seconds=QUIET_S)
    home.look()
    second = home.soundness.last_check()
    assert second is not None
    assert second.at == home.clock.now()


def test_it_pauses_when_somebody_comes_and_goes_on_where_it_stood(home: Home) -> None:
    home.wait(seconds=QUIET_S + 1)
    seen: list[patrol.Place] = []
    while (home.soundness.last_check()) is None:
        home.steps_left = 3
        home.look()
        place = home.place()
        if place is None:
            break
        seen.append(place)
        home.open_again()  # each time another start of the program
        home.wait(seconds=QUIET_S + 1)
    assert home.soundness.last_check() is not None
    assert len(seen) > 5
    assert [one.share for one in seen] == sorted(one.share for one in seen)
    order = [patrol.PAGES, patrol.TREES, patrol.TEXTS, patrol.CONTENTS]
    stages = [order.index(one.stage) for one in seen]
    assert stages == sorted(stages)
    assert set(stages) >= {1, 3}
    assert len(set(seen)) == len(seen)  # never the same piece twice


def test_a_commit_in_the_midst_pauses_it(home: Home) -> None:
    home.wait(seconds=QUIET_S + 1)
    rested = 0

    def rest(_: float) -> None:
        nonlocal rested
        rested += 1
        if rested == 4:
            home.database.write(lambda tx: tx.changed(Area.MESSAGES))

    home.weekly = WeeklyCheck(
        home.database, home.soundness, home.clock, rest=rest, is_loaded=lambda: False
    )
    home.wait(seconds=QUIET_S + 1)
    home.look()
    assert rested == 4
    assert home.place() is not None
    assert home.soundness.last_check() is None
    assert home.weekly.share() is None


def test_where_it_is_never_quiet_free_processors_are_enough_in_the_end(home: Home) -> None:
    home.wait(seconds=QUIET_S + 1)
    home.look()
    first = home.soundness.last_check()
    assert first is not None
    for day in range(1, 15):
        home.wait(days=1)
        home.database.write(lambda tx: tx.changed(Area.MESSAGES))
        home.look()
        done = home.soundness.last_check() != first
        assert done is (day == 14)


def test_a_clock_that_was_wrong_puts_nothing_off(home: Home) -> None:
    home.wait(days=4000)
    home.look()
    assert home.soundness.last_check() is not None
    home.clock._now -= timedelta(days=4000)  # somebody set it right
    home.look()
    last = home.soundness.last_check()
    assert last is not None
    assert last.at == home.clock.now()


@pytest.mark.parametrize("table", ["body", "want", "message_fts_data"])
def test_damage_is_found_kept_and_what_a_check_by_hand_says(home: Home, table: str) -> None:
    home.wait(seconds=QUIET_S + 1)
    home.damage(table)
    home.look()
    last = home.soundness.last_check()
    assert last is not None
    assert last.damages
    home.open_again()
    kept = home.soundness.last_check()
    assert kept == last
    by_hand = home.soundness.check()
    assert by_hand.damages == last.damages
    home.soundness.repair(last.damages)
    assert home.soundness.last_check() is None
    home.wait(seconds=QUIET_S + 1)
    home.look()
    after = home.soundness.last_check()
    assert after is not None
    assert after.damages == ()


def test_a_key_file_that_is_damaged_is_found_too(home: Home) -> None:
    home.wait(seconds=QUIET_S + 1)
    (home.made.folder / "store.keys.copy").write_bytes(b"nothing")
    home.look()
    last = home.soundness.last_check()
    assert last is not None
    assert [one.name for one in last.damages] == ["store.keys.copy"]


def test_a_check_by_hand_counts(home: Home) -> None:
    assert home.soundness.check().sound
    last = home.soundness.last_check()
    assert last is not None
    home.wait(days=6)
    home.look()
    assert home.soundness.last_check() == last
