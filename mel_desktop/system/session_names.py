"""Whose session of the PC this is: the names that accounts by policy may use. Never raises."""

from __future__ import annotations

import getpass
import os
import sys

from mel_desktop.model.policy import SessionNames

if sys.platform == "win32":
    import ctypes
else:
    import pwd

NAME_DISPLAY = 3  # EXTENDED_NAME_FORMAT of GetUserNameExW
NAME_USER_PRINCIPAL = 8
MOST_LETTERS = 512


def session_names() -> SessionNames:
    """As far as the system says."""
    try:
        username = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name for this user
        username = ""
    return SessionNames(username, _upn(), _full_name())


if sys.platform == "win32":

    def _extended(form: int) -> str:
        buffer = ctypes.create_unicode_buffer(MOST_LETTERS)
        size = ctypes.c_ulong(MOST_LETTERS)
        secur32 = ctypes.WinDLL("secur32")
        return buffer.value if secur32.GetUserNameExW(form, buffer, ctypes.byref(size)) else ""

    def _upn() -> str:
        return _extended(NAME_USER_PRINCIPAL)

    def _full_name() -> str:
        return _extended(NAME_DISPLAY)

else:

    def _upn() -> str:
        """Of a session that a directory opened with it (SSSD with full names)."""
        name = os.environ.get("USER", "")
        return name if "@" in name else ""

    def _full_name() -> str:
        try:
            return pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0].strip()
        except (KeyError, OSError):
            return ""
