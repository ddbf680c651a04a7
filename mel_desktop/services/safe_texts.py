"""Sanitised HTML of the messages looked at last: a message is opened, answered, looked at again.

Rule: memory only, and bounded; the key is the HTML itself, so nothing can grow stale.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from mel_desktop.logic.sanitize import SafeHtml, sanitize

MOST: Final = 16
MOST_CHARS: Final = 8_000_000


class SafeTexts:
    """Any thread may ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, bool], SafeHtml] = OrderedDict()
        self._chars = 0
        self._guard = threading.Lock()

    def of(self, html: str, *, keep_remote: bool = False) -> SafeHtml:
        """The safe form; see logic.sanitize."""
        key = (html, keep_remote)
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = sanitize(html, keep_remote=keep_remote)
        with self._guard:
            if key not in self._kept:
                self._kept[key] = made
                self._chars += len(html) + len(made.html)
            while len(self._kept) > MOST or self._chars > MOST_CHARS:
                (old, _), safe = self._kept.popitem(last=False)
                self._chars -= len(old) + len(safe.html)
        return made
