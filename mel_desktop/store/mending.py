"""Make rows that were saved fit together again: what refers to nothing is let go or led back.

Rule 1: what the server has is fetched again: a text that is lost is absent, its message stays.
Rule 2: what only this PC had (drafts, outgoing mail, wishes) is kept as far as it is here, and what
is not is listed by name.
Rule 3: mail whose account or folder is lost is kept, under a name that says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import field
from typing import Final, cast

from mel_desktop.model.errors import MelError
from mel_desktop.model.soundness import Touched
from mel_desktop.model.values import dataclass
from mel_desktop.store import blobs, bodytext, reindexing
from mel_desktop.store.connections import errors
from mel_desktop.store.transactions import Transaction, Value

LOST_ACCOUNT: Final = "compte-perdu@invalid"
LOST_FOLDER: Final = "Retrouvé"
MOST_ROUNDS: Final = 5
# No server has these (any more): imported mail, mail of local folders, mail kept here only.
_ONLY_HERE: Final = """(shelf_id IS NOT NULL OR id IN (SELECT message_id FROM kept_here)
                       OR folder_id IN (SELECT id FROM folder WHERE local = 1))"""
_LISTS: Final = frozenset({"message", "location"})


@dataclass(slots=True)
class Mended:
    """What had to be let go."""

    lost: list[Touched] = field(default_factory=list)
    fetched_anew: int = 0


def mend(tx: Transaction, damaged: Iterable[str]) -> Mended:
    """Bring the whole database in order, references off. ``damaged``: tables that lost rows."""
    done = Mended()
    _lost_messages(tx, done)
    _parents(tx)
    _texts(tx, done)
    _contents(tx, done)
    _drafts(tx, done)
    _wishes(tx, done)
    _references(tx)
    if _LISTS & set(damaged):
        _look_again(tx)
    _counters(tx)
    reindexing.begin(tx)
    done.lost = list(dict.fromkeys(done.lost))
    return done


def _numbers(tx: Transaction, sql: str, *params: Value) -> list[int]:
    return [cast("int", row[0]) for row in tx.all(sql, *params)]


def _lost_messages(tx: Transaction, done: Mended) -> None:
    """Rows of messages that are gone; a sync lists them anew."""
    gone = _numbers(
        tx,
        """SELECT message_id FROM location WHERE message_id NOT IN (SELECT id FROM message)
           UNION SELECT message_id FROM body WHERE message_id NOT IN (SELECT id FROM message)
           ORDER BY 1""",
    )
    done.lost += [Touched("message", one) for one in gone]
    done.fetched_anew += len(gone)


def _parents(tx: Transaction) -> None:
    """An account or a folder that is lost gets a row that says so: its mail stays readable."""
    tx.run(
        """INSERT INTO account (id, email, name, login, imap_host, imap_port, imap_security,
                                smtp_host, smtp_port, smtp_security, state, created_at)
           SELECT DISTINCT account_id, ?, '', '', 'invalid', 993, 'tls', 'invalid', 465, 'tls',
                  'no-password', '2026-01-01T00:00:00Z'
             FROM (SELECT account_id FROM folder UNION SELECT account_id FROM message
                   UNION SELECT account_id FROM draft UNION SELECT account_id FROM outbox)
            WHERE account_id NOT IN (SELECT id FROM account)""",
        LOST_ACCOUNT,
    )
    tx.run(
        """INSERT INTO folder (id, account_id, path, on_server, local)
           SELECT folder_id, min(account_id), ? || ' ' || folder_id, 0, 1 FROM message
            WHERE folder_id NOT IN (SELECT id FROM folder) GROUP BY folder_id""",
        LOST_FOLDER,
    )


def _texts(tx: Transaction, done: Mended) -> None:
    bad = []
    for message, *packed in tx.stream("SELECT message_id, text, html, header FROM body"):
        try:
            for one in packed:
                bodytext.unpack(tx, one)
        except MelError:
            bad.append((cast("int", message),))
    tx.many("DELETE FROM body WHERE message_id = ?", bad)
    for message, subject in tx.all(
        f"""SELECT id, subject FROM message
             WHERE body > 0 AND id NOT IN (SELECT message_id FROM body) AND {_ONLY_HERE}"""  # noqa: S608 constant
    ):
        done.lost.append(Touched("message", cast("int", message), str(subject)))
    done.fetched_anew += tx.run(
        """UPDATE message SET body = 0
            WHERE body > 0 AND id NOT IN (SELECT message_id FROM body)"""
    )


def _contents(tx: Transaction, done: Mended) -> None:
    """Contents that are not what they were; whoever needs them is told or fetches them again."""
    bad = []
    for blob, sha256, complete in tx.all("SELECT id, sha256, complete FROM blob"):
        running = hashlib.sha256()
        try:
            with errors():
                for chunk in blobs.read(tx, cast("int", blob)):
                    running.update(chunk)
        except MelError:
            sha256 = b""
        if sha256 == b"" or (complete and running.digest() != sha256):
            bad.append((cast("int", blob),))
    tx.many("DELETE FROM blob WHERE id = ?", bad)
    gone = "blob_id IS NOT NULL AND blob_id NOT IN (SELECT id FROM blob)"
    tx.run("DELETE FROM chunk WHERE blob_id NOT IN (SELECT id FROM blob)")
    done.fetched_anew += tx.run(f"UPDATE part SET blob_id = NULL, fetched = 0 WHERE {gone}")  # noqa: S608 constant
    for draft, name in tx.all(f"SELECT draft_id, filename FROM draft_attachment WHERE {gone}"):  # noqa: S608 constant
        done.lost.append(Touched("attachment", cast("int", draft), str(name)))
    tx.run(f"DELETE FROM draft_attachment WHERE {gone}")  # noqa: S608 constant
    for row, subject in tx.all(f"SELECT id, subject FROM outbox WHERE {gone}"):  # noqa: S608 constant
        done.lost.append(Touched("outgoing", cast("int", row), str(subject)))
    tx.run(f"DELETE FROM outbox WHERE {gone}")  # noqa: S608 constant


def _drafts(tx: Transaction, done: Mended) -> None:
    """The newest revision that is here; a draft of which none is left is lost."""
    tx.run(
        """INSERT INTO draft (id, account_id, state, revision, created_at, saved_at)
           SELECT draft_id, (SELECT min(id) FROM account), 'editing', max(revision),
                  min(saved_at), max(saved_at)
             FROM draft_revision WHERE draft_id NOT IN (SELECT id FROM draft)
              AND EXISTS (SELECT 1 FROM account) GROUP BY draft_id"""
    )
    open_ = "state IN ('editing', 'queued')"
    for draft, subject in tx.all(
        f"""SELECT id, (SELECT subject FROM draft_revision WHERE draft_id = draft.id
                         ORDER BY revision DESC LIMIT 1) FROM draft
             WHERE {open_} AND NOT EXISTS (SELECT 1 FROM draft_revision
                               WHERE draft_id = draft.id AND revision = draft.revision)"""  # noqa: S608 constant
    ):
        done.lost.append(Touched("draft", cast("int", draft), str(subject or "")))
    tx.run(
        """DELETE FROM draft WHERE revision > 0
              AND NOT EXISTS (SELECT 1 FROM draft_revision WHERE draft_id = draft.id)"""
    )
    tx.run(
        """UPDATE draft SET revision = (SELECT max(revision) FROM draft_revision
                                         WHERE draft_id = draft.id)
            WHERE EXISTS (SELECT 1 FROM draft_revision WHERE draft_id = draft.id)"""
    )
    here = set(_numbers(tx, "SELECT id FROM draft_attachment"))
    for draft, revision, listed in tx.all(
        "SELECT draft_id, revision, attachments FROM draft_revision WHERE attachments <> '[]'"
    ):
        wanted = json.loads(str(listed))
        kept = [one for one in wanted if one in here]
        if kept != wanted:
            tx.run(
                "UPDATE draft_revision SET attachments = ? WHERE draft_id = ? AND revision = ?",
                json.dumps(kept),
                draft,
                revision,
            )


def _wishes(tx: Transaction, done: Mended) -> None:
    """Wishes about messages that are lost; those in a tree of keys may be gone without a trace."""
    gone = _numbers(tx, "SELECT id FROM want WHERE message_id NOT IN (SELECT id FROM message)")
    done.lost += [Touched("wish", one) for one in gone]


def _references(tx: Transaction) -> None:
    """What refers to nothing: set free where the schema says so, else deleted."""
    tables = [str(name) for (name,) in tx.all("SELECT name FROM sqlite_schema WHERE type='table'")]
    known = [
        (table, tuple(map(str, row)))
        for table in tables
        for row in tx.all(
            """SELECT "table", "from", coalesce("to", 'id'), on_delete
                 FROM pragma_foreign_key_list(?)""",
            table,
        )
    ]
    for _ in range(MOST_ROUNDS):
        changed = 0
        for table, (parent, column, key, action) in known:
            orphans = f"""{column} IS NOT NULL AND NOT EXISTS
                          (SELECT 1 FROM "{parent}" AS p WHERE p."{key}" = "{table}".{column})"""  # noqa: S608 names of our own schema
            if action == "SET NULL":
                sql = f'UPDATE "{table}" SET {column} = NULL WHERE {orphans}'  # noqa: S608 the same
            else:
                sql = f'DELETE FROM "{table}" WHERE {orphans}'  # noqa: S608 the same
            changed += tx.run(sql)
        if not changed:
            return


def _look_again(tx: Transaction) -> None:
    """Lists of folders are compared with the server's from the beginning."""
    tx.run("UPDATE folder SET highestmodseq = NULL, uidnext = NULL, complete = 0")
    tx.run(
        f"""UPDATE message SET unplaced = 1, expected_id = folder_id
             WHERE unplaced = 0 AND id NOT IN (SELECT message_id FROM location)
               AND NOT {_ONLY_HERE}"""  # noqa: S608 constant
    )


def _counters(tx: Transaction) -> None:
    tx.run(
        """UPDATE folder SET
              total = (SELECT count(*) FROM message WHERE folder_id = folder.id AND hidden = 0),
              unread = (SELECT count(*) FROM message
                         WHERE folder_id = folder.id AND hidden = 0 AND marks & 1 = 0),
              local_bodies = (SELECT count(*) FROM message
                               WHERE folder_id = folder.id AND hidden = 0 AND body > 0)"""
    )
