"""Submission servers that check passwords and keep what they take where tests can read it.

``postfix`` is the real one when the suite runs as root (Postfix must start as root); else it is
aiosmtpd with TLS and sign-in under the same name and with the same rules. Nothing ever leaves this
computer: every recipient of every domain is delivered into one local maildir.

Rules of both: ``alice`` and ``bruno`` may sign in and send as themselves only; addresses that begin
with ``refuse`` are unknown, those with ``tardif`` are put off; at most 20 recipients at a time;
messages up to 30 MB.
"""

from __future__ import annotations

import email
import os
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mel_desktop.model.accounts import Endpoint, Security
from tests.support.certificates import Certificates
from tests.support.faulty_smtp import CuttingLine, FaultySmtp
from tests.support.places import server_folder
from tests.support.ports import free_port, wait_for_port

DOMAIN = "ac-exemple.test"
USERS = {
    f"alice@{DOMAIN}": "un secret très long",
    f"bruno@{DOMAIN}": "bruno-password",
    f"zoe@{DOMAIN}": "zoe-password",
}
SIZE_LIMIT = 30_000_000
RECIPIENT_LIMIT = 20
DAEMONS = Path("/usr/lib/postfix/sbin")


@dataclass(frozen=True)
class Delivered:
    """One copy in one mailbox."""

    sender: str
    recipient: str
    data: bytes  # as delivered, CRLF, without what the server put in front
    trace: bytes  # what the server put in front

    @property
    def head(self) -> bytes:
        return self.data[: self.data.find(b"\r\n\r\n") + 4]


@dataclass(frozen=True)
class SubmissionServer:
    """A running server."""

    kind: str
    tls_port: int
    starttls_port: int
    ca_pem: str
    read: Callable[[], list[Delivered]]

    def endpoint(self, security: Security = Security.TLS) -> Endpoint:
        port = self.tls_port if security is Security.TLS else self.starttls_port
        return Endpoint("127.0.0.1", port, security)

    def copies(self, message_id: str) -> list[Delivered]:
        """Copies of one message that are there now."""
        wanted = f"<{message_id}>"
        return [
            one
            for one in self.read()
            if email.message_from_bytes(one.head).get("Message-ID", "").strip() == wanted
        ]

    def wait_for(self, message_id: str, copies: int = 1, seconds: float = 60.0) -> list[Delivered]:
        """Until that many copies are there."""
        deadline = time.monotonic() + seconds
        while len(found := self.copies(message_id)) < copies:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} of {copies} copies")
            time.sleep(0.05)
        return found

    def wait_for_people(self, people: Sequence[str], seconds: float = 60.0) -> list[Delivered]:
        """Until something is there for each of them; all that is there for them."""
        deadline = time.monotonic() + seconds
        while True:
            found = [one for one in self.read() if one.recipient in people]
            if {one.recipient for one in found} == set(people):
                return found
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} copies for {len(people)} people")
            time.sleep(0.05)


# -- Postfix ---------------------------------------------------------------------------------------

MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/state
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/log
maillog_file_prefixes = {root}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.{domain}
mydestination =
local_recipient_maps =
relayhost =
default_transport = virtual:
local_transport = virtual:
relay_transport = virtual:
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = static:sink/
virtual_mailbox_limit = 0
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
disable_dns_lookups = yes
alias_maps =
alias_database =
biff = no
message_size_limit = {size}
smtpd_recipient_limit = {recipients}
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = {domain}
smtpd_sasl_security_options = noanonymous
smtpd_sender_login_maps = inline:{{ {owners} }}
smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch
smtpd_recipient_restrictions =
    check_recipient_access inline:{{ {{refuse@{domain} = 550 5.1.1 unknown here}},
                                    {{refuse2@{domain} = 550 5.1.1 unknown here}},
                                    {{tardif@{domain} = 450 4.2.0 come back later}} }},
    permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100
smtpd_hard_error_limit = 200
"""

MASTER = """
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 discard
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

QUEUES = (
    "incoming", "active", "bounce", "defer", "deferred", "flush", "hold", "private", "saved",
    "corrupt", "trace",
)  # fmt: skip

SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {root}/sasldb2
mech_list: PLAIN LOGIN
"""


def start_postfix(
    root: Path, certificates: Certificates, *, main: str = "", master: str = ""
) -> tuple[subprocess.Popen[bytes], SubmissionServer]:
    """``main`` and ``master``: lines of its two files in place of those here, or beside them."""
    tls, starttls = free_port(), free_port()
    (root / "etc/sasl").mkdir(parents=True)
    owners = " ".join(f"{{{user} = {user}}}," for user in USERS).rstrip(",")
    (root / "etc/main.cf").write_text(
        MAIN.format(
            root=root,
            daemons=DAEMONS,
            domain=DOMAIN,
            size=SIZE_LIMIT,
            recipients=RECIPIENT_LIMIT,
            cert=certificates.cert,
            key=certificates.key,
            owners=owners,
        )
        + main
    )
    own = {line.split()[0] for line in master.splitlines()}
    services = MASTER.format(tls=tls, starttls=starttls).strip().splitlines()
    kept = [line for line in services if line.split()[0] not in own]
    (root / "etc/master.cf").write_text("\n".join([*kept, *master.splitlines()]) + "\n")
    (root / "etc/sasl/smtpd.conf").write_text(SASL.format(root=root))
    for user, password in USERS.items():
        name, _, realm = user.partition("@")
        subprocess.run(
            ["saslpasswd2", "-c", "-p", "-f", str(root / "sasldb2"), "-u", realm, name],
            input=password.encode(),
            check=True,
        )
    _postfix_folders(root)
    process = subprocess.Popen(
        [str(DAEMONS / "master"), "-c", str(root / "etc"), "-d"],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for_port(tls)
    wait_for_port(starttls)
    sink = root / "mail/sink/new"
    known: dict[str, Delivered] = {}
    return process, SubmissionServer(
        "postfix", tls, starttls, certificates.ca_pem, lambda: _read_maildir(sink, known)
    )


def _postfix_folders(root: Path) -> None:
    """What ``postfix check`` makes, in a tenth of its time."""
    shutil.chown(root / "sasldb2", "postfix")
    for name in ("mail", "state", "spool/pid"):
        (root / name).mkdir(parents=True)
    shutil.chown(root / "mail", 65534)
    shutil.chown(root / "state", "postfix")
    queues = [
        "incoming",
        "active",
        "bounce",
        "defer",
        "deferred",
        "flush",
        "hold",
        "private",
        "saved",
        "corrupt",
        "trace",
    ]
    for name in queues:
        (root / "spool" / name).mkdir()
        shutil.chown(root / "spool" / name, "postfix")
        (root / "spool" / name).chmod(0o700)
    for name, mode in (("public", 0o2710), ("maildrop", 0o1730)):
        (root / "spool" / name).mkdir()
        shutil.chown(root / "spool" / name, "postfix", "postdrop")
        (root / "spool" / name).chmod(mode)


def _read_maildir(sink: Path, known: dict[str, Delivered]) -> list[Delivered]:
    for file in sorted(sink.glob("*")) if sink.is_dir() else ():
        if file.name not in known:
            known[file.name] = _read_delivered(file)
    return list(known.values())


def _read_delivered(file: Path) -> Delivered:
    # Return-Path, X-Original-To, Delivered-To, Received (folded), then what was handed over
    raw = file.read_bytes()
    end = 0
    names = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:", b" ", b"\t")
    while raw.startswith(names, end):
        end = raw.index(b"\n", end) + 1
    head = email.message_from_string(raw[:end].decode("utf-8"))
    return Delivered(
        sender=head["Return-Path"].strip("<> "),
        recipient=head["X-Original-To"] or head["Delivered-To"],
        data=raw[end:].replace(b"\n", b"\r\n"),
        trace=raw[:end],
    )


def end_postfix(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)  # master ends its daemons
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


# -- aiosmtpd --------------------------------------------------------------------------------------


class _Keeper:
    """aiosmtpd's handler with the same rules as the Postfix above."""

    def __init__(self) -> None:
        self.kept: list[Delivered] = []

    async def handle_MAIL(  # noqa: N802 aiosmtpd's name
        self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not isinstance(session.auth_data, LoginPassword):
            return "530 5.7.0 Authentication required"
        if session.auth_data.login.decode() != address:
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 aiosmtpd's name
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address.startswith("refuse"):
            return "550 5.1.1 unknown here"
        if address.startswith("tardif"):
            return "450 4.2.0 come back later"
        if len(envelope.rcpt_tos) >= RECIPIENT_LIMIT:
            return "452 4.5.3 Error: too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        for recipient in envelope.rcpt_tos:
            self.kept.append(Delivered(envelope.mail_from or "", recipient, content, b""))
        return "250 2.0.0 Ok"


def _check_password(_: SMTP, __: Session, ___: Envelope, mechanism: str, data: Any) -> AuthResult:
    if mechanism not in ("PLAIN", "LOGIN"):
        return AuthResult(success=False, handled=False)
    user = data.login.decode()
    good = USERS.get(user) == data.password.decode()
    return AuthResult(success=good, handled=False, auth_data=data)


def _start_aiosmtpd(certificates: Certificates) -> tuple[list[Controller], SubmissionServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    keeper = _Keeper()
    common: dict[str, Any] = {
        "authenticator": _check_password,
        "data_size_limit": SIZE_LIMIT,
        "decode_data": False,
    }
    tls = Controller(
        keeper,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context,
        auth_require_tls=False,  # it is inside TLS already
        **common,
    )
    starttls = Controller(
        keeper,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        **common,
    )
    for one in (tls, starttls):
        one.start()
    server = SubmissionServer(
        "aiosmtpd", tls.port, starttls.port, certificates.ca_pem, lambda: list(keeper.kept)
    )
    return [tls, starttls], server


# -- fixtures --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postfix(certificates: Certificates) -> Iterator[SubmissionServer]:
    """Postfix; without root the aiosmtpd of the same rules (``.kind`` says which)."""
    if os.geteuid() != 0 or not (DAEMONS / "master").exists():
        controllers, server = _start_aiosmtpd(certificates)
        yield server
        for one in controllers:
            one.stop()
        return
    root = server_folder("postfix")
    process: subprocess.Popen[bytes] | None = None
    try:
        process, server = start_postfix(root, certificates)
        yield server
    finally:
        if process is not None:
            end_postfix(process)
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def aiosmtpd_server(certificates: Certificates) -> Iterator[SubmissionServer]:
    """The stand-in itself, so that it is tested where Postfix runs too."""
    controllers, server = _start_aiosmtpd(certificates)
    yield server
    for one in controllers:
        one.stop()


@pytest.fixture(scope="session")
def _faulty(certificates: Certificates) -> Iterator[FaultySmtp]:
    server = FaultySmtp(certificates)
    yield server
    server.close()


@pytest.fixture
def faulty(_faulty: FaultySmtp) -> FaultySmtp:
    """Scripted server, TLS from the start, all switches off."""
    _faulty.reset()
    return _faulty


@pytest.fixture(scope="session")
def _faulty_starttls(certificates: Certificates) -> Iterator[FaultySmtp]:
    server = FaultySmtp(certificates, starttls=True)
    yield server
    server.close()


@pytest.fixture
def faulty_starttls(_faulty_starttls: FaultySmtp) -> FaultySmtp:
    """Scripted server with STARTTLS, all switches off."""
    _faulty_starttls.reset()
    return _faulty_starttls


@pytest.fixture
def cutting_line(_faulty: FaultySmtp) -> Iterator[CuttingLine]:
    """A line to ``faulty`` that can be cut after any octet."""
    line = CuttingLine(_faulty.port)
    yield line
    line.close()
