"""The words that queries are widened with, read from what ships beside the code."""

from __future__ import annotations

from logging import getLogger
from typing import TYPE_CHECKING

from mel_desktop.system.shipped import shipped_octets

if TYPE_CHECKING:
    from mel_desktop.services.search import Words

log = getLogger("mel.search")


def load_words() -> Words:
    """The lexicon and the abbreviations; without them a search still works, word by word."""
    import tomllib  # noqa: PLC0415 this and the others: first needed here

    from mel_desktop.logic import abbreviations  # noqa: PLC0415
    from mel_desktop.logic.lexicon import Lexicon  # noqa: PLC0415
    from mel_desktop.services.search import Words, plain_words  # noqa: PLC0415

    try:
        told = tomllib.loads(shipped_octets("lexicon", "abbreviations.toml").decode("utf-8"))
        lexicon = Lexicon(shipped_octets("lexicon", "fr.lexicon"))
    except (OSError, ValueError) as error:
        log.error("the words of the search cannot be read: %s", type(error).__name__)
        return plain_words()
    return Words(lexicon, abbreviations.build(told))
