"""Folders listed, messages, flags and moves."""

from __future__ import annotations

from pathlib import Path

from mel_desktop.cli.agenda_commands import more_of_message
from mel_desktop.cli.context import Context, at_most, message_id
from mel_desktop.cli.output import (
    Json,
    address,
    addresses,
    flags,
    instant,
    local_time,
    parse_flags,
    person,
    table,
)
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.mail import (
    BodyState,
    Folder,
    MessageRow,
    Part,
    ReadMessage,
    WarningCode,
)

BODY_NAMES = {BodyState.ABSENT: "absent", BodyState.PARTIAL: "partial", BodyState.LOCAL: "local"}


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    commands.add_parser("folders", help="all folders").set_defaults(run=folders)
    messages = commands.add_parser("messages", help="messages of a folder, newest first")
    messages.set_defaults(run=list_messages)
    messages.add_argument("folder", metavar="FOLDER")
    messages.add_argument("--limit", type=at_most, default=50)
    messages.add_argument("--offset", type=at_most, default=0)
    messages.add_argument("--unread", action="store_true")
    show_parser = commands.add_parser("show", help="read a message")
    show_parser.set_defaults(run=show)
    show_parser.add_argument("message", metavar="MSG")
    form = show_parser.add_mutually_exclusive_group()
    for name in ("headers", "text", "html-safe", "raw", "parts"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name)
    attachment_parser = commands.add_parser("attachment", help="save an attachment")
    attachment_parser.set_defaults(run=attachment)
    attachment_parser.add_argument("message", metavar="MSG")
    attachment_parser.add_argument("part", metavar="PART")
    attachment_parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    flag_parser = commands.add_parser("flag", help="add or remove flags")
    flag_parser.set_defaults(run=flag)
    flag_parser.add_argument("messages", nargs="+", metavar="MSG")
    flag_parser.add_argument("--add", action="append", default=[], metavar="FLAG")
    flag_parser.add_argument("--remove", action="append", default=[], metavar="FLAG")
    move_parser = commands.add_parser("move", help="move messages to a folder")
    move_parser.set_defaults(run=move)
    move_parser.add_argument("messages", nargs="+", metavar="MSG")
    move_parser.add_argument("folder", metavar="FOLDER")
    delete_parser = commands.add_parser("delete", help="to the trash; from the trash, for good")
    delete_parser.set_defaults(run=delete)
    delete_parser.add_argument("messages", nargs="+", metavar="MSG")


def folder_json(folder: Folder) -> Json:
    """As the contract has it."""
    return {
        "id": str(folder.id),
        "account": str(folder.account),
        "name": folder.name,
        "path": folder.path,
        "role": folder.role.value if folder.role else None,
        "unread": folder.unread,
        "total": folder.total,
        "local_bodies": folder.local_bodies,
        "uidvalidity": folder.uidvalidity,
        "complete": folder.complete,
        "subscribed": folder.subscribed,
        "waiting": folder.waiting,
    }


def folders(context: Context) -> int:
    """``folders``."""
    found = context.facade.folders()
    rows = [
        (str(one.id), one.path, one.role.value if one.role else "", f"{one.unread}/{one.total}")
        for one in found
    ]
    context.output.result([folder_json(one) for one in found], table(rows))
    return ExitCode.DONE


def row_json(row: MessageRow) -> Json:
    """As the contract has it."""
    return {
        "id": str(row.id),
        "folder": str(row.folder),
        "message_id": row.message_id,
        "subject": row.subject,
        "from": address(row.sender),
        "to": addresses(row.to),
        "date": instant(row.sent_at),
        "received": instant(row.received_at),
        "size": row.size,
        "flags": flags(row.flags),
        "has_attachments": row.has_attachments,
        "body": BODY_NAMES[row.body],
        "thread": str(row.thread),
        "preview": row.preview,
        "waiting": row.waiting,
    }


def list_messages(context: Context) -> int:
    """``messages``."""
    options = context.options
    if options.limit < 0 or options.offset < 0:
        raise LocalRefusal(ErrorCode.USAGE, option="--limit, --offset")
    folder = context.facade.find_folder(options.folder)
    rows = context.facade.messages(
        folder.id, limit=options.limit, offset=options.offset, unread=options.unread
    )
    context.output.result(
        [row_json(row) for row in rows],
        table([
            (str(row.id), local_time(row.received_at), person(row.sender)[:40], row.subject[:70])
            for row in rows
        ]),
    )  # fmt: skip
    return ExitCode.DONE


def part_json(part: Part) -> dict[str, Json]:
    """As ``show`` lists attachments."""
    return {
        "part": part.number,
        "filename": part.filename,
        "media_type": part.media_type,
        "size": part.size,
        "local": part.local,
    }


def message_json(message: ReadMessage) -> dict[str, Json]:
    """As the contract has it."""
    return {
        "id": str(message.id),
        "folder": str(message.folder),
        "message_id": message.message_id,
        "subject": message.subject,
        "from": address(message.sender),
        "to": addresses(message.to),
        "cc": addresses(message.cc),
        "bcc": addresses(message.bcc),
        "reply_to": addresses(message.reply_to),
        "date": instant(message.sent_at),
        "received": instant(message.received_at),
        "text": message.text,
        "html_safe": message.html_safe,
        "blocked_remote": list(message.blocked_remote),
        "warnings": [
            {"code": one.code.value, "text": one.detail or one.code.value}
            for one in message.warnings
        ],
        "trust": _trust_json(message),
        "attachments": list[Json](map(part_json, message.attachments)),
        "parts": [
            {**part_json(part), "charset": part.charset, "disposition": part.disposition}
            for part in message.parts
        ],
        "headers": {
            name: values[0] if len(values) == 1 else list(values)
            for name, values in message.headers.items()
        },
        "flags": flags(message.flags),
        "body": BODY_NAMES[message.body],
        "thread": str(message.thread),
    }


def show(context: Context) -> int:
    """``show``: fetches the text when it is not here and the line may be used."""
    facade, options = context.facade, context.options
    wanted = message_id(options.message)
    if options.form == "raw":
        raw = facade.raw(wanted) if options.offline else facade.load_raw(wanted)
        if context.output.as_json:
            context.output.result({"id": str(wanted), "raw": raw.decode("latin-1")})
        else:
            context.output.octets(raw)
        return ExitCode.DONE
    message = facade.show(wanted)
    if message.body is not BodyState.LOCAL and not options.offline:
        message = facade.load_body(wanted)
    document = {**message_json(message), **more_of_message(facade, wanted)}
    context.output.result(document, _message_lines(context, message))
    return ExitCode.DONE


def _trust_json(message: ReadMessage) -> Json:
    """The shield: severity calm, look or danger, and each finding. None where nobody judged."""
    shield = message.shield
    if shield is None:
        return None
    said = shield.authentication
    return {
        "severity": shield.severity.name.lower(),
        "domain": shield.domain,
        "verified": said.is_verified,
        "server": said.server,
        "spf": said.spf,
        "dkim": said.dkim,
        "dmarc": said.dmarc,
        "findings": [
            {
                "code": one.code.value,
                "severity": one.severity.name.lower(),
                "reason": one.reason,
                "who": one.who,
                "known": one.known,
            }
            for one in shield.findings
        ],
    }


def _message_lines(context: Context, message: ReadMessage) -> list[str]:
    form = context.options.form
    if form == "text":
        return [message.text]
    if form == "html-safe":
        return [message.html_safe]
    if form == "headers":
        return [f"{name}: {one}" for name, values in message.headers.items() for one in values]
    if form == "parts":
        return table([
            (part.number, part.media_type, part.filename, str(part.size))
            for part in message.parts
        ])  # fmt: skip
    say = context.output.say
    lines = [
        say("De : ", "From: ") + person(message.sender),
        say("À : ", "To: ") + ", ".join(person(one) for one in message.to),
        *(
            [say("Cc : ", "Cc: ") + ", ".join(person(one) for one in message.cc)]
            if message.cc
            else []
        ),
        say("Objet : ", "Subject: ") + message.subject,
        say("Date : ", "Date: ") + local_time(message.sent_at or message.received_at),
    ]
    lines += [
        f"  ! {one.code.value} {one.detail}".rstrip()
        for one in message.warnings
        if one.code is not WarningCode.REMOTE_BLOCKED
    ]
    lines += [
        f"  📎 {part.number}  {part.filename or part.media_type} ({part.size})"
        for part in message.attachments
    ]
    if message.body is BodyState.ABSENT:
        lines += ["", say("(texte pas encore téléchargé)", "(text not downloaded yet)")]
    return [*lines, "", message.text]


def attachment(context: Context) -> int:
    """``attachment``: fetched in slices first when it is not here."""
    facade, options = context.facade, context.options
    wanted = message_id(options.message)
    shown = facade.show(wanted)
    listed = {one.number: one for one in (*shown.parts, *shown.attachments)}
    part = listed.get(options.part)
    if part is None and options.part.partition("!")[0] not in listed:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="part")
    if (part is None or not part.local) and not options.offline:  # a file of an attached message
        facade.fetch_attachment(wanted, options.part, context.output.progress)
    size = facade.save_attachment(wanted, options.part, options.out)
    context.output.result(
        {"id": str(wanted), "part": options.part, "file": str(options.out), "size": size},
        [f"{options.out} ({size})"],
    )
    return ExitCode.DONE


def flag(context: Context) -> int:
    """``flag``."""
    options = context.options
    add, remove = parse_flags(options.add), parse_flags(options.remove)
    if add == remove:
        raise LocalRefusal(ErrorCode.USAGE, option="--add, --remove")
    ids = [message_id(one) for one in options.messages]
    context.facade.flag(ids, add, remove)
    context.output.result({"changed": [str(one) for one in ids]})
    return ExitCode.DONE


def move(context: Context) -> int:
    """``move``: FOLDER is the last word."""
    options = context.options
    ids = [message_id(one) for one in options.messages]
    row = next(iter(context.facade.message_rows(ids[:1])), None)
    if row is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="message")
    home = next(one for one in context.facade.folders() if one.id == row.folder)
    target = context.facade.find_folder(options.folder, context.account(str(home.account)))
    context.facade.move(ids, target.id)
    context.output.result({"moved": [str(one) for one in ids], "folder": str(target.id)})
    return ExitCode.DONE


def delete(context: Context) -> int:
    """``delete``."""
    ids = [message_id(one) for one in context.options.messages]
    context.facade.delete(ids)
    context.output.result({"deleted": [str(one) for one in ids]})
    return ExitCode.DONE
