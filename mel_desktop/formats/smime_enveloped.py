"""EnvelopedData (RFC 5652 section 6, RFC 8551) and AuthEnvelopedData (RFC 5083, AES-GCM as in
RFC 5084) of CMS: opened with an own key.

Rule 1: nothing here raises on any octets but ``Unopened``.
Rule 2: what is opened is not vouched for: who holds a certificate may have written it, and CBC can
be altered. It is shown apart from all that stood outside it.
Rule 3: not one octet of what GCM does not vouch for is given out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mel_desktop.model.values import dataclass

MOST_RECIPIENTS: Final = 2000
_AES: Final = {"aes128_cbc": 16, "aes192_cbc": 24, "aes256_cbc": 32}
_AES_GCM: Final = {"aes128_gcm": 16, "aes192_gcm": 24, "aes256_gcm": 32}
LEAST_TAG: Final = 12  # octets (RFC 5084 3.2)
_OAEP_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}  # fmt: skip


class Unopened(Exception):
    """``args[0]``: no-key | broken | unsupported | altered."""


@dataclass(frozen=True, slots=True)
class OwnKey:
    """An own certificate and its key in PEM form."""

    certificate: x509.Certificate
    key: bytes


def open_enveloped(octets: bytes, keys: Sequence[OwnKey]) -> bytes:
    """What is inside. Unopened."""

    from asn1crypto import cms  # noqa: PLC0415 start-up time and 5 MB

    from mel_desktop.formats.smime_chain import BROKEN  # noqa: PLC0415 seldom
    from mel_desktop.formats.smime_signed import MOST_OCTETS  # noqa: PLC0415 seldom

    try:
        if len(octets) > MOST_OCTETS:
            raise ValueError("too large")
        info = cms.ContentInfo.load(octets)
        kind, data = info["content_type"].native, info["content"]
        if kind not in ("enveloped_data", "authenticated_enveloped_data"):
            raise Unopened("unsupported")
        infos = list(data["recipient_infos"])[:MOST_RECIPIENTS]
        wanted = _mine(infos, keys)
        if wanted is None:
            raise Unopened("no-key")
        secret = _content_key(*wanted)
        if kind == "authenticated_enveloped_data":
            return _opened_whole(data, secret)
        inside = data["encrypted_content_info"]
        way = inside["content_encryption_algorithm"]
        closed = inside["encrypted_content"].native
        return _opened(way, secret, closed)
    except BROKEN as error:
        raise Unopened("broken") from error


def _mine(infos: Sequence[Any], keys: Sequence[OwnKey]) -> tuple[Any, OwnKey] | None:
    for one in infos:
        if one.name != "ktri":
            continue
        rid = one.chosen["rid"]
        for own in keys:
            certificate = own.certificate
            if rid.name == "issuer_and_serial_number":
                serial = rid.chosen["serial_number"].native
                issuer = rid.chosen["issuer"].dump()
                same = certificate.serial_number == serial
                if same and certificate.issuer.public_bytes() == issuer:
                    return one.chosen, own
            elif _key_id(certificate) == rid.chosen.native:
                return one.chosen, own
    return None


def _key_id(certificate: x509.Certificate) -> bytes:
    try:
        return certificate.extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier
        ).value.digest
    except x509.ExtensionNotFound:
        return b""


def _content_key(info: Any, own: OwnKey) -> bytes:
    key = load_pem_private_key(own.key, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Unopened("unsupported")
    way = info["key_encryption_algorithm"]
    name = way["algorithm"].native
    closed = info["encrypted_key"].native
    if name in ("rsaes_pkcs1v15", "rsa"):
        return key.decrypt(closed, padding.PKCS1v15())
    if name == "rsaes_oaep":
        digest = _OAEP_HASHES[way["parameters"]["hash_algorithm"]["algorithm"].native]
        mask = way["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native
        return key.decrypt(closed, padding.OAEP(padding.MGF1(_OAEP_HASHES[mask]()), digest(), None))
    raise Unopened("unsupported")


def _opened(way: Any, secret: bytes, closed: bytes) -> bytes:
    name = way["algorithm"].native
    if name in _AES and len(secret) == _AES[name]:
        cipher = Cipher(algorithms.AES(secret), modes.CBC(way["parameters"].native))
        bits = 128
    elif name == "tripledes_3key":
        cipher = Cipher(TripleDES(secret), modes.CBC(way["parameters"].native))
        bits = 64
    else:
        raise Unopened("unsupported")
    decryptor = cipher.decryptor()
    padded = decryptor.update(closed) + decryptor.finalize()
    unpadder = PKCS7(bits).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _opened_whole(data: Any, secret: bytes) -> bytes:
    """What an AuthEnvelopedData holds, unaltered and whole."""
    inside = data["auth_encrypted_content_info"]
    way = inside["content_encryption_algorithm"]
    if len(secret) != _AES_GCM.get(way["algorithm"].native):
        raise Unopened("unsupported")
    nonce, size = _gcm_parameters(way["parameters"])
    tag = data["mac"].native
    if not LEAST_TAG <= len(tag) == size:
        raise Unopened("altered")
    told = data["auth_attrs"]
    cipher = Cipher(algorithms.AES(secret), modes.GCM(nonce, tag, min_tag_length=LEAST_TAG))
    decryptor = cipher.decryptor()
    if told.native is not None:  # as a SET OF, whatever its tag (RFC 5083 2.2)
        decryptor.authenticate_additional_data(b"\x31" + told.dump()[1:])
    try:
        return decryptor.update(inside["encrypted_content"].native) + decryptor.finalize()
    except InvalidTag as error:
        raise Unopened("altered") from error


def _gcm_parameters(parameters: Any) -> tuple[bytes, int]:
    """(nonce, octets of the tag): GCMParameters of RFC 5084 3.2."""
    from asn1crypto import core  # noqa: PLC0415 start-up time and 5 MB

    found = core.SequenceOf.load(parameters.dump(), spec=core.Any)
    nonce = found[0].parse(core.OctetString).native
    size = found[1].parse(core.Integer).native if len(found) > 1 else LEAST_TAG
    return nonce, size
