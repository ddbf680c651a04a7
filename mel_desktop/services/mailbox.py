"""Folders and messages for screens, and what a teacher does with messages, online or not.

A change is a wish in the store: shown at once, on disk when the call returns, carried out by the
next sync. A newer wish overtakes an older one for the same thing; a wish that asks for what the
server has anyway is dropped, unless an operation is on its way whose answer is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import (
    Choice,
    Flags,
    Folder,
    FolderId,
    JournalRow,
    Marks,
    MessageId,
    MessageRow,
    Role,
    WantKind,
    WantState,
)
from mel_desktop.ports import Clock
from mel_desktop.services import shelf
from mel_desktop.store import keeping, mailbox, wants
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.wants import Standing, Want

MOST_JOURNAL_ROWS: Final = 2000
Decision = tuple[list[int], list[tuple[int, WantKind, str, int | None]]]  # drop, add
# What is done at once with messages that are on this PC only.
Here = Callable[[Transaction, Sequence[Standing], shelf.Waiting], None]


class MailboxService:
    """Reads are bounded; commands are durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # -- reads -------------------------------------------------------------------------------------

    def folders(self, account: int | None = None) -> tuple[Folder, ...]:
        """Inbox, other roles, then by name."""
        with self._database.read() as reader:
            return mailbox.folders(reader, account)

    def find_folder(self, name: str, account: int | None = None) -> Folder:
        """By id, path, role or last name, case and accents ignored. NOT_FOUND | USAGE."""
        listed = self.folders(account)
        wanted = fold(name.strip())
        tests: tuple[Callable[[Folder], bool], ...] = (
            lambda one: str(one.id) == name.strip(),
            lambda one: one.path == name,
            lambda one: fold(one.path) == wanted,
            lambda one: one.role is not None and one.role.value == wanted,
            lambda one: fold(one.name) == wanted,
        )
        for matches in tests:
            found = [one for one in listed if matches(one)]
            if len(found) == 1:
                return found[0]
            if found:
                raise LocalRefusal(ErrorCode.USAGE, why="ambiguous-folder", count=len(found))
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")

    def message_ids(
        self, folder: FolderId, *, unread: bool = False, after: int = 0
    ) -> tuple[MessageId, ...]:
        """Ids of a folder newest first, those above ``after``."""
        with self._database.read() as reader:
            return mailbox.message_ids(reader, folder, unread=unread, after=after)

    def rows(self, ids: Sequence[MessageId]) -> tuple[MessageRow, ...]:
        """Rows in the order of ``ids``; those that are gone are left out."""
        with self._database.read() as reader:
            return mailbox.rows(reader, ids)

    def page(
        self, folder: FolderId, *, limit: int = 50, offset: int = 0, unread: bool = False
    ) -> tuple[MessageRow, ...]:
        """A page of a folder, newest first."""
        with self._database.read() as reader:
            return mailbox.page(reader, folder, limit=limit, offset=offset, unread=unread)

    def journal(self) -> tuple[JournalRow, ...]:
        """What waits for the server of messages, newest first."""
        with self._database.read() as reader:
            return wants.journal(reader, MOST_JOURNAL_ROWS)

    # -- commands ----------------------------------------------------------------------------------

    # ``tx``: as a part of a transaction of the caller's, for what must be done all or not at all.

    def flag(
        self,
        ids: Sequence[MessageId],
        add: Flags,
        remove: Flags,
        *,
        tx: Transaction | None = None,
    ) -> None:
        """Want flags added and removed. USAGE when a flag is in both."""
        from mel_desktop.logic.syncplan import has_flag  # noqa: PLC0415 first needed here

        adding, removing = _names(add), _names(remove)
        if adding & removing:
            raise LocalRefusal(ErrorCode.USAGE, why="flag-added-and-removed")
        changes = [(name, True) for name in sorted(adding)]
        changes += [(name, False) for name in sorted(removing)]

        def decide(one: Standing, standing: tuple[Want, ...]) -> Decision:
            drop: list[int] = []
            new: list[tuple[int, WantKind, str, int | None]] = []
            for name, present in changes:
                kind = WantKind.FLAG if present else WantKind.UNFLAG
                both = (WantKind.FLAG, WantKind.UNFLAG)
                earlier = [want for want in standing if want.kind in both and want.value == name]
                drop += [want.id for want in earlier]
                said = mailbox.flags_of(one.marks, one.keywords)
                sure = one.home is not None and not _on_its_way(earlier)
                if not (sure and has_flag(said, name) == present):
                    new.append((one.message, kind, name, None))
            return drop, new

        def here(tx: Transaction, listed: Sequence[Standing], _: shelf.Waiting) -> None:
            def change(flags: Flags) -> Flags:
                for name, present in changes:
                    flags = mailbox.with_flag(flags, name, present=present)
                return flags

            keeping.set_flags(tx, [one.message for one in listed], change)

        self._want(ids, decide, here, lambda tx, listed, _: shelf.flag(tx, listed, changes), tx)

    def move(
        self, ids: Sequence[MessageId], folder: FolderId, *, tx: Transaction | None = None
    ) -> None:
        """Want messages in another folder of their account. USAGE | NOT_FOUND."""
        target = self._target(folder)

        def decide(one: Standing, standing: tuple[Want, ...]) -> Decision:
            if one.account != target.account:
                raise LocalRefusal(ErrorCode.USAGE, why="other-account")
            if target.local:
                raise LocalRefusal(ErrorCode.USAGE, why="local-folder")
            return _moved(one, standing, folder)

        def here(tx: Transaction, listed: Sequence[Standing], _: shelf.Waiting) -> None:
            if any(one.account != target.account for one in listed):
                raise LocalRefusal(ErrorCode.USAGE, why="other-account")
            if target.local:  # it may go back to the server for a month: from a folder of its own
                raise LocalRefusal(ErrorCode.USAGE, why="local-folder")
            keeping.move(tx, [one.message for one in listed], folder)

        now = self._clock.now()
        self._want(
            ids,
            decide,
            here,
            lambda tx, listed, waiting: shelf.move(tx, listed, waiting, target, now),
            tx,
        )

    def delete(self, ids: Sequence[MessageId], *, tx: Transaction | None = None) -> None:
        """Want messages in the trash; those in the trash (or without one) gone for good."""
        trash = {
            one.account: one.id
            for one in self.folders()
            if one.role is Role.TRASH and one.selectable
        }

        def decide(one: Standing, standing: tuple[Want, ...]) -> Decision:
            target = trash.get(one.account)
            if target is not None and one.shown_folder != target:
                return _moved(one, standing, target)
            earlier = [
                want.id
                for want in standing
                if want.kind in _PLACES and want.copied_uid is None  # else its copy would stay
            ]
            return earlier, [(one.message, WantKind.DELETE, "", None)]

        def here(tx: Transaction, listed: Sequence[Standing], _: shelf.Waiting) -> None:
            going = []
            for one in listed:
                target = trash.get(one.account)
                if target is None or one.shown_folder == target:
                    going.append(one.message)
                else:
                    keeping.move(tx, [one.message], target)
            keeping.delete(tx, going)

        self._want(ids, decide, here, shelf.delete, tx)

    def copy(
        self, ids: Sequence[MessageId], folder: FolderId, *, tx: Transaction | None = None
    ) -> None:
        """Want copies in a folder of their account. USAGE | NOT_FOUND.

        A copy is a message of its own, shown in its folder once the server has it; until then it
        stands in the journal.
        """
        target = self._target(folder)

        def decide(one: Standing, standing: tuple[Want, ...]) -> Decision:
            if one.account != target.account:
                raise LocalRefusal(ErrorCode.USAGE, why="other-account")
            if target.local:
                raise LocalRefusal(ErrorCode.USAGE, why="local-folder")
            if one.shown_folder == folder:
                raise LocalRefusal(ErrorCode.USAGE, why="already-there")
            earlier = [
                want for want in standing if want.kind is WantKind.COPY and want.folder == folder
            ]
            if _on_its_way(earlier):
                return [], []
            drop = [want.id for want in earlier]
            return drop, [(one.message, WantKind.COPY, str(int(folder)), folder)]

        self._want(ids, decide, _refuse_copy, _refuse_copy, tx)

    def undo(self, row: str) -> None:
        """Take back a want that waits or was refused. NOT_FOUND | USAGE when it is on its way."""
        self.undo_all([row])

    def undo_all(self, rows: Sequence[str]) -> None:
        """The same for many, all or none: one transaction."""
        if not all(_is_id(row) for row in rows):
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="journal")

        def work(tx: Transaction) -> None:
            taken_back = [_row(tx, row) for row in rows]
            for want in taken_back:
                if want.state is WantState.UNKNOWN or want.copied_uid is not None:
                    raise LocalRefusal(ErrorCode.USAGE, why="on-its-way")
            wants.drop(tx, [want.id for want in taken_back])
            self._show(tx, [want.message for want in taken_back])

        self._database.write(work, durable=True)

    def retry(self, row: str) -> None:
        """A refused want waits again. NOT_FOUND | USAGE | NEEDS_DECISION in a conflict."""

        def work(tx: Transaction) -> None:
            want = _row(tx, row)
            if want.state is not WantState.REFUSED:
                raise LocalRefusal(ErrorCode.USAGE, why="not-refused")
            if want.reason == wants.MOVED_ELSEWHERE:
                raise LocalRefusal(ErrorCode.NEEDS_DECISION, why=want.reason)
            if want.kind in (WantKind.MOVE, WantKind.COPY) and want.folder is None:
                raise LocalRefusal(ErrorCode.USAGE, why="folder-gone")
            wants.restart(tx, want.id)
            self._show(tx, [want.message])

        self._database.write(work, durable=True)

    def resolve(self, row: str, choice: Choice) -> None:
        """Decide where another client moved a message elsewhere meanwhile. NOT_FOUND | USAGE.

        MINE moves it to where it was wanted, THEIRS leaves it, BOTH copies it there.
        """

        def work(tx: Transaction) -> None:
            want = _row(tx, row)
            is_conflict = want.reason == wants.MOVED_ELSEWHERE and want.folder is not None
            if want.state is not WantState.REFUSED or not is_conflict:
                raise LocalRefusal(ErrorCode.USAGE, why="no-conflict")
            wants.drop(tx, [want.id])
            (standing,) = wants.standings(tx, [want.message]) or (None,)
            if standing is not None and standing.home != want.folder:
                target = want.folder
                if choice is Choice.MINE:
                    new = (want.message, WantKind.MOVE, "", target)
                    wants.add(tx, [new], self._clock.now())
                elif choice is Choice.BOTH:
                    new = (want.message, WantKind.COPY, str(target), target)
                    wants.drop_copies(tx, want.message, target)
                    wants.add(tx, [new], self._clock.now())
            self._show(tx, [want.message])

        self._database.write(work, durable=True)

    # -- inside ------------------------------------------------------------------------------------

    def _target(self, folder: FolderId) -> Folder:
        """Where messages are to go."""
        with self._database.read() as reader:
            target = mailbox.folder(reader, folder)
        if target is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        if not target.selectable:
            raise LocalRefusal(ErrorCode.USAGE, why="folder-holds-no-messages")
        return target

    def _want(
        self,
        ids: Sequence[MessageId],
        decide: Callable[[Standing, tuple[Want, ...]], Decision],
        here: Here,
        on_shelf: Here,
        within: Transaction | None,
    ) -> None:
        """``here`` is done at once with messages that are on this PC only."""
        now = self._clock.now()
        unique = list(dict.fromkeys(ids))

        def work(tx: Transaction) -> None:
            listed = wants.standings(tx, unique)
            if len(listed) < len(unique):
                raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
            waiting = wants.of_messages(tx, unique)
            drop: list[int] = []
            new: list[tuple[int, WantKind, str, int | None]] = []
            kept = [one for one in listed if one.only_here]
            shelved = [one for one in listed if one.shelf is not None]
            on_shelf(tx, shelved, waiting)
            for one in listed:
                if one.only_here or one.shelf is not None:
                    continue
                dropped, added = decide(one, waiting.get(one.message, ()))
                drop += dropped
                new += added
            for message, kind, _, _ in new:
                if kind is WantKind.DELETE:  # for good: nor is it to stay on this PC alone
                    keeping.let_go(tx, message)
            wants.replace(tx, drop, new, now)
            if kept:
                here(tx, kept, waiting)
            self._show(tx, unique)

        if within is not None:
            work(within)
        else:
            self._database.write(work, durable=True)

    @staticmethod
    def _show(tx: Transaction, ids: Sequence[int]) -> None:
        folders = mailbox.refresh(tx, ids)
        tx.changed(Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, ids)


_PLACES: Final = (WantKind.MOVE, WantKind.DELETE)


def _refuse_copy(_tx: Transaction, listed: Sequence[Standing], _waiting: shelf.Waiting) -> None:
    if listed:
        raise LocalRefusal(ErrorCode.USAGE, why="local-copy")


def _is_id(row: str) -> bool:
    return row.isascii() and row.isdecimal() and len(row) <= 18


def _row(tx: Transaction, row: str) -> Want:
    want = wants.one(tx, int(row)) if _is_id(row) else None
    if want is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="journal")
    return want


def _moved(one: Standing, standing: tuple[Want, ...], target: int) -> Decision:
    earlier = [want for want in standing if want.kind in _PLACES]
    halfway = [want for want in earlier if want.copied_uid is not None]
    if halfway:  # its copy is made: it ends before it goes elsewhere
        if any(want.folder != target for want in halfway):
            raise LocalRefusal(ErrorCode.USAGE, why="on-its-way")
        return [want.id for want in earlier if want not in halfway], []
    drop = [want.id for want in earlier]
    if one.home == target and not _on_its_way(earlier):
        return drop, []
    return drop, [(one.message, WantKind.MOVE, "", target)]


def _on_its_way(earlier: Sequence[Want]) -> bool:
    """Whether the server may have carried out one of these without our knowing."""
    return any(want.state is WantState.UNKNOWN or want.copied_uid is not None for want in earlier)


def _names(flags: Flags) -> frozenset[str]:
    marks = {str(mark.name).lower() for mark in Marks if mark & flags.marks}
    return frozenset(marks | flags.keywords)
