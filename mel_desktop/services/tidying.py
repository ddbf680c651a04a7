"""Archive by year, junk and not junk: moves and keywords as wishes, so they work offline.

Junk says so to filters and other clients by ``$Junk``/``$NotJunk`` (RFC 9051 2.3.2) and by
``Junk``/``NonJunk``, which Thunderbird and SpamAssassin set-ups know.
Rule: mail of a box that several people share stays in that box, whatever is done with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import school_year
from mel_desktop.logic.folding import fold
from mel_desktop.logic.usual_folders import usual_role
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, Folder, FolderId, MessageId, MessageRow, Role
from mel_desktop.model.organising import YearFolders
from mel_desktop.services.folderwishes import FolderWishes
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import settings
from mel_desktop.store.database import Database, Transaction

if TYPE_CHECKING:
    from mel_desktop.model.shared_boxes import SharedRoot

YEARS: Final = "archive-years"
JUNK: Final = Flags(keywords=frozenset({"$junk", "junk"}))
NOT_JUNK: Final = Flags(keywords=frozenset({"$notjunk", "nonjunk"}))
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
        how many moved. What lies in the archive already stays.
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
        """Say that it is junk and move it there; or that it is none, and back to the inbox. Both of
        the box that it lies in. NOT_FOUND where a shared box shows no inbox.
        """
        folders = {one.id: one for one in self._mailbox.folders()}
        by_box: dict[tuple[int, str], list[MessageRow]] = {}
        for row in self._mailbox.rows(ids):
            here = folders[row.folder]
            by_box.setdefault((here.account, self._box(here)), []).append(row)
        for (account, box), some in by_box.items():
            target = self._base(account, Role.JUNK if is_junk else Role.INBOX, box)
            listed = [row.id for row in some]
            going = [
                row.id
                for row in some
                if row.folder != target.id and (is_junk or self.is_junk(folders[row.folder]))
            ]
            self._database.write(
                partial(self._say, listed=listed, going=going, target=target.id, is_junk=is_junk),
                durable=True,
            )

    def is_junk(self, folder: Folder) -> bool:
        """Whether junk lies there. An account has one such folder by role: those of the boxes that
        it shows are known by their names.
        """
        if folder.role is not None or usual_role(folder.name) is not Role.JUNK:
            return folder.role is Role.JUNK
        return bool(self._box(folder))

    def junk_folder(self, message: MessageId) -> Folder | None:
        """Where junk of the message's box goes, if there is such a folder and the message is not in
        it. NOT_FOUND.
        """
        folders = self._mailbox.folders()
        here = next(
            (
                one
                for row in self._mailbox.rows([message])
                for one in folders
                if one.id == row.folder
            ),
            None,
        )
        if here is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
        found = self._found(self._listed(here.account, self._box(here)), Role.JUNK)
        return None if found is None or found.id == here.id else found

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
        from mel_desktop.logic.box_mapping import roots  # noqa: PLC0415 first needed here
        from mel_desktop.store import shared_boxes  # noqa: PLC0415 first needed here

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

    def _listed(self, account: int, box: str) -> list[Folder]:
        """The folders of a shared box; "": one's own."""
        boxes = self._boxes(account)
        wanted = [one for one in boxes if one.path == box]
        return [
            one
            for one in self._mailbox.folders(account)
            if (any(_is_of(one, box) for box in wanted) if wanted
                else not any(_is_of(one, box) for box in boxes))
        ]  # fmt: skip

    def _found(self, listed: Sequence[Folder], role: Role) -> Folder | None:
        """The one for that, by what the server says of it, else by its name."""
        fitting = [one for one in listed if one.selectable and not one.local]
        by_role = next((one for one in fitting if one.role is role), None)
        return by_role or next((one for one in fitting if usual_role(one.name) is role), None)

    def _base(self, account: int, role: Role, box: str = "") -> Folder:
        listed = self._listed(account, box)
        found = self._found(listed, role)
        root = next((one for one in self._boxes(account) if one.path == box), None)
        if found is None and role is Role.INBOX and root is not None:
            paths = (f"{root.path}{root.delimiter}INBOX", root.path)
            found = next(
                (one for path in paths for one in listed
                 if fold(one.path) == fold(path) and one.selectable), None,
            )  # fmt: skip
        if found is None and role in _MADE:
            ahead = "" if root is None else f"{root.path}{root.delimiter}"
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
