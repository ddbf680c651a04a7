"""A letter with formatting: written, kept, sent, pasted into, and nothing asked from anywhere."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QSettings, Qt, QUrl
from PySide6.QtGui import QImage, QTextCursor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMessageBox

from mel_desktop.app.facade import Facade
from mel_desktop.model.identities import Signature
from mel_desktop.model.letter import Colour
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.letter_edit import LetterEdit
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.theme import DARK, Theme
from tests.support.html_attacks import VECTORS

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

HTML = (
    "<h3>Sortie</h3>\n<p>Bonjour <b>à tous</b>,<br>\nvoici <i>la <u>liste</u></i> :</p>\n"
    "<ul>\n<li>bottes</li>\n<li>pique-nique</li>\n</ul>\n"
    '<p><span style="color:#c9191e">Urgent</span> : '
    '<a href="https://exemple.invalid/a">le plan</a></p>\n'
    "<table>\n<tr><td>6e A</td><td>8 h</td></tr>\n</table>\n"
    "<blockquote>\n<p>Avant</p>\n</blockquote>"
)


@pytest.fixture
def composer(window: MainWindow) -> Composer:
    made = window.compose(DraftContent())
    assert made is not None
    return made


@pytest.fixture
def rich(composer: Composer) -> Composer:
    composer.formats.form_action.trigger()
    assert composer.text.is_rich
    return composer


def typed(letter: LetterEdit, text: str) -> None:
    for char in text:
        if char == "\n":
            QTest.keyClick(letter, Qt.Key.Key_Return)
        else:
            QTest.keyClicks(letter, char)


def is_rich(letter: LetterEdit) -> bool:
    return letter.is_rich


def test_html_comes_back_as_it_was(composer: Composer) -> None:
    composer.text.show_content(DraftContent(html=HTML))
    assert composer.text.is_rich
    text, html = composer.text.letter()
    assert html == HTML
    assert text.splitlines() == [
        "Sortie", "Bonjour à tous,", "voici la liste :", "- bottes", "- pique-nique",
        "Urgent : le plan <https://exemple.invalid/a>", "6e A | 8 h", "> Avant",
    ]  # fmt: skip


def test_the_keys_format_what_is_written(rich: Composer) -> None:
    letter = rich.text
    letter.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    typed(letter, "Un ")
    QTest.keyClick(letter, Qt.Key.Key_B, control)
    assert rich.formats.bold.isChecked()
    typed(letter, "gras")
    QTest.keyClick(letter, Qt.Key.Key_B, control)
    QTest.keyClick(letter, Qt.Key.Key_I, control)
    typed(letter, " italique")
    assert letter.letter()[1] == "<p>Un <b>gras</b><i> italique</i></p>"
    QTest.keyClick(letter, Qt.Key.Key_A, control)
    QTest.keyClick(letter, Qt.Key.Key_Space, control)
    assert letter.letter()[1] == "<p>Un gras italique</p>"
    QTest.keyClick(letter, Qt.Key.Key_Z, control)
    assert "<b>gras</b>" in letter.letter()[1]


def test_lists_headings_and_quotes_end_with_enter(rich: Composer) -> None:
    letter = rich.text
    rich.formats.heading.trigger()
    typed(letter, "Titre\n")
    assert not rich.formats.heading.isChecked()
    rich.formats.bullets.trigger()
    typed(letter, "un\ndeux\n\n")
    rich.formats.numbers.trigger()
    typed(letter, "trois\n\n")
    rich.formats.quote.trigger()
    typed(letter, "dit\n\nfin")
    assert letter.letter()[1] == (
        "<h3>Titre</h3>\n<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n<ol>\n<li>trois</li>\n</ol>\n"
        "<blockquote>\n<p>dit</p>\n</blockquote>\n<p>fin</p>"
    )


def test_a_colour_and_a_link_by_hand(rich: Composer) -> None:
    letter = rich.text
    letter.insert_text("Voir ici")
    cursor = letter.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.PreviousWord, QTextCursor.MoveMode.KeepAnchor)
    letter.setTextCursor(cursor)
    rich.formats.link.trigger()
    (dialog,) = rich.findChildren(QInputDialog)
    dialog.setTextValue("javascript:alert(1)")
    dialog.accept()
    assert "href" not in letter.letter()[1]
    rich.formats.put_link("exemple.invalid/plan")
    letter.selectAll()
    rich.formats.set_colour(Colour.GREEN)
    html = letter.letter()[1]
    assert '<a href="https://exemple.invalid/plan">ici</a>' in html
    assert '<span style="color:#18753c">Voir </span>' in html
    QTest.keyClick(letter, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    letter.selectAll()
    rich.formats.set_colour(None)
    assert "color" not in letter.letter()[1]


def test_leaving_formatting_asks_only_when_something_is_lost(
    rich: Composer, settings: QSettings
) -> None:
    assert settings.value("composer/formatting") == "1"
    rich.text.insert_html("<p>Un <b>mot</b></p>")
    rich.formats.form_action.trigger()
    assert is_rich(rich.text)
    assert rich.formats.form_action.isChecked()
    (box,) = rich.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text() == "Retirer la mise en forme").click()
    assert not is_rich(rich.text)
    assert rich.text.letter() == ("Un mot", "")
    assert not rich.formats.isVisible()
    assert not rich.formats.bold.isEnabled()
    assert settings.value("composer/formatting") == "0"


def test_the_last_choice_is_that_of_the_next_letter(
    window: MainWindow, facade: Facade, rich: Composer
) -> None:
    made = window.compose(DraftContent())
    assert made is not None
    assert made.text.is_rich
    assert made.formats.isVisible()
    made.close()
    assert made.draft_id() is None  # nothing was written
    plain = next(one for one in window.mail.model.ids if not facade.show(one).html_safe)
    window.mail.view.select(plain)  # a quotation may keep the formatting of what it quotes
    window.actions_.reply.trigger()
    assert not window.writing.composers()[-1].text.is_rich


def test_a_formatted_letter_is_kept_and_sent_with_both_texts(
    rich: Composer, facade: Facade, window: MainWindow
) -> None:
    rich.to.show_addresses((Address("", "marc@exemple.invalid"),))
    rich.subject.setText("Sortie")
    rich.text.insert_html("<p>Rendez-vous à <b>8 h</b></p>")
    assert rich.save()
    draft = rich.draft_id()
    assert draft is not None
    rich.close()
    again = window.writing.open_draft(draft)
    assert again is not None
    assert again.text.is_rich
    assert again.text.letter() == ("Rendez-vous à 8 h", "<p>Rendez-vous à <b>8 h</b></p>")
    again.send_action.trigger()
    assert "Sortie" in [one.subject for one in facade.outbox()]


def test_pasted_html_is_cleaned_and_stays_plain_in_plain(composer: Composer) -> None:
    def pasted() -> QMimeData:
        data = QMimeData()
        data.setHtml(
            "<style>b{font-size:40px}</style><p onclick='x()'>De <b>Word</b><script>f()</script>"
            "<img src='https://piste.invalid/p.png' alt='plan'></p>"
        )
        data.setText("De Word")
        return data

    composer.text.insertFromMimeData(pasted())
    assert composer.text.letter() == ("De Word", "")
    composer.text.clear()
    composer.text.set_rich(True)
    composer.text.insertFromMimeData(pasted())
    assert composer.text.letter()[1] == "<p>De <b>Word</b>[plan]</p>"


def test_no_resource_is_ever_read(composer: Composer, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    assert composer.grab().save(str(picture))
    kind = QTextDocument.ResourceType.ImageResource.value
    for name in (picture.as_uri(), str(picture), "https://piste.invalid/p.png", "cid:x@y"):
        assert composer.text.loadResource(kind, QUrl(name)).isNull()
        assert composer.text.loadResource(kind, name).isNull()


def test_the_signature_is_exchanged_within_a_formatted_letter(
    window: MainWindow, facade: Facade
) -> None:
    (_, (own,)) = facade.letters.everyone()[0]
    facade.letters.save_identity(replace(own, signature=Signature("Claire")))
    composer = window.compose(DraftContent())
    assert composer is not None
    assert composer.text.toPlainText() == "\n\n-- \nClaire\n"
    composer.text.set_rich(True)
    mine = facade.letters.identity_of(own.account, None)
    other = replace(mine, signature=Signature("Le secrétariat", "<p><b>Le secrétariat</b></p>"))
    composer._on_identity(mine, other)
    text, html = composer.text.letter()
    assert text.strip("\n") == "-- \nLe secrétariat"
    assert '<div class="mel-signature">' in html
    assert "<b>Le secrétariat</b>" in html
    composer._on_identity(other, mine)
    assert composer.text.letter()[0].strip() == "-- \nClaire"
    composer._on_identity(mine, replace(mine, signature=Signature()))
    assert composer.text.letter()[0].strip() == ""


def test_a_signature_stands_above_what_is_quoted(composer: Composer) -> None:
    composer.text.show_content(
        DraftContent(
            html="<p>Oui</p><p>Le 3, Marc a écrit :</p><blockquote><p>Non</p></blockquote>"
        )
    )
    composer.text.replace_signature("-- \nClaire")
    assert composer.text.letter()[0].split("\n") == [
        "Oui", "", "-- ", "Claire", "", "Le 3, Marc a écrit :", "> Non",
    ]  # fmt: skip


def test_another_theme_changes_nothing_of_the_letter(composer: Composer, theme: Theme) -> None:
    composer.text.show_content(DraftContent(html=HTML))
    composer.state.setText("")
    theme.apply(DARK)
    assert composer.text.letter()[1] == HTML
    assert composer.state.text() == ""


def test_blanks_that_do_not_break_stay(composer: Composer) -> None:
    composer.text.show_content(DraftContent(text="Êtes-vous là\u00a0?"))
    assert composer.text.letter() == ("Êtes-vous là\u00a0?", "")


def test_the_quotation_is_removed_and_comes_back(window: MainWindow) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    window.actions_.reply.trigger()
    composer = window.writing.composers()[-1]
    before = composer.text.letter()[0]
    assert "> " in before
    composer.activateWindow()
    assert QTest.qWaitForWindowActive(composer)
    composer.text.setFocus()
    QTest.keyClicks(composer.text, "Merci")
    QTest.keyClick(composer.text, Qt.Key.Key_E, CONTROL_SHIFT)
    after = composer.text.letter()[0]
    assert ">" not in after
    assert "a écrit" not in after
    assert after.startswith("Merci")
    composer.text.undo()
    assert composer.text.letter()[0] == f"Merci{before}"


def test_what_was_written_between_quotes_stays(composer: Composer) -> None:
    composer.text.show_content(
        DraftContent(
            html="<p>Oui</p><p>Marc a écrit :</p><blockquote><p>Un</p></blockquote><p>Entre</p>"
            "<blockquote><ul><li>Deux</li></ul></blockquote>"
        )
    )
    assert composer.text.has_quotation()
    composer.unquote_action.trigger()
    assert not composer.text.has_quotation()
    assert composer.text.letter()[0].split() == ["Oui", "Entre"]
    composer.text.show_content(DraftContent(text="> a\n> b"))
    composer.unquote_action.trigger()
    assert composer.text.letter() == ("", "")


def test_an_answer_quotes_only_what_is_selected(window: MainWindow) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    browser = window.mail.reader.browser
    cursor = QTextCursor(browser.document().firstBlock())
    cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    browser.setTextCursor(cursor)
    word = cursor.selectedText()
    assert word
    window.actions_.reply.trigger()
    quoted = [
        line
        for line in window.writing.composers()[-1].text.letter()[0].splitlines()
        if line.startswith(">")
    ]
    assert quoted == [f"> {word}"]


def test_hostile_html_asks_for_nothing_and_opens_nothing(
    composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[str]()

    def noted(_self: LetterEdit, _kind: int, name: QUrl | str) -> QImage:
        asked.append(QUrl(name).toString())
        return QImage()

    monkeypatch.setattr(LetterEdit, "loadResource", noted)
    for vector in VECTORS:
        composer.text.show_content(DraftContent(html=vector))
        composer.text.document().size()
        composer.text.set_rich(True)
        composer.text.insert_html(vector)
        html = composer.text.letter()[1]
        composer.text.document().size()
        for risk in ("http", 'src="/', "file:", "javascript", "<script", " on", "url("):
            said = re.sub(r">[^<]*<", "><", re.sub(r'href="[^"]*"', "", html))
            assert risk not in said, vector
        assert all(one.startswith("cid:") for one in asked), vector
    assert asked  # pictures of the draft itself
