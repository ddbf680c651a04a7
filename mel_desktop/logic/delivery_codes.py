"""What a reply about a recipient means for a teacher: codes of app.reasons (RFC 3463, RFC 5321)."""

from __future__ import annotations

import re
from typing import Final

LETTERS_NOT_TAKEN: Final = "5.6.7"  # RFC 6531 3.5: an address beyond ASCII, and no SMTPUTF8
_BY_STATUS: Final = (
    ("1.1", "no-such-mailbox"), ("1.2", "no-such-domain"), ("1.3", "no-such-mailbox"),
    ("1.6", "no-such-mailbox"), ("1.10", "no-such-domain"), ("2.0", "no-such-mailbox"),
    ("2.1", "recipient-closed"), ("2.2", "recipient-full"), ("2.3", "too-large-there"),
    ("3.4", "too-large-there"), ("4.1", "unreachable-there"), ("4.4", "no-such-domain"),
    ("4.7", "unreachable-there"), ("4.", "unreachable-there"), ("7.", "refused-there"),
    ("6.7", "no-letters-there"), ("6.9", "no-letters-there"), ("6.10", "no-letters-there"),
)  # fmt: skip
_BY_WORDS: Final = (
    (r"over ?quota|mailbox (?:is )?full|quota exceeded|bo[iî]te pleine", "recipient-full"),
    (r"user unknown|unknown user|no such user|does not exist|unknown here|inconnu|"
     r"no mailbox here|recipient (?:address )?rejected: user|not found by smtp", "no-such-mailbox"),
    (r"host or domain name not found|domain not found|couldn't find any host", "no-such-domain"),
    (r"too (?:large|big)|size limit", "too-large-there"),
    (r"disabled|inactive|suspended", "recipient-closed"),
    (r"spam|blocked|policy|denied|blacklist", "refused-there"),
    (r"timed out|connection refused|unreachable", "unreachable-there"),
)  # fmt: skip


def reason_of(status: str, said: str = "") -> str:
    """The code of the sentence for a status such as 5.2.2 and the words of a server."""
    detail = status.partition(".")[2]
    for known, code in _BY_STATUS:
        if detail == known or (known.endswith(".") and detail.startswith(known)):
            if code == "refused-there" and detail == "7.1":
                break  # many servers say it of anything
            return code
    text = said.lower()
    for pattern, code in _BY_WORDS:
        if re.search(pattern, text):
            return code
    return "refused-there" if detail.startswith("7.") else "not-delivered"
