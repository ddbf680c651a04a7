"""Tags: IMAP keywords with a name and a colour (RFC 9051 2.3.2).

``$label1`` to ``$label5`` are what Thunderbird and others set, with the names everybody knows.
A keyword that the server does not keep (PERMANENTFLAGS without \\*) stays on this PC; the journal
says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mel_desktop.logic.folding import fold
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Flags, MessageId
from mel_desktop.model.organising import Tag
from mel_desktop.model.patterns import late
from mel_desktop.services.mailbox import MailboxService
from mel_desktop.store import organising
from mel_desktop.store.database import Database

USUAL: Final = (  # Thunderbird's keywords in its order
    Tag("$label1", "", "#c9191e"),
    Tag("$label2", "", "#b34000"),
    Tag("$label3", "", "#18753c"),
    Tag("$label4", "", "#3a55d1"),
    Tag("$label5", "", "#7a3d9c"),
)
# A tag called "Junk" would teach the filters of the server, and other clients, that it is.
RESERVED: Final = frozenset({"junk", "nonjunk", "notjunk", "forwarded", "redirected"})
LONGEST: Final = 40
MOST: Final = 100
_COLOUR: Final = late(r"#[0-9a-f]{6}")
_NOT_AN_ATOM: Final = late(r"[^a-z0-9]+")


class Tags:
    """Of one profile, the same in all accounts."""

    def __init__(self, database: Database, mailbox: MailboxService) -> None:
        self._database = database
        self._mailbox = mailbox

    def all(self) -> tuple[Tag, ...]:
        """In their order: the first nine have the keys Alt+1 to Alt+9."""
        with self._database.read() as reader:
            return organising.tags(reader) or USUAL

    def create(self, name: str, colour: str) -> Tag:
        """A new one; its keyword is made of its name. USAGE."""
        name = _name(name)
        listed = self.all()
        _check(name, colour, listed)
        stem = _NOT_AN_ATOM.sub("-", fold(name)).strip("-") or "tag"
        taken = RESERVED | {one.keyword for one in listed}
        keyword = next(
            one for one in (stem, *(f"{stem}-{n}" for n in range(2, MOST + 3))) if one not in taken
        )
        made = Tag(keyword, name, colour)
        self._save((*listed, made))
        return made

    def adopt(self, keyword: str, colour: str) -> Tag:
        """A keyword that messages have already becomes a tag. USAGE."""
        made = Tag(keyword.lower(), keyword, colour)
        _check(made.name, colour, self.all())
        self._save((*self.all(), made))
        return made

    def change(self, keyword: str, name: str, colour: str) -> None:
        """Another name or colour; the keyword stays. NOT_FOUND | USAGE."""
        listed = self.all()
        found = self._find(keyword, listed)
        new = replace(
            found, name=_name(name) if name.strip() or not found.name else "", colour=colour
        )
        if new.name or colour != found.colour:
            _check(new.name or "x" * 3, colour, [one for one in listed if one != found])
        self._save([new if one == found else one for one in listed])

    def delete(self, keyword: str) -> tuple[MessageId, ...]:
        """Forget a tag and take it off its messages; these. NOT_FOUND."""
        listed = self.all()
        found = self._find(keyword, listed)
        with self._database.read() as reader:
            ids = organising.tagged(reader, keyword)
        if ids:
            self._mailbox.flag(ids, Flags(), Flags(keywords=frozenset({keyword})))
        self._save([one for one in listed if one != found])
        return ids

    def messages(self, keyword: str) -> tuple[MessageId, ...]:
        """Every message that has it, newest first."""
        with self._database.read() as reader:
            return organising.tagged(reader, keyword.lower())

    def move(self, keyword: str, by: int) -> None:
        """Up or down in the list: the first nine have keys. NOT_FOUND."""
        listed = list(self.all())
        found = self._find(keyword, listed)
        place = listed.index(found)
        listed.remove(found)
        listed.insert(max(0, min(len(listed), place + by)), found)
        self._save(listed)

    def _find(self, keyword: str, listed: Sequence[Tag]) -> Tag:
        found = next((one for one in listed if one.keyword == keyword.lower()), None)
        if found is None:
            raise LocalRefusal(ErrorCode.NOT_FOUND, kind="tag")
        return found

    def _save(self, listed: Sequence[Tag]) -> None:
        self._database.write(lambda tx: organising.set_tags(tx, listed), durable=True)


def _name(name: str) -> str:
    return " ".join(name.split())[:LONGEST]


def _check(name: str, colour: str, others: Sequence[Tag]) -> None:
    if not name:
        raise LocalRefusal(ErrorCode.USAGE, why="tag-name-empty")
    if any(fold(one.name) == fold(name) for one in others if one.name):
        raise LocalRefusal(ErrorCode.USAGE, why="tag-name-taken")
    if not _COLOUR.fullmatch(colour):
        raise LocalRefusal(ErrorCode.USAGE, why="tag-colour")
    if len(others) >= MOST:
        raise LocalRefusal(ErrorCode.USAGE, why="too-many-tags")
