"""Which messages belong together: by Message-ID, References and In-Reply-To (RFC 5322 3.6.4).

Messages arrive newest first, so an answer is often here before what it answers. A conversation is
therefore named after the Message-ID at its root, which each member can tell alone; two names that
turn out to be one conversation are joined when the message between them arrives. Subjects are never
looked at: a class has thirty threads called "Devoirs".
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from mel_desktop.model.mail import ThreadId

MOST_REFERENCES: Final = 30
_BIT: Final = 1 << 62  # above every message id: those name messages without one


def ancestors(in_reply_to: str, references: Sequence[str]) -> tuple[str, ...]:
    """Message-IDs that a message answers, root first, each once, bounded."""
    chain = [one for one in (*references, in_reply_to) if one]
    unique = list(dict.fromkeys(chain))
    if len(unique) > MOST_REFERENCES:  # the root names it, the nearest find it
        unique = [unique[0], *unique[-(MOST_REFERENCES - 1) :]]
    return tuple(unique)


def named_after(message_id: str) -> ThreadId:
    """The conversation whose root has this Message-ID."""
    digest = hashlib.blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return ThreadId((int.from_bytes(digest, "big") >> 2) | _BIT)
