"""Data of the servers in the window: what is in force, and a signed file from a stick."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTreeWidget
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.app.server_data import RULES, Providers
from mel_desktop.services.signed_data import SignedData
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.data_dialog import DataDialog
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.theme import DARK, LIGHT, Theme
from mel_desktop.ui.wizard import AccountWizard
from tests.gui.test_accessibility import nameless
from tests.support.signing import LATER, TestKey, table

KEY = TestKey()
NEW_NAME = (b'name = "Lyon"', b'name = "Lyon (nouveau)"')
PICTURES = os.environ.get("MEL_PICTURES", "")


@pytest.fixture
def signing(facade: Facade) -> Facade:
    """The profile trusts the key of the tests."""
    signed = SignedData(facade._services.database, RULES, [KEY.public])
    data = facade._services.server_data
    facade._services.server_data = replace(data, signed=signed, providers=Providers(signed))
    return facade


@pytest.fixture
def dialog(signing: Facade, theme: Theme, qtbot: QtBot) -> DataDialog:
    made = DataDialog(signing, theme, None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.open()
    return made


def names(tree: QTreeWidget) -> list[str]:
    return [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]


def test_what_is_in_force_and_how_sure_it_is(dialog: DataDialog, theme: Theme) -> None:
    assert names(dialog.data) == [
        "Messageries", "Vacances scolaires", "Limites d’envoi", "Services à qui s’adresser"
    ]  # fmt: skip
    assert {dialog.data.topLevelItem(n).text(2) for n in range(4)} == {"livré avec le logiciel"}
    assert len(names(dialog.facts)) == 33
    lyon = dialog.facts.topLevelItem(names(dialog.facts).index("Lyon"))
    legacy = lyon.child(0)
    rows = [(legacy.child(n).text(0), legacy.child(n).text(1), legacy.child(n).text(2))
            for n in range(legacy.childCount())]  # fmt: skip
    sending = next(row for row in rows if row[0] == "Envoi (SMTP)")
    assert sending[1] == "smtps.ac-lyon.fr:587 STARTTLS"
    assert sending[2].startswith("indiqué — Configuration")
    assert next(row for row in rows if row[0] == "Réception (IMAP)")[2].startswith("deviné")
    for branch in (lyon, legacy):
        branch.setExpanded(True)
    dialog.facts.setCurrentItem(lyon)
    dialog.facts.scrollToItem(lyon)
    if PICTURES:
        for tones, word in ((DARK, "dark"), (LIGHT, "light")):
            theme.apply(tones)
            QApplication.processEvents()
            grab(dialog, Path(PICTURES) / f"data-{word}.png")


def test_a_file_from_a_stick(dialog: DataDialog, tmp_path: Path) -> None:
    stick = tmp_path / "messageries.meldata"
    stick.write_bytes(KEY.providers(changes=[NEW_NAME]))
    dialog.take_file(stick)
    assert "Messageries" in dialog.notice.text
    assert "Lyon (nouveau)" in names(dialog.facts)
    assert dialog.data.topLevelItem(0).text(2) == "fichier de mise à jour"
    dialog.take_file(stick)
    assert "aussi récentes" in dialog.notice.text
    stick.write_bytes(TestKey().providers(LATER + 1))
    dialog.take_file(stick)
    assert "signature" in dialog.notice.text
    stick.write_bytes(table())
    dialog.take_file(stick)
    assert "n’est pas une mise à jour" in dialog.notice.text
    dialog.take_file(tmp_path / "absent")
    assert dialog.notice.text
    assert "Lyon (nouveau)" in names(dialog.facts)


def test_the_wizard_knows_the_new_table_at_once(
    dialog: DataDialog, signing: Facade, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    stick = tmp_path / "x.meldata"
    moved = (b'host = "smtps.ac-lyon.fr", port = 587', b'host = "envoi.ac-lyon.fr", port = 587')
    stick.write_bytes(KEY.providers(changes=[moved]))
    dialog.take_file(stick)
    known = signing.discovery.table().by_id("ac-lyon")
    assert known is not None
    assert known.profiles[0].smtp[0].value.host == "envoi.ac-lyon.fr"


def test_it_is_reached_by_keyboard_named_and_fits(window: MainWindow, qtbot: QtBot) -> None:
    action = window.actions_.server_data
    assert action.shortcut().toString() == "Ctrl+Shift+F7"
    assert any(action in menu.actions() for menu in window.menuBar().findChildren(type(
        window.menuBar().actions()[0].menu())))  # fmt: skip
    action.trigger()
    made = window.findChild(DataDialog)
    assert isinstance(made, DataDialog)
    assert list(nameless(made)) == []
    least = made.minimumSizeHint()
    assert (least.width() <= 683, least.height() <= 384) == (True, True), least
    made.reject()


def test_the_wizard_fits_a_small_screen(facade: Facade, theme: Theme, qtbot: QtBot) -> None:
    """200 % at 1366x768 leaves 683x384; what is longer scrolls."""
    bridge = Bridge(facade)
    wizard = AccountWizard(facade, bridge, theme, None)
    wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(wizard)
    wizard.open()
    assert list(nameless(wizard)) == []
    wizard.email.setText("zoe.roux@ac-reunion.fr")
    least = wizard.minimumSizeHint()
    assert (least.width() <= 683, least.height() <= 384) == (True, True), least
    wizard.reject()
    bridge.close()
