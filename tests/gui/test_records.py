"""What the directory holds, in the window: school year, register sheet, one person."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui import screenshots
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.records_dialog import RecordsDialog
from mel_desktop.ui.theme import DARK, LIGHT, Theme

PICTURES = os.environ.get("MEL_PICTURES", "")


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> RecordsDialog:
    window.actions_.records.trigger()
    found = window.findChild(RecordsDialog)
    assert found is not None
    qtbot.waitUntil(found.isVisible)
    return found


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        QCoreApplication.sendPostedEvents()
        screenshots.grab(widget, Path(PICTURES) / f"{name}.png")


def answer(qtbot: QtBot, button: str) -> None:
    """Press a button of the question that is open, by its words."""
    boxes: list[QMessageBox] = []

    def is_open() -> bool:
        found = [
            one
            for one in QApplication.topLevelWidgets()
            if isinstance(one, QMessageBox) and one.isVisible()
        ]
        boxes[:] = found
        return bool(found)

    qtbot.waitUntil(is_open)
    chosen = [one for one in boxes[0].buttons() if one.text().replace("&", "") == button]
    chosen[0].click()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def make_old(facade: Facade) -> None:
    """The lists were imported before the summer."""
    facade._services.database.write(
        lambda tx: tx.run("UPDATE source SET updated_at = '2025-06-20T08:00:00.000000Z'")
    )


def test_last_years_families_leave_after_a_question(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    make_old(facade)
    window.actions_.records.trigger()
    dialog = window.findChild(RecordsDialog)
    assert dialog is not None
    page = dialog.year
    assert "scolaire passée" in page.summary.text()
    assert page.lists.chosen()
    picture(dialog, "records-year")
    before = facade.records.holdings().sources[0].guardians
    assert before > 0
    for row in range(page.lists.model().rowCount()):
        page.lists.selectRow(row)
    page.lists.selectAll()
    page.ask_purge()
    answer(qtbot, "Conserver")
    assert facade.records.holdings().sources[0].guardians == before
    page.ask_purge()
    answer(qtbot, "Retirer")
    qtbot.waitUntil(lambda: "Retirés" in dialog.notice.text, timeout=20_000)
    assert facade.directory_groups() == ()
    assert facade.records.holdings().outdated == ()
    assert not page.purge.isEnabled()
    picture(dialog, "records-year-after")


def test_the_directory_says_once_that_a_list_is_old(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    make_old(facade)
    window.actions_.directory.trigger()
    assert "année scolaire passée" in window.directory.notice.text
    window.directory.notice.say("")
    window.actions_.inbox.trigger()
    window.actions_.directory.trigger()
    assert "scolaire" not in window.directory.notice.text


def test_nothing_is_asked_within_the_year(dialog: RecordsDialog) -> None:
    assert "scolaire passée" not in dialog.year.summary.text()
    assert not dialog.year.purge.isEnabled()


def test_the_sheet_is_read_then_saved(dialog: RecordsDialog, tmp_path: Path) -> None:
    dialog.show_register()
    shown = dialog.register.text.toPlainText()
    assert "Responsable du traitement" in shown
    assert "Aucun. Les données restent sur ce poste" in shown
    picture(dialog, "records-register")
    target = tmp_path / "registre.html"
    dialog.register.save(target)
    assert "Fiche de registre" in target.read_text(encoding="utf-8")
    assert target.name in dialog.notice.text


def test_a_person_is_found_exported_and_erased(
    dialog: RecordsDialog, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    whom = next(
        hit for hit in facade.search_directory("professeur", limit=50).hits if hit.entry.email
    ).entry
    page = dialog.person
    dialog.pages.setCurrentWidget(page)
    assert not page.export_button.isEnabled()
    page.query.setText(whom.name)
    qtbot.waitUntil(lambda: whom.email in page.text.toPlainText())
    picture(dialog, "records-person")
    target = tmp_path / "demande.zip"
    page.save(target)
    with zipfile.ZipFile(target) as packed:
        assert whom.email in packed.read("fiche.html").decode()
    page.ask_erase()
    answer(qtbot, "Effacer")
    qtbot.waitUntil(lambda: "Effacé" in dialog.notice.text, timeout=20_000)
    assert all(hit.entry.email != whom.email for hit in facade.search_directory(whom.name).hits)
    assert page.allow_button.isVisible()
    page.ask_allow()
    answer(qtbot, "Admettre")
    qtbot.waitUntil(lambda: not page.allow_button.isVisible())


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_fits_a_school_screen(
    dialog: RecordsDialog, theme: Theme, look: object, place: int
) -> None:
    theme.apply(look)  # type: ignore[arg-type]
    dialog.pages.setCurrentIndex(place)
    least = dialog.minimumSizeHint()
    assert least.width() <= 683
    assert least.height() <= 384 or place == 0, "at 200 % on 1366x768"
    picture(dialog, f"records-{place}-{'dark' if look is DARK else 'light'}")
