"""A program that writes or sends and is killed by the test at the worst moment.

``python -m tests.support.outbox_child MODE FOLDER [FILE]``; says on stdout how far it came.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.mail import Address, Flags
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.net.smtp import Deadlines
from mel_desktop.ports import MailServer, Meter
from tests.support.post_office import PostOffice, post_office

TEXT = "Le texte enregistré juste avant la coupure."


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def hang(word: str) -> None:
    say(word)
    threading.Event().wait(60)


def save(office: PostOffice, file: Path) -> None:
    account = office.accounts.all()[0].id
    draft = office.drafting.create(account, DraftContent(subject="Brouillon"))
    office.drafting.attach(draft.id, file)
    content = DraftContent(to=(Address("", "a@b.test"),), subject="Brouillon", text=TEXT)
    office.drafting.save(draft.id, content)
    hang(f"saved {draft.id}")


def attach(office: PostOffice, file: Path) -> None:
    """Killed while the file is being copied."""
    account = office.accounts.all()[0].id
    draft = office.drafting.create(account, DraftContent(subject="Brouillon", text=TEXT))
    copy = office.drafting._copy

    def slowly(chunks: Iterator[bytes], blob: int) -> tuple[bytes, int]:
        def some() -> Iterator[bytes]:
            for number, chunk in enumerate(chunks):
                if number == 20:
                    hang(f"copying {draft.id}")
                yield chunk

        return copy(some(), blob)

    office.drafting._copy = slowly  # type: ignore[method-assign]
    office.drafting.attach(draft.id, file)


def send(office: PostOffice, _: Path) -> None:
    office.outbox.send_due()
    hang("done")


class Hanging:
    """A mail connector whose APPEND stops the program before or after it is done."""

    def __init__(self, where: str) -> None:
        from mel_desktop.net.imap import ImapConnector

        self._connector = ImapConnector()
        self._where = where

    def connect(self, account: Account, password: Secret, meter: Meter, **_: object) -> MailServer:
        server = self._connector.connect(account, password, meter)
        append = server.append

        def stopping(path: str, data: bytes, flags: Flags, date: datetime | None) -> int | None:
            if self._where == "before":
                hang("before")
            uid = append(path, data, flags, date)
            hang("after")
            return uid

        server.append = stopping  # type: ignore[method-assign]
        return server


@contextmanager
def opened(folder: Path, mode: str) -> Iterator[PostOffice]:
    patient = Deadlines(connect=10.0, command=60.0, final=60.0)
    mail = Hanging(mode.partition("-")[2]) if mode.startswith("file") else None
    with post_office(folder, mail=mail, deadlines=patient) as office:
        yield office


MODES: dict[str, Callable[[PostOffice, Path], None]] = {
    "save": save,
    "attach": attach,
    "send": send,
    "file-before": send,
    "file-after": send,
}

if __name__ == "__main__":
    with opened(Path(sys.argv[2]), sys.argv[1]) as running:
        MODES[sys.argv[1]](running, Path(sys.argv[-1]))
