"""What all parts of a release share: the version, the time that is written into them, the sources.

The time is that of the last commit (SOURCE_DATE_EPOCH), so that two builds of one commit are equal.
Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ReleaseTrouble(Exception):
    """A part of a release is not as it must be; the words are for the person who releases."""


def version(root: Path = ROOT) -> str:
    """As pyproject.toml has it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def source_date_epoch(root: Path = ROOT) -> int:
    """The environment's, else that of the last commit. ReleaseTrouble without either."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isascii() and given.isdigit():
        return int(given)
    said = _git(root, "log", "-1", "--format=%ct").strip()
    if not said.isdigit():
        raise ReleaseTrouble("neither a git history nor SOURCE_DATE_EPOCH: what time is it of?")
    return int(said)


def tracked(root: Path = ROOT) -> list[str]:
    """The files that git knows and that are there, sorted. ReleaseTrouble outside a checkout."""
    names = [one for one in _git(root, "ls-files", "-z").split("\0") if one]
    if not names:
        raise ReleaseTrouble("no git checkout: releases are built from one")
    return sorted(one for one in names if (root / one).is_file())


def changed(root: Path = ROOT) -> list[str]:
    """Tracked files that differ from the last commit."""
    return _git(root, "diff", "--name-only", "HEAD").splitlines()


def copy_sources(target: Path, root: Path = ROOT) -> None:
    """The tracked files into a new folder: nothing that merely lies about gets into a release."""
    for name in tracked(root):
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, file)


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words], check=False, capture_output=True, encoding="utf-8"
        )
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""
