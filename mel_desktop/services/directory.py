"""The school directory: imports, LDAP, search and completion, all answered from the local copy.

Each source is replaced as a whole: readers see its old copy until the new one is complete, and a
copy that could not be read to its end says so. One refused password puts an LDAP source on hold
until ``add_ldap`` brings another (accounts lock after three tries).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from mel_desktop.formats import ldap_url
from mel_desktop.formats.annuaire import AnnuaireFile
from mel_desktop.formats.detect import AUTO, FORMATS, open_table
from mel_desktop.formats.people_csv import PeopleFile
from mel_desktop.formats.thunderbird_book import BookFile
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
    Item,
    LdapSettings,
    Membership,
    SkippedLine,
    SourceId,
    SourceKind,
)
from mel_desktop.ports import Clock, DirectoryReader
from mel_desktop.services.directory_search import DirectorySearch
from mel_desktop.store import people
from mel_desktop.store.accounts import put_secret, secret
from mel_desktop.store.database import Database, Transaction

log = logging.getLogger("mel.directory")

LATER_FORMATS: Final = frozenset({"aaf", "siecle", "onde", "ent-csv"})
CHUNK: Final = 64 * 1024
BATCH: Final = 500  # items a transaction: some 40 ms of the writer's time
MOST_SKIPPED: Final = 500  # listed; the rest is counted


class Directory:
    """Sources, entries and groups of one profile."""

    def __init__(
        self,
        database: Database,
        reader: DirectoryReader,
        clock: Clock,
        is_offline: Callable[[], bool],
    ) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._is_offline = is_offline
        self._turn = threading.Lock()  # one import, sync or removal at a time
        self._search = DirectorySearch(database)

    # -- Sources -----------------------------------------------------------------------------------

    def sources(self) -> tuple[DirectorySource, ...]:
        """Sources with their dates and counts, oldest first."""
        with self._database.read() as reader:
            return people.sources(reader)

    def import_files(
        self, files: Sequence[Path], *, format_name: str = AUTO, name: str = ""
    ) -> tuple[ImportReport, ...]:
        """Import files, one source each, named ``name`` or after the file; same name replaces.

        All heading lines are understood before the first file is imported. BAD_FILE, TOO_LARGE,
        NOT_YET for formats to come, USAGE.
        """
        if format_name in LATER_FORMATS:
            raise LocalRefusal(ErrorCode.NOT_YET, kind=format_name)
        if format_name not in FORMATS or not files or (name and len(files) > 1):
            raise LocalRefusal(ErrorCode.USAGE, option="--format" if files else "FILE")
        for path in files:
            with closing(_chunks(path)) as chunks:
                open_table(chunks, format_name)
        return tuple(self._import_file(path, format_name, name or path.stem) for path in files)

    def import_book(self, book: BookFile, name: str, whose: str) -> ImportReport:
        """Import address books of another program as one source called ``name``; the same of the
        same profile (``whose``) replaces it. DISK_FULL, or what iterating raises.
        """
        with self._turn:
            kind = SourceKind(book.format_name)
            others = {one.name for one in self.sources() if one.kind is kind and one.url != whose}
            label = f"{name} ({whose})" if name in others else name

            def begin(tx: Transaction) -> people.Import:
                return people.begin_import(tx, people.put_source(tx, kind, label, whose, None))

            load = _Load(self._database, self._database.write(begin), self._clock)
            with load.abandoned_on_failure():
                load.take(book)
                return load.finish(label, book)

    def add_ldap(self, settings: LdapSettings, password: Secret | None) -> DirectorySource:
        """Store a source, or give the same server and base new settings. USAGE for a bad URL."""
        endpoint, base = ldap_url.parse(settings.url)
        if not 1 <= settings.page_size <= 5_000:
            raise LocalRefusal(ErrorCode.USAGE, option="page_size")
        where = settings.base or base
        name = f"{endpoint.host}/{where}" if where else endpoint.host

        def work(tx: Transaction) -> SourceId:
            source = people.put_source(tx, SourceKind.LDAP, name, settings.url.strip(), settings)
            if password is not None:
                put_secret(tx, people.secret_owner(source), "password", password)
            tx.changed(Area.DIRECTORY)
            return source

        return self._source(self._database.write(work, durable=True))

    def remove(self, source: SourceId) -> None:
        """Forget a source, its entries, index rows and password, without trace."""
        with self._turn:
            self._source(source)

            def work(tx: Transaction) -> None:
                people.remove_source(tx, source)
                tx.changed(Area.DIRECTORY)

            self._database.write(work, durable=True)

    def sync(self, source: SourceId | None = None) -> tuple[ImportReport, ...]:
        """Read one or all LDAP sources anew; a source that fails does not stop the others.

        Raises the first failure once all were tried; whoever failed keeps the old copy.
        """
        if source is None:
            chosen = [one for one in self.sources() if one.kind is SourceKind.LDAP]
        else:
            chosen = [self._source(source)]
        if any(one.kind is not SourceKind.LDAP for one in chosen):
            raise LocalRefusal(ErrorCode.USAGE, kind="file")
        reports: list[ImportReport] = []
        failures: list[MelError] = []
        for one in chosen:
            try:
                reports.append(self._sync_ldap(one))
            except MelError as error:
                log.warning("directory source %d: %s", one.id, error.code.text)
                failures.append(error)
        if failures:
            raise failures[0]
        return tuple(reports)

    # -- Looking up --------------------------------------------------------------------------------

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

    def _import_file(self, path: Path, format_name: str, name: str) -> ImportReport:
        with self._turn, closing(_chunks(path)) as chunks:
            table = open_table(chunks, format_name)
            kind = SourceKind(table.format_name)

            def begin(tx: Transaction) -> people.Import:
                source = people.put_source(tx, kind, name, path.name, None)
                return people.begin_import(tx, source)

            load = _Load(self._database, self._database.write(begin), self._clock)
            with load.abandoned_on_failure():
                load.take(table)
                return load.finish(name, table)

    def _sync_ldap(self, source: DirectorySource) -> ImportReport:
        with self._turn:
            with self._database.read() as reader:
                settings, held = people.ldap_settings(reader, source.id)
                password = secret(reader, people.secret_owner(source.id), "password")
            if self._is_offline():
                raise ConnectionTrouble(ErrorCode.OFFLINE)
            if held:
                raise ServerSaid(ErrorCode.SIGN_IN_ON_HOLD, kind="directory")
            started = self._database.write(lambda tx: people.begin_import(tx, source.id))
            load = _Load(self._database, started, self._clock)
            try:
                with load.abandoned_on_failure():
                    for page in self._reader.pages(settings, password):
                        load.take((*page.entries, *page.memberships))
                        load.complete = load.complete and page.complete
                        load.skipped_more += page.skipped
                    return load.finish(source.name, None)
            except MelError as error:
                if error.code in HOLDING:
                    self._database.write(lambda tx: people.hold_source(tx, source.id), durable=True)
                raise


class _Load:
    """One import under way: batches, counts, and what to do when it breaks off."""

    def __init__(self, database: Database, load: people.Import, clock: Clock) -> None:
        self._database = database
        self._load = load
        self._clock = clock
        self._skipped: list[SkippedLine] = []
        self._taken = 0
        self.skipped_more = 0
        self.complete = True

    def take(self, items: Iterable[Item]) -> None:
        """Store items in short transactions."""
        batch: list[Item] = []
        for item in items:
            if not isinstance(item, SkippedLine):
                batch.append(item)
            elif len(self._skipped) < MOST_SKIPPED:
                self._skipped.append(item)
            else:
                self.skipped_more += 1
            if len(batch) >= BATCH:
                self._store(batch)
                batch = []
        if batch:
            self._store(batch)

    def finish(self, name: str, table: AnnuaireFile | PeopleFile | BookFile | None) -> ImportReport:
        """Show the new copy. BAD_FILE when a file held nothing at all: the old copy stays."""
        if table is not None and self._taken == 0:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no usable line")
        attribution = table.attribution if table is not None else ""

        def work(tx: Transaction) -> tuple[dict[EntryKind, int], int]:
            tx.changed(Area.DIRECTORY)
            return people.finish_import(
                tx,
                self._load,
                complete=self.complete,
                attribution=attribution,
                now=self._clock.now(),
            )

        counts, removed = self._database.write(work)
        self._clean()
        return ImportReport(
            source=name,
            format=table.format_name if table is not None else SourceKind.LDAP.value,
            persons=counts.get(EntryKind.PERSON, 0),
            groups=counts.get(EntryKind.GROUP, 0),
            schools=counts.get(EntryKind.SCHOOL, 0),
            services=counts.get(EntryKind.SERVICE, 0),
            skipped=tuple(self._skipped),
            removed=removed,
            skipped_more=self.skipped_more,
            complete=self.complete,
        )

    @contextmanager
    def abandoned_on_failure(self) -> Iterator[None]:
        """Any way out but the good one deletes what was written; the old copy was never touched."""
        try:
            yield
        except BaseException:
            try:
                self._clean()
                self._database.write(lambda tx: people.forget_if_unborn(tx, self._load))
            except MelError as error:  # a full disk, a closed store: the next import cleans up
                log.warning("import left rows behind: %s", error.code.text)
            raise

    def _clean(self) -> None:
        while self._database.write(lambda tx: people.clean(tx, self._load.source)):
            pass

    def _store(self, batch: list[Item]) -> None:
        entries = [item for item in batch if isinstance(item, DirectoryEntry)]
        members = [item for item in batch if isinstance(item, Membership)]

        def work(tx: Transaction) -> None:
            people.put_entries(tx, self._load, entries)
            people.stage_members(tx, self._load, members)

        self._database.write(work)
        self._taken += len(entries)


def _chunks(path: Path) -> Generator[bytes, None, None]:
    """The octets of a file. BAD_FILE when it cannot be read."""
    try:
        if not path.is_file():
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no such file")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise LocalRefusal(ErrorCode.BAD_FILE, why="cannot be read") from error
