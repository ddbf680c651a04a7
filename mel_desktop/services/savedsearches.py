"""Searches kept under a name: made, renamed, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.finding import SavedSearch, SavedSearchId
from mel_desktop.ports import Clock
from mel_desktop.store import savedsearches
from mel_desktop.store.database import Database

if TYPE_CHECKING:
    from mel_desktop.services.search import SearchService

LONGEST_NAME: Final = 80
LONGEST_QUERY: Final = 1000


class SavedSearches:
    """Of one profile."""

    def __init__(self, database: Database, search: SearchService, clock: Clock) -> None:
        self._database = database
        self._search = search
        self._clock = clock

    def all(self) -> tuple[SavedSearch, ...]:
        """By name."""
        with self._database.read() as reader:
            return savedsearches.all_saved(reader)

    def save(self, name: str, query: str) -> SavedSearch:
        """Keep a search. USAGE: no name, a name that is taken, a query that cannot be read."""
        name, query = self._checked(name, query)
        now = self._clock.now()
        made = self._database.write(
            lambda tx: savedsearches.insert(tx, name, query, now), durable=True
        )
        return SavedSearch(made, name, query)

    def change(self, saved: SavedSearch) -> None:
        """Its name or its query. NOT_FOUND | USAGE."""
        name, query = self._checked(saved.name, saved.query)
        self._database.write(
            lambda tx: savedsearches.change(tx, saved.id, name, query), durable=True
        )

    def delete(self, saved: SavedSearchId) -> None:
        """Forget a search; its messages stay."""
        self._database.write(lambda tx: savedsearches.delete(tx, saved), durable=True)

    def _checked(self, name: str, query: str) -> tuple[str, str]:
        name = " ".join(name.split())[:LONGEST_NAME]
        query = query.strip()[:LONGEST_QUERY]
        if not name:
            raise LocalRefusal(ErrorCode.USAGE, why="search-name-empty")
        if self._search.read(query).is_empty:
            raise LocalRefusal(ErrorCode.USAGE, why="search-empty")
        return name, query
