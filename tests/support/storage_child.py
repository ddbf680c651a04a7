"""A program that compacts a store and is killed by the test.

``python -m tests.support.storage_child FOLDER WHERE``: hangs at WHERE, saying so on stdout.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from mel_desktop.store import compaction
from mel_desktop.store.database import Database

KEY = bytes(range(32))


def hang(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    threading.Event().wait(60)


def main(folder: Path, where: str) -> None:
    database = Database(folder / "store.db", KEY)
    replace = os.replace

    def replacing(source: Path, target: Path) -> None:
        if where == "before-rename":
            hang(where)
        replace(source, target)
        if where == "after-rename":
            hang(where)

    compaction.os.replace = replacing  # type: ignore[assignment]

    def progress(done: int, total: int) -> None:
        if where == "copying" and done < total:
            hang(where)

    compaction.compact(database, progress=progress)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
