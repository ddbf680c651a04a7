"""Puts the doctor together: its own lines, so that giving up a check cuts nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from mel_desktop.app.later import LaterProbe
from mel_desktop.app.outward import Outward
from mel_desktop.model.policy import Policy
from mel_desktop.net.http_look import HttpLook
from mel_desktop.net.protocol_trace import ProtocolTrace
from mel_desktop.ports import Clock
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.checks_account import AccountChecks, DirectoryChecks
from mel_desktop.services.checks_local import LocalChecks
from mel_desktop.services.checks_network import NetworkChecks
from mel_desktop.services.directory import Directory
from mel_desktop.services.doctor import Doctor
from mel_desktop.services.grants import Grants
from mel_desktop.services.release_notice import ReleaseNotices
from mel_desktop.signin_ports import SignInWays
from mel_desktop.store.database import Database
from mel_desktop.store.vault import Vault
from mel_desktop.system.gauges import SystemGauges


def doctor_of(
    database: Database,
    vault: Vault,
    accounts: Accounts,
    directory: Directory,
    *,
    clock: Clock,
    policy: Policy,
    is_offline: Callable[[], bool],
    trace: ProtocolTrace,
    outward: Outward,
    ways: SignInWays,
    grants: Grants,
    release: ReleaseNotices,
) -> Doctor:
    """On this PC and its network."""
    from mel_desktop.net.transport import Lines  # noqa: PLC0415 first needed here

    lines = Lines(is_offline, proxies=outward.proxies, trust=outward.trust, trace=trace)
    gauges, probe = SystemGauges(), LaterProbe(lines, ways)
    return Doctor(
        accounts,
        clock,
        LocalChecks(database, vault, gauges, clock, policy, release.facts),
        NetworkChecks(gauges, HttpLook(lines), clock),
        AccountChecks(database, accounts, grants, probe, is_offline),
        DirectoryChecks(database, directory, probe, clock, is_offline),
        is_offline,
        lines.abort,
        lines.close,
    )
