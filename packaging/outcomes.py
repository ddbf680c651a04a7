"""How the tests ended, and which of those that failed pass alone.

A test that fails once and passes alone is unsteady: it is listed with its first failure, and it is
forgiven only as long as few are. Nothing else is forgiven.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# More are no accident of a busy machine.
MOST_UNSTEADY = 3
# So many do not fail by chance: running them again would only take time.
MOST_AGAIN = 40
_LINES = 60
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
