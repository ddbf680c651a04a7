"""How the tests ended, and which of those that failed pass alone.

A test that fails once and passes alone is unsteady: it is listed with its first failure, and it is
forgiven only as long as few are. Nothing else is forgiven.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# More are no accident of a busy machine.
MOST_UNSTEADY = 3
# So many do not fail by chance: running them again would only take time.
MOST_AGAIN = 40
_LINES = 60
# No test takes half of it. After a worker died, the others may wait for its work without end.
LONGEST_SILENCE_S = 600.0
_LOOK_S = 1.0
_CLEANING_S = 30.0
_FAILED_BY_TESTS = 1  # pytest's exit code; any other one: it could not do its work


@dataclass(frozen=True)
class Outcomes:
    """What one run of pytest said; ``failed`` with the text of each first failure."""

    passed: frozenset[str]
    failed: dict[str, str]


@dataclass(frozen=True)
class Verdict:
    """After the second look. ``unsteady``: failed once, passed alone, with the first failure."""

    passed: int
    failed: int
    unsteady: dict[str, str]
    ok: bool


def read(file: Path) -> Outcomes:
    """The lines of tests/support/outcomes.py; a test with any failed phase has failed."""
    passed: set[str] = set()
    failed: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        said = json.loads(line)
        if said["outcome"] == "failed":
            failed.setdefault(said["test"], said["text"])
        elif said["outcome"] == "passed":
            passed.add(said["test"])
    return Outcomes(frozenset(passed - failed.keys()), failed)


def begun(file: Path) -> list[str]:
    """Tests that began and of which nothing more was heard."""
    open_: dict[str, None] = {}
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        said = json.loads(line)
        if said["outcome"] == "begun":
            open_[said["test"]] = None
        else:
            open_.pop(said["test"], None)
    return list(open_)


def watched(
    command: Sequence[str], folder: Path, file: Path, silence_s: float = LONGEST_SILENCE_S
) -> int:
    """Run pytest; its exit code. One whose ``file`` stays as it is for ``silence_s`` is ended."""
    # On POSIX with all the processes it started: a terminal's Ctrl-C is passed on by hand.
    group = os.name == "posix"
    with subprocess.Popen(command, cwd=folder, start_new_session=group) as process:
        silent, size = 0.0, -1
        while True:
            try:
                return process.wait(_LOOK_S)
            except subprocess.TimeoutExpired:
                now = file.stat().st_size if file.is_file() else 0
                silent = silent + _LOOK_S if now == size else 0.0
                size = now
            except BaseException:
                _end(process, group, signal.SIGINT)
                raise
            if silent >= silence_s:
                print(
                    f"\nNo test began or ended for {silence_s:.0f} s: pytest is ended.", flush=True
                )
                for test in begun(file):
                    print(f"  not ended: {test}", flush=True)
                _end(process, group)
                return process.wait() or 1


def _end(
    process: subprocess.Popen[bytes], group: bool, first: signal.Signals | None = None
) -> None:
    """At once, or after it had time to clean up behind ``first``."""
    if group and first is not None:
        os.killpg(process.pid, first)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_CLEANING_S)
    try:
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass


def judge(
    code: int, first: Outcomes, run_again: Callable[[Sequence[str]], tuple[int, Outcomes]] | None
) -> Verdict:
    """The verdict on a run that ended with ``code``. ``run_again`` runs the named tests alone."""
    passed, failed = len(first.passed), len(first.failed)
    if code != _FAILED_BY_TESTS or run_again is None or not 0 < failed <= MOST_AGAIN:
        failed = failed or int(code != 0)  # it did not get as far as a test
        return Verdict(passed, failed, {}, ok=not failed)
    again, second = run_again(list(first.failed))
    unsteady = {test: text for test, text in first.failed.items() if test in second.passed}
    others = failed - len(unsteady)
    if others or again != 0 or len(unsteady) > MOST_UNSTEADY:
        return Verdict(passed, failed, unsteady, ok=False)
    return Verdict(passed + failed, 0, unsteady, ok=True)


def told(unsteady: dict[str, str]) -> str:
    """The list for the summary; empty without any."""
    if not unsteady:
        return ""
    lines = [f"UNSTEADY (failed once, passed alone): {len(unsteady)}"]
    for test, text in unsteady.items():
        lines += [f"  {test}", *(f"    {line}" for line in text.splitlines()[-_LINES:])]
    return "\n".join(lines) + "\n"
