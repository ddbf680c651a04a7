"""Parts of large files that a source publishes, until they are whole and were read.

They lie in the encrypted store, never beside it; they go with their source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from mel_desktop.model.downloads import Part, Version
from mel_desktop.model.people import SourceId
from mel_desktop.store.database import Database, Reader, Transaction

PIECE: Final = 256 * 1024  # octets a row, so that no write takes long


def part(reader: Reader, source: SourceId, url: str) -> Part | None:
    """What is here of the file at this address."""
    row = reader.one(
        """SELECT etag, modified, resumes_by, coding, came, size FROM download
            WHERE source_id = ? AND url = ?""",
        source,
        url,
    )
    if row is None:
        return None
    etag, modified, resumes_by, coding = cast("tuple[str, str, str, str]", row[:4])
    version = Version(etag, modified, resumes_by)
    return Part(version, coding, cast("int", row[4]), cast("int | None", row[5]))


def begin(tx: Transaction, source: SourceId, url: str, begun: Part) -> None:
    """A new file; what was here of another is dropped."""
    drop(tx, source)
    version = begun.version
    tx.run(
        """INSERT INTO download (source_id, url, etag, modified, resumes_by, coding, came, size)
           VALUES (?, ?, ?, ?, ?, ?, 0, ?)""",
        source, url, version.etag, version.modified, version.resumes_by, begun.coding, begun.size,
    )  # fmt: skip


def append(tx: Transaction, source: SourceId, start: int, octets: bytes) -> None:
    """The next octets. LookupError where they do not follow what is here."""
    tx.run(
        "UPDATE download SET came = came + ? WHERE source_id = ? AND came = ?",
        len(octets), source, start,
    )  # fmt: skip
    if tx.value("SELECT came FROM download WHERE source_id = ?", source) != start + len(octets):
        raise LookupError(start)
    tx.run("INSERT INTO download_piece VALUES (?, ?, ?)", source, start, octets)


def end(tx: Transaction, source: SourceId, whole: int) -> None:
    """All is here: so many octets."""
    tx.run("UPDATE download SET size = ? WHERE source_id = ? AND came = ?", whole, source, whole)


def pieces(database: Database, source: SourceId) -> Iterator[bytes]:
    """All octets in their order; one row in memory at a time."""
    start = 0
    while True:
        with database.read() as reader:
            row = reader.one(
                "SELECT octets FROM download_piece WHERE source_id = ? AND start = ?", source, start
            )
        if row is None:
            return
        octets = cast("bytes", row[0])
        start += len(octets)
        yield octets


def drop(tx: Transaction, source: SourceId) -> None:
    """Nothing is here any more."""
    tx.run("DELETE FROM download WHERE source_id = ?", source)
