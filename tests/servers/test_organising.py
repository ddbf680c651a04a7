"""Tags, junk and archive by year reach Dovecot as keywords, moves and folders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mel_desktop.model.mail import Flags
from mel_desktop.services.tags import Tags
from mel_desktop.services.tidying import Tidying
from tests.servers.test_offline_servers import Home, message
from tests.support.imap_servers import Dovecot
from tests.support.store import store

pytestmark = pytest.mark.servers


@pytest.fixture
def home(dovecot: Dovecot, tmp_path: Path) -> Iterator[Home]:
    with store(tmp_path) as database:
        made = Home(database, dovecot, dovecot.new_user())
        yield made
        made.sessions.drop()


def test_keywords_junk_and_archive(home: Home) -> None:
    home.server.deliver_all(
        home.user,
        "INBOX",
        [
            (message(1), ("$Label1",), datetime(2025, 3, 1, 9, tzinfo=UTC)),
            (message(2), (), datetime(2026, 3, 1, 9, tzinfo=UTC)),
            (message(3), (), datetime(2026, 4, 1, 9, tzinfo=UTC)),
        ],
    )
    home.sync()
    three, two, one = home.mailbox.message_ids(home.folder("INBOX").id)
    assert home.mailbox.rows([one])[0].flags.keywords == {"$label1"}  # another program's tag
    tags = Tags(home.database, home.mailbox)
    made = tags.create("Conseil de classe", "#18753c")
    home.mailbox.flag([two], Flags(keywords=frozenset({made.keyword})), Flags())
    tidying = Tidying(home.database, home.mailbox, home.folders)
    tidying.junk([three], True)
    tidying.archive([one, two])  # all of it offline
    home.sync()
    assert home.mailbox.journal() == ()
    paths = {folder.path: folder.id for folder in home.mailbox.folders()}
    places = {row.id: row.folder for row in home.mailbox.rows([one, two])}
    assert places == {one: paths["Archives/2025"], two: paths["Archives/2026"]}
    # what a second computer sees
    second = home.database.path.parent / "second"
    second.mkdir()
    with store(second) as other:
        again = Home(other, home.server, home.user)
        again.sync()
        again.sessions.drop()
        found = {
            row.subject: row.flags.keywords
            for folder in again.mailbox.folders()
            for row in again.mailbox.page(folder.id)
        }
        assert found == {
            "Sujet 1": frozenset({"$label1"}),
            "Sujet 2": frozenset({"conseil-de-classe"}),
            "Sujet 3": frozenset({"$junk", "junk"}),
        }
        assert {"Archives/2025", "Archives/2026", "Junk"} <= {
            folder.path for folder in again.mailbox.folders()
        }
    tidying.junk([three], False)
    home.sync()
    (row,) = home.mailbox.rows([three])
    assert row.folder == home.folder("INBOX").id
    assert row.flags.keywords == {"$notjunk", "nonjunk"}
