"""The check of a whole store in small steps, so that it may be paused and gone on with any day.

A step looks at a piece: some pages, one tree, some texts, one content. It only says whether
something is wrong there: what is damaged, where and what it touches is then looked at as a check by
hand does (``integrity.look``).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.errors import ErrorCode, StoreTrouble
from mel_desktop.model.soundness import Damage, LastCheck, Touched
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.times import from_text, to_text
from mel_desktop.store.transactions import Transaction, to_json

PAGES: Final = "pages"
TREES: Final = "trees"
TEXTS: Final = "texts"
CONTENTS: Final = "contents"
_ORDER: Final = (PAGES, TREES, TEXTS, CONTENTS)
_SHARES: Final = {PAGES: 0, TREES: 50, TEXTS: 60, CONTENTS: 80}  # of a hundred, as told to a person

PAGES_AT_ONCE: Final = 256  # 2 MiB: some hundredths of a second
TEXTS_AT_ONCE: Final = 100

LAST: Final = "soundness.checked"  # meta
PLACE: Final = "soundness.place"  # meta: how far the round under way has come


@dataclass(frozen=True, slots=True)
class Place:
    """How far a round has come: everything before ``at`` of this stage is looked at."""

    stage: str = PAGES
    at: int = 0
    share: int = 0  # of a hundred, roughly


@dataclass(frozen=True, slots=True)
class Step:
    """What a step found. ``next`` None: that was the last one."""

    next: Place | None
    is_sound: bool


def step(database: Database, place: Place) -> Step:
    """Look at the next piece. Damage is said, not raised."""
    try:
        at, share = _LOOKS[place.stage](database, place.at)
    except StoreTrouble as error:
        if error.code is not ErrorCode.DAMAGED:
            raise
        return Step(place, is_sound=False)
    if at is not None:
        return Step(Place(place.stage, at, share), is_sound=True)
    following = _ORDER.index(place.stage) + 1
    if following == len(_ORDER):
        return Step(None, is_sound=True)
    stage = _ORDER[following]
    return Step(Place(stage, 0, _SHARES[stage]), is_sound=True)


def _pages(database: Database, at: int) -> tuple[int | None, int]:
    with database.page_file() as pages:
        end = min(at + PAGES_AT_ONCE, pages.count)
        if any(not pages.is_sound(number) for number in range(at + 1, end + 1)):
            raise StoreTrouble(ErrorCode.DAMAGED)
        share = _SHARES[TREES] * end // max(1, pages.count)
        return (end, share) if end < pages.count else (None, share)


def _trees(database: Database, at: int) -> tuple[int | None, int]:
    """One table with its indexes at a time; at last what refers to what."""
    with database.fresh() as reader:
        names = [
            str(name)
            for (name,) in reader.all(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            )
        ]
        if at >= len(names):
            if reader.all("SELECT 1 FROM pragma_foreign_key_check() LIMIT 1"):
                raise StoreTrouble(ErrorCode.DAMAGED)
            return None, _SHARES[TEXTS]
        quoted = names[at].replace('"', '""')
        if reader.all(f'PRAGMA integrity_check("{quoted}")') != [("ok",)]:
            raise StoreTrouble(ErrorCode.DAMAGED)
        share = _SHARES[TREES] + (_SHARES[TEXTS] - _SHARES[TREES]) * at // len(names)
        return at + 1, share


def _texts(database: Database, at: int) -> tuple[int | None, int]:
    from mel_desktop.store import bodytext  # noqa: PLC0415 first needed here

    with database.fresh() as reader:
        rows = reader.all(
            """SELECT message_id, text, html, header FROM body WHERE message_id > ?
                ORDER BY message_id LIMIT ?""",
            at,
            TEXTS_AT_ONCE,
        )
        for _, *packed in rows:
            for one in packed:
                bodytext.unpack(reader, one)
        most = cast("int", reader.value("SELECT coalesce(max(message_id), 0) FROM body"))
        return _following(rows, most, _SHARES[TEXTS], _SHARES[CONTENTS])


def _contents(database: Database, at: int) -> tuple[int | None, int]:
    from mel_desktop.store import integrity  # noqa: PLC0415 first needed here

    with database.fresh() as reader:
        rows = reader.all(
            "SELECT id, sha256 FROM blob WHERE complete = 1 AND id > ? ORDER BY id LIMIT 1", at
        )
        for blob, sha256 in rows:
            if not integrity.hashes_to(reader, cast("int", blob), sha256):
                raise StoreTrouble(ErrorCode.DAMAGED)
        most = cast("int", reader.value("SELECT coalesce(max(id), 0) FROM blob"))
        return _following(rows, most, _SHARES[CONTENTS], 100)


def _following(
    rows: list[tuple[int | float | str | bytes | None, ...]], most: int, low: int, high: int
) -> tuple[int | None, int]:
    if not rows:
        return None, high
    last = cast("int", rows[-1][0])
    return last, low + (high - low) * last // max(1, most)


_LOOKS: Final = {PAGES: _pages, TREES: _trees, TEXTS: _texts, CONTENTS: _contents}


# -- kept in the store ----------------------------------------------------------------------------


def place(reader: Reader) -> Place | None:
    """Where the round under way stands; None when there is none."""
    stored = reader.value("SELECT value FROM meta WHERE name = ?", PLACE)
    return None if stored is None else Place(**json.loads(str(stored)))


def put_place(tx: Transaction, current: Place) -> None:
    """Go on from there."""
    _put(tx, PLACE, asdict(current))


def last(reader: Reader) -> LastCheck | None:
    """The last check of everything; None: there was none since the store was made or mended."""
    stored = reader.value("SELECT value FROM meta WHERE name = ?", LAST)
    if stored is None:
        return None
    told = json.loads(str(stored))
    damages = tuple(
        Damage(
            one["file"],
            one["name"],
            one["table"],
            tuple(Touched(kind, id_, subject) for kind, id_, subject in one["touched"]),
        )
        for one in told["damages"]
    )
    return LastCheck(cast("datetime", from_text(told["at"])), damages)


def put_last(tx: Transaction, done: LastCheck) -> None:
    """A check of everything is done; a round that was under way is over with it."""
    _put(
        tx,
        LAST,
        {
            "at": to_text(done.at),
            "damages": [
                {
                    "file": one.file,
                    "name": one.name,
                    "table": one.table,
                    "touched": [[row.kind, row.id, row.subject] for row in one.touched],
                }
                for one in done.damages
            ],
        },
    )
    tx.run("DELETE FROM meta WHERE name = ?", PLACE)


def forget(tx: Transaction) -> None:
    """The store was mended: nothing of it is checked yet."""
    tx.run("DELETE FROM meta WHERE name IN (?, ?)", LAST, PLACE)


def _put(tx: Transaction, name: str, value: object) -> None:
    tx.run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, to_json(value))
