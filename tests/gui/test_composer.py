"""The composer on a real store: autosave, recipients, attachments, sending, coming back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import Draft, DraftContent, DraftId
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.recipient_token import Token, is_plausible
from mel_desktop.ui.recipients_edit import split


@pytest.fixture
def composer(window: MainWindow) -> Composer:
    made = window.compose(DraftContent())
    assert made is not None
    return made


def draft_of(composer: Composer) -> DraftId:
    found = composer.draft_id()
    assert found is not None
    return found


def test_autosaves_after_a_pause(composer: Composer, facade: Facade, qtbot: QtBot) -> None:
    before = len(facade.drafts())
    qtbot.keyClicks(composer.subject, "Sortie")
    assert composer.draft_id() is None
    assert composer._timer.interval() == 2000
    qtbot.waitUntil(lambda: composer.draft_id() is not None, timeout=6000)
    assert len(facade.drafts()) == before + 1
    assert composer.state.text().startswith("Brouillon enregistré à ")
    qtbot.keyClicks(composer.text, "Bonjour")
    assert composer.state.text() == "En cours de rédaction…"
    qtbot.waitUntil(
        lambda: facade.draft(draft_of(composer)).content.text == "Bonjour", timeout=6000
    )


def test_an_untouched_composer_leaves_nothing(window: MainWindow, facade: Facade) -> None:
    before = facade.drafts()
    window.mail.view.select(window.mail.model.ids[0])
    window.actions_.reply_all.trigger()
    (composer,) = window.writing.composers()
    assert composer.subject.text().startswith("Re")
    assert composer.text.toPlainText()
    assert composer.state.text() == ""
    composer.close()
    assert facade.drafts() == before
    assert window.writing.composers() == ()


def test_closing_keeps_and_reopening_shows(
    window: MainWindow, composer: Composer, facade: Facade
) -> None:
    composer.to.show_addresses((Address("Zoé", "zoe@exemple.invalid"),))
    composer.subject.setText("Gardé")
    composer.text.setPlainText("Texte gardé")
    composer.close()
    window.actions_.drafts.trigger()
    rows = window.drafts.model.values()
    (draft,) = [one for one in rows if isinstance(one, Draft) and one.content.subject == "Gardé"]
    window.drafts.table.selectRow(window.drafts.model.values().index(draft))
    window.drafts.open_chosen()
    (again,) = window.writing.composers()
    assert again.content() == draft.content
    assert draft.content.to == (Address("Zoé", "zoe@exemple.invalid"),)
    window.open_draft(draft.id)
    assert window.writing.composers() == (again,)  # one window a draft


def test_completion_from_the_directory(composer: Composer, facade: Facade, qtbot: QtBot) -> None:
    composer.activateWindow()
    field = composer.to.field()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5000)
    qtbot.keyClicks(field, "oberl")
    qtbot.waitUntil(composer.to._popup.isVisible, timeout=5000)
    shown = composer.to._popup.model().index(0, 0)
    assert "Marc Oberlin <marc.oberlin@ac-exemple.invalid>" in shown.data()
    assert "Principal adjoint" in shown.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.keyClick(composer.to._popup, Qt.Key.Key_Return)
    expected = (Address("Marc Oberlin", "marc.oberlin@ac-exemple.invalid"),)
    qtbot.waitUntil(lambda: composer.to.addresses() == expected, timeout=5000)
    assert field.text() == ""


def test_tokens_by_keyboard(composer: Composer, qtbot: QtBot) -> None:
    field = composer.cc.field()
    field.setFocus()
    qtbot.keyClicks(field, "a@exemple.invalid,")
    qtbot.keyClicks(field, "b@exemple.invalid;")
    qtbot.keyClicks(field, "faux")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [one.address for one in composer.cc.addresses()] == [
        "a@exemple.invalid",
        "b@exemple.invalid",
        "faux",
    ]
    assert [token.property("wrong") for token in composer.cc._tokens] == [False, False, True]
    qtbot.keyClick(field, Qt.Key.Key_Backspace)  # the wrong one is taken back to be corrected
    assert field.text() == "faux"
    field.clear()
    qtbot.keyClick(composer.cc._tokens[0], Qt.Key.Key_Delete)
    assert [one.address for one in composer.cc.addresses()] == ["b@exemple.invalid"]


def test_send_without_and_with_wrong_recipients(
    composer: Composer, facade: Facade, qtbot: QtBot
) -> None:
    before = len(facade.outbox())
    composer.subject.setText("À qui ?")
    composer.send()
    assert "destinataire" in composer.notice.text
    composer.to.field().setText("pas une adresse")
    composer.send()
    assert "pas une adresse" in composer.notice.text
    assert composer.isVisible()
    assert len(facade.outbox()) == before


def test_send_queues(window: MainWindow, composer: Composer, facade: Facade, qtbot: QtBot) -> None:
    qtbot.keyClicks(composer.to.field(), "marc.oberlin@ac-exemple.invalid")
    qtbot.keyClicks(composer.subject, "Bonjour")
    composer.text.setPlainText("Bonjour Marc")
    composer.send_action.trigger()
    row = facade.outbox()[0]
    assert row.subject == "Bonjour"
    assert row.recipients == ("marc.oberlin@ac-exemple.invalid",)
    assert window.writing.composers() == ()
    assert "en ligne" in window.undo.bar.text


def test_attachments(composer: Composer, facade: Facade, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "Programme de la sortie.pdf"
    path.write_bytes(b"%PDF-1.4 " + b"x" * 300_000)
    composer.subject.setText("Avec pièce jointe")
    composer.attach(path)  # in the background: the file may be large
    composer.send()
    assert "en cours d’ajout" in composer.notice.text
    qtbot.waitUntil(composer.files.isVisible, timeout=5000)
    draft = facade.draft(draft_of(composer))
    assert [one.filename for one in draft.attachments] == [path.name]
    assert composer.files.size_label.text().startswith("300\u00a0Ko, environ 400\u00a0Ko à l’envoi")
    composer.notice.clear()
    composer.attach(tmp_path / "absent.pdf")
    qtbot.waitUntil(lambda: bool(composer.notice.text), timeout=5000)
    composer.attaching.remove(draft.attachments[0])
    assert facade.draft(draft.id).attachments == ()
    assert not composer.files.isVisible()


def test_discard(composer: Composer, facade: Facade) -> None:
    composer.subject.setText("À jeter")
    composer._on_edited()
    composer.save()
    draft = draft_of(composer)
    composer.discard()
    assert draft not in [one.id for one in facade.drafts()]


def test_answers_are_threaded(window: MainWindow, facade: Facade) -> None:
    message: MessageId = window.mail.model.ids[4]
    window.mail.view.select(message)
    window.actions_.reply.trigger()
    (composer,) = window.writing.composers()
    composer.text.insertPlainText("D’accord.\n")
    composer.save()
    assert facade.draft(draft_of(composer)).reply_to == message


def test_a_forward_that_nobody_touched_leaves_no_draft(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    before = [one.id for one in facade.drafts()]
    message = next(one for one in window.mail.model.ids if facade.show(one).attachments)
    window.mail.view.select(message)
    window.actions_.forward.trigger()  # offline: files that are not here are named in the text
    qtbot.waitUntil(lambda: bool(window.writing.composers()), timeout=5000)
    (composer,) = window.writing.composers()
    assert composer.draft_id() is not None
    assert facade.draft(draft_of(composer)).forward == message
    composer.close()
    assert [one.id for one in facade.drafts()] == before
    window.actions_.forward.trigger()
    qtbot.waitUntil(lambda: bool(window.writing.composers()), timeout=5000)
    (composer,) = window.writing.composers()
    composer.text.insertPlainText("Pour information.\n")
    composer.close()
    assert len(facade.drafts()) == len(before) + 1


def test_splitting_what_people_type() -> None:
    found = split('"Martin, Zoé" <zoe@x.invalid>; paul@x.invalid,\nAnne <anne@x.invalid>')
    assert found == (
        Address("Martin, Zoé", "zoe@x.invalid"),
        Address("", "paul@x.invalid"),
        Address("Anne", "anne@x.invalid"),
    )
    assert split(" ; , ") == ()
    assert is_plausible("a@b.fr")
    for wrong in ("a", "a@b", "a b@c.fr", "@b.fr", "a@.fr", "a@@b.fr"):
        assert not is_plausible(wrong)


def test_a_recipient_moves_to_another_field_by_keys(composer: Composer, qtbot: QtBot) -> None:
    marc, eve = Address("Marc", "marc@exemple.invalid"), Address("", "eve@exemple.invalid")
    composer.to.show_addresses((marc, eve))
    alt = Qt.KeyboardModifier.AltModifier
    composer.to.findChildren(Token)[0].setFocus()
    qtbot.keyClick(composer.to.findChildren(Token)[0], Qt.Key.Key_Up, alt)  # there is none above
    assert composer.to.addresses() == (marc, eve)
    qtbot.keyClick(composer.to.findChildren(Token)[0], Qt.Key.Key_Down, alt)
    assert (composer.to.addresses(), composer.cc.addresses()) == ((eve,), (marc,))
    qtbot.keyClick(composer.cc.findChildren(Token)[0], Qt.Key.Key_Down, alt)
    assert (composer.cc.addresses(), composer.bcc.addresses()) == ((), (marc,))
    (moved,) = composer.bcc.findChildren(Token)
    moved.contextMenuEvent(
        QContextMenuEvent(
            QContextMenuEvent.Reason.Keyboard,
            moved.rect().center(),
            moved.mapToGlobal(moved.rect().center()),
        )
    )
    (menu,) = moved.findChildren(QMenu)
    next(one for one in menu.actions() if one.text() == "Mettre dans le champ au-dessus").trigger()
    assert (composer.cc.addresses(), composer.bcc.addresses()) == ((marc,), ())
    assert composer.save()
    assert composer.content().cc == (marc,)
