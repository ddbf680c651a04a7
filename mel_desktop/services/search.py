"""Local search: words through the full-text index, the rest through SQL, newest first.

Says honestly what it looked through and what it could not, because its text is not here. Never
asks a server: services.serversearch does, and only when a person wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, cast

from mel_desktop.logic.folding import fold
from mel_desktop.logic.lexicon import NoLexicon
from mel_desktop.model.finding import (
    DraftHit,
    Excerpt,
    SearchHit,
    SearchOrder,
    SearchResult,
    TypedQuery,
)
from mel_desktop.model.mail import Address, FolderId, Marks, MessageId
from mel_desktop.model.outgoing import Draft, DraftId, OutboxId
from mel_desktop.model.people import DirectoryHit
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock
from mel_desktop.store import draftindex, outgoing, reindexing
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.times import from_text

if TYPE_CHECKING:
    from mel_desktop.logic import snippets
    from mel_desktop.logic.abbreviations import Abbreviations
    from mel_desktop.logic.search_query import Query
    from mel_desktop.logic.search_words import Forms
    from mel_desktop.store import search as rows

MOST_HITS: Final = 1000
DRAFTS_SHOWN: Final = 20
LISTED: Final = 3  # letters of the longest beginning that the index has a list of
MOST_WORDS: Final = 32  # that a beginning is spelt out by: more cost more than they save (measured)
MOST_DRAFT_FILES: Final = 1_000_000  # letters of the files of a draft, for its snippet
PEOPLE_SHOWN: Final = 5
COUNTED: Final = 1000  # of a saved search
EARLIEST: Final = date(1971, 1, 1)  # Windows has no local time before 1970
ROLE_NAMES: Final = {
    "inbox": ("inbox", "reception", "boite de reception", "courrier entrant"),
    "sent": ("sent", "envoyes", "messages envoyes", "elements envoyes"),
    "drafts": ("drafts", "brouillons"),
    "trash": ("trash", "corbeille", "elements supprimes"),
    "junk": ("junk", "spam", "indesirables", "courrier indesirable", "pourriel"),
    "archive": ("archive", "archives"),
}
People = Callable[[str, int], tuple[DirectoryHit, ...]]


@dataclass(frozen=True, slots=True)
class Words:
    """What queries are widened with."""

    lexicon: Forms
    abbreviations: Abbreviations


def plain_words() -> Words:
    """None: every word stands for itself."""
    from mel_desktop.logic.abbreviations import Abbreviations  # noqa: PLC0415 first needed here

    return Words(NoLexicon(), Abbreviations())


class SearchService:
    """Search over one profile.

    ``words`` is asked once, at the first search; ``people`` finds (typed words, how many).
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        words: Callable[[], Words] = plain_words,
        people: People | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._load_words = words
        self._words: Words | None = None
        self._people = people

    def read(self, query: str) -> Query:
        """What a query asks for, its words widened. USAGE: what cannot be read."""
        from mel_desktop.logic import search_query, search_words  # noqa: PLC0415 first needed here

        words = self.words()
        wanted = search_query.parse(query, self._clock.now().astimezone().date())
        return search_words.widen(wanted, words.lexicon, words.abbreviations)

    def split(self, typed: str) -> TypedQuery:
        """Operators that are complete, and the rest."""
        from mel_desktop.logic import search_chips  # noqa: PLC0415 seldom

        return search_chips.split(typed, self._clock.now().astimezone().date())

    def words(self) -> Words:
        """What queries are widened with; read once."""
        if self._words is None:
            self._words = self._load_words()
        return self._words

    def search(
        self,
        query: str,
        *,
        limit: int = 50,
        shown: int | None = None,
        order: SearchOrder = SearchOrder.NEWEST,
        everywhere: bool = True,
    ) -> SearchResult:
        """The messages that fit, drafts and people too (``everywhere``). USAGE: unreadable date.

        An empty query finds nothing. Of ``limit`` ids only the first ``shown`` become hits with
        their snippets; ``excerpts`` gives the others.
        """
        from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

        began = self._clock.monotonic()
        wanted = self.read(query)
        limit = max(0, min(limit, MOST_HITS))
        drafts: tuple[DraftHit, ...] = ()
        with self._database.read() as reader:
            filters = _filters(reader, wanted)
            searched, not_local = rows.searched(reader, filters)
            ids: tuple[int, ...] = ()
            if not wanted.is_empty and limit:
                best = order is SearchOrder.BEST
                asked = _spelt_out(reader, wanted)
                ids = rows.find(reader, asked.match, asked.unwanted, filters, limit, best=best)
            hits = _hits(reader, wanted, ids if shown is None else ids[: max(0, shown)])
            not_indexed = reindexing.left(reader)
            if everywhere and limit:
                drafts = self._find_drafts(reader, wanted)
        people = self._find_people(wanted) if everywhere and limit else ()
        seconds = self._clock.monotonic() - began
        return SearchResult(
            hits,
            searched,
            not_local,
            seconds,
            not_indexed,
            drafts,
            people,
            tuple(map(MessageId, ids)),
        )

    def excerpts(self, query: str, ids: Sequence[MessageId]) -> tuple[SearchHit, ...]:
        """Some messages of a result as hits, for when they come into sight."""
        wanted = self.read(query)
        with self._database.read() as reader:
            return _hits(reader, wanted, ids)

    def count(self, query: str) -> int:
        """How many messages fit, at most ``COUNTED``."""
        from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

        wanted = self.read(query)
        if wanted.is_empty:
            return 0
        with self._database.read() as reader:
            filters = _filters(reader, wanted)
            asked = _spelt_out(reader, wanted)
            return rows.count(reader, asked.match, asked.unwanted, filters, COUNTED)

    # -- drafts and people -----------------------------------------------------------------------

    def _find_drafts(self, reader: Reader, wanted: Query) -> tuple[DraftHit, ...]:
        """Drafts being written and messages in the outbox; () where only messages can fit."""
        asked = replace(wanted, terms=(), without=(), draft=None, after=None, before=None)
        if not asked.is_empty or wanted.is_empty or wanted.draft is False:
            return ()
        if not wanted.terms and not wanted.draft:
            return ()
        ids = draftindex.find(
            reader,
            wanted.match,
            wanted.unwanted,
            after=_midnight(wanted.after),
            before=_midnight(wanted.before),
            limit=DRAFTS_SHOWN,
        )
        if not ids:
            return ()
        sending = outgoing.outbox_of_drafts(reader)
        return tuple(
            _draft_hit(reader, wanted, outgoing.draft(reader, one), sending.get(one)) for one in ids
        )

    def _find_people(self, wanted: Query) -> tuple[DirectoryHit, ...]:
        from mel_desktop.logic.search_terms import leaves  # noqa: PLC0415 first needed here

        asked = replace(wanted, terms=())
        terms = [one for one in leaves(wanted.terms) if one.typed]
        names_only = all(one.column in ("", "sender", "recipients") for one in terms)
        if self._people is None or not terms or not asked.is_empty or not names_only:
            return ()
        return self._people(" ".join(one.typed.rstrip("*") for one in terms), PEOPLE_SHOWN)


def _draft_hit(reader: Reader, wanted: Query, draft: Draft, outbox: OutboxId | None) -> DraftHit:
    content = draft.content
    line = _draft_excerpt(reader, wanted, draft)
    people = (*content.to, *content.cc, *content.bcc)
    return DraftHit(
        DraftId(draft.id),
        outbox,
        content.subject,
        tuple(one.name or one.address for one in people),
        draft.saved_at,
        line.text,
        line.marks,
    )


def _draft_excerpt(reader: Reader, wanted: Query, draft: Draft) -> Excerpt:
    """From the text; failing that from a file; failing that the beginning."""
    from mel_desktop.logic import snippets  # noqa: PLC0415 seldom

    text = draftindex.text(draft.content)
    in_body = snippets.pattern(wanted.terms, "body")
    if in_body is not None and (line := snippets.excerpt(text, in_body)):
        return line
    in_files = snippets.pattern(wanted.terms, "files")
    if in_files is not None and draft.attachments:
        listed = [one.id for one in draft.attachments]
        for told in draftindex.files(reader, listed, MOST_DRAFT_FILES):
            line = snippets.excerpt(" ".join(told).rstrip(), in_files)
            if line:
                return line
    return Excerpt(snippets.beginning(text))


def _spelt_out(reader: Reader, wanted: Query) -> Query:
    """For the index of messages: words in the place of long beginnings (of short ones it has its
    own lists).
    """

    from mel_desktop.logic.search_terms import spelt_out  # noqa: PLC0415 first needed here
    from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

    def vocabulary(start: str) -> tuple[str, ...] | None:
        return rows.words_from(reader, start, MOST_WORDS) if len(start) > LISTED else None

    return replace(
        wanted,
        terms=spelt_out(wanted.terms, vocabulary),
        without=spelt_out(wanted.without, vocabulary),
    )


def _hits(reader: Reader, wanted: Query, ids: Sequence[int]) -> tuple[SearchHit, ...]:
    from mel_desktop.logic import snippets  # noqa: PLC0415 seldom
    from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

    patterns = snippets.Patterns(wanted.terms)
    hits = []
    for one in rows.rows(reader, ids):
        line = _excerpt(reader, patterns, one)
        sender = f"{one.from_name} {one.from_address}"
        hits.append(
            SearchHit(
                id=MessageId(one.id),
                folder=FolderId(one.folder),
                subject=one.subject,
                sender=Address(one.from_name, one.from_address),
                received_at=cast("datetime", from_text(one.received_at)),
                snippet=line.text,
                score=patterns.score(one.subject, sender, one.recipients),
                marks=line.marks if patterns.of() is not None else (),
                subject_marks=snippets.marks(one.subject, patterns.of("subject")),
                sender_marks=snippets.marks(
                    one.from_name or one.from_address, patterns.of("sender")
                ),
                attachment=line.attachment,
            )
        )
    return tuple(hits)


def _excerpt(reader: Reader, patterns: snippets.Patterns, one: rows.Found) -> Excerpt:
    """From the text; failing that from a file; failing that the beginning."""
    from mel_desktop.logic import snippets  # noqa: PLC0415 seldom
    from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

    in_body = patterns.of("body")
    if in_body is not None and (line := snippets.excerpt(rows.text(reader, one.id), in_body)):
        return line
    in_files = patterns.of("files")
    if in_files is not None:
        for name, text in rows.files(reader, one.id):
            line = snippets.excerpt(text, in_files, name) or snippets.excerpt(name, in_files, name)
            if line:
                return line
    return Excerpt(snippets.beginning(one.preview))


def folders_of(reader: Reader, wanted: Query) -> frozenset[int] | None:
    """The folders that a query names; None: all of them."""
    from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

    if not (wanted.folders or wanted.not_folders or wanted.accounts or wanted.not_accounts):
        return None
    return frozenset(
        id_
        for id_, path, delimiter, role, account in rows.folders(reader)
        if (not wanted.folders or _is_named(path, delimiter, role, wanted.folders))
        and not _is_named(path, delimiter, role, wanted.not_folders)
        and (not wanted.accounts or _is_of(account, wanted.accounts))
        and not _is_of(account, wanted.not_accounts)
    )


def _filters(reader: Reader, wanted: Query) -> rows.Filters:
    from mel_desktop.store import search as rows  # noqa: PLC0415 first needed here

    states = (
        (Marks.SEEN, wanted.seen),
        (Marks.FLAGGED, wanted.flagged),
        (Marks.ANSWERED, wanted.answered),
        (Marks.FORWARDED, wanted.forwarded),
    )
    return rows.Filters(
        folders=folders_of(reader, wanted),
        after=_midnight(wanted.after),
        before=_midnight(wanted.before),
        has_attachments=wanted.has_attachments,
        marks_set=sum(mark.value for mark, state in states if state is True),
        marks_clear=sum(mark.value for mark, state in states if state is False),
        larger=wanted.larger,
        smaller=wanted.smaller,
        keywords=wanted.keywords,
        not_keywords=wanted.not_keywords,
        draft=wanted.draft,
    )


def _is_named(path: str, delimiter: str, role: str, names: tuple[str, ...]) -> bool:
    """By role, whole path, or the beginning of any name on the path (so with its subfolders)."""
    folded = fold(path)
    levels = [folded, *(folded.split(delimiter) if delimiter else ())]
    levels += ROLE_NAMES.get(role, ())
    return any(level.startswith(name) for name in names for level in levels)


def _is_of(account: str, names: tuple[str, ...]) -> bool:
    """By any part of the address or the name."""
    folded = fold(account)
    return any(name in folded for name in names)


def _midnight(day: date | None) -> datetime | None:
    """When the day begins where this computer is."""
    if day is None:
        return None
    day = max(day, EARLIEST)
    local = datetime(day.year, day.month, day.day)  # noqa: DTZ001 astimezone() adds the local zone
    return local.astimezone(UTC)
