"""The package once more, from a copy of the sources: the same octets, or the files that differ.

The copy lies in another folder and has files of another time; it makes a Python environment of its
own, the frozen program and the package, under another umask, language, time zone and order of
hashes. What both share is the compiled CPython. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from trust import release  # noqa: E402 beside this folder

SOME = 20
_ELSEWHERE = "another folder with a blank/and a longer name than the first"


class Failed(Exception):
    """Why the packages are not the same: one sentence, then a file a line."""


def compare(package: Path, bundle: Path | None, epoch: str, python: Path) -> str:
    """A sentence that both are the same. Failed. ``bundle``: one that the first was made of."""
    second = package.parent / "second" / package.name
    shutil.rmtree(second.parent, ignore_errors=True)
    second.parent.mkdir()
    with tempfile.TemporaryDirectory(prefix="mel-again-") as folder:
        place = Path(folder) / _ELSEWHERE
        release.copy_sources(place)
        words = [sys.executable, str(place / "packaging/deb/package.py"), "--only-build"]
        words += ["--bundle", str(bundle)] if bundle else []
        print("building once more, from another folder", flush=True)
        done = subprocess.run(
            words, cwd="/", env=surroundings(epoch, python), umask=0o027,
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise Failed(f"the second build failed\n{(done.stdout + done.stderr)[-4000:]}")
        shutil.copy(place / "build/deb/first" / package.name, second)
    if found := differences(package, second):
        raise Failed("\n  ".join(["built twice, the packages differ:", *found]))
    what = "packed" if bundle else "built"
    return f"{what} twice, the second time from another folder: the same octets"


def surroundings(epoch: str, python: Path) -> dict[str, str]:
    """As far from those of the first build as it can do with."""
    env = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "MEL_PACKAGE_PYTHON": str(python)}
    env |= {"TZ": "Pacific/Chatham", "LC_ALL": "C", "LANGUAGE": "fr", "PYTHONHASHSEED": "4711"}
    return env


def differences(one: Path, other: Path) -> list[str]:
    """The members by name that differ between two packages; nothing for the same octets."""
    if one.read_bytes() == other.read_bytes():
        return []
    found = []
    for part in ("--ctrl-tarfile", "--fsys-tarfile"):
        mine, theirs = _members(one, part), _members(other, part)
        found += [
            f"{name}: {mine.get(name, 'absent')} and {theirs.get(name, 'absent')}"
            for name in sorted(mine.keys() | theirs.keys())
            if mine.get(name) != theirs.get(name)
        ]
    more = [f"and {len(found) - SOME} more"] if len(found) > SOME else []
    return [*found[:SOME], *more] or ["the archives around equal files"]


def _members(package: Path, part: str) -> dict[str, str]:
    """Each member with all that is told of it, its content as a hash."""
    found = {}
    with (
        subprocess.Popen(["dpkg-deb", part, str(package)], stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as archive,
    ):
        for at, one in enumerate(archive):
            stream = archive.extractfile(one) if one.isfile() else None
            octets = stream.read() if stream else one.linkname.encode()
            digest = hashlib.sha256(octets).hexdigest()[:16]
            found[one.name] = f"{one.mode:o} {one.uid}:{one.gid} {one.mtime} {digest} no. {at}"
    if unpacking.returncode != 0:
        raise Failed(f"{package.name} cannot be unpacked")
    return found
