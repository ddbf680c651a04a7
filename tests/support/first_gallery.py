"""``python -m tests.support.first_gallery FOLDER``: the first screen, a new vault to its key."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mel_desktop.store import keyslots
from mel_desktop.ui import language
from mel_desktop.ui.application import Session
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.unlock import Page
from tests.gui.vault_hands import dialog_of, end, new_session
from tests.support import planted_school
from tests.support.writing_gallery import LOOKS, every_look, sheet, until


def pages(empty: Session, planted: Session) -> Iterator[tuple[str, QWidget]]:
    """Named screens, one after the other."""
    empty.start()
    dialog = dialog_of(empty)
    yield "create", dialog
    dialog.creating.name.setText("Anne")
    dialog.by_passphrase.setChecked(True)
    dialog.first.setText("quatre mots de passe")
    dialog.second.setText("quatre mots de passe")
    yield "create_phrase", dialog
    dialog.go.click()
    until(lambda: dialog.page is Page.CODE, 60)
    yield "code", dialog
    planted.start()
    dialog = dialog_of(planted)
    yield "unlock", dialog
    dialog.passphrase.setText("ce n’est pas elle")
    dialog.go.click()
    until(lambda: not dialog.is_busy, 60)
    yield "wrong", dialog


def take(look: str, target: Path) -> None:
    """All pages in one look, in this process."""
    app = QApplication([])
    _, tongue, theme, _ = next(one for one in LOOKS if one[0] == look)
    language.load(app, tongue)
    quick = patch.object(keyslots, "TARGET_S", 0.0)
    with quick, tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        settings = QSettings(str(place / "window.ini"), QSettings.Format.IniFormat)
        settings.setValue("theme", theme)
        settings.setValue("language", tongue)
        planted_school.make_profile(place / "planted", place)
        sessions = [new_session(place / one, settings) for one in ("new", "planted")]
        for name, page in pages(*sessions):
            QTest.qWait(200)
            grab(page, target / f"{look}-{name}.png")
        for one in sessions:
            end(one)
    sheet(sorted(target.glob(f"{look}-*.png")), target / f"sheet-{look}.png")


if __name__ == "__main__":
    if sys.argv[1] == "--look":
        take(sys.argv[2], Path(sys.argv[3]))
    else:
        every_look("tests.support.first_gallery", sys.argv[1])
