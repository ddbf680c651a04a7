"""Signing in to a submission server: SCRAM, PLAIN, LOGIN, OAUTHBEARER (RFC 7628), XOAUTH2.

Rule 1: the secret is used once; no second mechanism is tried with one that was refused.
Rule 2: whatever address a server's error blob names is never opened.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection
from typing import Final

from mel_desktop.model.accounts import Account, AuthKind, Secret
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net.bearer import acknowledgement, decoded, first_word, mechanism, status_of
from mel_desktop.net.sasl import Choice, Scram, Unsound
from mel_desktop.net.smtp_replies import Reply, auth_refusal

LONGEST_LINE: Final = 510  # RFC 5321 4.5.3.1.4, without CRLF: a longer first word waits for its 334


class UnknownChallenge(Exception):
    """The server asks what the mechanism does not have; not an error of the tree."""


def sign_in(
    command: Callable[[str], Reply],
    offered: Collection[str],
    account: Account,
    secret: Secret,
    choice: Choice,
    certificate: bytes,
) -> None:
    """Sign in with the first mechanism that fits. A sign-in code | UnknownChallenge | Unsound."""
    if account.auth is AuthKind.OAUTH2:
        answer = _bearer(command, offered, account, secret)
    elif (scram := choice.scram(offered, secret, certificate)) is not None:
        answer = _by_scram(command, scram)
    else:
        answer = _password(command, offered, account, secret)
    if answer.code == 334:
        command("*")  # cancel (RFC 4954 4)
        raise UnknownChallenge
    has_password = account.auth is AuthKind.PASSWORD
    if not answer.is_good:
        error = auth_refusal(answer)
        if has_password:
            choice.refused(error)
        raise error
    if has_password:
        choice.worked()


def _by_scram(command: Callable[[str], Reply], scram: Scram) -> Reply:
    answer = _first_word(command, scram.mechanism, scram.first())
    while answer.code == 334:
        answer = command(_encoded(scram.answer(decoded(answer.text))))
    if answer.is_good and not scram.is_proven:
        raise Unsound
    return answer


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
    name = mechanism(offered)
    if not name:
        raise _no_mechanism()
    answer = _first_word(command, name, first_word(name, account.login, account.smtp, secret))
    return _after_blob(command, answer, _encoded(acknowledgement(name)))


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
    status = status_of(decoded(answer.text))
    refused = command(acknowledged)
    if refused.code // 100 != 5 or not status:
        return refused
    return Reply(refused.code, f"{refused.text} ({status})")


def _encoded(word: bytes) -> str:
    return base64.b64encode(word).decode("ascii")


def _no_mechanism() -> ServerSaid:
    return ServerSaid(ErrorCode.SERVER_REFUSED, phase="auth", why="no-known-mechanism")
