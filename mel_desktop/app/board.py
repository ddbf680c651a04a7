"""How each account stands: what its rounds report, joined with its line and what it cost.

The state is kept here; who listens is told by the engine. A running sync is told of at most four
times a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import linkprofile
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import AccountStatus, Link, Status
from mel_desktop.model.errors import Fact
from mel_desktop.model.links import LinkProfile
from mel_desktop.model.sync import Progress
from mel_desktop.store import summary

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services

PROGRESS_S: Final = 0.25


class Board:
    """The states of all accounts of one profile."""

    def __init__(self, services: Services, publish: Callable[[], None]) -> None:
        self._services = services
        self._publish = publish
        self._guard = threading.Lock()
        self._states: dict[AccountId, AccountStatus] = {}
        self._began: dict[AccountId, float] = {}  # when the running sync did
        self._told: dict[AccountId, float] = {}

    def set(
        self,
        account: AccountId,
        link: Link,
        trouble: str = "",
        facts: Mapping[str, Fact] | None = None,
    ) -> None:
        """The account stands so from here on."""
        with self._guard:
            self._states[account] = AccountStatus(account, link, trouble, facts=facts or {})
            if link is Link.CONNECTING:
                self._began[account] = self._services.clock.monotonic()
        self._publish()

    def tell(self, account: AccountId, progress: Progress) -> None:
        """A sync is so far."""
        now = self._services.clock.monotonic()
        with self._guard:
            before = self._states.get(account)
            began = self._began.get(account, now)
            self._states[account] = AccountStatus(
                account,
                Link.WORKING,
                done=progress.done,
                expected=progress.expected,
                phase=progress.phase,
                seconds_left=linkprofile.seconds_left(
                    progress.done,
                    progress.expected,
                    now - began,
                    self._services.links.line(account),
                    progress.octets_expected - progress.octets_done,
                ),
            )
            is_new = before is None or before.phase is not progress.phase
            if not is_new and now - self._told.get(account, now - PROGRESS_S) < PROGRESS_S:
                return
            self._told[account] = now
        self._publish()

    def status(self) -> Status:
        """Counts from the store and the state of each account."""
        with self._services.database.read() as reader:
            counts = summary.counts(reader)
        is_offline = self._services.switch.is_offline()
        return Status(
            accounts=tuple(
                self._stand(one, is_offline=is_offline) for one in self._services.accounts.all()
            ),
            messages=counts.messages,
            bodies=counts.bodies,
            waiting_changes=counts.waiting_changes,
            waiting_outbox=counts.waiting_outbox,
            failed_outbox=counts.failed_outbox,
            oldest_waiting=counts.oldest_waiting,
            offline=is_offline,
        )

    def _stand(self, account: Account, *, is_offline: bool) -> AccountStatus:
        with self._guard:
            kept = self._states.get(account.id, AccountStatus(account.id, Link.OFFLINE))
        links = self._services.links
        force = links.in_force(account.id)
        if is_offline or (force.profile is LinkProfile.OFFLINE and kept.link is Link.UP_TO_DATE):
            kept = AccountStatus(account.id, Link.OFFLINE)
        return replace(
            kept,
            host=account.imap.host,
            way=self._services.outward.ways.way(account),
            last_sync_at=account.last_sync_at,
            in_force=force,
            line=links.line(account.id),
            traffic=links.traffic(account.id),
        )
