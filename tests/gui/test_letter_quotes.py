"""In the window: formatted quotations, messages passed on as files, recipients dragged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app import letters
from mel_desktop.app.facade import Facade
from mel_desktop.formats.line_ends import to_crlf
from mel_desktop.model.identities import Signature
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.composer import Composer
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.recipient_token import RECIPIENT, Token, dragged, dropped
from mel_desktop.ui.recipients_edit import RecipientsEdit
from tests.unit.test_quoting import HTML, PNG, letter

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
MARC, EVE = Address("Marc", "marc@exemple.invalid"), Address("", "eve@exemple.invalid")


@pytest.fixture
def received(window: MainWindow, facade: Facade, tmp_path: Path, qtbot: QtBot) -> MessageId:
    """A formatted message with a picture, in a folder of this PC that is shown."""
    (tmp_path / "Recus").mkdir()
    for number in range(2):
        (tmp_path / "Recus" / f"{number}.eml").write_bytes(letter(HTML, number))
    done = facade.transfer.import_mail(tmp_path / "Recus", facade.accounts()[0].id)
    assert done.imported == 2
    folder = next(one for one in facade.folders() if one.local and one.total == 2)
    window._read_folders()
    window.mail.show_folder(folder)
    message = window.mail.model.ids[0]
    window.mail.view.select(message)
    qtbot.waitUntil(lambda: "pique-nique" in window.mail.reader.browser.toPlainText(), timeout=8000)
    return message


def newest(window: MainWindow, qtbot: QtBot) -> Composer:
    qtbot.waitUntil(lambda: bool(window.writing.composers()), timeout=8000)
    return window.writing.composers()[-1]


def test_an_answer_keeps_the_look_and_one_key_takes_it_out(
    window: MainWindow, facade: Facade, received: MessageId, qtbot: QtBot
) -> None:
    (_, (own,)) = facade.letters.everyone()[0]
    facade.letters.save_identity(replace(own, signature=Signature("Claire")))
    window.actions_.reply.trigger()
    composer = newest(window, qtbot)
    assert composer.text.is_rich
    text, html = composer.text.letter()
    assert "<b>à tous</b>" in html
    assert "<table>" in html
    assert "<img" not in html
    lines = text.splitlines()
    assert lines.index("Claire") < next(
        at for at, one in enumerate(lines) if one.endswith("a écrit :")
    )
    assert not composer.is_edited  # nobody wrote anything yet
    assert not composer.text.document().isUndoAvailable()
    composer.activateWindow()
    composer.text.setFocus()
    qtbot.waitUntil(composer.text.hasFocus, timeout=5000)
    QTest.keyClicks(composer.text, "Merci")
    QTest.keyClick(composer.text, Qt.Key.Key_E, CONTROL_SHIFT)
    assert not composer.text.has_quotation()
    left, html = composer.text.letter()
    assert [one for one in left.splitlines() if one.strip()] == ["Merci", "-- ", "Claire"]
    assert "<table>" not in html
    composer.text.undo()
    assert "<b>à tous</b>" in composer.text.letter()[1]
    assert "<table>" in composer.text.letter()[1]


def test_plain_text_is_quoted_with_signs_where_it_was_chosen(
    window: MainWindow, settings: QSettings, received: MessageId, qtbot: QtBot
) -> None:
    settings.setValue("composer/formatting", "0")
    window.actions_.reply.trigger()
    composer = newest(window, qtbot)
    assert not composer.text.is_rich
    assert "> - bottes" in composer.text.letter()[0].replace("> • ", "> - ")


def test_a_picture_goes_into_an_answer_when_it_is_selected(
    window: MainWindow, facade: Facade, received: MessageId, qtbot: QtBot
) -> None:
    facade.fetch_attachment(received, "2")
    window.mail.reader.refresh()
    browser = window.mail.reader.browser
    found = browser.document().find("Le plan")
    found.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    browser.setTextCursor(found)
    window.actions_.reply.trigger()
    composer = newest(window, qtbot)
    (shown,) = letters.pictures_in(composer.text.value())
    assert shown.content_id == "plan@x"
    assert composer.text.width_of("plan@x") == 1  # before there is a draft, from the message
    assert "Bonjour" not in composer.text.letter()[0]
    assert composer.save_new()
    draft = composer.draft_id()
    assert draft is not None
    assert facade.safety.picture(draft, "plan@x") == PNG
    assert [one.content_id for one in facade.draft(draft).attachments] == ["plan@x"]


def test_a_message_passed_on_shows_its_pictures(
    window: MainWindow, facade: Facade, received: MessageId, qtbot: QtBot
) -> None:
    window.actions_.forward.trigger()
    composer = newest(window, qtbot)
    assert composer.text.is_rich
    assert [one.content_id for one in letters.pictures_in(composer.text.value())] == ["plan@x"]
    assert composer.text.width_of("plan@x") == 1
    draft = composer.draft_id()
    assert draft is not None
    assert facade.draft(draft).forward == received
    assert not composer.files.cards
    composer.close()  # untouched: no draft stays
    assert draft not in [one.id for one in facade.drafts()]


def test_messages_are_passed_on_as_files(
    window: MainWindow, facade: Facade, received: MessageId, qtbot: QtBot
) -> None:
    window.mail.view.selectAll()
    qtbot.waitUntil(lambda: window.mail.view.selected_count() == 2, timeout=5000)
    assert window.actions_.forward_attached.isEnabled()
    assert window.actions_.forward_attached.shortcut().toString() == "Ctrl+Shift+X"
    window.actions_.forward_attached.trigger()
    composer = newest(window, qtbot)
    qtbot.waitUntil(lambda: len(composer.files.cards) == 2, timeout=8000)
    qtbot.waitUntil(lambda: not composer.attaching.is_busy(), timeout=8000)
    assert composer.subject.text() == "Fwd: 2 messages"
    draft = composer.draft_id()
    assert draft is not None
    files = facade.draft(draft).attachments
    assert {one.media_type for one in files} == {"message/rfc822"}
    assert {one.filename for one in files} == {"Sortie 0.eml", "Sortie 1.eml"}
    octets = {facade.safety.file_octets(draft, one.id) for one in files}
    assert octets == {to_crlf(letter(HTML, number)) for number in range(2)}


def test_a_message_that_is_not_here_is_said_and_nothing_opens(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    window.mail.view.select(window.mail.model.ids[0])
    window.actions_.forward_attached.trigger()  # offline
    qtbot.waitUntil(
        lambda: bool(window.notice.text) and "Récupération" not in window.notice.text, timeout=8000
    )
    assert window.writing.composers() == ()


# -- recipients dragged ----------------------------------------------------------------------------


@pytest.fixture
def composer(window: MainWindow) -> Composer:
    made = window.compose(DraftContent(to=(MARC, EVE), subject="x"))
    assert made is not None
    return made


def drop(field: RecipientsEdit, data: QMimeData) -> bool:
    place, action = QPoint(5, 5), Qt.DropAction.MoveAction
    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(place, action, data, buttons, none)
    QApplication.sendEvent(field, entered)
    if not entered.isAccepted():
        return False
    QApplication.sendEvent(field, QDropEvent(QPointF(place), action, data, buttons, none))
    return True


def test_a_recipient_is_dragged_to_another_field(composer: Composer, qtbot: QtBot) -> None:
    assert drop(composer.cc, dragged(MARC))
    qtbot.waitUntil(lambda: composer.cc.addresses() == (MARC,), timeout=5000)
    assert composer.to.addresses() == (EVE,)
    assert composer.is_edited
    assert drop(composer.bcc, dragged(MARC))
    qtbot.waitUntil(lambda: composer.bcc.addresses() == (MARC,), timeout=5000)
    assert composer.cc.addresses() == ()
    assert drop(composer.bcc, dragged(MARC))  # where it stands already
    qtbot.waitUntil(lambda: len(composer.bcc.findChildren(Token)) == 1, timeout=5000)
    assert composer.bcc.addresses() == (MARC,)


def test_the_mouse_begins_the_drag(composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Address | None] = []

    def noted(drag: QDrag, _action: Qt.DropAction) -> Qt.DropAction:
        begun.append(dropped(drag.mimeData()))
        return Qt.DropAction.MoveAction

    monkeypatch.setattr(QDrag, "exec", noted)
    token = composer.to.findChildren(Token)[0]
    QTest.mousePress(token, Qt.MouseButton.LeftButton, pos=QPoint(6, 6))
    QTest.mouseMove(token, QPoint(8, 6))
    assert begun == []  # a hand trembles
    QTest.mouseMove(token, QPoint(8, 60))
    assert begun == [MARC]


@pytest.mark.parametrize("octets", [b"", b"5", b"[]", b'["a"]', b"\xff", b"[" * 5000])
def test_what_another_program_drops_is_no_recipient(composer: Composer, octets: bytes) -> None:
    data = QMimeData()
    data.setData(RECIPIENT, octets)
    assert dropped(data) is None
    assert not drop(composer.cc, data)
    assert composer.cc.addresses() == ()
