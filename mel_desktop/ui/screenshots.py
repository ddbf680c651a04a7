"""Pictures of a window for the demo, the tests and the README."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from mel_desktop.model.errors import ErrorCode, StoreTrouble


def grab(window: QWidget, path: Path) -> Path:
    """Save what ``window`` shows now as a PNG. StoreTrouble(NOT_WRITABLE)."""
    if not window.grab().save(str(path), "PNG"):
        raise StoreTrouble(ErrorCode.NOT_WRITABLE)
    return path
