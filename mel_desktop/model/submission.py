"""What is known of an account's submission server, as values."""

from __future__ import annotations

from typing import Final

from mel_desktop.model.values import dataclass

# ``phase`` of ConnectionTrouble: the line broke after the sign-in, with a message under way.
WITHIN: Final = "message"
NO_SENDER: Final = "<>"  # the envelope of what nobody shall ever answer (RFC 5321 4.5.5)


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """What its last EHLO said. Learnt by the way; nobody signs in for it."""

    size_limit: int = 0  # octets of a message; 0: no limit, or none told (RFC 1870)
    recipient_limit: int = 0  # in one transaction (RFC 9422 RCPTMAX, or as it turned out); 0: none
    extensions: frozenset[str] = frozenset()  # names in capitals: DSN, SMTPUTF8, CHUNKING ...
    files_sent: bool = False  # it puts a copy into Sent by itself
