"""``outbox show`` and the ways out of the outbox that only a person takes."""

from __future__ import annotations

from collections.abc import Callable

from mel_desktop.cli.context import Context, number
from mel_desktop.cli.output import Json, instant, local_time, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.outgoing import OutboxId
from mel_desktop.model.sending import OutboxDetails


def add(outbox: Subparsers) -> None:
    """Below ``outbox``."""
    for name, text, run in (
        ("show", "each recipient, what Sent has said, and the ways on", show),
        ("mark-sent", "it is not known whether it left: it did, somebody has it", mark_sent),
        ("send-in-doubt", "send it although Sent cannot be searched (--yes)", send_in_doubt),
        ("let-rest-be", "those who do not have it yet do not get it", let_rest_be),
        ("stop-filing", "it was sent: keep the copy on this PC", stop_filing),
    ):
        parser = outbox.add_parser(name, help=text)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(run=run)
        if name == "send-in-doubt":
            parser.add_argument(
                "--yes", action="store_true", help="the recipients may get it twice"
            )


def _id(context: Context) -> OutboxId:
    return OutboxId(number(context.options.id))


def details_json(row: OutboxId, found: OutboxDetails) -> Json:
    """What is known of one message in the outbox."""
    return {
        "id": str(row),
        "recipients": [
            {
                "address": one.address,
                "state": one.state.value,
                "status": one.status,
                "said": one.said,
            }
            for one in found.recipients
        ],
        "not_before": instant(found.not_before),
        "sent_searched_at": instant(found.checked_at),
        "not_in_sent": found.is_absent,
        "search_trouble": found.word.trouble,
        "copy": None if found.filed_message is None else str(found.filed_message),
        "ways": [*sorted(one.value for one in found.ways)],
    }


def show(context: Context) -> int:
    """``outbox show``."""
    found = context.facade.leaving.details(_id(context))
    say = context.output.say
    rows = [(one.address, one.state.value, one.said[:60]) for one in found.recipients]
    lines = list(table(rows))
    if found.checked_at is not None:
        lines.append(say("Envoyés consulté : ", "Sent searched: ") + local_time(found.checked_at))
    if found.ways:
        ways = ", ".join(sorted(one.value for one in found.ways))
        lines.append(say("Possible : ", "Open: ") + ways)
    context.output.result(details_json(_id(context), found), lines)
    return ExitCode.DONE


def _done(context: Context, do: Callable[[OutboxId], None]) -> int:
    row = _id(context)
    do(row)
    after = next(one for one in context.facade.outbox() if one.id == row)
    told: Json = {"id": str(row), "state": after.state.value, "reason": after.reason}
    context.output.result(told, [f"{row} {after.state.value} {after.reason}".rstrip()])
    return ExitCode.DONE


def mark_sent(context: Context) -> int:
    """``outbox mark-sent``."""
    return _done(context, context.facade.leaving.it_left)


def send_in_doubt(context: Context) -> int:
    """``outbox send-in-doubt``: a second delivery is risked, and somebody says so."""
    if not context.options.yes:
        context.output.note(
            "Ce message est peut-être déjà parti : les destinataires risquent de le recevoir deux "
            "fois. Renseignez-vous auprès de l’un d’eux, ou confirmez avec --yes.",
            "This message may have left already: the recipients may get it twice. Ask one of them "
            "first, or confirm with --yes.",
        )
        raise LocalRefusal(ErrorCode.NEEDS_DECISION, option="--yes")
    return _done(context, context.facade.leaving.send_in_doubt)


def let_rest_be(context: Context) -> int:
    """``outbox let-rest-be``."""
    return _done(context, context.facade.leaving.let_rest_be)


def stop_filing(context: Context) -> int:
    """``outbox stop-filing``."""
    return _done(context, context.facade.leaving.stop_filing)
