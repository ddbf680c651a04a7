"""Flags that programs keep inside a stored message: Status of Unix mailboxes, X-Mozilla-Status.

They are no part of the message: they are read and left out. Only the header block is looked at.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final

from mel_desktop.model.mail import Flags, Marks
from mel_desktop.model.values import dataclass

MOZILLA: Final = frozenset({b"x-mozilla-status", b"x-mozilla-status2", b"x-mozilla-keys"})
UNIX: Final = frozenset(
    {b"status", b"x-status", b"x-keywords", b"x-uid", b"x-imap", b"x-imapbase", b"content-length",
     b"lines"}
)  # fmt: skip
KEYWORD: Final = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]{1,100}")  # an atom, RFC 9051
_NAME: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_READ, _REPLIED, _MARKED, _EXPUNGED, _FORWARDED = 0x1, 0x2, 0x4, 0x8, 0x1000
_IMAP_DELETED: Final = 0x00200000  # of X-Mozilla-Status2
_UNIX_MARKS: Final = {"R": Marks.SEEN, "A": Marks.ANSWERED, "F": Marks.FLAGGED, "T": Marks.DRAFT}


@dataclass(frozen=True, slots=True)
class Status:
    """What was kept of a message beside it."""

    flags: Flags = field(default_factory=Flags)
    deleted: bool = False


def take_out(head: bytes, *, unix: bool) -> tuple[bytes, Status]:
    """A message (or its beginning) without such fields, and what they said.

    ``unix``: also the fields of mailbox files (Status, X-Status, Content-Length ...).
    """
    names = MOZILLA | UNIX if unix else MOZILLA
    kept: list[bytes] = []
    found: dict[bytes, str] = {}
    dropping = False
    at = 0
    while at < len(head):
        end = head.find(b"\n", at) + 1 or len(head)
        line = head[at:end]
        if not line.strip(b"\r\n"):
            break
        if line[:1] not in b" \t":
            match = _NAME.match(line)
            name = match[1].lower() if match else b""
            dropping = name in names
            if dropping and match:
                value = line[match.end() :].strip().decode("utf-8", "replace")
                found.setdefault(name, value[:2000])
        if not dropping:
            kept.append(line)
        at = end
    if not found:
        return head, Status()
    return b"".join(kept) + head[at:], _status(found)


def _status(found: dict[bytes, str]) -> Status:
    marks = Marks.NONE
    first = _hex(found.get(b"x-mozilla-status", ""))
    second = _hex(found.get(b"x-mozilla-status2", ""))
    for bit, mark in (
        (_READ, Marks.SEEN), (_REPLIED, Marks.ANSWERED), (_MARKED, Marks.FLAGGED),
        (_FORWARDED, Marks.FORWARDED),
    ):  # fmt: skip
        if first & bit:
            marks |= mark
    letters = found.get(b"status", "") + found.get(b"x-status", "")
    for letter, mark in _UNIX_MARKS.items():
        if letter in letters:
            marks |= mark
    deleted = bool(first & _EXPUNGED or second & _IMAP_DELETED)
    deleted = deleted or "D" in found.get(b"x-status", "")
    words = f"{found.get(b'x-mozilla-keys', '')} {found.get(b'x-keywords', '')}"
    return Status(Flags(marks, keywords(words)), deleted)


def keywords(words: str) -> frozenset[str]:
    """Those of the words that a server could keep, lower case."""
    split = re.split(r"[ ,\t]+", words)
    return frozenset(one.lower() for one in split if KEYWORD.fullmatch(one))


def unix_fields(flags: Flags) -> bytes:
    """The same the other way: fields that a mailbox file carries ahead of the message."""
    marks = flags.marks
    lines = [b"Status: RO" if marks & Marks.SEEN else b"Status: O"]
    letters = "".join(
        letter for letter, mark in sorted(_UNIX_MARKS.items()) if letter != "R" and marks & mark
    )
    if letters:
        lines.append(b"X-Status: " + letters.encode("ascii"))
    words = sorted(one for one in flags.keywords if KEYWORD.fullmatch(one))
    if words:
        lines.append(b"X-Keywords: " + " ".join(words).encode("ascii"))
    return b"".join(line + b"\n" for line in lines)


def _hex(text: str) -> int:
    try:
        return int(text.split()[0], 16) if text.split() else 0
    except ValueError:
        return 0
