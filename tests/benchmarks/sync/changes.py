"""What happens to the mailbox between two syncs: 20 new messages, 50 flags, 10 expunged."""

from __future__ import annotations

import imaplib
import random
from datetime import timedelta
from typing import Final

from tests.benchmarks.sync.letters import Scribe, Wanted
from tests.benchmarks.sync.mailbox import UNTIL, directory, served

# folder, new, flags changed, expunged: 7 folders of 20
CHANGES: Final = (
    ("INBOX", 8, 20, 4), ("Envoyés", 4, 5, 1), ("Archives", 3, 10, 2), ("Classes/6eA", 2, 4, 1),
    ("Administration/Conseil", 1, 1, 0), ("Parents", 1, 6, 1), ("Collègues", 1, 4, 1),
)  # fmt: skip
NEW: Final = sum(row[1] for row in CHANGES)
FLAGS: Final = sum(row[2] for row in CHANGES)
EXPUNGED: Final = sum(row[3] for row in CHANGES)
_ATTACHED: Final = {3: 95_000, 11: 62_000}  # of the new ones, by number: the others are letters
_LETTER: Final = 8_000


def apply(client: imaplib.IMAP4_SSL, seed: int = 5) -> None:
    """By the hands of another client."""
    scribe = Scribe(random.Random(seed))
    number = 0
    for path, new, flags, expunged in CHANGES:
        box = quoted(path)
        for _ in range(new):
            size = _ATTACHED.get(number, _LETTER)
            date = UNTIL + timedelta(minutes=number)
            wanted = Wanted(1_000_000 + number, size, date, number in _ATTACHED)
            _well(client.append(box, "", imaplib.Time2Internaldate(date),
                                served(scribe.letter(wanted))))  # fmt: skip
            number += 1
        _well(client.select(box))
        if flags:
            # \Draft is on none of them, so that each one changes
            _well(client.uid("STORE", f"1:{flags}", "+FLAGS.SILENT", "(\\Draft)"))
        if expunged:
            gone = f"{flags + 1}:{flags + expunged}"
            _well(client.uid("STORE", gone, "+FLAGS.SILENT", "(\\Deleted)"))
            _well(client.uid("EXPUNGE", gone))
        _well(client.unselect())


def quoted(path: str) -> str:
    """A folder's name as a command has it."""
    return '"' + (directory(path)[1:].replace(".", "/") or "INBOX") + '"'


def _well(answer: tuple[str, object]) -> None:
    if answer[0] != "OK":
        raise RuntimeError(answer)
