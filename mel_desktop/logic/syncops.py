"""The words of the planner: operations of a sync, how they end, and what that changes here.

Values only. ``logic.syncplan`` makes operations and turns outcomes into mutations; the services
perform operations; ``store.syncstate`` stores mutations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from types import MappingProxyType

from mel_desktop.model.mail import Flags, WantState
from mel_desktop.model.values import dataclass
from mel_desktop.ports import RemoteFlags

# -- Operations -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unplace:
    """Local: the UIDs of these mean nothing any more; the messages stay and are looked for."""

    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forget:
    """Local: the server has these no more."""

    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Local: flags as the server has them now."""

    flags: tuple[tuple[int, RemoteFlags], ...]


@dataclass(frozen=True, slots=True)
class Landed:
    """Local: a move whose last answer was lost went through."""

    message: int
    want: int
    folder: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """Local: the server is already as these wants would have it."""

    wants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """Local: these wants cannot be carried out; the teacher is told why."""

    wants: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Get the rows of new messages."""

    uids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remote:
    """An operation that changes the server: UIDs, their messages and the wants it carries out."""

    uids: tuple[int, ...]
    messages: tuple[int, ...]
    wants: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Store(Remote):
    """Set and clear flags."""

    add: Flags = field(default_factory=Flags)
    remove: Flags = field(default_factory=Flags)
    wants_each: tuple[tuple[int, ...], ...] = ()  # wants of each message, for a split


@dataclass(frozen=True, slots=True)
class Move(Remote):
    """UID MOVE."""

    target: int = 0


@dataclass(frozen=True, slots=True)
class Copy(Remote):
    """UID COPY, the first half of a move without MOVE."""

    target: int = 0


@dataclass(frozen=True, slots=True)
class CopyOnly(Remote):
    """UID COPY that is the whole wish."""

    target: int = 0


@dataclass(frozen=True, slots=True)
class Verify(Remote):
    """Look whether copies of these stand in the target already."""

    target: int = 0
    copied: tuple[bool, ...] = ()  # the COPY went through, only its UID is not known


@dataclass(frozen=True, slots=True)
class Remove(Remote):
    r"""Mark \Deleted and expunge: the second half of a move, or a deletion.

    ``copies``: target folder and UID of each message's copy (0: unknown); None for a deletion.
    ``bare``: without UIDPLUS; every \Deleted of the folder is then one of these.
    """

    copies: tuple[tuple[int, int] | None, ...] = ()
    bare: bool = False


Op = (
    Unplace
    | Forget
    | Say
    | Landed
    | Fulfilled
    | Refuse
    | Fetch
    | Store
    | Move
    | Copy
    | CopyOnly
    | Verify
    | Remove
)


# -- How they end, and what follows ----------------------------------------------------------------


class Result(Enum):
    """How an operation ended."""

    DONE = "done"
    REFUSED = "refused"  # the server said no, for good
    LATER = "later"  # the server said no, for now
    UNKNOWN = "unknown"  # the answer was lost


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an operation. ``uids``: old UID -> new UID as far as told, or as Verify found."""

    result: Result
    reason: str = ""
    uids: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Said:
    """The server has these flags for this message."""

    message: int
    flags: Flags
    modseq: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The message lies in this folder; ``uid`` None: to be found there."""

    message: int
    folder: int
    uid: int | None


@dataclass(frozen=True, slots=True)
class Lost:
    """The message has no UID any more; ``shown``: it stays in its folder meanwhile."""

    message: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """The message was deleted because the teacher wanted it."""

    message: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """The want is fulfilled."""

    want: int


@dataclass(frozen=True, slots=True)
class Stated:
    """The want stands like this now."""

    want: int
    state: WantState
    reason: str = ""
    tried: bool = False  # counts as an attempt


@dataclass(frozen=True, slots=True)
class Copied:
    """The copy, or first half of a move, is there; ``uid`` 0: where is not known."""

    want: int
    uid: int


Mutation = Said | Placed | Lost | Gone | Dropped | Stated | Copied
