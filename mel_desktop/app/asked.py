"""What another program asks of this one: write to an address, or open a message file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mel_desktop.logic.mailto import MOST_OCTETS, Asked, is_mailto, read_mailto

ENDING: Final = ".eml"
MOST_PATH: Final = 4096

__all__ = ("Asked", "file_of", "is_request", "of_argument", "read_mailto")


def of_argument(argument: str) -> str:
    """A lone argument as a request: an address, or the absolute path of a file that is there.

    "" for anything else.
    """
    if is_mailto(argument):
        return argument if is_request(argument) else ""
    if not argument.lower().endswith(ENDING) or len(argument) > MOST_PATH:
        return ""
    try:
        path = Path(argument).absolute()
        return str(path) if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def is_request(text: str) -> bool:
    """Whether it could be one; what comes from another process is looked at again."""
    if is_mailto(text):
        return len(text) <= MOST_OCTETS
    return text.lower().endswith(ENDING) and len(text) <= MOST_PATH and Path(text).is_absolute()


def file_of(request: str) -> Path | None:
    """The file that is to be opened; None: it is an address to write to."""
    return None if is_mailto(request) else Path(request)
