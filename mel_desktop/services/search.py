"""Local search: words through the full-text index, the rest through SQL, newest first.

Says honestly what it looked through and what it could not, because its text is not here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, cast

from mel_desktop.logic import search_query, snippets
from mel_desktop.logic.folding import fold
from mel_desktop.model.mail import (
    Address,
    FolderId,
    Marks,
    MessageId,
    SearchHit,
    SearchResult,
)
from mel_desktop.ports import Clock
from mel_desktop.store import reindexing
from mel_desktop.store import search as rows
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.times import from_text

MOST_HITS: Final = 1000
EARLIEST: Final = date(1971, 1, 1)  # Windows has no local time before 1970
ROLE_NAMES: Final = {
    "inbox": ("inbox", "reception", "boite de reception", "courrier entrant"),
    "sent": ("sent", "envoyes", "messages envoyes", "elements envoyes"),
    "drafts": ("drafts", "brouillons"),
    "trash": ("trash", "corbeille", "elements supprimes"),
    "junk": ("junk", "spam", "indesirables", "courrier indesirable", "pourriel"),
    "archive": ("archive", "archives"),
}


class SearchService:
    """Search over one profile."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def search(self, query: str, *, limit: int = 50) -> SearchResult:
        """The newest messages that fit. An empty query finds nothing. USAGE: unreadable date."""
        began = self._clock.monotonic()
        wanted = search_query.parse(query, self._clock.now().astimezone().date())
        limit = max(0, min(limit, MOST_HITS))
        with self._database.read() as reader:
            filters = _filters(reader, wanted)
            searched, not_local = rows.searched(reader, filters)
            found: tuple[rows.Found, ...] = ()
            if not wanted.is_empty and limit:
                found = rows.find(reader, wanted.match, wanted.unwanted, filters, limit)
            hits = _hits(reader, wanted, found)
            not_indexed = reindexing.left(reader)
        seconds = self._clock.monotonic() - began
        return SearchResult(hits, searched, not_local, seconds, not_indexed)


def _hits(
    reader: Reader, wanted: search_query.Query, found: tuple[rows.Found, ...]
) -> tuple[SearchHit, ...]:
    pattern = snippets.pattern(wanted.terms)
    return tuple(
        SearchHit(
            id=MessageId(one.id),
            folder=FolderId(one.folder),
            subject=one.subject,
            sender=Address(one.from_name, one.from_address),
            received_at=cast("datetime", from_text(one.received_at)),
            snippet=snippets.snippet(rows.text(reader, one.id), pattern)
            or snippets.beginning(one.preview),
            score=snippets.score(
                wanted.terms, one.subject, f"{one.from_name} {one.from_address}", one.recipients
            ),
        )
        for one in found
    )


def _filters(reader: Reader, wanted: search_query.Query) -> rows.Filters:
    folders: frozenset[int] | None = None
    if wanted.folders or wanted.not_folders:
        known = rows.folders(reader)
        folders = frozenset(
            id_
            for id_, path, delimiter, role in known
            if (not wanted.folders or _is_named(path, delimiter, role, wanted.folders))
            and not _is_named(path, delimiter, role, wanted.not_folders)
        )
    states = (
        (Marks.SEEN, wanted.seen),
        (Marks.FLAGGED, wanted.flagged),
        (Marks.ANSWERED, wanted.answered),
    )
    return rows.Filters(
        folders=folders,
        after=_midnight(wanted.after),
        before=_midnight(wanted.before),
        has_attachments=wanted.has_attachments,
        marks_set=sum(mark.value for mark, state in states if state is True),
        marks_clear=sum(mark.value for mark, state in states if state is False),
    )


def _is_named(path: str, delimiter: str, role: str, names: tuple[str, ...]) -> bool:
    """By role, whole path, or the beginning of any name on the path (so with its subfolders)."""
    folded = fold(path)
    levels = [folded, *(folded.split(delimiter) if delimiter else ())]
    levels += ROLE_NAMES.get(role, ())
    return any(level.startswith(name) for name in names for level in levels)


def _midnight(day: date | None) -> datetime | None:
    """When the day begins where this computer is."""
    if day is None:
        return None
    day = max(day, EARLIEST)
    local = datetime(day.year, day.month, day.day)  # noqa: DTZ001 astimezone() adds the local zone
    return local.astimezone(UTC)
