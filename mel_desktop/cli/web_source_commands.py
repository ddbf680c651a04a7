"""``directory add-carddav`` and ``directory add-annuaire``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from mel_desktop.cli.context import Context, read_pem, read_secret
from mel_desktop.cli.output import Json
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ExitCode
from mel_desktop.model.people import DirectorySource

SourceJson = Callable[[DirectorySource], Mapping[str, Json]]


def add_parsers(group: Subparsers, source_json: SourceJson) -> None:
    """Declare the commands within ``directory``."""
    books = group.add_parser("add-carddav", help="add the address books of a CardDAV server")
    books.set_defaults(run=partial(add_carddav, source_json))
    books.add_argument("url", metavar="URL")
    books.add_argument("--login", required=True, metavar="L")
    books.add_argument("--password-file", required=True, metavar="F")
    books.add_argument("--ca-file", type=Path, metavar="PEM")
    schools = group.add_parser("add-annuaire", help="add the ministry's open directory of schools")
    schools.set_defaults(run=partial(add_annuaire, source_json))
    schools.add_argument("--url", default="", help="of the CSV file, in place of the portal's")
    schools.add_argument(
        "--only", default="", metavar="PLACES", help="départements or académies: 35,22,Rennes"
    )


def add_carddav(source_json: SourceJson, context: Context) -> int:
    """Tried at once unless --offline, then stored; ``directory sync`` reads it."""
    options = context.options
    password = read_secret(options.password_file)
    doors = context.facade_or_create().web_sources
    source = doors.add_carddav(
        options.url, options.login, password, ca_pem=read_pem(options.ca_file)
    )
    return _shown(context, source, source_json)


def add_annuaire(source_json: SourceJson, context: Context) -> int:
    """Stored; ``directory sync`` fetches it."""
    options = context.options
    doors = context.facade_or_create().web_sources
    source = doors.add_annuaire(options.url, doors.places(options.only))
    return _shown(context, source, source_json)


def _shown(context: Context, source: DirectorySource, source_json: SourceJson) -> int:
    context.output.result(dict(source_json(source)), [f"{source.id} {source.name}"])
    return ExitCode.DONE
