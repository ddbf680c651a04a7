"""Grants of OAuth 2.0 accounts: asked for in the browser or by a code, refreshed, given back.

Rule 1: tokens are in the vault and nowhere else.
Rule 2: one refresh at a time for an account; what it brought is stored in one transaction before it
is used, for the refresh token that went before may be worth nothing from then on (rotation).
Rule 3: only the provider's own word ends a grant and puts the account on hold; trouble on the way
to it is trouble of the network, and is tried again.
"""

from __future__ import annotations

import threading
import weakref
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from logging import getLogger
from typing import Final

from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.oauth import DevicePrompt, Grant, Provider, Signed
from mel_desktop.ports import Clock, Randomness
from mel_desktop.services.accounts import Accounts
from mel_desktop.signin_ports import AuthorizationServers, NotYet, OpenRedirect, Redirect, Tokens
from mel_desktop.store import grants as rows
from mel_desktop.store.database import Database, Transaction

logger = getLogger("mel.oauth")

EARLY: Final = timedelta(seconds=120)  # a token is renewed before it ends under way
PATIENCE_S: Final = 900.0  # for a person at a provider's page
SLOWER_S: Final = 5.0  # RFC 8628 3.5
SLOWEST_S: Final = 60.0
RANDOM_OCTETS: Final = 32


class Grants:
    """What services and doors need of OAuth."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        servers: AuthorizationServers,
        clock: Clock,
        randomness: Randomness,
        open_redirect: OpenRedirect,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._servers = servers
        self._clock = clock
        self._randomness = randomness
        self._open_redirect = open_redirect
        self._turns: dict[AccountId, threading.Lock] = {}
        self._begun: weakref.WeakSet[BrowserSignIn | DeviceSignIn] = weakref.WeakSet()
        self._stopping = False
        self._guard = threading.Lock()

    # -- a new grant -------------------------------------------------------------------------------

    def by_browser(self, provider: Provider, login: str = "") -> BrowserSignIn:
        """Begin in the system's browser. Blocks for the provider's document."""
        provider = self._usable(provider)
        if not provider.authorization_uri:
            raise LocalRefusal(ErrorCode.PROVIDER_MISTRUSTED, why="provider-without-endpoints")
        redirect = self._open_redirect()
        try:
            begun = BrowserSignIn(
                self._servers,
                provider,
                redirect,
                state=self._random(),
                verifier=Secret(self._random()),
                login=login,
                kept=self._kept,
            )
            self._note(begun)
            return begun
        except BaseException:
            redirect.close()
            raise

    def by_device(self, provider: Provider) -> DeviceSignIn:
        """Begin with a code to type on another device. Blocks."""
        provider = self._usable(provider)
        begun = DeviceSignIn(self._servers, provider, self._clock, self._kept)
        self._note(begun)
        return begun

    def _note(self, begun: BrowserSignIn | DeviceSignIn) -> None:
        with self._guard:
            self._begun.add(begun)
            stopping = self._stopping
        if stopping:
            raise Cancelled

    def stop(self) -> None:
        """The program ends: nobody waits for a person any more."""
        with self._guard:
            self._stopping = True
            begun = tuple(self._begun)
        for one in begun:
            one.cancel()

    def _usable(self, provider: Provider) -> Provider:
        if not provider.client_id:
            raise LocalRefusal(ErrorCode.PROVIDER_MISTRUSTED, why="provider-without-client")
        return self._servers.discover(provider)

    def _random(self) -> str:
        """43 characters (RFC 7636 4.1)."""
        octets = self._randomness.token(RANDOM_OCTETS)
        return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")

    def _kept(self, tokens: Tokens, before: Grant | None = None) -> Grant:
        life = tokens.lifetime_s
        expires = None if life is None else self._clock.now() + timedelta(seconds=life)
        # RFC 6749 6: without a new one the old refresh token goes on.
        return Grant(tokens.access, tokens.refresh or (before.refresh if before else None), expires)

    # -- the grant there is ------------------------------------------------------------------------

    def provider(self, account: AccountId) -> Provider | None:
        """Who granted; None where nobody has."""
        ca_pem = self._accounts.get(account).ca_pem
        with self._database.read() as reader:
            found = rows.provider(reader, account)
        return None if found is None else replace(found, ca_pem=ca_pem)

    def token(self, account: AccountId, *, refused: Secret | None = None) -> Secret:
        """A token to sign in with, renewed when it has ended, is about to, or was ``refused``.

        ServerSaid(GRANT_ENDED | SIGN_IN_ON_HOLD | SERVER_TEMPORARY), or trouble on the way.
        """
        with self._guard:
            turn = self._turns.setdefault(account, threading.Lock())
        with turn:
            self._accounts.check_ready(account)
            grant, provider = self._stored(account)
            if grant is None or provider is None:
                raise ServerSaid(ErrorCode.GRANT_ENDED, account=account)
            if grant.access != refused and not self._ends_soon(grant):
                return grant.access
            if grant.refresh is None:
                self._end(account, grant.access)
                raise ServerSaid(ErrorCode.GRANT_ENDED, account=account)
            return self._renew(account, provider, grant, grant.refresh)

    def _stored(self, account: AccountId) -> tuple[Grant | None, Provider | None]:
        provider = self.provider(account)
        with self._database.read() as reader:
            return rows.grant(reader, account), provider

    def _ends_soon(self, grant: Grant) -> bool:
        return grant.expires_at is not None and grant.expires_at - EARLY <= self._clock.now()

    def _renew(
        self, account: AccountId, provider: Provider, grant: Grant, refresh: Secret
    ) -> Secret:
        try:
            tokens = self._servers.refresh(provider, refresh)
        except ServerSaid as error:
            if error.code is ErrorCode.GRANT_ENDED:
                logger.info("account %d: the grant has ended", account)
                self._end(account, grant.access)
            raise
        fresh = self._kept(tokens, grant)

        def work(tx: Transaction) -> Secret:
            now = rows.grant(tx, account)
            if now is None or now.refresh != refresh:  # removed, or signed in anew meanwhile
                return fresh.access if now is None else now.access
            rows.put_tokens(tx, account, fresh)
            return fresh.access

        return self._database.write(work, durable=True)

    def _end(self, account: AccountId, access: Secret) -> None:
        self._accounts.hold(account, access)

    def use(self, account: AccountId, signed: Signed) -> None:
        """A person signed in anew: lifts the hold."""

        def work(tx: Transaction) -> None:
            self._accounts.put_grant(tx, account, signed)
            tx.changed(Area.ACCOUNTS)

        self._database.write(work, durable=True)

    def give_back(self, account: AccountId) -> bool:
        """Revoke, as far as the provider can be reached; whether it was. Never raises."""
        with suppress(MelError):
            grant, provider = self._stored(account)
            if grant is not None and provider is not None:
                return self._servers.revoke(provider, grant.refresh or grant.access)
        return False


Kept = Callable[[Tokens], Grant]


class BrowserSignIn:
    """One sign-in in the browser. ``wait`` on one thread, ``cancel`` from any."""

    def __init__(
        self,
        servers: AuthorizationServers,
        provider: Provider,
        redirect: Redirect,
        *,
        state: str,
        verifier: Secret,
        login: str,
        kept: Kept,
    ) -> None:
        self._servers = servers
        self._provider = provider
        self._redirect = redirect
        self._state = state
        self._verifier = verifier
        self._kept = kept
        self.address = servers.authorization_uri(provider, redirect.uri, state, verifier, login)

    def wait(self, seconds: float = PATIENCE_S) -> Signed:
        """Until the browser has come back. Cancelled | SIGN_IN_TOO_LATE | GRANT_DENIED | ..."""
        answer = self._redirect.wait(self._state, seconds)
        if answer is None:
            raise ServerSaid(ErrorCode.SIGN_IN_TOO_LATE)
        tokens = self._servers.redeem(
            self._provider, answer, self._redirect.uri, self._state, self._verifier
        )
        return Signed(self._provider, self._kept(tokens))

    def cancel(self) -> None:
        """Nobody waits any more."""
        self._redirect.close()


class DeviceSignIn:
    """One sign-in by a code. ``wait`` on one thread, ``cancel`` from any."""

    def __init__(
        self, servers: AuthorizationServers, provider: Provider, clock: Clock, kept: Kept
    ) -> None:
        self._servers = servers
        self._provider = provider
        self._clock = clock
        self._kept = kept
        self._start = servers.start_device(provider)
        self._cancelled = threading.Event()
        self.prompt = DevicePrompt(
            self._start.user_code,
            self._start.address,
            self._start.whole_address,
            clock.now() + timedelta(seconds=self._start.lifetime_s),
        )

    def wait(self, pause: Callable[[float], bool] | None = None) -> Signed:
        """Until the person has agreed. ``pause`` waits and tells whether it was cancelled."""
        pause = pause or self._cancelled.wait
        interval = self._start.interval_s
        while self._clock.now() < self.prompt.expires_at:
            if pause(interval):
                raise Cancelled
            try:
                tokens = self._servers.poll_device(self._provider, self._start.device_code)
            except NotYet as not_yet:
                interval += SLOWER_S if not_yet.slower else 0.0
            except ConnectionTrouble:
                interval = min(interval * 2, SLOWEST_S)  # RFC 8628 3.5
            except ServerSaid as error:
                if error.code is not ErrorCode.SERVER_TEMPORARY:
                    raise
                interval = min(interval * 2, SLOWEST_S)
            else:
                return Signed(self._provider, self._kept(tokens))
        raise ServerSaid(ErrorCode.SIGN_IN_TOO_LATE)

    def cancel(self) -> None:
        """Nobody waits any more."""
        self._cancelled.set()
