"""The window on a real, encrypted, filled profile; offscreen where there is no screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.ui import language
from mel_desktop.ui.icons import IconSet
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import LIGHT, Theme
from tests.support import planted_school
from tests.support.windows import delete_now, shown_window

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("school")
    planted_school.make_profile(folder / "profile", folder)
    return folder / "profile"


@pytest.fixture
def profile(planted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(planted, tmp_path / "profile"))


@pytest.fixture
def facade(profile: Path) -> Iterator[Facade]:
    opened = planted_school.open_profile(profile)
    # Whoever sends is not asked about the hour at which the tests run; see test_send_flow for that.
    opened.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture(scope="session", autouse=True)
def icons_of_a_theme() -> Iterator[None]:
    """Drawn once a run: a thousand pictures are a third of what a window costs."""
    kept: dict[tuple[str, ...], IconSet] = {}

    def icon_set(*colours: QColor) -> IconSet:
        key = tuple(one.name() for one in colours)
        return kept.get(key) or kept.setdefault(key, IconSet(*colours))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("mel_desktop.ui.theme.IconSet", icon_set)
        yield
    kept.clear()  # while Qt is there


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    language.load(qapp, language.FRENCH)
    made = Theme(LIGHT)
    yield made
    made.apply(LIGHT)
    delete_now(made)


@pytest.fixture
def window(qtbot: QtBot, facade: Facade, theme: Theme, settings: QSettings) -> Iterator[MainWindow]:
    with shown_window(facade, theme, settings) as made:
        yield made
