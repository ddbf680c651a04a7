"""``python -m tests.faults.outbox``: what ``packaging/dev.py faults outbox`` runs.

Real outbox, real store; a scripted submission server, Postfix and Dovecot on loopback. After each
injection and a clean restart: each message is in the outbox or in Sent, taken at most once by the
server without a person's word, filed at most once, and never called sent when it was not.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence

from tests.faults.outbox import peer
from tests.faults.outbox.injections import KINDS, Injector, Tally
from tests.faults.outbox.world import World

STATES = ("queued", "sending", "unknown", "failed", "accepted", "filed")
FAULTS = ("lost", "doubled", "filed_twice", "false_sent")


def main(arguments: Sequence[str]) -> int:
    """Inject; 0 when nothing went wrong."""
    parser = argparse.ArgumentParser(prog="dev.py faults outbox", description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="cut after every so many octets")
    parser.add_argument("--kind", action="append", choices=KINDS, default=[])
    parser.add_argument("--peer", action="store_true", help="msmtp at the same cuts, and no more")
    options = parser.parse_args(arguments)
    if options.peer:
        return _peer(options.step)
    kinds = [one for one in KINDS if one in (options.kind or KINDS)]
    if os.geteuid() != 0 and "postfix" in kinds:
        print("postfix: left out, it starts only as root")
        kinds.remove("postfix")
    tallies = []
    for kind in kinds:
        started = time.monotonic()
        world = World()
        try:
            tallies.append(Injector(world, options.step).run(kind))
        finally:
            world.close()
        seconds = time.monotonic() - started
        print(f"{kind}: {tallies[-1].injected} in {seconds:.0f} s", flush=True)
        for line in tallies[-1].failures[:20]:
            print(f"  {line}", flush=True)
    show(tallies)
    return 1 if any(one.failures for one in tallies) else 0


def _peer(step: int) -> int:
    world = World()
    try:
        print(peer.run(world, step))
    finally:
        world.close()
    return 0


def show(tallies: Sequence[Tally]) -> None:
    """The table."""
    names = ("injected", *STATES, *(one.replace("_", " ") for one in FAULTS))
    print("\n" + f"{'kind':<14}" + "".join(f"{one:>12}" for one in names))
    for one in tallies:
        figures = [one.injected, *(one.ends[state] for state in STATES)]
        figures += [getattr(one, fault) for fault in FAULTS]
        print(f"{one.kind:<14}" + "".join(f"{figure:>12}" for figure in figures))
    injected = sum(one.injected for one in tallies)
    failed = sum(len(one.failures) for one in tallies)
    print(f"{injected} injections, {failed} failures", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
