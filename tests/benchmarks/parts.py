"""The benchmarks that make the whole: what each is called with, and how one is run and kept."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

from tests.benchmarks import figures, machine
from tests.benchmarks.figures import Figure
from tests.benchmarks.scenarios import BROKE_OFF, LEFT_OUT

SIZES: Final = ("small", "full")
# A benchmark that hangs must not take the others' results along.
_MOST_S: Final = {"small": 20 * 60.0, "full": 6 * 3600.0}
_TO_CLEAN_UP_S: Final = 60.0
_MISSED: Final = 1  # what a benchmark ends with when a goal is missed, and Python at an error
Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark. Its options are numbers, so that the report can tell them."""

    name: str
    module: str
    small: Numbers
    full: Numbers
    program: str = ""  # given as well, once it was built
    is_quick: bool = False  # it looks at what may have been built since: never reused

    def numbers(self, size: str) -> Numbers:
        """Options and their values."""
        return self.small if size == "small" else self.full

    def words(self, size: str) -> list[str]:
        """As the command line has them."""
        words = [f"--{name}={value}" for name, value in self.numbers(size).items()]
        if self.program and (machine.ROOT / self.program).is_file():
            words.append(f"--program={self.program}")
        return words

    def told(self, size: str) -> str:
        """For the report."""
        told = [f"{name} {value:,}" for name, value in self.numbers(size).items()]
        if self.program and not (machine.ROOT / self.program).is_file():
            told.append("the frozen program was not built before this run")
        return ", ".join(told)


PARTS: Final = (
    Part("sync", "tests.benchmarks.sync",
         {"scale": 1_000, "runs": 1, "cuts": 2},
         {"scale": 10_000, "runs": 3, "cuts": 5}),
    Part("store", "tests.benchmarks.store",
         {"messages": 10_000, "people": 10_000, "runs": 1, "queries": 40},
         {"messages": 100_000, "people": 100_000, "runs": 2, "queries": 80}),
    Part("directory", "tests.benchmarks.directory",
         {"people": 20_000, "schools": 20_000, "sessions": 60, "entries": 10_000},
         {"people": 100_000, "schools": 70_000, "sessions": 300, "entries": 50_000}),
    Part("window", "tests.benchmarks.window",
         {"messages": 10_000, "others": 20_000, "runs": 3, "steps": 300, "keys": 300},
         {"messages": 100_000, "others": 200_000, "runs": 3, "steps": 600, "keys": 600}),
    Part("start", "tests.benchmarks.start", {"runs": 5}, {"runs": 9},
         program="build/frozen/mel-desktop/mel-desktop"),
    Part("installers", "tests.benchmarks.installers", {}, {}, is_quick=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What a part found. ``state``: of the sources that it was measured on."""

    part: str
    words: Sequence[str]
    state: str
    commit: str
    date: str
    seconds: float
    load: float | None  # of the machine before it began
    trouble: str = ""
    figures: Sequence[Figure] = field(default_factory=tuple)
    left_out: Sequence[str] = field(default_factory=tuple)  # who could not take part, and why

    def is_sound(self, state: str) -> bool:
        """Whether it need not be measured again."""
        return bool(state) and self.state == state and not self.trouble and bool(self.figures)

    @classmethod
    def load_file(cls, path: Path) -> Kept:
        """OSError, ValueError or KeyError where there is none, or a torn one."""
        told = json.loads(path.read_text(encoding="utf-8"))
        told["figures"] = tuple(Figure.from_json(row) for row in told["figures"])
        told["left_out"] = tuple(told["left_out"])
        return cls(**told)

    @classmethod
    def of(cls, folder: Path, part: Part, size: str) -> Kept | None:
        """None where nothing of use is kept, or was measured with other options."""
        try:
            found = cls.load_file(folder / f"{part.name}.json")
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if list(found.words) == part.words(size) else None

    def save(self, folder: Path) -> None:
        """Whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        told: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        told["figures"] = [one.as_json() for one in self.figures]
        fresh = folder / f"{self.part}.new"
        fresh.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
        fresh.replace(folder / f"{self.part}.json")


def run(part: Part, size: str, folder: Path) -> Kept:
    """Measure it, and keep what came. What goes wrong is told in the result."""
    state, commit, load = machine.state(), machine.commit(), machine.load()
    out = folder / f"{part.name}-figures.json"
    words = part.words(size)
    began = time.monotonic()
    found: tuple[Figure, ...] = ()
    said = _Said()
    try:
        out.unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        if importlib.util.find_spec(part.module) is None:
            trouble = "this benchmark is not there"
        else:
            command = [sys.executable, "-m", part.module, *words, f"--json={out}"]
            trouble = _run(command, _MOST_S[size], said)
            found = _figures(out)
            if not found and not trouble:
                trouble = f"it told no figures: {said.last}" if said.last else "it told no figures"
    except (OSError, ImportError) as error:  # a full disk: the others may still be written
        trouble = f"{type(error).__name__}: {error}"
    kept = Kept(
        part.name, words, state, commit, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        time.monotonic() - began, load, machine.shown(trouble), found,
        tuple(map(machine.shown, said.left_out)),
    )  # fmt: skip
    with suppress(OSError):
        kept.save(folder)
    return kept


def _figures(out: Path) -> tuple[Figure, ...]:
    try:
        return tuple(figures.read(out))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


class _Said:
    """What a benchmark told on stderr; it goes on to whoever waits."""

    def __init__(self) -> None:
        self.last = ""
        self.left_out: list[str] = []
        self.broke: list[str] = []  # scenarios, and why
        self.has_traceback = False

    def hear(self, stream: IO[str]) -> None:
        """Until its end."""
        with stream:
            for line in stream:
                sys.stderr.write(line)
                sys.stderr.flush()
                self._note(line)

    def _note(self, line: str) -> None:
        told = line.strip()
        if told.startswith(LEFT_OUT):
            self.left_out.append(told.removeprefix(LEFT_OUT))
        elif BROKE_OFF in told:
            self.broke.append(told)
        self.last = told or self.last
        self.has_traceback = self.has_traceback or line.startswith("Traceback ")


def _run(command: Sequence[str], most_s: float, said: _Said) -> str:
    """Why it failed, or ""."""
    process = subprocess.Popen(
        command, cwd=machine.ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True, text=True, encoding="utf-8", errors="replace",
    )  # fmt: skip
    assert process.stderr is not None
    hearing = Thread(target=said.hear, args=(process.stderr,), daemon=True)
    hearing.start()
    is_late = False
    try:
        process.wait(most_s)
    except subprocess.TimeoutExpired:
        is_late = True
    finally:
        _end(process)  # with what it started: that would keep its stderr open
        hearing.join(_TO_CLEAN_UP_S)
    if is_late:
        return "; ".join((f"ended after {most_s / 60:.0f} minutes", *said.broke))
    if process.returncode == 0 or (
        process.returncode == _MISSED and not said.broke and not said.has_traceback
    ):
        return ""
    return "; ".join(said.broke) or f"exit {process.returncode}: {said.last}".removesuffix(": ")


def _end(process: subprocess.Popen[str]) -> None:
    """Asked first: some have namespaces and servers to take down."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_TO_CLEAN_UP_S)
    _kill(process.pid)  # what it started and did not end
    process.wait()


def _kill(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
