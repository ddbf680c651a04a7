"""A letter to many: columns corrected, messages searched, begun from the directory, looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.app.letters_door import ADDRESS, UNUSED
from mel_desktop.demo.school import build_school, pupils_csv
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.people import EntryKind
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.ui import letters_menu
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.merge_dialog import MergeDialog

LETTER = DraftContent(subject="Sortie de {élève}", text="Bonjour {prénom}, rendez-vous : {lieu}.\n")
TABLE = (
    "Enfant;Prénom;Contact;Autre;Endroit\n"
    "Léa Martin;Anne;anne@b.test;x;la gare\n"
    "Tom Petit;Luc;;x;la gare\n"
    "Zoé Roux;Inès;ines@b.test;x;le musée\n"
)


@pytest.fixture(autouse=True)
def _at_any_hour(facade: Facade) -> None:
    facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)


def opened(window: MainWindow, content: DraftContent = LETTER) -> MergeDialog:
    composer = window.compose(content)
    assert composer is not None
    menu = letters_menu.of(composer)
    assert menu is not None
    dialog = menu.send_to_many()
    assert dialog is not None
    return dialog


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def choose(dialog: MergeDialog, column: int, name: str) -> None:
    choice = dialog.columns.choice(column)
    place = choice.findData(name)
    assert place >= 0, name
    choice.setCurrentIndex(place)


def test_columns_are_guessed_shown_and_corrected(window: MainWindow, table: Path) -> None:
    dialog = opened(window)
    assert dialog.columns.isHidden()
    dialog.read_file(table)
    assert dialog.columns.isVisible()
    shown = dialog.columns
    assert [shown.item(row, 0).text() for row in range(5)] == [  # type: ignore[union-attr]
        "Enfant", "Prénom", "Contact", "Autre", "Endroit",
    ]  # fmt: skip
    sample = shown.item(4, 1)
    assert sample is not None
    assert sample.text() == "la gare · la gare · le musée"
    assert shown.mapping()[1:3] == ("prénom", ADDRESS)
    assert {name for name, _ in dialog.plan.missing} == {"élève", "lieu"}
    assert not dialog.send.isEnabled()
    choose(dialog, 0, "élève")
    choose(dialog, 4, "lieu")
    assert dialog.plan.missing == ()
    assert dialog.send.isEnabled()
    assert dialog.plan.messages[0].subject == "Sortie de Léa Martin"
    choose(dialog, 3, "lieu")  # a field comes of one column
    assert shown.mapping()[3:] == ("lieu", UNUSED)
    assert dialog.plan.messages[0].fields["lieu"] == "x"
    choose(dialog, 2, UNUSED)
    assert dialog.plan.messages == ()
    assert dialog.notice.text
    assert not dialog.send.isEnabled()
    choose(dialog, 2, ADDRESS)
    assert dialog.notice.text == ""
    assert len(dialog.plan.messages) == 2
    dialog.group.setCurrentIndex(0)  # a class instead
    assert dialog.columns.isHidden()


def test_messages_are_searched_and_filtered(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    dialog = opened(window)
    dialog.read_file(table)
    choose(dialog, 0, "élève")
    choose(dialog, 4, "lieu")
    assert "(2)" in dialog.which.itemText(0)
    qtbot.keyClicks(dialog.query, "musee zoe")  # what is its own in the text
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["Inès"]
    assert "le musée" in dialog.preview.toPlainText()
    qtbot.keyClicks(dialog.query, " zzz")
    assert dialog.list.count() == 0
    assert dialog.preview.toPlainText() == ""
    dialog.query.clear()
    dialog.which.setCurrentIndex(2)
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["Luc"]
    assert "Sans adresse" in dialog.preview.toPlainText()
    dialog.which.setCurrentIndex(1)
    assert dialog.list.count() == 0
    choose(dialog, 4, UNUSED)
    assert dialog.list.count() == 2
    dialog.which.setCurrentIndex(0)
    assert len(dialog.plan.messages) == dialog.list.count() == 2


def test_it_begins_in_the_directory(window: MainWindow, qtbot: QtBot, facade: Facade) -> None:
    window.actions_.directory.trigger()
    pane = window.directory
    pane.kind.setCurrentIndex(pane.kind.findData(EntryKind.GROUP))
    pane.query.setText("4B")
    pane.search()
    assert pane._merge.isVisible()
    pane.list.setFocus()
    qtbot.waitUntil(pane.list.hasFocus, timeout=5000)
    qtbot.keyClick(
        pane.list, Qt.Key.Key_Return,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )  # fmt: skip
    (composer,) = window.writing.composers()
    assert "4B" in composer.notice.text
    composer.text.insert_text("Bonjour.")
    composer.subject.setText("Un mot")
    composer.notice._button.click()
    dialog = composer.findChild(MergeDialog)
    assert dialog is not None
    assert dialog.group.currentText().startswith("4B")
    names = [dialog.group.itemText(at) for at in range(dialog.group.count())]
    assert sum(name.startswith("4B") for name in names) == 1  # of two files, and one class
    assert dialog.plan.messages
    pane._write.click()
    second = window.writing.composers()[-1]
    assert second is not composer
    assert second.to.addresses() == ()  # parents do not see each other
    assert len(second.bcc._tokens) == 1
    assert len(second.bcc.addresses()) > 40
    pane.kind.setCurrentIndex(0)
    pane.query.setText("oberlin")
    pane.search()
    assert not pane._merge.isVisible()
    assert pane._write.isVisible()


def test_pupils_and_quiet_hours_are_asked_once(
    window: MainWindow,
    qtbot: QtBot,
    facade: Facade,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Names of pupils in a letter to the parents of a class; the hour, wherever it is late."""
    facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.WARN)
    hours = facade._services.safety._hours
    late = facade._services.clock.now()
    monkeypatch.setattr(hours, "proposal", lambda account, at=None: late)
    school = build_school()
    (tmp_path / "eleves.csv").write_text(pupils_csv(school), encoding="utf-8")
    facade.import_directory([tmp_path / "eleves.csv"])
    names = ", ".join(one.name for one in school.pupils_of("4B"))
    dialog = opened(
        window,
        DraftContent(subject="Conseil", text=f"Les élèves : {names}.\n"),
    )
    place = next(
        at for at in range(dialog.group.count()) if dialog.group.itemText(at).startswith("4B")
    )
    dialog.group.setCurrentIndex(place)
    assert len(dialog.plan.messages) > 20
    dialog.accept()
    assert dialog.checks is not None
    codes = [one.code for one in dialog.checks.warnings()]
    assert sorted(one.value for one in codes) == ["pupil-data", "quiet-hours"]
    assert facade.letters.merges() == ()
    with qtbot.waitSignal(dialog.started, timeout=20_000):
        dialog.checks.accepted_all.emit(frozenset(one.value for one in codes))
    (merge,) = facade.letters.merges()
    assert merge.total == len(dialog.plan.messages)
