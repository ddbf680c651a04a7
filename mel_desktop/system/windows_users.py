"""Whose profiles are on a Windows PC, for whoever removes the program for all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final, cast

from mel_desktop.system.policy_registry import KEY_READ, KEY_WOW64_64KEY, WinRegistry

if sys.platform == "win32":
    import winreg

PROFILES: Final = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
IMAGE: Final = "ProfileImagePath"
MOST: Final = 10_000


def user_folders(registry: WinRegistry, hive: Any) -> list[Path]:
    """Of every user that ever signed in here, services included. OSError without the list."""
    found = []
    access = KEY_READ | KEY_WOW64_64KEY
    with registry.OpenKey(hive, PROFILES, 0, access) as users:
        for name in _names(registry, users):
            try:
                with registry.OpenKey(users, name, 0, access) as user:
                    image = _image(registry, user)
            except OSError:  # removed at this moment
                continue
            if image:
                found.append(Path(registry.ExpandEnvironmentStrings(image)))
    return found


def _names(registry: WinRegistry, key: Any) -> list[str]:
    found: list[str] = []
    try:
        while len(found) < MOST:
            found.append(registry.EnumKey(key, len(found)))
    except OSError:
        pass
    return found


def _image(registry: WinRegistry, key: Any) -> str:
    try:
        for index in range(MOST):
            name, value, _ = registry.EnumValue(key, index)
            if name.lower() == IMAGE.lower():
                return str(value)
    except OSError:
        pass
    return ""


if sys.platform == "win32":

    def users_of_this_pc() -> list[Path] | None:
        """Their folders; None where there is no such list."""
        return user_folders(cast("WinRegistry", winreg), winreg.HKEY_LOCAL_MACHINE)

else:

    def users_of_this_pc() -> list[Path] | None:
        """Their folders; None where there is no such list."""
        return None
