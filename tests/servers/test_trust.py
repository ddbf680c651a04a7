"""Whom connections trust: own authorities, an inspecting proxy, fingerprints, portals, ways."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
import truststore

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.net import transport
from mel_desktop.net.imap import ImapConnector, other_imap_way
from mel_desktop.net.proxy import Proxies
from mel_desktop.net.smtp import SmtpSubmission
from mel_desktop.net.transport import Lines, open_socket, tls_context
from mel_desktop.net.trust import Trust
from mel_desktop.ports import Meter
from mel_desktop.services.network_memory import RememberedCertificates
from tests.servers.test_submission import ALICE
from tests.servers.test_submission import account as sender
from tests.support.certificates import Certificates
from tests.support.clock import JumpingClock
from tests.support.imap_dovecot import Dovecot
from tests.support.imap_servers import ImapServer, MailUser
from tests.support.inspecting import HOUSE, NAME, Inspector, inspecting
from tests.support.ports import free_port
from tests.support.store import store
from tests.support.submission_servers import USERS, SubmissionServer

pytestmark = pytest.mark.servers


@pytest.fixture
def inspector(tmp_path: Path, certificates: Certificates) -> Iterator[Inspector]:
    with inspecting(tmp_path / "inspector", certificates.ca_pem) as found:
        yield found


class Memory:
    """net.needs.CertificateMemory in a dict."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int], bytes] = {}

    def last(self, host: str, port: int) -> bytes:
        return self.known.get((host, port), b"")

    def learn(self, host: str, port: int, der: bytes) -> None:
        self.known[host, port] = der


def lines(trust: Trust) -> Lines:
    return Lines(proxies=Proxies(), trust=trust)


def folders(account: Account, user: MailUser, through: Lines) -> int:
    session = ImapConnector(lines=through, connect_seconds=10).connect(
        account, user.secret, Meter()
    )
    try:
        return len(session.list_folders())
    finally:
        session.close()


def trouble(account: Account, user: MailUser, through: Lines) -> MelError:
    with pytest.raises(MelError) as caught:
        folders(account, user, through)
    return caught.value


# -- the inspecting proxy --------------------------------------------------------------------------


def test_who_signed_is_said_and_inspection_where_it_is_certain(
    dovecot: Dovecot, inspector: Inspector
) -> None:
    user = dovecot.new_user()
    own = dovecot.account(user)
    behind = replace(own, proxy=inspector.setting)
    first = trouble(behind, user, lines(Trust()))
    assert first.code is ErrorCode.CERTIFICATE  # a school's own authority would look the same
    assert (first.facts["issuer"], first.facts["organisation"]) == (NAME, HOUSE)
    assert first.facts["fingerprint"] == inspector.authority.fingerprint("127.0.0.1")

    memory = Memory()
    assert folders(own, user, lines(Trust(memory=memory))) > 0  # at home
    trust = Trust(memory=memory)
    second = trouble(behind, user, lines(trust))
    assert (second.code, second.facts["issuer"]) == (ErrorCode.CERTIFICATE_INSPECTED, NAME)
    view = trust.view(own.imap)
    assert view.code == "certificate-inspected"
    assert view.differs == ("issuer", "key", "validity")
    assert view.before is not None
    assert view.before.issuer != NAME
    assert user.secret.reveal() not in str(inspector.seen)


def test_the_same_signer_for_two_houses_is_an_inspecting_proxy(
    dovecot: Dovecot, inspector: Inspector
) -> None:
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy=inspector.setting)
    inspector.names |= {"imap.un.test": "127.0.0.1", "imap.deux.test": "127.0.0.1"}
    through = lines(Trust())
    codes = []
    for host in ("imap.un.test", "imap.deux.test", "imap.un.test"):
        there = replace(account, imap=replace(account.imap, host=host))
        codes.append(trouble(there, user, through).code)
    inspected = ErrorCode.CERTIFICATE_INSPECTED
    assert codes == [ErrorCode.CERTIFICATE, inspected, inspected]


@pytest.mark.parametrize("whose", ["account", "policy"])
def test_the_authority_of_the_school_makes_it_usable(
    dovecot: Dovecot, inspector: Inspector, whose: str
) -> None:
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy=inspector.setting)
    ca_pem = inspector.authority.ca_pem
    trust = Trust(extra_ca=ca_pem if whose == "policy" else "")
    if whose == "account":
        account = replace(account, ca_pem=ca_pem)
    assert folders(account, user, lines(trust)) > 0
    assert inspector.seen


def test_the_authority_of_it_counts_for_submission_too(
    postfix: SubmissionServer, certificates: Certificates
) -> None:
    account = sender(postfix.endpoint(Security.STARTTLS), "")
    client = SmtpSubmission(lines=lines(Trust(extra_ca=certificates.ca_pem)))
    assert client.sign_in(account, Secret(USERS[ALICE]), Meter()) > 0


# -- fingerprints ----------------------------------------------------------------------------------


@pytest.mark.parametrize("security", list(Security))
def test_it_lets_one_certificate_through_for_one_host(
    dovecot: Dovecot, certificates: Certificates, security: Security
) -> None:
    user = dovecot.new_user()
    account = replace(dovecot.account(user, security=security), ca_pem="")
    refused = trouble(account, user, lines(Trust()))
    assert refused.code is ErrorCode.CERTIFICATE
    shown = str(refused.facts["fingerprint"])
    host = account.imap.host
    assert folders(account, user, lines(Trust(allowed={host: frozenset({shown})}))) > 0
    for allowed in ({host: frozenset({"00" * 32})}, {"other.test": frozenset({shown})}):
        error = trouble(account, user, lines(Trust(allowed=allowed)))
        assert error.code is ErrorCode.CERTIFICATE


def test_an_allowed_host_with_a_sound_certificate_is_verified_as_ever(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)
    memory = Memory()
    trust = Trust(allowed={account.imap.host: frozenset({"00" * 32})}, memory=memory)
    assert folders(account, user, lines(trust)) > 0
    assert memory.known


def test_an_allowed_certificate_that_was_exchanged_meanwhile_is_refused(
    dovecot: Dovecot, inspector: Inspector
) -> None:
    """Looked at ahead it was the allowed one; then another is shown: nothing is said to it."""
    user = dovecot.new_user()
    account = replace(dovecot.account(user), ca_pem="")
    host = account.imap.host
    shown = str(trouble(account, user, lines(Trust())).facts["fingerprint"])
    trust = Trust(allowed={host: frozenset({shown})})
    assert folders(account, user, lines(trust)) > 0
    error = trouble(replace(account, proxy=inspector.setting), user, lines(trust))
    assert error.code is ErrorCode.CERTIFICATE
    assert error.facts["issuer"] == NAME


def test_what_was_seen_is_kept_in_the_profile(dovecot: Dovecot, tmp_path: Path) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)
    with store(tmp_path) as database:
        memory = RememberedCertificates(database, JumpingClock())
        assert folders(account, user, lines(Trust(memory=memory))) > 0
        der = memory.last(account.imap.host, account.imap.port)
        assert ssl.DER_cert_to_PEM_cert(der).startswith("-----BEGIN")
        again = Trust(memory=memory).view(account.imap)
        assert again.now is not None
        assert again.differs == ()


# -- truststore ------------------------------------------------------------------------------------


def test_the_systems_verifier_works_over_memory_bios_and_resumes(
    pymap_server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Linux ours is used; this shows that theirs, which Windows and macOS use, fits."""
    account = pymap_server.account(pymap_server.new_user())
    for make in (ssl.create_default_context, theirs):
        monkeypatch.setattr(transport, "system_context", make)
        context = tls_context(account.ca_pem)
        assert isinstance(context, truststore.SSLContext) is (make is theirs)
        session, resumed = None, []
        for _ in range(2):
            stream = open_socket(account.imap, context, Meter(), session=session)
            stream.read_line(1000)
            stream.sendall(b"a1 NOOP\r\n")
            stream.read_line(1000)
            session = stream.tls_session
            resumed.append(stream.is_resumed)
            stream.close()
        assert resumed == [False, True]
        with pytest.raises(MelError) as caught:
            open_socket(account.imap, tls_context(""), Meter())
        assert caught.value.code is ErrorCode.CERTIFICATE


def theirs() -> ssl.SSLContext:
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


# -- portals ---------------------------------------------------------------------------------------

SIGN_IN = "http://portail.wifi.test/entree"


@contextmanager
def answering(*answers: bytes) -> Iterator[int]:
    """Whoever connects gets one of these, the last one for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        number = 0
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            with near, suppress(OSError):
                near.settimeout(5)
                near.recv(4096)
                near.sendall(answers[min(number, len(answers) - 1)])
            number += 1

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(60)


def redirect(target: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("answer", "portal"),
    [
        (redirect(SIGN_IN + "?mac=00:11:22"), SIGN_IN),
        (b"HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 0\r\n\r\n", "http://"),
        (redirect("https://webmail.un.test/"), ""),
        (redirect("/here"), ""),
        (redirect("javascript:alert(1)"), ""),
        (redirect("http://a:b@portail.test/"), ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
        (b"\x15\x03\x01\x00\x02\x02\x46", ""),
        (b"", ""),
    ],
)
def test_a_portal_is_recognised_by_what_the_mail_host_answers_on_port_80(
    dovecot: Dovecot, inspector: Inspector, answer: bytes, portal: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    user = dovecot.new_user()
    account = replace(dovecot.account(user), proxy=inspector.setting)
    account = replace(account, imap=replace(account.imap, host="imap.un.test"))
    inspector.names["imap.un.test"] = "127.0.0.1"
    asked: list[tuple[str, int]] = []
    with answering(answer) as port:

        def reach_plainly(_: object, host: str, wanted: int, deadline: float) -> socket.socket:
            asked.append((host, wanted))
            return socket.create_connection(("127.0.0.1", port), timeout=5)

        monkeypatch.setattr("mel_desktop.net.lines.Line.reach_plainly", reach_plainly)
        trust = Trust()
        error = trouble(account, user, lines(trust))
        assert asked == [("imap.un.test", 80)]
        if portal:
            assert error.code is ErrorCode.CAPTIVE_PORTAL
            assert str(error.facts["portal"]).startswith(portal)
            assert "mac" not in str(error.facts["portal"])
        else:
            assert error.code is ErrorCode.CERTIFICATE
        trouble(account, user, lines(trust))
        assert len(asked) == 1  # not at every turn
        trust.forget()
        trouble(account, user, lines(trust))
        assert len(asked) == 2  # another network: asked anew


def test_a_page_of_its_own_is_asked_where_it_names_one(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    account = dovecot.account(user)
    blocked = replace(account, imap=replace(account.imap, port=free_port()))
    with answering(redirect(SIGN_IN)) as port:
        trust = Trust(page=f"http://127.0.0.1:{port}/mel")
        error = trouble(blocked, user, lines(trust))
        assert (error.code, error.facts["portal"]) == (ErrorCode.CAPTIVE_PORTAL, SIGN_IN)
        assert folders(account, user, lines(trust)) > 0  # what works is not asked about


# -- ways ------------------------------------------------------------------------------------------


def test_the_other_imap_port_is_tried_and_remembered(dovecot: Dovecot) -> None:
    tls, starttls = Endpoint("h", 993, Security.TLS), Endpoint("h", 143, Security.STARTTLS)
    assert (other_imap_way(tls), other_imap_way(starttls)) == (starttls, tls)
    assert other_imap_way(Endpoint("h", 9930, Security.TLS)) is None
    user = dovecot.new_user()
    account = dovecot.account(user)
    open_way = dovecot.account(user, security=Security.STARTTLS).imap
    blocked = replace(account, imap=replace(account.imap, port=free_port()))

    class Ways:
        learnt: Endpoint | None = None

        def way(self, _: Account) -> Endpoint | None:
            return self.learnt

        def learn(self, _: Account, way: Endpoint) -> None:
            self.learnt = way

    ways = Ways()
    other: Callable[[Endpoint], Endpoint | None] = lambda _: open_way  # noqa: E731
    connector = ImapConnector(memory=ways, other_way=other)
    session = connector.connect(blocked, user.secret, Meter())
    assert len(session.list_folders()) > 0
    session.close()
    assert ways.learnt == open_way
    again = ImapConnector(memory=ways, other_way=lambda _: None)
    again.connect(blocked, user.secret, Meter()).close()
    with pytest.raises(MelError) as caught:
        ImapConnector(other_way=lambda _: None).connect(blocked, user.secret, Meter())
    assert caught.value.code is ErrorCode.UNREACHABLE
    assert caught.value.facts["port"] == blocked.imap.port


def test_names_that_are_merely_tried_are_not_looked_into(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discovery tries hosts by the dozen: port 80 of none of them hears of it."""
    asked: list[str] = []
    monkeypatch.setattr(
        "mel_desktop.net.lines.Line.reach_plainly", lambda _, host, *__: asked.append(host)
    )
    memory = Memory()
    account = dovecot.account(dovecot.new_user())
    with lines(Trust(memory=memory)).line() as line:
        with pytest.raises(MelError) as caught:
            open_socket(account.imap, tls_context(""), Meter(), line=line)
        assert caught.value.code is ErrorCode.CERTIFICATE
        assert "issuer" not in caught.value.facts
        open_socket(account.imap, tls_context(account.ca_pem), Meter(), line=line).close()
    assert (asked, memory.known) == ([], {})
