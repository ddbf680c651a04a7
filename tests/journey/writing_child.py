"""A window with a letter and its file being written; this process kills itself in the middle.

``python -m tests.journey.writing_child PROFILE FILE``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui import language
from mel_desktop.ui.main_window import MainWindow
from tests.support import planted_school


def main() -> None:
    """Write, and end without a word."""
    profile, file = sys.argv[1:]
    app = QApplication([])
    language.load(app, language.FRENCH)
    facade = planted_school.open_profile(Path(profile))
    settings = QSettings(str(Path(profile) / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(facade, settings=settings)
    window.show()
    kept = window.compose(DraftContent(subject="Fermé", text="Fermé par sa fenêtre"))
    assert kept is not None
    kept.save()
    kept.close()
    composer = window.compose(DraftContent())
    assert composer is not None
    composer.subject.setText("Sortie")
    composer.text.setPlainText("Départ à 8 h")
    composer.attach(Path(file))
    while not composer.files.isVisible():
        QTest.qWait(50)
    QTest.qWait(500)
    composer.text.setPlainText("Départ à 9 h")
    QTest.qWait(2600)  # the pause after which it is kept
    composer.text.setPlainText("Départ à 10 h, et tout ce qui n’est pas encore enregistré")
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
