"""What an invitation means for one who gets it (RFC 5546). Pure.

Rule 1: of two versions the one with the higher SEQUENCE is newer, then that with the later DTSTAMP
(RFC 5546 2.1.5), in whatever order they come.
Rule 2: an update or a cancellation counts by itself only where who sent it is who organises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mel_desktop.logic.recipients import same_key
from mel_desktop.model.agenda import (
    IN_AGENDA,
    Answer,
    Event,
    Guest,
    Occurrence,
    Standing,
    StoredEvent,
)
from mel_desktop.model.mail import Address

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def version(event: Event) -> tuple[int, datetime]:
    """What tells versions apart."""
    return event.sequence, event.stamp or LONG_AGO


def is_newer(one: Event, than: Event) -> bool:
    """Whether ``one`` takes the place of the other."""
    return version(one) > version(than)


def asks_again(old: Event, new: Event) -> bool:
    """Whether what changed is what an answer was about: the time."""
    return _times(old) != _times(new)


def is_same(one: Event, other: Event) -> bool:
    """Whether both are one version that says the same to a person."""
    return (version(one), _times(one), _said(one)) == (version(other), _times(other), _said(other))


def _said(event: Event) -> tuple[object, ...]:
    return event.title, event.place, event.link, event.description, event.cancelled


def _times(event: Event) -> tuple[object, ...]:
    return event.starts, event.ends, event.all_day, event.rule, event.also


def guest_of(event: Event, addresses: Iterable[str]) -> Guest | None:
    """The guest who has one of these addresses."""
    wanted = {same_key(one) for one in addresses}
    return next((one for one in event.guests if same_key(one.who.address) in wanted), None)


def is_from(event: Event, sender: Address) -> bool:
    """Whether the message came from who organises, or acts for them."""
    if event.organiser is None:
        return False
    allowed = {same_key(event.organiser.address), same_key(event.sent_by)}
    key = same_key(sender.address)
    return bool(key) and key in allowed  # mostly nobody acts for them: that is no sender's name


def standing_of(answer: Answer) -> Standing:
    """Where an event stands after an answer."""
    return {
        Answer.ACCEPTED: Standing.ACCEPTED,
        Answer.TENTATIVE: Standing.TENTATIVE,
        Answer.DECLINED: Standing.DECLINED,
        Answer.DELEGATED: Standing.DECLINED,
        Answer.NONE: Standing.NONE,
    }[answer]


def with_answer(event: Event, guest: Guest) -> Event:
    """The event with what a guest answered; one who was not asked stands at the end."""
    key = same_key(guest.who.address)
    known = [one for one in event.guests if same_key(one.who.address) == key]
    if not known:
        return replace(event, guests=(*event.guests, guest))
    return replace(
        event,
        guests=tuple(
            replace(one, answer=guest.answer, comment=guest.comment, delegates=guest.delegates)
            if one is known[0]
            else one
            for one in event.guests
        ),
    )


def spread(
    events: Sequence[StoredEvent], since: datetime, until: datetime, *, unanswered: bool = False
) -> tuple[Occurrence, ...]:
    """Every time at which something of the agenda takes place within a span, in order."""
    from mel_desktop.logic.recurring import occurrences  # noqa: PLC0415 seldom

    replaced: dict[tuple[int, str], set[str]] = {}
    for one in events:
        if one.event.recurrence:
            replaced.setdefault((one.account, one.event.uid), set()).add(one.event.recurrence)
    found: list[Occurrence] = []
    for one in events:
        if one.standing not in IN_AGENDA and not (unanswered and one.standing is Standing.NONE):
            continue
        away = () if one.event.recurrence else replaced.get((one.account, one.event.uid), ())
        for starts, ends in occurrences(one.event, since, until):
            if key_of(starts, one.event) not in away:
                found.append(Occurrence(one, starts, ends))
    return tuple(sorted(found, key=lambda one: (one.starts, one.of.event.title, one.of.id)))


def key_of(starts: datetime, event: Event) -> str:
    """The name of a time of a series, as RECURRENCE-ID has it."""
    if event.all_day:
        return starts.strftime("%Y%m%d")
    return starts.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def conflicts(
    event: Event, known: Sequence[StoredEvent], now: datetime, *, most: int = 3
) -> tuple[Occurrence, ...]:
    """What of the agenda overlaps with an event, its coming times if it is a series. What lasts
    all day does not count.
    """
    from mel_desktop.logic.recurring import occurrences  # noqa: PLC0415 seldom

    if event.all_day:
        return ()
    until = max(event.ends, now + timedelta(days=120)) if event.repeats else event.ends
    since = max(event.starts, now - timedelta(days=1)) if event.repeats else event.starts
    times = occurrences(event, since, until)[:60]
    if not times:
        return ()
    others = [
        one
        for one in spread(known, times[0][0], times[-1][1])
        if one.of.event.uid != event.uid and not one.of.event.all_day
    ]
    found: list[Occurrence] = []
    for starts, ends in times:
        found += [
            one for one in others if one.starts < ends and one.ends > starts and one not in found
        ]
    return tuple(found[:most])
