"""Before it leaves, and taking it back: the dialog, its keys, the bar, on a real store."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import MergeOptions, Person
from mel_desktop.model.outgoing import DraftContent, DraftState, OutboxState
from mel_desktop.model.policy import Policy, SendingPolicy
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.submission import SubmissionFacts
from mel_desktop.services.pupil_files import PupilFiles
from mel_desktop.services.submission_memory import RememberedSubmission
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.merge_dialog import MergeDialog
from mel_desktop.ui.photo_dialog import PhotoDialog
from mel_desktop.ui.send_checks import SendChecksDialog
from mel_desktop.ui.theme import Theme
from tests.gui.test_attaching import photo
from tests.support import planted_school
from tests.support.documents import docx, xlsx

PARENTS = tuple(Address("", f"parent.numero{n}@orange.fr") for n in range(1, 9))
MARC = (Address("Marc Oberlin", "marc.oberlin@ac-exemple.invalid"),)


@pytest.fixture(autouse=True)
def at_any_hour(facade: Facade) -> None:
    """Tests run at night too."""
    facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)


def compose(window: MainWindow, content: DraftContent) -> Composer:
    made = window.compose(content)
    assert made is not None
    return made


def dialog_of(composer: Composer) -> SendChecksDialog:
    found = composer.flow.dialog
    assert found is not None
    return found


def codes(composer: Composer) -> list[WarningCode]:
    return [one.code for one in dialog_of(composer).warnings()]


def press(qtbot: QtBot, composer: Composer, words: str) -> None:
    """The digit that stands on the button with these words."""
    (button,) = [one for one in dialog_of(composer).buttons if words in one.text()]
    QTest.keyClicks(dialog_of(composer).back, button.text()[0])  # where the focus is


def test_cci_guard(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    composer = compose(window, DraftContent(to=PARENTS, subject="Réunion", text="Bonjour"))
    composer.send()
    assert codes(composer) == [WarningCode.OPEN_RECIPIENTS]
    assert not [row for row in facade.outbox() if row.subject == "Réunion"]
    draft = composer.draft_id()
    assert draft is not None
    press(qtbot, composer, "en Cci")
    (row,) = [row for row in facade.outbox() if row.subject == "Réunion"]
    content = facade.draft(draft).content
    assert content.to == ()
    assert {one.address for one in content.bcc} == {one.address for one in PARENTS}
    assert set(row.recipients) == {one.address for one in PARENTS}
    assert window.writing.composers() == ()


def test_accepting_each_sends(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    composer = compose(window, DraftContent(to=MARC, text="Voir le document ci-joint."))
    composer.send()
    assert set(codes(composer)) == {WarningCode.NO_ATTACHMENT, WarningCode.NO_SUBJECT}
    before = len(facade.outbox())
    dialog_of(composer).accept_code(WarningCode.NO_SUBJECT)
    assert codes(composer) == [WarningCode.NO_ATTACHMENT]
    assert len(facade.outbox()) == before
    press(qtbot, composer, "tel quel")
    assert len(facade.outbox()) == before + 1


def test_going_back_sends_nothing(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    composer = compose(window, DraftContent(to=MARC, text="Bonjour"))
    before = len(facade.outbox())
    composer.send()
    dialog = dialog_of(composer)
    QTest.keyClick(dialog, Qt.Key.Key_Return)  # the careful answer is ahead
    assert composer.flow.dialog is None
    assert composer.isVisible()
    assert len(facade.outbox()) == before
    composer.send()
    press(qtbot, composer, "Écrire un objet")
    assert composer.flow.dialog is None
    QTest.keyClicks(composer.subject, "Conseil")
    composer.send()
    assert len(facade.outbox()) == before + 1


def test_what_the_school_forbids_has_no_key(
    qtbot: QtBot, profile: Path, theme: Theme, settings: QSettings
) -> None:
    policy = Policy(sending=SendingPolicy(no_subject=CheckLevel.FORBID))
    facade = planted_school.open_profile(profile, policy)
    try:
        facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)
        window = MainWindow(facade, theme=theme, settings=settings)
        qtbot.addWidget(window)
        window.show()
        composer = compose(window, DraftContent(to=MARC, text="Bonjour"))
        composer.send()
        shown = [one.text() for one in dialog_of(composer).buttons]
        assert len(shown) == 1
        assert "Écrire un objet" in shown[0]
        window.writing.close_all()
        window.close()
    finally:
        facade.close()


def test_undo_brings_the_queued_revision_back(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    composer = compose(window, DraftContent(to=MARC, subject="Trop vite", text="Bonjour Marc"))
    composer.send()
    (row,) = [row for row in facade.outbox() if row.subject == "Trop vite"]
    assert row.state is OutboxState.QUEUED
    assert "Ctrl+Z" in window.undo.bar._button.text()
    assert row.draft is not None
    queued = facade.draft(row.draft)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=3000)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    (again,) = window.writing.composers()
    assert again.draft_id() == row.draft
    assert again.content() == queued.content
    assert facade.draft(row.draft).state is DraftState.EDITING
    assert facade.draft(row.draft).revision == queued.revision
    assert not [one for one in facade.outbox() if one.subject == "Trop vite"]
    assert window.undo.bar.text == ""


def test_undo_is_there_after_a_restart(
    window: MainWindow, facade: Facade, theme: Theme, settings: QSettings, qtbot: QtBot
) -> None:
    facade.safety.set_undo(60)
    compose(window, DraftContent(to=MARC, subject="Reprise", text="Bonjour")).send()
    other = MainWindow(facade, theme=theme, settings=settings)
    qtbot.addWidget(other)
    other.show()
    qtbot.waitUntil(lambda: other.undo.bar.text != "", timeout=3000)
    other.undo.undo()
    (again,) = other.writing.composers()
    assert again.subject.text() == "Reprise"
    other.close()


def test_no_undo_where_none_is_wanted(window: MainWindow, facade: Facade) -> None:
    facade.safety.set_undo(0)
    compose(window, DraftContent(to=MARC, subject="Sans", text="Bonjour")).send()
    assert window.undo.bar.text
    assert window.undo.bar._button.isHidden()
    assert facade.safety.undoable() is None


def test_the_settings_hold_and_the_policy_stands(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    dialog = window.letters.open_checks()
    box = dialog.boxes[WarningCode.NO_SUBJECT]
    box.setCurrentIndex(box.findData(CheckLevel.OFF))
    dialog.undo.setValue(30)
    dialog.accept()
    assert facade.safety.settings().undo_s == 30
    before = len(facade.outbox())
    compose(window, DraftContent(to=MARC, text="Bonjour")).send()
    assert len(facade.outbox()) == before + 1


def test_what_the_school_decided_cannot_be_changed(
    qtbot: QtBot, profile: Path, theme: Theme, settings: QSettings
) -> None:
    policy = Policy(sending=SendingPolicy(look_alike=CheckLevel.FORBID, undo_s=20))
    facade = planted_school.open_profile(profile, policy)
    try:
        window = MainWindow(facade, theme=theme, settings=settings)
        qtbot.addWidget(window)
        dialog = window.letters.open_checks()
        assert not dialog.boxes[WarningCode.LOOK_ALIKE].isEnabled()
        assert "Interdit" in dialog.boxes[WarningCode.LOOK_ALIKE].currentText()
        assert not dialog.undo.isEnabled()
        assert dialog.undo.value() == 20
        dialog.accept()
        window.close()
    finally:
        facade.close()


def test_a_letter_to_many_is_looked_at_once(
    window: MainWindow, facade: Facade, theme: Theme, qtbot: QtBot
) -> None:
    account = facade.accounts()[0].id
    letter = DraftContent(to=PARENTS, subject="Mot", text="Voir le document ci-joint, {nom}.")
    draft = facade.new_draft(account, letter)
    people = (Person("Anne", "a@b.test", {"nom": "A"}), Person("Luc", "l@b.test", {"nom": "L"}))
    with pytest.raises(LocalRefusal) as refused:
        facade.letters.start_merge(draft.id, people, MergeOptions())
    assert refused.value.code is ErrorCode.NEEDS_DECISION
    assert refused.value.facts["warnings"] == "no-attachment"  # none about who else gets it
    dialog = MergeDialog(facade, window.bridge, theme, draft, window)
    dialog._people = people
    dialog.accept()
    assert dialog.checks is not None
    assert not facade.letters.merges()
    with qtbot.waitSignal(dialog.started, timeout=5000):
        QTest.keyClicks(dialog.checks.back, "1")
    assert len(facade.letters.merges()) == 1


def test_files_that_are_refused_say_so_and_go_by_a_key(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    composer = compose(window, DraftContent(to=MARC, subject="Outil", text="Bonjour"))
    program = tmp_path / "outil.exe"
    program.write_bytes(b"MZ" + b"x" * 3000)
    composer.attach(program)
    qtbot.waitUntil(composer.files.isVisible, timeout=5000)
    (card,) = composer.files.cards
    assert "programme" in card.toolTip()
    composer.send()
    assert codes(composer) == [WarningCode.DANGEROUS_FILE]
    dialog_of(composer).reject()
    QTest.keyClick(card, Qt.Key.Key_Delete)
    assert not composer.files.isVisible()
    draft = composer.draft_id()
    assert draft is not None
    assert facade.draft(draft).attachments == ()


OUTSIDE = (Address("", "quelquun@orange.fr"),)
LISTED = xlsx(["Nom", "Prénom", "Classe", "Dupont"], [3])


def with_file(window: MainWindow, facade: Facade, name: str, octets: bytes) -> Composer:
    facade.safety.set_check(WarningCode.FIRST_MAIL, CheckLevel.OFF)
    composer = compose(window, DraftContent(to=OUTSIDE, subject="Sortie", text="Bonjour"))
    draft = composer.settled_draft()
    assert draft is not None
    facade.safety.add_file(draft, name, octets)
    composer.reload()
    return composer


def test_a_document_with_pupils_is_told_before_it_leaves(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    composer = with_file(window, facade, "sortie.xlsx", LISTED)
    composer.send()
    composer.send()  # a second key changes nothing
    qtbot.waitUntil(lambda: composer.flow.dialog is not None, timeout=60_000)
    (warning,) = dialog_of(composer).warnings()
    assert (warning.code, warning.reason) == (WarningCode.PUPIL_DATA, "table")
    assert warning.files == ("sortie.xlsx",)
    press(qtbot, composer, "Retirer")
    assert [row.subject for row in facade.outbox()].count("Sortie") == 1


def test_a_harmless_document_leaves_by_itself(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    composer = with_file(window, facade, "ordre.docx", docx("Ordre du jour"))
    composer.send()
    qtbot.waitUntil(lambda: window.writing.composers() == (), timeout=60_000)
    assert "Sortie" in [row.subject for row in facade.outbox()]


def test_what_nobody_had_time_to_look_into_is_said(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    real = PupilFiles.read

    def slow(*args: object) -> None:
        may_go_on.wait(60)
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(PupilFiles, "read", slow)
    composer = with_file(window, facade, "sortie.xlsx", LISTED)
    composer.flow._patience.setInterval(10)
    composer.send()
    assert "examinées" in composer.state.text()
    qtbot.waitUntil(lambda: composer.flow.dialog is not None, timeout=60_000)
    (warning,) = dialog_of(composer).warnings()
    assert warning.reason == "unread"
    with pytest.raises(LocalRefusal):
        facade.send(composer.draft_id())  # type: ignore[arg-type]
    may_go_on.set()
    composer.flow._patience.setInterval(60_000)
    press(qtbot, composer, "Examiner encore")
    qtbot.waitUntil(
        lambda: (
            composer.flow.dialog is not None and dialog_of(composer).warnings()[0].reason == "table"
        ),
        timeout=60_000,
    )


def test_within_the_school_nobody_waits(window: MainWindow, facade: Facade) -> None:
    composer = with_file(window, facade, "sortie.xlsx", LISTED)
    composer.to.show_addresses(MARC)
    composer._on_edited()
    composer.send()
    assert composer.flow.dialog is None
    assert window.writing.composers() == ()


def test_a_message_that_is_too_large_is_made_lighter_by_a_key(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    composer = with_file(window, facade, "film.bin", bytes(20_000))
    draft = composer.draft_id()
    assert draft is not None
    picture = photo(tmp_path / "classe.jpg").read_bytes()
    facade.safety.add_file(draft, "classe.jpg", picture)
    composer.reload()
    account = facade.accounts()[0]
    memory = RememberedSubmission(facade._services.database)
    memory.learn(account, SubmissionFacts(size_limit=len(picture)), account.smtp)
    composer.send()
    (warning,) = dialog_of(composer).warnings()
    assert warning.code is WarningCode.TOO_LARGE
    assert [one.text()[4:] for one in dialog_of(composer).buttons][1:3] == [
        "Réduire la photo la plus lourde…",
        "Déposer ce fichier ailleurs et donner un lien…",
    ]
    press(qtbot, composer, "Réduire")
    qtbot.waitUntil(lambda: composer.findChild(PhotoDialog) is not None, timeout=20_000)
    dialog = composer.findChild(PhotoDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.shrink.isEnabled, timeout=20_000)
    dialog.choices[800].setChecked(True)
    dialog.accept()
    assert facade.draft(draft).state is DraftState.QUEUED, "light enough: it leaves"
