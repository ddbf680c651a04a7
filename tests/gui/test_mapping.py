"""A table of people that is not understood by itself: its columns chosen in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.people import EntryKind, Profile
from mel_desktop.model.tables import Field
from mel_desktop.ui import language
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.mapping_dialog import MappingDialog
from mel_desktop.ui.theme import LIGHT, Theme
from tests.support.keys import ambiguous
from tests.support.tables_gallery import NAMELESS, SELECTION, UNKNOWN
from tests.support.windows import delete_now, shown_window

WAIT = 20_000


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    path = tmp_path / "Équipe.csv"
    path.write_text(UNKNOWN, encoding="cp1252")
    return path


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> MappingDialog:
    dialog = window.directory.sources.choose_columns((path,))
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.columns.rowCount() > 0, timeout=WAIT)
    return dialog


def choose(dialog: MappingDialog, place: int, field: Field | None) -> None:
    choice = dialog.columns.choice(place)
    choice.setCurrentIndex(choice.findData(field))
    dialog._preview()


def names(dialog: MappingDialog) -> list[str]:
    return [
        item.text()
        for row in range(dialog.shown.rowCount())
        if (item := dialog.shown.item(row, 0)) is not None
    ]


def test_it_opens_by_itself_for_a_table_that_says_nothing(
    window: MainWindow, qtbot: QtBot, facade: Facade, unknown: Path
) -> None:
    sources = window.directory.sources
    before = len(facade.directory_sources())
    sources.import_files((unknown,))
    qtbot.waitUntil(lambda: sources.findChild(MappingDialog) is not None, timeout=WAIT)
    dialog = sources.findChild(MappingDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.columns.rowCount() == 4, timeout=WAIT)
    assert len(facade.directory_sources()) == before
    assert dialog.columns.fields() == (Field.FULL, Field.EMAIL, None, None)  # by what stands there
    assert "Né(e) le" in dialog.left_out.text()
    assert not dialog.columns.choice(3).isEnabled()  # a birth date is nothing else
    assert "1984" not in (dialog.columns.item(3, 1) or dialog.windowTitle()).text()  # type: ignore[union-attr]
    choose(dialog, 2, Field.ROLE)
    assert names(dialog)[0] == "MARTIN Anne"
    assert dialog.go.isEnabled()
    dialog.name.setText("Équipe 2026")
    with qtbot.waitSignal(dialog.imported, timeout=WAIT) as report:
        dialog.go.click()
    assert report.args[0].persons == 3
    qtbot.waitUntil(lambda: len(facade.directory_sources()) == before + 1, timeout=WAIT)
    (hit,) = facade.search_directory("martin anne", kind=EntryKind.PERSON).hits[:1]
    assert (hit.entry.email, hit.entry.role) == (
        "anne.martin@ac-exemple.fr", "Professeure de lettres",
    )  # fmt: skip
    # the next file with these headings is read so without a question
    again = unknown.with_name("Équipe 2026.csv")
    again.write_text(UNKNOWN.replace("CPE", "AED"), encoding="utf-8")
    (report_again,) = facade.import_directory((again,))
    assert (report_again.source, report_again.persons) == ("Équipe 2026", 3)
    assert facade.people.tables.needing_map((again,)) == ()


def test_a_table_that_is_understood_asks_nothing(
    window: MainWindow, qtbot: QtBot, facade: Facade, tmp_path: Path
) -> None:
    path = tmp_path / "profs.csv"
    path.write_text("Nom;Prénom;Courriel\nDurand;Zoé;z@exemple.invalid\n", encoding="utf-8")
    before = len(facade.directory_sources())
    sources = window.directory.sources
    sources.import_files((path,))
    qtbot.waitUntil(lambda: len(facade.directory_sources()) == before + 1, timeout=WAIT)
    qtbot.waitUntil(sources.import_button.isEnabled, timeout=WAIT)
    assert sources.findChild(MappingDialog) is None


def test_wrong_guesses_are_mended_and_what_is_missing_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "sélection.csv"
    path.write_text(SELECTION, encoding="cp1252")
    dialog = opened(window, qtbot, path)
    fields = dialog.columns.fields()
    assert fields[3] is Field.CLASSES
    assert fields[1] is None
    assert fields[2] is None
    assert "N° INE" in dialog.left_out.text()
    assert "Remarque" in dialog.left_out.text()
    choose(dialog, 0, None)
    choose(dialog, 4, None)
    assert not dialog.go.isEnabled()
    assert "nom" in dialog.told.text()
    choose(dialog, 0, Field.FULL)
    choose(dialog, 4, Field.GUARDIAN_FULL)
    choose(dialog, 5, Field.GUARDIAN_EMAIL)
    dialog.people.setCurrentIndex(dialog.people.findData(Profile.PUPIL))
    dialog._preview()
    assert dialog.go.isEnabled()
    found = dialog._tables.preview(dialog._look, dialog.chosen())  # type: ignore[arg-type]
    assert found.ties == 4
    assert "Mme Anne Martin" in names(dialog)
    dialog.name.clear()
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_a_file_without_headings(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(NAMELESS, encoding="utf-8")
    dialog = opened(window, qtbot, path)
    assert not dialog.heading.isChecked()
    assert not dialog.keep.isEnabled()
    assert dialog.columns.fields() == (
        Field.SURNAME, Field.GIVEN, Field.EMAIL, Field.CLASSES,
    )  # fmt: skip
    assert names(dialog)[0] == "Anne MARTIN"
    dialog.reject()


def test_keys_reach_everything(window: MainWindow, qtbot: QtBot, unknown: Path) -> None:
    dialog = opened(window, qtbot, unknown)
    assert ambiguous(dialog) == []
    dialog.activateWindow()
    dialog.name.setFocus()
    qtbot.waitUntil(dialog.name.hasFocus, timeout=WAIT)
    passed = []
    for _ in range(20):
        focused = dialog.focusWidget()
        passed.append(focused.accessibleName() or getattr(focused, "text", str)())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        if dialog.focusWidget() is dialog.name:
            break
    choices = [dialog.columns.choice(place) for place in range(3)]
    assert all(choice.accessibleName() in passed for choice in choices)
    for one in (dialog.people, dialog.delimiter, dialog.encoding, dialog.shown):
        assert one.accessibleName() in passed
    # the arrows choose
    choices[2].setFocus()
    qtbot.waitUntil(choices[2].hasFocus, timeout=WAIT)
    before = choices[2].currentIndex()
    QTest.keyClick(choices[2], Qt.Key.Key_Down)
    assert choices[2].currentIndex() == before + 1
    assert all(isinstance(one, QComboBox) for one in choices)
    dialog.reject()


def test_no_key_means_two_things_in_english_either(
    qapp: QApplication, facade: Facade, settings: QSettings, qtbot: QtBot, unknown: Path
) -> None:
    language.load(qapp, language.ENGLISH)
    theme = Theme(LIGHT)
    try:
        with shown_window(facade, theme, settings) as window:
            dialog = opened(window, qtbot, unknown)
            assert ambiguous(dialog) == []
            assert dialog.told.text().startswith("Looked at: 3 lines.")
            dialog.reject()
    finally:
        delete_now(theme)
        language.load(qapp, language.FRENCH)


def test_a_file_that_is_no_table_says_so(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "feuille.csv"
    path.write_bytes(b"PK\x03\x04" + bytes(50))
    dialog = window.directory.sources.choose_columns((path,))
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.notice.text), timeout=WAIT)
    assert not dialog.go.isEnabled()
    dialog.reject()
