"""The words that queries are widened with, read from what ships beside the code."""

from __future__ import annotations

import tomllib
from logging import getLogger

from mel_desktop.logic.lexicon import Lexicon
from mel_desktop.services.search import Words, plain_words
from mel_desktop.system.shipped import shipped_octets

log = getLogger("mel.search")


def load_words() -> Words:
    """The lexicon and the abbreviations; without them a search still works, word by word."""
    from mel_desktop.logic import abbreviations  # noqa: PLC0415 first needed here

    try:
        told = tomllib.loads(shipped_octets("lexicon", "abbreviations.toml").decode("utf-8"))
        lexicon = Lexicon(shipped_octets("lexicon", "fr.lexicon"))
    except (OSError, ValueError) as error:
        log.error("the words of the search cannot be read: %s", type(error).__name__)
        return plain_words()
    return Words(lexicon, abbreviations.build(told))
