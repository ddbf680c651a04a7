"""Paths as text that the store, a screen and JSON can take.

Names on old disks are octets of another encoding (Latin-1 of old Linux and zip tools); Python hands
them over with lone surrogates, which no database and no screen takes.
"""

from __future__ import annotations

import os


def as_key(path: str) -> str:
    """The same text for the same path, another one for any other: what tells files apart."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def as_told(path: str) -> str:
    """What a person reads: names that are no UTF-8 are read as Windows-1252."""
    return "/".join(_readable(one) for one in path.split("/"))


def _readable(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("cp1252", "replace")
    return name
