"""Signing in to a submission server: PLAIN, LOGIN, OAUTHBEARER (RFC 7628), XOAUTH2.

Rule 1: the secret is used once; no second mechanism is tried with one that was refused.
Rule 2: whatever address a server's error blob names is never opened.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection
from typing import Final

from mel_desktop.model.accounts import Account, AuthKind, Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.net.smtp_replies import Reply, auth_refusal

LONGEST_LINE: Final = 510  # RFC 5321 4.5.3.1.4, without CRLF: a longer first word waits for its 334
_STATUS: Final = 40  # characters of the status in an error blob


class UnknownChallenge(Exception):
    """The server asks what the mechanism does not have; not an error of the tree."""


def sign_in(
    command: Callable[[str], Reply], offered: Collection[str], account: Account, secret: Secret
) -> None:
    """Sign in with the first mechanism that fits. A sign-in code | UnknownChallenge."""
    if account.auth is AuthKind.OAUTH2:
        answer = _bearer(command, offered, account, secret)
    else:
        answer = _password(command, offered, account, secret)
    if answer.code == 334:
        command("*")  # cancel (RFC 4954 4)
        raise UnknownChallenge
    if not answer.is_good:
        raise auth_refusal(answer)


def _password(
    command: Callable[[str], Reply], offered: Collection[str], account: Account, secret: Secret
) -> Reply:
    user, word = account.login.encode("utf-8"), secret.reveal().encode("utf-8")
    if "PLAIN" in offered:
        return _first_word(command, "PLAIN", b"\0" + user + b"\0" + word)
    if "LOGIN" not in offered:
        raise _no_mechanism()
    answer = command("AUTH LOGIN")
    for one in (user, word):
        if answer.code == 334:
            answer = command(_encoded(one))
    return answer


def _bearer(
    command: Callable[[str], Reply], offered: Collection[str], account: Account, secret: Secret
) -> Reply:
    token = secret.reveal()
    if not token or any(not "!" <= char <= "~" for char in token):  # RFC 6750 2.1, and no \1
        raise LocalRefusal(ErrorCode.USAGE, why="token")
    if "OAUTHBEARER" in offered:
        name = account.login.replace("=", "=3D").replace(",", "=2C")
        place = f"host={account.smtp.host}\1port={account.smtp.port}\1"
        first = f"n,a={name},\1{place}auth=Bearer {token}\1\1"
        answer = _first_word(command, "OAUTHBEARER", first.encode("utf-8"))
        return _after_blob(command, answer, _encoded(b"\1"))
    if "XOAUTH2" in offered:
        first = f"user={account.login}\1auth=Bearer {token}\1\1"
        answer = _first_word(command, "XOAUTH2", first.encode("utf-8"))
        return _after_blob(command, answer, "")
    raise _no_mechanism()


def _first_word(command: Callable[[str], Reply], mechanism: str, first: bytes) -> Reply:
    """With the command where the line has room for it."""
    encoded = _encoded(first)
    if len(f"AUTH {mechanism} {encoded}") <= LONGEST_LINE:
        return command(f"AUTH {mechanism} {encoded}")
    answer = command(f"AUTH {mechanism}")
    return command(encoded) if answer.code == 334 else answer


def _after_blob(command: Callable[[str], Reply], answer: Reply, acknowledged: str) -> Reply:
    """A refusal comes as a challenge with a JSON object; only its answer brings the refusal."""
    if answer.code != 334:
        return answer
    status = _status(answer.text)
    refused = command(acknowledged)
    if refused.code // 100 != 5 or not status:
        return refused
    return Reply(refused.code, f"{refused.text} ({status})")


def _status(blob: str) -> str:
    """The ``status`` of an error blob, such as invalid_token; "" where there is none."""
    try:
        told = json.loads(base64.b64decode(blob.strip(), validate=True))
        status = told["status"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return "".join(char for char in str(status) if char.isalnum() or char in "-_ ")[:_STATUS]


def _encoded(word: bytes) -> str:
    return base64.b64encode(word).decode("ascii")


def _no_mechanism() -> ServerSaid:
    return ServerSaid(ErrorCode.SERVER_REFUSED, phase="auth", why="no-known-mechanism")
