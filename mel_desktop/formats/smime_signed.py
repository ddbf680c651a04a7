"""SignedData of CMS (RFC 5652 section 5, RFC 8551): what was signed, by whom, and whether it holds.

Rule 1: nothing here raises on any octets; what cannot be read is a signature UNCHECKED.
Rule 2: signers, certificates and octets are capped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from mel_desktop.model.smime import Signature, SignatureState
from mel_desktop.model.values import dataclass

MOST_SIGNERS: Final = 8
MOST_CERTIFICATES: Final = 40
MOST_OCTETS: Final = 96 * 1024 * 1024
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512,
}  # fmt: skip
_OLD: Final = frozenset({"md5", "sha1"})
_STATES: Final = {
    "": SignatureState.GOOD,
    "weak": SignatureState.WEAK,
    "expired": SignatureState.EXPIRED,
    "unknown": SignatureState.UNKNOWN_AUTHORITY,
    "use": SignatureState.UNKNOWN_AUTHORITY,
}


@dataclass(frozen=True, slots=True)
class Signed:
    """``content``: None where it stands outside. ``certificates``: DER, the signers' first."""

    content: bytes | None
    signatures: tuple[Signature, ...]
    certificates: tuple[bytes, ...] = ()


def read_signed(
    octets: bytes,
    roots: Sequence[x509.Certificate],
    at: datetime,
    *,
    sender: str,
    content: bytes | None = None,
) -> Signed:
    """Take apart and check. ``at``: when the message came; ``content``: what stands outside."""
    from mel_desktop.formats.smime_chain import BROKEN  # noqa: PLC0415 seldom

    try:
        data = _signed_data(octets)
        inside = data["encap_content_info"]["content"].native
        if content is None:
            content = inside if isinstance(inside, bytes) else None
        kind = data["encap_content_info"]["content_type"].native
        infos = list(data["signer_infos"])
        found = _certificates(data)
    except BROKEN:
        return Signed(content, (Signature(SignatureState.UNCHECKED, why="broken"),))
    if not infos:
        return Signed(content, (Signature(SignatureState.UNCHECKED, why="no-signer"),))
    if len(infos) > MOST_SIGNERS:
        return Signed(content, (Signature(SignatureState.UNCHECKED, why="too-many"),))
    out: list[Signature] = []
    signers: list[x509.Certificate] = []
    for info in infos:
        try:
            certificate = _signer(info, found)
            if certificate is None:
                out.append(Signature(SignatureState.UNCHECKED, why="no-certificate"))
                continue
            signers.append(certificate)
            out.append(_check(info, certificate, found, roots, at, sender, content, kind))
        except BROKEN:
            out.append(Signature(SignatureState.UNCHECKED, why="broken"))
    return Signed(content, tuple(out), tuple(_der(one) for one in (*signers, *found)))


def _der(found: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 seldom

    return found.public_bytes(Encoding.DER)


def _signed_data(octets: bytes) -> Any:
    from asn1crypto import cms  # noqa: PLC0415 start-up time and 5 MB

    if len(octets) > MOST_OCTETS:
        raise ValueError("too large")
    info = cms.ContentInfo.load(octets)
    if info["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    return info["content"]


def _certificates(data: Any) -> list[x509.Certificate]:
    from asn1crypto import cms  # noqa: PLC0415

    from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

    listed = data["certificates"]
    out: list[x509.Certificate] = []
    for one in listed if isinstance(listed, cms.CertificateSet) else ():
        if len(out) >= MOST_CERTIFICATES:
            break
        if one.name == "certificate" and (read := smime_chain.load(one.chosen.dump())) is not None:
            out.append(read)
    return out


def _signer(info: Any, found: Sequence[x509.Certificate]) -> x509.Certificate | None:
    sid = info["sid"]
    for one in found:
        if sid.name == "issuer_and_serial_number":
            same = one.serial_number == sid.chosen["serial_number"].native
            if same and one.issuer.public_bytes() == sid.chosen["issuer"].dump():
                return one
        else:
            try:
                key = one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            except x509.ExtensionNotFound:
                continue
            if key.digest == sid.chosen.native:
                return one
    return None


def _check(
    info: Any,
    certificate: x509.Certificate,
    found: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
    sender: str,
    content: bytes | None,
    kind: str,
) -> Signature:
    from mel_desktop.formats import smime_chain  # noqa: PLC0415 seldom

    verdict = smime_chain.judge(certificate, found, roots, at)
    addresses = smime_chain.addresses_of(certificate)
    signed_at = None
    state, why = SignatureState.UNCHECKED, ""
    digest = info["digest_algorithm"]["algorithm"].native
    if content is None:
        why = "no-content"
    elif digest not in _HASHES:
        why = "unsupported"
    else:
        attributes = _attributes(info)
        times = attributes.get("signing_time", [])
        signed_at = times[0].astimezone(UTC) if times and isinstance(times[0], datetime) else None
        try:
            holds = _holds(info, certificate, content, digest, attributes, kind)
        except NotImplementedError:
            why = "unsupported"
        else:
            state = _STATES[verdict.problem] if holds else SignatureState.ALTERED
            why = "use" if holds and verdict.problem == "use" else ""
    if state is SignatureState.GOOD:
        if signed_at is not None and not smime_chain.is_in_force(certificate, signed_at):
            state = SignatureState.EXPIRED
        elif digest in _OLD:
            state = SignatureState.WEAK
        elif sender.strip().lower() not in addresses:
            state = SignatureState.OTHER_ADDRESS
    return Signature(
        state,
        smime_chain.name_of(certificate.subject),
        addresses,
        verdict.authority,
        signed_at,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.fingerprint(hashes.SHA256()).hex(),
        why,
    )


def _attributes(info: Any) -> dict[str, list[Any]]:
    from asn1crypto import cms  # noqa: PLC0415 start-up time and 5 MB

    out: dict[str, list[Any]] = {}
    attributes = info["signed_attrs"]
    if not isinstance(attributes, cms.CMSAttributes):
        return out
    for one in attributes:
        name = one["type"].native
        if name in out:
            raise ValueError("an attribute twice")  # RFC 5652 5.3
        out[name] = list(one["values"].native) if name in (
            "signing_time", "message_digest", "content_type",
        ) else []  # fmt: skip
    return out


def _holds(
    info: Any,
    certificate: x509.Certificate,
    content: bytes,
    digest: str,
    attributes: dict[str, list[Any]],
    kind: str,
) -> bool:
    """Whether the signature is over these very octets. NotImplementedError for other algorithms."""
    from asn1crypto import cms  # noqa: PLC0415 start-up time and 5 MB

    signed = content
    if isinstance(info["signed_attrs"], cms.CMSAttributes):
        said = hashlib.new(digest, content, usedforsecurity=False).digest()
        if attributes.get("message_digest") != [said] or attributes.get("content_type") != [kind]:
            return False
        signed = b"\x31" + info["signed_attrs"].dump()[1:]  # a SET again (RFC 5652 5.4)
    elif kind != "data":
        return False  # RFC 5652 5.3: then the attributes must be there
    key = certificate.public_key()
    algorithm = _HASHES[digest]()
    signature = info["signature"].native
    way = info["signature_algorithm"].signature_algo
    try:
        if isinstance(key, rsa.RSAPublicKey) and way == "rsassa_pkcs1v15":
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and way == "rsassa_pss":
            salt = padding.PSS.AUTO
            key.verify(signature, signed, padding.PSS(padding.MGF1(algorithm), salt), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and way == "ecdsa":
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey) and way == "ed25519":
            key.verify(signature, signed)
        else:
            raise NotImplementedError(way)
    except InvalidSignature:
        return False
    return True
