"""``directory`` commands."""

from __future__ import annotations

import json
from pathlib import Path

from mel_desktop.cli.context import Context, at_most, number, read_pem, read_secret
from mel_desktop.cli.output import Json, instant, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectorySource,
    EntryId,
    EntryKind,
    ImportReport,
    LdapSettings,
)

FORMATS = (
    "auto", "aaf", "siecle", "onde", "csv", "vcard", "ldif", "annuaire", "ent-csv", "zimbra",
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
    ldap.add_argument("--base", required=True, metavar="DN")
    ldap.add_argument("--ca-file", type=Path, metavar="PEM")
    files = group.add_parser("import", help="import files")
    files.set_defaults(run=import_files)
    files.add_argument("files", nargs="+", type=Path, metavar="FILE")
    files.add_argument("--format", choices=FORMATS, default="auto")
    files.add_argument(
        "--mapping", type=Path, metavar="FILE", help="what the columns of a CSV are (JSON, TOML)"
    )
    columns_parser = group.add_parser(
        "columns", help="what the columns of a CSV seem to be, as a file for --mapping"
    )
    columns_parser.set_defaults(run=columns)
    columns_parser.add_argument("file", type=Path, metavar="FILE")
    group.add_parser("sync", help="read LDAP sources anew").set_defaults(run=sync)
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
        "complete": report.complete,
    }


def _report_lines(context: Context, report: ImportReport) -> list[str]:
    skipped = len(report.skipped) + report.skipped_more
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
    return ExitCode.DONE


def import_files(context: Context) -> int:
    """``directory import``: an object for one file, a list for several."""
    options = context.options
    facade = context.facade_or_create()
    if options.mapping:
        if options.format not in ("auto", "csv"):
            raise LocalRefusal(ErrorCode.USAGE, option="--mapping")
        return _reports(
            context, facade.people.tables.import_by_file(options.files, options.mapping)
        )
    return _reports(context, facade.import_directory(options.files, format_name=options.format))


def columns(context: Context) -> int:
    """``directory columns``: the document is a file for ``--mapping``."""
    tables = context.facade_or_create().people.tables
    look = tables.look(context.options.file)
    document = tables.written(look.columns)
    context.output.result(json.loads(document), document.splitlines())
    return ExitCode.DONE


def add_ldap(context: Context) -> int:
    """``directory add-ldap``: stored, then read unless --offline."""
    options = context.options
    settings = LdapSettings(
        url=options.url,
        base=options.base,
        bind_dn=options.bind_dn,
        ca_pem=read_pem(options.ca_file),
    )
    password = read_secret(options.password_file) if options.password_file else None
    source = context.facade_or_create().add_ldap(settings, password)
    context.output.result(source_json(source), [f"{source.id} {source.name}"])
    return ExitCode.DONE


def sync(context: Context) -> int:
    """``directory sync``."""
    return _reports(context, context.facade.sync_directory())


def source_json(source: DirectorySource) -> Json:
    """One source."""
    return {
        "id": str(source.id),
        "kind": source.kind.value,
        "name": source.name,
        "url": source.url,
        "updated": instant(source.updated_at),
        "count": source.count,
        "complete": source.complete,
        "attribution": source.attribution,
    }


def sources(context: Context) -> int:
    """``directory sources``."""
    found = context.facade.directory_sources()
    lines = table([
        (str(one.id), one.kind.value, one.name, str(one.count), instant(one.updated_at) or "–")
        for one in found
    ])  # fmt: skip
    lines += [one.attribution for one in found if one.attribution]
    context.output.result([source_json(one) for one in found], lines)
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
    }


def groups(context: Context) -> int:
    """``directory groups``: all; with NAME those whose name holds it, and their members."""
    facade = context.facade
    wanted = (context.options.name or "").casefold()
    documents: list[Json] = []
    lines: list[str] = []
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
        documents.append(document)
    context.output.result(documents, lines)
    return ExitCode.DONE


def show(context: Context) -> int:
    """``directory show``."""
    wanted = EntryId(number(context.options.id))
    entry = context.facade.directory_entry(wanted)
    document: dict[str, Json] = {"id": str(wanted), **entry_json(entry)}
    context.output.result(document, [f"{name}: {value}" for name, value in document.items()])
    return ExitCode.DONE


def search(context: Context) -> int:
    """``directory search``."""
    options = context.options
    if options.limit < 1:
        raise LocalRefusal(ErrorCode.USAGE, option="--limit")
    kind = EntryKind(options.kind) if options.kind else None
    result = context.facade.search_directory(options.query, kind=kind, limit=options.limit)
    hits: list[Json] = [
        {"id": str(hit.id), **entry_json(hit.entry), "source": hit.source, "score": hit.score}
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
