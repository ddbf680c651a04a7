"""Which folder of a new host takes the messages of which folder of the old one. Pure.

Rule 1: a role goes to the same role, whatever both are called.
Rule 2: else the same name, accents and case ignored, the prefix of each host ("INBOX.") left out.
Rule 3: else a folder at the top with a usual name ("Courriers indésirables") goes to that role.
Rule 4: else it is made, under the prefix and with the delimiter of the new host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mel_desktop.logic.folder_names import prefix
from mel_desktop.logic.folding import fold
from mel_desktop.logic.usual_folders import usual_role
from mel_desktop.model.account_move import FolderPair, PairReason
from mel_desktop.model.errors import ErrorCode, LocalRefusal
from mel_desktop.model.mail import Role
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Namespace, RemoteFolder


@dataclass(frozen=True, slots=True)
class OldFolder:
    """A folder of the account as it is known here."""

    path: str
    delimiter: str
    role: Role | None
    messages: int
    is_own: bool = True  # False: of another user, or of several


@dataclass(frozen=True, slots=True)
class Style:
    """How a host names the folders of a person."""

    head: str  # "INBOX." or ""
    delimiter: str

    def names(self, path: str) -> tuple[str, ...]:
        """The names of a path, the prefix left out."""
        bare = path[len(self.head) :] if self.head and path.startswith(self.head) else path
        return tuple(bare.split(self.delimiter)) if self.delimiter else (bare,)

    def path(self, names: Sequence[str]) -> str:
        """The path of these names; a delimiter within a name becomes a line below."""
        if not self.delimiter:
            return "-".join(names)
        safe = [name.replace(self.delimiter, "_") for name in names]
        return self.head + self.delimiter.join(safe)


def style(paths: Sequence[str], delimiter: str) -> Style:
    """Of a host with these folders."""
    return Style(prefix(paths, delimiter), delimiter)


def old_style(old: Sequence[OldFolder]) -> Style:
    """Of the host that is left."""
    delimiter = next((one.delimiter for one in old if one.delimiter), "/")
    return style([one.path for one in old if one.is_own], delimiter)


def new_style(listed: Sequence[RemoteFolder]) -> Style:
    """Of the host that is gone to; folders of others do not count."""
    own = [one for one in listed if one.namespace is Namespace.PERSONAL]
    delimiter = next((one.delimiter for one in own if one.delimiter), "/")
    return style([one.path for one in own], delimiter)


def propose(old: Sequence[OldFolder], listed: Sequence[RemoteFolder]) -> tuple[FolderPair, ...]:
    """A pair for every old folder, in their order."""
    ours, theirs = old_style(old), new_style(listed)
    targets = [one for one in listed if one.selectable]
    roles: dict[Role, RemoteFolder] = {}
    names: dict[tuple[str, ...], RemoteFolder] = {}
    for one in targets:
        if one.role is not None:
            roles.setdefault(one.role, one)
        if one.namespace is Namespace.PERSONAL:
            names.setdefault(_key(theirs.names(one.path)), one)
    by_path = {one.path: one for one in targets}
    return tuple(_pair(one, ours, theirs, roles, names, by_path) for one in old)


def _pair(
    one: OldFolder,
    ours: Style,
    theirs: Style,
    roles: Mapping[Role, RemoteFolder],
    names: Mapping[tuple[str, ...], RemoteFolder],
    by_path: Mapping[str, RemoteFolder],
) -> FolderPair:
    if not one.is_own:
        if one.path in by_path:
            return _to(one, by_path[one.path], PairReason.NAME)
        return FolderPair(one.path, "", PairReason.LEFT, one.role, one.messages, None)
    parts = ours.names(one.path)
    role = one.role or (Role.INBOX if one.path.upper() == "INBOX" else None)
    if role is not None and role in roles:
        return _to(one, roles[role], PairReason.ROLE)
    same = names.get(_key(parts))
    if same is not None:
        return _to(one, same, PairReason.NAME)
    usual = usual_role(parts[0]) if len(parts) == 1 else None
    if usual is not None and usual in roles:
        return _to(one, roles[usual], PairReason.USUAL)
    wanted = theirs.path(_below(parts, ours, theirs, names))
    if wanted in by_path:
        return _to(one, by_path[wanted], PairReason.NAME)
    return FolderPair(one.path, wanted, PairReason.CREATE, one.role, one.messages, None)


def _below(
    parts: tuple[str, ...],
    ours: Style,
    theirs: Style,
    names: Mapping[tuple[str, ...], RemoteFolder],
) -> tuple[str, ...]:
    """The names to make; above as the new host writes the folder that is there already."""
    for length in range(len(parts) - 1, 0, -1):
        above = names.get(_key(parts[:length]))
        if above is not None:
            return (*theirs.names(above.path), *parts[length:])
    return parts


def _to(one: OldFolder, target: RemoteFolder, reason: PairReason) -> FolderPair:
    there = 0 if target.status is None else target.status.exists
    return FolderPair(one.path, target.path, reason, one.role, one.messages, there)


def _key(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(name) for name in names)


def with_choice(
    pairs: Sequence[FolderPair],
    old: str,
    new: str,
    known: Mapping[str, int],
    *,
    may_leave: bool = False,
) -> tuple[FolderPair, ...]:
    """The same with a choice by hand. ``known``: folders of the new host and their messages.

    USAGE for a folder that is not among the pairs, or the inbox left behind (unless
    ``may_leave``).
    """
    found = []
    chosen = False
    for one in pairs:
        if one.old == old:
            chosen = True
            if not new and old.upper() == "INBOX" and not may_leave:
                raise LocalRefusal(ErrorCode.USAGE, why="folder-protected")
            reason = PairReason.HAND
            found.append(FolderPair(one.old, new, reason, one.role, one.here, known.get(new)))
        else:
            found.append(one)
    if not chosen:
        raise LocalRefusal(ErrorCode.NOT_FOUND, kind="folder")
    return tuple(found)


def rewritten(path: str, pairs: Mapping[str, str], ours: Style, theirs: Style) -> str:
    """A path of the old host as it is called on the new one: of a folder that moved, of one below
    it, or of one that was never on a server.
    """
    if path in pairs:
        return pairs[path] or path
    delimiter = ours.delimiter
    best = max(
        (one for one, new in pairs.items() if new and delimiter and
         path.startswith(one + delimiter) and one.upper() != "INBOX"),
        key=len,
        default="",
    )  # fmt: skip
    if best:
        below = path[len(best) + len(delimiter) :].split(delimiter)
        return theirs.delimiter.join((pairs[best], *below)) if theirs.delimiter else pairs[best]
    return theirs.path(ours.names(path))
