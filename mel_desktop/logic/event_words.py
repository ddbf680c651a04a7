"""When an event takes place, in French words, for letters that leave. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from mel_desktop.logic.date_words import in_words, weekday
from mel_desktop.logic.paris import PARIS
from mel_desktop.model.agenda import Event


def when(event: Event) -> str:
    """« lundi 3 novembre 2026, 14 h – 15 h 30 », in the time of Paris."""
    if event.all_day:
        first, last = event.starts.date(), (event.ends - timedelta(days=1)).date()
        begins = f"{weekday(first, 'fr')} {in_words(first, 'fr')}"
        if last <= first:
            return begins
        return f"{begins} – {weekday(last, 'fr')} {in_words(last, 'fr')}"
    starts, ends = event.starts.astimezone(PARIS), event.ends.astimezone(PARIS)
    begins = f"{weekday(starts.date(), 'fr')} {in_words(starts.date(), 'fr')}, {_hour(starts)}"
    if ends == starts:
        return begins
    if ends.date() == starts.date():
        return f"{begins} – {_hour(ends)}"
    return f"{begins} – {weekday(ends.date(), 'fr')} {in_words(ends.date(), 'fr')}, {_hour(ends)}"


def _hour(moment: datetime) -> str:
    gap = "\N{NO-BREAK SPACE}"
    minutes = f"{gap}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{gap}h{minutes}"
