"""``store.seal``: what a store was last known to hold, so that missing work is noticed.

SQLite takes an older copy of a file for the file, and reads a write-ahead file as far as it is
sound, silently dropping the rest. So each durable transaction counts itself in a row of the
database, and after each commit the seal is rewritten: the count, and how far the write-ahead file
reached. It is authenticated under a key of its own, derived from the data key (HKDF, RFC 5869).

Rule 1: the seal is written after the commit it speaks of: it never promises what may not be there.
Rule 2: what only a power cut can lose (commits that were not durable) is promised for this very
start of the computer only: the number of the boot is part of the seal.
Rule 3: before the write-ahead file is cut short, the seal says nothing of it.
Rule 4: a seal that cannot be written never stops a commit; one that is missing is made anew.

Two slots, written in turn, each within a sector: a torn write leaves the one before. No fsync: an
older seal only knows less.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import struct
import sys
from dataclasses import replace
from logging import getLogger
from pathlib import Path
from typing import Final

import apsw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mel_desktop.model.values import dataclass

log = getLogger("mel.store")

NAME: Final = "store.seal"
COUNT: Final = "seal.count"  # of meta
MAGIC: Final = b"MELSEAL1"
SLOT: Final = 512
_FIELDS: Final = struct.Struct(">8sQQ16s8sI")  # magic, turn, count, boot, salts, frames
_MAC: Final = 32
_WAL_HEADER: Final = 32
_WAL_MAGIC: Final = (0x377F0682, 0x377F0683)
NO_SALTS: Final = bytes(8)
NO_BOOT: Final = bytes(16)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a seal says. ``frames`` 0: nothing of the write-ahead file."""

    turn: int = 0
    count: int = 0
    boot: bytes = NO_BOOT
    salts: bytes = NO_SALTS
    frames: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The newest sound slot, and whether a slot is damaged. ``claim`` None: there is no seal."""

    claim: Claim | None
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """What the seal knows of and the store does not hold."""

    commits: int = 0  # durable ones
    journal: bool = False  # the write-ahead file is shorter than it was
    seal: bool = False  # the seal itself is damaged
    map: bool = False  # the map is (store.rootmap)
    count: int = 0  # of durable transactions, as it should be

    def __bool__(self) -> bool:
        return bool(self.commits or self.journal or self.seal or self.map)


class Seal:
    """The seal of one open store. Used by its writer's thread only."""

    def __init__(self, database: Path, key: bytes | bytearray) -> None:
        self._path = database.with_name(NAME)
        self._wal = database.with_name(database.name + "-wal")
        self._key = HKDF(SHA256(), 32, None, b"mel-desktop seal 1").derive(key)
        self._boot = boot()
        self._file: int | None = None
        self._raw = b""
        self._last = Claim()
        self._is_spoilt = False

    def close(self) -> None:
        """Give the file back; a later write opens it again."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None
        self._raw = b""

    def read(self) -> Told:
        """What it says now."""
        try:
            raw = self._content()
        except OSError:
            return Told(None, is_damaged=False)
        return self._told(raw)

    # -- at opening --------------------------------------------------------------------------------

    def judge(self, before: Told, writer: apsw.Connection) -> Missing:
        """Compare with what was opened. ``before`` was read before the store was opened; another
        program may be writing meanwhile, so that only what it still says is held against anyone.
        """
        claim = before.claim
        try:
            count = counted(writer)
        except apsw.CorruptError:  # damage is found and told elsewhere
            return Missing(seal=before.is_damaged)
        if before.is_damaged:
            self._renew(max(count, claim.count if claim else 0))
        if claim is None:
            return Missing(seal=before.is_damaged)
        commits = max(0, claim.count - count)
        journal = False
        if self._boot != NO_BOOT and claim.boot == self._boot:
            journal = self._is_journal_short(claim, writer)
        return Missing(commits, journal, before.is_damaged, count=claim.count if commits else 0)

    def _is_journal_short(self, claim: Claim, writer: apsw.Connection) -> bool:
        header = self._wal_header()
        frames = max(0, writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)[0])
        if len(header) == _WAL_HEADER and any(header) and not _is_sound(header):
            return True
        if claim.frames == 0:
            return False
        salts = header[16:24] if len(header) == _WAL_HEADER else NO_SALTS
        # Other salts: begun anew since, which is done only once all of it was in the database.
        short = frames < claim.frames if salts == claim.salts else len(header) < _WAL_HEADER
        return short and self.read().claim == claim

    # -- after each commit -------------------------------------------------------------------------

    def note(self, writer: apsw.Connection, count: int | None = None) -> None:
        """A commit went through; ``count`` of a durable one."""
        for _ in range(2):  # once more when another program cut the file short meanwhile
            header = self._wal_header()
            frames = max(0, writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_NOOP)[0])
            told = self._known()
            claim = Claim(
                turn=told.turn + 1,
                count=max(told.count, count or 0),
                boot=self._boot,
                salts=header[16:24] if len(header) == _WAL_HEADER else NO_SALTS,
                frames=frames if len(header) == _WAL_HEADER else 0,
            )
            if not self._write(claim) or self._wal_header() == header:
                return
        self.release()

    def release(self) -> bool:
        """Say nothing of the write-ahead file from here on; False when that cannot be written."""
        told = self._known()
        if self._file is not None and told.frames == 0:
            return True
        return self._write(replace(told, turn=told.turn + 1, salts=NO_SALTS, frames=0))

    def _renew(self, count: int) -> None:
        """Both slots anew: this count, nothing of the write-ahead file."""
        turn = self._known().turn
        for step in (1, 2):
            self._write(Claim(turn + step, count, self._boot))

    # -- the file ----------------------------------------------------------------------------------

    def _known(self) -> Claim:
        """What the file says, also when another program wrote it."""
        try:
            raw = self._content()
        except OSError:
            return self._last
        if raw != self._raw:
            told = self._told(raw).claim
            self._raw = raw
            if told is not None:
                self._last = told
        return self._last

    def _told(self, raw: bytes) -> Told:
        slots = [raw[at : at + SLOT] for at in (0, SLOT)]
        read = [self._claim(one) for one in slots]
        good = [one for one in read if one is not None]
        bad = any(one is None and any(slot) for one, slot in zip(read, slots, strict=True)) or any(
            any(slot[_FIELDS.size + _MAC :]) for slot in slots
        )
        if not good and not bad:
            return Told(None, is_damaged=False)  # made, and not written yet
        return Told(max(good, key=lambda one: one.turn, default=None), bad)

    def _claim(self, slot: bytes) -> Claim | None:
        fields, mac = slot[: _FIELDS.size], slot[_FIELDS.size : _FIELDS.size + _MAC]
        if len(mac) < _MAC or not hmac.compare_digest(mac, self._sign(fields)):
            return None
        magic, *values = _FIELDS.unpack(fields)
        return Claim(*values) if magic == MAGIC else None

    def _sign(self, fields: bytes) -> bytes:
        return hmac.digest(self._key, fields, "sha256")

    def _write(self, claim: Claim) -> bool:
        fields = _FIELDS.pack(MAGIC, claim.turn, claim.count, claim.boot, claim.salts, claim.frames)
        slot = (fields + self._sign(fields)).ljust(SLOT, b"\0")
        at = claim.turn % 2 * SLOT
        try:
            file = self._open()
            os.lseek(file, at, os.SEEK_SET)
            if os.write(file, slot) != SLOT:
                raise OSError("short write")
        except OSError as error:
            log.info("the seal is not written: %s", error.errno)
            return False
        self._last = claim
        self._raw = b""
        return True

    def _content(self) -> bytes:
        file = self._open(create=False)
        os.lseek(file, 0, os.SEEK_SET)
        return os.read(file, 2 * SLOT)

    def _open(self, *, create: bool = True) -> int:
        if self._file is None:
            flags = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
            self._file = os.open(self._path, flags | (os.O_CREAT if create else 0), 0o600)
            if create and os.fstat(self._file).st_size < 2 * SLOT:
                os.write(self._file, bytes(2 * SLOT))
        return self._file

    def _wal_header(self) -> bytes:
        try:
            with self._wal.open("rb", buffering=0) as file:
                return file.read(_WAL_HEADER)
        except OSError:
            return b""


def counted(connection: apsw.Connection) -> int:
    """Durable transactions that the database has counted."""
    if not connection.table_exists(None, "meta"):
        return 0
    rows = connection.execute("SELECT value FROM meta WHERE name = ?", (COUNT,))
    return max((int(str(value)) for (value,) in rows), default=0)


def count_one(connection: apsw.Connection) -> int | None:
    """Count the transaction under way; the new number, None where its page is damaged."""
    try:
        rows = list(
            connection.execute(
                """INSERT INTO meta (name, value) VALUES (?, '1')
                   ON CONFLICT (name) DO UPDATE
                      SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING value""",
                (COUNT,),
            )
        )
    except apsw.CorruptError:
        return None
    return int(str(rows[0][0]))


def forget(database: Path) -> None:
    """Take the seal away: another database takes this one's place on purpose. Missing is fine."""
    with contextlib.suppress(OSError):
        database.with_name(NAME).unlink(missing_ok=True)


def boot() -> bytes:
    """A number of this start of the computer; NO_BOOT where the system tells none."""
    text = _boot_text()
    return hashlib.blake2b(text.encode(), digest_size=16).digest() if text else NO_BOOT


if sys.platform == "win32":
    import winreg

    _MEMORY: Final = (
        r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
    )

    def _boot_text() -> str:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _MEMORY) as key:
                return str(winreg.QueryValueEx(key, "BootId")[0])
        except OSError:
            return ""

else:

    def _boot_text() -> str:
        try:
            return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        except OSError:
            return ""


def _is_sound(header: bytes) -> bool:
    """The checksum of a write-ahead file's own header (SQLite file format, section 4.2)."""
    magic = int.from_bytes(header[:4], "big")
    if magic not in _WAL_MAGIC:
        return False
    words = struct.unpack(">6I" if magic & 1 else "<6I", header[:24])
    first = second = 0
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return (first, second) == struct.unpack(">2I", header[24:32])
