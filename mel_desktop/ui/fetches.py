"""Parts of messages on their way: how far each is, how long it takes yet, and how it is stopped.

A fetch goes on while other messages are read. What came before it was stopped is kept by the
store: asking again goes on there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import field

from PySide6.QtCore import QObject, Signal

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.model.mail import MessageId
from mel_desktop.model.values import dataclass
from mel_desktop.ui.bridge import Bridge

Key = tuple[MessageId, str]  # a message and its part


@dataclass(slots=True)
class Fetch:
    """One part. Written on the main thread only, apart from ``stopped``."""

    expected: int
    done: int = 0
    began_at: int = 0  # octets that were here when it began
    since: float = field(default_factory=time.monotonic)
    stopped: threading.Event = field(default_factory=threading.Event)
    running: bool = True
    heard: bool = False  # of its progress

    def seconds_left(self) -> float | None:
        """By how fast it went so far; None before that can be told."""
        took = time.monotonic() - self.since
        came = self.done - self.began_at
        if came <= 0 or took < 0.5:
            return None
        return max(0.0, (self.expected - self.done) * took / came)


class Fetches(QObject):
    """All fetches of the window."""

    moved = Signal(object)  # Key: it went on, ended or was stopped

    def __init__(self, facade: Facade, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._facade = facade
        self._bridge = bridge
        self._all: dict[Key, Fetch] = {}

    def of(self, key: Key) -> Fetch | None:
        """The fetch of a part: running, or stopped on its way; None else."""
        return self._all.get(key)

    def start(
        self,
        key: Key,
        expected: int,
        *,
        done: Callable[[], None],
        failed: Callable[[MelError], None],
    ) -> None:
        """Fetch a part, or go on with it. Nothing happens while it runs already."""
        before = self._all.get(key)
        if before is not None and before.running:
            return
        fetch = Fetch(max(expected, 1), done=0 if before is None else before.done)
        fetch.began_at = fetch.done
        self._all[key] = fetch

        def progress(octets: int, total: int) -> None:  # on an engine thread
            self._bridge.post(lambda: self._on_progress(key, fetch, octets, total))
            if fetch.stopped.is_set():
                raise Cancelled

        def ended() -> None:
            if self._all.get(key) is fetch:
                del self._all[key]
                self.moved.emit(key)

        def on_done(_: None) -> None:
            ended()
            done()

        def on_failed(error: MelError) -> None:
            if self._all.get(key) is not fetch:  # stopped, and perhaps begun anew
                return
            fetch.running = False  # what came is kept
            self.moved.emit(key)
            failed(error)

        self.moved.emit(key)
        self._bridge.run(
            self,
            lambda: self._facade.fetch_attachment(key[0], key[1], progress),
            done=on_done,
            failed=on_failed,
        )

    def stop(self, key: Key) -> None:
        """Stop it after the slice that is on its way; what came is kept."""
        fetch = self._all.get(key)
        if fetch is not None and fetch.running:
            fetch.stopped.set()
            fetch.running = False
            self.moved.emit(key)

    def _on_progress(self, key: Key, fetch: Fetch, octets: int, total: int) -> None:
        if self._all.get(key) is not fetch:
            return
        if not fetch.heard:  # the first word tells what an earlier try left, or the first slice
            fetch.heard, fetch.began_at, fetch.since = True, octets, time.monotonic()
        fetch.done, fetch.expected = octets, max(total, 1)
        self.moved.emit(key)
