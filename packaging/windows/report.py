"""What the rehearsal says at its end: what worked, what grew, and how far the goals are.

A check that failed makes the exit code 1. A goal of issue 9 that is missed does not: it is told
here and stands in the report; that nothing grows is a check of its own (contents.MOST_BYTES).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Check = tuple[str, bool, str]  # what was looked at, whether it was so, what was seen otherwise
Stage = tuple[str, float, bool]  # name, seconds, whether it was kept of an earlier run

MSI_MB: Final = 45
INSTALLED_MB: Final = 95
CHAIN_S: Final = 360  # from nothing, on a machine that does nothing else


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach beside what was measured."""

    what: str
    most: int
    seen: float
    unit: str

    @property
    def reached(self) -> bool:
        """Whether it is."""
        return self.seen <= self.most


def goals(*, msi: Path, installed: int, seconds: float) -> list[Goal]:
    """Those of issue 9. ``installed``: octets."""
    return [
        Goal("the MSI", MSI_MB, round(msi.stat().st_size / 1e6, 1), "MB"),
        Goal("installed", INSTALLED_MB, round(installed / 1e6, 1), "MB"),
        Goal("the whole chain", CHAIN_S, round(seconds), "s"),
    ]


def line(check: Check) -> str:
    """A check as it is printed."""
    what, ok, seen = check
    return f"  {'ok' if ok else 'FAILED':<7}{what}{f': {seen}' if seen and not ok else ''}"


def ending(checks: Sequence[Check], found: Sequence[Goal], notes: Sequence[str]) -> list[str]:
    """Notes, goals, and how many checks went which way."""
    failed = sum(not ok for _, ok, _ in checks)
    return [
        *(f"  note   {note}" for note in notes),
        *(
            f"  {'goal' if goal.reached else 'missed':<7}"
            f"{goal.what}: {goal.seen:g} {goal.unit} of {goal.most}"
            for goal in found
        ),
        f"{len(checks) - failed} passed, {failed} failed,"
        f" {sum(not goal.reached for goal in found)} of {len(found)} goals missed",
    ]


def write(
    file: Path,
    *,
    facts: Mapping[str, object],
    stages: Sequence[Stage],
    checks: Sequence[Check],
    found: Sequence[Goal],
    notes: Sequence[str],
) -> None:
    """All of it as JSON."""
    document = {
        **facts,
        "goals": [
            {"what": one.what, "most": one.most, "seen": one.seen, "unit": one.unit,
             "reached": one.reached} for one in found
        ],
        "notes": list(notes),
        "stages": [{"name": n, "seconds": round(s, 1), "kept": k} for n, s, k in stages],
        "checks": [{"what": what, "ok": ok, "seen": seen} for what, ok, seen in checks],
    }  # fmt: skip
    text = json.dumps(document, ensure_ascii=False, indent=1)
    file.write_text(f"{text}\n", encoding="utf-8")
