"""S/MIME as people need it: who signed, whether it holds, what a message was wrapped in."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import NewType

from mel_desktop.model.values import dataclass

OwnCertificateId = NewType("OwnCertificateId", int)


class SignatureState(Enum):
    """What became of the check, the best first."""

    GOOD = "good"
    OTHER_ADDRESS = "other-address"  # sound, but the message says that it is from somebody else
    WEAK = "weak"  # MD5, SHA-1, or RSA of less than 2048 bits
    EXPIRED = "expired"  # the certificate was not in force when the message came
    UNKNOWN_AUTHORITY = "unknown-authority"
    UNCHECKED = "unchecked"  # ``why`` says what stood in the way
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signer. ``addresses``: those that the certificate is for; ``fingerprint``: SHA-256."""

    state: SignatureState
    name: str = ""
    addresses: tuple[str, ...] = ()
    authority: str = ""
    signed_at: datetime | None = None  # as the signer says
    not_before: datetime | None = None
    not_after: datetime | None = None
    fingerprint: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class SmimeLook:
    """What was found of a message. ``trouble``: why it could not be opened, "" where it was:
    ``no-key`` | ``broken`` | ``altered`` | ``unsupported`` | ``too-deep``.
    """

    is_signed: bool = False
    is_encrypted: bool = False
    signatures: tuple[Signature, ...] = ()
    trouble: str = ""

    @property
    def worst(self) -> Signature | None:
        """The signature that counts where several people signed."""
        order = tuple(SignatureState)
        return max(self.signatures, key=lambda one: order.index(one.state), default=None)


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A certificate with its key, of the person who writes."""

    id: OwnCertificateId
    name: str
    addresses: tuple[str, ...]
    authority: str
    not_before: datetime
    not_after: datetime
    fingerprint: str
    can_sign: bool
    can_decrypt: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """What is wished for a draft."""

    sign: bool = False
    encrypt: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a wish can be met now. ``missing``: who has no certificate here."""

    has_own: bool = False
    missing: tuple[str, ...] = ()
    has_bcc: bool = False
