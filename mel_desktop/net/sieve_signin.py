"""Signing in to a ManageSieve server (RFC 5804 2.1): PLAIN, SCRAM-SHA-256, OAUTHBEARER, XOAUTH2.

Rule 1: the secret is used once; no second mechanism is tried with one that was refused.
Rule 2: with SCRAM (RFC 5802, 7677) the server proves that it knows the password too; one that does
not is broken, whatever it answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Collection
from typing import Final

from mel_desktop.model.accounts import Account, AuthKind, Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.values import dataclass

LEAST_ROUNDS: Final = 4096
MOST_ROUNDS: Final = 1_000_000  # else a server could keep us computing
_GS2: Final = "n,,"


class BadProof(Exception):
    """The server does not know the password, or breaks the mechanism; not an error of the tree."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """``first``: the initial response. ``answer``: to a challenge; the last call is with what came
    along with OK, b"" for nothing.
    """

    name: str
    first: bytes
    answer: Callable[[bytes], bytes]
    finish: Callable[[bytes], None]


def mechanism(
    offered: Collection[str], account: Account, secret: Secret, nonce: Callable[[], str]
) -> Mechanism:
    """The first that fits. ServerSaid(SERVER_REFUSED) when there is none."""
    if account.auth is AuthKind.OAUTH2:
        return _bearer(offered, account, secret)
    user, word = account.login, secret.reveal()
    if "\0" in user + word:
        raise LocalRefusal(ErrorCode.USAGE, why="nul-in-password")
    if "PLAIN" in offered:
        return Mechanism("PLAIN", f"\0{user}\0{word}".encode(), _no_challenge, _nothing)
    if "SCRAM-SHA-256" in offered:
        scram = _Scram(user, word, nonce())
        return Mechanism("SCRAM-SHA-256", scram.first(), scram.answer, scram.finish)
    raise _no_mechanism()


def _bearer(offered: Collection[str], account: Account, secret: Secret) -> Mechanism:
    token = secret.reveal()
    if not token or any(not "!" <= char <= "~" for char in token):  # RFC 6750 2.1
        raise LocalRefusal(ErrorCode.USAGE, why="token")
    if "OAUTHBEARER" in offered:
        name = account.login.replace("=", "=3D").replace(",", "=2C")
        first = f"n,a={name},\1auth=Bearer {token}\1\1"
        return Mechanism("OAUTHBEARER", first.encode(), lambda _: b"\1", _nothing)
    if "XOAUTH2" in offered:
        first = f"user={account.login}\1auth=Bearer {token}\1\1"
        return Mechanism("XOAUTH2", first.encode(), lambda _: b"", _nothing)
    raise _no_mechanism()


class _Scram:
    """One exchange."""

    def __init__(self, user: str, word: str, nonce: str) -> None:
        name = user.replace("=", "=3D").replace(",", "=2C")
        self._word = word.encode()
        self._nonce = nonce
        self._bare = f"n={name},r={nonce}"
        self._signature = b""
        self._proved = False

    def first(self) -> bytes:
        return (_GS2 + self._bare).encode()

    def answer(self, challenge: bytes) -> bytes:
        if self._signature:  # the server's last word may come as a challenge of its own
            self.finish(challenge)
            return b""
        fields = _fields(challenge)
        nonce, rounds = fields.get("r", ""), fields.get("i", "")
        if not nonce.startswith(self._nonce) or nonce == self._nonce:
            raise BadProof
        if not rounds.isascii() or not rounds.isdecimal() or len(rounds) > 7:
            raise BadProof
        if not LEAST_ROUNDS <= int(rounds) <= MOST_ROUNDS:
            raise BadProof
        try:
            salt = base64.b64decode(fields.get("s", ""), validate=True)
        except ValueError:
            raise BadProof from None
        salted = hashlib.pbkdf2_hmac("sha256", self._word, salt, int(rounds))
        channel = base64.b64encode(_GS2.encode()).decode()
        last = f"c={channel},r={nonce}"
        told = ",".join((self._bare, challenge.decode(), last)).encode()
        client = hmac.digest(salted, b"Client Key", "sha256")
        proof = hmac.digest(hashlib.sha256(client).digest(), told, "sha256")
        mixed = bytes(one ^ other for one, other in zip(client, proof, strict=True))
        self._signature = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), told, "sha256")
        return f"{last},p={base64.b64encode(mixed).decode()}".encode()

    def finish(self, told: bytes) -> None:
        if self._proved and not told:
            return
        expected = base64.b64encode(self._signature).decode()
        if not self._signature or not hmac.compare_digest(_fields(told).get("v", ""), expected):
            raise BadProof
        self._proved = True


def _fields(message: bytes) -> dict[str, str]:
    try:
        text = message.decode("ascii")
    except UnicodeDecodeError:
        raise BadProof from None
    return {part[:1]: part[2:] for part in text.split(",") if part[1:2] == "="}


def _no_challenge(_: bytes) -> bytes:
    raise BadProof


def _nothing(_: bytes) -> None:
    """This mechanism's server proves nothing."""


def _no_mechanism() -> ServerSaid:
    return ServerSaid(ErrorCode.SERVER_REFUSED, phase="auth", why="no-known-mechanism")
