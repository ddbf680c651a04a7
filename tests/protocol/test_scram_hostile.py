"""Servers that do not know the password, or lie in the exchange: SCRAM over IMAP and SMTP."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from scramp import ScramException, ScramMechanism

from mel_desktop.model.accounts import AuthKind, Secret
from mel_desktop.model.errors import ErrorCode, MelError, ServerBroken, ServerSaid
from mel_desktop.net.imap import ImapConnector
from mel_desktop.net.sasl import NoWays
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.transport import Lines
from mel_desktop.ports import Meter
from mel_desktop.signin_ports import Way
from tests.support.scripted_imap import Peer, Scripted

BLOB = '{"status": "401", "schemes": "bearer"}'
PASSWORD = "Sésame-ouvre-toi"
Serve = Callable[..., Any]
Twist = Callable[[str, str], str]  # (step, message) -> message


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def unb64(line: bytes | str) -> str:
    return base64.b64decode(line).decode()


class Knowing:
    """The server's side, as scramp has it."""

    def __init__(
        self, password: str = PASSWORD, *, mechanism: str = "SCRAM-SHA-256", peer: Any = None,
        iterations: int = 4096,
    ) -> None:  # fmt: skip
        made = ScramMechanism(mechanism)
        record = made.make_auth_info(password, iteration_count=iterations)
        self._server = made.make_server(lambda _: record, channel_binding=peer)

    def first(self, said: str) -> str:
        self._server.set_client_first(said)
        return str(self._server.get_server_first())

    def final(self, said: str) -> str:
        self._server.set_client_final(said)
        return str(self._server.get_server_final())


def untouched(_: str, message: str) -> str:
    return message


def imap_script(
    knowing: Knowing,
    twist: Twist = untouched,
    *,
    ir: bool = True,
    mechanism: str = "SCRAM-SHA-256",
    proof: bool = True,
    others: str = "AUTH=PLAIN",
) -> Callable[[Peer], None]:
    def run(peer: Peer) -> None:
        sasl_ir = "SASL-IR " if ir else ""
        peer.send(f"* OK [CAPABILITY IMAP4rev1 {sasl_ir}AUTH={mechanism} {others}] hello\r\n")
        tag, _, rest = peer.line().decode().partition(" ")
        words = rest.split(" ")
        assert words[:2] == ["AUTHENTICATE", mechanism]
        if ir:
            said = unb64(words[2])
        else:
            peer.send("+ \r\n")
            said = unb64(peer.line())
        peer.send(f"+ {b64(twist('first', knowing.first(said)))}\r\n")
        said = unb64(peer.line())
        try:
            final = knowing.final(said)
        except ScramException:
            peer.send(f"{tag} NO [AUTHENTICATIONFAILED] no\r\n")
            return
        if proof:
            peer.send(f"+ {b64(twist('final', final))}\r\n")
            assert peer.line() == b""
        peer.send(f"{tag} OK [CAPABILITY IMAP4rev1] welcome\r\n")

    return run


def connect(server: Scripted, ways: NoWays | None = None) -> None:
    ImapConnector(connect_seconds=10, silence_seconds=10, ways=ways).connect(
        server.account, Secret(PASSWORD), Meter()
    ).abort()


@pytest.mark.parametrize("ir", [True, False])
def test_a_server_that_knows_the_password(scripted: Serve, ir: bool) -> None:
    ways = NoWays()
    with scripted(imap_script(Knowing(), ir=ir)) as server:
        connect(server, ways)
        assert ways.way(server.account.imap, server.account.login) is Way.SCRAM
        assert all(PASSWORD.encode() not in one for one in server.lines)


def swapped(step: str, change: Callable[[str], str]) -> Twist:
    return lambda which, message: change(message) if which == step else message


LIES: dict[str, Twist] = {
    "another signature": swapped("final", lambda _: f"v={b64('x' * 32)}"),
    "no signature": swapped("final", lambda _: "v="),
    "no message": swapped("final", lambda _: ""),
    "an extension that must be known": swapped("first", lambda one: f"m=x,{one}"),
    "another nonce": swapped("first", lambda one: "r=other," + one.partition(",")[2]),
    "few iterations": swapped("first", lambda one: one.rpartition(",")[0] + ",i=1"),
    "endless iterations": swapped("first", lambda one: one.rpartition(",")[0] + ",i=9999999"),
    "no number": swapped("first", lambda one: one.rpartition(",")[0] + ",i=x"),
    "nothing": swapped("first", lambda _: ""),
    "long": swapped("first", lambda one: one + ",x=" + "y" * 5000),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_lies_is_broken_and_gets_no_password(scripted: Serve, lie: str) -> None:
    ways = NoWays()

    def run(peer: Peer) -> None:
        try:
            imap_script(Knowing(), LIES[lie])(peer)
        except (EOFError, OSError):
            return  # the client hung up, as it should

    with scripted(run) as server:
        with pytest.raises(ServerBroken):
            connect(server, ways)
        assert ways.way(server.account.imap, server.account.login) is None
        assert not any(b"PLAIN" in one or b"LOGIN" in one for one in server.lines)


def test_ok_without_a_proof_is_no_sign_in(scripted: Serve) -> None:
    with scripted(imap_script(Knowing(), proof=False)) as server, pytest.raises(ServerBroken):
        connect(server)


def test_a_wrong_password_is_one_try(scripted: Serve) -> None:
    ways = NoWays()
    with scripted(imap_script(Knowing("another"))) as server:
        with pytest.raises(ServerSaid) as caught:
            connect(server, ways)
        assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
        assert ways.way(server.account.imap, server.account.login) is Way.SCRAM_REFUSED
        assert sum(b"AUTHENTICATE" in one for one in server.lines) == 1


def test_a_temporary_no_says_nothing_of_the_password(scripted: Serve) -> None:
    ways = NoWays()

    def run(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN] hello\r\n")
        tag = peer.command("AUTHENTICATE SCRAM-SHA-256")
        peer.send(f"{tag} NO [UNAVAILABLE] later\r\n")

    with scripted(run) as server:
        with pytest.raises(ServerSaid) as caught:
            connect(server, ways)
        assert caught.value.code is ErrorCode.SERVER_TEMPORARY
        assert ways.way(server.account.imap, server.account.login) is None


def test_the_channel_is_bound_where_the_server_can(scripted: Serve, certificates: Any) -> None:
    """-PLUS: the exchange holds on this very certificate and no other."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    found = x509.load_pem_x509_certificate(certificates.cert.read_bytes())
    assert isinstance(found.signature_hash_algorithm, hashes.SHA256)
    bound = ("tls-server-end-point", found.fingerprint(hashes.SHA256()))
    assert found.public_bytes(Encoding.DER)
    script = imap_script(
        Knowing(mechanism="SCRAM-SHA-256-PLUS", peer=bound),
        mechanism="SCRAM-SHA-256-PLUS",
        others="AUTH=SCRAM-SHA-256 AUTH=PLAIN",
    )
    with scripted(script) as server:
        connect(server)
    relayed = imap_script(
        Knowing(mechanism="SCRAM-SHA-256-PLUS", peer=("tls-server-end-point", b"another" * 4)),
        mechanism="SCRAM-SHA-256-PLUS",
        others="AUTH=SCRAM-SHA-256 AUTH=PLAIN",
    )
    with scripted(relayed) as server, pytest.raises(ServerSaid) as caught:
        connect(server)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED


def test_stripped_binding_is_noticed(scripted: Serve) -> None:
    """Who takes -PLUS out of the list is told apart by a server that offers it ("y")."""
    seen: list[str] = []

    def run(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256] hello\r\n")
        tag, _, rest = peer.line().decode().partition(" ")
        seen.append(unb64(rest.split(" ")[2]))
        peer.send(f"{tag} NO [AUTHENTICATIONFAILED] no\r\n")

    with scripted(run) as server, pytest.raises(ServerSaid):
        connect(server)
    assert seen[0].startswith("y,,n=")


# -- bearer tokens ---------------------------------------------------------------------------------


def token_script(mechanism: str, *, ir: bool, blobs: int = 1) -> Callable[[Peer], None]:
    def run(peer: Peer) -> None:
        sasl_ir = "SASL-IR " if ir else ""
        peer.send(f"* OK [CAPABILITY IMAP4rev1 {sasl_ir}AUTH={mechanism} AUTH=PLAIN] hello\r\n")
        tag = peer.command(f"AUTHENTICATE {mechanism}")
        if not ir:
            peer.send("+\r\n")
            peer.line()
        for _ in range(blobs):
            peer.send(f"+ {b64(BLOB)}\r\n")
            answer = peer.line()
            assert answer == (b"" if mechanism == "XOAUTH2" else b"AQ==")
        peer.send(f"{tag} NO [AUTHENTICATIONFAILED] SASL authentication failed\r\n")

    return run


def by_token(server: Scripted) -> None:
    account = replace(server.account, auth=AuthKind.OAUTH2)
    ImapConnector(connect_seconds=10, silence_seconds=10).connect(
        account, Secret("token-" + "x" * 600), Meter()
    ).abort()


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
@pytest.mark.parametrize("ir", [True, False])
def test_a_refused_token_is_answered_as_the_mechanism_wants(
    scripted: Serve, mechanism: str, ir: bool
) -> None:
    with scripted(token_script(mechanism, ir=ir)) as server:
        with pytest.raises(ServerSaid) as caught:
            by_token(server)
        assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
        assert not any(b"PLAIN" in one or b"LOGIN" in one for one in server.lines)


def test_endless_blobs_are_not_answered_for_ever(scripted: Serve) -> None:
    def run(peer: Peer) -> None:
        try:
            token_script("XOAUTH2", ir=True, blobs=50)(peer)
        except (EOFError, OSError):
            return

    with scripted(run) as server, pytest.raises(ServerBroken):
        by_token(server)


def test_a_token_is_no_password(scripted: Serve) -> None:
    def run(peer: Peer) -> None:
        peer.send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=SCRAM-SHA-256] hello\r\n")

    with scripted(run) as server:
        with pytest.raises(ServerSaid) as caught:
            by_token(server)
        assert caught.value.code is ErrorCode.ACCESS_CLOSED
        assert server.lines == []


# -- submission ------------------------------------------------------------------------------------


def smtp_script(knowing: Knowing, *, proof: bool = True) -> Callable[[Peer], None]:
    def run(peer: Peer) -> None:
        peer.send("220 hello\r\n")
        peer.line()
        peer.send("250-x\r\n250 AUTH PLAIN LOGIN SCRAM-SHA-256\r\n")
        words = peer.line().decode().split(" ")
        assert words[:2] == ["AUTH", "SCRAM-SHA-256"]
        peer.send(f"334 {b64(knowing.first(unb64(words[2])))}\r\n")
        said = unb64(peer.line())
        try:
            final = knowing.final(said)
        except ScramException:
            peer.send("535 5.7.8 no\r\n")
        else:
            if proof:
                peer.send(f"334 {b64(final)}\r\n")
                assert peer.line() == b""
            peer.send("235 2.7.0 welcome\r\n")
        try:
            peer.line()
            peer.send("221 bye\r\n")
        except EOFError:
            pass

    return run


def test_scram_at_submission(scripted: Serve) -> None:
    def sign_in(server: Scripted) -> None:
        SmtpSubmission(lines=Lines()).sign_in(server.account, Secret(PASSWORD), Meter())

    with scripted(smtp_script(Knowing())) as server:
        sign_in(server)
    with scripted(smtp_script(Knowing("another"))) as server, pytest.raises(MelError) as caught:
        sign_in(server)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    with scripted(smtp_script(Knowing(), proof=False)) as server, pytest.raises(ServerBroken):
        sign_in(server)
