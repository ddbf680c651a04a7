"""What was measured beside what was promised (issue: vault, store and search; section Speed)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import goals
from tests.benchmarks.figures import Figure, joined
from tests.benchmarks.goals import Target
from tests.benchmarks.store.peers import Indexed
from tests.benchmarks.sync.results import machine

Told = dict[str, Any]
PLAIN: Final = "plain SQLite"
PAGES: Final = {
    "page of 100 in a folder, p95": "newest page",
    "page of 100 anywhere, p95": "page",
    "random body, p95": "body",
}


class Report:
    """All of one invocation."""

    def __init__(self, peers: Sequence[str]) -> None:
        self._peers = tuple(peers)
        self._targets: list[Target] = []
        self._lines: list[str] = []
        self._told: Told = {}

    @property
    def all_kept(self) -> bool:
        """Whether every promise is."""
        return all(one.kept for one in self._targets)

    def note(self, line: str) -> None:
        """One line above the targets, and at once for whoever waits."""
        self._lines.append(line)
        print(f"  {line}", file=sys.stderr, flush=True)

    def broke_off(self, scenario: str, why: str) -> None:
        """The others go on; a scenario without its figures keeps nothing."""
        self._lines.append(f"{scenario} broke off: {why}")
        self._targets.append(goals.unmeasured(scenario))

    def storing(
        self, keyed: Sequence[Told], plain: Sequence[Told], peers: Mapping[str, Indexed], count: int
    ) -> None:
        """CPU, size and memory."""
        self._told["store"] = {
            "keyed": list(keyed), "plain": list(plain),
            "peers": {name: asdict(one) for name, one in peers.items()},
        }  # fmt: skip
        ours, bare = (min(one["cpu"]["store"] for one in runs) for runs in (keyed, plain))
        whole = min(one["cpu"]["store"] + one["cpu"]["parse"] for one in keyed)
        size = keyed[-1]["size_mb"]
        self._promise("store", "storing and indexing, CPU / plain", ours / bare)
        for name, one in peers.items():
            self.note(
                f"{name}: CPU {one.cpu_s:.1f} s, wall {one.wall_s:.1f} s, {one.size_mb:.0f} MB"
            )
        for name in ("notmuch", "mu"):
            got = whole / peers[name].cpu_s if name in peers else None
            self._promise("store", f"with MIME parsing, CPU / {name}", got)
        got = size / peers["notmuch"].size_mb if "notmuch" in peers else None
        self._promise("store", "size / notmuch", got)
        self._promise("store", "peak of the process", max(one["peak_mb"] for one in keyed))
        self.note(f"{count / whole:.0f} messages a second of CPU, parsing included")

    def searching(self, keyed: Told, plain: Told, peers: Mapping[str, Mapping[str, Told]]) -> None:
        """Searches, pages, bodies."""
        self._told["search"] = {"keyed": keyed, "plain": plain, "peers": dict(peers)}
        self.note(
            f"{'newest 50, ms p50/p95':<20}{'ids':>14}{'15 rows shown':>16}{'plain, ids':>14}"
            + "".join(f"{name:>16}" for name in peers)
        )
        for kind, told in keyed["ids"].items():
            cells = [
                told,
                keyed["rows"][kind],
                plain["ids"][kind],
                *(p[kind] for p in peers.values()),
            ]
            widths = (14, 16, 14, *(16 for _ in peers))
            self.note(
                f"{kind:<20}"
                + "".join(
                    f"{_both(one):>{width}}" for one, width in zip(cells, widths, strict=True)
                )
            )
            self._promise("search", f"{kind}, p95", told["p95"])
            for name in self._peers:
                ratio = told["p95"] / max(0.001, peers[name][kind]["p95"])
                self._promise("search", f"{kind}, p95 / {name}", ratio)
        for what, name in PAGES.items():
            self._promise("search", what, keyed[name]["p95"])
        self._promise("search", "peak of the process", keyed["peak_mb"])

    def syncing(self, still: Told, busy: Told) -> None:
        """The same while a sync stores."""
        self._told["syncing"] = {"still": still, "busy": busy}
        self._promise("syncing", "messages stored a second", busy["stored_a_second"])
        for kind, told in busy["ids"].items():
            base = max(still["ids"][kind]["p95"], 0.5)
            self._promise("syncing", f"{kind}, p95", told["p95"], base)
        for name in PAGES.values():
            base = max(still[name]["p95"], 0.25)
            self._promise("syncing", f"{name}, p95", busy[name]["p95"], base)
        self._promise("syncing", "peak of the process", busy["peak_mb"])

    def opening(self, told: Told) -> None:
        """Key and passphrase."""
        self._told["open"] = told
        self._promise("open", "with the key", told["key_ms"])
        for end in ("most", "least"):
            self._promise("open", f"with the passphrase, at {end}", told["passphrase_s"])

    def rekeying(self, told: Told) -> None:
        """Another data key."""
        self._told["rekey"] = told
        self.note(f"rekey of {told['mb']:.0f} MB: CPU {told['cpu_s']:.2f} s")
        self._promise("rekey", "speed", told["mb_a_second"])
        self._promise("rekey", "memory grown by", told["grown_mb"])

    def completing(self, told: Told) -> None:
        """Directory."""
        self._told["directory"] = told
        self.note(f"directory of {told['persons']} persons read in {told['cpu_s']:.1f} s of CPU")
        self._promise("directory", "completion, p95 of a keystroke", told["keystroke"]["p95"])

    def _promise(
        self, scenario: str, what: str, got: float | None, base: float | None = None
    ) -> None:
        self._targets.append(goals.target("store", scenario, what, got, base))

    def table(self) -> str:
        """Notes, then one line for each promise."""
        found = machine()
        lines = [
            f"{datetime.now(UTC):%Y-%m-%d}, {found['system']}, Python {found['python']},"
            f" {found['cpus']} CPUs, load {found['load']}",
            *self._lines,
            f"{'scenario':<11}{'target':<46}{'got':>10}{'limit':>11}",
        ]
        for one in self._targets:
            got = "-" if one.got is None else f"{one.got:.2f}"
            sign = ">=" if one.least else "<="
            lines.append(
                f"{one.scenario:<11}{one.what:<46}{got:>10} {sign}{one.limit:>8.2f} {one.unit:<5}"
                f"{'kept' if one.kept else 'MISSED'}"
            )
        return "\n".join(lines)

    def figures(self) -> list[Figure]:
        """Every goal, and what plain SQLite, notmuch and mu took."""
        compared = [*self._compared_storing(), *self._compared_searching()]
        if "directory" in self._told:
            took = self._told["directory"]["cpu_s"]
            compared.append(Figure("directory", "persons read in, CPU", took, "s"))
        return joined("store", self._targets, compared)

    def _compared_storing(self) -> list[Figure]:
        if "store" not in self._told:
            return []
        told = self._told["store"]
        peers = told["peers"]
        cpu = {name: one["cpu_s"] for name, one in peers.items()}
        ours, plain = (
            {
                "store": min(one["cpu"]["store"] for one in told[kind]),
                "whole": min(one["cpu"]["store"] + one["cpu"]["parse"] for one in told[kind]),
                "size": told[kind][-1]["size_mb"],
            }
            for kind in ("keyed", "plain")
        )
        sizes = {name: one["size_mb"] for name, one in peers.items()}
        return [
            Figure("store", "storing and indexing, CPU", ours["store"], "s",
                   {PLAIN: plain["store"]}),
            Figure("store", "with MIME parsing, CPU", ours["whole"], "s",
                   {PLAIN: plain["whole"], **cpu}),
            Figure("store", "size", ours["size"], "MB", {PLAIN: plain["size"], **sizes}),
        ]  # fmt: skip

    def _compared_searching(self) -> list[Figure]:
        if "search" not in self._told:
            return []
        told = self._told["search"]
        keyed, plain, peers = told["keyed"], told["plain"], told["peers"]
        found = []
        for kind, ours in keyed["ids"].items():
            for share, what in (("p50", "median"), ("p95", "p95")):
                took = {PLAIN: plain["ids"][kind][share]}
                took |= {name: one[kind][share] for name, one in peers.items()}
                found.append(Figure("search", f"{kind}, {what}", ours[share], "ms", took))
        for what, name in PAGES.items():
            bare = {PLAIN: plain[name]["p95"]}
            found.append(Figure("search", what, keyed[name]["p95"], "ms", bare))
        return found

    def save(self, path: Path) -> None:
        """Everything, as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "told": self._told,
            "targets": [{**asdict(one), "kept": one.kept} for one in self._targets],
        }
        path.write_text(json.dumps(document, indent=1) + "\n")


def _both(one: Mapping[str, float]) -> str:
    return f"{one['p50']:.2f}/{one['p95']:.2f}"
