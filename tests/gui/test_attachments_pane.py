"""All attachments in one list: searched by what is written in them, and back to their message."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import MessageId, Part
from mel_desktop.store import blobs, parts, reindexing, search
from mel_desktop.store.database import Transaction
from mel_desktop.ui.attachments_pane import AttachmentsPane
from mel_desktop.ui.main_window import MainWindow
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
