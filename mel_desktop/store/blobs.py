"""Octets of attachments, drafts' files and outgoing messages, in compressed chunks.

Rule 1: 100 MB never stand in memory: content goes in and comes out in chunks of at most 256 KiB.
Rule 2: a blob is complete once its SHA-256 is known; complete content is kept once.
Rule 3: an incomplete blob is somebody's work in progress (a download that resumes): it is only
dropped when it is told to be old.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

import zstandard

from mel_desktop.model.errors import ErrorCode, LocalRefusal, StoreTrouble
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.packed import inflate
from mel_desktop.store.times import to_text

CHUNK: Final = 256 * 1024
SMALL: Final = 64 * 1024  # appends below this are joined to the chunk before them
MOST: Final = CHUNK + SMALL  # octets of a chunk
LEVEL: Final = 3

REFERENCES: Final = (
    ("part", "blob_id"),
    ("draft_attachment", "blob_id"),
    ("outbox", "blob_id"),
)


@dataclass(frozen=True, slots=True)
class Packed:
    """Whole content made ready: hashing and compressing need no transaction, and no one waits."""

    sha256: bytes
    size: int
    chunks: tuple[bytes, ...]


def pack(data: bytes) -> Packed:
    """Hash and compress content that is whole in memory already."""
    return Packed(hashlib.sha256(data).digest(), len(data), tuple(_deflated(data)))


def store_packed(tx: Transaction, packed: Packed, now: datetime) -> int:
    """Store content made ready; the id to keep: an older one where the same content is here."""
    known = tx.one("SELECT id, size FROM blob WHERE sha256 = ?", packed.sha256)
    if known is not None:
        if known[1] != packed.size:
            raise StoreTrouble(ErrorCode.DAMAGED, blob=cast("int", known[0]))
        return cast("int", known[0])
    blob = tx.insert(
        "INSERT INTO blob (sha256, size, complete, created_at) VALUES (?, ?, 1, ?)",
        packed.sha256,
        packed.size,
        to_text(now),
    )
    tx.many(
        "INSERT INTO chunk (blob_id, seq, z) VALUES (?, ?, ?)",
        [(blob, sequence, chunk) for sequence, chunk in enumerate(packed.chunks)],
    )
    return blob


def new_blob(tx: Transaction, now: datetime) -> int:
    """An empty, incomplete blob; its id."""
    return tx.insert("INSERT INTO blob (created_at) VALUES (?)", to_text(now))


def append(tx: Transaction, blob: int, data: bytes) -> int:
    """Add octets at the end of an incomplete blob; its size afterwards."""
    row = tx.one("SELECT size, complete FROM blob WHERE id = ?", blob)
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="blob")
    if row[1]:
        raise ValueError("a complete blob never changes")
    size = cast("int", row[0]) + len(data)
    sequence = cast("int", tx.value("SELECT count(*) FROM chunk WHERE blob_id = ?", blob))
    if sequence and len(data) < SMALL:
        last = inflate(tx.value(_ONE_CHUNK, blob, sequence - 1), MOST)
        if len(last) < SMALL:
            sequence -= 1
            tx.run("DELETE FROM chunk WHERE blob_id = ? AND seq = ?", blob, sequence)
            data = last + data
    tx.many(
        "INSERT INTO chunk (blob_id, seq, z) VALUES (?, ?, ?)",
        ((blob, number, packed) for number, packed in enumerate(_deflated(data), sequence)),
    )
    tx.run("UPDATE blob SET size = ? WHERE id = ?", size, blob)
    return size


def finish(tx: Transaction, blob: int, sha256: bytes) -> int:
    """The content is whole. Returns the id to keep: an older one where the same content is here.

    Rows that refer to the blob given are led to the one that is kept.
    """
    if len(sha256) != hashlib.sha256().digest_size:
        raise ValueError("a SHA-256 has 32 octets")
    twin = tx.one("SELECT id, size FROM blob WHERE sha256 = ? AND id <> ?", sha256, blob)
    if twin is None:
        tx.run("UPDATE blob SET sha256 = ?, complete = 1 WHERE id = ?", sha256, blob)
        return blob
    if twin[1] != size(tx, blob):
        raise StoreTrouble(ErrorCode.DAMAGED, blob=blob)  # one hash, two sizes: do not mix them up
    kept = cast("int", twin[0])
    for table, column in REFERENCES:
        tx.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", kept, blob)  # noqa: S608 constants
    tx.run("DELETE FROM blob WHERE id = ?", blob)
    return kept


def store_bytes(tx: Transaction, data: bytes, now: datetime) -> int:
    """Store content that is whole in memory already; the id to keep."""
    return store_packed(tx, pack(data), now)


def read(reader: Reader, blob: int) -> Iterator[bytes]:
    """The octets as far as they are here, chunk by chunk. NOT_FOUND | DAMAGED."""
    expected = size(reader, blob)
    count = cast("int", reader.value("SELECT count(*) FROM chunk WHERE blob_id = ?", blob))
    seen = 0
    for sequence in range(count):
        data = inflate(reader.value(_ONE_CHUNK, blob, sequence), MOST)
        seen += len(data)
        yield data
    if seen != expected:
        raise StoreTrouble(ErrorCode.DAMAGED, blob=blob)


def size(reader: Reader, blob: int) -> int:
    """Octets stored so far. LocalRefusal(NOT_FOUND)."""
    found = reader.value("SELECT size FROM blob WHERE id = ?", blob)
    if found is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="blob")
    return cast("int", found)


def is_complete(reader: Reader, blob: int) -> bool:
    """Whether ``finish`` was called."""
    return bool(reader.value("SELECT complete FROM blob WHERE id = ?", blob))


def digest(reader: Reader, blob: int) -> bytes:
    """SHA-256 of what is here: for a download that resumed and lost its running hash."""
    running = hashlib.sha256()
    for chunk in read(reader, blob):
        running.update(chunk)
    return running.digest()


def drop_unused(tx: Transaction, *, before: datetime | None = None) -> int:
    """Delete complete blobs that nothing refers to; how many.

    With ``before`` also incomplete ones that were begun earlier and that nothing refers to.
    """
    return tx.run(
        """DELETE FROM blob
            WHERE (complete = 1 OR created_at < ?)
              AND NOT EXISTS (SELECT 1 FROM part WHERE blob_id = blob.id)
              AND NOT EXISTS (SELECT 1 FROM draft_attachment WHERE blob_id = blob.id)
              AND NOT EXISTS (SELECT 1 FROM outbox WHERE blob_id = blob.id)""",
        "" if before is None else to_text(before),
    )


def unused(reader: Reader, limit: int) -> tuple[int, ...]:
    """Complete blobs that nothing refers to any more: their messages went."""
    rows = reader.all(
        f"SELECT id FROM blob WHERE complete = 1 AND {_UNUSED} LIMIT ?",  # noqa: S608 constant
        limit,
    )
    return tuple(cast("int", id_) for (id_,) in rows)


def drop_these(tx: Transaction, ids: Sequence[int]) -> int:
    """``drop_unused`` of these alone, complete or not: quick where there are many others. How
    many octets of the file they took, as stored.
    """
    listed = json.dumps(list(ids))
    octets = tx.value(
        f"""SELECT coalesce(sum(length(chunk.z)), 0) FROM blob JOIN chunk ON blob_id = blob.id
             WHERE blob.id IN (SELECT value FROM json_each(?)) AND {_UNUSED}""",  # noqa: S608 constant
        listed,
    )
    tx.run(
        f"DELETE FROM blob WHERE id IN (SELECT value FROM json_each(?)) AND {_UNUSED}",  # noqa: S608 constant
        listed,
    )
    return cast("int", octets)


_UNUSED: Final = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.{column} = blob.id)"  # noqa: S608 constants
    for table, column in REFERENCES
)
_ONE_CHUNK: Final = "SELECT z FROM chunk WHERE blob_id = ? AND seq = ?"


def _deflated(data: bytes) -> Iterator[bytes]:
    compressor = zstandard.ZstdCompressor(level=LEVEL)
    view = memoryview(data)
    for start in range(0, len(data), CHUNK):
        yield compressor.compress(view[start : start + CHUNK])
