"""The journal pane: every piece of offline work with its state, its reason and the way on."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode
from mel_desktop.model.mail import (
    Choice,
    Flags,
    FolderId,
    Marks,
    MessageId,
    WantKind,
    WantState,
)
from mel_desktop.store import mailbox
from mel_desktop.store.database import Transaction
from mel_desktop.ui.folder_delegate import FolderRole
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.journal_pane import JournalPane, Shown
from mel_desktop.ui.main_window import MainWindow


@pytest.fixture
def pane(window: MainWindow, facade: Facade, qtbot: QtBot) -> JournalPane:
    """A move, a deletion and a new folder wait; a flag was refused."""
    ids = window.mail.model.ids
    facade.move([ids[2]], facade.find_folder("archive").id)
    facade.flag([ids[3]], Flags(Marks.FLAGGED), Flags())
    facade.create_folder(facade.accounts()[0].id, "Classes")
    refuse(facade, "flag", ErrorCode.SERVER_REFUSED.text)
    window.actions_.journal.trigger()
    window.journal.refresh()
    return window.journal


def refuse(facade: Facade, kind: str, reason: str, detail: str = "{}") -> None:
    facade._services.database.write(
        lambda tx: tx.run(
            "UPDATE want SET state = 'refused', reason = ?, detail = ?, attempts = 2"
            " WHERE kind = ?",
            reason,
            detail,
            kind,
        )
    )


def found_in(tx: Transaction, message: MessageId, folder: FolderId) -> None:
    """As the sync leaves a message that another program moved."""
    tx.run(
        "UPDATE location SET folder_id = ?, uid = uid + 100000 WHERE message_id = ?",
        folder,
        message,
    )
    mailbox.refresh(tx, [message])


def choose(pane: JournalPane, kind: WantKind) -> None:
    place = next(at for at, row in enumerate(pane.model.values()) if row.kind is kind)
    pane.table.selectRow(place)


def texts(pane: JournalPane, kind: WantKind) -> list[str]:
    place = next(at for at, row in enumerate(pane.model.values()) if row.kind is kind)
    return [pane.model.index(place, at).data() for at in range(pane.model.columnCount())]


def test_everything_that_waits_is_told(
    pane: JournalPane, window: MainWindow, facade: Facade
) -> None:
    kinds = {row.kind for row in pane.model.values()}
    assert kinds >= {WantKind.MOVE, WantKind.FLAG, WantKind.CREATE_FOLDER}
    move = texts(pane, WantKind.MOVE)
    assert move[0] == "Déplacer vers Archives"
    (row,) = [one for one in facade.journal() if one.kind is WantKind.MOVE]
    assert move[1] == facade.message_rows([row.message])[0].subject
    assert move[3] == "En attente du réseau"
    assert move[4] == "à l’instant"
    new = texts(pane, WantKind.CREATE_FOLDER)
    assert new[:3] == ["Nouveau dossier", "–", "Classes"]
    refused = texts(pane, WantKind.FLAG)
    assert refused[3] == "Refusé"
    assert refused[5] == "2"


def test_a_refused_change_says_why_and_is_tried_again(
    pane: JournalPane, facade: Facade, qtbot: QtBot
) -> None:
    choose(pane, WantKind.FLAG)
    assert "a refusé cette opération" in pane.explanation.text()
    assert "2 tentatives" in pane.explanation.text()
    assert pane._retry.isEnabled()
    pane._retry.click()
    (row,) = [one for one in facade.journal() if one.kind is WantKind.FLAG]
    assert row.state is WantState.WAITING
    choose(pane, WantKind.FLAG)
    assert not pane._retry.isEnabled()


def test_a_change_is_taken_back(pane: JournalPane, facade: Facade, qtbot: QtBot) -> None:
    choose(pane, WantKind.MOVE)
    row = pane.chosen()
    assert row is not None
    pane._undo.click()
    assert row.id not in {one.id for one in facade.journal()}
    moved = facade.message_rows([row.message])[0]
    assert moved.folder == facade.find_folder("inbox").id
    choose(pane, WantKind.CREATE_FOLDER)
    pane._undo.click()
    assert "Classes" not in {one.path for one in facade.folders()}


def test_the_filter(pane: JournalPane) -> None:
    every = pane.model.rowCount()
    pane.which.setCurrentIndex(pane.which.findData(Shown.REFUSED))
    assert {row.kind for row in pane.model.values()} == {WantKind.FLAG}
    assert f"1 sur {every}" in pane.count.text()
    pane.which.setCurrentIndex(pane.which.findData(Shown.WAITING))
    assert pane.model.rowCount() == every - 1
    pane.words.setText("classes")
    assert {row.kind for row in pane.model.values()} == {WantKind.CREATE_FOLDER}
    pane.words.setText("xyzzy")
    assert pane.model.rowCount() == 0
    assert pane.nothing.text() == "Aucun changement ne correspond au filtre."
    assert pane.explanation.text() == ""


def test_an_empty_journal_says_so(pane: JournalPane, facade: Facade, qtbot: QtBot) -> None:
    for _ in range(len(facade.journal())):
        undoable = [row for row in facade.journal() if row.undoable]
        if undoable:
            facade.undo_want(undoable[0].id)
    qtbot.waitUntil(lambda: pane.model.rowCount() == len(facade.journal()), timeout=5000)
    if not facade.journal():
        assert "Rien n’attend" in pane.nothing.text()


def test_it_lives(pane: JournalPane, window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    before = pane.model.rowCount()
    facade.flag([window.mail.model.ids[9]], Flags(Marks.ANSWERED), Flags())
    qtbot.waitUntil(lambda: pane.model.rowCount() == before + 1, timeout=5000)


@pytest.mark.parametrize("choice", list(Choice))
def test_a_conflict_is_decided(
    window: MainWindow, facade: Facade, choice: Choice, qtbot: QtBot
) -> None:
    message = window.mail.model.ids[2]
    elsewhere = facade.find_folder("Conseils de classe")
    facade.move([message], facade.find_folder("archive").id)
    refuse(facade, "move", "moved-elsewhere", f'{{"where": {elsewhere.id}}}')
    facade._services.database.write(lambda tx: found_in(tx, message, elsewhere.id))
    window.actions_.journal.trigger()
    pane = window.journal
    pane.refresh()
    pane.which.setCurrentIndex(pane.which.findData(Shown.CONFLICT))
    (row,) = pane.model.values()
    assert texts(pane, WantKind.MOVE)[3] == "À décider"
    assert set(row.choices) == set(Choice)
    assert all(button.isVisible() for button in pane._choices.values())
    assert row.where == "Conseils de classe"
    assert row.detail == "Archives"
    pane._choices[choice].click()
    left = {
        (one.kind, one.detail, one.state)
        for one in facade.journal()
        if one.kind is not WantKind.DRAFT  # those of the planted profile wait too
    }
    wanted = {
        Choice.MINE: {(WantKind.MOVE, "Archives", WantState.WAITING)},
        Choice.THEIRS: set(),
        Choice.BOTH: {(WantKind.COPY, "Archives", WantState.WAITING)},
    }[choice]
    assert left == wanted
    assert not pane._choices[Choice.MINE].isVisible()


def test_the_status_line_and_the_menu_lead_here(window: MainWindow, facade: Facade) -> None:
    for row in facade.outbox():
        facade.cancel_outbox(row.id)
    facade.flag([window.mail.model.ids[0]], Flags(Marks.FLAGGED), Flags())
    window._on_status(facade.status())
    window.status_line.button.click()
    assert window.pages.currentWidget() is window.journal
    window.go_inbox()
    window.actions_.journal.trigger()
    assert window.pages.currentWidget() is window.journal


def test_what_was_refused_is_told_without_looking(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    facade.flag([window.mail.model.ids[3]], Flags(Marks.FLAGGED), Flags())
    refuse(facade, "flag", ErrorCode.SERVER_REFUSED.text)
    facade.flag([window.mail.model.ids[4]], Flags(Marks.ANSWERED), Flags())
    line = window.status_line
    qtbot.waitUntil(lambda: "1 changement demande votre avis" in line.text.text(), timeout=5000)
    index = window.tree.folder_model().index_of(Place.JOURNAL)
    assert index.data(FolderRole.LOUD)
    line.button.click()  # before what only waits to be sent
    assert window.pages.currentWidget() is window.journal
    window.journal.which.setCurrentIndex(window.journal.which.findData(Shown.REFUSED))
    window.journal.undo_chosen()
    qtbot.waitUntil(lambda: "votre avis" not in line.text.text(), timeout=5000)


def test_a_narrow_journal_keeps_its_reasons(
    pane: JournalPane, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(683, 384)
    qtbot.waitUntil(lambda: pane.table.isColumnHidden(2), timeout=2000)
    choose(pane, WantKind.CREATE_FOLDER)
    assert "Classes" in pane.explanation.text()
    assert window.minimumSizeHint().height() <= 384
