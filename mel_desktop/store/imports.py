"""Messages from files: rows, texts and octets as a sync makes them, and how far an import is.

Rule 1: what is stored and how far the import is change in one transaction: a kill loses and
doubles nothing.
Rule 2: a message that is here already is not stored twice: the same octets (SHA-256), or the same
Message-ID, date and size (not the size of one that an export of ours put together).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.mime import HeaderFields, Readable
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import Flags, Part
from mel_desktop.model.transfer import Problem
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import blobs, localfolders, mailbox, reading
from mel_desktop.store.blobs import Packed
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.reading import Body
from mel_desktop.store.times import to_text

MOST_PROBLEMS: Final = 1000  # of one run that are told one by one
NO_RUN: Final = 0  # no row has this id


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as it was read from a file. Its octets: ``packed``, or stored already as ``blob``.

    ``blob`` then has been finished with ``sha256``. ``rebuilt``: put together by an export of ours.
    """

    fields: HeaderFields
    header: bytes
    parts: tuple[Part, ...]
    text: Readable
    flags: Flags
    received_at: datetime
    size: int
    sha256: bytes
    packed: Packed | None = None
    blob: int | None = None
    rebuilt: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """An import as far as it is."""

    id: int
    imported: int
    duplicates: int
    left_out: int
    blob: int | None


@dataclass(frozen=True, slots=True)
class Unit:
    """A mailbox of the source as far as it is."""

    fingerprint: str
    position: str
    done: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction adds to a run."""

    run: int
    path: str
    position: str
    left_out: int = 0
    problems: tuple[Problem, ...] = ()
    done: bool = False


# -- runs -----------------------------------------------------------------------------------------


def unfinished(reader: Reader, account: int, source: str, target: str) -> Run | None:
    """An import of the same into the same that was broken off, the newest."""
    row = reader.one(
        """SELECT id, imported, duplicates, left_out, blob_id FROM import_run
            WHERE account_id = ? AND source = ? AND target = ? AND state = 'running'
            ORDER BY id DESC LIMIT 1""",
        account,
        source,
        target,
    )
    return None if row is None else Run(*cast("tuple[int, int, int, int, int | None]", row))


def begin(tx: Transaction, account: int, source: str, target: str, now: datetime) -> int:
    """A new run; its id. Old ones of the same are forgotten."""
    tx.run(
        "DELETE FROM import_run WHERE account_id = ? AND source = ? AND target = ?",
        account,
        source,
        target,
    )
    return tx.insert(
        "INSERT INTO import_run (account_id, source, target, begun_at) VALUES (?, ?, ?, ?)",
        account,
        source,
        target,
        to_text(now),
    )


def take_up(tx: Transaction, run: Run) -> None:
    """Go on with a run; what was stored of a message on its way is thrown away."""
    drop_blob(tx, run.id)


def finish(tx: Transaction, run: int, now: datetime) -> None:
    """All of it is read."""
    tx.run("UPDATE import_run SET state = 'done', ended_at = ? WHERE id = ?", to_text(now), run)


def counts(reader: Reader, run: int) -> Run:
    """How far a run is."""
    row = reader.one(
        "SELECT id, imported, duplicates, left_out, blob_id FROM import_run WHERE id = ?", run
    )
    assert row is not None
    return Run(*cast("tuple[int, int, int, int, int | None]", row))


def problems(reader: Reader, run: int) -> tuple[Problem, ...]:
    """What could not be read, in order."""
    rows = reader.all(
        "SELECT path, position, reason FROM import_problem WHERE run_id = ? ORDER BY id LIMIT ?",
        run,
        MOST_PROBLEMS,
    )
    return tuple(Problem(str(path), cast("int", at), str(why)) for path, at, why in rows)


def unit(reader: Reader, run: int, path: str) -> Unit:
    """How far a mailbox is; an empty position for one that was not begun."""
    row = reader.one(
        "SELECT fingerprint, position, done FROM import_unit WHERE run_id = ? AND path = ?",
        run,
        path,
    )
    if row is None:
        return Unit("", "", done=False)
    return Unit(str(row[0]), str(row[1]), done=bool(row[2]))


def begin_unit(tx: Transaction, run: int, path: str, fingerprint: str) -> None:
    """From the start: it was not begun, or is another file than before."""
    tx.run(
        """INSERT INTO import_unit (run_id, path, fingerprint) VALUES (?, ?, ?)
           ON CONFLICT (run_id, path) DO UPDATE
              SET fingerprint = excluded.fingerprint, position = '', done = 0""",
        run,
        path,
        fingerprint,
    )


def step(tx: Transaction, one: Step) -> None:
    """How far it is now."""
    tx.run(
        "UPDATE import_unit SET position = ?, done = ? WHERE run_id = ? AND path = ?",
        one.position,
        int(one.done),
        one.run,
        one.path,
    )
    if one.left_out:
        tx.run("UPDATE import_run SET left_out = left_out + ? WHERE id = ?", one.left_out, one.run)
    tx.many(
        "INSERT INTO import_problem (run_id, path, position, reason) VALUES (?, ?, ?, ?)",
        [(one.run, told.path, told.position, told.reason) for told in one.problems],
    )


# -- great messages -------------------------------------------------------------------------------


def begin_blob(tx: Transaction, run: int, now: datetime) -> int:
    """Room for a message that does not stand in memory; its id."""
    blob = blobs.new_blob(tx, now)
    tx.run("UPDATE import_run SET blob_id = ? WHERE id = ?", blob, run)
    return blob


def drop_blob(tx: Transaction, run: int) -> None:
    """Forget octets of a message that was not read to its end."""
    blob = tx.value("SELECT blob_id FROM import_run WHERE id = ?", run)
    if blob is None:
        return
    tx.run("UPDATE import_run SET blob_id = NULL WHERE id = ?", run)
    tx.run(
        """DELETE FROM blob WHERE id = ? AND complete = 0
              AND NOT EXISTS (SELECT 1 FROM part WHERE blob_id = blob.id)""",
        blob,
    )


# -- messages -------------------------------------------------------------------------------------


def store(
    tx: Transaction,
    account: int,
    folder: int,
    parcels: Sequence[Parcel],
    run: int,
    now: datetime,
) -> tuple[int, ...]:
    """Store those that are not here yet on the shelf ``folder``; their ids.

    ``run``: the import that counts them, or NO_RUN.
    """
    new = _unknown(tx, account, parcels)
    incoming = [Incoming(_remote(place, one), one.fields) for place, one in enumerate(new)]
    ids = mailbox.insert_messages(tx, account, folder, None, incoming, downwards=False)
    pairs = sorted(zip(ids, new, strict=True), key=lambda pair: pair[0])
    reading.put_bodies(tx, [Body(id_, one.text, one.header) for id_, one in pairs], now)
    reading.put_wholes(tx, [(id_, one.packed) for id_, one in pairs if one.packed is not None], now)
    for id_, one in pairs:
        if one.blob is not None:
            blob = blobs.finish(tx, one.blob, one.sha256)
            reading.put_whole_blob(tx, id_, blob, one.size)
    if len(new) < len(parcels):
        drop_blob(tx, run)  # if it is of one that is here already
    tx.run(
        """UPDATE import_run SET imported = imported + ?, duplicates = duplicates + ?,
                  blob_id = NULL
            WHERE id = ?""",
        len(new),
        len(parcels) - len(new),
        run,
    )
    tx.changed(Area.MESSAGES | Area.FOLDERS, [folder], ids)
    return tuple(ids)


def _remote(place: int, one: Parcel) -> RemoteMessage:
    """As a server would list it; ``place`` keeps the order of messages of one moment."""
    return RemoteMessage(place + 1, one.flags, one.received_at, one.size, b"", one.parts)


def _unknown(tx: Transaction, account: int, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Those that are not here, each once. What is in a trash does not count: it may come back."""
    hashes = {
        bytes.fromhex(str(row[0]))
        for row in tx.all(
            f"""SELECT hex(b.sha256)
                  FROM json_each(?2) AS told
                  JOIN blob AS b ON b.sha256 = unhex(told.value)
                  JOIN part AS p ON p.blob_id = b.id AND p.number = ''
                  JOIN message AS m ON m.id = p.message_id
                  JOIN folder AS f ON f.id = m.folder_id
                 WHERE m.account_id = ?1 AND {_COUNTS}""",  # noqa: S608 constant
            account,
            json.dumps([one.sha256.hex() for one in parcels]),
        )
    }
    names = sorted({one.fields.message_id for one in parcels if one.fields.message_id})
    known = {
        cast("tuple[str, str | None, int]", row)
        for row in tx.all(
            f"""SELECT m.message_id, m.sent_at, m.size
                  FROM message AS m JOIN folder AS f ON f.id = m.folder_id
                 WHERE m.account_id = ?1 AND m.message_id <> ''
                   AND m.message_id IN (SELECT value FROM json_each(?2)) AND {_COUNTS}""",  # noqa: S608 constant
            account,
            json.dumps(names),
        )
    }
    dated = {key[:2] for key in known}  # one that was put together has a size of its own
    new: list[Parcel] = []
    for one in parcels:
        sent = None if one.fields.date is None else to_text(one.fields.date)
        key = (one.fields.message_id, sent, one.size)
        is_known = key[:2] in dated if one.rebuilt else key in known
        if one.sha256 in hashes or (one.fields.message_id and is_known):
            continue
        hashes.add(one.sha256)
        known.add(key)
        dated.add(key[:2])
        new.append(one)
    return new


_COUNTS: Final = f"""m.hidden = 0 AND (f.role IS NULL OR f.role <> 'trash')
                  AND NOT (f.local = 1 AND f.path = '{localfolders.TRASH}')"""
