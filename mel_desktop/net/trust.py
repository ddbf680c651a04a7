"""Whom connections trust, and what is said of a certificate that is not trusted.

The system's store, the account's own authority and the one of IT. Nothing is pinned: another
certificate that the store vouches for is as good as the last. IT may let one certificate through
for one host by its fingerprint (SHA-256); a person may not.

On Windows and macOS the system itself verifies (truststore). On Linux OpenSSL does, with the
store that the distribution keeps; truststore looks for one where Python was built without.
"""

from __future__ import annotations

import hashlib
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from mel_desktop.model.accounts import Endpoint
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, Fact
from mel_desktop.net.portal import find_portal, is_same_house

if TYPE_CHECKING:
    from mel_desktop.model.certificates import Certificate, CertificateView
    from mel_desktop.net.lines import Line
    from mel_desktop.net.needs import CertificateMemory

PORTAL_SECONDS: Final = 30.0  # so long the answer to "is there a portal?" holds
SHOWN_SECONDS: Final = 600.0  # so long what was looked at ahead is believed to be shown still
_CERTIFICATE: Final = frozenset({
    ErrorCode.CERTIFICATE, ErrorCode.CERTIFICATE_EXPIRED, ErrorCode.CERTIFICATE_NAME,
})  # fmt: skip
# What a network looks like that lets nothing through before a sign-in.
_PERHAPS_PORTAL: Final = _CERTIFICATE | {
    ErrorCode.TLS, ErrorCode.UNREACHABLE, ErrorCode.TIMED_OUT, ErrorCode.CONNECTION_LOST,
    ErrorCode.NAME_NOT_FOUND,
}  # fmt: skip

Place = tuple[str, int]
_by_openssl = False


def system_context() -> ssl.SSLContext:
    """TLS 1.2 or later, name and certificate checked against the system's store.

    The least version is set here: a Python built for the system's own defaults has none.
    """
    context = _checked()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def checked_by_openssl() -> Iterator[None]:
    """Within it OpenSSL checks, against the system's authorities as far as it can read them.

    For the self-test alone, where the system's own check is what does not work.
    """
    global _by_openssl
    before, _by_openssl = _by_openssl, True
    try:
        yield
    finally:
        _by_openssl = before


def _checked() -> ssl.SSLContext:
    asks_system = sys.platform in ("win32", "darwin") or not _has_store()
    if asks_system and not _by_openssl:
        import truststore  # noqa: PLC0415 where it is used only: it takes time to load

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.create_default_context()


def _has_store() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or paths.capath)


class Trust:
    """``allowed``: fingerprints in hexadecimal that IT lets through, by host.

    ``network``: another text on another network.
    """

    def __init__(
        self,
        *,
        memory: CertificateMemory | None = None,
        extra_ca: str = "",
        allowed: Mapping[str, frozenset[str]] | None = None,
        page: str = "",
        network: Callable[[], str] = lambda: "",
    ) -> None:
        self._memory = memory
        self._extra_ca = extra_ca
        self._allowed = dict(allowed or {})
        self._page = page
        self._network = network
        self._prepared: WeakSet[ssl.SSLContext] = WeakSet()
        self._unverified: ssl.SSLContext | None = None
        self._ahead: dict[Place, tuple[float, str]] = {}
        self._shown: dict[Place, tuple[bytes, str]] = {}
        self._before: dict[Place, bytes] = {}
        self._signed: dict[tuple[str, str], set[str]] = {}  # hosts by the unknown one who signed
        self._portals: dict[tuple[str, str], tuple[float, str]] = {}
        self._guard = threading.Lock()

    @property
    def extra_ca(self) -> str:
        """IT's authorities in PEM form, "" for none."""
        return self._extra_ca

    # -- before a handshake ------------------------------------------------------------------------

    def context_for(
        self, endpoint: Endpoint, context: ssl.SSLContext, line: Line, deadline: float
    ) -> ssl.SSLContext:
        """The context with IT's authority in it; for a certificate that IT lets through, one that
        verifies nothing: then ``look`` must see that very certificate.
        """
        with self._guard:
            if self._extra_ca and context not in self._prepared:
                context.load_verify_locations(cadata=self._extra_ca)
                self._prepared.add(context)
        allowed = self._allowed.get(endpoint.host.lower())
        if not allowed or self._look_ahead(endpoint, line, deadline) not in allowed:
            return context
        with self._guard:
            if self._unverified is None:
                self._unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                self._unverified.minimum_version = ssl.TLSVersion.TLSv1_2
                self._unverified.check_hostname = False
                self._unverified.verify_mode = ssl.CERT_NONE
            return self._unverified

    def _look_ahead(self, endpoint: Endpoint, line: Line, deadline: float) -> str:
        from mel_desktop.net.examining import shown_certificate  # noqa: PLC0415 seldom

        place, now = (endpoint.host, endpoint.port), time.monotonic()
        known = self._ahead.get(place)
        if known is not None and now - known[0] < SHOWN_SECONDS:
            return known[1]
        der = shown_certificate(endpoint, line.reach, max(deadline - now, 1.0) / 2)
        self._ahead[place] = (now, _fingerprint(der))
        return _fingerprint(der)

    # -- after it ----------------------------------------------------------------------------------

    def look(self, endpoint: Endpoint, der: bytes, *, verified: bool, learns: bool) -> None:
        """The handshake went well. CERTIFICATE where a fingerprint counts, and it is not this."""
        place = (endpoint.host, endpoint.port)
        if not verified:
            if _fingerprint(der) not in self._allowed.get(endpoint.host.lower(), frozenset()):
                self._ahead.pop(place, None)
                raise ConnectionTrouble(
                    ErrorCode.CERTIFICATE, host=endpoint.host, port=endpoint.port
                )
            self._shown[place] = (der, "")
            return
        known = self._shown.get(place)
        if known == (der, "") or not der or not learns:
            return
        self._shown[place] = (der, "")
        if self._memory is not None and (before := self._memory.last(*place)) != der:
            self._before[place] = before
            self._memory.learn(endpoint.host, endpoint.port, der)

    def explain(
        self, error: ConnectionTrouble, endpoint: Endpoint, line: Line
    ) -> ConnectionTrouble:
        """The same trouble, and what it is in truth where that can be found out."""
        from mel_desktop.net.examining import shown_certificate  # noqa: PLC0415 seldom

        if not line.explains or error.code not in _PERHAPS_PORTAL:
            return error
        if portal := self._portal(endpoint.host, line):
            return ConnectionTrouble(
                ErrorCode.CAPTIVE_PORTAL, host=endpoint.host, port=endpoint.port, portal=portal
            )
        if error.code not in _CERTIFICATE:
            return error
        der = shown_certificate(endpoint, line.reach)
        found = _read(der)
        if found is None:
            return error
        place = (endpoint.host, endpoint.port)
        with self._guard:
            hosts = self._signed.setdefault((found.issuer, found.organisation), set())
            hosts.add(endpoint.host)
            elsewhere = any(not is_same_house(one, endpoint.host) for one in hosts)
        before = _read(self._last(place))
        was_other = before is not None and before.issuer != found.issuer
        code = error.code
        if code is ErrorCode.CERTIFICATE and not found.is_self_signed and (elsewhere or was_other):
            code = ErrorCode.CERTIFICATE_INSPECTED
        self._shown[place] = (der, code.text)
        facts: dict[str, Fact] = {
            **error.facts,
            "issuer": found.issuer,
            "organisation": found.organisation,
            "fingerprint": found.fingerprint,
        }
        return ConnectionTrouble(code, **{name: value for name, value in facts.items() if value})

    def _portal(self, host: str, line: Line) -> str:
        key, now = (self._network(), host), time.monotonic()
        known = self._portals.get(key)
        if known is not None and now - known[0] < PORTAL_SECONDS:
            return known[1]
        found = find_portal(host, self._page, line.reach_plainly)
        self._portals[key] = (now, found)
        return found

    # -- for people --------------------------------------------------------------------------------

    def view(self, endpoint: Endpoint) -> CertificateView:
        """What was shown last, and before; nothing is asked."""
        from mel_desktop.model.certificates import (  # noqa: PLC0415 first needed here
            CertificateView,
        )

        place = (endpoint.host, endpoint.port)
        der, code = self._shown.get(place, (b"", ""))
        before = self._before.get(place, b"") if not code else self._last(place)
        if not der and not code:
            der = self._last(place)
        allowed = self._allowed.get(endpoint.host.lower(), frozenset())
        return CertificateView(
            endpoint.host,
            endpoint.port,
            _read(der),
            _read(before),
            code,
            allowed=bool(der) and _fingerprint(der) in allowed,
        )

    def forget(self) -> None:
        """Another network: what was seen on the last one says nothing here."""
        with self._guard:
            self._signed.clear()
            self._portals.clear()
            self._ahead.clear()

    def _last(self, place: Place) -> bytes:
        return b"" if self._memory is None else self._memory.last(*place)


def _fingerprint(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest() if der else ""


def _read(der: bytes) -> Certificate | None:
    if not der:
        return None
    from mel_desktop.net.certificates import read_certificate  # noqa: PLC0415 it is large

    return read_certificate(der)
