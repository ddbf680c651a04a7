"""Reading an LDAP source: all of it once, then what changed (directory_ports.Refresher).

Rule 1: who is gone is known by UUID: told by the server (RFC 4533), missing in a present phase, or
missing in the census of UUIDs that is taken every CENSUS_DAYS. A UUID that was not named proves
nothing before a list has come to its end.
Rule 2: an entry that moved (modrdn) keeps its row: its key is changed before the new values come.
Rule 3: every WHOLE_DAYS all is read again, whatever the server says of changes: clocks of replicas
differ, and cookies are only as good as the server that made them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, Final

from mel_desktop.ldap_ports import LdapReading, LdapServers, State
from mel_desktop.model.accounts import Secret
from mel_desktop.model.people import DirectorySource, Gone, Item, LdapSettings, SourceId, SourceKind
from mel_desktop.ports import Clock
from mel_desktop.store import ldap_objects
from mel_desktop.store.database import Database
from mel_desktop.store.times import from_text, to_text

log = logging.getLogger("mel.ldap")

CENSUS_DAYS: Final = 7
WHOLE_DAYS: Final = 30
PIECE: Final = 500


class LdapRefresher:
    """directory_ports.Refresher for SourceKind.LDAP."""

    def __init__(self, database: Database, servers: LdapServers, clock: Clock) -> None:
        self._database = database
        self._servers = servers
        self._clock = clock

    def __call__(
        self,
        source: DirectorySource,
        settings: Mapping[str, Any],
        state: Mapping[str, Any],
        password: Secret | None,
    ) -> LdapRefresh:
        """Sign in and begin."""
        known = {name: value for name, value in settings.items() if name in LdapSettings.__slots__}
        how = LdapSettings(**{**known, "url": source.url})
        now = self._clock.now()
        since: State = {} if _is_older(state.get("whole"), now, WHOLE_DAYS) else state
        reading = self._servers.read(how, password, since)
        return LdapRefresh(self._database, source.id, reading, state, now)


class LdapRefresh:
    """One reading as items: directory_ports.Refresh."""

    format_name = SourceKind.LDAP.value
    attribution = ""

    def __init__(
        self,
        database: Database,
        source: SourceId,
        reading: LdapReading,
        before: Mapping[str, Any],
        now: datetime,
    ) -> None:
        self._database, self._source, self._reading = database, source, reading
        self._now = now
        shown = int(before.get("run", 0))
        self._run = shown
        self._serial = int(before.get("serial", 0))
        self._census_at = str(before.get("census", ""))
        self._whole_at = str(before.get("whole", ""))
        self._state: dict[str, Any] = {}
        self._identified = False
        self.skipped_more = 0
        self.is_delta = reading.is_delta
        self._wants_census = self.is_delta and _is_older(self._census_at, now, CENSUS_DAYS)
        self.unchanged = reading.is_unchanged and not self._wants_census
        if self.unchanged:
            reading.close()
        elif not self.is_delta:
            self._run = database.write(lambda tx: ldap_objects.begin(tx, source, shown))
            self._serial = 0
            self._whole_at = self._census_at = to_text(now)

    @property
    def complete(self) -> bool:
        """Nothing was cut off."""
        return self._reading.complete

    @property
    def cuts(self) -> tuple[str, ...]:
        """Why not."""
        return self._reading.cuts

    @property
    def state(self) -> Mapping[str, Any]:
        """Empty where the next time all has to be read again."""
        return self._state

    def __iter__(self) -> Iterator[Item]:
        with closing(self._reading):
            if self.is_delta:
                yield from self._changes()
            else:
                yield from self._whole()

    # -- inside ------------------------------------------------------------------------------------

    def _whole(self) -> Iterator[Item]:
        for batch in self._reading:
            self._note(batch.objects)
            self.skipped_more += batch.skipped
            yield from batch.items
        # A server without UUIDs cannot tell who is gone.
        if self._identified:
            self._keep(self._reading.state)

    def _changes(self) -> Iterator[Item]:
        gone: set[str] = set()
        left: list[str] = []
        named: set[str] = set()
        self._database.write(
            lambda tx: ldap_objects.settle(tx, self._source, self._run, self._serial)
        )
        self._serial += 1
        for batch in self._reading:
            gone.update(batch.gone)
            named.update(batch.present)
            named.update(uuid for uuid, _ in batch.objects)
            left += self._moved(batch.objects)
            self._note(batch.objects)
            self.skipped_more += batch.skipped
            yield from batch.items
        state = self._reading.state
        gone -= named  # deleted, and made again
        if self._reading.complete and self._reading.names_the_rest:
            gone |= self._missing(named)
        if self._reading.complete and self._wants_census:
            missing, is_whole = self._census(left)
            gone |= missing
            if not is_whole:
                state = {}
        yield from self._leavers(sorted(gone), left)
        self._keep(state)

    def _missing(self, named: set[str]) -> set[str]:
        with self._database.read() as reader:
            known = ldap_objects.all_of(reader, self._source, self._run)
            return {uuid for uuid, _ in known if uuid not in named}

    def _census(self, left: list[str]) -> tuple[set[str], bool]:
        """(UUIDs that are no more, whether all that are there are known here)."""
        named: set[str] = set()
        news = 0
        for batch in self._reading.census():
            with self._database.read() as reader:
                held = ldap_objects.keys(
                    reader, self._source, self._run, [uuid for uuid, _ in batch.objects]
                )
            moved = tuple(one for one in batch.objects if one[0] in held)
            news += len(batch.objects) - len(moved)
            left += self._moved(moved)
            self._note(tuple(one for one in moved if held[one[0]] != one[1]))
            named.update(uuid for uuid, _ in batch.objects)
        if not self._reading.complete:
            return set(), False
        self._census_at = to_text(self._now)
        if news:
            log.info("census: %d entries that no change told of; all is read next time", news)
        return self._missing(named), news == 0

    def _moved(self, objects: tuple[tuple[str, str], ...]) -> list[str]:
        """Change the keys of entries that have another DN now; those that could not be."""
        if not objects:
            return []
        with self._database.read() as reader:
            held = ldap_objects.keys(reader, self._source, self._run, [one[0] for one in objects])
        moves = [(held[uuid], key) for uuid, key in objects if held.get(uuid, key) != key]
        if not moves:
            return []
        return self._database.write(lambda tx: ldap_objects.rename(tx, self._source, moves))

    def _leavers(self, gone: list[str], left: list[str]) -> Iterator[Item]:
        """What is no more, by key; a key that somebody else has now is not."""
        self._database.write(
            lambda tx: ldap_objects.mark_gone(tx, self._source, self._run, gone, self._serial)
        )
        for start in range(0, len(gone), PIECE):
            with self._database.read() as reader:
                held = ldap_objects.keys(
                    reader, self._source, self._run, gone[start : start + PIECE]
                )
            yield from self._unowned(held.values())
        yield from self._unowned(left)

    def _unowned(self, keys: Iterable[str]) -> Iterator[Item]:
        wanted = list(dict.fromkeys(keys))
        with self._database.read() as reader:
            owners = ldap_objects.uuids_of(reader, self._source, self._run, wanted)
        yield from (Gone(key) for key in wanted if key not in owners)

    def _keep(self, state: State) -> None:
        if state:
            self._state = {
                **state, "run": self._run, "serial": self._serial,
                "census": self._census_at, "whole": self._whole_at,
            }  # fmt: skip

    def _note(self, objects: tuple[tuple[str, str], ...]) -> None:
        if objects:
            self._identified = True
            self._database.write(lambda tx: ldap_objects.note(tx, self._source, self._run, objects))


def _is_older(text: object, now: datetime, days: int) -> bool:
    moment = from_text(text) if isinstance(text, str) and text else None
    return moment is None or now - moment >= timedelta(days=days)
