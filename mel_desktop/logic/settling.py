"""What an operation changes here: before it goes out, and once its outcome is known. Pure.

Rule: a want is dropped only by what proves that it is fulfilled; a lost answer changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from mel_desktop.logic.syncops import (
    Copied,
    Copy,
    CopyOnly,
    Dropped,
    Fetch,
    Forget,
    Fulfilled,
    Gone,
    Landed,
    Lost,
    Move,
    Mutation,
    Op,
    Outcome,
    Placed,
    Refuse,
    Remote,
    Remove,
    Result,
    Said,
    Say,
    Stated,
    Store,
    Unplace,
    Verify,
)
from mel_desktop.logic.syncplan import UNVERIFIED, Base
from mel_desktop.model.mail import Flags, WantState


def begin(op: Op | Remote) -> tuple[Mutation, ...]:
    """To be stored before an operation goes out: a kill from here on leaves ``unknown``."""
    if isinstance(op, Remote) and not isinstance(op, Verify):
        return tuple(Stated(want, WantState.UNKNOWN, tried=True) for want in op.wants)
    return ()


def settle(base: Base, op: Op | Remote, outcome: Outcome) -> tuple[Mutation, ...]:
    """What to store once the operation ended like this."""
    if isinstance(op, Unplace | Forget):
        return tuple(Lost(one, shown=isinstance(op, Unplace)) for one in op.messages)
    if isinstance(op, Say):
        return tuple(Said(message, one.flags, one.modseq) for message, one in op.flags)
    if isinstance(op, Landed):
        return (Placed(op.message, op.folder, op.uid), Dropped(op.want))
    if isinstance(op, Fulfilled):
        return tuple(Dropped(want) for want in op.wants)
    if isinstance(op, Refuse):
        return tuple(Stated(want, WantState.REFUSED, op.reason) for want in op.wants)
    if isinstance(op, Fetch) or outcome.result is Result.UNKNOWN:
        return ()
    if outcome.result is Result.REFUSED:
        return tuple(Stated(want, WantState.REFUSED, outcome.reason) for want in op.wants)
    if outcome.result is Result.LATER:
        return tuple(Stated(want, WantState.WAITING, outcome.reason) for want in op.wants)
    return _done(base, op, outcome.uids)


def _done(base: Base, op: Remote, uids: Mapping[int, int]) -> tuple[Mutation, ...]:
    each = list(zip(op.uids, op.messages, strict=True))
    found: list[Mutation] = []
    if isinstance(op, Store):
        flags = {one.message: one.flags for one in base.messages}
        for _, message in each:
            found.append(Said(message, changed(flags.get(message, Flags()), op.add, op.remove)))
        found += [Dropped(want) for want in op.wants]
    elif isinstance(op, Move):
        for (uid, message), want in zip(each, op.wants, strict=True):
            found += [Placed(message, op.target, uids.get(uid)), Dropped(want)]
    elif isinstance(op, CopyOnly):
        found += [Dropped(want) for want in op.wants]
    elif isinstance(op, Copy):
        for uid, want in zip(op.uids, op.wants, strict=True):
            found += [Copied(want, uids.get(uid, 0)), Stated(want, WantState.WAITING)]
    elif isinstance(op, Verify):
        for uid, want, copied in zip(op.uids, op.wants, op.copied, strict=True):
            if uid in uids:
                found += [Copied(want, uids[uid]), Stated(want, WantState.WAITING)]
            elif copied:  # it said so, yet it is not there: never copy a second time
                found.append(Stated(want, WantState.REFUSED, UNVERIFIED))
            else:
                found.append(Stated(want, WantState.WAITING))
    elif isinstance(op, Remove):
        for (_, message), want, copy in zip(each, op.wants, op.copies, strict=True):
            if copy is None:
                found.append(Gone(message))
            else:
                found += [Placed(message, copy[0], copy[1] or None), Dropped(want)]
    return tuple(found)


def changed(flags: Flags, add: Flags, remove: Flags) -> Flags:
    """Flags after adding, then removing."""
    return Flags(
        (flags.marks | add.marks) & ~remove.marks,
        (flags.keywords | add.keywords) - remove.keywords,
    )
