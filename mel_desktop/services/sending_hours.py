"""School days and quiet hours of one profile, and what becomes of a message whose hour is over.

The calendar is that of the policy, else the newer of the shipped one and one that a person took in.
A message whose chosen hour is over for less than a day leaves, unless it would now come at a quiet
time that was not chosen; else it is held and a person is asked.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from mel_desktop.formats.school_calendar import read_calendar
from mel_desktop.logic.paris import instant, on_the_wall
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import SendingPolicy
from mel_desktop.model.sending import (
    HoursFacts,
    Preset,
    PresetKind,
    QuietHours,
    SchoolCalendar,
    ZoneCalendar,
)
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.store import settings, zones
from mel_desktop.store.database import Database
from mel_desktop.store.outbox import Waiting

logger = logging.getLogger("mel.outbox")

QUIET_NAME: Final = "sending.quiet"
CALENDAR_NAME: Final = "sending.calendar"
EVENING: Final = time(18)
EVENING_UNTIL: Final = time(17)
SOON: Final = timedelta(minutes=15)  # no delay: a pass may take so long
SENSIBLE: Final = timedelta(hours=24)
CHOSEN_FROM: Final = timedelta(minutes=5)  # a shorter wait is the undo, no chosen hour


class SendingHours:
    """When messages had better leave."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        shipped: Callable[[], bytes],
        *,
        policy: SendingPolicy | None = None,
        read_file: Callable[[str], bytes] | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        """``zone`` None: the time of this computer."""
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._shipped = shipped
        self._policy = policy or SendingPolicy()
        self._read_file = read_file
        self._time_zone = zone
        self._calendar: SchoolCalendar | None = None

    # -- calendar and settings ---------------------------------------------------------------------

    def calendar(self) -> SchoolCalendar:
        """The one in force."""
        if self._calendar is None:
            self._calendar = self._load()
        return self._calendar

    def forget(self) -> None:
        """The shipped calendar is another one."""
        self._calendar = None

    def take_calendar(self, octets: bytes) -> SchoolCalendar:
        """Put a newer one in its place. BAD_FILE(why=no-calendar)."""
        found = read_calendar(octets)
        if found.as_of < self.calendar().as_of:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no-calendar", part="older")
        text = octets.decode("utf-8-sig")
        self._database.write(lambda tx: settings.save(tx, CALENDAR_NAME, text), durable=True)
        self._calendar = None
        return self.calendar()

    def zone(self, account: AccountId) -> str:
        """Its académie's, else the policy's, else the one that a person chose; "" unknown."""
        known = self.calendar().zone_of(self._accounts.get(account).email)
        if known or self._policy.zone:
            return known or self._policy.zone
        with self._database.read() as reader:
            return zones.chosen(reader, account)

    def set_zone(self, account: AccountId, zone: str) -> None:
        """A person's word. USAGE: no such zone."""
        if zone not in [one.zone for one in self.calendar().zones]:
            raise LocalRefusal(ErrorCode.USAGE, option="zone")
        self._accounts.get(account)
        self._database.write(lambda tx: zones.choose(tx, account, zone), durable=True)

    def quiet(self) -> QuietHours:
        """What was set."""
        with self._database.read() as reader:
            text = settings.load(reader, QUIET_NAME)
        if text is None:
            return QuietHours()
        told = json.loads(text)
        until = told["wednesday_until"]
        return QuietHours(
            on=told["on"],
            wednesday_until=None if until is None else time.fromisoformat(until),
            saturday=told["saturday"],
        )

    def set_quiet(self, quiet: QuietHours) -> None:
        """In force at once."""
        until = quiet.wednesday_until
        text = json.dumps({
            "on": quiet.on,
            "saturday": quiet.saturday,
            "wednesday_until": None if until is None else until.isoformat("minutes"),
        })  # fmt: skip
        self._database.write(lambda tx: settings.save(tx, QUIET_NAME, text), durable=True)

    def facts(self, account: AccountId) -> HoursFacts:
        """What a dialog shows."""
        calendar, zone = self.calendar(), self.zone(account)
        days = calendar.zone(zone)
        return HoursFacts(
            zone,
            tuple(one.zone for one in calendar.zones),
            days.covers_until if days.breaks else None,
            self.quiet(),
            calendar.source,
            calendar.as_of,
            zone_is_fixed=bool(
                calendar.zone_of(self._accounts.get(account).email) or self._policy.zone
            ),
        )

    # -- hours -------------------------------------------------------------------------------------

    def proposal(self, account: AccountId, at: datetime | None = None) -> datetime | None:
        """When a message that would leave ``at`` (or now) had better leave; None: then."""
        from mel_desktop.logic import schooldays  # noqa: PLC0415 first needed here

        when = at or self._clock.now()
        return schooldays.proposal(when, self._days(account), self.quiet(), self._time_zone)

    def presets(self, account: AccountId) -> tuple[Preset, ...]:
        """The hours that are offered, each once, in order of time."""
        from mel_desktop.logic import schooldays  # noqa: PLC0415 first needed here

        now, days, quiet = self._clock.now(), self._days(account), self.quiet()
        today = on_the_wall(now, self._time_zone).date()
        wall = on_the_wall(now, self._time_zone).time()
        morning = quiet.morning
        found = {
            PresetKind.NEXT_SCHOOL_DAY: schooldays.next_morning(now, days, quiet, self._time_zone),
            PresetKind.IN_AN_HOUR: now + timedelta(hours=1),
            PresetKind.TOMORROW: self._at(today + timedelta(days=1), morning),
            PresetKind.MONDAY: self._at(today + timedelta(days=7 - today.weekday()), morning),
        }
        if wall < EVENING_UNTIL:
            found[PresetKind.THIS_EVENING] = self._at(today, EVENING)
        after = schooldays.after_break(now, days, quiet, self._time_zone)
        if after is not None:
            found[PresetKind.AFTER_BREAK] = after
        offered: dict[datetime, Preset] = {}
        for kind, at in found.items():  # the school day first: it names the hour best
            is_quiet = schooldays.is_quiet(at, days, quiet, self._time_zone)
            offered.setdefault(at, Preset(kind, at, is_quiet))
        return tuple(sorted(offered.values(), key=lambda one: one.at))

    def by(self, account: AccountId, day: date) -> datetime:
        """ "By Friday": the end of that day, or of the last school day before it if it is none."""
        from mel_desktop.logic import schooldays  # noqa: PLC0415 first needed here

        now = self._clock.now()
        quiet = self.quiet()
        last = schooldays.last_school_day(self._days(account), day, saturday=quiet.saturday)
        today = on_the_wall(now, self._time_zone).date()
        return self._at(last if last > today else day, EVENING)

    def is_late(self, one: Waiting, now: datetime) -> bool:
        """Whether a person must decide about a message whose chosen hour is over."""
        from mel_desktop.logic import schooldays  # noqa: PLC0415 first needed here

        if one.not_before is None or one.since is None:
            return False
        late = now - one.not_before
        if one.not_before - one.since < CHOSEN_FROM or late <= SOON:
            return False
        if late > SENSIBLE:
            return True
        days, quiet = self._days(one.account), self.quiet()
        was_quiet = schooldays.is_quiet(one.not_before, days, quiet, self._time_zone)
        return not was_quiet and schooldays.is_quiet(now, days, quiet, self._time_zone)

    # -- inside ------------------------------------------------------------------------------------

    def _days(self, account: AccountId) -> ZoneCalendar:
        return self.calendar().zone(self.zone(account))

    def _at(self, day: date, hour: time) -> datetime:
        return instant(datetime.combine(day, hour), self._time_zone)

    def _load(self) -> SchoolCalendar:
        if self._policy.calendar_file and self._read_file is not None:
            try:
                found = read_calendar(self._read_file(self._policy.calendar_file))
                return replace(found, place="policy")
            except (OSError, LocalRefusal) as error:
                logger.warning("the policy's calendar is not read: %s", type(error).__name__)
        shipped = read_calendar(self._shipped())
        with self._database.read() as reader:
            text = settings.load(reader, CALENDAR_NAME)
        if text is not None:
            own = read_calendar(text.encode())
            if own.as_of >= shipped.as_of:
                return replace(own, place="profile")
        return shipped
