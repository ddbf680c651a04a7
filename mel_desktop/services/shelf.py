"""What a teacher does with messages that are on this PC alone: done at once, no server is asked.

A move into a folder of the server is a wish ("append"): shown at once, carried out by
``services.appending``, and until then it can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from mel_desktop.logic.folder_names import check_path, is_within
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Folder, WantKind, WantState
from mel_desktop.store import mailbox, wants
from mel_desktop.store.database import Transaction
from mel_desktop.store.wants import Standing, Want

Waiting = Mapping[int, tuple[Want, ...]]


def flag(tx: Transaction, listed: Sequence[Standing], changes: Sequence[tuple[str, bool]]) -> None:
    """Set and clear flags."""
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    now = localfolders.flags(tx, [one.message for one in listed])
    for name, present in changes:
        now = {
            message: mailbox.with_flag(flags, name, present=present)
            for message, flags in now.items()
        }
    localfolders.set_flags(tx, now)


def move(
    tx: Transaction, listed: Sequence[Standing], waiting: Waiting, target: Folder, now: datetime
) -> None:
    """Lay on another shelf, or wish into a folder of the server."""
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    if any(one.account != target.account for one in listed):
        raise LocalRefusal(ErrorCode.USAGE, why="other-account")
    _call_back(tx, listed, waiting)
    if target.local:
        localfolders.put(tx, [one.message for one in listed], target.id)
    else:
        wants.add(tx, [(one.message, WantKind.APPEND, "", target.id) for one in listed], now)


def delete(tx: Transaction, listed: Sequence[Standing], waiting: Waiting) -> None:
    """Into the trash of this PC; what is there already goes for good."""
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    _call_back(tx, listed, waiting)
    by_account: dict[int, list[Standing]] = {}
    for one in listed:
        by_account.setdefault(one.account, []).append(one)
    for account, some in by_account.items():
        trash = localfolders.ensure(tx, account, localfolders.TRASH)
        gone = [one.message for one in some if one.shown_folder == trash]
        localfolders.put(tx, [one.message for one in some if one.message not in gone], trash)
        mailbox.drop_messages(tx, gone)


def _call_back(tx: Transaction, listed: Sequence[Standing], waiting: Waiting) -> None:
    """Take earlier wishes back. USAGE when the server may have the message already."""
    for one in listed:
        earlier = [w for w in waiting.get(one.message, ()) if w.kind is WantKind.APPEND]
        if any(want.state is WantState.UNKNOWN for want in earlier):
            raise LocalRefusal(ErrorCode.USAGE, why="on-its-way")
        wants.drop(tx, [want.id for want in earlier])


# -- folders --------------------------------------------------------------------------------------


def is_ours(path: str) -> bool:
    """Whether a path belongs below the folders of this PC."""
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    return is_within(path, localfolders.ROOT, localfolders.DELIMITER)


def rename_folder(tx: Transaction, folder: Folder, path: str, listed: Sequence[Folder]) -> None:
    """At once. USAGE."""
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    delimiter = localfolders.DELIMITER
    wanted = check_path(path if is_ours(path) else f"{localfolders.ROOT}{delimiter}{path}", "/")
    if wanted == folder.path:
        return
    _check_own(folder)
    if is_within(wanted, folder.path, delimiter):
        raise LocalRefusal(ErrorCode.USAGE, why="folder-into-itself")
    if any(one.path.casefold() == wanted.casefold() and one.id != folder.id for one in listed):
        raise LocalRefusal(ErrorCode.USAGE, why="folder-exists")
    above = wanted.rpartition(delimiter)[0]
    if above:
        localfolders.ensure(tx, folder.account, above)
    localfolders.rename(tx, folder.account, folder.path, wanted)


def delete_folder(
    tx: Transaction, folder: Folder, listed: Sequence[Folder], *, for_good: bool
) -> None:
    """With all below it; messages go to the trash of this PC, or for good. USAGE."""
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    _check_own(folder)
    delimiter = localfolders.DELIMITER
    going = [one.id for one in listed if one.local and is_within(one.path, folder.path, delimiter)]
    messages = localfolders.shelved(tx, going)
    standing = wants.standings(tx, messages)
    _call_back(tx, standing, wants.of_messages(tx, messages))
    if for_good or is_within(folder.path, localfolders.TRASH, delimiter):
        mailbox.drop_messages(tx, messages)
    else:
        trash = localfolders.ensure(tx, folder.account, localfolders.TRASH)
        localfolders.put(tx, messages, trash)
        mailbox.refresh(tx, messages)
    localfolders.remove(tx, going)


def _check_own(folder: Folder) -> None:
    from mel_desktop.store import localfolders  # noqa: PLC0415 first needed here

    if folder.path == localfolders.ROOT:
        raise LocalRefusal(ErrorCode.USAGE, why="folder-protected")
