"""Checks of the way to the outside: interface, proxy, captive portal, clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Protocol

from mel_desktop.model.accounts import Account
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.doctor import Remedy, Surroundings
from mel_desktop.model.errors import Fact
from mel_desktop.ports import Clock
from mel_desktop.services.checks_local import Gauges, check

CLOCK_MINUTES: Final = 5  # up to here nobody minds
WRONG_MINUTES: Final = 12 * 60  # certificates and dates of messages suffer
FIRST_YEAR: Final = 2026


class SurroundingsLook(Protocol):
    """Asks something in plain HTTP, and sees who answers."""

    def look(self, host: str) -> Surroundings:
        """Of the way to this host. Cancelled."""
        ...


class NetworkChecks:
    """Of this PC, whatever the account; ``host`` is one of its servers."""

    def __init__(self, gauges: Gauges, look: SurroundingsLook, clock: Clock) -> None:
        self._gauges = gauges
        self._look = look
        self._clock = clock

    def all(self, accounts: tuple[Account, ...], *, offline: bool) -> Iterator[Check]:
        """Interface, proxy, portal, clock."""
        if offline:
            for identity in ("network", "proxy", "portal"):
                yield check(identity, CheckState.SKIPPED, "offline")
            yield self._clock_check(None)
            return
        if self._gauges.has_way():
            yield check("network", CheckState.OK, "network-up")
        else:
            yield check("network", CheckState.WARN, "network-down")
        yield self._proxy(accounts)
        told = self._look.look(accounts[0].imap.host) if accounts else Surroundings(False)
        yield _portal(told)
        yield self._clock_check(told.server_time)

    def _proxy(self, accounts: tuple[Account, ...]) -> Check:
        if any(one.proxy for one in accounts):
            return check("proxy", CheckState.OK, "proxy-account")
        if told := self._gauges.proxies():
            return check("proxy", CheckState.OK, "proxy-system", {"places": ", ".join(told)})
        return check("proxy", CheckState.OK, "proxy-none")

    def _clock_check(self, server_time: datetime | None) -> Check:
        now = self._clock.now()
        facts: dict[str, Fact] = {"now": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
        if server_time is None:
            if now.year < FIRST_YEAR:
                return check("clock", CheckState.FAIL, "clock-old", facts)
            return check("clock", CheckState.OK, "clock-unknown", facts)
        minutes = round((now - server_time).total_seconds() / 60)
        if abs(minutes) <= CLOCK_MINUTES:
            return check("clock", CheckState.OK, "clock-good", facts)
        state = CheckState.FAIL if abs(minutes) >= WRONG_MINUTES else CheckState.WARN
        says = "clock-fast" if minutes > 0 else "clock-slow"
        return check("clock", state, says, {**facts, "minutes": abs(minutes)})


def _portal(told: Surroundings) -> Check:
    if told.portal:
        return check(
            "portal", CheckState.WARN, "portal-found", {"portal": told.portal}, remedy=Remedy.PORTAL
        )
    if not told.reached:
        return check("portal", CheckState.SKIPPED, "portal-unknown")
    return check("portal", CheckState.OK, "portal-none")
