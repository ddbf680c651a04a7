"""``python -m tests.benchmarks.sync``: what ``packaging/dev.py bench sync`` runs.

Needs root (network namespaces and TUN devices of its own); nothing outside them is touched.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks import figures, goals, scenarios
from tests.benchmarks.sync import mailbox
from tests.benchmarks.sync.bench import Bench, Choice
from tests.benchmarks.sync.clients import REPOSITORY
from tests.benchmarks.sync.line import Line, why_not
from tests.benchmarks.sync.resume import resume
from tests.benchmarks.sync.server import Server

SCENARIOS: Final[dict[str, Callable[[Bench], None]]] = {
    "mirror": Bench.mirror,
    "all-text-lan": Bench.all_text_lan,
    "no-change": Bench.no_change,
    "newest": Bench.newest,
    "all-text": Bench.all_text,
    "resume": resume,
    "delta": Bench.delta,
}
PEERS: Final = ("mbsync", "offlineimap", "thunderbird")


def main(arguments: Sequence[str]) -> int:
    """Run the scenarios; 0 when every target is kept."""
    parser = argparse.ArgumentParser(prog="dev.py bench sync", description=__doc__)
    parser.add_argument("--only", action="append", choices=sorted(SCENARIOS), default=[])
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    parser.add_argument("--scale", type=int, default=mailbox.FULL, metavar="MESSAGES")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--peers", default=",".join(PEERS), help=f"which of {','.join(PEERS)}; none: only the floor"
    )
    parser.add_argument("--cuts", type=int, default=5, metavar="N", help="of scenario resume")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".mel-test" / "bench")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "build" / "bench-sync.json")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, as a list")
    options = parser.parse_args(arguments)
    scenarios.end_well()  # or namespaces would stay behind
    trouble = why_not()
    if trouble:
        print(f"bench sync cannot run: {trouble}", file=sys.stderr)
        return 2
    peers = tuple(one for one in PEERS if one in options.peers.split(",") and shutil.which(one))
    choice = Choice(tuple(options.only), options.runs, peers, options.cuts)
    made = mailbox.ensure(options.cache, scale=options.scale, seed=options.seed)
    gc.collect()
    print(f"{made.count} messages, {made.octets / 1e6:.1f} MB", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="mel-bench-"))
    try:
        with Line() as line, Server(line) as server:
            bench = Bench(line, server, made, folder, choice)
            bench.warm()
            try:
                for name, scenario in SCENARIOS.items():
                    if choice.only and name not in choice.only:
                        continue
                    if scenarios.attempt(name, partial(scenario, bench)):
                        bench.results.targets.append(goals.unmeasured(name))
            finally:
                figures.write(options.json, bench.results.figures())  # before what may fail
                bench.results.save(options.out)
                print(bench.results.table())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(one.kept for one in bench.results.targets) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
