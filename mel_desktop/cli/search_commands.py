"""Search: what is here, and on the server when asked."""

from __future__ import annotations

from mel_desktop.cli.context import Context
from mel_desktop.cli.output import Json, address, instant, local_time, person, table
from mel_desktop.cli.registry import Subparsers
from mel_desktop.model.errors import ErrorCode, ExitCode, LocalRefusal
from mel_desktop.model.finding import DraftHit, SearchHit, SearchOrder, SearchResult, ServerFound
from mel_desktop.model.people import DirectoryHit

MORE_THAN_A_SCREEN = 10_000


def add_parsers(commands: Subparsers) -> None:
    """Declare the commands of this module."""
    parser = commands.add_parser("search", help="search what is here")
    parser.set_defaults(run=search)
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--best", action="store_true", help="best match first, not newest")
    parser.add_argument("--server", action="store_true", help="ask the mail server too")


def hit_json(hit: SearchHit) -> Json:
    """As the contract has it."""
    return {
        "id": str(hit.id),
        "folder": str(hit.folder),
        "subject": hit.subject,
        "from": address(hit.sender),
        "date": instant(hit.received_at),
        "snippet": hit.snippet,
        "score": hit.score,
        "marks": [list(one) for one in hit.marks],
        "attachment": hit.attachment,
    }


def _draft_json(hit: DraftHit) -> Json:
    return {
        "id": None if hit.id is None else str(hit.id),
        "outbox": None if hit.outbox is None else str(hit.outbox),
        "subject": hit.subject,
        "to": list(hit.recipients),
        "date": instant(hit.saved_at),
        "snippet": hit.snippet,
    }


def _person_json(hit: DirectoryHit) -> Json:
    entry = hit.entry
    return {
        "id": str(hit.id),
        "kind": entry.kind.value,
        "name": entry.name,
        "email": entry.email,
        "role": entry.role,
        "school": entry.school,
    }


def search(context: Context) -> int:
    """``search``: says what it could not look into."""
    options, finding = context.options, context.facade.finding
    if not 0 < options.limit <= MORE_THAN_A_SCREEN:
        raise LocalRefusal(ErrorCode.USAGE, option="--limit")
    order = SearchOrder.BEST if options.best else SearchOrder.NEWEST
    result = finding.search(options.query, limit=options.limit, order=order)
    found: ServerFound | None = None
    more: tuple[SearchHit, ...] = ()
    if options.server:
        found = finding.on_server(options.query)
        known = set(result.ids)
        new = [one for one in found.ids if one not in known]
        more = finding.excerpts(options.query, new[: options.limit])
    document: Json = {
        "hits": [hit_json(hit) for hit in result.hits],
        "drafts": [_draft_json(hit) for hit in result.drafts],
        "people": [_person_json(hit) for hit in result.people],
        "searched": result.searched,
        "not_local": result.not_local,
        "not_indexed": result.not_indexed,
        "seconds": round(result.seconds, 4),
        "server": None
        if found is None
        else {
            "hits": [hit_json(hit) for hit in more],
            "unknown": found.unknown,
            "folders": found.folders,
            "left_out": list(found.left_out),
        },
    }
    context.output.result(document, _lines(context, result, more, found))
    return ExitCode.PARTLY if found is not None and found.left_out else ExitCode.DONE


def _lines(
    context: Context,
    result: SearchResult,
    more: tuple[SearchHit, ...],
    found: ServerFound | None,
) -> list[str]:
    say = context.output.say
    lines = table([_row(hit) for hit in result.hits])
    if result.drafts:
        lines += ["", say("Brouillons et envois en attente :", "Drafts and outbox:")]
        lines += table([(local_time(one.saved_at), one.subject[:70]) for one in result.drafts])
    if result.people:
        lines += ["", say("Annuaire :", "Directory:")]
        lines += table([(one.entry.name, one.entry.email) for one in result.people])
    if found is not None:
        lines += ["", say("Trouvés sur le serveur :", "Found on the server:")]
        lines += table([_row(hit) for hit in more])
        lines.append(
            say(
                f"{found.folders} dossiers interrogés, {found.unknown} messages inconnus ici",
                f"{found.folders} folders asked, {found.unknown} messages not known here yet",
            )
        )
    lines.append(
        say(
            f"{len(result.hits)} trouvés ; {result.searched} messages cherchés,"
            f" {result.not_local} dont le texte n’est pas ici",
            f"{len(result.hits)} found; {result.searched} messages searched,"
            f" {result.not_local} whose text is not here",
        )
    )
    return lines


def _row(hit: SearchHit) -> tuple[str, ...]:
    return str(hit.id), local_time(hit.received_at), person(hit.sender)[:40], hit.subject[:70]
