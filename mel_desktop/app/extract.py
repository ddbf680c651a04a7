"""Entry of the process that takes text out of documents, in a frozen program."""

from __future__ import annotations

from mel_desktop.system.extraction import FLAG
from mel_desktop.system.extraction_worker import main

__all__ = ["FLAG", "main"]
