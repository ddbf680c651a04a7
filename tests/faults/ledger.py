"""What was wished and what others did in one round, and whether the end agrees with it.

Rule 1: what nobody wanted gone is on the server exactly once, with its octets unchanged.
Rule 2: server and store hold the same: folder, UIDVALIDITY, UID, flags, SHA-256.
Rule 3: a wish is fulfilled, overtaken by the other client at the same message, or reported.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.mail import Flags, Marks, MessageRow
from tests.faults.world import FOLDERS, OtherClient, Seen

TRASH: Final = "Trash"
DRAFTS: Final = "Drafts"  # nobody but the program writes there
_MARKS: Final = {"\\Seen": Marks.SEEN, "\\Flagged": Marks.FLAGGED}


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that the teacher wants of one message."""

    message_id: str
    kind: str  # flag, unflag, move, copy, delete
    value: str = ""  # the flag, or the folder


@dataclass(slots=True)
class Round:
    """From one state in which both sides agreed to the next one."""

    before: tuple[Seen, ...]
    wishes: list[Wish] = field(default_factory=list)
    delivered: dict[str, str] = field(default_factory=dict)  # Message-ID -> folder
    expunged: set[str] = field(default_factory=set)  # by the other client
    touched: set[str] = field(default_factory=set)  # by the other client, in any way

    # -- the teacher, offline ----------------------------------------------------------------------

    def wish(self, facade: Facade, dice: random.Random, count: int) -> None:
        """``count`` wishes for as many messages."""
        rows = [row for path in FOLDERS for row in _rows(facade, path)]
        names = {folder.id: folder.path for folder in facade.folders()}
        for row in dice.sample(rows, min(count, len(rows))):
            shown = names[row.folder]
            kind = dice.choice(("flag", "flag", "unflag", "move", "move", "copy", "delete"))
            if kind == "delete":
                facade.delete([row.id])
                self.wishes.append(Wish(row.message_id, "delete", shown))
            elif kind in ("move", "copy"):
                target = dice.choice([name for name in FOLDERS if name not in (shown, TRASH)])
                wish = facade.move if kind == "move" else facade.copy
                wish([row.id], facade.find_folder(target).id)
                self.wishes.append(Wish(row.message_id, kind, target))
            else:
                name, mark = dice.choice(tuple(_MARKS.items()))
                on = kind == "flag"
                facade.flag(
                    [row.id], Flags(mark) if on else Flags(), Flags() if on else Flags(mark)
                )
                self.wishes.append(Wish(row.message_id, kind, name))

    # -- the other client --------------------------------------------------------------------------

    def meddle(
        self, other: OtherClient, dice: random.Random, *, apart: bool, deeds: int = 5
    ) -> None:
        """Deliver, flag and expunge. ``apart``: keep away from what the teacher wishes."""
        wished = {one.message_id for one in self.wishes} if apart else set()
        free = defaultdict(list)
        for one in self.before:
            if one.message_id not in wished:
                free[one.folder].append(one)
        for _ in range(deeds):
            folder = dice.choice(FOLDERS)
            deed = dice.choice(("deliver", "deliver", "flag", "expunge", "move"))
            if deed == "deliver":
                name = other.deliver(folder, big=dice.random() < 0.3)
                self.delivered[name] = folder
            elif free[folder]:
                one = free[folder].pop(dice.randrange(len(free[folder])))
                self._at_one(other, dice, deed, one)

    def _at_one(self, other: OtherClient, dice: random.Random, deed: str, one: Seen) -> None:
        self.touched.add(one.message_id)
        with other.at(one.folder) as box:
            uids = [str(uid) for uid in box.uids(f'HEADER Message-ID "<{one.message_id}>"')]
            if not uids:
                return  # the program was quicker
            if deed == "flag":
                flag = dice.choice(("\\Flagged", "\\Seen", "\\Answered", "classe"))
                box.flag(uids, [flag], dice.random() < 0.6)
            elif deed == "expunge":
                self.expunged.add(one.message_id)
                box.client.uid("STORE", ",".join(uids), "+FLAGS.SILENT", "(\\Deleted)")
                box.client.uid("EXPUNGE", ",".join(uids))
            else:
                target = dice.choice([name for name in FOLDERS if name != one.folder])
                box.client.uid("MOVE", ",".join(uids), target)

    # -- the end -----------------------------------------------------------------------------------

    def faults(
        self, server: Sequence[Seen], here: Sequence[Seen], reported: Mapping[str, str]
    ) -> list[str]:
        """What is wrong. ``reported``: Message-ID -> reason, as the journal has it."""
        return [
            *self._lost_or_doubled(server),
            *_apart(server, here),
            *self._unfulfilled(server, reported),
            *self._changed_unasked(server),
        ]

    def _lost_or_doubled(self, server: Iterable[Seen]) -> Iterable[str]:
        counts = Counter(one.message_id for one in server if one.folder != DRAFTS)
        copied = {one.message_id for one in self.wishes if one.kind == "copy"}
        digests = {one.message_id: one.sha256 for one in self.before}
        emptied = {one.message_id for one in self.wishes if one.kind == "delete"} & {
            one.message_id for one in self.before if one.folder == TRASH
        }
        known = {one.message_id for one in self.before if one.folder != DRAFTS}
        known |= set(self.delivered)
        for name in sorted(known):
            count = counts.pop(name, 0)
            if count > 1 + (name in copied):
                yield f"there {count} times: {name}"
            if count == 0 and name not in self.expunged | emptied:
                yield f"lost on the server: {name}"
        for name in counts:
            yield f"nobody delivered {name}"
        for one in server:
            if digests.get(one.message_id, one.sha256) != one.sha256:
                yield f"octets changed: {one.message_id}"

    def _unfulfilled(self, server: Iterable[Seen], reported: Mapping[str, str]) -> Iterable[str]:
        now = {one.message_id: one for one in server}
        places = {(one.message_id, one.folder) for one in server}
        for wish in self.wishes:
            one = now.get(wish.message_id)
            overtaken = wish.message_id in self.touched
            if overtaken or wish.message_id in reported:
                continue
            if one is None:
                kept = wish.kind == "delete" and wish.value == TRASH
            elif wish.kind in ("move", "copy"):
                kept = (wish.message_id, wish.value) in places
            elif wish.kind == "delete":
                kept = one.folder == TRASH and wish.value != TRASH
            else:
                kept = (wish.value in one.flags) == (wish.kind == "flag")
            if not kept:
                yield f"wish neither fulfilled nor reported: {wish}"

    def _changed_unasked(self, server: Iterable[Seen]) -> Iterable[str]:
        asked = {one.message_id for one in self.wishes} | self.touched
        old = {one.message_id: one for one in self.before}
        for one in server:
            known = old.get(one.message_id)
            if known is None or one.message_id in asked or one.folder == DRAFTS:
                continue
            if (known.folder, known.flags) != (one.folder, one.flags):
                yield f"changed, and nobody asked: {known} {one}"


def drafts_apart(facade: Facade, server: Iterable[Seen]) -> list[str]:
    """One copy of each draft on the server, of its last version; nothing else in that folder."""
    there = Counter(one.subject for one in server if one.folder == DRAFTS)
    here = Counter(one.content.subject for one in facade.drafts())
    return [f"drafts: {there - here} too much, {here - there} missing"] if there != here else []


def _rows(facade: Facade, folder: str) -> Sequence[MessageRow]:
    try:
        ids = facade.message_ids(facade.find_folder(folder).id)
    except LocalRefusal:  # gone from the list, or nothing but a parent
        return ()
    return facade.message_rows(ids)


def _apart(server: Iterable[Seen], here: Iterable[Seen]) -> Iterable[str]:
    there = {(one.folder, one.uidvalidity, one.uid): _plain(one) for one in server}
    stored = {(one.folder, one.uidvalidity, one.uid): _plain(one) for one in here}
    for where in sorted(there.keys() - stored.keys()):
        yield f"not in the store: {where} {there[where].message_id}"
    for where in sorted(stored.keys() - there.keys()):
        yield f"only in the store: {where} {stored[where].message_id}"
    for where in sorted(there.keys() & stored.keys()):
        if there[where] != stored[where]:
            yield f"not the same: server {there[where]}, store {stored[where]}"


def _plain(one: Seen) -> Seen:
    """Keywords have no case (RFC 3501 section 2.3.2)."""
    flags = frozenset(name if name.startswith("\\") else name.lower() for name in one.flags)
    return Seen(one.folder, one.uidvalidity, one.uid, flags, one.sha256, one.message_id)
