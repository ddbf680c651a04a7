"""Keeps to the rules of retention, in small steps: what is too old leaves this PC, not the server.

The sync asks ``cutoffs`` so that it does not bring again what age lets go; what was opened after it
was let go stays for some days (store.retention).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import FolderId
from mel_desktop.model.storage import MOST_DAYS, Freed, Retention, RetentionRule
from mel_desktop.ports import Clock
from mel_desktop.store import mailbox, retention
from mel_desktop.store.database import Database, Transaction

STEP_S: Final = 2.0  # so long goes one call of ``tend``
PAUSE_S: Final = 3600.0  # after everything was looked through


class Retentions:
    """The rules of one profile. ``limits``: days that a policy lets contents stay at most."""

    def __init__(self, database: Database, clock: Clock, limits: Retention | None = None) -> None:
        self._database = database
        self._clock = clock
        self.limits = limits or Retention()
        self._next = 0.0  # when to look through the folders again

    # -- rules ---------------------------------------------------------------------------------

    def rules(self) -> tuple[RetentionRule, ...]:
        """As they were set."""
        with self._database.read() as reader:
            return retention.rules(reader)

    def set_rule(self, account: AccountId, folder: FolderId | None, rule: Retention | None) -> None:
        """Of a folder, or (None) of the whole account; ``rule`` None: there is none of its own.

        LocalRefusal(NOT_FOUND | USAGE).
        """
        if rule is not None and not all(
            0 <= days <= MOST_DAYS for days in (rule.text_days, rule.attachment_days)
        ):
            raise LocalRefusal(ErrorCode.USAGE, why="days")

        def work(tx: Transaction) -> None:
            if not retention.is_known(tx, account, folder):
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
            retention.set_rule(tx, account, folder, rule, self._clock.now())

        self._database.write(work, durable=True)
        self._next = 0.0

    def of(self, folder: int) -> Retention:
        """What is in force for a folder: as set, within what the policy allows."""
        with self._database.read() as reader:
            return narrowed(retention.of_folder(reader, folder)[0], self.limits)

    def cutoffs(self, folder: int) -> tuple[int, int]:
        """(texts, attachments) of messages below these ids stay on the server; 0: none do."""
        rule, now = self.of(folder), self._clock.now()
        texts, files = _before(rule.text_days, now), _before(rule.attachment_days, now)
        return (
            0 if texts is None else mailbox.first_id(texts),
            0 if files is None else mailbox.first_id(files),
        )

    # -- letting go ----------------------------------------------------------------------------

    def tend(self) -> Freed:
        """Let go of what is too old, for about STEP_S; goes on at the next call."""
        begun = self._clock.monotonic()
        if begun < self._next:
            return Freed()
        with self._database.read() as reader:
            folders = retention.folders(reader)
        total = Freed()
        for folder in folders:
            rule = self.of(folder)
            if not (rule.text_days or rule.attachment_days):
                continue
            while True:
                freed = self._database.write(partial(self._step, folder=folder))
                total = Freed(total.messages + freed.messages, total.octets + freed.octets)
                if not freed.messages:
                    break
                if self._clock.monotonic() - begun >= STEP_S:
                    return total
        self._next = self._clock.monotonic() + PAUSE_S
        return total

    def _step(self, tx: Transaction, folder: int) -> Freed:
        """One transaction: chosen and let go, so that nothing comes between."""
        now = self._clock.now()
        rule, since = retention.of_folder(tx, folder)
        leaving = retention.by_age(tx, folder, narrowed(rule, self.limits), since, now)
        return retention.let_go(tx, leaving, now, by_hand=False)


def narrowed(rule: Retention, limits: Retention) -> Retention:
    """The rule within the limits of a policy; 0 is for ever."""
    return Retention(
        _least(rule.text_days, limits.text_days),
        _least(rule.attachment_days, limits.attachment_days),
        rule.spare_flagged,
    )


def _least(*days: int) -> int:
    return min((one for one in days if one), default=0)


def _before(days: int, now: datetime) -> datetime | None:
    return now - timedelta(days=days) if days else None
