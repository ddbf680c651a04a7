"""A program that opens a store, writes one row, closes, and says which: some times for each line.

``opening_child.py FOLDER vault`` opens the vault by its recovery code, read from the first line of
input; ``... store`` opens store.db with the key read there. Then each line of input is a burst.
Each line told is one row that was acknowledged, ``over`` the end of a burst. It ends when its input
ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from mel_desktop.system.locks import EngineLock
from tests.support.clock import JumpingClock

BURST = 3


def main(folder: Path, how: str) -> None:
    secret = sys.stdin.readline().strip()
    print("ready", flush=True)
    number = 0
    for _ in sys.stdin:
        for _ in range(BURST):
            row = f"h {number}"
            number += 1
            try:
                database = opened(folder, secret, how)
            except StoreTrouble as error:
                if error.code is not ErrorCode.PROFILE_BUSY:
                    print(f"died {error.code}", flush=True)
                continue
            database.write(lambda tx, row=row: tx.run("INSERT INTO meta VALUES (?, '')", row))
            database.close()
            print(row, flush=True)
        print("over", flush=True)


def opened(folder: Path, secret: str, how: str) -> Database:
    if how == "store":
        return Database(folder / "store.db", bytes.fromhex(secret))
    vault = Vault.open(
        folder, recovery=Secret(secret), randomness=SystemRandomness(), clock=JumpingClock()
    )
    return vault.open_database(alone=lambda: EngineLock(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
