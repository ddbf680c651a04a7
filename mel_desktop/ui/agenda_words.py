"""Events and invitations in words: when, where they stand, what is to be doubted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QLocale

from mel_desktop.model.agenda import (
    Answer,
    CalendarTrouble,
    Doubt,
    Event,
    Guest,
    Invitation,
    Method,
    Occurrence,
    Standing,
)
from mel_desktop.model.mail import Address
from mel_desktop.ui import figures

translate = QCoreApplication.translate


def person(who: Address) -> str:
    """A name beside its true address."""
    return f"{who.name} <{who.address}>" if who.name else who.address


def hour(moment: datetime) -> str:
    """« 14 h », « 15 h 30 »."""
    return _clock(moment.astimezone())


def _clock(wall: datetime) -> str:
    if wall.minute:
        return translate("agenda", "{hour}:{minute}").format(
            hour=wall.hour, minute=f"{wall.minute:02d}"
        )
    return translate("agenda", "{hour}:00").format(hour=wall.hour)


def day(value: date, *, year: bool | None = None) -> str:
    """« lundi 3 novembre »; the year where it is not the present one."""
    names = figures.locale()
    number = str(value.day)
    if value.day == 1 and names.language() is QLocale.Language.French:
        number = "1er"
    shown = figures.now().astimezone().year != value.year if year is None else year
    pattern = translate("agenda", "{weekday} {day} {month}")
    if shown:
        pattern = translate("agenda", "{weekday} {day} {month} {year}")
    return pattern.format(
        weekday=names.dayName(value.isoweekday(), QLocale.FormatType.LongFormat),
        day=number,
        month=names.monthName(value.month, QLocale.FormatType.LongFormat),
        year=value.year,
    )


def when(event: Event) -> str:
    """Day and hours in local time, and the hour of its own zone where that is another."""
    return span(event.starts, event.ends, all_day=event.all_day) + _elsewhere(event)


def span(starts: datetime, ends: datetime, *, all_day: bool) -> str:
    """« lundi 3 novembre, 14 h – 15 h 30 »."""
    if all_day:
        first, last = starts.date(), (ends - timedelta(days=1)).date()
        return day(first) if last <= first else f"{day(first)} – {day(last)}"
    first, last = starts.astimezone().date(), ends.astimezone().date()
    begins = f"{day(first)}, {hour(starts)}"
    if ends <= starts:
        return begins
    return f"{begins} – {hour(ends)}" if first == last else f"{begins} – {day(last)}, {hour(ends)}"


def _elsewhere(event: Event) -> str:
    """The hour on the wall of another zone."""
    if event.all_day or not event.zone:
        return ""
    local = event.starts.astimezone()
    if local.utcoffset() == event.starts.utcoffset():
        return ""
    wall = _clock(event.starts)
    return " " + translate("agenda", "({time} in {zone})").format(time=wall, zone=event.zone)


def hours(one: Occurrence) -> str:
    """The hours of one day of the agenda."""
    if one.of.event.all_day:
        return translate("agenda", "all day")
    if one.ends <= one.starts:
        return hour(one.starts)
    return f"{hour(one.starts)} – {hour(one.ends)}"


def repeats(card: Invitation) -> str:
    """The next times of a series."""
    if not card.next_times or card.event is None:
        return ""
    all_day = card.event.all_day
    shown = [day(one.date() if all_day else one.astimezone().date()) for one in card.next_times]
    return translate("agenda", "Repeats. Next: {days}").format(days=", ".join(shown))


def sheet(event: Event) -> str:
    """All that is told of an event in a file, in a few lines."""
    title = event.title or translate("agenda", "(no title)")
    lines = [title if not event.cancelled else f"{title} – {standing(Standing.CANCELLED)}"]
    lines.append(when(event))
    if event.repeats:
        lines.append(translate("agenda", "Repeats."))
    lines.append(" · ".join(dict.fromkeys(filter(None, (event.place, event.link)))))
    if event.organiser is not None:
        lines.append(translate("agenda", "Organised by {who}").format(who=person(event.organiser)))
    lines += [count_of(event.guests), event.description.strip()]
    return "\n".join(filter(None, lines))


def standing(value: Standing) -> str:
    """Where an event stands, short."""
    return {
        Standing.NONE: translate("agenda", "Not answered"),
        Standing.ACCEPTED: translate("agenda", "Accepted"),
        Standing.TENTATIVE: translate("agenda", "Tentative"),
        Standing.DECLINED: translate("agenda", "Declined"),
        Standing.CANCELLED: translate("agenda", "Cancelled"),
        Standing.ORGANISED: translate("agenda", "Organised by me"),
        Standing.OWN: translate("agenda", "My event"),
    }[value]


def answer(value: Answer) -> str:
    """What a guest answered."""
    return {
        Answer.NONE: translate("agenda", "no answer"),
        Answer.ACCEPTED: translate("agenda", "accepted"),
        Answer.TENTATIVE: translate("agenda", "perhaps"),
        Answer.DECLINED: translate("agenda", "declined"),
        Answer.DELEGATED: translate("agenda", "sends somebody else"),
    }[value]


def guest(one: Guest) -> str:
    """A guest in one line."""
    text = translate("agenda", "{name}: {answer}").format(
        name=person(one.who), answer=answer(one.answer)
    )
    if one.delegates:
        text += f" ({one.delegates})"
    return f"{text} – {one.comment}" if one.comment else text


def count_of(guests: Sequence[Guest]) -> str:
    """« Invités : 12 (acceptent : 3, déclinent : 1) »."""
    people = [one for one in guests if not one.is_room]
    if not people:
        return ""
    parts = []
    for value, text in (
        (Answer.ACCEPTED, translate("agenda", "accept: {n}")),
        (Answer.TENTATIVE, translate("agenda", "perhaps: {n}")),
        (Answer.DECLINED, translate("agenda", "decline: {n}")),
    ):
        number = sum(one.answer is value for one in people)
        if number:
            parts.append(text.format(n=number))
    said = translate("agenda", "Guests: {n}").format(n=len(people))
    return f"{said} ({', '.join(parts)})" if parts else said


def kind(card: Invitation) -> str:
    """What the card is about."""
    if card.mine and card.method in (Method.REQUEST, Method.ADD):
        return translate("agenda", "My invitation")
    return {
        Method.REQUEST: translate("agenda", "Invitation"),
        Method.ADD: translate("agenda", "Further time of a series"),
        Method.CANCEL: translate("agenda", "Cancellation"),
        Method.REPLY: translate("agenda", "Answer to an invitation"),
        Method.COUNTER: translate("agenda", "Another time is proposed"),
        Method.DECLINE_COUNTER: translate("agenda", "The other time is refused"),
        Method.REFRESH: translate("agenda", "The newest version is asked for"),
        Method.PUBLISH: translate("agenda", "Event"),
        Method.PLAIN: translate("agenda", "Event"),
    }[card.method]


def doubt(value: Doubt, card: Invitation, sender: str) -> str:
    """A sentence for each reason to doubt."""
    event = card.event
    organiser = ""
    if event is not None and event.organiser is not None:
        organiser = event.organiser.address
    who = event.guests[0].who.address if event is not None and event.guests else ""
    waits = ""
    if card.may_apply:
        waits = " " + translate("agenda", "Nothing was changed in your agenda.")
    if value in (Doubt.FORGED, Doubt.NOT_GUEST) and card.method is Method.REPLY:
        return _doubted_answer(value, card, sender, who)
    return {
        Doubt.NOT_ORGANISER: translate(
            "agenda",
            "Sent by {sender}, not by the organiser {organiser}. Make sure that it is meant before "
            "you answer.",
        ).format(sender=sender, organiser=organiser)
        + waits,
        Doubt.FORGED: translate(
            "agenda",
            "Your mail server does not believe that {sender} sent this message. Ask them by "
            "another way before you answer.",
        ).format(sender=sender)
        + waits,
        Doubt.NOT_MINE: translate(
            "agenda",
            "It names you as the organiser, but it is not among what you sent. If you did not "
            "write it, do not act on it.",
        )
        + waits,
        Doubt.NOT_GUEST: translate("agenda", "Sent by {sender}, in the name of {who}.").format(
            sender=sender, who=who
        ),
        Doubt.NOT_INVITED: translate(
            "agenda", "None of your addresses is among the guests; perhaps a list was invited."
        ),
        Doubt.OUTDATED: translate("agenda", "A newer version of this invitation is known."),
        Doubt.UNKNOWN: translate("agenda", "It is about an event that is not in your agenda."),
    }[value]


def _doubted_answer(value: Doubt, card: Invitation, sender: str, who: str) -> str:
    """Who claims to answer; and that it was not counted, where a person may still want that."""
    if value is Doubt.NOT_GUEST:
        text = translate("agenda", "Sent by {sender}, in the name of {who}.")
    else:
        text = translate(
            "agenda",
            "It claims to be the answer of {who}, but your mail server does not believe that "
            "{sender} sent this message. Ask them by another way before you count it.",
        )
    text = text.format(sender=sender, who=who)
    if card.may_apply:
        text += " " + translate("agenda", "This answer was not counted.")
    return text


def trouble(value: CalendarTrouble) -> str:
    """A sentence for each thing that could not be read."""
    return {
        CalendarTrouble.BROKEN: translate(
            "agenda", "Parts of this invitation cannot be read. The file itself is attached."
        ),
        CalendarTrouble.TOO_LARGE: translate("agenda", "This calendar is too large to be shown."),
        CalendarTrouble.TOO_MANY: translate(
            "agenda", "There are more events in it than are shown here."
        ),
        CalendarTrouble.NO_EVENT: translate("agenda", "There is no event in this calendar."),
        CalendarTrouble.TOO_DENSE: translate(
            "agenda", "It repeats by the hour or quicker: only the first time is shown."
        ),
        CalendarTrouble.RULE: translate(
            "agenda", "It repeats by a rule not known here: only the first time is shown."
        ),
        CalendarTrouble.FOLLOWING: translate(
            "agenda", "It changes all later times of a series: only this one is changed here."
        ),
    }[value]


def conflicts(found: Sequence[Occurrence]) -> str:
    """What overlaps."""
    if not found:
        return ""
    names = "; ".join(
        translate("agenda", "{title} ({hours})").format(
            title=one.of.event.title or translate("agenda", "(no title)"), hours=hours(one)
        )
        for one in found
    )
    return translate("agenda", "Overlaps with: {names}").format(names=names)


def changes(old: Event, new: Event) -> tuple[str, ...]:
    """What is different from the version before."""
    found = []
    if (old.starts, old.ends, old.all_day) != (new.starts, new.ends, new.all_day):
        found.append(translate("agenda", "Moved. Before: {when}").format(when=when(old)))
    if old.place != new.place:
        found.append(
            translate("agenda", "Another place. Before: {place}").format(place=old.place)
            if old.place
            else translate("agenda", "The place is new.")
        )
    if old.title != new.title:
        found.append(translate("agenda", "Another title. Before: {title}").format(title=old.title))
    return tuple(found)
