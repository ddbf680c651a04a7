"""Rules, what is known of the server that takes them, and what local rules did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast

from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, FolderId, Marks, MessageId
from mel_desktop.model.rules import Consent, Offered, RuleRun, RunId
from mel_desktop.model.values import dataclass
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.times import from_text, to_text

MOST_COPIES: Final = 20
KEPT_RUNS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row of rule_book; the defaults are those of an account that has none."""

    account: int
    notes: str = ""
    edition: int = 0
    uploaded: int = 0
    agreed: str = ""
    consent: Consent = Consent.NONE
    host: str = ""
    port: int = 0
    offered: Offered = Offered.UNKNOWN
    extensions: str = ""
    asked_at: datetime | None = None
    active: str = ""
    foreign_name: str = ""
    foreign_text: str = ""
    is_conflict: bool = False
    theirs: str = ""
    choice: str = ""
    trouble: str = ""
    said: str = ""
    inbox_validity: int | None = None
    inbox_uid: int = 0
    newest_at: datetime | None = None
    places: str = "{}"

    @property
    def waits(self) -> bool:
        """Whether an edit is not on the server yet."""
        return self.edition > self.uploaded


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of the inbox that local rules were not tried on, or could not decide yet."""

    message: MessageId
    uid: int
    received_at: datetime


_COLUMNS: Final = """notes, edition, uploaded, agreed, consent, host, port, offered, extensions,
    asked_at, active, foreign_name, foreign_text, is_conflict, theirs, choice, trouble, said,
    inbox_validity, inbox_uid, newest_at, places"""


def book(reader: Reader, account: int) -> BookRow:
    """What is stored; defaults where nothing is."""
    row = reader.one(f"SELECT {_COLUMNS} FROM rule_book WHERE account_id = ?", account)  # noqa: S608 constant
    if row is None:
        return BookRow(account)
    return BookRow(
        account,
        cast("str", row[0]),
        cast("int", row[1]),
        cast("int", row[2]),
        cast("str", row[3]),
        Consent(row[4]),
        cast("str", row[5]),
        cast("int", row[6]),
        Offered(row[7]),
        cast("str", row[8]),
        _time(row[9]),
        cast("str", row[10]),
        cast("str", row[11]),
        cast("str", row[12]),
        bool(row[13]),
        cast("str", row[14]),
        cast("str", row[15]),
        cast("str", row[16]),
        cast("str", row[17]),
        cast("int | None", row[18]),
        cast("int", row[19]),
        _time(row[20]),
        cast("str", row[21]),
    )


def _time(value: object) -> datetime | None:
    return from_text(value) if isinstance(value, str) else None


def _at(value: object) -> datetime:
    return datetime.fromisoformat(cast("str", value))


def change(tx: Transaction, account: int, **values: object) -> BookRow:
    """Change some columns of a row, which is made where there is none; the row as it is then."""
    changed = replace(book(tx, account), **values)  # type: ignore[arg-type]  # names of the row
    tx.run("INSERT OR IGNORE INTO rule_book (account_id) VALUES (?)", account)
    names = ", ".join(f"{name.strip()} = ?" for name in _COLUMNS.split(","))
    tx.run(
        f"UPDATE rule_book SET {names} WHERE account_id = ?",  # noqa: S608 constant
        changed.notes,
        changed.edition,
        changed.uploaded,
        changed.agreed,
        changed.consent.value,
        changed.host,
        changed.port,
        changed.offered.value,
        changed.extensions,
        to_text(changed.asked_at) if changed.asked_at else None,
        changed.active,
        changed.foreign_name,
        changed.foreign_text,
        int(changed.is_conflict),
        changed.theirs,
        changed.choice,
        changed.trouble,
        changed.said,
        changed.inbox_validity,
        changed.inbox_uid,
        to_text(changed.newest_at) if changed.newest_at else None,
        changed.places,
        account,
    )
    tx.changed(Area.RULES)
    return changed


def forget_server(tx: Transaction, account: int) -> None:
    """The account goes to another host: nothing is known of it, and the rules go along."""
    row = book(tx, account)
    if row == BookRow(account):
        return
    change(
        tx,
        account,
        uploaded=row.edition - 1 if row.notes else row.edition,
        agreed="",
        consent=Consent.NONE,
        host="",
        port=0,
        offered=Offered.UNKNOWN,
        extensions="",
        asked_at=None,
        active="",
        foreign_name="",
        foreign_text="",
        is_conflict=False,
        theirs="",
        choice="",
        trouble="",
        said="",
    )


def keep_copy(tx: Transaction, account: int, name: str, text: str, now: datetime) -> None:
    """A copy of a script, unless the newest of that name is the same; the oldest go."""
    last = tx.value(
        "SELECT text FROM script_copy WHERE account_id = ? AND name = ? ORDER BY id DESC LIMIT 1",
        account,
        name,
    )
    if last == text:
        return
    tx.run(
        "INSERT INTO script_copy (account_id, name, text, taken_at) VALUES (?, ?, ?, ?)",
        account,
        name,
        text,
        to_text(now),
    )
    tx.run(
        """DELETE FROM script_copy WHERE account_id = ? AND id NOT IN
               (SELECT id FROM script_copy WHERE account_id = ? ORDER BY id DESC LIMIT ?)""",
        account,
        account,
        MOST_COPIES,
    )


def copies(reader: Reader, account: int) -> tuple[tuple[str, str, datetime], ...]:
    """(name, text, when), newest first."""
    rows = reader.all(
        "SELECT name, text, taken_at FROM script_copy WHERE account_id = ? ORDER BY id DESC",
        account,
    )
    return tuple((cast("str", name), cast("str", text), _at(at)) for name, text, at in rows)


# -- what comes ------------------------------------------------------------------------------------


def inbox(reader: Reader, account: int) -> tuple[FolderId, int | None] | None:
    """(the inbox, its uidvalidity)."""
    row = reader.one(
        "SELECT id, uidvalidity FROM folder WHERE account_id = ? AND role = 'inbox'", account
    )
    return None if row is None else (FolderId(cast("int", row[0])), cast("int | None", row[1]))


def newest(reader: Reader, folder: FolderId, validity: int) -> tuple[int, datetime | None]:
    """The highest UID that is known of a folder, and the newest date."""
    row = reader.one(
        """SELECT coalesce(max(l.uid), 0), max(m.received_at) FROM location AS l
             JOIN message AS m ON m.id = l.message_id
            WHERE l.folder_id = ? AND l.uidvalidity = ?""",
        folder,
        validity,
    )
    assert row is not None
    return cast("int", row[0]), _time(row[1])


def arrivals(
    reader: Reader, account: int, folder: FolderId, validity: int, above: int, most: int
) -> tuple[Arrival, ...]:
    """Those above the mark, and those that wait for their text, in the order they came."""
    rows = reader.all(
        """SELECT m.id, l.uid, m.received_at FROM location AS l
             JOIN message AS m ON m.id = l.message_id
             LEFT JOIN rule_run AS r ON r.message_id = m.id
            WHERE l.folder_id = ? AND l.uidvalidity = ? AND m.account_id = ? AND m.hidden = 0
              AND m.folder_id = l.folder_id
              AND ((l.uid > ? AND r.id IS NULL) OR r.state = 'waiting')
            ORDER BY l.uid LIMIT ?""",
        folder,
        validity,
        account,
        above,
        most,
    )
    return tuple(
        Arrival(MessageId(cast("int", id_)), cast("int", uid), _at(at)) for id_, uid, at in rows
    )


def note_run(
    tx: Transaction,
    account: int,
    message: MessageId,
    state: str,
    now: datetime,
    *,
    fired: Sequence[str] = (),
    flags: Sequence[str] = (),
    source: FolderId | None = None,
    target: FolderId | None = None,
) -> None:
    """Local rules were tried on this message."""
    tx.run(
        """INSERT INTO rule_run (account_id, message_id, state, at, fired, flags, source_id,
                                 target_id)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (message_id) DO UPDATE SET state = excluded.state, at = excluded.at,
               fired = excluded.fired, flags = excluded.flags, source_id = excluded.source_id,
               target_id = excluded.target_id""",
        account,
        message,
        state,
        to_text(now),
        json.dumps(list(fired)),
        json.dumps(list(flags)),
        source,
        target,
    )
    tx.changed(Area.RULES)


def tidy_runs(tx: Transaction, account: int, above: int, now: datetime) -> None:
    """Forget old runs of messages that the mark of the inbox keeps from being tried again."""
    tx.run(
        """DELETE FROM rule_run WHERE account_id = ? AND at < ? AND state <> 'waiting'
              AND NOT EXISTS (SELECT 1 FROM location AS l WHERE l.message_id = rule_run.message_id
                                 AND l.uid > ?)""",
        account,
        to_text(now - KEPT_RUNS),
        above,
    )


_RUN: Final = """SELECT r.id, r.message_id, m.subject, r.at, r.fired, r.source_id, r.target_id,
    r.flags, r.state FROM rule_run AS r JOIN message AS m ON m.id = r.message_id"""


def runs(reader: Reader, account: int, most: int) -> tuple[RuleRun, ...]:
    """Those in which a rule did something, newest first."""
    rows = reader.all(
        f"""{_RUN} WHERE r.account_id = ? AND r.state <> 'waiting' AND r.fired <> '[]'
            ORDER BY r.at DESC, r.id DESC LIMIT ?""",
        account,
        most,
    )
    return tuple(map(_run, rows))


def run(reader: Reader, wanted: int) -> RuleRun:
    """One. LocalRefusal(NOT_FOUND)."""
    row = reader.one(f"{_RUN} WHERE r.id = ?", wanted)
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="rule-run")
    return _run(row)


def note_undone(tx: Transaction, wanted: int) -> None:
    """It was taken back."""
    tx.run("UPDATE rule_run SET state = 'undone' WHERE id = ?", wanted)
    tx.changed(Area.RULES)


def _run(row: Row) -> RuleRun:
    flags = [str(one) for one in json.loads(cast("str", row[7]))]
    marks = Marks.NONE
    for one in Marks:
        if str(one.name).lower() in flags:
            marks |= one
    keywords = frozenset(one for one in flags if one not in {str(m.name).lower() for m in Marks})
    return RuleRun(
        RunId(cast("int", row[0])),
        MessageId(cast("int", row[1])),
        cast("str", row[2]),
        _at(row[3]),
        tuple(str(one) for one in json.loads(cast("str", row[4]))),
        FolderId(cast("int | None", row[5]) or 0),
        None if row[6] is None else FolderId(cast("int", row[6])),
        Flags(marks, keywords),
        row[8] == "undone",
    )
