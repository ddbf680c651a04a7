"""``attachments``: all of them in one list, searched by name and text."""

from __future__ import annotations

from datetime import date, datetime, time

from mel_desktop.app.facade import Facade
from mel_desktop.cli.context import Context, at_most
from mel_desktop.cli.output import Json, address, instant, local_time, person, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.documents import NOBODY, AttachmentFilters, AttachmentRow
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.previews import FileKind, file_kind


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    parser = commands.add_parser("attachments", help="all attachments, newest first")
    parser.set_defaults(run=attachments)
    parser.add_argument("--query", default="", metavar="Q", help="in their names and texts")
    parser.add_argument("--kind", action="append", choices=[one.value for one in FileKind])
    parser.add_argument("--sender", default="", metavar="TEXT", help="in a name or an address")
    parser.add_argument(
        "--class", dest="school_class", metavar="NAME",
        help="sent by pupils, families and teachers of this class of the directory, or its id",
    )  # fmt: skip
    parser.add_argument("--since", metavar="YYYY-MM-DD", help="received on this day or later")
    parser.add_argument("--limit", type=at_most, default=200)
    parser.add_argument("--offset", type=at_most, default=0)
    parser.add_argument("--read", action="store_true", help="first read those that are here")


def attachments(context: Context) -> int:
    """``attachments``."""
    options = context.options
    if options.limit < 0 or options.offset < 0:
        raise LocalRefusal(ErrorCode.USAGE, option="--limit, --offset")
    door = context.facade.attachments
    if options.read:
        door.read(context.output.progress)
    filters = AttachmentFilters(
        kinds=frozenset(FileKind(one) for one in options.kind or ()),
        sender=options.sender,
        addresses=_of_class(context.facade, options.school_class),
        since=_day(options.since),
    )
    found = door.list(options.query, limit=options.limit, offset=options.offset, filters=filters)
    say = context.output.say
    rows = [
        (
            str(one.message),
            one.part,
            local_time(one.received_at),
            person(one.sender)[:30],
            one.filename[:60],
            str(one.size),
            say("ici", "here") if one.local else say("sur le serveur", "on the server"),
        )
        for one in found.rows
    ]
    lines = table(rows)
    if found.unread:
        lines.append(
            say(
                f"{found.unread} documents dont le texte n’est pas encore lu",
                f"{found.unread} documents whose text has not been read yet",
            )
        )
    context.output.result([_json(one) for one in found.rows], lines)
    return ExitCode.DONE


def _of_class(facade: Facade, wanted: str | None) -> tuple[str, ...]:
    """Addresses of the people of a class. NOT_FOUND | USAGE where several are called so."""
    if wanted is None:
        return ()
    classes = {entry: one.name for entry, one, _ in facade.directory_groups() if one.classes}
    name = wanted.strip().casefold()
    found = [entry for entry, one in classes.items() if one.casefold() == name]
    found = found or [entry for entry in classes if str(entry) == name]
    if not found:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="group")
    if len(found) > 1:
        raise LocalRefusal(ErrorCode.USAGE, why="ambiguous-class", count=len(found))
    groups = facade.people.class_groups(found[0])
    told = dict.fromkeys(who.address for one in groups for who in one.members)
    return tuple(told) or (NOBODY,)


def _day(text: str | None) -> datetime | None:
    """The first moment of a day, local. USAGE."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time()).astimezone()
    except (ValueError, OverflowError) as error:
        raise LocalRefusal(ErrorCode.USAGE, option="--since") from error


def _json(row: AttachmentRow) -> Json:
    return {
        "message": str(row.message),
        "folder": str(row.folder),
        "part": row.part,
        "filename": row.filename,
        "media_type": row.media_type,
        "kind": file_kind(row.media_type, row.filename).value,
        "size": row.size,
        "local": row.local,
        "date": instant(row.received_at),
        "subject": row.subject,
        "from": address(row.sender),
        "text": row.text.value if row.text else None,
        "snippet": row.snippet,
    }
