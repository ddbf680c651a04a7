"""The final bytes of a draft signed and encrypted as was wished, once, before they are queued.

Rule 1: a wish that cannot be met is a refusal: nothing leaves in clear instead.
Rule 2: a message with hidden recipients is not encrypted: who is among its recipients can be seen
by all of them (RFC 5652 6.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7

from mel_desktop.logic.smime_wrapping import (
    encrypted_message,
    signed_entity,
    signed_message,
    split_finished,
)
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Address
from mel_desktop.model.values import dataclass
from mel_desktop.store import smime
from mel_desktop.store.database import Reader


@dataclass(frozen=True, slots=True)
class Signer:
    """An own certificate that is in force, with those of its authorities."""

    id: int
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def protected(
    reader: Reader,
    draft: int,
    sender: str,
    *,
    people: Sequence[Address],
    has_bcc: bool,
    boundary: str,
    now: datetime,
    pieces: Iterable[bytes],
) -> Iterator[bytes]:
    """The bytes as they leave. USAGE with why: smime-no-own | smime-no-certificate | smime-bcc."""
    wanted = smime.wished(reader, draft)
    if not (wanted.sign or wanted.encrypt):
        yield from pieces
        return
    own = own_for(reader, sender, now)
    if own is None:
        raise LocalRefusal(ErrorCode.USAGE, why="smime-no-own")
    certificates: list[x509.Certificate] = []
    if wanted.encrypt:
        if has_bcc:
            raise LocalRefusal(ErrorCode.USAGE, why="smime-bcc")
        found = [encryption_certificate(reader, one.address, now) for one in people]
        certificates = [one for one in found if one is not None]
        if len(certificates) < len(found) or not found:
            raise LocalRefusal(ErrorCode.USAGE, why="smime-no-certificate")
        mine = encryption_certificate(reader, sender, now)
        if mine is None:  # the own copy could never be read again
            raise LocalRefusal(ErrorCode.USAGE, why="smime-no-own")
        certificates.append(mine)
    head, entity = split_finished(b"".join(pieces))
    mark = f"signed-{boundary}"
    if not wanted.encrypt:
        yield from signed_message(head, entity, _sign(reader, own, entity), mark)
        return
    if wanted.sign:
        entity = signed_entity(entity, _sign(reader, own, entity), mark)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(entity)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    for one in dict.fromkeys(certificates):
        builder = builder.add_recipient(one)
    cms = builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    yield from encrypted_message(head, cms)


def own_for(reader: Reader, address: str, now: datetime) -> Signer | None:
    """What an address signs with: what was chosen, else the newest in force that is for it."""
    from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

    chosen, wanted = smime.chosen(reader, address), address.strip().lower()
    for one in smime.own(reader):
        found = smime_chain.load(one.certificate)
        if found is None or not smime_chain.is_in_force(found, now) or not smime_chain.may(found):
            continue
        if one.id == chosen or (chosen is None and wanted in smime_chain.addresses_of(found)):
            chain = tuple(other for other in map(smime_chain.load, one.chain) if other is not None)
            return Signer(one.id, found, chain)
    return None


def encryption_certificate(reader: Reader, address: str, now: datetime) -> x509.Certificate | None:
    """What is encrypted to an address with: an own one, else the last seen in a good signature."""
    from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

    wanted = address.strip().lower()
    ours = [one.certificate for one in smime.own(reader)]
    for der in (*ours, *smime.of_person(reader, wanted)):
        found = smime_chain.load(der)
        if (
            found is not None
            and wanted in smime_chain.addresses_of(found)
            and smime_chain.is_in_force(found, now)
            and smime_chain.may(found, encrypt=True)
        ):
            return found
    return None


def _sign(reader: Reader, own: Signer, entity: bytes) -> bytes:
    pem = smime.key_of(reader, own.id)
    if pem is None:
        raise LocalRefusal(ErrorCode.USAGE, why="smime-no-own")
    key = load_pem_private_key(pem.reveal().encode("ascii"), password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise LocalRefusal(ErrorCode.USAGE, why="smime-no-own")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(entity)
    builder = builder.add_signer(own.certificate, key, hashes.SHA256())
    for one in own.chain:
        builder = builder.add_certificate(one)
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)
