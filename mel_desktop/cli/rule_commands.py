"""``rules`` and ``absence``: what happens with mail that comes."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from datetime import date
from pathlib import Path

from mel_desktop.cli.context import Context, number, read_text_file
from mel_desktop.cli.output import Json, instant, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.rules import Absence, Audience, PlacedRule, Rule, RuleBook


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    rules = commands.add_parser("rules", help="rules for mail that comes").add_subparsers(
        required=True, metavar="ACTION"
    )
    _for_account(rules.add_parser("list", help="in their order, and where each runs"), list_rules)
    for name, text, run in (
        ("show", "one rule", show_rule),
        ("enable", "switch one on", enable_rule),
        ("disable", "switch one off", disable_rule),
    ):
        one = rules.add_parser(name, help=text)
        one.add_argument("rule", type=number, metavar="N", help="its place, from 1")
        _for_account(one, run)
    apply = rules.add_parser("apply", help="one rule on mail that is here; counts without --yes")
    apply.add_argument("rule", type=number, metavar="N", help="its place, from 1")
    apply.add_argument("--folder", default="inbox", metavar="NAME")
    apply.add_argument("--yes", action="store_true", help="do it")
    _for_account(apply, apply_rule)
    save = rules.add_parser("save", help="all rules from a JSON file, as `list` prints them")
    save.add_argument("file", type=Path, metavar="FILE")
    _for_account(save, save_rules)
    _for_account(rules.add_parser("look", help="ask the server now"), look)
    _for_account(
        rules.add_parser("copies", help="scripts of the server as they were before"), copies
    )
    server = rules.add_parser("server", help="where ManageSieve is")
    server.add_argument("place", metavar="HOST:PORT", help='"": port 4190 of the IMAP host')
    _for_account(server, set_server)
    absence = commands.add_parser("absence", help="the absence message").add_subparsers(
        required=True, metavar="ACTION"
    )
    _for_account(absence.add_parser("status", help="what it says and whether it runs"), status)
    _for_account(absence.add_parser("clear", help="answer nobody any more"), clear)
    made = absence.add_parser("set", help="let the server answer")
    made.add_argument("--text-file", required=True, metavar="FILE")
    made.add_argument("--subject", default="", metavar="S")
    made.add_argument("--from", dest="since", type=_day, metavar="DATE", help="first day away")
    made.add_argument("--until", type=_day, metavar="DATE", help="last day away")
    made.add_argument("--days", type=number, default=7, metavar="N", help="once in so many days")
    made.add_argument("--only-school", action="store_true", help="answer the own domain only")
    _for_account(made, set_absence)


def _for_account(parser: ArgumentParser, run: object) -> None:
    parser.add_argument("--account", metavar="ID")
    parser.set_defaults(run=run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("YYYY-MM-DD expected") from error


def rule_json(place: int, one: PlacedRule) -> dict[str, Json]:
    """Keys may be added, never renamed."""
    rule = one.rule
    return {
        "id": str(place),
        "name": rule.name,
        "enabled": rule.enabled,
        "all_of": rule.all_of,
        "conditions": [
            {
                "topic": each.topic.value,
                "match": each.match.value,
                "value": each.value,
                "header": each.header,
                "negated": each.negated,
            }
            for each in rule.conditions
        ],
        "actions": [{"deed": each.deed.value, "value": each.value} for each in rule.actions],
        "runs": one.runs.value,
        "why": one.why,
    }


def book_json(book: RuleBook) -> dict[str, Json]:
    """The whole, with the state of the server."""
    return {
        "account": str(int(book.account)),
        "state": book.state.value,
        "server": book.offered.value,
        "active": book.active,
        "foreign": book.foreign_name,
        "consent": book.consent.value,
        "trouble": book.trouble,
        "asked": instant(book.asked_at),
        "rules": [rule_json(place, one) for place, one in enumerate(book.rules, 1)],
    }


def absence_json(book: RuleBook) -> dict[str, Json]:
    """The absence message."""
    absence = book.absence
    return {
        "account": str(int(book.account)),
        "enabled": absence.enabled,
        "from": absence.since.isoformat() if absence.since else None,
        "until": absence.until.isoformat() if absence.until else None,
        "subject": absence.subject,
        "text": absence.text,
        "days": absence.days,
        "audience": absence.audience.value,
        "addresses": list(absence.addresses),
        "on_server": book.absence_on_server,
        "server": book.offered.value,
        "state": book.state.value,
    }


def list_rules(context: Context) -> int:
    """``rules list``."""
    return _tell(context, context.facade.rules.book(_account(context)))


def show_rule(context: Context) -> int:
    """``rules show N``."""
    book, place = _chosen(context)
    context.output.result(
        rule_json(place + 1, book.rules[place]),
        [json.dumps(rule_json(place + 1, book.rules[place]), ensure_ascii=False, indent=2)],
    )
    return ExitCode.DONE


def enable_rule(context: Context) -> int:
    """``rules enable N``."""
    return _switch(context, enabled=True)


def disable_rule(context: Context) -> int:
    """``rules disable N``."""
    return _switch(context, enabled=False)


def _switch(context: Context, *, enabled: bool) -> int:
    book, place = _chosen(context)
    rules = [one.rule for one in book.rules]
    rules[place] = replace(rules[place], enabled=enabled)
    return _save(context, book.account, rules)


def save_rules(context: Context) -> int:
    """``rules save FILE``. BAD_FILE."""
    text = read_text_file(str(context.options.file))
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, kind="json") from error
    listed = tree.get("rules") if isinstance(tree, dict) else tree
    rules = context.facade.rules.from_trees(listed)
    return _save(context, _account(context), list(rules))


def _save(context: Context, account: AccountId, rules: list[Rule]) -> int:
    context.facade.rules.save(account, rules)
    return _tell(context, context.facade.rules.book(account))


def apply_rule(context: Context) -> int:
    """``rules apply N``: how many; with --yes it is done. It leaves with the next sync."""
    book, place = _chosen(context)
    facade = context.facade
    folder = facade.find_folder(context.options.folder, book.account)
    preview = facade.rules.preview(book.account, folder.id, [place])
    done = 0
    if context.options.yes:
        done = facade.rules.apply(book.account, preview.fitting, [place])
    say = context.output.say
    count, looked = len(preview.fitting), preview.looked_at
    context.output.result(
        {
            "folder": folder.path,
            "looked_at": looked,
            "fitting": count,
            "not_known": preview.not_known,
            "applied": done,
        },
        [
            say(
                f"{count} message(s) concerné(s) sur {looked}, {done} traité(s).",
                f"{count} of {looked} message(s) fit, {done} done.",
            )
        ],
    )
    return ExitCode.DONE


def look(context: Context) -> int:
    """``rules look``. Network."""
    return _tell(context, context.facade.rules.look(_account(context)))


def copies(context: Context) -> int:
    """``rules copies``: newest first."""
    found = context.facade.rules.copies(_account(context))
    context.output.result(
        [{"name": name, "taken": instant(at), "text": text} for name, text, at in found],
        [f"# {instant(at)} {name}\n{text}" for name, text, at in found],
    )
    return ExitCode.DONE


def set_server(context: Context) -> int:
    """``rules server HOST:PORT``."""
    host, _, port = context.options.place.rpartition(":")
    if context.options.place and not (port.isascii() and port.isdecimal()):
        raise LocalRefusal(ErrorCode.USAGE, why="server")
    account = _account(context)
    context.facade.rules.set_server(account, host, int(port or 0))
    return _tell(context, context.facade.rules.book(account))


def status(context: Context) -> int:
    """``absence status``."""
    return _tell_absence(context, _account(context))


def clear(context: Context) -> int:
    """``absence clear``: the words are kept for the next time."""
    account = _account(context)
    rules = context.facade.rules
    rules.save_absence(account, replace(rules.book(account).absence, enabled=False))
    return _tell_absence(context, account)


def set_absence(context: Context) -> int:
    """``absence set``."""
    account, options = _account(context), context.options
    absence = Absence(
        True,
        options.since,
        options.until,
        options.subject,
        read_text_file(options.text_file).rstrip(),
        options.days,
        Audience.SCHOOL if options.only_school else Audience.EVERYONE,
        tuple(one.address for one in context.facade.letters.identities(account)),
    )
    context.facade.rules.save_absence(account, absence)
    return _tell_absence(context, account)


def _account(context: Context) -> AccountId:
    return context.account(context.options.account)


def _chosen(context: Context) -> tuple[RuleBook, int]:
    book = context.facade.rules.book(_account(context))
    place = context.options.rule - 1
    if not 0 <= place < len(book.rules):
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="rule")
    return book, place


def _tell(context: Context, book: RuleBook) -> int:
    lines = table([
        (
            str(place),
            "x" if one.rule.enabled else "-",
            one.runs.value,
            one.rule.name[:60],
        )
        for place, one in enumerate(book.rules, 1)
    ])  # fmt: skip
    context.output.result(
        book_json(book), [*lines, f"{book.offered.value} · {book.state.value} {book.trouble}"]
    )
    return ExitCode.DONE


def _tell_absence(context: Context, account: AccountId) -> int:
    book = context.facade.rules.book(account)
    absence = book.absence
    say = context.output.say
    words = say("désactivé", "off")
    if absence.enabled:
        words = say("actif sur le serveur", "on the server")
        if not book.absence_on_server:
            words = say("en attente du serveur", "waits for the server")
    context.output.result(absence_json(book), [words, absence.subject, absence.text])
    return ExitCode.DONE
