"""The key header ``store.keys``: ways in, and the data key behind them.

Slots hold the vault key, 32 random octets that never change, wrapped by AES-256-GCM under a key of
their own; the vault key in turn wraps the data key, the only thing that the cipher is given::

    os        32 random octets kept in the operating system's keyring ┐
    pass      Argon2id (RFC 9106) of a passphrase                     ├ vault key ── data key
    recovery  HKDF-SHA256 (RFC 5869) of 160 random bits shown once    │              (two while it
    escrow    the school's X25519 key, by policy (store.escrow)       ┘               is changed)

So a new passphrase rewraps 32 octets, and a new data key needs no passphrase (ADR 0009).

The additional data binds store, version, kind and parameters: nothing of a slot can be exchanged or
weakened without the tag failing, and a wrong key is a refusal, never a wrong vault key. A MAC under
the vault key binds all the rest (label, which slots there are). The checksum tells damage from a
wrong passphrase; it protects nothing. Version 1 had the data key in the slots: it opens, and is
written anew as version 2 with that key as its vault key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Final, TypeVar, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, Randomness
from mel_desktop.store import escrow, keybytes
from mel_desktop.store.keybytes import Key

FORMAT: Final = "mel-desktop-keys"
VERSION: Final = 2
OLDEST: Final = 1
CIPHER: Final = "chacha20"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
SALT_BYTES: Final = 16
RECOVERY_BYTES: Final = 20  # 160 bits: 32 base32 characters
GROUP: Final = 4

OS: Final = "os"
PASS: Final = "pass"  # noqa: S105 the name of a slot
RECOVERY: Final = "recovery"
ESCROW: Final = "escrow"

# Argon2id. MEMORY_KIB and LEAST_ITERATIONS: what is made today. Below OLDEST_* it is a downgrade,
# above the most a header that freezes the PC. What lies between is made anew when it is opened.
MEMORY_KIB: Final = 64 * 1024
LEAST_ITERATIONS: Final = 3
OLDEST_MEMORY_KIB: Final = 64 * 1024
OLDEST_ITERATIONS: Final = 3
MOST_MEMORY_KIB: Final = 1024 * 1024
MOST_ITERATIONS: Final = 1000
CALIBRATED_ITERATIONS: Final = 100  # the most that calibration chooses
TARGET_S: Final = 0.5
WORTH: Final = 2.0  # times what is stored: less is the noise of a busy PC

T = TypeVar("T")
Parameters = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in. ``parameters`` are public and authenticated."""

    kind: str
    parameters: Parameters
    nonce: bytes
    wrapped: bytes
    version: int = VERSION  # that of the header it was made for


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key under the vault key. ``pending``: the file under it is not in place yet."""

    nonce: bytes
    wrapped: bytes
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The content of ``store.keys``. ``generation`` grows with each change."""

    store_id: str
    generation: int = 1
    slots: tuple[Slot, ...] = field(default=())
    keys: tuple[DataKey, ...] = ()  # none: version 1
    label: str = ""
    created_at: str = ""  # RFC 3339
    temporary: bool = False
    mac: bytes = b""

    def slot(self, kind: str) -> Slot | None:
        """The slot of a kind, or None."""
        return next((one for one in self.slots if one.kind == kind), None)

    def with_slot(self, slot: Slot) -> Header:
        """The slot added, replacing one of its kind."""
        return replace(self, slots=(*self.without_slot(slot.kind).slots, slot))

    def without_slot(self, kind: str) -> Header:
        """Without the slot of a kind."""
        return replace(self, slots=tuple(one for one in self.slots if one.kind != kind))

    def data_key(self, *, pending: bool = False) -> DataKey | None:
        """The data key in force, or the one that comes."""
        return next((one for one in self.keys if one.pending is pending), None)

    def with_keys(self, *keys: DataKey) -> Header:
        """These data keys and no others."""
        return replace(self, keys=keys)


def new_header(randomness: Randomness, *, label: str = "", created_at: str = "") -> Header:
    """A header without a way in yet."""
    return Header(
        store_id=randomness.token(16).hex(), generation=0, label=label, created_at=created_at
    )


# -- vault key -----------------------------------------------------------------------------------


def sealed(header: Header, vault_key: Key) -> Header:
    """The next generation, with its MAC: what is written."""
    following = replace(header, generation=header.generation + 1)
    return replace(following, mac=_mac(following, vault_key))


def verify(header: Header, vault_key: Key) -> None:
    """Whether somebody with the vault key wrote all of it. StoreTrouble(DAMAGED)."""
    if header.keys and not hmac.compare_digest(header.mac, _mac(header, vault_key)):
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.keys", why="forged")


def wrap_data_key(
    header: Header, vault_key: Key, key: Key, randomness: Randomness, *, pending: bool = False
) -> DataKey:
    """The data key under the vault key."""
    nonce = randomness.token(NONCE_BYTES)
    box = _data_box(header, vault_key).encrypt(nonce, key, None)
    return DataKey(nonce, box, pending)


def data_key(header: Header, vault_key: Key, wrapped: DataKey) -> bytearray:
    """The data key. StoreTrouble(DAMAGED)."""
    try:
        key = _data_box(header, vault_key).decrypt(wrapped.nonce, wrapped.wrapped, None)
    except (InvalidTag, ValueError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.keys", why="data-key") from error
    return _taken(key)


# -- slots ---------------------------------------------------------------------------------------


def passphrase_slot(
    header: Header, key: Key, passphrase: Secret, randomness: Randomness, clock: Clock
) -> Slot:
    """A slot for a passphrase, as slow as this PC bears."""
    salt = randomness.token(SALT_BYTES)
    began = clock.monotonic()
    _argon2id(passphrase, salt, LEAST_ITERATIONS, MEMORY_KIB)
    iterations = _affordable((clock.monotonic() - began) / LEAST_ITERATIONS)
    parameters: Parameters = {
        "kdf": "argon2id",
        "memory_kib": MEMORY_KIB,
        "iterations": iterations,
        "lanes": 1,
        "salt": _text(salt),
    }
    kek = _argon2id(passphrase, salt, iterations, MEMORY_KIB)
    return _wrap(header, PASS, parameters, kek, key, randomness)


def is_outgrown(slot: Slot, took_s: float) -> bool:
    """Whether a passphrase slot that took so long to open should be made anew, stronger."""
    iterations = cast("int", slot.parameters["iterations"])
    memory = cast("int", slot.parameters["memory_kib"])
    if iterations < LEAST_ITERATIONS or memory < MEMORY_KIB:
        return True
    per_iteration = took_s / iterations * MEMORY_KIB / memory
    return took_s > 0 and _affordable(per_iteration) >= WORTH * iterations * memory / MEMORY_KIB


def _affordable(per_iteration: float) -> int:
    if per_iteration <= 0:
        return LEAST_ITERATIONS
    wanted = math.ceil(TARGET_S / per_iteration)
    return max(LEAST_ITERATIONS, min(wanted, CALIBRATED_ITERATIONS))


def recovery_slot(header: Header, key: Key, code: bytes, randomness: Randomness) -> Slot:
    """A slot for the 160 random bits of a recovery code."""
    salt = randomness.token(SALT_BYTES)
    parameters: Parameters = {"kdf": "hkdf-sha256", "salt": _text(salt)}
    return _wrap(header, RECOVERY, parameters, _hkdf(header, code, salt), key, randomness)


def keyring_slot(header: Header, key: Key, kek: bytes, randomness: Randomness) -> Slot:
    """A slot for a random key that the keyring keeps under ``keyring_name``."""
    return _wrap(header, OS, {"kdf": "none"}, kek, key, randomness)


def escrow_slot(
    header: Header, key: Key, public: bytes, owner: str, randomness: Randomness
) -> Slot:
    """A slot that only the holder of the school's private key opens. ValueError: no such key."""
    salt = randomness.token(SALT_BYTES)
    ephemeral, box = escrow.sealing_key(public, salt)
    parameters: Parameters = {
        "kdf": "x25519-hkdf-sha256",
        "ephemeral": _text(ephemeral),
        "fingerprint": escrow.fingerprint(public),
        "owner": owner,
        "salt": _text(salt),
    }
    return _wrap(header, ESCROW, parameters, box, key, randomness)


def keyring_name(header: Header) -> str:
    """What the key of the ``os`` slot is called in the keyring."""
    return f"vault {header.store_id}"


def open_with_passphrase(header: Header, slot: Slot, passphrase: Secret) -> bytearray:
    """The vault key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    iterations = slot.parameters.get("iterations")
    memory = slot.parameters.get("memory_kib")
    if (
        slot.parameters.get("kdf") != "argon2id"
        or slot.parameters.get("lanes") != 1
        or not isinstance(iterations, int)
        or not isinstance(memory, int)
        or not OLDEST_ITERATIONS <= iterations <= MOST_ITERATIONS
        or not OLDEST_MEMORY_KIB <= memory <= MOST_MEMORY_KIB
    ):
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=PASS)
    kek = _argon2id(passphrase, _salt(slot), iterations, memory)
    return _unwrap(header, slot, kek)


def open_with_recovery(header: Header, slot: Slot, code: Secret) -> bytearray:
    """The vault key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    if slot.parameters.get("kdf") != "hkdf-sha256":
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=RECOVERY)
    return _unwrap(header, slot, _hkdf(header, recovery_bits(code), _salt(slot)))


def open_with_keyring(header: Header, slot: Slot, kek: bytes) -> bytearray:
    """The vault key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    if slot.parameters.get("kdf") != "none":
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=OS)
    return _unwrap(header, slot, kek)


def open_with_escrow(header: Header, slot: Slot, private: X25519PrivateKey) -> bytearray:
    """The vault key. StoreTrouble(WRONG_PASSPHRASE | DAMAGED)."""
    try:
        ephemeral = _bytes(slot.parameters["ephemeral"])
    except (KeyError, ValueError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED, why="key-parameters", slot=ESCROW) from error
    return _unwrap(header, slot, escrow.opening_key(private, ephemeral, _salt(slot)))


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
    body = _body(header) | {"mac": _text(header.mac)}
    body["checksum"] = _checksum(body)
    return json.dumps(body, indent=1, sort_keys=True).encode("ascii") + b"\n"


def _body(header: Header) -> dict[str, object]:
    """All that the MAC covers."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "cipher": CIPHER,
        "store_id": header.store_id,
        "generation": header.generation,
        "label": header.label,
        "created_at": header.created_at,
        "temporary": header.temporary,
        "keys": [
            {"nonce": _text(one.nonce), "wrapped": _text(one.wrapped), "pending": one.pending}
            for one in header.keys
        ],
        "slots": [
            {
                "kind": one.kind,
                "parameters": dict(one.parameters),
                "nonce": _text(one.nonce),
                "wrapped": _text(one.wrapped),
                "version": one.version,
            }
            for one in header.slots
        ],
    }


def from_bytes(data: bytes) -> Header:
    """Parse. StoreTrouble(DAMAGED | STORE_TOO_NEW)."""
    try:
        body = cast("dict[str, object]", json.loads(data))
        if body["format"] != FORMAT or body.pop("checksum") != _checksum(body):
            raise ValueError("checksum")
        if (version := _is(int, body["version"])) > VERSION:
            raise StoreTrouble(ErrorCode.STORE_TOO_NEW, found=version, known=VERSION)
        if version < OLDEST or body["cipher"] != CIPHER:
            raise ValueError("version or cipher")
        return _header(body, version)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.keys") from error


def _header(body: Mapping[str, object], version: int) -> Header:
    """ValueError, KeyError, TypeError for what is none. Each value has its type exactly: whoever
    has the files can put the checksum right, and what is read before the MAC must bear anything.
    """
    slots = tuple(
        Slot(
            kind=_is(str, one["kind"]),
            parameters=_parameters(one["parameters"]),
            nonce=_bytes(_is(str, one["nonce"])),
            wrapped=_bytes(_is(str, one["wrapped"])),
            version=_is(int, one["version"]) if version > OLDEST else OLDEST,
        )
        for one in _rows(body["slots"])
    )
    header = Header(
        store_id=_is(str, body["store_id"]), generation=_is(int, body["generation"]), slots=slots
    )
    if version == OLDEST:
        return header
    keys = tuple(
        DataKey(
            _bytes(_is(str, one["nonce"])),
            _bytes(_is(str, one["wrapped"])),
            _is(bool, one["pending"]),
        )
        for one in _rows(body["keys"])
    )
    if [one.pending for one in keys] not in ([False], [False, True]):
        raise ValueError("data keys")
    return replace(
        header,
        keys=keys,
        label=_is(str, body["label"]),
        created_at=_is(str, body["created_at"]),
        temporary=_is(bool, body["temporary"]),
        mac=_bytes(_is(str, body["mac"])),
    )


def _is(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    return value


def _rows(value: object) -> list[dict[str, object]]:
    found = _is(list, value)
    return [cast("dict[str, object]", _is(dict, one)) for one in found]


def _parameters(value: object) -> Parameters:
    found = _is(dict, value)
    if not all(type(one) in (str, int) for one in found.values()):
        raise TypeError("parameters")
    return cast("Parameters", found)


# -- inside --------------------------------------------------------------------------------------


def _wrap(
    header: Header,
    kind: str,
    parameters: Parameters,
    kek: bytes,
    key: Key,
    randomness: Randomness,
) -> Slot:
    nonce = randomness.token(NONCE_BYTES)
    aad = _aad(header, VERSION, kind, parameters)
    return Slot(kind, parameters, nonce, AESGCM(kek).encrypt(nonce, key, aad))


def _unwrap(header: Header, slot: Slot, kek: bytes) -> bytearray:
    aad = _aad(header, slot.version, slot.kind, slot.parameters)
    try:
        key = AESGCM(kek).decrypt(slot.nonce, slot.wrapped, aad)
    except (InvalidTag, ValueError) as error:
        raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE, slot=slot.kind) from error
    return _taken(key)


def _taken(key: bytes) -> bytearray:
    """A key that a library returned, where it can be wiped. DAMAGED when it is none."""
    if len(key) != KEY_BYTES:
        raise StoreTrouble(ErrorCode.DAMAGED, file="store.keys")
    ours = bytearray(key)
    keybytes.wipe_octets(key)
    return ours


def _aad(header: Header, version: int, kind: str, parameters: Parameters) -> bytes:
    return _canonical([header.store_id, version, kind, dict(parameters)])


def _data_box(header: Header, vault_key: Key) -> AESGCM:
    return AESGCM(_derived(header, vault_key, "data key"))


def _mac(header: Header, vault_key: Key) -> bytes:
    made = hmac.new(_derived(header, vault_key, "header"), _canonical(_body(header)), "sha256")
    return made.digest()


def _derived(header: Header, vault_key: Key, purpose: str) -> bytes:
    info = f"{FORMAT} {purpose} {header.store_id}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(vault_key)


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
