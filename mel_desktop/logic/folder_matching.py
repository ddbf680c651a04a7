"""Which folders on the server are folders of ours under a new path. Pure.

Rule 1: a match needs proof: the same MAILBOXID (RFC 8474), or a UIDVALIDITY that no other folder
        here or there shares together with UIDNEXT and the number of messages.
Rule 2: one folder against one folder; anything less certain is no match. Messages are then found
        again one by one (logic.relinking): that costs octets, never a message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from mel_desktop.model.mail import Role
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteFolder


@dataclass(frozen=True, slots=True)
class OwnFolder:
    """A folder as it was known. ``uidvalidity`` None: nothing of the server's is known any more."""

    id: int
    path: str
    delimiter: str
    role: Role | None
    mailbox_id: str
    uidvalidity: int | None
    uidnext: int | None
    highestmodseq: int | None
    located: int


def renamed(known: Sequence[OwnFolder], listed: Sequence[RemoteFolder]) -> dict[int, str]:
    """Folder -> its new path, for those that are not listed under the old one."""
    there = {one.path for one in listed}
    here = {one.path for one in known}
    lost = [one for one in known if one.path not in there]
    fresh = [one for one in listed if one.path not in here and one.selectable]
    found: dict[int, str] = {}
    if not lost or not fresh:
        return found
    uses = Counter(one.status.uidvalidity for one in listed if one.status is not None)
    uses_here = Counter(one.uidvalidity for one in known)

    def by_id(one: OwnFolder | RemoteFolder) -> Hashable:
        return one.mailbox_id or None

    def by_counters(one: OwnFolder | RemoteFolder) -> Hashable:
        if isinstance(one, OwnFolder):
            value, uidnext, number, modseq = (
                one.uidvalidity,
                one.uidnext,
                one.located,
                one.highestmodseq,
            )
        elif one.status is not None:
            status = one.status
            value, uidnext, number = status.uidvalidity, status.uidnext, status.exists
            modseq = status.highestmodseq
        else:
            return None
        alone = value is not None and uses[value] == 1 and uses_here[value] == 1
        if not alone or uidnext is None or not number:
            return None
        return (value, uidnext, number, modseq)

    def by_role(one: OwnFolder | RemoteFolder) -> Hashable:
        return one.role if _is_adrift(one) else None

    def by_name(one: OwnFolder | RemoteFolder) -> Hashable:
        return _steps(one.path, one.delimiter) if _is_adrift(one) else None

    for key in (by_id, by_counters, by_role, by_name):
        _match(lost, fresh, key, found)
    return found


def _is_adrift(one: OwnFolder | RemoteFolder) -> bool:
    """Whether only its name can tell: so it is after the account moved to another host."""
    return isinstance(one, RemoteFolder) or one.uidvalidity is None


def _match(
    lost: Sequence[OwnFolder],
    fresh: Sequence[RemoteFolder],
    key: Callable[[OwnFolder | RemoteFolder], Hashable],
    found: dict[int, str],
) -> None:
    taken = set(found.values())
    ours = [(key(one), one) for one in lost if one.id not in found]
    theirs = [(key(one), one) for one in fresh if one.path not in taken]
    often, often_there = Counter(k for k, _ in ours), Counter(k for k, _ in theirs)
    paths = {k: one.path for k, one in theirs}
    for k, one in ours:
        if k is not None and often[k] == 1 and often_there[k] == 1:
            found[one.id] = paths[k]


def _steps(path: str, delimiter: str) -> tuple[str, ...]:
    """The names of a path, whatever the delimiter and whether all lies below INBOX."""
    steps = [one.casefold() for one in (path.split(delimiter) if delimiter else [path])]
    return tuple(steps[1:] if steps[0] == "inbox" and len(steps) > 1 else steps)
