"""A program that turns a merge into messages and stops where the test wants to kill it.

``python -m tests.support.merge_child FOLDER MADE``: hangs once MADE messages were made, in the
middle of the next one's transaction.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from mel_desktop.services import merging
from mel_desktop.store import merges
from tests.support.merge_world import merge_office


def main() -> None:
    made = 0
    stop = int(sys.argv[2])
    queued = merges.set_queued

    def counting(*given: object) -> None:
        nonlocal made
        if made == stop:
            print("here", flush=True)
            threading.Event().wait(60)
        queued(*given)  # type: ignore[arg-type]
        made += 1

    merging.merges.set_queued = counting  # type: ignore[assignment]
    with merge_office(Path(sys.argv[1])) as office:
        office.merging.advance(office.accounts.all()[0].id)
    print("done", flush=True)
    threading.Event().wait(60)


if __name__ == "__main__":
    main()
