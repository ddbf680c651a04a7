"""Address books of a CardDAV server as a source of the directory; read only.

The first time all cards come; from then on only those whose ETag is another: by sync-token where
the server has it (a token that it forgot costs the list of ETags, not the cards), by the list of
ETags else. Cards keep their path as their key. What is kept between two times, with the source:
the books, their tokens, and the ETag and UID of each card.

A list of people (KIND:group) names its members by UID: where one of those changed, all is read
anew, for a change list cannot say who left it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import field, replace
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from mel_desktop.formats.people_csv import GROUP_ROLE, group_key
from mel_desktop.formats.vcard import Card, cards_of
from mel_desktop.model.accounts import AccountId, Secret
from mel_desktop.model.dav import DavBook, DavCard, DavChanges, DavSignIn
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.people import (
    ENTRY_FIELDS,
    Change,
    DirectoryEntry,
    DirectorySource,
    EntryKind,
    Gone,
    Item,
    Membership,
    Part,
    Photo,
    SkippedLine,
    SourceKind,
)
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Meter
from mel_desktop.services.directory import Directory

MOST_HELD: Final = 1_000  # cards that a change list may have; beyond it all is read, as it comes
LOOK_ANEW: Final = 20  # refreshes after which new books are looked for
LIST: Final = "list"  # in the place of a UID: what is kept of a KIND:group


class DavSession(Protocol):
    """net.carddav.CardDavSession."""

    def books(self) -> tuple[DavBook, ...]:
        """Those behind the address."""
        ...

    def changes(self, book: DavBook, token: str) -> DavChanges:
        """Since the token."""
        ...

    def cards(self, book: DavBook, hrefs: Sequence[str]) -> Iterator[DavCard]:
        """Some of a book's cards."""
        ...


class AddressBooks(Protocol):
    """net.carddav.CardDavReader."""

    def session(
        self, url: str, sign_in: DavSignIn, *, ca_pem: str = "", meter: Meter | None = None
    ) -> AbstractContextManager[DavSession]:
        """A conversation with the server."""
        ...


Tokens = Callable[[AccountId, Secret | None], Secret]  # of an account; the one that was refused


@dataclass(slots=True)
class _Book:
    """What is kept of a book."""

    book: DavBook
    token: str = ""
    cards: dict[str, list[str]] = field(default_factory=dict)  # href: [etag, uid, LIST or ""]


@dataclass(slots=True)
class _Work:
    """What has to be read of a book."""

    kept: _Book
    token: str
    wanted: dict[str, str]  # href: etag
    gone: tuple[str, ...]


class CardDavRefresher:
    """directory_ports.Refresher for SourceKind.CARDDAV."""

    def __init__(
        self,
        reader: AddressBooks,
        tokens: Tokens | None = None,
        meter: Callable[[], Meter] = Meter,
    ) -> None:
        self._reader = reader
        self._tokens = tokens
        self._meter = meter

    def look(self, url: str, settings: Mapping[str, Any], password: Secret) -> tuple[str, ...]:
        """Names of the books that are there: a try before a source is added."""
        with self._session(url, settings, password) as session:
            return tuple(one.name for one in session.books())

    def __call__(
        self,
        source: DirectorySource,
        settings: Mapping[str, Any],
        state: Mapping[str, Any],
        password: Secret | None,
    ) -> CardDavRefresh:
        """Ask what is new, and fetch it where it is little. What ``AddressBooks`` raises."""
        return self._signed(
            settings, password, lambda secret: self._ask(source.url, settings, state, secret)
        )

    def _signed(
        self,
        settings: Mapping[str, Any],
        password: Secret | None,
        ask: Callable[[Secret], CardDavRefresh],
    ) -> CardDavRefresh:
        account = settings.get("account")
        if not isinstance(account, int):
            if password is None or not password.reveal():
                raise ServerSaid(ErrorCode.NO_PASSWORD)
            return ask(password)
        if self._tokens is None:
            raise LocalRefusal(ErrorCode.USAGE, option="account")
        token = self._tokens(AccountId(account), None)
        try:
            return ask(token)
        except ServerSaid as error:
            if error.code is not ErrorCode.SIGN_IN_REFUSED:
                raise
            renewed = self._tokens(AccountId(account), token)  # it may have ended early
            if renewed == token:
                raise
        return ask(renewed)

    def _session(
        self, url: str, settings: Mapping[str, Any], secret: Secret
    ) -> AbstractContextManager[DavSession]:
        is_bearer = isinstance(settings.get("account"), int)
        return self._reader.session(
            url,
            DavSignIn(secret, "" if is_bearer else str(settings.get("login", ""))),
            ca_pem=str(settings.get("ca_pem", "")),
            meter=self._meter(),
        )

    def _ask(
        self, url: str, settings: Mapping[str, Any], state: Mapping[str, Any], secret: Secret
    ) -> CardDavRefresh:
        kept, turn = _kept(state)
        with self._session(url, settings, secret) as session:
            try:
                is_fresh = not kept or turn % LOOK_ANEW == 0
                work = _work(session, session.books() if is_fresh else _books(kept), kept)
            except ServerSaid as error:
                if is_fresh or error.code is not ErrorCode.SERVER_REFUSED:
                    raise
                work = _work(session, session.books(), kept)  # a book is gone, or moved
            left = {href for book in kept.values() for href in book.cards} - {
                href for one in work for href in one.kept.cards
            }
            count = sum(len(one.wanted) for one in work)
            gone = [*left, *(href for one in work for href in one.gone)]
            lists = {href for book in kept.values() for href, told in book.cards.items() if told[2]}
            if kept and not lists.intersection(gone) and count <= MOST_HELD:
                fetched = [(one, list(session.cards(one.kept.book, list(one.wanted))))
                           for one in work]  # fmt: skip
                delta = CardDavRefresh(fetched, gone, turn + 1, frozenset(lists))
                if not delta.needs_all:
                    return delta
        whole = _Whole(lambda: self._session(url, settings, secret), work)
        return CardDavRefresh(whole, [], turn + 1)


class CardDavSources:
    """CardDAV servers as sources: one for each server and login."""

    def __init__(self, refresher: CardDavRefresher, directory: Directory) -> None:
        self._refresher = refresher
        self._directory = directory

    def add(
        self, url: str, login: str, password: Secret, *, ca_pem: str = "", tries: bool = True
    ) -> DirectorySource:
        """Add one, or give the same another address or password. With ``tries`` the server is asked
        for its books first, and nothing is kept where that fails: what ``AddressBooks`` raises,
        NOT_FOUND (why=no-address-book), NO_PASSWORD.
        """
        settings = {"login": login, "ca_pem": ca_pem}
        host = _host(url)
        if not login or not password.reveal():
            raise ServerSaid(ErrorCode.NO_PASSWORD, host=host)
        if tries:
            self._refresher.look(url, settings, password)
        return self._directory.add_network_source(
            SourceKind.CARDDAV, f"{host}/{login}", url, settings, password
        )


class _Whole:
    """All cards of all books, on a connection of its own, when they are iterated."""

    def __init__(
        self, session: Callable[[], AbstractContextManager[DavSession]], work: Iterable[_Work]
    ) -> None:
        self._session = session
        self._work = list(work)

    def __iter__(self) -> Generator[tuple[_Work, Iterable[DavCard]], None, None]:
        with self._session() as session:
            for one in self._work:
                etags = {href: told[0] for href, told in one.kept.cards.items()}
                every = {**{href: etags[href] for href in etags if href not in one.gone},
                         **one.wanted}  # fmt: skip
                fresh = _Work(_Book(one.kept.book), one.token, every, ())
                yield fresh, session.cards(one.kept.book, list(every))


_Parsed = tuple[_Work, Iterable[tuple[DavCard, Card | None]]]


class CardDavRefresh:
    """directory_ports.Refresh: cards that were fetched (a change list), or all that will be."""

    format_name: Final = "carddav"
    attribution: Final = ""

    def __init__(
        self,
        fetched: Iterable[tuple[_Work, Iterable[DavCard]]] | _Whole,
        gone: Sequence[str],
        turn: int,
        lists: frozenset[str] = frozenset(),
    ) -> None:
        self._gone = gone
        self._turn = turn
        self._groups: set[str] = set()
        self._whole = fetched if isinstance(fetched, _Whole) else None
        self._parsed = (
            []
            if isinstance(fetched, _Whole)
            else [(work, [(one, _card(one)) for one in cards]) for work, cards in fetched]
        )
        self.is_delta = self._whole is None
        self.complete = True
        self.state: Mapping[str, Any] = {}
        self.needs_all = any(
            card is not None and (card.entry.kind is EntryKind.GROUP or one.href in lists)
            for _, cards in self._parsed
            for one, card in cards
        )
        self.unchanged = (
            self.is_delta and not gone and not any(work.wanted for work, _ in self._parsed)
        )
        if self.unchanged:
            self.state = _state([_after(work, {}) for work, _ in self._parsed], turn)

    def __iter__(self) -> Iterator[Item]:
        yield from (Gone(href) for href in self._gone)
        if self._whole is None:
            yield from self._read(self._parsed)
            return
        with closing(iter(self._whole)) as works:  # its connection ends with it, come what may
            yield from self._read(
                (work, ((one, _card(one)) for one in cards)) for work, cards in works
            )

    def _read(self, works: Iterable[_Parsed]) -> Iterator[Item]:
        books: list[_Book] = []
        members: list[tuple[str, tuple[str, ...]]] = []
        uids: dict[str, str] = {}
        for work, cards in works:
            came: dict[str, list[str]] = {}
            for one, card in cards:
                told = [one.etag or work.wanted.get(one.href, ""), "", ""]
                came[one.href] = told
                if card is None:
                    if not one.is_gone:
                        yield SkippedLine(0, "a card that cannot be read")
                    if self.is_delta:
                        yield Gone(one.href)
                    continue
                told[1] = card.uid
                for name in (card.uid, card.entry.email, *card.entry.more_emails):
                    uids.setdefault(name.lower(), one.href)
                if card.entry.kind is EntryKind.GROUP:
                    told[2] = LIST
                    members.append((one.href, card.members))
                yield from self._items(one.href, card)
            missing = work.wanted.keys() - came.keys()
            if missing:  # gone between two requests: the list that comes next says so
                self.complete = False
            books.append(_after(work, came))
        for group, named in members:
            for member in named:
                if member.lower() in uids:
                    yield Membership(group, uids[member.lower()], by_group=True)
        self.state = _state(books, self._turn)

    def _items(self, href: str, card: Card) -> Iterator[Item]:
        entry = replace(card.entry, key=href)
        if entry.kind is EntryKind.GROUP or not self.is_delta:
            yield entry
        else:  # whatever was known of it goes, the words that made it a member too
            yield Change(entry, ENTRY_FIELDS, groups=frozenset({(GROUP_ROLE, Part.MEMBER)}))
        if card.photo:
            yield Photo(href, card.photo)
        for label in card.categories:
            key = group_key(GROUP_ROLE, label, "")
            if key not in self._groups:
                self._groups.add(key)
                group = DirectoryEntry(key, EntryKind.GROUP, label, role=GROUP_ROLE)
                yield Change(group) if self.is_delta else group
            yield Membership(key, href)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise LocalRefusal(ErrorCode.USAGE, option="url", why="not-https")
    return parts.hostname


def _card(told: DavCard) -> Card | None:
    """The first card of a resource; RFC 6352 5.1 allows no second one."""
    if told.is_too_large:
        return None
    return next((one for one in cards_of(told.text) if isinstance(one, Card)), None)


def _work(session: DavSession, books: Iterable[DavBook], kept: Mapping[str, _Book]) -> list[_Work]:
    found = []
    for book in books:
        before = kept.get(book.href, _Book(book))
        changes = session.changes(book, before.token)
        etags = {href: told[0] for href, told in before.cards.items()}
        wanted = {
            href: etag
            for href, etag in changes.etags.items()
            if not etag or etags.get(href) != etag
        }
        gone = tuple(href for href in changes.gone if href in etags)
        if changes.is_whole and changes.complete:
            gone = tuple(href for href in etags if href not in changes.etags)
        found.append(_Work(_Book(book, before.token, before.cards), changes.token, wanted, gone))
    return found


def _after(work: _Work, came: Mapping[str, list[str]]) -> _Book:
    """What is kept of a book once its cards were read; the old token where some did not come."""
    is_whole = work.wanted.keys() <= came.keys()
    cards = {href: told for href, told in work.kept.cards.items() if href not in work.gone}
    cards.update(came)
    return _Book(work.kept.book, work.token if is_whole else work.kept.token, cards)


# -- what is kept with the source ------------------------------------------------------------------


def _books(kept: Mapping[str, _Book]) -> tuple[DavBook, ...]:
    return tuple(one.book for one in kept.values())


def _state(books: Iterable[_Book], turn: int) -> dict[str, Any]:
    return {
        "turn": turn,
        "books": {
            one.book.href: {
                "name": one.book.name,
                "sync": one.book.can_sync,
                "token": one.token,
                "cards": one.cards,
            }
            for one in books
        },
    }


def _kept(state: Mapping[str, Any]) -> tuple[dict[str, _Book], int]:
    try:
        books = {
            href: _Book(
                DavBook(href, one["name"], bool(one["sync"])),
                one["token"],
                {card: [str(text) for text in told][:3] for card, told in one["cards"].items()},
            )
            for href, one in state.get("books", {}).items()
        }
        return books, int(state.get("turn", 0))
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}, 0
