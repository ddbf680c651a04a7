"""From the vault to the window, as ``run`` goes, without its event loop."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui import application, language
from mel_desktop.ui.application import Session


def session(profile: Path, settings: QSettings, facade: Facade | None, shot: Path) -> Session:
    return Session(profile, facade=facade, offline=True, screenshot=shot, settings=settings)


def test_a_given_facade_is_shown_photographed_and_left_open(
    profile: Path, facade: Facade, settings: QSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    shot = tmp_path / "window.png"
    made = session(profile, settings, facade, shot)
    made.start()
    assert made.window is not None
    assert not made.window.actions_.lock.isVisible()
    qtbot.waitUntil(lambda: shot.exists() and not made.window.isVisible(), timeout=15_000)
    made.close()
    assert facade.status().messages == 300  # its giver closes it
    assert shot.read_bytes().startswith(b"\x89PNG")


def test_without_a_keyring_the_vault_asks(
    profile: Path, settings: QSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    shot = tmp_path / "unlock.png"
    made = session(profile, settings, None, shot)
    made.start()
    assert made.window is None
    assert made._dialog is not None
    assert made._dialog.isVisible()
    qtbot.waitUntil(lambda: not made._dialog.isVisible(), timeout=15_000)
    assert shot.exists()
    made.close()


def test_a_bug_is_said_and_logged_without_values(
    profile: Path, facade: Facade, settings: QSettings, tmp_path: Path, caplog: object
) -> None:
    made = session(profile, settings, facade, tmp_path / "x.png")
    made.start()
    try:
        raise ValueError("claire.martin@ac-exemple.invalid")
    except ValueError:
        made.on_bug(*sys.exc_info())  # type: ignore[arg-type]
    assert made.window is not None
    assert made.window.notice.text
    assert "claire.martin" not in caplog.text  # type: ignore[attr-defined]
    assert "ValueError" in caplog.text  # type: ignore[attr-defined]
    made.window.close()
    made.close()


def test_settings_choose_the_language(settings: QSettings, qapp: QApplication) -> None:
    settings.setValue("language", language.ENGLISH)
    application.application(settings)
    assert language.current() == language.ENGLISH
    settings.setValue("language", language.FRENCH)
    application.application(settings)
    assert language.current() == language.FRENCH
