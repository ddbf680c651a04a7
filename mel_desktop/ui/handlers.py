"""Which program opens mailto: addresses and .eml files here. Looked at only, never changed.

Linux: ``xdg-mime query default`` (freedesktop.org, xdg-utils). Windows: the choice of the person in
the registry (HKCU). Registering is the installers' part.
"""

from __future__ import annotations

import sys
from enum import Enum
from typing import Final

import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QObject,
    QProcess,
    QSettings,
    QStandardPaths,
    QTimer,
    Signal,
)

OURS: Final = "mel-desktop"
KINDS: Final = {"mailto": "x-scheme-handler/mailto", "eml": "message/rfc822"}
_WINDOWS: Final = {
    "mailto": r"HKEY_CURRENT_USER\Software\Microsoft\Windows\Shell\Associations"
    r"\UrlAssociations\mailto\UserChoice",
    "eml": r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Explorer"
    r"\FileExts\.eml\UserChoice",
}


class HandlerState(Enum):
    """Whose it is."""

    OURS = "ours"
    OTHER = "other"
    UNKNOWN = "unknown"


def state_of(name: str) -> HandlerState:
    """Of the name of a desktop file or of a ProgID."""
    if not name.strip():
        return HandlerState.UNKNOWN
    folded = name.strip().lower().replace(" ", "-")
    is_ours = folded.startswith((OURS, "meldesktop"))
    return HandlerState.OURS if is_ours else HandlerState.OTHER


class Handlers(QObject):
    """Looks, and tells; nothing waits for it."""

    told = Signal(str, object)  # "mailto" | "eml", HandlerState

    def look(self) -> None:
        """Each kind is told once, a moment later."""
        QTimer.singleShot(0, self, self._look)

    def _look(self) -> None:
        for kind, media in KINDS.items():
            if sys.platform == "win32":
                store = QSettings(_WINDOWS[kind], QSettings.Format.NativeFormat)
                self.told.emit(kind, state_of(str(store.value("ProgId", ""))))
                continue
            program = QStandardPaths.findExecutable("xdg-mime")
            if not program:
                self.told.emit(kind, HandlerState.UNKNOWN)
                continue
            self._ask(program, kind, media)

    def _ask(self, program: str, kind: str, media: str) -> None:
        process = QProcess(QCoreApplication.instance())  # it may outlive a dialog that is closed

        def ended() -> None:
            if shiboken6.isValid(process) and shiboken6.isValid(self):
                said = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
                self.told.emit(kind, state_of(said))
                process.deleteLater()

        process.finished.connect(ended)
        process.start(program, ["query", "default", media])
