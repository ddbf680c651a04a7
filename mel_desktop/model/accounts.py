"""Accounts, servers and secrets as values."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.values import dataclass

AccountId = NewType("AccountId", int)


class Security(Enum):
    """How the connection becomes private. There is no third way: clear text is never used."""

    TLS = "tls"
    STARTTLS = "starttls"


class AuthKind(Enum):
    """How the account signs in."""

    PASSWORD = "password"  # noqa: S105 a kind, not a secret
    OAUTH2 = "oauth2"


class AccountState(Enum):
    """Whether background work may sign in. ON_HOLD: one refused password stops all sign-ins."""

    READY = "ready"
    ON_HOLD = "on-hold"
    NO_PASSWORD = "no-password"  # noqa: S105 a state, not a secret


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server: name, port and how it is made private."""

    host: str
    port: int
    security: Security


class Secret:
    """A secret value whose repr shows nothing, so that it cannot reach a log by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; only adapters that sign in may call this."""
        return self._value

    def __repr__(self) -> str:
        return "•••"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the wizard or ``account add`` gathered. ``login`` and ``email`` are two things."""

    email: str
    login: str
    imap: Endpoint
    smtp: Endpoint
    name: str = ""
    auth: AuthKind = AuthKind.PASSWORD
    provider: str = ""
    ca_pem: str = ""  # extra trust anchors of this account, PEM text
    proxy: str = field(default="", repr=False)  # logic.proxy_text; may bring a password


@dataclass(frozen=True, slots=True)
class Account:
    """A stored account. Keyed by its own id: address, login and hosts may all change."""

    id: AccountId
    email: str
    name: str
    login: str
    imap: Endpoint
    smtp: Endpoint
    auth: AuthKind
    provider: str
    ca_pem: str = field(repr=False)
    proxy: str = field(repr=False)
    state: AccountState
    last_sync_at: datetime | None
    read_only: bool = False  # the old side of a move: nothing is changed there, or sent from it


@dataclass(frozen=True, slots=True)
class NewHosts:
    """What changes; None stays as it is."""

    imap: Endpoint
    smtp: Endpoint
    email: str | None = None
    login: str | None = None
    ca_pem: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What is taken along."""

    account: Account
    messages: int  # to be found again on the new host
    bodies: int  # texts that need not be fetched again
    waiting: int  # wishes and drafts that go on there
