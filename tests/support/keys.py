"""Which keys of a window mean two things at once, as Qt would find them ambiguous.

Qt tells nobody: it moves the focus from one control to the other, or does nothing at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QGroupBox,
    QLabel,
    QMenu,
    QMenuBar,
    QTabBar,
    QWidget,
)

C = Qt.ShortcutContext


@dataclass(frozen=True)
class Use:
    """One meaning of a key, and where it works."""

    key: str
    name: str
    place: QWidget
    context: C

    def meets(self, other: Use) -> bool:
        """Whether both work where the focus may be."""
        return self._reaches(other) or other._reaches(self)

    def _reaches(self, other: Use) -> bool:
        if self.context in (C.WindowShortcut, C.ApplicationShortcut):
            return True
        mine, theirs = self.place, other.place
        if self.context is C.WidgetWithChildrenShortcut:
            return mine is theirs or mine.isAncestorOf(theirs)
        return mine is theirs


def ambiguous(window: QWidget) -> list[str]:
    """Keys and mnemonics that mean two things in ``window`` as it is shown now."""
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for use in uses(window):
        found[use.key].append(use)
    wrong = []
    for key, those in found.items():
        pairs = ((one, two) for n, one in enumerate(those) for two in those[n + 1 :])
        wrong += [f"{key}: {one.name} | {two.name}" for one, two in pairs if one.meets(two)]
    return wrong


def double_mnemonics(menu: QMenu | QMenuBar) -> list[str]:
    """Entries of one menu, or of one below it, that share their letter."""
    wrong: list[str] = []
    taken: dict[str, str] = {}
    for action in menu.actions():
        if not action.isVisible() or action.isSeparator():
            continue
        key = QKeySequence.mnemonic(action.text()).toString()
        if key and key in taken:
            wrong.append(f"{key}: {taken[key]} | {action.text()}")
        elif key:
            taken[key] = action.text()
        below = action.menu()
        if isinstance(below, QMenu):
            wrong += double_mnemonics(below)
    return wrong


def uses(window: QWidget) -> Iterator[Use]:
    """Every key that works in ``window`` now."""
    yield from _actions(window)
    for shortcut in window.findChildren(QShortcut):
        place = shortcut.parent()
        if isinstance(place, QWidget) and _works(place, window) and shortcut.isEnabled():
            keys = shortcut.keys()
            for key in keys:
                yield Use(key.toString(), f"key in {_name(place)}", place, shortcut.context())
    for widget in (window, *window.findChildren(QWidget)):
        if _works(widget, window):
            for text in _texts(widget):
                key = QKeySequence.mnemonic(text)
                if not key.isEmpty():
                    yield Use(key.toString(), text, widget, C.WindowShortcut)
            if isinstance(widget, QAbstractButton):
                own = widget.shortcut()
                if not own.isEmpty() and own != QKeySequence.mnemonic(widget.text()):
                    yield Use(own.toString(), widget.text(), widget, C.WindowShortcut)


def _actions(window: QWidget) -> Iterator[Use]:
    seen: set[int] = set()
    for place in (window, *window.findChildren(QWidget)):
        if isinstance(place, QMenu) or not _works(place, window):
            continue
        for action in place.actions():
            if not isinstance(action, QAction) or not action.isEnabled() or id(action) in seen:
                continue
            if not action.isVisible():
                continue
            seen.add(id(action))
            for key in action.shortcuts():
                yield Use(key.toString(), action.text(), place, action.shortcutContext())


def _texts(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLabel):
        yield widget.text() if widget.buddy() is not None else ""
    elif isinstance(widget, QGroupBox):
        yield widget.title()
    elif isinstance(widget, QTabBar):
        yield from (widget.tabText(n) for n in range(widget.count()))
    elif isinstance(widget, QMenuBar):
        yield from (one.text() for one in widget.actions() if one.isVisible())


def _works(widget: QWidget, window: QWidget) -> bool:
    is_here = widget is window or (widget.window() is window and widget.isVisibleTo(window))
    return is_here and widget.isEnabled()


def _name(widget: QWidget) -> str:
    return widget.accessibleName() or type(widget).__name__
