"""What the network says of a domain: published settings, DNS, servers that greet. Several at once.

Nothing but the domain (and names made of it) ever leaves: there is no address, no login and no
password in this module. Names that are reserved (RFC 6761) are asked of nobody.
"""

from __future__ import annotations

import queue
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

from mel_desktop.formats.autoconfig import MOST_BYTES
from mel_desktop.logic.discovering import Service, is_reserved
from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.discovery import Protocol
from mel_desktop.model.errors import Cancelled, ConnectionTrouble, ErrorCode, MelError
from mel_desktop.net.dns_records import DnsRecords
from mel_desktop.net.greetings import greet
from mel_desktop.net.https import get
from mel_desktop.net.transport import Lines, tls_context

STEP_S: Final = 5.0  # of one question
MOST_AT_ONCE: Final = 12
_runs = count(-1, -1)  # accounts that are none, so that one run can be given up by itself


class Crew:
    """Questions asked at the same time by threads that end with the run.

    Not the engine's lanes: these are two, and a silent server would hold both.
    """

    def __init__(self, lines: Lines, resolver: DnsRecords, *, ca_pem: str, allow_reserved: bool):
        self._lines = lines
        self._dns = resolver
        self._ca_pem = ca_pem
        self._context: ssl.SSLContext | None = None
        self._guard = threading.Lock()
        self._allow_reserved = allow_reserved
        self._run = next(_runs)
        self._answers: queue.SimpleQueue[tuple[object, object]] = queue.SimpleQueue()
        self._slots = threading.Semaphore(MOST_AT_ONCE)
        self._waiting = 0
        self._is_over = threading.Event()

    # -- questions ---------------------------------------------------------------------------------

    def published(self, url: str) -> bytes:
        """The file behind an address. MelError."""
        with self._lines.line(self._run) as line:
            return get(url, most=MOST_BYTES, context=self._tls(), line=line, seconds=STEP_S)

    def services(self, domain: str) -> tuple[Service, ...]:
        """SRV records."""
        with self._lines.line(self._run):
            return self._dns.services(domain)

    def mail_hosts(self, domain: str) -> tuple[str, ...]:
        """MX records."""
        with self._lines.line(self._run):
            return self._dns.mail_hosts(domain)

    def greets(self, protocol: Protocol, endpoint: Endpoint) -> frozenset[str]:
        """What a server offers for sign-in. MelError where it is none, or not in private."""
        self.refuse_reserved(endpoint.host)
        with self._lines.line(self._run) as line:
            return greet(
                protocol, endpoint, context=self._tls(), line=line, seconds=STEP_S
            ).mechanisms

    def refuse_reserved(self, name: str) -> None:
        """ConnectionTrouble(NAME_NOT_FOUND) for what nobody outside may be asked about."""
        if not self._allow_reserved and is_reserved(name):
            raise ConnectionTrouble(ErrorCode.NAME_NOT_FOUND, host=name)

    def _tls(self) -> ssl.SSLContext:
        """One for the run: reading the system's store takes long."""
        with self._guard:
            if self._context is None:
                self._context = tls_context(self._ca_pem)
            return self._context

    # -- at the same time --------------------------------------------------------------------------

    def ask(self, name: object, question: Callable[[], object]) -> None:
        """Begin; the answer comes from ``answers`` under this name, an error as a value."""
        self._waiting += 1

        def work() -> None:
            answer: object
            with self._slots:
                if self._is_over.is_set():
                    return
                try:
                    answer = question()
                except MelError as error:
                    answer = error
                except Exception as error:  # noqa: BLE001 told to the caller, who is waiting
                    answer = error
            self._answers.put((name, answer))

        threading.Thread(target=work, name="mel-discovery", daemon=True).start()

    @property
    def is_waiting(self) -> bool:
        """Whether answers are still to come."""
        return self._waiting > 0

    def answers(self, seconds: float) -> Iterator[tuple[object, object]]:
        """As they come, till there is none to come or the time is over."""
        until = time.monotonic() + seconds
        while self._waiting:
            left = until - time.monotonic()
            if left <= 0:
                return
            try:
                name, answer = self._answers.get(timeout=left)
            except queue.Empty:
                return
            self._waiting -= 1
            if isinstance(answer, Exception) and not isinstance(answer, MelError):
                raise answer
            if isinstance(answer, Cancelled) and not self._is_over.is_set():
                raise answer
            yield name, answer

    def end(self) -> None:
        """Nobody waits any more: connections are cut."""
        self._is_over.set()
        self._lines.abort(self._run)


class NetworkLookups:
    """Starts a crew for each run."""

    def __init__(
        self, lines: Lines, resolver: DnsRecords | None = None, *, allow_reserved: bool = False
    ) -> None:
        """``resolver`` and ``allow_reserved``: for tests on loopback."""
        self._lines = lines
        self._resolver = resolver or DnsRecords()
        self._allow_reserved = allow_reserved

    def may_ask(self, domain: str) -> bool:
        """Whether the network may be asked about it at all."""
        return self._allow_reserved or not is_reserved(domain)

    def crew(self, ca_pem: str) -> Crew:
        """LocalRefusal(BAD_FILE) comes from the first question, when the PEM is none."""
        return Crew(self._lines, self._resolver, ca_pem=ca_pem, allow_reserved=self._allow_reserved)
