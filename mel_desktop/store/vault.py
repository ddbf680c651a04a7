"""The vault of a profile: its keys, the ways in, and the files that hold them.

Files of the profile folder (0700; files 0600)::

    store.keys        key header (store.keyslots), not secret, must not be lost
    store.keys.copy   the same once more, brought up to date after the first one is verified
    store.db(-wal)    the encrypted database (store.database)
    store.db.rekey    its copy under a new key, while that is made (store.rekeying)
    store.db.old      the database under the key before that, until it is overwritten
    store.reserve     room given up when the disk is full
    store.tries       wrong passphrases (store.tries)
    store.lock        empty: taken by whoever opens or exchanges the database (store.filelock)

Rule 1: a header is written to a new file, flushed, renamed, read back, and only then copied. The
copy never stays behind: an old one would keep an old passphrase valid.
Rule 2: the header comes last at creation. A vault either exists whole or not at all.
Rule 3: a wrong passphrase and a damaged file are two different errors, always.
Rule 4: keys are bytearrays, and overwritten when the vault is locked.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from logging import getLogger
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.vault import VaultFacts, VaultStatus
from mel_desktop.ports import Clock, Randomness, SecretStore
from mel_desktop.store import escrow, keybytes, keyfiles, keyslots, rekeying, ways
from mel_desktop.store.database import Database
from mel_desktop.store.filelock import DOOR_WAIT_S, door
from mel_desktop.store.keybytes import Key
from mel_desktop.store.keyfiles import COPY, DATABASE, KEYS, NEW
from mel_desktop.store.keyslots import DataKey, Header
from mel_desktop.store.reserve import RESERVE, files
from mel_desktop.store.times import from_text, to_text
from mel_desktop.store.tries import Tries
from mel_desktop.store.ways import Escrow
from mel_desktop.store.witness import Witness

log = getLogger("mel.vault")

WAYS = (
    (keyslots.OS, "keyring"),
    (keyslots.PASS, "passphrase"),
    (keyslots.RECOVERY, "recovery-code"),
    (keyslots.ESCROW, "escrow"),
)


class Vault:
    """An unlocked vault. Made by ``create`` and ``open`` only."""

    def __init__(
        self, profile: Path, header: Header, vault_key: Key, randomness: Randomness, clock: Clock
    ) -> None:
        self._profile = profile
        self._header = header
        self._vault_key = bytearray(vault_key)
        wrapped = header.data_key()
        assert wrapped is not None
        self._key = keyslots.data_key(header, vault_key, wrapped)
        self._randomness = randomness
        self._clock = clock
        self._rekeying = threading.Lock()
        self.healed: tuple[str, ...] = ()  # files that were damaged when it was opened

    @property
    def key(self) -> bytearray:
        """The data key: for the database only, which takes a copy of its own."""
        return self._key

    @property
    def profile(self) -> Path:
        """The profile folder."""
        return self._profile

    @property
    def database_path(self) -> Path:
        """The database file."""
        return self._profile / DATABASE

    def witness(self, folder: Path) -> Witness | None:
        """What this PC remembers of the vault, kept in ``folder``; None for one used once."""
        if self.temporary:
            return None
        return Witness(folder, self._header.store_id, self._vault_key)

    @property
    def temporary(self) -> bool:
        """Used once: erased at the end, and nobody opens it again."""
        return self._header.temporary

    # -- class methods -----------------------------------------------------------------------------

    @staticmethod
    def status(profile: Path, clock: Clock | None = None) -> VaultStatus:
        """How the vault can be opened. Opens nothing, asks no keyring, never raises DAMAGED.

        Without a clock ``wait_s`` is 0.
        """
        if not any((profile / name).exists() for name in (KEYS, COPY, DATABASE)):
            return VaultStatus(exists=False)
        size = sum(
            (profile / name).stat().st_size
            for name in (DATABASE, f"{DATABASE}-wal")
            if (profile / name).exists()
        )
        try:
            header = keyfiles.read(profile)
        except StoreTrouble:
            return VaultStatus(exists=True, cipher=keyslots.CIPHER, size=size)
        return VaultStatus(
            exists=True,
            has_keyring_slot=header.slot(keyslots.OS) is not None,
            has_passphrase_slot=header.slot(keyslots.PASS) is not None,
            has_recovery_slot=header.slot(keyslots.RECOVERY) is not None,
            cipher=keyslots.CIPHER,
            size=size,
            label=header.label,
            wait_s=0.0 if clock is None else Tries(profile, clock).wait_s(),
            has_escrow=header.slot(keyslots.ESCROW) is not None,
            temporary=header.temporary,
            rekey_pending=len(header.keys) > 1,
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
        label: str = "",
        temporary: bool = False,
        escrowed: Escrow | None = None,
    ) -> Vault:
        """A new vault with a slot for each way in that is given; one is needed.

        A keyring that fails is an error only when there is no passphrase. VAULT_EXISTS | NO_KEYRING
        | USAGE (empty passphrase) | NOT_WRITABLE | DISK_FULL. Make a recovery code next: a keyring
        slot dies when IT resets the password of the Windows account. ``temporary``: no way in at
        all, the keys are in this object only.
        """
        chosen = None if passphrase is None else ways.normal(passphrase)
        if cls.status(profile).exists:
            raise StoreTrouble(ErrorCode.VAULT_EXISTS)
        keyfiles.make_folder(profile)
        key, vault_key = (bytearray(randomness.token(keyslots.KEY_BYTES)) for _ in range(2))
        header = keyslots.new_header(randomness, label=label, created_at=to_text(clock.now()))
        header = header.with_keys(keyslots.wrap_data_key(header, vault_key, key, randomness))
        if temporary:
            header = replace(header, temporary=True)
        else:
            header = ways.with_ways(header, vault_key, chosen, secrets, randomness, clock)
        if escrowed is not None and not temporary:
            header = header.with_slot(ways.escrow_slot(header, vault_key, escrowed, randomness))
        header = keyslots.sealed(header, vault_key)
        try:
            _fresh_database(profile, key)
            keyfiles.write(profile, header)
        except BaseException:
            if secrets is not None and header.slot(keyslots.OS) is not None:
                with contextlib.suppress(StoreTrouble):
                    secrets.remove(keyslots.keyring_name(header))
            raise
        vault = cls(profile, header, vault_key, randomness, clock)
        keybytes.wipe(key)
        keybytes.wipe(vault_key)
        vault._finish_creation()
        return vault

    @classmethod
    def open(
        cls,
        profile: Path,
        *,
        passphrase: Secret | None = None,
        recovery: Secret | None = None,
        private_key: X25519PrivateKey | None = None,
        secrets: SecretStore | None = None,
        randomness: Randomness,
        clock: Clock,
    ) -> Vault:
        """Unlock with the passphrase if one is given, else the recovery code, else the school's
        private key, else the keyring.

        NO_VAULT | WRONG_PASSPHRASE | VAULT_LOCKED (another way in is needed, or ``why="wait"``
        after wrong ones) | NO_KEYRING | DAMAGED | STORE_TOO_NEW.
        """
        header = keyfiles.read(profile)
        outgrown = False
        if passphrase is not None:
            slot = ways.slot(header, keyslots.PASS, "no-passphrase-slot")
            typed = ways.normal(passphrase)
            began = clock.monotonic()
            vault_key = ways.tried(
                profile, clock, lambda: keyslots.open_with_passphrase(header, slot, typed)
            )
            outgrown = keyslots.is_outgrown(slot, clock.monotonic() - began)
        elif recovery is not None:
            slot = ways.slot(header, keyslots.RECOVERY, "no-recovery-slot")
            vault_key = ways.tried(
                profile, clock, lambda: keyslots.open_with_recovery(header, slot, recovery)
            )
        elif private_key is not None:
            slot = ways.slot(header, keyslots.ESCROW, "no-escrow-slot")
            vault_key = keyslots.open_with_escrow(header, slot, private_key)
        else:
            vault_key = ways.open_with_keyring(header, secrets)
        keyslots.verify(header, vault_key)
        healed = keyfiles.heal(profile, header)
        migrated = ways.migrated(header, vault_key, randomness)
        vault = cls(profile, migrated, vault_key, randomness, clock)
        vault.healed = healed
        keybytes.wipe(vault_key)
        vault._finish_creation()
        with contextlib.suppress(StoreTrouble):  # not writable now: the next time
            if migrated is not header:
                vault._store(migrated)
            if outgrown and passphrase is not None:
                log.info("the passphrase's parameters are renewed")
                vault.set_passphrase(passphrase)
        return vault

    @staticmethod
    def destroy_keys(profile: Path, *, secrets: SecretStore | None) -> None:
        """Make the store unreadable for ever: the header overwritten and gone, the keyring too.

        Works with whatever is left of the header.
        """
        names = {f"vault {store_id}" for store_id in keyfiles.store_ids(profile)}
        for name in (KEYS, COPY, KEYS + NEW, COPY + NEW):
            keyfiles.shred(profile / name)
        for name in names if secrets is not None else ():
            assert secrets is not None
            with contextlib.suppress(StoreTrouble):
                secrets.remove(name)

    # -- open vault -----------------------------------------------------------------------------

    def open_database(
        self, alone: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> Database:
        """The database of this vault. The key is known to be right: what it does not open is
        DAMAGED, never a wrong passphrase.

        Renames of a change of the data key that were broken off are settled first, within
        ``alone``: it raises PROFILE_BUSY while another program may be at it. A change that did not
        come so far waits for ``rekey``: everything works under the old key.
        """
        if rekeying.is_unsettled(self._profile, self._header):
            self._tidy(alone)
        path = self.database_path
        if not path.exists() or path.stat().st_size == 0:
            raise StoreTrouble(ErrorCode.DAMAGED, file=DATABASE, why="missing")
        try:
            database = Database(path, self._key, sealed=True)
        except StoreTrouble as error:
            damaged = error.code in (ErrorCode.WRONG_PASSPHRASE, ErrorCode.DAMAGED)
            if damaged and self._has_another_key(alone):
                return self.open_database(alone)
            if error.code is ErrorCode.WRONG_PASSPHRASE:
                raise StoreTrouble(ErrorCode.DAMAGED, file=DATABASE) from error
            raise
        database.keep_reserve()
        return database

    def facts(self) -> VaultFacts:
        """What its owner may know."""
        header = self._header
        passphrase, sealed_to = header.slot(keyslots.PASS), header.slot(keyslots.ESCROW)
        parameters = {} if passphrase is None else passphrase.parameters
        school = {} if sealed_to is None else sealed_to.parameters
        created_at: datetime | None = None
        if header.created_at:
            created_at = from_text(header.created_at)
        return VaultFacts(
            label=header.label,
            opens_with=tuple(name for kind, name in WAYS if header.slot(kind) is not None),
            kdf=str(parameters.get("kdf", "")),
            kdf_memory_kib=cast("int", parameters.get("memory_kib", 0)),
            kdf_passes=cast("int", parameters.get("iterations", 0)),
            created_at=created_at,
            escrow_fingerprint=str(school.get("fingerprint", "")),
            escrow_owner=str(school.get("owner", "")),
            temporary=header.temporary,
            rekey_done=rekeying.share_done(self._profile) if len(header.keys) > 1 else None,
        )

    def set_label(self, label: str) -> None:
        """Call the vault otherwise."""
        self._edit(lambda header: replace(header, label=label))

    def set_passphrase(self, new: Secret) -> None:
        """Rewrap the vault key under a new passphrase; the old one opens nothing any more."""
        self._refuse_temporary()
        slot = keyslots.passphrase_slot(
            self._header, self._vault_key, ways.normal(new), self._randomness, self._clock
        )
        self._edit(lambda header: header.with_slot(slot))

    def new_recovery_code(self) -> Secret:
        """Make the recovery slot anew; the code, to be shown once. An older code is void."""
        self._refuse_temporary()
        code = self._randomness.token(keyslots.RECOVERY_BYTES)
        slot = keyslots.recovery_slot(self._header, self._vault_key, code, self._randomness)
        self._edit(lambda header: header.with_slot(slot))
        return keyslots.recovery_text(code)

    def set_keyring(self, secrets: SecretStore, *, on: bool) -> None:
        """Open by the keyring of this session, or not any more. NO_KEYRING.

        USAGE when the keyring is the only way in.
        """
        self._refuse_temporary()
        if on:
            header = ways.with_keyring(
                self._header, self._vault_key, secrets, self._randomness, needed=True
            )
            slot = ways.slot(header, keyslots.OS, "no-keyring-slot")
            self._edit(lambda header: header.with_slot(slot))
            return
        others = (keyslots.PASS, keyslots.RECOVERY)
        if not any(self._header.slot(kind) for kind in others):
            raise LocalRefusal(ErrorCode.USAGE, why="only-way-in")
        self._edit(lambda header: header.without_slot(keyslots.OS))
        with contextlib.suppress(StoreTrouble):  # without its slot the key opens nothing
            secrets.remove(keyslots.keyring_name(self._header))

    def follow_escrow(self, wanted: Escrow) -> bool:
        """Seal the vault key to the school as the policy says; whether that is new.

        POLICY when the policy's key is none.
        """
        slot = self._header.slot(keyslots.ESCROW)
        if self.temporary:
            return False
        found = None if slot is None else (slot.parameters["fingerprint"], slot.parameters["owner"])
        if found == (escrow.fingerprint(wanted.public), wanted.owner):
            return False
        made = ways.escrow_slot(self._header, self._vault_key, wanted, self._randomness)
        self._edit(lambda header: header.with_slot(made))
        return True

    def remove_escrow(self) -> None:
        """Nobody but the owner opens it any more (copies of the files apart)."""
        self._edit(lambda header: header.without_slot(keyslots.ESCROW))

    def rekey(
        self,
        database: Database,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Encrypt everything under a new data key (store.rekeying). Every way in stays.

        A change that was broken off goes on, with the key that it began with. A kill at any moment
        leaves the old or the new state whole. Cancelled | PROFILE_BUSY (another program has the
        vault open): what is done stays, and the next one goes on with it. DISK_FULL (as much room
        is needed as the database takes) | DAMAGED: nothing stays.
        """
        if not self._rekeying.acquire(blocking=False):
            raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="rekey")
        new: bytearray | None = None
        try:
            new = self._coming_key()
            self._rewrite(database, new, progress, cancelled)
        finally:
            if new is not None:
                keybytes.wipe(new)
            self._rekeying.release()

    def _coming_key(self) -> bytearray:
        """The key that the header announces; a new one, announced, where it announces none."""
        header = self._current()
        wrapped = header.data_key(pending=True)
        if wrapped is not None:
            found = keyslots.data_key(header, self._vault_key, wrapped)
            if found != self._key:
                return found
            keybytes.wipe(found)  # it is in force already: only the header did not say so
        rekeying.drop_copy(self._profile)
        new = bytearray(self._randomness.token(keyslots.KEY_BYTES))
        kept = self._wrapped(self._key)
        self._edit(lambda one: one.with_keys(kept, self._wrapped(new, pending=True)))
        return new

    def _rewrite(
        self,
        database: Database,
        new: bytearray,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        trouble: list[StoreTrouble] = []

        def confirm() -> None:
            self._key[:] = new
            try:
                self._edit(lambda header: header.with_keys(self._wrapped(new)))
            except StoreTrouble as error:  # the next opening sees which key opens the file
                trouble.append(error)

        try:
            rekeying.rewrite(database, new, confirm, progress=progress, cancelled=cancelled)
        except StoreTrouble as error:
            if error.code in (ErrorCode.DISK_FULL, ErrorCode.DAMAGED):
                with contextlib.suppress(StoreTrouble):  # the room is needed
                    self._forget_copy()
            raise
        for one in trouble:
            raise one
        rekeying.clean_up(self._profile)

    def abandon_rekey(self) -> None:
        """Forget a change of the data key that was broken off: the key that was to come, then its
        copy. Nothing happens without one. PROFILE_BUSY while it goes on.
        """
        if not self._rekeying.acquire(blocking=False):
            raise StoreTrouble(ErrorCode.PROFILE_BUSY, why="rekey")
        try:
            self._forget_copy()
        finally:
            self._rekeying.release()

    def _forget_copy(self) -> None:
        """Unless the renames have begun: then the copy may be all there is."""
        if rekeying.has_moved(self._profile):
            return
        kept = self._wrapped(self._key)
        self._edit(lambda header: header.with_keys(kept))
        rekeying.drop_copy(self._profile)

    def _wrapped(self, key: Key, *, pending: bool = False) -> DataKey:
        return keyslots.wrap_data_key(
            self._header, self._vault_key, key, self._randomness, pending=pending
        )

    def check(self, database: Database) -> tuple[str, ...]:
        """Read and authenticate everything. Names of what is damaged; empty when all is sound."""
        from mel_desktop.store import integrity  # noqa: PLC0415 first needed here

        return (*self.damaged_files(), *integrity.damages(database))

    def damaged_files(self) -> tuple[str, ...]:
        """Key files that are not as they should be."""
        found = []
        for name in (KEYS, COPY):
            try:
                octets = keyfiles.content(self._profile / name)
                sound = keyslots.from_bytes(octets) == self._header
            except StoreTrouble:
                sound = False
            if not sound:
                found.append(name)
        return tuple(found)

    def heal(self) -> None:
        """Write the key files anew where they are not as they should be."""
        keyfiles.heal(self._profile, self._header)

    def forget(self) -> None:
        """Overwrite the keys. Nothing can be done with this vault afterwards."""
        keybytes.wipe(self._key)
        keybytes.wipe(self._vault_key)

    # -- inside ------------------------------------------------------------------------------------

    def _edit(self, change: Callable[[Header], Header]) -> None:
        self._store(change(self._current()))

    def _current(self) -> Header:
        """What is on the disk now: another program may have changed it since."""
        with contextlib.suppress(StoreTrouble):
            found = keyfiles.read(self._profile)
            keyslots.verify(found, self._vault_key)
            if found.store_id == self._header.store_id and found.keys:
                return found
        return self._header

    def _store(self, header: Header) -> None:
        ready = keyslots.sealed(header, self._vault_key)
        keyfiles.write(self._profile, ready)
        self._header = ready

    def key_of_pages(self) -> bytearray:
        """For a repair: the data key under which more pages of store.db are authentic. Where a
        change of the key was broken off, that may be the one that comes.
        """
        header = keyfiles.read(self._profile)
        keyslots.verify(header, self._vault_key)
        keys = [keyslots.data_key(header, self._vault_key, one) for one in header.keys]
        return max(keys, key=lambda key: rekeying.authentic_pages(self.database_path, key))

    def _settle(self) -> bool:
        """Finish renames that were broken off; whether another key is in force than was thought.

        A change that is announced and whose file is not in place stays announced.
        """
        header = keyfiles.read(self._profile)  # another program may have done it meanwhile
        keyslots.verify(header, self._vault_key)
        keys = [keyslots.data_key(header, self._vault_key, one) for one in header.keys]
        self._header = header
        try:
            number = rekeying.settle(self._profile, keys)
            if number is None:
                return False
            is_another = keys[number] != self._key
            self._key[:] = keys[number]
        finally:
            for one in keys:
                keybytes.wipe(one)
        if number > 0:
            self._store(header.with_keys(replace(header.keys[number], pending=False)))
        rekeying.clean_up(self._profile, keep_copy=number == 0 and len(keys) > 1)
        return is_another

    def _tidy(self, alone: Callable[[], AbstractContextManager[object]]) -> None:
        """Settle; what only lies about may stay where another program is at it. PROFILE_BUSY."""
        with door(self.database_path).held(shared=True, wait_s=DOOR_WAIT_S):
            self._adopt()  # the renames of a program that lives are over now
        is_needed = len(self._header.keys) > 1 or not self.database_path.exists()
        try:
            with alone():
                self._settle()
        except StoreTrouble as error:
            if is_needed or error.code is not ErrorCode.PROFILE_BUSY:
                raise

    def _has_another_key(self, alone: Callable[[], AbstractContextManager[object]]) -> bool:
        """For a file that ours does not open: another program may have changed the key since the
        header was read, or have died at that. PROFILE_BUSY while it is at it.
        """
        try:
            is_another = self._adopt()
        except StoreTrouble:
            return False
        if len(self._header.keys) > 1:
            with alone():
                return self._settle()
        return is_another

    def _adopt(self) -> bool:
        """The header as it is now, and its key where there is one only; whether that is another."""
        header = keyfiles.read(self._profile)
        keyslots.verify(header, self._vault_key)
        if len(header.keys) != 1:
            self._header = header if header.keys else self._header
            return False
        key = keyslots.data_key(header, self._vault_key, header.keys[0])
        is_another = key != self._key
        self._header = header
        self._key[:] = key
        keybytes.wipe(key)
        return is_another

    def _refuse_temporary(self) -> None:
        if self.temporary:
            raise LocalRefusal(ErrorCode.USAGE, why="temporary")

    def _finish_creation(self) -> None:
        """A kill between header and rename leaves the new database under its first name."""
        fresh = self._profile / (DATABASE + NEW)
        if fresh.exists() and not self.database_path.exists():
            with files():
                fresh.replace(self.database_path)
                keyfiles.flush_folder(self._profile)


# -- files ---------------------------------------------------------------------------------------


def _fresh_database(profile: Path, key: Key) -> None:
    """A whole, empty database under its first name. What a killed creation left is thrown away."""
    fresh = profile / (DATABASE + NEW)
    with files():
        for name in (fresh.name, f"{fresh.name}-wal", f"{fresh.name}-shm", RESERVE):
            (profile / name).unlink(missing_ok=True)
    try:
        Database(fresh, key).close()
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
