"""How connections leave this PC: builds trust and proxies from the policy and the profile."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.logic.proxy_text import read_fingerprints
from mel_desktop.model.errors import MelError
from mel_desktop.model.policy import NetworkPolicy
from mel_desktop.model.values import dataclass
from mel_desktop.net.lines import Line
from mel_desktop.net.proxy import FETCH_SECONDS, MOST_SCRIPT, Proxies
from mel_desktop.net.reaching import Check
from mel_desktop.net.transport import tls_context
from mel_desktop.net.trust import Trust
from mel_desktop.ports import Clock, Network
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.network_memory import RememberedCertificates, RememberedWays
from mel_desktop.services.networking import Networking
from mel_desktop.store.database import Database
from mel_desktop.system.pac import ProcessPac
from mel_desktop.system.proxies import SystemSettings

log = getLogger("mel.policy")

MOST_PEM: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Outward:
    """What every connection of one profile goes by."""

    proxies: Proxies
    trust: Trust
    ways: RememberedWays
    settings: Networking

    def forget(self) -> None:
        """Another network."""
        self.proxies.forget()
        self.trust.forget()


def outward_of(
    database: Database, accounts: Accounts, clock: Clock, network: Network, policy: NetworkPolicy
) -> Outward:
    """Build it."""
    trust = Trust(
        memory=RememberedCertificates(database, clock),
        extra_ca=_authorities(policy.ca_file),
        allowed=read_fingerprints(policy.trusted_fingerprints),
        page=policy.portal_page,
        network=network.identity,
    )
    settings = Networking(database, accounts, policy.proxy)

    def fetch_script(address: str, check: Check) -> bytes:
        from mel_desktop.net.https import get  # noqa: PLC0415 for scripts only

        line = _ScriptLine(trust, check)
        context = tls_context("")
        return get(
            address,
            most=MOST_SCRIPT,
            seconds=FETCH_SECONDS,
            context=context,
            line=line,
            plain=True,
        )

    proxies = Proxies(
        system=SystemSettings(),
        scripts=ProcessPac(),
        password=settings.password,
        fetch=fetch_script,
        fixed=policy.proxy,
    )
    return Outward(proxies, trust, RememberedWays(database), settings)


class _ScriptLine(Line):
    """Straight, as long as whoever needs the script waits for it."""

    def __init__(self, trust: Trust, wanted: Check) -> None:
        super().__init__(trust=trust)
        self._wanted = wanted

    def _check(self) -> None:
        self._wanted()
        super()._check()


def _authorities(path: str) -> str:
    """PEM text of IT's file; one that cannot be read is as if it were not named, and is logged."""
    if not path:
        return ""
    try:
        with Path(path).open("rb") as file:
            text = file.read(MOST_PEM).decode("ascii", "ignore")
        tls_context(text)
    except (OSError, MelError) as error:
        log.warning("policy ignored: network.ca_file: %s", type(error).__name__)
        return ""
    return text
