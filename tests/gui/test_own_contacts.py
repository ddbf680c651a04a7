"""Contacts of one's own, who was learnt from writing, and a letter to a class in three keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.contacts import OwnContact
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.people import SourceKind
from mel_desktop.store import correspondents
from mel_desktop.ui.directory_pane import DirectoryPane
from mel_desktop.ui.learned_dialog import LearnedDialog
from mel_desktop.ui.main_window import MainWindow
from tests.support.directory_gallery import import_families

WAIT = 15_000
AGNES = OwnContact(
    "Agnès Delmas", ("agnes.delmas@mairie.invalid", "a.delmas@perso.invalid"),
    ("03 00 00 00 12", "06 00 00 00 12"), "Service des écoles", "Mairie d’Exempleville",
)  # fmt: skip


@pytest.fixture
def pane(window: MainWindow) -> DirectoryPane:
    window.actions_.directory.trigger()
    return window.directory


def look_for(pane: DirectoryPane, typed: str) -> None:
    pane.query.setText(typed)
    pane.search()


# -- contacts --------------------------------------------------------------------------------------


def test_a_contact_is_made_found_changed_deleted_and_brought_back(
    window: MainWindow, pane: DirectoryPane, facade: Facade, qtbot: QtBot
) -> None:
    pane.new_contact.click()
    dialog = window.people.edit(None)
    assert dialog is not None
    assert not dialog.ok.isEnabled()
    dialog.name.setText(AGNES.name)
    dialog.emails.setPlainText("\n".join((*AGNES.emails, "pas une adresse")))
    assert not dialog.ok.isEnabled()
    assert "pas une adresse" in dialog.wrong.text()
    dialog.emails.setPlainText("\n".join(AGNES.emails))
    dialog.phones.setPlainText("\n".join(AGNES.phones))
    dialog.role.setText(AGNES.role)
    dialog.school.setText(AGNES.school)
    dialog.note.setPlainText("Cantine")
    dialog.ok.click()
    look_for(pane, "delmas")
    words = pane.card.facts.text()
    for fact in (*AGNES.emails, *AGNES.phones, AGNES.role, AGNES.school):
        assert fact in words
    assert pane.card.note.text.toPlainText() == "Cantine"
    own = next(one for one in facade.directory_sources() if one.kind is SourceKind.OWN)
    assert (own.name, own.count, own.complete) == ("Mes contacts", 1, True)
    assert facade.complete("delmas").hits[0].entry.email == AGNES.emails[0]

    second = next(
        one for one in pane.card.facts.findChildren(QPushButton) if one.text() == AGNES.emails[1]
    )
    second.click()
    assert window.writing.composers()[-1].to.addresses() == (Address(AGNES.name, AGNES.emails[1]),)

    shown = pane.card.shown
    assert shown is not None
    assert shown.is_own
    change = window.people.edit(shown)
    assert change is not None
    assert change.contact().emails == AGNES.emails
    change.name.setText("Agnès Delmas-Roy")
    change.ok.click()
    look_for(pane, "delmas")
    assert pane._name.text() == "Agnès Delmas-Roy"
    assert pane.hits.rowCount() == 1

    pane.card.delete.click()
    look_for(pane, "delmas")
    assert pane.hits.rowCount() == 0
    assert window.notice._button.text() == "Annuler"
    window.notice._button.click()
    look_for(pane, "delmas")
    assert pane._name.text() == "Agnès Delmas-Roy"
    assert pane.card.note.text.toPlainText() == "Cantine"  # the note waited for its person


def test_somebody_of_the_directory_is_added(
    window: MainWindow, pane: DirectoryPane, facade: Facade
) -> None:
    look_for(pane, "oberlin")
    assert pane.card.delete.isHidden()
    dialog = window.people.edit(pane.card.shown)
    assert dialog is not None
    assert dialog.contact().emails == ("marc.oberlin@ac-exemple.invalid",)
    dialog.phones.setPlainText("03 00 00 00 99")
    dialog.ok.click()
    kinds = {one.kind for one in facade.directory_sources()}
    assert SourceKind.OWN in kinds
    assert any(
        "03 00 00 00 99" in (hit.entry.phone, *hit.entry.more_phones)
        for hit in facade.search_directory("oberlin").hits
    )


def test_the_sender_of_a_message_is_added_by_a_key(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    qtbot.waitUntil(lambda: window.mail.reader.message() is not None, timeout=WAIT)
    qtbot.waitUntil(window.actions_.add_contact.isEnabled, timeout=WAIT)
    read = window.mail.reader.message()
    assert read is not None
    dialog = window.people.add_sender()
    assert dialog is not None
    assert dialog.contact().emails == (read.sender.address,)
    assert window.actions_.add_contact in window.rules_desk.menu().actions()
    dialog.reject()


def test_what_is_refused_is_said_and_kept_open(window: MainWindow, facade: Facade) -> None:
    dialog = window.people.edit(None)
    assert dialog is not None
    dialog.name.setText("A" * 400)
    dialog.ok.click()
    assert dialog.isVisible()
    assert dialog.wrong.text()
    for bad in (OwnContact(""), OwnContact("x", ("a b@c",))):
        with pytest.raises(LocalRefusal) as caught:
            facade.contacts.save(bad, "Mes contacts")
        assert caught.value.code in (ErrorCode.USAGE, ErrorCode.BAD_ADDRESS)


def test_a_source_of_contacts_is_removed_without_trace(facade: Facade) -> None:
    facade.contacts.save(AGNES, "Mes contacts")
    own = next(one for one in facade.directory_sources() if one.kind is SourceKind.OWN)
    facade.remove_directory_source(own.id)
    assert facade.search_directory("delmas").hits == ()
    assert facade.complete("delmas").hits == ()


# -- learnt ----------------------------------------------------------------------------------------


def learn(facade: Facade, *names: str) -> None:
    now = datetime.now(UTC)
    for days, name in enumerate(names):
        one = Address(name, f"{name.lower()}@appris.invalid")
        facade._services.database.write(
            lambda tx, one=one, days=days: correspondents.note(tx, [one], now - timedelta(days))
        )


def shown(dialog: LearnedDialog) -> list[str]:
    items = [dialog.list.topLevelItem(at) for at in range(dialog.list.topLevelItemCount())]
    return [one.text(0) for one in items if not one.isHidden()]


def test_one_is_forgotten_and_brought_back(
    window: MainWindow, pane: DirectoryPane, facade: Facade, qtbot: QtBot
) -> None:
    facade.contacts.forget(one.address for one in facade.contacts.learned())
    learn(facade, "Zyta", "Zyprian", "Walter")
    dialog = window.people.open_learned()
    assert shown(dialog) == ["Zyta", "Zyprian", "Walter"]  # the latest first
    dialog.query.setText("zy")
    assert shown(dialog) == ["Zyta", "Zyprian"]
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))
    dialog.list.setFocus()
    qtbot.waitUntil(dialog.list.hasFocus, timeout=WAIT)
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    assert shown(dialog) == ["Zyta"]
    assert [hit.entry.name for hit in facade.complete("zy").hits] == ["Zyta"]
    dialog.notice._button.click()
    assert shown(dialog) == ["Zyta", "Zyprian"]


def test_all_are_forgotten_after_a_question(window: MainWindow, facade: Facade) -> None:
    learn(facade, "Zyta", "Zyprian")
    dialog = window.people.open_learned()
    before = facade.contacts.learned()
    dialog.forget_all.click()
    box = dialog.findChild(QMessageBox)
    assert box is not None
    assert facade.contacts.learned() == before  # not before it is answered
    next(one for one in box.buttons() if "oublier" in one.text().lower()).click()
    assert facade.contacts.learned() == ()
    assert not dialog.forget_all.isEnabled()
    dialog.notice._button.click()
    assert facade.contacts.learned() == before


# -- a letter to a class ---------------------------------------------------------------------------


def test_three_keys_begin_a_letter_to_a_class(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    import_families(facade)
    window.actions_.write_class.trigger()  # the first key
    from mel_desktop.ui.class_dialog import ClassDialog

    dialog = window.findChild(ClassDialog)
    assert dialog is not None
    dialog.activateWindow()
    qtbot.waitUntil(dialog.query.hasFocus, timeout=WAIT)
    qtbot.keyClicks(dialog.query, "4b")
    group = dialog.group()
    assert group is not None
    assert group.members
    assert all(name in dialog.about.text() for name in group.unreachable[:12])
    qtbot.keyClick(dialog.query, Qt.Key.Key_Return)
    (composer,) = window.writing.composers()
    hidden, seen = composer.bcc.addresses(), composer.to.addresses()
    assert set(hidden or seen) == set(group.members)
    assert not (hidden and seen)


def test_down_chooses_who_of_the_class(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    dialog = window.people.open_class()
    assert dialog is not None
    assert not dialog.write.isEnabled()
    dialog.accept()
    assert dialog.isVisible()  # nobody is chosen
    dialog.activateWindow()
    qtbot.waitUntil(dialog.query.hasFocus, timeout=WAIT)
    qtbot.keyClicks(dialog.query, "4b")
    assert dialog.hits.rowCount() > 1
    first = dialog.group()
    qtbot.keyClick(dialog.query, Qt.Key.Key_Down)
    second = dialog.group()
    assert first is not None
    assert second is not None
    assert first.audience is not second.audience
    qtbot.keyClick(dialog.query, Qt.Key.Key_Up)
    assert dialog.group() == first
    dialog.query.setText("nulle part")
    assert dialog.group() is None
    assert not dialog.write.isEnabled()
    dialog.reject()
