"""Whether a mail server is there, in private: TLS, its identity, its greeting, what it offers.

No login and no password is ever given here.
"""

from __future__ import annotations

import ssl
from typing import Final

from mel_desktop.model.accounts import Endpoint, Secret
from mel_desktop.model.discovery import Protocol
from mel_desktop.model.values import dataclass
from mel_desktop.net.imap_signin import Credentials, SignIn
from mel_desktop.net.imap_wire import Wire
from mel_desktop.net.smtp_session import Deadlines, SmtpSession
from mel_desktop.net.transport import Line, open_socket
from mel_desktop.ports import Meter

SASL: Final = "AUTH="


@dataclass(frozen=True, slots=True)
class Greeting:
    """What it offers for sign-in, upper case; LOGIN where a plain LOGIN command is taken."""

    mechanisms: frozenset[str]


def greet(
    protocol: Protocol, endpoint: Endpoint, *, context: ssl.SSLContext, line: Line, seconds: float
) -> Greeting:
    """Ask it. Raises model.errors where it is none, or not in private."""
    stream = open_socket(
        endpoint,
        context,
        Meter(),
        connect_seconds=seconds,
        silence_seconds=seconds,
        line=line,
    )
    try:
        if protocol is Protocol.SMTP:
            session = SmtpSession(stream, endpoint, Deadlines(seconds, seconds, envelope=seconds))
            session.greet()
            session.secure()
            return Greeting(frozenset(session.mechanisms))
        nobody = Credentials(endpoint, "", Secret(""))
        offered = SignIn(Wire(stream), nobody, lambda _names: None).secure()
        names = {one[len(SASL) :] for one in offered if one.startswith(SASL)}
        if "LOGINDISABLED" not in offered:
            names.add("LOGIN")
        return Greeting(frozenset(names))
    finally:
        stream.abort()
        stream.close()
