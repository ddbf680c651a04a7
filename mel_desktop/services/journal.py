"""Everything that waits for a server, in one list: told, tried again, taken back, decided.

A row's id tells what it is: "12" a wish about a message, "f3" about a folder, "d5" the copy of a
draft on the server, "k7" a message to be kept here only, or put back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Failure, Refusal
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Choice, JournalRow, MessageId
from mel_desktop.ports import MailServer
from mel_desktop.services.drafting import Drafting
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.keeping import Keeping
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import draftcopies, folderwants, keeping
from mel_desktop.store.database import Database

if TYPE_CHECKING:
    from mel_desktop.services.appending import Appending
    from mel_desktop.services.draftsync import DraftSync
    from mel_desktop.services.folderwork import FolderWork

_FOLDER: Final = "f"
_DRAFT: Final = "d"


class Journal:
    """The journal of one profile."""

    def __init__(
        self,
        database: Database,
        mailbox: MailboxService,
        folders: FolderWishes,
        drafts: DraftSync,
        drafting: Drafting,
        keep: Keeping | None = None,
    ) -> None:
        self._database = database
        self._keep = keep
        self._mailbox = mailbox
        self._folders = folders
        self._drafts = drafts
        self._drafting = drafting

    def rows(self) -> tuple[JournalRow, ...]:
        """Newest first."""
        with self._database.read() as reader:
            others = (
                *folderwants.journal(reader),
                *draftcopies.journal(reader),
                *keeping.journal(reader),
            )
        listed = [*self._mailbox.journal(), *others]
        listed.sort(key=lambda row: row.since, reverse=True)  # stable: each kind keeps its order
        return tuple(listed)

    def undo(self, row: str) -> None:
        """Take back what waits or was refused. NOT_FOUND | USAGE when it is on its way."""
        kind, number = _split(row)
        if kind == _FOLDER:
            self._folders.undo(number)
        elif kind == _DRAFT:
            raise LocalRefusal(ErrorCode.USAGE, why="not-undoable")
        elif kind == keeping.JOURNAL and self._keep is not None:
            self._keep.undo(MessageId(number))
        else:
            self._mailbox.undo(row)

    def retry(self, row: str) -> None:
        """What was refused waits again. NOT_FOUND | USAGE | NEEDS_DECISION."""
        kind, number = _split(row)
        if kind == _FOLDER:
            self._folders.retry(number)
        elif kind == _DRAFT:
            self._drafts.retry(number)
        elif kind == keeping.JOURNAL and self._keep is not None:
            self._keep.retry(MessageId(number))
        else:
            self._mailbox.retry(row)

    def resolve(self, row: str, choice: Choice) -> None:
        """Decide a conflict with another client. NOT_FOUND | USAGE."""
        kind, number = _split(row)
        if kind in (_FOLDER, keeping.JOURNAL):
            raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")
        if kind == _DRAFT:
            self._drafts.resolve(number, choice, self._drafting, self._mailbox)
        else:
            self._mailbox.resolve(row, choice)


class AfterWishes:
    """The errand of a sync once messages are where they are wanted: drafts, emptied folders."""

    def __init__(self, folders: FolderWork, drafts: DraftSync, appending: Appending) -> None:
        self._folders = folders
        self._drafts = drafts
        self._appending = appending

    def waits(self, account: AccountId) -> bool:
        """Whether anything may be to do then."""
        errands = (self._folders, self._drafts, self._appending)
        return any(errand.waits(account) for errand in errands)

    def perform(self, server: MailServer, account: AccountId) -> Sequence[Refusal | Failure]:
        """Do it."""
        return [
            *self._folders.finish(server, account),
            *self._drafts.perform(server, account),
            *self._appending.perform(server, account),
        ]

    def tidy(self, account: AccountId) -> None:
        """Copies of drafts that were taken away are not listed here either."""
        self._drafts.tidy(account)


def _split(row: str) -> tuple[str, int]:
    """("f", 3) of "f3"; ("", 12) of "12". NOT_FOUND for anything else."""
    kind = row[:1] if row[:1] in (_FOLDER, _DRAFT, keeping.JOURNAL) else ""
    number = row[len(kind) :]
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="journal")
    return kind, int(number)
