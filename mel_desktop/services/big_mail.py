"""Big messages wait for a good line: the threshold of one profile, and what the line is like."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from mel_desktop.logic import big_mail
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import SendingPolicy
from mel_desktop.model.sending import BigMailSettings
from mel_desktop.services.links import Links
from mel_desktop.store import settings
from mel_desktop.store.database import Database, Transaction

NAME: Final = "big-mail-mb"
MB: Final = 1_000_000
MOST_MB: Final = 1000


class BigMail:
    """Asked by the outbox before each hand-over."""

    def __init__(
        self,
        database: Database,
        links: Links,
        policy: SendingPolicy,
        proposed: SendingPolicy | None = None,
    ) -> None:
        """``proposed``: by the school, until the teacher chooses."""
        self._database = database
        self._links = links
        self._policy = policy
        self._proposed = proposed or SendingPolicy()

    def settings(self) -> BigMailSettings:
        """What is in force, and whether the school has fixed it."""
        fixed = self._policy.big_mail_mb
        if fixed is not None:
            return BigMailSettings(fixed, is_fixed=True)
        for chosen in (self.chosen(), self._proposed.big_mail_mb):
            if chosen is not None:
                return BigMailSettings(min(chosen, MOST_MB))
        return BigMailSettings(big_mail.BIG_BYTES // MB)

    def chosen(self) -> int | None:
        """What the teacher chose."""
        with self._database.read() as reader:
            text = settings.load(reader, NAME)
        return int(text) if text is not None and text.isdecimal() else None

    def set(self, megabytes: int) -> None:
        """0: no message waits. POLICY | USAGE."""
        if self._policy.big_mail_mb is not None:
            raise LocalRefusal(ErrorCode.POLICY, key="sending.big_mail_mb")
        if not 0 <= megabytes <= MOST_MB:
            raise LocalRefusal(ErrorCode.USAGE, why="big-mail")

        def work(tx: Transaction) -> None:
            settings.save(tx, NAME, str(megabytes))
            tx.changed(Area.OUTBOX)

        self._database.write(work, durable=True)

    def is_big(self, octets: int) -> bool:
        """Whether it waits on some lines."""
        return 0 < self.settings().megabytes * MB <= octets

    def knows_line(self, account: AccountId) -> bool:
        """Whether anything was measured; if not, the system is asked what it knows."""
        if self._links.line(account).rtt_s is not None:
            return True
        self._links.look()
        return False

    def waits(self, account: AccountId, octets: int, waited: timedelta) -> bool:
        """Whether a message of so many octets, queued so long ago, waits for another line."""
        return big_mail.waits(
            octets,
            self.settings().megabytes * MB,
            self._links.line(account),
            self._links.in_force(account),
            waited,
        )


def waited(since: datetime | None, now: datetime) -> timedelta:
    """How long it has been queued."""
    return timedelta() if since is None else now - since
