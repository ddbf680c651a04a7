"""What a calendar part that came changes in the agenda (RFC 5546 3.2), and why it may not.

Rule 1: an event is changed only by who organises it, or acts for them by the version that is known;
what I organise only by what lies in Sent; an answer counts from the guest alone. None of it counts
where the own provider says that the sender is forged (RFC 8601). Else a person decides.
Rule 2: ADD adds times to a series that is known and takes nothing away: each stands by itself and
asks for an answer; an answer to the series stays. A series that is not known is not made up.
Rule 3: within a transaction of the caller's; nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import agenda as rules
from mel_desktop.logic.recipients import same_key
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.agenda import Doubt, Event, EventId, Method, Standing, StoredEvent
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Address, MessageId
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import agenda, identities, outgoing, reading
from mel_desktop.store.database import Reader, Transaction

if TYPE_CHECKING:
    from mel_desktop.services.trust import Trust

ASKING: Final = frozenset({Method.REQUEST, Method.ADD})
CHANGING: Final = frozenset({*ASKING, Method.CANCEL})
MOST_REMEMBERED: Final = 1024
MOST_ADDED: Final = 50  # times of one message
_DOUBTED: Final = frozenset({Doubt.NOT_ORGANISER, Doubt.NOT_MINE, Doubt.FORGED, Doubt.NOT_GUEST})
_BY_ME: Final = ("sent", "drafts")  # folders into which nobody else writes
_DAY: Final = timedelta(days=1)


class Remembered:
    """What the store keeps, as values; remembered, as parsing takes a while."""

    def __init__(self) -> None:
        self._events: dict[bytes, Event | None] = {}

    def __call__(self, ics: bytes) -> Event | None:
        """The event, None where it cannot be read."""
        from mel_desktop.formats.icalendar_reading import read_calendar  # noqa: PLC0415 seldom

        if ics not in self._events:
            if len(self._events) >= MOST_REMEMBERED:
                self._events.clear()
            self._events[ics] = next(iter(read_calendar(ics).events), None)
        return self._events[ics]


@dataclass(frozen=True, slots=True)
class _Came:
    """A message, as far as it counts here."""

    message: MessageId
    account: AccountId
    sender: Address
    own: frozenset[str]
    is_sent: bool
    chosen: bool  # by a person, whatever is doubted

    def may(self, event: Event, known: StoredEvent | None) -> bool:
        """Whether it may change a known event."""
        if self.chosen or known is None or self.is_mine(event):
            return True
        return known.standing is not Standing.ORGANISED and rules.is_from(known.event, self.sender)

    def is_mine(self, event: Event) -> bool:
        """Whether I sent it as organiser: anybody can write my address into From."""
        ours = event.organiser is not None and same_key(event.organiser.address) in self.own
        return ours and self.is_sent

    def standing(self, event: Event, known: StoredEvent | None) -> Standing:
        """Where a new version stands of which nothing was answered yet."""
        is_kept = known is not None and known.standing is Standing.ORGANISED
        return Standing.ORGANISED if is_kept or self.is_mine(event) else Standing.NONE


@dataclass(frozen=True, slots=True)
class Judged:
    """What a message's event is to its reader. ``waits``: it would change a known event, or count
    an answer to one, and a person must want that.
    """

    mine: bool
    doubts: tuple[Doubt, ...]
    waits: bool


class Taking:
    """Of one profile."""

    def __init__(self, accounts: Accounts, trust: Trust, clock: Clock, read: agenda.Read) -> None:
        self._accounts = accounts
        self._trust = trust
        self._clock = clock
        self._read = read

    def own(self, reader: Reader, account: AccountId) -> frozenset[str]:
        """Keys of the addresses of an account."""
        ours = identities.of_account(reader, self._accounts.get(account))
        return frozenset(same_key(one.address) for one in ours)

    def lacks_header(self, reader: Reader, message: MessageId, octets: bytes) -> bool:
        """Whether it is about a known event, while what the provider says of its sender is still
        on the server.
        """
        stored = reading.message(reader, message)
        if stored is None or stored.header.strip() or reading.place(reader, message) is None:
            return False
        return any(
            agenda.find(reader, self._read, stored.account, event.uid, one) is not None
            for event, _ in events_of(octets)
            for one in {event.recurrence, ""}
        )

    def take(
        self, tx: Transaction, message: MessageId, octets: bytes, *, chosen: str | None = None
    ) -> None:
        """Change what it may change. ``chosen``: the event (its UID) of which a person wants that
        whatever is doubted; only it is changed, as they saw no other one.
        """
        from mel_desktop.formats.icalendar_reading import read_calendar  # noqa: PLC0415 seldom

        if chosen is None and self._trust.authentication(tx, message).has_failed:
            return
        came = self._came(tx, message, chosen=chosen is not None)
        account = came.account
        method = read_calendar(octets, most_events=1).method
        events = tuple(one for one in events_of(octets) if chosen in (None, one[0].uid))
        speaker = came.sender.address
        if chosen is not None and events:
            speaker = _speaker(events[0][0])  # the one who was shown
        if method is Method.ADD:
            self._add(tx, came, events)
            return
        for event, ics in events:
            known = agenda.find(tx, self._read, account, event.uid, event.recurrence)
            if method is Method.REQUEST:
                self._take_request(tx, came, event, ics, known)
            elif method is Method.CANCEL:
                self._take_cancel(tx, came, event, ics, known)
            elif method is Method.REPLY:
                self._take_reply(tx, came, event, known, speaker)

    def may(self, tx: Transaction, message: MessageId, event: Event) -> bool:
        """Whether a message may change this event of its own: nobody knows it yet, or it is of who
        organises it.
        """
        came = self._came(tx, message, chosen=False)
        known = agenda.find(tx, self._read, came.account, event.uid, event.recurrence)
        about = known or self._whole(tx, came, event)
        if about is None:
            return True
        return came.may(event, about) and not self._trust.authentication(tx, message).has_failed

    def _came(self, tx: Transaction, message: MessageId, *, chosen: bool) -> _Came:
        account = outgoing.original(tx, message).account
        sender, role = agenda.sender_of(tx, message)
        return _Came(message, account, sender, self.own(tx, account), role == "sent", chosen)

    def _take_reply(
        self,
        tx: Transaction,
        came: _Came,
        event: Event,
        known: StoredEvent | None,
        speaker: str,
    ) -> None:
        if not event.guests or same_key(_speaker(event)) != same_key(speaker):
            return
        guest = replace(event.guests[0], comment=event.comment)
        about = known or agenda.find(tx, self._read, came.account, event.uid, "")
        if about is not None and about.standing is Standing.ORGANISED:
            stamp = event.stamp or self._clock.now()
            agenda.note_answer(tx, about.id, guest, event.sequence, stamp)

    def _take_request(
        self, tx: Transaction, came: _Came, event: Event, ics: bytes, known: StoredEvent | None
    ) -> None:
        # Whatever it claims that I have answered: else it would fill my agenda by itself.
        said = came.standing(event, known)
        if event.cancelled:
            said = Standing.CANCELLED
        if known is not None:
            is_copy = rules.version(event) == rules.version(known.event) and came.is_mine(event)
            claims = is_copy and known.standing is Standing.NONE  # its copy was read first
            is_news = claims or rules.is_newer(event, known.event)
            if not is_news or not came.may(event, known):
                return
            keeps = known.standing is not Standing.CANCELLED and not event.cancelled
            if keeps and not claims and not rules.asks_again(known.event, event):
                said = known.standing
        elif said is Standing.CANCELLED or not came.may(event, self._whole(tx, came, event)):
            return
        self.put(tx, came.account, event, ics, said, came.message, self._invited(came, event))
        if known is not None and not event.recurrence:
            self._drop_stale(tx, came.account, event)

    def _take_cancel(
        self, tx: Transaction, came: _Came, event: Event, ics: bytes, known: StoredEvent | None
    ) -> None:
        from mel_desktop.formats.icalendar_writing import write_calendar  # noqa: PLC0415 seldom

        if known is None:
            from_organiser = came.chosen or rules.is_from(event, came.sender)
            if from_organiser and came.may(event, self._whole(tx, came, event)):
                said = Standing.CANCELLED
                self.put(tx, came.account, event, ics, said, came.message, "")
            return
        if not came.chosen:
            is_forged = known.standing is Standing.ORGANISED and not came.is_sent
            if is_forged or not rules.is_from(known.event, came.sender):
                return
        is_over = known.standing is Standing.CANCELLED
        if rules.is_newer(known.event, event) or (
            is_over and not rules.is_newer(event, known.event)
        ):
            return
        gone = replace(
            known.event, sequence=event.sequence, stamp=event.stamp, cancelled=True,
            comment=event.comment,
        )  # fmt: skip
        made = write_calendar((gone,), Method.PLAIN, self._clock.now())
        self.put(tx, came.account, gone, made, Standing.CANCELLED, came.message, known.invited)
        if not event.recurrence:
            for one in agenda.occurrences_of(tx, came.account, event.uid):
                agenda.set_standing(tx, one, Standing.CANCELLED)

    def _add(self, tx: Transaction, came: _Came, events: Sequence[tuple[Event, bytes]]) -> None:
        """Times of a series, each beside it; the series names them, so that it stays whole."""
        from mel_desktop.formats.icalendar_writing import with_times  # noqa: PLC0415 seldom

        for uid in dict.fromkeys(event.uid for event, _ in events):
            some = [(event, ics) for event, ics in events if event.uid == uid]
            newest = max((event for event, _ in some), key=rules.version)
            whole = agenda.find(tx, self._read, came.account, uid, "")
            if whole is None or whole.standing is Standing.CANCELLED:
                continue
            if not came.may(newest, whole) or not rules.is_newer(newest, whole.event):
                continue
            for event, ics in some:
                said = came.standing(event, whole)
                invited = self._invited(came, event)
                self.put(tx, came.account, event, ics, said, came.message, invited)
            series = with_times(
                agenda.calendar_of(tx, whole.id), [event.starts for event, _ in some], newest
            )
            told = self._read(series)
            if told is not None:
                self.put(tx, came.account, told, series, whole.standing, None, whole.invited)

    def _drop_stale(self, tx: Transaction, account: AccountId, series: Event) -> None:
        """Times that stood by themselves and that a newer version of the series knows no more."""
        from mel_desktop.logic.recurring import is_followed, occurrences  # noqa: PLC0415 seldom

        if not is_followed(series.rule):
            return
        for one in agenda.occurrences_of(tx, account, series.uid):
            with suppress(LocalRefusal):  # written by a newer program: it stays
                alone = agenda.get(tx, self._read, one)
                is_older = rules.version(alone.event) < rules.version(series)
                if alone.standing is Standing.CANCELLED or not is_older:
                    continue
                at = _moment(alone.event.recurrence)
                times = () if at is None else occurrences(series, at - _DAY, at + _DAY)
                if at is not None and not any(
                    rules.key_of(starts, series) == alone.event.recurrence for starts, _ in times
                ):
                    agenda.remove(tx, one)

    def put(
        self,
        tx: Transaction,
        account: AccountId,
        event: Event,
        ics: bytes,
        standing: Standing,
        message: MessageId | None,
        invited: str,
    ) -> EventId:
        """Store it, or a newer version of it."""
        from mel_desktop.logic.recurring import last_end  # noqa: PLC0415 seldom

        return agenda.put(
            tx, account, event, ics,
            standing=standing, ends=last_end(event), message=message, invited=invited,
        )  # fmt: skip

    def _whole(self, reader: Reader, came: _Came, event: Event) -> StoredEvent | None:
        """The series that a time is of."""
        return agenda.find(reader, self._read, came.account, event.uid, "")

    @staticmethod
    def _invited(came: _Came, event: Event) -> str:
        guest = rules.guest_of(event, came.own)
        return "" if guest is None else guest.who.address

    # -- what is odd about it ----------------------------------------------------------------------

    def judge(
        self, reader: Reader, message: MessageId, account: AccountId, method: Method, event: Event
    ) -> Judged:
        """What is odd about a message's event."""
        sender, role = agenda.sender_of(reader, message)
        own = self.own(reader, account)
        known = agenda.find(reader, self._read, account, event.uid, event.recurrence)
        whole = agenda.find(reader, self._read, account, event.uid, "")
        about = known or whole
        names_me = event.organiser is not None and same_key(event.organiser.address) in own
        mine = names_me and (role in _BY_ME or self._is_known_mine(reader, method, event, about))
        found: list[Doubt] = []
        if method in CHANGING and not mine:
            found += self._strange(reader, event, about, sender, names_me=names_me)
        may_lie = method in CHANGING or method is Method.REPLY
        if may_lie and self._trust.authentication(reader, message).has_failed:
            found.append(Doubt.FORGED)
        if method is Method.REQUEST and not names_me and rules.guest_of(event, own) is None:
            found.append(Doubt.NOT_INVITED)
        answers = method in (Method.REPLY, Method.COUNTER) and event.guests
        if answers and same_key(_speaker(event)) != same_key(sender.address):
            found.append(Doubt.NOT_GUEST)
        against = known or (whole if method is Method.ADD else None)
        if against is not None and method in ASKING and rules.is_newer(against.event, event):
            found.append(Doubt.OUTDATED)
        if about is None and method in (Method.CANCEL, Method.REPLY, Method.COUNTER, Method.ADD):
            found.append(Doubt.UNKNOWN)
        waits = role not in ("sent", "drafts", "junk", "trash") and bool(_DOUBTED & set(found))
        if waits and method is Method.REPLY:
            waits = _would_count(reader, event, about)
        elif waits:
            waits = _would_change(method, event, known, about)
        return Judged(mine, tuple(found), waits)

    def _strange(
        self,
        reader: Reader,
        event: Event,
        about: StoredEvent | None,
        sender: Address,
        *,
        names_me: bool,
    ) -> Iterator[Doubt]:
        """Why the sender of a change is not who may make it."""
        strange = event.organiser is not None and not rules.is_from(event, sender)
        is_other = about is not None and about.event.organiser is not None
        if about is not None and is_other:
            is_other = not rules.is_from(about.event, sender)
        if self._is_by_me(reader, about):
            if about is not None and not rules.is_newer(about.event, event):
                yield Doubt.NOT_MINE
        elif names_me:
            yield Doubt.NOT_MINE
        if strange or is_other:
            yield Doubt.NOT_ORGANISER

    def _is_by_me(self, reader: Reader, about: StoredEvent | None) -> bool:
        """Whether a known event is one that I made: what is cancelled stands so no more."""
        if about is None or about.event.organiser is None:
            return False
        if about.standing is Standing.ORGANISED:
            return True
        is_sent = about.message and agenda.sender_of(reader, about.message)[1] == "sent"
        own = self.own(reader, about.account)
        return bool(is_sent) and same_key(about.event.organiser.address) in own

    def _is_known_mine(
        self, reader: Reader, method: Method, event: Event, about: StoredEvent | None
    ) -> bool:
        """Whether what did not come from Sent is a copy of what I sent, or is about that."""
        if about is None or not self._is_by_me(reader, about):
            return False
        if method is Method.CANCEL:
            is_over = about.standing is Standing.CANCELLED
            return is_over and not rules.is_newer(event, about.event)
        return method not in CHANGING or rules.is_same(event, about.event)


def _speaker(event: Event) -> str:
    """The address of who answers in it."""
    return event.guests[0].who.address if event.guests else ""


def _would_count(reader: Reader, event: Event, about: StoredEvent | None) -> bool:
    """Whether an answer says something newer than what its guest is known to have answered."""
    if about is None or about.standing is not Standing.ORGANISED or not event.guests:
        return False
    known = agenda.answered(reader, about.id, _speaker(event))
    return known is None or rules.version(event) > known


def _would_change(
    method: Method, event: Event, known: StoredEvent | None, about: StoredEvent | None
) -> bool:
    """Whether it says something newer of an event that is known."""
    if about is None or method not in CHANGING:
        return False
    if method is Method.CANCEL:
        is_over = known is not None and known.standing is Standing.CANCELLED
        return not is_over and rules.version(event) >= rules.version(about.event)
    return rules.is_newer(event, (known or about).event)


def events_of(octets: bytes, most: int = 50) -> Iterator[tuple[Event, bytes]]:
    """Each event beside what is kept of it; those that cannot be read are left out. What is added
    to a series comes as times of it (RFC 5546 3.2.4: without RECURRENCE-ID).
    """
    from mel_desktop.formats.icalendar_reading import read_calendar  # noqa: PLC0415 seldom
    from mel_desktop.formats.icalendar_writing import alone, kept  # noqa: PLC0415 seldom

    method = read_calendar(octets, most_events=1).method
    for pieces, lines in alone(octets)[:most]:
        ics = kept(pieces, lines, cancels=method is Method.CANCEL)
        for event in read_calendar(ics).events:
            if method is Method.ADD and not event.recurrence:
                yield from _added(event, ics)
            else:
                yield event, ics


def _added(event: Event, ics: bytes) -> Iterable[tuple[Event, bytes]]:
    """The times that an added event stands for; none where they have no end, or an unknown rule."""
    from mel_desktop.formats.icalendar_writing import named, write_calendar  # noqa: PLC0415 seldom
    from mel_desktop.logic.recurring import is_followed, last_end, occurrences  # noqa: PLC0415

    if not event.repeats:
        key = rules.key_of(event.starts, event)
        return ((replace(event, recurrence=key), named(ics, key)),)
    last = last_end(event) if is_followed(event.rule) else None
    if last is None:
        return ()
    found = []
    for starts, ends in occurrences(event, event.starts, last + _DAY)[:MOST_ADDED]:
        one = replace(
            event, starts=starts, ends=ends, rule="", also=(), except_=(),
            recurrence=rules.key_of(starts, event),
        )  # fmt: skip
        made = write_calendar((one,), Method.PLAIN, event.stamp or starts)
        found.append((one, made))
    return found


def _moment(recurrence: str) -> datetime | None:
    """The instant that names a time of a series; None for one that no event can have."""
    from mel_desktop.formats.icalendar_reading import (  # noqa: PLC0415 seldom
        FIRST_YEAR,
        LAST_YEAR,
    )

    try:
        if len(recurrence) == len("20261203"):
            found = datetime.strptime(recurrence, "%Y%m%d").replace(tzinfo=UTC)
        else:
            found = datetime.strptime(f"{recurrence}+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
