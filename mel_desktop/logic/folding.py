"""Letters made comparable: case, accents and ligatures set aside (French first).

``fold`` is for comparing names and typed words. ``searchable`` is for text on its way into the
full-text index, whose tokenizer (unicode61, remove_diacritics 2) folds case and accents itself but
knows nothing of ligatures and barred letters: both must agree, or a query misses what is there.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from mel_desktop.model.patterns import late

# Letters that Unicode does not decompose.
LETTERS: Final = (
    ("œ", "oe"), ("Œ", "OE"), ("æ", "ae"), ("Æ", "AE"), ("ø", "o"), ("Ø", "O"), ("ł", "l"),
    ("Ł", "L"), ("đ", "d"), ("Đ", "D"), ("ı", "i"), ("ß", "ss"),
)  # fmt: skip
APOSTROPHES: Final = "'’ʼ‘`´′"
_LETTER: Final = late(f"[{''.join(letter for letter, _ in LETTERS)}]")
_SHORT: Final = 100  # letters; a longer text is searched twelve times as quickly as once like this
_SURROGATES: Final = late("[\ud800-\udfff]")
_MARKS: Final = late("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


def fold(text: str) -> str:
    """Case, accents and ligatures off: ``Œuvre d’ÉLÈVE`` -> ``oeuvre d’eleve``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", searchable(text))
    return _MARKS.sub("", decomposed).casefold()


def searchable(text: str) -> str:
    """What the index is given: composed, ligatures opened, no lone surrogates."""
    if text.isascii():
        return text
    try:
        text.encode()  # much quicker than looking for them
    except UnicodeEncodeError:
        text = _SURROGATES.sub("\ufffd", text)
    text = unicodedata.normalize("NFKC", text)
    if len(text) < _SHORT and not _LETTER.search(text):
        return text
    for letter, plain in LETTERS:
        text = text.replace(letter, plain)
    return text
