"""Server certificates that must not be accepted."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOST = "127.0.0.1"
DAY = datetime.timedelta(days=1)
CODES = {
    "other-name": "certificate-name",
    "name-only-in-cn": "certificate-name",
    "wildcard": "certificate-name",
    "self-signed": "certificate",
    "other-authority": "certificate",
    "expired": "certificate-expired",
    "not-yet": "certificate-expired",
    "for-clients": "certificate",
    "leaf-as-authority": "certificate",
}


class BadCertificates:
    """One authority that the account trusts, and what it should never have issued."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Mel Desktop hostile tests")
        now = datetime.datetime.now(datetime.UTC)
        self._ca = (
            _builder(name, name, self._key, now - DAY, now + DAY * 30)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_pem = self._ca.public_bytes(serialization.Encoding.PEM).decode()

    def context(self, kind: str = "") -> ssl.SSLContext:
        """A server's context with the good certificate (""), or one of ``CODES``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "other-authority":
            trustme.CA().issue_cert(HOST).configure_cert(context)
            return context
        path = self._folder / f"{kind or 'good'}.pem"
        if not path.exists():
            path.write_bytes(self._issue(kind))
        context.load_cert_chain(path)
        return context

    def _issue(self, kind: str) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        since, until = now - DAY, now + DAY
        if kind == "expired":
            since, until = now - DAY * 3, now - DAY
        elif kind == "not-yet":
            since, until = now + DAY, now + DAY * 3
        names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(HOST))]
        if kind == "other-name":
            names = [x509.DNSName("imap.autre.invalid")]
        elif kind == "wildcard":
            names = [x509.DNSName("*.0.0.1"), x509.DNSName("*")]
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signer = self._ca.subject, self._key
        chain: list[x509.Certificate] = []
        if kind == "self-signed":
            issuer, signer = _name(HOST), key
        elif kind == "leaf-as-authority":
            signer = ec.generate_private_key(ec.SECP256R1())
            issuer = _name("A mere server")
            chain.append(
                _builder(issuer, self._ca.subject, signer, since, until)
                .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                .sign(self._key, hashes.SHA256())
            )
        made = _builder(_name(HOST), issuer, key, since, until)
        if kind != "name-only-in-cn":
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        usage = ExtendedKeyUsageOID.CLIENT_AUTH if kind == "for-clients" else None
        made = made.add_extension(
            x509.ExtendedKeyUsage([usage or ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        chain.insert(0, made.sign(signer, hashes.SHA256()))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    since: datetime.datetime,
    until: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )
