"""Certificates of people (RFC 8550): whose, for what, and whether an authority vouches for them.

A chain is built from the certificates at hand alone; no list of revocations is fetched, for nothing
may leave the PC when a message is read. What this reader does not understand and is critical makes
a chain unknown, never good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from mel_desktop.model.values import dataclass

LEAST_RSA_BITS: Final = 2048
DEEPEST: Final = 8
MOST_STEPS: Final = 64  # signatures looked at for one chain
_OLD_DIGESTS: Final = frozenset({"md5", "sha1"})
_UNDERSTOOD: Final = frozenset({
    ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.CERTIFICATE_POLICIES,
})  # fmt: skip
_PURPOSES: Final = frozenset({
    ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
})  # fmt: skip
# What the readers of certificates raise on hostile octets.
BROKEN: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
    NotImplementedError, UnsupportedAlgorithm, x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problem``: "" | expired | weak | use | unknown. ``authority``: who does, or claims to."""

    problem: str
    authority: str


def load(der: bytes) -> x509.Certificate | None:
    """A certificate, or None for what is none."""
    try:
        found = x509.load_der_x509_certificate(der)
        _ = found.subject, found.issuer, found.extensions, found.public_key()
    except BROKEN:
        return None
    return found


def name_of(name: x509.Name) -> str:
    """The name that people know: common name, organisation, or all of it."""
    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for one in name.get_attributes_for_oid(wanted):
            if text := " ".join(str(one.value).split())[:200]:
                return text
    return name.rfc4514_string()[:200]


def addresses_of(found: x509.Certificate) -> tuple[str, ...]:
    """Addresses it is for, in small letters: the alternative names, else those of the subject."""
    names: list[str] = []
    try:
        other = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = other.value.get_values_for_type(x509.RFC822Name)
    except x509.ExtensionNotFound:
        pass
    if not names:
        names = [
            str(one.value) for one in found.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
        ]
    return tuple(dict.fromkeys(one.strip().lower() for one in names[:50]))


def may(found: x509.Certificate, *, encrypt: bool = False) -> bool:
    """Whether it is for mail, and for signing (or for encrypting)."""
    try:
        purposes = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        if not _PURPOSES & set(purposes):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if encrypt:
        key = found.public_key()
        return isinstance(key, rsa.RSAPublicKey) and (usage is None or usage.key_encipherment)
    return usage is None or usage.digital_signature or usage.content_commitment


def is_in_force(found: x509.Certificate, at: datetime) -> bool:
    """Whether the instant lies within its validity."""
    return found.not_valid_before_utc <= at <= found.not_valid_after_utc


def is_weak(found: x509.Certificate, *, is_root: bool = False) -> bool:
    """Its key is short, or it was signed over an old digest (of a root that says nothing)."""
    key = found.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
        return True
    if is_root:
        return False
    digest = found.signature_hash_algorithm
    return digest is not None and digest.name in _OLD_DIGESTS


def judge(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Iterable[x509.Certificate],
    at: datetime,
    *,
    encrypt: bool = False,
) -> Verdict:
    """Whether a root vouches for a certificate of a person, as it stood at an instant."""
    claimed = name_of(leaf.issuer)
    try:
        if not may(leaf, encrypt=encrypt):
            return Verdict("use", claimed)
        chain = _chain(leaf, others, tuple(roots), at)
    except BROKEN:
        return Verdict("unknown", claimed)
    if chain is None:
        return Verdict("unknown", claimed)
    authority = name_of(chain[-1].subject) if len(chain) > 1 else claimed
    if not all(is_in_force(one, at) for one in chain):
        return Verdict("expired", authority)
    if any(is_weak(one, is_root=one is chain[-1] and len(chain) > 1) for one in chain):
        return Verdict("weak", authority)
    return Verdict("", authority)


def _chain(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[x509.Certificate, ...] | None:
    """From the leaf to a root; one that was in force throughout before one that was not."""
    if _has_unknown(leaf):
        return None
    if leaf in roots:
        return (leaf,)
    second: tuple[x509.Certificate, ...] | None = None
    open_: list[tuple[x509.Certificate, ...]] = [(leaf,)]
    steps = 0
    while open_:
        chain = open_.pop()
        last = chain[-1]
        for issuer in (*roots, *others):
            if issuer.subject != last.issuer or issuer in chain:
                continue
            steps += 1
            if steps > MOST_STEPS:
                return second
            if not _may_issue(issuer, len(chain) - 1) or not _issued(last, issuer):
                continue
            longer = (*chain, issuer)
            if issuer in roots:
                if _has_unknown(issuer):
                    continue
                if all(is_in_force(one, at) for one in longer):
                    return longer
                second = second or longer
            elif len(longer) < DEEPEST and not _has_unknown(issuer):
                open_.append(longer)
    return second


def _issued(found: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        found.verify_directly_issued_by(issuer)
    except (InvalidSignature, *BROKEN):
        return False
    return True


def _may_issue(issuer: x509.Certificate, below: int) -> bool:
    """An authority, and that many others under it. Old roots of version 1 say nothing of it."""
    if issuer.version is x509.Version.v1:
        return issuer.subject == issuer.issuer
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    if not basic.ca or (basic.path_length is not None and basic.path_length < below):
        return False
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _has_unknown(found: x509.Certificate) -> bool:
    """A critical extension that is not understood here; constraints on names are none of those
    that are, critical or not.
    """
    return any(
        (one.critical and one.oid not in _UNDERSTOOD) or one.oid == ExtensionOID.NAME_CONSTRAINTS
        for one in found.extensions
    )
