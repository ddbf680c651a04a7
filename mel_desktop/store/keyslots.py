"""The key header ``store.keys``: ways in to the data key, and nothing else.

The data key (DEK) is 32 random octets and the only thing that the cipher is given. Each slot holds
it wrapped by AES-256-GCM under a key of its own:

- ``os``: 32 random octets kept in the operating system's keyring;
- ``pass``: Argon2id (RFC 9106) of a passphrase, parameters in the slot;
- ``recovery``: HKDF-SHA256 (RFC 5869) of 160 random bits shown once.

The additional data binds store, version, slot kind and parameters: nothing of a slot can be
exchanged or weakened without the tag failing, and a wrong key is a refusal, never a wrong DEK. The
header's checksum tells damage from a wrong passphrase; it protects nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.ports import Clock, Randomness

FORMAT: Final = "mel-desktop-keys"
VERSION: Final = 1
CIPHER: Final = "chacha20"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
RECOVERY_BYTES: Final = 20  # 160 bits: 32 base32 characters
GROUP: Final = 4

OS: Final = "os"
PASS: Final = "pass"  # noqa: S105 the name of a slot
RECOVERY: Final = "recovery"

# Argon2id. Below the least it is a downgrade, above the most a header that freezes the PC.
MEMORY_KIB: Final = 64 * 1024
LEAST_ITERATIONS: Final = 3
MOST_MEMORY_KIB: Final = 1024 * 1024
MOST_ITERATIONS: Final = 1000
CALIBRATED_ITERATIONS: Final = 100  # the most that calibration chooses
TARGET_S: Final = 0.7  # between 0.5 and 1.0 s on this PC

Parameters = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in. ``parameters`` are public and authenticated."""

    kind: str
    parameters: Parameters
    nonce: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """The content of ``store.keys``. ``generation`` grows with each change."""

    store_id: str
    generation: int = 1
    slots: tuple[Slot, ...] = field(default=())

    def slot(self, kind: str) -> Slot | None:
        """The slot of a kind, or None."""
        return next((one for one in self.slots if one.kind == kind), None)

    def with_slot(self, slot: Slot) -> Header:
        """The slot added, replacing one of its kind."""
        others = tuple(one for one in self.slots if one.kind != slot.kind)
        return replace(self, generation=self.generation + 1, slots=(*others, slot))


def new_header(randomness: Randomness) -> Header:
    """A header without a way in yet."""
    return Header(store_id=randomness.token(16).hex(), generation=0)


# -- slots ---------------------------------------------------------------------------------------


def passphrase_slot(
    header: Header, key: bytes, passphrase: Secret, randomness: Randomness, clock: Clock
) -> Slot:
    """A slot for a passphrase, as slow as this PC bears."""
    salt = randomness.token(SALT_BYTES)
    began = clock.monotonic()
    _argon2id(passphrase, salt, LEAST_ITERATIONS, MEMORY_KIB)
    per_iteration = (clock.monotonic() - began) / LEAST_ITERATIONS
    iterations = LEAST_ITERATIONS
    if per_iteration > 0:
        wanted = math.ceil(TARGET_S / per_iteration)
        iterations = max(LEAST_ITERATIONS, min(wanted, CALIBRATED_ITERATIONS))
    parameters: Parameters = {
        "kdf": "argon2id",
        "memory_kib": MEMORY_KIB,
        "iterations": iterations,
        "lanes": 1,
        "salt": _text(salt),
    }
    kek = _argon2id(passphrase, salt, iterations, MEMORY_KIB)
    return _wrap(header, PASS, parameters, kek, key, randomness)


def recovery_slot(header: Header, key: bytes, code: bytes, randomness: Randomness) -> Slot:
    """A slot for the 160 random bits of a recovery code."""
    salt = randomness.token(SALT_BYTES)
    parameters: Parameters = {"kdf": "hkdf-sha256", "salt": _text(salt)}
    return _wrap(header, RECOVERY, parameters, _hkdf(header, code, salt), key, randomness)


def keyring_slot(header: Header, key: bytes, kek: bytes, randomness: Randomness) -> Slot:
    """A slot for a random key that the keyring keeps under ``keyring_name``."""
    return _wrap(header, OS, {"kdf": "none"}, kek, key, randomness)


def keyring_name(header: Header) -> str:
    """What the key of the ``os`` slot is called in the keyring."""
    return f"vault {header.store_id}"


def open_with_passphrase(header: Header, slot: Slot, passphrase: Secret) -> bytes:
    """The data key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    iterations = slot.parameters.get("iterations")
    memory = slot.parameters.get("memory_kib")
    if (
        slot.parameters.get("kdf") != "argon2id"
        or slot.parameters.get("lanes") != 1
        or not isinstance(iterations, int)
        or not isinstance(memory, int)
        or not LEAST_ITERATIONS <= iterations <= MOST_ITERATIONS
        or not MEMORY_KIB <= memory <= MOST_MEMORY_KIB
    ):
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=PASS)
    kek = _argon2id(passphrase, _salt(slot), iterations, memory)
    return _unwrap(header, slot, kek)


def open_with_recovery(header: Header, slot: Slot, code: Secret) -> bytes:
    """The data key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    if slot.parameters.get("kdf") != "hkdf-sha256":
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=RECOVERY)
    return _unwrap(header, slot, _hkdf(header, recovery_bits(code), _salt(slot)))


def open_with_keyring(header: Header, slot: Slot, kek: bytes) -> bytes:
    """The data key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    if slot.parameters.get("kdf") != "none":
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=OS)
    return _unwrap(header, slot, kek)


def recovery_text(code: bytes) -> Secret:
    """160 bits as people write them down: eight groups of four letters and digits."""
    letters = base64.b32encode(code).decode("ascii")
    groups = (letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
    return Secret("-".join(groups))


def recovery_bits(code: Secret) -> bytes:
    """What a person typed, back to bits. StoreTrouble(WRONG_PASSPHRASE) when it cannot be one."""
    letters = "".join(one for one in code.reveal().upper() if one.isalnum())
    letters = letters.translate(str.maketrans("018", "OIB"))  # digits that base32 does not use
    try:
        bits = base64.b32decode(letters.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        bits = b""
    if len(bits) != RECOVERY_BYTES:
        raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE, slot=RECOVERY)
    return bits


# -- bytes ---------------------------------------------------------------------------------------


def to_bytes(header: Header) -> bytes:
    """The file's content."""
    body: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "cipher": CIPHER,
        "store_id": header.store_id,
        "generation": header.generation,
        "slots": [
            {
                "kind": one.kind,
                "parameters": dict(one.parameters),
                "nonce": _text(one.nonce),
                "wrapped": _text(one.wrapped),
            }
            for one in header.slots
        ],
    }
    body["checksum"] = _checksum(body)
    return json.dumps(body, indent=1, sort_keys=True).encode("ascii") + b"\n"


def from_bytes(data: bytes) -> Header:
    """Parse. StoreTrouble(DAMAGED | STORE_TOO_NEW)."""
    try:
        body = cast("dict[str, object]", json.loads(data))
        if body["format"] != FORMAT or body.pop("checksum") != _checksum(body):
            raise ValueError("checksum")
        if (version := int(str(body["version"]))) > VERSION:
            raise StoreTrouble(ErrorCode.STORE_TOO_NEW, found=version, known=VERSION)
        return Header(
            store_id=str(body["store_id"]),
            generation=int(str(body["generation"])),
            slots=tuple(
                Slot(
                    kind=str(one["kind"]),
                    parameters=cast("Parameters", one["parameters"]),
                    nonce=_bytes(one["nonce"]),
                    wrapped=_bytes(one["wrapped"]),
                )
                for one in cast("list[dict[str, object]]", body["slots"])
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.keys") from error


# -- inside --------------------------------------------------------------------------------------


def _wrap(
    header: Header,
    kind: str,
    parameters: Parameters,
    kek: bytes,
    key: bytes,
    randomness: Randomness,
) -> Slot:
    nonce = randomness.token(NONCE_BYTES)
    return Slot(
        kind, parameters, nonce, AESGCM(kek).encrypt(nonce, key, _aad(header, kind, parameters))
    )


def _unwrap(header: Header, slot: Slot, kek: bytes) -> bytes:
    try:
        key = AESGCM(kek).decrypt(
            slot.nonce, slot.wrapped, _aad(header, slot.kind, slot.parameters)
        )
    except (InvalidTag, ValueError) as error:
        raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE, slot=slot.kind) from error
    if len(key) != KEY_BYTES:
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.keys")
    return key


def _aad(header: Header, kind: str, parameters: Parameters) -> bytes:
    return _canonical([header.store_id, VERSION, kind, dict(parameters)])


def _argon2id(passphrase: Secret, salt: bytes, iterations: int, memory_kib: int) -> bytes:
    return Argon2id(
        salt=salt, length=KEY_BYTES, iterations=iterations, lanes=1, memory_cost=memory_kib
    ).derive(passphrase.reveal().encode("utf-8", "surrogatepass"))


def _hkdf(header: Header, code: bytes, salt: bytes) -> bytes:
    info = f"{FORMAT} recovery {header.store_id}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(code)


def _salt(slot: Slot) -> bytes:
    try:
        salt = _bytes(slot.parameters["salt"])
    except (KeyError, ValueError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=slot.kind) from error
    if len(salt) < SALT_BYTES:
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=slot.kind)
    return salt


def _checksum(body: Mapping[str, object]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _bytes(value: object) -> bytes:
    return base64.b64decode(str(value), validate=True)
