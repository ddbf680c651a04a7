"""ports.MailServer on a real IMAP server (RFC 3501 and 9051, 4315, 4731, 5161, 5819, 6154, 7162).

imapclient 4.1 gives names (UTF-7), dates and the parser of answers; imap_wire does what it cannot:
several commands in one flight, COPYUID and VANISHED, half lines in IDLE, limits. Every extension is
used only where the server names it, so the same code works on a plain RFC 3501 server.
"""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress

from mel_desktop.model.accounts import Account, AuthKind, Secret
from mel_desktop.model.errors import (
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    MelError,
    ServerBroken,
)
from mel_desktop.net.imap_changes import Changing
from mel_desktop.net.imap_grammar import Response, Status
from mel_desktop.net.imap_mailboxes import Mailboxes
from mel_desktop.net.imap_reading import Reading
from mel_desktop.net.imap_signin import Credentials, SignIn
from mel_desktop.net.imap_wire import Wire, within
from mel_desktop.net.transport import (
    CONNECT_SECONDS,
    SILENCE_SECONDS,
    Lines,
    Stream,
    open_socket,
    tls_context,
)
from mel_desktop.ports import Hints, Meter, Quota

IDLE_SECONDS = 25 * 60  # RFC 2177 asks for less than 29 minutes
NOOP_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
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
    ) -> None:
        self._lines = lines or Lines()
        self._connect_seconds = connect_seconds
        self._silence_seconds = silence_seconds
        self._compress = compress
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._patient: set[tuple[str, int]] = set()  # servers that do not bear being hurried
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
        if account.auth is not AuthKind.PASSWORD:
            raise LocalRefusal(ErrorCode.NOT_YET, what="oauth2")
        place = (account.imap.host, account.imap.port)
        with self._lines.line(account.id) as line:
            stream = open_socket(
                account.imap,
                self._context(account.ca_pem),
                meter,
                connect_seconds=self._connect_seconds,
                silence_seconds=self._silence_seconds,
                line=line,
            )
            try:
                credentials = Credentials(account.imap, account.login, password)
                known = hints if place not in self._patient else None
                return self._sign_in(stream, credentials, known, folders=folders)
            except BaseException:
                stream.abort()
                stream.close()
                raise

    def _sign_in(
        self, stream: Stream, credentials: Credentials, hints: Hints | None, *, folders: bool
    ) -> ImapSession:
        wire = Wire(stream)
        session = ImapSession(wire)
        compress = self._compress
        if compress is None:
            compress = (stream.meter.rtt_s or 0.0) > SLOW_TURN_SECONDS

        def ahead(names: frozenset[str] | None) -> None:
            session.begin(names, folders=folders, compress=compress)

        signing = SignIn(wire, credentials, ahead)
        try:
            session.learn(signing.run(hints))
        except (ServerBroken, ConnectionTrouble):
            if hints is not None and not signing.is_answered:
                with self._guard:  # next time the greeting is waited for
                    self._patient.add((credentials.endpoint.host, credentials.endpoint.port))
            raise
        return session

    def _context(self, ca_pem: str) -> ssl.SSLContext:
        with self._guard:
            context = self._contexts.get(ca_pem)
        if context is None:
            context = tls_context(ca_pem)
            with self._guard:
                self._contexts[ca_pem] = context
        return context


class ImapSession(Mailboxes, Reading, Changing):
    """One connection, signed in after ``learn``; used by one thread at a time."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._hints = Hints()
        self._closed = False

    # -- the first flight ------------------------------------------------------------------------

    def begin(self, names: frozenset[str] | None, *, folders: bool, compress: bool) -> None:
        """Queue what follows AUTHENTICATE in its flight. ``names``: capabilities to go by; None
        where they are not known yet: then the server may refuse some of it.
        """
        if names is not None and "ID" in names:
            self._wire.put([IDENTITY], _is_identity)
        self.enable(names)
        if folders:
            self.ask_folders(names)
        if compress and (names is None or "COMPRESS=DEFLATE" in names):
            self._wire.put_last(b"COMPRESS DEFLATE", self._compressed)

    def learn(self, hints: Hints) -> None:
        """Signed in: what the server offers."""
        self._hints = hints
        self.know(hints.after)

    def _compressed(self, status: Status) -> None:
        if status.kind == "OK":
            self._wire.stream.start_deflate()  # RFC 4978 section 3: right behind this answer

    @property
    def hints(self) -> Hints:
        """What to remember for the next sign-in."""
        return self._hints

    def quota(self) -> tuple[Quota, ...]:
        """GETQUOTAROOT INBOX; () where the server keeps none."""
        return ()

    def watch(self, seconds: float) -> bool:
        """Wait for news in the inbox."""
        if self.tail.path != "INBOX" or self.tail.trouble is not None:
            self.select("INBOX", read_only=True)
        return self.wait(seconds)

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


def _is_identity(response: Response) -> bool:
    return response.head[:5].upper() == b"* ID "
