"""Reads a certificate for people. Loaded when one is looked at only: the X.509 reader is large."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from mel_desktop.model.certificates import Certificate

MOST_NAME: Final = 100


def read_certificate(der: bytes) -> Certificate | None:
    """None where it is none that can be read."""
    try:
        found = x509.load_der_x509_certificate(der)
        key = hashes.Hash(hashes.SHA256())
        key.update(
            found.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return Certificate(
            subject=_name(found.subject) or _first_host(found),
            issuer=_name(found.issuer),
            organisation=_one(found.issuer, NameOID.ORGANIZATION_NAME),
            fingerprint=found.fingerprint(hashes.SHA256()).hex(),
            key=key.finalize().hex(),
            not_before=found.not_valid_before_utc,
            not_after=found.not_valid_after_utc,
        )
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType):
        return None


def _name(name: x509.Name) -> str:
    return _one(name, NameOID.COMMON_NAME) or _one(name, NameOID.ORGANIZATION_NAME)


def _one(name: x509.Name, what: x509.ObjectIdentifier) -> str:
    """Printable and short: whoever signs writes what he likes there."""
    for found in name.get_attributes_for_oid(what):
        text = str(found.value)
        return "".join(one for one in text if one.isprintable())[:MOST_NAME].strip()
    return ""


def _first_host(found: x509.Certificate) -> str:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    hosts = names.get_values_for_type(x509.DNSName)
    return hosts[0][:MOST_NAME] if hosts else ""
