"""Files that mailers of another age wrote into the text (uuencode, IEEE 1003.1). Never raises.

What was cut is decoded as far as it goes; what only looks like it stays text.
"""

from __future__ import annotations

import binascii
from typing import Final

from mel_desktop.model.patterns import late

FILES_CAP: Final = 200
_BEGIN: Final = late(r"begin [0-7]{3,4} (\S.{0,200})")
_LETTERS: Final = late(r"[ -`]*")  # 6 bits each, 32 to 96


def take_files(text: str) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The text with "[name]" where a file stood, and (name, octets) of each file."""
    if "begin " not in text:
        return text, ()
    lines = text.split("\n")
    out: list[str] = []
    files: list[tuple[str, bytes]] = []
    at = 0
    while at < len(lines):
        begin = _BEGIN.fullmatch(lines[at].rstrip())
        found = _block(lines, at + 1) if begin and len(files) < FILES_CAP else None
        if begin is None or found is None:
            out.append(lines[at])
            at += 1
            continue
        octets, at = found
        files.append((begin[1], octets))
        out.append(f"[{begin[1]}]")
    return "\n".join(out), tuple(files)


def _block(lines: list[str], at: int) -> tuple[bytes, int] | None:
    """(octets, the line after the block) of a file whose first line is there; None: it is none."""
    out: list[bytes] = []
    first = at
    while at < len(lines):
        line = lines[at].rstrip("\r")
        if line.strip() == "end":
            return b"".join(out), at + 1
        if not line.strip(" `"):  # no octets: the last line, of which a blank may be gone
            after = at + 1
            while after < min(len(lines), at + 3) and not lines[after].strip():
                after += 1
            end = lines[after].strip() if after < len(lines) else ""
            if end == "end" or (after + 1 >= len(lines) and "end".startswith(end)):
                return b"".join(out), after + 1
            break
        octets = _octets(line, is_last=not any(one.strip() for one in lines[at + 1 : at + 3]))
        if octets is None:
            break
        out.append(octets)
        at += 1
    if not out or (_lacks(lines[first]) and any(one.strip() for one in lines[first + 1 : at + 1])):
        return None  # no end, and not even a whole line: words that follow "begin 100 ..."
    return b"".join(out), at


def _lacks(line: str) -> bool:
    """Whether letters are missing that hold octets: 6 bits each."""
    return len(line) - 1 < (_stated(line) * 8 + 5) // 6


def _stated(line: str) -> int:
    """Octets that a line says it holds."""
    return (ord(line[0]) - 32) & 63


def _octets(line: str, *, is_last: bool) -> bytes | None:
    """What a line holds; None: it is none. Blanks that were taken off its end stand for zeros."""
    stated = (_stated(line) + 2) // 3 * 4  # letters
    if not stated or len(line) - 1 > stated + 4 or not _LETTERS.fullmatch(line):
        return None
    if is_last and _lacks(line):  # cut: whole groups only
        body = line[1:][: (len(line) - 1) // 4 * 4]
        size = len(body) // 4 * 3
        line = chr(32 + size) + body
        if not size:
            return b""
    try:
        return binascii.a2b_uu(line[: 1 + stated].encode("ascii"))
    except (binascii.Error, ValueError):  # rubbish after the last octet
        return None
