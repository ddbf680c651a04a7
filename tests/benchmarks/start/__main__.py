"""``python -m tests.benchmarks.start``: what ``packaging/dev.py bench start`` runs.

``python -m mel_desktop`` on an empty profile, and by turns a frozen program where one is named.
From the process to its painted window (X without a graphics driver, Xvfb), warm: the first start of
each counts for nothing. Memory three seconds later, of all processes of the program: RSS is
compared, since a school PC has no second program that shares these libraries.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.benchmarks import figures, goals, scenarios
from tests.benchmarks.figures import Figure, joined
from tests.benchmarks.goals import Target
from tests.benchmarks.start.started import Start, make_profile, start
from tests.benchmarks.sync.results import machine
from tests.benchmarks.window.screen import screen
from tests.support.secret_service import secret_service

MODULE: Final = "python -m mel_desktop"
FROZEN: Final = "frozen"
# (scenario, what) -> field of Start, unit
_FIELDS: Final = {
    ("start", "{}, process to window"): ("painted_ms", "ms"),
    ("start", "{}, CPU until then"): ("cpu_ms", "ms"),
    ("memory", "idle window, {}"): ("rss_mb", "MB"),
    ("memory", "proportional (PSS), {}"): ("pss_mb", "MB"),
    ("memory", "private, {}"): ("private_mb", "MB"),
}


def main(arguments: Sequence[str]) -> int:
    """Run; 0 when every target is kept, 2 when the program cannot be started."""
    options = _options(arguments)
    programs = {MODULE: [sys.executable, "-m", "mel_desktop"]}
    if options.program is not None:
        programs[FROZEN] = [str(options.program.resolve())]
    try:
        found = measure(programs, options.runs)
    except (OSError, TimeoutError) as error:
        print(f"bench start: {error}", file=sys.stderr)
        return 2
    report = Report(found)
    figures.write(options.json, report.figures())  # before what may fail
    print("\n".join(report.lines()))
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(report.document(), indent=1) + "\n")
    return 0 if set(found) == set(programs) and all(one.kept for one in report.targets()) else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench start", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=7, metavar="N", help="starts of each, default 7"
    )
    parser.add_argument("--program", type=Path, metavar="PATH", help="a frozen executable as well")
    parser.add_argument("--out", type=Path, metavar="FILE", help="everything, as JSON")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as a list")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error("--runs: at least 1")
    if options.program is not None and not options.program.is_file():
        parser.error(f"--program: {options.program} is no file")
    return options


def measure(programs: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[Start]]:
    """All starts of each program, by turns; the first of each is left out."""
    found: dict[str, list[Start]] = {name: [] for name in programs}
    with (
        tempfile.TemporaryDirectory(prefix="mel-bench-start-") as folder,
        secret_service() as bus,
        screen() as shown,
    ):
        profile = make_profile(Path(folder) / "profile", bus)
        for number in range(runs + 1):
            for name, command in programs.items():
                if name not in found:
                    continue
                try:
                    one = start(command, profile, shown, bus)
                except (OSError, TimeoutError) as error:
                    if name == MODULE:
                        raise
                    scenarios.broke_off(name, error)  # the module's figures count
                    del found[name]
                    continue
                print(f"  {name}: {one.painted_ms:.0f} ms, {one.rss_mb:.0f} MB", file=sys.stderr)
                if number:
                    found[name].append(one)
    return found


class Report:
    """Medians beside what was promised."""

    def __init__(self, found: Mapping[str, Sequence[Start]]) -> None:
        self._found = found

    def median(self, program: str, name: str) -> float | None:
        """Of one figure; None where the program was not run or the system does not tell."""
        values = [getattr(one, name) for one in self._found.get(program, ())]
        told = [one for one in values if one is not None]
        return statistics.median(told) if told else None

    def ratio(self) -> float | None:
        """The frozen program's start to the module's."""
        frozen, module = self.median(FROZEN, "painted_ms"), self.median(MODULE, "painted_ms")
        return None if frozen is None or module is None else frozen / module

    def targets(self) -> list[Target]:
        """Those of the frozen program only where it was run."""
        kept = [_target("memory", "idle window, module", self._mb(MODULE))]
        if FROZEN in self._found:
            start_ms = self.median(FROZEN, "painted_ms")
            kept += [
                _target("memory", "idle window, frozen", self._mb(FROZEN)),
                _target("start", "frozen, process to window", start_ms),
                _target("start", "frozen, of the module's", self.ratio()),
            ]
        return kept

    def figures(self) -> list[Figure]:
        """Every goal, and the rest of what was measured; the module beside the frozen program."""
        compared = []
        for program, name in ((MODULE, "module"), (FROZEN, "frozen")):
            if program not in self._found:
                continue
            for (scenario, what), (field, unit) in _FIELDS.items():
                other = self.median(MODULE, field)
                beside = {MODULE: other} if program == FROZEN and other is not None else {}
                got = self.median(program, field)
                compared.append(Figure(scenario, what.format(name), got, unit, beside))
        return joined("start", self.targets(), compared)

    def _mb(self, program: str) -> float | None:
        return self.median(program, "rss_mb")

    def lines(self) -> list[str]:
        """One for each program, then one for each target."""
        lines = []
        for name, runs in self._found.items():
            times = [one.painted_ms for one in runs]
            memory = ", ".join(
                f"{what} {'-' if (got := self.median(name, key)) is None else f'{got:.1f}'} MB"
                for what, key in (("RSS", "rss_mb"), ("PSS", "pss_mb"), ("private", "private_mb"))
            )
            lines.append(
                f"{name}: {statistics.median(times):.0f} ms to the painted window"
                f" ({min(times):.0f} to {max(times):.0f}, {len(runs)} starts; CPU"
                f" {self.median(name, 'cpu_ms'):.0f} ms); at rest {memory}"
            )
        for one in self.targets():
            value = "not measured" if one.got is None else f"{one.got:.4g}"
            limit = f"{one.limit:g} {one.unit}".strip()
            lines.append(
                f"{one.what}: {value} (at most {limit}) {'kept' if one.kept else 'MISSED'}"
            )
        return lines

    def document(self) -> dict[str, object]:
        """All of it."""
        names = ("painted_ms", "cpu_ms", "rss_mb", "pss_mb", "private_mb")
        return {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "programs": {
                name: {
                    "runs": [asdict(one) for one in runs],
                    "median": {what: self.median(name, what) for what in names},
                }
                for name, runs in self._found.items()
            },
            "ratio": self.ratio(),
            "targets": [{**asdict(one), "kept": one.kept} for one in self.targets()],
        }


def _target(scenario: str, what: str, got: float | None) -> Target:
    return goals.target("start", scenario, what, got)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
