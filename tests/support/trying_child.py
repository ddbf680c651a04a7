"""A program that tries wrong passphrases at a vault. ``trying_child.py PROFILE count TIMES`` counts
so many; ``... once TIMES`` tries so many times, each with an attempt that takes a while, and tells
how many were made. It says ``ready`` and waits for a line first.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store.tries import Tries
from mel_desktop.store.ways import tried
from mel_desktop.system.clock import SystemClock

ATTEMPT_S = 0.05


def main(profile: Path, how: str, times: int) -> None:
    made = 0

    def attempt() -> bytearray:
        nonlocal made
        made += 1
        time.sleep(ATTEMPT_S)
        raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE)

    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(times):
        if how == "count":
            tries = Tries(profile, SystemClock())
            with tries.turn():
                tries.count()
            made += 1
            continue
        try:
            tried(profile, SystemClock(), attempt)
        except StoreTrouble as error:
            if error.code not in (ErrorCode.WRONG_PASSPHRASE, ErrorCode.VAULT_LOCKED):
                raise
    print(made, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
