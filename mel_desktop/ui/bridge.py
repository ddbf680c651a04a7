"""The one crossing from engine threads to the window.

Listeners of the facade are called on other threads. Here their values become signals of the main
thread: changes gathered for 50 ms (150 while they keep coming) and merged, the state of accounts at
its latest value. Network methods of the facade are started here and nowhere else in ui, so that the
window never waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Changes, Status
from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.ui.errand import Errand

T = TypeVar("T")

GATHER_MS: Final = 50
BURST_MS: Final = 150  # between two lots of changes while they keep coming


class Bridge(QObject):
    """Signals of one open profile, all emitted on the main thread."""

    changed = Signal(object)  # Changes
    status_changed = Signal(object)  # Status
    _posted = Signal(object)

    def __init__(self, facade: Facade, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facade = facade
        self._guard = threading.Lock()
        self._changes: Changes | None = None
        self._status: Status | None = None
        self._open = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._flush)
        self._gather_ms = GATHER_MS
        self._since = QElapsedTimer()
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._undo = (facade.listen(self._on_changes), facade.listen_status(self._on_status))

    def close(self) -> None:
        """Stop listening; what arrives later is dropped."""
        with self._guard:
            if not self._open:
                return
            self._open = False
        for undo in self._undo:
            undo()
        self._timer.stop()

    def ease(self, took_ms: int) -> None:
        """Gather longer when looking at a change takes long, so that painting comes first."""
        self._gather_ms = min(1000, max(GATHER_MS, took_ms * 4))

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[MelError], None],
        local: bool = False,
        patient: bool = False,
    ) -> None:
        """Do ``work`` on an engine thread, then call back here, unless ``owner`` is gone.

        ``local``: it waits for no network, and must not wait behind what does. Cancelled work
        calls nobody back. ``patient``: it waits for a person, and nothing must wait behind it.
        """
        start = self._facade.finding.aside if local else self._facade.in_background
        if patient:
            start = self._facade.sign_in.patiently

        errand = Errand(owner, work, done, failed)
        try:
            start(errand).add_done_callback(errand.ending(self.post))
        except Cancelled:
            return
        except MelError as error:
            failed(error)

    def post(self, call: Callable[[], None]) -> None:
        """Have ``call`` made on the main thread, soon. Any thread may ask."""
        with self._guard:
            if self._open:
                self._posted.emit(call)

    # -- engine threads ------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        with self._guard:
            waiting = self._changes
            self._changes = changes if waiting is None else waiting.merged(changes)
            first = waiting is None
        if first:
            self.post(self._gather)

    def _on_status(self, status: Status) -> None:
        with self._guard:
            first = self._status is None
            self._status = status
        if first:
            self.post(self._flush_status)

    # -- main thread ---------------------------------------------------------------------------

    def _deliver(self, call: Callable[[], None]) -> None:
        if self._open:
            call()

    def _gather(self) -> None:
        left = BURST_MS - self._since.elapsed() if self._since.isValid() else 0
        self._timer.start(max(self._gather_ms, left))

    def _flush(self) -> None:
        self._since.start()
        with self._guard:
            changes, self._changes = self._changes, None
        if changes is not None:
            self.changed.emit(changes)

    def _flush_status(self) -> None:
        with self._guard:
            status, self._status = self._status, None
        if status is not None:
            self.status_changed.emit(status)
