"""Numbers of a run, and work done in processes of its own, for it may crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
LONGEST_S: Final = 900


@dataclass(slots=True)
class Tally:
    """What came of it: (what, how it ended) -> how often."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """For a person."""
        return [f"{name:<52}{count:>7}" for name, count in sorted(self.counts.items())]


def in_children(module: str, jobs: Sequence[object], at_once: int) -> Tally:
    """Give each job to a process (JSON on its standard input), and add up what they answer."""
    tally = Tally()

    def one(job: object) -> tuple[object, subprocess.CompletedProcess[str]]:
        return job, subprocess.run(
            [sys.executable, "-m", module],
            input=json.dumps(job), capture_output=True, text=True, cwd=ROOT, timeout=LONGEST_S,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
        )  # fmt: skip

    with ThreadPoolExecutor(at_once) as pool:
        for _, done in pool.map(one, jobs):
            answer = done.stdout.strip().splitlines()
            try:
                told = json.loads(answer[-1])
            except (IndexError, ValueError):
                told = {"counts": {}, "failures": []}
            tally.counts.update(told["counts"])
            tally.failures += told["failures"]
            if done.returncode:
                tally.counts["crashed"] += 1
                tally.failures.append(f"crash {done.returncode}: {done.stderr[-1500:]}")
    return tally


@contextmanager
def work_folder() -> Iterator[Path]:
    """Where a run may litter."""
    with tempfile.TemporaryDirectory(prefix="mel-faults-") as folder:
        yield Path(folder)
