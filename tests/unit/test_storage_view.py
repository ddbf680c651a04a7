"""The view adds up, proposes only what is safe, and the quota is asked when it costs no turn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import BodyState, Role
from mel_desktop.model.storage import Going, Retention, Stuff
from mel_desktop.model.sync import Bodies
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.quiet import QUIET_S
from mel_desktop.services.quota import Quotas
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.retention import Retentions
from mel_desktop.services.storage import StorageService
from mel_desktop.services.sync import SyncService
from mel_desktop.store import blobs, compaction
from mel_desktop.store.database import Database
from tests.support.sync_world import World, world

PLAN = os.urandom(200_000)


class Home(World):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.storage = StorageService(database, self.clock, Retentions(database, self.clock))
        self.quotas = Quotas(database, self.sessions, self.clock)
        self.reading = ReadingService(database, self.sessions, self.clock)
        self.service = SyncService(
            database,
            Accounts(database, self.clock),
            self.sessions,
            self.clock,
            quota=self.quotas,
        )

    def count(self, sql: str) -> int:
        with self.database.read() as reader:
            return int(str(reader.value(sql)))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with world(tmp_path) as made:
        yield Home(made.database)


def fetch_all(home: Home) -> None:
    home.sync(bodies=Bodies.ALL)
    for folder in home.mailbox.folders():
        for row in home.rows(folder.path):
            for part in home.reading.load(row.id).attachments:
                home.reading.fetch(row.id, part.number)


def plant(home: Home) -> None:
    now = home.clock.now()
    home.server.add_box("Junk", Role.JUNK)
    old, new = now - timedelta(days=400), now - timedelta(days=3)
    home.server.deliver(subject="Vieux", date=old, attachments={"a.bin": PLAN})
    home.server.deliver(subject="Double", date=new, attachments={"a.bin": PLAN + b"!"})
    home.server.deliver(subject="Double 2", date=new, attachments={"b.bin": PLAN + b"!"})
    home.server.deliver("Junk", subject="Pub", date=new, attachments={"c.bin": PLAN + b"?"})
    home.server.deliver("Trash", subject="Jeté", date=new)
    fetch_all(home)


def test_what_takes_room_adds_up(home: Home) -> None:
    plant(home)
    seen = home.storage.view()
    stuff = dict(seen.stuff)
    assert stuff[Stuff.ATTACHMENTS] == home.count("SELECT sum(length(z)) FROM chunk")
    assert stuff[Stuff.ATTACHMENTS] > 3 * len(PLAN)
    assert stuff[Stuff.TEXTS] == home.count(
        "SELECT sum(length(text) + coalesce(length(html), 0) + length(header)) FROM body"
    )
    file = (home.database.path).stat().st_size
    pages = home.count("PRAGMA page_count") * home.count("PRAGMA page_size")
    beside = stuff[Stuff.JOURNAL] + stuff[Stuff.RESERVE] + stuff[Stuff.OUTSIDE]
    assert seen.total - beside == pages >= file
    assert sum(one.octets for one in seen.folders) == stuff[Stuff.TEXTS] + stuff[Stuff.ATTACHMENTS]
    assert seen.folders[0].path == "INBOX"
    assert seen.duplicates == 1
    assert seen.duplicates_saved > len(PLAN) * 0.9
    assert {one.subject for one in seen.heaviest[:4]} == {"Vieux", "Double", "Double 2", "Pub"}


def test_what_may_go_goes_and_comes_when_it_is_opened(home: Home) -> None:
    plant(home)
    proposals = {one.what: one for one in home.storage.view().proposals}
    assert {what: one.messages for what, one in proposals.items()} == {
        Going.OLD_FILES: 1,
        Going.JUNK: 1,
        Going.TRASH: 1,
    }
    assert proposals[Going.OLD_FILES].octets > len(PLAN) * 0.9
    seen: list[tuple[int, int]] = []
    freed = home.storage.free(tuple(Going), lambda *so_far: seen.append(so_far))
    assert freed.messages == 3
    assert freed.octets == sum(one.octets for one in proposals.values())
    assert seen[-1] == (3, 3)
    assert home.storage.view().proposals == ()
    assert home.one("Vieux").body is BodyState.LOCAL  # its text stays
    assert home.one("Pub", "Junk").body is BodyState.ABSENT
    fetched = len(home.server.texts_fetched)
    home.sync(bodies=Bodies.ALL)
    assert len(home.server.texts_fetched) == fetched
    opened = home.reading.load(home.one("Pub", "Junk").id)
    home.reading.fetch(opened.id, opened.attachments[0].number)
    target = home.database.path.with_name("c.bin")
    home.reading.save(opened.id, opened.attachments[0].number, target)
    assert target.read_bytes() == PLAN + b"?"
    assert home.server.destroyed == []


def test_quota_is_asked_once_a_day_and_only_when_something_came(home: Home) -> None:
    home.server.limits = {"STORAGE": (900, 1000), "MESSAGE": (3, 10)}
    asked = "with the next: QUOTA"
    home.server.deliver()
    home.sync(link=LinkProfile.FRUGAL)
    assert asked not in home.server.commands
    home.server.deliver()
    home.sync()
    assert home.server.commands.count(asked) == 1
    octets, messages = home.quotas.states()
    assert (octets.resource, octets.used, octets.limit, octets.level) == ("STORAGE", 900, 1000, 90)
    assert messages.level == 0
    assert octets.as_of == home.clock.now()
    home.server.deliver()
    home.sync()
    assert home.server.commands.count(asked) == 1
    home.clock.jump(hours=21)
    home.sync()  # nothing new: not even then
    assert home.server.commands.count(asked) == 1
    home.server.deliver(text=b"x" * 5000)
    home.sync()
    assert home.server.commands.count(asked) == 2
    assert home.quotas.heaviest(home.account, 2)[0].size > 5000
    home.server.limits = {}
    assert home.quotas.ask(home.account) == ()


def test_chores_keep_the_rules_and_tidy_up_when_all_is_quiet(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(home)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0), raising=False)
    monkeypatch.setattr(compaction, "LEAST_FREE", 1)
    home.storage._retentions.set_rule(home.account, None, Retention(1, 1))
    home.storage.tend(lambda: False)
    assert home.one("Vieux").body is BodyState.ABSENT
    home.database.write(lambda tx: None)
    free = dict(home.storage.view().stuff)[Stuff.FREE]
    assert free > len(PLAN)
    home.storage.tend(lambda: False)  # something was stored a moment ago
    assert dict(home.storage.view().stuff)[Stuff.FREE] == free
    home.database.write(lambda tx: blobs.store_bytes(tx, b"left over", home.clock.now()))
    assert home.count("SELECT count(*) FROM blob") == 1  # of a message that went
    home.clock.jump(seconds=QUIET_S + 1)
    home.storage.tend(lambda: False)
    assert home.count("SELECT count(*) FROM blob") == 0
    assert dict(home.storage.view().stuff)[Stuff.FREE] == 0
    assert home.one("Vieux").subject == "Vieux"
