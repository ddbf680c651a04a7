"""Refusals of a sign-in as servers say them: each becomes a code with a sentence and an action."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from mel_desktop.app.wording import WORDINGS
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import HOLDING, ErrorCode, ServerSaid
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.refusal_texts import ROWS, Row, reading
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.ports import Meter
from tests.support.scripted_imap import Peer

Serve = Callable[..., Any]


def named(row: Row) -> str:
    return f"{row.server}-{row.code.text}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_every_row_is_sourced_and_fits_its_own_example_first(row: Row) -> None:
    assert row.source
    assert reading(row.example) is row.code
    assert next(one for one in ROWS if one.pattern.search(row.example)).code is row.code
    assert row.code in HOLDING
    assert WORDINGS[row.code].fr_action
    assert WORDINGS[row.code].en_action


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_imap(scripted: Serve, row: Row) -> None:
    def run(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n")
        tag = peer.command("AUTHENTICATE PLAIN")
        peer.send(f"{tag} NO {row.example}\r\n")

    with scripted(run) as server, pytest.raises(ServerSaid) as caught:
        ImapConnector().connect(server.account, Secret("x"), Meter())
    assert caught.value.code is row.code
    assert row.example not in str(caught.value)


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_smtp(scripted: Serve, row: Row) -> None:
    words = re.sub(r"^\[ALERT\] |^5\.7\.139 ", "", row.example)

    def run(peer: Peer) -> None:
        peer.send("220 hello\r\n")
        peer.line()
        peer.send("250-x\r\n250 AUTH PLAIN\r\n")
        peer.line()
        peer.send(f"535 5.7.8 {words}\r\n")
        try:
            peer.line()
        except (EOFError, OSError):
            return

    with scripted(run) as server, pytest.raises(ServerSaid) as caught:
        SmtpSubmission().sign_in(server.account, Secret("x"), Meter())
    assert caught.value.code is row.code


@pytest.mark.parametrize(
    "said",
    [
        "Authentication failed.",
        "LOGIN failed",
        "AUTHENTICATE failed.",
        "Invalid credentials (Failure)",
        "authentication failure",
        "Error: authentication failed: UGFzc3dvcmQ6",
        "5.7.3 Authentication unsuccessful",
        "5.7.8 Username and Password not accepted",
    ],
)
def test_plain_refusals_stay_what_they_are(said: str) -> None:
    assert reading(said) is None


def test_enhanced_codes() -> None:
    assert reading("see the help", "5.7.9") is ErrorCode.APP_PASSWORD_NEEDED
    assert reading("see the help", "5.7.14") is ErrorCode.BLOCKED_ABROAD
    assert reading("see the help", "5.7.8") is None
