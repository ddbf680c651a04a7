"""Signing in with the fewest turns: hints, one flight, COMPRESS, TLS; on three servers."""

from __future__ import annotations

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mel_desktop.model.accounts import Secret, Security
from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.net import imap
from mel_desktop.net.imap import ImapConnector, ImapSession
from mel_desktop.net.transport import tls_context
from mel_desktop.ports import Hints, Meter, RemoteFolder
from tests.support.imap_servers import Cyrus, Dovecot, ImapServer, MailUser, Pymap

pytestmark = pytest.mark.servers


class Visit:
    """One sign-in and what it listed."""

    def __init__(
        self,
        server: ImapServer,
        user: MailUser,
        connector: ImapConnector,
        hints: Hints | None = None,
        security: Security = Security.TLS,
    ) -> None:
        self.meter = Meter()
        account = server.account(user, security=security)
        self.session: ImapSession = connector.connect(
            account, user.secret, self.meter, hints=hints, folders=True
        )
        self.folders: tuple[RemoteFolder, ...] = self.session.list_folders()
        self.turns = self.meter.flights
        self.octets = self.meter.received
        self.hints = self.session.hints
        self.resumed = self.session.wire.stream.is_resumed
        # the dialogue is in step
        assert self.session.select("INBOX").exists == 0
        self.compression = self.session.wire.stream.compression
        self.session.close()


def paths(visit: Visit) -> list[str]:
    return sorted(one.path for one in visit.folders)


def test_the_second_sign_in_and_the_list_are_one_flight(server: ImapServer, user: MailUser) -> None:
    connector = ImapConnector(compress=False)
    first = Visit(server, user, connector)
    again = Visit(server, user, connector, first.hints)
    assert again.folders == first.folders
    assert paths(again) == ["Drafts", "INBOX", "Junk", "Sent", "Trash"]
    assert all(one.status is not None for one in again.folders)
    assert again.hints == first.hints
    if isinstance(server, Dovecot):
        assert first.turns <= 3  # hello; sign-in and list; the greeting between them was read
        assert again.turns == 2  # hello; all the rest
    elif isinstance(server, Cyrus):
        assert again.turns <= 3
    else:  # pymap has neither SASL-IR nor LIST-STATUS: each answer is waited for
        assert again.turns <= 7


def test_hints_of_another_server_do_no_harm(server: ImapServer, user: MailUser) -> None:
    """They may be wrong in any way: the result is the same."""
    connector = ImapConnector(compress=True)
    honest = Visit(server, user, connector)
    lies = [
        Hints(frozenset({"AUTH=PLAIN"}), frozenset({"IMAP4REV1"})),
        Hints(
            honest.hints.before, honest.hints.after - {"QRESYNC", "LIST-STATUS", "LIST-EXTENDED"}
        ),
        Hints(honest.hints.before, honest.hints.after | {"XYZZY", "NAMESPACE", "PREVIEW"}),
        Hints(),
    ]
    for hints in lies:
        found = Visit(server, user, connector, hints)
        assert paths(found) == paths(honest)
        assert all(one.status is not None for one in found.folders)
        # Cyrus tells mechanisms too when it was LOGIN that signed in
        assert not {name for name in found.hints.after ^ honest.hints.after if "AUTH=" not in name}


def test_a_server_that_lost_its_extensions(server: ImapServer, user: MailUser) -> None:
    """Hints promise what is not there: SASL-IR, QRESYNC, LIST-STATUS, COMPRESS."""
    connector = ImapConnector(compress=True)
    honest = Visit(server, user, connector)
    promised = frozenset(
        ["IMAP4REV1", "SASL-IR", "AUTH=PLAIN", "ENABLE", "QRESYNC", "CONDSTORE", "LIST-EXTENDED",
         "LIST-STATUS", "SPECIAL-USE", "NAMESPACE", "ID", "COMPRESS=DEFLATE", "ESEARCH"]
    )  # fmt: skip
    if isinstance(server, Cyrus):
        promised |= {"X-REPLICATION", "LITERAL+"}
    found = Visit(server, user, connector, Hints(promised, promised))
    assert paths(found) == paths(honest)
    assert found.hints.after == honest.hints.after


def test_a_server_that_does_not_bear_haste_is_signed_in_to_slowly(cyrus: Cyrus) -> None:
    """Cyrus answers BAD to what comes along with AUTHENTICATE: here it is not recognised."""
    user = cyrus.new_user()
    connector = ImapConnector(compress=False)
    honest = Visit(cyrus, user, connector).hints
    assert "X-REPLICATION" in honest.after
    unknown = Hints(honest.before, honest.after - {"X-REPLICATION"})
    first = Visit(cyrus, user, connector, unknown)
    assert first.folders
    assert "SASL-IR" not in first.hints.before  # remembered: not again
    second = Visit(cyrus, user, connector, first.hints)
    assert second.folders == first.folders
    assert second.turns < first.turns


def test_a_wrong_password_is_tried_once_with_hints_too(server: ImapServer, user: MailUser) -> None:
    connector = ImapConnector()
    hints = Visit(server, user, connector).hints
    attempts = server.refused_sign_ins(user.login) if isinstance(server, Dovecot) else 0
    with pytest.raises(ServerSaid) as caught:
        connector.connect(server.account(user), Secret("wrong"), Meter(), hints=hints, folders=True)
    assert caught.value.code is ErrorCode.SIGN_IN_REFUSED
    if isinstance(server, Dovecot):
        assert server.refused_sign_ins(user.login) == attempts + 1
    assert Visit(server, user, connector, hints).folders  # and the next one goes well


@pytest.mark.parametrize(
    ("login", "password"),
    [("hélène.dupré", "Pâques à l’école €"), ("one", 'quo"te\\d }{*%'), ("long", "x" * 200)],
)
def test_passwords_of_every_kind_with_hints(server: ImapServer, login: str, password: str) -> None:
    if isinstance(server, Cyrus) and not login.isascii():
        pytest.skip("Cyrus has no non-ASCII mailbox owners")
    user = server.new_user(login, password=password)
    connector = ImapConnector()
    hints = Visit(server, user, connector).hints
    assert Visit(server, user, connector, hints).folders


def test_starttls_with_hints(server: ImapServer, user: MailUser) -> None:
    connector = ImapConnector(compress=False)
    first = Visit(server, user, connector, security=Security.STARTTLS)
    again = Visit(server, user, connector, first.hints, Security.STARTTLS)
    assert again.folders == first.folders
    assert again.turns <= first.turns


def test_compression_forced_over_loopback(server: ImapServer, user: MailUser) -> None:
    connector = ImapConnector(compress=True)
    first = Visit(server, user, connector)
    again = Visit(server, user, connector, first.hints)
    if "COMPRESS=DEFLATE" in first.hints.after:
        assert again.compression > 1.0
        assert first.compression > 1.0
    else:
        assert again.compression == 1.0


def test_fast_lines_are_not_compressed(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    found = Visit(dovecot, user, ImapConnector())
    assert found.meter.rtt_s is not None
    assert found.meter.rtt_s < 0.015
    assert found.compression == 1.0


def test_tls_is_taken_up_again_within_the_process(pymap_server: Pymap) -> None:
    """pymap is one process; Dovecot has one for each connection here, each with its own key."""
    user = pymap_server.new_user()
    connector = ImapConnector(compress=False)
    first = Visit(pymap_server, user, connector)
    again = Visit(pymap_server, user, connector, first.hints)
    other = Visit(pymap_server, user, ImapConnector(compress=False), first.hints)
    assert not first.resumed
    assert again.resumed
    assert not other.resumed
    assert again.octets < other.octets


def test_lanes_that_begin_at_once_share_one_context(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each made a TLS context of its own once: a session of the one is refused by the other."""
    both = threading.Barrier(2)

    def made_by_both(ca_pem: str) -> ssl.SSLContext:
        both.wait(60)
        return tls_context(ca_pem)

    monkeypatch.setattr(imap, "tls_context", made_by_both)
    connector = ImapConnector()
    user = dovecot.new_user()
    account = dovecot.account(user)

    def visit(_: int) -> None:
        for _ in range(3):
            connector.connect(account, user.secret, Meter()).close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(visit, range(2)))
