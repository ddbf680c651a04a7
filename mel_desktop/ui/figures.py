"""Dates, ages, sizes and counts in words: local time, French forms (or the language in use)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale

translate = QCoreApplication.translate

NARROW = "\N{NARROW NO-BREAK SPACE}"


def now() -> datetime:
    """The present moment, for ages on screen only: nothing is decided by it."""
    return datetime.now(UTC)


def locale() -> QLocale:
    """The locale that the language in use has set as default."""
    return QLocale()


def count(number: int) -> str:
    """A number with its thousands apart."""
    return locale().toString(number)


def size(octets: int) -> str:
    """A size as people read it: '12 Ko', '3,4 Mo'."""
    units = (
        translate("figures", "B"),
        translate("figures", "kB"),
        translate("figures", "MB"),
        translate("figures", "GB"),
    )
    value = float(octets)
    for unit in units:
        if value < 1000 or unit == units[-1]:
            break
        value /= 1000
    digits = 0 if value >= 10 or unit == units[0] else 1
    return f"{locale().toString(value, 'f', digits)}\N{NO-BREAK SPACE}{unit}"


def amount(octets: int) -> str:
    """A size in megabytes where a budget is counted in them: '0,3 Mo', '210 Mo', '1,2 Go'."""
    return size(octets) if octets >= 1_000_000 or not octets else _part_of_mega(octets)


def mega() -> str:
    """The unit that budgets are counted in."""
    return translate("figures", "MB")


def _part_of_mega(octets: int) -> str:
    return f"{locale().toString(octets / 1_000_000, 'f', 1)}\N{NO-BREAK SPACE}{mega()}"


def seconds(value: float) -> str:
    """A short time, as measured: '0,9 s', '12 s'."""
    return f"{locale().toString(value, 'f', 0 if value >= 10 else 1)}\N{NO-BREAK SPACE}s"


def speed(bits: float) -> str:
    """Bits a second: '384 kbit/s', '1,5 Mbit/s', '940 Mbit/s'."""
    if bits < 1_000_000:
        return f"{count(round(bits / 1000))}\N{NO-BREAK SPACE}kbit/s"
    value = bits / 1_000_000
    whole = value >= 10 or abs(value - round(value)) < 0.05
    return f"{locale().toString(value, 'f', 0 if whole else 1)}\N{NO-BREAK SPACE}Mbit/s"


def duration(value: float) -> str:
    """How long something takes, as a person would say it: '12 s', '4 min', '1 h 20', '3 jours'."""
    gap = "\N{NO-BREAK SPACE}"
    if value < 1:
        return translate("figures", "less than 1 s")
    if value < 59.5:
        return f"{round(value)}{gap}s"
    minutes = round(value / 60)
    if minutes < 60:
        return f"{minutes}{gap}min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}{gap}h{gap}{rest:02d}" if rest else f"{hours}{gap}h"
    return translate("figures", "{n} days").format(n=count(round(hours / 24)))


def clock(when: datetime) -> str:
    """The time of day, local: '10:42'."""
    return when.astimezone().strftime("%H:%M")


def short_date(when: datetime, at: datetime) -> str:
    """As narrow as a list wants it: '10:42', 'hier', 'lun. 16', '12 mars', '12/03/2024'."""
    local, today = when.astimezone(), at.astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return clock(when)
    if days == 1:
        return translate("figures", "yesterday")
    names = locale()
    if 1 < days < 7:
        day = names.dayName(local.isoweekday(), QLocale.FormatType.ShortFormat)
        return f"{day} {local.day}"
    if local.year == today.year:
        return f"{local.day} {names.monthName(local.month, QLocale.FormatType.ShortFormat)}"
    return local.strftime("%d/%m/%Y")


def long_date(when: datetime) -> str:
    """In full: 'lundi 23 novembre 2026 à 10:42'."""
    local = when.astimezone()
    names = locale()
    return translate("figures", "{weekday} {day} {month} {year}, {time}").format(
        weekday=names.dayName(local.isoweekday(), QLocale.FormatType.LongFormat),
        day=local.day,
        month=names.monthName(local.month, QLocale.FormatType.LongFormat),
        year=local.year,
        time=clock(when),
    )


def plain_date(when: datetime) -> str:
    """A date without its hour: '23 novembre 2026'."""
    local = when.astimezone()
    month = locale().monthName(local.month, QLocale.FormatType.LongFormat)
    return translate("figures", "{day} {month} {year}").format(
        day=local.day, month=month, year=local.year
    )


def age(when: datetime, at: datetime) -> str:
    """How long ago: 'à l’instant', 'il y a 5 min', 'il y a 3 h', then the date."""
    gone = at - when
    if gone < timedelta(minutes=1):
        return translate("figures", "just now")
    if gone < timedelta(hours=1):
        return translate("figures", "{n} min ago").format(n=int(gone.total_seconds() // 60))
    if gone < timedelta(hours=24):
        return translate("figures", "{n} h ago").format(n=int(gone.total_seconds() // 3600))
    days = (at.astimezone().date() - when.astimezone().date()).days
    if days == 1:
        return translate("figures", "yesterday")
    if days <= 14:
        return translate("figures", "{n} days ago").format(n=days)
    return plain_date(when)


def moment(when: datetime, at: datetime) -> str:
    """A point in time near now: '10:42' today, else '23 nov. 10:42'."""
    if when.astimezone().date() == at.astimezone().date():
        return clock(when)
    return f"{short_date(when, at)} {clock(when)}"
