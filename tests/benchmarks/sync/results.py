"""What was measured, what was promised, and how both are printed."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import goals
from tests.benchmarks.figures import Figure, joined
from tests.benchmarks.goals import Target as Target  # the others take it from here
from tests.benchmarks.sync.process import Ran

# what is compared -> field of Measure, unit, how many of the field make one
_FIELDS: Final = {
    "seconds of the whole process": ("wall_s", "s", 1),
    "seconds of CPU": ("cpu_s", "s", 1),
    "peak memory": ("peak_bytes", "MB", 1e6),
    "bytes down": ("down", "kB", 1e3),
    "turns": ("turns", "", 1),
}
_CLIENTS: Final = ("mel", "floor", "mbsync", "offlineimap", "thunderbird")
_PACKAGES: Final = ("dovecot-core", "isync", "offlineimap3", "thunderbird", "iproute2")


@dataclass(slots=True)
class Measure:
    """One run of one client in one scenario."""

    scenario: str
    client: str
    line: str
    wall_s: float
    cpu_s: float
    peak_bytes: int
    down: int
    up: int
    turns: int
    waits: int
    connections: int
    ok: bool = True
    seconds: float | None = None  # what the scenario compares: the whole run where it is None
    marks: dict[str, tuple[float, int, int, int]] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: str, client: str, line: str, ran: Ran) -> Measure:
        """From a run that went well or not."""
        return cls(
            scenario, client, line, ran.wall_s, ran.cpu_s, ran.peak_bytes, ran.line.down,
            ran.line.up, ran.line.turns, ran.line.waits, ran.line.connections, ran.code == 0,
        )  # fmt: skip

    def mark(self, name: str, ran: Ran, instant: float) -> None:
        """Seconds, down, up and turns at an instant of the machine's clock."""
        self.marks[name] = (instant - ran.began, *ran.at(instant))


class Results:
    """All of one invocation."""

    def __init__(self) -> None:
        self.measures: list[Measure] = []
        self.targets: list[Target] = []
        self.notes: list[str] = []

    def add(self, measure: Measure) -> Measure:
        """Keep it, and say so: some runs take minutes."""
        self.measures.append(measure)
        marks = "".join(
            f"  {name} {values[0]:.2f} s/{values[1] / 1000:.1f} kB/{values[3]} turns"
            for name, values in measure.marks.items()
        )
        print(
            f"  {measure.scenario:<14} {measure.client:<11} {measure.line:<10}"
            f" {measure.wall_s:7.2f} s  cpu {measure.cpu_s:6.2f}"
            f"  {measure.peak_bytes / 1e6:4.0f} MB  {measure.down / 1000:9.1f} kB down"
            f"  {measure.turns:4} turns{marks}{'' if measure.ok else '  FAILED'}",
            file=sys.stderr, flush=True,
        )  # fmt: skip
        return measure

    def of(self, scenario: str, client: str) -> list[Measure]:
        """Successful runs."""
        return [
            one
            for one in self.measures
            if one.scenario == scenario and one.client == client and one.ok
        ]

    def median(self, scenario: str, client: str, name: str) -> float | None:
        """Of a field, over the successful runs."""
        runs = self.of(scenario, client)
        values = [value for one in runs if (value := getattr(one, name)) is not None]
        return statistics.median(values) if values else None

    def mark(self, scenario: str, client: str, name: str, column: int) -> float | None:
        """Median of a mark: 0 seconds, 1 down, 2 up, 3 turns."""
        values = [one.marks[name][column] for one in self.of(scenario, client) if name in one.marks]
        return statistics.median(values) if values else None

    def promise(
        self, scenario: str, what: str, got: float | None, base: float | None = None
    ) -> None:
        """A goal of the table; one whose limit could not be measured is not kept."""
        self.targets.append(goals.target("sync", scenario, what, got, base))

    # -- out ---------------------------------------------------------------------------------------

    def table(self) -> str:
        """One line for each scenario and client, then one for each target."""
        names = list(dict.fromkeys((one.scenario, one.client) for one in self.measures))
        lines = [
            f"{'scenario':<15}{'client':<12}{'n':>2}{'wall s':>9}{'cpu s':>8}{'peak MB':>8}"
            f"{'down kB':>11}{'up kB':>8}{'turns':>6}{'waits':>6}{'time/floor':>11}"
            f"{'down/floor':>11}{'time/mbsync':>12}"
        ]
        for scenario, client in names:
            runs = self.of(scenario, client)
            if not runs:
                lines.append(f"{scenario:<15}{client:<12} failed")
                continue
            wall, down = self._median(runs, "wall_s"), self._median(runs, "down")
            lines.append(
                f"{scenario:<15}{client:<12}{len(runs):>2}{wall:>9.2f}"
                f"{self._median(runs, 'cpu_s'):>8.2f}{self._median(runs, 'peak_bytes') / 1e6:>8.0f}"
                f"{down / 1000:>11.1f}{self._median(runs, 'up') / 1000:>8.1f}"
                f"{self._median(runs, 'turns'):>6.0f}{_waits(runs):>6}"
                f"{_ratio(wall, self.median(scenario, 'floor', 'wall_s')):>11}"
                f"{_ratio(down, self.median(scenario, 'floor', 'down')):>11}"
                f"{_ratio(wall, self.median(scenario, 'mbsync', 'wall_s')):>12}"
            )
        lines += ["", f"{'scenario':<15}{'target':<58}{'got':>12}{'limit':>12}  verdict"]
        for one in self.targets:
            got = "-" if one.got is None else _number(one.got)
            sign = ">=" if one.least else "<="
            lines.append(
                f"{one.scenario:<15}{one.what:<58}{got:>12}{sign:>3}{_number(one.limit):>9}"
                f" {one.unit:<6} {'kept' if one.kept else 'MISSED'}"
            )
        return "\n".join([*lines, *(f"note: {one}" for one in self.notes)])

    def figures(self) -> list[Figure]:
        """Every goal, and medians of what each client took."""
        compared = []
        for scenario in dict.fromkeys(one.scenario for one in self.measures):
            for what, (name, unit, factor) in _FIELDS.items():
                took = {
                    client: value / factor
                    for client in _CLIENTS
                    if (value := self.median(scenario, client, name)) is not None
                }
                ours = took.pop("mel", None)
                compared.append(Figure(scenario, what, ours, unit, took))
            compared += self._compared_marks(scenario)
        return joined("sync", self.targets, compared)

    def _compared_marks(self, scenario: str) -> list[Figure]:
        """Instants on the way that both the floor and we know."""
        names = dict.fromkeys(name for one in self.of(scenario, "mel") for name in one.marks)
        found = []
        for name in names:
            floor = self.mark(scenario, "floor", name, 0)
            if floor is not None:
                what = f"seconds to {name.replace('_', ' ')}"
                ours = self.mark(scenario, "mel", name, 0)
                found.append(Figure(scenario, what, ours, "s", {"floor": floor}))
        return found

    def save(self, path: Path) -> None:
        """Everything, as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "measures": [asdict(one) for one in self.measures],
            "targets": [{**asdict(one), "kept": one.kept} for one in self.targets],
            "notes": self.notes,
        }
        path.write_text(json.dumps(document, indent=1) + "\n")

    @staticmethod
    def _median(runs: Sequence[Measure], name: str) -> float:
        return float(statistics.median(getattr(one, name) for one in runs))


def _waits(runs: Sequence[Measure]) -> str:
    """Turns that found the line silent; the plain line is only listened to and cannot say."""
    if runs[0].line == "lan":
        return "-"
    return f"{statistics.median(one.waits for one in runs):.0f}"


def _ratio(value: float, base: float | None) -> str:
    return f"{value / base:.2f}" if base else "-"


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def machine() -> dict[str, str]:
    """What the figures depend on."""
    found = {
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "cpus": str(os.cpu_count()),
        "load": " ".join(f"{one:.1f}" for one in os.getloadavg()),
        "congestion": _text("/proc/sys/net/ipv4/tcp_congestion_control"),
        "mel-desktop": version("mel-desktop") if _installed() else _commit(),
    }
    for package in _PACKAGES:
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found[package] = done.stdout.strip() or "absent"
    return found


def _installed() -> bool:
    try:
        version("mel-desktop")
    except ImportError:
        return False
    return True


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parent,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"


def _text(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return "unknown"
