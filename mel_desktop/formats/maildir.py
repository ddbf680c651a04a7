"""Maildir: flags in names of files, names of folders (Maildir++ of Dovecot and Courier, KMail)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from mel_desktop.formats.mail_status import Status, keywords
from mel_desktop.model.mail import Flags, Marks

_INFO: Final = re.compile(r"[:;!]2,([A-Za-z]*)$")  # ":" cannot be in a name on Windows
_MARKS: Final = {
    "S": Marks.SEEN, "F": Marks.FLAGGED, "R": Marks.ANSWERED, "D": Marks.DRAFT,
    "P": Marks.FORWARDED,
}  # fmt: skip
_SHIFTED: Final = re.compile(r"&([A-Za-z0-9+,]*)-")


def status_of(name: str, known: dict[str, str]) -> Status:
    """What the name of a file says. ``known``: letters a-z to keywords (dovecot-keywords)."""
    match = _INFO.search(name)
    marks, words, letters = Marks.NONE, [], match[1] if match else ""
    for letter in letters:
        marks |= _MARKS.get(letter, Marks.NONE)
        if letter in known:
            words.append(known[letter])
    return Status(Flags(marks, keywords(" ".join(words))), "T" in letters)


def dovecot_keywords(text: str) -> dict[str, str]:
    """The file ``dovecot-keywords``: number and keyword a line."""
    found = {}
    for line in text.splitlines():
        number, _, word = line.strip().partition(" ")
        if number.isdecimal() and int(number) < 26 and word:
            found[chr(ord("a") + int(number))] = word
    return found


def folder_names(directory: str) -> tuple[str, ...]:
    """``.Classes.3eB`` (Maildir++) to ("Classes", "3eB")."""
    return tuple(decode_utf7(one) for one in directory.strip(".").split(".") if one)


def decode_utf7(name: str) -> str:
    """Modified UTF-7 (RFC 3501 5.1.3); a name that is none stays as it is."""

    def plain(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        text = match[1].replace(",", "/")
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        return data.decode("utf-16-be")

    try:
        return _SHIFTED.sub(plain, name)
    except (binascii.Error, UnicodeDecodeError):
        return name
