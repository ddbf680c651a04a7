"""The way out of the network, for every connection: straight, or through a proxy.

What says which: the policy, else the account, else the system. One proxy after the other is tried
as a script or the system names them; straight only where one of them says so.

Rule 1: a proxy that was chosen is never gone round in silence. The one exception: the system's
proxy is set for the web, and many let nothing but port 443 through; where it refuses a mail port,
the network is asked itself, and a firewall that wants it otherwise says no.
Rule 2: nothing is looked up here of a host that is reached through a proxy; a script may ask for
addresses, and each is asked anew (another network has other answers).
Rule 3: the system's proxy is never asked for this computer itself; a proxy or a script that
somebody chose for the account says everything.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mel_desktop.logic.proxy_text import (
    read_answer,
    read_server,
    read_setting,
    with_password,
    write_server,
)
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, LocalRefusal, MelError
from mel_desktop.model.proxies import ProxyChoice, ProxyServer, ProxySetting
from mel_desktop.net.reaching import Check, MayReach, reach, resolve

if TYPE_CHECKING:
    from mel_desktop.net.needs import PacRunner, SystemProxies

MOST_SCRIPT: Final = 1 << 20
SCRIPT_SECONDS: Final = 300.0  # how long a script that was fetched is believed
FETCH_SECONDS: Final = 10.0
MOST_NAMES: Final = 8  # that one run of a script may ask for
NAME_SECONDS: Final = 5.0

Fetch = Callable[[str, Check], bytes]


class Proxies:
    """Reaches hosts. ``fixed``: the policy's setting, "" where it leaves it open."""

    def __init__(
        self,
        *,
        system: SystemProxies | None = None,
        scripts: PacRunner | None = None,
        password: Callable[[int], Secret | None] = lambda _: None,
        fetch: Fetch | None = None,
        fixed: str = "",
    ) -> None:
        self._system = system
        self._scripts = scripts
        self._password = password
        self._fetch = fetch
        self._fixed = fixed
        self._kept: dict[str, tuple[float, str]] = {}
        self._guard = threading.Lock()

    def forget(self) -> None:
        """Another network: scripts are fetched anew."""
        with self._guard:
            self._kept.clear()

    def reach(
        self,
        host: str,
        port: int,
        deadline: float,
        check: Check,
        account: int = 0,
        setting: str = "",
        *,
        may_reach: MayReach | None = None,
    ) -> tuple[socket.socket, float]:
        """A socket that leads to the host by the first way that is open, and one turn's seconds."""
        choice = self.setting(setting)
        trouble: MelError | OSError | None = None
        ways = self.ways(host, port, choice, deadline, check)
        for number, server in enumerate(ways):
            now = time.monotonic()
            until = now + (deadline - now) / (len(ways) - number)
            try:
                if server is None:
                    return reach(host, port, until, check, may_reach)
                if choice.choice is ProxyChoice.MANUAL and not self._fixed:
                    server = with_password(server, self._password(account))
                return through(server, host, port, until, check)
            except ConnectionTrouble as error:
                trouble = error
            except OSError as error:
                # Straight was the last resort: what the proxy said tells more.
                trouble = trouble or error
        assert trouble is not None
        raise trouble

    def setting(self, own: str) -> ProxySetting:
        """What is in force for an account with this setting of its own."""
        return read_setting(self._fixed or own)

    def told(self, host: str, port: int, own: str, check: Check) -> str:
        """For a help desk: the ways and who named them, never a password."""
        choice = self.setting(own)
        ways = self.ways(host, port, choice, time.monotonic() + FETCH_SECONDS, check)
        words = ", then ".join("straight" if one is None else write_server(one) for one in ways)
        who = "the policy" if self._fixed else "the account" if own else "the system"
        script = f", script {choice.pac}" if choice.pac else ""
        return f"{words} (by {who}{script})"

    def ways(
        self, host: str, port: int, choice: ProxySetting, deadline: float, check: Check
    ) -> tuple[ProxyServer | None, ...]:
        """Proxies in the order in which they are tried; None is straight."""
        if choice.choice is ProxyChoice.NONE:
            return (None,)
        if choice.choice is ProxyChoice.MANUAL:
            assert choice.server is not None
            return (choice.server,)
        if choice.choice is ProxyChoice.PAC:
            return self._by_script(choice.pac, host, port, deadline, check)
        if self._system is None or is_this_computer(host):
            return (None,)
        if script := self._system.script():
            return self._by_script(script, host, port, deadline, check)
        found: list[ProxyServer | None] = []
        for text in self._system.proxies(host):
            with suppress(LocalRefusal):
                found.append(read_server(text))
        return (*found, None)

    # -- scripts -----------------------------------------------------------------------------------

    def _by_script(
        self, address: str, host: str, port: int, deadline: float, check: Check
    ) -> tuple[ProxyServer | None, ...]:
        try:
            said = self._run(self._script(address, check), host, port, deadline, check)
        except (MelError, OSError, ValueError) as error:
            if isinstance(error, MelError) and error.code is ErrorCode.CANCELLED:
                raise
            why = error.code.text if isinstance(error, MelError) else type(error).__name__
            raise _script_trouble(address, why) from error
        ways = read_answer(said)
        if not ways:
            raise _script_trouble(address, "no-answer")
        return ways

    def _script(self, address: str, check: Check) -> str:
        now = time.monotonic()
        with self._guard:
            known = self._kept.get(address)
        if known is not None and now - known[0] < SCRIPT_SECONDS:
            return known[1]
        if urlsplit(address).scheme == "file":
            with Path(url2pathname(urlsplit(address).path)).open("rb") as file:
                data = file.read(MOST_SCRIPT + 1)
        elif self._fetch is None:
            raise ValueError("nothing fetches")
        else:
            data = self._fetch(address, check)
        if len(data) > MOST_SCRIPT:
            raise ValueError("too large")
        text = data.decode("utf-8-sig", "replace")
        with self._guard:
            self._kept[address] = (now, text)
        return text

    def _run(self, script: str, host: str, port: int, deadline: float, check: Check) -> str:
        """Run it again with each address that it asks for."""
        if self._scripts is None:
            raise ValueError("nothing runs scripts")
        names = {"": _own_address()}
        shown = f"[{host}]" if ":" in host else host
        for _ in range(MOST_NAMES + 1):
            check()
            answer = self._scripts.run(script, f"https://{shown}:{port}/", host, names)
            if not answer.asks:
                return answer.text
            names[answer.asks] = _address(answer.asks, deadline, check)
        raise ValueError("too many names")


def through(
    server: ProxyServer, host: str, port: int, deadline: float, check: Check
) -> tuple[socket.socket, float]:
    """By one proxy. ConnectionTrouble(PROXY_...) names it."""
    from mel_desktop.net.tunnel import proxy_trouble, tunnel  # noqa: PLC0415 seldom

    began = time.monotonic()
    try:
        raw, turn = reach(server.host, server.port, deadline, check)
    except TimeoutError as error:
        raise proxy_trouble(ErrorCode.PROXY_UNREACHABLE, server, cause="timed-out") from error
    except (socket.gaierror, UnicodeError) as error:
        raise proxy_trouble(ErrorCode.PROXY_UNREACHABLE, server, cause="name-not-found") from error
    except OSError as error:
        raise proxy_trouble(ErrorCode.PROXY_UNREACHABLE, server, cause="unreachable") from error
    reached = time.monotonic()
    try:
        tunnel(raw, server, host, port, deadline, check)
    except BaseException:
        raw.close()
        raise
    now = time.monotonic()
    # The proxy's own handshake says nothing of the way behind it; its answer waited for that one.
    return raw, max(turn, min(now - reached, now - began))


def is_this_computer(host: str) -> bool:
    """Whether a name can only mean this computer (RFC 6761 section 6.3)."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _script_trouble(address: str, cause: str) -> ConnectionTrouble:
    parts = urlsplit(address)
    place = parts.hostname or parts.path.rsplit("/", 1)[-1]
    return ConnectionTrouble(ErrorCode.PROXY_SCRIPT, proxy=place, cause=cause)


def _address(name: str, deadline: float, check: Check) -> str:
    """What a script is told of a name: its first IPv4 address, "" where there is none."""
    until = min(deadline, time.monotonic() + NAME_SECONDS)
    try:
        found = resolve(name, 0, until, check)
    except (OSError, UnicodeError):
        return ""
    return next((str(one[4][0]) for one in found if one[0] == socket.AF_INET), "")


def _own_address() -> str:
    """The address that this computer would use towards the outside; nothing is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # RFC 5737: for documentation
        return str(probe.getsockname()[0])
    return "127.0.0.1"
