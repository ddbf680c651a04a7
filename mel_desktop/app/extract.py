"""Entries of the processes of our own that a frozen program starts from itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mel_desktop.system import extraction, pac


def _extract() -> int:
    from mel_desktop.system.extraction_worker import main  # noqa: PLC0415 for that process only

    return main()


def _run_script() -> int:
    from mel_desktop.system.pac_worker import main  # noqa: PLC0415 for that process only

    return main()


WORKERS: Final[dict[str, Callable[[], int]]] = {
    extraction.FLAG: _extract,  # takes text out of documents
    pac.FLAG: _run_script,  # runs a proxy script
}
