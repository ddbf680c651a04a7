"""``python -m tests.faults.store``: what ``packaging/dev.py faults store`` runs. Some 20 minutes.

Flips one octet of one file of a real profile after another: each must be detected, or everything
that can be read must be what it was. Kills (-9) a writer under load: integrity, and every
acknowledged commit. Fills the disk at many points: the same, and work goes on when there is room.
Fills it also while a backup is restored, mail is imported, a seed is made or opened.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from tests.faults.store import fills, flips, kills, transfers


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 0 when nothing went wrong."""
    parser = argparse.ArgumentParser(prog="dev.py faults store", description=__doc__)
    parser.add_argument("--flips", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--fills", type=int, default=200, help="full disks; as root")
    parser.add_argument("--transfers", type=int, default=200, help="full disks; as root")
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    failures: list[str] = []
    for name, run, count in (
        ("flips", flips.run, options.flips),
        ("kills", kills.run, options.kills),
        ("fills", fills.run, options.fills),
        ("transfers", transfers.run, options.transfers),
    ):
        if not count:
            continue
        started = time.monotonic()
        print(f"{name}: {count}", flush=True)
        tally = run(count, options.seed, options.jobs)
        for line in tally.lines:
            print(f"  {line}")
        print(f"  {len(tally.failures)} failures, {time.monotonic() - started:.0f} s", flush=True)
        failures += tally.failures
    for one in failures[:50]:
        print(f"FAILED {one}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
