"""Which shared folder is which folder of a functional box. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mel_desktop.logic.folder_mapping import OldFolder, old_style
from mel_desktop.logic.folding import fold
from mel_desktop.logic.usual_folders import usual_role
from mel_desktop.model.account_move import FolderPair, PairReason
from mel_desktop.model.mail import Role
from mel_desktop.model.shared_boxes import SharedRoot


def roots(folders: Sequence[tuple[str, str]], address: str) -> tuple[SharedRoot, ...]:
    """Boxes among folders of others, (path, delimiter); the one named like the address ahead.

    A box is a path that is called so, one with a folder INBOX, Sent ... below it, or else a folder
    that lies in no other that is shared too.
    """
    marks = {path: mark or "/" for path, mark in folders}
    above: dict[str, set[str]] = {}
    for path, mark in marks.items():
        names = path.split(mark)
        for length in range(1, len(names) + 1):
            above.setdefault(mark.join(names[:length]), set()).add(path)
    wanted = {fold(address), fold(address.partition("@")[0])}
    found = []
    for path, below in above.items():
        mark = marks[next(iter(below))]
        name = fold(path.rsplit(mark, 1)[-1])
        others = {one for one in below if one != path}
        is_box = name in wanted or any(
            fold(one[len(path) + 1 :]) == "inbox" or _role(one, path, mark) is not None
            for one in others
        )
        if is_box or (path in marks and not _inside(path, mark, marks)):
            found.append(SharedRoot(path, mark, tuple(sorted(below))))
    tops = {one.path for one in found}
    found = [one for one in found if not _inside(one.path, one.delimiter, tops)]
    found.sort(
        key=lambda one: (not _is_named(one, wanted), one.path.count(one.delimiter), one.path)
    )
    return tuple(found)


def _role(path: str, root: str, mark: str) -> Role | None:
    names = path[len(root) + len(mark) :].split(mark)
    return usual_role(names[0]) if len(names) == 1 else None


def _inside(path: str, mark: str, marks: Collection[str]) -> bool:
    """Whether it lies in one of these."""
    names = path.split(mark)
    return any(mark.join(names[:length]) in marks for length in range(1, len(names)))


def _is_named(root: SharedRoot, wanted: set[str]) -> bool:
    return fold(root.path.rsplit(root.delimiter, 1)[-1]) in wanted


def propose(old: Sequence[OldFolder], root: SharedRoot) -> tuple[FolderPair, ...]:
    """A pair for every folder of the box; what has no counterpart stays on this PC."""
    ours = old_style(old)
    below: dict[tuple[str, ...], str] = {}
    roles: dict[Role, str] = {}
    for path in root.folders:
        if path == root.path:
            continue
        names = tuple(path[len(root.path) + len(root.delimiter) :].split(root.delimiter))
        below[tuple(fold(one) for one in names)] = path
        role = usual_role(names[0]) if len(names) == 1 else None
        if role is not None:
            roles.setdefault(role, path)
    inbox = below.get(("inbox",)) or (root.path if root.path in root.folders else "")
    pairs = []
    for one in old:
        names = tuple(fold(name) for name in ours.names(one.path))
        is_inbox = one.role is Role.INBOX or one.path.upper() == "INBOX"
        new, reason = below.get(names, ""), PairReason.NAME
        if is_inbox:
            new, reason = inbox, PairReason.ROLE
        elif one.role is not None and one.role in roles:
            new, reason = roles[one.role], PairReason.ROLE
        if not new:
            reason = PairReason.LEFT
        pairs.append(FolderPair(one.path, new, reason, one.role, one.messages, 0 if new else None))
    return tuple(pairs)
