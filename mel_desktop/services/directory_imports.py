"""One copy of a source on its way in: batches, counts, and what to do when it breaks off.

Rule 1: nothing is shown before all was read; a failure leaves the old copy and no new rows.
Rule 2: a copy that would take more than a fifth of a source away (and more than a handful) waits
for a person (``people.hold``): a server half broken, or last year's file, empties no directory.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from mel_desktop.directory_ports import PeopleReader
from mel_desktop.model.changes import Area
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.people import (
    Change,
    DirectoryEntry,
    EntryKind,
    Gone,
    ImportReport,
    Item,
    Membership,
    Photo,
    SkippedLine,
    Tie,
)
from mel_desktop.ports import Clock
from mel_desktop.store import people, people_entries, people_intake
from mel_desktop.store.database import Database, Transaction
from mel_desktop.store.people_intake import Import
from mel_desktop.store.times import to_text

log = logging.getLogger("mel.directory")

BATCH: Final = 750  # items a transaction: some 30 ms of the writer's time
MOST_OCTETS: Final = 4 * 1024 * 1024  # of pictures in one
MOST_SKIPPED: Final = 500  # listed; the rest is counted
MOST_PHOTO: Final = 200 * 1024
HANDFUL: Final = 10
PART: Final = 5  # more than one in so many gone: a person is asked
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Load:
    """One import under way."""

    def __init__(self, database: Database, load: Import, clock: Clock) -> None:
        self._database = database
        self._load = load
        self._clock = clock
        self._skipped: list[SkippedLine] = []
        self._skipped_more = 0
        self._taken = 0
        self._storing: Future[None] | None = None
        self.complete = True
        self.cuts: tuple[str, ...] = ()
        self.attribution = ""
        self.state: Mapping[str, Any] | None = None

    def take(self, items: Iterable[Item]) -> None:
        """Store items in short transactions, one while the next is read; all are stored then."""
        batch: list[Item] = []
        octets = 0
        try:
            for item in items:
                if isinstance(item, SkippedLine):
                    self._skip(item)
                elif isinstance(item, Photo) and not _is_picture(item):
                    self._skip(SkippedLine(0, "picture too large, or neither JPEG nor PNG"))
                else:
                    batch.append(item)
                    octets += len(item.octets) if isinstance(item, Photo) else 0
                if len(batch) >= BATCH or octets >= MOST_OCTETS:
                    self._store(batch)
                    batch, octets = [], 0
            if batch:
                self._store(batch)
        except BaseException:
            self._storing = None  # what it says is of no more use; it goes before the cleaning up
            raise
        self._wait()

    def read(self, reader: PeopleReader) -> None:
        """Take all that a reader has, and what it tells afterwards."""
        self.take(reader)
        self.complete = self.complete and bool(getattr(reader, "complete", True))
        self.cuts = tuple(getattr(reader, "cuts", ()))
        self.attribution = reader.attribution
        self.state = getattr(reader, "state", None)
        self.leave_out(int(getattr(reader, "skipped_more", 0)))

    def leave_out(self, count: int) -> None:
        """So many more were left out, of which nothing is known."""
        self._skipped_more += count

    def finish(
        self, name: str, format_name: str, *, accept_removals: bool, may_be_empty: bool
    ) -> ImportReport:
        """Show the new copy, or let it wait. BAD_FILE when it holds nothing at all, PROFILE_BUSY
        when another process imports the same: the old copy stays.
        """
        if self._taken == 0 and not may_be_empty:
            raise LocalRefusal(ErrorCode.BAD_FILE, why="no usable line")

        def work(tx: Transaction) -> ImportReport:
            people_intake.check_turn(tx, self._load)
            tx.changed(Area.DIRECTORY)
            gone, shown = people_intake.removals(tx, self._load, complete=self.complete)
            if not accept_removals and is_too_much(gone, shown):
                people_intake.hold(tx, self._load, self._facts(gone, shown))
                return ImportReport(name, format_name, waiting=True, would_remove=gone)
            return shown_report(
                tx, self._load, name, format_name, clock=self._clock, complete=self.complete,
                attribution=self.attribution, state=self.state,
            )  # fmt: skip

        report = self._database.write(work)
        try:
            clean(self._database, self._load)  # not what waits
        except MelError as error:  # the copy is shown: a full disk here is no failure of the import
            log.warning("import left rows behind: %s", error.code.text)
        return _with_skipped(report, self)

    def _facts(self, gone: int, shown: int) -> dict[str, Any]:
        return {
            "complete": self.complete,
            "attribution": self.attribution,
            "state": self.state,
            "gone": gone,
            "held": shown,
            "at": to_text(self._clock.now()),
        }

    @contextmanager
    def abandoned_on_failure(self) -> Iterator[None]:
        """Any way out but the good one deletes what was written; the old copy was never touched."""
        try:
            yield
        except BaseException:
            try:
                clean(self._database, self._load)
                self._database.write(lambda tx: people_intake.forget_if_unborn(tx, self._load))
            except MelError as error:  # a full disk, a closed store: the next import cleans up
                log.warning("import left rows behind: %s", error.code.text)
            raise

    @property
    def skipped(self) -> tuple[SkippedLine, ...]:
        """Lines left out that are listed."""
        return tuple(self._skipped)

    @property
    def skipped_more(self) -> int:
        """How many more were."""
        return self._skipped_more

    def _skip(self, line: SkippedLine) -> None:
        if len(self._skipped) < MOST_SKIPPED:
            self._skipped.append(line)
        else:
            self._skipped_more += 1

    def _store(self, batch: list[Item]) -> None:
        runs = [(kind, self._ready(kind, items)) for kind, items in _runs(batch)]

        def work(tx: Transaction) -> None:
            people_intake.check_turn(tx, self._load)
            for kind, items in runs:
                _PUT[kind](tx, self._load, items)

        self._wait()
        self._storing = self._database.write_later(work)
        self._taken += sum(not isinstance(item, Membership | Tie | Photo) for item in batch)

    def _wait(self) -> None:
        """The batch before this one is stored, or its error is raised."""
        storing, self._storing = self._storing, None
        if storing is not None:
            storing.result()

    def _ready(self, kind: type, items: list[Any]) -> list[Any]:
        if kind is not DirectoryEntry:
            return items
        return [people_entries.ready(one, is_new=self._load.shown == 0) for one in items]


def shown_report(
    tx: Transaction,
    load: Import,
    name: str,
    format_name: str,
    *,
    clock: Clock,
    complete: bool,
    attribution: str,
    state: Mapping[str, Any] | None,
) -> ImportReport:
    """Show a new copy; what it holds."""
    counts, removed = people_intake.finish_import(
        tx, load, complete=complete, attribution=attribution, now=clock.now(), state=state
    )
    source = people.source(tx, load.source)
    return ImportReport(
        source=name,
        format=format_name,
        persons=counts.get(EntryKind.PERSON, 0),
        groups=counts.get(EntryKind.GROUP, 0),
        schools=counts.get(EntryKind.SCHOOL, 0),
        services=counts.get(EntryKind.SERVICE, 0),
        removed=removed,
        ties=people_intake.count_ties(tx, load.source),
        complete=source is not None and source.complete,
    )


def clean(database: Database, load: Import) -> None:
    """Delete the rows of its source that no copy shows, in short transactions."""
    while database.write(lambda tx: people_intake.clean(tx, load)):
        pass
    database.write(people_intake.rest)


def is_too_much(gone: int, shown: int) -> bool:
    """Whether a person is asked before so many of what is shown go."""
    return gone > HANDFUL and gone * PART > shown


def _with_skipped(report: ImportReport, load: Load) -> ImportReport:
    return replace(report, skipped=load.skipped, skipped_more=load.skipped_more, cuts=load.cuts)


def _is_picture(photo: Photo) -> bool:
    return len(photo.octets) <= MOST_PHOTO and photo.octets.startswith(_PICTURES)


def _runs(batch: list[Item]) -> Iterator[tuple[type, list[Any]]]:
    """What must stay in order does: entries, changes, what is gone. The rest is staged by kind."""
    ordered = [one for one in batch if isinstance(one, DirectoryEntry | Change | Gone)]
    run: list[Any] = []
    for item in ordered:
        if run and type(item) is not type(run[0]):
            yield type(run[0]), run
            run = []
        run.append(item)
    if run:
        yield type(run[0]), run
    for kind in (Membership, Tie, Photo):
        if found := [one for one in batch if isinstance(one, kind)]:
            yield kind, found


_PUT: Final[dict[type, Any]] = {
    DirectoryEntry: people_intake.put_entries,
    Change: people_intake.put_changes,
    Gone: lambda tx, load, items: people_intake.drop(tx, load, (one.key for one in items)),
    Membership: people_intake.stage_members,
    Tie: people_intake.stage_ties,
    Photo: people_intake.stage_photos,
}
