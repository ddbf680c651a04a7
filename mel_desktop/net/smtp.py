"""Mail submission: one message, one connection, over the way that is open on this network.

Rule 1: implicit TLS (port 465) or STARTTLS (port 587), whichever the account names. Where a network
lets that one not through, the other one of the same host is tried; never one without TLS, and never
because of what a server or a certificate said.
Rule 2: bytes with a lone CR or LF, and addresses with anything that could end a command, are
refused here as well (SMTP smuggling, CVE-2023-51764).
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from mel_desktop.model.accounts import Account, Endpoint, Secret, Security
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, ServerBroken
from mel_desktop.model.submission import NO_SENDER, WITHIN, SubmissionFacts
from mel_desktop.net.sasl import NoWays
from mel_desktop.net.smtp_session import NO_CHUNKS, Deadlines, SmtpSession, has_sound_line_ends
from mel_desktop.net.transport import Line, Lines, open_socket, tls_context
from mel_desktop.ports import HandedOver, Meter, Reports, SubmissionMemory, SubmissionReceipt
from mel_desktop.signin_ports import SignInWays

__all__ = ["Deadlines", "SmtpSubmission", "other_way"]

logger = logging.getLogger("mel.smtp")

TLS_PORT: Final = 465  # RFC 8314
STARTTLS_PORT: Final = 587
LONGEST_ADDRESS: Final = 320
_NOT_LET_THROUGH: Final = frozenset({
    ErrorCode.UNREACHABLE, ErrorCode.TIMED_OUT, ErrorCode.CONNECTION_LOST, ErrorCode.PROXY_REFUSED,
})  # fmt: skip


def other_way(way: Endpoint) -> Endpoint | None:
    """The other usual port of the same host; None for ports of somebody's own."""
    if (way.port, way.security) == (TLS_PORT, Security.TLS):
        return Endpoint(way.host, STARTTLS_PORT, Security.STARTTLS)
    if (way.port, way.security) == (STARTTLS_PORT, Security.STARTTLS):
        return Endpoint(way.host, TLS_PORT, Security.TLS)
    return None


class SmtpSubmission:
    """ports.Submission."""

    def __init__(
        self,
        deadlines: Deadlines | None = None,
        *,
        lines: Lines | None = None,
        memory: SubmissionMemory | None = None,
        other_way: Callable[[Endpoint], Endpoint | None] = other_way,
        ways: SignInWays | None = None,
    ) -> None:
        self._ways = ways or NoWays()
        self._deadlines = deadlines or Deadlines()
        self._lines = lines or Lines()
        self._memory = memory
        self._other_way = other_way
        self._live: set[SmtpSession] = set()
        self._contexts: dict[str, ssl.SSLContext] = {}  # reading the system's store takes long
        self._without_chunks: set[str] = set()  # hosts that offer CHUNKING and do not know BDAT
        self._guard = threading.Lock()

    def submit(
        self,
        account: Account,
        password: Secret,
        sender: str,
        recipients: Sequence[str],
        data: bytes,
        meter: Meter,
        *,
        before_final_dot: HandedOver | None = None,
        reports: Reports | None = None,
    ) -> SubmissionReceipt:
        """Hand over once. Never retries."""
        sender, words = ("", recipients) if sender == NO_SENDER else (sender, (sender, *recipients))
        if not recipients or not all(map(_is_one_word, words)):
            raise LocalRefusal(ErrorCode.BAD_ADDRESS)
        if not has_sound_line_ends(data):
            raise LocalRefusal(ErrorCode.USAGE, why="line-ends")
        with self._session(account, password, meter) as session:
            session.avoids_chunks = account.smtp.host in self._without_chunks
            try:
                return session.hand_over(sender, recipients, data, before_final_dot, reports)
            except ServerBroken as error:
                if error.facts.get("why") == NO_CHUNKS:
                    self._without_chunks.add(account.smtp.host)
                raise
            except ConnectionTrouble as error:
                raise ConnectionTrouble(error.code, **{**error.facts, "phase": WITHIN}) from error

    def sign_in(self, account: Account, password: Secret, meter: Meter) -> int:
        """Sign in, once, and leave. Largest message the server takes in octets; 0: not said."""
        with self._session(account, password, meter) as session:
            return session.size_limit

    def examine(
        self, account: Account, password: Secret, meter: Meter
    ) -> tuple[SubmissionFacts, tuple[str, ...]]:
        """Sign in, once, and leave. What EHLO said, and the ways to sign in that it named."""
        with self._session(account, password, meter) as session:
            return session.facts, tuple(dict.fromkeys(session.mechanisms))

    @contextmanager
    def _session(self, account: Account, password: Secret, meter: Meter) -> Iterator[SmtpSession]:
        with self._lines.line(account.id, account.proxy, explains=True) as line:
            session, way = self._opened(account, meter, line)
        try:
            session.begin(account, password)
            if self._memory is not None:
                self._memory.learn(account, session.facts, way)
            yield session
        finally:
            with self._guard:
                self._live.discard(session)
            session.end()

    def _opened(self, account: Account, meter: Meter, line: Line) -> tuple[SmtpSession, Endpoint]:
        """A connection whose greeting was read, by the first way that is open."""
        own = account.smtp
        known = None if self._memory is None else self._memory.way(account)
        ways = [one for one in (known, own, self._other_way(own)) if one is not None]
        trouble: dict[Endpoint, ConnectionTrouble] = {}
        for way in dict.fromkeys(replace(one, host=own.host) for one in ways):
            try:
                return self._reach(way, account, meter, line), way
            except ConnectionTrouble as error:
                if error.code not in _NOT_LET_THROUGH:
                    raise
                trouble[way] = error
                logger.info("port %d is not open: %s", way.port, error.code.text)
        raise trouble[own]

    def _reach(self, way: Endpoint, account: Account, meter: Meter, line: Line) -> SmtpSession:
        stream = open_socket(
            way,
            self._context(account.ca_pem),
            meter,
            connect_seconds=self._deadlines.connect,
            silence_seconds=self._deadlines.command,
            line=line,
        )
        session = SmtpSession(stream, way, self._deadlines, self._ways)
        with self._guard:
            self._live.add(session)
        try:
            session.greet()
        except BaseException:
            with self._guard:
                self._live.discard(session)
            session.end()
            raise
        return session

    def _context(self, ca_pem: str) -> ssl.SSLContext:
        if ca_pem not in self._contexts:
            self._contexts[ca_pem] = tls_context(ca_pem)
        return self._contexts[ca_pem]

    def abort(self) -> None:
        """From any thread: drop what is under way; a reply to a final dot is waited for shortly."""
        with self._guard:
            live = tuple(self._live)
        for session in live:
            session.abort()


def _is_one_word(address: str) -> bool:
    """Nothing in it ends the address, the parameter or the command."""
    return (
        3 <= len(address) <= LONGEST_ADDRESS
        and address.isprintable()
        and not any(char.isspace() or char in "<>" for char in address)
    )
