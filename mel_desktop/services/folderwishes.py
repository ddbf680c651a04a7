"""What a teacher does with folders, online or not: make, rename, delete, subscribe.

Each is a wish in the store: shown at once, on disk when the call returns, carried out by
``services.folderwork`` in the order in which they were made. No message is deleted with its folder:
each one is moved or deleted by a wish of its own, and the folder goes when it is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mel_desktop.logic.folder_names import check_path, is_within, prefix
from mel_desktop.logic.folding import fold
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Folder, FolderId, MessageId, Role, WantKind, WantState
from mel_desktop.ports import Clock
from mel_desktop.services import shelf
from mel_desktop.store import folderwants, keeping, mailbox, wants
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.folderwants import FolderWant

_SUBSCRIPTIONS: Final = (WantKind.SUBSCRIBE, WantKind.UNSUBSCRIBE)


class FolderWishes:
    """Folder wishes of one profile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, account: int, path: str) -> FolderId:
        """Want a folder; it may be used at once. USAGE."""

        from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

        def work(tx: Transaction) -> FolderId:
            listed = mailbox.folders(tx, account)
            delimiter = folderwants.delimiter_of(tx, account) or "/"
            if shelf.is_ours(path):
                _check_free(listed, check_path(path, localfolders.DELIMITER))
                return FolderId(localfolders.ensure(tx, account, path))
            wanted = _below(prefix([one.path for one in listed if not one.local], delimiter), path)
            wanted = check_path(wanted, delimiter)
            _check_free(listed, wanted)
            folder = folderwants.insert_folder(tx, account, wanted, delimiter)
            known = folderwants.server_path(tx, folder)
            if known is not None and known[2]:  # it goes by another name while its rename waits
                raise LocalRefusal(ErrorCode.USAGE, why="folder-exists")
            folderwants.add(tx, account, folder, WantKind.CREATE_FOLDER, wanted, self._clock.now())
            return FolderId(folder)

        return self._database.write(work, durable=True)

    def rename(self, folder: FolderId, path: str) -> None:
        """Want a folder with all below it under another path. USAGE | NOT_FOUND."""

        def work(tx: Transaction) -> None:
            one, listed = self._own(tx, folder)
            if one.local:
                shelf.rename_folder(tx, one, path, listed)
                return
            paths = [other.path for other in listed if not other.local]
            wanted = _below(prefix(paths, one.delimiter), path)
            wanted = check_path(wanted, one.delimiter)
            if wanted == one.path:
                return
            if is_within(wanted, one.path, one.delimiter):
                raise LocalRefusal(ErrorCode.USAGE, why="folder-into-itself")
            _check_free([other for other in listed if other.id != folder], wanted)
            folderwants.add(
                tx,
                one.account,
                folder,
                WantKind.RENAME_FOLDER,
                one.path,
                self._clock.now(),
                target=wanted,
            )

        self._database.write(work, durable=True)

    def delete(self, folder: FolderId, *, for_good: bool = False) -> None:
        """Want a folder gone with all below it; its messages go to the trash first, or for good.

        USAGE for the inbox and folders that the program needs, and while not every message of the
        folder is known here: what nobody has seen is not deleted.
        """

        def work(tx: Transaction) -> None:
            one, listed = self._own(tx, folder)
            if one.local:
                shelf.delete_folder(tx, one, listed, for_good=for_good)
                return
            going = sorted(
                (each for each in listed if is_within(each.path, one.path, one.delimiter)),
                key=lambda each: each.path,
                reverse=True,  # what lies below goes first
            )
            if any(each.role is not None for each in going):
                raise LocalRefusal(ErrorCode.USAGE, why="folder-protected")
            trash = next((each for each in listed if each.role is Role.TRASH), None)
            if trash is not None and is_within(one.path, trash.path, trash.delimiter):
                trash = None  # what is deleted from the trash is gone
            for each in going:
                self._delete(tx, each, None if for_good or trash is None else trash)

        self._database.write(work, durable=True)

    def subscribe(self, folder: FolderId, *, subscribed: bool) -> None:
        """Want a folder listed by clients that show only these (RFC 3501 6.3.6). NOT_FOUND."""

        def work(tx: Transaction) -> None:
            one = self._find(tx, folder)
            if one.local:
                raise LocalRefusal(ErrorCode.USAGE, why="local-folder")
            earlier = [
                want
                for want in folderwants.of_account(tx, one.account)
                if want.folder == folder and want.kind in _SUBSCRIPTIONS
            ]
            folderwants.drop(tx, [want.id for want in earlier])
            sure = all(want.state is not WantState.UNKNOWN for want in earlier)
            now = mailbox.folder(tx, folder)
            if sure and now is not None and now.subscribed == subscribed:
                return
            kind = WantKind.SUBSCRIBE if subscribed else WantKind.UNSUBSCRIBE
            folderwants.add(tx, one.account, folder, kind, one.path, self._clock.now())

        self._database.write(work, durable=True)

    # -- the journal -------------------------------------------------------------------------------

    def undo(self, wanted: int) -> None:
        """Take back a wish, and with a deletion its messages' way out. NOT_FOUND | USAGE."""

        def work(tx: Transaction) -> None:
            want = self._row(tx, wanted)
            everyone = folderwants.of_account(tx, want.account)
            delimiter = folderwants.delimiter_of(tx, want.account)
            if not folderwants.is_undoable(want, everyone, delimiter):
                raise LocalRefusal(
                    ErrorCode.USAGE,
                    why="on-its-way" if want.state is WantState.UNKNOWN else "others-depend",
                )
            folderwants.drop(tx, [wanted])
            if want.folder is None:
                return
            if want.kind is WantKind.CREATE_FOLDER:
                take_back_creation(tx, want.folder, everyone)
            elif want.kind is WantKind.DELETE_FOLDER:
                _take_back(tx, folderwants.wants_of(tx, want.folder, want.since))

        self._database.write(work, durable=True)

    def retry(self, wanted: int) -> None:
        """A refused wish waits again, shown again. NOT_FOUND | USAGE."""

        def work(tx: Transaction) -> FolderWant | None:
            want = self._row(tx, wanted)
            if want.state is not WantState.REFUSED:
                raise LocalRefusal(ErrorCode.USAGE, why="not-refused")
            if want.kind is WantKind.DELETE_FOLDER and want.folder is not None:
                return want
            folder = want.folder
            if want.kind is WantKind.CREATE_FOLDER and folder is None:
                delimiter = folderwants.delimiter_of(tx, want.account) or "/"
                _check_free(mailbox.folders(tx, want.account), want.path)
                folder = folderwants.insert_folder(tx, want.account, want.path, delimiter)
            if folder is None:
                raise LocalRefusal(ErrorCode.USAGE, why="folder-gone")
            folderwants.restart(tx, wanted, folder)
            return None

        again = self._database.write(work, durable=True)
        if again is not None and again.folder is not None:  # what came in meanwhile goes too
            folder = FolderId(again.folder)
            self._database.write(lambda tx: folderwants.drop(tx, [wanted]), durable=True)
            self.delete(folder)

    # -- inside ------------------------------------------------------------------------------------

    def _delete(self, tx: Transaction, one: Folder, trash: Folder | None) -> None:
        now = self._clock.now()
        mine = [want for want in folderwants.of_account(tx, one.account) if want.folder == one.id]
        made_here = [want for want in mine if want.kind is WantKind.CREATE_FOLDER]
        if not made_here and one.selectable and not one.complete:
            raise LocalRefusal(ErrorCode.USAGE, why="folder-incomplete")
        messages = folderwants.contents(tx, one.id)
        waiting = wants.of_messages(tx, messages)
        only_here = keeping.is_local(tx, messages)
        if only_here and trash is None:
            raise LocalRefusal(ErrorCode.USAGE, why="only-here")
        if only_here and trash is not None:
            keeping.move(tx, only_here, trash.id)
        for message in messages:
            if message in only_here:
                continue
            if trash is None:
                keeping.let_go(tx, message)
            places = [
                want
                for want in waiting.get(message, ())
                if want.kind in (WantKind.MOVE, WantKind.DELETE)
            ]
            wants.drop(tx, [want.id for want in places])
            if trash is None:
                wants.add(tx, [(message, WantKind.DELETE, "", None)], now)
            else:
                wants.add(tx, [(message, WantKind.MOVE, "", trash.id)], now)
        _show(tx, messages)
        unsent = made_here and all(want.state is WantState.WAITING for want in made_here)
        folderwants.drop(
            tx, [want.id for want in mine if unsent or want.state is WantState.REFUSED]
        )
        if unsent:  # the server never heard of it
            into = folderwants.wants_into(tx, one.id)
            wants.drop(tx, [want for want, _ in into])
            _show(tx, [message for _, message in into])
            folderwants.drop_made_here(tx, one.id)
        else:
            folderwants.add(tx, one.account, one.id, WantKind.DELETE_FOLDER, one.path, now)

    def _own(self, tx: Transaction, folder: FolderId) -> tuple[Folder, tuple[Folder, ...]]:
        """A folder that a person may rename or delete, and all of its account."""
        one = self._find(tx, folder)
        if one.role is not None or one.path.upper() == "INBOX":
            raise LocalRefusal(ErrorCode.USAGE, why="folder-protected")
        return one, mailbox.folders(tx, one.account)

    @staticmethod
    def _find(tx: Transaction, folder: FolderId) -> Folder:
        one = mailbox.folder(tx, folder)
        if one is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
        return one

    @staticmethod
    def _row(tx: Transaction, wanted: int) -> FolderWant:
        want = folderwants.one(tx, wanted)
        if want is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="journal")
        return want


def take_back_creation(
    tx: Transaction, folder: int, everyone: tuple[FolderWant, ...], reason: str = ""
) -> None:
    """A folder made here is not to be: what was wished into it goes home.

    With ``reason`` those wishes are refused and so reported; without, they are dropped.
    """
    if reason:
        messages = folderwants.refuse_into(tx, folder, reason)
    else:
        into = folderwants.wants_into(tx, folder)
        wants.drop(tx, [want for want, _ in into])
        messages = tuple(message for _, message in into)
    _show(tx, messages)
    folderwants.drop(
        tx, [one.id for one in everyone if one.folder == folder and one.kind in _SUBSCRIPTIONS]
    )
    folderwants.drop_made_here(tx, folder)


def _take_back(tx: Transaction, ids: tuple[int, ...]) -> None:
    messages = [want.message for id_ in ids if (want := wants.one(tx, id_)) is not None]
    wants.drop(tx, ids)
    _show(tx, messages)


def _show(tx: Transaction, messages: tuple[int, ...] | list[int]) -> None:
    folders = mailbox.refresh(tx, messages)
    tx.changed(
        Area.MESSAGES | Area.FOLDERS | Area.JOURNAL, folders, [MessageId(one) for one in messages]
    )


def _below(head: str, path: str) -> str:
    """The path below INBOX where the server keeps everything there."""
    return path if path.startswith(head) else head + path


def _check_free(listed: tuple[Folder, ...] | list[Folder], path: str) -> None:
    same: Callable[[str], str] = fold  # file systems of servers may not tell case apart
    if any(same(one.path) == same(path) for one in listed):
        raise LocalRefusal(ErrorCode.USAGE, why="folder-exists")
