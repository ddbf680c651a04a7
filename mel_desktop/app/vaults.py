"""The vaults on this PC: where they are, which are there, and those that were to be used once.

The data folder itself may be a vault (the first one of a user); more lie in ``vaults`` below it.
By policy all new ones lie in a folder of the machine instead: one for all users, each vault in it
for its owner alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import unicodedata
from datetime import UTC, datetime
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.policy import MACHINE, Policy
from mel_desktop.model.vault import VaultEntry
from mel_desktop.ports import Clock
from mel_desktop.store import keyfiles
from mel_desktop.store.vault import Vault
from mel_desktop.system import outside
from mel_desktop.system.locks import EngineLock

log = getLogger("mel.vault")

FOLDER: Final = "vaults"
OPENED: Final = "store.opened"  # an empty file: when it was last opened
IN_USE: Final = "store.in-use"  # held by the one program that has a temporary vault open
OWN_FILES: Final = ("window.ini", "engine.lock", IN_USE)
MOST_SLUG: Final = 40
MOST_SAME: Final = 1000


def machine_folder() -> Path:
    """Where vaults of all users of this PC lie, by policy. Made by whoever installs."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Mel Desktop" / "Vaults"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/Mel Desktop/Vaults")
    return Path("/var/lib/mel-desktop/vaults")


def all_vaults(data_folder: Path, policy: Policy, clock: Clock) -> tuple[VaultEntry, ...]:
    """Every vault that this user may see, newest opened first; those used once are left out."""
    found = []
    for folder in folders(data_folder, policy):
        with contextlib.suppress(OSError):
            status = Vault.status(folder, clock)
            if status.exists and not status.temporary:
                opened = last_opened(folder)
                found.append(VaultEntry(str(folder), status.label, status, opened))
    never = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda one: one.last_opened or never, reverse=True))


def folders(data_folder: Path, policy: Policy) -> list[Path]:
    """Where a vault of this user may be. Hidden ones are being put together, and are none yet."""
    found = [data_folder, *below(data_folder / FOLDER)]
    if policy.vault.place == MACHINE:
        found += below(machine_folder())
    return [found[0], *(one for one in found[1:] if not one.name.startswith("."))]


def new_folder(data_folder: Path, label: str, policy: Policy) -> Path:
    """A fresh, private folder with a name like the label. NOT_WRITABLE | DISK_FULL."""
    parent = machine_folder() if policy.vault.place == MACHINE else data_folder / FOLDER
    if policy.vault.place == MACHINE and not parent.is_dir():
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, why="no folder for the machine's vaults")
    stem = slug(label)
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(1, MOST_SAME + 1):
            folder = parent / (stem if number == 1 else f"{stem}-{number}")
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                return folder
    except OSError as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=error.errno or 0) from error
    raise StoreTrouble(ErrorCode.NOT_WRITABLE, why="too many vaults of one name")


def slug(label: str) -> str:
    """A short name of small ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:MOST_SLUG].strip("-")
    return f"vault-{name}" if re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)?", name) else name


def last_opened(profile: Path) -> datetime | None:
    """When a program last opened the vault, or None."""
    try:
        return datetime.fromtimestamp((profile / OPENED).stat().st_mtime, UTC)
    except OSError:
        return None


def note_opened(profile: Path, now: datetime) -> None:
    """It is opened now."""
    with contextlib.suppress(OSError):
        path = profile / OPENED
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        os.utime(path, (now.timestamp(), now.timestamp()))


def hold(profile: Path) -> EngineLock:
    """Mark a temporary vault as used by this program until it ends; its folder is made if need be.

    PROFILE_BUSY | NOT_WRITABLE.
    """
    keyfiles.make_folder(profile)
    lock = EngineLock(profile, file=IN_USE)
    lock.acquire()
    return lock


def remove_files(profile: Path) -> None:
    """Everything of a vault whose keys are gone. Other files in the folder are left alone."""
    outside.erase(profile)
    paths = [*sorted(profile.glob("store.*")), *(profile / name for name in OWN_FILES)]
    trouble: OSError | None = None
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:  # the others go nevertheless
            trouble = error
    remove_if_empty(profile)
    if trouble is not None:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, errno=trouble.errno or 0) from trouble


def remove_if_empty(folder: Path) -> None:
    """Unless somebody keeps other files there: not ours to destroy."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def sweep(data_folder: Path, policy: Policy) -> int:
    """Remove temporary vaults that a crash left; how many. Nobody could open them any more."""
    gone = 0
    for folder in folders(data_folder, policy):
        with contextlib.suppress(StoreTrouble, OSError):
            if not Vault.status(folder).temporary:
                continue
            hold(folder).release()  # PROFILE_BUSY: its program is alive
            Vault.destroy_keys(folder, secrets=None)
            remove_files(folder)
            log.info("a vault that was to be used once is removed")
            gone += 1
    return gone


def below(parent: Path) -> list[Path]:
    """The folders in one; none where it cannot be read."""
    try:
        return sorted(one for one in parent.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:
        return []
