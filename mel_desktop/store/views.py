"""Which messages a list shows and in what order: ids only, from indexes as far as they go.

Pinned messages stand first, then those that came back from being snoozed and were not looked at
yet; what is still snoozed is left out. The expressions of BY are those of migration 0008.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, cast

from mel_desktop.model.mail import FolderId, MessageId, Role, ThreadId
from mel_desktop.model.organising import QuickFilter, Sort, View
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Value
from mel_desktop.store.people_rows import VISIBLE

NO_VIEW: Final = frozenset({Role.TRASH.value, Role.JUNK.value})
NEVER_NEW: Final = NO_VIEW | {Role.SENT.value, Role.DRAFTS.value}
ALL: Final = 1 << 40
FEW: Final = 3000
MOST_MEMBERS: Final = 500  # of one conversation that are shown


def _plain(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    for letter, plain in pairs:
        text = f"replace({text}, '{letter}', '{plain}')"
    return f"({text}) COLLATE NOCASE"


_LETTERS: Final = (("É", "E"), ("é", "e"), ("È", "E"), ("è", "e"), ("ê", "e"))
BY: Final[Mapping[Sort, tuple[str, str]]] = {  # index, expression
    Sort.SENDER: (
        "message_by_sender",
        _plain(
            "substr(CASE from_name WHEN '' THEN from_address ELSE from_name END, 1, 24)",
            (*_LETTERS, ("Ç", "C"), ("ç", "c"), ('"', "")),
        ),
    ),
    Sort.SUBJECT: (
        "message_by_subject",
        _plain(
            "substr(CASE WHEN lower(substr(subject, 1, 4)) IN ('re: ', 'tr: ')"
            " THEN substr(subject, 5) ELSE subject END, 1, 24)",
            (*_LETTERS, ("À", "A"), ("à", "a")),
        ),
    ),
    Sort.SIZE: ("message_by_size", "size"),
}
STATES: Final[Mapping[Sort, str]] = {
    Sort.UNREAD: "marks & 1 = 0",
    Sort.FLAGGED: "marks & 2 <> 0",
    Sort.ATTACHMENT: "has_attachments = 1",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """A quick filter as SQL takes it. ``match``: an FTS5 expression or ""."""

    filter: QuickFilter
    match: str = ""
    ours: tuple[str, ...] = ()  # own addresses, lower case


def folders_of(reader: Reader, view: View) -> tuple[FolderId, ...]:
    """The folders that a view looks through; of accounts that write."""
    without = NEVER_NEW if view is View.UNREAD else NO_VIEW
    rows = reader.all(
        """SELECT f.id, f.role FROM folder AS f JOIN account AS a ON a.id = f.account_id
            WHERE a.read_only = 0 AND f.selectable = 1 ORDER BY f.id"""
    )
    return tuple(
        FolderId(cast("int", id_))
        for id_, role in rows
        if (role == Role.INBOX.value if view is View.INBOXES else role not in without)
    )


def ids(
    reader: Reader,
    folders: Sequence[int],
    wanted: Conditions,
    sort: Sort,
    *,
    ascending: bool,
    most: int = ALL,
) -> tuple[MessageId, ...]:
    """All that is shown, in order; at most the first ``most``."""
    asked, params = conditions(wanted)
    if sort in BY:
        found = _by(reader, folders, asked, params, sort, ascending, most)
    elif sort in STATES:
        have = [*asked, STATES[sort]]
        lack = [*asked, f"NOT ({STATES[sort]})"]
        if ascending:
            have, lack = lack, have
        found = _by_date(reader, folders, have, params, most)
        if len(found) < most:
            found += _by_date(reader, folders, lack, params, most)
    else:
        found = _by_date(reader, folders, asked, params, most, ascending=ascending)
    return tuple(map(MessageId, _in_order(reader, found[:most])))


def count(reader: Reader, folders: Sequence[int], wanted: Conditions) -> int:
    """How many ``ids`` would tell, counted in the index."""
    asked, params = conditions(wanted)
    where = " AND ".join(("hidden = 0", *asked))
    value = reader.value(
        f"""SELECT count(*) FROM message INDEXED BY {_index_for(asked)}
             WHERE folder_id IN (SELECT value FROM json_each(?)) AND {where}
               AND id NOT IN (SELECT message_id FROM snooze WHERE woke_at IS NULL)""",  # noqa: S608
        json.dumps(list(folders)),
        *params,
    )
    return cast("int", value)


def snoozed(reader: Reader) -> tuple[MessageId, ...]:
    """All that sleeps, the next to come back first."""
    rows = reader.all(
        """SELECT s.message_id FROM snooze AS s JOIN message AS m ON m.id = s.message_id
            WHERE s.woke_at IS NULL AND m.hidden = 0 ORDER BY s.until, s.message_id"""
    )
    return tuple(MessageId(cast("int", id_)) for (id_,) in rows)


def threads(reader: Reader, folders: Sequence[int], among: Sequence[int]) -> dict[int, int]:
    """The conversation of each message of these folders; of few, of these alone."""
    if len(among) <= FEW:
        return {
            cast("int", id_): cast("int", thread)
            for id_, thread in reader.all(
                """SELECT id, thread_id FROM message
                    WHERE id IN (SELECT value FROM json_each(?))""",
                json.dumps(list(among)),
            )
        }
    return {
        cast("int", id_): cast("int", thread)
        for folder in folders
        for id_, thread in reader.all(
            """SELECT id, thread_id FROM message INDEXED BY message_conversation
                WHERE folder_id = ? AND hidden = 0""",
            folder,
        )
    }


def members(
    reader: Reader, wanted: Sequence[ThreadId], folders: Sequence[int] | None
) -> dict[ThreadId, list[tuple[int, str, str, str, bool, str]]]:
    """(id, Message-ID, In-Reply-To, References, unread, sender) of the members of conversations,
    oldest first; in these folders or (None) wherever they are but in the trash and junk.
    """
    found: dict[ThreadId, list[tuple[int, str, str, str, bool, str]]] = {}
    where = "m.folder_id IN (SELECT value FROM json_each(?2))"
    if folders is None:
        where = "?2 = '' AND coalesce(f.role, '') NOT IN ('trash', 'junk')"
    for row in reader.all(
        f"""SELECT m.thread_id, m.id, m.message_id, m.in_reply_to, m.refs, m.marks & 1 = 0,
                   CASE m.from_name WHEN '' THEN m.from_address ELSE m.from_name END
              FROM message AS m JOIN folder AS f ON f.id = m.folder_id
             WHERE m.thread_id IN (SELECT value FROM json_each(?1)) AND m.hidden = 0
               AND m.id NOT IN (SELECT message_id FROM snooze WHERE woke_at IS NULL)
               AND {where}
             ORDER BY m.id""",  # noqa: S608 constants
        json.dumps(list(wanted)),
        "" if folders is None else json.dumps(list(folders)),
    ):
        listed = found.setdefault(ThreadId(cast("int", row[0])), [])
        listed.append(
            cast("tuple[int, str, str, str, bool, str]", (*row[1:5], bool(row[5]), row[6]))
        )
        if len(listed) > MOST_MEMBERS:  # the newest are what is read
            del listed[0]
    return found


def asleep(reader: Reader) -> dict[FolderId, tuple[int, int]]:
    """(messages, unread ones) that sleep, by folder."""
    rows = reader.all(  # few sleep: they come first, not the messages
        """SELECT m.folder_id, count(*), sum(m.marks & 1 = 0)
             FROM snooze AS s CROSS JOIN message AS m ON m.id = s.message_id
            WHERE s.woke_at IS NULL AND m.hidden = 0 GROUP BY m.folder_id"""
    )
    return {
        FolderId(cast("int", folder)): (cast("int", all_), cast("int", unread))
        for folder, all_, unread in rows
    }


def _by_date(
    reader: Reader,
    folders: Sequence[int],
    conditions: Sequence[str],
    params: Sequence[Value],
    most: int,
    *,
    ascending: bool = False,
) -> list[int]:
    index = _index_for(conditions)
    where = " AND ".join(("folder_id = ?", "hidden = 0", *conditions))
    found: list[int] = []
    for folder in folders:
        found += _listed(
            reader,
            f"""SELECT id FROM message INDEXED BY {index} WHERE {where}
                 ORDER BY id {"ASC" if ascending else "DESC"} LIMIT ?""",  # noqa: S608 constants
            folder,
            *params,
            most,
        )
    if len(folders) > 1:
        found.sort(reverse=not ascending)
    return found


def _index_for(conditions: Sequence[str]) -> str:
    """The shortest one by date that has all that meet them."""
    for condition, its in (
        ("marks & 2 <> 0", "message_flagged"),
        ("keywords <> ''", "message_tagged"),
        ("marks & 1 = 0", "message_unread"),
    ):
        if condition in conditions:
            return its
    return "message_list"


def _by(
    reader: Reader,
    folders: Sequence[int],
    conditions: Sequence[str],
    params: Sequence[Value],
    sort: Sort,
    ascending: bool,
    most: int,
) -> list[int]:
    """Walks the index; of several folders their lists are merged by the same words."""
    index, words = BY[sort]
    way = "" if ascending else " DESC"
    where = " AND ".join(("hidden = 0", *conditions))
    if len(folders) == 1:
        return _listed(
            reader,
            f"""SELECT id FROM message INDEXED BY {index} WHERE folder_id = ? AND {where}
                 ORDER BY {words}{way}, id{way} LIMIT ?""",  # noqa: S608 constants
            folders[0],
            *params,
            most,
        )
    else:
        return _listed(
            reader,
            f"""SELECT id FROM message
                 WHERE folder_id IN (SELECT value FROM json_each(?)) AND {where}
                 ORDER BY {words}{way}, id{way} LIMIT ?""",  # noqa: S608 constants
            json.dumps(list(folders)),
            *params,
            most,
        )


def _listed(reader: Reader, sql: str, *params: Value) -> list[int]:
    """Ids as one value: a hundred thousand rows taken one by one last thrice as long."""
    text = reader.value(f"SELECT json_group_array(id) FROM ({sql})", *params)  # noqa: S608
    found: list[int] = json.loads(cast("str", text))
    return found


def conditions(wanted: Conditions) -> tuple[list[str], list[Value]]:
    """A quick filter for a WHERE over message, and its parameters."""
    asked = wanted.filter
    conditions: list[str] = []
    params: list[Value] = []
    if asked.flagged:
        conditions.append("marks & 2 <> 0")
    if asked.tags:
        conditions.append("keywords <> ''")
        conditions.append(
            "(" + " OR ".join("instr(' ' || keywords || ' ', ?) > 0" for _ in asked.tags) + ")"
        )
        params += [f" {one} " for one in asked.tags]
    if asked.unread:
        conditions.append("marks & 1 = 0")
    if asked.attachments:
        conditions.append("has_attachments = 1")
    if asked.to_me:
        conditions.append(
            """json_array_length(recipients, '$.to') = 1
               AND json_extract(recipients, '$.cc') IS NULL
               AND lower(json_extract(recipients, '$.to[0][1]'))
                   IN (SELECT value FROM json_each(?))"""
        )
        params.append(json.dumps(list(wanted.ours)))
    if asked.known:
        conditions.append(
            f"""(EXISTS (SELECT 1 FROM correspondent AS c WHERE c.address = lower(from_address))
                 OR EXISTS (SELECT 1 FROM entry AS e JOIN source AS s ON s.id = e.source_id
                             WHERE e.email = from_address COLLATE NOCASE AND e.email <> ''
                               AND {VISIBLE}))"""  # noqa: S608 constants
        )
    if wanted.match:
        conditions.append("id IN (SELECT rowid FROM message_fts WHERE message_fts MATCH ?)")
        params.append(wanted.match)
    return conditions, params


def _in_order(reader: Reader, found: list[int]) -> list[int]:
    """Without what sleeps; what is pinned, then what came back, first."""
    ahead, sleeping = on_top(reader)
    if not (sleeping or ahead):
        return found
    listed = set(found)
    first = [one for one in ahead if one in listed]
    if not first and not sleeping & listed:
        return found
    apart = set(first) | sleeping
    return first + [one for one in found if one not in apart]


def on_top(reader: Reader) -> tuple[list[int], set[int]]:
    """What stands first wherever it is shown (pinned, then come back), in order; what sleeps."""
    sleeping: set[int] = set()
    back: list[int] = []
    for id_, woke_at in reader.all("SELECT message_id, woke_at FROM snooze ORDER BY until DESC"):
        if woke_at is None:
            sleeping.add(cast("int", id_))
        else:
            back.append(cast("int", id_))
    pinned = [cast("int", id_) for (id_,) in reader.all("SELECT message_id FROM pin")]
    first = [one for one in sorted(pinned, reverse=True) if one not in sleeping]
    return [*first, *(one for one in back if one not in first)], sleeping
