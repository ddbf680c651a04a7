"""Authorities that the system trusts, as DER. Read from the PC alone.

Windows says for each what it is trusted for; Linux has one list, which Debian fills for servers and
for mail alike.
"""

from __future__ import annotations

import logging
import ssl
import sys
from pathlib import Path
from typing import Final

logger = logging.getLogger("mel.smime")

MAIL: Final = "1.3.6.1.5.5.7.3.4"
MOST_BYTES: Final = 8 * 1024 * 1024
_LISTS: Final = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu
    "/etc/pki/ca-trust/extracted/pem/email-ca-bundle.pem",  # Fedora: those for mail
    "/etc/ssl/cert.pem",
)


def system_authorities() -> tuple[bytes, ...]:
    """() where the system keeps none or will not tell."""
    if sys.platform == "win32":
        try:
            return tuple(
                der
                for der, encoding, trusted in ssl.enum_certificates("ROOT")
                if encoding == "x509_asn" and (trusted is True or (trusted and MAIL in trusted))
            )
        except OSError:
            return ()
    told = ssl.get_default_verify_paths().cafile
    for path in (*_LISTS, *((told,) if told else ())):
        try:
            with Path(path).open("rb") as file:
                text = file.read(MOST_BYTES).decode("ascii", "ignore")
        except OSError:
            continue
        return from_pem(text)
    logger.warning("the system's list of authorities was not found")
    return ()


def from_pem(text: str) -> tuple[bytes, ...]:
    """Certificates of a PEM text."""
    out: list[bytes] = []
    end = "-----END CERTIFICATE-----"
    for piece in text.split("-----BEGIN CERTIFICATE-----")[1:]:
        body, mark, _ = piece.partition(end)
        if not mark:
            continue
        try:
            out.append(ssl.PEM_cert_to_DER_cert(f"-----BEGIN CERTIFICATE-----{body}{end}\n"))
        except ValueError:
            continue
    return tuple(out)
