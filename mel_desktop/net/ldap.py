"""Reads an LDAP directory by pages (RFC 4511, paged results RFC 2696), in private only.

Rule 1: nothing is asked, and no password said, before TLS is up and the name in the certificate is
verified. ``ldap://`` means StartTLS; a server without it is left (NO_TLS_OFFERED).
Rule 2: the socket is net.transport's, not ldap3's: ldap3 turns host names checks off in its own TLS
context and sets timeouts that a TLS socket does not keep. ldap3 speaks BER over our line.
Rule 3: referrals are never followed: they would send a password to a server nobody chose.
Rule 4: the filter is a constant. No text from a person ever enters one.
Rule 5: a copy that the server cut short is never called complete.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPSessionTerminatedByServerError
from pyasn1.error import PyAsn1Error

from mel_desktop.formats import ldap_entry, ldap_url
from mel_desktop.model.accounts import Endpoint, Secret, Security
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    MelError,
    ServerBroken,
    ServerSaid,
)
from mel_desktop.model.people import DirectoryEntry, LdapSettings, Membership
from mel_desktop.net.transport import Line, Lines, Stream, open_socket, tls_context
from mel_desktop.ports import LdapPage, Meter

log = logging.getLogger("mel.ldap")

START_TLS_OID: Final = "1.3.6.1.4.1.1466.20037"  # RFC 4511 4.14
PAGED_OID: Final = "1.2.840.113556.1.4.319"  # RFC 2696
FILTER: Final = (
    "(|(objectClass=person)(objectClass=inetOrgPerson)(objectClass=eduPerson)"
    "(objectClass=supannPerson)(objectClass=ENTPerson)(objectClass=educationnationale)"
    "(objectClass=inetMailUser)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)"
    "(objectClass=posixGroup)(objectClass=group)(objectClass=ENTEtablissement)"
    "(objectClass=ENTEcole)(objectClass=ENTStructure)(objectClass=ENTServAc))"
)
ANSWER_SECONDS: Final = 120.0  # for one page, however slowly it drips
ANSWER_BYTES: Final = 64 * 1024 * 1024
MAX_ENTRIES: Final = 500_000
# Parts of Active Directory that hold no people: references to them cut nothing off.
EMPTY_REFERENCES: Final = re.compile(r"DomainDnsZones|ForestDnsZones|CN=Configuration", re.I)

SEQUENCE: Final = b"\x30"  # how every LDAP message begins (RFC 4511 4.1.1)
# Result codes, RFC 4511 4.1.9
SUCCESS = 0
LIMITS: Final = frozenset({3, 4, 11})  # time, size, administrative
SIGN_IN: Final = frozenset({48, 49, 50, 53})
TEMPORARY: Final = frozenset({51, 52})
# Active Directory says why in the text of result 49.
EXPIRED: Final = re.compile(r"data (532|773)\b")

# What a BER decoder stumbles over when a server sends nonsense.
NONSENSE: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError,
    ValueError, PyAsn1Error,
)  # fmt: skip


class LdapReader:
    """ports.DirectoryReader on ldap3."""

    def __init__(
        self,
        *,
        answer_seconds: float = ANSWER_SECONDS,
        answer_bytes: int = ANSWER_BYTES,
        lines: Lines | None = None,
    ) -> None:
        self._lines = lines or Lines()
        self._answer_seconds = answer_seconds
        self._answer_bytes = answer_bytes

    def pages(self, settings: LdapSettings, password: Secret | None) -> Iterator[LdapPage]:
        """All persons, groups and schools below the base, each page as the server gives it.

        SIGN_IN_REFUSED after one try; NO_PASSWORD for a DN without a password, which a server
        would take for an anonymous sign-in (RFC 4513 5.1.2).
        """
        endpoint, base = ldap_url.parse(settings.url)
        if settings.bind_dn and not (password and password.reveal()):
            raise ServerSaid(ErrorCode.NO_PASSWORD, host=endpoint.host)
        with self._lines.line(explains=True) as line:
            session = _Session(endpoint, settings, self._answer_seconds, self._answer_bytes, line)
            try:
                session.sign_in(settings.bind_dn, password)
                bases = [settings.base or base]
                if not bases[0]:
                    bases = session.naming_contexts()
                for one in bases:
                    yield from session.search(one, max(10, min(settings.page_size, 5_000)))
            finally:
                session.close()


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
        if self._left == self._octets and data[:1] not in (b"", SEQUENCE):
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


class _Session:
    """One connection, from TCP to unbind."""

    def __init__(
        self, endpoint: Endpoint, settings: LdapSettings, seconds: float, octets: int, line: Line
    ) -> None:
        self._endpoint = endpoint
        self._stream = open_socket(
            endpoint,
            tls_context(settings.ca_pem),
            Meter(),
            silence_seconds=min(seconds, 60.0),
            line=line,
        )
        self._line = _Line(self._stream, endpoint, seconds, octets)
        self._connection: Any = None  # ldap3.Connection; its stubs know half of it
        self._read = 0

    def sign_in(self, bind_dn: str, password: Secret | None) -> None:
        """StartTLS where TLS is not up yet, then one bind."""
        with self._errors():
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
            self._note(f"bind {'simple' if bind_dn else 'anonymous'}")
            if not bound:
                raise self._refused(signing_in=True)

    def naming_contexts(self) -> list[str]:
        """Bases that the root entry names (RFC 4512 5.1), for a source without one."""
        with self._errors():
            self._connection.search(
                "", "(objectClass=*)", search_scope=ldap3.BASE,
                attributes=["namingContexts", "defaultNamingContext"],
            )  # fmt: skip
            found = [
                value.decode("utf-8", "replace")
                for item in self._connection.response or ()
                for name in ("defaultNamingContext", "namingContexts")
                for value in dict(item.get("raw_attributes") or {}).get(name, ())
            ]
        bases = [base for base in found if base and not EMPTY_REFERENCES.search(base)]
        if not bases:
            raise self._said(ErrorCode.SERVER_REFUSED, "no naming context")
        return bases[:1]

    def search(self, base: str, page_size: int) -> Iterator[LdapPage]:
        """Pages of one base until the server has no more, or will give no more."""
        cookie: bytes | None = None
        while True:
            with self._errors():
                self._connection.search(
                    base,
                    FILTER,
                    search_scope=ldap3.SUBTREE,
                    dereference_aliases=ldap3.DEREF_NEVER,
                    attributes=list(ldap_entry.ATTRIBUTES),
                    paged_size=page_size,
                    paged_cookie=cookie,
                )
                result = self._connection.result
                code = int(result["result"])
                self._note(f"search, base ‹{len(base)}›, page of {page_size}")
                if code != SUCCESS and code not in LIMITS:
                    raise self._refused()
                page = _page(self._connection.response or (), complete=code == SUCCESS)
                control = (result.get("controls") or {}).get(PAGED_OID)
                cookie = control["value"]["cookie"] if control else None
            self._read += len(page.entries)
            if code != SUCCESS:
                log.info("directory cut by the server: result %d after %d", code, self._read)
            if cookie and self._read >= MAX_ENTRIES:
                yield LdapPage(page.entries, page.skipped, False, page.memberships)
                return
            yield page
            if not cookie or code != SUCCESS:
                return

    def close(self) -> None:
        """Unbind if possible. Never raises."""
        try:
            if self._connection is not None and not self._connection.closed:
                self._connection.unbind()
        except (LDAPException, MelError, OSError, *NONSENSE):
            log.debug("unbind failed")
        finally:
            self._stream.close()

    # -- inside ------------------------------------------------------------------------------------

    def _take_line(self, address: object, use_ssl: bool = False, unix_socket: bool = False) -> None:
        """In place of ldap3's own way to connect: hand it the line that is open and verified."""
        self._connection.socket = self._line
        self._connection.closed = False

    def _start_tls(self) -> None:
        self._connection.extended(START_TLS_OID)
        if int(self._connection.result["result"]) != SUCCESS:
            raise ConnectionTrouble(ErrorCode.NO_TLS_OFFERED, **self._facts())
        self._stream.start_tls()

    def _refused(self, *, signing_in: bool = False) -> MelError:
        result = self._connection.result or {}
        code = int(result.get("result", -1))
        reply = f"{code} {result.get('description', '')}"[:80]
        if signing_in and EXPIRED.search(str(result.get("message", ""))):
            return self._said(ErrorCode.PASSWORD_EXPIRED, reply)
        if signing_in and code in SIGN_IN:
            return self._said(ErrorCode.SIGN_IN_REFUSED, reply)
        return self._said(
            ErrorCode.SERVER_TEMPORARY if code in TEMPORARY else ErrorCode.SERVER_REFUSED, reply
        )

    def _note(self, asked: str) -> None:
        """Into the trace: what was asked, and the result by its number."""
        if self._stream.trace is not None:
            code = int((self._connection.result or {}).get("result", -1))
            found = len(self._connection.response or ())
            self._stream.trace.note(f"LDAP {asked}: result {code}, {found} entries")

    def _said(self, code: ErrorCode, reply: str) -> ServerSaid:
        host, port = self._endpoint.host, self._endpoint.port
        return ServerSaid(code, host=host, port=port, reply=reply)

    def _facts(self) -> dict[str, str | int]:
        return {"host": self._endpoint.host, "port": self._endpoint.port}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except LDAPSessionTerminatedByServerError as error:
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **self._facts()) from error
        except LDAPException as error:
            why = type(error).__name__
            raise ServerBroken(ErrorCode.PROTOCOL, why=why, **self._facts()) from error
        except NONSENSE as error:
            raise ServerBroken(ErrorCode.PROTOCOL, why="not LDAP", **self._facts()) from error


def _page(response: Any, *, complete: bool) -> LdapPage:
    """Map one answer. References to other servers mean that something was left out."""
    entries: list[DirectoryEntry] = []
    memberships: list[Membership] = []
    skipped = 0
    for item in response:
        if item["type"] == "searchResRef":
            links = cast("list[str]", item.get("uri") or [])
            complete = complete and all(EMPTY_REFERENCES.search(link) for link in links)
        elif item["type"] == "searchResEntry":
            found = ldap_entry.read_entry(str(item["dn"]), item["raw_attributes"])
            if found.entry is None:
                skipped += 1
                continue
            entries.append(found.entry)
            entries.extend(found.groups)
            memberships.extend(found.memberships)
    return LdapPage(tuple(entries), skipped, complete, tuple(memberships))
