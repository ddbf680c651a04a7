"""Where a signature stands in a letter in plain text: below "-- ", above what is quoted.

A signature that a person has changed by hand is theirs: it is neither replaced nor doubled.
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.model.identities import Signature

MARK: Final = "-- "
_QUOTATION: Final = re.compile(
    r"^(?:Le .{4,200} a écrit :|.{1,200} a écrit :|On .{4,200} wrote:|.{1,200} wrote:"
    r"|-{8} (?:Message transféré|Forwarded message) -{8})$",
    re.MULTILINE,
)


def block(signature: Signature) -> str:
    """The mark and the signature, or "" where there is none."""
    text = signature.text.rstrip()
    return f"{MARK}\n{text}\n" if text.strip() else ""


def with_signature(text: str, old: Signature, new: Signature) -> str:
    """The text with ``new`` in the place of ``old``; ``old`` is looked for above the quotation."""
    ours, quoted = _split(text)
    before, found = _without(ours, old)
    if not found and (block(old) or _has_mark(ours)):
        return text  # somebody has changed or removed it: so it stays
    made = block(new)
    if not made:
        return before.rstrip("\n") + (f"\n\n{quoted}" if quoted else "\n" if before.strip() else "")
    written = before.rstrip("\n")
    joined = f"{written}\n\n{made}" if written.strip() else f"\n\n{made}"
    return f"{joined}\n{quoted}" if quoted else joined


def _split(text: str) -> tuple[str, str]:
    """What is written here, and the quotation with the line before it."""
    found = _QUOTATION.search(text)
    return (text, "") if found is None else (text[: found.start()], text[found.start() :])


def _without(text: str, signature: Signature) -> tuple[str, bool]:
    made = block(signature)
    if not made:
        return text, not _has_mark(text)
    at = text.rfind(made.rstrip("\n"))
    if at < 0 or text[at + len(made.rstrip("\n")) :].strip():
        return text, False
    return text[:at], True


def _has_mark(text: str) -> bool:
    return any(line == MARK for line in text.split("\n"))
