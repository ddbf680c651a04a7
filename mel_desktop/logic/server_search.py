"""A query as the search keys of IMAP (RFC 3501 6.4.4).

Servers look for parts of words and know neither families nor abbreviations, so the words go as they
were typed. What no key can say (attachments) is left to the caller.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from mel_desktop.logic.search_query import Query
from mel_desktop.logic.search_terms import Node, Term
from mel_desktop.model.finding import ServerKey

COLUMNS: Final = {
    "": ("TEXT",), "sender": ("FROM",), "recipients": ("TO", "CC"), "subject": ("SUBJECT",),
    "body": ("BODY",), "files": ("TEXT",),
}  # fmt: skip
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def key(query: Query) -> ServerKey:
    """Of a query that was not widened; not of an empty one."""
    parts = [_node(one) for one in query.terms]
    parts += [_not(_node(one)) for one in query.without]
    if query.after is not None:
        parts.append(ServerKey("SINCE", _date(query.after)))
    if query.before is not None:
        parts.append(ServerKey("BEFORE", _date(query.before)))
    if query.larger is not None:
        parts.append(ServerKey("LARGER", str(max(0, query.larger - 1))))
    if query.smaller is not None:
        parts.append(ServerKey("SMALLER", str(query.smaller)))
    parts += [ServerKey("KEYWORD", one) for one in query.keywords]
    parts += [ServerKey("UNKEYWORD", one) for one in query.not_keywords]
    for name, wanted in (
        ("SEEN", query.seen),
        ("FLAGGED", query.flagged),
        ("ANSWERED", query.answered),
        ("DRAFT", query.draft),
    ):
        if wanted is not None:
            parts.append(ServerKey(name if wanted else f"UN{name}"))
    if query.forwarded is not None:
        name = "KEYWORD" if query.forwarded else "UNKEYWORD"
        parts.append(ServerKey(name, "$Forwarded"))
    return ServerKey("AND", parts=tuple(parts))


def _node(node: Node) -> ServerKey:
    if isinstance(node, Term):
        return _term(node)
    parts = tuple(_node(one) for one in node.parts)
    wanted = _any(parts) if node.any_of else ServerKey("AND", parts=parts)
    if not node.without:
        return wanted
    unwanted = tuple(_not(_node(one)) for one in node.without)
    return ServerKey("AND", parts=(wanted, *unwanted))


def _term(term: Term) -> ServerKey:
    text = " ".join(term.typed.replace("*", " ").split()) or " ".join(term.words)
    spelt = dict.fromkeys((text, text.replace("oe", "œ").replace("Oe", "Œ")))
    return _any(tuple(ServerKey(name, one) for name in COLUMNS[term.column] for one in spelt))


def _any(parts: tuple[ServerKey, ...]) -> ServerKey:
    """OR takes two: more of them nest."""
    found = parts[-1]
    for one in reversed(parts[:-1]):
        found = ServerKey("OR", parts=(one, found))
    return found


def _not(one: ServerKey) -> ServerKey:
    return ServerKey("NOT", parts=(one,))


def _date(day: date) -> str:
    """As RFC 3501 has it, in English whatever the language here."""
    return f"{day.day}-{MONTHS[day.month - 1]}-{day.year:04d}"
