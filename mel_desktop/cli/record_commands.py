"""``directory register | purge | export-person | erase``: what the directory holds of people."""

from __future__ import annotations

from pathlib import Path

from mel_desktop.app import person_sheet
from mel_desktop.cli.context import Context, number
from mel_desktop.cli.output import Json, instant
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.people import EntryId, SourceId
from mel_desktop.model.records import Holding, year_name


def add_parsers(actions: Subparsers) -> None:
    """Declare them among those of ``directory``."""
    sheet = actions.add_parser("register", help="what is held, for the register (RGPD)")
    sheet.set_defaults(run=register)
    sheet.add_argument("--save", type=Path, metavar="HTML")
    purge_parser = actions.add_parser("purge", help="remove last year's classes and families")
    purge_parser.set_defaults(run=purge)
    purge_parser.add_argument("sources", nargs="*", metavar="SOURCE", help="ids; none: outdated")
    purge_parser.add_argument("--keep-notes", action="store_true")
    purge_parser.add_argument("--keep-learned", action="store_true")
    export = actions.add_parser("export-person", help="all that is held about one person")
    export.set_defaults(run=export_person)
    export.add_argument("id", metavar="ID")
    export.add_argument("--save", type=Path, metavar="ZIP")
    erase_parser = actions.add_parser("erase", help="erase one person for good")
    erase_parser.set_defaults(run=erase)
    erase_parser.add_argument("id", metavar="ID")
    erase_parser.add_argument("--yes", action="store_true", help="without it nothing is erased")


def register(context: Context) -> int:
    """``directory register``."""
    records = context.facade.records
    held = records.holdings()
    if context.options.save:
        records.save_sheet(context.options.save, context.output.say("fr", "en"))
    document: Json = {
        "as_of": instant(held.made_at),
        "school_year": year_name(held.school_year),
        "sources": [_holding(one) for one in held.sources],
        "notes": held.notes,
        "own_groups": held.own_groups,
        "learned": held.learned,
        "erased": held.erased,
        "outdated": [str(one.source.id) for one in held.outdated],
    }
    lines = [
        f"{one.source.id}  {one.source.name}  {one.pupils}/{one.guardians}/{one.staff}"
        f"  {year_name(one.school_year)}"
        for one in held.sources
    ]
    context.output.result(document, lines)
    return ExitCode.DONE


def _holding(one: Holding) -> Json:
    return {
        "id": str(one.source.id),
        "name": one.source.name,
        "kind": one.source.kind.value,
        "as_of": instant(one.source.updated_at),
        "complete": one.source.complete,
        "school_year": None if one.school_year is None else year_name(one.school_year),
        "pupils": one.pupils,
        "guardians": one.guardians,
        "staff": one.staff,
        "groups": one.groups,
        "schools": one.schools,
        "services": one.services,
        "with_address": one.with_address,
        "with_phone": one.with_phone,
        "photos": one.photos,
        "ties": one.ties,
    }


def purge(context: Context) -> int:
    """``directory purge``: those of an earlier school year, or the sources named."""
    records, options = context.facade.records, context.options
    chosen = [SourceId(number(one)) for one in options.sources]
    if not chosen:
        chosen = [one.source.id for one in records.holdings().outdated]
    gone = records.purge(chosen, notes=not options.keep_notes, learned=not options.keep_learned)
    context.output.result(
        {
            "sources": [str(one) for one in chosen],
            "people": gone.people,
            "groups": gone.groups,
            "notes": gone.notes,
            "learned": gone.learned,
        },
        [
            context.output.say(
                f"{gone.people} personnes et {gone.groups} classes et groupes retirés",
                f"{gone.people} people and {gone.groups} classes and groups removed",
            )
        ],
    )
    return ExitCode.DONE


def export_person(context: Context) -> int:
    """``directory export-person``: on stdout as JSON, and in a zip with --save."""
    records, options = context.facade.records, context.options
    entry = EntryId(number(options.id))
    document = person_sheet.data(records.held(entry))
    if options.save:
        records.save_person(entry, options.save, context.output.say("fr", "en"))
    context.output.result(document, [f"{name}: {value}" for name, value in document.items()])
    return ExitCode.DONE


def erase(context: Context) -> int:
    """``directory erase``: only with --yes, for it cannot be undone."""
    if not context.options.yes:
        raise LocalRefusal(ErrorCode.USAGE, option="--yes")
    gone = context.facade.records.erase(EntryId(number(context.options.id)))
    context.output.result(
        {
            "rows": gone.rows,
            "notes": gone.notes,
            "own_groups": gone.own_groups,
            "learned": gone.learned,
            "messages_left": gone.messages_left,
        },
        [
            context.output.say(
                f"Effacé de {gone.rows} listes ; {gone.messages_left} messages restent",
                f"Erased from {gone.rows} lists; {gone.messages_left} messages stay",
            )
        ],
    )
    return ExitCode.DONE
