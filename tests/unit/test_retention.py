"""Retention beside the sync: what age lets go is not brought again, and comes when it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mel_desktop.model.documents import Extracted, ExtractedState
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.mail import BodyState, FolderId
from mel_desktop.model.storage import Freed, Retention
from mel_desktop.model.sync import Bodies
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.retention import Retentions, narrowed
from mel_desktop.services.sync import SyncService
from mel_desktop.store import attachmenttexts, reindexing, search
from mel_desktop.store.database import Database, Transaction
from tests.support.sync_world import World, world

PLAN = bytes(range(256)) * 500


class Home(World):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.retention = Retentions(database, self.clock)
        self.reading = ReadingService(database, self.sessions, self.clock)
        self.service = SyncService(
            database,
            Accounts(database, self.clock),
            self.sessions,
            self.clock,
            cutoffs=self.retention.cutoffs,
        )

    def count(self, sql: str) -> int:
        with self.database.read() as reader:
            return int(str(reader.value(sql)))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with world(tmp_path) as made:
        yield Home(made.database)


def deliver(home: Home, subject: str, days: int) -> None:
    date = home.clock.now() - timedelta(days=days)
    home.server.deliver(
        subject=subject,
        text=b"Le musee\r\n",
        date=date,
        attachments={"plan.bin": PLAN + subject.encode()},
    )


@pytest.mark.parametrize(
    ("bodies", "link"),
    [
        (Bodies.RECENT, LinkProfile.FULL),
        (Bodies.ALL, LinkProfile.FULL),
        (Bodies.ALL, LinkProfile.THRIFTY),
    ],
)
def test_what_is_let_go_stays_away_until_it_is_opened(
    home: Home, bodies: Bodies, link: LinkProfile
) -> None:
    deliver(home, "Vieux", 40)
    deliver(home, "Neuf", 2)
    home.sync(bodies=bodies, link=link)
    before = home.count("SELECT count(*) FROM blob")
    words = Extracted(ExtractedState.DONE, "kangourou")

    def read_files(tx: Transaction) -> None:
        for (blob,) in tx.all("SELECT id FROM blob WHERE complete = 1"):
            ids = attachmenttexts.put(tx, int(str(blob)), words, home.clock.now())
            search.index_again(tx, reindexing.indexed(tx, ids))

    home.database.write(read_files)
    found = "SELECT count(*) FROM message_fts WHERE message_fts MATCH 'kangourou'"
    before_words = home.count(found)
    home.retention.set_rule(home.account, None, Retention(30, 30))
    freed = home.retention.tend()
    assert freed.messages == 1
    assert freed.octets > 0
    assert home.one("Vieux").body is BodyState.ABSENT
    assert home.one("Neuf").body is BodyState.LOCAL
    assert home.count("SELECT count(*) FROM blob") == before // 2
    assert home.count("SELECT count(*) FROM message_fts WHERE message_fts MATCH 'musee'") == 1
    assert home.count("SELECT count(*) FROM message_fts WHERE message_fts MATCH 'vieux'") == 1
    assert home.count(found) == before_words // 2
    asked = len(home.server.texts_fetched) + len(home.server.wholes_fetched)
    slices = len(home.server.slices)
    deliver(home, "Autre", 50)  # moved here by another client: too old from the first day
    home.sync(bodies=bodies, link=link)
    home.sync(bodies=bodies, link=link)
    assert len(home.server.texts_fetched) + len(home.server.wholes_fetched) == asked
    assert len(home.server.slices) == slices
    assert home.one("Autre").body is BodyState.ABSENT
    home.clock.jump(hours=1)
    opened = home.reading.load(home.one("Vieux").id)
    assert "Le musee" in opened.text
    home.reading.fetch(opened.id, opened.attachments[0].number)
    home.clock.jump(hours=2)
    assert home.retention.tend() == Freed()  # who opened it wants it for some days
    home.clock.jump(days=8)
    home.sync(bodies=bodies, link=link)
    assert home.retention.tend().messages == 1
    assert home.server.destroyed == []
    home.check_counters()


def test_a_longer_rule_lets_them_come_again(home: Home) -> None:
    deliver(home, "Vieux", 40)
    home.sync()
    home.retention.set_rule(home.account, None, Retention(30))
    home.retention.tend()
    home.retention.set_rule(home.account, None, Retention(60))
    home.sync()
    assert home.one("Vieux").body is BodyState.LOCAL


def test_a_folder_may_have_its_own_rule(home: Home) -> None:
    deliver(home, "Vieux", 40)
    home.server.deliver("Archive", subject="Rangé", date=home.clock.now() - timedelta(days=40))
    home.sync()
    home.retention.set_rule(home.account, None, Retention(30))
    home.retention.set_rule(home.account, home.folder("Archive").id, Retention())
    home.retention.tend()
    assert home.one("Vieux").body is BodyState.ABSENT
    assert home.one("Rangé", "Archive").body is BodyState.LOCAL
    assert len(home.retention.rules()) == 2
    home.retention.set_rule(home.account, home.folder("Archive").id, None)
    home.retention.tend()
    assert home.one("Rangé", "Archive").body is BodyState.ABSENT


def test_a_policy_may_want_less_but_never_more(home: Home) -> None:
    assert narrowed(Retention(30, 0), Retention(90, 7)) == Retention(30, 7)
    assert narrowed(Retention(0, 5), Retention(90, 7)) == Retention(90, 5)
    assert narrowed(Retention(30, 5), Retention()) == Retention(30, 5)


def test_what_cannot_be_meant_is_refused(home: Home) -> None:
    with pytest.raises(LocalRefusal):
        home.retention.set_rule(home.account, None, Retention(-1))
    with pytest.raises(LocalRefusal):
        home.retention.set_rule(home.account, FolderId(99), Retention(1))


def test_many_go_in_small_steps(home: Home) -> None:
    for _ in range(250):
        home.server.deliver(date=home.clock.now() - timedelta(days=40))
    home.sync()
    home.retention.set_rule(home.account, None, Retention(30))
    changes = []
    home.database.listen(lambda one: changes.append(len(one.messages)))
    assert home.retention.tend().messages == 250
    assert max(changes) <= 100
    assert home.folder().local_bodies == 0
