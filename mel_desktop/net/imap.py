"""ports.MailServer on a real IMAP server (RFC 3501 and 9051, 4315, 4731, 5161, 5819, 6154, 7162).

imapclient 4.1 gives names (UTF-7), dates and the parser of answers; imap_wire does what it cannot:
several commands in one flight, COPYUID and VANISHED, half lines in IDLE, limits. Every extension is
used only where the server names it, so the same code works on a plain RFC 3501 server.
"""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from mel_desktop.model.accounts import Account, AuthKind, Endpoint, Secret, Security
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    MelError,
    ServerBroken,
)
from mel_desktop.net import imap_quota
from mel_desktop.net.imap_changes import Changing
from mel_desktop.net.imap_grammar import Response, Status, read_identity
from mel_desktop.net.imap_mailboxes import Mailboxes
from mel_desktop.net.imap_quirks import quirks_of
from mel_desktop.net.imap_quota import QuotaAnswers
from mel_desktop.net.imap_reading import Reading
from mel_desktop.net.imap_signin import Credentials, SignIn
from mel_desktop.net.imap_watch import Watch, way_of
from mel_desktop.net.imap_wire import Running, Wire, within
from mel_desktop.net.needs import MailWays
from mel_desktop.net.sasl import NoWays
from mel_desktop.net.transport import (
    CONNECT_SECONDS,
    SILENCE_SECONDS,
    Lines,
    open_socket,
    tls_context,
)
from mel_desktop.ports import Hints, Meter, Quota
from mel_desktop.signin_ports import SignInWays

logger = logging.getLogger("mel.imap")

TLS_PORT, STARTTLS_PORT = 993, 143  # RFC 8314, RFC 3501
# A port that a network does not let through, or a proxy: the other one may be open.
NOT_LET_THROUGH = frozenset({
    ErrorCode.UNREACHABLE, ErrorCode.TIMED_OUT, ErrorCode.CONNECTION_LOST, ErrorCode.PROXY_REFUSED,
})  # fmt: skip
IDLE_SECONDS = 25 * 60  # RFC 2177 asks for less than 29 minutes
NOOP_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
PROOF_SECONDS = 20.0  # for the answer to a small command sent along with the sign-in
SLOW_TURN_SECONDS = 0.015  # a line with longer turns carries less than a server compresses
IDENTITY = b'ID ("name" "Mel Desktop")'  # RFC 2971; never who or where


class ImapConnector:
    """Opens signed-in IMAP connections. ``compress``: True or False for all lines, None for the
    slow ones.
    """

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
        lines: Lines | None = None,
        compress: bool | None = None,
        memory: MailWays | None = None,
        other_way: Callable[[Endpoint], Endpoint | None] | None = None,
        ways: SignInWays | None = None,
    ) -> None:
        self._memory = memory
        self._other_way = other_way or other_imap_way
        self._ways = ways or NoWays()
        self._lines = lines or Lines()
        self._connect_seconds = connect_seconds
        self._silence_seconds = silence_seconds
        self._compress = compress
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._resumable: dict[tuple[Endpoint, str], ssl.SSLSession] = {}
        self._patient: set[Endpoint] = set()  # servers that do not bear being hurried
        self._guard = threading.Lock()

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> ImapSession:
        """Connect, verify the certificate, sign in once. Never retries a refused password."""
        own, trouble = account.imap, dict[Endpoint, ConnectionTrouble]()
        known = None if self._memory is None else self._memory.way(account)
        ways = [one for one in (known, own, self._other_way(own)) if one is not None]
        for way in dict.fromkeys(replace(one, host=own.host) for one in ways):
            try:
                session = self._connect(replace(account, imap=way), password, meter, hints, folders)
            except _NotOpen as error:
                trouble[way] = error.trouble
                logger.info("port %d is not open: %s", way.port, error.trouble.code.text)
                continue
            if self._memory is not None:
                self._memory.learn(account, way)
            return session
        raise trouble[own]

    def _connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        hints: Hints | None,
        folders: bool,
    ) -> ImapSession:
        """By this one way."""
        credentials = Credentials(
            account.imap, account.login, password, has_token=account.auth is AuthKind.OAUTH2
        )
        is_patient = account.imap in self._patient
        while True:
            try:
                return self._try(account, credentials, meter, hints, folders, is_patient)
            except _Hurried as error:
                with self._guard:
                    self._patient.add(account.imap)
                if not error.is_accepted:
                    raise error.trouble from error
                # The password was taken; what was sent along with it was not understood.
                is_patient = True

    def _try(
        self,
        account: Account,
        credentials: Credentials,
        meter: Meter,
        hints: Hints | None,
        folders: bool,
        is_patient: bool,
    ) -> ImapSession:
        place = (account.imap, account.ca_pem)
        with self._lines.line(account.id, account.proxy, explains=True) as line:
            try:
                stream = open_socket(
                    account.imap,
                    self._context(account.ca_pem),
                    meter,
                    connect_seconds=self._connect_seconds,
                    silence_seconds=self._silence_seconds,
                    line=line,
                    session=self._resumable.get(place),
                )
            except ConnectionTrouble as error:
                if error.code in NOT_LET_THROUGH:
                    raise _NotOpen(error) from error
                raise
            session = ImapSession(Wire(stream))

            def ahead(names: frozenset[str] | None) -> None:
                session.begin(names, folders=folders, compress=self._compresses(meter))

            signing = SignIn(session.wire, credentials, ahead, self._ways, patient=is_patient)
            try:
                session.learn(signing.run(hints), signing.greeting)
                if signing.is_ahead:
                    stream.settimeout(min(PROOF_SECONDS, self._silence_seconds))
                    session.prove()
                    stream.settimeout(self._silence_seconds)
            except (ServerBroken, ConnectionTrouble) as error:
                stream.abort()
                stream.close()
                if signing.is_ahead:
                    raise _Hurried(error, is_accepted=signing.is_accepted) from error
                raise
            except BaseException:
                stream.abort()
                stream.close()
                raise
            if (ticket := stream.tls_session) is not None:
                with self._guard:
                    self._resumable[place] = ticket
        return session

    def _compresses(self, meter: Meter) -> bool:
        if self._compress is not None:
            return self._compress
        return (meter.rtt_s or 0.0) > SLOW_TURN_SECONDS

    def _context(self, ca_pem: str) -> ssl.SSLContext:
        """One for all connections: a TLS session can be resumed under its own context only."""
        with self._guard:
            known = self._contexts.get(ca_pem)
        return known or self._keep_context(ca_pem, tls_context(ca_pem))

    def _keep_context(self, ca_pem: str, made: ssl.SSLContext) -> ssl.SSLContext:
        """Two lanes may have made one each at the same time: the first that came is kept."""
        with self._guard:
            return self._contexts.setdefault(ca_pem, made)


def other_imap_way(way: Endpoint) -> Endpoint | None:
    """The other usual port of the same host, private too; None for ports of somebody's own."""
    if (way.port, way.security) == (TLS_PORT, Security.TLS):
        return Endpoint(way.host, STARTTLS_PORT, Security.STARTTLS)
    if (way.port, way.security) == (STARTTLS_PORT, Security.STARTTLS):
        return Endpoint(way.host, TLS_PORT, Security.TLS)
    return None


class _NotOpen(Exception):
    """The port led nowhere: nothing was said, and another may be tried."""

    def __init__(self, trouble: ConnectionTrouble) -> None:
        super().__init__()
        self.trouble = trouble


class _Hurried(Exception):
    """The line broke when more was sent than the server had answered."""

    def __init__(self, trouble: MelError, *, is_accepted: bool) -> None:
        super().__init__()
        self.trouble = trouble
        self.is_accepted = is_accepted


class ImapSession(Mailboxes, Reading, Changing):
    """One connection, signed in after ``learn``; used by one thread at a time."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._hints = Hints()
        self._closed = False
        self._first: Running | None = None
        self._greeting = ""
        self._identity: dict[str, str] = {}
        self._watch: Watch | None = None
        self._quota: tuple[Running, QuotaAnswers] | None = None

    # -- the first flight ------------------------------------------------------------------------

    def begin(self, names: frozenset[str] | None, *, folders: bool, compress: bool) -> None:
        """Queue what follows AUTHENTICATE in its flight. ``names``: capabilities to go by; None
        where they are not known yet: then the server may refuse some of it.
        """
        if names is not None:
            self.quirks = quirks_of(names, {}, "")
            names = self.quirks.trusted(names)
            if "ID" in names:
                self._first = self._wire.put([IDENTITY], self._identified)
        enabling = self.enable(names)
        self._first = self._first or enabling
        if folders:
            self.ask_folders(names)
        if compress and (names is None or "COMPRESS=DEFLATE" in names):
            self._wire.put_last(b"COMPRESS DEFLATE", self._compressed)

    def learn(self, hints: Hints, greeting: str) -> None:
        """Signed in: what the server offers, and which one it may be."""
        self._hints, self._greeting = hints, greeting
        self.know(hints.after, quirks_of(hints.after, self._identity, greeting))

    def _identified(self, response: Response) -> bool:
        fields = read_identity(response)
        if fields is None:
            return False
        self._identity = fields
        if self._hints.after:  # its name may tell more than its greeting did
            self.know(self._hints.after, quirks_of(self._hints.after, fields, self._greeting))
        return True

    def prove(self) -> None:
        """Wait for the first answer behind the sign-in, which comes in the same flight: a server
        that threw away what was sent along would otherwise be noticed much later.
        """
        if self._first is not None:
            self._wire.wait(self._first)

    def _compressed(self, status: Status) -> None:
        if status.kind == "OK":
            self._wire.stream.start_deflate()  # RFC 4978 section 3: right behind this answer

    @property
    def hints(self) -> Hints:
        """What to remember for the next sign-in."""
        return self._hints

    def ask_quota(self) -> None:
        """Queue GETQUOTAROOT INBOX: it leaves in the next flight."""
        if self._quota is None and imap_quota.is_kept(self._names):
            answers = QuotaAnswers()
            running = self._wire.put(
                [imap_quota.COMMAND], answers, expects=lambda: imap_quota.MOST_ROOTS
            )
            self._quota = (running, answers)

    def quota(self) -> tuple[Quota, ...]:
        """GETQUOTAROOT INBOX, asked before or now; () where the server keeps none."""
        self.ask_quota()
        if self._quota is None:
            return ()
        running, answers = self._quota
        self._quota = None
        self._check("GETQUOTAROOT", self._wire.wait(running))
        return answers.quotas

    def watch(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Wait for news of any folder: by NOTIFY where offered, else in the inbox."""
        if self.tail.path != "INBOX" or self.tail.trouble is not None:
            self.select("INBOX", read_only=True)
        if self._watch is None:
            self._watch = Watch(self._wire, way_of(self._names), lambda: self._selected.changed)
            self._wire.on_untagged = self._noticed
        changed = self._watch.wait(seconds, until)
        self._selected.changed = False
        return changed

    def _noticed(self, response: Response) -> bool:
        told = self._watch is not None and self._watch.notice(response)
        return told or self._notice(response)

    # -- waiting and the end ---------------------------------------------------------------------

    def wait(self, seconds: float) -> bool:
        """IDLE (or NOOP polling) in the selected folder; True as soon as something changed."""
        deadline = within(seconds)
        selected = self._selected
        while not selected.changed and within(0) < deadline:
            if self._caps.idle:
                status = self._wire.idle(
                    min(deadline, within(IDLE_SECONDS)), lambda: selected.changed
                )
                self._check("IDLE", status)
            else:
                pause = min(deadline, within(NOOP_SECONDS))
                while not selected.changed and self._wire.listen(pause):
                    pass
                self._check("NOOP", self._wire.run([b"NOOP"]))
        changed, selected.changed = selected.changed, False
        return changed

    def noop(self) -> None:
        """NOOP: the server and the routers between see that somebody is here."""
        self._check("NOOP", self._wire.run([b"NOOP"]))

    def alive(self) -> bool:
        """Whether the connection still stands, as far as can be told without asking the server: a
        goodbye or the end of the stream that waits to be read means no.
        """
        try:
            while self._wire.listen(within(0)):
                pass
        except MelError:
            return False
        return not self._closed

    def close(self) -> None:
        """LOGOUT, politely and quickly. Never raises."""
        if self._closed:
            return
        self._closed = True
        self._wire.stream.settimeout(GOODBYE_SECONDS)
        with suppress(MelError):
            self._wire.run([b"LOGOUT"])
        self._wire.stream.close()

    def abort(self) -> None:
        """Drop the connection from any thread."""
        self._closed = True
        self._wire.stream.abort()
