"""One LDAP connection from TCP to unbind, private before anything is asked (RFC 4511).

Rule 1: nothing is asked, and no password said, before TLS is up and the name in the certificate is
verified. ``ldap://`` means StartTLS; a server without it is left (NO_TLS_OFFERED).
Rule 2: the socket is net.transport's, not ldap3's: ldap3 turns host names checks off in its own TLS
context and sets timeouts that a TLS socket does not keep. ldap3 signs in over our line; searches
are formats.ldap_wire's.
Rule 3: every answer has a deadline and an allowance of octets.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPSessionTerminatedByServerError
from pyasn1.error import PyAsn1Error

from mel_desktop.formats import ldap_wire
from mel_desktop.formats.ldap_attributes import Attributes, Taken
from mel_desktop.formats.ldap_wire import Message, NotLdap, Result
from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.people import LdapSettings
from mel_desktop.net.transport import CONNECT_SECONDS, Line, Stream, open_socket, tls_context
from mel_desktop.ports import Meter

log = logging.getLogger("mel.ldap")

START_TLS_OID: Final = "1.3.6.1.4.1.1466.20037"  # RFC 4511 4.14
NOTICE: Final = 0  # message number of a notice of disconnection, RFC 4511 4.4.1
MESSAGES_A_PIECE: Final = 5_000  # messages after which the deadline begins anew

# Result codes, RFC 4511 4.1.9
SUCCESS = 0
LIMITS: Final = {3: "time-limit", 4: "size-limit", 11: "admin-limit"}
REFERRAL: Final = 10
NO_CONTROL: Final = frozenset({2, 12, 53, 80})  # what servers say to a control that they have not
REFRESH_REQUIRED: Final = 4096  # RFC 4533 2.6
SIGN_IN: Final = frozenset({48, 49, 50, 53})
TEMPORARY: Final = frozenset({51, 52})
# Active Directory says why in the text of result 49.
EXPIRED: Final = re.compile(r"data (532|773)\b")

# What a BER decoder stumbles over when a server sends nonsense.
NONSENSE: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError, PyAsn1Error,
)  # fmt: skip


Answer = list[Taken] | Message
"""Some entries, or another answer."""


class Session:
    """One connection. The errors of model.errors only."""

    def __init__(
        self, endpoint: Endpoint, settings: LdapSettings, seconds: float, octets: int, line: Line
    ) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._octets = octets
        self.meter = Meter()
        self._stream = open_socket(
            endpoint,
            tls_context(settings.ca_pem),
            self.meter,
            connect_seconds=CONNECT_SECONDS,
            silence_seconds=min(seconds, 60.0),
            line=line,
        )
        self._connection: Any = None  # ldap3.Connection; its stubs know half of it
        self._buffer = b""
        self._at = 0

    def sign_in(self, bind_dn: str, password: Secret | None) -> None:
        """StartTLS where TLS is not up yet, then one bind."""
        with self.errors():
            # The line is open already: ldap3 must neither look the name up nor connect.
            server = ldap3.Server("127.0.0.1", get_info=ldap3.NONE)
            self._connection = ldap3.Connection(
                server,
                user=bind_dn or None,
                password=password.reveal() if bind_dn and password else None,
                authentication=ldap3.SIMPLE if bind_dn else ldap3.ANONYMOUS,
                auto_referrals=False,
                check_names=False,
                read_only=True,
                raise_exceptions=False,
            )
            self._connection.strategy._open_socket = self._take_line
            self._connection.open(read_server_info=False)
            if self._endpoint.security is Security.STARTTLS:
                self._start_tls()
            if not self._stream.is_private:
                raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, **self._facts())
            bound = self._connection.bind(read_server_info=False)
            result = self._connection.result or {}
            code = int(result.get("result", -1))
            self.note(f"bind {'simple' if bind_dn else 'anonymous'}", code, 0)
            if not bound:
                raise self._not_signed_in(result, code)

    def ask(
        self,
        base: str,
        filter_: bytes,
        attributes: tuple[str, ...],
        *,
        scope: int = ldap_wire.SUBTREE,
        size_limit: int = 0,
        control: bytes = b"",
    ) -> int:
        """Send a search; the number under which ``answers`` come."""
        number = int(self._connection.server.next_message_id())
        request = ldap_wire.search(
            number, base, filter_, attributes, scope=scope, size_limit=size_limit,
            controls=(control,) if control else (),
        )  # fmt: skip
        self._stream.sendall(request)
        return number

    def answers(self, number: int) -> Iterator[Message]:
        """Answers to one search, the SearchResultDone the last. CONNECTION_LOST, TIMED_OUT."""
        for one in self._answers(number, None):
            assert isinstance(one, Message)
            yield one

    def taken(self, number: int, parser: Attributes) -> Iterator[Answer]:
        """As ``answers``, with entries taken apart and as many at a time as are here."""
        return self._answers(number, parser)

    def _answers(self, number: int, parser: Attributes | None) -> Iterator[Answer]:
        deadline, left, count = time.monotonic() + self._seconds, self._octets, 0
        while True:
            if count >= MESSAGES_A_PIECE:  # a server that works on
                count = 0
                deadline, left = time.monotonic() + self._seconds, self._octets
            if parser is not None:
                entries, at = parser.run(self._buffer, self._at, number)
                if entries:
                    left -= at - self._at
                    self._at = at
                    count += len(entries)
                    yield entries
                    continue
            try:
                size = ldap_wire.message_size(self._buffer, self._at, left)
                if not size or len(self._buffer) - self._at < size:
                    self._fetch(size, deadline)
                    continue
                one = ldap_wire.message(self._buffer[self._at : self._at + size])
                if one.number not in (number, NOTICE):
                    raise NotLdap("another number")
                self._at += size
                left -= size
                if one.number == NOTICE:
                    raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **self._facts())
                is_entry = parser is not None and one.op == ldap_wire.ENTRY
                answer = [parser.taken(one)] if parser is not None and is_entry else one
            except NotLdap as error:
                raise self._stream.broken("not LDAP") from error
            yield answer
            if one.op == ldap_wire.DONE:
                return
            count += 1

    def naming(self) -> dict[str, list[str]]:
        """Attributes of the root entry (RFC 4512 5.1), by lower-case name; {} if it is hidden."""
        names = (
            "namingContexts", "defaultNamingContext", "supportedControl", "supportedCapabilities",
            "subschemaSubentry", "vendorName",
        )  # fmt: skip
        found = self.entries("", names, scope=ldap_wire.BASE)
        return found[0][1] if found else {}

    def entries(
        self,
        base: str,
        attributes: tuple[str, ...],
        *,
        filter_: bytes = b"",
        scope: int = ldap_wire.SUBTREE,
        size_limit: int = 0,
    ) -> list[tuple[str, dict[str, list[str]]]]:
        """A few entries as text; what the server refuses is as good as nothing."""
        everything = ldap_wire.present("objectClass")
        number = self.ask(
            base, filter_ or everything, attributes, scope=scope, size_limit=size_limit
        )
        parser, found = Attributes(), []
        for one in self.answers(number):
            if one.op == ldap_wire.ENTRY:
                with self.errors():
                    dn, raw = parser.entry(one)
                texts = {
                    name: [value.decode("utf-8", "replace") for value in values]
                    for name, values in raw.items()
                }
                found.append((dn.decode("utf-8", "replace"), texts))
        return found

    def refused(self, result: Result) -> MelError:
        """The error for a search that the server did not do."""
        code = ErrorCode.SERVER_TEMPORARY if result.code in TEMPORARY else ErrorCode.SERVER_REFUSED
        return self.said(code, str(result.code))

    def said(self, code: ErrorCode, reply: str) -> ServerSaid:
        """What the server said, without its words: they may name people."""
        host, port = self._endpoint.host, self._endpoint.port
        return ServerSaid(code, host=host, port=port, reply=reply)

    def broken(self) -> ServerBroken:
        """The error for a server that breaks the protocol; the connection is dropped."""
        return self._stream.broken("not LDAP")

    def note(self, asked: str, code: int, entries: int) -> None:
        """Into the trace: what was asked, and the result by its number."""
        if self._stream.trace is not None:
            self._stream.trace.note(f"LDAP {asked}: result {code}, {entries} entries")

    def close(self) -> None:
        """Unbind if possible. Never raises."""
        try:
            if self._connection is not None and not self._connection.closed:
                self._connection.unbind()
        except (LDAPException, MelError, OSError, *NONSENSE):
            log.debug("unbind failed")
        finally:
            self._stream.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Convert what ldap3 and the decoder raise."""
        try:
            yield
        except NotLdap as error:
            raise self._stream.broken("not LDAP") from error
        except LDAPSessionTerminatedByServerError as error:
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **self._facts()) from error
        except LDAPException as error:
            why = type(error).__name__
            raise ServerBroken(ErrorCode.PROTOCOL, why=why, **self._facts()) from error
        except NONSENSE as error:
            raise ServerBroken(ErrorCode.PROTOCOL, why="not LDAP", **self._facts()) from error

    # -- inside ------------------------------------------------------------------------------------

    def _fetch(self, size: int, deadline: float) -> None:
        """Read on: until a message of ``size`` octets is here (0: of unknown length)."""
        have = len(self._buffer) - self._at
        pieces = [self._buffer[self._at :]] if have else []
        while True:
            if time.monotonic() > deadline:
                raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._facts())
            data = self._stream.recv()
            if not data:
                raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **self._facts())
            pieces.append(data)
            have += len(data)
            if have >= size:
                break
        self._buffer, self._at = b"".join(pieces), 0

    def _take_line(self, address: object, use_ssl: bool = False, unix_socket: bool = False) -> None:
        """In place of ldap3's own way to connect: hand it the line that is open and verified."""
        self._connection.socket = _Line(self._stream, self._endpoint, self._seconds, self._octets)
        self._connection.closed = False

    def _start_tls(self) -> None:
        self._connection.extended(START_TLS_OID)
        if int(self._connection.result["result"]) != SUCCESS:
            raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, **self._facts())
        self._stream.start_tls()

    def _not_signed_in(self, result: dict[str, Any], code: int) -> MelError:
        reply = f"{code} {result.get('description', '')}"[:80]
        if EXPIRED.search(str(result.get("message", ""))):
            return self.said(ErrorCode.PASSWORD_EXPIRED, reply)
        if code in SIGN_IN:
            return self.said(ErrorCode.SIGN_IN_REFUSED, reply)
        return self.said(
            ErrorCode.SERVER_TEMPORARY if code in TEMPORARY else ErrorCode.SERVER_REFUSED, reply
        )

    def _facts(self) -> dict[str, str | int]:
        return {"host": self._endpoint.host, "port": self._endpoint.port}


class _Line:
    """What ldap3 takes for a socket: our stream, with a deadline and an allowance an answer."""

    def __init__(self, stream: Stream, endpoint: Endpoint, seconds: float, octets: int) -> None:
        self._stream = stream
        self._endpoint = endpoint
        self._seconds = seconds
        self._octets = octets
        self._deadline = 0.0
        self._left = 0

    def sendall(self, data: bytes) -> None:
        """Send a request; the time for its answer begins."""
        self._deadline = time.monotonic() + self._seconds
        self._left = self._octets
        self._stream.sendall(data)

    def recv(self, size: int) -> bytes:
        """Some octets of the answer, b"" at the end."""
        if time.monotonic() > self._deadline:
            raise ConnectionTrouble(
                ErrorCode.TIMED_OUT, host=self._endpoint.host, port=self._endpoint.port
            )
        data = self._stream.recv(size)
        if self._left == self._octets and data[:1] not in (b"", bytes((ldap_wire.SEQUENCE,))):
            raise self._stream.broken("not LDAP")  # ldap3 would wait for the rest of it
        self._left -= len(data)
        if self._left < 0:
            raise self._stream.broken("answer-too-large")
        return data

    def shutdown(self, how: int) -> None:
        """Nothing: close says it all."""

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()
