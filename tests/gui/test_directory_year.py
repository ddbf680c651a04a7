"""A school year with AAF exports in the window: imported, used without a line, ended."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import EntryKind, Profile
from mel_desktop.ui import screenshots
from mel_desktop.ui.class_dialog import ClassDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.records_dialog import RecordsDialog
from tests.support import aaf_school

PICTURES = os.environ.get("MEL_PICTURES", "")
CTRL = Qt.KeyboardModifier.ControlModifier
WAIT = 60_000
THIS_YEAR = aaf_school.invent(7, 240, schools=1)
# Other pupils, the same school and staff.
NEXT_YEAR = replace(
    aaf_school.invent(8, 240, schools=1), schools=THIS_YEAR.schools, staff=THIS_YEAR.staff
)


def picture(widget: QWidget, name: str) -> None:
    """For a look at what was built: MEL_PICTURES names a folder."""
    if PICTURES:
        QCoreApplication.sendPostedEvents()
        screenshots.grab(widget, Path(PICTURES) / f"{name}.png")


def archive(folder: Path, export: aaf_school.Export, date: str) -> Path:
    made = folder / f"ENT2DVA.{date}.zip"
    made.write_bytes(aaf_school.packed(aaf_school.full(export, date=date)))
    return made


@pytest.fixture
def school(window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path) -> Facade:
    """Only the export is there, and it came through the window."""
    for one in facade.directory_sources():
        facade.remove_directory_source(one.id)
    facade.set_offline(True)
    window.actions_.directory.trigger()
    window.directory.import_files((archive(tmp_path, THIS_YEAR, "20261101"),))
    qtbot.waitUntil(lambda: any(one.updated_at for one in facade.directory_sources()), timeout=WAIT)
    return facade


def a_class(export: aaf_school.Export) -> str:
    return export.pupils[0].classes[0][1]


def parents_of(export: aaf_school.Export, label: str) -> set[str]:
    """Addresses of those who have the right or the charge, as the export says."""
    mails = {one.id: one.mail for one in export.guardians if one.mail}
    return {
        mails[id_].lower()
        for pupil in export.pupils
        if any(place == label for _, place in pupil.classes)
        for id_, _, legal, contact in pupil.guardians
        if id_ in mails and (legal in ("1", "2") or contact == "1")
    }


def test_an_export_is_imported_and_told(school: Facade, window: MainWindow, qtbot: QtBot) -> None:
    (source,) = school.directory_sources()
    assert source.complete
    assert source.kind.value == "aaf"
    held = school.records.holdings().sources[0]
    assert held.pupils == len(THIS_YEAR.pupils)
    assert held.guardians == len(THIS_YEAR.guardians)
    qtbot.waitUntil(
        lambda: any(source.name in one.text() for one in window.directory.findChildren(QLabel)),
        timeout=WAIT,
    )
    picture(window, "aaf-imported")


def test_the_parents_of_a_class_are_those_of_its_pupils_and_stay_hidden(
    school: Facade, window: MainWindow, qtbot: QtBot
) -> None:
    label = a_class(THIS_YEAR)
    window.activateWindow()
    window.actions_.write_class.trigger()
    dialog = window.findChild(ClassDialog)
    assert dialog is not None
    dialog.query.setText(f"parents {label}")
    qtbot.waitUntil(lambda: dialog.group() is not None, timeout=WAIT)
    group = dialog.group()
    assert group is not None
    assert group.audience is Audience.PARENTS
    assert {one.address.lower() for one in group.members} == parents_of(THIS_YEAR, label)
    picture(dialog, "aaf-parents")
    qtbot.keyClick(dialog.query, Qt.Key.Key_Return)
    (composer,) = window.writing.composers()
    assert composer.to.addresses() == composer.cc.addresses() == ()
    assert {one.address.lower() for one in composer.bcc.addresses()} == parents_of(THIS_YEAR, label)
    picture(composer, "aaf-letter")


def test_a_teacher_is_found_by_a_sentence_and_a_family_on_a_card(
    school: Facade, window: MainWindow, qtbot: QtBot
) -> None:
    pane = window.directory
    label = a_class(THIS_YEAR)
    teacher = next(
        one
        for one in school.search_directory(label, kind=EntryKind.PERSON, limit=200).hits
        if one.entry.profile is Profile.TEACHER and "MATHEMATIQUES" in one.entry.subjects[0].upper()
    )
    pane.query.setText(f"prof de maths de la {label}")
    qtbot.waitUntil(lambda: pane.hits.rowCount() > 0, timeout=WAIT)
    found = [pane.hits.hit(row).entry.name for row in range(min(8, pane.hits.rowCount()))]
    assert teacher.entry.name in found
    picture(window, "aaf-teacher")
    pupil = next(one for one in THIS_YEAR.pupils if len(one.guardians) > 1)
    wanted = school.search_directory(f"{pupil.given} {pupil.sn}", kind=EntryKind.PERSON, limit=50)
    child = next(one for one in wanted.hits if one.entry.key.endswith(f"/{pupil.id}"))
    card = school.people.family(child.id)
    assert len(card.guardians) >= len(pupil.guardians)
    pane.show_entry(child)
    pane.card.family.click()
    assert not pane.family.isHidden()
    for guardian in card.guardians:
        assert guardian.hit.entry.name in pane.family.facts.text()
    picture(window, "aaf-family")


def test_the_year_ends_and_the_next_export_takes_its_place(
    school: Facade, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    school._services.database.write(
        lambda tx: tx.run("UPDATE source SET updated_at = '2026-06-20T08:00:00.000000Z'")
    )
    before = {one.sn for one in THIS_YEAR.pupils} - {
        one.sn for one in (*NEXT_YEAR.pupils, *NEXT_YEAR.guardians, *NEXT_YEAR.staff)
    }
    window.actions_.records.trigger()
    dialog = window.findChild(RecordsDialog)
    assert dialog is not None
    assert dialog.year.lists.chosen()
    dialog.year.ask_purge()
    (question,) = [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, QMessageBox) and one.isVisible()
    ]
    assert "240" in question.text()
    picture(question, "aaf-year-question")
    next(one for one in question.buttons() if one.text() == "Retirer").click()
    qtbot.waitUntil(lambda: "Retirés" in dialog.notice.text, timeout=WAIT)
    assert school.directory_groups() == ()
    held = school.records.holdings().sources[0]
    assert (held.pupils, held.guardians) == (0, 0)
    assert held.staff > 0
    dialog.close()
    window.directory.import_files((archive(tmp_path, NEXT_YEAR, "20260910"),))
    qtbot.waitUntil(
        lambda: school.records.holdings().sources[-1].pupils == len(NEXT_YEAR.pupils), timeout=WAIT
    )
    for name in sorted(before)[:5]:
        found = school.search_directory(name, kind=EntryKind.PERSON, limit=50).hits
        assert all(name not in one.entry.name.upper() for one in found)
    assert school.records.holdings().outdated == ()
    picture(window, "aaf-next-year")
