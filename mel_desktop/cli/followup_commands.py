"""``followups``: what waits for an answer."""

from __future__ import annotations

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json, instant, local_time, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ExitCode
from mel_desktop.model.followups import Followup


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    parsers = commands.add_parser("followups", help="what waits for an answer").add_subparsers(
        required=True, metavar="ACTION"
    )
    parsers.add_parser("list", help="from them and from me").set_defaults(run=list_followups)


def followup_json(one: Followup) -> Json:
    """Keys may be added, never renamed."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "message": None if one.message is None else str(one.message),
        "message_id": one.message_id,
        "subject": one.subject,
        "people": list(one.people),
        "sent": instant(one.sent_at),
        "due": None if one.due_at is None else instant(one.due_at),
        "state": one.state.value,
    }


def list_followups(context: Context) -> int:
    """``followups list``."""
    found = context.facade.leaving.followups()
    context.output.result(
        [followup_json(one) for one in found],
        table([
            (
                one.id,
                one.kind.value,
                one.state.value,
                local_time(one.due_at or one.sent_at),
                ", ".join(one.people)[:40],
                one.subject[:60],
            )
            for one in found
        ]),
    )  # fmt: skip
    return ExitCode.DONE
