"""``agenda`` and ``invitation``: what takes place, and answers; additions to the contract."""

from __future__ import annotations

from datetime import datetime, timedelta

from mel_desktop.app.facade import Facade
from mel_desktop.cli.context import Context, message_id
from mel_desktop.cli.output import Json, address, instant, local_time, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.agenda import Answer, Event, Invitation, Occurrence, ReceiptWish
from mel_desktop.model.errors import ExitCode
from mel_desktop.model.mail import MessageId

ANSWERS = {
    "accept": Answer.ACCEPTED, "tentative": Answer.TENTATIVE, "decline": Answer.DECLINED,
}  # fmt: skip
MOST_DAYS = 800


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    agenda = commands.add_parser("agenda", help="what was accepted").add_subparsers(
        required=True, metavar="ACTION"
    )
    listed = agenda.add_parser("list", help="from now on")
    listed.add_argument("--days", type=int, default=60, metavar="N")
    listed.add_argument("--unanswered", action="store_true", help="invitations without answer too")
    listed.set_defaults(run=list_agenda)
    invitation = commands.add_parser("invitation", help="invitations").add_subparsers(
        required=True, metavar="ACTION"
    )
    answer = invitation.add_parser("answer", help="accept or decline an invitation")
    answer.add_argument("message", metavar="MSG")
    answer.add_argument("answer", choices=tuple(ANSWERS))
    answer.add_argument("--silent", action="store_true", help="the organiser is not told")
    answer.add_argument("--comment", default="", metavar="TEXT")
    answer.set_defaults(run=answer_invitation)
    applied = invitation.add_parser("apply", help="change the agenda though the sender is doubted")
    applied.add_argument("message", metavar="MSG")
    applied.set_defaults(run=apply_invitation)


def list_agenda(context: Context) -> int:
    """``agenda list``."""
    now = context.facade.agenda.now()
    until = now + timedelta(days=min(max(context.options.days, 1), MOST_DAYS))
    found = context.facade.agenda.between(now, until, unanswered=context.options.unanswered)
    context.output.result(
        [occurrence_json(one) for one in found],
        table([
            (
                str(one.of.id),
                local_time(one.starts),
                local_time(one.ends),
                one.of.standing.value,
                one.of.event.title[:60],
                one.of.event.place[:40],
            )
            for one in found
        ]),
    )  # fmt: skip
    return ExitCode.DONE


def answer_invitation(context: Context) -> int:
    """``invitation answer``: without ``--silent`` the letter goes into the outbox."""
    options = context.options
    wanted = message_id(options.message)
    card = context.facade.agenda.invitation(wanted)
    if card is not None and not card.here and not options.offline:
        context.facade.fetch_attachment(wanted, card.part)
    row = context.facade.agenda.answer(
        wanted, ANSWERS[options.answer], comment=options.comment, tell=not options.silent
    )
    context.output.result(
        {
            "id": str(wanted),
            "answer": ANSWERS[options.answer].value,
            "outbox": None if row is None else str(row),
        },
        [ANSWERS[options.answer].value],
    )
    return ExitCode.DONE


def apply_invitation(context: Context) -> int:
    """``invitation apply``: only where ``may_apply`` says that a change waits for it."""
    wanted = message_id(context.options.message)
    context.facade.agenda.apply(wanted)
    card = invitation_json(context.facade.agenda.invitation(wanted))
    context.output.result({"id": str(wanted), "invitation": card}, [str(wanted)])
    return ExitCode.DONE


def more_of_message(facade: Facade, message: MessageId) -> dict[str, Json]:
    """What ``show --json`` adds: the invitation, and whether a receipt is asked for."""
    asked = facade.agenda.receipt_asked(message)
    return {
        "invitation": invitation_json(facade.agenda.invitation(message)),
        "receipt_wanted": asked.wish is ReceiptWish.ASKED,
    }


def invitation_json(card: Invitation | None) -> Json:
    """Keys may be added, never renamed."""
    if card is None:
        return None
    return {
        "method": card.method.value or None,
        "local": card.here,
        "event": None if card.event is None else event_json(card.event),
        "standing": None if card.known is None else card.known.standing.value,
        "invited": None if card.invited is None else address(card.invited),
        "may_answer": card.may_answer,
        "may_apply": card.may_apply,
        "doubts": [one.value for one in card.doubts],
        "troubles": [one.value for one in card.troubles],
        "conflicts": [occurrence_json(one) for one in card.conflicts],
    }


def event_json(event: Event) -> Json:
    """Of an all-day event, ``start`` and ``end`` (the day after the last) are dates."""

    def time(moment: datetime) -> Json:
        return moment.date().isoformat() if event.all_day else instant(moment)

    return {
        "uid": event.uid,
        "recurrence": event.recurrence or None,
        "sequence": event.sequence,
        "title": event.title,
        "start": time(event.starts),
        "end": time(event.ends),
        "all_day": event.all_day,
        "place": event.place,
        "rule": event.rule or None,
        "organiser": None if event.organiser is None else address(event.organiser),
        "guests": [
            {"who": address(one.who), "answer": one.answer.value, "role": one.role.value}
            for one in event.guests
        ],
    }


def occurrence_json(one: Occurrence) -> Json:
    """One line of ``agenda list``."""
    event = one.of.event
    return {
        "id": str(one.of.id),
        "title": event.title,
        "start": one.starts.date().isoformat() if event.all_day else instant(one.starts),
        "end": one.ends.date().isoformat() if event.all_day else instant(one.ends),
        "all_day": event.all_day,
        "place": event.place,
        "standing": one.of.standing.value,
        "message": None if one.of.message is None else str(one.of.message),
    }
