"""Files that ship beside the code and that the engine reads: the words of the search.

In a checkout they are in ``resources/``; in a wheel or an installed program in
``mel_desktop/_resources``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_octets(*names: str) -> bytes:
    """The octets of a shipped file. FileNotFoundError where it was left out."""
    return shipped_path(*names).read_bytes()


def shipped_path(*names: str) -> Path:
    """Where a shipped file or folder is, for libraries that open files themselves."""
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*names)
