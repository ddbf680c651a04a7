"""What connections are made with, built when the first one is wanted.

TLS, proxies and certificates are 40 modules and two libraries; an idle window without an account,
or offline, needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mel_desktop.app.postponed import later, postponed

if TYPE_CHECKING:
    from mel_desktop.app.outward import Outward
    from mel_desktop.app.switch import Switch
    from mel_desktop.model.policy import NetworkPolicy
    from mel_desktop.net.https import HttpsFetch
    from mel_desktop.net.oauth_redirect import LoopbackRedirect
    from mel_desktop.net.protocol_trace import ProtocolTrace
    from mel_desktop.net.transport import Lines
    from mel_desktop.ports import Clock, Network
    from mel_desktop.services.accounts import Accounts
    from mel_desktop.store.database import Database
else:
    HttpsFetch = postponed("mel_desktop.net.https", "HttpsFetch")
    ProtocolTrace = postponed("mel_desktop.net.protocol_trace", "ProtocolTrace")

__all__ = ["HttpsFetch", "ProtocolTrace", "lines_of", "loopback", "outward_of"]


def outward_of(
    database: Database, accounts: Accounts, clock: Clock, network: Network, policy: NetworkPolicy
) -> Outward:
    """Trust and proxies."""

    def make() -> Outward:
        from mel_desktop.app import outward  # noqa: PLC0415 the point of this module

        return outward.outward_of(database, accounts, clock, network, policy)

    return later(make)


def lines_of(switch: Switch, outward: Outward, trace: ProtocolTrace) -> Lines:
    """The lines of one profile."""

    def make() -> Lines:
        from mel_desktop.net.transport import Lines  # noqa: PLC0415 the point of this module

        return Lines(switch.is_offline, proxies=outward.proxies, trust=outward.trust, trace=trace)

    return later(make)


def loopback() -> LoopbackRedirect:
    """Where the browser comes back to."""
    from mel_desktop.net.oauth_redirect import LoopbackRedirect  # noqa: PLC0415 seldom

    return LoopbackRedirect()
