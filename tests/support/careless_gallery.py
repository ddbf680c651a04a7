"""A screen as it should not be: what judges of screens are tried on."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from tests.support import writing_gallery


class Scenes(writing_gallery.Scenes):
    """One screen."""

    def see_nameless(self) -> QWidget:
        careless = QWidget()
        careless.setWindowTitle("Sans nom")
        column = QVBoxLayout(careless)
        for words in ("", "Faire", "Faire"):
            column.addWidget(QPushButton(words))
        careless.show()
        return careless


SCENES = ("nameless",)
