"""The settings of the window: an INI file in clear, that whoever can write the folder can forge.

PySide keeps Python objects in an INI as pickles and makes them again when they are read: a forged
line would run code. So only plain values and octets (``@ByteArray``, geometry) are let in.
"""

from __future__ import annotations

import re
from logging import getLogger
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSettings

from mel_desktop.model.patterns import late

logger = getLogger("mel.window")

MOST_OCTETS: Final = 256 * 1024
# No "@" and no escape: such a value can be nothing but text, numbers or a list of them.
_PLAIN: Final = late(rb'[^@\\"]*|"[^@\\"]*"')
_OCTETS: Final = late(
    rb'@ByteArray\((?:[^",;\\]|\\.)*\)|"@ByteArray\((?:[^"\\]|\\.)*\)"', re.DOTALL
)


def open_settings(path: Path) -> QSettings:
    """The settings of a file; lines that are more than plain values are taken out first."""
    try:
        octets = path.read_bytes() if path.exists() else b""
        kept = plain_lines(octets)
        if kept != octets:
            logger.warning("settings of the window that are no plain values were left out")
            path.write_bytes(kept)
    except OSError:
        logger.warning("the settings of the window cannot be read")
        return QSettings()
    return QSettings(str(path), QSettings.Format.IniFormat)


def plain_lines(octets: bytes) -> bytes:
    """Only what can be read without making objects."""
    if len(octets) > MOST_OCTETS:
        return b""
    return b"".join(line for line in octets.splitlines(keepends=True) if _is_plain(line))


def _is_plain(line: bytes) -> bool:
    text = line.strip()
    if not text or text.startswith((b"[", b";", b"#")):
        return True
    value = text.partition(b"=")[2].strip()
    return bool(_PLAIN.fullmatch(value) or _OCTETS.fullmatch(value))
