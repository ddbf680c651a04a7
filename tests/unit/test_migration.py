"""An account that moves: the same rows, new hosts, and everything found again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mel_desktop.model.accounts import Endpoint, NewHosts, Secret, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.store import accounts as account_rows
from tests.support.offline_world import OfflineWorld, offline_world

HOSTS = NewHosts(
    imap=Endpoint("imap.national.invalid", 993, Security.TLS),
    smtp=Endpoint("smtp.national.invalid", 465, Security.TLS),
    login="nouveau",
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[OfflineWorld]:
    with offline_world(tmp_path) as made:
        for _ in range(4):
            made.server.deliver()
        made.server.add_box("Élèves")
        made.server.deliver("Élèves")
        made.sync()
        yield made


def renumbered(home: OfflineWorld) -> None:
    """The same mail on another host: nothing but the messages is the same."""
    for path in home.server.boxes:
        home.server.renumber(path)


def test_mail_texts_and_wishes_go_along(home: OfflineWorld) -> None:
    home.mailbox.flag([home.one("m1").id], Flags(Marks.FLAGGED), Flags())
    home.mailbox.move([home.one("m2").id], home.folder("archive").id)
    home.folders.create(home.account, "Neuf")
    ids = {row.subject: row.id for row in home.rows()}
    moved = home.migration.move(home.account, HOSTS, Secret("autre"))
    assert (moved.messages, moved.bodies, moved.waiting) == (5, 5, 3)
    assert moved.account.id == home.account
    assert (moved.account.imap.host, moved.account.login) == ("imap.national.invalid", "nouveau")
    assert home.subjects() == ["m4", "m3", "m1"], "shown as before, line or none"
    renumbered(home)
    texts = list(home.server.texts_fetched)
    home.sessions.drop()
    for _ in range(2):
        report = home.sync()
    assert report.complete, report
    assert home.server.texts_fetched == texts
    assert {row.subject: row.id for row in home.rows()}.items() <= ids.items()
    assert home.server.contents()["Archive"] == ["m2"]
    assert home.server_flags()["m1"].marks == Marks.FLAGGED
    assert "Neuf" in home.server.boxes
    assert home.journal.rows() == ()
    assert home.shown() == home.on_server()
    assert home.server.destroyed == []
    home.check_counters()


def test_the_copy_of_a_draft_is_found_again(home: OfflineWorld) -> None:
    draft = home.write("un")
    home.sync()
    home.migration.move(home.account, HOSTS)
    renumbered(home)
    home.sessions.drop()
    home.sync()
    home.clock.jump(seconds=30)
    home.drafting.save(draft.id, home.drafting.get(draft.id).content.__class__(text="deux"))
    home.clock.jump(seconds=30)
    home.sync()
    (copy,) = home.copies()
    assert b"deux" in copy


def test_not_while_a_message_is_on_its_way(home: OfflineWorld) -> None:
    row = home.drafting.send(home.write().id)
    home.database.write(
        lambda tx: tx.run("UPDATE outbox SET state = 'unknown' WHERE id = ?", row.id)
    )
    before = home.sessions
    with pytest.raises(LocalRefusal) as caught:
        home.migration.move(home.account, HOSTS)
    assert caught.value.code is ErrorCode.USAGE
    assert caught.value.facts["why"] == "sending-under-way"
    assert before is home.sessions
    with home.database.read() as reader:
        stored = account_rows.account(reader, home.account)
    assert stored is not None
    assert stored.imap.host == "127.0.0.1"


def test_only_the_sending_host_changes_nothing_of_the_mail(home: OfflineWorld) -> None:
    with home.database.read() as reader:
        now = account_rows.account(reader, home.account)
    assert now is not None
    home.migration.move(home.account, NewHosts(imap=now.imap, smtp=HOSTS.smtp))
    fetched = list(home.server.fetched)
    home.sync()
    assert home.server.fetched == fetched
    assert home.folder().uidvalidity is not None


@pytest.mark.parametrize("login", ["a\r\nb", "\x00"])
def test_what_cannot_be(home: OfflineWorld, login: str) -> None:
    with pytest.raises(LocalRefusal):
        home.migration.move(home.account, NewHosts(HOSTS.imap, HOSTS.smtp, login=login))
    with pytest.raises(LocalRefusal):
        home.migration.move(home.account, NewHosts(HOSTS.imap, HOSTS.smtp, email="pas une adresse"))
