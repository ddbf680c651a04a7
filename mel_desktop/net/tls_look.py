"""Who signed a server's certificate, for people who must find a fault. Nothing is said behind it.

Rule: a connection made without verification is closed right after the handshake; neither a
password nor a question ever leaves through it.
"""

from __future__ import annotations

import re
import ssl
from contextlib import suppress
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.values import dataclass
from mel_desktop.net.transport import Line, Stream, open_socket
from mel_desktop.ports import Meter

SECONDS: Final = 10.0
MOST_LINES: Final = 64
MAX_LINE: Final = 4096
KEPT: Final = 60  # characters of a name
# Makers of what opens TLS on its way: filters of schools and antivirus programs of PCs.
INSPECTORS: Final = re.compile(
    r"fortinet|fortigate|zscaler|palo alto|sophos|stormshield|olfeo|blue ?coat|netskope|untangle"
    r"|umbrella|watchguard|check ?point|barracuda|skyhigh|mcafee|kaspersky|avast|\bavg\b"
    r"|\beset\b|bitdefender|ucopia|alcasar|artica|squid|mitmproxy|lightspeed|smoothwall"
    r"|trend micro|cyberoam",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What a handshake showed. Names are those of organisations and servers."""

    subject: str
    names: tuple[str, ...]
    signer: str
    chain: tuple[str, ...]  # who signed whom, up to the root as far as it was sent
    not_before: datetime
    not_after: datetime
    protocol: str
    key: str
    is_self_signed: bool

    @property
    def is_inspected(self) -> bool:
        """Whether the signer is a known maker of what opens TLS on its way."""
        return any(INSPECTORS.search(one) for one in (self.signer, *self.chain))


def facts_of(stream: Stream) -> TlsFacts | None:
    """Of a stream with TLS up; None where the certificate cannot be read."""
    try:
        certificates = [x509.load_der_x509_certificate(one) for one in chain_of(stream)]
        return _facts(certificates, stream.tls_version) if certificates else None
    except (ValueError, x509.UnsupportedGeneralNameType):
        return None


def chain_of(stream: Stream) -> tuple[bytes, ...]:
    """What the server sent, its own certificate first, DER; () before TLS."""
    inner = getattr(stream.tls, "_sslobj", None)  # public only from Python 3.13 on
    sent = inner.get_unverified_chain() if inner is not None else None
    return tuple(ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in sent or ())


def look(endpoint: Endpoint, protocol: str, line: Line) -> TlsFacts | None:
    """What a server shows whose certificate is not believed. ConnectionTrouble."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    stream = open_socket(
        endpoint, context, Meter(), connect_seconds=SECONDS, silence_seconds=SECONDS, line=line
    )
    try:
        if endpoint.security is Security.STARTTLS:
            start_tls(stream, endpoint, protocol)
        return facts_of(stream)
    finally:
        stream.close()


def start_tls(stream: Stream, endpoint: Endpoint, protocol: str) -> None:
    """Ask for TLS and do the handshake, nothing else. NO_TLS_OFFERED."""
    stream.read_line(MAX_LINE)  # the greeting
    if protocol == "smtp":
        stream.sendall(b"EHLO [127.0.0.1]\r\n")
        _last_line(stream, b"250 ", endpoint)
        stream.sendall(b"STARTTLS\r\n")
        _last_line(stream, b"220 ", endpoint)
    else:
        stream.sendall(b"m1 STARTTLS\r\n")
        _last_line(stream, b"m1 OK", endpoint)
    stream.start_tls(SECONDS)


def _last_line(stream: Stream, wanted: bytes, endpoint: Endpoint) -> None:
    refused = (b"m1 ", b"4", b"5")
    for _ in range(MOST_LINES):
        line = stream.read_line(MAX_LINE)
        if line.upper().startswith(wanted.upper()):
            return
        if line.startswith(refused):
            break
    raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, host=endpoint.host, port=endpoint.port)


def _facts(certificates: list[x509.Certificate], protocol: str) -> TlsFacts:
    own = certificates[0]
    names: tuple[str, ...] = ()
    with suppress(x509.ExtensionNotFound):
        told = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = told.get_values_for_type(x509.DNSName)
        addresses = map(str, told.get_values_for_type(x509.IPAddress))
        names = tuple(_safe(one) for one in (*hosts, *addresses))[:8]
    return TlsFacts(
        subject=_named(own.subject) or (names[0] if names else ""),
        names=names,
        signer=_named(own.issuer),
        chain=tuple(_named(one.issuer) for one in certificates[:8]),
        not_before=own.not_valid_before_utc,
        not_after=own.not_valid_after_utc,
        protocol=protocol,
        key=_key(own),
        is_self_signed=own.issuer == own.subject,
    )


def _named(name: x509.Name) -> str:
    """Organisation and common name; never what may be a person's address."""
    told = []
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for one in name.get_attributes_for_oid(oid)[:1]:
            text = _safe(str(one.value))
            if text and text not in told:
                told.append(text)
    return ", ".join(told)


def _safe(text: str) -> str:
    shown = "".join(char for char in text if char.isprintable())[:KEPT].strip()
    return "" if "@" in shown else shown


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.key_size}"
    return type(key).__name__.strip("_").removesuffix("PublicKey")
