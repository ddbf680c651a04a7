"""Says when nobody has touched the windows for long, and when the computer must have slept.

Keys, mouse, wheel, touch and pen are seen at the windows themselves (QWindow), composers and
dialogs included: a filter on the whole application would run Python for each event of each widget
and make painting late. Two clocks are read every few seconds: one that stands still while the
computer sleeps may not be the only judge. The key of the lock is heard here as well, for Qt mutes
the shortcuts of a window while a dialog stands before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QGuiApplication, QKeyEvent

LOOK_MS: Final = 5_000
LOCK_KEY: Final = QKeyCombination(Qt.Key.Key_F12)  # as the action in ui.actions has it
JUMP_S: Final = 60.0  # more than a busy window ever needs for one turn
_T = QEvent.Type
TOUCHES: Final = frozenset(
    (
        *(_T.KeyPress, _T.MouseButtonPress, _T.MouseButtonRelease, _T.MouseMove, _T.Wheel),
        *(_T.TouchBegin, _T.TouchUpdate, _T.TabletPress, _T.TabletMove, _T.InputMethod),
    )
)


class IdleWatch(QObject):
    """Watches while it is started."""

    idle = Signal()
    lock_pressed = Signal()
    slept = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(parent)
        self._steady, self._wall = steady, wall
        self._allowed_s = 0.0
        self._touched = (steady(), wall())
        self._looked = self._touched
        self._pointer = QPoint()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._find_windows)

    def start(self, minutes: int) -> None:
        """Begin, or begin anew; 0: never idle."""
        self._allowed_s = minutes * 60.0
        self.touch()
        self._looked = self._touched
        self._find_windows()
        self._timer.start()

    def stop(self) -> None:
        """Say nothing any more."""
        self._timer.stop()

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = (self._steady(), self._wall())

    def look(self) -> None:
        """Compare the clocks."""
        now = (self._steady(), self._wall())
        before, self._looked = self._looked, now
        self._find_windows()
        pointer = QCursor.pos()
        over_ours = QGuiApplication.topLevelAt(pointer) is not None
        moved, self._pointer = over_ours and pointer != self._pointer, pointer
        if max(now[0] - before[0], now[1] - before[1]) > JUMP_S:
            self.slept.emit()
            return
        if moved:
            self.touch()
        elif self._allowed_s and now[0] - self._touched[0] >= self._allowed_s:
            self.idle.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note what a person does; nothing is taken away."""
        if event.type() in TOUCHES:
            self._touched = (self._steady(), self._wall())
            if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
                return self._hear(event)
        return False

    def _hear(self, event: QKeyEvent) -> bool:
        wanted = event.keyCombination() == LOCK_KEY and self._timer.isActive()
        if wanted:
            self.lock_pressed.emit()
        return wanted

    def _find_windows(self, _: object = None) -> None:
        for window in QGuiApplication.allWindows():
            window.installEventFilter(self)  # once more changes nothing: the first is replaced
