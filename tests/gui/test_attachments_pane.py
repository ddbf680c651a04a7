"""All attachments in one list: searched by what is written in them, and back to their message."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.model.people import EntryId
from mel_desktop.store import blobs, parts, reindexing, search
from mel_desktop.store.database import Transaction
from mel_desktop.ui import attachments_model
from mel_desktop.ui.attachments_pane import AttachmentsPane
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.preview_window import PreviewWindow
from tests.support import documents
from tests.support.store import START


def plant(facade: Facade, message: MessageId, name: str, data: bytes | None) -> None:
    def work(tx: Transaction) -> None:
        number = f"9.{len(name)}"
        part = Part(number, "application/pdf", "", "base64", "attachment", name, "", 64)
        parts.insert(tx, message, [part])
        if data is not None:
            blob = blobs.store_bytes(tx, data, START)
            tx.run(
                "UPDATE part SET blob_id = ? WHERE message_id = ? AND number = ?",
                blob,
                message,
                number,
            )
        tx.run("UPDATE message SET has_attachments = 1 WHERE id = ?", message)
        search.index_again(tx, reindexing.indexed(tx, [message]))

    facade._services.database.write(work)


@pytest.fixture
def pane(window: MainWindow, facade: Facade, qtbot: QtBot) -> AttachmentsPane:
    ids = window.mail.model.ids
    plant(facade, ids[1], "menu-de-la-cantine.pdf", documents.pdf("Lundi : blanquette de veau"))
    plant(facade, ids[2], "pyramide.pdf", None)
    window.actions_.attachments.trigger()
    pane = window.attachments
    assert window.pages.currentWidget() is pane
    qtbot.waitUntil(lambda: pane.model.rowCount() >= 2)
    return pane


def names(pane: AttachmentsPane) -> list[str]:
    return [row.filename for row in pane.model.values()]


def test_a_word_in_a_file_leads_to_its_message(
    window: MainWindow, pane: AttachmentsPane, facade: Facade, qtbot: QtBot
) -> None:
    QAbstractItemModelTester(pane.model, QAbstractItemModelTester.FailureReportingMode.QtTest)
    pane.query.setText("blanquette")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 0)  # not read yet
    assert "lire" in pane.count.text()
    assert facade.attachments.read() >= 1
    qtbot.keyClick(pane.query, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(pane) == ["menu-de-la-cantine.pdf"])
    assert "blanquette" in pane.explanation.text()
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.mail
    (chosen,) = window.mail.view.selected_ids()
    assert any(one.filename == "menu-de-la-cantine.pdf" for one in facade.show(chosen).attachments)
    # and in the one search box of the window
    window.search_field.setText("blanquette veau")
    qtbot.keyClick(window.search_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.mail.model.ids == (chosen,))


def test_what_is_still_on_the_server_is_found_by_its_name_and_said_to_be_there(
    window: MainWindow, pane: AttachmentsPane, qtbot: QtBot
) -> None:
    pane.query.setText("pyramide")
    qtbot.waitUntil(lambda: names(pane) == ["pyramide.pdf"])
    assert "serveur" in pane.explanation.text()
    assert pane._fetch.isEnabled()
    pane.query.setText("introuvablexyz")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 0)
    assert pane.nothing.isVisibleTo(pane)
    assert not pane._show_message.isEnabled()


def test_a_state_that_cannot_be_read_is_told(pane: AttachmentsPane, qtbot: QtBot) -> None:
    pane.query.setText("est:bizarre ")
    qtbot.waitUntil(lambda: pane.notice.isVisibleTo(pane))


def test_a_file_is_saved_from_the_list(pane: AttachmentsPane, qtbot: QtBot, tmp_path: Path) -> None:
    pane.query.setText("cantine.pdf ")
    qtbot.waitUntil(lambda: names(pane) == ["menu-de-la-cantine.pdf"])
    target = tmp_path / "menu.pdf"
    pane._save.click()
    (dialog,) = pane.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(target))
    dialog.close()
    qtbot.waitUntil(lambda: "menu.pdf est enregistré" in pane.notice.text)
    assert target.read_bytes() == documents.pdf("Lundi : blanquette de veau")


def test_the_list_is_narrowed_sorted_and_kept(
    window: MainWindow, pane: AttachmentsPane, facade: Facade, qtbot: QtBot
) -> None:
    plant(facade, window.mail.model.ids[0], "photo.jpg", None)
    pane.refresh()
    qtbot.waitUntil(lambda: "photo.jpg" in names(pane))
    before = names(pane)
    pane.narrowing.kind.setCurrentIndex(pane.narrowing.kind.findText("PDF"))
    qtbot.waitUntil(lambda: "photo.jpg" not in names(pane))
    assert "pyramide.pdf" in names(pane)
    pane.narrowing.where.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "pyramide.pdf" not in names(pane))
    assert "menu-de-la-cantine.pdf" in names(pane)
    assert len(window.settings.value("attachments/filters")) == 4
    pane.narrowing.clear_button.click()
    qtbot.waitUntil(lambda: names(pane) == before)
    pane.narrowing.who.setText("personne-de-ce-nom")
    qtbot.waitUntil(lambda: pane.model.rowCount() == 0)
    assert "correspond" in pane.nothing.text()
    pane.narrowing.clear()
    qtbot.waitUntil(lambda: names(pane) == before)
    pane.table.horizontalHeader().sectionClicked.emit(0)
    qtbot.waitUntil(lambda: names(pane) == sorted(before, key=str.casefold))
    pane.table.horizontalHeader().sectionClicked.emit(0)
    qtbot.waitUntil(lambda: names(pane) == sorted(before, key=str.casefold, reverse=True))


def test_what_the_people_of_a_class_sent_is_listed(
    window: MainWindow, pane: AttachmentsPane, facade: Facade, qtbot: QtBot
) -> None:
    lists = pane.narrowing.school_class
    assert not lists.isHidden()
    assert lists.count() > 5
    people = {
        place: {
            who.address.lower()
            for one in facade.people.class_groups(EntryId(lists.itemData(place)))
            for who in one.members
        }
        for place in range(1, lists.count())
    }
    rows = facade.message_rows(window.mail.model.ids)
    place, row = next(
        (place, row)
        for place, addresses in people.items()
        for row in rows
        if row.sender.address.lower() in addresses
    )
    plant(facade, row.id, "devoir-de-la-classe.pdf", None)
    lists.setCurrentIndex(place)
    qtbot.waitUntil(lambda: "devoir-de-la-classe.pdf" in names(pane), timeout=20000)
    assert {one.sender.address.lower() for one in pane.model.values()} <= people[place]
    other = next(at for at, all_ in people.items() if row.sender.address.lower() not in all_)
    lists.setCurrentIndex(other)
    qtbot.waitUntil(lambda: "devoir-de-la-classe.pdf" not in names(pane), timeout=20000)
    pane.narrowing.clear_button.click()
    qtbot.waitUntil(lambda: "devoir-de-la-classe.pdf" in names(pane), timeout=20000)


def test_pages_come_as_the_list_is_scrolled(
    window: MainWindow, pane: AttachmentsPane, facade: Facade, qtbot: QtBot
) -> None:
    ids = window.mail.model.ids

    def work(tx: Transaction) -> None:
        many = [
            Part(f"8.{n}", "x/y", "", "base64", "attachment", f"fichier {n}.odt", "", 64)
            for n in range(3 * attachments_model.PAGE)
        ]
        parts.insert(tx, ids[3], many)
        tx.run("UPDATE message SET has_attachments = 1 WHERE id = ?", ids[3])

    facade._services.database.write(work)
    pane.refresh()
    qtbot.waitUntil(lambda: pane.model.rowCount() == attachments_model.PAGE)
    for count in range(2, 5):
        pane.table.scrollToBottom()
        pane.rows.fetchMore(QModelIndex())
        wanted = min(count * attachments_model.PAGE, 3 * attachments_model.PAGE + 1)
        qtbot.waitUntil(lambda wanted=wanted: pane.model.rowCount() >= wanted)
    shown = pane.model.rowCount()
    assert not pane.rows.has_more
    assert len({(one.message, one.part) for one in pane.model.values()}) == shown
    plant(facade, ids[0], "nouvelle.pdf", None)
    pane._again()  # as a change does: the pages that are shown stay
    qtbot.waitUntil(lambda: "nouvelle.pdf" in names(pane))
    assert pane.model.rowCount() == shown + 1


def test_several_are_saved_looked_at_and_dragged(
    window: MainWindow, pane: AttachmentsPane, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    plant(facade, window.mail.model.ids[0], "note-de-service.pdf", documents.pdf("Note"))
    pane.query.setText("-de- ")
    pane.query.clear()
    pane.refresh()
    qtbot.waitUntil(lambda: "note-de-service.pdf" in names(pane))
    pane.table.clearSelection()
    selection = pane.table.selectionModel()
    flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
    for place, name in enumerate(names(pane)):
        if name in ("note-de-service.pdf", "menu-de-la-cantine.pdf"):
            selection.select(pane.model.index(place, 0), flags)
    assert "2 fichiers choisis" in pane.explanation.text()
    window.actions_.save_files.trigger()
    (dialog,) = pane.findChildren(QFileDialog)
    folder = tmp_path / "chosen"
    folder.mkdir()
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    qtbot.waitUntil(lambda: "2 fichiers" in pane.notice.text)
    assert sorted(one.name for one in folder.iterdir()) == [
        "menu-de-la-cantine.pdf",
        "note-de-service.pdf",
    ]
    data = pane.model.mimeData(selection.selectedRows())
    assert facade.vault.outside_files() == ()
    assert len(data.urls()) == 2
    pane.table.setFocus()
    qtbot.keyClick(pane.table, Qt.Key.Key_Space)
    (shown,) = pane.findChildren(PreviewWindow)
    qtbot.waitUntil(lambda: shown.ready)
    assert len(shown._files) == 2
    shown.close()
