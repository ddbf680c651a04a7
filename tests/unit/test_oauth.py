"""OAuth without a network: answers that lie, waiting for a person, providers as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from mel_desktop.app.reasons import REASONS
from mel_desktop.app.sign_in_door import shipped_providers
from mel_desktop.formats.oauth_providers import joined, read_row, read_rows
from mel_desktop.model.accounts import Secret, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.oauth import Provider
from mel_desktop.net.oauth import OAuthServers
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.grants import DeviceSignIn, Grants
from mel_desktop.signin_ports import HttpAnswer, NotYet
from mel_desktop.system.policies import read_policy
from tests.support.clock import JumpingClock
from tests.support.store import START, store

ISSUER = "https://id.exemple.test"
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "device_authorization_endpoint": f"{ISSUER}/device",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "code_challenge_methods_supported": ["S256"],
}
TOKEN: dict[str, Any] = {"access_token": "a" * 20, "token_type": "Bearer", "expires_in": 3600}
DEVICE: dict[str, Any] = {
    "device_code": "d" * 20,
    "user_code": "ABCD-EFGH",
    "verification_uri": f"{ISSUER}/go",
    "expires_in": 600,
    "interval": 1,
}
PROVIDER = Provider(
    id="x",
    issuer=ISSUER,
    client_id="mel",
    scopes=("mail",),
    authorization_uri=f"{ISSUER}/auth",
    token_uri=f"{ISSUER}/token",
    device_uri=f"{ISSUER}/device",
    revocation_uri=f"{ISSUER}/revoke",
)


class FakeFetch:
    """Answers in order; the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []

    def __call__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        ca_pem: str = "",
    ) -> HttpAnswer:
        assert "Authorization" not in headers
        self.asked.append((method, url, parse_qs((body or b"").decode())))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, MelError):
            raise answer
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        return HttpAnswer(status, {}, data)


def servers(*answers: Any) -> OAuthServers:
    return OAuthServers(FakeFetch(*answers))


def redeem(answer: Any, query: str = "code=c&state=s") -> Any:
    return servers(answer).redeem(PROVIDER, query, "http://127.0.0.1:1/", "s", Secret("v" * 43))


# -- documents -------------------------------------------------------------------------------------


def bare(**changed: Any) -> Provider:
    return replace(Provider(id="x", issuer=ISSUER, client_id="mel"), **changed)


def test_the_document_fills_in_what_is_missing() -> None:
    fetch = FakeFetch(DOCUMENT)
    found = OAuthServers(fetch).discover(bare(revocation_uri=f"{ISSUER}/own"))
    assert fetch.asked[0][1] == f"{ISSUER}/.well-known/openid-configuration"
    assert found.token_uri == f"{ISSUER}/token"
    assert found.device_uri == f"{ISSUER}/device"
    assert found.revocation_uri == f"{ISSUER}/own"


def test_a_plain_oauth_document_is_found_too() -> None:
    issuer = f"{ISSUER}/realms/school"
    fetch = FakeFetch((404, {}), {**DOCUMENT, "issuer": issuer})
    OAuthServers(fetch).discover(bare(issuer=issuer))
    assert [one[1] for one in fetch.asked] == [
        f"{issuer}/.well-known/openid-configuration",
        f"{ISSUER}/.well-known/oauth-authorization-server/realms/school",
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"issuer": "https://other.test"}, "provider-another-issuer"),
        ({"issuer": f"{ISSUER}/"}, "provider-another-issuer"),
        ({"issuer": None}, "provider-another-issuer"),
        ({"token_endpoint": "http://id.exemple.test/token"}, "provider-not-https"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "provider-not-https"),
        ({"revocation_endpoint": "file:///etc/passwd"}, "provider-not-https"),
        ({"device_authorization_endpoint": "https://user:pass@h/"}, "provider-not-https"),
        ({"token_endpoint": 7}, "provider-without-endpoints"),
        ({"code_challenge_methods_supported": ["plain"]}, "provider-without-pkce"),
    ],
)
def test_documents_that_are_not_trusted(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        servers({**DOCUMENT, **changed}).discover(bare())
    assert caught.value.code is ErrorCode.PROVIDER_MISTRUSTED
    assert caught.value.facts["why"] == why
    assert why in REASONS


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"7", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_document(content: bytes) -> None:
    with pytest.raises(LocalRefusal) as caught:
        servers(content).discover(bare())
    assert caught.value.facts["why"] == "provider-no-document"


@pytest.mark.parametrize("issuer", ["http://id.test", "https://id.test?x=1", "https://", "id.test"])
def test_issuers_that_are_none(issuer: str) -> None:
    with pytest.raises(LocalRefusal):
        servers(DOCUMENT).discover(bare(issuer=issuer))


# -- tokens ----------------------------------------------------------------------------------------


def test_tokens_are_read() -> None:
    found = redeem({**TOKEN, "refresh_token": "r" * 9, "scope": "other than asked"})
    assert found.access == Secret("a" * 20)
    assert found.refresh == Secret("r" * 9)
    assert found.lifetime_s == 3600
    assert "aaaa" not in repr(found)


@pytest.mark.parametrize(
    "changed",
    [
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "two words"},
        {"access_token": "a\x01auth=Bearer b"},
        {"access_token": "é"},
        {"access_token": "a" * 20_000},
        {"refresh_token": "line\nbreak"},
        {"refresh_token": 7},
        {"token_type": "mac"},
        {"expires_in": "soon"},
        {"expires_in": []},
        {"expires_in": 1e400},
    ],
)
def test_token_answers_that_are_broken(changed: dict[str, Any]) -> None:
    with pytest.raises(ServerBroken) as caught:
        redeem({**TOKEN, **changed})
    assert "aaaa" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_lifetimes_are_bounded() -> None:
    assert redeem({**TOKEN, "expires_in": 1e12}).lifetime_s == 400 * 86_400
    assert redeem({**TOKEN, "expires_in": -5}).lifetime_s == 0
    assert redeem({**TOKEN, "expires_in": "60"}).lifetime_s == 60
    assert redeem({"access_token": "a", "token_type": "bearer"}).lifetime_s is None


@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=s",
        "code=c",
        "code=c&state=other",
        "code=&state=s",
        "code=c&code=d&state=s",
        "code=c&state=s&state=s",
        "code=c&state=s&iss=https%3A%2F%2Fother.test",
        "error=access_denied&state=other",
    ],
)
def test_answers_of_the_browser_that_are_not_trusted(query: str) -> None:
    with pytest.raises(LocalRefusal) as caught:
        redeem(TOKEN, query)
    assert caught.value.code is ErrorCode.PROVIDER_MISTRUSTED
    assert caught.value.facts["why"] in REASONS


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (400, {"error": "invalid_grant"}, ErrorCode.GRANT_ENDED),
        (401, {"error": "invalid_client"}, ErrorCode.GRANT_ENDED),
        (200, {"error": "invalid_grant"}, ErrorCode.GRANT_ENDED),
        (400, {"error": "temporarily_unavailable"}, ErrorCode.SERVER_TEMPORARY),
        (503, {"error": "invalid_grant"}, ErrorCode.SERVER_TEMPORARY),
        (429, {"error": "invalid_grant"}, ErrorCode.SERVER_TEMPORARY),
        (400, b"<html>Portail captif</html>", ErrorCode.SERVER_TEMPORARY),
        (403, {"message": "proxy"}, ErrorCode.SERVER_TEMPORARY),
        (302, b"", ErrorCode.SERVER_TEMPORARY),
        (200, b"<html>Portail captif</html>", ErrorCode.SERVER_TEMPORARY),
    ],
)
def test_only_the_provider_ends_a_grant(status: int, content: Any, code: ErrorCode) -> None:
    with pytest.raises(ServerSaid) as caught:
        servers((status, content)).refresh(PROVIDER, Secret("r"))
    assert caught.value.code is code


def test_secrets_of_the_program_go_into_the_body() -> None:
    fetch = FakeFetch(TOKEN)
    provider = replace(PROVIDER, client_secret=Secret("shh"))
    OAuthServers(fetch).refresh(provider, Secret("r"))
    assert fetch.asked[0][2] == {
        "grant_type": ["refresh_token"],
        "client_id": ["mel"],
        "refresh_token": ["r"],
        "client_secret": ["shh"],
    }
    assert "shh" not in repr(provider)


def test_giving_back() -> None:
    fetch = FakeFetch((200, b""))
    assert OAuthServers(fetch).revoke(PROVIDER, Secret("r"))
    assert fetch.asked[0][2] == {
        "token": ["r"],
        "token_type_hint": ["refresh_token"],
        "client_id": ["mel"],
    }
    assert not OAuthServers(fetch).revoke(replace(PROVIDER, revocation_uri=""), Secret("r"))
    with pytest.raises(ServerSaid):
        servers((503, b"")).revoke(PROVIDER, Secret("r"))


# -- codes for another device ----------------------------------------------------------------------


def device(*answers: Any) -> tuple[DeviceSignIn, JumpingClock, FakeFetch]:
    fetch, clock = FakeFetch(DEVICE, *answers), JumpingClock(START)

    def kept(tokens: Any) -> Any:
        return tokens

    return DeviceSignIn(OAuthServers(fetch), PROVIDER, clock, kept), clock, fetch


def waited(begun: DeviceSignIn, clock: JumpingClock) -> list[float]:
    """How long it paused each time, until its end."""
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        clock.jump(seconds=seconds)
        return False

    begun.wait(pause)
    return pauses


WAIT = (400, {"error": "authorization_pending"})
SLOW = (400, {"error": "slow_down"})


def test_slow_down_makes_slower_for_good() -> None:
    begun, clock, fetch = device(WAIT, SLOW, WAIT, SLOW, WAIT, TOKEN)
    assert waited(begun, clock) == [1, 1, 6, 6, 11, 11]
    assert fetch.asked[1][2] == {
        "grant_type": ["urn:ietf:params:oauth:grant-type:device_code"],
        "client_id": ["mel"],
        "device_code": ["d" * 20],
    }


def test_trouble_on_the_way_is_waited_out() -> None:
    lost = ConnectionTrouble(ErrorCode.CONNECTION_LOST)
    begun, clock, _ = device(lost, (500, b""), lost, TOKEN)
    assert waited(begun, clock) == [1, 2, 4, 8]


def test_a_code_that_is_not_typed_ends() -> None:
    begun, clock, fetch = device(WAIT)
    with pytest.raises(ServerSaid) as caught:
        waited(begun, clock)
    assert caught.value.code is ErrorCode.SIGN_IN_TOO_LATE
    assert len(fetch.asked) <= 601


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("expired_token", ErrorCode.SIGN_IN_TOO_LATE),
        ("access_denied", ErrorCode.GRANT_DENIED),
        ("invalid_client", ErrorCode.GRANT_DENIED),
    ],
)
def test_the_end_of_a_code(word: str, code: ErrorCode) -> None:
    begun, clock, _ = device((400, {"error": word}))
    with pytest.raises(ServerSaid) as caught:
        waited(begun, clock)
    assert caught.value.code is code


def test_cancelled_while_waiting() -> None:
    begun, _, __ = device(WAIT)
    begun.cancel()
    with pytest.raises(Cancelled):
        begun.wait()


@pytest.mark.parametrize(
    "changed",
    [
        {"verification_uri": "http://id.exemple.test"},
        {"verification_uri": "javascript:x"},
        {"verification_uri_complete": "http://x"},
        {"user_code": ""},
        {"user_code": "x" * 99},
        {"user_code": "a\x1b[2J"},
        {"device_code": "a b"},
        {"device_code": None},
    ],
)
def test_device_answers_that_are_not_trusted(changed: dict[str, Any]) -> None:
    with pytest.raises(MelError):
        servers({**DEVICE, **changed}).start_device(PROVIDER)


@pytest.mark.parametrize("interval", [0, -1, None, "5", True, 1e9])
def test_intervals_are_bounded(interval: Any) -> None:
    start = servers({**DEVICE, "interval": interval}).start_device(PROVIDER)
    assert 5 <= start.interval_s <= 60


def test_not_yet_is_no_error_of_the_tree() -> None:
    with pytest.raises(NotYet):
        servers(WAIT).poll_device(PROVIDER, Secret("d"))


# -- providers as data -----------------------------------------------------------------------------


def test_shipped_providers_are_sourced_and_hold_no_client_id() -> None:
    found = {one.id: one for one in shipped_providers()}
    assert set(found) == {"microsoft", "google"}
    assert all(not one.client_id and one.client_secret is None for one in found.values())
    assert all(one.imap and one.smtp and one.help_uri and one.scopes for one in found.values())
    text = (Path(__file__).parents[2] / "resources" / "oauth.toml").read_text()
    assert text.count("\nsource = ") == text.count("\ndate = ") == len(found)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"id": "A"},
        {"id": "x", "issuer": "http://x"},
        {"id": "x", "issuer": "https://u:p@x"},
        {"id": "x", "scopes": "mail"},
        {"id": "x", "scopes": ["two words"]},
        {"id": "x", "imap": "host"},
        {"id": "x", "imap": "host:0"},
        {"id": "x", "client_id": ""},
        {"id": "x", "surprise": 1},
        "x",
    ],
)
def test_rows_that_are_left_out(row: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|unknown"):
        read_row(row)
    found, troubles = read_rows([row, {"id": "good"}])
    assert [one.id for one in found] == ["good"]
    assert troubles[0][0] == "oauth.0"


def test_policy_gives_ids_and_providers(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("""
[oauth.1]
id = "microsoft"
client_id = "1234"
[oauth.2]
id = "rectorat"
name = "Rectorat"
issuer = "https://id.ac-exemple.fr"
client_id = "mel"
imap_host = "imap.ac-exemple.fr"
imap_port = 143
[oauth.3]
id = "bad"
client_id = "x"
issuer = "http://id"
[retention]
text_days = 3
""")
    policy = read_policy(system_file=file)
    assert policy.retention.text_days == 3
    assert [one.key for one in policy.ignored] == ["oauth.3.issuer"]
    found = {one.id: one for one in joined(shipped_providers(), policy.oauth)}
    assert found["microsoft"].client_id == "1234"
    assert found["microsoft"].token_uri.startswith("https://login.microsoftonline.com/")
    assert found["rectorat"].imap is not None
    assert found["rectorat"].imap.security is Security.STARTTLS


def test_an_issuer_of_its_own_takes_the_shipped_addresses_away() -> None:
    mine = Provider(id="microsoft", issuer="https://login.test/tenant", client_id="1")
    found = next(one for one in joined(shipped_providers(), (mine,)) if one.id == "microsoft")
    assert (found.token_uri, found.authorization_uri, found.device_uri) == ("", "", "")
    assert found.scopes


# -- the vault -------------------------------------------------------------------------------------


def test_a_refresh_that_is_overtaken_by_a_person_changes_nothing(tmp_path: Path) -> None:
    """She signed in anew while the old grant was being renewed."""
    with store(tmp_path) as database:
        clock = JumpingClock(START)
        accounts = Accounts(database, clock)
        fetch = FakeFetch({**TOKEN, "refresh_token": "old-2"})
        grants = Grants(database, accounts, OAuthServers(fetch), clock, None, None)  # type: ignore[arg-type]
        signed = _signed("old", clock)
        account = accounts.add(_new(), None, signed).id
        clock.jump(hours=2)

        real = fetch.__call__

        def meanwhile(*args: Any, **named: Any) -> HttpAnswer:
            grants.use(account, _signed("new", clock))
            return real(*args, **named)

        grants._servers = OAuthServers(meanwhile)
        assert grants.token(account) == Secret("access-new")
        assert grants.token(account) == Secret("access-new")


def _signed(name: str, clock: JumpingClock) -> Any:
    from mel_desktop.model.oauth import Grant, Signed

    ends = clock.now() + timedelta(hours=1)
    return Signed(PROVIDER, Grant(Secret(f"access-{name}"), Secret(name), ends))


def _new() -> Any:
    from mel_desktop.model.accounts import AuthKind, Endpoint, NewAccount

    end = Endpoint("127.0.0.1", 993, Security.TLS)
    return NewAccount("a@b.fr", "a@b.fr", end, end, auth=AuthKind.OAUTH2)
