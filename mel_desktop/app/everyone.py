"""The vaults of all users of a Windows PC are destroyed, when it is given away or the program goes.

For an administrator, or the installer's privileged half (packaging/windows). Keys and files go.
What stays is the entry of a vault in its owner's Credential Manager, which nobody else can open: it
wrapped a key that is gone.

Rule 1: a folder that leads elsewhere (link, junction) is left alone, and a vault in which a file
does or has another name is left and told: what users may write must not direct what an
administrator erases.
Rule 2: a vault that is in use is left and told; the others go nevertheless.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.app import vaults, wiring
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.services import backups
from mel_desktop.system import outside, straight, windows_users

log = getLogger("mel.vault")

DATA: Final = Path("AppData", "Local", "Mel Desktop")
STATE: Final = Path("AppData", "Local", "Mel Desktop State")
_OF_STORE: Final = "store.*"


@dataclass(frozen=True, slots=True)
class ErasedEverywhere:
    """How many went; what is still there, each with the reason."""

    erased: int = 0
    left: tuple[tuple[str, ErrorCode], ...] = ()


def erase_everyone_here() -> ErasedEverywhere:
    """On this PC. LocalRefusal(USAGE) on systems that keep no list, or do not show it."""
    try:
        users = windows_users.users_of_this_pc()
    except OSError as error:
        raise LocalRefusal(ErrorCode.USAGE, option="--everyone") from error
    if users is None:
        raise LocalRefusal(ErrorCode.USAGE, option="--everyone", why="Windows only")
    return erase_everyone(users, vaults.machine_folder())


def erase_everyone(users: Sequence[Path], machine: Path) -> ErasedEverywhere:
    """``users``: the folders of their profiles; ``machine``: where vaults of all may be."""
    erased, left = 0, []
    for folder, state in _places(users, machine):
        try:
            os.listdir(folder)
            _require_straight(folder)
            wiring.erase_profile(folder, state=state)
            erased += 1
        except FileNotFoundError:  # this user has none
            continue
        except OSError:
            left.append((str(folder), ErrorCode.NOT_WRITABLE))
        except MelError as error:
            if error.code is not ErrorCode.NO_VAULT:
                log.warning("a vault is left: %s", error.code.text)
                left.append((str(folder), error.code))
    for user in users:
        for folder in (user / DATA / vaults.FOLDER, user / DATA):
            if _is_straight(user, folder):
                vaults.remove_if_empty(folder)
    return ErasedEverywhere(erased, tuple(left))


def _places(users: Sequence[Path], machine: Path) -> Iterator[tuple[Path, Path | None]]:
    """Where a vault may be, and where its owner's PC remembers it."""
    for user in users:
        state = user / STATE
        for folder in (user / DATA, *vaults.below(user / DATA / vaults.FOLDER)):
            if _is_straight(user, folder):
                yield folder, state if _is_straight(user, state) else None
    for folder in vaults.below(machine):
        if _is_straight(machine, folder):
            yield folder, None


def _is_straight(base: Path, folder: Path) -> bool:
    """Whether the way from the base leads through nothing but real folders."""
    try:
        return folder.resolve() == base.resolve() / folder.relative_to(base)
    except OSError:
        return False


def _require_straight(profile: Path) -> None:
    """Whatever of a vault is overwritten, moved or removed is of this folder alone. NOT_WRITABLE |
    OSError.
    """
    files = [*profile.glob(_OF_STORE), *(profile / name for name in vaults.OWN_FILES)]
    below = profile / outside.FOLDER
    files += (below, *(here / one for here, _, names in straight.walk(below) for one in names))
    if backups.is_restore_unsettled(profile):  # what lies beside the vault goes with it
        for folder in profile.parent.iterdir():
            if folder.name.removeprefix(".").startswith(profile.name) and folder != profile:
                files += (folder, *folder.glob(_OF_STORE))
    for one in files:
        if straight.leads_elsewhere(one) or straight.has_other_names(one):
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=one.name, why="leads elsewhere")
