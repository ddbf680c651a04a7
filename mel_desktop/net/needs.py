"""What the network code needs from outside, as Protocols; services have those of mel_desktop.ports.

system/ (settings, scripts) and services/ (what was learnt) fulfil them; app.outward joins them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mel_desktop.model.accounts import Account, Endpoint
from mel_desktop.model.proxies import PacAnswer


class SystemProxies(Protocol):
    """What the system's settings say of proxies. Never raises."""

    def proxies(self, host: str) -> tuple[str, ...]:
        """Addresses of proxies towards a host, to be tried in order; () for none."""
        ...

    def script(self) -> str:
        """The address of a PAC script that is to be asked instead, or ""."""
        ...


class PacRunner(Protocol):
    """Runs PAC scripts, bounded in time and memory and without any network of their own."""

    def run(self, script: str, url: str, host: str, names: Mapping[str, str]) -> PacAnswer:
        """FindProxyForURL(url, host). ``names``: addresses that are known ("" for none), this
        computer's own under ""; a name that is not among them comes back in ``asks``.

        LocalRefusal(BAD_FILE) for a script that fails, takes too long or too much.
        """
        ...


class CertificateMemory(Protocol):
    """Certificates that servers had when all was well. Never raises."""

    def last(self, host: str, port: int) -> bytes:
        """DER; b"" where nothing is known."""
        ...

    def learn(self, host: str, port: int, der: bytes) -> None:
        """This one was verified just now."""
        ...


class MailWays(Protocol):
    """The other port of an IMAP server that was open when the account's was not. Never raises."""

    def way(self, account: Account) -> Endpoint | None:
        """What worked last, where it is not the account's."""
        ...

    def learn(self, account: Account, way: Endpoint) -> None:
        """A sign-in went through this way."""
        ...
