"""``python -m tests.benchmarks.store``: what ``packaging/dev.py bench store`` runs.

100,000 generated French messages and as many directory entries; ratios to plain SQLite, notmuch and
mu are taken in this one run. CPU of whole processes; times of searches by the wall.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import figures, scenarios
from tests.benchmarks.store import corpus
from tests.benchmarks.store.peers import Peer
from tests.benchmarks.store.tables import Report
from tests.benchmarks.sync.clients import REPOSITORY

SCENARIOS: Final = ("store", "search", "syncing", "open", "rekey", "directory")
PEERS: Final = ("notmuch", "mu")


def main(arguments: Sequence[str]) -> int:
    """Run; 0 when every target is kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench store", description=__doc__)
    parser.add_argument("--only", action="append", choices=SCENARIOS, default=[])
    parser.add_argument("--messages", type=int, default=100_000, metavar="N")
    parser.add_argument("--people", type=int, default=100_000, metavar="N")
    parser.add_argument(
        "--runs", type=int, default=2, metavar="N", help="of storing; the best counts"
    )
    parser.add_argument("--queries", type=int, default=80, metavar="N", help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=",".join(PEERS), help="notmuch,mu or none")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".mel-test" / "bench-store")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "bench-store.json")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as a list")
    options = parser.parse_args(arguments)
    peers = [one for one in PEERS if one in options.peers.split(",") and shutil.which(one)]
    made = corpus.ensure(options.cache, options.messages, options.seed)
    print(f"{made.count} messages, {made.octets / 1e6:.0f} MB", file=sys.stderr)
    scenarios.end_well()
    folder = Path(tempfile.mkdtemp(prefix="mel-bench-store-"))
    bench = Bench(options, made, folder, peers)
    try:
        for name in SCENARIOS:
            if not options.only or name in options.only:
                print(f"{name} ...", file=sys.stderr, flush=True)
                why = scenarios.attempt(name, getattr(bench, f"run_{name}"))
                if why:
                    bench.report.broke_off(name, why)
    finally:
        figures.write(options.json, bench.report.figures())  # before what may fail
        bench.report.save(options.out)
        print(bench.report.table())
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if bench.report.all_kept else 1


class Bench:
    """One invocation."""

    def __init__(
        self, options: argparse.Namespace, made: corpus.Corpus, folder: Path, peers: Sequence[str]
    ) -> None:
        self._options = options
        self._made = made
        self._folder = folder
        self._peers = [Peer(one, made.folder / "mail", folder / one) for one in peers]
        self._is_indexed = False
        self.report = Report(peers)

    def run_store(self) -> None:
        """Storing and indexing, plain and keyed by turns; the quickest of each counts."""
        took: dict[str, list[dict[str, Any]]] = {"plain": [], "keyed": []}
        for number in range(self._options.runs):
            for kind, runs in took.items():
                where = self._store(kind)
                shutil.rmtree(where.parent, ignore_errors=True)
                where.parent.mkdir()
                runs.append(self._child(do="fill", store=str(where), plain=kind == "plain"))
                self.report.note(f"{kind} run {number + 1}: {_short(runs[-1])}")
        indexed = {one.name: one.index() for one in self._peers}
        self._is_indexed = True
        self.report.storing(took["keyed"], took["plain"], indexed, self._made.count)

    def run_search(self) -> None:
        """Searches, pages, bodies; then the peers."""
        self._ensure_stores()
        keyed = self._child(do="query", store=str(self._store("keyed")))
        plain = self._child(do="query", store=str(self._store("plain")), plain=True)
        for one in () if self._is_indexed else self._peers:
            one.index()
        self._is_indexed = True
        found = {
            one.name: {kind: one.search(some) for kind, some in self._made.queries.items()}
            for one in self._peers
        }
        self.report.searching(keyed, plain, found)

    def run_syncing(self) -> None:
        """The same while messages are stored; on a copy, so that the store stays as it was."""
        self._ensure_stores()
        copy = self._folder / "busy" / "store.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(self._store("keyed").parent, copy.parent)
        still = self._child(do="query", store=str(self._store("keyed")))
        busy = self._child(do="query", store=str(copy), syncing=True)
        self.report.syncing(still, busy)

    def run_open(self) -> None:
        """Opening."""
        self.report.opening(self._child(do="open", profile=str(self._folder / "opened")))

    def run_rekey(self) -> None:
        """Another data key."""
        messages = min(self._made.count, 40_000)
        told = self._child(do="rekey", profile=str(self._folder / "rekeyed"), messages=messages)
        self.report.rekeying(told)

    def run_directory(self) -> None:
        """Completion."""
        where = self._folder / "people"
        where.mkdir()
        told = self._child(
            do="directory", store=str(where / "store.db"), people=self._options.people
        )
        self.report.completing(told)

    def _store(self, kind: str) -> Path:
        return self._folder / kind / "store.db"

    def _ensure_stores(self) -> None:
        for kind in ("plain", "keyed"):
            where = self._store(kind)
            if not where.exists():
                where.parent.mkdir(exist_ok=True)
                self._child(do="fill", store=str(where), plain=kind == "plain")

    def _child(self, **asked: Any) -> dict[str, Any]:
        asked |= {
            "corpus": str(self._options.cache),
            "count": self._made.count,
            "seed": self._options.seed,
            "queries": self._options.queries,
        }
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.store.child", json.dumps(asked)],
            cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def _short(told: dict[str, Any]) -> str:
    cpu = "  ".join(f"{name} {spent:.2f} s" for name, spent in told["cpu"].items())
    return f"CPU {cpu}, {told['size_mb']:.0f} MB, peak {told['peak_mb']:.0f} MB"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
