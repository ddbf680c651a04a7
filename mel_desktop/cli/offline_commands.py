"""Wishes about folders, and the journal of all offline work."""

from __future__ import annotations

from mel_desktop.app import wording
from mel_desktop.cli.context import Context
from mel_desktop.cli.mail_commands import folder_json
from mel_desktop.cli.output import Json, instant, local_time, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.mail import Folder, FolderId, JournalRow


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("folder", help="make, rename, delete folders").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    for name, text, run in (
        ("create", "make a folder; NAME is its path", create),
        ("rename", "give it another path", rename),
        ("delete", "its messages go to the trash first", delete),
        ("subscribe", "list it in clients that show only these", subscribe),
    ):
        parser = group.add_parser(name, help=text)
        parser.set_defaults(run=run)
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--account", metavar="ID", help="where there are several")
        if name == "rename":
            parser.add_argument("new", metavar="NEW")
        elif name == "delete":
            parser.add_argument("--for-good", action="store_true", help="not to the trash")
        elif name == "subscribe":
            parser.add_argument("--off", action="store_true", help="no longer")
    journal = commands.add_parser("journal", help="offline work that waits").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    journal.add_parser("list", help="every piece of it").set_defaults(run=list_journal)
    for name, text, run in (
        ("retry", "what was refused waits again", retry_row),
        ("undo", "take one piece back", undo_row),
    ):
        parser = journal.add_parser(name, help=text)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(run=run)
    commands.add_parser("undo", help="take back the last offline change").set_defaults(run=undo)


# -- folders ---------------------------------------------------------------------------------------


def create(context: Context) -> int:
    """``folder create``."""
    account = _account(context)
    if account is None:
        listed = context.facade.accounts()
        if len(listed) != 1:
            raise LocalRefusal(ErrorCode.USAGE, option="--account")
        account = listed[0].id
    folder = context.facade.create_folder(account, context.options.name)
    return _show(context, folder)


def rename(context: Context) -> int:
    """``folder rename``: NEW is the whole new path."""
    folder = _find(context)
    context.facade.rename_folder(folder.id, context.options.new)
    return _show(context, folder.id)


def delete(context: Context) -> int:
    """``folder delete``: with all below it, and never silently."""
    folder = _find(context)
    context.facade.delete_folder(folder.id, for_good=context.options.for_good)
    context.output.result(
        {"deleted": str(folder.id), "path": folder.path, "messages": folder.total},
        [
            context.output.say(
                f"{folder.path} : {folder.total} messages quittent le dossier, puis il disparaît.",
                f"{folder.path}: {folder.total} messages leave the folder, then it goes.",
            )
        ],
    )
    return ExitCode.DONE


def subscribe(context: Context) -> int:
    """``folder subscribe``."""
    folder = _find(context)
    context.facade.subscribe_folder(folder.id, not context.options.off)
    return _show(context, folder.id)


def _account(context: Context) -> AccountId | None:
    chosen = context.options.account
    return None if chosen is None else context.account(chosen)


def _find(context: Context) -> Folder:
    return context.facade.find_folder(context.options.name, _account(context))


def _show(context: Context, folder: FolderId) -> int:
    one = context.facade.find_folder(str(folder))
    context.output.result(folder_json(one), [f"{one.id}  {one.path}"])
    return ExitCode.DONE


# -- the journal -----------------------------------------------------------------------------------


def undo(context: Context) -> int:
    """``undo``: everything that the last command asked for and the server has not done yet."""
    rows = [row for row in context.facade.journal() if row.undoable]
    last = [row for row in rows if row.since == rows[0].since] if rows else []
    for row in last:
        context.facade.undo_want(row.id)
    context.output.result(
        {"undone": [journal_json(row) for row in last]}, [f"{len(last)}"] if last else []
    )
    return ExitCode.DONE


def undo_row(context: Context) -> int:
    """``journal undo``."""
    context.facade.undo_want(context.options.id)
    context.output.result({"undone": context.options.id})
    return ExitCode.DONE


def retry_row(context: Context) -> int:
    """``journal retry``."""
    context.facade.retry_want(context.options.id)
    context.output.result({"retried": context.options.id})
    return ExitCode.DONE


def journal_json(row: JournalRow) -> Json:
    """As the contract has it."""
    return {
        "id": row.id,
        "kind": row.kind.value,
        "state": row.state.value,
        "since": instant(row.since),
        "attempts": row.attempts,
        "next_attempt": instant(row.next_attempt),
        "reason": row.reason,
        "message_id": row.message_id,
        "undoable": row.undoable,
        "message": str(row.message) if row.message else None,
        "detail": row.detail,
        "where": row.where,
        "retryable": row.retryable,
        "choices": [one.value for one in row.choices],
    }


def list_journal(context: Context) -> int:
    """``journal list``."""
    rows = context.facade.journal()
    language = "fr" if context.output.french else "en"
    context.output.result(
        [journal_json(row) for row in rows],
        table([
            (
                row.id,
                row.kind.value,
                row.detail,
                row.state.value,
                local_time(row.since),
                wording.reason(row.reason, language) if row.reason else "",
            )
            for row in rows
        ]),
    )  # fmt: skip
    return ExitCode.DONE
