"""The way out of a network: straight, or through a proxy."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from mel_desktop.model.accounts import Secret
from mel_desktop.model.values import dataclass


class ProxyKind(Enum):
    """How a proxy is spoken to."""

    HTTP = "http"  # CONNECT (RFC 9110 section 9.3.6)
    SOCKS5 = "socks5"  # RFC 1928; names are resolved by the proxy


class ProxyChoice(Enum):
    """Who says which proxy."""

    SYSTEM = "system"
    NONE = "none"
    MANUAL = "manual"
    PAC = "pac"


@dataclass(frozen=True, slots=True)
class ProxyServer:
    """One proxy. The password never stands in its text."""

    kind: ProxyKind
    host: str
    port: int
    user: str = ""
    password: Secret | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """As people know it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """What is chosen. ``pac``: the address of a script (https, http or file)."""

    choice: ProxyChoice = ProxyChoice.SYSTEM
    server: ProxyServer | None = None
    pac: str = ""


@dataclass(frozen=True, slots=True)
class PacAnswer:
    """What a script said: its text, or the name that it wants to know the address of."""

    text: str = ""
    asks: str = ""
