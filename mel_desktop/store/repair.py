"""Repair a damaged store: a damaged index is made anew; damaged pages are left behind.

Rule 1: the damaged file is never changed. It is kept aside, encrypted as it was, until a person
lets it go.
Rule 2: a repair that is broken off leaves everything as it was.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from mel_desktop.model.changes import Area
from mel_desktop.model.soundness import Damage, RepairReport, Touched
from mel_desktop.store import (
    alarms,
    connections,
    mending,
    patience,
    patrol,
    reindexing,
    rootmap,
    seal,
)
from mel_desktop.store.database import Database
from mel_desktop.store.filelock import DOOR_WAIT_S, door
from mel_desktop.store.integrity import INDEXES
from mel_desktop.store.keybytes import Key
from mel_desktop.store.reserve import files
from mel_desktop.store.rootfinding import SEQUENCES
from mel_desktop.store.salvage import Salvage, salvage
from mel_desktop.store.transactions import Transaction

ASIDE: Final = "store.damaged"
FRESH: Final = "store.db.mended"
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


def repair(
    database: Database,
    damages: Sequence[Damage],
    *,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> RepairReport:
    """Mend an open database; its indexes are made anew afterwards (store.reindexing).

    DISK_FULL | PROFILE_BUSY | Cancelled: nothing was changed then.
    """
    mine = [one for one in damages if one.file == database.path.name]
    if not mine:
        return RepairReport()
    if all(one.table in INDEXES for one in mine) and _can_empty_indexes(database):
        return RepairReport(reindexed=True)
    done: list[RepairReport] = []
    fresh = database.path.with_name(FRESH)

    def before() -> None:
        done.append(_rebuild(database.path, database.key, fresh, progress, cancelled))

    try:
        database.exchange(lambda path: _exchange(path, fresh), before=before)
    except BaseException:
        _remove(fresh)
        raise
    database.write(lambda tx: tx.changed(Area(sum(area.value for area in Area))))
    return done[0]


def repair_file(
    path: Path,
    key: Key,
    *,
    progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> RepairReport:
    """The same for a database that cannot be opened. Nobody may have it open."""
    fresh = path.with_name(FRESH)
    try:
        report = _rebuild(path, key, fresh, progress, cancelled)
        with door(path).held(wait_s=DOOR_WAIT_S):
            seal.forget(path)
            _exchange(path, fresh)
    except BaseException:
        _remove(fresh)
        raise
    return report


def kept_aside(database: Path) -> tuple[Path, ...]:
    """Damaged files that were kept."""
    return tuple(sorted(database.parent.glob(ASIDE + "*")))


def let_go(database: Path) -> None:
    """Delete what was kept aside. Its octets are encrypted: deleting is enough."""
    with files():
        for path in kept_aside(database):
            path.unlink(missing_ok=True)


# -- inside ----------------------------------------------------------------------------------------


def _can_empty_indexes(database: Database) -> bool:
    try:
        database.write(reindexing.begin)
    except Exception:  # noqa: BLE001 whatever is wrong with them: then the whole file is made anew
        return False
    return True


def _rebuild(
    path: Path, key: Key, fresh: Path, progress: Progress | None, cancelled: Stop | None
) -> RepairReport:
    _remove(fresh)
    with files():
        connections.make_private(fresh)
    saved = salvage(path, key, fresh, progress=progress, cancelled=cancelled)
    connection = connections.connect(fresh, key, writer=True)
    try:
        with connections.errors(connection):
            connections.migrate(connection)
            connection.execute("PRAGMA foreign_keys=OFF")
            with connection:
                tx = Transaction(connection)
                done = mending.mend(tx, [*saved.holes, *saved.lost_tables])
                report = RepairReport(
                    reindexed=True,
                    rows_kept=saved.rows,
                    rows_lost=_lost(saved),
                    fetched_anew=done.fetched_anew,
                    lost=(*done.lost, *_whole_tables(saved)),
                    kept_aside=_aside(path).name,
                )
                alarms.put_repair(tx, report)
                patrol.forget(tx)
            list(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
            list(connection.execute("PRAGMA journal_mode=DELETE"))
    finally:
        connection.close(True)
    with files():
        _flush(fresh)
    return report


def _whole_tables(saved: Salvage) -> list[Touched]:
    """Tables that were not found in the file. Nothing tells whether rows stood in them."""
    return [Touched("table", 0, name) for name in saved.lost_tables if name != SEQUENCES]


def _lost(saved: Salvage) -> int:
    """Rows that are known to be lost; those on a damaged page are not known one by one."""
    return saved.refused + sum(
        len(one.rows) + one.keys + len(one.ranges) for one in saved.holes.values()
    )


def _aside(path: Path) -> Path:
    """A name that is free."""
    aside = path.with_name(ASIDE)
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{ASIDE}.{number}")
    return aside


def _exchange(path: Path, fresh: Path) -> None:
    aside = _aside(path)
    with files():
        for rest in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                patience.replace(
                    path.with_name(path.name + rest), aside.with_name(aside.name + rest)
                )
        patience.replace(path, aside)
        patience.replace(fresh, path)
        rootmap.forget(path)


def _remove(fresh: Path) -> None:
    for rest in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            fresh.with_name(fresh.name + rest).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(file)
    finally:
        os.close(file)
