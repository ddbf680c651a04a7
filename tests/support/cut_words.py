"""Which words of a window do not have the room they need, as it is shown now."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


def cut_words(root: QWidget) -> Iterator[str]:
    """Labels and buttons whose text is larger than they are."""
    for label in root.findChildren(QLabel):
        if not label.isVisibleTo(root) or not label.text():
            continue
        needed = label.sizeHint()
        if label.wordWrap():
            if label.heightForWidth(label.width()) > label.height():
                yield f"{label.text()!r}: {label.height()} pixels high"
        elif needed.width() > label.width() or needed.height() > label.height():
            yield f"{label.text()!r}: {label.width()}x{label.height()}"
    for button in root.findChildren(QAbstractButton):
        if not button.isVisibleTo(root) or not button.text():
            continue
        if button.sizeHint().width() > button.width():
            yield f"{button.text()!r}: {button.width()} of {button.sizeHint().width()}"
