"""What a NO or BAD means: response codes (RFC 5530, 3501 and others) -> the one error tree.

The server's sentence is read for hints but never becomes a fact: it may name people and folders.
"""

from __future__ import annotations

import re

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net.imap_grammar import Status
from mel_desktop.net.refusal_texts import reading

_CODES = {
    "OVERQUOTA": ErrorCode.MAILBOX_FULL,
    "UNAVAILABLE": ErrorCode.SERVER_TEMPORARY,
    "INUSE": ErrorCode.SERVER_TEMPORARY,
    "SERVERBUG": ErrorCode.SERVER_TEMPORARY,
    "LIMIT": ErrorCode.SERVER_TEMPORARY,
    "TIMEOUT": ErrorCode.SERVER_TEMPORARY,
    "TRYCREATE": ErrorCode.FOLDER_GONE,
    "NONEXISTENT": ErrorCode.FOLDER_GONE,
    "TOOBIG": ErrorCode.MESSAGE_TOO_LARGE,
}
_SIGN_IN_CODES = {
    "EXPIRED": ErrorCode.PASSWORD_EXPIRED,
    "OVERQUOTA": ErrorCode.MAILBOX_FULL,
    "UNAVAILABLE": ErrorCode.SERVER_TEMPORARY,
    "INUSE": ErrorCode.SERVER_TEMPORARY,
    "SERVERBUG": ErrorCode.SERVER_TEMPORARY,
    "LIMIT": ErrorCode.SERVER_TEMPORARY,
}
_BUSY = re.compile(
    r"temporar|try (again )?later|too many|rate limit|throttl|unavailable|internal error", re.I
)


def sign_in_refusal(status: Status, alerts: str, host: str, port: int) -> ServerSaid:
    """The error of a sign-in that was answered with NO or BAD.

    When in doubt the password counts as refused: asking a person once too often is better than a
    locked account.
    """
    said = f"{status.text} {alerts}"
    code = _SIGN_IN_CODES.get(status.code) or reading(said)
    if code is None and status.kind == "NO" and not status.code and _BUSY.search(said):
        code = ErrorCode.SERVER_TEMPORARY
    return ServerSaid(
        code or ErrorCode.SIGN_IN_REFUSED, host=host, port=port, reply=status.code or status.kind
    )


def refusal(command: str, status: Status) -> ServerSaid:
    """The error of any other command that was answered with NO or BAD."""
    return ServerSaid(
        _CODES.get(status.code, ErrorCode.SERVER_REFUSED),
        command=command,
        reply=status.code or status.kind,
    )
