"""The school directory: its sources, and how they are brought up to date.

Each source is replaced as a whole, or changed by a delta: readers see its old copy until the new
one is complete, and a copy that could not be read to its end says so. One refused password puts a
source on hold until a new one comes (accounts lock after three tries). A copy that would take too
much away waits for a person: ``pending``, ``accept``, ``refuse``.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mel_desktop.directory_ports import PeopleReader, Refresher
from mel_desktop.formats import ldap_url
from mel_desktop.formats.detect import AUTO
from mel_desktop.model.accounts import Secret
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import (
    HOLDING,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerSaid,
)
from mel_desktop.model.people import (
    DirectoryEntry,
    DirectoryHit,
    DirectoryResult,
    DirectorySource,
    EntryId,
    EntryKind,
    ImportReport,
    LdapSettings,
    SourceId,
    SourceKind,
)
from mel_desktop.ports import Clock, DirectoryReader
from mel_desktop.services.directory_search import DirectorySearch
from mel_desktop.store import people, people_index, people_intake, people_search
from mel_desktop.store.accounts import put_secret, secret
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.people_intake import Import
from mel_desktop.store.times import from_text

if TYPE_CHECKING:
    from mel_desktop.formats.thunderbird_book import BookFile
    from mel_desktop.model.persons import PendingRefresh

log = logging.getLogger("mel.directory")

SAMPLES: Final = 20  # names of those who would go
MOST_STEPS: Final = 2_000  # of 200 pages: far more than the largest index has
NEEDS_BASE: Final = "export-without-base"


class Directory:
    """Sources, entries and groups of one profile."""

    def __init__(
        self,
        database: Database,
        reader: DirectoryReader,
        clock: Clock,
        is_offline: Callable[[], bool],
        refreshers: Mapping[SourceKind, Refresher] | None = None,
    ) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._is_offline = is_offline
        self._refreshers = dict(refreshers or {})
        self._turn = threading.Lock()  # one import, sync or removal at a time
        self._search = DirectorySearch(database)

    # -- Sources -----------------------------------------------------------------------------------

    def sources(self) -> tuple[DirectorySource, ...]:
        """Sources with their dates and counts, oldest first."""
        with self._database.read() as reader:
            return people.sources(reader)

    def import_files(
        self,
        files: Sequence[Path],
        *,
        format_name: str = AUTO,
        name: str = "",
        accept_removals: bool = False,
    ) -> tuple[ImportReport, ...]:
        """Import files. One source is named ``name``, or as the export says, or after its file;
        the same name replaces. Files of one export are one source, others one each.

        The beginning of every file is understood before the first is imported. BAD_FILE,
        TOO_LARGE, NOT_YET, USAGE.
        """
        from mel_desktop.services import people_files  # noqa: PLC0415 seldom

        found = people_files.opened(files, format_name)
        if name and len(found) > 1:
            raise LocalRefusal(ErrorCode.USAGE, option="FILE")
        return tuple(
            self.import_reader(
                reader,
                name=name or getattr(reader, "source_name", "") or path.stem,
                url=path.name,
                accept_removals=accept_removals,
                is_named=bool(name),
            )
            for path, reader in found
        )

    def import_reader(
        self,
        reader: PeopleReader,
        *,
        name: str,
        url: str,
        accept_removals: bool = False,
        is_named: bool = True,
    ) -> ImportReport:
        """Import what a reader has as the source ``name`` of its kind; what iterating raises.

        A delta changes that source; where nobody named it, the only one of its kind will do.
        BAD_FILE without one; one's own contacts begin with the first. NEEDS_DECISION while changes
        that came before it wait: they would be lost.
        """
        from mel_desktop.services.directory_imports import Load  # noqa: PLC0415 seldom

        kind = SourceKind(reader.format_name)
        is_delta = bool(getattr(reader, "is_delta", False))
        with self._turn:
            if is_delta and kind is not SourceKind.OWN:
                name, url = self._based(kind, name, url, is_named=is_named)

            def begin(tx: Transaction) -> Import:
                source = people.put_source(tx, kind, name, url, None)
                if is_delta and any(one.source == source for one, _ in people_intake.held(tx)):
                    raise LocalRefusal(ErrorCode.NEEDS_DECISION, why="copy-waits")
                return people_intake.begin_import(tx, source, is_delta=is_delta)

            started = self._database.write(begin)
            load = Load(self._database, started, self._clock)
            with load.abandoned_on_failure():
                if hasattr(reader, "before"):
                    with self._database.read() as store:
                        reader.before = people.settings(store, started.source)[1]
                load.read(reader)
                return load.finish(
                    name,
                    kind.value,
                    accept_removals=accept_removals or kind is SourceKind.OWN,
                    may_be_empty=is_delta,
                )

    def import_book(self, book: BookFile, name: str, whose: str) -> ImportReport:
        """Import address books of another program as one source called ``name``; the same of the
        same profile (``whose``) replaces it. DISK_FULL, or what iterating raises.
        """
        kind = SourceKind(book.format_name)
        others = {one.name for one in self.sources() if one.kind is kind and one.url != whose}
        label = f"{name} ({whose})" if name in others else name
        # Whoever cleaned up a book of this PC's own and imports it again has decided already.
        return self.import_reader(book, name=label, url=whose, accept_removals=True)

    def add_ldap(self, settings: LdapSettings, password: Secret | None) -> DirectorySource:
        """Store a source, or give the same server and base new settings. USAGE for a bad URL."""
        endpoint, base = ldap_url.parse(settings.url)
        if not 1 <= settings.page_size <= 5_000:
            raise LocalRefusal(ErrorCode.USAGE, option="page_size")
        where = settings.base or base
        name = f"{endpoint.host}/{where}" if where else endpoint.host
        return self._add(SourceKind.LDAP, name, settings.url.strip(), settings, password)

    def add_network_source(
        self,
        kind: SourceKind,
        name: str,
        url: str,
        settings: Mapping[str, Any],
        password: Secret | None,
    ) -> DirectorySource:
        """Store a source that a refresher reads, or give the same kind and name new settings
        (JSON): the hold is lifted, and what the server said last is forgotten.
        """
        return self._add(kind, name, url, settings, password)

    def remove(self, source: SourceId) -> None:
        """Forget a source, its entries, index rows and password, without trace."""
        with self._turn:
            self._source(source)

            def work(tx: Transaction) -> None:
                people.remove_source(tx, source)
                tx.changed(Area.DIRECTORY)

            self._database.write(work, durable=True)
            self._database.write(people_intake.rest)

    def sync(
        self, source: SourceId | None = None, *, accept_removals: bool = False
    ) -> tuple[ImportReport, ...]:
        """Read one or all sources on servers anew; one that fails does not stop the others.

        Raises the first failure once all were tried; whoever failed keeps the old copy.
        """
        served = {SourceKind.LDAP, *self._refreshers}
        if source is None:
            chosen = [one for one in self.sources() if self._is_served(one)]
        else:
            chosen = [self._source(source)]
        if any(one.kind not in served for one in chosen):
            raise LocalRefusal(ErrorCode.USAGE, kind="file")
        reports: list[ImportReport] = []
        failures: list[MelError] = []
        for one in chosen:
            try:
                reports.append(self._sync(one, accept_removals=accept_removals))
            except MelError as error:
                log.warning("directory source %d: %s", one.id, error.code.text)
                failures.append(error)
        if failures:
            raise failures[0]
        return tuple(reports)

    # -- What waits for a person -------------------------------------------------------------------

    def pending(self) -> tuple[PendingRefresh, ...]:
        """Copies that would take too much away, oldest source first."""
        from mel_desktop.model.persons import PendingRefresh  # noqa: PLC0415 first needed here

        found = []
        with self._database.read() as reader:
            for load, facts in people_intake.held(reader):
                source = people.source(reader, load.source)
                if source is None:
                    continue
                gone, shown = people_intake.removals(reader, load, complete=facts["complete"])
                found.append(
                    PendingRefresh(
                        source=source,
                        read_at=from_text(facts["at"]) or self._clock.now(),
                        shown=shown,
                        would_remove=gone,
                        would_hold=people_intake.would_hold(reader, load),
                        samples=people_intake.leaving_names(reader, load, SAMPLES),
                    )
                )
        return tuple(found)

    def accept(self, source: SourceId) -> ImportReport:
        """It is meant: show the copy that waits. NOT_FOUND where none does."""
        from mel_desktop.services.directory_imports import clean, shown_report  # noqa: PLC0415 seldom

        with self._turn:
            found = self._source(source)

            def work(tx: Transaction) -> tuple[ImportReport, Import]:
                load, facts = _held(tx, source)
                tx.changed(Area.DIRECTORY)
                report = shown_report(
                    tx, load, found.name, found.kind.value, clock=self._clock,
                    complete=facts["complete"], attribution=facts["attribution"],
                    state=facts["state"],
                )  # fmt: skip
                return report, load

            report, load = self._database.write(work, durable=True)
            clean(self._database, load)
            return report

    def refuse(self, source: SourceId) -> None:
        """Keep the copy that is shown. NOT_FOUND where none waits."""
        from mel_desktop.services.directory_imports import clean  # noqa: PLC0415 seldom

        with self._turn:

            def work(tx: Transaction) -> Import:
                load, _ = _held(tx, source)
                people_intake.refuse(tx, source)
                tx.changed(Area.DIRECTORY)
                return load

            clean(self._database, self._database.write(work, durable=True))

    # -- Looking up --------------------------------------------------------------------------------

    def warm(self) -> None:
        """Have ready what ``search`` needs: 0.3 s for 170,000 entries; after an import its index is
        put together in small steps, a second of CPU.
        """
        self._search.warm()
        if self._turn.acquire(blocking=False):  # else an import is under way: it ends with this too
            try:
                self._gather()
            finally:
                self._turn.release()

    def _gather(self) -> None:
        with self._database.read() as reader:
            if not (people_search.is_settled(reader) and people_index.is_scattered(reader)):
                return
        self._database.write(lambda tx: people_index.gather(tx, first=True))
        for _ in range(MOST_STEPS):
            if not self._database.write(lambda tx: people_index.gather(tx, first=False)):
                break
        self._database.write(people_intake.rest)

    def search(
        self, query: str, *, kind: EntryKind | None = None, limit: int = 20
    ) -> DirectoryResult:
        """By name, address, function, school, class, town or UAI; accents ignored, best first."""
        return self._search.search(query, kind=kind, limit=limit)

    def complete(self, typed: str, *, limit: int = 8) -> DirectoryResult:
        """Recipients that fit: those written to lately first, then the rest of the directory."""
        return self._search.complete(typed, limit=limit)

    def entry(self, entry: EntryId) -> DirectoryEntry:
        """One entry. LocalRefusal(NOT_FOUND)."""
        with self._database.read() as reader:
            found = people.entry(reader, entry)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="entry")
        return found.entry

    def groups(self) -> tuple[tuple[EntryId, DirectoryEntry, int], ...]:
        """Groups and classes with their number of members, by name."""
        with self._database.read() as reader:
            return people.groups(reader)

    def sources_of_groups(self) -> dict[EntryId, SourceId]:
        """The source of each group and class."""
        with self._database.read() as reader:
            return people.sources_of_groups(reader)

    def members(self, group: EntryId) -> tuple[DirectoryHit, ...]:
        """Members of a group, by name. LocalRefusal(NOT_FOUND)."""
        self.entry(group)
        with self._database.read() as reader:
            found = people.members(reader, group)
        return tuple(DirectoryHit(one.id, one.entry, one.source, 1.0) for one in found)

    # -- inside ------------------------------------------------------------------------------------

    def _source(self, source: SourceId) -> DirectorySource:
        with self._database.read() as reader:
            found = people.source(reader, source)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="source")
        return found

    def _add(
        self,
        kind: SourceKind,
        name: str,
        url: str,
        settings: LdapSettings | Mapping[str, Any],
        password: Secret | None,
    ) -> DirectorySource:
        def work(tx: Transaction) -> SourceId:
            source = people.put_source(tx, kind, name, url, settings)
            if password is not None:
                put_secret(tx, people.secret_owner(source), "password", password)
            tx.changed(Area.DIRECTORY)
            return source

        return self._source(self._database.write(work, durable=True))

    def _is_served(self, source: DirectorySource) -> bool:
        """Whether a server is asked: a file of the annuaire has no address of one."""
        if source.kind is SourceKind.LDAP:
            return True
        return source.kind in self._refreshers and "://" in source.url

    def _based(self, kind: SourceKind, name: str, url: str, *, is_named: bool) -> tuple[str, str]:
        """(name, URL) of the source that a delta changes."""
        known = [one for one in self.sources() if one.kind is kind and one.updated_at is not None]
        chosen = [one for one in known if one.name == name]
        if not chosen and not is_named and len(known) == 1:
            chosen = known
        if not chosen:
            raise LocalRefusal(ErrorCode.BAD_FILE, why=NEEDS_BASE)
        return chosen[0].name, url

    def _sync(self, source: DirectorySource, *, accept_removals: bool) -> ImportReport:
        from mel_desktop.services.directory_imports import Load  # noqa: PLC0415 seldom

        with self._turn:
            with self._database.read() as reader:
                settings, state, held = people.settings(reader, source.id)
                password = secret(reader, people.secret_owner(source.id), "password")
            if self._is_offline():
                raise ConnectionTrouble(ErrorCode.OFFLINE)
            if held:
                raise ServerSaid(ErrorCode.SIGN_IN_ON_HOLD, kind="directory")
            try:
                if source.kind not in self._refreshers:
                    return self._sync_ldap(source, password, accept_removals=accept_removals)
                refresh = self._refreshers[source.kind](source, settings, state, password)
                if refresh.unchanged:
                    return self._nothing_new(source)
                started = self._database.write(
                    lambda tx: people_intake.begin_import(tx, source.id, is_delta=refresh.is_delta)
                )
                load = Load(self._database, started, self._clock)
                with load.abandoned_on_failure():
                    load.read(refresh)
                    return load.finish(
                        source.name, source.kind.value, accept_removals=accept_removals,
                        may_be_empty=True,
                    )  # fmt: skip
            except MelError as error:
                if error.code in HOLDING:
                    self._database.write(lambda tx: people.hold_source(tx, source.id), durable=True)
                raise

    def _sync_ldap(
        self, source: DirectorySource, password: Secret | None, *, accept_removals: bool
    ) -> ImportReport:
        from mel_desktop.services.directory_imports import Load  # noqa: PLC0415 seldom

        with self._database.read() as reader:
            settings, _ = people.ldap_settings(reader, source.id)
        started = self._database.write(lambda tx: people_intake.begin_import(tx, source.id))
        load = Load(self._database, started, self._clock)
        with load.abandoned_on_failure():
            for page in self._reader.pages(settings, password):
                load.take((*page.entries, *page.memberships))
                load.complete = load.complete and page.complete
                load.leave_out(page.skipped)
            return load.finish(
                source.name, source.kind.value, accept_removals=accept_removals, may_be_empty=True
            )

    def _nothing_new(self, source: DirectorySource) -> ImportReport:
        def work(tx: Transaction) -> ImportReport:
            people_intake.nothing_new(tx, source.id, self._clock.now())
            tx.changed(Area.DIRECTORY)
            counts = people_intake.counts(tx, source.id)
            return ImportReport(
                source.name, source.kind.value, counts.get(EntryKind.PERSON, 0),
                counts.get(EntryKind.GROUP, 0), counts.get(EntryKind.SCHOOL, 0),
                counts.get(EntryKind.SERVICE, 0),
                ties=people_intake.count_ties(tx, source.id), complete=source.complete,
            )  # fmt: skip

        return self._database.write(work)


def _held(tx: Transaction, source: SourceId) -> tuple[Import, dict[str, Any]]:
    for load, facts in people_intake.held(tx):
        if load.source == source:
            return load, facts
    raise LocalRefusal(ErrorCode.NOT_FOUND, kind="pending")
