"""School years as people name them. Pure.

A copy made from August on is of the year that begins: académies switch their exports over in the
summer, and nothing of the year that ended is made then.
"""

from __future__ import annotations

from datetime import date
from typing import Final

FIRST_MONTH: Final = 8  # of exports; classes begin in September
BEGINS: Final = (9, 1)


def year_of(day: date) -> int:
    """The calendar year in which the school year of that day begins."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def begin_of(first: int) -> date:
    """1 September of that year."""
    return date(first, *BEGINS)
