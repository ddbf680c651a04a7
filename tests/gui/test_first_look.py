"""What somebody sees who opens the program for the first time: words whole, keys single, labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from mel_desktop.store import keyslots
from mel_desktop.ui import language
from mel_desktop.ui.application import Session
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.unlock_pages import CreatePage
from mel_desktop.ui.welcome import Welcome
from tests.gui.test_accessibility import nameless
from tests.gui.vault_hands import new_session
from tests.support import first_gallery
from tests.support.cut_words import cut_words
from tests.support.keys import ambiguous

SMALL = (910, 480)  # 1366 x 768 at 150 %, and 1920 x 1080 at 200 %, less a title bar


@pytest.fixture(params=[language.FRENCH, language.ENGLISH])
def sessions(
    request: pytest.FixtureRequest,
    qapp: QApplication,
    tmp_path: Path,
    profile: Path,
    settings: QSettings,
) -> Iterator[tuple[Session, Session]]:
    """Without a vault, and with the school's."""
    language.load(qapp, request.param)
    settings.setValue("language", request.param)
    with patch.object(keyslots, "TARGET_S", 0.0):
        yield new_session(tmp_path / "new", settings), new_session(profile, settings)
    language.load(qapp, language.FRENCH)


def unlabelled(root: QWidget) -> list[str]:
    """Fields whose name goes away with the first letter typed."""
    labels = [one for one in root.findChildren(QLabel) if one.isVisibleTo(root)]
    named = [one.buddy() for one in labels if one.buddy() is not None]
    fields = [one for one in root.findChildren(QLineEdit) if one.isVisibleTo(root)]
    return [
        one.accessibleName()
        for one in fields
        if not one.isReadOnly() and not any(one is who or who.isAncestorOf(one) for who in named)
    ]


def is_whole(page: QWidget) -> bool:
    return not any(cut_words(page))


def test_every_page_of_the_first_start(sessions: tuple[Session, Session], qtbot: QtBot) -> None:
    seen: dict[str, list[str]] = {}
    for name, page in first_gallery.pages(*sessions):
        qtbot.waitExposed(page)
        with suppress(TimeoutError):  # what is still cut then is told
            qtbot.waitUntil(partial(is_whole, page), timeout=2_000)
        least = page.minimumSizeHint()
        wrong = [*cut_words(page), *ambiguous(page)]
        if least.width() > SMALL[0] or least.height() > SMALL[1]:
            wrong.append(f"at least {least.width()}x{least.height()}")
        if not isinstance(page, MainWindow):
            wrong += [*nameless(page), *unlabelled(page)]
        seen[name] = wrong
    assert {name: wrong for name, wrong in seen.items() if wrong} == {}
    assert {"create_phrase", "code", "welcome", "account_servers", "locked"} <= set(seen)


def test_the_fields_of_a_passphrase_stand_below_their_choice(qtbot: QtBot) -> None:
    page = CreatePage(keyring_allowed=True, escrow="")
    qtbot.addWidget(page)
    page.show()
    page.by_passphrase.setChecked(True)
    qtbot.waitUntil(lambda: page.first.width() > 50)
    assert page.first.mapTo(page, page.first.rect().topLeft()).x() > page.by_passphrase.x() + 15


def test_the_welcome_leads_to_the_first_day(qtbot: QtBot, window: MainWindow) -> None:
    assert isinstance(window.welcome, Welcome)
    window.welcome.help.click()
    shown = window.extras.help._shown
    assert shown is not None
    assert shown.page() == "first-day"
