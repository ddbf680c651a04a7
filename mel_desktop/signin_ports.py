"""What signing in through a provider's page needs from outside; see ports.py for the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum
from typing import Protocol

from mel_desktop.model.accounts import Endpoint, Secret
from mel_desktop.model.oauth import Provider
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """``body`` is bounded; it may hold tokens, so it has no repr."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)


class Fetch(Protocol):
    """One HTTPS request: bounded in time and size, redirects not followed, nothing logged.

    Raises ConnectionTrouble, ServerBroken, LocalRefusal, Cancelled; any status is an answer.
    """

    def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        ca_pem: str = "",
    ) -> HttpAnswer:
        """Ask once."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """An answer of a token endpoint. ``lifetime_s`` None: not told."""

    access: Secret
    refresh: Secret | None
    lifetime_s: int | None


@dataclass(frozen=True, slots=True)
class DeviceStart:
    """An answer of a device authorisation endpoint."""

    device_code: Secret
    user_code: str
    address: str
    whole_address: str
    lifetime_s: int
    interval_s: float


class NotYet(Exception):
    """The person has not decided yet; ``slower``: ask less often (RFC 8628 3.5)."""

    def __init__(self, *, slower: bool = False) -> None:
        super().__init__()
        self.slower = slower


class AuthorizationServers(Protocol):
    """The provider's side. Raises ServerSaid (GRANT_DENIED, GRANT_ENDED, SIGN_IN_TOO_LATE,
    SERVER_TEMPORARY), LocalRefusal(PROVIDER_MISTRUSTED) and what ``Fetch`` raises.
    """

    def discover(self, provider: Provider) -> Provider:
        """Fill in the endpoints from the issuer's document; what stands there already is kept."""
        ...

    def authorization_uri(
        self, provider: Provider, redirect_uri: str, state: str, verifier: Secret, login: str
    ) -> str:
        """Where the browser goes (RFC 6749 4.1.1, 7636)."""
        ...

    def redeem(
        self,
        provider: Provider,
        answer: str,
        redirect_uri: str,
        state: str,
        verifier: Secret,
    ) -> Tokens:
        """Tokens for the query with which the browser came back."""
        ...

    def refresh(self, provider: Provider, refresh: Secret) -> Tokens:
        """Tokens for a refresh token; GRANT_ENDED when the grant is no more."""
        ...

    def start_device(self, provider: Provider) -> DeviceStart:
        """A code to type elsewhere."""
        ...

    def poll_device(self, provider: Provider, device_code: Secret) -> Tokens:
        """Tokens once the person has agreed. NotYet before."""
        ...

    def revoke(self, provider: Provider, token: Secret) -> bool:
        """Give the grant back (RFC 7009); False where the provider has no place for it."""
        ...


class Redirect(Protocol):
    """A door on this computer through which the browser comes back, once (RFC 8252 7.3)."""

    @property
    def uri(self) -> str:
        """Its address."""
        ...

    def wait(self, state: str, seconds: float) -> str | None:
        """The query of the first visit that knows the state; None after so many seconds. The door
        is closed then.
        """
        ...

    def close(self) -> None:
        """From any thread; whoever waits gets Cancelled."""
        ...


OpenRedirect = Callable[[], Redirect]


class Way(Enum):
    """What is known of one server and login."""

    SCRAM = "scram"  # it worked
    PLAIN = "plain"  # PLAIN or LOGIN worked where SCRAM did not, or before there was SCRAM
    SCRAM_REFUSED = "scram-refused"  # and PLAIN was not tried since


class SignInWays(Protocol):
    """Remembers how a password was taken. Never raises."""

    def way(self, endpoint: Endpoint, login: str) -> Way | None:
        """What is known."""
        ...

    def remember(self, endpoint: Endpoint, login: str, way: Way | None) -> None:
        """Replace it; None forgets."""
        ...
