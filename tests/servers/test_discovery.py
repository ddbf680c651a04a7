"""From a domain to its servers with real ones: DNS, HTTPS, Dovecot and Postfix, all on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mel_desktop.formats.providers import read_providers
from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Answer, Candidate, Found, Origin, Protocol
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.net.discovery import NetworkLookups
from mel_desktop.net.dns_records import DnsRecords
from mel_desktop.net.https import get
from mel_desktop.net.transport import Lines, tls_context
from mel_desktop.services.discovery import Discovery
from mel_desktop.system.clock import SystemClock
from mel_desktop.system.shipped import shipped_octets
from tests.support.certificates import Certificates
from tests.support.imap_servers import Dovecot
from tests.support.names import DnsServer, HttpsServer, Names, config_xml, server_xml
from tests.support.submission_servers import SubmissionServer

pytestmark = pytest.mark.servers

DOMAIN = "ac-exemple.test"
TABLE = read_providers(shipped_octets("providers.toml"))
CONFIG = f"autoconfig.{DOMAIN}"
PATH = "/mail/config-v1.1.xml"
WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml"


class Town:
    """Everything that a domain may have, and the search in it."""

    def __init__(
        self,
        names: Names,
        dns_server: DnsServer,
        https: HttpsServer,
        dovecot: Dovecot,
        postfix: SubmissionServer,
        certificates: Certificates,
    ) -> None:
        self.names, self.dns, self.https = names, dns_server, https
        self.dovecot, self.postfix = dovecot, postfix
        self.ca_pem = certificates.ca_pem
        self.lines = Lines()

    def mail(self, imap: str = f"imap.{DOMAIN}", smtp: str = f"smtp.{DOMAIN}") -> None:
        """Both servers under these names, on the usual ports."""
        self.names.lead(imap, 993, self.dovecot.imap_port)
        self.names.lead(imap, 143, self.dovecot.starttls_port)
        self.names.lead(smtp, 465, self.postfix.tls_port)
        self.names.lead(smtp, 587, self.postfix.starttls_port)

    def web(self, *hosts: str) -> None:
        for host in hosts:
            self.names.lead(host, 443, self.https.port)

    def discovery(self, *, patience_s: float = 2.0, overall_s: float = 20.0) -> Discovery:
        lookups = NetworkLookups(self.lines, DnsRecords(self.dns.resolver()), allow_reserved=True)
        return Discovery(
            lambda: TABLE,
            lookups,
            lambda: False,
            SystemClock(),
            patience_s=patience_s,
            overall_s=overall_s,
        )

    def look(self, told: list[Found] | None = None, *, ca_pem: str | None = None) -> Found:
        pem = self.ca_pem if ca_pem is None else ca_pem
        return self.discovery().look(
            DOMAIN, (lambda _found: None) if told is None else told.append, ca_pem=pem
        )


@pytest.fixture
def town(
    names: Names,
    dns_server: DnsServer,
    https: HttpsServer,
    dovecot: Dovecot,
    postfix: SubmissionServer,
    certificates: Certificates,
) -> Town:
    return Town(names, dns_server, https, dovecot, postfix, certificates)


def best(found: Found, protocol: Protocol) -> Candidate:
    one = found.best(protocol)
    assert one is not None, found
    return one


def test_published_settings(town: Town) -> None:
    town.mail()
    town.web(CONFIG)
    town.https.publish(
        CONFIG,
        PATH,
        config_xml(
            server_xml("imap", f"imap.{DOMAIN}", 993), server_xml("smtp", f"smtp.{DOMAIN}", 465)
        ),
    )
    told: list[Found] = []
    found = town.look(told)
    imap, smtp = best(found, Protocol.IMAP), best(found, Protocol.SMTP)
    assert (imap.origin, smtp.origin) == (Origin.AUTOCONFIG, Origin.AUTOCONFIG)
    assert imap.endpoint == Endpoint(f"imap.{DOMAIN}", 993, Security.TLS)
    assert "PLAIN" in imap.mechanisms
    assert "PLAIN" in smtp.mechanisms
    assert any(one.best(Protocol.IMAP) for one in told), "told before all was asked"
    # what left: names made of the domain, and nothing else
    assert set(town.names.asked) <= {
        CONFIG, DOMAIN, f"imap.{DOMAIN}", f"smtp.{DOMAIN}",
    }  # fmt: skip
    assert town.https.asked == [f"{CONFIG}{PATH}"]
    assert set(town.https.headers[0]) == {
        "Host", "Accept-Encoding", "User-Agent", "Accept", "Connection",
    }  # fmt: skip


def test_the_well_known_place(town: Town) -> None:
    town.mail()
    town.web(DOMAIN)
    town.https.publish(
        DOMAIN,
        WELL_KNOWN,
        config_xml(server_xml("imap", f"imap.{DOMAIN}", 143, security="STARTTLS")),
    )
    imap = best(town.look(), Protocol.IMAP)
    assert (imap.origin, imap.endpoint.security) == (Origin.AUTOCONFIG, Security.STARTTLS)


def test_srv_records(town: Town) -> None:
    town.mail()
    town.names.lead(f"imap.{DOMAIN}", 1993, town.dovecot.imap_port)
    town.dns.zone(
        DOMAIN,
        "_imaps._tcp SRV 10 1 1993 imap\n_imap._tcp SRV 20 1 143 imap\n"
        "_submissions._tcp SRV 0 1 465 smtp\n_submission._tcp SRV 0 0 0 .\n",
    )
    found = town.look()
    imap, smtp = best(found, Protocol.IMAP), best(found, Protocol.SMTP)
    assert (imap.origin, smtp.origin) == (Origin.SRV, Origin.SRV)
    assert imap.endpoint == Endpoint(f"imap.{DOMAIN}", 1993, Security.TLS)
    assert [one.endpoint.port for one in found.imap if one.origin is Origin.SRV] == [1993, 143]
    asked = {one for one in town.dns.asked if "SRV" in one}
    assert asked == {
        f"{name}._tcp.{DOMAIN} SRV" for name in ("_imaps", "_imap", "_submissions", "_submission")
    }


def test_srv_that_leads_away_waits_for_a_word(town: Town) -> None:
    town.mail("mail.hebergeur.test", "mail.hebergeur.test")
    town.dns.zone(
        DOMAIN,
        "_imaps._tcp SRV 0 1 993 mail.hebergeur.test.\n"
        "_submissions._tcp SRV 0 1 465 mail.hebergeur.test.\n",
    )
    found = town.look()
    assert found.best(Protocol.IMAP) is None
    one = next(one for one in found.imap if one.origin is Origin.SRV)
    assert (one.asks, one.answer) == (True, Answer.AGREED)


def test_mx_leads_to_the_settings_of_the_host(town: Town) -> None:
    town.mail("mail.hebergeur.test", "mail.hebergeur.test")
    town.web("autoconfig.hebergeur.test")
    town.https.publish(
        "autoconfig.hebergeur.test",
        PATH,
        config_xml(server_xml("imap", "mail.hebergeur.test", 993)),
    )
    town.dns.zone(DOMAIN, "@ MX 10 mx1.hebergeur.test.\n")
    one = next(one for one in town.look().imap if one.origin is Origin.MX)
    assert (one.endpoint.host, one.asks, one.answer) == (
        "mail.hebergeur.test", True, Answer.AGREED,
    )  # fmt: skip


def test_usual_names_are_probed_where_nothing_is_published(town: Town) -> None:
    town.mail()
    found = town.look()
    imap, smtp = best(found, Protocol.IMAP), best(found, Protocol.SMTP)
    assert (imap.origin, smtp.origin) == (Origin.PROBING, Origin.PROBING)
    ways = [one.endpoint.port for one in found.imap if one.answer is Answer.AGREED]
    assert ways == [993, 143]
    assert [one.endpoint.port for one in found.smtp if one.answer is Answer.AGREED] == [465, 587]


def test_993_blocked_and_143_open(town: Town) -> None:
    town.mail()
    del town.names.book[f"imap.{DOMAIN}", 993]
    imap = best(town.look(), Protocol.IMAP)
    assert imap.endpoint == Endpoint(f"imap.{DOMAIN}", 143, Security.STARTTLS)


def test_a_server_that_nobody_vouches_for_is_told_as_such(town: Town) -> None:
    town.mail()
    found = town.look(ca_pem="")  # the CA of the tests is not this PC's
    assert found.best(Protocol.IMAP) is None
    answers = {one.answer for one in found.imap if one.endpoint.host == f"imap.{DOMAIN}"}
    assert answers == {Answer.UNTRUSTED}


def test_a_name_that_the_certificate_does_not_hold(town: Town) -> None:
    town.mail("courrier.ac-exemple.test", f"smtp.{DOMAIN}")
    found = town.look()
    told = [one for one in found.imap if one.endpoint.host == "courrier.ac-exemple.test"]
    assert {one.answer for one in told} == {Answer.UNTRUSTED}
    assert {one.why for one in told} == {"certificate-name"}


STRIPPED = {
    "no STARTTLS": (Protocol.IMAP, 143, b"* OK hello\r\n", b"* CAPABILITY IMAP4rev1\r\n"),
    "PREAUTH": (Protocol.IMAP, 143, b"* PREAUTH hello\r\n", b""),
    "injected": (
        Protocol.IMAP,
        143,
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n",
        b"@TAG OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    ),
    "no STARTTLS after EHLO": (Protocol.SMTP, 587, b"220 hello\r\n", b"250 hello\r\n"),
    "SMTP on the IMAP port": (Protocol.IMAP, 143, b"220 hello\r\n", b"500 what\r\n"),
    "a web server": (Protocol.IMAP, 143, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
}


@pytest.mark.parametrize("name", sorted(STRIPPED))
def test_a_line_that_is_tampered_with_is_never_usable(town: Town, name: str) -> None:
    protocol, port, greeting, answer = STRIPPED[name]
    with parrot(greeting, answer) as parrot_port:
        town.names.lead(f"{protocol.value}.{DOMAIN}", port, parrot_port)
        found = town.discovery(overall_s=8.0).look(DOMAIN, ca_pem=town.ca_pem)
    told = found.imap if protocol is Protocol.IMAP else found.smtp
    host = f"{protocol.value}.{DOMAIN}"
    (one,) = [each for each in told if (each.endpoint.host, each.endpoint.port) == (host, port)]
    assert one.answer in (Answer.REFUSED, Answer.SILENT)
    assert name == "a web server" or one.answer is Answer.REFUSED
    assert found.best(protocol) is None


@contextmanager
def parrot(greeting: bytes, answer: bytes) -> Iterator[int]:
    """A server without TLS: a greeting, then the same answer to every line, with its tag."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    raw, _ = listener.accept()
                except OSError:
                    return
                with raw, raw.makefile("rb") as lines:
                    try:
                        raw.sendall(greeting)
                        for line in lines:
                            tag = line.split(b" ")[0].strip()
                            told = answer.replace(b"@TAG", tag)
                            if answer.startswith(b"*"):
                                told += tag + b" OK done\r\n"
                            raw.sendall(told)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_mute_name_server_holds_nobody_up(town: Town) -> None:
    town.mail()
    town.dns.is_silent = True
    told: list[Found] = []
    found = town.look(told)
    assert best(found, Protocol.IMAP).origin is Origin.PROBING
    assert (Origin.SRV, "timed-out") in found.steps


def test_a_program_that_ends_waits_for_nobody(town: Town) -> None:
    with silent_server() as port:
        town.names.lead(CONFIG, 443, port)
        town.names.lead(DOMAIN, 443, port)
        town.dns.is_silent = True
        began = time.monotonic()
        with pytest.raises(Cancelled):
            town.discovery().look(DOMAIN, lambda _found: town.lines.close(), ca_pem=town.ca_pem)
        assert time.monotonic() - began < 20.0


def test_a_run_under_way_is_cut(town: Town) -> None:
    with silent_server() as port:
        town.names.lead(CONFIG, 443, port)
        town.mail()
        seen: list[Found] = []
        with pytest.raises(Cancelled):
            town.discovery().look(
                DOMAIN, seen.append, ca_pem=town.ca_pem, is_cancelled=lambda: len(seen) > 1
            )


def test_the_whole_has_a_deadline(town: Town) -> None:
    with silent_server() as port:
        town.names.lead(CONFIG, 443, port)
        town.names.lead(DOMAIN, 443, port)
        town.mail()
        found = town.discovery(patience_s=0.2, overall_s=4.0).look(DOMAIN, ca_pem=town.ca_pem)
    assert found.is_complete
    assert best(found, Protocol.IMAP).origin is Origin.PROBING
    assert Origin.AUTOCONFIG not in [origin for origin, _ in found.steps]


@contextmanager
def silent_server() -> Iterator[int]:
    """It accepts, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for one in kept:
                one.close()


# -- HTTPS by itself -------------------------------------------------------------------------------


def fetch(town: Town, url: str, most: int = 1000) -> bytes:
    with town.lines.line() as line:
        context = tls_context(town.ca_pem)
        return get(url, most=most, context=context, line=line, seconds=5.0)


def test_redirects_stay_with_https(town: Town) -> None:
    town.web(CONFIG, DOMAIN)
    there = f"https://{DOMAIN}/there"
    town.https.publish(CONFIG, "/a", b"", 302, Location=there)
    town.https.publish(DOMAIN, "/there", b"here")
    assert fetch(town, f"https://{CONFIG}/a") == b"here"
    town.https.publish(CONFIG, "/b", b"", 301, Location="/a")
    assert fetch(town, f"https://{CONFIG}/b") == b"here"


@pytest.mark.parametrize(
    "location",
    [
        f"http://{DOMAIN}/there",
        "file:///etc/passwd",
        f"https://user:pw@{DOMAIN}/there",
        f"https://{DOMAIN}:99999/",
        "ftp://x.fr/",
        "/loop",
    ],
)
def test_redirects_that_are_not_followed(town: Town, location: str) -> None:
    town.web(CONFIG, DOMAIN)
    town.https.publish(DOMAIN, "/there", b"here")
    town.https.publish(CONFIG, "/loop", b"", 302, Location=location)
    with pytest.raises(ServerBroken):
        fetch(town, f"https://{CONFIG}/loop")


def test_what_is_too_large_missing_or_untrusted(town: Town) -> None:
    town.web(CONFIG, "autoconfig.autre.test")
    town.https.publish(CONFIG, "/large", b"x" * 1001)
    town.https.publish(CONFIG, "/just", b"x" * 1000)
    assert len(fetch(town, f"https://{CONFIG}/just")) == 1000
    with pytest.raises(ServerBroken):
        fetch(town, f"https://{CONFIG}/large")
    with pytest.raises(ServerSaid):
        fetch(town, f"https://{CONFIG}/none")
    with pytest.raises(ConnectionTrouble) as caught:
        fetch(town, "https://autoconfig.autre.test/x")
    assert caught.value.code is ErrorCode.CERTIFICATE_NAME
    with pytest.raises(ServerBroken):
        fetch(town, f"http://{CONFIG}/just")


RUBBISH = [
    b"",
    b"\r\n\r\n",
    b"HTTP/1.1 abc\r\n\r\n",
    b"SSH-2.0-x\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: https://[::1\r\n\r\n",
    b"HTTP/1.1 302 Found\r\n\r\n",
    b"\x00" * 3000,
]


@pytest.mark.parametrize("octets", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_an_error_of_ours(town: Town, certificates: Certificates, octets: bytes) -> None:
    with rubbish_server(certificates, octets) as port:
        town.names.lead(CONFIG, 443, port)
        with pytest.raises(MelError):
            fetch(town, f"https://{CONFIG}/x")


@contextmanager
def rubbish_server(certificates: Certificates, octets: bytes) -> Iterator[int]:
    """TLS, then these octets whatever is asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                raw, _ = listener.accept()
                with raw, context.wrap_socket(raw, server_side=True) as tls:
                    tls.recv(4096)
                    tls.sendall(octets)
            except OSError:
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.close()
        thread.join()
