"""``python -m tests.benchmarks.window``: what ``packaging/dev.py bench window`` runs.

The real window on 100,000 messages in one folder and 300,000 in all, no network. Where there is
Xvfb the window is drawn by X as on a school PC without a graphics driver worth its name; else
offscreen. Times from the event to the end of the painting that shows it. Where Thunderbird is
installed it starts by turns with ours, on the same inbox.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import figures, goals, scenarios
from tests.benchmarks.figures import Figure, joined
from tests.benchmarks.goals import Target
from tests.benchmarks.sync.clients import REPOSITORY
from tests.benchmarks.sync.results import machine
from tests.benchmarks.window import thunderbird
from tests.benchmarks.window.filling import ensure
from tests.benchmarks.window.thunderbird import Started, Thunderbird

# (name of the times, share, what)
TIMES: Final = (
    ("folder_ms", 95, "from folder to folder, p95"),
    ("long_ms", 95, "message of 200 kB opened, p95"),
    ("rest_ms", 99, "scrolling, wheel to painted, p99"),
    ("syncing_ms", 99, "scrolling while 50 rows come every 100 ms, p99"),
    ("typing_ms", 99, "a key in the composer, p99"),
)


def main(arguments: Sequence[str]) -> int:
    """Run; 0 when every target is kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench window", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, metavar="N")
    parser.add_argument("--others", type=int, default=200_000, metavar="N")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="starts of the program")
    parser.add_argument("--steps", type=int, default=600, metavar="N", help="of scrolling")
    parser.add_argument("--keys", type=int, default=600, metavar="N")
    parser.add_argument("--switches", type=int, default=41, metavar="N")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".mel-test" / "bench-window")
    parser.add_argument("--letters", type=Path, default=REPOSITORY / ".mel-test" / "bench-store")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "bench-window.json")
    parser.add_argument("--no-peer", action="store_true", help="without Thunderbird")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as a list")
    options = parser.parse_args(arguments)
    profile = ensure(options.cache, options.messages, options.others, options.letters)
    beside = Beside(options)
    folder = Path(tempfile.mkdtemp(prefix="mel-bench-window-"))
    runs: list[dict[str, Any]] = []
    broke = ""
    scenarios.end_well()
    try:
        for number in range(options.runs):
            one = partial(_run, options, profile, folder / str(number), runs)
            broke = scenarios.attempt(f"start {number + 1}", one) or broke
            beside.start()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not runs:
        return 1
    report = Report(options, runs, beside)
    figures.write(options.json, report.figures())  # before what may fail
    report.save(options.out)
    print(report.markdown())
    return 0 if not broke and all(one.kept for one in report.targets) else 1


def _run(
    options: argparse.Namespace, profile: Path, folder: Path, runs: list[dict[str, Any]]
) -> None:
    """One start of the program on a copy, so that the next finds the same; added to ``runs``."""
    copy = folder / "profile"
    shutil.copytree(profile, copy)
    os.sync()
    asked = {
        "profile": str(copy),
        "letters": str(options.letters),
        "messages": options.messages,
        "steps": options.steps,
        "keys": options.keys,
        "switches": options.switches,
    }
    command = [sys.executable, "-m", "tests.benchmarks.window.child", json.dumps(asked)]
    # each copy is new to this PC, or it would be told as one that was put back
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    if shutil.which("xvfb-run"):
        command = ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24", *command]
        environment["QT_QPA_PLATFORM"] = "xcb"
    else:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    found = subprocess.run(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    shutil.rmtree(folder)
    told: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    print(
        f"  first rows {told['first_rows_ms']:.0f} ms, {told['rss_mb']:.0f} MB",
        file=sys.stderr, flush=True,
    )  # fmt: skip
    runs.append(told)


def share_of(times: Sequence[float], share: int) -> float:
    """The time under which so many per cent of them lie."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


class Beside:
    """Thunderbird by turns with ours. What it cannot do is told and makes nothing fail."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.started: list[Started] = []
        self.trouble = ""
        self._picture = options.out.with_name(f"{options.out.stem}-thunderbird.ppm")
        self._peer: Thunderbird | None = None
        if options.no_peer:
            self.trouble = "not asked for"
        elif not thunderbird.available():
            self.trouble = "not installed (or no Xvfb)"
        else:
            self._peer = Thunderbird(options.cache, options.letters, options.messages)
            self._try(self._peer.prepare)

    def start(self) -> None:
        """Once, as long as nothing went wrong. A picture shows what was taken for rows."""
        if self._peer is not None and not self.trouble:
            self._picture.parent.mkdir(parents=True, exist_ok=True)
            self._try(self._start)

    def _start(self) -> None:
        assert self._peer is not None
        found = self._peer.start(self._picture)
        self.started.append(found)
        print(
            f"  Thunderbird: rows {found.rows_ms:.0f} ms, {found.pss_mb:.0f} MB",
            file=sys.stderr, flush=True,
        )  # fmt: skip

    def _try(self, what: Callable[[], None]) -> None:
        try:
            what()
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            self.trouble = str(error)
            scenarios.left_out("Thunderbird", self.trouble)

    def median(self, name: str) -> dict[str, float]:
        """Of a field over its starts, under its name; nothing where there were none."""
        values = [getattr(one, name) for one in self.started]
        return {"Thunderbird": _median(values)} if values else {}

    def note(self, rows_ms: float, pss_mb: float) -> str:
        """Beside what ours took."""
        if not self.started:
            return f"Thunderbird: {self.trouble}"
        rows, pss, rss = (
            _median([getattr(one, name) for one in self.started])
            for name in ("rows_ms", "pss_mb", "rss_mb")
        )
        version = "" if self._peer is None else self._peer.version
        return (
            f"Thunderbird {version} on the same inbox (Local Folders, table, offline, not its first"
            f" start): process to rows {rows:.0f} ms, ours {rows_ms / rows:.2f} of it with the"
            f" passphrase's derivation; its processes {pss:.0f} MB PSS ({rss:.0f} MB RSS), ours"
            f" {pss_mb / pss:.2f} of it (PSS)"
        )


class Report:
    """What was promised beside what came; the median of the runs."""

    def __init__(
        self, options: argparse.Namespace, runs: Sequence[dict[str, Any]], beside: Beside
    ) -> None:
        self._options = options
        self._runs = runs
        self._beside = beside
        self.targets = [
            _target("start", "key known to rows painted", self._median("first_rows_ms")),
            _target("memory", "the process, at rest", self._median("rss_mb")),
            *(_target("window", what, self._middle(name, share)) for name, share, what in TIMES),
        ]

    def _median(self, name: str) -> float:
        return _median([one[name] for one in self._runs])

    def _middle(self, name: str, share: int) -> float:
        return _median([share_of(one[name], share) for one in self._runs])

    def notes(self) -> list[str]:
        """What is worth knowing beside the promises."""
        first = self._runs[0]
        words = [
            f"{self._options.messages:,} messages in the inbox, {self._options.others:,} elsewhere;"
            f" {len(self._runs)} start(s); Qt {first['qt']} on {first['platform']}",
            f"passphrase to key {self._median('key_ms'):.0f} ms, process to rows"
            f" {self._median('process_to_rows_ms'):.0f} ms (both included)",
            f"memory after all of this {self._median('rss_after_mb'):.0f} MB, most"
            f" {self._median('peak_mb'):.0f} MB",
            f"long messages: {first['long_octets'] / 1000:.0f} kB of safe HTML each",
            f"rows committed while scrolling: {first['committed']}",
            self._beside.note(self._median("process_to_rows_ms"), self._median("pss_mb")),
        ]
        for name, _, what in TIMES:
            kinds = ", ".join(f"p{at} {self._middle(name, at):.1f}" for at in (50, 95, 99))
            most = max(max(one[name]) for one in self._runs)
            words.append(f"{what.rpartition(',')[0]}: {kinds}, most {most:.0f} ms")
        for name in ("rest", "syncing"):
            paint = self._middle(f"{name}_paint_ms", 99)
            words.append(f"painting alone, {name}: p99 {paint:.1f} ms")
        return words

    def markdown(self) -> str:
        """Machine and date, notes, then one row for each promise."""
        found = machine()
        return "\n".join(
            [
                f"{datetime.now(UTC):%Y-%m-%d}, {found['system']}, Python {found['python']},"
                f" {found['cpus']} CPUs, load {found['load']}",
                "",
                *(f"- {line}" for line in self.notes()),
                "",
                "| target | got | limit | |",
                "|---|---|---|---|",
                *(
                    f"| {one.what} | {one.got or 0:.1f} | {one.limit:g} {one.unit} |"
                    f" {'kept' if one.kept else 'MISSED'} |"
                    for one in self.targets
                ),
            ]
        )

    def figures(self) -> list[Figure]:
        """Every goal, and what Thunderbird took."""
        median = self._beside.median
        compared = [
            Figure("start", "process to rows painted", self._median("process_to_rows_ms"), "ms",
                   median("rows_ms")),
            Figure("start", "passphrase to key", self._median("key_ms"), "ms"),
            Figure("memory", "the process, at rest", self._median("rss_mb"), "MB",
                   median("rss_mb")),
            Figure("memory", "proportional (PSS), at rest", self._median("pss_mb"), "MB",
                   median("pss_mb")),
        ]  # fmt: skip
        for name, _, what in TIMES:
            middle = self._middle(name, 50)
            compared.append(Figure("window", f"{what.rpartition(',')[0]}, median", middle, "ms"))
        return joined("window", self.targets, compared)

    def save(self, path: Path) -> None:
        """Everything as JSON, and beside it the table as Markdown."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "runs": list(self._runs),
            "thunderbird": [asdict(one) for one in self._beside.started],
            "notes": self.notes(),
            "targets": [{**asdict(one), "kept": one.kept} for one in self.targets],
        }
        path.write_text(json.dumps(document) + "\n")
        path.with_suffix(".md").write_text(self.markdown() + "\n")


def _target(scenario: str, what: str, got: float) -> Target:
    return goals.target("window", scenario, what, got)


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
