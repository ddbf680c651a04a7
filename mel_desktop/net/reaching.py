"""From a host's name to a connected socket: every address tried, every wait given up on request."""

from __future__ import annotations

import errno
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from mel_desktop.model.errors import ErrorCode, ServerBroken

STEP_SECONDS = 0.2  # how soon a connection on its way notices that nobody wants it any more

_RTT_AT = 68  # of tcpi_rtt in struct tcp_info (linux/tcp.h), a stable interface

_UNDER_WAY = frozenset({
    errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY, getattr(errno, "WSAEWOULDBLOCK", 0) or -1,
})  # fmt: skip

Check = Callable[[], None]  # raises when nobody wants the connection any more


MayReach = Callable[[str], bool]  # of a numeric address


def reach(
    host: str, port: int, deadline: float, check: Check, may_reach: MayReach | None = None
) -> tuple[socket.socket, float]:
    """Try each address of the host, sharing the time that is left. The seconds are one turn.

    ``may_reach``: all addresses of the host have to be such, or none is tried: ServerBroken(
    PROTOCOL, why="private-address").
    """
    found = resolve(host, port, deadline, check)
    if may_reach is not None and not all(may_reach(str(one[4][0])) for one in found):
        raise ServerBroken(ErrorCode.PROTOCOL, why="private-address", host=host, port=port)
    trouble: OSError = OSError(errno.EHOSTUNREACH, "no address")
    for number, (family, kind, protocol, _, address) in enumerate(found):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        raw = socket.socket(family, kind, protocol)
        start = time.monotonic()
        try:
            _reach(raw, address, time.monotonic() + left / (len(found) - number), check)
        except OSError as error:
            raw.close()
            trouble = error
        except BaseException:
            raw.close()
            raise
        else:
            seconds = _turn(raw, time.monotonic() - start)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return raw, seconds
    raise trouble


FoundAddress = tuple[int, int, int, str, tuple[object, ...]]


def resolve(host: str, port: int, deadline: float, check: Check) -> list[FoundAddress]:
    """Addresses of a host, as getaddrinfo gives them. A thread of its own asks: nothing else can
    leave a resolver that waits for a name server out of reach.
    """
    found: list[FoundAddress] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            trouble.append(error)

    asking = threading.Thread(target=ask, name="mel-resolver", daemon=True)
    asking.start()
    while asking.is_alive():
        asking.join(STEP_SECONDS)
        check()
        if asking.is_alive() and time.monotonic() > deadline:
            raise TimeoutError
    if trouble:
        raise trouble[0]
    return found


def _reach(raw: socket.socket, address: object, deadline: float, check: Check) -> None:
    """TCP connect, looking up now and then whether anybody still wants it."""
    raw.setblocking(False)
    number = raw.connect_ex(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
    if number in _UNDER_WAY:
        with selectors.DefaultSelector() as selector:
            selector.register(raw, selectors.EVENT_WRITE)
            while not selector.select(min(STEP_SECONDS, max(deadline - time.monotonic(), 0))):
                check()
                if time.monotonic() >= deadline:
                    raise TimeoutError
        number = raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        raise OSError(number, "connect")
    raw.setblocking(True)


def _turn(raw: socket.socket, measured: float) -> float:
    """What the kernel measured of the handshake where it tells (Linux): a busy machine notices late
    that it was answered.
    """
    option = getattr(socket, "TCP_INFO", None)
    if option is None:
        return measured
    with suppress(OSError, struct.error):
        told = raw.getsockopt(socket.IPPROTO_TCP, option, _RTT_AT + 4)
        (microseconds,) = struct.unpack_from("=I", told, _RTT_AT)
        return min(measured, microseconds / 1e6) if microseconds else measured
    return measured
