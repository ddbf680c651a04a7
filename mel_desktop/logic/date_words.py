"""Dates as letters write them, in French and English."""

from __future__ import annotations

from datetime import date
from typing import Final

MONTHS: Final = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}  # fmt: skip
DAYS: Final = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
FIRST_MONTH: Final = 9  # of a school year


def day_of_month(day: date, language: str) -> str:
    """``1er`` in French, else the number."""
    return "1er" if language == "fr" and day.day == 1 else str(day.day)


def in_words(day: date, language: str) -> str:
    """``1er septembre 2026``."""
    return f"{day_of_month(day, language)} {MONTHS[language][day.month - 1]} {day.year}"


def weekday(day: date, language: str) -> str:
    """``mardi``."""
    return DAYS[language][day.weekday()]


def school_year(day: date) -> str:
    """``2026-2027``: it begins in September, and August belongs to the one that ends."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return f"{first}-{first + 1}"
