"""Identities, signatures, templates and a letter to many, in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind, Signature
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import MergeOptions, Person
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.letters_menu import LettersMenu
from mel_desktop.ui.main_window import MainWindow

BOX = "ce.0540001a@ac-exemple.invalid"


@pytest.fixture
def box(facade: Facade) -> Identity:
    (account, (own,)) = facade.letters.everyone()[0]
    facade.letters.save_identity(replace(own, signature=Signature("Claire")))
    return facade.letters.save_identity(
        Identity(
            UNSTORED, account.id, IdentityKind.BOX, "Collège", BOX,
            signature=Signature("Le secrétariat 🏫"),
        )
    )  # fmt: skip


def opened(window: MainWindow, content: DraftContent | None = None) -> Composer:
    made = window.compose(content or DraftContent())
    assert made is not None
    return made


def menu(composer: Composer) -> LettersMenu:
    found = composer.findChild(LettersMenu)
    assert found is not None
    return found


def test_the_sender_is_chosen_at_any_time_and_signs(
    window: MainWindow, facade: Facade, box: Identity
) -> None:
    composer = opened(window)
    assert composer.text.toPlainText() == "\n\n-- \nClaire\n"
    assert composer.content().sender is None
    assert composer.save_new()
    assert composer.origin.isEnabled()
    composer.origin.setCurrentIndex(1)
    assert composer.text.toPlainText() == "\n\n-- \nLe secrétariat 🏫\n"
    assert composer.save()
    draft = composer.draft_id()
    assert draft is not None
    assert facade.draft(draft).content.sender == Address("Collège", BOX)
    composer.close()
    again = window.open_draft(draft)
    assert again is not None
    assert BOX in again.origin.currentText()
    again.origin.setCurrentIndex(0)
    assert again.text.toPlainText() == "\n\n-- \nClaire\n"
    again.text.undo()
    assert "secrétariat" in again.text.toPlainText()


def test_an_untouched_signed_letter_leaves_nothing(
    window: MainWindow, facade: Facade, box: Identity
) -> None:
    before = facade.drafts()
    opened(window).close()
    assert facade.drafts() == before


def test_a_template_is_found_filled_and_used(
    window: MainWindow, qtbot: QtBot, facade: Facade
) -> None:
    composer = opened(window)
    dialog = menu(composer).choose_template()
    qtbot.waitUntil(lambda: dialog.list.count() > 10, timeout=5000)
    qtbot.keyClicks(dialog.query, "accus")
    assert dialog.list.count() == 1
    assert "{objet}" in dialog.preview.toPlainText()
    qtbot.keyClicks(dialog.form.line("objet"), "la bourse")
    assert "la bourse" in dialog.preview.toPlainText()
    qtbot.keyClick(dialog.query, Qt.Key.Key_Return)
    assert composer.subject.text().endswith("la bourse")
    assert "{document reçu}" in composer.text.toPlainText()
    save = menu(composer).save_template()
    save.name.setText("À moi")
    save.accept()
    assert facade.letters.template("a moi").text.startswith("Madame, Monsieur")


def test_a_letter_to_the_parents_of_a_class(
    window: MainWindow, qtbot: QtBot, facade: Facade, tmp_path: Path
) -> None:
    composer = opened(window, DraftContent(subject="Sortie de {élève}", text="{prénom} : {lieu}"))
    before = len(facade.outbox())
    dialog = menu(composer).send_to_many()
    assert dialog is not None
    place = next(
        at for at in range(dialog.group.count()) if dialog.group.itemText(at).startswith("4B")
    )
    dialog.group.setCurrentIndex(place)
    assert dialog.plan.missing
    assert not dialog.send.isEnabled()
    qtbot.keyClicks(dialog.form.line("lieu"), "gare")
    assert dialog.send.isEnabled()
    dialog.list.setCurrentRow(2)
    assert dialog.preview.toPlainText().endswith(": gare")
    total = len(dialog.plan.messages)
    table = tmp_path / "t.csv"
    table.write_text("Élève;Prénom;Mel\nLéa;Anne;a@b.test\nTom;Luc;\n", encoding="cp1252")
    dialog.read_file(table)
    assert len(dialog.plan.messages) == 1
    assert "Luc" in dialog.told.text()
    dialog.group.setCurrentIndex(place)
    assert len(dialog.plan.messages) == total
    with qtbot.waitSignal(dialog.started, timeout=20_000):
        dialog.accept()
    qtbot.waitUntil(lambda: composer not in window.writing.composers(), timeout=5000)
    (merge,) = facade.letters.merges()
    assert merge.total == total
    assert len(facade.outbox()) - before == min(50, total)
    assert all(len(one.recipients) == 1 for one in facade.outbox()[: min(50, total)])


def test_identities_are_made_and_signed_in_their_dialog(window: MainWindow, facade: Facade) -> None:
    dialog = window.letters.open_identities()
    assert dialog.address.isReadOnly()
    dialog.html.setPlainText("<b>Claire</b><script>x</script>")
    dialog.save()
    assert facade.letters.everyone()[0][1][0].signature.text == "Claire"
    dialog.add.click()
    dialog.address.setText("pas une adresse")
    dialog.save()
    assert "adresse" in dialog.notice.text.casefold()
    dialog.address.setText(BOX)
    dialog.kind.setCurrentIndex(1)
    dialog.is_default.setChecked(True)
    dialog.save()
    (_, box) = facade.letters.everyone()[0][1]
    assert (box.address, box.kind, box.is_default) == (BOX, IdentityKind.BOX, True)
    assert BOX in opened(window).origin.currentText()
    dialog.list.setCurrentRow(1)
    dialog.remove.click()
    assert len(facade.letters.everyone()[0][1]) == 1


def test_a_letter_to_many_is_paused_cancelled_and_reported(
    window: MainWindow, qtbot: QtBot, facade: Facade, tmp_path: Path
) -> None:
    account = facade.accounts()[0].id
    draft = facade.new_draft(account, DraftContent(subject="Un mot", text="{nom}"))
    people = (
        Person("=Anne", "a@b.test", {"nom": "A"}),
        Person("Luc", "l@b.test", {"nom": "L"}),
        Person("Sans", ""),
    )
    facade.letters.start_merge(draft.id, people, MergeOptions())
    pane = window.letters.open_merges().pane
    pane.pause.click()
    assert not pane.pause.isEnabled()
    pane.go_on.click()
    assert pane.pause.isEnabled()
    pane.cancel.click()
    assert not pane.cancel.isEnabled()
    assert facade.draft(draft.id).state.value == "editing"
    pane.write_report(tmp_path / "r.csv")
    text = (tmp_path / "r.csv").read_text("utf-8-sig")
    assert '"\'=Anne";"a@b.test";"annulé"' in text
    assert '"Sans";"";"pas de message";"sans adresse"' in text
