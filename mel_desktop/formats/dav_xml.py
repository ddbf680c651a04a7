"""Answers of a WebDAV server (RFC 4918 section 14) and requests to it, as far as address books go.

expat with names of their namespaces, and limits: no document type and so no entity of anybody's,
bounded depth, elements, text. A response at a time is held. Prefixes differ from server to server,
so that a reader of plain tags (``xml_stream``) will not do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Final

from mel_desktop.model.errors import ErrorCode, ServerBroken
from mel_desktop.model.values import dataclass

DAV: Final = "DAV:"
CARD: Final = "urn:ietf:params:xml:ns:carddav"

ETAG: Final = f"{DAV} getetag"
NAME: Final = f"{DAV} displayname"
TYPE: Final = f"{DAV} resourcetype"
PRINCIPAL: Final = f"{DAV} current-user-principal"
HOME: Final = f"{CARD} addressbook-home-set"
REPORTS: Final = f"{DAV} supported-report-set"
TOKEN: Final = f"{DAV} sync-token"
DATA: Final = f"{CARD} address-data"
BOOK: Final = f"{CARD} addressbook"
SYNC: Final = f"{DAV} sync-collection"
COLLECTION: Final = f"{DAV} collection"
STALE: Final = f"{DAV} valid-sync-token"  # RFC 6578 3.2
CUT: Final = f"{DAV} number-of-matches-within-limits"

MOST_DEPTH: Final = 30
MOST_ELEMENTS: Final = 2_000_000
MOST_TEXT: Final = 4_096  # of a property
MOST_CARD: Final = 2 * 1024 * 1024  # of ``address-data``: a picture is in it
MOST_PROPERTIES: Final = 100  # of a response
MOST_INSIDE: Final = 200  # elements of a property
MOST_NAME: Final = 300
PIECE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class DavResponse:
    """One resource. ``status`` 0: told of its properties only. ``found``: texts by name, of those
    with status 200; ``inside``: names of elements within a property; ``errors``: conditions.
    """

    href: str
    status: int = 0
    found: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    hrefs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: frozenset[str] = frozenset()
    is_too_large: bool = False  # its card was longer than any real one and is not held


class Multistatus:
    """Fed with octets, gives responses as they are whole. ServerBroken(PROTOCOL, why=dav-xml)."""

    def __init__(self) -> None:
        from xml.parsers import expat  # noqa: PLC0415 seldom

        self.sync_token = ""
        self.errors: frozenset[str] = frozenset()  # of a DAV:error document
        self._path: list[str] = []
        self._elements = 0
        self._text: list[str] = []
        self._size = 0
        self._done: list[DavResponse] = []
        self._started = False
        self._begin()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SkippedEntityHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._on_text
        self._parser = parser
        self._fed = 0

    def feed(self, octets: bytes) -> list[DavResponse]:
        """Responses that are whole now."""
        for start in range(0, len(octets), PIECE):
            piece = octets[start : start + PIECE]
            self._parse(piece, is_last=False)
            self._fed += len(piece)
            if self._fed - self._parser.CurrentByteIndex > MOST_CARD:
                raise _broken()  # a tag without end
        done, self._done = self._done, []
        return done

    def close(self) -> list[DavResponse]:
        """The end; what was not closed is an error."""
        self._parse(b"", is_last=True)
        done, self._done = self._done, []
        return done

    def _parse(self, octets: bytes, *, is_last: bool) -> None:
        from xml.parsers import expat  # noqa: PLC0415 seldom

        try:
            self._parser.Parse(octets, is_last)
        except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
            raise _broken() from error

    def _refuse(self, *_: object) -> int:
        raise _broken()

    # -- elements ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._href = ""
        self._status = 0
        self._found: dict[str, str] = {}
        self._inside: dict[str, set[str]] = {}
        self._hrefs: dict[str, list[str]] = {}
        self._conditions: set[str] = set()
        self._is_too_large = False
        self._begin_propstat()

    def _begin_propstat(self) -> None:
        self._some: dict[str, str] = {}
        self._some_inside: dict[str, set[str]] = {}
        self._some_hrefs: dict[str, list[str]] = {}
        self._some_status = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if not self._path:
            if name not in (f"{DAV} multistatus", f"{DAV} error"):
                raise _broken()
            self._started = True
        if (
            len(self._path) >= MOST_DEPTH
            or self._elements > MOST_ELEMENTS
            or len(name) > MOST_NAME
            or len(attributes) > MOST_PROPERTIES
        ):
            raise _broken()
        self._path.append(name)
        depth = len(self._path)
        if depth == 2 and name == f"{DAV} response":
            self._begin()
        elif depth == 3 and name == f"{DAV} propstat":
            self._begin_propstat()
        self._text.clear()
        self._size = 0
        if self._property is not None:
            if depth == 5:
                if len(self._some) >= MOST_PROPERTIES:
                    raise _broken()
                self._some.setdefault(name, "")
            else:
                inside = self._some_inside.setdefault(self._property, set())
                if len(inside) >= MOST_INSIDE:
                    raise _broken()
                inside.add(name)

    @property
    def _property(self) -> str | None:
        """The property that the parser is in: multistatus/response/propstat/prop/HERE."""
        path = self._path
        is_in = len(path) >= 5 and path[3] == f"{DAV} prop" and path[2] == f"{DAV} propstat"
        return path[4] if is_in else None

    def _on_text(self, text: str) -> None:
        most = MOST_CARD if self._path[-1:] == [DATA] else MOST_TEXT
        self._size += len(text)
        if self._size <= most:
            self._text.append(text)
        elif most == MOST_CARD:
            self._is_too_large = True
            self._text.clear()
        else:
            raise _broken()

    def _end(self, name: str) -> None:
        depth = len(self._path)
        text = "".join(self._text)
        self._text.clear()
        inside_of = self._property
        self._path.pop()
        if inside_of is not None:
            if depth == 5:
                if name == DATA:
                    self._some[name] = "" if self._is_too_large else text
                elif not self._some_hrefs.get(name) and not self._some[name]:
                    self._some[name] = text.strip()
            elif name == f"{DAV} href" and text.strip():
                self._some_hrefs.setdefault(inside_of, []).append(text.strip())
        elif depth == 2:
            if name == f"{DAV} response":
                self._finish()
            elif name == TOKEN:
                self.sync_token = text.strip()
            elif self._path == [f"{DAV} error"]:
                self.errors |= {name}
        elif depth == 3:
            if name == f"{DAV} href" and not self._href:
                self._href = text.strip()
            elif name == f"{DAV} status":
                self._status = _status(text)
            elif name == f"{DAV} propstat":
                self._take_propstat()
        elif depth == 4:
            if name == f"{DAV} status" and self._path[2] == f"{DAV} propstat":
                self._some_status = _status(text)
            elif self._path[2] == f"{DAV} error":
                self._conditions.add(name)

    def _take_propstat(self) -> None:
        if self._some_status == 200:
            self._found.update(self._some)
            self._inside.update(self._some_inside)
            self._hrefs.update(self._some_hrefs)

    def _finish(self) -> None:
        self._done.append(
            DavResponse(
                self._href,
                self._status,
                self._found,
                {name: frozenset(inside) for name, inside in self._inside.items()},
                {name: tuple(hrefs) for name, hrefs in self._hrefs.items()},
                frozenset(self._conditions),
                self._is_too_large,
            )
        )
        self._begin()


def _status(text: str) -> int:
    """``HTTP/1.1 404 Not Found`` -> 404."""
    words = text.split()
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else 0


def _broken() -> ServerBroken:
    return ServerBroken(ErrorCode.PROTOCOL, why="dav-xml")


# -- requests --------------------------------------------------------------------------------------

_PREFIXES: Final = {DAV: "D", CARD: "C"}
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>'
_SPACES: Final = f'xmlns:D="{DAV}" xmlns:C="{CARD}"'


def propfind(names: Iterable[str]) -> bytes:
    """The body of a PROPFIND (RFC 4918 9.1)."""
    return f"{_HEAD}<D:propfind {_SPACES}>{_prop(names)}</D:propfind>".encode()


def sync_collection(token: str) -> bytes:
    """The body of a sync-collection REPORT (RFC 6578 3.2); "" asks for all there is."""
    from xml.sax.saxutils import escape  # noqa: PLC0415 seldom

    return (
        f"{_HEAD}<D:sync-collection {_SPACES}><D:sync-token>{escape(token)}</D:sync-token>"
        f"<D:sync-level>1</D:sync-level>{_prop((ETAG,))}</D:sync-collection>"
    ).encode()


def multiget(hrefs: Iterable[str]) -> bytes:
    """The body of an addressbook-multiget REPORT (RFC 6352 8.7)."""
    from xml.sax.saxutils import escape  # noqa: PLC0415 seldom

    listed = "".join(f"<D:href>{escape(one)}</D:href>" for one in hrefs)
    return (
        f"{_HEAD}<C:addressbook-multiget {_SPACES}>{_prop((ETAG, DATA))}{listed}"
        "</C:addressbook-multiget>"
    ).encode()


def _prop(names: Iterable[str]) -> str:
    inside = ""
    for one in names:
        space, _, name = one.partition(" ")
        inside += f"<{_PREFIXES[space]}:{name}/>"
    return f"<D:prop>{inside}</D:prop>"
