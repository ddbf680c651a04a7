"""Text of Rich Text Format files (Microsoft, specification 1.9.1).

One pass, no tree; groups that are no text (fonts, colours, pictures) are left out.
Raises ValueError for what is no RTF.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

MOST_TEXT: Final = 2_000_000
_TOKEN: Final = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)
_NO_TEXT: Final = frozenset({
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"datastore",
    b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"fldinst", b"xmlnstbl",
})  # fmt: skip
_SIGNS: Final = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "\t", b"row": "\n", b"page": "\n",
    b"sect": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•",
}  # fmt: skip
_PLAIN: Final = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n"}


def rtf_text(data: bytes) -> str:
    """The text, at most MOST_TEXT letters. ValueError."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ValueError("no RTF document")
    return _Reader().read(data)


class _Reader:
    """``_skipped``: depth of the group that is left out, 0: none. ``_follows``: of \\uc."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._letters = 0
        self._charset = "cp1252"
        self._depth = 0
        self._skipped = 0
        self._follows = 1
        self._swallow = 0  # letters that stand in for the Unicode one before them

    def read(self, data: bytes) -> str:
        for token in _TOKEN.finditer(data):
            octet, word, number, sign, brace, run = token.groups()
            if brace:
                self._on_brace(brace)
            elif word:
                self._on_word(word, int(number) if number else None)
            elif sign == b"*":
                self._skipped = self._skipped or self._depth
            elif octet:
                self._tell(bytes.fromhex(octet.decode()).decode(self._charset, "replace"))
            elif sign:
                self._tell(_PLAIN.get(sign, ""))
            else:
                self._tell(run.decode(self._charset, "replace"))
            if self._letters > MOST_TEXT:
                break
        return "".join(self._words)[:MOST_TEXT]

    def _on_brace(self, brace: bytes) -> None:
        if brace == b"{":
            self._depth += 1
            return
        if self._skipped == self._depth:
            self._skipped = 0
        self._depth -= 1

    def _on_word(self, word: bytes, number: int | None) -> None:
        if word in _NO_TEXT:
            self._skipped = self._skipped or self._depth
        elif word in _SIGNS:
            self._tell(_SIGNS[word])
        elif word == b"u" and number is not None:
            self._swallow = 0
            self._tell(chr(number & 0xFFFF))
            self._swallow = self._follows
        elif word == b"uc" and number is not None:
            self._follows = max(0, min(number, 8))
        elif word == b"ansicpg" and number is not None:
            try:
                self._charset = codecs.lookup(f"cp{number}").name
            except LookupError:
                self._charset = "cp1252"

    def _tell(self, text: str) -> None:
        if self._skipped:
            return
        gone = min(self._swallow, len(text))
        self._swallow -= gone
        self._words.append(text[gone:])
        self._letters += len(text) - gone
