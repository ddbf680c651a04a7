"""Headings and names made comparable. Spelling of headings differs between any two exports."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.patterns import late

_LIGATURES: Final = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_SIGNS: Final = late(r"[+*#&=]|-(?!\w)")
_NOT_PLAIN: Final = late(r"[^0-9a-z]+")


def plain(text: str) -> str:
    """Lower case, no accents, no ligatures; everything but letters and digits becomes one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _NOT_PLAIN.sub(" ", text.casefold()).strip()


def heading(text: str) -> str:
    """``Nom d'usage *`` -> ``nomdusage``."""
    return plain(text).replace(" ", "")


@lru_cache(maxsize=5_000)
def class_label(text: str) -> str:
    """Name of a class or group, however it is written: ``6e B`` -> ``6eb``. Signs that tell groups
    apart stay: ``GR+`` is not ``GR-``.
    """
    return heading(text) + "".join(_SIGNS.findall(text)) or text


def bad_file(why: str, **facts: str | int) -> LocalRefusal:
    """LocalRefusal(BAD_FILE). ``facts`` never quote the file: a first line may be a person."""
    return LocalRefusal(ErrorCode.BAD_FILE, why=why, **facts)
