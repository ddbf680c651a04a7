"""SCRAM-SHA-256 and -PLUS (RFC 5802, 7677) for IMAP and SMTP, and which mechanism is used.

SCRAM before PLAIN before LOGIN. A server may offer SCRAM for people of whom it keeps only a PLAIN
record; it refuses them with the very words of a wrong password. So the refusal counts as the one
try there is, and is remembered: the next one, with what a person typed, goes by PLAIN.

Rule 1: no second try by another mechanism.
Rule 2: a server that cannot show that it knows the password is broken, whatever it says (OK, 235).
Rule 3: how long a server may make us compute is bounded.

scramp does the computing; it is loaded when a server offers SCRAM. Channel binding is
tls-server-end-point (RFC 5929); Python's ssl tells no keying material for tls-exporter (RFC 9266).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from mel_desktop.model.accounts import Endpoint, Secret
from mel_desktop.model.errors import HOLDING, MelError, ServerSaid
from mel_desktop.signin_ports import SignInWays, Way

if TYPE_CHECKING:
    from scramp import ScramClient

PLAIN_SCRAM: Final = "SCRAM-SHA-256"
BOUND_SCRAM: Final = "SCRAM-SHA-256-PLUS"
MOST_ITERATIONS: Final = 1_000_000  # RFC 7677 asks for 4096 at least, which scramp checks
LONGEST_CHALLENGE: Final = 4096
BINDING: Final = "tls-server-end-point"


class Unsound(Exception):
    """The server's side of the exchange is wrong; not an error of the tree."""


class Scram:
    """One exchange. ``answer`` takes decoded challenges and gives what is to be encoded."""

    def __init__(self, mechanism: str, client: ScramClient) -> None:
        self.mechanism = mechanism
        self.is_proven = False
        self._client = client
        self._first: str = client.get_client_first()
        self._turn = 0

    def first(self) -> bytes:
        """What the client says first."""
        return self._first.encode("utf-8")

    def answer(self, challenge: bytes) -> bytes:
        """To server-first and server-final. Unsound."""
        from scramp import ScramException  # noqa: PLC0415 see the module's head

        self._turn += 1
        if len(challenge) > LONGEST_CHALLENGE or self._turn > 2:
            raise Unsound
        try:
            text = challenge.decode("utf-8")
            if self._turn == 1:
                self._client.set_server_first(text)
                if int(self._client.iterations) > MOST_ITERATIONS:
                    raise Unsound
                return str(self._client.get_client_final()).encode("utf-8")
            self._client.set_server_final(text)
        except (ScramException, ValueError, KeyError) as error:
            if self._turn == 2 and text.startswith("e="):
                return b""  # it refuses in SCRAM's own words; the refusal itself follows
            raise Unsound from error
        self.is_proven = True
        return b""


def begin_scram(
    offered: Collection[str], login: str, password: Secret, certificate: bytes
) -> Scram | None:
    """The exchange with the strongest of the two that is offered; None where none can be used."""
    if PLAIN_SCRAM not in offered and BOUND_SCRAM not in offered:
        return None
    from scramp import ScramClient, ScramException  # noqa: PLC0415 see the module's head
    from scramp.core import CBindData  # noqa: PLC0415
    from scramp.utils import saslprep  # noqa: PLC0415

    word = password.reveal()
    try:
        is_plain = saslprep(word) == word and saslprep(login) == login
    except ScramException:
        is_plain = False
    if not is_plain:  # Dovecot 2.3 keeps records without SASLprep: they would not agree
        return None
    try:
        binding = (BINDING, bytes(CBindData.from_der(certificate)))
    except ScramException:
        binding = None  # a certificate without a hash of its own (Ed25519): RFC 5929 4.1
    for mechanism in (BOUND_SCRAM, PLAIN_SCRAM):
        if mechanism not in offered or (mechanism == BOUND_SCRAM and binding is None):
            continue
        # "y" tells a server that does bind that somebody took -PLUS away; where it is offered and
        # not usable here it must not be said.
        told = None if mechanism == PLAIN_SCRAM and BOUND_SCRAM in offered else binding
        client = ScramClient([mechanism], login, word, channel_binding=told)
        return Scram(mechanism, client)
    return None


class Choice:
    """What is remembered of one server and login, for one sign-in."""

    def __init__(self, ways: SignInWays, endpoint: Endpoint, login: str) -> None:
        self._ways = ways
        self._endpoint = endpoint
        self._login = login
        self._known = ways.way(endpoint, login)
        self.mechanism = ""

    def scram(self, offered: Collection[str], password: Secret, certificate: bytes) -> Scram | None:
        """The exchange to use, or None: PLAIN or LOGIN it is."""
        if not self.takes_scram(offered):
            return None
        scram = begin_scram(offered, self._login, password, certificate)
        self.mechanism = "" if scram is None else scram.mechanism
        return scram

    def takes_scram(self, offered: Collection[str]) -> bool:
        """Whether SCRAM is offered, and is not known to be useless here unless nothing else is."""
        is_useless = self._known in (Way.PLAIN, Way.SCRAM_REFUSED)
        if is_useless and ("PLAIN" in offered or "LOGIN" in offered):
            return False
        return PLAIN_SCRAM in offered or BOUND_SCRAM in offered

    def worked(self) -> None:
        """The server took the password."""
        way = Way.SCRAM if self.mechanism else Way.PLAIN
        if way is Way.SCRAM or self._known is Way.SCRAM_REFUSED:
            self._remember(way)

    def refused(self, error: MelError) -> None:
        """The server did not take it."""
        if not isinstance(error, ServerSaid) or error.code not in HOLDING:
            return
        if self.mechanism and self._known is None:
            self._remember(Way.SCRAM_REFUSED)
        elif not self.mechanism and self._known is Way.SCRAM_REFUSED:
            self._remember(None)  # refused both ways: it was the password

    def _remember(self, way: Way | None) -> None:
        if way is not self._known:
            self._ways.remember(self._endpoint, self._login, way)


class NoWays:
    """signin_ports.SignInWays that remembers for as long as it lives."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, str], Way] = {}

    def way(self, endpoint: Endpoint, login: str) -> Way | None:
        """What is known."""
        return self._known.get((endpoint.host, endpoint.port, login))

    def remember(self, endpoint: Endpoint, login: str, way: Way | None) -> None:
        """Replace it."""
        place = (endpoint.host, endpoint.port, login)
        if way is None:
            self._known.pop(place, None)
        else:
            self._known[place] = way
