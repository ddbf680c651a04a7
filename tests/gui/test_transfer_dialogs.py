"""Import, export, backup, restore and seeds in the window: by keyboard, off the main thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app import wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.transfer import ExportKind
from mel_desktop.services import importing as importing_module
from mel_desktop.services.address_books import NAME
from mel_desktop.services.importing import IMPORTED
from mel_desktop.store import keyslots
from mel_desktop.ui.application import Session
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.transfer_backup import RestoreDialog
from mel_desktop.ui.transfer_dialog import TransferDialog
from tests.support import planted_school, thunderbird_book
from tests.support.transfer_world import as_mbox, letter

PICTURES = os.environ.get("MEL_PICTURES", "")


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        grab(widget, Path(PICTURES) / f"{name}.png")


def wait(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)


def reported(qtbot: QtBot, dialog: TransferDialog) -> str:
    """Until the report is there; its words."""
    wait(qtbot, lambda: dialog.pages.currentIndex() == 2 or dialog.notice.text)
    assert dialog.pages.currentIndex() == 2, dialog.notice.text
    assert not dialog.is_running()
    return dialog.outcome.text()


def close(dialog: QDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "Archives"
    path.mkdir()
    (path / "3eB.mbox").write_bytes(as_mbox([letter(n) for n in range(25)]))
    (path / "seul.eml").write_bytes(letter(40, attached=b"%PDF"))
    (path / "faux.eml").write_bytes(b"rien\n")
    return path


def test_import_by_keyboard(window: MainWindow, qtbot: QtBot, archive: Path) -> None:
    window.actions_.import_mail.trigger()
    dialog: Any = window.findChild(TransferDialog)
    assert not dialog.go.isEnabled()
    assert dialog.focusWidget() is dialog.source.edit
    qtbot.keyClicks(dialog.source.edit, str(archive))
    wait(qtbot, dialog.go.isEnabled)
    assert dialog.boxes.count() == 2
    assert "Importés/Archives" in dialog.summary.text()
    picture(dialog, "import")
    qtbot.keyClick(dialog.source.edit, Qt.Key.Key_Return)
    words = reported(qtbot, dialog)
    assert "26 messages importés" in words
    assert "faux.eml" in dialog.details.toPlainText()
    assert "en-tête" in dialog.details.toPlainText()
    picture(dialog, "import-report")
    close(dialog, qtbot)
    path = f"{IMPORTED}/Archives/3eB"
    wait(qtbot, lambda: any(one.path == path for one in window._folders))
    folder = next(one for one in window._folders if one.path == path)
    window.go(folder.id)
    wait(qtbot, lambda: window.mail.view.model().rowCount() == 25)
    picture(window, "import-window")


def test_an_archive_of_ours_is_taken_back(
    window: MainWindow, qtbot: QtBot, archive: Path, tmp_path: Path
) -> None:
    account = window._facade.accounts()[0].id
    window._facade.transfer.import_mail(archive / "3eB.mbox", account)
    folder = window._facade.find_folder(f"{IMPORTED}/3eB").id
    window._facade.transfer.export_mail(ExportKind.ARCHIVE, tmp_path / "Retour.zip", [folder])
    dialog = window.transfer_desk.open_import()
    qtbot.keyClicks(dialog.source.edit, str(tmp_path / "Retour.zip"))
    wait(qtbot, dialog.go.isEnabled)
    assert "Archive ZIP · 1 boîte" in dialog.summary.text()
    picture(dialog, "import-archive")
    qtbot.keyClick(dialog.source.edit, Qt.Key.Key_Return)
    words = reported(qtbot, dialog)
    assert "0 message importé" in words
    assert "25 messages étaient déjà présents" in words
    close(dialog, qtbot)


def test_a_profile_of_thunderbird_with_its_address_books(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    profile = tmp_path / "abc.default-release"
    (profile / "Mail" / "Local Folders").mkdir(parents=True)
    (profile / "Mail" / "Local Folders" / "Cours").write_bytes(as_mbox([letter(n) for n in (1, 2)]))
    (profile / "ancien.mab").write_text("// <!-- <mdb:mork:z v=1.4/> -->")
    with closing(thunderbird_book.connect(profile / "abook.sqlite")) as book:
        thunderbird_book.add(
            book, "1", DisplayName="Yvonne Kerbrat", PrimaryEmail="yvonne.kerbrat@perso.invalid"
        )
        thunderbird_book.add_list(book, "2", "Chorale", "1")
    thunderbird_book.write(
        profile / "history.sqlite", {"8": {"PrimaryEmail": "inconnu@perso.invalid"}}
    )
    window.actions_.import_mail.trigger()
    dialog: Any = window.findChild(TransferDialog)
    qtbot.keyClicks(dialog.source.edit, str(profile))
    wait(qtbot, dialog.go.isEnabled)
    assert "2 carnets d’adresses" in dialog.summary.text()
    assert "annuaire" in dialog.summary.text()
    items = [dialog.boxes.item(row).text() for row in range(dialog.boxes.count())]
    assert any(one.startswith("Carnet d’adresses\u00a0: adresses personnelles") for one in items)
    picture(dialog, "import-thunderbird")
    qtbot.keyClick(dialog.source.edit, Qt.Key.Key_Return)
    words = reported(qtbot, dialog)
    assert "2 messages importés" in words
    assert f"2 contacts et 1 liste dans l’annuaire, sous «\u00a0{NAME}\u00a0»" in words
    assert "(Mork) : il n’est pas lu. Ouvrez ce profil une fois" in dialog.details.toPlainText()
    picture(dialog, "import-thunderbird-report")
    close(dialog, qtbot)
    composer = window.compose(DraftContent())
    assert composer is not None
    composer.activateWindow()
    field = composer.to.field()
    field.setFocus()
    wait(qtbot, field.hasFocus)  # the window becomes the active one when it can
    qtbot.keyClicks(field, "kerb")
    wait(qtbot, composer.to._popup.isVisible)
    shown = composer.to._popup.model().index(0, 0)
    assert "Yvonne Kerbrat <yvonne.kerbrat@perso.invalid>" in str(shown.data())


def test_import_of_what_is_no_mail_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    dialog = window.transfer_desk.open_import()
    dialog.source.edit.setText(str(tmp_path / "photo.jpg"))
    wait(qtbot, lambda: dialog.notice.text)
    assert "courrier" in dialog.notice.text
    assert not dialog.go.isEnabled()
    close(dialog, qtbot)


def test_an_import_is_stopped_and_goes_on(
    window: MainWindow, qtbot: QtBot, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing_module, "BATCH", 5)
    real = importing_module.Importing._flush
    waited: list[int] = []
    dialog = window.transfer_desk.open_import()

    def slow(self: Any, work: Any, batch: Any, **more: Any) -> None:
        real(self, work, batch, **more)
        if work.messages == 10 and not waited:
            waited.append(1)
            dialog._stop.wait(60)

    monkeypatch.setattr(importing_module.Importing, "_flush", slow)
    dialog.source.edit.setText(str(archive / "3eB.mbox"))
    wait(qtbot, dialog.go.isEnabled)
    dialog.start()
    wait(qtbot, lambda: "10 messages" in dialog.where.text())
    picture(dialog, "import-running")
    assert dialog.stop.isVisible()
    close(dialog, qtbot)  # asks it to stop, and waits for it
    assert dialog.isVisible()
    wait(qtbot, lambda: not dialog.is_running())
    assert dialog.notice.text
    dialog.look()
    wait(qtbot, lambda: "interrompu" in dialog.summary.text())
    dialog.start()
    assert "25 messages importés" in reported(qtbot, dialog)
    close(dialog, qtbot)


def test_export_in_every_form(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.actions_.export_mail.trigger()
    dialog: Any = window.findChild(TransferDialog)
    for kind, name in (
        (ExportKind.EML, "eml"), (ExportKind.MBOX, "m.mbox"), (ExportKind.ARCHIVE, "a.zip"),
    ):  # fmt: skip
        dialog.show_form()
        dialog.kinds[kind].setChecked(True)
        dialog.all.setChecked(True)
        dialog.target.edit.setText(str(tmp_path / name))
        picture(dialog, "export")
        dialog.start()
        assert "exporté" in reported(qtbot, dialog)
        assert (tmp_path / name).exists()
    picture(dialog, "export-report")
    dialog.show_form()
    dialog.start()
    wait(qtbot, lambda: dialog.notice.text)
    assert "existe déjà" in dialog.notice.text
    close(dialog, qtbot)


def test_backup_and_restore(window: MainWindow, qtbot: QtBot, tmp_path: Path, theme: Theme) -> None:
    window.actions_.backup.trigger()
    dialog: Any = window.findChild(TransferDialog)
    qtbot.keyClicks(dialog.target.edit, str(tmp_path / "s.mel"))
    picture(dialog, "backup")
    qtbot.keyClick(dialog.target.edit, Qt.Key.Key_Return)
    assert "relue" in reported(qtbot, dialog)
    close(dialog, qtbot)
    back = RestoreDialog(tmp_path / "back", theme, None, there=False)
    back.show()
    back.source.edit.setText(str(tmp_path / "s.mel"))
    qtbot.keyClicks(back.secret, "une autre phrase")
    picture(back, "restore")
    back.start()
    wait(qtbot, lambda: back.notice.text)
    assert not (tmp_path / "back").exists()
    back.secret.setText(planted_school.PASSPHRASE.reveal())
    with qtbot.waitSignal(back.restored, timeout=20_000):
        back.start()
        assert "restaurée" in reported(qtbot, back)
        picture(back, "restore-report")
        back.close_button.click()
    assert wiring.vault_status(tmp_path / "back").exists


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Facade]:
    monkeypatch.setattr(keyslots, "TARGET_S", 0.0)
    made = wiring.create_profile(
        tmp_path / "other", passphrase=Secret("x" * 20), use_keyring=False, offline=True
    )
    yield made
    made.close()


def test_a_seed_for_another_pc_and_one_from_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, other: Facade
) -> None:
    window.actions_.seed.trigger()
    dialog: Any = window.findChild(TransferDialog)
    picture(dialog, "seed-receive")
    copy = next(one for one in dialog.findChildren(QPushButton) if one.text() == "C&opier")
    copy.click()
    mine = QGuiApplication.clipboard().text()
    assert mine == dialog.own_code.text()
    dialog.tabs.setCurrentIndex(1)
    dialog.code.setText("ABCD")
    dialog.target.edit.setText(str(tmp_path / "s"))
    dialog.start()
    wait(qtbot, lambda: dialog.notice.text)
    assert "mal recopié" in dialog.notice.text
    dialog.code.setText(other.transfer.seed_code())
    picture(dialog, "seed-prepare")
    dialog.start()
    assert "L’amorce est écrite" in reported(qtbot, dialog)
    opened = other.transfer.open_seed(tmp_path / "s")
    assert opened.messages > 0
    other.transfer.create_seed(tmp_path / "t", mine)
    dialog.show_form()
    dialog.tabs.setCurrentIndex(0)
    dialog.source.edit.setText(str(tmp_path / "t"))
    dialog.start()
    words = reported(qtbot, dialog)
    assert "déjà présent" in words
    assert opened.sender in mine
    picture(dialog, "seed-report")
    close(dialog, qtbot)


def test_restore_from_the_window_closes_the_vault_first(
    qtbot: QtBot, profile: Path, tmp_path: Path, settings: QSettings, qapp: Any
) -> None:
    facade = planted_school.open_profile(profile)
    facade.transfer.back_up(tmp_path / "s.mel")
    facade.close()
    session = Session(profile, facade=None, offline=True, screenshot=None, settings=settings)
    session.start()
    unlock = session.unlock_dialog
    assert unlock is not None
    picture(unlock, "first-screen")
    unlock.passphrase.setText(planted_school.PASSPHRASE.reveal())
    unlock.go.click()
    wait(qtbot, lambda: session.window is not None)
    assert session.window is not None
    session.window.actions_.restore.trigger()
    box = session.window.findChild(QMessageBox)
    assert box is not None
    next(b for b in box.buttons() if "restaurer" in b.text().lower()).click()
    dialog = session.restoring
    assert dialog is not None
    assert session.window is None
    dialog.source.edit.setText(str(tmp_path / "s.mel"))
    dialog.secret.setText(planted_school.PASSPHRASE.reveal())
    dialog.start()
    assert "mis de côté" in reported(qtbot, dialog) or "Le coffre d’avant" in dialog.outcome.text()
    dialog.close_button.click()
    wait(qtbot, lambda: session.unlock_dialog is not None)
    assert len(list(tmp_path.glob("profile.before-restore-*"))) == 1
    assert session.unlock_dialog is not None
    session.unlock_dialog.restore.click()
    assert session.restoring is not None
    qtbot.keyClick(session.restoring, Qt.Key.Key_Escape)
    assert session.unlock_dialog is not None
    session.unlock_dialog.close()
    session.close()
