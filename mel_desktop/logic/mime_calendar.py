"""A calendar part (RFC 5545) as a few readable lines. Only what a reader needs; never raises."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from mel_desktop.model.patterns import late

CALENDAR_CAP: Final = 200_000
EVENT_CAP: Final = 20

_FOLD: Final = late(r"\n[ \t]")
_LINE: Final = late(r"([A-Za-z-]{1,40})((?:;[^:\n\"]{0,300}(?:\"[^\"\n]{0,300}\")?){0,20}):(.*)")
_STAMP: Final = late(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")
_TZID: Final = late(r";TZID=\"?([^;\":]{1,80})", re.I)
_CN: Final = late(r";CN=(?:\"([^\"]{1,200})\"|([^;:]{1,200}))", re.I)
_LABELS: Final = (
    ("SUMMARY", ""), ("DTSTART", "Début : "), ("DTEND", "Fin : "), ("LOCATION", "Lieu : "),
    ("ORGANIZER", "Organisation : "), ("RRULE", "Répétition : "), ("DESCRIPTION", ""),
)  # fmt: skip
_METHODS: Final = {
    "REQUEST": "Invitation", "CANCEL": "Annulation", "REPLY": "Réponse", "PUBLISH": "Événement",
    "COUNTER": "Proposition",
}  # fmt: skip


def summary(text: str) -> str:
    """Title, dates, place and organiser of each event."""
    text = _FOLD.sub("", text[:CALENDAR_CAP])
    title = "Événement"
    blocks: list[str] = []
    event: dict[str, str] | None = None
    for line in text.split("\n"):
        match = _LINE.match(line.strip())
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name == "METHOD":
            title = _METHODS.get(value.strip().upper(), title)
        elif name == "BEGIN" and value.strip().upper() in ("VEVENT", "VTODO"):
            event = {}
        elif name == "END" and value.strip().upper() in ("VEVENT", "VTODO") and event is not None:
            blocks.append(_block(title, event))
            event = None
            if len(blocks) >= EVENT_CAP:
                break
        elif event is not None:
            event.setdefault(name, _value(name, parameters, value))
    if event:
        blocks.append(_block(title, event))
    return "\n\n".join(blocks)


def _block(title: str, event: dict[str, str]) -> str:
    lines = [f"[{title}]"]
    lines += [label + event[name] for name, label in _LABELS if event.get(name)]
    return "\n".join(lines)


def _value(name: str, parameters: str, value: str) -> str:
    value = re.sub(r"\\(.)", lambda hit: "\n" if hit[1] in "nN" else hit[1], value).strip()
    if name in ("DTSTART", "DTEND"):
        return _stamp(parameters, value)
    if name == "ORGANIZER":
        named = _CN.search(parameters)
        address = re.sub(r"(?i)^mailto:", "", value)
        return f"{named[1] or named[2]} <{address}>" if named else address
    return value[:2000]


def _stamp(parameters: str, value: str) -> str:
    match = _STAMP.match(value)
    if match is None:
        return value[:100]
    year, month, day, hour, minute, utc = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))  # noqa: DTZ001 local to the zone named beside it
    except ValueError:
        return value[:100]
    zone = _TZID.search(parameters)
    shown = moment.strftime("%d/%m/%Y")
    if hour:
        shown += moment.strftime(" %H:%M") + (" UTC" if utc else f" ({zone[1]})" if zone else "")
    return shown
