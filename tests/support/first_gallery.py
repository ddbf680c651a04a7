"""``python -m tests.support.first_gallery FOLDER [LOOK...]``: a new vault, an account, the lock.

No server is asked: the line is off.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mel_desktop.store import keyslots
from mel_desktop.ui import language
from mel_desktop.ui.application import Session
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.unlock import Page
from mel_desktop.ui.wizard import AccountWizard
from tests.gui.vault_hands import dialog_of, end, new_session
from tests.support import planted_school
from tests.support.writing_gallery import every_look, fit, found, look_of, measured, sheet, until


def pages(empty: Session, planted: Session) -> Iterator[tuple[str, QWidget]]:
    """Named screens, one after the other."""
    yield from first_start(empty)
    found(empty.window).actions_.lock.trigger()
    until(lambda: empty.window is None and not dialog_of(empty).is_busy, 60)
    yield "locked", dialog_of(empty)
    dialog_of(empty).with_recovery.setChecked(True)
    yield "recovery", dialog_of(empty)
    end(empty)
    planted.start()
    dialog = dialog_of(planted)
    yield "unlock", dialog
    dialog.passphrase.setText("ce n’est pas elle")
    dialog.go.click()
    until(lambda: not dialog.is_busy, 60)
    yield "wrong", dialog
    dialog.opening.others.click()
    yield "vaults", dialog
    dialog.vaults.once.click()
    yield "once", dialog
    end(planted)


def first_start(empty: Session) -> Iterator[tuple[str, QWidget]]:
    """From nothing to the servers of an account."""
    empty.start()
    dialog = dialog_of(empty)
    yield "create", dialog
    dialog.creating.name.setText("Anne")
    dialog.by_passphrase.setChecked(True)
    yield "create_phrase_empty", dialog
    dialog.first.setText("quatre mots de passe")
    dialog.second.setText("quatre mots de passe")
    yield "create_phrase", dialog
    dialog.go.click()
    until(lambda: dialog.page is Page.CODE, 60)
    yield "code", dialog
    dialog.written.setChecked(True)
    dialog.go.click()
    until(lambda: empty.window is not None, 60)
    window = found(empty.window)
    yield "welcome", window
    wizard = window.add_account()
    assert isinstance(wizard, AccountWizard)
    yield "account", wizard
    academies = wizard.person.academy
    academies.setCurrentIndex(academies.findText("Rennes", Qt.MatchFlag.MatchContains))
    academies.activated.emit(academies.currentIndex())
    yield "account_academy", wizard
    wizard.email.setText("anne.petit@ac-rennes.fr")
    wizard.password.setText("secret")
    yield "account_filled", wizard
    wizard.next.click()
    until(wizard.servers.progress.isHidden)
    QTest.qWait(300)
    yield "account_servers", wizard
    wizard.back.click()
    yield "account_back", wizard


def take(look: str, target: Path) -> None:
    """All pages in one look, in this process."""
    app = QApplication([])
    wanted = look_of(look)
    language.load(app, wanted.tongue)
    quick = patch.object(keyslots, "TARGET_S", 0.0)
    with quick, tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        os.environ["XDG_STATE_HOME"] = str(place / "state")  # the person's own is not touched
        settings = QSettings(str(place / "window.ini"), QSettings.Format.IniFormat)
        settings.setValue("theme", wanted.theme)
        settings.setValue("language", wanted.tongue)
        planted_school.make_profile(place / "planted", place)
        sessions = [new_session(place / one, settings) for one in ("new", "planted")]
        for name, page in pages(*sessions):
            fit(page)
            QTest.qWait(200)
            grab(page, target / f"{look}-{name}.png")
            sys.stdout.write(f"{look} {name}: {measured(page)}\n")
    sheet(sorted(target.glob(f"{look}-*.png")), target / f"sheet-{look}.png")


if __name__ == "__main__":
    if sys.argv[1] == "--look":
        take(sys.argv[2], Path(sys.argv[3]))
    else:
        every_look("tests.support.first_gallery", *sys.argv[1:])
