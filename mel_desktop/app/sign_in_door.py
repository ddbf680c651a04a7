"""The door to sign-ins through a provider's page: reached by ``facade.sign_in``.

What blocks says so: the window calls it through ``facade.in_background``, the ``wait`` of a sign-in
through ``patiently``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import lru_cache
from logging import getLogger
from typing import TYPE_CHECKING, Final, TypeVar

from mel_desktop.formats.oauth_providers import joined, read_toml
from mel_desktop.model.accounts import Account, AccountId, AuthKind, NewAccount
from mel_desktop.model.changes import Check
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.oauth import Provider, Signed
from mel_desktop.services.grants import BrowserSignIn, DeviceSignIn
from mel_desktop.system.shipped import shipped_octets

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

__all__ = ["BrowserSignIn", "DeviceSignIn", "SignInDoor"]

log = getLogger("mel.oauth")
T = TypeVar("T")

OWN: Final = "own"  # the id of a provider that a person named
OWN_SCOPES: Final = ("openid", "offline_access", "email")


@lru_cache(maxsize=1)
def shipped_providers() -> tuple[Provider, ...]:
    """Those of resources/oauth.toml; none where the file was left out."""
    try:
        return read_toml(shipped_octets("oauth.toml"))
    except (OSError, MelError) as error:
        log.error("shipped providers cannot be read: %s", type(error).__name__)
        return ()


class SignInDoor:
    """Providers, sign-ins, grants."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    def providers(self) -> tuple[Provider, ...]:
        """IT's own first, then the shipped ones; without a client id nobody can sign in there."""
        given = self._services.policy.oauth
        found = joined(shipped_providers(), given)
        return tuple(sorted(found, key=lambda one: not one.client_id))

    def provider(self, chosen: str) -> Provider:
        """By its id. LocalRefusal(NOT_FOUND)."""
        for one in self.providers():
            if one.id == chosen:
                return one
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="provider")

    def provider_of(self, account: AccountId) -> Provider | None:
        """Who granted access to an account; None for one with a password."""
        return self._services.grants.provider(account)

    def by_browser(self, provider: Provider, login: str = "") -> BrowserSignIn:
        """Begin in the system's browser: open ``address``, then ``wait``. Blocks."""
        return self._services.grants.by_browser(provider, login)

    def by_device(self, provider: Provider) -> DeviceSignIn:
        """Begin with a code: show ``prompt``, then ``wait``. Blocks."""
        return self._services.grants.by_device(provider)

    def patiently(self, work: Callable[[], T]) -> Future[T]:
        """Run a ``wait`` on a lane of its own, behind which nothing else waits."""
        return self._engine.run_patiently(work)

    def check_allowed(self, new: NewAccount) -> None:
        """Before a person is sent to a page for nothing. POLICY."""
        self._services.given.check(new.email, new.imap, new.smtp)

    def try_account(self, new: NewAccount, signed: Signed) -> tuple[Check, ...]:
        """Try servers before the account is stored: one sign-in. Blocks. POLICY."""
        self.check_allowed(new)
        return self._services.doctor.candidate(new, signed.grant.access)

    def add(self, new: NewAccount, signed: Signed) -> Account:
        """Store an account with its grant; nothing is tried on the network. POLICY."""
        self.check_allowed(new)
        if new.auth is not AuthKind.OAUTH2:
            raise LocalRefusal(ErrorCode.USAGE, option="--auth")
        account = self._services.accounts.add(new, None, signed)
        self._engine.wake()
        return account

    def again(self, account: AccountId, signed: Signed) -> None:
        """A person signed in anew: lifts the hold."""
        self._services.grants.use(account, signed)
        self._engine.cut(account)
        self._engine.wake()

    def give_back(self, account: AccountId) -> bool:
        """Revoke the grant at the provider, as far as it can be reached. Blocks.

        False where it was not: a person can do it on the provider's page.
        """
        return self._services.grants.give_back(account)
