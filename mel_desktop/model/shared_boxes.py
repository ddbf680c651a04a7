"""A functional box that was an account of its own and becomes a shared folder of a person's."""

from __future__ import annotations

from mel_desktop.model.account_move import FolderPair
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.identities import Identity
from mel_desktop.model.values import dataclass


@dataclass(frozen=True, slots=True)
class SharedRoot:
    """A box of others, as the person's account shows it. ``path``: what its folders lie below."""

    path: str
    delimiter: str
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """The box held against the shared folders. Nothing was changed for it."""

    box: AccountId
    into: AccountId
    root: SharedRoot
    pairs: tuple[FolderPair, ...]  # "" stays on this PC
    rights: str | None  # of the main folder (RFC 4314); None: the server does not tell
    messages: int

    @property
    def may_read(self) -> bool:
        """Without it there is nothing to join. Unknown rights are tried."""
        return self.rights is None or "r" in self.rights

    @property
    def may_change(self) -> bool:
        """Whether messages may be marked, filed and deleted there."""
        return self.rights is None or {"s", "w", "i"} <= set(self.rights)


@dataclass(frozen=True, slots=True)
class BoxJoined:
    """What became of it."""

    identity: Identity
    messages: int  # to be found in the shared folders
    kept_here: int  # in folders of this PC: nothing like theirs is shared
    drafts: int
    outgoing: int  # messages that go on as the box, from the person's account
