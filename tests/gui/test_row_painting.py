"""What painting a screen of rows asks for: as little as can be, as it is done with each scroll."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mel_desktop.app.facade import Facade
from mel_desktop.model.mail import Flags, Marks
from mel_desktop.ui import listing
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_delegate import MessageDelegate
from mel_desktop.ui.message_list import MessageListModel, MessageRole
from mel_desktop.ui.row_dress import NARROWEST, Dress, Face
from tests.gui.test_lists_kept import PATIENCE, receive


def counted(monkeypatch: pytest.MonkeyPatch, of: type, name: str) -> list[Any]:
    """The last argument of each call of a method from now on."""
    calls: list[Any] = []
    inner = getattr(of, name)

    def called(self: Any, *given: Any) -> Any:
        calls.append(given[-1] if given else None)
        return inner(self, *given)

    monkeypatch.setattr(of, name, called)
    return calls


def settle(painted: list[Any]) -> None:
    """Until no painting follows upon another."""
    while True:
        painted.clear()
        for _ in range(3):
            QApplication.processEvents()
        if not painted:
            return


def test_rows_are_painted_from_the_model_without_asking_role_by_role(
    request: pytest.FixtureRequest, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each ``index.data`` is a way through C++ and back, a fifth of the painting of a row."""
    painted = counted(monkeypatch, MessageDelegate, "paint")  # before Qt has looked them up
    asked = counted(monkeypatch, MessageListModel, "data")
    window: MainWindow = request.getfixturevalue("window")
    view = window.mail.view
    view.viewport().update()
    qtbot.waitUntil(lambda: bool(painted))
    painted.clear()
    asked.clear()
    view.viewport().repaint()
    assert len(painted) > 3
    assert not [one for one in asked if one in list(MessageRole)]


def test_fonts_and_measures_are_made_once(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for another size of letters."""
    made = counted(monkeypatch, Dress, "__init__")
    view = window.mail.view
    window.mail.delegate.dress(view.font())
    made.clear()
    for _ in range(3):
        view.viewport().repaint()
    assert made == []
    larger = QFont(view.font())
    larger.setPointSizeF(larger.pointSizeF() * 1.5)
    before = window.mail.delegate.dress(view.font()).bold.height
    assert window.mail.delegate.dress(larger).bold.height > before
    assert len(made) == 1


def test_a_row_painted_again_is_not_fitted_again(window: MainWindow) -> None:
    """As when a line below comes or the pointer goes over it."""
    view = window.mail.view
    view.viewport().repaint()
    face = window.mail.delegate.dress(view.font()).plain
    before = face.fitted.cache_info()
    assert before.misses > 3
    view.viewport().repaint()
    after = face.fitted.cache_info()
    assert after.hits > before.hits
    assert after.misses == before.misses


@pytest.mark.usefixtures("qapp")
def test_one_line_is_fitted_to_its_room() -> None:
    """Short: as it is. Long: cut with an ellipsis, however long. Breaks are spaces."""
    face = Face(QFont())
    assert face.fitted("Bonjour", 400) == ("Bonjour", face.width("Bonjour"))
    assert face.fitted("un\ndeux\u2028trois\tquatre", 400)[0] == "un deux trois quatre"
    assert face.fitted("sans\N{NO-BREAK SPACE}coupure", 400)[0] == "sans\N{NO-BREAK SPACE}coupure"
    shown, width = face.fitted("m" * 100_000, 200)
    assert shown.endswith("…")
    assert 150 < width <= 200
    thin = face.fitted("\N{ZERO WIDTH SPACE}" * 1000, 200)[0]
    assert len(thin) <= 200 // NARROWEST + 1
    assert thin.endswith("…")


@pytest.mark.usefixtures("qapp")
def test_a_line_ends_at_the_right_where_it_is_asked_to() -> None:
    """The date: its last letter at the edge, nothing at the left."""
    image = QImage(200, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    width = Face(QFont()).paint(painter, QRect(0, 0, 200, 20), "HHH", QColor("black"), right=True)
    painter.end()
    dark = [x for x in range(200) for y in range(20) if QColor(image.pixel(x, y)).lightness() < 128]
    assert min(dark) >= 200 - width
    assert max(dark) > 200 - width // 2


def test_rows_that_were_never_read_are_not_painted_again(
    window: MainWindow, facade: Facade
) -> None:
    """Of a message that is in no row that was ever in sight nothing is to be seen."""
    model = window.mail.model
    told: list[int] = []
    model.all_changed.connect(lambda: told.append(1))
    model.dataChanged.connect(lambda *_: told.append(2))
    shown = model.ids[0]
    assert model.row_at(0) is not None
    model.refresh(frozenset({1 << 50}))
    assert told == []
    facade.flag([shown], Flags(Marks.FLAGGED), Flags())
    model.refresh(frozenset({int(shown), 1 << 50}))
    assert told == [2]
    row = model.row_at(0)
    assert row is not None
    assert row.flags.marks & Marks.FLAGGED, "it is read again"


def test_what_comes_above_is_not_painted(
    request: pytest.FixtureRequest, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in sight stays, to the pixel; what comes into sight is painted."""
    monkeypatch.setattr(listing, "LARGE", 3)
    monkeypatch.setattr(listing, "FIRST", 4)
    monkeypatch.setattr(listing, "QUIET_MS", 10_000_000)
    painted = counted(monkeypatch, MessageDelegate, "paint")
    window: MainWindow = request.getfixturevalue("window")
    facade: Facade = request.getfixturevalue("facade")
    inbox = facade.find_folder("inbox").id
    window.tree.choose(facade.find_folder("archive").id)
    window.tree.choose(inbox)
    view, model = window.mail.view, window.mail.model
    qtbot.waitUntil(lambda: not window.mail.listing.is_partial, timeout=PATIENCE)
    view.scrollTo(model.index(60, 0), view.ScrollHint.PositionAtTop)
    settle(painted)
    before = view.viewport().grab().toImage()
    painted.clear()
    news = receive(facade, inbox, 7, after=1 << 41)
    qtbot.waitUntil(lambda: news[0] in model.ids, timeout=PATIENCE)
    QApplication.processEvents()
    QApplication.processEvents()
    assert painted == []
    assert view.viewport().grab().toImage() == before
    assert view.viewport().updatesEnabled()
    view.verticalScrollBar().setValue(0)
    painted.clear()
    news = receive(facade, inbox, 2, after=1 << 42)
    qtbot.waitUntil(lambda: news[0] in model.ids and bool(painted), timeout=PATIENCE)


def test_what_comes_in_sight_is_painted(
    request: pytest.FixtureRequest, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late mail of an older date, for one."""
    monkeypatch.setattr(listing, "LARGE", 3)
    monkeypatch.setattr(listing, "QUIET_MS", 10_000_000)
    painted = counted(monkeypatch, MessageDelegate, "paint")
    window: MainWindow = request.getfixturevalue("window")
    facade: Facade = request.getfixturevalue("facade")
    view, model = window.mail.view, window.mail.model
    view.scrollTo(model.index(60, 0), view.ScrollHint.PositionAtTop)
    settle(painted)
    (late,) = receive(facade, facade.find_folder("inbox").id, 1, after=model.ids[63] - 63)
    qtbot.waitUntil(lambda: late in model.ids and bool(painted), timeout=PATIENCE)
    assert model.place(late) == 63
