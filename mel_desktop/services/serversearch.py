"""The server's own search, for what is not on this PC. Only when a person asks for it.

Rule 1: a query leaves this PC by no other way than this one.
Rule 2: only folders are asked of which something is missing here: the rest was searched already.
Rule 3: nothing is fetched: what is found has its row here, and its text comes when it is opened.
Rule 4: a server that refuses the other forms of a word is asked for the word as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from mel_desktop.logic import linkprofile, search_query, search_words
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import ErrorCode, LocalRefusal, ServerSaid
from mel_desktop.model.finding import ServerFound, ServerKey
from mel_desktop.model.links import Price
from mel_desktop.model.mail import MessageId
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Clock, MailServer
from mel_desktop.services.links import Links
from mel_desktop.services.search import Words, folders_of, plain_words
from mel_desktop.services.sessions import Lane, Sessions
from mel_desktop.store import serverfound
from mel_desktop.store.database import Database
from mel_desktop.store.serverfound import Lacking

MOST_FOLDERS: Final = 200
MOST_FOUND: Final = 1000
OCTETS_A_FOLDER: Final = 1500  # EXAMINE, SEARCH and their answers, measured with Dovecot
OCTETS_OF_WORDS: Final = 200  # of these, words
OCTETS_TO_SIGN_IN: Final = 8000


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query, and itself with the other forms of its words."""

    wanted: search_query.Query
    wide: search_query.Query
    words: Words

    def key(self, *, wide: bool = True, few_turns: bool = False) -> ServerKey:
        """For a server that takes literals at once, or not (``few_turns``)."""
        from mel_desktop.logic import server_search  # noqa: PLC0415 seldom

        limits = server_search.FEW_TURNS if few_turns else None
        spelt = self.words.abbreviations.spelt
        return server_search.key(self.wanted, self.wide if wide else None, spelt, limits)


class ServerSearch:
    """Blocks; call it where the network may be waited for."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        links: Links,
        clock: Clock,
        words: Callable[[], Words] = plain_words,
    ) -> None:
        self._words = words
        self._database = database
        self._sessions = sessions
        self._links = links
        self._clock = clock

    def price(self, query: str) -> Price:
        """What asking the servers would cost. USAGE: what cannot be read."""
        from mel_desktop.logic import server_search  # noqa: PLC0415 seldom

        read = self._read(query)
        asked = self._lacking(read.wanted)
        words = max(0, server_search.octets(read.key()) - OCTETS_OF_WORDS)
        accounts = sorted({one.account for one in asked})
        prices = []
        for account in accounts:
            number = sum(one.account == account for one in asked)
            octets = OCTETS_TO_SIGN_IN + number * (OCTETS_A_FOLDER + words)
            line = self._links.line(AccountId(account))
            in_force = self._links.in_force(AccountId(account))
            prices.append(linkprofile.price(octets, line, in_force))
        seconds = [one.seconds for one in prices if one.seconds is not None]
        return Price(
            sum(one.octets for one in prices),
            sum(seconds) if len(seconds) == len(prices) and prices else None,
            any(one.ask_first for one in prices),
        )

    def search(self, query: str) -> ServerFound:
        """Ask the server of every account. Folders that refuse are named; trouble with the line is
        raised: what was found before it is lost, and the search may be done again.
        """
        read = self._read(query)
        wanted = read.wanted
        asked = self._lacking(wanted)
        ids: set[int] = set()
        unknown = 0
        left_out: list[str] = []
        for account in dict.fromkeys(one.account for one in asked):
            for folder in (one for one in asked if one.account == account):
                try:
                    found, more = self._ask(AccountId(account), folder, read)
                except ServerSaid:
                    left_out.append(folder.path)
                    continue
                ids |= found
                unknown += more
        if wanted.has_attachments is not None:
            with self._database.read() as reader:
                having = serverfound.with_attachments(reader, ids)
            ids = ids & having if wanted.has_attachments else ids - having
        newest = sorted(ids, reverse=True)[:MOST_FOUND]
        return ServerFound(
            tuple(map(MessageId, newest)), unknown, len(asked) - len(left_out), tuple(left_out)
        )

    def _ask(self, account: AccountId, folder: Lacking, read: _Asked) -> tuple[frozenset[int], int]:
        with self._sessions.mail(account, Lane.READER) as server:
            status = server.select(folder.path, read_only=True)
            uids = _search(server, read)
        newest = uids[-MOST_FOUND:]
        with self._database.read() as reader:
            known = serverfound.messages(reader, folder.id, status.uidvalidity, newest)
        return frozenset(known.values()), len(uids) - len(known)

    def _read(self, query: str) -> _Asked:
        wanted = search_query.parse(query, self._clock.now().astimezone().date())
        if wanted.is_empty:
            raise LocalRefusal(ErrorCode.USAGE, why="search-empty")
        words = self._words()
        wide = search_words.widen(wanted, words.lexicon, words.abbreviations)
        return _Asked(wanted, wide, words)

    def _lacking(self, wanted: search_query.Query) -> tuple[Lacking, ...]:
        with self._database.read() as reader:
            return serverfound.lacking(reader, folders_of(reader, wanted), MOST_FOLDERS)


def _search(server: MailServer, read: _Asked) -> tuple[int, ...]:
    few_turns = not server.caps.names & {"LITERAL+", "LITERAL-"}
    wide, plain = read.key(few_turns=few_turns), read.key(wide=False)
    if wide != plain:
        with suppress(ServerSaid):
            return server.search(wide)
    return server.search(plain)
