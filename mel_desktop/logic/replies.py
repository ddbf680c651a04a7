"""What an answer or a message passed on begins with: recipients, subject, quoted text.

RFC 5322 3.6.2 (who is answered), 3.6.4 (threads), 3.6.5 (subject prefix). French by default, as
the people who write with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from mel_desktop.logic import date_words
from mel_desktop.logic.recipients import same_key, shown
from mel_desktop.model.letter import BLANK, Block, Letter, Line, Quote, Rule, Run, Signature
from mel_desktop.model.mail import Address
from mel_desktop.model.patterns import late
from mel_desktop.model.values import dataclass

MAX_QUOTED: Final = 200_000  # characters: a digest of a year is not quoted whole

_DASHES: Final = ("--", "--\u00a0")  # before a signature, as HTML leaves them
_REPLY: Final = late(r"\s*(?:re|ré|rép|réf|aw|sv|antw)\s*(?:\[\d+\]|\(\d+\))?\s*:", re.I)
_FORWARD: Final = late(r"\s*(?:fwd|fw|tr|wg|i)\s*:", re.I)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words around a quotation in one language."""

    language: str
    wrote: str
    wrote_undated: str
    at: str
    forwarded: str
    sender: str
    date: str
    subject: str
    to: str
    cc: str
    missing: str


FRENCH: Final = Phrases(
    language="fr",
    wrote="Le {date}, {who} a écrit :",
    wrote_undated="{who} a écrit :",
    at="{day} {month} {year} à {time}",
    forwarded="-------- Message transféré --------",
    sender="De : ",
    date="Date : ",
    subject="Objet : ",
    to="À : ",
    cc="Cc : ",
    missing="[Pièce jointe non transmise, elle n’est pas encore sur cet ordinateur : {name}]",
)
ENGLISH: Final = Phrases(
    language="en",
    wrote="On {date}, {who} wrote:",
    wrote_undated="{who} wrote:",
    at="{day} {month} {year} at {time}",
    forwarded="-------- Forwarded message --------",
    sender="From: ",
    date="Date: ",
    subject="Subject: ",
    to="To: ",
    cc="Cc: ",
    missing="[Attachment left out, it is not on this computer yet: {name}]",
)


def phrases(language: str) -> Phrases:
    """Those of a language; French for any that is not known."""
    return ENGLISH if language.lower().startswith("en") else FRENCH


def reply_subject(subject: str) -> str:
    """One ``Re:`` in front, whatever stood there in whatever language."""
    return f"Re: {_without(_REPLY, subject)}".rstrip()


def forward_subject(subject: str) -> str:
    """One ``Fwd:`` in front."""
    return f"Fwd: {_without(_FORWARD, subject)}".rstrip()


def prefix_length(subject: str) -> int:
    """Characters of ``Re:``, ``Tr:`` and the like in front."""
    at = 0
    while match := (_REPLY.match(subject, at) or _FORWARD.match(subject, at)):
        at = match.end()
    return at


def reply_recipients(
    *,
    sender: Address,
    reply_to: Sequence[Address],
    to: Sequence[Address],
    cc: Sequence[Address],
    own: Iterable[str],
    to_all: bool,
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """(To, Cc) of an answer. An answer to one's own message goes to those it went to."""
    mine = {same_key(address) for address in own}
    from_me = same_key(sender.address) in mine
    primary = to if from_me else reply_to or (sender,)
    seen: set[str] = set()

    def fresh(addresses: Iterable[Address], *, even_mine: bool = False) -> tuple[Address, ...]:
        kept = []
        for one in addresses:
            key = same_key(one.address)
            if key and key not in seen and (even_mine or key not in mine):
                seen.add(key)
                kept.append(one)
        return tuple(kept)

    first = fresh(primary) or fresh(primary, even_mine=True)  # a note to oneself
    if not to_all:
        return first, ()
    return first, fresh([*(() if from_me else to), *cc])


def thread_references(
    message_id: str, references: Sequence[str], in_reply_to: str
) -> tuple[str, ...]:
    """References of an answer: those of the parent, then the parent (RFC 5322 3.6.4)."""
    parents = tuple(references) or ((in_reply_to,) if in_reply_to else ())
    return tuple(dict.fromkeys(one for one in (*parents, message_id) if one))


def quoted(text: str) -> str:
    """``> `` before each line; the signature of the other and blank ends are left out."""
    from mel_desktop.logic.flowed import lines  # noqa: PLC0415 first needed here

    kept = lines(text[:MAX_QUOTED])
    if "-- " in kept:
        kept = kept[: kept.index("-- ")]
    while kept and not kept[-1].strip():
        kept.pop()
    while kept and not kept[0].strip():
        kept.pop(0)
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in kept)


def reply_text(text: str, *, sender: Address, local_date: datetime | None, words: Phrases) -> str:
    """An empty line to write on, who wrote when, and the quotation (none where no text is here)."""
    body = quoted(text)
    if not body:
        return ""
    return f"\n\n{_who_wrote(sender, local_date, words)}\n{body}\n"


def reply_letter(
    letter: Letter, *, sender: Address, local_date: datetime | None, words: Phrases
) -> Letter | None:
    """The same with formatting; None where nothing is to be quoted, or too much."""
    body = quoted_blocks(letter)
    if not body:
        return None
    who = Line((Run(_who_wrote(sender, local_date, words)),))
    return Letter((BLANK, BLANK, who, Quote(body)))


def quoted_blocks(letter: Letter) -> tuple[Block, ...]:
    """What is quoted of a letter: without the signature of the other and blank ends; () for one
    that is longer than what is quoted.
    """
    from mel_desktop.logic.html_writing import lines_of, unsigned  # noqa: PLC0415 first needed here

    kept = list(letter.blocks)
    for at, block in enumerate(kept):
        if isinstance(block, Signature) or (isinstance(block, Line) and block.text in _DASHES):
            kept = kept[:at]
            break
    while kept and _is_blank(kept[-1]):
        kept.pop()
    while kept and _is_blank(kept[0]):
        kept.pop(0)
    if sum(len(line.text) for line in lines_of(kept)) > MAX_QUOTED:
        return ()
    return unsigned(kept)


def _is_blank(block: Block) -> bool:
    return isinstance(block, Rule) or (isinstance(block, Line) and not block.inlines)


def forward_head(
    *,
    sender: Address,
    to: Sequence[Address],
    cc: Sequence[Address],
    subject: str,
    local_date: datetime | None,
    missing: Sequence[str],
    words: Phrases,
) -> list[str]:
    """The lines above a message passed on. True addresses are shown; what is left out is said."""
    head = ["", "", words.forwarded, words.subject + _one_line(subject)]
    if local_date is not None:
        head.append(words.date + _written(local_date, words))
    head.append(words.sender + _one_line(shown(sender)))
    if to:
        head.append(words.to + _one_line(", ".join(shown(one) for one in to)))
    if cc:
        head.append(words.cc + _one_line(", ".join(shown(one) for one in cc)))
    head += [words.missing.format(name=_one_line(name)) for name in missing]
    return head


def forward_text(text: str, head: Sequence[str]) -> str:
    """A message passed on in the text."""
    from mel_desktop.logic.flowed import lines  # noqa: PLC0415 first needed here

    return "\n".join([*head, "", *lines(text[:MAX_QUOTED])]).rstrip() + "\n"


def forward_letter(letter: Letter, head: Sequence[str]) -> Letter | None:
    """The same with formatting; None where nothing is to be quoted, or too much."""
    from mel_desktop.logic.html_writing import (  # noqa: PLC0415 first needed here
        lines_of,
        normal_line,
        unsigned,
    )

    body = unsigned(letter.blocks)
    if not body or sum(len(line.text) for line in lines_of(body)) > MAX_QUOTED:
        return None
    return Letter((*(normal_line((Run(line),)) for line in head), Quote(body)))


def _who_wrote(sender: Address, local_date: datetime | None, words: Phrases) -> str:
    who = _one_line(sender.name or sender.address)
    if local_date is None:
        return words.wrote_undated.format(who=who)
    return words.wrote.format(date=_written(local_date, words), who=who)


def _without(prefix: re.Pattern[str], subject: str) -> str:
    rest = _one_line(subject)
    while match := prefix.match(rest):
        rest = rest[match.end() :]
    return rest.strip()


def _one_line(text: str) -> str:
    from mel_desktop.logic.flowed import lines  # noqa: PLC0415 first needed here

    return " ".join(" ".join(lines(text)).split())


def _written(date: datetime, words: Phrases) -> str:
    return words.at.format(
        day=date_words.day_of_month(date, words.language),
        month=date_words.MONTHS[words.language][date.month - 1],
        year=date.year,
        time=f"{date:%H:%M}",
    )
