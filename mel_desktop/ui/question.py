"""A question before something is done: never awaited, plain text only, the careful answer ahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from mel_desktop.model.values import dataclass
from mel_desktop.ui.icons import drawing

ICON_PX: Final = 32
_DRAWINGS: Final = {
    QMessageBox.Icon.Question: "question",
    QMessageBox.Icon.Warning: "warning",
    QMessageBox.Icon.Information: "info",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and what its two buttons say; ``more`` stands below in small."""

    title: str
    text: str
    yes: str
    no: str
    more: str = ""
    destroys: bool = True  # what yes does cannot be taken back: a warning
    yes_ahead: bool = False  # Enter means yes


def ask(window: QWidget, question: Question, do: Callable[[], object]) -> QMessageBox:
    """Open the question; ``do`` runs on yes."""
    icon, role = QMessageBox.Icon.Question, QMessageBox.ButtonRole.AcceptRole
    if question.destroys:
        icon, role = QMessageBox.Icon.Warning, QMessageBox.ButtonRole.DestructiveRole
    box = plain_box(window, icon, question.title, question.text, question.more)
    yes = box.addButton(question.yes, role)
    no = box.addButton(question.no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(yes if question.yes_ahead else no)
    yes.clicked.connect(lambda: do())
    box.open()
    return box


def plain_box(
    window: QWidget, icon: QMessageBox.Icon, title: str, text: str, more: str = ""
) -> QMessageBox:
    """A box without buttons yet, that goes when it is closed; words of strangers are no markup."""
    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    ratio, ink = window.devicePixelRatioF(), box.palette().windowText().color()
    drawn = drawing(_DRAWINGS[icon], ink, round(ICON_PX * ratio))  # the style's are of a kind apart
    drawn.setDevicePixelRatio(ratio)
    box.setIconPixmap(drawn)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    return box
