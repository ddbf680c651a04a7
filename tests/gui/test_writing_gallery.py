"""The pictures of writing can be taken, and what they show fits the screens of schools."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from tests.support.writing_gallery import SCENES, Scenes

# 1366 x 768 at 150 %, and 1920 x 1080 at 200 %, less a title bar
SMALL = (910, 480)


@pytest.mark.parametrize("name", SCENES)
def test_each_screen_fits_a_small_one(
    name: str, window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    shown = Scenes(window, facade, tmp_path).see(name)
    least = shown.minimumSizeHint()
    assert least.width() <= SMALL[0]
    assert least.height() <= SMALL[1]
    assert grab(shown, tmp_path / "seen.png").stat().st_size > 1000
    if isinstance(shown, QMenu):
        shown.close()
