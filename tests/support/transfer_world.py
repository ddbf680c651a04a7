"""A profile with one account, and letters as files for imports."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mel_desktop.formats.mbox import Quoter, from_line
from mel_desktop.model.mail import Folder, MessageRow
from mel_desktop.services.accounts import Accounts
from mel_desktop.services.address_books import AddressBooks
from mel_desktop.services.directory import Directory
from mel_desktop.services.exporting import Exporting
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.importing import Importing
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.services.reading import ReadingService
from mel_desktop.services.seeding import Seeding
from mel_desktop.store.database import Database
from mel_desktop.system.clock import SystemClock, SystemRandomness
from tests.support.store import plant_account, plant_folder, store

WHEN = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)


TEXT = "Bonjour,\r\n\r\nà lundi.\r\n"


def letter(number: int, *, text: str = TEXT, attached: bytes = b"") -> bytes:
    """A message with its date, one hour after the one before."""
    at = WHEN + timedelta(hours=number)
    head = (
        f"Message-ID: <lettre{number}@ac-exemple.invalid>\r\n"
        f"From: Paul Durand <paul.durand@ac-exemple.invalid>\r\n"
        f"To: Claire Martin <claire.martin@ac-exemple.invalid>\r\n"
        f"Subject: Sujet {number}\r\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "MIME-Version: 1.0\r\n"
    )
    if not attached:
        return (
            f"{head}Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}"
        ).encode()
    encoded = base64.encodebytes(attached).replace(b"\n", b"\r\n")
    return (
        (
            f'{head}Content-Type: multipart/mixed; boundary="zz"\r\n\r\n--zz\r\n'
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            f'{text}--zz\r\nContent-Type: application/pdf; name="note.pdf"\r\n'
            "Content-Transfer-Encoding: base64\r\n"
            'Content-Disposition: attachment; filename="note.pdf"\r\n\r\n'
        ).encode()
        + encoded
        + b"--zz--\r\n"
    )


def as_mbox(letters: list[bytes], *, head: bytes = b"") -> bytes:
    """A mailbox file; ``head``: fields ahead of those of each message."""
    out = []
    for one in letters:
        quoter = Quoter()
        out += [from_line("p@x.invalid", WHEN), head, quoter.feed(one), quoter.finish()]
    return b"".join(out)


class Desk:
    """Services as the program wires them, without a server."""

    def __init__(self, database: Database, *, email: str = "claire.martin@ac-exemple.fr") -> None:
        self.database = database
        self.clock = SystemClock()
        self.account = plant_account(database, email)
        self.inbox = plant_folder(database, self.account)
        self.mailbox = MailboxService(database, self.clock)
        self.folders = FolderWishes(database, self.clock)
        self.reading = ReadingService(database, None, self.clock)  # type: ignore[arg-type]
        self.directory = Directory(database, None, self.clock, lambda: True)  # type: ignore[arg-type]
        self.importing = Importing(database, self.clock, self.folders, AddressBooks(self.directory))
        self.exporting = Exporting(database, self.clock, self.reading)
        self.seeding = Seeding(
            database, Accounts(database, self.clock), self.clock, SystemRandomness()
        )

    def folder(self, path: str) -> Folder:
        return next(one for one in self.mailbox.folders() if one.path == path)

    def paths(self) -> list[str]:
        """Local folders that hold something."""
        return [one.path for one in self.mailbox.folders() if one.local and one.total]

    def rows(self, path: str) -> tuple[MessageRow, ...]:
        """Oldest first."""
        return self.mailbox.page(self.folder(path).id, limit=1000)[::-1]


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """An open profile in a folder that is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with store(folder) as database:
        yield Desk(database)
