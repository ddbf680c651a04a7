"""Drafts begun on another device (an independent client), on Dovecot and Cyrus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imap_tools import MailMessageFlags

from mel_desktop.model.errors import ConnectionTrouble
from mel_desktop.model.outgoing import Draft
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.foreign_drafts import ForeignDrafts
from mel_desktop.services.reading import ReadingService
from tests.servers.test_offline_servers import Home
from tests.support.imap_servers import Cyrus, Dovecot, ImapServer
from tests.support.store import store
from tests.unit.test_foreign_drafts import HEAD, NAMED, letter

pytestmark = pytest.mark.servers


@pytest.fixture(params=["dovecot", "cyrus"])
def server(request: pytest.FixtureRequest) -> ImapServer:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Dovecot | Cyrus)
    return found


@pytest.fixture
def home(server: ImapServer, tmp_path: Path) -> Iterator[Home]:
    with store(tmp_path) as database:
        made = Home(database, server, server.new_user())
        made.sync()
        yield made
        made.sessions.drop()


@pytest.fixture
def foreign(home: Home) -> ForeignDrafts:
    accounts = Accounts(home.database, home.clock)
    reading = ReadingService(home.database, home.sessions, home.clock)
    return ForeignDrafts(home.database, accounts, reading, home.clock)


def save_elsewhere(home: Home, html: str, head: str = HEAD + NAMED) -> None:
    """The webmail saves: a new message, then the one before it goes."""
    with home.server.observer(home.user, "Drafts") as box:
        before = box.uids()
        box.append(letter(html, head), "Drafts", datetime.now(UTC), [MailMessageFlags.DRAFT])
        if before:
            box.delete(before)


def lies_in(home: Home, folder: str) -> list[tuple[str, str]]:
    with home.server.observer(home.user, folder) as box:
        return [
            (next(iter(one.headers.get("message-id", ())), ""), (one.text or one.html).strip())
            for one in box.fetch(mark_seen=False, bulk=True)
        ]


def write_on(home: Home, draft: Draft, text: str) -> None:
    home.drafting.save(draft.id, replace(draft.content, text=text, html=""))
    home.clock.ahead += timedelta(minutes=1)  # a pause


@pytest.mark.parametrize("head", [HEAD + NAMED, HEAD], ids=["named", "without-message-id"])
def test_begun_on_a_phone_and_finished_here(home: Home, foreign: ForeignDrafts, head: str) -> None:
    save_elsewhere(home, "<p>Départ à <b>9 h</b>.</p><img src='cid:logo@x'>", head)
    assert home.sync().complete
    (row,) = foreign.listed()
    draft = foreign.take(row.message)
    assert draft.content.bcc[0].address == "secret@exemple.invalid"
    assert "<b>9 h</b>" in draft.content.html
    assert [(one.filename, one.content_id) for one in draft.attachments] == [
        ("fichier.png", "logo@x"),
        ("programme.pdf", ""),
    ]
    assert home.sync().complete
    assert len(lies_in(home, "Drafts")) == 1, "only read until something is changed"
    assert lies_in(home, "Trash") == []
    write_on(home, draft, "Départ à 10 h.")
    report = home.sync()
    assert report.complete, report
    ((_, text),) = lies_in(home, "Drafts")
    assert text == "Départ à 10 h."
    ((message_id, _),) = lies_in(home, "Trash")
    if head != HEAD:
        assert message_id == "<webmail-1@exemple.invalid>"
    with home.server.observer(home.user, "Drafts") as box:
        (copy,) = box.fetch(mark_seen=False)
        assert copy.bcc == ("secret@exemple.invalid",)
        assert copy.headers["in-reply-to"] == ("<question@exemple.invalid>",)
        assert [one.filename for one in copy.attachments][-1] == "programme.pdf"
        assert copy.attachments[-1].payload == b"%PDF-1.4 programme"
    assert home.sync().complete
    assert foreign.listed() == ()
    assert home.subjects("Trash") == ["Sortie au musée"]
    assert home.journal.rows() == ()


def test_changed_on_the_phone_after_it_was_opened_here(home: Home, foreign: ForeignDrafts) -> None:
    save_elsewhere(home, "<p>un</p>")
    home.sync()
    draft = foreign.take(foreign.listed()[0].message)
    save_elsewhere(home, "<p>la leur</p>", HEAD + NAMED.replace("webmail-1", "webmail-2"))
    write_on(home, draft, "deux")
    codes = {one.code for _ in range(2) for one in home.sync().refusals}
    assert codes == {"draft-edited-elsewhere"}
    assert [one for one, _ in lies_in(home, "Drafts")] == ["<webmail-2@exemple.invalid>"]
    assert home.drafting.get(draft.id).content.text == "deux"
    assert foreign.listed() == ()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("command", ["append", "move"])
def test_a_cut_loses_nothing(home: Home, foreign: ForeignDrafts, command: str, after: bool) -> None:
    save_elsewhere(home, "<p>un</p>")
    home.sync()
    draft = foreign.take(foreign.listed()[0].message)
    write_on(home, draft, "deux")
    home.connector.cut = (command, after)
    with pytest.raises(ConnectionTrouble):
        home.sync()
    assert home.sync().complete
    assert [text for _, text in lies_in(home, "Drafts")] == ["deux"]
    assert len(lies_in(home, "Trash")) == 1
    home.sync()
    assert foreign.listed() == ()
    assert home.journal.rows() == ()
