"""What a submission server's reply means at each point of the dialogue (RFC 5321, 3463)."""

from __future__ import annotations

import re
from typing import Final

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass
from mel_desktop.net.refusal_texts import reading

KEPT: Final = 300  # characters of a reply that are shown

REPLY: Final = late(rb"([2-5][0-9][0-9])([ -]?)(.*)", re.DOTALL)
_ENHANCED: Final = late(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
# What Postfix with a policy daemon, Zimbra's cbpolicyd and Exchange say of sending limits.
_LIMIT: Final = late(
    r"rate.?limit|limit exceeded|quota exceeded|too (many|much) (messages|mail|recipients per)"
    r"|exceeded.{0,40}(limit|quota|rate)|sending limit|limite d.envoi|quota d.envoi|d[ée]bit",
    re.IGNORECASE,
)
_FULL_MAILBOX: Final = late(r"mailbox|bo[iî]te|storage|message size|too large", re.IGNORECASE)
_SENDER: Final = late(r"\bsender\b|exp[ée]diteur|not owned by user", re.IGNORECASE)
_PERMANENT: Final = {
    "mail": ErrorCode.SENDER_REFUSED,
    "rcpt": ErrorCode.RECIPIENT_REFUSED,
    "data": ErrorCode.MESSAGE_REFUSED,
    "end": ErrorCode.MESSAGE_REFUSED,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, its lines joined."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        """2yz."""
        return self.code // 100 == 2

    @property
    def is_temporary(self) -> bool:
        """4yz."""
        return self.code // 100 == 4

    @property
    def enhanced(self) -> str:
        """RFC 3463 code, or ""."""
        match = _ENHANCED.match(self.text)
        return match.group(1) if match else ""

    @property
    def shown(self) -> str:
        """Its words on one line, for a person."""
        text = " ".join(self.text.split())
        return "".join(char for char in text if char.isprintable())[:KEPT]


def auth_refusal(answer: Reply) -> ServerSaid:
    """A sign-in that was refused."""
    if answer.is_temporary:
        return error_of(ErrorCode.SERVER_TEMPORARY, answer, "auth")
    code = reading(answer.text, answer.enhanced)
    return error_of(code or ErrorCode.SIGN_IN_REFUSED, answer, "auth")


def refusal(answer: Reply, phase: str) -> ServerSaid:
    """What a reply means at this point of the dialogue."""
    enhanced = answer.enhanced
    code = _PERMANENT.get(phase, ErrorCode.SERVER_REFUSED)
    if _is_sending_limit(answer) and phase in _PERMANENT:
        code = ErrorCode.SENDING_LIMIT  # also when said with 5yz: the message was not kept
    elif answer.is_temporary:
        code = ErrorCode.SERVER_TEMPORARY
    elif enhanced in ("5.3.4", "5.2.3") or (answer.code == 552 and not enhanced):
        code = ErrorCode.MESSAGE_TOO_LARGE
    elif phase == "rcpt" and _SENDER.search(answer.text):
        code = ErrorCode.SENDER_REFUSED  # Postfix says it only here (smtpd_delay_reject)
    return error_of(code, answer, phase)


def _is_sending_limit(answer: Reply) -> bool:
    """A limit on what this sender may send, not a full mailbox of a recipient."""
    return bool(
        _LIMIT.search(answer.text)
        and not _FULL_MAILBOX.search(answer.text)
        and not answer.enhanced[1:].startswith((".2.", ".3."))
    )


def error_of(code: ErrorCode, answer: Reply, phase: str) -> ServerSaid:
    """The error that says what the server said."""
    return ServerSaid(code, said=answer.shown, phase=phase, reply=answer.code)
