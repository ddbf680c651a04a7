"""Adapters whose libraries are loaded when they are first used.

ldap3, dnspython and the X.509 reader of ``doctor`` take a fifth of the time in which the program
starts, and most starts need none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mel_desktop.logic.discovering import is_reserved
from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.changes import Check
from mel_desktop.model.people import LdapSettings
from mel_desktop.net.transport import Lines
from mel_desktop.ports import LdapPage
from mel_desktop.services.discovery import Crew


class LaterLdap:
    """ports.DirectoryReader: ``net.ldap``."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def pages(self, settings: LdapSettings, password: Secret | None) -> Iterator[LdapPage]:
        """All persons and groups below the base."""
        from mel_desktop.net.ldap import LdapReader  # noqa: PLC0415 the point of this module

        return LdapReader(lines=self._lines).pages(settings, password)


class LaterProbe:
    """ports.Probe: ``net.probe``."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def checks(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """In order, each one on its own."""
        from mel_desktop.net.probe import NetworkProbe  # noqa: PLC0415 the point of this module

        return NetworkProbe(self._lines).checks(account, password)


class LaterLookups:
    """services.discovery.Lookups: ``net.discovery``."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def may_ask(self, domain: str) -> bool:
        """Whether the network may be asked about it at all."""
        return not is_reserved(domain)

    def crew(self, ca_pem: str) -> Crew:
        """For one run."""
        from mel_desktop.net.discovery import NetworkLookups  # noqa: PLC0415 the point of this module

        return NetworkLookups(self._lines).crew(ca_pem)
