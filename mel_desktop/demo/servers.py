"""The mail servers of the embedded school: IMAP (pymap, in memory) and submission (aiosmtpd).

Both listen on free ports of the loopback only, with a certificate of a throw-away authority, and
never carry a password in clear. What is submitted lands in the recipients' mailboxes when they are
of this school; other addresses are accepted and go nowhere. Nothing is written to disk but, for an
instant, the certificate that ``ssl`` can only read from a file.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import tempfile
import threading
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import field
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from mel_desktop.demo.mailboxes import Mailbox
from mel_desktop.model.values import dataclass

HOST = "127.0.0.1"
MESSAGE_LIMIT = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerAddresses:
    """Where the servers listen, and the authority to trust."""

    host: str
    imap_port: int
    imap_starttls_port: int
    smtp_port: int
    smtp_starttls_port: int
    ca_pem: str = field(repr=False)


class SchoolServers:
    """Runs the servers on a thread of its own between ``start`` and ``stop``.

    pymap announces no SPECIAL-USE, CONDSTORE or QRESYNC: folders have their role by name, and a
    client must compare UIDs and flags itself.
    """

    def __init__(self, mailboxes: Sequence[Mailbox]) -> None:
        self._mailboxes = tuple(mailboxes)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready = threading.Event()
        self._addresses: ServerAddresses | None = None
        self._trouble: BaseException | None = None

    def start(self) -> ServerAddresses:
        """Listen; returns when connections are taken."""
        self._thread = threading.Thread(target=self._run, name="demo-servers", daemon=True)
        self._thread.start()
        self._ready.wait(60)
        if self._trouble is not None:
            raise self._trouble
        if self._addresses is None:
            raise TimeoutError("the servers of the demonstration did not start")
        return self._addresses

    def stop(self) -> None:
        """Cut the connections and wait for the thread to end."""
        if self._loop is not None and self._stopping is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(20)

    def __enter__(self) -> ServerAddresses:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as trouble:  # noqa: BLE001 handed to the thread that started us
            self._trouble = trouble
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        async with AsyncExitStack() as stack:
            self._addresses = await listen(self._mailboxes, stack)
            self._ready.set()
            await self._stopping.wait()
        await _cancel_rest()


async def listen(mailboxes: Sequence[Mailbox], stack: AsyncExitStack) -> ServerAddresses:
    """Fill the mailboxes and listen on four free ports until ``stack`` unwinds."""
    # aiosmtpd warns of its own use of a deprecated attribute at each sign-in
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    authority = ThrowAwayAuthority()
    tls = authority.server_context()
    login, implicit, opportunistic = _imap_configs(tls)
    for box in mailboxes:
        await _fill(login, box)
    deliver = _Delivery(login, mailboxes)

    transports: WeakSet[asyncio.BaseTransport] = WeakSet()
    stack.callback(_abort_all, transports)

    def smtp(context: ssl.SSLContext | None) -> SMTP:
        return _Smtp(
            transports,
            deliver,
            hostname="smtp.college.invalid",
            ident="ESMTP",
            data_size_limit=MESSAGE_LIMIT,
            enable_SMTPUTF8=True,
            tls_context=context,
            require_starttls=context is not None,
            auth_require_tls=context is not None,  # with implicit TLS aiosmtpd cannot know
            authenticator=deliver.sign_in,
            loop=asyncio.get_running_loop(),
        )

    loop = asyncio.get_running_loop()
    servers = [
        await asyncio.start_server(_imap_callback(login, implicit, transports), HOST, 0, ssl=tls),
        await asyncio.start_server(_imap_callback(login, opportunistic, transports), HOST, 0),
        await loop.create_server(lambda: smtp(None), HOST, 0, ssl=tls),
        await loop.create_server(lambda: smtp(tls), HOST, 0),
    ]
    for server in servers:
        stack.callback(server.close)
    ports = [int(server.sockets[0].getsockname()[1]) for server in servers]
    return ServerAddresses(HOST, ports[0], ports[1], ports[2], ports[3], authority.ca_pem)


# -- IMAP -----------------------------------------------------------------------------------------


class _ImapConfig(Config):
    """pymap's settings without its look at the host's name, which may wait for DNS."""

    @property
    def greeting(self) -> bytes:
        return b"Server ready imap.college.invalid"


def _imap_configs(tls: ssl.SSLContext) -> tuple[Login, _ImapConfig, _ImapConfig]:
    subsystem = Subsystem.for_asyncio()

    def config(*, tls_enabled: bool) -> _ImapConfig:
        return _ImapConfig(
            Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None),
            demo_data=False,
            demo_user="",
            demo_password="",
            host=HOST,
            port=0,
            subsystem=subsystem,
            cpu_subsystem=subsystem,
            hash_context=Cleartext(),
            ssl_context=tls,
            tls_enabled=tls_enabled,
            max_append_len=MESSAGE_LIMIT,
        )

    implicit, opportunistic = config(tls_enabled=False), config(tls_enabled=True)
    implicit.apply_context()
    return Login(implicit), implicit, opportunistic


def _imap_callback(
    login: Login, config: _ImapConfig, transports: WeakSet[asyncio.BaseTransport]
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    server = IMAPServer(login, config)
    running: set[asyncio.Task[None] | None] = set()

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, info: Any) -> None:
        # proxyprotocol drops the task that it makes of this, and asyncio alone keeps none alive
        task = asyncio.current_task()
        running.add(task)
        try:
            await server(reader, writer, info)
        finally:
            running.discard(task)

    serve = ProxyProtocolReader(config.proxy_protocol).get_callback(kept)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        transports.add(writer.transport)
        await serve(reader, writer)

    return connected


async def _fill(login: Login, box: Mailbox) -> None:
    login.users_dict[box.login] = UserMetadata(login.config, box.login, password=box.password)
    mailboxes = MailboxSet()
    login.config.set_cache[box.login] = (mailboxes, FilterSet())
    for folder in box.folders:
        if folder != "INBOX":
            await mailboxes.add_mailbox(folder)
            await mailboxes.set_subscribed(folder, True)
    for message in box.messages:
        target = await mailboxes.get_mailbox(message.folder)
        flags = frozenset(Flag(flag.encode()) for flag in message.flags)
        await target.append(AppendMessage(message.data, message.received_at, flags))


# -- Submission -----------------------------------------------------------------------------------


class _Smtp(SMTP):
    """aiosmtpd's server, which also notes its connections so that they can be cut."""

    def __init__(self, transports: WeakSet[asyncio.BaseTransport], *given: Any, **named: Any):
        super().__init__(*given, **named)
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.add(transport)
        super().connection_made(transport)


class _Delivery:
    """aiosmtpd's handler: who may send, and where a message goes."""

    def __init__(self, login: Login, mailboxes: Sequence[Mailbox]) -> None:
        self._login = login
        self._by_login = {box.login: box for box in mailboxes}
        self._by_address = {box.address.lower(): box for box in mailboxes}
        self._domains = {box.address.rpartition("@")[2].lower() for box in mailboxes}

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """PLAIN and LOGIN against the mailboxes."""
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        box = self._by_login.get(data.login.decode("utf-8", "replace"))
        right = box is not None and data.password.decode("utf-8", "replace") == box.password
        return AuthResult(success=right, handled=False, auth_data=box)

    async def handle_MAIL(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only who signed in may send, and only in the own name."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        box: object = session.auth_data
        if not isinstance(box, Mailbox) or address.lower() != box.address.lower():
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Unknown addresses of the school are refused at once."""
        domain = address.rpartition("@")[2].lower()
        if domain in self._domains and address.lower() not in self._by_address:
            return "550 5.1.1 User unknown in virtual mailbox table"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802 aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Put the message into the inbox of each recipient who has one here."""
        content = envelope.content
        data = content.encode() if isinstance(content, str) else content or b""
        now = datetime.now(UTC)
        stamp = now.strftime("%a, %d %b %Y %H:%M:%S +0000")
        trace = (
            f"Return-Path: <{parseaddr(envelope.mail_from or '')[1]}>\r\n"
            f"Received: from client.invalid by smtp.college.invalid with ESMTPSA; {stamp}\r\n"
        )
        for address in envelope.rcpt_tos:
            box = self._by_address.get(address.lower())
            if box is not None:
                mailboxes, _ = self._login.config.set_cache[box.login]
                inbox = await mailboxes.get_mailbox("INBOX")
                await inbox.append(AppendMessage(trace.encode() + data, now), recent=True)
        return "250 2.0.0 Ok: queued"


# -- Certificates ---------------------------------------------------------------------------------


class ThrowAwayAuthority:
    """A certificate authority that lives as long as this object, for names of this PC only."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mel Desktop demo")])
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self._certificate = (
            _builder(name, name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def ca_pem(self) -> str:
        """What a client must trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def server_context(self) -> ssl.SSLContext:
        """A server's TLS context with a fresh certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address(HOST))]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        own = self._certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._certificate.not_valid_before_utc)
            .not_valid_after(self._certificate.not_valid_after_utc)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(authority, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        with tempfile.TemporaryDirectory(prefix="mel-demo-") as folder:
            file = Path(folder) / "server.pem"
            file.write_bytes(pem)
            context.load_cert_chain(file)
        return context


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
    )


def _abort_all(transports: WeakSet[asyncio.BaseTransport]) -> None:
    for transport in tuple(transports):
        if isinstance(transport, asyncio.WriteTransport):
            with suppress(AttributeError):  # Python before 3.11.5, on a connection already lost
                transport.abort()


async def _cancel_rest() -> None:
    """End the tasks of open connections, so that the loop closes without complaint."""
    await asyncio.sleep(0)
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await asyncio.sleep(0)
