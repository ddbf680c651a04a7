"""One connection to one server: TCP, TLS, octets counted, errors converted. IMAP and SMTP use it.

Rule 1: the certificate is always verified, and its name too; nothing here can turn that off.
Rule 2: what was read before STARTTLS is never mixed with what comes after it (RFC 3207 section 6,
CVE-2011-0411): octets already here when TLS begins are a broken server, or worse.
Rule 3: every wait has a deadline. ``abort`` may be called from any thread and wakes the reader.

TLS runs over memory BIOs, so that the meter sees the octets on the wire, handshake included.
"""

from __future__ import annotations

import errno
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.errors import (
    Cancelled,
    ConnectionTrouble,
    ErrorCode,
    LocalRefusal,
    ServerBroken,
)
from mel_desktop.net.deflate import Deflate, NotDeflate
from mel_desktop.net.lines import Line, Lines
from mel_desktop.net.protocol_trace import ConnectionTrace, traced
from mel_desktop.net.trust import Trust, system_context
from mel_desktop.ports import Meter

__all__ = ["CONNECT_SECONDS", "Line", "Lines", "Stream", "errors", "open_socket", "tls_context"]

CONNECT_SECONDS = 20.0
SILENCE_SECONDS = 60.0  # a server that says nothing for so long is gone
SLOW_SILENCES, SLOW_OCTETS = 4, 256  # fewer octets in so many silences is no conversation
CHUNK = 65536

# X509_V_ERR_*: OpenSSL's x509_vfy.h
_NOT_YET_VALID, _EXPIRED = 9, 10
_WRONG_NAMES = frozenset({62, 64})  # host name, IP address

_UNREACHABLE = frozenset({
    errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM,
})  # fmt: skip


def tls_context(ca_pem: str) -> ssl.SSLContext:
    """TLS 1.2 or later, name checked, trusting the system's store and the extra PEM.

    LocalRefusal(BAD_FILE) when the PEM holds no certificate.
    """
    context = system_context()
    if ca_pem:
        try:
            context.load_verify_locations(cadata=ca_pem)
        except (ssl.SSLError, ValueError, TypeError) as error:
            raise LocalRefusal(ErrorCode.BAD_FILE, kind="certificate") from error
    return context


@contextmanager
def errors(host: str, port: int) -> Iterator[None]:
    """Convert what sockets and TLS raise into the one error tree."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise _certificate_trouble(error, host, port) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, host=host, port=port) from error
    except ssl.SSLError as error:
        reason = getattr(error, "reason", None) or "unknown"
        raise ConnectionTrouble(ErrorCode.TLS, host=host, port=port, why=reason) from error
    except socket.gaierror as error:
        raise ConnectionTrouble(ErrorCode.NAME_NOT_FOUND, host=host, port=port) from error
    except UnicodeError as error:  # a host name that IDNA refuses
        raise ConnectionTrouble(ErrorCode.NAME_NOT_FOUND, host=host, port=port) from error
    except TimeoutError as error:
        raise ConnectionTrouble(ErrorCode.TIMED_OUT, host=host, port=port) from error
    except OSError as error:
        code = ErrorCode.CONNECTION_LOST
        if error.errno in _UNREACHABLE:
            code = ErrorCode.UNREACHABLE
        raise ConnectionTrouble(code, host=host, port=port, errno=error.errno or 0) from error


def _certificate_trouble(
    error: ssl.SSLCertVerificationError, host: str, port: int
) -> ConnectionTrouble:
    code = ErrorCode.CERTIFICATE
    if error.verify_code in (_NOT_YET_VALID, _EXPIRED):
        code = ErrorCode.CERTIFICATE_EXPIRED
    elif error.verify_code in _WRONG_NAMES:
        code = ErrorCode.CERTIFICATE_NAME
    return ConnectionTrouble(code, host=host, port=port, why=error.verify_message)


def open_socket(
    endpoint: Endpoint,
    context: ssl.SSLContext,
    meter: Meter,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    silence_seconds: float = SILENCE_SECONDS,
    line: Line | None = None,
    session: ssl.SSLSession | None = None,
) -> Stream:
    """Connect; with Security.TLS the handshake is done too. Raises model.errors only.

    With Security.STARTTLS the caller must call ``start_tls`` before it says anything of value.
    ``session``: of an earlier connection to the same server with the same context; the certificates
    that were verified then are not sent again.
    """
    deadline = time.monotonic() + connect_seconds
    line = line or Line()
    if line.trust is not None:
        context = line.trust.context_for(endpoint, context, line, deadline)
    trace = None if line.trace is None else line.trace.open(endpoint.host, endpoint.port)
    try:
        with traced(trace), errors(endpoint.host, endpoint.port):
            raw, meter.rtt_s = line.reach(endpoint.host, endpoint.port, deadline)
    except ConnectionTrouble as error:
        if line.trust is None:
            raise
        raise line.trust.explain(error, endpoint, line) from error
    stream = Stream(raw, endpoint, context, meter, silence_seconds, session)
    stream.trust, stream.line = line.trust, line
    stream.trace = trace
    line.holds(stream)
    if endpoint.security is Security.TLS:
        try:
            stream.start_tls(max(deadline - time.monotonic(), 1.0))
        except BaseException:
            stream.abort()
            raise
    return stream


class Stream:
    """A connected stream with a line reader. One thread uses it; any thread may ``abort`` it.

    ``sendall``, ``makefile``, ``settimeout`` and ``close`` are there for smtplib's sake.
    """

    def __init__(
        self,
        raw: socket.socket,
        endpoint: Endpoint,
        context: ssl.SSLContext,
        meter: Meter,
        silence_seconds: float = SILENCE_SECONDS,
        session: ssl.SSLSession | None = None,
    ) -> None:
        self.trace: ConnectionTrace | None = None
        self._raw = raw
        self._session = session
        self._endpoint = endpoint
        self._context = context
        self._meter = meter
        self._silence = silence_seconds
        self._tls: ssl.SSLObject | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._buffer = bytearray()
        self._sent_last = False
        self._waited, self._came = 0.0, 0  # seconds, and the octets that they brought
        self._aborted = False
        self._ended = False
        self._in_use = threading.Lock()
        self._deflate: Deflate | None = None
        self.trust: Trust | None = None  # looks at the certificate, and says what is wrong with it
        self.line = Line()

    @property
    def meter(self) -> Meter:
        """What counts the octets."""
        return self._meter

    @property
    def compression(self) -> float:
        """Octets of content for each one received behind COMPRESS, so far; 1.0 without it."""
        return self._deflate.ratio if self._deflate is not None else 1.0

    # -- TLS -------------------------------------------------------------------------------------

    @property
    def is_private(self) -> bool:
        """Whether TLS is up."""
        return self._tls is not None

    @property
    def tls_version(self) -> str:
        """For instance ``TLSv1.3``; "" before TLS."""
        return (self._tls.version() or "") if self._tls else ""

    @property
    def tls_session(self) -> ssl.SSLSession | None:
        """What another connection may take up. With TLS 1.3 it comes along with the first data."""
        return self._tls.session if self._tls is not None else None

    @property
    def is_resumed(self) -> bool:
        """Whether TLS took up an earlier connection."""
        return bool(self._tls and self._tls.session_reused)

    def peer_certificate(self) -> bytes:
        """The server's certificate, DER; b"" before TLS."""
        return (self._tls.getpeercert(binary_form=True) or b"") if self._tls else b""

    @property
    def tls(self) -> ssl.SSLObject | None:
        """For whoever looks at how it is made private."""
        return self._tls

    def start_tls(self, seconds: float | None = None) -> None:
        """The handshake. ServerBroken when the server said more than it had to before TLS."""
        if self._tls is not None:
            raise RuntimeError("TLS is up already")
        if self._buffer:
            self.abort()
            raise ServerBroken(ErrorCode.PROTOCOL, why="data-before-tls", **self._facts())
        deadline = time.monotonic() + (seconds or self._silence)
        try:
            tls = self._shake_hands(deadline)
            if self.trust is not None:
                self.trust.look(
                    self._endpoint,
                    tls.getpeercert(binary_form=True) or b"",
                    verified=self._context.verify_mode is ssl.CERT_REQUIRED,
                    learns=self.line.explains,
                )
        except ConnectionTrouble as error:
            self._drop()
            if self.trust is None or self._aborted:
                raise
            raise self.trust.explain(error, self._endpoint, self.line) from error
        self._tls = tls

    def _wrapped(self) -> ssl.SSLObject:
        host = self._endpoint.host
        try:
            return self._context.wrap_bio(
                self._incoming, self._outgoing, server_hostname=host, session=self._session
            )
        except ValueError:  # a session of another context: trust changed since
            return self._context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def _shake_hands(self, deadline: float) -> ssl.SSLObject:
        with traced(self.trace), self._errors():
            tls = self._wrapped()
            while True:
                try:
                    tls.do_handshake()
                except ssl.SSLWantReadError:
                    self._flush()
                    if not self._fill(deadline):
                        raise ssl.SSLEOFError from None
                except ssl.SSLError:
                    with suppress(OSError):
                        self._flush()  # the alert that tells the server why
                    raise
                else:
                    break
            self._flush()
        if self.trace is not None:
            self.trace.note(f"{tls.version()}{', taken up again' if tls.session_reused else ''}")
        return tls

    # -- COMPRESS --------------------------------------------------------------------------------

    def start_deflate(self) -> None:
        """From here on both directions are raw deflate (RFC 4978). What was received behind the
        answer that allowed it is compressed already.
        """
        self._deflate = Deflate()
        self._deflate.feed(bytes(self._buffer))
        self._buffer.clear()

    # -- writing ---------------------------------------------------------------------------------

    def sendall(self, data: bytes | bytearray | memoryview) -> None:
        """Send everything. The deadline holds for each 64 KiB, not for the whole."""
        self._waited, self._came = 0.0, 0
        if self._deflate is not None:
            data = self._deflate.packed(data)
        view = memoryview(data)
        with self._errors():
            for start in range(0, len(view), CHUNK):
                piece = view[start : start + CHUNK]
                if self._tls is None:
                    self._send_raw(piece)
                    continue
                while piece:  # OpenSSL may take one record at a time
                    piece = piece[self._tls.write(piece) :]
                    self._flush()

    def _flush(self) -> None:
        while data := self._outgoing.read(CHUNK):
            self._send_raw(data)

    def _send_raw(self, data: bytes | memoryview) -> None:
        with self._using():
            self._raw.settimeout(self._silence)
            self._raw.sendall(data)
        self._meter.sent += len(data)
        self._sent_last = True

    # -- reading ---------------------------------------------------------------------------------

    def recv(self, size: int = CHUNK) -> bytes:
        """Some octets, or b"" at the end of the stream."""
        if not self._buffer:
            self._more(time.monotonic() + self._silence)
            if self._aborted:
                self._drop()
                raise Cancelled
        return self._take(size)

    def read_line(self, limit: int) -> bytes:
        """A line with its CRLF. CONNECTION_LOST at the end, ServerBroken beyond ``limit``."""
        searched = 0
        while True:
            end = self._buffer.find(b"\n", searched)
            if end >= limit or (end < 0 and len(self._buffer) > limit):
                raise self.broken("line-too-long")
            if end >= 0:
                return self._take(end + 1)
            searched = len(self._buffer)
            self._need_more()

    def read_exactly(self, size: int) -> bytes:
        """So many octets; the caller has made sure that they are not too many."""
        while len(self._buffer) < size:
            self._need_more()
        return self._take(size)

    def wait_line(self, deadline: float, limit: int) -> bool:
        """Whether a whole line is here at the deadline (of ``time.monotonic``).

        Half a line stays where it is: nothing is lost, the next call goes on. CONNECTION_LOST when
        the server closed.
        """
        while b"\n" not in self._buffer:
            if len(self._buffer) > limit:
                raise self.broken("line-too-long")
            try:
                self._more(deadline, patient=True)
            except _NothingYet:
                return False
            if self._ended:
                self._check_end()
        return True

    def is_readable(self, deadline: float) -> bool:
        """Whether something is here, or comes before the deadline (of ``time.monotonic``). The end
        of the stream counts: the next read tells.
        """
        if not self._buffer and not self._ended:
            try:
                self._more(deadline, patient=True)
            except _NothingYet:
                return False
        return True

    def broken(self, why: str, **facts: str | int) -> ServerBroken:
        """The error for a server that breaks the protocol; the connection is dropped."""
        self._drop()
        return ServerBroken(ErrorCode.PROTOCOL, why=why, **self._facts(), **facts)

    def makefile(self, mode: str = "rb", buffering: int = -1, **_: object) -> io.BufferedReader:
        """A file to read from, as ``socket.makefile`` gives. Only for reading."""
        if mode not in ("r", "rb"):
            raise ValueError(mode)
        return io.BufferedReader(_Reader(self), CHUNK if buffering < 2 else buffering)

    def settimeout(self, seconds: float | None) -> None:
        """How long a silent server is borne; None changes nothing."""
        if seconds is not None:
            self._silence = seconds

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _need_more(self) -> None:
        start, before = time.monotonic(), len(self._buffer)
        self._more(start + self._silence)
        self._check_end()
        self._waited += time.monotonic() - start
        self._came += len(self._buffer) - before
        if self._came >= SLOW_OCTETS:
            self._waited, self._came = 0.0, 0
        elif self._waited > SLOW_SILENCES * self._silence:
            # Never silent for long, and yet it says nothing: it might hold us for ever.
            self._drop()
            raise ConnectionTrouble(ErrorCode.TIMED_OUT, **self._facts())

    def _check_end(self) -> None:
        if self._ended:
            self._drop()
            if self._aborted:
                raise Cancelled
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, **self._facts())

    def _more(self, deadline: float, *, patient: bool = False) -> None:
        """Wait for at least one more octet of content, or the end."""
        if self._deflate is None:
            self._buffer += self._receive(deadline, patient=patient)
            return
        while not self._ended:
            try:
                data = self._deflate.step()
            except NotDeflate:
                raise self.broken("deflate") from None
            if data:
                self._buffer += data
                return
            self._deflate.feed(self._receive(deadline, patient=patient))

    def _receive(self, deadline: float, *, patient: bool) -> bytes:
        """At least one octet as the server sent it, or the end (``_ended``)."""
        with self._errors():
            while not self._ended:
                if self._tls is not None:
                    try:
                        data = self._records(self._tls)
                    except ssl.SSLWantReadError:
                        self._flush()  # a key update may want an answer
                    except ssl.SSLZeroReturnError:
                        self._ended = True
                        return b""
                    else:
                        self._ended = not data
                        return data
                try:
                    filled = self._fill(deadline)
                except TimeoutError:
                    if patient:
                        raise _NothingYet from None
                    raise
                if not filled:
                    # Without a TLS goodbye the stream may have been cut; both mean "lost" here,
                    # because IMAP and SMTP say by themselves where an answer ends.
                    self._ended = True
                    return b""
                if self._tls is None:
                    return self._incoming.read()
        return b""

    @staticmethod
    def _records(tls: ssl.SSLObject) -> bytes:
        """All that is decrypted already, a chunk or a little more; at least one octet, or the end
        as ``read`` tells it.
        """
        data = tls.read(CHUNK)
        if not data or len(data) >= CHUNK:
            return data
        pieces, size = [data], len(data)
        with suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError):  # the next call tells again
            while size < CHUNK and (data := tls.read(CHUNK)):
                pieces.append(data)
                size += len(data)
        return b"".join(pieces)

    def _fill(self, deadline: float) -> bool:
        """One read of the raw socket; False at its end."""
        # A deadline that has passed still takes what is here already.
        with self._using():
            self._raw.settimeout(max(deadline - time.monotonic(), 0.0005))
            data = self._raw.recv(CHUNK)
        self._meter.received += len(data)
        if self._sent_last and data:
            self._meter.flights += 1
            self._sent_last = False
        self._incoming.write(data)
        return bool(data)

    # -- the end ---------------------------------------------------------------------------------

    def close(self) -> None:
        """Say goodbye to TLS and close. Never raises."""
        if self._tls is not None and not self._aborted:
            with suppress(OSError, ValueError):
                self._raw.settimeout(1.0)
                with suppress(ssl.SSLError):
                    self._tls.unwrap()  # writes the goodbye; the answer is not waited for
                self._raw.sendall(self._outgoing.read())
        self._drop()

    def abort(self) -> None:
        """From any thread: whoever waits here is woken with Cancelled. Never raises."""
        self._aborted = True
        with suppress(OSError):
            self._raw.shutdown(socket.SHUT_RDWR)  # close() alone does not wake a blocked recv
        # Whoever is inside recv or send closes it himself: the number of a closed descriptor may be
        # given to another connection at once.
        if self._in_use.acquire(blocking=False):
            self._raw.close()
            self._in_use.release()

    @contextmanager
    def _using(self) -> Iterator[None]:
        """Inside recv or send. Aborted meanwhile, perhaps for good: nobody else closes it then."""
        try:
            with self._in_use:
                yield
        finally:
            if self._aborted:
                self._raw.close()

    def _drop(self) -> None:
        with suppress(OSError):
            self._raw.shutdown(socket.SHUT_RDWR)
        self._raw.close()
        self._ended = True

    def _facts(self) -> dict[str, str | int]:
        return {"host": self._endpoint.host, "port": self._endpoint.port}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            with errors(self._endpoint.host, self._endpoint.port):
                yield
        except ConnectionTrouble:
            self._drop()
            if self._aborted:
                raise Cancelled from None
            raise


class _NothingYet(Exception):
    """The deadline passed with nothing read; not an error."""


class _Reader(io.RawIOBase):
    """Lets io.BufferedReader read from a Stream."""

    def __init__(self, stream: Stream) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]  # wider in typeshed
        """Some octets."""
        data = self._stream.recv(len(into))
        into[: len(data)] = data
        return len(data)
