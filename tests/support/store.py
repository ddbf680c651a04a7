"""A real encrypted store for tests, and rows to begin with."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mel_desktop.model.accounts import (
    AccountId,
    AccountState,
    Endpoint,
    NewAccount,
    Secret,
    Security,
)
from mel_desktop.model.mail import Address, BodyState, FolderId, Marks, MessageId
from mel_desktop.store import accounts as account_rows
from mel_desktop.store import bodytext
from mel_desktop.store.connections import make_private
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.search import index_message
from mel_desktop.store.times import to_text

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def open_store(folder: Path, key: bytes | None = None) -> Database:
    """A database in ``folder`` with a key of this process (or the one given). Close it.

    A new one without a key of its own is a copy: going through every migration again is half of
    what making it takes, and the tests make thousands.
    """
    path = folder / "store.db"
    if key is None and not path.exists():
        key, octets = _empty()
        make_private(path)
        path.write_bytes(octets)
    return Database(path, key or os.urandom(32))


@cache
def _empty() -> tuple[bytes, bytes]:
    """A key, and the file of an empty store under it."""
    key = os.urandom(32)
    with TemporaryDirectory(prefix="mel-empty-") as folder:
        path = Path(folder) / "store.db"
        Database(path, key).close()
        return key, path.read_bytes()


@contextmanager
def store(folder: Path, key: bytes | None = None) -> Iterator[Database]:
    """``open_store``, closed at the end."""
    database = open_store(folder, key)
    try:
        yield database
    finally:
        database.close()


def plant_account(
    database: Database,
    email: str = "claire.martin@ac-exemple.fr",
    *,
    login: str = "cmartin",
    name: str = "Claire Martin",
    password: str = "mot de passe",
    port: int = 993,
    ca_pem: str = "",
) -> AccountId:
    """An account that could sign in."""
    new = NewAccount(
        email=email,
        login=login,
        name=name,
        imap=Endpoint("127.0.0.1", port, Security.TLS),
        smtp=Endpoint("127.0.0.1", 465, Security.TLS),
        ca_pem=ca_pem,
    )

    def work(tx: Transaction) -> AccountId:
        account = account_rows.insert_account(tx, new, AccountState.READY, START)
        account_rows.put_secret(tx, f"account:{account}", "password", Secret(password))
        return account

    return database.write(work)


def plant_folder(
    database: Database,
    account: AccountId,
    path: str = "INBOX",
    *,
    role: str | None = "inbox",
    delimiter: str = "/",
) -> FolderId:
    """A folder of the account, complete and empty."""
    return FolderId(
        database.write(
            lambda tx: tx.insert(
                """INSERT INTO folder (account_id, path, delimiter, role, uidvalidity, uidnext,
                                       complete)
                   VALUES (?, ?, ?, ?, 1, 1, 1)""",
                account,
                path,
                delimiter,
                role,
            )
        )
    )


def plant_message(
    tx: Transaction,
    folder: FolderId,
    number: int = 0,
    *,
    subject: str = "Conseil de classe",
    sender: Address = Address("Paul Durand", "paul.durand@ac-exemple.fr"),  # noqa: B008 frozen
    to: Sequence[Address] = (Address("Claire Martin", "claire.martin@ac-exemple.fr"),),
    text: str | None = "Bonjour,\nvoici l’ordre du jour.",
    received_at: datetime | None = None,
    marks: Marks = Marks.NONE,
    has_attachments: bool = False,
    hidden: bool = False,
) -> MessageId:
    """A message as a sync leaves it, indexed and counted. ``text`` None: only the header is here.

    ``number`` tells messages apart: it is the UID and, without ``received_at``, the hours after
    START.
    """
    when = received_at or START + timedelta(hours=number)
    slot = int(when.timestamp()) // 600 << 6
    newest = tx.value("SELECT max(id) FROM message WHERE id >= ? AND id < ?", slot, slot + 64)
    message = slot if newest is None else int(str(newest)) + 1
    account = tx.value("SELECT account_id FROM folder WHERE id = ?", folder)
    body = BodyState.ABSENT if text is None else BodyState.LOCAL
    tx.run(
        """INSERT INTO message (id, account_id, folder_id, hidden, marks, message_id, thread_id,
               subject, from_name, from_address, recipients, sent_at, received_at, size,
               has_attachments, body, preview)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        message,
        account,
        folder,
        int(hidden),
        marks.value,
        f"message{number}.{folder}@exemple.invalid",
        message,
        subject,
        sender.name,
        sender.address,
        json.dumps({"to": [[one.name, one.address] for one in to]}, ensure_ascii=False),
        to_text(when),
        to_text(when),
        len(text or "") + 500,
        int(has_attachments),
        int(body),
        " ".join((text or "").split())[:140],
    )
    tx.run(
        "INSERT INTO location (message_id, folder_id, uidvalidity, uid, marks) VALUES (?,?,1,?,?)",
        message,
        folder,
        number + 1,
        marks.value,
    )
    if text is not None:
        tx.run(
            "INSERT INTO body (message_id, text, header) VALUES (?, ?, ?)",
            message,
            *bodytext.pack(tx, [text.encode(), f"Subject: {subject}\r\n\r\n".encode()]),
        )
    index_message(
        tx,
        message,
        subject,
        f"{sender.name} {sender.address}",
        " ".join(f"{one.name} {one.address}" for one in to),
        text or "",
    )
    return MessageId(message)
