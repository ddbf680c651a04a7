"""Scripts from the server: ours read back as they were written, those of others only looked at.

Rule 1: a script is ours when its notes can be read and its seal is sound. Whatever anybody else
changed, be it one letter of a test, makes it theirs: it is shown, and never overwritten unasked.
Rule 2: of a foreign script only what it uses is found out (``uses``); nothing of it is rewritten.
"""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.logic.rule_notes import Notes, NotReadable, from_json
from mel_desktop.logic.sieve_writing import NOTE, SEAL, TITLE, seal

_WORDS: Final = re.compile(
    r"""/\*.*?(?:\*/|\Z)            # comments
      | \#[^\n]*
      | "(?:[^"\\]|\\.)*(?:"|\Z)    # strings
      | text:[ \t]*(?:\#[^\n]*)?\r?\n.*?(?:\r?\n\.\r?(?:\n|\Z)|\Z)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)""",
    re.DOTALL | re.VERBOSE,
)


def read(text: str) -> Notes | None:
    """The notes of a script that is ours and untouched; None for any other."""
    lines = text.split("\r\n")
    if lines[0] != TITLE:
        return None
    told: list[str] = []
    place = 1
    while place < len(lines) and lines[place].startswith(NOTE):
        told.append(lines[place].removeprefix(NOTE))
        place += 1
    if place >= len(lines) or not lines[place].startswith(SEAL):
        return None
    code = "\r\n".join(lines[place + 1 :])
    if lines[place].removeprefix(SEAL) != seal("".join(told), code):
        return None
    try:
        return from_json("".join(told))
    except NotReadable:
        return None


def is_from_us(text: str) -> bool:
    """Whether it was written by this program once, touched since or not."""
    return text.startswith(TITLE)


def uses(text: str, command: str) -> bool:
    """Whether a command or test of this name stands in the script, outside strings and comments."""
    wanted = command.lower()
    return any(
        found.group("word").lower() == wanted
        for found in _WORDS.finditer(text)
        if found.group("word")
    )
