"""The vault of a profile: the data key, the ways in, and the files that hold them.

Files of the profile folder (0700; files 0600)::

    store.keys        key header (store.keyslots), not secret, must not be lost
    store.keys.copy   the same once more, brought up to date after the first one is verified
    store.db(-wal)    the encrypted database (store.database)
    store.reserve     room given up when the disk is full

Rule 1: a header is written to a new file, flushed, renamed, read back, and only then copied. The
copy never stays behind: an old one would keep an old passphrase valid.
Rule 2: the header comes last at creation. A vault either exists whole or not at all.
Rule 3: a wrong passphrase and a damaged file are two different errors, always.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import unicodedata
from logging import getLogger
from pathlib import Path
from typing import Final

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.vault import VaultStatus
from mel_desktop.ports import Clock, Randomness, SecretStore
from mel_desktop.store import integrity, keyslots
from mel_desktop.store.database import Database
from mel_desktop.store.keyslots import Header
from mel_desktop.store.reserve import RESERVE
from mel_desktop.store.reserve import files as _files

log = getLogger("mel.vault")

KEYS: Final = "store.keys"
COPY: Final = "store.keys.copy"
DATABASE: Final = "store.db"
NEW: Final = ".new"
MOST_HEADER_BYTES: Final = 64 * 1024


class Vault:
    """An unlocked vault. Made by ``create`` and ``open`` only."""

    def __init__(
        self, profile: Path, header: Header, key: bytes, randomness: Randomness, clock: Clock
    ) -> None:
        self._profile = profile
        self._header = header
        self._key = key
        self._randomness = randomness
        self._clock = clock

    @property
    def key(self) -> bytes:
        """The data key: for the database only."""
        return self._key

    @property
    def profile(self) -> Path:
        """The profile folder."""
        return self._profile

    @property
    def database_path(self) -> Path:
        """The database file."""
        return self._profile / DATABASE

    # -- class methods -----------------------------------------------------------------------------

    @staticmethod
    def status(profile: Path) -> VaultStatus:
        """How the vault can be opened. Opens nothing, asks no keyring, never raises DAMAGED."""
        if not any((profile / name).exists() for name in (KEYS, COPY, DATABASE)):
            return VaultStatus(exists=False)
        size = sum(
            (profile / name).stat().st_size
            for name in (DATABASE, f"{DATABASE}-wal")
            if (profile / name).exists()
        )
        try:
            header = _read(profile)
        except StoreTrouble:
            return VaultStatus(exists=True, cipher=keyslots.CIPHER, size=size)
        return VaultStatus(
            exists=True,
            has_keyring_slot=header.slot(keyslots.OS) is not None,
            has_passphrase_slot=header.slot(keyslots.PASS) is not None,
            has_recovery_slot=header.slot(keyslots.RECOVERY) is not None,
            cipher=keyslots.CIPHER,
            size=size,
        )

    @classmethod
    def create(
        cls,
        profile: Path,
        *,
        passphrase: Secret | None,
        secrets: SecretStore | None,
        randomness: Randomness,
        clock: Clock,
    ) -> Vault:
        """A new vault with a slot for each way in that is given; one is needed.

        A keyring that fails is an error only when there is no passphrase. VAULT_EXISTS | NO_KEYRING
        | USAGE (empty passphrase) | NOT_WRITABLE | DISK_FULL. Make a recovery code next: a keyring
        slot dies when IT resets the password of the Windows account.
        """
        chosen = None if passphrase is None else _normal(passphrase)
        if cls.status(profile).exists:
            raise StoreTrouble(ErrorCode.VAULT_EXISTS)
        _make_folder(profile)
        key = randomness.token(keyslots.KEY_BYTES)
        header = keyslots.new_header(randomness)
        if chosen is not None:
            header = header.with_slot(
                keyslots.passphrase_slot(header, key, chosen, randomness, clock)
            )
        header = _with_keyring(header, key, secrets, randomness, needed=chosen is None)
        try:
            _fresh_database(profile, key)
            _write(profile, header)
        except BaseException:
            if secrets is not None and header.slot(keyslots.OS) is not None:
                with contextlib.suppress(StoreTrouble):
                    secrets.remove(keyslots.keyring_name(header))
            raise
        vault = cls(profile, header, key, randomness, clock)
        vault._finish_creation()
        return vault

    @classmethod
    def open(
        cls,
        profile: Path,
        *,
        passphrase: Secret | None = None,
        recovery: Secret | None = None,
        secrets: SecretStore | None = None,
        randomness: Randomness,
        clock: Clock,
    ) -> Vault:
        """Unlock with the passphrase if one is given, else the recovery code, else the keyring.

        NO_VAULT | WRONG_PASSPHRASE | VAULT_LOCKED (another way in is needed) | NO_KEYRING |
        DAMAGED | STORE_TOO_NEW.
        """
        header = _read(profile)
        if passphrase is not None:
            slot = header.slot(keyslots.PASS)
            if slot is None:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="no-passphrase-slot")
            key = keyslots.open_with_passphrase(header, slot, _normal(passphrase))
        elif recovery is not None:
            slot = header.slot(keyslots.RECOVERY)
            if slot is None:
                raise StoreTrouble(ErrorCode.VAULT_LOCKED, why="no-recovery-slot")
            key = keyslots.open_with_recovery(header, slot, recovery)
        else:
            key = _open_with_keyring(header, secrets)
        _heal(profile, header)
        vault = cls(profile, header, key, randomness, clock)
        vault._finish_creation()
        return vault

    @staticmethod
    def destroy_keys(profile: Path, *, secrets: SecretStore | None) -> None:
        """Make the store unreadable for ever: the header overwritten and gone, the keyring too."""
        header: Header | None = None
        with contextlib.suppress(StoreTrouble):
            header = _read(profile)
        if header is not None and secrets is not None:
            with contextlib.suppress(StoreTrouble):
                secrets.remove(keyslots.keyring_name(header))
        for name in (KEYS, COPY, KEYS + NEW, COPY + NEW):
            _shred(profile / name)

    # -- open vault -----------------------------------------------------------------------------

    def open_database(self) -> Database:
        """The database of this vault. The key is known to be right: what it does not open is
        DAMAGED, never a wrong passphrase.
        """
        path = self.database_path
        if not path.exists() or path.stat().st_size == 0:
            raise StoreTrouble(ErrorCode.DAMAGED, file=DATABASE, why="missing")
        try:
            database = Database(path, self._key)
        except StoreTrouble as error:
            if error.code is ErrorCode.WRONG_PASSPHRASE:
                raise StoreTrouble(ErrorCode.DAMAGED, file=DATABASE) from error
            raise
        database.keep_reserve()
        return database

    def set_passphrase(self, new: Secret) -> None:
        """Rewrap the data key under a new passphrase; the old one opens nothing any more."""
        slot = keyslots.passphrase_slot(
            self._header, self._key, _normal(new), self._randomness, self._clock
        )
        self._store(self._header.with_slot(slot))

    def new_recovery_code(self) -> Secret:
        """Make the recovery slot anew; the code, to be shown once. An older code is void."""
        code = self._randomness.token(keyslots.RECOVERY_BYTES)
        slot = keyslots.recovery_slot(self._header, self._key, code, self._randomness)
        self._store(self._header.with_slot(slot))
        return keyslots.recovery_text(code)

    def check(self, database: Database) -> tuple[str, ...]:
        """Read and authenticate everything. Names of what is damaged; empty when all is sound."""
        found = []
        for name in (KEYS, COPY):
            try:
                sound = keyslots.from_bytes(_content(self._profile / name)) == self._header
            except StoreTrouble:
                sound = False
            if not sound:
                found.append(name)
        return (*found, *integrity.damages(database))

    def _store(self, header: Header) -> None:
        _write(self._profile, header)
        self._header = header

    def _finish_creation(self) -> None:
        """A kill between header and rename leaves the new database under its first name."""
        fresh = self._profile / (DATABASE + NEW)
        if fresh.exists() and not self.database_path.exists():
            with _files():
                os.replace(fresh, self.database_path)
                _flush_folder(self._profile)


# -- ways in ---------------------------------------------------------------------------------------


def _normal(passphrase: Secret) -> Secret:
    """Without line ends and byte order mark of a file, composed as keyboards type it. USAGE."""
    text = unicodedata.normalize("NFC", passphrase.reveal().strip("\r\n\ufeff"))
    if not text.strip():
        raise LocalRefusal(ErrorCode.USAGE, why="empty-passphrase")
    return Secret(text)


def _with_keyring(
    header: Header,
    key: bytes,
    secrets: SecretStore | None,
    randomness: Randomness,
    *,
    needed: bool,
) -> Header:
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
    return header.with_slot(keyslots.keyring_slot(header, key, kek, randomness))


def _open_with_keyring(header: Header, secrets: SecretStore | None) -> bytes:
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


# -- files ---------------------------------------------------------------------------------------


def _make_folder(profile: Path) -> None:
    with _files():
        made = not profile.exists()
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        if made or not any(profile.iterdir()):  # never narrow a folder that holds other things
            profile.chmod(0o700)


def _fresh_database(profile: Path, key: bytes) -> None:
    """A whole, empty database under its first name. What a killed creation left is thrown away."""
    fresh = profile / (DATABASE + NEW)
    with _files():
        for name in (fresh.name, f"{fresh.name}-wal", f"{fresh.name}-shm", RESERVE):
            (profile / name).unlink(missing_ok=True)
    try:
        Database(fresh, key).close()
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def _read(profile: Path) -> Header:
    """The header, or its copy where the first is missing or damaged. NO_VAULT | DAMAGED."""
    present = [name for name in (KEYS, COPY) if (profile / name).exists()]
    if not present:
        if (profile / DATABASE).exists():
            raise StoreTrouble(ErrorCode.DAMAGED, file=KEYS, why="missing")
        raise StoreTrouble(ErrorCode.NO_VAULT)
    trouble: StoreTrouble | None = None
    for name in present:
        try:
            return keyslots.from_bytes(_content(profile / name))
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            log.error("%s is damaged", name)
            trouble = error
    assert trouble is not None
    raise trouble


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_HEADER_BYTES)
    except FileNotFoundError as error:
        raise StoreTrouble(ErrorCode.DAMAGED, file=path.name, why="missing") from error
    except OSError as error:
        raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=path.name) from error


def _write(profile: Path, header: Header) -> None:
    """Both files, the second only once the first reads back right."""
    data = keyslots.to_bytes(header)
    for name in (KEYS, COPY):
        path, fresh = profile / name, profile / (name + NEW)
        try:
            with _files():
                file = os.open(
                    fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600
                )
                with os.fdopen(file, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                os.replace(fresh, path)
                _flush_folder(profile)
        except BaseException:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise
        if _content(path) != data:
            raise StoreTrouble(ErrorCode.NOT_WRITABLE, file=name)


def _heal(profile: Path, header: Header) -> None:
    """Both files as they should be; a profile that cannot be written now is healed later."""
    for name in (KEYS, COPY):
        try:
            if keyslots.from_bytes(_content(profile / name)) != header:
                raise StoreTrouble(ErrorCode.DAMAGED, file=name)
        except StoreTrouble:
            log.warning("%s is written anew", name)
            with contextlib.suppress(StoreTrouble):
                _write(profile, header)
            return


def _flush_folder(profile: Path) -> None:
    """Make a rename durable (POSIX; Windows has no such call)."""
    if os.name != "posix":
        return
    folder = os.open(profile, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _shred(path: Path) -> None:
    """Overwrite and delete. On flash the old cells may live on; the wrapped key was no secret."""
    if not path.exists():
        return
    with _files():
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
