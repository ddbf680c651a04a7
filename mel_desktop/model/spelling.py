"""Spelling as values."""

from __future__ import annotations

from enum import Enum

from mel_desktop.model.values import dataclass


class Language(Enum):
    """In which language a message is checked. AUTO: as it was set for all messages."""

    AUTO = ""
    FRENCH = "fr"
    ENGLISH = "en"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A word of a line that no dictionary has; ``start`` in characters of the line."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Behind its last letter."""
        return self.start + len(self.text)
