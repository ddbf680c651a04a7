"""Groups as one token, expanded or not; recipients that are forgotten from the completion."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import Audience
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.safety import WarningCode
from mel_desktop.store import correspondents
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.recipient_token import Token
from mel_desktop.ui.recipients_edit import RecipientsEdit


@pytest.fixture
def composer(window: MainWindow) -> Composer:
    made = window.compose(DraftContent(subject="Sortie", text="Bonjour."))
    assert made is not None
    return made


def typed(composer: Composer, qtbot: QtBot, text: str) -> RecipientsEdit:
    field = composer.to.field()
    composer.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5000)
    qtbot.keyClicks(field, text)
    qtbot.waitUntil(composer.to._popup.isVisible, timeout=5000)
    return composer.to


def parents(facade: Facade) -> GroupHit:
    (hit,) = facade.letters.complete_groups("parents 4b")
    assert hit.audience is Audience.PARENTS
    return hit


def tokens(edit: RecipientsEdit) -> list[Token]:
    return list(edit._tokens)


def test_a_group_is_one_token_and_each_of_it_is_written_to(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    edit = typed(composer, qtbot, "parents 4b")
    shown = edit._popup.model().index(0, 0)
    assert shown.data() == "Parents de 4B"
    assert "personnes" in shown.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(edit._popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(tokens(edit)) == 1, timeout=5000)
    (token,) = tokens(edit)
    members = parents(facade).members
    assert f"{len(members)} personnes" in token.accessibleName()
    assert set(edit.addresses()) == set(members)
    assert edit.wrong() == ()
    assert composer.save_new()
    assert composer.save()
    draft = composer.draft_id()
    assert draft is not None
    assert set(facade.draft(draft).content.to) == set(members)
    codes = {one.code for one in facade.safety.look(draft)}
    assert WarningCode.OPEN_RECIPIENTS in codes  # the guard sees them all
    qtbot.keyClick(token, Qt.Key.Key_Return)  # expanded into persons
    assert len(tokens(edit)) == len(members)
    assert set(edit.addresses()) == set(members)


def test_a_group_moves_to_the_hidden_copy_and_stays_one(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    composer.to.add_group(parents(facade))
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(tokens(composer.to)[0], Qt.Key.Key_Down, alt)
    qtbot.keyClick(tokens(composer.cc)[0], Qt.Key.Key_Down, alt)
    (token,) = tokens(composer.bcc)
    assert token.group is not None
    assert composer.to.addresses() == composer.cc.addresses() == ()
    members = parents(facade).members
    assert set(composer.content().bcc) == set(members)
    # mended by the guard: shown anew in another field, and still one token
    content = DraftContent(to=members, cc=(Address("", "a@exemple.invalid"),))
    composer.heads.show_content(content)
    (token,) = tokens(composer.to)
    assert token.group is not None
    assert composer.content().to == members
    # with one of them missing these are persons
    composer.heads.show_content(DraftContent(to=members[1:]))
    assert len(tokens(composer.to)) == len(members) - 1


def test_backspace_takes_the_group_as_a_whole(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    composer.to.add_group(parents(facade))
    composer.activateWindow()
    field = composer.to.field()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5000)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    (token,) = tokens(composer.to)
    qtbot.waitUntil(token.hasFocus, timeout=5000)
    qtbot.keyClick(token, Qt.Key.Key_Backspace)
    assert composer.to.addresses() == ()


def learn(facade: Facade, *names: str) -> None:
    people = [Address(name, f"{name.lower()}@appris.invalid") for name in names]
    now = datetime(2026, 9, 1, tzinfo=UTC)
    facade._services.database.write(lambda tx: correspondents.note(tx, people, now))


def test_delete_in_the_popup_forgets_who_was_learnt(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    learn(facade, "Zyta", "Zyprian")
    edit = typed(composer, qtbot, "zy")
    assert [edit._hits.suggestion(row).learned for row in range(2)] == [True, True]
    qtbot.keyClick(edit._popup, Qt.Key.Key_Delete)
    assert edit._hits.rowCount() == 1
    assert edit._popup.isVisible()
    edit._ask_forget(edit._popup.visualRect(edit._hits.index(0, 0)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    menu.close()
    assert facade.complete("zy").hits == ()
    assert edit._popup.isHidden()
    edit._ask_forget(QPoint(1, 1))  # nothing there


def test_the_directory_itself_is_not_forgotten(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    edit = typed(composer, qtbot, "oberl")
    qtbot.keyClick(edit._popup, Qt.Key.Key_Delete)
    assert edit._hits.rowCount() == 1
    assert facade.complete("oberl").hits


def test_a_group_of_ones_own_is_kept_chosen_and_forgotten(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    people = tuple(Address(name, f"{name.lower()}@b.test") for name in ("Ana", "Bob", "Zoé"))
    ascii_people = tuple(Address(one.name, one.address.replace("é", "e")) for one in people)
    composer.to.show_addresses(ascii_people)
    tokens(composer.to)[0].group_asked.emit()
    asked = composer.findChild(QInputDialog)
    assert asked is not None
    asked.setTextValue("Chorale du lundi")
    asked.accept()
    (token,) = tokens(composer.to)
    assert "Chorale du lundi (3 personnes)" in token.accessibleName()
    assert composer.to.addresses() == ascii_people
    composer.to.show_addresses(())
    qtbot.waitUntil(lambda: composer.findChild(QInputDialog) is None, timeout=5000)
    edit = typed(composer, qtbot, "chorale")
    qtbot.keyClick(edit._popup, Qt.Key.Key_Delete)
    question = composer.findChild(QMessageBox)
    assert question is not None
    assert "Chorale du lundi" in question.text()
    next(one for one in question.buttons() if one.text() == "Oublier").click()
    assert facade.letters.complete_groups("chorale") == ()
    composer.to.own_groups.keep(" ", ascii_people)  # why not is said, nothing is lost
    assert any(
        "nom" in one.text() for one in composer.findChildren(QMessageBox) if one is not question
    )
