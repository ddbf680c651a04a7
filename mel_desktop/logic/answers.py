"""Which messages answer another one, and which ask their reader something."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mel_desktop.model.patterns import late

_AUTO: Final = late(
    rb"^(?:auto-submitted:(?![ \t]*no\b)|x-autoreply:|x-autorespond:|precedence:[ \t]*"
    rb"(?:auto_reply|bulk|junk|list)|list-id:|content-type:[ \t]*multipart/report)",
    re.I | re.M,
)
_AUTO_SUBJECT: Final = late(
    r"^(?:automatic reply|auto(?:matic)?[- ]reply|out of office|réponse automatique"
    r"|absence du bureau|message d.absence|undeliver|delivery status|mail delivery)",
    re.I,
)
_MACHINE: Final = late(
    r"^(?:mailer-daemon|postmaster|no-?reply|ne-?pas-?repondre|noreply[.+-].*)(?:@|$)", re.I
)
_QUESTION: Final = late(r"\w[^\n?]{8,}\?(?:\s|$)")
_LINK: Final = late(r"https?://\S+")


def is_machine(sender: str) -> bool:
    """Whether a program rather than a person writes from there."""
    return _MACHINE.match(sender) is not None or not sender


def is_answer(
    message_id: str,
    people: Iterable[str],
    own: Iterable[str],
    *,
    sender: str,
    in_reply_to: str,
    references: Iterable[str],
    subject: str,
    header: bytes | None,
) -> bool:
    """Whether a later message of the same conversation answers it: somebody else's own words."""
    if is_machine(sender) or sender.lower() in {one.lower() for one in own}:
        return False
    if _AUTO_SUBJECT.match(subject) or (header is not None and _AUTO.search(header)):
        return False
    named = message_id == in_reply_to or message_id in references
    return named or sender.lower() in {one.lower() for one in people}


def asks(text: str) -> bool:
    """Whether a text has a question of some words in it; cautious: addresses are left out."""
    quoted = "\n".join(
        line for line in _LINK.sub("", text).splitlines() if not line.lstrip().startswith(">")
    )
    return _QUESTION.search(quoted) is not None
