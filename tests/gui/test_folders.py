"""Folders made, renamed, deleted and subscribed to in the window; messages moved and copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Folder, MessageId, WantKind
from mel_desktop.ui.dialogs import MoveDialog
from mel_desktop.ui.folder_delegate import FolderRole
from mel_desktop.ui.folder_dialogs import FolderNameDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_list import MIME


def by_path(facade: Facade, path: str) -> Folder | None:
    return next((one for one in facade.folders() if one.path == path), None)


def choose(window: MainWindow, facade: Facade, path: str) -> Folder:
    folder = by_path(facade, path)
    assert folder is not None
    assert window.tree.choose(folder.id)
    return folder


def named(window: MainWindow) -> FolderNameDialog:
    return next(one for one in window.findChildren(FolderNameDialog) if one.isVisible())


def test_a_new_folder_is_there_at_once_and_waits(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    window.actions_.new_folder.trigger()
    dialog = named(window)
    dialog.name.setText("6e B")
    dialog.within.setCurrentIndex(dialog.within.findData("Conseils de classe"))
    dialog.accept()
    made = by_path(facade, "Conseils de classe/6e B")
    assert made is not None
    assert made.waiting
    index = window.tree.folder_model().index_of(made.id)
    assert index.isValid()
    assert index.data(FolderRole.WAITS)
    assert "en attente du réseau" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "en attente du réseau" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert window.tree.target() == made.id
    assert any(row.kind is WantKind.CREATE_FOLDER for row in facade.journal())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a/b", "caractère « / »"),
        ("100 %", "caractère « % »"),
        ("..", "au moins une lettre"),
        ("a\u200fb", "invisibles"),
        ("x" * 120, "trop long"),
        ("Conseils de classe", "porte déjà ce nom"),
    ],
)
def test_names_that_cannot_be(window: MainWindow, name: str, words: str) -> None:
    window.actions_.new_folder.trigger()
    dialog = named(window)
    assert not dialog._ok.isEnabled()  # no name yet, and nothing to scold about
    assert not dialog.trouble.text()
    dialog.within.setCurrentIndex(0)
    dialog.name.setText(name)
    assert words in dialog.trouble.text().replace("\u00a0", " ")
    assert not dialog._ok.isEnabled()
    dialog.accept()
    assert dialog.isVisible()
    dialog.reject()


def test_rename_by_f2(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    folder = choose(window, facade, "Conseils de classe")
    assert window.actions_.rename_folder.shortcut().toString() == "F2"
    window.actions_.rename_folder.trigger()
    dialog = named(window)
    assert dialog.name.text() == "Conseils de classe"
    assert not dialog._ok.isEnabled()
    dialog.name.setText("Conseils")
    dialog.accept()
    renamed = by_path(facade, "Conseils")
    assert renamed is not None
    assert renamed.id == folder.id
    qtbot.waitUntil(
        lambda: window.tree.folder_model().index_of(folder.id).data() == "Conseils", timeout=5000
    )
    assert window.tree.target() == folder.id


def test_del_in_the_tree_means_the_folder(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    folder = choose(window, facade, "Conseils de classe")
    ids = window.mail.model.ids
    window.mail.view.select(ids[0])
    window.activateWindow()
    window.tree.setFocus()
    qtbot.keyClick(window.tree, Qt.Key.Key_Delete)
    box = next(one for one in window.findChildren(QMessageBox) if one.isVisible())
    assert "Conseils de classe" in box.text()
    assert f"{folder.total} messages vont d’abord à la corbeille" in box.informativeText().replace(
        "\u202f", " "
    )
    assert box.defaultButton().text() == "Garder"
    box.defaultButton().click()
    assert by_path(facade, "Conseils de classe") is not None
    assert facade.message_ids(folder.id) == ids  # and no message went either


def test_a_folder_is_deleted_with_its_messages_in_the_trash(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    folder = choose(window, facade, "Conseils de classe")
    ids = facade.message_ids(folder.id)
    trash = facade.find_folder("trash").id
    box = window.folder_desk.ask_delete()
    assert box is not None
    next(one for one in box.buttons() if one.text() == "Supprimer").click()
    qtbot.waitUntil(lambda: by_path(facade, "Conseils de classe") is None, timeout=5000)
    assert set(ids) <= set(facade.message_ids(trash))
    qtbot.waitUntil(
        lambda: not window.tree.folder_model().index_of(folder.id).isValid(), timeout=5000
    )


def test_folders_below_are_told(window: MainWindow, facade: Facade) -> None:
    if by_path(facade, "Parents d'élèves") is None:
        facade.create_folder(facade.accounts()[0].id, "Parents d'élèves")
        window._read_folders()
    choose(window, facade, "Parents d'élèves")
    below = [one for one in facade.folders() if one.path.startswith("Parents d'élèves/")]
    box = window.folder_desk.ask_delete()
    assert box is not None
    words = box.informativeText()
    assert f"{len(below)} dossiers qu’il contient" in words
    assert str(sum(one.total for one in below)) in words
    box.close()


def test_roles_are_protected(window: MainWindow, facade: Facade) -> None:
    window.go_inbox()
    acts = window.actions_
    assert acts.new_folder.isEnabled()
    for action in (acts.rename_folder, acts.delete_folder, acts.subscribe_folder):
        assert not action.isEnabled()
    assert window.folder_desk.ask_rename() is None
    assert window.folder_desk.ask_delete() is None


def test_subscribe(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    folder = choose(window, facade, "Conseils de classe")
    action = window.actions_.subscribe_folder
    assert action.isChecked() is folder.subscribed
    action.trigger()
    now = by_path(facade, "Conseils de classe")
    assert now is not None
    assert now.subscribed is not folder.subscribed
    qtbot.waitUntil(lambda: action.isChecked() is now.subscribed, timeout=5000)


def test_the_context_menu(window: MainWindow, facade: Facade) -> None:
    choose(window, facade, "Conseils de classe")
    menu = window.folder_desk.menu()
    acts = window.actions_
    assert menu.accessibleName() == "Conseils de classe"
    assert {acts.new_folder, acts.rename_folder, acts.delete_folder, acts.subscribe_folder} <= set(
        menu.actions()
    )
    menu.deleteLater()


def drop(window: MainWindow, facade: Facade, message: MessageId, path: str, *, ctrl: bool) -> None:
    folder = by_path(facade, path)
    assert folder is not None
    place = window.tree.visualRect(window.tree.folder_model().index_of(folder.id)).center()
    data = QMimeData()
    data.setData(MIME, str(message).encode())
    keys = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    event = QDropEvent(
        QPointF(place),
        Qt.DropAction.MoveAction | Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        keys,
    )
    window.tree.dropEvent(event)
    assert event.isAccepted()


def test_dropping_moves(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    message = window.mail.model.ids[4]
    drop(window, facade, message, "Archives", ctrl=False)
    assert facade.message_rows([message])[0].folder == facade.find_folder("archive").id


def test_dropping_with_ctrl_copies(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    message = window.mail.model.ids[4]
    drop(window, facade, message, "Archives", ctrl=True)
    assert facade.message_rows([message])[0].folder == facade.find_folder("inbox").id
    assert [row.message for row in facade.journal() if row.kind is WantKind.COPY] == [message]
    assert "1 message sera copié" in window.mail.notice.text


def test_copy_by_keyboard(window: MainWindow, facade: Facade) -> None:
    message = window.mail.model.ids[4]
    window.mail.view.select(message)
    window.actions_.copy.trigger()
    dialog = next(one for one in window.mail.findChildren(MoveDialog) if one.isVisible())
    assert dialog.windowTitle() == "Copier dans un dossier"
    assert dialog._ok.text() == "Copier"
    dialog.filter.setText("archives")
    dialog.accept()
    assert any(row.kind is WantKind.COPY for row in facade.journal())
    assert message in window.mail.model.ids
