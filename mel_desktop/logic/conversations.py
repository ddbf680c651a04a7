"""Which messages belong together: by Message-ID, References and In-Reply-To (RFC 5322 3.6.4).

Messages arrive newest first, so an answer is often here before what it answers. A conversation is
therefore named after the Message-ID at its root, which each member can tell alone; two names that
turn out to be one conversation are joined when the message between them arrives.

Subjects (step 5 of J. Zawinski's "message threading") are looked at only where an answer lost its
references, and never alone: a class has thirty threads called "Devoirs". Two messages without any
reference belong together where one of them says "Re:" of the other's subject, somebody beside the
owner of the mailbox has to do with both, and 30 days lie between them at most. Subjects that say
nothing ("Devoirs", "Absence", "") join nobody. Whether two messages belong together depends on
these two alone, so that the order in which mail arrives decides nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.mail import ThreadId
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

MOST_REFERENCES: Final = 30
NEAR: Final = timedelta(days=30)
SHORTEST: Final = 4  # letters of a subject that says something
DEEPEST: Final = 12  # levels of the tree that are told apart
GENERIC: Final = frozenset({  # subjects of nothing else say nothing
    "absence", "absences", "annulation", "aucun", "bonjour", "bonsoir", "classe", "conseil",
    "contact", "convocation", "cours", "d", "de", "demande", "des", "devoir", "devoirs",
    "document", "documents", "dossier", "du", "eleve", "eleves", "en", "et", "evaluation",
    "hello", "homework", "important", "info", "information", "informations", "infos", "joint",
    "jointe", "jointes", "joints", "justificatif", "l", "la", "le", "les", "lettre", "mail",
    "meeting", "merci", "message", "no", "note", "notes", "nouvelle", "nouvelles", "objet",
    "pas", "photo", "photos", "piece", "pieces", "pour", "question", "questions", "rappel",
    "rdv", "reminder", "rendez", "reponse", "retard", "retards", "reunion", "salut", "sans",
    "sortie", "stage", "subject", "suite", "sujet", "test", "travail", "un", "une", "urgent",
    "vous",
})  # fmt: skip
_BIT: Final = 1 << 62  # above every message id: those name messages without one
_ANSWER: Final = late(
    r"\s*(?:re|ré|rep|rép|réponse|reponse|ref|réf|tr|fw|fwd|aw|wg|sv|antw)\.?"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]",
    re.IGNORECASE,
)
_LIST: Final = late(r"\s*\[[^\[\]]{1,40}\]")
_GAPS: Final = late(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Member:
    """A message without references, as far as its subject may join it to another."""

    key: int
    people: frozenset[str]  # lower case addresses of all but the owner of the mailbox
    at: datetime


def ancestors(in_reply_to: str, references: Sequence[str]) -> tuple[str, ...]:
    """Message-IDs that a message answers, root first, each once, bounded."""
    chain = [one for one in (*references, in_reply_to) if one]
    unique = list(dict.fromkeys(chain))
    if len(unique) > MOST_REFERENCES:  # the root names it, the nearest find it
        unique = [unique[0], *unique[-(MOST_REFERENCES - 1) :]]
    return tuple(unique)


def named_after(message_id: str) -> ThreadId:
    """The conversation whose root has this Message-ID."""
    return ThreadId((_digest(message_id) >> 2) | _BIT)


def base_subject(subject: str) -> tuple[str, bool]:
    """What a subject is about, folded; and whether it says "Re:", "TR:", "Réf. :" of it."""
    rest, is_answer = subject[:400], False
    while True:
        found = _ANSWER.match(rest)
        if found is not None:
            rest, is_answer = rest[found.end() :], True
            continue
        listed = _LIST.match(rest)
        if listed is None or not rest[listed.end() :].strip():
            break
        rest = rest[listed.end() :]
    return _GAPS.sub(" ", fold(rest)).strip(), is_answer


def subject_key(subject: str) -> int:
    """What two subjects share, not 0; negative: it is said of an older one. 0: it says nothing."""
    about, is_answer = base_subject(subject)
    if len(about) < SHORTEST or all(word in GENERIC or word.isdecimal() for word in about.split()):
        return 0
    key = (_digest(about) >> 2) | 1
    return -key if is_answer else key


def belong_together(one: Member, other: Member) -> bool:
    """Whether two messages without references are of one conversation. Symmetrical."""
    return (
        abs(one.key) == abs(other.key) != 0
        and min(one.key, other.key) < 0
        and abs(one.at - other.at) <= NEAR
        and not one.people.isdisjoint(other.people)
    )


def tree(messages: Sequence[tuple[int, str, Sequence[str]]]) -> tuple[tuple[int, int], ...]:
    """(id, depth) of a conversation, answers below what they answer, both oldest first.

    ``messages``: (id, Message-ID, ancestors root first), in order of time. A message that names
    itself, or a ring, is a root.
    """
    holder: dict[str, int] = {}
    for id_, message_id, _ in messages:
        if message_id:
            holder.setdefault(message_id, id_)
    above: dict[int, int] = {}
    for id_, _, chain in messages:
        for name in reversed(chain):
            parent = holder.get(name)
            if parent is not None and parent != id_ and not _is_below(above, parent, id_):
                above[id_] = parent
                break
    below: dict[int | None, list[int]] = {}
    for id_, _, _ in messages:
        below.setdefault(above.get(id_), []).append(id_)
    found: list[tuple[int, int]] = []
    waiting = [(id_, 0) for id_ in reversed(below.get(None, []))]
    while waiting:
        id_, depth = waiting.pop()
        found.append((id_, min(depth, DEEPEST)))
        waiting += [(one, depth + 1) for one in reversed(below.get(id_, []))]
    return tuple(found)


def _is_below(above: Mapping[int, int], wanted: int, root: int) -> bool:
    at: int | None = wanted
    while at is not None:
        if at == root:
            return True
        at = above.get(at)
    return False


def _digest(text: str) -> int:
    octets = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(octets, "big")
