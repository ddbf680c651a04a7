"""A proxy that opens TLS as schools' firewalls do: it signs a certificate for each host itself."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
NAME, HOUSE = "Proxy Collège", "Collège de la Mouette"


class Authority:
    """Signs for any name."""

    def __init__(self, folder: Path, name: str = NAME, house: str = HOUSE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, name),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, house),
            ]
        )
        self._ca = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_pem = self._ca.public_bytes(serialization.Encoding.PEM).decode()
        self.leaves: dict[str, x509.Certificate] = {}

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + 30 * DAY)
        )

    def context(self, host: str) -> ssl.SSLContext:
        """A server's, with a certificate for this host."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        leaf = (
            self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]), key)
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.leaves[host] = leaf
        path = self._folder / f"{len(self.leaves)}-{threading.get_ident()}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def fingerprint(self, host: str) -> str:
        return self.leaves[host].fingerprint(hashes.SHA256()).hex()


@dataclass
class Inspector:
    """What runs. ``names`` leads names that no resolver knows to loopback."""

    port: int
    authority: Authority
    trusts: str  # PEM: whom it believes on its other side
    seen: list[str] = field(default_factory=list)
    contexts: dict[str, ssl.SSLContext] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @property
    def setting(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def inspecting(folder: Path, trusts: str) -> Iterator[Inspector]:
    """CONNECT, then TLS with the client by a certificate of its own, TLS with the server."""
    listener = socket.create_server(("127.0.0.1", 0))
    inspector = Inspector(int(listener.getsockname()[1]), Authority(folder), trusts)

    def run() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_serve, args=(inspector, near), daemon=True).start()

    accepting = threading.Thread(target=run, daemon=True)
    accepting.start()
    try:
        yield inspector
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(60)


def _serve(inspector: Inspector, near: socket.socket) -> None:
    with suppress(OSError, ValueError), near:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            octet = near.recv(1)
            if not octet:
                return
            head += octet
        host, _, port = head.split()[1].decode().rpartition(":")
        inspector.seen.append(f"{host}:{port}")
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if host not in inspector.contexts:
            inspector.contexts[host] = inspector.authority.context(host)
        with inspector.contexts[host].wrap_socket(near, server_side=True) as opened:
            there = inspector.names.get(host, host)
            trusted = ssl.create_default_context(cadata=inspector.trusts)
            with (
                socket.create_connection((there, int(port)), timeout=20) as raw,
                trusted.wrap_socket(raw, server_hostname=there) as far,
            ):
                back = threading.Thread(target=_pass_on, args=(far, opened), daemon=True)
                back.start()
                _pass_on(opened, far)
                back.join(60)


def _pass_on(one: ssl.SSLSocket, other: ssl.SSLSocket) -> None:
    with suppress(OSError, ValueError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
