"""``directory`` commands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from mel_desktop.cli import record_commands, web_source_commands
from mel_desktop.cli.context import Context, at_most, number, read_pem, read_secret
from mel_desktop.cli.output import Json, instant, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.cli.service_json import show_service
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.ldap import LdapLook
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    EntryId,
    EntryKind,
    ImportReport,
    LdapSettings,
    SourceId,
)
from mel_desktop.model.persons import PendingRefresh, Relative, Stamp

FORMATS = (
    "auto", "aaf", "siecle", "sts", "onde", "csv", "vcard", "ldif", "annuaire", "ent-csv", "zimbra",
)  # fmt: skip


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    group = commands.add_parser("directory", help="people, classes, schools").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    ldap = group.add_parser("add-ldap", help="add an LDAP directory")
    ldap.set_defaults(run=add_ldap)
    ldap.add_argument("url", metavar="URL")
    ldap.add_argument("--bind-dn", default="", metavar="DN")
    ldap.add_argument("--password-file", metavar="FILE")
    ldap.add_argument("--base", default="", metavar="DN", help="without: what the server names")
    ldap.add_argument("--ca-file", type=Path, metavar="PEM")
    ldap.add_argument("--schema", default="", metavar="ID", help="how to read it; see --look")
    ldap.add_argument("--pictures", action="store_true", help="fetch pictures of people too")
    ldap.add_argument("--look", action="store_true", help="tell what is there, store nothing")
    files = group.add_parser("import", help="import files")
    files.set_defaults(run=import_files)
    files.add_argument("files", nargs="+", type=Path, metavar="FILE")
    files.add_argument("--format", choices=FORMATS, default="auto")
    files.add_argument(
        "--mapping", type=Path, metavar="FILE", help="what the columns of a CSV are (JSON, TOML)"
    )
    files.add_argument("--name", default="", help="of the source; the same name replaces")
    refresh = group.add_parser("sync", help="read sources on servers anew")
    refresh.set_defaults(run=sync)
    refresh.add_argument("--source", metavar="ID", help="this one only")
    refresh.add_argument(
        "--accept-price", action="store_true", help="also where the line has its price"
    )
    web_source_commands.add_parsers(group, source_json)
    for one in (files, refresh):
        one.add_argument(
            "--accept-removals", action="store_true", help="also where more than a fifth would go"
        )
    for action, run, what in (
        ("accept", accept, "show a copy that waits"),
        ("refuse", refuse, "keep the copy that is shown"),
    ):
        decided = group.add_parser(action, help=what)
        decided.add_argument("source", metavar="ID")
        decided.set_defaults(run=run)
    columns_parser = group.add_parser(
        "columns", help="what the columns of a CSV seem to be, as a file for --mapping"
    )
    columns_parser.set_defaults(run=columns)
    columns_parser.add_argument("file", type=Path, metavar="FILE")
    record_commands.add_parsers(group)
    group.add_parser("sources", help="sources, dates, counts").set_defaults(run=sources)
    groups_parser = group.add_parser("groups", help="groups and classes")
    groups_parser.add_argument("name", nargs="?", metavar="NAME")
    groups_parser.set_defaults(run=groups)
    show_parser = group.add_parser("show", help="one entry")
    show_parser.add_argument("id", metavar="ID")
    show_parser.set_defaults(run=show)
    find = group.add_parser("search", help="by name, school, class, town or UAI")
    find.set_defaults(run=search)
    find.add_argument("query", metavar="QUERY")
    find.add_argument("--kind", choices=[one.value for one in EntryKind])
    find.add_argument("--limit", type=at_most, default=20)


def report_json(report: ImportReport) -> Json:
    """As the contract has it."""
    return {
        "source": report.source,
        "format": report.format,
        "persons": report.persons,
        "groups": report.groups,
        "schools": report.schools,
        "services": report.services,
        "skipped": [{"line": one.line, "reason": one.reason} for one in report.skipped],
        "skipped_more": report.skipped_more,
        "removed": report.removed,
        "ties": report.ties,
        "complete": report.complete,
        "cuts": list(report.cuts),
        "waiting": report.waiting,
        "would_remove": report.would_remove,
    }


def _report_lines(context: Context, report: ImportReport) -> list[str]:
    skipped = len(report.skipped) + report.skipped_more
    if report.waiting:
        return [
            context.output.say(
                f"{report.source} ({report.format}) : {report.would_remove} fiches seraient"
                " retirées ; l’ancienne copie reste affichée. Relancez avec --accept-removals si"
                " c’est voulu.",
                f"{report.source} ({report.format}): {report.would_remove} entries would go; the"
                " old copy is shown. Go on with --accept-removals if that is meant.",
            )
        ]
    return [
        context.output.say(
            f"{report.source} ({report.format}) : {report.persons} personnes,"
            f" {report.groups} groupes, {report.schools} établissements,"
            f" {report.services} services, {skipped} lignes écartées,"
            f" {report.removed} retirés",
            f"{report.source} ({report.format}): {report.persons} persons,"
            f" {report.groups} groups, {report.schools} schools, {report.services} services,"
            f" {skipped} lines skipped, {report.removed} removed",
        )
    ]


def _reports(context: Context, reports: tuple[ImportReport, ...]) -> int:
    document: list[Json] = [report_json(one) for one in reports]
    context.output.result(
        document[0] if len(document) == 1 else document,
        [line for one in reports for line in _report_lines(context, one)],
    )
    return ExitCode.DECIDE if any(one.waiting for one in reports) else ExitCode.DONE


def import_files(context: Context) -> int:
    """``directory import``: an object for one file, a list for several."""
    options = context.options
    people = context.facade_or_create().people
    if options.mapping:
        if options.format not in ("auto", "csv") or (options.name and len(options.files) > 1):
            raise LocalRefusal(ErrorCode.USAGE, option="--mapping")
        reports = people.tables.import_by_file(
            options.files,
            options.mapping,
            options.name,
            accept_removals=options.accept_removals,
        )
        return _reports(context, reports)
    reports = people.import_files(
        options.files,
        format_name=options.format,
        name=options.name,
        accept_removals=options.accept_removals,
    )
    return _reports(context, reports)


def columns(context: Context) -> int:
    """``directory columns``: the document is a file for ``--mapping``."""
    tables = context.facade_or_create().people.tables
    look = tables.look(context.options.file)
    document = tables.written(look.columns)
    context.output.result(json.loads(document), document.splitlines())
    return ExitCode.DONE


def add_ldap(context: Context) -> int:
    """``directory add-ldap``: looked at, or stored, to be read by ``directory sync``."""
    options = context.options
    settings = LdapSettings(
        url=options.url,
        base=options.base,
        bind_dn=options.bind_dn,
        ca_pem=read_pem(options.ca_file),
        profile=options.schema,
        photos=options.pictures,
    )
    password = read_secret(options.password_file) if options.password_file else None
    facade = context.facade_or_create()
    if options.look:
        look = facade.ldap.look(settings, password)
        context.output.result(
            look_json(look),
            [f"{look.base}: {look.count}{'+' if look.count >= look.counted_up_to else ''}",
             f"profile: {look.profile or '-'}", *look.cuts],
        )  # fmt: skip
        return ExitCode.DONE
    if settings.profile not in facade.ldap.profiles():
        raise LocalRefusal(ErrorCode.USAGE, option="--schema")
    source = facade.add_ldap(settings, password)
    context.output.result(source_json(source), [f"{source.id} {source.name}"])
    return ExitCode.DONE


def look_json(look: LdapLook) -> Json:
    """What a look at a server found. ``names`` are left out: the count says enough."""
    return {
        "base": look.base,
        "bases": list(look.bases),
        "profile": look.profile,
        "count": look.count,
        "counted_up_to": look.counted_up_to,
        "paging": look.has_paging,
        "sync": look.has_sync,
        "cuts": list(look.cuts),
    }


def sync(context: Context) -> int:
    """``directory sync``."""
    options = context.options
    reports = context.facade.web_sources.sync(
        SourceId(number(options.source)) if options.source else None,
        accept_price=options.accept_price,
        accept_removals=options.accept_removals,
    )
    return _reports(context, reports)


def accept(context: Context) -> int:
    """``directory accept``: a copy that waits is shown."""
    source = SourceId(number(context.options.source))
    return _reports(context, (context.facade.people.accept(source),))


def refuse(context: Context) -> int:
    """``directory refuse``: a copy that waits is let go."""
    context.facade.people.refuse(SourceId(number(context.options.source)))
    context.output.result({}, [])
    return ExitCode.DONE


def _pending_json(pending: PendingRefresh) -> Json:
    return {
        "read_at": instant(pending.read_at),
        "would_remove": pending.would_remove,
        "would_hold": pending.would_hold,
    }


def source_json(source: DirectorySource) -> dict[str, Json]:
    """One source."""
    return {
        "id": str(source.id),
        "kind": source.kind.value,
        "name": source.name,
        "url": source.url,
        "updated": instant(source.updated_at),
        "as_of": instant(source.updated_at),
        "count": source.count,
        "complete": source.complete,
        "attribution": source.attribution,
    }


def sources(context: Context) -> int:
    """``directory sources``."""
    found = context.facade.directory_sources()
    pending = {one.source.id: one for one in context.facade.people.pending()}
    lines = table([
        (str(one.id), one.kind.value, one.name, str(one.count), instant(one.updated_at) or "–")
        for one in found
    ])  # fmt: skip
    lines += [one.attribution for one in found if one.attribution]
    for one in pending.values():
        lines.append(
            context.output.say(
                f"{one.source.name} : une copie du {instant(one.read_at)} retirerait"
                f" {one.would_remove} fiches sur {one.shown} (directory accept {one.source.id}).",
                f"{one.source.name}: a copy of {instant(one.read_at)} would remove"
                f" {one.would_remove} of {one.shown} entries (directory accept {one.source.id}).",
            )
        )
    documents: list[Json] = []
    for source in found:
        document = source_json(source)
        waits = pending.get(source.id)
        document["waiting"] = None if waits is None else _pending_json(waits)
        documents.append(document)
    context.output.result(documents, lines)
    return ExitCode.DONE


def entry_json(entry: DirectoryEntry) -> dict[str, Json]:
    """An entry without its id."""
    return {
        "kind": entry.kind.value,
        "name": entry.name,
        "email": entry.email,
        "role": entry.role,
        "school": entry.school,
        "uai": entry.uai,
        "classes": list(entry.classes),
        "town": entry.town,
        "phone": entry.phone,
        "profile": entry.profile.value,
        "title": entry.title,
        "more_emails": list(entry.more_emails),
        "more_phones": list(entry.more_phones),
        "subjects": list(entry.subjects),
        "web": entry.web,
        "about": entry.about,
    }


def _freshness(context: Context, sources: Iterable[SourceId]) -> dict[str, Json]:
    """As of when, by the oldest of these sources, and whether all of them are complete."""
    wanted = frozenset(sources)
    known = [one for one in context.facade.directory_sources() if one.id in wanted]
    dates = [one.updated_at for one in known if one.updated_at is not None]
    return {
        "as_of": instant(min(dates, default=None)),
        "complete": bool(known) and all(one.complete for one in known),
    }


def groups(context: Context) -> int:
    """``directory groups``: all; with NAME those whose name holds it, and their members."""
    facade = context.facade
    wanted = (context.options.name or "").casefold()
    documents: list[Json] = []
    lines: list[str] = []
    whose = facade.people.sources_of_groups()
    fresh = {one: _freshness(context, [one]) for one in set(whose.values())}
    for entry_id, entry, count in facade.directory_groups():
        if wanted not in entry.name.casefold():
            continue
        document: dict[str, Json] = {
            "id": str(entry_id),
            "name": entry.name,
            "school": entry.school,
            "members": count,
        }
        lines.append(f"{entry_id}  {entry.name}  {entry.school}  {count}")
        if wanted:
            people = facade.directory_members(entry_id)
            document["people"] = [{"id": str(one.id), **entry_json(one.entry)} for one in people]
            lines += [f"    {one.entry.name}  {one.entry.email}" for one in people]
            document["audiences"] = [
                {
                    "audience": hit.audience.value,
                    "subject": hit.subject,
                    "members": len(hit.members),
                    "without_address": list(hit.unreachable),
                }
                for hit in facade.people.class_groups(entry_id)
            ]
        document.update(fresh[whose[entry_id]])
        documents.append(document)
    context.output.result(documents, lines)
    return ExitCode.DONE


def show(context: Context) -> int:
    """``directory show``: what all sources that have it say together."""
    wanted = EntryId(number(context.options.id))
    service = context.facade.contacts.service(wanted)
    if service is not None:
        return show_service(context, wanted, service)
    card = context.facade.people.card(wanted)
    document: dict[str, Json] = {
        "id": str(wanted),
        **entry_json(card.entry),
        "ids": [str(one) for one in card.ids],
        "sources": [_stamp_json(one) for one in card.stamps],
        "groups": [
            {
                "id": str(one.group),
                "name": one.name,
                "school": one.school,
                "part": one.part.value,
                "subject": one.subject,
            }
            for one in card.classes
        ],
        "family": [_relative_json(one) for one in card.family],
        "note": card.note,
        "has_picture": bool(card.photo),
        **_freshness(context, [one.source for one in card.stamps]),
    }
    context.output.result(document, [f"{name}: {value}" for name, value in document.items()])
    return ExitCode.DONE


def _stamp_json(stamp: Stamp) -> Json:
    return {
        "id": str(stamp.source),
        "name": stamp.name,
        "as_of": instant(stamp.as_of),
        "complete": stamp.complete,
    }


def _relative_json(one: Relative) -> Json:
    return {
        "id": str(one.hit.id),
        "name": one.hit.entry.name,
        "email": one.hit.entry.email,
        "relation": one.relation.value,
        "legal": one.is_legal,
        "contact": one.is_contact,
    }


def search(context: Context) -> int:
    """``directory search``."""
    options = context.options
    if options.limit < 1:
        raise LocalRefusal(ErrorCode.USAGE, option="--limit")
    kind = EntryKind(options.kind) if options.kind else None
    result = context.facade.search_directory(options.query, kind=kind, limit=options.limit)
    hits: list[Json] = [
        {
            "id": str(hit.id),
            **entry_json(hit.entry),
            "source": hit.source,
            "sources": [str(one) for one in hit.sources],
            "score": hit.score,
        }
        for hit in result.hits
    ]
    rows = [
        (
            hit.entry.name,
            hit.entry.email,
            hit.entry.role,
            hit.entry.school or hit.entry.town,
            ", ".join(hit.entry.classes),
        )
        for hit in result.hits
    ]
    context.output.result(
        {
            "hits": hits,
            "total": result.total,
            "as_of": instant(result.as_of),
            "complete": result.complete,
        },
        table(rows),
    )
    return ExitCode.DONE
