"""What `msiexec /i mel-desktop.msi /qn NAME=VALUE` may say.

Every policy has its property (mel_desktop.logic.policy_reading.msi_property), written as text
under its name in HKLM\\Software\\MelDesktop\\Install, where the program reads it; ACADEMIE and
POLICYFILE stand beside them. What concerns the installation alone is kept in
HKLM\\Software\\MelDesktop\\Setup.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from mel_desktop.logic.policy_keys import Use  # noqa: E402
from mel_desktop.logic.policy_reading import ACADEMY, msi_property  # noqa: E402
from mel_desktop.logic.policy_schema import SCHEMA  # noqa: E402
from mel_desktop.system.policies import POLICY_FILE  # noqa: E402
from mel_desktop.system.policy_registry import INSTALL  # noqa: E402

INSTALL_KEY: Final = INSTALL
SETUP_KEY: Final = r"Software\MelDesktop\Setup"
# Name -> what may be said; nothing said is the first.
SETUP: Final = {
    "SHORTCUTS": ("menu", "desktop", "none"),  # "desktop": both
    "MAILTO": ("1", "0"),
    "AUTOSTART": ("0", "1"),
}
FOLDER: Final = "INSTALLDIR"
FORGET: Final = "FORGET"  # 1: nothing of an earlier installation is taken over
SHRED: Final = "SHRED"  # 1, with /x: the vaults of everybody on the PC are destroyed


def policies() -> tuple[str, ...]:
    """Of the schema, in its order."""
    names = []
    for key in SCHEMA.keys:
        names.append(msi_property(key.section, key.name))
        if key.use is Use.SETTING:
            names.append(msi_property(key.section, key.name, default=True))
    for group in SCHEMA.groups:
        for number in range(1, group.most + 1):
            names += [msi_property(key.section, key.name, number=number) for key in group.keys]
    return tuple(names)


def deployed() -> tuple[str, ...]:
    """All that the program reads."""
    return (ACADEMY, POLICY_FILE, *policies())


def remembered() -> dict[str, str]:
    """Property -> registry key where the next version finds it."""
    found = dict.fromkeys(deployed(), INSTALL_KEY)
    return found | dict.fromkeys((*SETUP, FOLDER), SETUP_KEY)


def secret() -> tuple[str, ...]:
    """Not to be written into the installer's log."""
    return tuple(name for name in policies() if name.endswith("_SECRET"))
