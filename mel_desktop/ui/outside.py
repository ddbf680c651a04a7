"""How the desktop is asked to open a file in another program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_outside(path: Path) -> bool:
    """Have the desktop open a file or a folder."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
