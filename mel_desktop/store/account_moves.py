"""A move of an account in the database: its plan, what stays behind, what only the old host has.

Rule 1: a message that the new host has not listed yet stays (left_behind): no sync forgets it.
Rule 2: of the old account nothing is ever wanted (triggers of the schema).
Rule 3: what the new host has is not shown a second time in the old account.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.model.account_move import FolderPair, MoveStage, MoveStatus, PairReason
from mel_desktop.model.accounts import Account, AccountId, Endpoint, NewHosts, Security
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import Role, WantKind
from mel_desktop.model.values import dataclass
from mel_desktop.store import blobs, folderwants, localfolders, mailbox, reading, wants
from mel_desktop.store.database import Reader, Transaction, to_json
from mel_desktop.store.times import from_text, to_text

SHELF: Final = "Ancienne messagerie"
# A copy of one of our drafts, whatever host has it.
_OWN_DRAFT: Final = """m.message_id <> '' AND m.message_id IN (
    SELECT message_id FROM draft_copy UNION ALL SELECT pending_id FROM draft_copy)"""


@dataclass(frozen=True, slots=True)
class OnlyThere:
    """A message of the old account that the new host does not have. ``twin``: ours, left behind or
    on a shelf.
    """

    message: int
    path: str
    role: Role | None
    size: int
    twin: int | None
    whole: bool  # its octets are here


# -- The plan -------------------------------------------------------------------------------------


def put_plan(
    tx: Transaction,
    account: AccountId,
    hosts: NewHosts,
    pairs: Sequence[FolderPair],
    now: datetime,
) -> None:
    """Store or replace a plan that was not carried out yet."""
    tx.run("DELETE FROM account_move WHERE account_id = ? AND stage <> 'moved'", account)
    tx.run(
        """INSERT INTO account_move (account_id, stage, hosts, folders, begun_at)
           VALUES (?, 'planned', ?, ?, ?)""",
        account,
        _hosts_text(hosts),
        _pairs_text(pairs),
        to_text(now),
    )
    tx.changed(Area.ACCOUNTS)


def set_pairs(tx: Transaction, account: AccountId, pairs: Sequence[FolderPair]) -> None:
    """Other folders for the same plan."""
    tx.run("UPDATE account_move SET folders = ? WHERE account_id = ?", _pairs_text(pairs), account)


def set_notes(tx: Transaction, account: AccountId, notes: str, *, keep_signature: bool) -> None:
    """What the teacher noted of filters, and whether the signature goes along."""
    tx.run(
        "UPDATE account_move SET notes = ?, keep_signature = ? WHERE account_id = ?",
        notes,
        int(keep_signature),
        account,
    )


def set_moved(tx: Transaction, account: AccountId, old: AccountId | None, now: datetime) -> None:
    """The account lives on the new host."""
    tx.run(
        """UPDATE account_move SET stage = 'moved', old_account_id = ?, moved_at = ?
            WHERE account_id = ?""",
        old,
        to_text(now),
        account,
    )


def set_done(tx: Transaction, account: AccountId, now: datetime) -> None:
    """The old account was ended."""
    tx.run(
        """UPDATE account_move SET stage = 'done', old_account_id = NULL, ended_at = ?
            WHERE account_id = ?""",
        to_text(now),
        account,
    )
    tx.changed(Area.ACCOUNTS)


def forget_plan(tx: Transaction, account: AccountId) -> None:
    """A plan that is not wanted any more."""
    tx.run("DELETE FROM account_move WHERE account_id = ? AND stage = 'planned'", account)
    tx.changed(Area.ACCOUNTS)


def status(reader: Reader, account: AccountId) -> MoveStatus | None:
    """Where the newest move of an account stands; None: there was none."""
    row = reader.one(
        """SELECT old_account_id, stage, hosts, folders, notes, keep_signature, begun_at, moved_at,
                  ended_at
             FROM account_move WHERE account_id = ?""",
        account,
    )
    if row is None:
        return None
    begun = from_text(row[6])
    assert begun is not None  # the column is NOT NULL
    old = None if row[0] is None else AccountId(cast("int", row[0]))
    only = () if old is None else only_there(reader, account, old)
    return MoveStatus(
        account=account,
        old_account=old,
        stage=MoveStage(row[1]),
        hosts=_hosts(str(row[2])),
        pairs=_pairs(str(row[3])),
        notes=str(row[4]),
        keep_signature=bool(row[5]),
        begun_at=begun,
        moved_at=from_text(row[7]),
        ended_at=from_text(row[8]),
        looked_for=len(left(reader, account)),
        on_their_way=_count(
            reader,
            """SELECT count(*) FROM want AS w JOIN message AS m ON m.id = w.message_id
                WHERE m.account_id = ? AND w.kind = 'append' AND w.state <> 'refused'""",
            account,
        ),
        only_there=len(only),
        only_there_octets=sum(one.size for one in only),
        waiting=_count(
            reader,
            """SELECT (SELECT count(*) FROM want AS w JOIN message AS m ON m.id = w.message_id
                        WHERE m.account_id = ?1 AND w.kind <> 'append')
                    + (SELECT count(*) FROM folder_want WHERE account_id = ?1)
                    + (SELECT count(*) FROM draft WHERE account_id = ?1 AND state = 'editing')
                    + (SELECT count(*) FROM outbox WHERE account_id = ?1
                          AND state IN ('queued', 'held'))""",
            account,
        ),
    )


def account_of(reader: Reader, old: AccountId) -> AccountId | None:
    """The account that went away from this one."""
    found = reader.value("SELECT account_id FROM account_move WHERE old_account_id = ?", old)
    return None if found is None else AccountId(cast("int", found))


def of_others(reader: Reader, account: AccountId) -> frozenset[str]:
    """Paths of folders that belong to other users, or to several."""
    return frozenset(
        str(path)
        for (path,) in reader.all(
            "SELECT path FROM folder WHERE account_id = ? AND namespace <> 'personal'", account
        )
    )


def old_of(reader: Reader, account: AccountId) -> AccountId | None:
    """The old account of one that moved."""
    found = reader.value("SELECT old_account_id FROM account_move WHERE account_id = ?", account)
    return None if found is None else AccountId(cast("int", found))


def sizes(reader: Reader, account: AccountId) -> tuple[int, int]:
    """(messages, octets as the server stated them) of an account."""
    row = reader.one(
        "SELECT count(*), coalesce(sum(size), 0) FROM message WHERE account_id = ? AND hidden = 0",
        account,
    )
    return cast("tuple[int, int]", row)


# -- Going over -----------------------------------------------------------------------------------


def insert_old(tx: Transaction, before: Account) -> AccountId:
    """The old host as an account of its own, with its password, read-only; its id."""
    made = AccountId(
        tx.insert(
            """INSERT INTO account (email, name, login, imap_host, imap_port, imap_security,
                   smtp_host, smtp_port, smtp_security, auth, provider, ca_pem, proxy, state,
                   created_at, read_only)
               SELECT email, name, login, imap_host, imap_port, imap_security, smtp_host,
                      smtp_port, smtp_security, auth, provider, ca_pem, proxy, state,
                      created_at, 1
                 FROM account WHERE id = ?""",
            before.id,
        )
    )
    tx.run(
        """INSERT INTO secret (owner, kind, value)
           SELECT ?, kind, value FROM secret WHERE owner = ?""",
        f"account:{made}",
        f"account:{before.id}",
    )
    return made


def leave_behind(tx: Transaction, account: AccountId) -> None:
    """Every message without a location stays until it is found."""
    tx.run(
        """INSERT OR IGNORE INTO left_behind (message_id)
           SELECT id FROM message AS m WHERE account_id = ? AND unplaced = 1
              AND NOT EXISTS (SELECT 1 FROM kept_here AS k WHERE k.message_id = m.id)""",
        account,
    )


def map_folders(
    tx: Transaction,
    account: AccountId,
    paths: Mapping[str, str],
    existing: Mapping[str, str],
    now: datetime,
) -> None:
    """Folders under their paths on the new host, those of one path merged; wishes follow.

    ``paths``: old -> new, "" stays. ``existing``: paths that the new host has, and delimiters. What
    it does not have is wished.
    """
    rows = [
        (cast("int", id_), str(path), role)
        for id_, path, role in tx.all(
            """SELECT id, path, role FROM folder WHERE account_id = ? AND local = 0
                ORDER BY role IS NULL, total DESC, id""",
            account,
        )
    ]
    delimiter = next((mark for mark in existing.values() if mark), "/")
    roles: dict[str, object] = {}
    for _, path, role in rows:
        if role is not None and paths.get(path, ""):
            roles.setdefault(paths[path], role)
    keeps: dict[str, int] = {}  # new path -> the folder that goes on under it
    for id_, path, _ in rows:
        new = paths.get(path, "")
        if new == path:
            keeps[new] = id_  # nothing changes for it: it takes the others in
    for id_, path, _ in rows:
        new = paths.get(path, "")
        if new:
            keeps.setdefault(new, id_)
    for id_, _, _ in rows:  # out of each other's way: paths may be swapped
        tx.run("UPDATE folder SET path = ? WHERE id = ?", f"\0{id_}", id_)
    wished = {
        cast("int", id_)
        for (id_,) in tx.all(
            "SELECT folder_id FROM folder_want WHERE account_id = ? AND kind = 'create'", account
        )
    }
    left_alone = [(id_, path) for id_, path, _ in rows if not paths.get(path, "")]
    for id_, path, _ in rows:
        new = paths.get(path, "")
        if not new:
            continue
        if keeps[new] != id_:
            _merge(tx, id_, keeps[new])
            continue
        there = new in existing
        tx.run(
            "UPDATE folder SET path = ?, delimiter = ?, on_server = ?, role = ? WHERE id = ?",
            new,
            existing.get(new) or delimiter,
            int(there),
            cast("str | None", roles.get(new)),
            id_,
        )
        if there:
            tx.run("DELETE FROM folder_want WHERE folder_id = ? AND kind = 'create'", id_)
        elif id_ not in wished:
            folderwants.add(tx, account, id_, WantKind.CREATE_FOLDER, new, now)
    for id_, path in left_alone:  # its messages stay shown where they were, on this PC
        free = path if path not in keeps and path not in existing else f"{path} ({id_})"
        tx.run("UPDATE folder SET path = ?, on_server = 0, role = NULL WHERE id = ?", free, id_)
    tx.changed(Area.FOLDERS | Area.MESSAGES)


def rewrite_wishes(tx: Transaction, account: AccountId, paths: Mapping[str, str]) -> None:
    """Paths in wishes about folders, as the new host calls them. ``paths``: each of them."""
    for want in folderwants.of_account(tx, account):
        new = paths.get(want.path, want.path), paths.get(want.target, want.target)
        if new != (want.path, want.target):
            tx.run("UPDATE folder_want SET path = ?, target = ? WHERE id = ?", *new, want.id)


def move_sent_folders(tx: Transaction, account: AccountId, paths: Mapping[str, str]) -> None:
    """Where copies of a functional box are filed, as the new host calls it."""
    rows = tx.all(
        "SELECT id, sent_folder FROM identity WHERE account_id = ? AND sent_folder <> ''", account
    )
    tx.many(
        "UPDATE identity SET sent_folder = ? WHERE id = ?",
        [(paths.get(str(path), ""), id_) for id_, path in rows],
    )


def wished_paths(reader: Reader, account: AccountId) -> frozenset[str]:
    """Paths that wishes about folders name."""
    found = folderwants.of_account(reader, account)
    return frozenset(path for one in found for path in (one.path, one.target) if path)


def _merge(tx: Transaction, folder: int, into: int) -> None:
    """What is in a folder, or wished for it, is so in another; the folder goes."""
    tx.run("UPDATE message SET folder_id = ?2 WHERE folder_id = ?1", folder, into)
    tx.run("UPDATE message SET expected_id = ?2 WHERE expected_id = ?1", folder, into)
    tx.run("UPDATE want SET folder_id = ?2 WHERE folder_id = ?1", folder, into)
    tx.run("UPDATE draft_copy SET folder_id = ?2 WHERE folder_id = ?1", folder, into)
    tx.run("DELETE FROM folder_want WHERE folder_id = ?", folder)
    tx.run("DELETE FROM folder WHERE id = ?", folder)


# -- What only the old host has -------------------------------------------------------------------


def shown(reader: Reader, old: AccountId, *, above: int, limit: int) -> tuple[int, ...]:
    """Messages that the old account shows, some at a time."""
    return tuple(
        cast("int", id_)
        for (id_,) in reader.all(
            """SELECT id FROM message WHERE account_id = ? AND hidden = 0 AND id > ?
                ORDER BY id LIMIT ?""",
            old,
            above,
            limit,
        )
    )


def hide_twins(tx: Transaction, account: AccountId, old: AccountId, among: Sequence[int]) -> int:
    """Those of these that the new host has too are not shown in the old account; how many."""
    changed = tx.run(
        f"""UPDATE message AS m SET hidden = 1
             WHERE m.account_id = ?2 AND m.hidden = 0
               AND m.id IN (SELECT value FROM json_each(?3))
               AND ({_OWN_DRAFT} OR {_FOUND})""",  # noqa: S608 constants
        account,
        old,
        json.dumps(list(among)),
    )
    if changed:
        tx.changed(Area.MESSAGES | Area.FOLDERS)
    return changed


_FOUND: Final = """EXISTS (
    SELECT 1 FROM message AS t JOIN location AS l ON l.message_id = t.id
     WHERE t.account_id = ?1 AND t.message_id = m.message_id AND t.message_id <> ''
       AND (t.size = m.size OR t.received_at = m.received_at)
    UNION ALL
    SELECT 1 FROM message AS t JOIN location AS l ON l.message_id = t.id
     WHERE t.account_id = ?1 AND m.message_id = '' AND t.message_id = ''
       AND t.size = m.size AND t.received_at = m.received_at)"""


_SAME: Final = """t.size = m.size AND t.received_at = m.received_at
    AND (t.shelf_id IS NOT NULL
         OR EXISTS (SELECT 1 FROM left_behind AS b WHERE b.message_id = t.id))
    ORDER BY t.id LIMIT 1"""
_TWIN_BY_ID: Final = f"""(SELECT t.id FROM message AS t
    WHERE t.account_id = ?1 AND t.message_id = m.message_id AND t.message_id <> '' AND {_SAME})"""  # noqa: S608 constants
_TWIN_BY_DATE: Final = f"""(SELECT t.id FROM message AS t
    WHERE t.account_id = ?1 AND m.message_id = '' AND t.message_id = '' AND {_SAME})"""  # noqa: S608 constants


def only_there(reader: Reader, account: AccountId, old: AccountId) -> tuple[OnlyThere, ...]:
    """Newest first. Those of the same Message-ID and size, or date, on the new host are none, nor
    those that were found there once (``hide_twins``).
    """
    rows = reader.all(
        f"""SELECT m.id, f.path, f.role, m.size,
                   coalesce({_TWIN_BY_ID}, {_TWIN_BY_DATE}),
                   EXISTS (SELECT 1 FROM part AS p JOIN blob AS b ON b.id = p.blob_id
                            WHERE p.message_id = m.id AND p.number = '' AND b.complete = 1)
              FROM message AS m JOIN location AS here ON here.message_id = m.id
              JOIN folder AS f ON f.id = m.folder_id
             WHERE m.account_id = ?2 AND m.hidden = 0 AND NOT ({_OWN_DRAFT}) AND NOT {_FOUND}
             ORDER BY m.id DESC""",  # noqa: S608 constants
        account,
        old,
    )
    return tuple(
        OnlyThere(
            cast("int", id_),
            str(path),
            None if role is None else Role(role),
            cast("int", size),
            cast("int | None", twin),
            bool(whole),
        )
        for id_, path, role, size, twin, whole in rows
    )


def left(reader: Reader, account: AccountId) -> tuple[int, ...]:
    """Messages that the new host has not listed yet."""
    return tuple(
        cast("int", id_)
        for (id_,) in reader.all(
            """SELECT m.id FROM left_behind AS b JOIN message AS m ON m.id = b.message_id
                WHERE m.account_id = ? AND m.hidden = 0 ORDER BY m.id""",
            account,
        )
    )


def is_wanted_up(reader: Reader, message: int) -> bool:
    """Whether it goes up already, or was refused there."""
    found = reader.value("SELECT 1 FROM want WHERE message_id = ? AND kind = 'append'", message)
    return found is not None


def has_whole(reader: Reader, message: int) -> bool:
    """Whether every octet of it is here."""
    found = reader.value(
        """SELECT 1 FROM part AS p JOIN blob AS b ON b.id = p.blob_id
            WHERE p.message_id = ? AND p.number = '' AND b.complete = 1""",
        message,
    )
    return found is not None


def share_whole(tx: Transaction, source: int, target: int) -> None:
    """The octets of one message are those of its twin too; they are kept once."""
    reading.note_whole(tx, target)
    tx.run(
        """UPDATE part SET fetched = size, blob_id = (
               SELECT blob_id FROM part WHERE message_id = ?1 AND number = '')
            WHERE message_id = ?2 AND number = ''""",
        source,
        target,
    )


def want_up(tx: Transaction, message: int, folder: int, now: datetime) -> None:
    """The next sync puts it into this folder of the new host."""
    if is_wanted_up(tx, message):
        return
    wants.add(tx, [(message, WantKind.APPEND, "", folder)], now)
    mailbox.refresh(tx, [message])
    tx.changed(Area.MESSAGES | Area.JOURNAL, messages=[message])


def flags_and_date(reader: Reader, message: int) -> tuple[int, str, datetime]:
    """(marks, keywords, when it came)."""
    row = reader.one("SELECT marks, keywords, received_at FROM message WHERE id = ?", message)
    assert row is not None
    at = from_text(row[2])
    assert at is not None  # the column is NOT NULL
    return cast("int", row[0]), str(row[1]), at


# -- The end --------------------------------------------------------------------------------------


def keep_left(tx: Transaction, account: AccountId) -> tuple[int, int]:
    """What no host has: with a text, on folders of this PC; without one, forgotten. How many.

    What is on its way up stays where it is.
    """
    rows = tx.all(
        """SELECT m.id, f.path, f.delimiter,
                  m.body > 0 OR EXISTS (SELECT 1 FROM part AS p
                                         WHERE p.message_id = m.id AND p.blob_id IS NOT NULL)
             FROM left_behind AS b JOIN message AS m ON m.id = b.message_id
             JOIN folder AS f ON f.id = m.folder_id
            WHERE m.account_id = ?
              AND NOT EXISTS (SELECT 1 FROM want AS w WHERE w.message_id = m.id
                                 AND w.kind = 'append' AND w.state <> 'refused')
            ORDER BY m.id""",
        account,
    )
    kept: dict[str, list[int]] = {}
    empty: list[int] = []
    for id_, path, mark, has_text in rows:
        if has_text:
            names = str(path).split(str(mark)) if mark else [str(path)]
            kept.setdefault("/".join(names), []).append(cast("int", id_))
        else:
            empty.append(cast("int", id_))
    for path, messages in kept.items():
        shelf = localfolders.ensure(tx, account, f"{localfolders.ROOT}/{SHELF}/{path}")
        text = json.dumps(messages)
        tx.run("DELETE FROM want WHERE message_id IN (SELECT value FROM json_each(?))", text)
        tx.run(
            """UPDATE message SET unplaced = 0, expected_id = NULL, shelf_id = ?1, folder_id = ?1,
                      hidden = 0
                WHERE id IN (SELECT value FROM json_each(?2))""",
            shelf,
            text,
        )
        tx.run("DELETE FROM left_behind WHERE message_id IN (SELECT value FROM json_each(?))", text)
    mailbox.drop_messages(tx, empty)
    blobs.drop_unused(tx)
    tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL)
    return sum(map(len, kept.values())), len(empty)


# -- As stored ------------------------------------------------------------------------------------


def _count(reader: Reader, sql: str, account: AccountId) -> int:
    return cast("int", reader.value(sql, account))


def _hosts_text(hosts: NewHosts) -> str:
    return to_json({
        "imap": [hosts.imap.host, hosts.imap.port, hosts.imap.security.value],
        "smtp": [hosts.smtp.host, hosts.smtp.port, hosts.smtp.security.value],
        "email": hosts.email,
        "login": hosts.login,
        "ca_pem": hosts.ca_pem,
    })  # fmt: skip


def _hosts(text: str) -> NewHosts:
    found = json.loads(text)

    def endpoint(value: list[object]) -> Endpoint:
        return Endpoint(str(value[0]), cast("int", value[1]), Security(value[2]))

    return NewHosts(
        endpoint(found["imap"]),
        endpoint(found["smtp"]),
        found["email"],
        found["login"],
        found["ca_pem"],
    )


def _pairs_text(pairs: Sequence[FolderPair]) -> str:
    return to_json([
        [one.old, one.new, one.reason.value, one.role and one.role.value, one.here, one.there]
        for one in pairs
    ])  # fmt: skip


def _pairs(text: str) -> tuple[FolderPair, ...]:
    return tuple(
        FolderPair(old, new, PairReason(reason), None if role is None else Role(role), here, there)
        for old, new, reason, role, here, there in json.loads(text)
    )
