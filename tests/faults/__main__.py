"""``python -m tests.faults``: what ``packaging/dev.py faults`` runs. For a quiet hour or two.

Real engine, real Dovecot on loopback. After each injection and a clean restart, server and store
are compared by folder, UIDVALIDITY, UID, flags and SHA-256: nothing lost, nothing twice, no wish
lost without a report. Then the property tests, with many more examples than in the test command.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.faults.child import ROOT
from tests.faults.injections import KINDS, Injector, Tally
from tests.faults.world import World

EXAMPLES: Final = 20_000
_SHARE: Final = {"cut": 1.0, "kill": 0.2, "restart": 0.1, "uidvalidity": 0.2, "duel": 0.4}


# They have a short form in the test command: kills at five steps, twelve kills, 150 letters...
_SHORT_ELSEWHERE: Final = (
    "tests/servers/test_storage_dovecot.py",
    "tests/servers/test_interoperability.py",
    "tests/journey/test_kill_loop.py",
    "tests/journey/test_transfer.py",
    "tests/unit/test_keeping.py",
    "tests/unit/test_spelling.py",
)


def main(arguments: Sequence[str]) -> int:
    """Inject; 0 when nothing went wrong."""
    parser = argparse.ArgumentParser(prog="dev.py faults", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="of cuts; the other kinds: a share")
    parser.add_argument("--kind", action="append", choices=(*KINDS, "properties"), default=[])
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="of the property tests")
    options = parser.parse_args(arguments)
    kinds = options.kind or [*KINDS, "properties"]
    tallies = [
        _inject(kind, options.count, options.seed, share=not options.kind)
        for kind in KINDS
        if kind in kinds
    ]
    print(f"\n{'kind':<14}{'injected':>9}{'in the midst':>14}{'failures':>10}")
    for tally in tallies:
        print(f"{tally.kind:<14}{tally.injected:>9}{tally.hit:>14}{len(tally.failures):>10}")
    injected = sum(one.injected for one in tallies)
    failed = sum(len(one.failures) for one in tallies)
    print(f"{injected} injections, {failed} failures (seed {options.seed})", flush=True)
    code = 0
    if "properties" in kinds:
        code = _properties(options.examples)
    return 1 if failed or code else 0


def _inject(kind: str, count: int, seed: int, *, share: bool) -> Tally:
    """One kind, in a world of its own."""
    count = max(1, int(count * _SHARE[kind])) if share else count
    started = time.monotonic()
    print(f"{kind}: {count} injections", flush=True)
    world = World(seed)
    try:
        tally = Injector(world, lambda text: print(text, flush=True)).run(kind, count)
    finally:
        world.close()
    print(f"  {len(tally.failures)} failures, {time.monotonic() - started:.0f} s", flush=True)
    return tally


def _properties(examples: int) -> int:
    print(f"properties: {examples} examples over the ten laws", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "tests/property"]
    command += _SHORT_ELSEWHERE
    command += ["-o", "faulthandler_timeout=0"]  # a law takes minutes here
    environment = {**os.environ, "MEL_EXAMPLES": str(examples), "MEL_LONG": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
