"""Changes of the data key are killed (-9): at every rename, flush, removal and write (the half of
it made), and at random moments; each is looked at, and some are gone on with.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Final

from tests.faults.store.tally import Tally, in_children, work_folder
from tests.support import rekey_kills

BATCH: Final = 40


def run(count: int, seed: int, jobs: int) -> Tally:
    """``count`` kills at random moments, and one at every step."""
    dice = random.Random(seed)
    with work_folder() as folder:
        work = []
        while count > 0:
            batch = min(count, BATCH)
            work.append({
                "folder": str(folder / f"rekey{len(work)}"), "count": batch,
                "seed": dice.getrandbits(32), "steps": not work,
            })  # fmt: skip
            count -= batch
        return in_children("tests.faults.store.rekeys", work, jobs)


def main() -> None:
    """One batch."""
    job = json.load(sys.stdin)
    told = rekey_kills.torment(Path(job["folder"]), job["count"], job["seed"], steps=job["steps"])
    names = {
        "kills": "changes of key killed at random moments",
        "steps": "changes of key killed at a step",
        "old": "changes of key that left the old key",
        "new": "changes of key that left the new key",
        "unfinished": "changes of key that left a copy to go on with",
        "gone on with": "changes of key that were gone on with",
    }
    counts = {text: told[name] for name, text in names.items() if name in told}
    print(json.dumps({"counts": counts, "failures": told["wrong"]}))


if __name__ == "__main__":
    main()
