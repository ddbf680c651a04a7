"""notmuch and mu on the same Maildir: CPU and size of their index, time of a search.

A search of theirs is a process; what the process itself takes (a search that finds nothing) is
taken off, so that a search is compared with a search.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RUNS: Final = 40  # queries of a kind
NOTHING: Final = "zzznothinglikethis"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing took."""

    cpu_s: float
    wall_s: float
    size_mb: float


class Peer:
    """One of them, with its index in a folder of its own."""

    def __init__(self, name: str, mail: Path, folder: Path) -> None:
        self.name = name
        self._mail = mail
        self._folder = folder
        self._environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "NOTMUCH_CONFIG": str(folder / "config"),
        }

    def index(self) -> Indexed:
        """Everything anew."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        if self.name == "notmuch":
            database = self._folder / "xapian"
            database.mkdir()
            (self._folder / "config").write_text(
                f"[database]\npath={database}\nmail_root={self._mail}\n"
                "[user]\nname=x\nprimary_email=x@example.invalid\n[new]\ntags=inbox\n"
            )
            steps = [["notmuch", "new", "--quiet"]]
        else:
            home = f"--muhome={self._folder / 'mu'}"
            steps = [
                ["mu", "init", home, f"--maildir={self._mail}"],
                ["mu", "index", home, "--quiet", "--nocolor"],
            ]
        before, began = _children(), time.monotonic()
        for step in steps:
            subprocess.run(step, env=self._environment, check=True, stdout=subprocess.DEVNULL)
        wall, cpu = time.monotonic() - began, _children() - before
        size = sum(one.stat().st_size for one in self._folder.rglob("*") if one.is_file())
        return Indexed(cpu, wall, size / 1e6)

    def search(self, queries: Sequence[str]) -> dict[str, float]:
        """Milliseconds by the wall of the newest 50, without the process."""
        idle = statistics.median(self._timed(NOTHING) for _ in range(15))
        took = sorted(max(0.0, self._timed(one) - idle) for one in queries[:RUNS])
        return {"p50": statistics.median(took), "p95": took[int(len(took) * 0.95)], "process": idle}

    def _timed(self, query: str) -> float:
        words = query.strip() if query.endswith(" ") else f"{query.strip()}*"
        if self.name == "notmuch":
            command = ["notmuch", "search", "--output=messages", "--sort=newest-first",
                       "--limit=50", words]  # fmt: skip
        else:
            home = f"--muhome={self._folder / 'mu'}"
            command = ["mu", "find", home, "--nocolor", "--sortfield=date", "--reverse",
                       "--maxnum=50", "--fields=i", words]  # fmt: skip
        began = time.perf_counter()
        subprocess.run(
            command, env=self._environment, check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return 1e3 * (time.perf_counter() - began)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
