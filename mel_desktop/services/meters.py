"""One meter for each account: what went over its lines since the program started."""

from __future__ import annotations

import threading

from mel_desktop.model.accounts import AccountId
from mel_desktop.ports import Meter


class Meters:
    """Handed to whoever opens a connection; read by whoever counts."""

    def __init__(self) -> None:
        self._meters: dict[AccountId, Meter] = {}
        self._booked: dict[AccountId, tuple[int, int]] = {}
        self._guard = threading.Lock()

    def of(self, account: AccountId) -> Meter:
        """The account's meter, one for all its lanes."""
        with self._guard:
            return self._meters.setdefault(account, Meter())

    def accounts(self) -> tuple[AccountId, ...]:
        """Those that have one."""
        with self._guard:
            return tuple(self._meters)

    def forget_line(self) -> None:
        """The computer is on another network: what was measured of the line says nothing now."""
        with self._guard:
            for meter in self._meters.values():
                meter.rtt_s = meter.down_bps = meter.up_bps = None

    def unbooked(self, account: AccountId) -> tuple[int, int]:
        """Octets received and sent that were not taken for storing yet."""
        with self._guard:
            return self._unbooked(account)

    def take(self, account: AccountId) -> tuple[int, int]:
        """The same, and from here on they count as stored."""
        with self._guard:
            received, sent = self._unbooked(account)
            before = self._booked.get(account, (0, 0))
            self._booked[account] = (before[0] + received, before[1] + sent)
            return received, sent

    def give_back(self, account: AccountId, received: int, sent: int) -> None:
        """They could not be stored."""
        with self._guard:
            before = self._booked.get(account, (0, 0))
            self._booked[account] = (before[0] - received, before[1] - sent)

    def _unbooked(self, account: AccountId) -> tuple[int, int]:
        meter = self._meters.get(account)
        if meter is None:
            return 0, 0
        received, sent = self._booked.get(account, (0, 0))
        return max(0, meter.received - received), max(0, meter.sent - sent)
