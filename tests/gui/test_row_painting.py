"""What painting a screen of rows asks for: as little as can be, as it is done with each scroll."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.message_delegate import MessageDelegate
from mel_desktop.ui.message_list import MessageListModel, MessageRole
from mel_desktop.ui.row_dress import NARROWEST, Dress, Face


def counted(monkeypatch: pytest.MonkeyPatch, of: type, name: str) -> list[Any]:
    """The last argument of each call of a method from now on."""
    calls: list[Any] = []
    inner = getattr(of, name)

    def called(self: Any, *given: Any) -> Any:
        calls.append(given[-1] if given else None)
        return inner(self, *given)

    monkeypatch.setattr(of, name, called)
    return calls


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
