"""Decides what a sync of one folder does. Pure: no IO, no clock, same input, same plan.

In: what the server has (``ServerFolder``), what was last agreed (``Base``), what the teacher wants
(``Intent``), what the server can do, what is allowed (``Policy``). Out: ``Plan``: operations in
their order, the cursor to keep once they are done, and refusals. ``logic.settling`` turns an
operation and its outcome into mutations of the store.

Rule 1: nothing is expunged, moved or overwritten on the server without an intent for that very
        message.
Rule 2: no intent vanishes unless it is fulfilled, overtaken by a newer one, or reported.
Rule 3: the cursor never passes a change that was not applied; vanished come before flags.
Rule 4: after a UIDVALIDITY change no old UID is used again (RFC 3501 2.3.1.1).
Rule 5: a folder that empties or loses > 30 % and > 20 messages at once is not believed at first.
Rule 6: an operation whose answer was lost is looked at before anything is done again.
Rule 7: at most 500 UIDs an operation, newest first; copies settle before deletes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from mel_desktop.logic.syncops import (
    Copy,
    CopyOnly,
    Fetch,
    Forget,
    Fulfilled,
    Landed,
    Move,
    Op,
    Refuse,
    Remove,
    Say,
    Store,
    Unplace,
    Verify,
)
from mel_desktop.model.changes import Refusal
from mel_desktop.model.mail import Flags, Marks, WantKind, WantState
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteFlags, ServerCaps

MOST_UIDS: Final = 500
FIRST_UIDS: Final = 50  # what a screen shows first comes in a batch of its own
BRAKE_COUNT: Final = 20
BRAKE_SHARE: Final = 0.3

MASS_DELETION: Final = "mass-deletion"
READ_ONLY: Final = "read-only"
KEYWORD: Final = "keyword-not-kept"
UNVERIFIED: Final = "unverified"
NOT_REMOVABLE: Final = "not-removable"
FOLDER_GONE: Final = "folder-gone"


# -- What goes in ---------------------------------------------------------------------------------


class Completeness(Enum):
    """How much a delta says."""

    FULL_UIDS = "full"  # every UID and all flags
    CHANGED_SINCE = "condstore"  # every UID, flags changed since the base
    QRESYNC = "qresync"  # new UIDs, flags changed and UIDs vanished since the base


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """The folder as the server has it now."""

    path: str
    uidvalidity: int
    uidnext: int
    completeness: Completeness
    uids: tuple[int, ...] = ()
    changed: tuple[RemoteFlags, ...] = ()
    vanished: tuple[int, ...] = ()
    highestmodseq: int | None = None
    read_only: bool = False
    keywords_kept: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A message as last agreed with the server."""

    message: int
    uid: int
    flags: Flags


@dataclass(frozen=True, slots=True)
class Base:
    """What was last agreed. ``uidvalidity`` is None for a folder never seen."""

    folder: int = 0
    uidvalidity: int | None = None
    messages: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """One wish for a message of this folder. ``id`` is that of the want."""

    id: int
    message: int
    kind: WantKind
    flag: str = ""
    target: int | None = None
    state: WantState = WantState.WAITING
    copied_uid: int | None = None  # see the column of the want
    searchable: bool = True  # has a Message-ID, so that a copy of it can be looked for


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed. ``confirmed``: a mass deletion seen earlier is still there. ``accepted``: a
    person let one go in which so many were missing; not one more goes with it.
    """

    accept_mass_deletion: bool = False
    confirmed: bool = False
    accepted: int = 0

    def lets_go(self, missing: int, total: int) -> bool:
        """Whether so many may be forgotten, once every UID was asked for."""
        return (
            not is_mass(missing, total)
            or self.accept_mass_deletion
            or self.confirmed
            or missing <= self.accepted
        )


# -- What comes out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on next time. ``uidnext`` holds once every Fetch is done."""

    uidvalidity: int
    uidnext: int
    highestmodseq: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in this order: ``local``, then ``remote``, then ``fetches``.

    ``next_cursor`` is None when something must be looked at again. ``doubtful``: the delta is not
    believed; ask for every UID and plan again.
    """

    local: tuple[Op, ...] = ()
    remote: tuple[Op, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    next_cursor: Cursor | None = None
    refusals: tuple[Refusal, ...] = ()
    doubtful: bool = False

    @property
    def ops(self) -> tuple[Op, ...]:
        """All operations in their order."""
        return (*self.local, *self.remote, *self.fetches)


# -- Planning -------------------------------------------------------------------------------------


def plan(
    server: ServerFolder,
    base: Base,
    intents: Sequence[Intent],
    caps: ServerCaps,
    policy: Policy | None = None,
) -> Plan:
    """What to do to make both sides equal, as far as allowed."""
    policy = policy or Policy()
    cursor = Cursor(server.uidvalidity, server.uidnext, server.highestmodseq)
    if base.uidvalidity is not None and base.uidvalidity != server.uidvalidity:
        if server.completeness is Completeness.QRESYNC:  # says nothing of the old UIDs
            return Plan(doubtful=True)
        messages = tuple(sorted(one.message for one in base.messages))
        return Plan(
            local=(Unplace(messages),) if messages else (),
            fetches=_fetches(server.uids),
            next_cursor=cursor,
        )
    known = {one.uid: one for one in base.messages}
    gone = _vanished(server, known)
    lost, refusals, doubtful = _believed(gone, known, intents, server, policy)
    if doubtful:
        return Plan(doubtful=True)
    present = {uid: one for uid, one in known.items() if uid not in gone}
    said = {one.uid: one for one in server.changed if one.uid in present}
    differing = [
        (present[uid].message, one)
        for uid, one in sorted(said.items())
        if one.flags != present[uid].flags
    ]
    landed, lost = _landed(lost, known, intents)
    local: list[Op] = [*landed]
    local += [Forget(tuple(known[uid].message for uid in some)) for some in _batches(lost)]
    local += [
        Say(tuple(differing[at : at + MOST_UIDS])) for at in range(0, len(differing), MOST_UIDS)
    ]
    now = {
        one.message: Known(one.message, uid, said[uid].flags if uid in said else one.flags)
        for uid, one in present.items()
    }
    settled, remote = _carry_out(server, base.folder, now, intents, caps)
    new = set(server.uids) - set(known) - set(server.vanished)
    return Plan(
        local=(*local, *settled),
        remote=remote,
        fetches=_fetches(new),
        next_cursor=None if refusals else cursor,
        refusals=refusals,
    )


def is_mass(lost: int, total: int) -> bool:
    """Whether so many at once look like an accident rather than tidying up."""
    return lost > BRAKE_COUNT and (lost >= total or lost > total * BRAKE_SHARE)


def pair(messages: Sequence[int], uids: Sequence[int]) -> tuple[tuple[tuple[int, int], ...], bool]:
    """Which of our messages are which UIDs, all with the same Message-ID, date and size.

    Their octets are the same, so pairing them in order keeps bodies right; only one against one is
    certain enough to carry out wants.
    """
    pairs = tuple(zip(sorted(messages), sorted(uids), strict=False))
    return pairs, len(messages) == 1 and len(uids) == 1


def _vanished(server: ServerFolder, known: Mapping[int, Known]) -> frozenset[int]:
    if server.completeness is Completeness.QRESYNC:
        return frozenset(server.vanished) & known.keys()
    return frozenset(known) - frozenset(server.uids)


def _believed(
    gone: frozenset[int],
    known: Mapping[int, Known],
    intents: Sequence[Intent],
    server: ServerFolder,
    policy: Policy,
) -> tuple[tuple[int, ...], tuple[Refusal, ...], bool]:
    """UIDs to forget, refusals, and whether the delta is to be doubted."""
    ours = {one.message for one in intents if one.kind in (WantKind.MOVE, WantKind.DELETE)}
    unexplained = {uid for uid in gone if known[uid].message not in ours}
    if not is_mass(len(unexplained), len(known)) or policy.accept_mass_deletion:
        return tuple(gone), (), False
    if server.completeness is Completeness.QRESYNC:  # some servers report too much here
        return (), (), True
    if policy.lets_go(len(unexplained), len(known)):
        return tuple(gone), (), False
    refusal = Refusal(MASS_DELETION, server.path, len(unexplained))
    return tuple(gone - unexplained), (refusal,), False


def _landed(
    lost: tuple[int, ...], known: Mapping[int, Known], intents: Sequence[Intent]
) -> tuple[list[Op], tuple[int, ...]]:
    """Moves whose copy is known and whose original is gone: they only lacked the last answer."""
    copied = {
        one.message: one
        for one in intents
        if one.kind is WantKind.MOVE and one.copied_uid and one.target is not None
    }
    landed: list[Op] = []
    others: list[int] = []
    for uid in sorted(lost):
        message = known[uid].message
        one = copied.get(message)
        if one is None or one.target is None or one.copied_uid is None:
            others.append(uid)
        else:
            landed.append(Landed(message, one.id, one.target, one.copied_uid))
    return landed, tuple(others)


def _batches(uids: Iterable[int]) -> Iterable[tuple[int, ...]]:
    ordered = sorted(uids, reverse=True)
    return (tuple(ordered[at : at + MOST_UIDS]) for at in range(0, len(ordered), MOST_UIDS))


def _fetches(uids: Iterable[int]) -> tuple[Fetch, ...]:
    ordered = sorted(uids, reverse=True)
    first = (Fetch(tuple(ordered[:FIRST_UIDS])),) if ordered else ()
    return first + tuple(Fetch(some) for some in _batches(ordered[FIRST_UIDS:]))


def _carry_out(
    server: ServerFolder,
    folder: int,
    now: Mapping[int, Known],
    intents: Sequence[Intent],
    caps: ServerCaps,
) -> tuple[tuple[Op, ...], tuple[Op, ...]]:
    """(local operations, remote operations) for the intents on messages that are there."""
    live = sorted(
        (one for one in intents if one.message in now and one.state is not WantState.REFUSED),
        key=lambda one: one.id,
    )
    if server.read_only and live:
        wants = tuple(one.id for one in live)
        return (Refuse(wants, READ_ONLY),), ()
    copied, copying, verifying = _plan_copies(now, live)
    held = {one for op in (*copying, *verifying) for one in op.messages}  # copies settle first
    halfway = {  # a move of which the copy is made ends before its message is deleted
        one.message for one in live if one.kind is WantKind.MOVE and one.copied_uid is not None
    }
    live = [
        one
        for one in live
        if (one.message not in held or one.kind not in (WantKind.MOVE, WantKind.DELETE))
        and (one.message not in halfway or one.kind is not WantKind.DELETE)
    ]
    going = {one.message for one in live if one.kind is WantKind.DELETE}
    flags = [
        one
        for one in live
        if one.kind in (WantKind.FLAG, WantKind.UNFLAG) and one.message not in going
    ]
    moves = [one for one in live if one.kind is WantKind.MOVE and one.message not in going]
    arrived = tuple(one.id for one in moves if one.target == folder)
    moves = [one for one in moves if one.target != folder]
    deletes = [one for one in live if one.kind is WantKind.DELETE]
    settled, stores = _plan_flags(server, now, flags)
    refused, moving, removals = _plan_moves(now, moves, caps)
    removals = [*removals, *((one, None) for one in deletes)]
    not_removable, removing = _plan_removals(now, removals, caps)
    there = [Fulfilled(arrived)] if arrived else []
    return (
        (*there, *settled, *copied, *refused, *not_removable),
        (*stores, *copying, *verifying, *moving, *removing),
    )


def _plan_copies(
    now: Mapping[int, Known], live: Sequence[Intent]
) -> tuple[list[Op], list[CopyOnly], list[Verify]]:
    """(what is done or cannot be, copies to make, copies to look for)."""
    wishes = [one for one in live if one.kind is WantKind.COPY]
    done = [one.id for one in wishes if one.copied_uid is not None]
    todo = [one for one in wishes if one.copied_uid is None]
    no_folder = [one.id for one in todo if one.target is None]
    unverified: list[int] = []
    copy: dict[int, list[Intent]] = {}
    verify: dict[int, list[Intent]] = {}
    for one in todo:
        if one.target is None:
            continue
        if one.state is WantState.WAITING:
            copy.setdefault(one.target, []).append(one)
        elif one.searchable:
            verify.setdefault(one.target, []).append(one)
        else:
            unverified.append(one.id)
    local: list[Op] = [Fulfilled(tuple(done))] if done else []
    if no_folder:
        local.append(Refuse(tuple(no_folder), FOLDER_GONE))
    if unverified:
        local.append(Refuse(tuple(unverified), UNVERIFIED))
    copies = [
        CopyOnly(*ids, target)
        for target, some in sorted(copy.items())
        for ids in _remote(now, some)
    ]
    checks = [
        Verify(*ids, target, tuple(False for _ in ids[2]))
        for target, some in sorted(verify.items())
        for ids in _remote(now, some)
    ]
    return local, copies, checks


def _plan_flags(
    server: ServerFolder, now: Mapping[int, Known], intents: Sequence[Intent]
) -> tuple[list[Op], list[Op]]:
    done: list[int] = []
    refused: list[int] = []
    todo: dict[int, list[Intent]] = {}
    for one in intents:
        present = has_flag(now[one.message].flags, one.flag)
        if present == (one.kind is WantKind.FLAG):
            done.append(one.id)
        elif _is_keyword(one.flag) and one.kind is WantKind.FLAG and not server.keywords_kept:
            refused.append(one.id)
        else:
            todo.setdefault(one.message, []).append(one)
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[Known, tuple[int, ...]]]] = {}
    for message, wanted in todo.items():
        add = tuple(sorted(one.flag for one in wanted if one.kind is WantKind.FLAG))
        remove = tuple(sorted(one.flag for one in wanted if one.kind is WantKind.UNFLAG))
        groups.setdefault((add, remove), []).append((now[message], tuple(one.id for one in wanted)))
    local: list[Op] = []
    if done:
        local.append(Fulfilled(tuple(done)))
    if refused:
        local.append(Refuse(tuple(refused), KEYWORD))
    stores: list[Op] = []
    for (add, remove), found in sorted(groups.items(), key=lambda item: item[0]):
        found.sort(key=lambda pair: pair[0].uid, reverse=True)
        for at in range(0, len(found), MOST_UIDS):
            some = found[at : at + MOST_UIDS]
            stores.append(
                Store(
                    tuple(known.uid for known, _ in some),
                    tuple(known.message for known, _ in some),
                    tuple(want for _, wants in some for want in wants),
                    flags_named(add),
                    flags_named(remove),
                    tuple(wants for _, wants in some),
                )
            )
    return local, stores


def _plan_moves(
    now: Mapping[int, Known], intents: Sequence[Intent], caps: ServerCaps
) -> tuple[list[Op], list[Op], list[tuple[Intent, tuple[int, int] | None]]]:
    """(refusals, operations, second halves of moves whose copy is there)."""
    no_folder = [one.id for one in intents if one.target is None]
    unverified: list[int] = []
    verify: dict[int, list[Intent]] = {}
    copy: dict[int, list[Intent]] = {}
    halves: list[tuple[Intent, tuple[int, int] | None]] = []
    for one in intents:
        if one.target is None:
            continue
        if caps.move:  # a server moves each message as a whole: still here means not moved
            copy.setdefault(one.target, []).append(one)
        elif one.copied_uid:
            halves.append((one, (one.target, one.copied_uid)))
        elif one.copied_uid is None and one.state is WantState.WAITING:
            copy.setdefault(one.target, []).append(one)
        elif one.searchable:
            verify.setdefault(one.target, []).append(one)
        else:
            unverified.append(one.id)
    local: list[Op] = []
    if no_folder:
        local.append(Refuse(tuple(no_folder), FOLDER_GONE))
    if unverified:
        local.append(Refuse(tuple(unverified), UNVERIFIED))
    ops: list[Op] = []
    for target, some in sorted(verify.items()):
        copied = {one.id: one.copied_uid is not None for one in some}
        ops += [
            Verify(*ids, target, tuple(copied[want] for want in ids[2]))
            for ids in _remote(now, some)
        ]
    for target, some in sorted(copy.items()):
        kind = Move if caps.move else Copy
        ops += [kind(*ids, target) for ids in _remote(now, some)]
    return local, ops, halves


def _plan_removals(
    now: Mapping[int, Known],
    removals: Sequence[tuple[Intent, tuple[int, int] | None]],
    caps: ServerCaps,
) -> tuple[list[Op], list[Op]]:
    if not removals:
        return [], []
    if not caps.uidplus:
        marked = {one.message for one in now.values() if one.flags.marks & Marks.DELETED}
        if marked - {intent.message for intent, _ in removals}:
            return [Refuse(tuple(one.id for one, _ in removals), NOT_REMOVABLE)], []
    copies = {intent.id: copy for intent, copy in removals}
    batches = list(_remote(now, [intent for intent, _ in removals]))
    return [], [
        Remove(
            uids,
            messages,
            wants,
            tuple(copies[want] for want in wants),
            bare=not caps.uidplus,
        )
        for uids, messages, wants in batches
    ]


def _remote(
    now: Mapping[int, Known], intents: Sequence[Intent]
) -> Iterable[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """(uids, messages, wants) of intents, one a message, in batches, newest first."""
    ordered = sorted(intents, key=lambda one: now[one.message].uid, reverse=True)
    for at in range(0, len(ordered), MOST_UIDS):
        some = ordered[at : at + MOST_UIDS]
        yield (
            tuple(now[one.message].uid for one in some),
            tuple(one.message for one in some),
            tuple(one.id for one in some),
        )


# -- Flags by name --------------------------------------------------------------------------------


def _is_keyword(name: str) -> bool:
    return name.upper() not in Marks.__members__


def has_flag(flags: Flags, name: str) -> bool:
    """Whether a flag, named as in a want, is among these."""
    mark = Marks.__members__.get(name.upper())
    return bool(flags.marks & mark) if mark else name in flags.keywords


def flags_named(names: Iterable[str]) -> Flags:
    """Flags from their names."""
    marks, keywords = Marks.NONE, set()
    for name in names:
        mark = Marks.__members__.get(name.upper())
        if mark:
            marks |= mark
        else:
            keywords.add(name)
    return Flags(marks, frozenset(keywords))
