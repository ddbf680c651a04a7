"""``template``, ``signature``, ``merge`` and ``merges`` commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mel_desktop.app.facade import Facade
from mel_desktop.cli.context import Context, number, read_text_file
from mel_desktop.cli.output import Json, instant, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.identities import Identity, Signature
from mel_desktop.model.merging import (
    Audience,
    ItemRow,
    LeftOut,
    MergeId,
    MergeOptions,
    MergePlan,
    MergeRow,
    MergeSource,
)
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.templates import Template

# A subject is taught in a school, not in a class.
AUDIENCES = tuple(one.value for one in Audience if one is not Audience.SUBJECT)


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    _template_parsers(commands)
    _signature_parsers(commands)
    merge = commands.add_parser("merge", help="one message per person, never a visible list")
    merge.set_defaults(run=start_merge)
    merge.add_argument("--template", required=True, metavar="NAME")
    people = merge.add_mutually_exclusive_group(required=True)
    people.add_argument("--group", metavar="G")
    people.add_argument("--csv", type=Path, metavar="FILE")
    merge.add_argument("--who", choices=AUDIENCES, default="all")
    merge.add_argument("--together", action="store_true", help="one message per family")
    merge.add_argument("--skip-missing", action="store_true", help="leave out whom a field misses")
    merge.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    merge.add_argument("--attach", action="append", default=[], type=Path, metavar="FILE")
    merge.add_argument("--accept", action="append", default=[], metavar="WARNING")
    merge.add_argument("--account", metavar="ID")
    merge.add_argument("--dry-run", action="store_true")
    group = commands.add_parser("merges", help="merges under way and done").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    group.add_parser("list", help="every merge").set_defaults(run=list_merges)
    for name, text, run in (
        ("show", "what became of everybody", show_merge),
        ("pause", "hold back what has not left", pause_merge),
        ("resume", "go on", resume_merge),
        ("cancel", "what has not left never leaves", cancel_merge),
    ):
        parser = group.add_parser(name, help=text)
        parser.add_argument("id", metavar="ID")
        parser.set_defaults(run=run)
        if name == "show":
            parser.add_argument("--out", type=Path, metavar="CSV")


def _template_parsers(commands: Subparsers) -> None:
    group = commands.add_parser("template", help="letters with fields").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    group.add_parser("list", help="every template").set_defaults(run=list_templates)
    for name, text, run in (
        ("show", "one template", show_template),
        ("save", "keep one in the vault", save_template),
        ("delete", "forget one of the vault", delete_template),
    ):
        parser = group.add_parser(name, help=text)
        parser.add_argument("name", metavar="NAME", nargs="?" if name == "save" else None)
        parser.set_defaults(run=run)
        if name == "save":
            parser.add_argument("--title")
            parser.add_argument("--subject", default="")
            body = parser.add_mutually_exclusive_group(required=True)
            body.add_argument("--text-file", metavar="FILE")
            body.add_argument("--html-file", metavar="FILE")
            body.add_argument("--from-file", type=Path, metavar="FILE", help="TOML or .eml")


def _signature_parsers(commands: Subparsers) -> None:
    group = commands.add_parser("signature", help="how identities sign").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    group.add_parser("list", help="identities and signatures").set_defaults(run=list_signatures)
    save = group.add_parser("save", help="sign an identity")
    save.set_defaults(run=save_signature)
    save.add_argument("--account", metavar="ID")
    save.add_argument("--identity", metavar="ADDRESS", help="default: the account's own")
    save.add_argument("--text-file", metavar="FILE")
    save.add_argument("--html-file", metavar="FILE")


# -- templates -------------------------------------------------------------------------------------


def template_json(facade: Facade, one: Template) -> dict[str, Json]:
    """One template."""
    return {
        "name": one.name,
        "title": one.title,
        "language": one.language,
        "origin": one.origin.value,
        "subject": one.subject,
        "text": one.text,
        "html": one.html,
        "fields": list(facade.letters.fields(facade.letters.letter(one))),
    }


def list_templates(context: Context) -> int:
    """``template list``."""
    found = context.facade.letters.templates()
    context.output.result(
        [template_json(context.facade, one) for one in found],
        table([(one.name, one.origin.value, one.language, one.title) for one in found]),
    )
    return ExitCode.DONE


def show_template(context: Context) -> int:
    """``template show``."""
    found = context.facade.letters.template(context.options.name)
    context.output.result(
        template_json(context.facade, found), [found.title, found.subject, "", found.text]
    )
    return ExitCode.DONE


def save_template(context: Context) -> int:
    """``template save``: from a text, or all that a file holds."""
    options, letters = context.options, context.facade.letters
    if options.from_file is not None:
        saved = letters.take_templates(options.from_file)
    else:
        if not options.name:
            raise LocalRefusal(ErrorCode.USAGE, option="NAME")
        html = read_text_file(options.html_file) if options.html_file else ""
        text = context.facade.plain_text(html) if html else read_text_file(options.text_file)
        new = Template(options.name, options.title or options.name, options.subject, text, html)
        saved = (letters.save_template(new),)
    context.output.result(
        [template_json(context.facade, one) for one in saved], [one.name for one in saved]
    )
    return ExitCode.DONE


def delete_template(context: Context) -> int:
    """``template delete``."""
    context.facade.letters.delete_template(context.options.name)
    context.output.result({"deleted": context.options.name})
    return ExitCode.DONE


def filled_template(context: Context, name: str, content: DraftContent) -> DraftContent:
    """For ``draft new --template``: the letter with what is known; the rest stays to be seen."""
    facade = context.facade
    found = facade.letters.template(name)
    letter = facade.letters.letter(found)
    account = context.account(context.options.account)
    known = facade.letters.known_fields(account, content, found.language)
    letter, missing = facade.letters.fill(letter, known)
    if missing:
        listed = ", ".join(missing)
        context.output.note(f"Champs à compléter : {listed}", f"Fields to fill in: {listed}")
    return replace(
        content,
        subject=content.subject or letter.subject,
        text=f"{letter.text}{content.text}",
        html=letter.html,
    )


# -- signatures ------------------------------------------------------------------------------------


def signature_json(one: Identity) -> Json:
    """An identity and how it signs."""
    return {
        "account": str(one.account),
        "kind": one.kind.value,
        "name": one.name,
        "address": one.address,
        "reply_to": one.reply_to,
        "sent_folder": one.sent_folder,
        "default": one.is_default,
        "text": one.signature.text,
        "html": one.signature.html,
    }


def list_signatures(context: Context) -> int:
    """``signature list``."""
    found = [one for _, ours in context.facade.letters.everyone() for one in ours]
    context.output.result(
        [signature_json(one) for one in found],
        table([(one.address, one.kind.value, " / ".join(one.signature.text.splitlines()))
               for one in found]),
    )  # fmt: skip
    return ExitCode.DONE


def save_signature(context: Context) -> int:
    """``signature save``: without a file the identity does not sign any more."""
    options, letters = context.options, context.facade.letters
    ours = letters.identities(context.account(options.account))
    wanted = (options.identity or ours[0].address).casefold()
    chosen = next((one for one in ours if one.address.casefold() == wanted), None)
    if chosen is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="identity")
    html = read_text_file(options.html_file) if options.html_file else ""
    text = read_text_file(options.text_file) if options.text_file else ""
    if html and not text:
        text = context.facade.plain_text(html)
    saved = letters.save_identity(replace(chosen, signature=Signature(text.rstrip("\n"), html)))
    context.output.result(signature_json(saved), [saved.address])
    return ExitCode.DONE


# -- merges ----------------------------------------------------------------------------------------


def start_merge(context: Context) -> int:
    """``merge``: planned, told, and queued unless it is a dry run."""
    options, facade = context.options, context.facade
    found = facade.letters.template(options.template)
    letter = facade.letters.letter(found)
    account = context.account(options.account)
    people = _people(context, letter)
    choices = MergeOptions(_given(options.set), options.together, options.skip_missing)
    letter = replace(letter, sender=facade.letters.default_sender(account))
    draft = facade.new_draft(account, letter)
    keep = False
    try:
        for file in options.attach:
            facade.attach(draft.id, file)
        draft = facade.draft(draft.id)
        plan = facade.letters.plan_merge(draft, people.people, choices, language=found.language)
        told = _plan_json(plan)
        if options.dry_run:
            context.output.result(
                {**told, "dry_run": True, "merge": None}, _plan_lines(context, plan)
            )
            return ExitCode.PARTLY if plan.missing else ExitCode.DONE
        row = facade.letters.start_merge(
            draft.id,
            people.people,
            choices,
            language=found.language,
            accepted=frozenset(options.accept),
        )
        keep = True
    except LocalRefusal as refusal:
        if not refusal.facts.get("warnings"):
            raise
        everybody = facade.letters.recipients_of(plan)
        context.output.warnings(refusal, facade.safety.look_at_letter(draft.id, everybody))
        return refusal.code.exit_code
    finally:
        if not keep:
            facade.delete_draft(draft.id)
    _send(context)
    row = facade.letters.merge_report(row.id).merge
    context.output.result(
        {**told, "dry_run": False, "merge": str(row.id), **_counts(row)},
        [f"{row.id}", *_plan_lines(context, plan)],
    )
    return ExitCode.PARTLY if row.failed else ExitCode.DONE


def _people(context: Context, letter: DraftContent) -> MergeSource:
    options, letters = context.options, context.facade.letters
    if options.csv is not None:
        read = letters.read_table(options.csv)
        mapping = letters.suggested_columns(read, letters.fields(letter))
        return letters.people_of_table(read, mapping)
    group = letters.group_named(options.group)
    if group is None:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="group")
    return letters.people_of(group, Audience(options.who))


def _given(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise LocalRefusal(ErrorCode.USAGE, option="--set")
        found[name.strip()] = value
    return found


def _send(context: Context) -> None:
    if context.options.offline:
        return
    try:
        context.facade.send_now()
    except ConnectionTrouble as trouble:
        context.output.note(
            f"Les messages partent dès que le serveur est joignable ({trouble.code.text}).",
            f"The messages leave as soon as the server can be reached ({trouble.code.text}).",
        )


def _plan_json(plan: MergePlan) -> dict[str, Json]:
    def names(why: LeftOut) -> list[Json]:
        return [who for who, reason in plan.left_out if reason is why]

    return {
        "messages": len(plan.messages),
        "without_address": names(LeftOut.NO_ADDRESS),
        "bad_address": names(LeftOut.BAD_ADDRESS),
        "twice": names(LeftOut.TWICE),
        "skipped": names(LeftOut.FIELD_MISSING),
        "missing": [{"field": name, "messages": count} for name, count in plan.missing],
        "bytes": plan.octets,
    }


def _plan_lines(context: Context, plan: MergePlan) -> list[str]:
    say = context.output.say
    lines = [say(f"{len(plan.messages)} messages", f"{len(plan.messages)} messages")]
    for why, fr, en in (
        (LeftOut.NO_ADDRESS, "sans adresse", "without an address"),
        (LeftOut.BAD_ADDRESS, "adresse incorrecte", "address not valid"),
        (LeftOut.TWICE, "en double", "twice"),
        (LeftOut.FIELD_MISSING, "écartés : champ manquant", "left out: a field is missing"),
    ):
        if plan.count(why):
            lines.append(f"{plan.count(why)} {say(fr, en)}")
    lines += [
        say(f"Champ manquant : {name} ({count})", f"Field missing: {name} ({count})")
        for name, count in plan.missing
    ]
    return lines


def _counts(row: MergeRow) -> dict[str, Json]:
    return {
        "state": row.state.value,
        "total": row.total,
        "waiting": row.waiting,
        "in_outbox": row.in_outbox,
        "sent": row.sent,
        "failed": row.failed,
        "given_up": row.given_up,
        "left_out": row.left_out,
    }


def merge_json(row: MergeRow) -> dict[str, Json]:
    """One merge."""
    return {
        "id": str(row.id),
        "account": str(row.account),
        "subject": row.subject,
        "created": instant(row.created_at),
        **_counts(row),
    }


def list_merges(context: Context) -> int:
    """``merges list``."""
    rows = context.facade.letters.merges()
    context.output.result(
        [merge_json(one) for one in rows],
        table([(str(one.id), one.state.value, f"{one.sent}/{one.total}", one.subject)
               for one in rows]),
    )  # fmt: skip
    return ExitCode.DONE


def show_merge(context: Context) -> int:
    """``merges show``: the report, with --out as a CSV."""
    report = context.facade.letters.merge_report(_merge_id(context))
    items = [_item_json(one) for one in report.items]
    left_out: list[Json] = [{"who": who, "reason": why.value} for who, why in report.left_out]
    lines = [_item_cells(one) for one in report.items]
    lines += [(who, "", why.value, "") for who, why in report.left_out]
    if context.options.out is not None:
        heading = ("Destinataire", "Adresses", "État", "Motif")
        context.facade.letters.write_report([heading, *lines], context.options.out)
    context.output.result(
        {**merge_json(report.merge), "items": items, "people_left_out": left_out}, table(lines)
    )
    return ExitCode.DONE


def _item_json(one: ItemRow) -> Json:
    return {
        "who": one.who,
        "addresses": list(one.addresses),
        "state": one.state.value,
        "reason": one.reason,
        "detail": one.detail,
        "refused": [{"address": address, "reply": reply} for address, reply in one.refused],
    }


def _item_cells(one: ItemRow) -> tuple[str, str, str, str]:
    reason = " ".join(filter(None, (one.reason, one.detail)))
    return one.who, ", ".join(one.addresses), one.state.value, reason


def _merge_id(context: Context) -> MergeId:
    return MergeId(number(context.options.id))


def pause_merge(context: Context) -> int:
    """``merges pause``."""
    context.facade.letters.pause_merge(_merge_id(context))
    return _told(context)


def resume_merge(context: Context) -> int:
    """``merges resume``."""
    context.facade.letters.resume_merge(_merge_id(context))
    return _told(context)


def cancel_merge(context: Context) -> int:
    """``merges cancel``: the letter is among the drafts again."""
    context.facade.letters.cancel_merge(_merge_id(context))
    return _told(context)


def _told(context: Context) -> int:
    row = context.facade.letters.merge_report(_merge_id(context)).merge
    context.output.result(merge_json(row), [f"{row.id} {row.state.value}"])
    return ExitCode.DONE
