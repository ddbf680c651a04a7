"""HTTP/1.1 (RFC 9110, 9112) on h11, on a connection that is open: the one reader of it here.

Whatever answers is bounded: its head, its octets, its silences and the whole of its time, which a
slow drip cannot stretch. Addresses, headers and bodies are never logged; the trace has methods and
status. How the connection came to be is ``net.https``' business.
"""

from __future__ import annotations

import itertools
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol
from urllib.parse import urljoin, urlsplit

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerBroken
from mel_desktop.model.values import dataclass

PORT: Final = 443
PLAIN_PORT: Final = 80
MOST_URL: Final = 1_000
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MOST_HEAD: Final = 64 * 1024
MOST_FIELDS: Final = 100
MOST_EARLY: Final = 8  # informational answers (1xx) before the one that counts
CHUNK: Final = 64 * 1024
PACE_S: Final = 30.0

Fields = Sequence[tuple[str, str]]


# -- addresses -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address: where it leads, and what is asked for there."""

    place: Endpoint  # Security.STARTTLS: plain; it is never begun
    target: str

    @property
    def is_private(self) -> bool:
        """Whether it is HTTPS."""
        return self.place.security is Security.TLS

    @property
    def host_field(self) -> str:
        """As the Host field has it (RFC 9110 7.2)."""
        host = f"[{self.place.host}]" if ":" in self.place.host else self.place.host
        usual = PORT if self.is_private else PLAIN_PORT
        return host if self.place.port == usual else f"{host}:{self.place.port}"

    @property
    def url(self) -> str:
        """Whole again."""
        return f"{'https' if self.is_private else 'http'}://{self.host_field}{self.target}"


def read_address(url: str, *, plain: bool = False, longest: int = MOST_URL) -> Address:
    """Its parts. ServerBroken(PROTOCOL, why) for what is no address, or not HTTPS."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError as error:  # UnicodeError is one
        raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address") from error
    if parts.scheme != "https" and not (plain and parts.scheme == "http"):
        raise ServerBroken(ErrorCode.PROTOCOL, why="not-https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sound = target.isascii() and url.isprintable() and " " not in url and len(url) <= longest
    if not host or "@" in parts.netloc or not sound:
        raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address")
    if parts.scheme == "https":
        return Address(Endpoint(host, PORT if port is None else port, Security.TLS), target)
    plain_port = PLAIN_PORT if port is None else port
    return Address(Endpoint(host, plain_port, Security.STARTTLS), target)


def led_to(url: str, location: str) -> str:
    """The address that a redirect names. ServerBroken(PROTOCOL)."""
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise ServerBroken(ErrorCode.PROTOCOL, why="bad-address") from error


# -- one connection --------------------------------------------------------------------------------


class Wire(Protocol):
    """What carries it: a Stream, or a plain socket."""

    def sendall(self, data: bytes, /) -> None:
        """Send everything."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Some octets, b"" at the end."""
        ...

    def settimeout(self, seconds: float, /) -> None:
        """How long a silence is borne."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long answers may take: each silence, and the whole in seconds from its making.

    ``pace``: fewer octets than this in half a minute is a drip too, for transfers so large that
    no whole can be told beforehand.
    """

    silence_s: float
    until: float  # of time.monotonic
    pace: int = 0

    @classmethod
    def of(cls, silence_s: float, whole_s: float, pace: int = 0) -> Patience:
        """From now on."""
        return cls(silence_s, time.monotonic() + whole_s, pace)


class Talk:
    """Requests and their answers, one after the other, on a connection that is open."""

    def __init__(
        self,
        wire: Wire,
        address: Address,
        patience: Patience,
        note: Callable[[str], None] | None = None,
    ) -> None:
        import h11  # noqa: PLC0415 most connections speak no HTTP: the program starts without it

        self._h11 = h11
        self._wire = wire
        self._address = address
        self.patience = patience
        self._note = note
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        self._has_ended = False
        self._came, self._window = 0, time.monotonic()

    @property
    def may_go_on(self) -> bool:
        """Whether the connection takes another request; the last answer was read to its end."""
        return self._http.our_state is self._h11.DONE and self._http.their_state is self._h11.DONE

    @property
    def tls_session(self) -> ssl.SSLSession | None:
        """What another connection to the same server may take up."""
        return getattr(self._wire, "tls_session", None)

    def ask(
        self, method: str, target: str = "", fields: Fields = (), body: bytes | None = None
    ) -> Answer:
        """Send a request; the head of its answer. ServerBroken | ConnectionTrouble | Cancelled."""
        if self.may_go_on:
            self._http.start_next_cycle()
        all_fields = [("Host", self._address.host_field), *fields]
        if body is not None:
            all_fields.append(("Content-Length", str(len(body))))
        with self._errors():
            request = self._h11.Request(
                method=method, target=target or self._address.target, headers=all_fields
            )
            octets = self._http.send(request) or b""
            if body:
                octets += self._http.send(self._h11.Data(data=body)) or b""
            octets += self._http.send(self._h11.EndOfMessage()) or b""
            self._wire.settimeout(self._left())
            self._wire.sendall(octets)
            return self._head(method)

    def _head(self, method: str) -> Answer:
        early = 0
        while not isinstance(event := self.event(), self._h11.Response):
            early += 1
            if not isinstance(event, self._h11.InformationalResponse) or early > MOST_EARLY:
                raise self.broken("http")
        rows = list(event.headers)
        # h11's own limit holds for a head that is not whole yet, not for one that came at once
        if len(rows) > MOST_FIELDS or sum(map(len, itertools.chain(*rows))) > MOST_HEAD:
            raise self.broken("http")
        found: dict[str, str] = {}
        for name, value in rows:
            key, text = name.decode("ascii").lower(), value.decode("latin-1")
            found[key] = f"{found[key]}, {text}" if key in found else text
        if self._note is not None:
            self._note(f"HTTP {method}: {event.status_code}")
        return Answer(self, event.status_code, found)

    def event(self) -> object:
        """The next event of h11, waited for. Inside ``_errors`` only."""
        while (event := self._http.next_event()) is self._h11.NEED_DATA:
            if self._http.trailing_data[1]:
                raise self.broken("http")
            self._wire.settimeout(self._left())
            data = self._wire.recv(CHUNK)
            self._has_ended = not data
            self._came += len(data)
            self._http.receive_data(data)
        return event

    def pieces(self) -> Iterator[bytes]:
        """The content of the answer, as it comes."""
        while True:
            with self._errors():
                event = self.event()
            if isinstance(event, self._h11.Data):
                yield bytes(event.data)
            elif isinstance(event, self._h11.EndOfMessage):
                return
            else:
                raise self.broken("http")

    def broken(self, why: str) -> ServerBroken:
        """The error for a server that does not speak HTTP as it should."""
        return ServerBroken(ErrorCode.PROTOCOL, why=why, **self._facts())

    def _left(self) -> float:
        now = time.monotonic()
        if now - self._window > PACE_S:
            if self._came < self.patience.pace:
                raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._facts())
            self._came, self._window = 0, now
        left = self.patience.until - now
        if left <= 0:
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._facts())
        return min(left, self.patience.silence_s)

    def _facts(self) -> dict[str, str | int]:
        return {"host": self._address.place.host, "port": self._address.place.port}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except self._h11.LocalProtocolError as error:
            raise LocalRefusal(ErrorCode.USAGE, why="request") from error
        except self._h11.RemoteProtocolError as error:
            if self._has_ended:
                raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **self._facts()) from error
            raise self.broken("http") from error
        except TimeoutError as error:
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._facts()) from error


class Answer:
    """The head of an answer, and its content as long as the connection is open."""

    def __init__(self, talk: Talk, status: int, fields: Mapping[str, str]) -> None:
        self._talk = talk
        self.status = status
        self.fields = fields  # names in lower case

    @property
    def size(self) -> int | None:
        """Octets of the content where the server says so beforehand."""
        told = self.fields.get("content-length", "")
        return int(told) if told.isdecimal() else None

    @property
    def tells_its_end(self) -> bool:
        """Whether a cut can be told from the end; not so where the end of the line is the end."""
        coding = self.fields.get("transfer-encoding", "").lower()
        return self.size is not None or "chunked" in coding

    def pieces(self, most: int) -> Iterator[bytes]:
        """The content as it comes, of at most so many octets. ServerBroken(why="too-large")."""
        if self.size is not None and self.size > most:
            raise self._talk.broken("too-large")
        came = 0
        for piece in self._talk.pieces():
            came += len(piece)
            if came > most:
                raise self._talk.broken("too-large")
            yield piece

    def read(self, most: int) -> bytes:
        """The whole content."""
        return b"".join(self.pieces(most))
