"""The demonstration's servers, seen by other libraries than the program's."""

from __future__ import annotations

import gc
import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from imap_tools import MailBox

from mel_desktop.demo.host import RunningSchool, SchoolHost
from mel_desktop.demo.mailboxes import Mailbox, StoredMessage
from mel_desktop.demo.messages import FOLDERS
from mel_desktop.demo.servers import SchoolServers, ServerAddresses

RAW = b"From: A <a@x.invalid>\r\nSubject: caf\xe9\r\nMessage-ID: <1@x>\r\n\r\nBonjour \xe9\r\n"


@pytest.fixture(scope="module")
def servers() -> Iterator[ServerAddresses]:
    first = StoredMessage("INBOX", ("\\Seen",), datetime(2026, 9, 1, tzinfo=UTC), RAW)
    boxes = (
        Mailbox("a@x.invalid", "anne", "secret-a", ("INBOX", "Envoyés"), (first,)),
        Mailbox("b@x.invalid", "bruno", "secret-b"),
    )
    running = SchoolServers(boxes)
    yield running.start()
    running.stop()


@pytest.fixture(scope="module")
def trust(servers: ServerAddresses) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=servers.ca_pem)


def connected(servers: ServerAddresses, trust: ssl.SSLContext, *, tls: bool) -> smtplib.SMTP:
    if tls:
        return smtplib.SMTP_SSL(servers.host, servers.smtp_port, context=trust, timeout=20)
    client = smtplib.SMTP(servers.host, servers.smtp_starttls_port, timeout=20)
    client.starttls(context=trust)
    return client


@pytest.mark.parametrize("tls", [True, False])
def test_what_is_submitted_arrives(
    servers: ServerAddresses, trust: ssl.SSLContext, tls: bool
) -> None:
    with connected(servers, trust, tls=tls) as client:
        client.login("anne", "secret-a")
        sent = b"From: a@x.invalid\r\nTo: b@x.invalid\r\nSubject: essai\r\n\r\nBonjour\r\n"
        assert client.sendmail("a@x.invalid", ["b@x.invalid", "far@away.invalid"], sent) == {}
    with MailBox(servers.host, port=servers.imap_port, ssl_context=trust).login(
        "bruno", "secret-b"
    ) as box:
        found = list(box.fetch())
        assert [one.subject for one in found][-1] == "essai"
        assert found[-1].text.strip() == "Bonjour"


def test_nothing_in_clear_and_no_forged_sender(
    servers: ServerAddresses, trust: ssl.SSLContext
) -> None:
    plain = smtplib.SMTP(servers.host, servers.smtp_starttls_port, timeout=20)
    with plain as client, pytest.raises((smtplib.SMTPNotSupportedError, smtplib.SMTPException)):
        client.login("anne", "secret-a")
    with connected(servers, trust, tls=True) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("a@x.invalid", ["b@x.invalid"], b"x")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("anne", "wrong")
        client.login("anne", "secret-a")
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("b@x.invalid", ["b@x.invalid"], b"x")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@x.invalid", ["nobody@x.invalid"], b"x")


def test_mailboxes_are_read_over_both_kinds_of_tls(
    servers: ServerAddresses, trust: ssl.SSLContext
) -> None:
    for tls in (True, False):
        if tls:
            server = imaplib.IMAP4_SSL(
                servers.host, servers.imap_port, ssl_context=trust, timeout=20
            )
        else:
            server = imaplib.IMAP4(servers.host, servers.imap_starttls_port, timeout=20)
            server.starttls(trust)
        server.login("anne", "secret-a")
        names = server.list()[1]
        assert any(b"Envoy&AOk-s" in name for name in names if isinstance(name, bytes))
        server.select("INBOX")
        _, data = server.fetch("1", "(FLAGS BODY.PEEK[])")
        assert isinstance(data[0], tuple)
        assert data[0][1] == RAW
        with pytest.raises(imaplib.IMAP4.error):
            server.login("anne", "secret-a")
        server.logout()


def test_the_certificate_is_refused_without_the_authority(servers: ServerAddresses) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(
            servers.host, servers.imap_port, ssl_context=ssl.create_default_context(), timeout=20
        )


def test_the_whole_school_is_served_by_a_process_of_its_own() -> None:
    now = datetime.now(UTC)
    with SchoolHost(now) as running:
        assert isinstance(running, RunningSchool)
        assert running.password not in repr(running)
        trust = ssl.create_default_context(cadata=running.servers.ca_pem)
        with MailBox(running.servers.host, port=running.servers.imap_port, ssl_context=trust).login(
            "cdelaunay", running.password
        ) as box:
            folders = {folder.name for folder in box.folder.list()}
            assert set(FOLDERS) <= folders
            counts = {name: box.folder.status(name)["MESSAGES"] for name in FOLDERS}
            assert sum(counts.values()) == 300
            assert counts["INBOX"] > 100
        port = running.servers.imap_port
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4(running.servers.host, port, timeout=5)


def test_a_connection_outlives_the_collector(
    servers: ServerAddresses, trust: ssl.SSLContext
) -> None:
    with imaplib.IMAP4_SSL(servers.host, servers.imap_port, ssl_context=trust, timeout=20) as box:
        box.login("anne", "secret-a")
        for _ in range(3):  # Python 3.13 collects a task that waits and that nobody holds
            gc.collect()
            assert box.noop()[0] == "OK"
