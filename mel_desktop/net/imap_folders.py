"""LIST and STATUS answers -> folders, and which folder is for what.

The server's own word (SPECIAL-USE, RFC 6154) counts first; a role that it gives to nobody goes to
the folder with a usual French or English name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mel_desktop.logic.folding import fold
from mel_desktop.logic.usual_folders import USUAL_NAMES
from mel_desktop.model.mail import Role
from mel_desktop.model.values import dataclass
from mel_desktop.net.imap_grammar import (
    Response,
    Unreadable,
    number,
    read_name,
    read_object_id,
)
from mel_desktop.ports import RemoteFolder, RemoteStatus

_ATTRIBUTES = {
    b"\\sent": Role.SENT,
    b"\\drafts": Role.DRAFTS,
    b"\\trash": Role.TRASH,
    b"\\junk": Role.JUNK,
    b"\\archive": Role.ARCHIVE,
}
_NOT_SELECTABLE = frozenset({b"\\noselect", b"\\nonexistent"})

_LIST = re.compile(rb"\* LIST ", re.IGNORECASE)
_MYRIGHTS = re.compile(rb"\* MYRIGHTS ", re.IGNORECASE)
_STATUS = re.compile(rb"\* STATUS ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A folder and its name as the server writes it."""

    raw: bytes
    folder: RemoteFolder
    by_attribute: Role | None
    exists: bool = True


@dataclass(frozen=True, slots=True)
class ToldStatus:
    """One STATUS answer."""

    raw: bytes
    status: RemoteStatus
    mailbox_id: str = ""


def read_list(response: Response) -> ListedFolder | None:
    """One LIST answer; None when it is another one or makes no sense."""
    head = _LIST.match(response.head)
    if not head:
        return None
    try:
        items = response.items(head.end())
    except Unreadable:
        return None
    if len(items) < 3 or not isinstance(items[0], tuple):
        return None
    attributes = {item.lower() for item in items[0] if isinstance(item, bytes)}
    raw = _name_octets(items[2])
    if raw is None:
        return None
    delimiter = items[1].decode("ascii", "replace") if isinstance(items[1], bytes) else ""
    role = next((_ATTRIBUTES[one] for one in sorted(attributes) if one in _ATTRIBUTES), None)
    path = read_name(raw)
    folder = RemoteFolder(
        path=path,
        delimiter=delimiter,
        role=None,
        selectable=not attributes & _NOT_SELECTABLE,
        subscribed=b"\\subscribed" in attributes,
    )
    return ListedFolder(raw, folder, role, b"\\nonexistent" not in attributes)


def read_status(response: Response) -> ToldStatus | None:
    """One STATUS answer; None when it is another one or makes no sense."""
    head = _STATUS.match(response.head)
    if not head:
        return None
    try:
        items = response.items(head.end())
    except Unreadable:
        return None
    if len(items) < 2 or not isinstance(items[1], tuple):
        return None
    raw = _name_octets(items[0])
    pairs = list(zip(items[1][::2], items[1][1::2], strict=False))
    told = {name.upper(): number(value) for name, value in pairs if isinstance(name, bytes)}
    ids = [value for name, value in pairs if name == b"MAILBOXID"]
    uidvalidity, exists = told.get(b"UIDVALIDITY"), told.get(b"MESSAGES")
    if raw is None or uidvalidity is None or exists is None:
        return None
    status = RemoteStatus(
        uidvalidity=uidvalidity,
        uidnext=told.get(b"UIDNEXT"),
        exists=exists,
        highestmodseq=told.get(b"HIGHESTMODSEQ") or None,  # 0: the folder keeps none
        unseen=told.get(b"UNSEEN"),
    )
    return ToldStatus(raw, status, read_object_id(ids[0]) if ids else "")


def read_rights(response: Response) -> str | None:
    """The letters of a MYRIGHTS answer (RFC 4314 3.8); None when it is another one."""
    head = _MYRIGHTS.match(response.head)
    if not head:
        return None
    try:
        items = response.items(head.end())
    except Unreadable:
        return ""
    found = items[1] if len(items) == 2 else b""
    return found.decode("ascii", "replace") if isinstance(found, bytes) else ""


def _name_octets(item: object) -> bytes | None:
    """A folder may be called 2026: the parser then gives a number."""
    if isinstance(item, int):
        return str(item).encode("ascii")
    if not isinstance(item, bytes) or not item:
        return None
    return b"INBOX" if item.upper() == b"INBOX" else item


def assemble(
    listed: Iterable[ListedFolder],
    statuses: Mapping[bytes, RemoteStatus],
    mailbox_ids: Mapping[bytes, str] | None = None,
    *,
    knows_subscribed: bool = False,
) -> tuple[RemoteFolder, ...]:
    """All folders with their roles and statuses, each path once, in the server's order."""
    unique: dict[str, ListedFolder] = {}
    for one in listed:
        unique.setdefault(one.folder.path, one)
    roles = _roles(tuple(unique.values()))
    return tuple(
        replace(
            one.folder,
            role=roles.get(one.folder.path),
            status=statuses.get(one.raw) if one.folder.selectable else None,
            mailbox_id=(mailbox_ids or {}).get(one.raw, ""),
            subscribed=one.folder.subscribed or not knows_subscribed,
        )
        for one in unique.values()
    )


def _roles(listed: Sequence[ListedFolder]) -> dict[str, Role]:
    """Path -> role; each role is given once, and only to folders that can be opened."""
    given: dict[str, Role] = {}
    taken: set[Role] = set()
    usable = [one for one in listed if one.folder.selectable]
    for one in usable:
        role = Role.INBOX if one.folder.path == "INBOX" else one.by_attribute
        if role and role not in taken:
            given[one.folder.path] = role
            taken.add(role)
    for role, names in USUAL_NAMES.items():
        if role in taken:
            continue
        candidates = [
            (names.index(name), one.folder.path)
            for one in usable
            if one.folder.path not in given and (name := _top_name(one.folder)) in names
        ]
        if candidates:
            given[min(candidates)[1]] = role
    return given


def _top_name(folder: RemoteFolder) -> str | None:
    """The folded name of a folder at the top, or just below INBOX (Cyrus, Courier). Deeper ones may
    belong to somebody else: ``Other Users/zoe/Sent``.
    """
    names = folder.path.split(folder.delimiter) if folder.delimiter else [folder.path]
    if len(names) > 1 and names[0].upper() == "INBOX":
        names = names[1:]
    return fold(names[0]).strip() if len(names) == 1 else None
