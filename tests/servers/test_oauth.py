"""OAuth 2.0 from the browser to the mailbox: a real OpenID provider, Dovecot and Postfix that ask
it about tokens, our store in between. The browser is an HTTP client that plays the person.
"""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mel_desktop.model.accounts import Account, AccountState, AuthKind, NewHosts, Secret
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.oauth import Provider, Signed
from mel_desktop.net.https import HttpsFetch
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.oauth import OAuthServers
from mel_desktop.net.oauth_redirect import LoopbackRedirect
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.transport import Lines
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.grants import DeviceSignIn, Grants
from mel_desktop.services.migration import Migration
from mel_desktop.services.sessions import Sessions
from mel_desktop.services.sign_in_ways import RememberedWays
from mel_desktop.signin_ports import NotYet
from mel_desktop.store import grants as rows
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.imap_base import MailUser
from tests.support.oidc_provider import OidcProvider
from tests.support.sign_in_servers import SignInDovecot, SignInPostfix
from tests.support.store import open_store

pytestmark = pytest.mark.servers
LETTER = (
    b"From: p@ac-exemple.test\r\nTo: q@ac-exemple.test\r\nSubject: essai\r\n"
    b"Message-ID: <essai@ac-exemple.test>\r\n\r\nBonjour\r\n"
)


class Later:
    """A call on a thread of its own, as the engine makes it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.value: object = None
        self.error: MelError | None = None
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            self.value = work()
        except MelError as error:
            self.error = error

    def result(self) -> object:
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error
        return self.value


@dataclass
class World:
    database: Database
    accounts: Accounts
    grants: Grants
    sessions: Sessions
    oidc: OidcProvider
    dovecot: SignInDovecot
    user: MailUser

    def sign_in(self, provider: Provider | None = None) -> Signed:
        """A whole sign-in in the browser."""
        begun = self.grants.by_browser(provider or self.oidc.provider(), self.user.login)
        later = Later(begun.wait)
        person = self.oidc.person()
        person.agree(begun.address, self.user.login)
        assert "fermer cette page" in person.come_back()
        signed = later.result()
        assert isinstance(signed, Signed)
        return signed

    def account(self, signed: Signed | None = None) -> Account:
        """Stored, with its grant."""
        new = replace(self.dovecot.new_account(self.user), auth=AuthKind.OAUTH2)
        return self.accounts.add(new, None, signed or self.sign_in())

    def folders(self, account: Account) -> int:
        """What only a signed-in connection can tell."""
        self.sessions.drop(account.id)
        with self.sessions.mail(account.id) as server:
            return len(server.list_folders())

    def state(self, account: Account) -> AccountState:
        return self.accounts.get(account.id).state

    def spoil(self, account: Account) -> None:
        """As if the token that is kept were another one."""
        with self.database.read() as reader:
            grant = rows.grant(reader, account.id)
        assert grant is not None
        spoilt = replace(grant, access=Secret("x" * 43))
        self.database.write(lambda tx: rows.put_tokens(tx, account.id, spoilt))


@pytest.fixture
def world(tmp_path: Path, oidc: OidcProvider, sign_in_dovecot: SignInDovecot) -> Iterator[World]:
    database = open_store(tmp_path)
    clock, lines = SystemClock(), Lines()
    accounts = Accounts(database, clock)
    servers = OAuthServers(HttpsFetch(lines))
    grants = Grants(database, accounts, servers, clock, SystemRandomness(), LoopbackRedirect)
    ways = RememberedWays(database)
    sessions = Sessions(
        accounts,
        ImapConnector(lines=lines, ways=ways),
        SmtpSubmission(lines=lines, ways=ways),
        lambda: False,
        clock=clock,
        grants=grants,
    )
    user = sign_in_dovecot.new_user()
    yield World(database, accounts, grants, sessions, oidc, sign_in_dovecot, user)
    sessions.stop()
    lines.close()
    database.close()


# -- the browser -----------------------------------------------------------------------------------


def test_from_the_browser_to_the_mailbox(world: World) -> None:
    account = world.account()
    assert account.auth is AuthKind.OAUTH2
    assert world.folders(account) >= 5
    with world.database.read() as reader:
        grant = rows.grant(reader, account.id)
        assert grant is not None
        assert grant.refresh is not None
        assert grant.expires_at is not None
        # Tokens stand in the table of secrets and nowhere else.
        assert grant.access.reveal() not in str(reader.all("SELECT * FROM grant_source"))


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_both_mechanisms(world: World, mechanism: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mel_desktop.net.bearer.mechanism", lambda _: mechanism)
    monkeypatch.setattr("mel_desktop.net.smtp_signin.mechanism", lambda _: mechanism)
    account = world.account()
    assert world.folders(account) >= 5
    world.oidc.test("drop")
    with pytest.raises(ServerSaid) as caught:
        world.folders(account)
    assert caught.value.code is ErrorCode.GRANT_ENDED


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_letter_leaves_by_a_token(
    world: World, sign_in_postfix: SignInPostfix, security: str
) -> None:
    new = replace(
        world.dovecot.new_account(world.user),
        auth=AuthKind.OAUTH2,
        smtp=getattr(sign_in_postfix, security),
    )
    account = world.accounts.add(new, None, world.sign_in())
    receipt = world.sessions.submit(account.id, "p@ac-exemple.test", ["q@ac-exemple.test"], LETTER)
    assert receipt.refused == ()
    world.spoil(account)  # refused once, renewed, taken
    world.sessions.submit(account.id, "p@ac-exemple.test", ["q@ac-exemple.test"], LETTER)
    world.oidc.test("drop")
    with pytest.raises(ServerSaid) as caught:
        world.sessions.submit(account.id, "p@ac-exemple.test", ["q@ac-exemple.test"], LETTER)
    assert caught.value.code is ErrorCode.GRANT_ENDED
    assert world.state(account) is AccountState.ON_HOLD


def test_the_address_for_the_browser(world: World) -> None:
    begun = world.grants.by_browser(world.oidc.provider(), world.user.login)
    asked = parse_qs(urlsplit(begun.address).query)
    begun.cancel()
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert len(asked["state"][0]) >= 43
    assert len(asked["code_challenge"][0]) == 43
    assert urlsplit(asked["redirect_uri"][0]).hostname == "127.0.0.1"
    other = world.grants.by_browser(world.oidc.provider(), world.user.login)
    other.cancel()
    again = parse_qs(urlsplit(other.address).query)
    assert again["state"] != asked["state"]
    assert again["code_challenge"] != asked["code_challenge"]


def test_the_person_says_no(world: World) -> None:
    begun = world.grants.by_browser(world.oidc.provider())
    later = Later(begun.wait)
    person = world.oidc.person()
    person.refuse(begun.address)
    person.come_back()
    with pytest.raises(ServerSaid) as caught:
        later.result()
    assert caught.value.code is ErrorCode.GRANT_DENIED
    assert caught.value.facts["reply"] == "access_denied"


def test_cancelled_and_forgotten(world: World) -> None:
    begun = world.grants.by_browser(world.oidc.provider())
    later = Later(begun.wait)
    begun.cancel()
    with pytest.raises(Cancelled):
        later.result()
    port = urlsplit(parse_qs(urlsplit(begun.address).query)["redirect_uri"][0]).port
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    late = world.grants.by_browser(world.oidc.provider())
    with pytest.raises(ServerSaid) as caught:
        late.wait(0.3)
    assert caught.value.code is ErrorCode.SIGN_IN_TOO_LATE


def test_a_forged_state_changes_nothing(world: World) -> None:
    begun = world.grants.by_browser(world.oidc.provider(), world.user.login)
    later = Later(begun.wait)
    person = world.oidc.person()
    good = person.agree(begun.address, world.user.login)
    base = good.partition("?")[0]
    for forged in ("?code=stolen&state=forged", "?code=stolen", "?error=access_denied", "favicon"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            person.come_back(base + forged)
        assert caught.value.code == 404
        caught.value.close()
    other_host = urllib.request.Request(good, headers={"Host": "evil.test"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(other_host, timeout=5)
    caught.value.close()
    person.come_back(good)
    assert isinstance(later.result(), Signed)


def test_a_wrong_verifier_gets_nothing(world: World) -> None:
    """PKCE: a code that somebody else caught is worth nothing to him."""
    servers = OAuthServers(HttpsFetch(Lines()))
    provider = servers.discover(world.oidc.provider())
    redirect = LoopbackRedirect()
    address = servers.authorization_uri(provider, redirect.uri, "s" * 43, Secret("v" * 43), "")
    back = world.oidc.person().agree(address, world.user.login)
    with pytest.raises(ServerSaid) as caught:
        servers.redeem(provider, urlsplit(back).query, redirect.uri, "s" * 43, Secret("w" * 43))
    redirect.close()
    assert caught.value.code is ErrorCode.GRANT_DENIED
    assert caught.value.facts["reply"] == "invalid_grant"


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.2:{port}/", "http://evil.test/", "http://127.0.0.1:{port}/other"]
)
def test_the_provider_sends_nobody_elsewhere(world: World, elsewhere: str) -> None:
    begun = world.grants.by_browser(world.oidc.provider())
    begun.cancel()
    parts = urlsplit(begun.address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    port = urlsplit(asked["redirect_uri"]).port
    asked["redirect_uri"] = elsewhere.format(port=port)
    query = urllib.parse.urlencode(asked)
    person = world.oidc.person()
    page = person.visit(parts._replace(query=query).geturl())
    assert not person.address.startswith("http://")
    assert "redirect_uri" in page


def test_a_code_for_another_port_is_refused(world: World) -> None:
    servers = OAuthServers(HttpsFetch(Lines()))
    provider = servers.discover(world.oidc.provider())
    verifier = Secret("v" * 43)
    address = servers.authorization_uri(provider, "http://127.0.0.1:20001/", "s" * 43, verifier, "")
    back = world.oidc.person().agree(address, world.user.login)
    with pytest.raises(ServerSaid) as caught:
        servers.redeem(
            provider, urlsplit(back).query, "http://127.0.0.1:20002/", "s" * 43, verifier
        )
    assert caught.value.code is ErrorCode.GRANT_DENIED


def test_issuers_are_not_mixed_up(world: World) -> None:
    servers = OAuthServers(HttpsFetch(Lines()))
    provider = servers.discover(world.oidc.provider())
    assert provider.names_itself
    verifier, redirect = Secret("v" * 43), "http://127.0.0.1:20001/"
    address = servers.authorization_uri(provider, redirect, "s" * 43, verifier, "")
    query = urlsplit(world.oidc.person().agree(address, world.user.login)).query
    iss = parse_qs(query)["iss"][0]
    assert iss == world.oidc.issuer
    forged = [
        query.replace("iss=", "iss=https%3A%2F%2Fevil.test&other="),
        "&".join(one for one in query.split("&") if not one.startswith("iss=")),
        query + "&iss=https%3A%2F%2Fevil.test",
    ]
    for one in forged:
        with pytest.raises(LocalRefusal) as caught:
            servers.redeem(provider, one, redirect, "s" * 43, verifier)
        assert caught.value.code is ErrorCode.PROVIDER_MISTRUSTED
    servers.redeem(provider, query, redirect, "s" * 43, verifier)


def test_a_document_of_another_issuer_is_refused(world: World) -> None:
    other = world.oidc.issuer.replace("127.0.0.1", "localhost")
    with pytest.raises(LocalRefusal) as caught:
        world.grants.by_browser(world.oidc.provider(issuer=other))
    assert caught.value.facts["why"] == "provider-another-issuer"
    with pytest.raises(LocalRefusal) as caught:
        world.grants.by_browser(world.oidc.provider(issuer="http://127.0.0.1/"))
    assert caught.value.facts["why"] == "provider-not-https"
    with pytest.raises(LocalRefusal) as caught:
        world.grants.by_browser(world.oidc.provider(client_id=""))
    assert caught.value.facts["why"] == "provider-without-client"
    with pytest.raises(ConnectionTrouble) as trouble:
        world.grants.by_browser(world.oidc.provider(ca_pem=""))
    assert trouble.value.code is ErrorCode.CERTIFICATE


# -- renewing --------------------------------------------------------------------------------------


def test_a_token_is_renewed_before_it_ends(world: World) -> None:
    world.oidc.test("life?seconds=60")  # less than what is kept in hand
    account = world.account()
    before = world.oidc.test("counts")["token"]
    with world.database.read() as reader:
        first = rows.grant(reader, account.id)
    world.oidc.test("life?seconds=3600")
    assert world.folders(account) >= 5
    with world.database.read() as reader:
        second = rows.grant(reader, account.id)
    assert first is not None
    assert second is not None
    assert first.access != second.access
    assert first.refresh != second.refresh  # rotation, kept
    assert world.folders(account) >= 5
    assert world.oidc.test("counts")["token"] == before + 1


def test_one_renewal_at_a_time(world: World) -> None:
    world.oidc.test("life?seconds=60")
    account = world.account()
    world.oidc.test("life?seconds=3600")
    before = world.oidc.test("counts")["token"]
    calls = [Later(lambda: world.grants.token(account.id)) for _ in range(6)]
    assert len({one.result() for one in calls}) == 1
    assert world.oidc.test("counts")["token"] == before + 1


def test_a_token_that_ended_early_is_renewed_once(world: World) -> None:
    account = world.account()
    world.spoil(account)
    before = world.oidc.test("counts")["token"]
    assert world.folders(account) >= 5
    assert world.oidc.test("counts")["token"] == before + 1
    assert world.state(account) is AccountState.READY


def test_a_grant_that_ended_holds_the_account_until_a_person_acts(world: World) -> None:
    account = world.account()
    world.oidc.test("drop")
    with pytest.raises(ServerSaid) as caught:
        world.folders(account)
    assert caught.value.code is ErrorCode.GRANT_ENDED
    assert world.state(account) is AccountState.ON_HOLD
    asked = world.oidc.test("counts")["token"]
    for _ in range(3):
        with pytest.raises(ServerSaid) as caught:
            world.folders(account)
        assert caught.value.code is ErrorCode.SIGN_IN_ON_HOLD
    assert world.oidc.test("counts")["token"] == asked
    world.grants.use(account.id, world.sign_in())
    assert world.folders(account) >= 5


def test_somebody_elses_token_holds_the_account(world: World) -> None:
    """The provider renews it gladly; the mail server does not take it for this login."""
    signed = world.sign_in()
    other = world.dovecot.new_user()
    new = replace(world.dovecot.new_account(other), auth=AuthKind.OAUTH2)
    account = world.accounts.add(new, None, signed)
    with pytest.raises(ServerSaid) as caught:
        world.folders(account)
    assert caught.value.code is ErrorCode.GRANT_ENDED
    assert world.state(account) is AccountState.ON_HOLD


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_trouble_at_the_provider_is_no_refusal(world: World, status: int) -> None:
    world.oidc.test("life?seconds=60")
    account = world.account()
    world.oidc.test(f"break?status={status}")
    with pytest.raises(ServerSaid) as caught:
        world.folders(account)
    assert caught.value.code is ErrorCode.SERVER_TEMPORARY
    assert world.state(account) is AccountState.READY
    world.oidc.reset()
    assert world.folders(account) >= 5


def test_what_is_given_back_is_worth_nothing(world: World) -> None:
    account = world.account()
    assert world.grants.give_back(account.id)
    with pytest.raises(ServerSaid) as caught:
        world.folders(account)
    assert caught.value.code is ErrorCode.GRANT_ENDED


# -- codes for other devices -----------------------------------------------------------------------


def begin_device(world: World) -> DeviceSignIn:
    return world.grants.by_device(world.oidc.provider())


def test_a_code_typed_elsewhere(world: World) -> None:
    begun = begin_device(world)
    assert begun.prompt.code
    assert begun.prompt.address.startswith("https://")
    tried: list[float] = []

    def pause(seconds: float) -> bool:
        tried.append(seconds)
        if len(tried) == 2:
            world.oidc.person().type_code(begun.prompt.address, begun.prompt.code, world.user.login)
        return False

    signed = begun.wait(pause)
    assert tried == [5.0, 5.0]
    account = world.account(signed)
    assert world.folders(account) >= 5


def test_a_code_that_is_cancelled_or_too_late(world: World) -> None:
    begun = begin_device(world)
    later = Later(begun.wait)
    begun.cancel()
    with pytest.raises(Cancelled):
        later.result()
    world.oidc.test("life?seconds=1")
    begun = begin_device(world)
    with pytest.raises(ServerSaid) as caught:
        begun.wait(lambda _: False)
    assert caught.value.code is ErrorCode.SIGN_IN_TOO_LATE


def test_the_real_provider_says_not_yet(world: World) -> None:
    servers = OAuthServers(HttpsFetch(Lines()))
    provider = servers.discover(world.oidc.provider())
    start = servers.start_device(provider)
    with pytest.raises(NotYet):
        servers.poll_device(provider, start.device_code)


def test_a_password_is_no_way_in(world: World) -> None:
    account = world.account()
    with pytest.raises(LocalRefusal):
        world.accounts.set_password(account.id, Secret("x"))
    assert world.folders(account) >= 5


def test_going_over_to_a_host_with_a_password_forgets_the_grant(world: World) -> None:
    account = world.account()
    hosts = NewHosts(account.imap, account.smtp)
    Migration(world.database, world.accounts).move(account.id, hosts, Secret(world.user.password))
    assert world.accounts.get(account.id).auth is AuthKind.PASSWORD
    assert world.folders(account) >= 5
    with world.database.read() as reader:
        assert rows.grant(reader, account.id) is None
        assert rows.provider(reader, account.id) is None


def test_from_a_password_to_a_grant(world: World) -> None:
    new = world.dovecot.new_account(world.user)
    account = world.accounts.add(new, Secret(world.user.password))
    world.grants.use(account.id, world.sign_in())
    assert world.accounts.get(account.id).auth is AuthKind.OAUTH2
    assert world.folders(account) >= 5
    with world.database.read() as reader:
        kinds = {row[0] for row in reader.all("SELECT kind FROM secret")}
    assert kinds == {"access-token", "refresh-token"}
    world.accounts.remove(account.id)
    with world.database.read() as reader:
        assert reader.value("SELECT count(*) FROM secret") == 0
        assert reader.value("SELECT count(*) FROM grant_source") == 0
