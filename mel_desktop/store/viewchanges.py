"""Which of a few messages a list shows, and who stands before whom: for lists kept by changes.

The same conditions and orders as ``store.views``; messages are looked up by their ids alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from mel_desktop.logic import listedits
from mel_desktop.logic.listedits import Pairs
from mel_desktop.model.organising import Sort
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Value
from mel_desktop.store.views import BY, STATES, Conditions, conditions

_LISTED: Final = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by."""

    sort: Sort
    ascending: bool

    @property
    def is_by_id(self) -> bool:
        """Ids are in the order of dates."""
        return self.sort is Sort.DATE

    @property
    def key(self) -> str:
        """What is compared before the ids."""
        if self.is_by_id:
            return "NULL"
        return BY[self.sort][1] if self.sort in BY else f"({STATES[self.sort]})"

    @property
    def is_rising(self) -> bool:
        """Of two with the same key: whether the lower id comes first."""
        return self.ascending and self.sort not in STATES


def shown(
    reader: Reader,
    folders: Sequence[int],
    wanted: Conditions,
    order: Order,
    among: Sequence[int],
    *,
    read_too: Sequence[int] = (),
) -> list[int]:
    """Those of ``among`` that the list shows, in its order. ``read_too``: though they are read."""
    found = _shown(reader, folders, wanted, order, among)
    more = [one for one in read_too if one in among and one not in found]
    if more:
        lenient = replace(wanted, filter=replace(wanted.filter, unread=False))
        more = _shown(reader, folders, lenient, order, more)
    return in_order(reader, order, [*found, *more]) if more else found


def in_order(reader: Reader, order: Order, ids: Sequence[int]) -> list[int]:
    """These, as the list has them."""
    return _ordered(reader, order, "1", ids)


def precedes(reader: Reader, order: Order) -> listedits.Precedes:
    """Who of two stands first; of a pair one of which is gone nothing is told."""
    if order.is_by_id:
        return listedits.by_id(ascending=order.ascending)
    sign = "<" if order.ascending else ">"
    tie = "<" if order.is_rising else ">"
    keyed = f"(SELECT id, {order.key} AS word FROM message)"  # noqa: S608 constants
    sql = f"""SELECT pair.key,
                     one.word {sign} other.word COLLATE NOCASE
                     OR (one.word = other.word COLLATE NOCASE AND one.id {tie} other.id)
                FROM json_each(?) AS pair
          CROSS JOIN {keyed} AS one ON one.id = json_extract(pair.value, '$[0]')
          CROSS JOIN {keyed} AS other ON other.id = json_extract(pair.value, '$[1]')"""  # noqa: S608

    def told(pairs: Pairs) -> Mapping[int, bool]:
        rows = reader.all(sql, json.dumps(list(pairs)))
        return {cast("int", number): bool(first) for number, first in rows}

    return told


def threads(reader: Reader, ids: Sequence[int]) -> dict[int, int]:
    """The conversation of each."""
    rows = reader.all(
        f"SELECT id, thread_id FROM message WHERE id {_LISTED}",  # noqa: S608 constant
        json.dumps(list(ids)),
    )
    return {cast("int", id_): cast("int", thread) for id_, thread in rows}


def members(reader: Reader, folders: Sequence[int], wanted: Sequence[int]) -> dict[int, int]:
    """Every message of these conversations in these folders, and its conversation."""
    rows = reader.all(
        f"""SELECT id, thread_id FROM message
             WHERE thread_id {_LISTED} AND +folder_id {_LISTED} AND hidden = 0""",  # noqa: S608
        json.dumps(list(wanted)),
        json.dumps(list(folders)),
    )
    return {cast("int", id_): cast("int", thread) for id_, thread in rows}


def _shown(
    reader: Reader, folders: Sequence[int], wanted: Conditions, order: Order, among: Sequence[int]
) -> list[int]:
    asked, params = conditions(wanted)
    where = " AND ".join((f"folder_id {_LISTED}", "hidden = 0", *asked))
    return _ordered(reader, order, where, among, json.dumps(list(folders)), *params)


def _ordered(
    reader: Reader,
    order: Order,
    where: str,
    ids: Sequence[int],
    *params: Value,
) -> list[int]:
    way = "" if order.ascending else " DESC"
    tie = "" if order.is_rising else " DESC"
    rows = reader.all(
        f"""SELECT id FROM message NOT INDEXED WHERE id {_LISTED} AND {where}
             ORDER BY {order.key}{way}, id{tie}""",  # noqa: S608 constants
        json.dumps(list(ids)),
        *params,
    )
    return [cast("int", id_) for (id_,) in rows]
