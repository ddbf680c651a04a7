"""Archive by year, junk and not junk: moves and keywords as wishes, so they work offline.

Junk says so to filters and other clients by ``$Junk``/``$NotJunk`` (RFC 9051 2.3.2) and by
``Junk``/``NonJunk``, which Thunderbird and SpamAssassin set-ups know.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from mel_desktop.logic import school_year
from mel_desktop.logic.box_mapping import roots
from mel_desktop.logic.folding import fold
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Folder, FolderId, MessageId, MessageRow, Role
from mel_desktop.model.organising import YearFolders
from mel_desktop.model.shared_boxes import SharedRoot
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import settings, shared_boxes
from mel_desktop.store.database import Database, Transaction

YEARS: Final = "archive-years"
JUNK: Final = Flags(keywords=frozenset({"$junk", "junk"}))
NOT_JUNK: Final = Flags(keywords=frozenset({"$notjunk", "nonjunk"}))
_NAMES: Final = {
    Role.ARCHIVE: ("archive", "archives"),
    Role.JUNK: ("junk", "spam", "indesirables", "pourriel", "courrier indesirable"),
}
_MADE: Final = {Role.ARCHIVE: "Archives", Role.JUNK: "Junk"}


class Tidying:
    """Of one profile."""

    def __init__(self, database: Database, mailbox: MailboxService, folders: FolderWishes) -> None:
        self._database = database
        self._mailbox = mailbox
        self._folders = folders

    def years(self) -> YearFolders:
        """What archived messages are laid into."""
        with self._database.read() as reader:
            text = settings.load(reader, YEARS)
        return next((one for one in YearFolders if one.value == text), YearFolders.YEAR)

    def set_years(self, wanted: YearFolders) -> None:
        """Choose that."""
        self._database.write(lambda tx: settings.save(tx, YEARS, wanted.value), durable=True)

    def archive(self, ids: Sequence[MessageId]) -> int:
        """Into the archive folder of each message's account and year, made where it is missing;
        how many moved. What lies in the archive already stays. Mail of a box that several people
        share is laid into an archive of that box: they would lose it otherwise.
        """
        kind = self.years()
        targets: dict[tuple[int, str, str], list[MessageId]] = {}
        folders = {one.id: one for one in self._mailbox.folders()}
        for row in self._mailbox.rows(ids):
            here = folders[row.folder]
            if here.local:
                raise LocalRefusal(ErrorCode.USAGE, why="local-folder")
            box = self._box(here)
            targets.setdefault((here.account, box, _year(row, kind)), []).append(row.id)
        moved = 0
        for (account, box, year), some in targets.items():
            target = self._target(account, box, year)
            here_already = {row.id for row in self._mailbox.rows(some) if row.folder == target}
            going = [one for one in some if one not in here_already]
            if going:
                self._mailbox.move(going, target)
            moved += len(going)
        return moved

    def junk(self, ids: Sequence[MessageId], is_junk: bool) -> None:
        """Say that it is junk and move it there; or that it is none, and back to the inbox."""
        folders = {one.id: one for one in self._mailbox.folders()}
        by_account: dict[int, list[MessageRow]] = {}
        for row in self._mailbox.rows(ids):
            by_account.setdefault(folders[row.folder].account, []).append(row)
        for account, some in by_account.items():
            role = Role.JUNK if is_junk else Role.INBOX
            target = self._base(account, role)
            listed = [row.id for row in some]

            going = [
                row.id
                for row in some
                if row.folder != target.id and (is_junk or folders[row.folder].role is Role.JUNK)
            ]
            self._database.write(
                partial(self._say, listed=listed, going=going, target=target.id, is_junk=is_junk),
                durable=True,
            )

    def _say(
        self,
        tx: Transaction,
        *,
        listed: list[MessageId],
        going: list[MessageId],
        target: FolderId,
        is_junk: bool,
    ) -> None:
        add, remove = (JUNK, NOT_JUNK) if is_junk else (NOT_JUNK, JUNK)
        self._mailbox.flag(listed, add, remove, tx=tx)
        if going:
            self._mailbox.move(going, target, tx=tx)

    # -- inside ------------------------------------------------------------------------------------

    def _box(self, folder: Folder) -> str:
        """The path of the shared box that a folder is of; "" for one's own."""
        return next((one.path for one in self._boxes(folder.account) if _is_of(folder, one)), "")

    def _boxes(self, account: int) -> tuple[SharedRoot, ...]:
        with self._database.read() as reader:
            return roots(shared_boxes.of_others(reader, AccountId(account)), "")

    def _target(self, account: int, box: str, year: str) -> FolderId:
        base = self._base(account, Role.ARCHIVE, box)
        if not year:
            return base.id
        mark = base.delimiter or "/"
        path = f"{base.path}{mark}{year}"
        listed = self._mailbox.folders(account)
        found = next((one for one in listed if fold(one.path) == fold(path)), None)
        return found.id if found is not None else self._folders.create(account, path)

    def _base(self, account: int, role: Role, box: str = "") -> Folder:
        boxes = self._boxes(account)
        wanted = [one for one in boxes if one.path == box]
        listed = [
            one
            for one in self._mailbox.folders(account)
            if (any(_is_of(one, box) for box in wanted) if wanted
                else not any(_is_of(one, box) for box in boxes))
        ]  # fmt: skip
        found = next((one for one in listed if one.role is role and one.selectable), None)
        if found is None:
            found = next(
                (one for one in listed
                 if fold(one.name) in _NAMES.get(role, ()) and one.selectable and not one.local),
                None,
            )  # fmt: skip
        if found is None and role in _MADE:
            ahead = f"{wanted[0].path}{wanted[0].delimiter}" if wanted else ""
            made = self._folders.create(account, ahead + _MADE[role])
            found = next(one for one in self._mailbox.folders(account) if one.id == made)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        return found


def _is_of(folder: Folder, box: SharedRoot) -> bool:
    return folder.path == box.path or folder.path.startswith(box.path + box.delimiter)


def _year(row: MessageRow, kind: YearFolders) -> str:
    day = row.received_at.astimezone().date()
    if kind is YearFolders.SCHOOL_YEAR:
        first = school_year.year_of(day)
        return f"{first}-{first + 1}"
    return str(day.year) if kind is YearFolders.YEAR else ""
