"""Conversations, tags, pins, snoozed messages, archive and junk."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from mel_desktop.cli.context import Context, message_id
from mel_desktop.cli.mail_commands import row_json
from mel_desktop.cli.output import Json, instant, local_time, person, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.mail import Flags, FolderId, MessageId, MessageRow, ThreadId
from mel_desktop.model.organising import Conversation, ListLook, Tag, View

MOST_THREADS: Final = 1000
COLOUR: Final = "#3a55d1"
_ENGLISH: Final = {
    "$label1": "Important", "$label2": "Work", "$label3": "Personal", "$label4": "To do",
    "$label5": "Can wait",
}  # fmt: skip


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    listed = commands.add_parser("threads", help="conversations of a folder, newest first")
    listed.set_defaults(run=threads)
    listed.add_argument("folder", metavar="FOLDER")
    one = commands.add_parser("thread", help="the conversation of a message, oldest first")
    one.set_defaults(run=thread)
    one.add_argument("message", metavar="MSG")
    tag = commands.add_parser("tag", help="tags of messages").add_subparsers(
        required=True, metavar="ACTION"
    )
    tag.add_parser("list", help="all tags").set_defaults(run=tag_list)
    add = tag.add_parser("create", help="a new tag")
    add.set_defaults(run=tag_create)
    add.add_argument("name", metavar="NAME")
    add.add_argument("--colour", default=COLOUR, metavar="#RRGGBB")
    delete = tag.add_parser("delete", help="forget a tag and take it off its messages")
    delete.set_defaults(run=tag_delete)
    delete.add_argument("tag", metavar="TAG")
    for action, present in (("add", True), ("remove", False)):
        parser = tag.add_parser(action, help="put a tag on messages" if present else "off")
        parser.set_defaults(run=tag_set, present=present)
        parser.add_argument("tag", metavar="TAG")
        parser.add_argument("messages", nargs="+", metavar="MSG")
    found = tag.add_parser("messages", help="messages with a tag, newest first")
    found.set_defaults(run=tag_messages)
    found.add_argument("tag", metavar="TAG")
    sleep = commands.add_parser("snooze", help="hide messages until then; without MSG: list them")
    sleep.set_defaults(run=snooze)
    sleep.add_argument("messages", nargs="*", metavar="MSG")
    sleep.add_argument("--until", metavar="WHEN", help="2026-12-01T08:00; missing: back at once")
    for name, run, words in (
        ("pin", pin, "on top of their folder"), ("unpin", pin, "no longer on top"),
        ("archive", archive, "into the archive of their year"),
        ("junk", junk, "to the junk folder"), ("not-junk", junk, "back from the junk folder"),
    ):  # fmt: skip
        parser = commands.add_parser(name, help=words)
        parser.set_defaults(run=run, action=name)
        parser.add_argument("messages", nargs="+", metavar="MSG")


def _ids(context: Context) -> tuple[MessageId, ...]:
    return tuple(message_id(one) for one in context.options.messages)


def _thread_json(talk: Conversation, newest: MessageRow) -> Json:
    return {
        "thread": str(talk.id),
        "subject": newest.subject,
        "messages": [str(one) for one, _ in talk.members],
        "unread": talk.unread,
        "people": list(talk.people),
        "received": instant(newest.received_at),
    }


def threads(context: Context) -> int:
    """``threads``."""
    organise = context.facade.organise
    folder = context.facade.find_folder(context.options.folder)
    place = FolderId(folder.id)
    leads, of = organise.leads(place, organise.ids(place, ListLook()))
    shown = leads[:MOST_THREADS]
    talks = organise.conversations(place, [of[one] for one in shown])
    rows = {row.id: row for row in context.facade.message_rows(shown)}
    found = [(talks[of[one]], rows[one]) for one in shown if of[one] in talks and one in rows]
    context.output.result(
        [_thread_json(talk, newest) for talk, newest in found],
        table([
            (str(len(talk.members)), local_time(newest.received_at),
             ", ".join(talk.people)[:40], newest.subject[:70])
            for talk, newest in found
        ]),
    )  # fmt: skip
    return ExitCode.DONE


def thread(context: Context) -> int:
    """``thread``."""
    facade = context.facade
    (row,) = facade.message_rows([message_id(context.options.message)]) or (None,)
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    talk = facade.organise.conversation(ThreadId(row.thread))
    depths = dict(talk.members)
    rows = facade.message_rows(sorted(depths))
    context.output.result(
        [{**_row(one), "depth": depths[one.id]} for one in rows],
        [
            f"{'  ' * depths[one.id]}{one.id}  {local_time(one.received_at)}  "
            f"{person(one.sender)[:40]}  {one.subject[:70]}"
            for one in rows
        ],
    )
    return ExitCode.DONE


def _row(row: MessageRow) -> dict[str, Json]:
    told = row_json(row)
    assert isinstance(told, dict)
    return told


def _name(tag: Tag) -> str:
    return tag.name or _ENGLISH.get(tag.keyword, tag.keyword)


def _find(context: Context, wanted: str) -> Tag:
    """By keyword or name. NOT_FOUND."""
    for tag in context.facade.organise.tags():
        if wanted.lower() in (tag.keyword, _name(tag).lower()):
            return tag
    raise LocalRefusal(ErrorCode.NOT_FOUND, kind="tag")


def tag_list(context: Context) -> int:
    """``tag list``."""
    tags = context.facade.organise.tags()
    context.output.result(
        [{"keyword": one.keyword, "name": _name(one), "colour": one.colour} for one in tags],
        table([(one.keyword, _name(one), one.colour) for one in tags]),
    )
    return ExitCode.DONE


def tag_create(context: Context) -> int:
    """``tag create``."""
    made = context.facade.organise.create_tag(context.options.name, context.options.colour.lower())
    context.output.result({"keyword": made.keyword, "name": made.name, "colour": made.colour})
    return ExitCode.DONE


def tag_delete(context: Context) -> int:
    """``tag delete``."""
    tag = _find(context, context.options.tag)
    number = context.facade.organise.delete_tag(tag.keyword)
    context.output.result({"deleted": tag.keyword, "messages": number})
    return ExitCode.DONE


def tag_set(context: Context) -> int:
    """``tag add`` and ``tag remove``."""
    keyword = Flags(keywords=frozenset({_find(context, context.options.tag).keyword}))
    ids = _ids(context)
    add, remove = (keyword, Flags()) if context.options.present else (Flags(), keyword)
    context.facade.flag(ids, add, remove)
    context.output.result({"changed": [str(one) for one in ids]})
    return ExitCode.DONE


def tag_messages(context: Context) -> int:
    """``tag messages``."""
    tag = _find(context, context.options.tag)
    rows = context.facade.message_rows(context.facade.organise.tagged(tag.keyword))
    _list(context, rows)
    return ExitCode.DONE


def _list(context: Context, rows: tuple[MessageRow, ...]) -> None:
    context.output.result(
        [
            {**_row(one), "until": None if one.until is None else instant(one.until)}
            for one in rows
        ],
        table([
            (str(one.id), local_time(one.until or one.received_at), person(one.sender)[:40],
             one.subject[:70])
            for one in rows
        ]),
    )  # fmt: skip


def snooze(context: Context) -> int:
    """``snooze``."""
    facade, options = context.facade, context.options
    facade.organise.wake_due()
    ids = _ids(context)
    if not ids:
        _list(context, facade.message_rows(facade.organise.ids(View.SNOOZED, ListLook())))
        return ExitCode.DONE
    if len(facade.message_rows(ids)) < len(set(ids)):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    if options.until is None:
        facade.organise.end_snooze(ids)
    else:
        try:
            until = datetime.fromisoformat(options.until).astimezone()
        except ValueError as error:
            raise LocalRefusal(ErrorCode.USAGE, option="--until") from error
        facade.organise.snooze(ids, until)
    context.output.result({"changed": [str(one) for one in ids]})
    return ExitCode.DONE


def pin(context: Context) -> int:
    """``pin`` and ``unpin``."""
    ids = _ids(context)
    if len(context.facade.message_rows(ids)) < len(set(ids)):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    context.facade.organise.pin(ids, context.options.action == "pin")
    context.output.result({"changed": [str(one) for one in ids]})
    return ExitCode.DONE


def archive(context: Context) -> int:
    """``archive``."""
    ids = _ids(context)
    moved = context.facade.organise.archive(ids)
    context.output.result({"archived": [str(one) for one in ids], "moved": moved})
    return ExitCode.DONE


def junk(context: Context) -> int:
    """``junk`` and ``not-junk``."""
    ids = _ids(context)
    context.facade.organise.junk(ids, context.options.action == "junk")
    context.output.result({"changed": [str(one) for one in ids]})
    return ExitCode.DONE
