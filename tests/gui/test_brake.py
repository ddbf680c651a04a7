"""The brake: nothing is forgotten before a person says so, and no slip of a key says it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.links import Brake
from mel_desktop.ui.brake_dialog import BrakeDialog
from mel_desktop.ui.main_window import MainWindow


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def brake_on(facade: Facade, name: str, missing: int) -> int:
    """As the sync leaves it."""
    folder = facade.find_folder(name)
    facade._services.database.write(
        lambda tx: tx.run(
            "UPDATE folder SET suspect_since = '2026-11-26T09:00:00+00:00', suspect_count = ?"
            " WHERE id = ?",
            missing,
            folder.id,
        )
    )
    return int(folder.id)


def accepted(facade: Facade, folder: int) -> bool:
    with facade._services.database.read() as reader:
        return bool(reader.value("SELECT accepted FROM folder WHERE id = ?", folder))


@pytest.fixture
def braked(window: MainWindow, facade: Facade) -> int:
    folder = brake_on(facade, "inbox", 120)
    window.line_desk.look_at_brakes()
    return folder


def open_dialog(window: MainWindow) -> BrakeDialog:
    window.banner.findChildren(QPushButton)[0].click()
    return next(one for one in window.findChildren(BrakeDialog) if one.isVisible())


def test_a_banner_first_and_no_dialog(window: MainWindow, facade: Facade, braked: int) -> None:
    (brake,) = facade.brakes()
    assert (brake.folder, brake.missing, brake.total) == (braked, 120, 155)
    assert "120 des 155 messages du dossier « Boîte de réception »" in plain(window.banner.text)
    assert "Rien n’a été effacé ici." in window.banner.text
    assert window.findChildren(BrakeDialog) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_no_key_pressed_by_habit_accepts(
    window: MainWindow, facade: Facade, braked: int, qtbot: QtBot, key: Qt.Key
) -> None:
    dialog = open_dialog(window)
    assert dialog.keep.isDefault()
    assert not dialog.accept_button.isDefault()
    assert not dialog.accept_button.autoDefault()
    qtbot.keyClick(dialog.keep, key)
    assert not accepted(facade, braked)


def test_closing_decides_nothing(window: MainWindow, facade: Facade, braked: int) -> None:
    open_dialog(window).close()
    assert not accepted(facade, braked)
    assert window.banner.text


def test_accepting_is_a_choice(window: MainWindow, facade: Facade, braked: int) -> None:
    dialog = open_dialog(window)
    assert "120 des 155" in plain(dialog.what.text())
    dialog.accept_button.click()
    assert accepted(facade, braked)
    assert not window.banner.text


def test_keeping_looks_again(
    window: MainWindow, facade: Facade, braked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[bool] = []
    monkeypatch.setattr(facade, "wake", lambda: woken.append(True))
    open_dialog(window).keep.click()
    assert woken == [True]
    assert not accepted(facade, braked)
    assert "gardés" in window.banner.text
    window.line_desk._patience.stop()
    window.line_desk.look_at_brakes()  # the server still shows as few
    assert "120 des 155" in plain(window.banner.text)


def test_the_folder_can_be_looked_at(window: MainWindow, facade: Facade, braked: int) -> None:
    window.tree.choose(facade.find_folder("archive").id)
    open_dialog(window).see.click()
    shown = window.mail.folder()
    assert shown is not None
    assert shown.id == braked
    assert window.banner.text  # still to be decided


def test_several_folders_and_whole_ones(
    window: MainWindow, facade: Facade, monkeypatch: pytest.MonkeyPatch
) -> None:
    brakes = (
        Brake(1, 901, "Classes/6e A", 812, 1200, False),
        Brake(1, 902, "Projets", 90, 90, True),
    )
    monkeypatch.setattr(facade, "brakes", lambda: brakes)
    window.line_desk.look_at_brakes()
    assert "2 dossiers" in window.banner.text
    dialog = open_dialog(window)
    assert dialog.list.count() == 2
    assert "812 des 1 200 messages du dossier « Classes/6e A »" in plain(dialog.what.text())
    dialog.list.setCurrentRow(1)
    assert plain(dialog.what.text()) == (
        "Le serveur ne montre plus le dossier « Projets », qui contient ici 90 messages."
    )
    dialog.close()


def test_a_brake_that_is_gone_is_no_longer_told(
    window: MainWindow, facade: Facade, braked: int
) -> None:
    facade._services.database.write(
        lambda tx: tx.run("UPDATE folder SET suspect_since = NULL, suspect_count = 0")
    )
    window.line_desk.look_at_brakes()
    assert not window.banner.text
