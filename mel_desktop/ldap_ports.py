"""What services need of an LDAP server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from mel_desktop.model.accounts import Secret
from mel_desktop.model.ldap import LdapBatch, LdapLook
from mel_desktop.model.people import LdapSettings

State = Mapping[str, str | int]


class LdapReading(Protocol):
    """One reading of a server, iterated once; MelError from iterating. ``close`` when done."""

    @property
    def is_delta(self) -> bool:
        """Whether only changes come; known before iterating."""
        ...

    @property
    def is_unchanged(self) -> bool:
        """The server says that nothing is new; known before iterating."""
        ...

    names_the_rest: bool
    """After iterating a delta: whether what was not named at all is gone (RFC 4533 3.3.2)."""

    @property
    def complete(self) -> bool:
        """After iterating: whether nothing was cut off."""
        ...

    @property
    def cuts(self) -> tuple[str, ...]:
        """After iterating: why it is not complete: ``size-limit``, ``time-limit``,
        ``admin-limit``, ``too-many``, ``referral:HOST``.
        """
        ...

    @property
    def state(self) -> State:
        """After iterating: where the next reading may go on; empty when it has to read all."""
        ...

    @property
    def octets(self) -> int:
        """Received and sent so far, on the wire."""
        ...

    def census(self) -> Iterator[LdapBatch]:
        """After iterating: all entries by UUID and key only, in ``objects``."""
        ...

    def __iter__(self) -> Iterator[LdapBatch]: ...

    def close(self) -> None:
        """Leave the server. Never raises."""
        ...


class LdapServers(Protocol):
    """Reads LDAP directories, over TLS only."""

    def read(self, settings: LdapSettings, password: Secret | None, state: State) -> LdapReading:
        """Sign in and begin to read: changes since ``state`` where it still holds, else all."""
        ...

    def look(self, settings: LdapSettings, password: Secret | None) -> LdapLook:
        """Sign in and see what is there."""
        ...
