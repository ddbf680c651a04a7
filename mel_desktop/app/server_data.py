"""The services about mail services: signed data of the program, and the search for servers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import mel_desktop
from mel_desktop.app.later import LaterLookups
from mel_desktop.app.postponed import postponed
from mel_desktop.formats.signed_data import MOST_BYTES
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.policy import Policy
from mel_desktop.model.signed_data import DataKind, DataPlace
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.services.signed_data import Rules, SignedData
from mel_desktop.store.database import Database
from mel_desktop.system.shipped import shipped_octets

if TYPE_CHECKING:
    from mel_desktop.model.discovery import Candidate, Origin
    from mel_desktop.model.providers import ProviderTable
    from mel_desktop.net.transport import Lines
    from mel_desktop.services.discovery import Discovery
    from mel_desktop.services.release_notice import ReleaseNotices
    from mel_desktop.services.service_data import ServiceBook
else:
    Discovery = postponed("mel_desktop.services.discovery", "Discovery")
    ReleaseNotices = postponed("mel_desktop.services.release_notice", "ReleaseNotices")
    ServiceBook = postponed("mel_desktop.services.service_data", "ServiceBook")


# Ed25519 public keys that may sign data, raw, in hexadecimal. A second one is added before the
# first is given up. How a file is signed: packaging/sign_data.py.
PUBLIC_KEYS: Final = tuple(
    bytes.fromhex(one)
    for one in ("a5573cc66a53625b323f055af02375dd9198b5e90eae374a93a29d032a773648",)
)


def _read_providers(octets: bytes) -> ProviderTable:
    from mel_desktop.formats.providers import read_providers  # noqa: PLC0415 first needed here

    return read_providers(octets)


def _read_calendar(octets: bytes) -> object:
    from mel_desktop.formats.school_calendar import read_calendar  # noqa: PLC0415 first needed here

    return read_calendar(octets)


def _read_limits(octets: bytes) -> object:
    from mel_desktop.formats.school_calendar import read_limits  # noqa: PLC0415 first needed here

    return read_limits(octets)


def _read_services(octets: bytes) -> object:
    from mel_desktop.formats.services_data import read_services  # noqa: PLC0415 first needed here

    return read_services(octets)


RULES: Final = {
    DataKind.PROVIDERS: Rules(partial(shipped_octets, "providers.toml"), _read_providers),
    DataKind.HOLIDAYS: Rules(
        partial(shipped_octets, "calendars", "school-holidays.toml"), _read_calendar
    ),
    DataKind.LIMITS: Rules(partial(shipped_octets, "sending-limits.toml"), _read_limits),
    DataKind.SERVICES: Rules(partial(shipped_octets, "services.toml"), _read_services),
}
NOTICE_S: Final = 20.0
SUFFIXES: Final = (".meldata", ".toml")


class Providers:
    """The table in force, read once."""

    def __init__(self, signed: SignedData) -> None:
        self._signed = signed
        self._table: ProviderTable | None = None
        signed.on_change(DataKind.PROVIDERS, self.forget)

    def table(self) -> ProviderTable:
        """The one in force."""
        if self._table is None:
            self._table = _read_providers(self._signed.content(DataKind.PROVIDERS))
        return self._table

    def origin(self) -> Origin:
        """Who says what the table says."""
        from mel_desktop.model.discovery import Origin  # noqa: PLC0415 first needed here

        facts = {one.kind: one for one in self._signed.facts()}
        from_policy = facts[DataKind.PROVIDERS].place is DataPlace.POLICY
        return Origin.POLICY if from_policy else Origin.TABLE

    def forget(self) -> None:
        """Another file is in force."""
        self._table = None


@dataclass(frozen=True, slots=True)
class ServerData:
    """One object for the wiring."""

    signed: SignedData
    providers: Providers
    discovery: Discovery
    services: ServiceBook
    release: ReleaseNotices


def server_data_of(
    database: Database,
    policy: Policy,
    clock: Clock,
    lines: Lines,
    is_offline: Callable[[], bool],
) -> ServerData:
    """Built once, by the wiring."""
    place = policy.data.place
    signed = SignedData(database, RULES, PUBLIC_KEYS, lambda kind: policy_octets(place, kind))
    providers = Providers(signed)

    def given_servers(domain: str) -> tuple[Candidate, ...]:
        from mel_desktop.services.policy_accounts import servers_of  # noqa: PLC0415 seldom

        return servers_of(policy.accounts, domain)

    discovery = Discovery(
        providers.table,
        LaterLookups(lines),
        is_offline,
        clock,
        policy=given_servers,
        origin=providers.origin,
    )
    services = ServiceBook(partial(signed.content, DataKind.SERVICES))
    signed.on_change(DataKind.SERVICES, lambda: services.forget())
    release = ReleaseNotices(
        database,
        clock,
        url=policy.updates.update_notice,
        program=mel_desktop.__version__,
        keys=PUBLIC_KEYS,
        fetch=partial(fetch_notice, lines),
    )
    return ServerData(signed, providers, discovery, services, release)


def fetch_notice(lines: Lines, url: str) -> bytes:
    """The small file behind an address. MelError. Network: blocks."""
    from mel_desktop.formats import release_notice  # noqa: PLC0415 the same
    from mel_desktop.net.https import get  # noqa: PLC0415 once a day, where a policy wants it
    from mel_desktop.net.transport import tls_context  # noqa: PLC0415 the same

    most = release_notice.MOST_BYTES
    with lines.line() as line:
        return get(url, most=most, context=tls_context(""), line=line, seconds=NOTICE_S)


def policy_octets(place: str, kind: DataKind) -> bytes | None:
    """IT's file of a kind: the place itself (providers), or ``<kind>.meldata`` or ``<kind>.toml``
    in it; None where there is none. OSError.
    """
    if not place:
        return None
    path = Path(place)
    if path.is_dir():
        found = [path / f"{kind.value}{suffix}" for suffix in SUFFIXES]
        path = next((one for one in found if one.is_file()), path)
        if path.is_dir():
            return None
    elif kind is not DataKind.PROVIDERS:
        return None
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def data_file(path: Path) -> bytes:
    """A file that a person chose. LocalRefusal(BAD_FILE)."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, errno=error.errno or 0) from error
