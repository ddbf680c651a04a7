"""LDAP sources before and between readings: a look at a server, and what is set."""

from __future__ import annotations

from collections.abc import Callable

from mel_desktop.formats import ldap_url
from mel_desktop.ldap_ports import LdapServers
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal
from mel_desktop.model.ldap import LdapLook
from mel_desktop.model.people import LdapSettings, SourceId, SourceKind
from mel_desktop.store import people
from mel_desktop.store.accounts import secret
from mel_desktop.store.database import Database


class LdapSources:
    """Of one profile."""

    def __init__(
        self, database: Database, servers: LdapServers, is_offline: Callable[[], bool]
    ) -> None:
        self._database = database
        self._servers = servers
        self._is_offline = is_offline

    def look(
        self, settings: LdapSettings, password: Secret | None, source: SourceId | None = None
    ) -> LdapLook:
        """What a server shows to these settings; nothing is stored.

        ``source``: whose stored password is said where none is given. MelError.
        """
        from mel_desktop.formats import ldap_profiles  # noqa: PLC0415 seldom

        ldap_url.parse(settings.url)
        ldap_profiles.profile(settings.profile)
        if self._is_offline():
            raise ConnectionTrouble(ErrorCode.OFFLINE)
        if password is None and source is not None and settings.bind_dn:
            with self._database.read() as reader:
                # A stored password goes to the server that it was given for, and nowhere else.
                stored, _ = people.ldap_settings(reader, source)
                if stored.url == settings.url and stored.bind_dn == settings.bind_dn:
                    password = secret(reader, people.secret_owner(source), "password")
        return self._servers.look(settings, password)

    def settings(self, source: SourceId) -> LdapSettings:
        """What is set. LocalRefusal(NOT_FOUND) where it is no LDAP source."""
        with self._database.read() as reader:
            found = people.source(reader, source)
            if found is None or found.kind is not SourceKind.LDAP:
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="source")
            return people.ldap_settings(reader, source)[0]
