"""What a seed takes out of the store and puts into another one: rows, texts and octets as the
server has them. Wishes, drafts, passwords and what waits to be sent never go along.

Rule: what is known here is never overwritten by what a seed says; it only adds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, cast

from mel_desktop.logic.mime import HeaderFields
from mel_desktop.model.changes import Area
from mel_desktop.model.mail import BodyState, Flags, Marks, Part
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteMessage
from mel_desktop.store import mailbox, reading, relinkstate
from mel_desktop.store import parts as part_rows
from mel_desktop.store.database import Reader, Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.reading import Body

SECRET_OWNER: Final = "seed"  # noqa: S105 an owner of secrets
SECRET_KIND: Final = "private-key"  # noqa: S105 the name of a secret
PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class SeedFolder:
    """A folder as the giver's last sync left it. ``located``: messages of it there."""

    path: str
    delimiter: str
    role: str | None
    selectable: bool
    subscribed: bool
    uidvalidity: int
    uidnext: int | None
    highestmodseq: int | None
    complete: bool
    located: int


@dataclass(frozen=True, slots=True)
class SeedPlace:
    """Where the server has a message, and its flags there."""

    message: int
    uid: int
    flags: Flags
    modseq: int | None
    email_id: str
    preview: str
    fullness: int


@dataclass(frozen=True, slots=True)
class SeedMessage:
    """A message as it goes over. ``body`` None: its text is not in the seed."""

    remote: RemoteMessage
    fields: HeaderFields
    preview: str
    body: Body | None


@dataclass(frozen=True, slots=True)
class Merge:
    """A folder of ours that takes messages of a seed in, as it was before."""

    id: int
    uidvalidity: int
    complete: bool
    uidnext: int | None


# -- giving ---------------------------------------------------------------------------------------


def folders(reader: Reader, account: int) -> tuple[tuple[int, SeedFolder], ...]:
    """Folders that the server has and that were listed; the drafts are left out."""
    rows = reader.all(
        """SELECT id, path, delimiter, role, selectable, subscribed, uidvalidity, uidnext,
                  highestmodseq, complete,
                  (SELECT count(*) FROM location AS l WHERE l.folder_id = f.id)
             FROM folder AS f
            WHERE account_id = ? AND on_server = 1 AND local = 0 AND uidvalidity IS NOT NULL
              AND (role IS NULL OR role <> 'drafts')
            ORDER BY role IS NOT 'inbox', path""",
        account,
    )
    return tuple(
        (
            cast("int", row[0]),
            SeedFolder(
                path=str(row[1]),
                delimiter=str(row[2]),
                role=cast("str | None", row[3]),
                selectable=bool(row[4]),
                subscribed=bool(row[5]),
                uidvalidity=cast("int", row[6]),
                uidnext=cast("int | None", row[7]),
                highestmodseq=cast("int | None", row[8]),
                complete=bool(row[9]),
                located=cast("int", row[10]),
            ),
        )
        for row in rows
    )


def ungiven(reader: Reader, folder: int, code: str, *, above: int) -> tuple[SeedPlace, ...]:
    """Messages of a folder of which this code does not have all that is here; a page."""
    rows = reader.all(
        """SELECT message_id, uid, marks, keywords, modseq, email_id, preview, fullness
             FROM (SELECT l.message_id, l.uid, l.marks, l.keywords, l.modseq, m.email_id,
                          m.preview,
                          m.body * 100000 + (SELECT count(*) FROM part AS p
                                               JOIN blob AS b ON b.id = p.blob_id
                                              WHERE p.message_id = m.id AND b.complete = 1)
                          AS fullness
                     FROM location AS l JOIN message AS m ON m.id = l.message_id
                    WHERE l.folder_id = ?1 AND l.message_id > ?3) AS here
            WHERE NOT EXISTS (SELECT 1 FROM seed_given AS g
                               WHERE g.code = ?2 AND g.message_id = here.message_id
                                 AND g.fullness >= here.fullness)
            ORDER BY message_id LIMIT ?4""",
        folder,
        code,
        above,
        PAGE,
    )
    return tuple(
        SeedPlace(
            message=cast("int", row[0]),
            uid=cast("int", row[1]),
            flags=mailbox.flags_of(row[2], row[3]),
            modseq=cast("int | None", row[4]),
            email_id=str(row[5]),
            preview=str(row[6]),
            fullness=cast("int", row[7]),
        )
        for row in rows
    )


def note_given(tx: Transaction, code: str, given: Sequence[tuple[int, int]]) -> None:
    """(message, fullness) that went over to a code."""
    tx.many(
        """INSERT INTO seed_given (code, message_id, fullness)
           SELECT ?, id, ? FROM message WHERE id = ?
           ON CONFLICT (code, message_id) DO UPDATE SET fullness = excluded.fullness""",
        [(code, fullness, message) for message, fullness in given],
    )


def forget_given(tx: Transaction, code: str) -> None:
    """The next seed for this code holds everything again."""
    tx.run("DELETE FROM seed_given WHERE code = ?", code)


def octets(reader: Reader, message: int) -> Iterator[tuple[str, int, bytes, int]]:
    """(number, blob, SHA-256, size) of the parts of a message that are here."""
    for number, blob, digest, size in reader.all(
        """SELECT p.number, b.id, b.sha256, b.size
             FROM part AS p JOIN blob AS b ON b.id = p.blob_id
            WHERE p.message_id = ? AND b.complete = 1 ORDER BY p.position""",
        message,
    ):
        yield str(number), cast("int", blob), cast("bytes", digest), cast("int", size)


# -- taking ---------------------------------------------------------------------------------------


def merge_folder(tx: Transaction, account: int, given: SeedFolder) -> Merge | None:
    """The folder of ours for one of a seed; None when the server numbered it anew since."""
    row = tx.one(
        """SELECT id, uidvalidity, complete, uidnext, on_server, local FROM folder
            WHERE account_id = ? AND path = ?""",
        account,
        given.path,
    )
    if row is not None and (row[5] or not row[4]):
        return None  # ours alone, or gone from the server: its sync tells
    if row is not None and row[1] is not None:
        if row[1] != given.uidvalidity:
            return None
        return Merge(
            cast("int", row[0]),
            given.uidvalidity,
            bool(row[2]),
            cast("int | None", row[3]),
        )
    if row is None:
        folder = tx.insert(
            """INSERT INTO folder (account_id, path, delimiter, role, selectable, subscribed,
                                   uidvalidity)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            account,
            given.path,
            given.delimiter,
            _free_role(tx, account, given.role),
            int(given.selectable),
            int(given.subscribed),
            given.uidvalidity,
        )
    else:
        folder = cast("int", row[0])
        tx.run("UPDATE folder SET uidvalidity = ? WHERE id = ?", given.uidvalidity, folder)
    tx.run("UPDATE folder SET highestmodseq = ? WHERE id = ?", given.highestmodseq, folder)
    tx.changed(Area.FOLDERS, [folder])
    return Merge(folder, given.uidvalidity, complete=False, uidnext=None)


def _free_role(tx: Transaction, account: int, role: str | None) -> str | None:
    taken = tx.value("SELECT 1 FROM folder WHERE account_id = ? AND role = ?", account, role)
    return None if taken is not None else role


def close_folder(tx: Transaction, into: Merge, given: SeedFolder, *, added: bool) -> None:
    """All of a folder of the seed was read: how far the next sync may believe that it is here.

    A folder that was never whole here is so where every message is, under the giver's cursor: the
    sync adds up what the server tells and asks for all of it where the sum is not right. Where
    messages were added, it asks what changed since the older of both cursors.
    """
    located = cast("int", tx.value("SELECT count(*) FROM location WHERE folder_id = ?", into.id))
    never_whole = not into.complete and into.uidnext is None
    if never_whole and given.complete and located == given.located:
        tx.run(
            "UPDATE folder SET uidnext = ?, complete = 1, backfill_uid = 1 WHERE id = ?",
            given.uidnext,
            into.id,
        )
        added = True
    if added:
        tx.run(
            """UPDATE folder
                  SET highestmodseq = CASE WHEN ?1 IS NULL THEN NULL
                                           ELSE min(highestmodseq, ?1) END
                WHERE id = ?2""",
            given.highestmodseq,
            into.id,
        )
    tx.changed(Area.FOLDERS, [into.id])


def known(reader: Reader, folder: int, uidvalidity: int, uids: Sequence[int]) -> dict[int, int]:
    """UID -> message of ours."""
    rows = reader.all(
        """SELECT uid, message_id FROM location
            WHERE folder_id = ? AND uidvalidity = ?
              AND uid IN (SELECT value FROM json_each(?))""",
        folder,
        uidvalidity,
        json.dumps(list(uids)),
    )
    return {cast("int", uid): cast("int", message) for uid, message in rows}


def take(
    tx: Transaction,
    account: int,
    into: Merge,
    given: Sequence[SeedMessage],
    now: datetime,
) -> tuple[dict[int, int], int, int]:
    """Add messages and texts that are not here: (UID -> message, rows added, texts added).

    What a whole folder of ours does not have any more was deleted since: it does not come back.
    """
    here = known(tx, into.id, into.uidvalidity, [one.remote.uid for one in given])
    new = [
        one for one in given
        if one.remote.uid not in here
        and not (into.complete and into.uidnext and one.remote.uid < into.uidnext)
    ]  # fmt: skip
    incoming = [Incoming(one.remote, one.fields) for one in new]
    ids = mailbox.insert_messages(tx, account, into.id, into.uidvalidity, incoming, downwards=False)
    relinkstate.note_remote(tx, [(id_, one.remote) for id_, one in zip(ids, new, strict=True)])
    here |= {one.remote.uid: id_ for id_, one in zip(ids, new, strict=True)}
    bodies = []
    for one in given:
        message = here.get(one.remote.uid)
        if message is not None and one.body is not None and _lacks(tx, message, one.body.state):
            bodies.append(
                Body(message, one.body.readable, one.body.header, complete=one.body.complete)
            )
    bodies.sort(key=lambda body: body.message)
    reading.put_bodies(tx, bodies, now)
    part_rows.insert_all(
        tx,
        [(here[one.remote.uid], one.remote.parts) for one in given if one.remote.uid in here],
    )
    tx.changed(Area.MESSAGES | Area.FOLDERS, [into.id], ids)
    return here, len(new), len(bodies)


def _lacks(reader: Reader, message: int, state: BodyState) -> bool:
    here = reader.value("SELECT body FROM message WHERE id = ?", message)
    return here is not None and cast("int", here) < state


def lacking_part(reader: Reader, message: int, number: str) -> bool:
    """Whether octets of this part are missing here."""
    row = reader.one(
        """SELECT coalesce(b.complete, 0) FROM part AS p LEFT JOIN blob AS b ON b.id = p.blob_id
            WHERE p.message_id = ? AND p.number = ?""",
        message,
        number,
    )
    return row is not None and not row[0]


def adopt_part(tx: Transaction, message: int, number: str, sha256: bytes) -> bool:
    """Take octets for a part that are here already, in another message; whether they are."""
    blob = tx.value("SELECT id FROM blob WHERE sha256 = ? AND complete = 1", sha256)
    if blob is None:
        return False
    tx.run(
        "UPDATE part SET blob_id = ?, fetched = size WHERE message_id = ? AND number = ?",
        blob,
        message,
        number,
    )
    tx.changed(Area.BODIES, messages=[message])
    return True


# -- values ---------------------------------------------------------------------------------------


def part_value(part: Part) -> list[str | int]:
    """A part as JSON."""
    return [
        part.number, part.media_type, part.charset, part.encoding, part.disposition,
        part.filename, part.content_id, part.size, part.within, part.text_format,
    ]  # fmt: skip


def part_of(value: Sequence[str | int]) -> Part:
    """The same back."""
    number, media_type, charset, encoding, disposition, filename, cid, size, within, form = value
    return Part(
        number=str(number),
        media_type=str(media_type),
        charset=str(charset),
        encoding=str(encoding),
        disposition=str(disposition),
        filename=str(filename),
        content_id=str(cid),
        size=int(size),
        within=str(within),
        text_format=str(form),
    )


def flags_of(marks: int, keywords: Sequence[str]) -> Flags:
    """Flags of a seed."""
    return Flags(Marks(marks), frozenset(keywords))
