"""net.needs.CertificateMemory and MailWays: kept in the profile from one start to the next.

Nothing fails for it: what is not remembered is found again.
"""

from __future__ import annotations

from contextlib import suppress

from mel_desktop.model.accounts import Account, Endpoint
from mel_desktop.model.errors import MelError
from mel_desktop.ports import Clock
from mel_desktop.store import networks
from mel_desktop.store.database import Database


class RememberedCertificates:
    """Certificates that were verified."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def last(self, host: str, port: int) -> bytes:
        """DER; b"" where none is known."""
        with suppress(MelError), self._database.read() as reader:
            return networks.certificate(reader, host, port)
        return b""

    def learn(self, host: str, port: int, der: bytes) -> None:
        """This one was verified just now."""
        now = self._clock.now()
        with suppress(MelError):
            self._database.write(lambda tx: networks.put_certificate(tx, host, port, der, now))


class RememberedWays:
    """The other IMAP port that was open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def way(self, account: Account) -> Endpoint | None:
        """What worked last, where it is not the account's."""
        with suppress(MelError), self._database.read() as reader:
            return networks.imap_way(reader, account)
        return None

    def learn(self, account: Account, way: Endpoint) -> None:
        """Written where it is news."""
        if account.id and (self.way(account) or account.imap) != way:
            with suppress(MelError):
                self._database.write(lambda tx: networks.put_imap_way(tx, account, way))
