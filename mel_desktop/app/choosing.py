"""What the window needs of pure logic to find things by a few letters and to announce mail."""

from mel_desktop.logic.finding_words import matches, score
from mel_desktop.logic.notifying import (
    News,
    fresh,
    in_lesson,
    news_of,
    read_slots,
    write_slots,
)

__all__ = ("News", "fresh", "in_lesson", "matches", "news_of", "read_slots", "score", "write_slots")
