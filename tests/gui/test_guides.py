"""The teacher's guide in the window, and the paths that guides and help name in its menus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from mel_desktop.ui.help_desk import GUIDE, KEYS, PAGES, HelpWindow, read_page
from mel_desktop.ui.main_window import MainWindow
from tests.support import guides
from tests.support.guides import ENGLISH, FRENCH, Guide


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> HelpWindow:
    window.actions_.guide.trigger()
    found = window.extras.help._shown
    assert found is not None
    return found


def test_the_menu_opens_the_guide(window: MainWindow, shown: HelpWindow) -> None:
    (menu,) = (
        one.menu() for one in window.menuBar().actions() if guides.plain(one.text()) == "Aide"
    )
    assert window.actions_.guide in menu.actions()  # type: ignore[attr-defined]
    assert shown.page() == GUIDE
    assert "Le poste de la salle des professeurs" in shown.browser.toPlainText()


def test_its_list_of_contents_leads_to_the_headings(shown: HelpWindow) -> None:
    anchors = [anchor for file, anchor in Guide(FRENCH[0]).links() if not file]
    assert len(anchors) >= 5
    places = []
    for anchor in anchors:
        shown.browser.anchorClicked.emit(QUrl(f"#{anchor}"))
        places.append(shown.browser.verticalScrollBar().value())
    # The last heading may be too near the end to stand at the top.
    assert places[:-1] == sorted(set(places[:-1]))
    assert places[-1] >= places[-2]
    assert places[0] > 0
    shown._on_link(QUrl("#nulle-part"))
    assert shown.browser.verticalScrollBar().value() == places[-1]


@pytest.mark.parametrize("spoken", ["fr", "en"])
def test_every_link_of_the_help_leads_to_a_page(shown: HelpWindow, spoken: str) -> None:
    for name in PAGES:
        guide = Guide(_file(name, spoken))
        assert read_page(name, spoken).text == guide.text
        for file, _ in guide.links():
            if not file:
                continue
            other = KEYS if name == GUIDE else GUIDE
            shown.show_page(other)
            shown._on_link(QUrl(file))
            assert shown.page() != other or _file(other, spoken).endswith(file[6:]), (name, file)


def _file(name: str, spoken: str) -> str:
    if name == GUIDE:
        return (FRENCH if spoken == "fr" else ENGLISH)[0]
    if name == "accessibility":
        return "accessibility.fr.md" if spoken == "fr" else "accessibility.md"
    return f"help/{spoken}/{name}.md"


def test_paths_are_those_of_the_menus(window: MainWindow) -> None:
    """A command that went to another menu: its guides have to follow."""
    menus = {
        guides.plain(top.text()): {
            guides.plain(one.text())
            for one in top.menu().actions()  # type: ignore[attr-defined]
        }
        for top in window.menuBar().actions()
    }
    french = {
        guides.plain(source): guides.plain(forms[0])
        for context, source, forms in guides.translated()
        if context in ("Menus", "Actions")
    }
    told = 0
    for name in (*FRENCH, *ENGLISH):
        for path in Guide(name).window_words():
            steps = path if name in FRENCH else tuple(french.get(one, one) for one in path)
            if steps[0] in menus and len(steps) > 1:
                assert steps[1] in menus[steps[0]], (name, path)
                told += 1
    assert told > 40
