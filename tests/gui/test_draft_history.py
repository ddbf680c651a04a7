"""The history of a draft and drafts thrown away, in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import Draft, DraftContent
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.draft_dialogs import ComposerHistory
from mel_desktop.ui.draft_history import DraftHistoryDialog
from mel_desktop.ui.main_window import MainWindow

FIRST = "Départ à 8 h.\nPrévoir <un> pique-nique.\n"
SECOND = "Départ à 9 h.\nPrévoir <un> pique-nique.\n"


@pytest.fixture
def written(facade: Facade, tmp_path: Path) -> Draft:
    account = facade.accounts()[0].id
    draft = facade.new_draft(account, DraftContent(subject="Sortie", text=FIRST))
    changed = replace(
        draft.content, text=SECOND, subject="Sortie au musée",
        to=(Address("Zoé", "zoe@exemple.invalid"),),
    )  # fmt: skip
    facade.save_draft(draft.id, changed)
    (tmp_path / "liste.txt").write_text("Zoé", encoding="utf-8")
    facade.attach(draft.id, tmp_path / "liste.txt")
    return facade.draft(draft.id)


def ready(dialog: DraftHistoryDialog | None, qtbot: QtBot, revisions: int) -> DraftHistoryDialog:
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.count() == revisions and dialog.chosen() is not None)
    return dialog


def choose(dialog: DraftHistoryDialog, place: int, words: str, qtbot: QtBot) -> None:
    dialog.list.setCurrentRow(place)
    qtbot.waitUntil(lambda: words in dialog.view.toPlainText())


def open_in_composer(window: MainWindow, draft: Draft) -> tuple[Composer, ComposerHistory]:
    composer = window.writing.open_draft(draft.id)
    assert composer is not None
    history = composer.findChild(ComposerHistory)
    assert history is not None
    return composer, history


def test_the_history_shows_words_and_fields_and_goes_back(
    window: MainWindow, facade: Facade, written: Draft, qtbot: QtBot
) -> None:
    composer, history = open_in_composer(window, written)
    composer.text.setPlainText(f"{SECOND}Zoé")  # not saved yet: the history holds it
    assert "Historique du brouillon…" in [
        one.text().replace("&", "") for one in composer.more_menu.actions()
    ]
    dialog = ready(history.open(), qtbot, 4)
    assert dialog.list.item(0).text().endswith("+1 mot")
    assert not dialog.restore.isEnabled(), "it is the newest"
    choose(dialog, 1, "+liste.txt", qtbot)
    choose(dialog, 2, "−8+9 h.", qtbot)
    shown = dialog.view.toPlainText()
    assert "Prévoir <un> pique-nique." in shown
    assert "Objet −Sortie  +Sortie au musée" in shown.replace("\xa0", " ")
    assert "À +Zoé <zoe@exemple.invalid>" in shown
    assert dialog.list.item(2).text().endswith("+1 mot, −1 mot, 2 champs")
    choose(dialog, 3, "+Départ à 8 h.", qtbot)
    dialog.against.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "−8+9 h." in dialog.view.toPlainText())
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == FIRST
    dialog.restore.click()
    assert composer.text.toPlainText() == FIRST
    assert composer.subject.text() == "Sortie"
    assert facade.draft(written.id).attachments == ()
    assert facade.draft(written.id).content.text == FIRST
    assert len(facade.draft_history(written.id)) == 5, "nothing of it is lost"


def test_the_pane_reaches_the_history_with_and_without_a_composer(
    window: MainWindow, facade: Facade, written: Draft, qtbot: QtBot
) -> None:
    window.actions_.drafts.trigger()
    pane = window.drafts
    pane.table.selectRow([getattr(one, "id", 0) for one in pane.model.values()].index(written.id))
    with qtbot.waitSignal(pane.history_asked) as asked:
        pane._history.click()
    assert asked.args == [written.id]
    dialog = ready(window.findChild(DraftHistoryDialog), qtbot, 3)
    dialog.list.setCurrentRow(2)
    dialog.restore.click()
    assert facade.draft(written.id).content.text == FIRST
    composer, _ = open_in_composer(window, written)
    pane._history.click()
    dialog = ready(composer.findChild(DraftHistoryDialog), qtbot, 4)
    dialog.list.setCurrentRow(1)
    dialog.restore.click()
    assert composer.text.toPlainText() == SECOND


def test_a_draft_thrown_away_is_seen_and_brought_back_with_its_files(
    window: MainWindow, facade: Facade, written: Draft, qtbot: QtBot
) -> None:
    window.actions_.drafts.trigger()
    pane = window.drafts
    pane.table.selectRow([getattr(one, "id", 0) for one in pane.model.values()].index(written.id))
    assert not pane._back.isVisible()
    pane._delete.click()
    qtbot.waitUntil(
        lambda: written.id not in [getattr(one, "id", 0) for one in pane.model.values()]
    )
    pane.thrown.click()
    assert [one.id for one in pane.model.values()] == [written.id]
    assert not pane._open.isVisible()
    assert "30 jours" in pane.explanation.text()
    pane._back.click()
    (composer,) = window.writing.composers()
    assert composer.content().text == SECOND
    assert [one.filename for one in facade.draft(written.id).attachments] == ["liste.txt"]
    assert not pane.thrown.isChecked()
    with pytest.raises(LocalRefusal):
        facade.revisions.bring_back(written.id)
