"""After kill -9 with an open composer the window offers the draft again, with its file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.ui import language
from mel_desktop.ui.main_window import MainWindow
from tests.journey.program import ROOT
from tests.support import planted_school
from tests.support.windows import delete_now

OCTETS = bytes(range(256)) * 700


def window_on(profile: Path, qapp: QApplication) -> MainWindow:
    language.load(qapp, language.FRENCH)
    facade = planted_school.open_profile(profile)
    settings = QSettings(str(profile / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(facade, settings=settings)
    window.show()
    return window


def end(window: MainWindow) -> None:
    facade = window._facade
    window.writing.close_all()
    window.close()
    delete_now(window)
    facade.close()


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    profile = tmp_path / "profile"
    planted_school.make_profile(profile, tmp_path)
    (tmp_path / "liste.bin").write_bytes(OCTETS)
    child = subprocess.run(
        [sys.executable, "-m", "tests.journey.writing_child", str(profile),
         str(tmp_path / "liste.bin")],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, timeout=120, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr
    return profile


def test_the_letter_and_its_file_are_offered_again(
    killed: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    window = window_on(killed, qapp)
    facade = window._facade
    assert "1 brouillon" in window.notice.text
    window.writing.held.emit()  # as when another letter is begun: the offer stays
    assert [one.content.subject for one in facade.revisions.left_open()] == ["Sortie"]
    window.notice._button.click()
    (composer,) = window.writing.composers()
    assert composer.subject.text() == "Sortie", "what was closed is not opened"
    assert composer.text.toPlainText() == "Départ à 9 h"
    draft = composer.draft_id()
    assert draft is not None
    (file,) = facade.draft(draft).attachments
    assert file.filename == "liste.bin"
    assert b"".join(window._facade._services.drafting.read_attachment(draft, file.id)) == OCTETS
    end(window)
    again = window_on(killed, qapp)
    assert again.notice.text == "", "it was closed as it should be"
    end(again)
