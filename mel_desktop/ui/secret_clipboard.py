"""Secrets on the clipboard: marked as such, and taken off again.

Clipboard histories are asked to look away: Windows by formats of its own ("Clipboard formats" of
its documentation), KDE by a hint that other managers honour too. What is kept here to compare is a
digest, never the secret.
"""

from __future__ import annotations

import hashlib
from typing import Final

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

CLEAR_AFTER_MS: Final = 30_000
KDE_HINT: Final = "x-kde-passwordManagerHint"
_WINDOWS: Final = 'application/x-qt-windows-mime;value="{}"'
NO_MONITOR: Final = _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing")
NO_HISTORY: Final = _WINDOWS.format("CanIncludeInClipboardHistory")
NO_CLOUD: Final = _WINDOWS.format("CanUploadToCloudClipboard")


class SecretClipboard(QObject):
    """Puts one secret at a time on the clipboard, for half a minute."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._digest = b""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CLEAR_AFTER_MS)
        self._timer.timeout.connect(self.clear)

    def copy(self, secret: str) -> None:
        """For the next half minute, or until the lock."""
        data = QMimeData()
        data.setText(secret)
        data.setData(KDE_HINT, b"secret")
        for name in (NO_MONITOR, NO_HISTORY, NO_CLOUD):
            data.setData(name, bytes(4))
        self.watch(secret)
        QGuiApplication.clipboard().setMimeData(data)
        self._timer.start()

    def watch(self, secret: str) -> None:
        """Know a secret that is on screen, which a person may select or copy in other ways."""
        self._digest = _digest(secret)

    def clear(self) -> None:
        """Take the secret off, unless something else took its place."""
        self._timer.stop()
        clipboard = QGuiApplication.clipboard()
        modes = [QClipboard.Mode.Clipboard]
        if clipboard.supportsSelection():
            modes.append(QClipboard.Mode.Selection)
        for mode in modes:
            if self._digest and _digest(clipboard.text(mode)) == self._digest:
                clipboard.clear(mode)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.strip().encode()).digest()
