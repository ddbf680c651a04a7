"""Work off the main thread while no vault is open, with its end told on the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from mel_desktop.app.side_lane import SideLane
from mel_desktop.model.errors import MelError
from mel_desktop.ui.errand import Errand

T = TypeVar("T")


class SideWork(QObject):
    """Bridge has an open profile; this has none."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = SideLane()
        self._posted.connect(lambda call: call(), Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[MelError], None],
    ) -> None:
        """Do ``work`` after what was asked before; call back here, unless ``owner`` is gone."""
        errand = Errand(owner, work, done, failed)
        self._lane.run(errand).add_done_callback(errand.ending(self._posted.emit))

    def close(self) -> None:
        """Wait for the end of all that was asked."""
        self._lane.close()
