"""Sealing to the school's public key: X25519 (RFC 7748), HKDF-SHA256, AES-256-GCM.

An ephemeral key pair for each box; the box key is derived from the shared secret and bound to both
public keys. Whoever has the private key opens it, nobody else, not even the one who sealed it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble

PUBLIC_BYTES: Final = 32
_INFO: Final = b"mel-desktop-keys escrow"


def new_pair() -> tuple[bytes, bytes]:
    """(private key as PEM, public key as 32 octets)."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 first needed here

    private = X25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem, private.public_key().public_bytes_raw()


def private_from_pem(pem: bytes) -> X25519PrivateKey:
    """The school's private key as ``new_pair`` wrote it. LocalRefusal(BAD_FILE)."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 first needed here

    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="private key in PEM form expected") from error
    if not isinstance(key, X25519PrivateKey):
        raise LocalRefusal(ErrorCode.BAD_FILE, why="X25519 key expected")
    return key


def public_of(private: X25519PrivateKey) -> bytes:
    """The public key, 32 octets."""
    return private.public_key().public_bytes_raw()


def public_from_text(text: str) -> bytes:
    """32 octets from base64. ValueError."""
    try:
        octets = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:  # binascii.Error is one
        raise ValueError("base64 expected") from error
    if len(octets) != PUBLIC_BYTES:
        raise ValueError("32 octets expected")
    return octets


def public_text(public: bytes) -> str:
    """The public key as a policy names it."""
    return base64.b64encode(public).decode("ascii")


def fingerprint(public: bytes) -> str:
    """128 bits of the key's digest, as people compare them."""
    digits = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def sealing_key(public: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """(ephemeral public key, key of the box) for the holder of ``public``. ValueError: no such key.

    ValueError also for points that would give everybody the same secret.
    """
    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    own = ephemeral.public_key().public_bytes_raw()
    return own, _derive(shared, own, public, salt)


def opening_key(private: X25519PrivateKey, ephemeral: bytes, salt: bytes) -> bytes:
    """The same key, for whoever has the private one. StoreTrouble(DAMAGED)."""
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    except ValueError as error:
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot="escrow") from error
    return _derive(shared, ephemeral, public_of(private), salt)


def _derive(shared: bytes, ephemeral: bytes, public: bytes, salt: bytes) -> bytes:
    info = _INFO + ephemeral + public
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(shared)
