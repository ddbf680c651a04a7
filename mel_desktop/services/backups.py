"""Backup of a whole vault to one encrypted file, and the way back.

The file holds a copy of the key slots of that day and of the database: it opens with the passphrase
(or the recovery code) of that day. Its key comes of the vault's data key, its content is the
database as it is on the disk, encrypted once more and authenticated as a whole (formats.sealed).

Rule 1: a backup is whole and read back, or it is not there.
Rule 2: a restore is proved to the last octet in a folder beside the profile, opened and counted,
before anything is put in its place. A vault that is there is moved aside, never overwritten; a kill
between the moves settles itself at the next opening (store.swapping).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled, ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.transfer import BackupFacts, TransferProgress
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, Randomness, SecretStore
from mel_desktop.store import keyfiles, restored, swapping
from mel_desktop.store.copying import copy_database
from mel_desktop.store.database import Database
from mel_desktop.store.keyfiles import COPY, DATABASE, KEYS
from mel_desktop.store.times import from_text, to_text
from mel_desktop.store.vault import Vault

MAGIC: Final = b"MEL-DESKTOP-SAVE"
VERSION: Final = 1
PURPOSE: Final = "mel-desktop backup 1"
PIECE: Final = 1024 * 1024
COPYING: Final = "store.backup.part"  # beside the database, encrypted as it is
MOST_MANIFEST: Final = 64 * 1024
MOST_ASIDE: Final = 100  # old vaults of one second

OnProgress = Callable[[TransferProgress], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Ways:
    """How the vault of a backup may be opened."""

    passphrase: Secret | None = None
    recovery: Secret | None = None
    secrets: SecretStore | None = None


class Backups:
    """Backups of one open profile."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._randomness = randomness

    def create(
        self,
        target: Path,
        *,
        progress: OnProgress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> BackupFacts:
        """Write a backup, replacing an older one of that name; read back before it counts.

        USAGE (another file is there) | NOT_WRITABLE | DISK_FULL | DAMAGED | Cancelled.
        """
        from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here

        if target.exists() and not is_backup(target):
            raise LocalRefusal(ErrorCode.USAGE, why="file-exists")
        copy = self._vault.profile / COPYING
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        now = self._clock.now()
        try:
            copy_database(self._database, copy, self._vault.key, cancelled=cancelled)
            told: dict[str, object] = {
                "version": VERSION,
                "created_at": to_text(now),
                "octets": copy.stat().st_size,
                **restored.contents_of(copy, self._vault.key),
            }
            header = self._header()
            key = self._key(header)
            content = _content(copy, told, progress, cancelled)
            octets = self._write(target, key, sealed.seal(key, MAGIC, header, content))
        finally:
            with suppress(OSError):
                copy.unlink(missing_ok=True)
        return _facts(target, octets, told)

    # -- inside ------------------------------------------------------------------------------------

    def _header(self) -> bytes:
        from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here
        from mel_desktop.services.saving import file_errors  # noqa: PLC0415 first needed here

        with file_errors():
            slots = (self._vault.profile / KEYS).read_bytes()
        told = {
            "version": VERSION,
            "salt": self._randomness.token(sealed.SALT_BYTES).hex(),
            "slots": slots.decode("ascii"),
        }
        return json.dumps(told, sort_keys=True).encode("ascii")

    def _key(self, header: bytes) -> bytes:
        from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here

        salt = bytes.fromhex(json.loads(header)["salt"])
        return sealed.derive(bytes(self._vault.key), salt, PURPOSE)

    def _write(self, target: Path, key: bytes, pieces: Iterable[bytes]) -> int:
        """The file beside the target, proved before it takes the place of an older backup."""
        from mel_desktop.services.saving import (  # noqa: PLC0415 first needed here
            file_errors,
            replacing,
        )

        size = 0
        with replacing(target) as file:
            for piece in pieces:
                with file_errors():
                    file.write(piece)
                size += len(piece)
            with file_errors():
                file.flush()
                os.fsync(file.fileno())
            self._prove(Path(file.name), key)
        return size

    @staticmethod
    def _prove(target: Path, key: bytes) -> None:
        """Read back what was written: a stick may lie."""
        from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here
        from mel_desktop.services.saving import reading_errors  # noqa: PLC0415 first needed here

        with reading_errors(), target.open("rb") as file:
            header = sealed.read_header(file.read, MAGIC, why="not-a-backup")
            for _ in sealed.unseal(key, MAGIC, header, file.read):
                pass


def is_backup(path: Path) -> bool:
    """Whether a file begins as a backup does."""
    from mel_desktop.services.saving import reading_errors  # noqa: PLC0415 first needed here

    with reading_errors(), path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def restore(
    source: Path,
    profile: Path,
    ways: Ways,
    *,
    clock: Clock,
    randomness: Randomness,
    replace: bool = False,
    progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
) -> tuple[BackupFacts, Path | None]:
    """Put the vault of a backup into the profile folder; where the old one was moved to.

    VAULT_EXISTS (without ``replace``) | BAD_FILE | DAMAGED | WRONG_PASSPHRASE | VAULT_LOCKED |
    DISK_FULL | Cancelled. The caller holds the profile's lock.
    """
    from mel_desktop.services.saving import (  # noqa: PLC0415 first needed here
        file_errors,
        reading_errors,
    )

    profile = profile.absolute()
    if Vault.status(profile).exists and not replace:
        raise StoreTrouble(ErrorCode.VAULT_EXISTS)
    with file_errors():
        clear_leftover(profile)
        staging = staging_of(profile)
        staging.mkdir(mode=0o700, parents=True)
    work = _Restore(staging, ways, clock, randomness, progress, cancelled)
    try:
        with reading_errors(), source.open("rb") as file:
            size = source.stat().st_size
            told = work.unpack(file, size)
        work.prove(told)
        facts = _facts(source, size, told)
        aside = _put(staging, profile, clock.now())
    finally:
        if not swapping.is_unsettled(profile):  # else it is needed to settle that
            shutil.rmtree(staging, ignore_errors=True)
    return facts, aside


def staging_of(profile: Path) -> Path:
    """Where a restored vault is put together, beside the profile."""
    profile = profile.absolute()
    return profile.with_name(f".{profile.name}.restoring")


def settle_restore(profile: Path) -> bool:
    """Finish or take back a restore that was broken off between its moves; whether there was one.

    The caller holds the profile's lock. DAMAGED | NOT_WRITABLE.
    """
    return swapping.settle(profile.absolute())


def is_restore_unsettled(profile: Path) -> bool:
    """Whether ``settle_restore`` has something to do."""
    return swapping.is_unsettled(profile)


def clear_leftover(profile: Path) -> None:
    """What a restore left that was broken off before its moves. The caller holds the lock."""
    if not swapping.is_unsettled(profile):
        shutil.rmtree(staging_of(profile), ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Restore:
    staging: Path
    ways: Ways
    clock: Clock
    randomness: Randomness
    progress: OnProgress | None
    cancelled: IsCancelled | None

    def unpack(self, file: BinaryIO, size: int) -> dict[str, object]:
        """Key slots and database into the folder beside the profile; what the backup states."""
        from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here
        from mel_desktop.services.saving import file_errors  # noqa: PLC0415 first needed here

        read = _reading(file)
        header = sealed.read_header(read, MAGIC, why="not-a-backup")
        salt, slots = _told_by(header)
        with file_errors():
            for name in (KEYS, COPY):
                _write(self.staging / name, (slots,))
        vault = self._open()
        key = sealed.derive(bytes(vault.key), salt, PURPOSE)
        content = sealed.unseal(key, MAGIC, header, read)
        manifest, rest = _manifest(content)

        def pieces() -> Iterator[bytes]:
            yield rest
            for piece in content:
                if self.cancelled is not None and self.cancelled():
                    raise Cancelled
                if self.progress is not None:
                    self.progress(TransferProgress(0, file.tell(), size))
                yield piece

        with file_errors():
            octets = _write(self.staging / DATABASE, pieces())
        if octets != manifest.get("octets"):
            raise sealed.damaged()
        return manifest

    def prove(self, told: dict[str, object]) -> None:
        """It opens, all of it reads, and it holds what the backup states."""
        from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here
        from mel_desktop.store import integrity  # noqa: PLC0415 first needed here

        database = self._open().open_database()
        try:
            with database.read() as reader:
                found = restored.contents(reader)
            if any(told.get(name) != number for name, number in found.items()):
                raise sealed.damaged()
            if integrity.damages(database):
                raise sealed.damaged()
            now = self.clock.now()
            database.write(lambda tx: restored.doubt(tx, now), durable=True)
        finally:
            database.close()

    def _open(self) -> Vault:
        return Vault.open(
            self.staging,
            passphrase=self.ways.passphrase,
            recovery=self.ways.recovery,
            secrets=self.ways.secrets,
            randomness=self.randomness,
            clock=self.clock,
        )


# -- files ----------------------------------------------------------------------------------------


def _content(
    copy: Path,
    told: dict[str, object],
    progress: OnProgress | None,
    cancelled: IsCancelled | None,
) -> Iterator[bytes]:
    """What the backup states, then the database."""
    manifest = json.dumps(told, sort_keys=True).encode("ascii")
    yield len(manifest).to_bytes(4, "big") + manifest
    size, done = copy.stat().st_size, 0
    with copy.open("rb") as file:
        while piece := file.read(PIECE):
            if cancelled is not None and cancelled():
                raise Cancelled
            yield piece
            done += len(piece)
            if progress is not None:
                progress(TransferProgress(0, done, size))


def _manifest(content: Iterator[bytes]) -> tuple[dict[str, object], bytes]:
    from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here

    held = next(content, b"")
    length = int.from_bytes(held[:4], "big")
    if len(held) < 4 or length > MOST_MANIFEST or len(held) < 4 + length:
        raise sealed.damaged()
    try:
        told = json.loads(held[4 : 4 + length])
    except (ValueError, RecursionError) as error:
        raise sealed.damaged() from error
    if not isinstance(told, dict):
        raise sealed.damaged()
    if int(told.get("version", 0)) > VERSION:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="backup-too-new")
    return told, held[4 + length :]


def _told_by(header: bytes) -> tuple[bytes, bytes]:
    """(salt, key slots) of a header that is not proved yet."""
    from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here

    try:
        told = json.loads(header)
        salt, slots = bytes.fromhex(told["salt"]), str(told["slots"]).encode("ascii")
        version = int(told["version"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise sealed.damaged() from error
    if version > VERSION:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="backup-too-new")
    return salt, slots


def _write(path: Path, pieces: Iterable[bytes]) -> int:
    size = 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        for piece in pieces:
            file.write(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return size


def _reading(file: BinaryIO) -> Callable[[int], bytes]:
    """Its ``read``; a stick that is pulled out is not told as a disk that cannot be written."""

    from mel_desktop.services.saving import reading_errors  # noqa: PLC0415 first needed here

    def read(size: int) -> bytes:
        with reading_errors():
            return file.read(size)

    return read


def _put(staging: Path, profile: Path, now: datetime) -> Path | None:
    """The restored vault in the place of the profile; the old one in a folder beside it.

    Only the vault's own files are moved: the folder may hold other vaults.
    """
    from mel_desktop.services.saving import file_errors  # noqa: PLC0415 first needed here

    if not profile.exists():
        with file_errors():
            keyfiles.flush_folder(staging)
            staging.rename(profile)
            keyfiles.flush_folder(profile.parent)
        return None
    is_there = Vault.status(profile).exists
    aside = _aside(profile, now)
    swapping.swap(profile, staging, aside)
    return aside if is_there else None


def _aside(profile: Path, now: datetime) -> Path:
    """A new, empty folder beside the profile, named after the moment."""
    from mel_desktop.services.saving import file_errors  # noqa: PLC0415 first needed here

    stem = f"{profile.name}.before-restore-{now.astimezone():%Y-%m-%d-%H%M%S}"
    with file_errors():
        for number in range(1, MOST_ASIDE + 1):
            folder = profile.with_name(stem if number == 1 else f"{stem}-{number}")
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                return folder
    raise StoreTrouble(ErrorCode.NOT_WRITABLE, why="file-exists")


def _facts(path: Path, octets: int, told: dict[str, object]) -> BackupFacts:
    from mel_desktop.formats import sealed  # noqa: PLC0415 first needed here

    made = from_text(str(told["created_at"]))
    if made is None:
        raise sealed.damaged()

    def number(name: str) -> int:
        value = told.get(name)
        return value if isinstance(value, int) else 0

    return BackupFacts(
        path=str(path),
        created_at=made,
        octets=octets,
        accounts=number("accounts"),
        folders=number("folders"),
        messages=number("messages"),
        drafts=number("drafts"),
    )
