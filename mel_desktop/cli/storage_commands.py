"""Room on this PC and on the server: ``quota``, ``storage``."""

from __future__ import annotations

from dataclasses import replace

from mel_desktop.cli.context import Context, at_most, message_id
from mel_desktop.cli.output import Json, instant, local_time, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import Account
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.storage import (
    Going,
    HeavyMessage,
    KeptMessage,
    Proposal,
    QuotaState,
    Retention,
    RetentionRule,
    StorageView,
)


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    quota_parser = commands.add_parser("quota", help="room on the server, as last told")
    quota_parser.set_defaults(run=quota)
    quota_parser.add_argument("--account", metavar="ID")
    quota_parser.add_argument("--refresh", action="store_true", help="ask the server now")
    quota_parser.add_argument("--limit", type=at_most, default=20, help="heaviest messages")
    storage = commands.add_parser("storage", help="room on this PC")
    storage.set_defaults(run=view)
    actions = storage.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("view", help="what takes room").set_defaults(run=view)
    free_parser = actions.add_parser("free", help="let go from this PC; the server keeps it")
    free_parser.set_defaults(run=free)
    free_parser.add_argument("what", nargs="+", choices=[one.value for one in Going])
    actions.add_parser("compact", help="give free pages back").set_defaults(run=compact)
    _add_retention(actions)
    keep_parser = actions.add_parser("keep", help="keep here, remove from the server")
    keep_parser.set_defaults(run=keep)
    keep_parser.add_argument("messages", nargs="+", metavar="MSG")
    actions.add_parser("kept", help="messages on this PC only").set_defaults(run=kept)
    back = actions.add_parser("bring-back", help="put back on the server, within 30 days")
    back.set_defaults(run=bring_back)
    back.add_argument("messages", nargs="+", metavar="MSG")


def _add_retention(actions: Subparsers) -> None:
    parser = actions.add_parser("retention", help="how long contents stay on this PC")
    parser.set_defaults(run=retention)
    parser.add_argument("--account", metavar="ID")
    parser.add_argument("--folder", metavar="NAME", help="its own rule")
    parser.add_argument("--text-days", type=int, metavar="N", help="0: for ever")
    parser.add_argument("--attachment-days", type=int, metavar="N", help="0: for ever")
    parser.add_argument("--flagged-too", action="store_true", help="do not spare flagged ones")
    parser.add_argument("--none", action="store_true", help="no rule of its own")


# -- the server ------------------------------------------------------------------------------------


def quota(context: Context) -> int:
    """``quota``: as last told, with its age; --refresh asks."""
    facade, options = context.facade, context.options
    chosen = None if options.account is None else context.account(options.account)
    accounts = [one for one in facade.accounts() if chosen in (None, one.id)]
    if options.refresh:
        for one in accounts:
            facade.storage.ask_quota(one.id)
    states = facade.storage.quotas()
    told: list[Json] = []
    lines: list[str] = []
    for one in accounts:
        own = [state for state in states if state.account == one.id]
        heaviest = facade.storage.heaviest(one.id, options.limit)
        told.append(_quota_json(one, own, heaviest))
        lines += _quota_lines(context, one, own, heaviest)
    context.output.result(told, lines)
    return ExitCode.DONE


def _quota_json(
    account: Account, states: list[QuotaState], heaviest: tuple[HeavyMessage, ...]
) -> Json:
    octets = next((one for one in states if one.resource == "STORAGE"), None)
    return {
        "account": str(account.id),
        "email": account.email,
        "used": None if octets is None else octets.used,
        "limit": None if octets is None else octets.limit,
        "as_of": None if octets is None else instant(octets.as_of),
        "level": 0 if octets is None else octets.level,
        "resources": [
            {
                "root": one.root,
                "resource": one.resource.lower(),
                "used": one.used,
                "limit": one.limit,
                "as_of": instant(one.as_of),
            }
            for one in states
        ],
        "heaviest": [_heavy_json(one) for one in heaviest],
    }


def _quota_lines(
    context: Context,
    account: Account,
    states: list[QuotaState],
    heaviest: tuple[HeavyMessage, ...],
) -> list[str]:
    lines = [account.email]
    lines += [
        f"  {one.resource} {one.used} / {one.limit} ({local_time(one.as_of)})" for one in states
    ]
    if not states:
        lines.append(context.output.say("  quota inconnu", "  quota not known"))
    return lines + [f"  {one}" for one in _heavy_table(heaviest)]


def _heavy_json(one: HeavyMessage) -> Json:
    return {
        "id": str(one.id),
        "folder": str(one.folder),
        "subject": one.subject,
        "from": one.sender,
        "received": instant(one.received_at),
        "size": one.size,
        "here": one.here,
        "on_server": one.on_server,
    }


def _heavy_table(listed: tuple[HeavyMessage, ...]) -> list[str]:
    return table([
        (str(one.id), str(one.size), local_time(one.received_at), one.subject[:60])
        for one in listed
    ])  # fmt: skip


# -- this PC ---------------------------------------------------------------------------------------


def view(context: Context) -> int:
    """``storage``, ``storage view``."""
    seen = context.facade.storage.view()
    lines = [f"{kind.value:<12} {octets}" for kind, octets in seen.stuff]
    lines += [f"→ {one.what.value}: {one.messages}, {one.octets}" for one in seen.proposals]
    context.output.result(_view_json(seen), lines)
    return ExitCode.DONE


def _view_json(seen: StorageView) -> Json:
    return {
        "total": seen.total,
        "reclaimable": seen.reclaimable,
        "disk_free": seen.disk_free,
        "stuff": {kind.value: octets for kind, octets in seen.stuff},
        "folders": [
            {
                "account": str(one.account),
                "folder": str(one.folder),
                "path": one.path,
                "messages": one.messages,
                "texts": one.texts,
                "attachments": one.attachments,
            }
            for one in seen.folders
        ],
        "heaviest": [_heavy_json(one) for one in seen.heaviest],
        "proposals": [_proposal_json(one) for one in seen.proposals],
        "duplicates": seen.duplicates,
        "duplicates_saved": seen.duplicates_saved,
        "seconds": round(seen.seconds, 3),
    }


def _proposal_json(one: Proposal) -> Json:
    return {"what": one.what.value, "messages": one.messages, "octets": one.octets}


def free(context: Context) -> int:
    """``storage free``."""
    chosen = [Going(one) for one in context.options.what]
    freed = context.facade.storage.free(chosen, context.output.progress)
    context.output.result(
        {"messages": freed.messages, "octets": freed.octets}, [f"{freed.messages} {freed.octets}"]
    )
    return ExitCode.DONE


def compact(context: Context) -> int:
    """``storage compact``."""
    done = context.facade.storage.compact(context.output.progress)
    context.output.result(
        {"before": done.before, "after": done.after}, [f"{done.before} → {done.after}"]
    )
    return ExitCode.DONE


def retention(context: Context) -> int:
    """``storage retention``: shows the rules; with days, or --none, sets one first."""
    facade, options = context.facade, context.options
    changes = (options.text_days, options.attachment_days)
    folder = None
    if options.folder is not None:
        chosen = None if options.account is None else context.account(options.account)
        folder = facade.find_folder(options.folder, chosen)
    if options.none or any(one is not None for one in changes):
        account = (
            context.account(options.account)
            if folder is None
            else context.account(str(folder.account))
        )
        rule = None
        if not options.none:
            where = None if folder is None else folder.id
            known = next(
                (
                    one.retention
                    for one in facade.storage.retention_rules()
                    if one.account == account and one.folder == where
                ),
                Retention(),
            )
            rule = replace(
                known,
                text_days=known.text_days if changes[0] is None else changes[0],
                attachment_days=known.attachment_days if changes[1] is None else changes[1],
                spare_flagged=not options.flagged_too,
            )
        facade.storage.set_retention(account, None if folder is None else folder.id, rule)
    elif options.flagged_too:
        raise LocalRefusal(ErrorCode.USAGE, option="--text-days, --attachment-days")
    rules = facade.storage.retention_rules()
    context.output.result(
        [_rule_json(one) for one in rules],
        [f"{one.account} {one.folder or '*'} {one.retention}" for one in rules],
    )
    return ExitCode.DONE


def _rule_json(one: RetentionRule) -> Json:
    return {
        "account": str(one.account),
        "folder": None if one.folder is None else str(one.folder),
        "text_days": one.retention.text_days,
        "attachment_days": one.retention.attachment_days,
        "spare_flagged": one.retention.spare_flagged,
    }


# -- on this PC only -------------------------------------------------------------------------------


def keep(context: Context) -> int:
    """``storage keep``: carried out by the next sync."""
    ids = [message_id(one) for one in context.options.messages]
    context.facade.storage.keep_here(ids)
    return kept(context)


def bring_back(context: Context) -> int:
    """``storage bring-back``: carried out by the next sync."""
    for one in context.options.messages:
        context.facade.storage.bring_back(message_id(one))
    return kept(context)


def kept(context: Context) -> int:
    """``storage kept``."""
    rows = context.facade.storage.kept()
    context.output.result(
        [_kept_json(one) for one in rows],
        table([(str(one.id), one.state.value, str(one.size), one.subject[:60]) for one in rows]),
    )
    return ExitCode.DONE


def _kept_json(one: KeptMessage) -> Json:
    return {
        "id": str(one.id),
        "account": str(one.account),
        "folder": str(one.folder),
        "subject": one.subject,
        "size": one.size,
        "state": one.state.value,
        "since": instant(one.since),
        "until": instant(one.until),
        "refused": one.refused,
        "reason": one.reason,
    }
