"""Sanitised HTML of the messages looked at last: a message is opened, answered, looked at again.

Rule: memory only, and bounded; the key is the HTML itself, so nothing can grow stale.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from mel_desktop.logic import remote_images
from mel_desktop.logic.remote_images import RemoteHtml

MOST: Final = 16
MOST_CHARS: Final = 8_000_000
SHEETS: Final = 150_000  # characters at the beginning in which style sheets may stand


def clip(html: str, most: int) -> str:
    """The first characters of a long HTML body, style sheets of its head not counted; all of it
    where little would be left out.
    """
    styles = html.lower().rfind("</style>", 0, SHEETS) if len(html) > most else -1
    start = max(0, styles)
    if len(html) - start <= 2 * most:
        return html
    cut = html.rfind("<", start + most // 2, start + most)
    return html[: cut if cut > 0 else start + most]


class SafeTexts:
    """Any thread may ask."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, RemoteHtml] = OrderedDict()
        self._chars = 0
        self._guard = threading.Lock()

    def of(self, html: str) -> RemoteHtml:
        """The safe form, and what it would fetch."""
        with self._guard:
            found = self._kept.get(html)
            if found is not None:
                self._kept.move_to_end(html)
                return found
        made = remote_images.read(html)
        with self._guard:
            if html not in self._kept:
                self._kept[html] = made
                self._chars += _size(html, made)
            while len(self._kept) > MOST or self._chars > MOST_CHARS:
                old, gone = self._kept.popitem(last=False)
                self._chars -= _size(old, gone)
        return made


def _size(html: str, made: RemoteHtml) -> int:
    return len(html) + len(made.safe.html) + len(made.numbered)
