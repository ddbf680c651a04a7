"""Read and authenticate everything in an open store, and name and locate what is damaged.

Names are tables and our own numbers: safe to show, to log and to send to a help desk. Subjects of
what damage touches are told beside them, for the person alone.

Three looks: every page of the file proves itself, also those that nothing needs now; then SQLite
checks its trees and indexes; then texts are inflated and contents hashed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, cast

from mel_desktop.model.errors import Cancelled, ErrorCode, MelError, StoreTrouble
from mel_desktop.model.soundness import Damage, Touched
from mel_desktop.store import blobs, bodytext, btree
from mel_desktop.store.btree import Holes
from mel_desktop.store.database import Database, Reader, errors

MOST: Final = 50  # names of one kind; a store that is damaged all over needs no longer list
FILE: Final = "store.db"
RETRIES: Final = 4  # a page may be on its way to the disk
RETRY_S: Final = 0.1
STEP: Final = 256  # pages between two looks at ``cancelled``
INDEXES: Final = ("message_fts", "draft_fts", "entry_fts")
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]

# Tables by which message, draft... their rows belong to: (kind, table with subjects or "").
_OWNERS: Final = {
    "message": "message", "body": "message", "location": "message", "draft": "draft",
    "outbox": "outgoing",
}  # fmt: skip
_NAMED: Final = {
    "message": "SELECT id, subject FROM message WHERE id BETWEEN ? AND ? LIMIT ?",
    "draft": """SELECT draft_id, max(subject) FROM draft_revision
                 WHERE draft_id BETWEEN ? AND ? GROUP BY draft_id LIMIT ?""",
    "outgoing": "SELECT id, subject FROM outbox WHERE id BETWEEN ? AND ? LIMIT ?",
}  # fmt: skip
_ELSEWHERE: Final = {  # where the numbers of rows that are lost still stand
    "message": ("SELECT message_id, '' FROM location WHERE message_id BETWEEN ? AND ? LIMIT ?",
                "SELECT message_id, '' FROM body WHERE message_id BETWEEN ? AND ? LIMIT ?"),
}  # fmt: skip


def damages(database: Database) -> tuple[str, ...]:
    """Names of what is damaged; empty when all is sound."""
    return tuple(one.name for one in look(database))


def look(
    database: Database, *, progress: Progress | None = None, cancelled: Stop | None = None
) -> tuple[Damage, ...]:
    """What is damaged; empty when all is sound. Reads everything anew from the disk. Cancelled."""
    tell = progress or (lambda done, of: None)
    bad, count = _bad_pages(database, tell, cancelled)
    if bad:
        return (*_located(database, bad), *_contents(database))
    found: list[Damage] = []
    try:
        with database.fresh() as reader:
            sound = _trees_are_sound(reader)
            tell(count * 3 // 2, 2 * count)
            if sound:
                found += _references(reader)
                found += _bodies(reader, cancelled)
        if sound:
            found += _contents(database)
            tell(2 * count, 2 * count)
            return tuple(found)
    except StoreTrouble as error:
        if error.code is not ErrorCode.DAMAGED:
            raise
    # The whole-file check broke off or found something: look at each table by itself.
    return (*_tables(database), *found) or (Damage(FILE, FILE),)


# -- pages -----------------------------------------------------------------------------------------


def _bad_pages(
    database: Database, tell: Progress, cancelled: Stop | None
) -> tuple[tuple[int, ...], int]:
    """Pages that do not prove themselves, and the number of all."""
    with database.page_file() as pages:
        suspects = []
        for number, bad in pages.damaged():
            if bad:
                suspects.append(number)
            if number % STEP == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled
                tell(number, 2 * pages.count)
        for _ in range(RETRIES):
            suspects = [number for number in suspects if not pages.is_sound(number)]
            if not suspects:
                break
            time.sleep(RETRY_S)
        if pages.octets % len(_PAGE):
            suspects.append(pages.count + 1)
        return tuple(suspects), pages.count


_PAGE: Final = bytes(8192)


def _located(database: Database, bad: Sequence[int]) -> list[Damage]:
    """Which tables and which messages the damaged pages belong to."""
    found = []
    blamed: set[int] = set()
    for name, table, root in _trees(database):
        holes = Holes()
        with database.page_file() as pages:
            for _ in btree.walk(pages, root, holes):
                pass
        if holes.is_empty:
            continue
        blamed |= holes.pages
        index = next((one for one in INDEXES if name.startswith(one)), "")
        if index:
            found.append(Damage(FILE, f"index {index}", index))
        elif name != table:
            found.append(Damage(FILE, f"index {name}", table))
        else:
            found.append(Damage(FILE, f"table {name}", name, _touched(database, name, holes)))
    found += [Damage(FILE, f"page {number}") for number in sorted(set(bad) - blamed)[:MOST]]
    return list(dict.fromkeys(found))


def _trees(database: Database) -> list[tuple[str, str, int]]:
    """(name, its table, first page) of every table and index."""
    try:
        with database.fresh() as reader:
            rows = reader.all(
                """SELECT name, tbl_name, rootpage FROM sqlite_schema
                    WHERE rootpage > 0 ORDER BY name"""
            )
    except StoreTrouble as error:
        if error.code is not ErrorCode.DAMAGED:
            raise
        return [("sqlite_schema", "sqlite_schema", 1)]
    found = [(str(name), str(table), cast("int", root)) for name, table, root in rows]
    return [("sqlite_schema", "sqlite_schema", 1), *found]


def _touched(database: Database, table: str, holes: Holes) -> tuple[Touched, ...]:
    kind = _OWNERS.get(table)
    if kind is None:
        return ()
    ranges = [*holes.ranges, *((row, row) for row in holes.rows)]
    found: dict[int, str] = {}
    for sql in (*_ELSEWHERE.get(kind, ()), _NAMED[kind]):
        for low, high in ranges:
            try:
                with database.fresh() as reader:
                    found.update(
                        (cast("int", id_), str(subject))
                        for id_, subject in reader.stream(sql, low, high, MOST)
                    )
            except StoreTrouble as error:  # then without their subjects
                if error.code is not ErrorCode.DAMAGED:
                    raise
    return tuple(Touched(kind, id_, subject) for id_, subject in sorted(found.items())[:MOST])


# -- trees, texts, contents ------------------------------------------------------------------------


def _trees_are_sound(reader: Reader) -> bool:
    """Every b-tree and, through FTS5's own check, every full-text index."""
    return reader.all("PRAGMA integrity_check(1)") == [("ok",)]


def _references(reader: Reader) -> list[Damage]:
    rows = reader.all('SELECT DISTINCT "table" FROM pragma_foreign_key_check() LIMIT 50')
    return [Damage(FILE, f"references of table {row[0]!s}", str(row[0])) for row in rows]


def _bodies(reader: Reader, cancelled: Stop | None) -> Iterator[Damage]:
    """Texts decompress. (Their pages are authenticated; this finds faults of ours.)"""
    bad = 0
    for message, *packed in reader.stream("SELECT message_id, text, html, header FROM body"):
        if cancelled is not None and cancelled():
            raise Cancelled
        try:
            for one in packed:
                bodytext.unpack(reader, one)
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            bad += 1
            subject = reader.value("SELECT subject FROM message WHERE id = ?", message)
            touched = (Touched("message", cast("int", message), str(subject)),)
            yield Damage(FILE, f"text of message {message!s}", "body", touched)
            if bad == MOST:
                return


def _contents(database: Database) -> list[Damage]:
    """Attachments and outgoing messages hash to what was written."""
    found: list[Damage] = []
    try:
        with database.fresh() as reader:
            listed = reader.all("SELECT id, sha256 FROM blob WHERE complete = 1")
            for blob, sha256 in listed:
                if not _hashes_to(reader, cast("int", blob), sha256):
                    touched = tuple(_users(reader, cast("int", blob)))
                    found.append(Damage(FILE, f"content {blob!s}", "chunk", touched))
                if len(found) == MOST:
                    break
    except StoreTrouble as error:  # then the tables are named
        if error.code is not ErrorCode.DAMAGED:
            raise
    return found


def _hashes_to(reader: Reader, blob: int, sha256: object) -> bool:
    running = hashlib.sha256()
    try:
        with errors():
            for chunk in blobs.read(reader, blob):
                running.update(chunk)
    except MelError:
        return False
    return running.digest() == sha256


def _users(reader: Reader, blob: int) -> Iterable[Touched]:
    for kind, sql in (
        ("message", "SELECT m.id, m.subject FROM part p JOIN message m ON m.id = p.message_id"),
        ("draft", """SELECT r.draft_id, r.subject FROM draft_attachment p
                       JOIN draft_revision r ON r.draft_id = p.draft_id"""),
        ("outgoing", "SELECT id, subject FROM outbox p"),
    ):  # fmt: skip
        try:
            with errors():
                rows = reader.all(f"{sql} WHERE p.blob_id = ? LIMIT ?", blob, MOST)
        except MelError:
            continue
        yield from dict.fromkeys(Touched(kind, cast("int", id_), str(text)) for id_, text in rows)


def _tables(database: Database) -> list[Damage]:
    """Tables and indexes that cannot be read, one by one."""
    try:
        with database.fresh() as reader:
            names = reader.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    except StoreTrouble:
        return [Damage(FILE, FILE)]
    found = []
    for (name,) in names:
        quoted = str(name).replace('"', '""')
        try:
            with database.fresh() as reader:
                lines = reader.all(f'PRAGMA integrity_check("{quoted}")')
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            lines = []
        if lines != [("ok",)]:
            kind = "index" if name in INDEXES else "table"
            found.append(Damage(FILE, f"{kind} {name!s}", str(name)))
    return found
