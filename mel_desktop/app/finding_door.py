"""Search as the window and the command line want it: ``facade.finding``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from mel_desktop.model.finding import (
    Operator,
    SavedSearch,
    SavedSearchId,
    SearchHit,
    SearchOrder,
    SearchResult,
    ServerFound,
    TypedQuery,
)
from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

T = TypeVar("T")


class FindingDoor:
    """All local and bounded but ``on_server``."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine

    def aside(self, work: Callable[[], T]) -> Future[T]:
        """Run something local of this door on a thread that never waits for the network."""
        return self._engine.run_aside(work)

    def search(
        self,
        query: str,
        *,
        limit: int = 50,
        shown: int | None = None,
        order: SearchOrder = SearchOrder.NEWEST,
        everywhere: bool = True,
    ) -> SearchResult:
        """Messages; drafts, outbox and directory too (``everywhere``). The first ``shown`` of
        ``limit`` come with their snippets. USAGE: a date, size or state that cannot be read.
        """
        return self._services.search.search(
            query, limit=limit, shown=shown, order=order, everywhere=everywhere
        )

    def excerpts(self, query: str, ids: Sequence[MessageId]) -> tuple[SearchHit, ...]:
        """Some messages of a result with their snippets, for when they come into sight."""
        return self._services.search.excerpts(query, ids)

    def count(self, query: str) -> int:
        """How many messages fit, at most 1,000."""
        return self._services.search.count(query)

    def split(self, typed: str) -> TypedQuery:
        """What stands in the search box: operators that are complete, and the rest."""
        return self._services.search.split(typed)

    def operators(self, word: str) -> tuple[tuple[Operator, str], ...]:
        """Operators that a word may be the beginning of, in French and English, and how each is
        typed.
        """
        from mel_desktop.logic import search_chips  # noqa: PLC0415 seldom

        return search_chips.offered(word)

    # -- saved searches ----------------------------------------------------------------------------

    def saved(self) -> tuple[SavedSearch, ...]:
        """Searches kept under a name, by name."""
        return self._services.saved_searches.all()

    def save(self, name: str, query: str) -> SavedSearch:
        """Keep a search. USAGE with ``why``."""
        return self._services.saved_searches.save(name, query)

    def change_saved(self, saved: SavedSearch) -> None:
        """Another name or query. NOT_FOUND | USAGE."""
        self._services.saved_searches.change(saved)

    def delete_saved(self, saved: SavedSearchId) -> None:
        """Forget a saved search; no message is touched."""
        self._services.saved_searches.delete(saved)

    # -- network: blocks; the window calls it through in_background --------------------------------

    def price_on_server(self, query: str) -> Price:
        """What ``on_server`` would cost; local."""
        return self._services.server_search.price(query)

    def on_server(self, query: str) -> ServerFound:
        """Ask the servers for what is not here. Nothing is fetched; opening a hit does."""
        return self._services.server_search.search(query)
