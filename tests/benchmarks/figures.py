"""What a benchmark found, as JSON: a list of figures, each with its goal and what peers took.

``--json FILE`` of every benchmark writes it, tests.benchmarks.every collects it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.goals import GOALS, Target

_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One of ours. ``value`` None: it could not be measured."""

    scenario: str
    name: str
    value: float | None
    unit: str
    beside: Mapping[str, float] = field(default_factory=dict)  # peer -> what it took, same unit
    goal: str = ""  # in words; none where nothing was promised
    source: str = ""
    limit: float | None = None
    least: bool = False
    kept: bool | None = None

    def ratio(self, peer: str) -> float | None:
        """Ours to what a peer took."""
        other = self.beside.get(peer)
        return self.value / other if self.value is not None and other else None

    def as_json(self) -> dict[str, Any]:
        """With the ratios, for whoever reads the file without us."""
        return {
            "scenario": self.scenario,
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "goal": self.goal,
            "source": self.source,
            "limit": _rounded(self.limit),
            "least": self.least,
            "kept": self.kept,
            "ratio_to": {
                peer: {"value": _rounded(other), "ratio": _rounded(self.ratio(peer))}
                for peer, other in self.beside.items()
            },
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Figure:
        """KeyError without a name, a value or a unit; the rest may be absent."""
        beside = row.get("ratio_to") or {}
        return cls(
            row.get("scenario", ""), row["name"], row["value"], row["unit"],
            {peer: told["value"] for peer, told in beside.items()}, row.get("goal", ""),
            row.get("source", ""), row.get("limit"), row.get("least", False), row.get("kept"),
        )  # fmt: skip


def of_targets(part: str, targets: Iterable[Target]) -> list[Figure]:
    """Each with its goal in words."""
    found = []
    for one in targets:
        goal = GOALS.get((part, one.scenario, one.what))
        words, source = (goal.words(), goal.source) if goal else ("", "")
        limit = None if goal is not None and goal.of and one.got is None else one.limit
        told = Figure(one.scenario, one.what, one.got, one.unit, {}, words, source)
        found.append(replace(told, limit=limit, least=one.least, kept=one.kept))
    return found


def joined(part: str, targets: Iterable[Target], compared: Sequence[Figure]) -> list[Figure]:
    """The goals, with what peers took where that was measured; then what has no goal."""
    beside = {(one.scenario, one.name): one for one in compared}
    promised = []
    for one in of_targets(part, targets):
        other = beside.pop((one.scenario, one.name), None)
        if other is not None:
            value = other.value if one.value is None else one.value
            one = replace(one, beside=other.beside, value=value)
        promised.append(one)
    return [*promised, *beside.values()]


def write(path: Path | None, figures: Iterable[Figure]) -> None:
    """As a list; nothing where no file was asked for."""
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [one.as_json() for one in figures]
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> list[Figure]:
    """What ``write`` wrote. KeyError, TypeError or ValueError for anything else."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(rows, list):
        raise TypeError("no list of figures")
    return [Figure.from_json(row) for row in rows]


def _rounded(value: float | None) -> float | None:
    """Five digits: more is noise, and makes every line of the file differ."""
    return None if value is None else float(f"{value:.{_DIGITS}g}")
