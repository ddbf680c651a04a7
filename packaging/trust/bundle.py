"""Whether a frozen program holds what the bill of materials and the licences tell, and no more.

Every binary of the folder must come from a wheel of the lock or from what licences.toml names of
the interpreter and of PyInstaller; every library in it must have the version that is told.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

from trust import shipped
from trust.release import ReleaseTrouble
from trust.shipped import Part, Target

_BINARY: Final = re.compile(r"\.(?:so|dll|pyd|exe|dylib)(?:\.[0-9.]+)?$", re.IGNORECASE)
_WINDOWS: Final = re.compile(r"\.(?:dll|pyd|exe)$", re.IGNORECASE)
_ELF: Final = b"\x7fELF"


def check(folder: Path, target: Target) -> int:
    """How many binaries were recognised. ReleaseTrouble names those that nobody knows."""
    if not folder.is_dir():
        raise ReleaseTrouble(f"no bundle there: {folder}")
    wheels = shipped.wheels_of(target)
    told = {one.name: one.version for one in shipped.parts_of(target, wheels)}
    wrong = [*strangers(folder, members(wheels)), *others(folder, told)]
    if wrong:
        some = "\n  ".join(wrong[:20])
        raise ReleaseTrouble(f"{len(wrong)} things in the bundle that nobody told of:\n  {some}")
    return sum(1 for _ in binaries(folder))


def members(wheels: Iterable[Path]) -> set[str]:
    """The files of all wheels, as they are installed."""
    found: set[str] = set()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            found.update(re.sub(r"^[^/]+\.data/(?:pure|plat)lib/", "", one)
                         for one in archive.namelist())  # fmt: skip
    return found


def binaries(folder: Path) -> Iterator[Path]:
    """Libraries and programs, links left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        if _BINARY.search(path.name):
            yield path
        elif not path.suffix:
            with path.open("rb") as file:
                if file.read(4) == _ELF:
                    yield path


def strangers(folder: Path, known: set[str]) -> Iterator[str]:
    """Binaries that come from no wheel and that licences.toml does not name."""
    patterns = shipped.book()["interpreter"]["files"]
    # Windows' libraries name each other in any case, and PyInstaller takes their word.
    folded = {one.casefold() for one in known}
    for path in binaries(folder):
        name = path.relative_to(folder).as_posix()
        inside = name.removeprefix("_internal/")
        where = known
        if _WINDOWS.search(inside):
            inside, where = inside.casefold(), folded
        if inside not in where and not any(fnmatch(inside, one) for one in patterns):
            yield name


def others(folder: Path, told: dict[str, str]) -> Iterator[str]:
    """Libraries by their metadata whose version is another one, or that are not told at all."""
    for path in sorted(folder.rglob("*.dist-info")):
        name, _, version = path.name.removesuffix(".dist-info").rpartition("-")
        name = canonicalize_name(name)
        if name != "mel-desktop" and told.get(name) != version:
            yield f"{name} {version} (told: {told.get(name, 'nothing')})"


def part_of_freezing() -> Part:
    """PyInstaller's bootloader: the executable of a frozen program."""
    words = shipped.book()["bootloader"]
    lock = (shipped.LOCK.parent / "package.txt").read_text(encoding="utf-8")
    found = re.search(r"(?m)^pyinstaller==([^ \\;]+)", lock)
    if found is None:
        raise ReleaseTrouble("packaging/locks/package.txt has no pyinstaller")
    return shipped.outside(words, found[1])
