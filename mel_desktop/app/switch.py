"""Whether the program may open sockets: asked by everything that would."""

from __future__ import annotations

import threading


class Switch:
    """The offline switch of one open profile."""

    def __init__(self, *, offline: bool) -> None:
        self._offline = threading.Event()
        self.set(offline=offline)

    def is_offline(self) -> bool:
        """True: no socket is opened."""
        return self._offline.is_set()

    def set(self, *, offline: bool) -> None:
        """Turn it."""
        if offline:
            self._offline.set()
        else:
            self._offline.clear()
