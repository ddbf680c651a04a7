"""Adapters whose libraries are loaded when they are first used.

ldap3, dnspython and the X.509 reader of ``doctor`` take a fifth of the time in which the program
starts, and most starts need none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.changes import Check
from mel_desktop.model.oauth import Provider
from mel_desktop.model.people import LdapSettings
from mel_desktop.ports import LdapPage
from mel_desktop.signin_ports import (
    AuthorizationServers,
    DeviceStart,
    Fetch,
    SignInWays,
    Tokens,
)

if TYPE_CHECKING:
    from mel_desktop.ldap_ports import LdapReading, State
    from mel_desktop.model.ldap import LdapLook
    from mel_desktop.net.ldap import LdapReader
    from mel_desktop.net.probe import NetworkProbe
    from mel_desktop.net.transport import Lines
    from mel_desktop.services.discovery import Crew


class LaterLdap:
    """ports.DirectoryReader and ldap_ports.LdapServers: ``net.ldap``."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def pages(self, settings: LdapSettings, password: Secret | None) -> Iterator[LdapPage]:
        """All persons and groups below the base."""
        return self._reader().pages(settings, password)

    def read(self, settings: LdapSettings, password: Secret | None, state: State) -> LdapReading:
        """Sign in and begin to read."""
        return self._reader().read(settings, password, state)

    def look(self, settings: LdapSettings, password: Secret | None) -> LdapLook:
        """Sign in and see what is there."""
        return self._reader().look(settings, password)

    def _reader(self) -> LdapReader:
        from mel_desktop.net.ldap import LdapReader  # noqa: PLC0415 the point of this module

        return LdapReader(lines=self._lines)


class LaterProbe:
    """services.checks_account.Prober: ``net.probe``."""

    def __init__(self, lines: Lines, ways: SignInWays) -> None:
        self._lines = lines
        self._ways = ways

    def checks(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """The few that tell whether an account can be used."""
        return self._probe().checks(account, password)

    def thorough(self, account: Account, password: Secret | None) -> Iterable[Check]:
        """All of them, each one on its own."""
        return self._probe().thorough(account, password)

    def directory(self, identity: str, url: str, ca_pem: str) -> Check:
        """Whether a directory is reached in private."""
        return self._probe().directory(identity, url, ca_pem)

    def _probe(self) -> NetworkProbe:
        from mel_desktop.net.probe import NetworkProbe  # noqa: PLC0415 the point of this module

        return NetworkProbe(self._lines, self._ways)


class LaterOAuth:
    """signin_ports.AuthorizationServers: ``net.oauth``."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def _servers(self) -> AuthorizationServers:
        from mel_desktop.net.oauth import OAuthServers  # noqa: PLC0415 the point of this module

        return OAuthServers(self._fetch)

    def discover(self, provider: Provider) -> Provider:
        """Fill in the endpoints."""
        return self._servers().discover(provider)

    def authorization_uri(
        self, provider: Provider, redirect_uri: str, state: str, verifier: Secret, login: str
    ) -> str:
        """Where the browser goes."""
        return self._servers().authorization_uri(provider, redirect_uri, state, verifier, login)

    def redeem(
        self, provider: Provider, answer: str, redirect_uri: str, state: str, verifier: Secret
    ) -> Tokens:
        """Tokens for what the browser brought back."""
        return self._servers().redeem(provider, answer, redirect_uri, state, verifier)

    def refresh(self, provider: Provider, refresh: Secret) -> Tokens:
        """Tokens for a refresh token."""
        return self._servers().refresh(provider, refresh)

    def start_device(self, provider: Provider) -> DeviceStart:
        """A code to type elsewhere."""
        return self._servers().start_device(provider)

    def poll_device(self, provider: Provider, device_code: Secret) -> Tokens:
        """Tokens once the person has agreed."""
        return self._servers().poll_device(provider, device_code)

    def revoke(self, provider: Provider, token: Secret) -> bool:
        """Give the grant back."""
        return self._servers().revoke(provider, token)


class LaterLookups:
    """services.discovery.Lookups: ``net.discovery``."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def may_ask(self, domain: str) -> bool:
        """Whether the network may be asked about it at all."""
        from mel_desktop.logic.discovering import is_reserved  # noqa: PLC0415 first needed here

        return not is_reserved(domain)

    def crew(self, ca_pem: str) -> Crew:
        """For one run."""
        from mel_desktop.net.discovery import NetworkLookups  # noqa: PLC0415 the point of this module

        return NetworkLookups(self._lines).crew(ca_pem)
