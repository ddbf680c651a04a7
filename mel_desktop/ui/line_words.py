"""The line in plain words: profiles and why they are in force, budgets, prices, progress.

Words only; ``app`` decides. Times of day are the PC's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Final

from PySide6.QtCore import QCoreApplication

from mel_desktop.model.changes import AccountStatus
from mel_desktop.model.links import (
    InForce,
    Line,
    LinkProfile,
    LinkReason,
    LinkSettings,
    Phase,
    Price,
    Traffic,
)
from mel_desktop.model.policy import LinkPolicy
from mel_desktop.ui import figures

translate = QCoreApplication.translate

MEGA: Final = 1_000_000

CHOICES: Final = (
    LinkProfile.AUTO,
    LinkProfile.FULL,
    LinkProfile.THRIFTY,
    LinkProfile.FRUGAL,
    LinkProfile.OFFLINE,
)


def profile_name(profile: LinkProfile) -> str:
    """How a profile is called where it is chosen."""
    return {
        LinkProfile.AUTO: translate("line", "Automatic"),
        LinkProfile.FULL: translate("line", "Full"),
        LinkProfile.THRIFTY: translate("line", "Thrifty"),
        LinkProfile.FRUGAL: translate("line", "Frugal"),
        LinkProfile.OFFLINE: translate("line", "Offline"),
    }[profile]


def above(policy: LinkPolicy) -> tuple[LinkProfile, ...]:
    """Profiles that IT does not allow."""
    if policy.profile is None:
        return ()
    return CHOICES[1 : CHOICES.index(LinkProfile(policy.profile))]


def ceiling(policy: LinkPolicy) -> str:
    """What IT allows at most, "" where it says nothing."""
    said = []
    if policy.profile is not None:
        name = profile_name(LinkProfile(policy.profile))
        said.append(translate("line", "profile {name}").format(name=name))
    if policy.day_mb is not None:
        octets = figures.size(policy.day_mb * MEGA)
        said.append(translate("line", "{octets} a day").format(octets=octets))
    if policy.month_mb is not None:
        octets = figures.size(policy.month_mb * MEGA)
        said.append(translate("line", "{octets} a month").format(octets=octets))
    if policy.hours is not None:
        start, end = (f"{one:%H:%M}" for one in policy.hours)
        said.append(translate("line", "from {start} to {end}").format(start=start, end=end))
    if not said:
        return ""
    words = translate("line", "Your establishment allows at most: {limits}.")
    return words.format(limits=", ".join(said))


def profile_explained(profile: LinkProfile) -> str:
    """What a profile brings and what it costs, in one or two sentences."""
    return {
        LinkProfile.AUTO: translate(
            "line",
            "Chosen at each sync from the measured line, the system's word that it is paid by "
            "volume, the budget and the hours.",
        ),
        LinkProfile.FULL: translate(
            "line",
            "Texts and attachments of the wanted period: all can be read without a line. "
            "Costs the most octets.",
        ),
        LinkProfile.THRIFTY: translate(
            "line",
            "All texts, without attachments: these come on demand, with their price. "
            "For a shared phone or a slow line.",
        ),
        LinkProfile.FRUGAL: translate(
            "line",
            "Only the inbox and your own changes, in plain text; anything else tells its price "
            "first. For a satellite line paid by volume.",
        ),
        LinkProfile.OFFLINE: translate(
            "line", "No connection for this account. Your changes wait on this PC."
        ),
    }[profile]


def line_name(profile: LinkProfile) -> str:
    """A profile in force, as the status line calls it."""
    return {
        LinkProfile.AUTO: translate("line", "Automatic line"),
        LinkProfile.FULL: translate("line", "Full line"),
        LinkProfile.THRIFTY: translate("line", "Thrifty line"),
        LinkProfile.FRUGAL: translate("line", "Frugal line"),
        LinkProfile.OFFLINE: translate("line", "Line off"),
    }[profile]


def measured(line: Line) -> str:
    """What was measured: '0,9 s, 1 Mbit/s, 0,3 Mbit/s upwards'; "" when nothing was."""
    words = []
    if line.rtt_s is not None:
        words.append(figures.seconds(line.rtt_s))
    if line.down_bps is not None:
        words.append(figures.speed(line.down_bps))
    if line.up_bps is not None:
        up = translate("line", "{speed} upwards")
        words.append(up.format(speed=figures.speed(line.up_bps)))
    return ", ".join(words)


def hours(settings: LinkSettings) -> str:
    """'08:00 – 18:00', or ""."""
    if settings.from_hour is None or settings.until_hour is None:
        return ""
    return f"{_time(settings.from_hour)}–{_time(settings.until_hour)}"


def _time(when: time) -> str:
    return when.strftime("%H:%M")


def state(in_force: InForce, line: Line, traffic: Traffic, settings: LinkSettings) -> str:
    """The profile in force and why: 'Ligne économe (mesurée : 0,9 s, 1 Mbit/s)'."""
    name = line_name(in_force.profile)
    if in_force.reason is LinkReason.BUDGET:
        return _with_name(_used_up(traffic, settings), in_force.profile)
    if in_force.reason is LinkReason.HOURS:
        between = hours(settings)
        said = translate("line", "Outside the hours of sync")
        return f"{said} ({between})" if between else said
    figures_of = measured(line)
    why = {
        LinkReason.CHOSEN: translate("line", "chosen"),
        LinkReason.POLICY: translate("line", "set by your school or académie"),
        LinkReason.METERED: translate("line", "the system says that it is paid by volume"),
        LinkReason.MEASURED: translate("line", "measured: {figures}").format(figures=figures_of)
        if figures_of
        else translate("line", "measured"),
        LinkReason.UNKNOWN: translate("line", "not measured yet"),
    }[in_force.reason]
    return f"{name} ({why})"


def _with_name(said: str, profile: LinkProfile) -> str:
    return f"{said} ({line_name(profile).casefold()})"


def _used_up(traffic: Traffic, settings: LinkSettings) -> str:
    if settings.day_bytes is not None and day(traffic) >= settings.day_bytes:
        return translate("line", "Budget of the day used up")
    if settings.month_bytes is not None and month(traffic) >= settings.month_bytes:
        return translate("line", "Budget of the month used up")
    return translate("line", "Budget used up")


def day(traffic: Traffic) -> int:
    """Octets of today, both ways."""
    return traffic.day_received + traffic.day_sent


def month(traffic: Traffic) -> int:
    """Octets of this month, both ways."""
    return traffic.month_received + traffic.month_sent


def summed(traffics: Sequence[Traffic]) -> Traffic:
    """The octets of several accounts."""
    return Traffic(
        sum(one.received for one in traffics),
        sum(one.sent for one in traffics),
        sum(one.day_received for one in traffics),
        sum(one.day_sent for one in traffics),
        sum(one.month_received for one in traffics),
        sum(one.month_sent for one in traffics),
    )


def counted(
    traffic: Traffic, day_bytes: int | None, month_bytes: int | None, *, short: bool = False
) -> str:
    """The live counter: today both ways, this month, each against its budget if there is one."""
    size = figures.size(day(traffic))
    if not short:
        today = translate("line", "today: {received} received, {sent} sent").format(
            received=figures.size(traffic.day_received), sent=figures.size(traffic.day_sent)
        )
    elif day_bytes is None:
        today = translate("line", "today: {size}").format(size=size)
    else:
        today = translate("line", "today: {size} of {budget}").format(
            size=size, budget=figures.amount(day_bytes)
        )
    if day_bytes is not None and not short:
        budget = translate("line", "budget {size}").format(size=figures.amount(day_bytes))
        today += f" ({budget})"
    if month_bytes is None:
        this = translate("line", "this month: {size}").format(size=figures.amount(month(traffic)))
    else:
        this = translate("line", "this month: {size} of {budget}").format(
            size=figures.amount(month(traffic)), budget=figures.amount(month_bytes)
        )
    return f"{today} · {this}"


def phase(found: Phase) -> str:
    """What a sync is doing."""
    return {
        Phase.SIGN_IN: translate("line", "Signing in"),
        Phase.FOLDERS: translate("line", "Folders"),
        Phase.WISHES: translate("line", "Your changes"),
        Phase.HEADERS: translate("line", "Headers"),
        Phase.TEXTS: translate("line", "Texts"),
        Phase.ATTACHMENTS: translate("line", "Attachments"),
    }[found]


def progress(account: AccountStatus) -> str:
    """'Textes : 1 240 sur 3 000, environ 4 min'."""
    name = translate("line", "Synchronising") if account.phase is None else phase(account.phase)
    if not account.expected:
        return f"{name}…"
    said = translate("line", "{what}: {done} of {expected}").format(
        what=name,
        done=figures.count(min(account.done, account.expected)),
        expected=figures.count(account.expected),
    )
    if account.seconds_left is None:
        return said
    return f"{said}, {about(account.seconds_left)}"


def time_up(found: Price) -> str:
    """How long it takes to send; "" while nothing is known of the line."""
    if found.seconds is None:
        return ""
    if found.at_least:  # no upload was measured yet: downwards is the most that can be hoped for
        spoken = figures.duration(found.seconds)
        return translate("line", "at least {time} on this line").format(time=spoken)
    return translate("line", "{time} on this line").format(time=about(found.seconds))


def about(seconds: float) -> str:
    """'environ 4 min'; 'moins d’1 s' needs no 'about'."""
    spoken = figures.duration(seconds)
    return spoken if seconds < 1 else translate("line", "about {time}").format(time=spoken)


def total(prices: Sequence[Price]) -> Price:
    """Of several parts together."""
    times = [one.seconds for one in prices]
    known = [one for one in times if one is not None]
    return Price(
        sum(one.octets for one in prices),
        sum(known) if len(known) == len(times) else None,
        any(one.ask_first for one in prices),
    )


def price(found: Price) -> str:
    """'3,2 Mo, environ 4 min sur cette ligne'."""
    size = figures.size(found.octets)
    if found.seconds is None:
        return translate("line", "{size}, this line is not measured yet").format(size=size)
    return translate("line", "{size}, {time} on this line").format(
        size=size, time=about(found.seconds)
    )
