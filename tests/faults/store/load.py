"""A writer under load: mail that comes in, drafts, flags, wishes, outgoing mail; and what who reads
does (``reading_load``).

Each line that it says is an acknowledgement: from then on it must be there, whatever happens.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

from mel_desktop.logic.mime import read_message
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.mail import Address, Flags, FolderId, Marks
from mel_desktop.model.outgoing import DraftContent, DraftId
from mel_desktop.ports import RemoteMessage
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import integrity, mailbox, reading
from mel_desktop.store.database import Database, Reader, Transaction
from mel_desktop.store.mailbox import Incoming
from mel_desktop.store.vault import Vault
from mel_desktop.system.clock import SystemRandomness
from tests.faults.store.reading_load import KINDS, ReadingLoad, is_there
from tests.support.clock import JumpingClock
from tests.support.full_profile import WORDS, letter, unlock
from tests.support.store import START

TO: Final = (Address("Ami", "ami@ac-exemple.fr"),)


class Load:
    """Writes to one open store until it is stopped."""

    def __init__(self, database: Database, seed: int, say: Callable[[str], None]) -> None:
        self._database = database
        self._dice = random.Random(seed)
        self._say = say
        clock = JumpingClock()
        self._drafting = Drafting(database, Accounts(database, clock), clock, SystemRandomness())
        self._box = MailboxService(database, clock)
        with database.read() as reader:
            self._account = AccountId(_number(reader, "SELECT id FROM account"))
            self._folder = FolderId(_number(reader, "SELECT id FROM folder WHERE role = 'inbox'"))
            self._uid = _number(reader, "SELECT max(uid) FROM location")
            self._draft: DraftId | None = None
        self._reading = ReadingLoad(database, self._dice, say, self._one_uid)

    def _one_uid(self) -> int:
        self._uid += 1
        return self._uid

    def step(self) -> None:
        """One deed, acknowledged."""
        usual = (self._receive, self._receive, self._save, self._save, self._flag, self._send)
        self._dice.choice(self._dice.choice((usual, self._reading.deeds)))()

    def _receive(self) -> None:
        count = self._dice.randint(1, 20)
        letters = [letter(self._uid + number, self._dice) for number in range(1, count + 1)]
        read = [read_message(one) for one in letters]
        uids = [self._uid + number for number in range(1, count + 1)]

        def work(tx: Transaction) -> None:
            incoming = [
                Incoming(
                    RemoteMessage(
                        uid=uid, flags=Flags(), internal_date=START + timedelta(minutes=uid),
                        size=len(raw), header=b"", parts=parts,
                    ),
                    fields,
                )
                for uid, raw, (fields, parts, _) in zip(uids, letters, read, strict=True)
            ]  # fmt: skip
            ids = mailbox.insert_messages(
                tx, self._account, self._folder, 1, incoming, downwards=False
            )
            reading.put_bodies(
                tx,
                [reading.Body(id_, text) for id_, (_, _, text) in zip(ids, read, strict=True)],
                START,
            )

        self._database.write(work)
        self._uid += count
        self._say(f"mail {self._uid}")

    def _save(self) -> None:
        text = " ".join(self._dice.choices(WORDS, k=self._dice.randint(1, 400)))
        content = DraftContent(TO, subject=text[:40], text=text)
        if self._draft is None or self._dice.random() < 0.3:
            saved = self._drafting.create(self._account, content)
        else:
            saved = self._drafting.save(self._draft, content)
        self._draft = saved.id
        self._say(f"draft {saved.id} {saved.revision}")

    def _flag(self) -> None:
        ids = self._box.message_ids(self._folder)
        chosen = self._dice.choice(ids)
        on = self._dice.random() < 0.5
        mark = Flags(Marks.FLAGGED)
        self._box.flag([chosen], mark if on else Flags(), Flags() if on else mark)
        self._say(f"flag {chosen} {int(on)}")

    def _send(self) -> None:
        if self._draft is None:
            return
        row = self._drafting.send(self._draft)
        self._draft = None
        self._say(f"outbox {row.id}")


def opened(folder: Path, recovery: str) -> Database:
    """The store as the program opens it."""
    vault: Vault = unlock(folder, Secret(recovery))
    return vault.open_database()


def faults(database: Database, told: Iterable[str], *, whole: bool) -> list[str]:
    """What is missing of what was acknowledged, and what is wrong. ``whole``: look at it all."""
    found = []
    if database.missing:
        found.append(f"a false alarm: {database.missing}")
    with database.fresh() as reader:
        found += _absent(reader, told)
        if reader.all("PRAGMA integrity_check") != [("ok",)]:
            found.append("integrity")
        for sql in (
            """SELECT 'count of folder' FROM folder f WHERE total <>
                 (SELECT count(*) FROM message WHERE folder_id = f.id AND hidden = 0)
               OR unread <> (SELECT count(*) FROM message
                              WHERE folder_id = f.id AND hidden = 0 AND marks & 1 = 0)""",
            """SELECT 'not in the index' FROM message
                WHERE id NOT IN (SELECT rowid FROM message_fts)""",
            "SELECT 'no message' FROM body WHERE message_id NOT IN (SELECT id FROM message)",
            "SELECT 'reference' FROM pragma_foreign_key_check()",
        ):
            found += [str(row[0]) for row in reader.all(f"{sql} LIMIT 1")]
    if whole:
        found += [one.name for one in integrity.look(database)]
    return found


def _absent(reader: Reader, told: Iterable[str]) -> list[str]:
    flags: dict[str, str] = {}
    found = []
    for line in told:
        kind, number, *rest = line.split()
        if kind == "mail":
            row = reader.one("SELECT 1 FROM location WHERE uid = ?", int(number))
        elif kind == "draft":
            row = reader.one(
                "SELECT 1 FROM draft_revision WHERE draft_id = ? AND revision >= ?",
                int(number), int(rest[0]),
            )  # fmt: skip
        elif kind in KINDS:
            row = (1,) if is_there(reader, number, rest[0]) else None
        elif kind == "outbox":
            row = reader.one("SELECT 1 FROM outbox WHERE id = ?", int(number))
        else:
            flags[number] = rest[0]
            continue
        if row is None:
            found.append(f"acknowledged and lost: {line}")
    last = ""
    for line in told:
        last = line if line.startswith("flag") else last
    for number, on in flags.items():
        marks = reader.value("SELECT marks FROM message WHERE id = ?", int(number))
        unsure = last.startswith(f"flag {number} ")  # a newer one may have gone through untold
        if not isinstance(marks, int) or (bool(marks & Marks.FLAGGED.value) != (on == "1")
                                          and not unsure):  # fmt: skip
            found.append(f"acknowledged and lost: flag {number} {on}")
    return found


def _number(reader: Reader, sql: str) -> int:
    value = reader.value(sql)
    assert isinstance(value, int)
    return value
