"""Connections that are being opened, and what each of them goes by: the way out, and whom to trust.

IMAP, SMTP, LDAP and HTTPS all open their connections under a ``Line``: proxies, extra authorities
and "offline" hold for every one of them.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mel_desktop.model.errors import Cancelled, ConnectionTrouble, ErrorCode
from mel_desktop.net.reaching import Check, MayReach, reach

if TYPE_CHECKING:
    from mel_desktop.net.protocol_trace import ProtocolTrace
    from mel_desktop.net.proxy import Proxies
    from mel_desktop.net.trust import Trust


class Ends(Protocol):
    """What ``Line.abort`` ends."""

    def abort(self) -> None:
        """From any thread."""
        ...


class Lines:
    """Connections that are being opened, or that one call uses from beginning to end.

    ``abort`` reaches each of them from any thread, whatever it waits for: a name, a server that
    does not answer, a handshake. Connections that are kept are the business of their keeper.
    """

    def __init__(
        self,
        is_offline: Callable[[], bool] = lambda: False,
        *,
        proxies: Proxies | None = None,
        trust: Trust | None = None,
        trace: ProtocolTrace | None = None,
    ) -> None:
        self._is_offline = is_offline
        self._trace = trace
        self._proxies = proxies
        self.trust = trust
        self._live: dict[Line, int] = {}  # and the account that it is for
        self._guard = threading.Lock()
        self._closed = False

    @contextmanager
    def line(self, account: int = 0, proxy: str = "", *, explains: bool = False) -> Iterator[Line]:
        """One connection, as long as the block lasts. Cancelled | ConnectionTrouble(OFFLINE).

        ``proxy``: the account's setting (logic.proxy_text); its password is known by the account.
        ``explains``: a server that somebody named: what goes wrong is looked into, and what went
        well is remembered. Not so where a search merely tries names.
        """
        line = Line(account, proxy, self._proxies, self.trust, explains=explains)
        line.trace = self._trace
        with self._guard:
            if self._closed:
                raise Cancelled
            self._live[line] = account
        try:
            if self._is_offline():
                raise ConnectionTrouble(ErrorCode.OFFLINE)
            yield line
        finally:
            with self._guard:
                del self._live[line]

    def way_out(self, host: str, port: int, proxy: str) -> tuple[str, ConnectionTrouble | None]:
        """By which way a host would be reached, in words for a help desk."""
        if self._proxies is None:
            return "straight", None
        try:
            return self._proxies.told(host, port, proxy, lambda: None), None
        except ConnectionTrouble as error:
            return "", error

    def abort(self, account: int | None = None) -> None:
        """Give up what is under way, for an account or for all; whoever waits gets Cancelled."""
        with self._guard:
            live = [line for line, whose in self._live.items() if account in (None, whose)]
        for line in live:
            line.abort()

    def close(self) -> None:
        """The same, and no line from here on."""
        with self._guard:
            self._closed = True
        self.abort()


class Line:
    """What ``Lines.abort`` reaches."""

    def __init__(
        self,
        account: int = 0,
        proxy: str = "",
        proxies: Proxies | None = None,
        trust: Trust | None = None,
        *,
        explains: bool = False,
    ) -> None:
        self.explains = explains
        self.trace: ProtocolTrace | None = None
        self._account = account
        self._proxy = proxy
        self._proxies = proxies
        self.trust = trust
        self._stream: Ends | None = None
        self.may_reach: MayReach | None = None  # of what strangers named; None: anything
        self._guard = threading.Lock()
        self._aborted = False

    def reach(self, host: str, port: int, deadline: float) -> tuple[socket.socket, float]:
        """A socket that leads to the host, and the seconds of one turn on it."""
        if self._proxies is None:
            return reach(host, port, deadline, self.check, self.may_reach)
        return self._proxies.reach(
            host, port, deadline, self.check, self._account, self._proxy, may_reach=self.may_reach
        )

    def reach_plainly(self, host: str, port: int, deadline: float) -> socket.socket:
        """Without any proxy: what the network itself answers."""
        return reach(host, port, deadline, self.check)[0]

    @property
    def check(self) -> Check:
        """Cancelled when nobody wants it any more."""
        return self._check

    def holds(self, stream: Ends) -> None:
        """From here on abort ends this stream."""
        with self._guard:
            self._stream = stream
            aborted = self._aborted
        if aborted:
            stream.abort()

    def abort(self) -> None:
        """From any thread."""
        with self._guard:
            self._aborted = True
            stream = self._stream
        if stream is not None:
            stream.abort()

    def _check(self) -> None:
        if self._aborted:
            raise Cancelled
