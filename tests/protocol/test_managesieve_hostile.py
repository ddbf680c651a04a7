"""ManageSieve against servers that lie, and people on the way."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, ServerSaid
from mel_desktop.net.managesieve import Deadlines, ManageSieve, literal, string
from mel_desktop.ports import Meter
from mel_desktop.system.clock import SystemRandomness
from tests.support.hostile_sieve import CASES, Case, answering, honest_scram, sign_in
from tests.support.scripted_imap import Peer, Scripted

Serve = Callable[..., AbstractContextManager[Scripted]]
PASSWORD = "Sésame"
QUICK = Deadlines(connect=5.0, answer=2.0, closing=0.2)


def scripts(server: Scripted) -> tuple[tuple[str, bool], ...]:
    """Sign in and list."""
    where = Endpoint("127.0.0.1", server.port, Security.STARTTLS)
    connector = ManageSieve(SystemRandomness(), deadlines=QUICK)
    with connector.open(server.account, where, Secret(PASSWORD), Meter()) as session:
        return session.scripts()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_server_is_refused(case: Case, scripted: Serve) -> None:
    with scripted(case.script, Security.STARTTLS) as server, pytest.raises(MelError) as refused:
        scripts(server)
    assert refused.value.code is case.code
    if case.why:
        assert refused.value.facts["why"] == case.why
    heard = b"\n".join(server.lines)
    word = base64.b64encode(f"\0pdurand\0{PASSWORD}".encode())
    assert (word in heard) <= case.may_hear_password
    assert PASSWORD.encode() not in heard
    assert PASSWORD not in str(refused.value)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 12


def test_scram_with_a_server_that_knows_the_password(scripted: Serve) -> None:
    with scripted(honest_scram, Security.STARTTLS) as server:
        assert scripts(server) == (("mine", True),)


def test_what_a_server_refuses_is_told(scripted: Serve) -> None:
    said = "NO (QUOTA/MAXSCRIPTS) {9}\r\ntoo\r\nmany\r\n"
    hostile = scripted(answering(said), Security.STARTTLS)
    with hostile as server, pytest.raises(ServerSaid) as refused:
        scripts(server)
    assert refused.value.code is ErrorCode.SERVER_REFUSED
    assert refused.value.facts["why"] == "quota/maxscripts"
    assert refused.value.said == "too\nmany"


def test_names_come_as_quoted_strings_and_as_literals(scripted: Serve) -> None:
    said = '"a \\"b\\" \\\\c"\r\n{4}\r\n"x" \r\n{5+}\r\nété ACTIVE\r\nOK "done"\r\n'
    with scripted(answering(said), Security.STARTTLS) as server:
        assert scripts(server) == (('a "b" \\c', False), ('"x" ', False), ("été", True))


def test_a_server_that_speaks_unasked_is_refused(scripted: Serve) -> None:
    def script(peer: Peer) -> None:
        sign_in(peer, more='OK "by the way"\r\n')
        peer.line()

    with scripted(script, Security.STARTTLS) as server, pytest.raises(MelError):
        scripts(server)


@pytest.mark.parametrize("name", ["a\r\nLOGOUT", "a\0", "\n"])
def test_a_name_cannot_end_the_command(name: str) -> None:
    with pytest.raises(LocalRefusal):
        string(name)


def test_long_strings_are_literals_that_are_not_waited_for() -> None:
    assert string("a" * 1025) == b"{1025+}\r\n" + b"a" * 1025
    assert literal(b"a\r\nb") == b"{4+}\r\na\r\nb"
    assert string('"\\') == b'"\\"\\\\"'
