"""French typography of sentences that stand in the code with ordinary spaces. Pure."""

from __future__ import annotations

from typing import Final

from mel_desktop.model.patterns import late

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_BEFORE: Final = late(r"(?<=\S) (?=[;!?»]|:(?:\s|$))")
_AFTER: Final = late(r"(?<=«) ")


def french(text: str) -> str:
    """Spaces that keep a sign with its word, so that no line begins with a colon.

    A colon counts only before a space or the end: a time of day and a port have none.
    """
    return _AFTER.sub(NO_BREAK, _BEFORE.sub(NO_BREAK, text))


def spoken(text: str, language: str) -> str:
    """The same, where the language is French."""
    return text if language.startswith("en") else french(text)
