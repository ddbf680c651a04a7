"""What was noticed when the store was opened, kept in it until a person has acknowledged it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.soundness import Alarm, AlarmKind, RepairReport, Touched
from mel_desktop.store import seal
from mel_desktop.store.seal import Missing
from mel_desktop.store.times import from_text, to_text
from mel_desktop.store.transactions import Reader, Transaction, to_json

NAME: Final = "soundness.alarms"
REPAIRED: Final = "soundness.repaired"
MOST: Final = 50
MOST_LOST: Final = 500
DATABASE: Final = "store.db"


def of(missing: Missing, healed: Iterable[str], now: datetime, older: int = 0) -> tuple[Alarm, ...]:
    """What an opening noticed. ``older``: changes that only the witness knows of."""
    found = [Alarm(AlarmKind.KEYS, now, name) for name in healed]
    if missing.commits:
        found.append(Alarm(AlarmKind.ROLLBACK, now, DATABASE, missing.commits))
    if older:
        found.append(Alarm(AlarmKind.OLDER, now, DATABASE, older))
    if missing.journal:
        found.append(Alarm(AlarmKind.JOURNAL, now, f"{DATABASE}-wal"))
    if missing.seal:
        found.append(Alarm(AlarmKind.SEAL, now, seal.NAME))
    if missing.map:
        found.append(Alarm(AlarmKind.SEAL, now, "store.map"))
    return tuple(found)


def put(tx: Transaction, alarms: Iterable[Alarm], count: int) -> None:
    """Keep them; from here on durable work is counted from ``count`` at least."""
    kept = (*every(tx), *alarms)[-MOST:]
    tx.run(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        NAME,
        to_json([[one.kind.value, to_text(one.at), one.file, one.missing] for one in kept]),
    )
    tx.run(
        """INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE
              SET value = excluded.value
            WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)""",
        seal.COUNT,
        str(count),
    )


def counted(reader: Reader) -> int:
    """Durable transactions that the store has counted."""
    return int(str(reader.value("SELECT value FROM meta WHERE name = ?", seal.COUNT) or 0))


def every(reader: Reader) -> tuple[Alarm, ...]:
    """All that nobody has acknowledged, oldest first."""
    stored = reader.value("SELECT value FROM meta WHERE name = ?", NAME)
    return tuple(
        Alarm(AlarmKind(kind), cast("datetime", from_text(at)), file, missing)
        for kind, at, file, missing in json.loads(str(stored or "[]"))
    )


def acknowledge(tx: Transaction) -> None:
    """A person has seen them, and what the last repair did."""
    tx.run("DELETE FROM meta WHERE name IN (?, ?)", NAME, REPAIRED)


def put_repair(tx: Transaction, report: RepairReport) -> None:
    """Keep what a repair did."""
    tx.run(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        REPAIRED,
        to_json({
            "kept": report.rows_kept, "lost_rows": report.rows_lost,
            "again": report.fetched_anew, "aside": report.kept_aside,
            "lost": [[one.kind, one.id, one.subject] for one in report.lost[:MOST_LOST]],
        }),
    )  # fmt: skip


def repaired(reader: Reader) -> RepairReport | None:
    """What the last repair did, until a person has acknowledged it."""
    stored = reader.value("SELECT value FROM meta WHERE name = ?", REPAIRED)
    if stored is None:
        return None
    told = json.loads(str(stored))
    lost = tuple(Touched(kind, id_, subject) for kind, id_, subject in told["lost"])
    return RepairReport(True, told["kept"], told["lost_rows"], told["again"], lost, told["aside"])
