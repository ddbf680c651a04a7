"""Every control has a name, every command a text and a key, and colours can be told apart."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.links import Brake
from mel_desktop.model.mail import Marks, Role
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.ui.brake_dialog import BrakeDialog
from mel_desktop.ui.dialogs import MoveDialog, PasswordDialog
from mel_desktop.ui.folder_dialogs import FolderNameDialog
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.ldap_dialog import LdapDialog
from mel_desktop.ui.line_dialog import LineDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.plan_dialog import PlanDialog
from mel_desktop.ui.search_dialogs import SearchHelp, SearchNameDialog
from mel_desktop.ui.settings_dialog import SettingsDialog
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.table_pane import TableModel
from mel_desktop.ui.theme import DARK_TONES, LIGHT_TONES, Theme, Tones
from tests.access.contrast import contrast, pairs

BRAKES = (
    Brake(1, 1, "Classes/6e A", 812, 1200, False),
    Brake(1, 2, "Projets", 90, 90, True),
)
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)


def nameless(root: QWidget) -> Iterator[str]:
    for widget in root.findChildren(QWidget):
        inner = widget.parentWidget()
        above = None if inner is None else inner.parentWidget()
        part_of_another = (
            isinstance(inner, (QComboBox, QAbstractSpinBox, QLineEdit, QHeaderView))
            or isinstance(widget, QHeaderView)
            or isinstance(above, QComboBox)  # the list that drops down speaks for its box
        )
        if not isinstance(widget, CONTROLS) or part_of_another or widget.isHidden():
            continue
        if widget.objectName().startswith("qt_") or type(widget).__name__ == "QComboBoxListView":
            continue
        named = widget.accessibleName() or (
            isinstance(widget, QAbstractButton) and (widget.text() or widget.toolTip())
        )
        if not named:
            yield f"{type(widget).__name__} {widget.objectName()} in {type(inner).__name__}"


def test_every_control_of_the_window_has_a_name(window: MainWindow, facade: Facade) -> None:
    window.mail.view.select(
        next(one for one in window.mail.model.ids if facade.show(one).attachments)
    )
    for place in (None, Place.DRAFTS, Place.OUTBOX, Place.JOURNAL, Place.DIRECTORY):
        if place is not None:
            window.tree.choose(place)
    for typed in ("oberlin", "4B", "assistance rennes"):
        window.directory.query.setText(typed)
        window.directory.search()
        assert list(nameless(window)) == []


def test_every_control_of_the_dialogs_has_a_name(window: MainWindow, facade: Facade) -> None:
    composer = window.compose(DraftContent())
    assert composer is not None
    wizard = window.add_account()
    shown = [
        composer,
        wizard,
        MoveDialog(facade.folders(), window.theme, window),
        PasswordDialog(facade.accounts()[0], "", window),
        SettingsDialog(window.settings, window.theme, window),
        LdapDialog(facade, window.bridge, window.theme, window),
        MoveDialog(facade.folders(), window.theme, window, copied=True),
        LineDialog(facade, window.theme, facade.accounts(), window),
        BrakeDialog(BRAKES, window.theme, window),
        PlanDialog(facade.accounts()[0].email, window),
        FolderNameDialog(facade.folders(), None, None, window),
        FolderNameDialog(facade.folders(), facade.folders()[-1], None, window),
        window.storage_desk.open(),
        SearchNameDialog("Sorties", "sortie", [], renamed=False, parent=window),
        SearchHelp(window),
        window.settings_desk.open_policies(),
        window.people.open_class(),
        window.people.open_learned(),
        window.people.edit(None),
    ]
    assert [name for one in shown for name in nameless(one)] == []
    for one in shown:
        for box in one.findChildren(QDialogButtonBox):
            assert all(button.text() for button in box.buttons())
    wizard.reject()


def test_dialogs_fit_a_small_screen_and_cut_no_words(window: MainWindow, facade: Facade) -> None:
    """200 % at 1366x768 leaves 683x384; what is longer scrolls."""
    account = facade.accounts()[0]
    shown = (
        LineDialog(facade, window.theme, facade.accounts(), window),
        BrakeDialog(BRAKES, window.theme, window),
        BrakeDialog(BRAKES[:1], window.theme, window),
        PlanDialog(account.email, window),
        LdapDialog(facade, window.bridge, window.theme, window),
        FolderNameDialog(facade.folders(), None, None, window),
        window.storage_desk.open(),
        SearchNameDialog("Sorties", "sortie", ["Sorties"], renamed=True, parent=window),
        SearchHelp(window),
        window.settings_desk.open_policies(),
        window.people.open_class(),
        window.people.open_learned(),
        window.people.edit(None),
    )
    for dialog in shown:
        least = dialog.minimumSizeHint()
        assert least.width() <= 683, dialog
        assert least.height() <= 384, dialog
        dialog.show()
        for label in dialog.findChildren(QLabel):
            if label.isVisible() and label.wordWrap() and label.text():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
        for button in dialog.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                needed = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
                assert button.width() >= needed, button.text()
        dialog.close()


def test_every_action_has_text_and_its_own_key(window: MainWindow) -> None:
    keys: dict[str, str] = {}
    for action in window.actions_.all():
        assert action.text().strip()
        assert action.toolTip()
        key = action.shortcut().toString(QKeySequence.SequenceFormat.PortableText)
        assert key, action.text()
        assert key not in keys, (action.text(), keys.get(key))
        keys[key] = action.text()
        assert action.isCheckable() or action.receivers("2triggered(bool)") > 0, action.text()


def test_no_key_is_taken_from_a_screen_reader(window: MainWindow) -> None:
    """Insert and Caps Lock are theirs, Ctrl+Alt with N (starts NVDA) or an arrow too (a cell of a
    table), the logo key is the desktop's, AltGr+E writes €; and no letter, figure or sign alone:
    who speaks to the computer would press it by a word (11.2.1.4)."""
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    arrows = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
    with_both = {Qt.Key.Key_N, Qt.Key.Key_E, *arrows, *range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)}
    for action in window.actions_.all():
        for key in action.shortcuts():
            words = key.toString(QKeySequence.SequenceFormat.PortableText)
            pressed = key[0]
            assert pressed.key() not in {Qt.Key.Key_Insert, Qt.Key.Key_CapsLock}, words
            held = pressed.keyboardModifiers()
            assert not held & Qt.KeyboardModifier.MetaModifier, words
            assert held & both != both or pressed.key() not in with_both, words
            assert held & both or pressed.key() >= Qt.Key.Key_Escape, words


def test_a_notice_is_announced(
    window: MainWindow, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []

    def hear(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            told.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    notice = Notice(theme, window)
    notice.say("Rien n’attend.")
    notice.say("Le disque est plein.", Tone.DANGER)
    level = QAccessible.AnnouncementPoliteness
    assert told == [("Rien n’attend.", level.Polite), ("Le disque est plein.", level.Assertive)]


@pytest.mark.parametrize("kind", [QComboBox, NamedBox])
def test_a_box_says_what_it_is_for(kind: type[QComboBox], qtbot: QtBot) -> None:
    """Qt on Linux tells the value of a box as its name, and its accessible name nowhere."""
    box = kind()
    qtbot.addWidget(box)
    box.addItem("Tous")
    box.setAccessibleName("Changements montrés")
    box.setAccessibleDescription("Un filtre")
    assert box.accessibleName() == "Changements montrés"
    said = "Changements montrés. " if kind is NamedBox and sys.platform.startswith("linux") else ""
    assert box.accessibleDescription() == f"{said}Un filtre"


def test_counts_of_the_tree_and_empty_cells_are_spoken(window: MainWindow) -> None:
    model = window.tree.folder_model()
    inbox = next(one for one in window._facade.folders() if one.role is Role.INBOX)
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert f"{inbox.unread} non lus" in str(model.index_of(inbox.id).data(spoken)).replace(
        "\xa0", " "
    )
    table: TableModel[str] = TableModel((("Nom", str), ("Lieu", lambda _: "")), str)
    table.show(("Léa",))
    assert [table.index(0, column).data(spoken) for column in (0, 1)] == ["Léa", "vide"]


def test_menus_hold_every_action(window: MainWindow) -> None:
    in_menus = {
        entry
        for menu in window.menuBar().actions()
        for entry in (menu.menu().actions() if menu.menu() else ())  # type: ignore[attr-defined]
    }
    assert set(window.actions_.all()) <= in_menus


def test_messages_are_spoken(window: MainWindow) -> None:
    rows = [window.mail.model.row_at(place) for place in range(30)]
    place, row = next(
        (place, row)
        for place, row in enumerate(rows)
        if row is not None and not row.flags.marks & Marks.SEEN
    )
    spoken = window.mail.model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert row.subject in spoken
    assert "non lu" in spoken


@pytest.mark.parametrize("tones", [LIGHT_TONES, DARK_TONES], ids=["light", "dark"])
def test_contrast(tones: Tones) -> None:
    for ink, ground, least in pairs(tones):
        assert contrast(ink, ground) >= least, (ink, ground)
