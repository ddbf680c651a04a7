"""``draft`` and ``outbox`` commands."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mel_desktop.app.facade import Facade
from mel_desktop.cli import outbox_commands
from mel_desktop.cli.context import Context, message_id, number, read_text_file
from mel_desktop.cli.letter_commands import filled_template
from mel_desktop.cli.output import Json, addresses, instant, local_time, person, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    ExitCode,
    LocalRefusal,
    MelError,
    ServerSaid,
    StoreTrouble,
)
from mel_desktop.model.mail import Address, BodyState, MessageId
from mel_desktop.model.outgoing import (
    Draft,
    DraftContent,
    DraftId,
    OutboxId,
    OutboxRow,
    OutboxState,
)


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("draft", help="messages being written").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    new = group.add_parser("new", help="start a draft")
    new.set_defaults(run=new_draft)
    _content_options(new)
    new.add_argument("--account", metavar="ID")
    new.add_argument("--reply-to", metavar="MSG")
    new.add_argument("--reply-all", metavar="MSG", help="like --reply-to, to everyone")
    new.add_argument("--forward", metavar="MSG")
    new.add_argument("--template", metavar="NAME", help="a letter with fields")
    group.add_parser("list", help="all drafts").set_defaults(run=list_drafts)
    edit = group.add_parser("edit", help="change a draft")
    edit.set_defaults(run=edit_draft)
    edit.add_argument("id", metavar="ID")
    _content_options(edit)
    for name, text, run in (
        ("show", "one draft", show_draft),
        ("history", "every revision kept", history),
        ("delete", "throw a draft away", delete_draft),
        ("restore", "go back to a revision", restore_draft),
        ("send", "into the outbox", send_draft),
    ):
        parser = group.add_parser(name, help=text)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(run=run)
        if name == "restore":
            parser.add_argument("revision", metavar="REV")
        if name == "send":
            parser.add_argument("--at", metavar="TIME", help="not before this time (RFC 3339)")
            parser.add_argument(
                "--accept",
                action="append",
                default=[],
                metavar="WARNING",
                help="send in spite of this warning; may be repeated",
            )
    outbox = commands.add_parser("outbox", help="messages on their way").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    outbox.add_parser("list", help="every outgoing message").set_defaults(run=list_outbox)
    now = outbox.add_parser("send-now", help="send what is due, or one message")
    now.add_argument("id", metavar="ID", nargs="?")
    now.set_defaults(run=send_now)
    for name, text, run in (
        ("retry", "queue it again", retry),
        ("cancel", "back into the drafts", cancel),
        ("edit", "back into the drafts, to be changed", cancel),
    ):
        parser = outbox.add_parser(name, help=text)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(run=run)
    outbox_commands.add(outbox)


def _content_options(parser: ArgumentParser) -> None:
    for name in ("to", "cc", "bcc"):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="ADDRESS")
    parser.add_argument("--subject")
    body = parser.add_mutually_exclusive_group()
    body.add_argument("--text-file", metavar="FILE")
    body.add_argument("--html-file", metavar="FILE")
    parser.add_argument("--attach", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument(
        "--confirm-delivery",
        action="store_true",
        help="ask the servers to say when it is delivered (RFC 3461)",
    )


def _recipients(facade: Facade, values: list[str]) -> tuple[Address, ...]:
    return tuple(one for value in values for one in facade.parse_recipients(value))


def _changed(context: Context, content: DraftContent) -> DraftContent:
    """The content with what the options say put over it."""
    options, facade = context.options, context.facade
    if options.html_file:
        html = read_text_file(options.html_file)
        content = replace(content, html=html, text=facade.plain_text(html))
    if options.text_file:
        content = replace(content, text=read_text_file(options.text_file), html="")
    return replace(
        content,
        to=_recipients(facade, options.to) or content.to,
        cc=_recipients(facade, options.cc) or content.cc,
        bcc=_recipients(facade, options.bcc) or content.bcc,
        subject=content.subject if options.subject is None else options.subject,
        confirm=content.confirm or options.confirm_delivery,
    )


def new_draft(context: Context) -> int:
    """``draft new``."""
    options, facade = context.options, context.facade
    if sum(map(bool, (options.reply_to, options.reply_all, options.forward))) > 1:
        raise LocalRefusal(ErrorCode.USAGE, option="--reply-to, --reply-all, --forward")
    content = DraftContent()
    answered = options.reply_to or options.reply_all
    source = answered or options.forward
    if source and not options.offline:
        _bring(context, message_id(source), files=bool(options.forward))
    if answered:
        content = facade.reply_content(message_id(answered), to_all=bool(options.reply_all))
    elif options.forward:
        content = facade.forward_content(message_id(options.forward))
    if source and options.text_file:
        quoted = content.text
        content = _changed(context, content)
        content = replace(content, text=f"{content.text.rstrip()}\n\n{quoted.lstrip()}")
    else:
        content = _changed(context, content)
    if options.template:
        content = filled_template(context, options.template, content)
    account = _account_of(context, source)
    draft = facade.new_draft(
        account,
        content,
        reply_to=message_id(answered) if answered else None,
        forward=message_id(options.forward) if options.forward else None,
    )
    try:
        for file in options.attach:
            facade.attach(draft.id, file)
    except MelError:
        facade.delete_draft(draft.id)  # who calls never learns its id, and will call again
        raise
    draft = facade.draft(draft.id)
    context.output.result(draft_json(draft), [f"{draft.id}"])
    return ExitCode.DONE


def _bring(context: Context, message: MessageId, *, files: bool) -> None:
    """What is to be quoted or passed on; where the line fails, as much of it as is here."""
    facade = context.facade
    try:
        shown = facade.show(message)
        if shown.body is not BodyState.LOCAL:
            shown = facade.load_body(message)
        for part in shown.attachments if files else ():
            if not part.local:
                facade.fetch_attachment(message, part.number, context.output.progress)
    except (ConnectionTrouble, ServerSaid) as trouble:
        context.output.note(
            f"Le message d’origine n’est pas entièrement ici ({trouble.code.text}).",
            f"The original message is not wholly here ({trouble.code.text}).",
        )


def _account_of(context: Context, source: str | None) -> AccountId:
    if context.options.account is None and source is not None:
        rows = context.facade.message_rows([message_id(source)])
        for folder in context.facade.folders():
            if rows and folder.id == rows[0].folder:
                return context.facade.migration.writing(context.account(str(folder.account)))
    return context.account(context.options.account)


def draft_json(draft: Draft) -> Json:
    """One draft."""
    return {
        "id": str(draft.id),
        "account": str(draft.account),
        "revision": draft.revision,
        "state": draft.state.value,
        "to": addresses(draft.content.to),
        "cc": addresses(draft.content.cc),
        "bcc": addresses(draft.content.bcc),
        "subject": draft.content.subject,
        "text": draft.content.text,
        "confirm_delivery": draft.content.confirm,
        "html": draft.content.html,
        "attachments": [
            {
                "id": str(one.id),
                "filename": one.filename,
                "media_type": one.media_type,
                "size": one.size,
                "content_id": one.content_id,
            }
            for one in draft.attachments
        ],
        "reply_to_message": None if draft.reply_to is None else str(draft.reply_to),
        "forwarded_message": None if draft.forward is None else str(draft.forward),
        "created": instant(draft.created_at),
        "saved": instant(draft.saved_at),
    }


def list_drafts(context: Context) -> int:
    """``draft list``."""
    drafts = context.facade.drafts()
    rows = [
        (
            str(one.id),
            local_time(one.saved_at),
            ", ".join(person(to) for to in one.content.to)[:40],
            one.content.subject[:70],
        )
        for one in drafts
    ]
    context.output.result([draft_json(one) for one in drafts], table(rows))
    return ExitCode.DONE


def _draft_id(context: Context) -> DraftId:
    return DraftId(number(context.options.id))


def show_draft(context: Context) -> int:
    """``draft show``."""
    draft = context.facade.draft(_draft_id(context))
    say = context.output.say
    context.output.result(
        draft_json(draft),
        [
            say("À : ", "To: ") + ", ".join(person(one) for one in draft.content.to),
            say("Objet : ", "Subject: ") + draft.content.subject,
            *(f"  📎 {one.filename} ({one.size})" for one in draft.attachments),
            "",
            draft.content.text,
        ],
    )
    return ExitCode.DONE


def edit_draft(context: Context) -> int:
    """``draft edit``: what is not named stays."""
    facade, wanted = context.facade, _draft_id(context)
    facade.save_draft(wanted, _changed(context, facade.draft(wanted).content))
    for file in context.options.attach:
        facade.attach(wanted, file)
    draft = facade.draft(wanted)
    context.output.result(draft_json(draft), [f"{draft.id} r{draft.revision}"])
    return ExitCode.DONE


def history(context: Context) -> int:
    """``draft history``."""
    revisions = context.facade.draft_history(_draft_id(context))
    context.output.result(
        [
            {
                "revision": one.revision,
                "saved": instant(one.saved_at),
                "subject": one.subject,
                "size": one.size,
            }
            for one in revisions
        ],
        table([(str(one.revision), local_time(one.saved_at), one.subject) for one in revisions]),
    )
    return ExitCode.DONE


def restore_draft(context: Context) -> int:
    """``draft restore``."""
    draft = context.facade.restore_draft(_draft_id(context), number(context.options.revision))
    context.output.result(draft_json(draft), [f"{draft.id} r{draft.revision}"])
    return ExitCode.DONE


def delete_draft(context: Context) -> int:
    """``draft delete``."""
    wanted = _draft_id(context)
    context.facade.delete_draft(wanted)
    context.output.result({"deleted": str(wanted)})
    return ExitCode.DONE


def send_draft(context: Context) -> int:
    """``draft send``: into the outbox, and out at once where the line allows."""
    facade, draft = context.facade, _draft_id(context)
    at = _instant(context.options.at)
    facade.safety.read_files(draft)
    try:
        row = facade.send(draft, not_before=at, accepted=_accepted(context.options.accept))
    except LocalRefusal as refusal:
        codes = str(refusal.facts.get("warnings", "")).split()
        if not codes:
            raise
        found = [one for one in facade.safety.look(draft, at) if one.code.value in codes]
        context.output.warnings(refusal, found)
        return refusal.code.exit_code
    if not context.options.offline and context.options.at is None:
        try:
            facade.send_now(row.id)
        except (ConnectionTrouble, StoreTrouble) as trouble:  # it is in the outbox all the same
            if isinstance(trouble, StoreTrouble) and trouble.code is not ErrorCode.PROFILE_BUSY:
                raise
            context.output.note(
                f"Le message part dès que le serveur est joignable ({trouble.code.text}).",
                f"The message leaves as soon as the server can be reached ({trouble.code.text}).",
            )
        row = next(one for one in facade.outbox() if one.id == row.id)
    context.output.result(outbox_json(row), [f"{row.id} {row.state.value} {row.reason}".rstrip()])
    failed = row.state in (OutboxState.FAILED, OutboxState.UNKNOWN)
    return ExitCode.PARTLY if failed else ExitCode.DONE


def _accepted(values: list[str]) -> frozenset[str]:
    """``--accept no-subject,first-mail --accept BIG_LIST``."""
    return frozenset(one for value in values for one in value.replace(",", " ").split())


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise LocalRefusal(ErrorCode.USAGE, option="--at") from error


def outbox_json(row: OutboxRow) -> Json:
    """As the contract has it."""
    return {
        "id": str(row.id),
        "kind": "send",
        "state": row.state.value,
        "since": instant(row.since),
        "attempts": row.attempts,
        "next_attempt": instant(row.next_attempt),
        "reason": row.reason,
        "message_id": row.message_id,
        "undoable": row.state in (OutboxState.QUEUED, OutboxState.HELD, OutboxState.FAILED),
        "account": str(row.account),
        "subject": row.subject,
        "recipients": list(row.recipients),
        "detail": row.reason_detail,
        "size": row.size,
        "undelivered": row.undelivered,
    }


def list_outbox(context: Context) -> int:
    """``outbox list``."""
    rows = context.facade.outbox()
    context.output.result(
        [outbox_json(row) for row in rows],
        table([
            (str(row.id), row.state.value, local_time(row.since), row.subject[:60], row.reason)
            for row in rows
        ]),
    )  # fmt: skip
    return ExitCode.DONE


def send_now(context: Context) -> int:
    """``outbox send-now``."""
    wanted = context.options.id
    if wanted:
        context.facade.leaving.want_at_once(OutboxId(number(wanted)))
    report = context.facade.send_now(OutboxId(number(wanted)) if wanted else None)
    context.output.result(
        {
            "accepted": report.accepted,
            "filed": report.filed,
            "failed": report.failed,
            "waiting": report.waiting,
            "unknown": report.unknown,
        },
        [
            context.output.say(
                f"{report.accepted} acceptés, {report.filed} classés, {report.failed} en échec,"
                f" {report.waiting} en attente, {report.unknown} incertains",
                f"{report.accepted} accepted, {report.filed} filed, {report.failed} failed,"
                f" {report.waiting} waiting, {report.unknown} unknown",
            )
        ],
    )
    return ExitCode.PARTLY if report.failed or report.unknown else ExitCode.DONE


def retry(context: Context) -> int:
    """``outbox retry``."""
    wanted = OutboxId(number(context.options.id))
    context.facade.retry_outbox(wanted)
    context.output.result({"queued": str(wanted)})
    return ExitCode.DONE


def cancel(context: Context) -> int:
    """``outbox cancel`` and ``outbox edit``: the draft is back."""
    wanted = OutboxId(number(context.options.id))
    if any(one.id == wanted and one.draft is None for one in context.facade.outbox()):
        context.facade.agenda.withdraw(wanted)  # an answer or a receipt: there is no draft
        context.output.result({"withdrawn": str(wanted)})
        return ExitCode.DONE
    draft = context.facade.cancel_outbox(wanted)
    context.output.result(draft_json(draft), [f"{draft.id}"])
    return ExitCode.DONE
