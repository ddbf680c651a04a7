"""Paths of folders: what may be one, what lies below another, where a rename puts it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal

MOST_OCTETS: Final = 200  # of one name: file systems of servers take 255, some in UTF-7
_WILD: Final = frozenset("*%")  # LIST reads them as patterns (RFC 3501 6.3.8)


def check_path(path: str, delimiter: str) -> str:
    """The path as it is sent. LocalRefusal(USAGE) when the server could not keep such a name."""
    names = path.split(delimiter) if delimiter else [path]
    for name in names:
        if not name.strip():
            raise LocalRefusal(ErrorCode.USAGE, why="folder-name-empty")
        if name != name.strip():
            raise LocalRefusal(ErrorCode.USAGE, why="folder-name-spaces")
        if _WILD & set(name) or any(unicodedata.category(one) in _UNFIT for one in name):
            raise LocalRefusal(ErrorCode.USAGE, why="folder-name-characters")
        if len(name.encode("utf-8")) > MOST_OCTETS:
            raise LocalRefusal(ErrorCode.USAGE, why="folder-name-long")
    return delimiter.join(unicodedata.normalize("NFC", name) for name in names)


_UNFIT: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_within(path: str, folder: str, delimiter: str) -> bool:
    """Whether it is this folder or lies below it."""
    return path == folder or (bool(delimiter) and path.startswith(folder + delimiter))


def renamed(path: str, source: str, target: str, delimiter: str) -> str:
    """The path once ``source`` with all below it is called ``target``."""
    return target + path[len(source) :] if is_within(path, source, delimiter) else path


def after(path: str, renames: Iterable[tuple[str, str]], delimiter: str) -> str:
    """The path after these renames, oldest first."""
    for source, target in renames:
        path = renamed(path, source, target, delimiter)
    return path


def prefix(paths: Sequence[str], delimiter: str) -> str:
    """``INBOX.`` where the server keeps every folder of a person below the inbox, else ""."""
    others = [one for one in paths if one.upper() != "INBOX"]
    head = f"INBOX{delimiter}"
    return head if delimiter and others and all(one.startswith(head) for one in others) else ""
