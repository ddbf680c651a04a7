"""Read and authenticate everything in an open store, and name what is damaged.

Names are tables and our own numbers: safe to show, to log and to send to a help desk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final, cast

from mel_desktop.model.errors import ErrorCode, MelError, StoreTrouble
from mel_desktop.store import blobs, bodytext
from mel_desktop.store.database import Database, Reader

MOST: Final = 50  # names of one kind; a store that is damaged all over needs no longer list


def damages(database: Database) -> tuple[str, ...]:
    """What is damaged; empty when all is sound. Reads every live page anew from the disk."""
    found: list[str] = []
    try:
        with database.fresh() as reader:
            if _pages_are_sound(reader):
                found += _references(reader)
                found += _bodies(reader)
                found += _contents(reader)
                return tuple(found)
    except StoreTrouble as error:
        if error.code is not ErrorCode.DAMAGED:
            raise
    # The whole-file check broke off or found something: look at each table by itself.
    return (*_tables(database), *found) or ("store.db",)


def _pages_are_sound(reader: Reader) -> bool:
    """Every b-tree and, through FTS5's own check, every full-text index."""
    return reader.all("PRAGMA integrity_check(1)") == [("ok",)]


def _references(reader: Reader) -> list[str]:
    rows = reader.all('SELECT DISTINCT "table" FROM pragma_foreign_key_check() LIMIT 50')
    return [f"references of table {row[0]!s}" for row in rows]


def _bodies(reader: Reader) -> Iterator[str]:
    """Texts decompress. (Their pages are authenticated; this finds faults of ours.)"""
    bad = 0
    for message, *packed in reader.stream("SELECT message_id, text, html, header FROM body"):
        try:
            for one in packed:
                bodytext.unpack(reader, one)
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            bad += 1
            yield f"text of message {message!s}"
            if bad == MOST:
                return


def _contents(reader: Reader) -> Iterator[str]:
    """Attachments and outgoing messages hash to what was written."""
    bad = 0
    for blob, sha256 in reader.all("SELECT id, sha256 FROM blob WHERE complete = 1"):
        running = hashlib.sha256()
        try:
            for chunk in blobs.read(reader, cast("int", blob)):
                running.update(chunk)
        except MelError:
            sha256 = None
        if running.digest() != sha256:
            bad += 1
            yield f"content {blob!s}"
            if bad == MOST:
                return


def _tables(database: Database) -> list[str]:
    """Tables and indexes that cannot be read, one by one."""
    try:
        with database.fresh() as reader:
            names = reader.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    except StoreTrouble:
        return ["store.db"]
    found = []
    for (name,) in names:
        quoted = str(name).replace('"', '""')
        try:
            with database.fresh() as reader:
                lines = reader.all(f'PRAGMA integrity_check("{quoted}")')
        except StoreTrouble as error:
            if error.code is not ErrorCode.DAMAGED:
                raise
            found.append(f"table {name!s}")
        else:
            if lines != [("ok",)]:
                found.append(f"table {name!s}")
    return found
