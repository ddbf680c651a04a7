"""Operators in the search box: offered while their first letters are typed, chips once complete."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.search_field import SearchField
from mel_desktop.ui.search_operators import MEANING, SPELLING

WAIT_MS = 30_000


def type_(window: MainWindow, text: str) -> None:
    """Key by key; QTest knows no accents."""
    window.search_field.setFocus()
    for one in text:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, one)
        QCoreApplication.sendEvent(window.search_field, event)


def operators(field: SearchField) -> list[str]:
    return [chip.operator for chip in field.chips()]


def offered(field: SearchField) -> list[str]:
    rows = field.operators
    if not rows.isVisible():
        return []
    return [str(rows.item(row).data(SPELLING)) for row in range(rows.count())]


def settle(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        window.search()


def test_a_complete_operator_becomes_a_chip_and_still_counts(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    field = window.search_field
    type_(window, "conseil objet:réunion")
    assert operators(field) == []  # still being typed
    type_(window, " ")
    assert operators(field) == ["objet:réunion"]
    assert field.text() == "conseil "
    assert field.query() == "objet:réunion conseil "
    type_(window, "avant:2030-01-01 ")
    type_(window, "class")
    assert operators(field) == ["objet:réunion", "avant:2030-01-01"]
    assert field.text() == "conseil class"
    settle(window, qtbot)
    whole = "conseil objet:réunion avant:2030-01-01 class"
    assert window.mail.model.ids == facade.finding.search(whole, limit=1000).ids
    assert window.mail.query() == "objet:réunion avant:2030-01-01 conseil class"
    first, second = field.chips()
    assert first.isVisible()
    assert first.geometry().right() < second.geometry().left()
    assert second.geometry().right() < field.cursorRect().left()
    assert first.accessibleName() == "Condition objet:réunion"
    assert first.cross.accessibleName() == "Retirer objet:réunion"
    assert "objet:réunion" in field.accessibleDescription()


def test_only_what_can_be_read_apart_is_a_chip(window: MainWindow) -> None:
    field = window.search_field
    for typed in ("avant:hierr ", "(objet:a) ", "mot objet:a OU musée ", "musée OU objet:a "):
        field.clear()
        type_(window, typed)
        assert (operators(field), field.text()) == ([], typed)
    for typed, chip in (("objet: conseil ", "objet:conseil"), ("-from:x ", "-from:x")):
        field.clear()
        type_(window, typed)
        assert (operators(field), field.text().strip()) == ([chip], "")


def test_chips_go_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    field = window.search_field
    kept = window.mail.model.ids
    type_(window, "de:a à:b objet:c pj:d ")
    assert operators(field) == ["de:a", "à:b", "objet:c", "pj:d"]
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    assert window.focusWidget() is field.chips()[0]
    qtbot.keyClick(field.chips()[0], Qt.Key.Key_Tab)
    assert window.focusWidget() is field.chips()[1]
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert operators(field) == ["de:a", "à:b", "objet:c"]
    qtbot.keyClick(field, Qt.Key.Key_Left)
    third = field.chips()[2]
    assert window.focusWidget() is third
    qtbot.keyClick(third, Qt.Key.Key_Left)
    qtbot.keyClick(field.chips()[1], Qt.Key.Key_Delete)
    assert operators(field) == ["de:a", "objet:c"]
    assert window.focusWidget() is field.chips()[1]
    qtbot.keyClick(field.chips()[1], Qt.Key.Key_Return)  # to be changed
    assert operators(field) == ["de:a"]
    assert field.text() == "objet:c"
    assert field.hasFocus()
    type_(window, "lasse ")
    assert operators(field) == ["de:a", "objet:classe"]
    qtbot.keyClick(field, Qt.Key.Key_Left)
    qtbot.keyClick(field.chips()[1], Qt.Key.Key_Right)
    assert field.hasFocus()
    qtbot.keyClick(field, Qt.Key.Key_Left)
    QTest.keyClick(field.chips()[1], "m")  # typing goes on among the words
    assert field.text() == "m"
    assert field.hasFocus()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: not window.mail.is_search(), timeout=WAIT_MS)
    assert window.mail.model.ids == kept  # Delete and Backspace meant no message


def test_chips_go_by_mouse(window: MainWindow, qtbot: QtBot) -> None:
    field = window.search_field
    type_(window, "objet:conseil réunion")
    settle(window, qtbot)
    (chip,) = field.chips()
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        qtbot.mouseClick(chip.cross, Qt.MouseButton.LeftButton)
    assert operators(field) == []
    assert window.mail.query() == "réunion"
    type_(window, " objet:a ")
    clear = field.findChild(QAction, "_q_qlineeditclearaction")
    assert isinstance(clear, QAction)
    type_(window, "x")
    button = next(one for one in field.findChildren(QToolButton) if clear in one.actions())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (operators(field), field.query()) == ([], "")


def test_operators_are_offered_in_both_languages(window: MainWindow, qtbot: QtBot) -> None:
    field = window.search_field
    type_(window, "ob")
    assert offered(field) == ["objet:"]
    type_(window, "j")
    rows = field.operators
    assert rows.item(0).data(MEANING) == "dans l’objet seulement · subject:"
    assert rows.item(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("objet: dans l’objet")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert rows.hasFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert (field.text(), field.hasFocus(), rows.isVisible()) == ("objet:", True, False)
    type_(window, "conseil sub")
    assert operators(field) == ["objet:conseil"]
    assert offered(field) == ["subject:"]
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert offered(field) == []
    assert field.query() == "objet:conseil sub"  # Escape closed the list alone
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    type_(window, "à")
    assert "à:" in offered(field)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    type_(window, "-est")
    assert offered(field) == ["-est:non-lu", "-est:suivi", "-est:"]
    assert rows.geometry().bottom() < window.height()
    area = rows.visualItemRect(rows.item(1)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=area)
    assert operators(field) == ["objet:conseil", "-est:suivi"]  # whole at once


def test_down_and_return_still_lead_on(window: MainWindow, qtbot: QtBot) -> None:
    field = window.search_field
    type_(window, "de")
    assert "de:" in offered(field)
    with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert offered(field) == []
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert window.focusWidget() is window.mail.view
    type_(window, "s")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    field.operators.hide()
    type_(window, " obj")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    rows = field.operators
    QTest.keyClick(rows, "e")  # typing goes on in the box
    assert field.text().endswith(" obje")
    assert field.hasFocus()
    window.mail.view.setFocus()
    assert not rows.isVisible()


def test_where_there_is_no_room_chips_are_words(window: MainWindow) -> None:
    field = window.search_field
    type_(window, "de:aaaaaaaa à:bbbbbbbb objet:cccccccc ")
    assert len(operators(field)) == 3
    before = sorted(field.query().split())
    window.resize(683, 384)
    assert sorted(field.query().split()) == before
    assert all(chip.geometry().right() < field.width() for chip in field.chips())
    assert window.minimumSizeHint().width() <= 683


def test_results_leave_the_keyboard_in_the_box(window: MainWindow, qtbot: QtBot) -> None:
    for width, height in ((683, 384), (1366, 768)):
        window.resize(width, height)
        window.search_field.clear()
        with qtbot.waitSignal(window.search_desk.settled, timeout=WAIT_MS):
            type_(window, "conseil de")
        assert window.search_field.hasFocus()
        assert window.search_field.operators.isVisible()


def test_a_saved_search_comes_back_as_chips(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    field = window.search_field
    type_(window, "est:suivi objet:conseil ")
    settle(window, qtbot)
    dialog = window.searching.save()
    assert dialog is not None
    dialog.name.setText("Suivis")
    dialog.accept()
    (saved,) = facade.finding.saved()
    assert saved.query == "est:suivi objet:conseil"
    qtbot.waitUntil(lambda: operators(field) == ["est:suivi", "objet:conseil"], timeout=WAIT_MS)
    dialog_help = window.search_desk.open_help()
    dialog_help.example_chosen.emit("a:pj")
    assert field.query().split() == ["est:suivi", "objet:conseil", "a:pj"]
    dialog_help.close()
    window.end_search()
    assert operators(field) == []


def test_attachments_still_to_be_read_are_told_until_they_are(
    window: MainWindow, facade: Facade, qtbot: QtBot
) -> None:
    strip = window.mail.strip
    number = facade.attachments.unread()
    assert number > 0
    type_(window, "conseil ")
    settle(window, qtbot)
    qtbot.waitUntil(lambda: strip.parts.unread.isVisible(), timeout=WAIT_MS)
    words = "pièces jointes restent" if number > 1 else "pièce jointe reste"
    assert strip.parts.unread.text() == f"{number} {words} à lire."
    assert not strip.parts.server.isVisible()  # the server is no help with them
    facade.attachments.read()
    qtbot.waitUntil(lambda: not strip.parts.unread.isVisible(), timeout=WAIT_MS)
    assert facade.attachments.unread() == 0
