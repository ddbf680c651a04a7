"""Qt itself, fed with every vector: it asks for nothing but pictures of the message."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from mel_desktop.logic.html_layout import Paper, drawable
from mel_desktop.logic.sanitize import sanitize
from tests.support.html_attacks import VECTORS

DARK = Paper(True, "#1e1e1e", "#e6e6e6", "#8ab4f8")


class Watched(QTextDocument):
    """Answers nothing, notes what is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def loadResource(self, kind: int, url: QUrl) -> object:  # noqa: N802 Qt's name
        self.asked.append(url.toString())
        return QImage()


def asked_for(html: str) -> list[str]:
    document = Watched()
    document.setHtml(html)
    document.setTextWidth(400)
    document.size()
    return document.asked


@pytest.mark.usefixtures("qtbot")
def test_qt_asks_when_it_is_fed_raw() -> None:
    assert any(url.startswith("http") for vector in VECTORS for url in asked_for(vector))


def test_qt_asks_for_nothing_else(qtbot: QtBot) -> None:
    del qtbot
    for vector in VECTORS:
        safe = sanitize(vector).html
        for html in (safe, drawable(safe), drawable(safe, DARK)):
            for url in asked_for(html):
                assert url.startswith(("cid:", "data:image/")), vector
