"""Through one proxy: HTTP CONNECT (RFC 9110 section 9.3.6) and SOCKS5 (RFC 1928, 1929).

Rule 1: the name goes to the proxy as it is; nothing is looked up here (RFC 1928 ATYP 3).
Rule 2: credentials go only to the proxy for which they were given.
Rule 3: a proxy's answer is read to its last octet and not one more: the server may speak first.
Rule 4: every wait has a deadline, and ends when nobody wants the connection any more.
"""

from __future__ import annotations

import selectors
import socket
import time
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from mel_desktop.model.errors import ConnectionTrouble, ErrorCode
from mel_desktop.model.proxies import ProxyKind, ProxyServer
from mel_desktop.net.reaching import STEP_SECONDS, Check

if TYPE_CHECKING:
    import h11

MOST_ANSWER: Final = 65_536
_OFFERS: Final = ("Negotiate", "NTLM", "Digest", "Basic")


def tunnel(
    raw: socket.socket, proxy: ProxyServer, host: str, port: int, deadline: float, check: Check
) -> None:
    """From here on the socket leads to the host. ConnectionTrouble(PROXY_...) names the proxy."""
    talk = _Talk(raw, proxy, deadline, check)
    if proxy.kind is ProxyKind.HTTP:
        _connect(talk, proxy, host, port)
    else:
        _socks(talk, proxy, host, port)
    raw.setblocking(True)


def proxy_trouble(code: ErrorCode, proxy: ProxyServer, **facts: str | int) -> ConnectionTrouble:
    """An error that is the proxy's, not the server's."""
    return ConnectionTrouble(code, proxy=proxy.place, **facts)


def _connect(talk: _Talk, proxy: ProxyServer, host: str, port: int) -> None:
    import h11  # noqa: PLC0415 most connections are straight: the program starts without it

    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    headers = [("Host", place)]
    if proxy.user:
        word = proxy.password.reveal() if proxy.password is not None else ""
        token = b64encode(f"{proxy.user}:{word}".encode()).decode()
        headers.append(("Proxy-Authorization", f"Basic {token}"))
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_ANSWER)
    try:
        talk.send(http.send(h11.Request(method="CONNECT", target=place, headers=headers)) or b"")
        talk.send(http.send(h11.EndOfMessage()) or b"")
        while not isinstance(answer := http.next_event(), h11.Response):
            if answer is h11.NEED_DATA:
                http.receive_data(talk.one())
            elif not isinstance(answer, h11.InformationalResponse):
                raise proxy_trouble(ErrorCode.PROXY_REFUSED, proxy, why="proxy-nonsense")
        if 200 <= answer.status_code < 300:
            return
    except (h11.ProtocolError, UnicodeError) as error:
        raise proxy_trouble(ErrorCode.PROXY_REFUSED, proxy, why="proxy-nonsense") from error
    if answer.status_code in (401, 407):  # tinyproxy says 401 to a wrong password
        raise proxy_trouble(
            ErrorCode.PROXY_SIGN_IN, proxy, reply=answer.status_code, offers=_offers(answer)
        )
    raise proxy_trouble(ErrorCode.PROXY_REFUSED, proxy, reply=answer.status_code)


def _offers(answer: h11.Response) -> str:
    """The ways to sign in that it names, of those that are known."""
    said = [value.decode("ascii", "replace").split(" ")[0].lower()
            for name, value in answer.headers if name == b"proxy-authenticate"]  # fmt: skip
    return " ".join(one for one in _OFFERS if one.lower() in said)


def _socks(talk: _Talk, proxy: ProxyServer, host: str, port: int) -> None:
    import socksio  # noqa: PLC0415 as above

    socks = socksio.socks5.SOCKS5Connection()
    methods = [socksio.socks5.SOCKS5AuthMethod.NO_AUTH_REQUIRED]
    if proxy.user:
        methods.append(socksio.socks5.SOCKS5AuthMethod.USERNAME_PASSWORD)
    try:
        socks.send(socksio.socks5.SOCKS5AuthMethodsRequest(methods))
        talk.send(socks.data_to_send())
        chosen = socks.receive_data(talk.exactly(2))
        method = getattr(chosen, "method", None)
        if method is socksio.socks5.SOCKS5AuthMethod.USERNAME_PASSWORD and proxy.user:
            word = proxy.password.reveal() if proxy.password is not None else ""
            socks.send(
                socksio.socks5.SOCKS5UsernamePasswordRequest(proxy.user.encode(), word.encode())
            )
            talk.send(socks.data_to_send())
            answer = talk.exactly(2)
            if answer[1] != 0:
                raise proxy_trouble(ErrorCode.PROXY_SIGN_IN, proxy, reply=answer[1])
            socks.receive_data(answer)
        elif method is not socksio.socks5.SOCKS5AuthMethod.NO_AUTH_REQUIRED:
            raise proxy_trouble(ErrorCode.PROXY_SIGN_IN, proxy)
        request = socksio.socks5.SOCKS5CommandRequest.from_address(
            socksio.socks5.SOCKS5Command.CONNECT, (host, port)
        )
        socks.send(request)
        talk.send(socks.data_to_send())
    except (socksio.SOCKSError, ValueError, IndexError, UnicodeError) as error:
        raise proxy_trouble(ErrorCode.PROXY_REFUSED, proxy, why="proxy-nonsense") from error
    _socks_answer(talk, proxy)


def _socks_answer(talk: _Talk, proxy: ProxyServer) -> None:
    """RFC 1928 section 6, read to its last octet and not one more."""
    version, reply, _, kind = talk.exactly(4)
    if version != 5 or kind not in (1, 3, 4):
        raise proxy_trouble(ErrorCode.PROXY_REFUSED, proxy, why="proxy-nonsense")
    if reply:
        raise proxy_trouble(ErrorCode.PROXY_REFUSED, proxy, reply=reply)
    talk.exactly({1: 4, 4: 16}.get(kind) or talk.exactly(1)[0])
    talk.exactly(2)


class _Talk:
    """The few octets that go to and fro before the tunnel stands."""

    def __init__(
        self, raw: socket.socket, proxy: ProxyServer, deadline: float, check: Check
    ) -> None:
        self._raw = raw
        self._proxy = proxy
        self._deadline = deadline
        self._check = check
        self._came = 0
        raw.setblocking(False)

    def send(self, data: bytes) -> None:
        while data:
            self._wait(selectors.EVENT_WRITE)
            try:
                data = data[self._raw.send(data) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost("connection-lost") from error

    def one(self) -> bytes:
        """One octet: behind a proxy's answer the server's greeting may follow at once, and it
        stays in the socket for whom it is meant.
        """
        return self._take(1)

    def exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self._take(size - len(data))
        return data

    def _take(self, size: int) -> bytes:
        while True:
            self._wait(selectors.EVENT_READ)
            try:
                data = self._raw.recv(size)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._lost("connection-lost") from error
            self._came += len(data)
            if not data or self._came > MOST_ANSWER:
                raise self._lost("connection-lost")
            return data

    def _wait(self, event: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._raw, event)
            while not selector.select(min(STEP_SECONDS, max(self._deadline - time.monotonic(), 0))):
                self._check()
                if time.monotonic() >= self._deadline:
                    raise self._lost("timed-out")

    def _lost(self, why: str) -> ConnectionTrouble:
        return proxy_trouble(ErrorCode.PROXY_UNREACHABLE, self._proxy, cause=why)
