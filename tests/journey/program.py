"""The real program as a subprocess, and eyes that look for what must never lie about in clear."""

from __future__ import annotations

import base64
import json
import os
import quopri
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.support.forking import Forking

ROOT = Path(__file__).resolve().parents[2]
QUICK = "tests.support.quick"


@cache
def _loaded() -> Forking:
    return Forking()


class Program:
    """``mel-desktop`` with its own home, profile, temporary folder and passphrase file.

    ``module``: the program itself opens passphrases as slowly as it does for people. Without it
    what runs to its end is forked from a program that is loaded already (tests.support.forking).
    """

    def __init__(self, folder: Path, passphrase: str, *, module: str = QUICK) -> None:
        self._module = module
        self.home = folder / "home"
        self.profile = folder / "profile"
        self.temp = folder / "temp"
        self.secrets = folder / "secrets"  # what the person keeps elsewhere: not searched
        for made in (self.home, self.temp, self.secrets):
            made.mkdir(parents=True)
        self.passphrase = self.secret("passphrase", passphrase)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MEL_")},
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "TMPDIR": str(self.temp),
            "QT_QPA_PLATFORM": "offscreen",
            "LANG": "fr_FR.UTF-8",
            "PYTHONPATH": str(ROOT),
        }
        self.stderr = ""

    def secret(self, name: str, value: str) -> Path:
        """A file of the person's, with one secret line."""
        path = self.secrets / name
        path.write_text(value + "\n", encoding="utf-8")
        return path

    def file(self, name: str, content: bytes) -> Path:
        """A file of the person's."""
        path = self.secrets / name
        path.write_bytes(content)
        return path

    def command(self, words: Sequence[str], *, offline: bool = False) -> list[str]:
        """The whole command."""
        return [sys.executable, "-m", self._module, *self._words(words, offline=offline)]

    def _words(self, words: Sequence[str], *, offline: bool) -> list[str]:
        return [
            "--profile", str(self.profile), "--passphrase-file", str(self.passphrase), "--json",
            "--verbose", *(["--offline"] if offline else []), *words,
        ]  # fmt: skip

    def __call__(self, *words: str, offline: bool = False, expect: int = 0) -> Any:
        """Run to the end; the JSON document. The exit code must be the expected one."""
        if self._module == QUICK and sys.platform == "linux":
            done = _loaded().run(
                self._words(words, offline=offline), self.environment, self.temp, 300
            )
        else:
            done = subprocess.run(
                self.command(words, offline=offline),
                env=self.environment,
                cwd=self.temp,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=300,
                check=False,
            )
        self.stderr += done.stderr.decode()
        assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def start(self, *words: str, offline: bool = False) -> subprocess.Popen[bytes]:
        """Start and let run."""
        return subprocess.Popen(
            self.command(words, offline=offline),
            env=self.environment,
            cwd=self.temp,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )


class Canaries:
    """Words that must not be found in clear anywhere the program writes."""

    def __init__(self, words: Sequence[str]) -> None:
        self._needles = {word: tuple(_forms(word)) for word in words}

    def found(self, folders: Sequence[Path]) -> list[tuple[str, str]]:
        """(word, file) of each hit; the names of files are looked at too."""
        return [
            hit for folder in folders for path in folder.rglob("*") for hit in self.found_in(path)
        ]

    def found_in(self, path: Path) -> list[tuple[str, str]]:
        """The same for one file; one that has gone meanwhile holds nothing."""
        content = str(path).encode()
        try:
            if path.is_file() and not path.is_symlink():
                content += path.read_bytes()
        except (FileNotFoundError, PermissionError):  # another user's: not written by this program
            pass
        return self.found_among(content, str(path))

    def found_among(self, content: bytes, where: str) -> list[tuple[str, str]]:
        """The same for octets."""
        lowered = content.lower()
        return [
            (word, where)
            for word, needles in self._needles.items()
            if any(needle in content or needle.lower() in lowered for needle in needles)
        ]


def new_files(folders: Sequence[Path], since: float) -> Iterator[Path]:
    """Files in folders that others use too, written after ``since``; some go while we look."""
    for folder in folders:
        for path in folder.glob("*") if folder.exists() else ():
            try:
                if path.is_file() and path.stat().st_mtime >= since:
                    yield path
            except OSError:
                continue


def _forms(word: str) -> Iterator[bytes]:
    """The encodings in which a careless program leaves text behind."""
    octets = word.encode()
    yield octets
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    yield octets.hex().encode()
    yield octets[::-1]
    yield quopri.encodestring(octets)
    yield json.dumps(word).encode()[1:-1]
    yield quote(word, safe="").encode()
    for shift in range(3):  # base64 at each alignment, without the octets that neighbours change
        encoded = base64.b64encode(b"\0" * shift + octets)
        yield encoded[4 if shift else 0 : len(encoded) - 4]
