"""``account migrate`` with a table of folders, and ``account migration``."""

from __future__ import annotations

import json
from pathlib import Path

from mel_desktop.cli.context import Context, number
from mel_desktop.cli.output import Json, instant
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.account_move import FolderPair, MovePlan, MoveStatus
from mel_desktop.model.accounts import AccountId, Moved, NewHosts, Secret
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal

MOST_MAP = 1_000_000


def add_parsers(actions: Subparsers) -> None:
    """Declare the commands of this module, within ``account``."""
    group = actions.add_parser("migration", help="where the move of an account stands")
    group.add_argument("id", metavar="ID")
    group.set_defaults(run=status)
    steps = group.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("status", help="what is found, what is only there").set_defaults(run=status)
    go_on = steps.add_parser("continue", help="read both sides, carry up what is only there")
    go_on.set_defaults(run=carry)
    go_on.add_argument("--max-bytes", type=number, metavar="N", help="to be fetched this time")
    end = steps.add_parser("finish", help="end the old account on this PC")
    end.set_defaults(run=finish)
    end.add_argument("--accept", action="store_true", help="also what is only there")
    box = steps.add_parser("join", help="a functional box goes on as a shared folder of INTO")
    box.set_defaults(run=join)
    box.add_argument("into", metavar="INTO", help="the person's account")
    box.add_argument("--root", metavar="PATH", help="of the shared box, when there are several")
    box.add_argument("--map", metavar="FILE", type=Path, help="folders as in FILE")
    box.add_argument("--dry-run", action="store_true", help="compare only")
    contacts = steps.add_parser("contacts", help="import contacts: LDIF, vCard, CSV")
    contacts.set_defaults(run=import_contacts)
    contacts.add_argument("files", nargs="+", type=Path, metavar="FILE")


def read_map(path: Path) -> dict[str, str]:
    """A JSON object: old folder -> new folder, null: its messages stay on this PC. BAD_FILE."""
    try:
        text = path.read_text("utf-8")[:MOST_MAP]
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--map") from error
    if not isinstance(found, dict):
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--map")
    if not all(value is None or isinstance(value, str) for value in found.values()):
        raise LocalRefusal(ErrorCode.BAD_FILE, option="--map")
    return {str(old): new or "" for old, new in found.items()}


def move(
    context: Context,
    account: AccountId,
    hosts: NewHosts,
    password: Secret | None,
    folders: Path | None,
) -> tuple[Moved, Json]:
    """Sign in, compare, apply the table, go over; what was moved, and the table."""
    chosen = {} if folders is None else read_map(folders)
    door = context.facade.migration
    plan = door.compare(account, hosts, password)
    pairs = plan.pairs
    for old, new in chosen.items():
        pairs = door.with_choice(plan, pairs, old, new)
    door.save_plan(plan, pairs)
    return door.move(plan, pairs, password), plan_json(plan, pairs)


def plan_json(plan: MovePlan, pairs: tuple[FolderPair, ...]) -> Json:
    """The comparison and the table of folders."""
    return {
        "messages_here": plan.messages,
        "messages_there": plan.there,
        "octets_here": plan.octets,
        "quota": None
        if plan.quota_limit is None
        else {"used": plan.quota_used, "limit": plan.quota_limit},
        "map": [
            {
                "old": one.old,
                "new": one.new or None,
                "reason": one.reason.value,
                "created": one.creates,
                "here": one.here,
                "there": one.there,
            }
            for one in pairs
        ],
    }


def status_json(known: MoveStatus) -> dict[str, Json]:
    """Where a move stands."""
    return {
        "account": str(known.account),
        "old_account": None if known.old_account is None else str(known.old_account),
        "stage": known.stage.value,
        "looked_for": known.looked_for,
        "on_their_way": known.on_their_way,
        "only_there": known.only_there,
        "only_there_octets": known.only_there_octets,
        "waiting": known.waiting,
        "notes": known.notes,
        "begun_at": instant(known.begun_at),
        "moved_at": instant(known.moved_at),
        "ended_at": instant(known.ended_at),
        "map": [{"old": one.old, "new": one.new or None} for one in known.pairs],
    }


def _status(context: Context, account: AccountId) -> MoveStatus:
    known = context.facade.migration.status(account)
    if known is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="move")
    return known


def _lines(context: Context, known: MoveStatus) -> list[str]:
    say = context.output.say
    return [
        say(
            f"Étape : {known.stage.value}. {known.looked_for} messages à retrouver,"
            f" {known.on_their_way} en route, {known.only_there} seulement sur l’ancienne"
            f" messagerie ({known.only_there_octets} octets), {known.waiting} travaux en attente.",
            f"Stage: {known.stage.value}. {known.looked_for} messages to be found,"
            f" {known.on_their_way} on their way, {known.only_there} on the old service only"
            f" ({known.only_there_octets} octets), {known.waiting} pieces of work that wait.",
        )
    ]


def status(context: Context) -> int:
    """``account migration ID status``: nothing is asked of a server."""
    known = _status(context, context.account(context.options.id))
    context.output.result(status_json(known), _lines(context, known))
    return ExitCode.DONE


def carry(context: Context) -> int:
    """``account migration ID continue``: 10 while something is left."""
    account = context.account(context.options.id)
    door = context.facade.migration
    door.look(account)
    report = door.carry(account, max_octets=context.options.max_bytes)
    if report.taken:
        door.look(account)
    known = _status(context, account)
    document = status_json(known) | {
        "taken": report.taken,
        "octets_fetched": report.octets_fetched,
        "left": report.left,
        "left_octets": report.left_octets,
        "refused": [{"code": code, "messages": many} for code, many in report.refused],
    }
    context.output.result(document, _lines(context, known))
    undone = report.left or report.refused or known.on_their_way
    return ExitCode.PARTLY if undone else ExitCode.DONE


def finish(context: Context) -> int:
    """``account migration ID finish``: 6 while something is only on the old service."""
    end = context.facade.migration.finish(
        context.account(context.options.id), accept=context.options.accept
    )
    say = context.output.say
    context.output.result(
        {
            "only_there": end.only_there,
            "kept_here": end.kept_here,
            "dropped": end.dropped,
            "folder": end.folder or None,
        },
        [
            say(
                f"Ancien compte terminé sur ce poste : {end.only_there} messages ne sont que sur"
                f" l’ancienne messagerie, {end.kept_here} sont gardés ici.",
                f"Old account ended on this PC: {end.only_there} messages are on the old service"
                f" only, {end.kept_here} are kept here.",
            )
        ],
    )
    return ExitCode.DONE


def join(context: Context) -> int:
    """``account migration ID join INTO``: 2 while nothing is shared."""
    options, door = context.options, context.facade.migration
    box, into = context.account(options.id), context.account(options.into)
    roots = door.shared_roots(box, into)
    root = next((one for one in roots if options.root in (None, one.path)), None)
    if root is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
    plan = door.compare_box(box, into, root)
    pairs = plan.pairs
    for old, new in ({} if options.map is None else read_map(options.map)).items():
        pairs = door.with_shared(plan, pairs, old, new)
    document: dict[str, Json] = {
        "root": root.path,
        "rights": plan.rights,
        "messages": plan.messages,
        "map": [
            {"old": one.old, "new": one.new or None, "reason": one.reason.value, "here": one.here}
            for one in pairs
        ],
    }
    lines = [f"{one.old} -> {one.new or '-'}  {one.here}" for one in pairs]
    if not options.dry_run:
        joined = door.join_box(plan, pairs)
        document |= {
            "joined": joined.messages,
            "kept_here": joined.kept_here,
            "drafts": joined.drafts,
            "outgoing": joined.outgoing,
            "identity": joined.identity.address,
        }
    context.output.result(document, lines)
    return ExitCode.DONE


def import_contacts(context: Context) -> int:
    """``account migration ID contacts``."""
    context.account(context.options.id)
    reports = context.facade.migration.import_contacts(context.options.files)
    context.output.result(
        [
            {
                "source": one.source,
                "format": one.format,
                "persons": one.persons,
                "groups": one.groups,
                "skipped": len(one.skipped),
            }
            for one in reports
        ],
        [f"{one.source}  {one.persons}" for one in reports],
    )
    return ExitCode.DONE
