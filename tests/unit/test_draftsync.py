"""The copy of a draft in the server's Drafts folder: one, ours, never against another client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice, Flags, Marks, WantKind, WantState
from mel_desktop.model.outgoing import Draft, DraftState
from mel_desktop.store import draftcopies, outgoing
from tests.support.offline_world import OfflineWorld, offline_world


@pytest.fixture
def home(tmp_path: Path) -> Iterator[OfflineWorld]:
    with offline_world(tmp_path) as made:
        made.server.deliver()
        made.sync()
        yield made


def edit(home: OfflineWorld, draft: Draft, text: str) -> Draft:
    saved = home.drafting.save(draft.id, replace(draft.content, text=text))
    home.clock.jump(seconds=30)
    return saved


def test_a_draft_has_one_copy_with_its_hidden_recipients(home: OfflineWorld) -> None:
    home.write("Départ à 8 h")
    (row,) = home.journal.rows()
    assert (row.id, row.kind, row.state) == ("d1", WantKind.DRAFT, WantState.WAITING)
    assert home.sync().complete
    (copy,) = home.copies()
    assert b"Bcc: secret@exemple.invalid\r\n" in copy
    assert b"=?utf-8?" in copy
    (stored,) = home.server.boxes["Drafts"].messages.values()
    assert stored.flags.marks == Marks.DRAFT | Marks.SEEN
    assert home.journal.rows() == ()
    home.server.commands.clear()
    home.sync()
    assert "APPEND" not in home.server.commands
    (message,) = home.mailbox.message_ids(home.folder("drafts").id)
    with home.database.read() as reader:
        assert draftcopies.draft_of(reader, message) == 1


def test_a_newer_revision_replaces_it_after_a_pause(home: OfflineWorld) -> None:
    draft = home.write("un")
    home.sync()
    home.drafting.save(draft.id, replace(draft.content, text="deux"))
    home.sync()
    assert b"un\r\n" in home.copies()[0], "the person is writing still"
    home.clock.jump(seconds=30)
    home.sync()
    (copy,) = home.copies()
    assert b"deux\r\n" in copy
    assert home.journal.rows() == ()


def test_nothing_written_makes_no_copy(home: OfflineWorld) -> None:
    draft = home.write()
    home.drafting.save(draft.id, replace(draft.content, to=(), bcc=(), subject=" ", text=""))
    home.sync()
    assert home.copies() == []
    assert not home.drafts.waits(home.account)


def test_deleted_here_is_deleted_there_and_restored_comes_back(home: OfflineWorld) -> None:
    draft = home.write()
    home.sync()
    home.drafting.delete(draft.id)
    home.sync()
    assert home.copies() == []
    assert home.journal.rows() == ()
    home.drafting.restore(draft.id, 1)
    home.sync()
    assert len(home.copies()) == 1


def test_a_copy_that_was_taken_away_is_not_listed_until_the_next_sync(home: OfflineWorld) -> None:
    folder = home.folder("drafts").id
    draft = home.write("un")
    home.sync()
    home.sync()
    (before,) = home.mailbox.message_ids(folder)
    edit(home, draft, "deux")
    home.sync()
    assert before not in home.mailbox.message_ids(folder)
    home.sync()
    assert len(home.mailbox.message_ids(folder)) == 1
    edit(home, draft, "trois")
    home.sync()
    edit(home, draft, "quatre")
    home.sync()
    assert home.mailbox.message_ids(folder) == (), "listed and replaced in one sync"
    home.drafting.delete(draft.id)
    home.sync()
    assert home.mailbox.message_ids(folder) == ()


def test_a_sent_draft_leaves_no_copy(home: OfflineWorld) -> None:
    draft = home.write()
    home.sync()
    home.drafting.send(draft.id)
    home.sync()
    assert len(home.copies()) == 1, "it may still come back from the outbox"
    home.database.write(
        lambda tx: outgoing.set_state(tx, draft.id, DraftState.SENT, home.clock.now())
    )
    home.sync()
    assert home.copies() == []


@pytest.mark.parametrize("performed", [False, True])
@pytest.mark.parametrize("command", ["APPEND", "STORE", "EXPUNGE"])
@pytest.mark.parametrize("uidplus", [True, False])
def test_a_lost_answer_never_makes_two(
    home: OfflineWorld, command: str, performed: bool, uidplus: bool
) -> None:
    home.server.switches.uidplus = uidplus
    draft = home.write("un")
    home.sync()
    edit(home, draft, "deux")
    home.lose_at(command, performed=performed)
    home.sync_cut()
    home.server.lose = None
    home.sync()
    (copy,) = home.copies()
    assert b"deux\r\n" in copy
    assert home.journal.rows() == ()
    home.sync()
    assert len(home.copies()) == 1


def test_a_renumbered_folder_still_holds_our_copy(home: OfflineWorld) -> None:
    draft = home.write("un")
    home.sync()
    home.server.renumber("Drafts")
    edit(home, draft, "deux")
    assert home.sync().complete
    (copy,) = home.copies()
    assert b"deux\r\n" in copy


def rival(home: OfflineWorld) -> None:
    """Another client edits the draft: a new message in place of ours."""
    (uid,) = home.server.boxes["Drafts"].messages
    home.server.expunge("Drafts", uid)
    home.server.deliver("Drafts", subject="Sortie au musee", text=b"la leur\r\n")


def test_edited_elsewhere_is_a_conflict_and_both_stay(home: OfflineWorld) -> None:
    draft = home.write("un", subject="Sortie au musee")
    home.sync()
    rival(home)
    report = home.sync()
    home.clock.jump(seconds=30)
    report = home.sync() if not report.refusals else report
    assert [one.code for one in report.refusals] == ["draft-edited-elsewhere"]
    row = home.row()
    assert row.reason == "draft-edited-elsewhere"
    assert row.choices == tuple(Choice)
    edit(home, draft, "deux")
    home.sync()
    (theirs,) = home.copies()
    assert b"la leur" in theirs
    assert home.drafting.get(draft.id).content.text == "deux"


@pytest.mark.parametrize("choice", list(Choice))
def test_a_person_decides(home: OfflineWorld, choice: Choice) -> None:
    draft = home.write("un", subject="Sortie au musee")
    home.sync()
    home.clock.jump(seconds=30)
    rival(home)
    for _ in range(2):
        home.sync()
    home.journal.resolve("d1", choice)
    for _ in range(2):
        home.sync()
    copies = b"\n".join(home.copies())
    assert (b"un\r\n" in copies) is (choice is not Choice.THEIRS)
    assert (b"la leur" in copies) is (choice is not Choice.MINE)
    state = home.drafting.get(draft.id).state
    assert state is (DraftState.DELETED if choice is Choice.THEIRS else DraftState.EDITING)
    if choice is Choice.MINE:  # theirs went to the trash: nothing is destroyed
        assert len(home.server.contents()["Trash"]) == 1
    assert home.journal.rows() == ()
    with pytest.raises(LocalRefusal):
        home.journal.resolve("d1", choice)


def test_gone_elsewhere_is_kept_here(home: OfflineWorld) -> None:
    draft = home.write("un")
    home.sync()
    home.clock.jump(seconds=30)
    (uid,) = home.server.boxes["Drafts"].messages
    home.server.expunge("Drafts", uid)
    for _ in range(2):
        home.sync()
    assert home.row().reason == "draft-gone-elsewhere"
    assert home.row().choices == (Choice.MINE, Choice.THEIRS)
    assert home.drafting.get(draft.id).content.text == "un"
    home.journal.resolve("d1", Choice.MINE)
    home.sync()
    assert len(home.copies()) == 1


def test_a_refused_copy_is_told_and_tried_again(
    home: OfflineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mel_desktop.model.errors import ServerSaid
    from tests.support.imap_model import Connection

    def no(*_: object) -> None:
        raise ServerSaid(ErrorCode.MESSAGE_TOO_LARGE)

    monkeypatch.setattr(Connection, "append", no)
    draft = home.write("un")
    assert [one.code for one in home.sync().failures] == ["message-too-large"]
    assert home.row().state is WantState.REFUSED
    assert home.sync().complete, "not tried at each sync"
    edit(home, draft, "deux")
    assert not home.sync().complete, "a newer revision is"
    monkeypatch.undo()
    home.journal.retry("d1")
    home.sync()
    assert len(home.copies()) == 1
    assert home.journal.rows() == ()


def test_heavy_drafts_stay_off_a_frugal_line(home: OfflineWorld, tmp_path: Path) -> None:
    file = tmp_path / "film.bin"
    file.write_bytes(b"x" * 1_100_000)
    draft = home.write()
    home.drafting.attach(draft.id, file)
    home.frugal = True
    home.sync()
    assert home.copies() == []
    home.frugal = False
    home.sync()
    assert len(home.copies()) == 1


def test_without_a_drafts_folder_nothing_is_tried(home: OfflineWorld) -> None:
    home.write()
    home.database.write(lambda tx: tx.run("UPDATE folder SET role = NULL WHERE role = 'drafts'"))
    assert not home.drafts.waits(home.account)
    assert home.journal.rows() == ()


def test_another_clients_deleted_marks_are_left_alone_without_uidplus(home: OfflineWorld) -> None:
    home.server.switches.uidplus = False
    draft = home.write("un")
    home.sync()
    other = home.server.deliver("Drafts")
    home.server.set_flags("Drafts", other, Flags(Marks.DELETED))
    home.drafting.delete(draft.id)
    home.sync()
    assert other in home.server.boxes["Drafts"].messages
    assert home.server.destroyed == []
