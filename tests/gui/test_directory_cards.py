"""Cards of persons, families, classes and services; notes, mail exchanged, refreshes that wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Role
from mel_desktop.model.people import DirectoryEntry, DirectoryHit, EntryId, EntryKind, Relation
from mel_desktop.model.persons import Exchange, FamilyCard, Relative
from mel_desktop.ui import people_words
from mel_desktop.ui.directory_pane import DirectoryPane
from mel_desktop.ui.exchanged import PLACE, Exchanged
from mel_desktop.ui.main_window import MainWindow
from tests.support.directory_gallery import import_families, picture, writers_child
from tests.support.families import FamilyReader

WAIT = 15_000


@pytest.fixture
def pane(window: MainWindow, facade: Facade) -> DirectoryPane:
    import_families(facade)
    window.actions_.directory.trigger()
    return window.directory


@pytest.fixture
def child(pane: DirectoryPane, facade: Facade) -> DirectoryHit:
    return writers_child(facade)


def look_for(pane: DirectoryPane, typed: str, kind: EntryKind | None = None) -> None:
    pane.kind.setCurrentIndex(max(0, pane.kind.findData(kind)))
    pane.query.setText(typed)
    pane.search()


def read(mail: Exchanged, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "…" not in mail.title.text(), timeout=WAIT)


def link(pane: DirectoryPane, words: str) -> QPushButton:
    return next(
        one for one in pane.card.facts.findChildren(QPushButton) if words in one.accessibleName()
    )


# -- persons ---------------------------------------------------------------------------------------


def test_a_teacher_with_school_classes_and_stamps(pane: DirectoryPane, facade: Facade) -> None:
    hit = next(
        one for one in facade.search_directory("4B", kind=EntryKind.PERSON, limit=60).hits
        if one.entry.subjects
    )  # fmt: skip
    pane.show_entry(hit)
    words = pane.card.facts.text()
    assert hit.entry.email in words
    assert hit.entry.subjects[0] in words
    assert "4B – " in words
    assert "Collège Jeanne-Barret" in pane.card.head.subtitle.text()
    assert "complète" in pane.card.stamps.text()
    assert str(datetime.now(UTC).year) in pane.card.stamps.text()
    assert pane.card.family.isHidden()


def test_a_picture_is_shown_and_a_broken_one_is_not(
    window: MainWindow, facade: Facade, pane: DirectoryPane
) -> None:
    head = pane.card.head
    head.show_person("Anne", "a@b.fr", "", picture())
    assert not head.picture.isHidden()
    assert head.avatar.isHidden()
    head.show_person("Anne", "a@b.fr", "", picture()[:60])
    assert head.picture.isHidden()
    assert not head.avatar.isHidden()


def test_family_ties_in_words_and_the_way_there_and_back(
    pane: DirectoryPane, child: DirectoryHit, facade: Facade
) -> None:
    pane.show_entry(child)
    guardian = facade.people.card(child.id).family[0]
    words = pane.card.facts.text()
    assert guardian.hit.entry.name in words
    assert "responsable légal" in words
    link(pane, guardian.hit.entry.name).click()
    assert pane._name.text() == guardian.hit.entry.name
    assert child.entry.name in pane.card.facts.text()
    assert not pane.back.isHidden()
    pane.back.click()
    assert pane._name.text() == child.entry.name
    assert pane.back.isHidden()


def test_the_class_of_a_pupil_is_gone_to(pane: DirectoryPane, child: DirectoryHit) -> None:
    pane.show_entry(child)
    (label,) = child.entry.classes
    link(pane, f"{label} – ").click()
    assert pane._name.text() == label
    assert pane.card.head.subtitle.text().startswith("Classe · ")
    assert not pane.card.groups.isHidden()
    assert pane.card.note.isHidden()


# -- mail exchanged --------------------------------------------------------------------------------


def test_mail_newest_first_opens_the_message(
    window: MainWindow, pane: DirectoryPane, facade: Facade, qtbot: QtBot
) -> None:
    look_for(pane, "oberlin")
    mail = pane.card.mail
    read(mail, qtbot)
    assert mail.list.topLevelItemCount() == 30
    ids = [mail.list.topLevelItem(at).data(0, PLACE)[1] for at in range(30)]
    dates = [row.sent_at or row.received_at for row in facade.message_rows(ids)]
    assert dates == sorted(dates, reverse=True)
    assert not mail.more.isHidden()
    mail.more.click()
    qtbot.waitUntil(lambda: mail.list.topLevelItemCount() > 30, timeout=WAIT)
    number = mail.list.topLevelItemCount()
    assert len({str(mail.list.topLevelItem(at).data(0, PLACE)) for at in range(number)}) == number
    mail.list.setCurrentItem(mail.list.topLevelItem(1))
    mail.list.setFocus()
    qtbot.waitUntil(mail.list.hasFocus, timeout=WAIT)
    qtbot.keyClick(mail.list, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is window.mail
    qtbot.waitUntil(lambda: window.mail.reader.message() is not None, timeout=WAIT)
    shown = window.mail.reader.message()
    assert shown is not None
    assert shown.id == ids[1]


def test_what_was_read_of_another_is_not_shown(
    window: MainWindow, pane: DirectoryPane, qtbot: QtBot
) -> None:
    """The answer for somebody who is no longer looked at comes late."""
    mail = pane.card.mail
    asked: list[str] = []

    def slow(name: str) -> Callable[[object], Exchange]:
        def load(_before: object) -> Exchange:
            asked.append(name)
            return Exchange((), (), more=name == "first")

        return load

    mail.show_mail(slow("first"))
    mail._pause.stop()
    mail._begin(None)
    mail.show_mail(slow("second"))
    qtbot.waitUntil(lambda: "second" in asked, timeout=WAIT)
    read(mail, qtbot)
    assert mail.more.isHidden()


def test_waiting_answers_stand_above(
    window: MainWindow, pane: DirectoryPane, facade: Facade, qtbot: QtBot
) -> None:
    sent = next(one for one in facade.folders() if one.role is Role.SENT)
    row = next(
        one for one in facade.messages(sent.id, limit=200)
        if any("oberlin" in to.address for to in one.to)
    )  # fmt: skip
    facade.leaving.wait_for(row.id, datetime.now(UTC) + timedelta(days=3))
    look_for(pane, "oberlin")
    read(pane.card.mail, qtbot)
    assert row.subject in pane.card.mail.waiting.text()
    assert not pane.card.mail.waiting.isHidden()


# -- notes -----------------------------------------------------------------------------------------


def test_a_note_is_kept_by_itself_and_taken_back(
    pane: DirectoryPane, facade: Facade, qtbot: QtBot
) -> None:
    look_for(pane, "oberlin")
    note, shown = pane.card.note, pane.card.shown
    assert shown is not None
    note.text.setFocus()
    qtbot.waitUntil(note.text.hasFocus, timeout=WAIT)
    qtbot.keyClicks(note.text, "Bureau 12 ")
    qtbot.waitUntil(lambda: facade.people.card(shown.id).note == "Bureau 12", timeout=WAIT)
    qtbot.keyClicks(note.text, "bis")  # the window has read again: the cursor stays
    qtbot.waitUntil(lambda: facade.people.card(shown.id).note == "Bureau 12 bis", timeout=WAIT)
    assert note.text.toPlainText() == "Bureau 12 bis"
    note.undo.click()
    assert facade.people.card(shown.id).note == "Bureau 12"
    note.undo.click()
    assert facade.people.card(shown.id).note == ""
    assert note.undo.isHidden()


def test_a_note_is_kept_when_another_is_chosen(pane: DirectoryPane, facade: Facade) -> None:
    look_for(pane, "oberlin")
    shown = pane.card.shown
    assert shown is not None
    pane.card.note.text.setPlainText("À rappeler")
    look_for(pane, "nguyen")
    assert facade.people.card(shown.id).note == "À rappeler"
    assert pane.card.note.text.toPlainText() == ""


# -- families --------------------------------------------------------------------------------------


def test_the_family_in_one_view(
    window: MainWindow, pane: DirectoryPane, child: DirectoryHit, facade: Facade, qtbot: QtBot
) -> None:
    pane.show_entry(child)
    pane.card.family.click()
    view = pane.family
    assert not view.isHidden()
    assert pane.card.isHidden()
    family = facade.people.family(child.id)
    words = view.facts.text()
    for one in (*family.pupils, *(guardian.hit for guardian in family.guardians)):
        assert one.entry.name in words
    read(view.mail, qtbot)
    assert view.mail.list.topLevelItemCount() > 0
    assert view.stamps.text()
    view.write.click()
    (composer,) = window.writing.composers()
    wanted = view.addresses()
    assert wanted
    if len(wanted) == 1:
        assert composer.to.addresses() == wanted
    else:
        assert composer.bcc.addresses() == wanted
        assert composer.to.addresses() == ()
    view.back.click()
    assert view.isHidden()
    assert pane._name.text() == child.entry.name


def test_only_legal_guardians_with_an_address_are_written_to(
    window: MainWindow, pane: DirectoryPane, facade: Facade
) -> None:
    found = 0
    group = next(id_ for id_, entry, _ in facade.directory_groups() if entry.name == "4B")
    for hit in facade.directory_members(group):
        if hit.entry.profile.value != "pupil":
            continue
        family = facade.people.family(hit.id)
        pane.family.show_family(family, None)
        written = {one.address for one in pane.family.addresses()}
        legal = {one.hit.entry.email for one in family.guardians if one.is_legal} - {""}
        if legal:
            assert written == legal
        for name in family.unreachable:
            assert name in pane.family.unreachable.text()
            found += 1
    assert found > 0


def test_a_family_stays_open_while_the_directory_is_read_again(
    window: MainWindow, pane: DirectoryPane, child: DirectoryHit
) -> None:
    pane.show_entry(child)
    pane.show_family(child.id)
    pane.refresh()
    assert not pane.family.isHidden()


# -- services --------------------------------------------------------------------------------------


def test_a_service_says_what_to_ask_it_and_how_sure_that_is(
    pane: DirectoryPane, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(url.toString()) or True
    )
    look_for(pane, "assistance rennes", EntryKind.SERVICE)
    words = pane.card.facts.text()
    assert "Mot de passe, messagerie" in words
    assert "page officielle" in words
    assert "31/08/2026" in words
    assert "Liste livrée" in pane.card.stamps.text()
    assert "27/11/2026" in pane.card.stamps.text()
    assert pane.card.note.isHidden()
    assert pane.card.mail.isHidden()
    pane.card.site.click()
    box = pane.findChild(QMessageBox)
    assert box is not None
    assert "assistance.ac-rennes.fr" in box.text()
    assert opened == []  # nothing without a look
    next(one for one in box.buttons() if "navigateur" in one.text()).click()
    assert opened == ["https://assistance.ac-rennes.fr"]


def test_what_is_not_verified_is_said_and_opens_nothing(pane: DirectoryPane) -> None:
    look_for(pane, "drane bretagne")
    assert pane._name.text() == "DRANE Bretagne"
    assert "non vérifié" in pane.card.facts.text()
    assert pane.card.site.isHidden()


def test_services_are_no_source_of_the_person(pane: DirectoryPane, facade: Facade) -> None:
    look_for(pane, "pix certification")
    assert pane._name.text() == "Pix"
    assert len(facade.directory_sources()) == 1


# -- refreshes that wait ---------------------------------------------------------------------------


def test_a_refresh_that_would_take_too_much_waits_for_a_person(
    window: MainWindow, pane: DirectoryPane, facade: Facade, qtbot: QtBot
) -> None:
    (source,) = facade.directory_sources()
    directory = facade._services.directory
    report = directory.import_reader(FamilyReader(only="6A"), name=source.name, url=source.url)
    pane.sources._say_reports((report,))
    assert "la nouvelle copie vous attend" in pane.notice.text
    assert pane.notice.property("tone") == "warning"
    (waits,) = facade.people.pending()
    pane.refresh()
    panel = pane.pending
    assert not panel.isHidden()
    assert f"{waits.would_remove}" in panel._words(waits)
    look, _accept, keep = panel.findChildren(QPushButton)[-3:]
    look.click()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert waits.samples[0] in box.informativeText()
    box.close()
    keep.click()
    qtbot.waitUntil(lambda: facade.people.pending() == (), timeout=WAIT)
    qtbot.waitUntil(panel.isHidden, timeout=WAIT)
    assert facade.directory_sources()[0].count == source.count
    directory.import_reader(FamilyReader(only="6A"), name=source.name, url=source.url)
    pane.refresh()
    _look, accept, _keep = panel.findChildren(QPushButton)[-3:]
    accept.click()
    qtbot.waitUntil(lambda: facade.people.pending() == (), timeout=WAIT)
    assert facade.directory_sources()[0].count < source.count / 2


def guardian(
    name: str, *, legal: bool = False, contact: bool = False, mail: bool = True
) -> Relative:
    entry = DirectoryEntry(name, EntryKind.PERSON, name, f"{name}@familles.invalid" if mail else "")
    hit = DirectoryHit(EntryId(len(name)), entry, "Liste", 1.0)
    return Relative(hit, Relation.OTHER, is_legal=legal, is_contact=contact)


@pytest.mark.parametrize(
    ("guardians", "written"),
    [
        ([guardian("a", legal=True), guardian("bb", contact=True)], {"a"}),
        ([guardian("a", legal=True, mail=False), guardian("bb")], set()),  # never a stand-in
        ([guardian("a", contact=True), guardian("bb")], {"a"}),
        ([guardian("a"), guardian("bb")], {"a", "bb"}),  # the source says nothing of it
    ],
)
def test_who_of_a_family_is_written_to(
    window: MainWindow, guardians: list[Relative], written: set[str]
) -> None:
    view = window.directory.family
    view.show_family(FamilyCard((), tuple(guardians), (), ()), None)
    assert {one.name for one in view.addresses()} == written
    assert view.write.isEnabled() == bool(written)
    told = people_words.of_tie(guardians[1], guardians)
    assert ("pas responsable" in told) == (guardians[0].is_legal and not guardians[1].is_contact)


def test_an_answer_that_comes_late_is_not_shown(
    window: MainWindow, pane: DirectoryPane, qtbot: QtBot
) -> None:
    pane.query.setText("oberlin")
    pane.search_aside()
    look_for(pane, "nguyen")  # shown at once
    name = pane._name.text()
    qtbot.wait(0)
    pane.query.setText("oberlin")
    pane.search_aside()
    qtbot.waitUntil(lambda: pane._name.text() == "Marc Oberlin", timeout=WAIT)
    assert "nguyen" in name.lower()
