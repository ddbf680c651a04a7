"""Identities, signatures, templates and a letter to many, in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.identities import UNSTORED, Identity, IdentityKind, Signature
from mel_desktop.model.mail import Address
from mel_desktop.model.merging import MergeOptions, Person
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.safety import CheckLevel, WarningCode
from mel_desktop.model.templates import Template, UnreadFile
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.letters_menu import LettersMenu
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.template_dialog import TemplateDialog

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


@pytest.fixture(autouse=True)
def _at_any_hour(facade: Facade) -> None:
    facade.safety.set_check(WarningCode.QUIET_HOURS, CheckLevel.OFF)


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


def test_a_merge_that_is_over_is_forgotten(window: MainWindow, facade: Facade) -> None:
    account = facade.accounts()[0].id
    draft = facade.new_draft(account, DraftContent(subject="Un mot", text="{nom}"))
    facade.letters.start_merge(
        draft.id, (Person("Anne", "a@b.test", {"nom": "A"}),), MergeOptions()
    )
    pane = window.letters.open_merges().pane
    assert not pane.forget.isEnabled()
    assert pane.ask_forget() is None
    pane.cancel.click()
    assert pane.forget.isEnabled()
    asked = pane.ask_forget()
    assert asked is not None
    assert "Un mot" in asked.text()
    answer(asked, "Conserver")
    assert len(facade.letters.merges()) == 1
    asked = pane.ask_forget()
    assert asked is not None
    answer(asked, "Oublier")
    assert facade.letters.merges() == ()
    assert pane.model.rowCount() == 0


def answer(asked: QMessageBox, words: str) -> None:
    (button,) = [one for one in asked.buttons() if one.text() == words]
    button.click()


def test_templates_go_out_come_in_and_are_deleted(
    window: MainWindow, qtbot: QtBot, facade: Facade, tmp_path: Path
) -> None:
    facade.letters.save_template(Template("Mon mot", "Mon mot", "Objet", "Bonjour {nom}"))
    window.actions_.templates.trigger()
    dialog = window.findChild(TemplateDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.count() > 10, timeout=5000)
    qtbot.keyClicks(dialog.query, "mon mot")
    shelf = dialog.shelf
    assert shelf.delete.isEnabled()
    shelf.write_file(tmp_path / "m.toml")
    assert "Bonjour {nom}" in (tmp_path / "m.toml").read_text("utf-8")
    asked = shelf.ask_delete()
    assert asked is not None
    answer(asked, "Supprimer")
    qtbot.waitUntil(lambda: dialog.list.count() == 0, timeout=5000)
    assert not shelf.delete.isEnabled()
    shelf.take_file(tmp_path / "m.toml")
    qtbot.waitUntil(lambda: dialog.list.count() == 1, timeout=5000)
    assert "1 modèle" in dialog.notice.text
    (tmp_path / "bad.toml").write_bytes(b"x = ")
    shelf.take_file(tmp_path / "bad.toml")
    assert "TOML" in dialog.notice.text
    dialog.query.clear()
    dialog.list.setCurrentRow(
        next(at for at, one in enumerate(dialog._shown) if one.name == "convocation")
    )
    assert not shelf.delete.isEnabled()  # it ships with the program
    assert shelf.ask_delete() is None
    dialog.accept()
    (composer,) = window.writing.composers()
    assert composer.subject.text()


def test_files_of_the_school_that_cannot_be_read_are_named(
    window: MainWindow,
    qtbot: QtBot,
    facade: Facade,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "bon.toml").write_text(
        '[[template]]\nname = "Bon"\ntitle = "Bon"\ntext = "x"\n', encoding="utf-8"
    )
    (tmp_path / "faux.toml").write_bytes(b"x = ")
    monkeypatch.setattr(facade._services.letters.templates, "_folder", tmp_path)
    dialog = menu(opened(window)).choose_template()
    qtbot.waitUntil(lambda: dialog.list.count() > 10, timeout=5000)
    said = dialog.shelf.unread.text()
    assert "faux.toml" in said
    assert "pas lisible" in said
    assert "bon.toml" not in said
    dialog.shelf.show_unread([UnreadFile("", "folder-not-readable")])
    assert "le dossier" in dialog.shelf.unread.text()
    dialog.shelf.show_unread([])
    assert dialog.shelf.unread.isHidden()


def test_a_box_has_its_own_sent_folder(window: MainWindow, facade: Facade, box: Identity) -> None:
    dialog = window.letters.open_identities()
    assert not dialog.sent.isEnabled()  # the account's own
    dialog.list.setCurrentRow(1)
    assert dialog.sent.isEnabled()
    paths = [dialog.sent.itemData(at) for at in range(dialog.sent.count())]
    assert paths[0] == ""
    dialog.sent.setCurrentIndex(2)
    dialog.save()
    (_, saved) = facade.letters.everyone()[0][1]
    assert saved.sent_folder == paths[2] != ""
    assert dialog.sent.currentData() == paths[2]
    facade.letters.save_identity(replace(saved, sent_folder="shared/perdu/Sent"))
    dialog.close()
    again = window.letters.open_identities()
    again.list.setCurrentRow(1)
    assert "introuvable" in again.sent.currentText()
    assert again.sent.currentData() == "shared/perdu/Sent"
    again.kind.setCurrentIndex(again.kind.findData(IdentityKind.ALIAS))
    assert not again.sent.isEnabled()
    again.save()
    assert facade.letters.everyone()[0][1][1].sent_folder == ""
