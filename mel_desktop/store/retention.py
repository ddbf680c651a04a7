"""How long contents stay here, and letting them go: rows stay, texts and attachments leave this PC.

Rule: nothing is let go of which this PC may have the only copy. ``SAFE`` says so in one place: the
server lists the message, listed it lately, and is not suspected of losing mail; nothing waits for
it, nobody keeps it here, nobody writes with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import FolderId, Marks
from mel_desktop.model.storage import Freed, Retention, RetentionRule
from mel_desktop.model.values import dataclass
from mel_desktop.store import reindexing
from mel_desktop.store.blobs import drop_these
from mel_desktop.store.database import Reader, Row, Transaction
from mel_desktop.store.mailbox import first_id
from mel_desktop.store.times import to_text

LISTED_WITHIN: Final = timedelta(days=7)  # the server said that it has the message
REOPENED: Final = timedelta(days=7)  # what was opened after it was let go stays so long
MOST: Final = 100  # messages of one transaction
SLOT: Final = timedelta(minutes=10)  # of an id

# m: message, l: location, f: folder. ?1: flagged ones are spared, ?2: since when the folder must
# have been looked at.
SAFE: Final = f"""
    m.hidden = 0 AND m.unplaced = 0 AND l.folder_id = m.folder_id
    AND f.on_server = 1 AND f.suspect_since IS NULL AND f.uidvalidity = l.uidvalidity
    AND f.last_sync_at >= ?2
    AND coalesce(f.role, '') <> 'drafts' AND (m.marks | l.marks) & {Marks.DRAFT.value} = 0
    AND (?1 = 0 OR m.marks & {Marks.FLAGGED.value} = 0)
    AND NOT EXISTS (SELECT 1 FROM want AS w WHERE w.message_id = m.id)
    AND NOT EXISTS (SELECT 1 FROM kept_here AS k WHERE k.message_id = m.id)
    AND m.id NOT IN (SELECT reply_to FROM draft
                      WHERE reply_to IS NOT NULL AND state IN ('editing', 'queued')
                     UNION ALL
                     SELECT forward FROM draft
                      WHERE forward IS NOT NULL AND state IN ('editing', 'queued'))
"""  # noqa: S608 constants
_FROM: Final = """message AS m JOIN location AS l ON l.message_id = m.id
                  JOIN folder AS f ON f.id = m.folder_id"""
_HAS_FILES: Final = """EXISTS (SELECT 1 FROM part AS p
                                WHERE p.message_id = m.id AND p.blob_id IS NOT NULL)"""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What of a message is to leave this PC."""

    message: int
    texts: bool
    files: bool


# -- rules ----------------------------------------------------------------------------------------


def rules(reader: Reader) -> tuple[RetentionRule, ...]:
    """As they were set: of accounts first, then of folders."""
    rows = reader.all(
        """SELECT account_id, folder_id, text_days, attachment_days, spare_flagged FROM retention
            ORDER BY folder_id IS NOT NULL, account_id, folder_id"""
    )
    return tuple(
        RetentionRule(
            AccountId(cast("int", account)),
            None if folder is None else FolderId(cast("int", folder)),
            Retention(cast("int", text), cast("int", files), bool(spare)),
        )
        for account, folder, text, files, spare in rows
    )


def of_folder(reader: Reader, folder: int) -> tuple[Retention, str]:
    """The rule for a folder and since when: its own, else its account's, else everything stays."""
    row = reader.one(
        """SELECT r.text_days, r.attachment_days, r.spare_flagged, r.since
             FROM folder AS f JOIN retention AS r ON r.account_id = f.account_id
              AND (r.folder_id = f.id OR r.folder_id IS NULL)
            WHERE f.id = ? ORDER BY r.folder_id IS NULL LIMIT 1""",
        folder,
    )
    if row is None:
        return Retention(), ""
    return Retention(cast("int", row[0]), cast("int", row[1]), bool(row[2])), cast("str", row[3])


def set_rule(
    tx: Transaction, account: int, folder: int | None, rule: Retention | None, now: datetime
) -> None:
    """Replace a rule, None: there is none. What age let go may come again under the new one."""
    tx.run("DELETE FROM retention WHERE account_id = ? AND folder_id IS ?", account, folder)
    if rule is not None:
        tx.run(
            """INSERT INTO retention (account_id, folder_id, text_days, attachment_days,
                                      spare_flagged, since)
               VALUES (?, ?, ?, ?, ?, ?)""",
            account,
            folder,
            rule.text_days,
            rule.attachment_days,
            int(rule.spare_flagged),
            to_text(now),
        )
    tx.run(
        """DELETE FROM shed WHERE by_hand = 0
              AND message_id IN (SELECT id FROM message
                                  WHERE account_id = ?1 AND (?2 IS NULL OR folder_id = ?2))""",
        account,
        folder,
    )
    tx.changed(Area.ACCOUNTS)


def is_known(reader: Reader, account: int, folder: int | None) -> bool:
    """Whether there is such an account, and the folder is one of its own."""
    found = reader.value(
        """SELECT 1 FROM account
            WHERE id = ?1
              AND (?2 IS NULL
                   OR EXISTS (SELECT 1 FROM folder WHERE id = ?2 AND account_id = ?1))""",
        account,
        folder,
    )
    return found is not None


def folders(reader: Reader) -> tuple[int, ...]:
    """All folders that can hold messages."""
    rows = reader.all("SELECT id FROM folder WHERE selectable = 1 ORDER BY id")
    return tuple(cast("int", id_) for (id_,) in rows)


# -- what goes ------------------------------------------------------------------------------------


def by_age(
    reader: Reader, folder: int, rule: Retention, since: str, now: datetime
) -> tuple[Leaving, ...]:
    """The oldest messages of a folder of which something is here that is too old; at most MOST.

    What came since the rule was set, when it was too old already, was opened by a person.
    """
    cuts = [now - timedelta(days=one) if one else None for one in
            (rule.text_days, rule.attachment_days)]  # fmt: skip
    before = [one for one in cuts if one is not None]
    if not before:
        return ()
    opened = """({at} > ?7 AND julianday({at}) - julianday(m.received_at) > {days})"""
    text = opened.format(at="b.fetched_at", days="?8")
    file = opened.format(at="b.created_at", days="?9")
    rows = reader.all(
        f"""SELECT id, texts, files FROM (
              SELECT m.id,
                     m.body > 0 AND m.received_at < ?5
                       AND NOT EXISTS (SELECT 1 FROM body AS b
                                        WHERE b.message_id = m.id AND {text}) AS texts,
                     m.received_at < ?6 AND {_HAS_FILES}
                       AND NOT EXISTS (SELECT 1 FROM part AS p JOIN blob AS b ON b.id = p.blob_id
                                        WHERE p.message_id = m.id AND {file}) AS files
                FROM {_FROM} WHERE m.folder_id = ?3 AND m.id < ?4 AND {SAFE})
             WHERE texts OR files ORDER BY id LIMIT ?10""",  # noqa: S608 constants
        int(rule.spare_flagged),
        to_text(now - LISTED_WITHIN),
        folder,
        first_id(max(before) + SLOT),
        *("" if one is None else to_text(one) for one in cuts),
        max(since, to_text(now - REOPENED)),
        rule.text_days,
        rule.attachment_days,
        MOST,
    )
    return _leaving(rows)


def by_hand(
    reader: Reader,
    now: datetime,
    *,
    roles: Sequence[str] = (),
    before: datetime | None = None,
    limit: int = MOST,
) -> tuple[Leaving, ...]:
    """All that is here of messages of folders with these roles; of those received ``before``, their
    attachments.
    """
    rows = reader.all(
        f"""SELECT m.id, m.body > 0 AND ?5, {_HAS_FILES}
              FROM {_FROM}
             WHERE m.id < ?4 AND (?5 = 0 OR f.role IN (SELECT value FROM json_each(?3)))
               AND m.received_at < ?6 AND ((m.body > 0 AND ?5) OR {_HAS_FILES}) AND {SAFE}
             ORDER BY m.id LIMIT ?7""",  # noqa: S608 constants
        1,
        to_text(now - LISTED_WITHIN),
        json.dumps(list(roles)),
        (1 << 62) if before is None else first_id(before + SLOT),
        int(bool(roles)),
        "9" if before is None else to_text(before),
        limit,
    )
    return _leaving(rows)


def _leaving(rows: Iterable[Row]) -> tuple[Leaving, ...]:
    return tuple(Leaving(cast("int", id_), bool(texts), bool(files)) for id_, texts, files in rows)


# -- letting go -----------------------------------------------------------------------------------


def let_go(tx: Transaction, leaving: Sequence[Leaving], now: datetime, *, by_hand: bool) -> Freed:
    """Take contents off this PC; the caller has chosen them in this very transaction.

    The whole of a message, where it is here byte for byte, goes with either of the two.
    """
    if not leaving:
        return Freed()
    texts = [one.message for one in leaving if one.texts]
    files = [one.message for one in leaving if one.files]
    octets = _drop_texts(tx, texts) + _drop_files(tx, files, texts)
    # An index alone would give texts away, those of attachments too (shared/measured store.md 2).
    reindexing.index_again(tx, [*texts, *files])
    tx.many(
        """INSERT INTO shed (message_id, texts, files, by_hand, at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (message_id) DO UPDATE
           SET texts = max(texts, excluded.texts), files = max(files, excluded.files),
               by_hand = max(by_hand, excluded.by_hand), at = excluded.at""",
        [
            (one.message, int(one.texts), int(one.files), int(by_hand), to_text(now))
            for one in leaving
        ],
    )
    messages = [one.message for one in leaving]
    tx.changed(Area.MESSAGES | Area.BODIES | Area.FOLDERS, (), messages)
    return Freed(len(messages), octets)


def _drop_texts(tx: Transaction, messages: Sequence[int]) -> int:
    listed = json.dumps(messages)
    octets = tx.value(
        """SELECT coalesce(sum(length(text) + coalesce(length(html), 0) + length(header)), 0)
             FROM body WHERE message_id IN (SELECT value FROM json_each(?))""",
        listed,
    )
    tx.run("DELETE FROM body WHERE message_id IN (SELECT value FROM json_each(?))", listed)
    tx.run("UPDATE message SET body = 0 WHERE id IN (SELECT value FROM json_each(?))", listed)
    return cast("int", octets)


def _drop_files(tx: Transaction, files: Sequence[int], texts: Sequence[int]) -> int:
    """Attachments of ``files``; the whole message also of ``texts``."""
    rows = tx.all(
        """SELECT blob_id FROM part
            WHERE blob_id IS NOT NULL
              AND (message_id IN (SELECT value FROM json_each(?1))
                   OR (number = '' AND message_id IN (SELECT value FROM json_each(?2))))""",
        json.dumps(files),
        json.dumps(texts),
    )
    tx.run(
        """UPDATE part SET blob_id = NULL, fetched = 0
            WHERE message_id IN (SELECT value FROM json_each(?1))
               OR (number = '' AND message_id IN (SELECT value FROM json_each(?2)))""",
        json.dumps(files),
        json.dumps(texts),
    )
    return drop_these(tx, [cast("int", id_) for (id_,) in rows])
