"""The proxies of the system: the environment, the Windows settings, macOS (urllib knows them).

Windows' own PAC address is read from the registry as well; WPAD, which asks the network for a
script that nobody has vouched for, never is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final
from urllib.request import getproxies, proxy_bypass

if sys.platform == "win32":
    import winreg

SETTINGS: Final = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
# In the order in which they suit what is no web page: a CONNECT proxy of HTTPS, then any other.
WORDS: Final = ("https", "socks", "all")


class SystemSettings:
    """net.needs.SystemProxies."""

    def __init__(
        self,
        found: Callable[[], Mapping[str, str]] = getproxies,
        bypasses: Callable[[str], object] = proxy_bypass,
        script: Callable[[], str] | None = None,
    ) -> None:
        self._found = found
        self._bypasses = bypasses
        self._script = script or _registry_script

    def proxies(self, host: str) -> tuple[str, ...]:
        """Addresses of proxies towards a host; () where it is to be reached straight."""
        found: list[str] = []
        with suppress(OSError, ValueError):
            if self._bypasses(host):
                return ()
            known = self._found()
            told = ((word, str(known.get(word) or "")) for word in WORDS)
            found += [_address(word, text) for word, text in told if text]
        return tuple(dict.fromkeys(found))

    def script(self) -> str:
        """Windows' "use setup script", "" elsewhere."""
        with suppress(OSError, ValueError):
            return self._script()
        return ""


def _address(word: str, text: str) -> str:
    """Windows and macOS write a SOCKS proxy as http://, or with no scheme at all."""
    place = text.partition("://")[2] or text
    if word == "socks":
        return f"socks5://{place}"
    return text if "://" in text else f"http://{text}"


def _registry_script() -> str:
    if sys.platform == "win32":
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, SETTINGS) as key:
            value, _ = winreg.QueryValueEx(key, "AutoConfigURL")
            return str(value)
    return ""
