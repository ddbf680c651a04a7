"""A restored vault in the place of the one that is there: file by file, settled after any kill.

The profile folder may hold other things (other vaults, the window's settings), so it is not renamed
as a whole: only the vault's own files (``store.*``) change places.

Rule 1: before the first file moves, ``store.restoring`` says which files go and which come. It is
on the disk, whole, before anything else happens, and the last thing that goes.
Rule 2: the old vault is wholly aside before a file of the new one comes. So where each file lies
says how far it was, and every step can be done again.
Rule 3: forward if the new vault is all there, else back. One of the two is whole at any moment.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.store.keyfiles import KEYS, flush_folder
from mel_desktop.store.reserve import files

log = getLogger("mel.vault")

INTENT: Final = "store.restoring"
MOST_OCTETS: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Plan:
    """Names of the two folders beside the profile, and of the files that change places."""

    staging: str
    aside: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def swap(profile: Path, staging: Path, aside: Path) -> None:
    """The vault in ``staging`` into ``profile``, the one that is there into ``aside``.

    Both folders lie beside the profile; ``aside`` is empty. DISK_FULL | NOT_WRITABLE: all is as
    it was, or, where even that fails, ``is_unsettled``.
    """
    plan = _Plan(staging.name, aside.name, _names(profile), _names(staging))
    try:
        with files():
            flush_folder(staging)
        _write(profile, plan)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.rmdir()
        raise
    try:
        with files():
            _forward(profile, plan)
    except StoreTrouble:
        with contextlib.suppress(StoreTrouble), files():
            _back(profile, plan)
        raise


def is_unsettled(profile: Path) -> bool:
    """Whether a restore was broken off between its moves; not that of another user."""
    with contextlib.suppress(OSError):
        return (profile / INTENT).exists()
    return False


def settle(profile: Path) -> bool:
    """Finish or take back what was broken off; whether there was anything. For the one who holds
    the profile's lock. DAMAGED (neither is whole) | NOT_WRITABLE.
    """
    plan = _read(profile)
    if plan is None:
        return False
    staging = profile.with_name(plan.staging)
    gone = _is_aside(profile, plan)
    with files():
        if all((staging / one).exists() or (gone and (profile / one).exists()) for one in plan.new):
            log.warning("a restore that was broken off is finished")
            _forward(profile, plan)
            shutil.rmtree(staging, ignore_errors=True)
            return True
        aside = profile.with_name(plan.aside)
        if not all((profile / one).exists() or (aside / one).exists() for one in plan.old):
            raise StoreTrouble(ErrorCode.DAMAGED, file=INTENT, why="missing")
        log.warning("a restore that was broken off is taken back")
        _back(profile, plan)
    return True


# -- inside ---------------------------------------------------------------------------------------


def _forward(profile: Path, plan: _Plan) -> None:
    staging, aside = profile.with_name(plan.staging), profile.with_name(plan.aside)
    aside.mkdir(mode=0o700, exist_ok=True)  # gone if this was taken back before
    for name in plan.old:
        if not (aside / name).exists():
            (profile / name).replace(aside / name)
    flush_folder(aside)
    for name in plan.new:
        if (staging / name).exists():
            (staging / name).replace(profile / name)
    _end(profile, plan)


def _back(profile: Path, plan: _Plan) -> None:
    staging, aside = profile.with_name(plan.staging), profile.with_name(plan.aside)
    if _is_aside(profile, plan):  # what lies in the profile now is of the new one
        for name in plan.new:
            if (profile / name).exists() and not (staging / name).exists():
                staging.mkdir(mode=0o700, exist_ok=True)
                (profile / name).replace(staging / name)
    for name in plan.old:
        if (aside / name).exists():
            (aside / name).replace(profile / name)
    _end(profile, plan)


def _is_aside(profile: Path, plan: _Plan) -> bool:
    aside = profile.with_name(plan.aside)
    return all((aside / name).exists() for name in plan.old)


def _end(profile: Path, plan: _Plan) -> None:
    """The moves are on the disk before the intent goes."""
    with contextlib.suppress(OSError):  # mostly the old vault is in it
        profile.with_name(plan.aside).rmdir()
    flush_folder(profile)
    (profile / INTENT).unlink()
    flush_folder(profile)


def _names(folder: Path) -> tuple[str, ...]:
    """The files of a vault, its keys last: a vault is there once they are."""
    found = [one.name for one in folder.glob("store.*") if one.is_file()]
    names = sorted(found, key=lambda name: (name.startswith(KEYS), name))
    return tuple(one for one in names if not one.startswith(INTENT))


def _write(profile: Path, plan: _Plan) -> None:
    told = {"staging": plan.staging, "aside": plan.aside, "old": plan.old, "new": plan.new}
    fresh = profile / f"{INTENT}.new"
    try:
        with files():
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            with os.fdopen(os.open(fresh, flags, 0o600), "wb") as file:
                file.write(json.dumps(told).encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(profile / INTENT)
            flush_folder(profile)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def _read(profile: Path) -> _Plan | None:
    """What was begun. Names that would lead elsewhere are no plan of ours: DAMAGED."""
    try:
        with (profile / INTENT).open("rb") as file:
            data = file.read(MOST_OCTETS)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=INTENT) from error
    try:
        told = json.loads(data)
        plan = _Plan(str(told["staging"]), str(told["aside"]), tuple(told["old"]),
                     tuple(told["new"]))  # fmt: skip
        beside = (plan.staging, plan.aside)
        right = all(one.startswith((profile.name, f".{profile.name}")) for one in beside)
        right = right and all(str(one).startswith("store.") for one in (*plan.old, *plan.new))
        if not right or any(Path(one).name != one for one in (*beside, *plan.old, *plan.new)):
            raise ValueError("name")
    except (ValueError, KeyError, TypeError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file=INTENT) from error
    return plan
