"""A throw-away authority for people's certificates, and openssl as the other side."""

from __future__ import annotations

import datetime
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mel_desktop.logic.mime import parse_header
from mel_desktop.logic.whole import read_whole
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import blobs, mailbox, reading
from mel_desktop.store.database import Database, Transaction

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


@lru_cache(maxsize=16)
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key a name: making them is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@dataclass(frozen=True)
class Person:
    """A certificate, its key and who signed it."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...] = ()

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """PEM files of certificate and key."""
        cert, key = folder / f"{name}.pem", folder / f"{name}.key"
        cert.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return cert, key

    def p12(self, passphrase: str = "sésame") -> bytes:
        """As an authority hands it out."""
        closed = BestAvailableEncryption(passphrase.encode())
        return pkcs12.serialize_key_and_certificates(
            b"moi", self.key, self.certificate, self.chain, closed
        )

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def authority(name: str = "Autorité d’essai", above: Person | None = None) -> Person:
    """A root, or one under it."""
    key = rsa_key(f"authority {name}")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = (subject, key) if above is None else (above.certificate.subject, above.key)
    built = (
        _builder(subject, issuer, key, NOW - 900 * DAY, NOW + 900 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(certify=True), critical=True)
    )
    chain = () if above is None else (above.certificate, *above.chain)
    return Person(built.sign(signer, hashes.SHA256()), key, chain)


def person(
    above: Person,
    address: str = "claire.martin@ac-exemple.fr",
    name: str = "Claire Martin",
    *,
    start: datetime.datetime = NOW - 30 * DAY,
    end: datetime.datetime = NOW + 300 * DAY,
    bits: int = 2048,
    elliptic: bool = False,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
) -> Person:
    """A certificate for signing and decrypting mail."""
    key: Key = (
        ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa_key(f"person {address}", bits)
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        _builder(subject, above.certificate.subject, key, start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
    )
    chain = (above.certificate, *above.chain)
    return Person(built.sign(above.key, hashes.SHA256()), key, chain)


def openssl(*words: str, octets: bytes = b"", check: bool = True) -> bytes:
    """Standard output of ``openssl cms``."""
    done = subprocess.run(
        ["openssl", "cms", *words], input=octets, capture_output=True, check=False, timeout=60
    )
    if check and done.returncode:
        raise AssertionError(done.stderr.decode())
    return done.stdout if not done.returncode else b""


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    start: datetime.datetime,
    end: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, certify: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=not certify,
        data_encipherment=False, key_agreement=False, key_cert_sign=certify, crl_sign=certify,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def plant(database: Database, folder: FolderId, raw: bytes, at: datetime.datetime) -> MessageId:
    """A message as a sync leaves it that brought all of it."""
    read = read_whole(raw)

    def work(tx: Transaction) -> MessageId:
        account = AccountId(int(str(tx.value("SELECT account_id FROM folder WHERE id=?", folder))))
        used = tx.value("SELECT max(uid) FROM location WHERE folder_id = ?", folder)
        uid = int(str(used or 0)) + 1
        validity = tx.value("SELECT max(uidvalidity) FROM location WHERE folder_id=?", folder)
        remote = RemoteMessage(uid, Flags(Marks.NONE), at, len(raw), b"", read.parts)
        incoming = [mailbox.Incoming(remote, parse_header(raw))]
        (made,) = mailbox.insert_messages(
            tx, account, folder, int(str(validity or 1)), incoming, downwards=False
        )
        reading.put_wholes(tx, [(made, blobs.pack(raw))], at)
        reading.put_body(tx, made, read.text, read.header, complete=True, now=at)
        return MessageId(made)

    return database.write(work)
