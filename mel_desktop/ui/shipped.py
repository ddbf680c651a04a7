"""Where the files that ship beside the code are: icons and translations.

In a checkout they are in ``resources/``; in a wheel or an installed program in
``mel_desktop/_resources``.
"""

from __future__ import annotations

from pathlib import Path

import mel_desktop

_PACKAGE = Path(mel_desktop.__file__).parent


def shipped(*names: str) -> Path:
    """The path of a shipped file or folder; it may not exist."""
    installed = _PACKAGE / "_resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*names)
