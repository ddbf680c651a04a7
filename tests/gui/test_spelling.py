"""The spell check in the composer, on a real store and the real dictionary."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.spelling import Language
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.spelling import SpellingMenu
from tests.support import planted_school


def opened(window: MainWindow, text: str = "") -> Composer:
    made = window.compose(DraftContent(text=text))
    assert made is not None
    return made


def menu(composer: Composer) -> SpellingMenu:
    found = composer.findChild(SpellingMenu)
    assert found is not None
    return found


def underlined(composer: Composer) -> list[str]:
    found = []
    block = composer.text.document().begin()
    while block.isValid():
        octets = block.text().encode("utf-16-le")
        for one in block.layout().formats():
            if one.format.underlineStyle() is QTextCharFormat.UnderlineStyle.WaveUnderline:
                part = octets[one.start * 2 : (one.start + one.length) * 2]
                found.append(part.decode("utf-16-le"))
        block = block.next()
    return found


def waited(qtbot: QtBot, composer: Composer, *words: str) -> None:
    qtbot.waitUntil(lambda: underlined(composer) == list(words), timeout=10_000)


def test_mistakes_are_underlined_but_nothing_of_others(window: MainWindow, qtbot: QtBot) -> None:
    text = "😀 La réunnion de l’élèv\n\n-- \nZzyxa Qwrtz\n> un élèv a dit\nPuis un professseur\n"
    composer = opened(window, text)
    waited(qtbot, composer, "réunnion", "élèv", "professseur")
    assert composer.state.text() == ""  # to underline is no change
    assert not composer._dirty


def test_a_long_letter_is_looked_at_in_slices(window: MainWindow, qtbot: QtBot) -> None:
    composer = opened(window, "Bonjour\n")
    waited(qtbot, composer)
    menu(composer).checker.underliner._spent = 1.0  # this turn has no time left
    composer.text.setPlainText("une fôtte\n" * 30)
    assert underlined(composer) == []
    waited(qtbot, composer, *["fôtte"] * 30)


def test_the_word_that_is_typed_is_left_alone_until_it_is_left(
    window: MainWindow, qtbot: QtBot
) -> None:
    composer = opened(window)
    qtbot.waitUntil(lambda: bool(menu(composer).checker.ready), timeout=10_000)
    composer.text.setFocus()
    composer.text.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClicks(composer.text, "la fotte")
    assert underlined(composer) == []
    qtbot.keyClicks(composer.text, " ")
    waited(qtbot, composer, "fotte")


def test_a_mistake_is_replaced_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    composer = opened(window, "Bonjour,\nla réunnion est là, mes élèvs.")
    waited(qtbot, composer, "réunnion", "élèvs")
    spelling = menu(composer)
    spelling.next_action.trigger()
    assert composer.text.textCursor().selectedText() == "réunnion"
    spelling.next_action.trigger()
    assert composer.text.textCursor().selectedText() == "élèvs"
    spelling.next_action.trigger()  # from the top again
    assert composer.text.textCursor().selectedText() == "réunnion"
    qtbot.keyClick(composer.text, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: spelling.checker.menu is not None, timeout=10_000)
    shown = spelling.checker.menu
    assert shown is not None
    assert shown.actions()[0].text() == "réunion"
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert "la réunion est là" in composer.text.toPlainText()
    composer.text.undo()
    assert "la réunnion est là" in composer.text.toPlainText()


@pytest.mark.parametrize("reason", list(QContextMenuEvent.Reason)[:2])
def test_the_menu_of_a_mistake_comes_by_mouse_and_by_key(
    window: MainWindow, qtbot: QtBot, reason: QContextMenuEvent.Reason
) -> None:
    composer = opened(window, "La réunnion est là")
    waited(qtbot, composer, "réunnion")
    cursor = composer.text.textCursor()
    cursor.setPosition(6)
    inside = composer.text.cursorRect(cursor).center()
    shown_on: QWidget = composer.text.viewport()
    if reason is QContextMenuEvent.Reason.Keyboard:
        composer.text.setTextCursor(cursor)
        shown_on, inside = composer.text, QPoint(0, 0)
    event = QContextMenuEvent(reason, inside, shown_on.mapToGlobal(inside))
    QCoreApplication.sendEvent(shown_on, event)
    checker = menu(composer).checker
    qtbot.waitUntil(lambda: checker.menu is not None, timeout=10_000)
    assert checker.menu is not None
    checker.menu.actions()[0].trigger()
    assert composer.text.toPlainText() == "La réunion est là"


def test_a_word_of_ones_own_is_kept_over_a_restart(
    window: MainWindow, facade: Facade, profile: Path, qtbot: QtBot
) -> None:
    composer = opened(window, "Le zygoflux de la réunnion")
    waited(qtbot, composer, "zygoflux", "réunnion")
    checker = menu(composer).checker
    assert checker._ask_menu(5, QPoint(10, 10))
    qtbot.waitUntil(lambda: checker.menu is not None, timeout=10_000)
    assert checker.menu is not None
    (add,) = [one for one in checker.menu.actions() if one.text() == "&Ajouter à mes mots"]
    add.trigger()
    waited(qtbot, composer, "réunnion")
    checker.words.ignore("réunnion")
    assert underlined(composer) == []
    composer.close()
    facade.close()
    again = planted_school.open_profile(profile)
    assert again.spelling.words() == ("zygoflux",)
    assert again.spelling.load(Language.FRENCH)
    assert again.spelling.mistakes("des zygoflux", Language.FRENCH) == ()
    assert again.spelling.mistakes("la réunnion", Language.FRENCH) != ()
    again.close()


def test_names_of_the_directory_are_no_mistakes(facade: Facade) -> None:
    door = facade.spelling
    assert door.load(Language.FRENCH)
    names = {
        word
        for hit in facade.search_directory("prof").hits
        for word in hit.entry.name.split()
        if word[:1].isupper() and word.isalpha()
    }
    assert names
    assert [one for name in names for one in door.mistakes(name, Language.FRENCH)] == []
    assert door.mistakes("Zzyxaqwe", Language.FRENCH) != ()


def test_the_language_is_chosen_and_kept(window: MainWindow, facade: Facade, qtbot: QtBot) -> None:
    composer = opened(window, "The colour of the schol")
    spelling = menu(composer)
    spelling.choose(Language.ENGLISH)
    waited(qtbot, composer, "schol")
    assert facade.spelling.language() is Language.ENGLISH
    spelling.choose(Language.OFF)
    waited(qtbot, composer)
    again = opened(window, "The schol")
    checked = [one for one in menu(again)._group.actions() if one.isChecked()]
    assert [one.data() for one in checked] == ["off"]


def test_a_dictionary_that_is_not_there_is_told(
    window: MainWindow, facade: Facade, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mel_desktop.system.hunspell_engine.FILES", {"fr": "none", "en": "none"})
    monkeypatch.setattr("mel_desktop.system.hunspell_engine.shipped_path", lambda _: Path("/none"))
    composer = opened(window, "La réunnion")
    qtbot.wait(300)
    assert not facade.spelling.load(Language.FRENCH)
    menu(composer).next_action.trigger()
    assert composer.state.text() == "Ce dictionnaire n’est pas disponible"
    assert underlined(composer) == []


def test_words_are_added_removed_and_taken_from_a_list(
    window: MainWindow, facade: Facade, qtbot: QtBot, tmp_path: Path
) -> None:
    composer = opened(window, "zorglub et bulgroz")
    waited(qtbot, composer, "zorglub", "bulgroz")
    dialog = menu(composer).show_words()
    qtbot.keyClicks(dialog.typed, "zorglub")
    qtbot.keyClick(dialog.typed, Qt.Key.Key_Return)
    waited(qtbot, composer, "bulgroz")
    path = tmp_path / "list.dic"
    path.write_bytes("2\nbulgroz/S\nécolier\n".encode("cp1252"))
    dialog.take_list(path)
    waited(qtbot, composer)
    assert facade.spelling.words() == ("bulgroz", "écolier", "zorglub")
    dialog.list.setCurrentRow(0)
    dialog.remove.click()
    waited(qtbot, composer, "bulgroz")
    dialog.typed.setText("!!")
    dialog.add.click()
    assert "mot" in dialog.notice.text
    dialog.reject()


def marked(composer: Composer) -> list[str]:
    return [one.text for one in menu(composer).subject.underlined]


def with_subject(window: MainWindow, qtbot: QtBot, subject: str, text: str = "") -> Composer:
    made = window.compose(DraftContent(subject=subject, text=text))
    assert made is not None
    qtbot.waitUntil(lambda: bool(menu(made).checker.ready), timeout=10_000)
    made.activateWindow()
    made.subject.setFocus()
    qtbot.waitUntil(made.subject.hasFocus, timeout=10_000)
    return made


def test_the_subject_is_checked_too(window: MainWindow, qtbot: QtBot) -> None:
    composer = with_subject(window, qtbot, "😀 La réunnion")
    qtbot.waitUntil(lambda: marked(composer) == ["réunnion"], timeout=10_000)
    composer.subject.setText("Re: La réunnion")
    qtbot.waitUntil(lambda: marked(composer) == [], timeout=10_000)  # another wrote it
    composer.subject.setCursorPosition(len(composer.subject.text()))
    qtbot.keyClicks(composer.subject, " des elevvs")  # that word is left alone until it is left
    qtbot.waitUntil(lambda: marked(composer) == ["réunnion"], timeout=10_000)
    qtbot.keyClicks(composer.subject, " ")
    qtbot.waitUntil(lambda: marked(composer) == ["réunnion", "elevvs"], timeout=10_000)
    composer.subject.setText("Tout est juste")
    qtbot.waitUntil(lambda: marked(composer) == [], timeout=10_000)
    assert composer.subject.text() == "Tout est juste"
    menu(composer).choose(Language.OFF)
    composer.subject.setText("La réunnion")
    qtbot.waitUntil(lambda: marked(composer) == [], timeout=10_000)


def test_lines_under_words_of_the_subject_are_drawn(window: MainWindow, qtbot: QtBot) -> None:
    composer = with_subject(window, qtbot, "La reunion")
    qtbot.waitUntil(lambda: marked(composer) == ["reunion"], timeout=10_000)
    composer.text.setFocus()  # no cursor in the picture
    qtbot.waitUntil(composer.text.hasFocus, timeout=10_000)
    with_line = composer.subject.grab().toImage()
    menu(composer).checker.words.ignore("reunion")
    qtbot.waitUntil(lambda: marked(composer) == [], timeout=10_000)
    assert composer.subject.grab().toImage() != with_line
    assert not composer._dirty, "to underline is no change"


def test_a_mistake_of_the_subject_is_replaced_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    composer = with_subject(window, qtbot, "La réunnion de rentrée", "Mes élèvs")
    waited(qtbot, composer, "élèvs")
    spelling = menu(composer)
    composer.subject.setCursorPosition(0)
    qtbot.keyClick(composer.subject, Qt.Key.Key_F7)
    assert composer.subject.selectedText() == "réunnion"
    qtbot.keyClick(composer.subject, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: spelling.checker.menu is not None, timeout=10_000)
    shown = spelling.checker.menu
    assert shown is not None
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert composer.subject.text() == "La réunion de rentrée"
    assert composer._dirty
    spelling.next_action.trigger()
    assert composer.text.textCursor().selectedText() == "élèvs"
    composer.subject.setText("La rentrré")
    qtbot.waitUntil(lambda: marked(composer) == ["rentrré"], timeout=10_000)
    spelling.next_action.trigger()  # from the top again
    assert composer.subject.selectedText() == "rentrré"


def test_a_letter_that_is_being_put_together_is_not_broken_off(
    window: MainWindow, qtbot: QtBot
) -> None:
    composer = with_subject(window, qtbot, "La réunnion")
    qtbot.waitUntil(lambda: marked(composer) == ["réunnion"], timeout=10_000)
    QCoreApplication.sendEvent(composer.subject, QInputMethodEvent("^", []))
    menu(composer).subject.refresh()
    done = QInputMethodEvent("", [])
    done.setCommitString("ê")
    QCoreApplication.sendEvent(composer.subject, done)
    assert "ê" in composer.subject.text()
