"""Work that every change asks for, done as often as a person can see it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer


class Paced(QObject):
    """At once when it is asked for after a pause; while it is asked for again and again, once in
    ``gap_ms``, in a turn of its own of the event loop. The last asking is never lost.
    """

    def __init__(self, work: Callable[[], object], gap_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._gap_ms = gap_ms
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.now)

    def ask(self) -> None:
        """Soon."""
        if self._timer.isActive():
            return
        left = self._gap_ms - self._since.elapsed() if self._since.isValid() else 0
        if left > 0:
            self._timer.start(int(left))
        else:
            self.now()

    def now(self) -> None:
        """Do it, and what was asked for with it."""
        self._timer.stop()
        self._since.start()
        self._work()
