"""``facade.ldap``: a look at an LDAP server before it is added, and what is set of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mel_desktop.model.accounts import Secret
from mel_desktop.model.ldap import LdapLook
from mel_desktop.model.people import LdapSettings, SourceId

if TYPE_CHECKING:
    from mel_desktop.app.profile_services import Services


class LdapDoor:
    """Reading itself is ``facade.people.sync``; adding is ``facade.add_ldap``."""

    def __init__(self, services: Services) -> None:
        self._sources = services.ldap

    def profiles(self) -> tuple[str, ...]:
        """Ids of the mapping profiles, "" first: as the directory suggests."""
        from mel_desktop.formats import ldap_profiles  # noqa: PLC0415 seldom

        return ("", *ldap_profiles.PROFILES)

    def look(
        self, settings: LdapSettings, password: Secret | None, source: SourceId | None = None
    ) -> LdapLook:
        """Sign in and see what is there; nothing is stored. Network: blocks.

        ``source``: whose stored password is said where none is given.
        """
        return self._sources.look(settings, password, source)

    def settings(self, source: SourceId) -> LdapSettings:
        """What is set of a source. NOT_FOUND."""
        return self._sources.settings(source)
