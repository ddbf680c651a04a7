"""signin_ports.AuthorizationServers: RFC 6749, 7009, 7636 (S256 only), 8252, 8414, 8628, 9207.

oauthlib writes the requests and reads the answers; ``Fetch`` carries them. What oauthlib leaves out
stands here: the discovery document, ``iss``, the device answer, and the one error tree.

Rule 1: every endpoint is HTTPS, and the document of an issuer names that very issuer (RFC 8414
3.3): else another provider could take the code (mix-up).
Rule 2: only a provider's own words end a grant: an OAuth error in JSON. Anything else (a captive
portal's page, a proxy's 403, a 500) is trouble of the moment.
Rule 3: no token, code, verifier or address of a page reaches a log or an error's facts.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final, TypeGuard
from urllib.parse import parse_qs, urlsplit

from oauthlib.oauth2 import DeviceClient, OAuth2Error, WebApplicationClient
from oauthlib.oauth2.rfc6749.parameters import prepare_token_request

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerBroken, ServerSaid
from mel_desktop.model.oauth import Provider
from mel_desktop.signin_ports import DeviceStart, Fetch, HttpAnswer, NotYet, Tokens

FORM: Final = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
}
LONGEST_LIFE_S: Final = 400 * 86_400
DEVICE_INTERVAL_S: Final = 5.0  # RFC 8628 3.2, where none is told
LONGEST_INTERVAL_S: Final = 60.0
LONGEST_DEVICE_S: Final = 3600
LONGEST_CODE: Final = 40
LONGEST_TOKEN: Final = 16_384
_DOCUMENTS: Final = (
    # OpenID Connect Discovery 1.0 section 4 appends, RFC 8414 section 3 inserts.
    "{origin}{path}/.well-known/openid-configuration",
    "{origin}/.well-known/oauth-authorization-server{path}",
)
_WAITING: Final = frozenset({"authorization_pending", "slow_down"})
_OF_THE_MOMENT: Final = frozenset({"temporarily_unavailable", "server_error"})


class OAuthServers:
    """signin_ports.AuthorizationServers."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    # -- who the provider is -----------------------------------------------------------------------

    def discover(self, provider: Provider) -> Provider:
        """Fill in the endpoints from the issuer's document; what stands there already is kept."""
        if provider.issuer and not (provider.authorization_uri and provider.token_uri):
            told = self._document(provider)
            provider = replace(
                provider,
                authorization_uri=provider.authorization_uri
                or _text(told, "authorization_endpoint"),
                token_uri=provider.token_uri or _text(told, "token_endpoint"),
                device_uri=provider.device_uri or _text(told, "device_authorization_endpoint"),
                revocation_uri=provider.revocation_uri or _text(told, "revocation_endpoint"),
                names_itself=told.get("authorization_response_iss_parameter_supported") is True,
            )
            methods = told.get("code_challenge_methods_supported")
            if isinstance(methods, list) and "S256" not in methods:
                raise _mistrusted("provider-without-pkce")
        for uri in (
            provider.authorization_uri,
            provider.token_uri,
            provider.device_uri,
            provider.revocation_uri,
        ):
            if uri:
                _check_https(uri)
        if not provider.token_uri or not (provider.authorization_uri or provider.device_uri):
            raise _mistrusted("provider-without-endpoints")
        return provider

    def _document(self, provider: Provider) -> dict[str, Any]:
        parts = _check_https(provider.issuer)
        if parts.query or parts.fragment:
            raise _mistrusted("provider-address")
        path = parts.path.rstrip("/")
        answer = None
        for shape in _DOCUMENTS:
            url = shape.format(origin=f"https://{parts.netloc}", path=path)
            answer = self._fetch(
                "GET", url, {"Accept": "application/json"}, None, ca_pem=provider.ca_pem
            )
            if answer.status == 200:
                break
        if answer is None or answer.status != 200:
            raise _not_now(answer)
        told = _object(answer)
        if told is None:
            raise _mistrusted("provider-no-document")
        if told.get("issuer") != provider.issuer:
            raise _mistrusted("provider-another-issuer")
        return told

    # -- the browser's way -------------------------------------------------------------------------

    def authorization_uri(
        self, provider: Provider, redirect_uri: str, state: str, verifier: Secret, login: str
    ) -> str:
        """Where the browser goes."""
        client = WebApplicationClient(provider.client_id)
        hint = {"login_hint": login} if login else {}
        return str(
            client.prepare_request_uri(
                provider.authorization_uri,
                redirect_uri=redirect_uri,
                scope=list(provider.scopes),
                state=state,
                code_challenge=client.create_code_challenge(verifier.reveal(), "S256"),
                code_challenge_method="S256",
                **hint,
                **_extras(provider),
            )
        )

    def redeem(
        self,
        provider: Provider,
        answer: str,
        redirect_uri: str,
        state: str,
        verifier: Secret,
    ) -> Tokens:
        """Tokens for the query with which the browser came back."""
        told = parse_qs(answer, keep_blank_values=True)
        if any(len(values) != 1 for values in told.values()):
            raise _mistrusted("answer-forged")  # RFC 6749 3.1: nothing comes twice
        named = told.get("iss", [""])[0]
        if (named or provider.names_itself) and named != provider.issuer:
            raise _mistrusted("answer-of-another")  # RFC 9207 2.4, before anything else is believed
        if told.get("state", [""])[0] != state:
            raise _mistrusted("answer-forged")
        if "error" in told:
            raise _said(told["error"][0], ErrorCode.GRANT_DENIED)
        code = told.get("code", [""])[0]
        if not code:
            raise _mistrusted("answer-forged")
        client = WebApplicationClient(provider.client_id)
        body = client.prepare_request_body(
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier.reveal(),
            **_secret(provider),
        )
        return self._tokens(provider, body, ErrorCode.GRANT_DENIED)

    def refresh(self, provider: Provider, refresh: Secret) -> Tokens:
        """Tokens for a refresh token; GRANT_ENDED when the grant is no more."""
        body = prepare_token_request(
            "refresh_token",
            client_id=provider.client_id,
            include_client_id=True,
            refresh_token=refresh.reveal(),
            **_secret(provider),
        )
        return self._tokens(provider, body, ErrorCode.GRANT_ENDED)

    def _tokens(self, provider: Provider, body: str, refused: ErrorCode) -> Tokens:
        answer = self._fetch(
            "POST", provider.token_uri, FORM, body.encode("ascii"), ca_pem=provider.ca_pem
        )
        told = _object(answer)
        if answer.status != 200 or told is None or "error" in told:
            raise _refusal(answer, told, refused)
        try:
            read = WebApplicationClient(provider.client_id).parse_request_body_response(
                answer.body.decode("utf-8")
            )
            lifetime = told.get("expires_in")
            seconds = None if lifetime is None else int(float(lifetime))
        except (OAuth2Error, ValueError, TypeError, OverflowError) as error:
            # "from None": oauthlib's errors hold the answer, and with it a token.
            raise ServerBroken(
                ErrorCode.PROTOCOL, why="token-answer", reply=type(error).__name__
            ) from None
        access: Any = read.get("access_token")
        refresh: Any = read.get("refresh_token")
        kind = str(read.get("token_type", "bearer")).lower()
        if not _is_token(access) or kind != "bearer" or not (refresh is None or _is_token(refresh)):
            raise ServerBroken(ErrorCode.PROTOCOL, why="token-answer")
        return Tokens(
            Secret(access),
            None if refresh is None else Secret(refresh),
            None if seconds is None else min(max(seconds, 0), LONGEST_LIFE_S),
        )

    # -- a code to type elsewhere ------------------------------------------------------------------

    def start_device(self, provider: Provider) -> DeviceStart:
        """A code to type elsewhere."""
        if not provider.device_uri:
            raise _mistrusted("provider-without-device-codes")
        body = prepare_token_request(
            "", client_id=provider.client_id, scope=list(provider.scopes), **_secret(provider)
        ).removeprefix("grant_type=&")
        answer = self._fetch(
            "POST", provider.device_uri, FORM, body.encode("ascii"), ca_pem=provider.ca_pem
        )
        told = _object(answer)
        if answer.status != 200 or told is None or "error" in told:
            raise _refusal(answer, told, ErrorCode.GRANT_DENIED)
        # Google says verification_url.
        address = _text(told, "verification_uri") or _text(told, "verification_url")
        _check_https(address)
        whole = _text(told, "verification_uri_complete")
        if whole:
            _check_https(whole)
        code, shown = told.get("device_code"), _text(told, "user_code")
        if not _is_token(code) or not shown.isprintable() or not 0 < len(shown) <= LONGEST_CODE:
            raise ServerBroken(ErrorCode.PROTOCOL, why="device-answer")
        lifetime = _number(told.get("expires_in"), 600.0, LONGEST_DEVICE_S)
        interval = _number(told.get("interval"), DEVICE_INTERVAL_S, LONGEST_INTERVAL_S)
        return DeviceStart(Secret(code), shown, address, whole, int(lifetime), interval)

    def poll_device(self, provider: Provider, device_code: Secret) -> Tokens:
        """Tokens once the person has agreed. NotYet before."""
        client = DeviceClient(provider.client_id)
        body = client.prepare_request_body(
            device_code.reveal(), include_client_id=True, **_secret(provider)
        )
        return self._tokens(provider, body, ErrorCode.GRANT_DENIED)

    # -- the end -----------------------------------------------------------------------------------

    def revoke(self, provider: Provider, token: Secret) -> bool:
        """Give the grant back (RFC 7009); False where the provider has no place for it."""
        if not provider.revocation_uri:
            return False
        _, __, body = WebApplicationClient(provider.client_id).prepare_token_revocation_request(
            provider.revocation_uri,
            token.reveal(),
            token_type_hint="refresh_token",  # noqa: S106 a kind of token
            client_id=provider.client_id,
            **_secret(provider),
        )
        answer = self._fetch(
            "POST", provider.revocation_uri, FORM, body.encode("ascii"), ca_pem=provider.ca_pem
        )
        if answer.status == 200:
            return True
        raise _refusal(answer, _object(answer), ErrorCode.GRANT_DENIED)


# -- answers ---------------------------------------------------------------------------------------


def _refusal(
    answer: HttpAnswer, told: dict[str, Any] | None, refused: ErrorCode
) -> ServerSaid | NotYet:
    word = _text(told or {}, "error")
    if not word or answer.status >= 500 or answer.status == 429:
        return _not_now(answer)
    if word in _WAITING:
        return NotYet(slower=word == "slow_down")
    return _said(word, refused)


def _said(word: str, refused: ErrorCode) -> ServerSaid:
    """An OAuth error of the provider."""
    if word in _OF_THE_MOMENT:
        return ServerSaid(ErrorCode.SERVER_TEMPORARY, reply=word)
    if word == "expired_token":
        return ServerSaid(ErrorCode.SIGN_IN_TOO_LATE)
    shown = "".join(char for char in word if char.isascii() and (char.isalnum() or char in "_-."))
    return ServerSaid(refused, reply=shown[:LONGEST_CODE])


def _not_now(answer: HttpAnswer | None) -> ServerSaid:
    return ServerSaid(ErrorCode.SERVER_TEMPORARY, reply=answer.status if answer else 0)


def _mistrusted(why: str) -> LocalRefusal:
    return LocalRefusal(ErrorCode.PROVIDER_MISTRUSTED, why=why)


def _object(answer: HttpAnswer) -> dict[str, Any] | None:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _number(value: object, usual: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return usual
    return min(float(value), most)


def _is_token(value: object) -> TypeGuard[str]:
    """RFC 6749 appendix A: VSCHAR only; and it fits in a line of a mail server."""
    return (
        isinstance(value, str) and 0 < len(value) <= LONGEST_TOKEN and all(map(_is_visible, value))
    )


def _is_visible(char: str) -> bool:
    return "!" <= char <= "~"


def _check_https(uri: str) -> Any:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        raise _mistrusted("provider-address") from None
    sound = uri.isascii() and uri.isprintable() and " " not in uri and "@" not in parts.netloc
    if parts.scheme != "https" or not parts.hostname or not sound:
        raise _mistrusted("provider-not-https")
    return parts


def _secret(provider: Provider) -> dict[str, str]:
    return {} if provider.client_secret is None else {
        "client_secret": provider.client_secret.reveal()
    }  # fmt: skip


def _extras(provider: Provider) -> dict[str, str]:
    """What OpenID Connect asks for a refresh token (core, 11): consent shown."""
    return {"prompt": "consent"} if "offline_access" in provider.scopes else {}
