"""The files that hold the key header: written so that a kill leaves the old or the new one."""

from __future__ import annotations

import contextlib
import os
import re
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store import keyslots
from mel_desktop.store.keyslots import Header
from mel_desktop.store.reserve import files

log = getLogger("mel.vault")

KEYS: Final = "store.keys"
COPY: Final = "store.keys.copy"
DATABASE: Final = "store.db"
NEW: Final = ".new"
MOST_HEADER_BYTES: Final = 64 * 1024
_ZEROS: Final = bytes(1024 * 1024)


def make_folder(profile: Path) -> None:
    """The profile folder, for this user only when it is new or empty. NOT_WRITABLE."""
    with files():
        made = not profile.exists()
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        if made:
            with contextlib.suppress(OSError):  # a parent that may be entered and not read
                flush_folder(profile.parent)
        if made or not any(profile.iterdir()):  # never narrow a folder that holds other things
            profile.chmod(0o700)


def read(profile: Path) -> Header:
    """The header, or its copy where the first is missing or damaged. NO_VAULT | DAMAGED."""
    present = [name for name in (KEYS, COPY) if (profile / name).exists()]
    if not present:
        if (profile / DATABASE).exists():
            raise StoreTrouble(ErrorCode.DAMAGED, file=KEYS, why="missing")
        raise StoreTrouble(ErrorCode.NO_VAULT)
    trouble: StoreTrouble | None = None
    for name in present:
        try:
            return keyslots.from_bytes(content(profile / name))
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            log.error("%s is damaged", name)
            trouble = error
    assert trouble is not None
    raise trouble


def content(path: Path) -> bytes:
    """The octets of a header file. DAMAGED (missing) | NOT_WRITABLE."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_HEADER_BYTES)
    except FileNotFoundError as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file=path.name, why="missing") from error
    except OSError as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=path.name) from error


def write(profile: Path, header: Header) -> None:
    """Both files, the second only once the first reads back right."""
    data = keyslots.to_bytes(header)
    for name in (KEYS, COPY):
        path, fresh = profile / name, profile / (name + NEW)
        try:
            with files():
                file = os.open(
                    fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600
                )
                with os.fdopen(file, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                os.replace(fresh, path)
                flush_folder(profile)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        if content(path) != data:
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=name)


def heal(profile: Path, header: Header) -> tuple[str, ...]:
    """Both files as they should be; those that were damaged. A profile that cannot be written now
    is healed later.
    """
    damaged = []
    stale = False
    for name in (KEYS, COPY):
        try:
            stale |= keyslots.from_bytes(content(profile / name)) != header
        except StoreTrouble:
            log.warning("%s is written anew", name)
            stale = True
            if (profile / name).exists():
                damaged.append(name)
    if stale:
        with contextlib.suppress(StoreTrouble):
            write(profile, header)
    return tuple(damaged)


def store_ids(profile: Path) -> set[str]:
    """What the store is called in its header files, read from them even where they are damaged."""
    found: set[str] = set()
    for name in (KEYS, COPY, KEYS + NEW, COPY + NEW):
        with contextlib.suppress(StoreTrouble):
            octets = content(profile / name)
            found |= {
                one.decode("ascii")
                for one in re.findall(rb'"store_id"\s*:\s*"([0-9a-f]{32})"', octets)
            }
    return found


def flush_folder(profile: Path) -> None:
    """Make a rename durable (POSIX; Windows has no such call)."""
    if os.name != "posix":
        return
    folder = os.open(profile, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def shred(path: Path) -> None:
    """Overwrite and delete, whatever its size. On flash the old cells may live on: what they held
    was wrapped or encrypted.
    """
    if not path.exists():
        return
    with files():
        with path.open("r+b", buffering=0) as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(_ZEROS[:left])
            os.fsync(file.fileno())
            file.truncate(0)
        path.unlink()
