"""Whether a frozen program holds what the bill of materials and the licences tell, and no more.

Every binary of the folder must come from a wheel of the lock or from what licences.toml names of
the interpreter and of PyInstaller; every library in it must have the version that is told.
``parts`` gives what is in the folder, each with its binaries.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
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
_INSIDE: Final = "_internal/"
# The libraries that are the interpreter: libpython3.13.so.1.0, python312.dll.
_PYTHON: Final = re.compile(r"(?:lib)?python3\.?(\d+)(?:\.so|\.dll|\.dylib)")


def check(folder: Path, target: Target) -> int:
    """How many binaries were recognised. ReleaseTrouble names those that nobody knows."""
    if not folder.is_dir():
        raise ReleaseTrouble(f"no bundle there: {folder}")
    wheels = shipped.wheels_of(target)
    told = {one.name: one.version for one in shipped.parts_of(target, wheels)}
    wrong = [*strangers(folder, members(wheels)), *others(folder, told)]
    if (version := python_inside(folder)) != target.python:
        wrong.append(f"Python {version} (told: {target.python})")
    if wrong:
        some = "\n  ".join(wrong[:20])
        raise ReleaseTrouble(f"{len(wrong)} things in the bundle that nobody told of:\n  {some}")
    return sum(1 for _ in binaries(folder))


def python_inside(folder: Path) -> str:
    """The exact version of the interpreter of a bundle. ReleaseTrouble where it cannot be told."""
    for path in binaries(folder):
        if named := _PYTHON.match(path.name):
            pattern = rb"\x00(3\.%s\.\d+(?:(?:a|b|rc)\d+)?\+?)\x00" % named[1].encode()
            if found := re.search(pattern, path.read_bytes()):
                return found[1].decode()
    raise ReleaseTrouble(f"which Python is inside cannot be told: {folder}")


def parts(folder: Path, target: Target) -> list[Part]:
    """What a bundle holds: its libraries, the interpreter and the starter, with their binaries.

    ReleaseTrouble for a binary that nobody told of.
    """
    check(folder, target)
    wheels = shipped.wheels_of(target)
    owned = owners(folder, wheels)
    names = [one.relative_to(folder).as_posix() for one in folder.rglob("*")]
    there = {named_by(one)[0] for one in folder.rglob("*.dist-info")}
    found = [
        replace(part, files=tuple(owned.get(part.name, ())), inner=tuple(within(part, names)))
        for part in shipped.parts_of(target, wheels)
        if part.name in there
    ]
    python, starter = shipped.interpreter(target, folder), part_of_freezing()
    found += [replace(one, files=tuple(owned.get(one.name, ()))) for one in (python, starter)]
    lost = set(owned) - {one.name for one in found}
    if lost:
        raise ReleaseTrouble(f"binaries without a part: {', '.join(sorted(lost))}")
    return found


def within(part: Part, names: list[str]) -> Iterator[Part]:
    """What is compiled into a part, without what went with a file that was left out."""
    words = shipped.book()["packages"].get(part.name, {}).get("parts", ())
    needs = {one["name"]: one["file"] for one in words if "file" in one}
    for one in part.inner:
        if one.name not in needs or any(re.search(needs[one.name], name) for name in names):
            yield one


def owners(folder: Path, wheels: Iterable[Path]) -> dict[str, list[tuple[str, str]]]:
    """Part -> its binaries in the folder, each with its SHA-256."""
    of_wheel = {
        folded(name): canonicalize_name(wheel.name.partition("-")[0])
        for wheel in wheels
        for name in members([wheel])
    }
    interpreter = shipped.book()["interpreter"]["name"]
    starter = shipped.book()["bootloader"]["name"]
    found: dict[str, list[tuple[str, str]]] = {}
    for path in binaries(folder):
        name = path.relative_to(folder).as_posix()
        outermost = starter if "/" not in name else interpreter
        owner = of_wheel.get(folded(name.removeprefix(_INSIDE)), outermost)
        found.setdefault(owner, []).append((name, hashlib.sha256(path.read_bytes()).hexdigest()))
    return found


def folded(name: str) -> str:
    """Windows' libraries name each other in any case, and PyInstaller takes their word."""
    return name.casefold() if _WINDOWS.search(name) else name


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
    named = {folded(one) for one in known}
    for path in binaries(folder):
        name = path.relative_to(folder).as_posix()
        inside = folded(name.removeprefix(_INSIDE))
        if inside not in named and not any(fnmatch(inside, one) for one in patterns):
            yield name


def others(folder: Path, told: dict[str, str]) -> Iterator[str]:
    """Libraries by their metadata whose version is another one, or that are not told at all."""
    for path in sorted(folder.rglob("*.dist-info")):
        name, version = named_by(path)
        if name != "mel-desktop" and told.get(name) != version:
            yield f"{name} {version} (told: {told.get(name, 'nothing')})"


def named_by(info: Path) -> tuple[str, str]:
    """Name and version of the library that a folder of metadata is of."""
    name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
    return canonicalize_name(name), version


def part_of_freezing() -> Part:
    """PyInstaller's bootloader: the executable of a frozen program."""
    words = shipped.book()["bootloader"]
    lock = (shipped.LOCK.parent / "package.txt").read_text(encoding="utf-8")
    found = re.search(r"(?m)^pyinstaller==([^ \\;]+)", lock)
    if found is None:
        raise ReleaseTrouble("packaging/locks/package.txt has no pyinstaller")
    return shipped.outside(words, found[1])
