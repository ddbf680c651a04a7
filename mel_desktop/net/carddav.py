"""CardDAV (RFC 6352) to read from: discovery (RFC 6764), sync-collection (RFC 6578), multiget.

Rule 1: nothing is ever written to the server. Rule 2: the password goes to the host that a person
named, over TLS, and nowhere else: a redirect or an address that leads to another host, port or
scheme ends it (why=led-elsewhere). Rule 3: one refused sign-in is the last one of this run. Rule 4:
every answer is bounded in octets and time; a server that goes on saying "there is more" without
any is broken.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mel_desktop.formats import dav_xml
from mel_desktop.formats.dav_xml import DavResponse, Multistatus
from mel_desktop.model.dav import DavBook, DavCard, DavChanges, DavSignIn
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.net.http import (
    PLAIN_PORT,
    REDIRECTS,
    Address,
    Answer,
    Patience,
    Talk,
    led_to,
    read_address,
)
from mel_desktop.net.https import AGENT, MOST_REDIRECTS, SILENCE_S, talking
from mel_desktop.net.transport import Line, Lines, tls_context
from mel_desktop.ports import Meter

WELL_KNOWN: Final = "/.well-known/carddav"
WHOLE_S: Final = 600.0  # of one answer
MOST_ANSWER: Final = 64 * 1024 * 1024
MOST_ERROR: Final = 64 * 1024
MOST_BOOKS: Final = 50
MOST_CARDS: Final = 100_000  # of one book
MOST_ROUNDS: Final = 1_000  # answers cut by the server's limit, each followed by the next
BATCH: Final = 50  # cards asked for at once
MOST_HREF: Final = 1_000
TEMPORARY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
BOOK_PROPERTIES: Final = (
    dav_xml.TYPE, dav_xml.NAME, dav_xml.TOKEN, dav_xml.REPORTS, dav_xml.PRINCIPAL, dav_xml.HOME,
)  # fmt: skip


class CardDavReader:
    """services.carddav.AddressBooks."""

    def __init__(
        self, lines: Lines, *, silence_s: float = SILENCE_S, whole_s: float = WHOLE_S
    ) -> None:
        self._lines = lines
        self._patience = (silence_s, whole_s)

    @contextmanager
    def session(
        self, url: str, sign_in: DavSignIn, *, ca_pem: str = "", meter: Meter | None = None
    ) -> Iterator[CardDavSession]:
        """A conversation with the server. LocalRefusal(USAGE) for an address that is none; then
        SIGN_IN_REFUSED, SERVER_REFUSED, SERVER_TEMPORARY, PROTOCOL and ConnectionTrouble.
        """
        try:
            address = read_address(url)
        except MelError as error:
            raise LocalRefusal(ErrorCode.USAGE, option="url", why="not-https") from error
        if ":" in sign_in.login or not (sign_in.login + sign_in.secret.reveal()).isprintable():
            raise LocalRefusal(ErrorCode.USAGE, why="control-character")
        with self._lines.line(explains=True) as line, ExitStack() as stack:
            session = CardDavSession(
                address,
                sign_in,
                tls_context(ca_pem),
                line,
                meter or Meter(),
                self._patience,
                stack,
            )
            yield session


class CardDavSession:
    """Requests one after the other, on one connection where the server keeps it."""

    def __init__(
        self,
        address: Address,
        sign_in: DavSignIn,
        context: ssl.SSLContext,
        line: Line,
        meter: Meter,
        patience: tuple[float, float],
        stack: ExitStack,
    ) -> None:
        self._address = address
        self._context = context
        self._line = line
        self._meter = meter
        self._patience = patience
        self._stack = stack
        self._talk: Talk | None = None
        secret = sign_in.secret.reveal()
        if sign_in.login:
            token = base64.b64encode(f"{sign_in.login}:{secret}".encode()).decode("ascii")
            self._authorization = f"Basic {token}"
        else:
            self._authorization = f"Bearer {secret}"

    # -- discovery ---------------------------------------------------------------------------------

    def books(self) -> tuple[DavBook, ...]:
        """The address books behind the address: itself, or those of the person who signs in.

        LocalRefusal(NOT_FOUND, why=no-address-book).
        """
        place = self._address.target
        starts = [WELL_KNOWN, "/"] if place == "/" else [place]
        for number, start in enumerate(starts):
            try:
                found = self._books_from(start)
            except ServerSaid as error:
                # Without the well-known place (RFC 6764 section 5) the root may tell.
                missing = error.code is ErrorCode.SERVER_REFUSED and number + 1 < len(starts)
                if not missing:
                    raise
                continue
            if found:
                return found
        raise LocalRefusal(ErrorCode.NOT_FOUND, why="no-address-book", **self._facts())

    def _books_from(self, start: str) -> tuple[DavBook, ...]:
        base, responses = self._propfind(start, 0)
        here = responses[0] if responses else DavResponse("")
        if _is_book(here):
            return (self._book(base, here),)
        homes = here.hrefs.get(dav_xml.HOME, ())
        principals = here.hrefs.get(dav_xml.PRINCIPAL, ())
        if not homes and principals:
            base, responses = self._propfind(self._path(base, principals[0]), 0)
            homes = responses[0].hrefs.get(dav_xml.HOME, ()) if responses else ()
        books: dict[str, DavBook] = {}
        for home in [self._path(base, one) for one in homes] or [base]:
            where, responses = self._propfind(home, 1)
            for one in responses:
                if _is_book(one) and len(books) < MOST_BOOKS:
                    book = self._book(where, one)
                    books.setdefault(book.href, book)
        return tuple(books.values())

    def _book(self, base: str, told: DavResponse) -> DavBook:
        href = self._path(base, told.href) if told.href else base
        name = " ".join(told.found.get(dav_xml.NAME, "").split())[:100]
        can_sync = dav_xml.SYNC in told.inside.get(dav_xml.REPORTS, frozenset())
        return DavBook(href, name or unquote(href.rstrip("/").rpartition("/")[2]), can_sync)

    # -- what changed ------------------------------------------------------------------------------

    def changes(self, book: DavBook, token: str) -> DavChanges:
        """Since the token ("" for all). A token that the server knows no more: all, ``is_whole``.

        Where it has no sync-collection: the ETags of all cards, ``is_whole``.
        """
        if not book.can_sync:
            return self._listing(book)
        try:
            return self._synced(book, token)
        except _StaleTokenError:
            return self._synced(book, "")

    def _synced(self, book: DavBook, token: str) -> DavChanges:
        etags: dict[str, str] = {}
        gone: dict[str, None] = {}
        is_whole = not token
        for _ in range(MOST_ROUNDS):
            is_cut = False
            reader = Multistatus()
            for one in self._report(book.href, dav_xml.sync_collection(token), "0", reader):
                href = self._path(book.href, one.href)
                if one.status == 507 or dav_xml.CUT in one.errors:
                    is_cut = True  # RFC 6578 3.6
                elif href == book.href or _is_collection(one):
                    continue
                elif one.status in (404, 410):
                    gone[href] = None
                    etags.pop(href, None)
                elif one.status in (0, 200):
                    etags[href] = one.found.get(dav_xml.ETAG, "")
                    gone.pop(href, None)
                if len(etags) + len(gone) > MOST_CARDS:
                    raise self._broken("too-large")
            if not reader.sync_token:
                raise self._broken("dav-token")
            if is_cut and reader.sync_token == token:
                raise self._broken("dav-token")  # more, and no way to it
            token = reader.sync_token
            if not is_cut:
                return DavChanges(etags, tuple(gone), token, is_whole)
        raise self._broken("dav-token")

    def _listing(self, book: DavBook) -> DavChanges:
        etags: dict[str, str] = {}
        complete = True
        reader = Multistatus()
        body = dav_xml.propfind((dav_xml.ETAG, dav_xml.TYPE))
        for one in self._report(book.href, body, "1", reader, method="PROPFIND"):
            href = self._path(book.href, one.href)
            if one.status == 507:
                complete = False
            elif href != book.href and not _is_collection(one) and one.status in (0, 200):
                etags[href] = one.found.get(dav_xml.ETAG, "")
            if len(etags) > MOST_CARDS:
                raise self._broken("too-large")
        return DavChanges(etags, (), "", True, complete)

    # -- cards -------------------------------------------------------------------------------------

    def cards(self, book: DavBook, hrefs: Sequence[str]) -> Iterator[DavCard]:
        """The cards as they come, those that are gone meanwhile too."""
        for start in range(0, len(hrefs), BATCH):
            wanted = hrefs[start : start + BATCH]
            asked = {unquote(one): one for one in wanted}  # quoted otherwise, and the same
            body = dav_xml.multiget(wanted)
            for one in self._report(book.href, body, "0", Multistatus()):
                href = asked.get(unquote(self._path(book.href, one.href)), "")
                if not href:
                    continue  # nobody asked for it
                etag, text = one.found.get(dav_xml.ETAG, ""), one.found.get(dav_xml.DATA, "")
                is_gone = one.status in (404, 410) or not (text or one.is_too_large)
                yield DavCard(href, etag, text, one.is_too_large, is_gone)

    # -- requests ----------------------------------------------------------------------------------

    def _propfind(self, target: str, depth: int) -> tuple[str, list[DavResponse]]:
        """(where it led in the end, responses)."""
        body = dav_xml.propfind(BOOK_PROPERTIES)
        found: list[DavResponse] = []
        place = [target]
        for one in self._report(
            target, body, str(depth), Multistatus(), method="PROPFIND", place=place
        ):
            found.append(one)
            if len(found) > MOST_CARDS:
                raise self._broken("too-large")
        return place[0], found

    def _report(
        self,
        target: str,
        body: bytes,
        depth: str,
        reader: Multistatus,
        *,
        method: str = "REPORT",
        place: list[str] | None = None,
    ) -> Iterator[DavResponse]:
        fields = (
            ("User-Agent", AGENT), ("Authorization", self._authorization), ("Depth", depth),
            ("Content-Type", 'application/xml; charset="utf-8"'), ("Accept-Encoding", "identity"),
        )  # fmt: skip
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(method, target, fields, body)
            further = answer.fields.get("location", "")
            if answer.status not in REDIRECTS or not further:
                break
            answer.read(MOST_ERROR)
            target = self._path(target, further)
            if place is not None:
                place[0] = target
        else:
            raise self._broken("redirects")
        if answer.status != 207:
            raise self._refused(answer)
        for piece in answer.pieces(MOST_ANSWER):
            yield from reader.feed(piece)
        yield from reader.close()

    def _ask(
        self, method: str, target: str, fields: Iterable[tuple[str, str]], body: bytes
    ) -> Answer:
        """On the connection that is open, else on a new one. All of it may be asked twice."""
        talk = self._talk
        if talk is not None and talk.may_go_on:
            talk.patience = Patience.of(*self._patience)
            try:
                return talk.ask(method, target, tuple(fields), body)
            except ConnectionTrouble as error:
                if error.code is not ErrorCode.CONNECTION_LOST:
                    raise  # else the server had closed it meanwhile
        self._stack.close()
        session = None if talk is None else talk.tls_session
        self._talk = self._stack.enter_context(
            talking(
                self._address,
                Patience.of(*self._patience),
                self._context,
                self._line,
                meter=self._meter,
                session=session,
            )
        )
        return self._talk.ask(method, target, tuple(fields), body)

    def _refused(self, answer: Answer) -> MelError:
        status, facts = answer.status, self._facts()
        if status == 401:
            return ServerSaid(ErrorCode.SIGN_IN_REFUSED, reply=status, **facts)
        if status in TEMPORARY:
            return ServerSaid(ErrorCode.SERVER_TEMPORARY, reply=status, **facts)
        if status in (403, 409, 412):
            reader = Multistatus()
            try:
                reader.feed(answer.read(MOST_ERROR))
            except ServerBroken:
                return ServerSaid(ErrorCode.SERVER_REFUSED, reply=status, **facts)
            if dav_xml.STALE in reader.errors:
                return _StaleTokenError(ErrorCode.SERVER_REFUSED, reply=status, **facts)
        return ServerSaid(ErrorCode.SERVER_REFUSED, reply=status, **facts)

    def _path(self, base: str, href: str) -> str:
        """The path of an address of the server. ServerBroken where it leads to another one.

        A server behind a TLS proxy may take itself for ``http://`` its host: it is meant here.
        """
        if len(href) > MOST_HREF:
            raise self._broken("dav-xml")
        here = self._address.place
        there = led_to(Address(here, base).url, href)
        try:
            address = read_address(there, plain=True, longest=MOST_HREF + 300)
        except ServerBroken as error:
            raise self._elsewhere(there) from error
        is_here = address.place.host.lower() == here.host.lower() and (
            address.place.port == here.port
            if address.is_private
            else address.place.port in (PLAIN_PORT, here.port)
        )
        if not is_here:
            raise self._elsewhere(there)
        return address.target

    def _elsewhere(self, url: str) -> ServerBroken:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        return ServerBroken(ErrorCode.PROTOCOL, why="led-elsewhere", to=host[:100], **self._facts())

    def _broken(self, why: str) -> ServerBroken:
        return ServerBroken(ErrorCode.PROTOCOL, why=why, **self._facts())

    def _facts(self) -> dict[str, Any]:
        return {"host": self._address.place.host, "port": self._address.place.port}


class _StaleTokenError(ServerSaid):
    """The server knows this sync-token no more."""


def _is_book(told: DavResponse) -> bool:
    return dav_xml.BOOK in told.inside.get(dav_xml.TYPE, frozenset())


def _is_collection(told: DavResponse) -> bool:
    return dav_xml.COLLECTION in told.inside.get(dav_xml.TYPE, frozenset())
