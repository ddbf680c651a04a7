"""The ways in, as people and keyrings use them: what was typed, counted tries, keyring troubles."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Callable
from logging import getLogger
from pathlib import Path

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, Randomness, SecretStore
from mel_desktop.store import keyslots
from mel_desktop.store.keybytes import Key
from mel_desktop.store.keyslots import Header, Slot
from mel_desktop.store.tries import Tries

log = getLogger("mel.vault")


@dataclass(frozen=True, slots=True)
class Escrow:
    """To whom the vault key is sealed by policy."""

    public: bytes
    owner: str = ""


def normal(passphrase: Secret) -> Secret:
    """Without line ends and byte order mark of a file, composed as keyboards type it. USAGE."""
    text = unicodedata.normalize("NFC", passphrase.reveal().strip("\r\n\ufeff"))
    if not text.strip():
        raise LocalRefusal(ErrorCode.USAGE, why="empty-passphrase")
    return Secret(text)


def slot(header: Header, kind: str, why: str) -> Slot:
    """The slot of a kind. StoreTrouble(VAULT_LOCKED) without it."""
    found = header.slot(kind)
    if found is None:
        raise StoreTrouble(ErrorCode.VAULT_LOCKED, why=why)
    return found


def tried(profile: Path, clock: Clock, attempt: Callable[[], bytearray]) -> bytearray:
    """One try with what a person typed: counted, and after some wrong ones delayed."""
    tries = Tries(profile, clock)
    with tries.turn():
        tries.check()
        try:
            vault_key = attempt()
        except StoreTrouble as error:
            if error.code is not ErrorCode.WRONG_PASSPHRASE:
                raise
            tries.count()
            wait = -int(-tries.wait_s() // 1)
            facts = dict(error.facts) | ({"wait_s": wait} if wait else {})
            raise StoreTrouble(ErrorCode.WRONG_PASSPHRASE, **facts) from error
        tries.forget()
    return vault_key


def with_ways(
    header: Header,
    vault_key: Key,
    passphrase: Secret | None,
    secrets: SecretStore | None,
    randomness: Randomness,
    clock: Clock,
) -> Header:
    """The header with a slot for each way in that is given. NO_KEYRING."""
    if passphrase is not None:
        header = header.with_slot(
            keyslots.passphrase_slot(header, vault_key, passphrase, randomness, clock)
        )
    return with_keyring(header, vault_key, secrets, randomness, needed=passphrase is None)


def escrow_slot(header: Header, key: Key, wanted: Escrow, randomness: Randomness) -> Slot:
    """A slot for the school. LocalRefusal(POLICY) when the policy's key is none."""
    try:
        return keyslots.escrow_slot(header, key, wanted.public, wanted.owner, randomness)
    except ValueError as error:
        raise LocalRefusal(ErrorCode.POLICY, why="escrow-key") from error


def with_keyring(
    header: Header,
    vault_key: Key,
    secrets: SecretStore | None,
    randomness: Randomness,
    *,
    needed: bool,
) -> Header:
    """The header with a keyring slot where a keyring works. NO_KEYRING when it is ``needed``."""
    if secrets is None:
        if needed:
            raise StoreTrouble(ErrorCode.NO_KEYRING)
        return header
    kek = randomness.token(keyslots.KEY_BYTES)
    try:
        secrets.put(keyslots.keyring_name(header), Secret(base64.b64encode(kek).decode("ascii")))
    except StoreTrouble as error:
        if needed:
            raise
        log.info("no keyring slot: %s", error)
        return header
    return header.with_slot(keyslots.keyring_slot(header, vault_key, kek, randomness))


def open_with_keyring(header: Header, secrets: SecretStore | None) -> bytearray:
    """The vault key. VAULT_LOCKED (another way is needed) | NO_KEYRING (there is none other)."""
    slot = header.slot(keyslots.OS)
    if slot is None:
        raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="no-keyring-slot")
    if secrets is None:
        raise StoreTrouble(_without_keyring(header), why="no-keyring")
    try:
        kept = secrets.get(keyslots.keyring_name(header))
    except StoreTrouble as error:
        raise StoreTrouble(_without_keyring(header), **error.facts) from error
    if kept is None:
        raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="keyring-forgot")
    try:
        return keyslots.open_with_keyring(
            header, slot, base64.b64decode(kept.reveal(), validate=True)
        )
    except (binascii.Error, ValueError) as error:
        raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="keyring-key-refused") from error
    except StoreTrouble as error:
        if error.code is ErrorCode.WRONG_PASSPHRASE:  # nobody typed anything
            raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="keyring-key-refused") from error
        raise


def _without_keyring(header: Header) -> ErrorCode:
    """With a passphrase slot the person is asked for it; else only the keyring would do."""
    if header.slot(keyslots.PASS) is not None:
        return ErrorCode.VAULT_LOCKED
    return ErrorCode.NO_KEYRING


def migrated(header: Header, vault_key: Key, randomness: Randomness) -> Header:
    """Version 1 had the data key in the slots: it becomes the vault key, and its own content."""
    if header.keys:
        return header
    return header.with_keys(keyslots.wrap_data_key(header, vault_key, vault_key, randomness))
