"""What ships besides our own sources, read from the very wheels that the lock names by hash.

``parts_of`` gives every library with its licence and its texts: the wheel's own metadata, the
bills of materials that it carries (PEP 770), and what licences.toml says of the C libraries in it,
whose versions are looked up in the binaries. Nothing is installed. Needs the release tools.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.parser import HeaderParser
from functools import partial
from pathlib import Path
from typing import Any, Final

import environment
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from trust.release import ROOT, ReleaseTrouble

HERE: Final = Path(__file__).resolve().parent
LOCK: Final = environment.LOCKS / "runtime.txt"
BOOK: Final = HERE / "licences.toml"
TEXTS: Final = HERE / "texts"
FILE: Final = ROOT / "resources" / "docs" / "third-party-licences.txt"
_LICENCE_FILE = re.compile(r"(?i)(licen[cs]e|copying|notice|authors|copyright)")
_ENTRY = re.compile(r"(?m)^(?=[A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a release runs: what its wheels are chosen by."""

    name: str
    markers: Mapping[str, str]
    platforms: tuple[str, ...]
    python: str


@dataclass(frozen=True, slots=True)
class Part:
    """A library, a data set, the interpreter. ``spdx``: the licence it is used under; ``texts``:
    (title, text); ``source``: where its source is to be had; ``files``: (name, SHA-256) of its
    binaries in a bundle.
    """

    name: str
    version: str
    spdx: str
    kind: str = "library"
    purl: str = ""
    sha256: str = ""
    source: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    inner: tuple[Part, ...] = field(default=())
    files: tuple[tuple[str, str], ...] = ()


def targets(python: Mapping[str, str] | None = None) -> dict[str, Target]:
    """The targets by name; ``python``: another version of the interpreter for one."""
    versions = {"linux": platform.python_version(), "windows": "3.12.9", **(python or {})}
    glibc = [f"manylinux_2_{minor}_x86_64" for minor in range(35, 4, -1)]
    return {
        "linux": Target(
            "linux",
            {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix",
             "platform_machine": "x86_64"},
            (*glibc, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"),
            versions["linux"],
        ),
        "windows": Target(
            "windows",
            {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt",
             "platform_machine": "AMD64"},
            ("win_amd64",),
            versions["windows"],
        ),
    }  # fmt: skip


def book() -> dict[str, Any]:
    """licences.toml."""
    return tomllib.loads(BOOK.read_text(encoding="utf-8"))


def made_from() -> str:
    """What the file depends on besides the wheels, which the lock names by hash."""
    digest = hashlib.sha256()
    for path in (LOCK, BOOK, *sorted(TEXTS.iterdir())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# -- The wheels -----------------------------------------------------------------------------------


def entries(lock: str, target: Target) -> list[str]:
    """The entries of a lock that hold for a target, markers taken off."""
    surroundings = {
        **target.markers,
        "python_version": ".".join(target.python.split(".")[:2]),
        "python_full_version": target.python,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "implementation_version": target.python,
    }
    found = []
    for entry in _ENTRY.split(lock):
        if not entry.strip() or entry.startswith("#"):
            continue
        requirement, _, hashes = entry.partition("\\")
        pinned, _, marker = requirement.partition(";")
        if not marker.strip() or Marker(marker.strip()).evaluate(dict(surroundings)):
            found.append(f"{pinned.strip()} \\{hashes}")
    return found


def wheels_of(target: Target) -> list[Path]:
    """The wheels of the lock for a target, fetched by hash into the cache."""
    wanted = entries(LOCK.read_text(encoding="utf-8"), target)
    python = ".".join(target.python.split(".")[:2])
    state = hashlib.sha256("".join((python, *wanted)).encode()).hexdigest()[:16]
    folder = environment.CACHE / "wheels" / f"{target.name}-{state}"
    if not (folder / "ready").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        named = folder / "requirements.txt"
        named.write_text("".join(wanted))
        places = [word for one in target.platforms for word in ("--platform", one)]
        print(f"Fetching the wheels for {target.name} (checked by hash)", flush=True)
        done = subprocess.run(
            [
                sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
                "--no-input", "--require-hashes", "--no-deps", "--only-binary", ":all:",
                "--python-version", python, *places,
                "--dest", str(folder), "-r", str(named),
            ],
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise ReleaseTrouble(f"the wheels for {target.name} were not fetched: see above")
        (folder / "ready").touch()
    return checked(sorted(folder.glob("*.whl"), key=lambda one: one.name.lower()), wanted)


def checked(wheels: list[Path], wanted: list[str]) -> list[Path]:
    """These wheels, which lay in the cache, if they are those of the lock. ReleaseTrouble."""
    if len(wheels) != len(wanted):
        raise ReleaseTrouble(
            f"{len(wanted)} wheels were wanted, {len(wheels)} are there:"
            f" {', '.join(one.name for one in wheels) or 'none'}"
        )
    hashes = {word.removeprefix("--hash=sha256:") for one in wanted for word in one.split()}
    for wheel in wheels:
        if hashlib.sha256(wheel.read_bytes()).hexdigest() not in hashes:
            raise ReleaseTrouble(f"{wheel} is not the one of the lock: remove it, it is fetched")
    return wheels


# -- What is in them ------------------------------------------------------------------------------


def parts_of(target: Target, wheels: list[Path] | None = None) -> list[Part]:
    """The libraries of a target. ReleaseTrouble where one does not say its licence."""
    packages = book()["packages"]
    return [
        part_of(wheel, packages, target)
        for wheel in (wheels_of(target) if wheels is None else wheels)
    ]


def part_of(wheel: Path, packages: Mapping[str, Any], target: Target) -> Part:
    """One wheel, with what is compiled into it."""
    with zipfile.ZipFile(wheel) as archive:
        files = [(one, partial(archive.read, one)) for one in archive.namelist()]
        info = next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        folder = info.rpartition("/")[0]
        fields = HeaderParser().parsestr(archive.read(info).decode("utf-8"))
        name, version = canonicalize_name(fields["Name"]), fields["Version"]
        entry = packages.get(name, {})
        spdx = entry.get("spdx") or fields.get("License-Expression", "")
        if not spdx:
            raise ReleaseTrouble(f"{name} says no SPDX licence and licences.toml has no entry")
        named = [
            compiled_in(files, words, version)
            for words in entry.get("parts", ())
            if words.get("only", target.name) == target.name
        ]
        names = {one.name.lower() for one in named}  # licences.toml knows better
        inner = [*named, *(one for one in crates(archive, folder) if one.name not in names)]
        return Part(
            name=name,
            version=version,
            spdx=spdx,
            purl=f"pkg:pypi/{name}@{version}",
            sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
            source=entry.get("source", "") or home(fields.get_all("Project-URL", [])),
            texts=tuple(texts_in(archive, folder)),
            inner=tuple(sorted(inner, key=lambda one: (one.name.lower(), one.version))),
        )


def home(urls: list[str]) -> str:
    """The address of the source among the labelled ones of a wheel; "" for none."""
    labelled = {
        label.strip().lower(): url.strip() for label, _, url in (one.partition(",") for one in urls)
    }
    names = ("source", "source code", "repository", "github", "code", "homepage")
    return next((labelled[one] for one in names if one in labelled), "")


def texts_in(archive: zipfile.ZipFile, folder: str) -> Iterator[tuple[str, str]]:
    """The licences that a wheel carries."""
    for name in sorted(archive.namelist()):
        if not name.startswith(f"{folder}/") or name.endswith("/") or "/sboms/" in name:
            continue
        title = name.removeprefix(f"{folder}/")
        if title.startswith("licenses/") or _LICENCE_FILE.search(title):
            yield title, archive.read(name).decode("utf-8", "replace")


def crates(archive: zipfile.ZipFile, folder: str) -> Iterator[Part]:
    """What the wheel's own bills of materials name (PEP 770). Those without a licence are given
    by licences.toml or refused by the check.
    """
    for name in sorted(archive.namelist()):
        if not name.startswith(f"{folder}/sboms/") or not name.endswith(".json"):
            continue
        for one in json.loads(archive.read(name)).get("components", []):
            said = [
                words.get("expression") or words.get("license", {}).get("id", "")
                for words in one.get("licenses") or ()
            ]
            purl = str(one.get("purl", "")).partition("?")[0]
            yield Part(
                name=one["name"],
                version=one["version"],
                spdx=" AND ".join(f"({word})" for word in said if word),
                purl=purl,
            )  # fmt: skip


def compiled_in(
    files: Iterable[tuple[str, Callable[[], bytes]]], words: Mapping[str, Any], of_wheel: str = ""
) -> Part:
    """A part that licences.toml names, its version read from the file it is in."""
    version = words["version"]
    if "in" in words:
        wanted, pattern = re.compile(words["in"]), re.compile(version.encode())
        found = (pattern.search(read()) for name, read in files if wanted.search(name))
        match = next((one for one in found if one), None)
        if match is None and "or" not in words:
            raise ReleaseTrouble(f"{words['name']} was not found in {words['in']}")
        version = match[1].decode() if match else words["or"]
    if version == "=":
        version = of_wheel
    return outside(words, version)


def outside(words: Mapping[str, Any], version: str) -> Part:
    """A part by the words of licences.toml."""
    notice = words.get("notice", "")
    own = ROOT / words["text"] if "text" in words else None
    texts = [("notice", notice)] if notice else []
    if own is not None:
        texts.append((own.name, own.read_text(encoding="utf-8")))
    return Part(
        name=words["name"],
        version=version,
        spdx=words["spdx"],
        kind="data" if "files" in words else "library",
        source=words.get("source", ""),
        texts=tuple(texts),
    )


def data() -> list[Part]:
    """Dictionaries and the lexicon. ReleaseTrouble when a file that is named is not there."""
    entries = book()["data"]
    absent = [file for one in entries for file in one["files"] if not (ROOT / file).is_file()]
    if absent:
        raise ReleaseTrouble(f"licences.toml names files that are not there: {', '.join(absent)}")
    return [outside(one, one["version"]) for one in entries]


def interpreter(target: Target, bundle: Path | None = None) -> Part:
    """Python itself, as it is inside the .deb and the MSI; ``bundle``: a frozen program, which
    tells the versions of the libraries in it.
    """
    words = book()["interpreter"]
    there = sorted(bundle.rglob("*")) if bundle else []
    files = [(one.as_posix(), one.read_bytes) for one in there if one.is_file()]
    inner = tuple(
        compiled_in(files, one)
        for one in words["parts"]
        if one.get("only", target.name) == target.name
    )
    return Part(
        name=words["name"],
        version=target.python,
        spdx=words["spdx"],
        purl=f"pkg:generic/python@{target.python}",
        source=words["source"],
        inner=inner,
    )
