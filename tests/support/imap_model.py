"""A mailbox server in memory that fulfils ports.MailServer, with nasty switches.

What it knows is the truth that tests compare with. Switches (``Switches``) are read at each
command. Connection trouble is planned with ``lose``: before or after the n-th command that changes
something, or any command, was performed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mel_desktop.logic.mime_structure import header_end, split_structure
from mel_desktop.model.accounts import Account, Secret
from mel_desktop.model.errors import ConnectionTrouble, ErrorCode, ServerBroken, ServerSaid
from mel_desktop.model.mail import Flags, Marks, Role
from mel_desktop.ports import (
    Answer,
    Ask,
    Hints,
    Meter,
    Open,
    Opened,
    Quota,
    RemoteFlags,
    RemoteFolder,
    RemoteMessage,
    RemoteStatus,
    Rows,
    ServerCaps,
    Slice,
    Texts,
    Wholes,
)
from tests.support.imap_letters import Stored, multipart

EPOCH = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class Box:
    """A folder."""

    role: Role | None = None
    uidvalidity: int = 1
    uidnext: int = 1
    messages: dict[int, Stored] = field(default_factory=dict)
    vanished: dict[int, int] = field(default_factory=dict)  # uid -> modseq
    mailbox_id: str = ""
    subscribed: bool = True


@dataclass(slots=True)
class Switches:
    """What this server lacks and how it misbehaves."""

    move: bool = True
    uidplus: bool = True
    condstore: bool = True
    qresync: bool = True
    list_status: bool = True
    tell_copies: bool = True  # COPYUID
    keywords: bool = True
    exists_lie: int = 0  # added to what SELECT and STATUS say
    vanished_lie: bool = False  # QRESYNC claims that everything vanished
    looks_empty: frozenset[str] = frozenset()  # folders shown empty
    refuse: Callable[[str, int], bool] | None = None  # (command, uid): answer NO
    refusal: ErrorCode = ErrorCode.SERVER_REFUSED
    breaks: Callable[[str, int], bool] | None = None  # (command, uid): nonsense, and the line ends
    hangs_up: bool = False  # BYE instead of nonsense
    unreadable: frozenset[int] = frozenset()  # UIDs whose row nobody can read
    objectid: bool = False  # RFC 8474: MAILBOXID and EMAILID
    preview: bool = False  # RFC 8970
    window: int = 8  # asks under way


class ImapModel:
    """The server's side; ``connect`` gives connections (ports.MailConnector)."""

    def __init__(self) -> None:
        self.boxes: dict[str, Box] = {}
        self.switches = Switches()
        self.modseq = 1
        self.made = 0
        self.made_boxes = 0
        self.connects = 0
        self.fetched: list[tuple[str, int]] = []  # every message whose row was asked for
        self.texts_fetched: list[tuple[str, int]] = []
        self.commands: list[str] = []
        self.destroyed: list[str] = []  # identities expunged, whoever did it
        self.overwritten: list[tuple[str, Flags]] = []
        self.lose: Callable[[str, bool], bool] | None = None  # (command, performed)
        self.between: Callable[[str], None] | None = None  # another client acts before a command
        self.slices: list[tuple[int, str, int, int]] = []  # (uid, section, offset, length)
        self.wholes_fetched: list[tuple[str, int]] = []
        self.limits: dict[str, tuple[int, int]] = {}  # resource -> (used, limit)
        self.octets_each = 0  # counted by the meter for each command
        self.hints: list[Hints | None] = []  # given by each connect
        self.add_box("INBOX", Role.INBOX)

    # -- what tests and other clients do -----------------------------------------------------------

    def add_box(self, path: str, role: Role | None = None) -> Box:
        self.made_boxes += 1
        number = self.made_boxes
        box = Box(role=role, uidvalidity=1000 + number, mailbox_id=f"F{number}")
        self.boxes[path] = box
        return box

    def rename(self, path: str, target: str) -> None:
        """With all below it; UIDs, UIDVALIDITY and MAILBOXID stay (RFC 3501 6.3.5)."""
        self.boxes = {
            target + name[len(path) :] if name == path or name.startswith(f"{path}/") else name: box
            for name, box in self.boxes.items()
        }

    def deliver(
        self,
        path: str = "INBOX",
        *,
        subject: str | None = None,
        message_id: str | None = None,
        text: bytes = b"Bonjour\r\n",
        date: datetime | None = None,
        flags: Flags = Flags(),  # noqa: B008 frozen
        references: str = "",
        attachments: Mapping[str, bytes] | None = None,
    ) -> int:
        self.made += 1
        identity = f"m{self.made}"
        mid = f"{identity}@exemple.invalid" if message_id is None else message_id
        header = f"From: A <a@exemple.invalid>\r\nSubject: {subject or identity}\r\n"
        if mid:
            header += f"Message-ID: <{mid}>\r\n"
        if references:
            header += f"References: {references}\r\n"
        when = date or EPOCH + timedelta(minutes=self.made)
        if attachments is None:
            stored = Stored(identity, (header + "\r\n").encode(), text, when, flags, 0)
        else:
            stored = multipart(identity, header, text, when, flags, attachments)
        return self._put(path, stored)

    def deliver_raw(self, path: str, raw: bytes, *, date: datetime | None = None) -> int:
        """A message byte for byte; the server tells the structure that we would."""
        self.made += 1
        end = header_end(raw)[1]
        found = tuple((one.part, raw[one.start : one.end]) for one in split_structure(raw))
        when = date or EPOCH + timedelta(minutes=self.made)
        return self._put(
            path, Stored(f"m{self.made}", raw[:end], raw[end:], when, Flags(), 0, found)
        )

    def expunge(self, path: str, uid: int) -> None:
        box = self.boxes[path]
        stored = box.messages.pop(uid, None)
        if stored is not None:
            self.modseq += 1
            box.vanished[uid] = self.modseq
            self.destroyed.append(stored.identity)

    def set_flags(self, path: str, uid: int, flags: Flags) -> None:
        stored = self.boxes[path].messages[uid]
        self.modseq += 1
        stored.flags, stored.modseq = flags, self.modseq

    def transfer(self, path: str, uid: int, target: str) -> int:
        """Another client moves a message."""
        box = self.boxes[path]
        stored = box.messages.pop(uid)
        self.modseq += 1
        box.vanished[uid] = self.modseq
        return self._put(target, replace(stored))

    def renumber(self, path: str) -> None:
        """UIDVALIDITY changes, every UID too."""
        box = self.boxes[path]
        stored = [box.messages[uid] for uid in sorted(box.messages)]
        box.uidvalidity += 100
        box.messages = {7 + number * 2: one for number, one in enumerate(stored)}
        box.uidnext = 8 + len(stored) * 2
        box.vanished = {}
        self.modseq += 1
        for one in stored:
            one.modseq = self.modseq

    def contents(self) -> dict[str, list[str]]:
        """Identities by folder, sorted."""
        return {
            path: sorted(one.identity for one in box.messages.values())
            for path, box in self.boxes.items()
        }

    def _put(self, path: str, stored: Stored) -> int:
        box = self.boxes[path]
        uid = box.uidnext
        box.uidnext += 1
        self.modseq += 1
        stored.modseq = self.modseq
        box.messages[uid] = stored
        return uid

    # -- MailConnector -----------------------------------------------------------------------------

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> Connection:
        self.connects += 1
        self.hints.append(hints)
        return Connection(self, meter)


class Connection:
    """One signed-in connection to the model."""

    def __init__(self, model: ImapModel, meter: Meter) -> None:
        self._model = model
        self._meter = meter
        self._selected: str | None = None
        self._lost = False

    @property
    def caps(self) -> ServerCaps:
        has = self._model.switches
        return ServerCaps(
            condstore=has.condstore,
            qresync=has.qresync and has.condstore,
            move=has.move,
            uidplus=has.uidplus,
            special_use=True,
            list_status=has.list_status,
            names=frozenset(
                name
                for name, offered in (("PREVIEW", has.preview), ("QUOTA", self._model.limits))
                if offered
            ),
        )

    @property
    def hints(self) -> Hints:
        return Hints(frozenset({"IMAP4REV1"}), frozenset({"IMAP4REV1"}))

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        with self._command("LIST"):
            return tuple(
                RemoteFolder(
                    path,
                    "/",
                    box.role,
                    selectable=True,
                    status=self._status(path) if self._model.switches.list_status else None,
                    subscribed=box.subscribed,
                    mailbox_id=box.mailbox_id if self._model.switches.objectid else "",
                )
                for path, box in self._model.boxes.items()
            )

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        with self._command("SELECT"):
            if path not in self._model.boxes:
                raise ServerSaid(ErrorCode.FOLDER_GONE)
            self._selected = path
            return replace(self._status(path), read_only=read_only)

    def all_uids(self) -> tuple[int, ...]:
        with self._command("SEARCH"):
            return tuple(sorted(self._shown()))

    def flags(self, uids: Sequence[int] | None, changed_since: int | None) -> Iterator[RemoteFlags]:
        with self._command("FLAGS"):
            shown = self._shown()
            for uid in sorted(shown):
                one = shown[uid]
                if uids is not None and uid not in uids:
                    continue
                if changed_since is None or one.modseq > changed_since:
                    modseq = one.modseq if self._model.switches.condstore else None
                    yield RemoteFlags(uid, one.flags, modseq)

    def vanished_since(self, modseq: int, known: Sequence[int]) -> tuple[int, ...]:
        assert self._model.switches.qresync
        with self._command("VANISHED"):
            if self._model.switches.vanished_lie:
                return tuple(known)
            box = self._box()
            shown = self._shown()
            return tuple(
                uid
                for uid in known
                if uid not in shown and (box.vanished.get(uid, modseq + 1) > modseq)
            )

    def messages(self, uids: Sequence[int]) -> Iterator[RemoteMessage]:
        assert len(uids) <= 500
        with self._command("FETCH"):
            self._refuse("FETCH", uids)
            shown = self._shown()
            for uid in sorted(uids):
                one = shown.get(uid)
                if one is None or uid in self._model.switches.unreadable:
                    continue
                self._model.fetched.append((self._path(), uid))
                has = self._model.switches
                yield RemoteMessage(
                    uid,
                    one.flags,
                    one.internal_date,
                    one.size,
                    one.header,
                    one.structure(),
                    one.modseq if has.condstore else None,
                    one.identity if has.objectid else "",
                    one.section("1")[:40].decode("ascii", "replace") if has.preview else "",
                )

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        with self._command("PART"):
            self._refuse("PART", [uid])
            one = self._shown().get(uid)
            if one is None:
                raise ServerSaid(ErrorCode.MESSAGE_GONE)
            self._model.slices.append((uid, section, offset, length))
            return one.section(section)[offset : offset + length]

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        with self._command("TEXTS"):
            self._refuse("TEXTS", [uid for uid, _ in wanted])
            for uid, sections in wanted:
                one = self._shown().get(uid)
                if one is None:
                    continue
                self._model.texts_fetched.append((self._path(), uid))
                yield uid, {name: one.section(name)[:limit] for name in sections}

    # -- pump --------------------------------------------------------------------------------------

    def pump(self, asks: Iterable[Ask | None]) -> Generator[Answer, None, None]:
        stream = iter(asks)
        under_way: deque[Ask] = deque()
        ended = False
        while True:
            while not ended and len(under_way) < self._model.switches.window:
                try:
                    ask = next(stream)
                except StopIteration:
                    ended = True
                    break
                if ask is None:
                    break
                under_way.append(ask)
            if not under_way:
                return
            yield self._answer(under_way.popleft())

    def _answer(self, ask: Ask) -> Answer:
        try:
            return self._open(ask) if isinstance(ask, Open) else self._fetch(ask)
        except ServerSaid as error:
            return Answer(ask, trouble=error)

    def _fetch(self, ask: Rows | Texts | Slice | Wholes) -> Answer:
        if self._selected != ask.path:
            self.select(ask.path, read_only=True)
        if self._box().uidvalidity != ask.uidvalidity:
            raise ServerSaid(ErrorCode.MESSAGE_GONE)
        if isinstance(ask, Rows):
            return Answer(ask, rows=tuple(self.messages(ask.uids)))
        if isinstance(ask, Texts):
            return Answer(ask, texts=tuple(self.texts(ask.wanted, ask.limit)))
        if isinstance(ask, Slice):
            return Answer(ask, data=self.part(ask.uid, ask.section, ask.offset, ask.length))
        with self._command("WHOLES"):
            self._refuse("WHOLES", [uid for uid, _ in ask.wanted])
            found = [(uid, self._shown().get(uid)) for uid, _ in ask.wanted]
            self._model.wholes_fetched += [(ask.path, uid) for uid, one in found if one]
            return Answer(ask, wholes=tuple((uid, one.section("")) for uid, one in found if one))

    def _open(self, ask: Open) -> Answer:
        status = self.select(ask.path, read_only=ask.read_only)
        has = self._model.switches
        uids: tuple[int, ...] | None = None
        changed: tuple[RemoteFlags, ...] | None = None
        vanished: tuple[tuple[int, int], ...] | None = None
        since = ask.modseq if ask.uidvalidity == status.uidvalidity and has.condstore else None
        if ask.every_flag:
            changed = tuple(self.flags(None, None))
            uids = tuple(one.uid for one in changed)
        elif since is not None:
            if has.qresync:
                known = range(1, status.uidnext or 1)
                vanished = tuple((uid, uid) for uid in self.vanished_since(since, known))
            changed = tuple(self.flags(None, since))
        if uids is None and (ask.every_uid or (since is not None and vanished is None)):
            uids = self.all_uids()
        rows: tuple[RemoteMessage, ...] = ()
        if ask.rows_from is not None or ask.newest:
            shown = sorted(self._shown())
            first = ask.rows_from
            some = shown[-ask.newest :] if first is None else [one for one in shown if one >= first]
            rows = tuple(self.messages(some))
        return Answer(ask, Opened(status, uids, changed, vanished), rows)

    def store(self, uids: Sequence[int], add: Flags, remove: Flags) -> None:
        with self._command("STORE", uids):
            for uid in uids:
                if (one := self._box().messages.get(uid)) is not None:
                    flags = Flags(
                        (one.flags.marks | add.marks) & ~remove.marks,
                        (one.flags.keywords | add.keywords) - remove.keywords,
                    )
                    if flags != one.flags:
                        self._model.set_flags(self._path(), uid, flags)

    def move(self, uids: Sequence[int], target: str) -> dict[int, int]:
        assert self._model.switches.move
        with self._command("MOVE", uids):
            return self._transfer(uids, target, keep=False)

    def copy(self, uids: Sequence[int], target: str) -> dict[int, int]:
        with self._command("COPY", uids):
            return self._transfer(uids, target, keep=True)

    def expunge(self, uids: Sequence[int]) -> None:
        assert self._model.switches.uidplus
        with self._command("EXPUNGE", uids):
            for uid in uids:
                one = self._box().messages.get(uid)
                if one is not None and one.flags.marks & Marks.DELETED:
                    self._model.expunge(self._path(), uid)

    def expunge_deleted(self) -> None:
        with self._command("EXPUNGE"):
            for uid, one in list(self._box().messages.items()):
                if one.flags.marks & Marks.DELETED:
                    self._model.expunge(self._path(), uid)

    def append(self, path: str, data: bytes, flags: Flags, date: datetime | None) -> int | None:
        with self._command("APPEND"):
            if path not in self._model.boxes:
                raise ServerSaid(ErrorCode.FOLDER_GONE)
            uid = self._model.deliver_raw(path, data, date=date)
            self._model.boxes[path].messages[uid].flags = flags
            return uid if self._model.switches.uidplus else None

    def find_message_id(self, message_id: str) -> tuple[int, ...]:
        with self._command("SEARCH"):
            wanted = f"Message-ID: <{message_id}>".encode()
            return tuple(uid for uid, one in self._shown().items() if wanted in one.header)

    def create_folder(self, path: str) -> None:
        with self._command("CREATE"):
            if path not in self._model.boxes:
                self._model.add_box(path)

    def rename_folder(self, path: str, target: str) -> None:
        with self._command("RENAME"):
            boxes = self._model.boxes
            if path not in boxes and target in boxes:
                return
            if path not in boxes:
                raise ServerSaid(ErrorCode.FOLDER_GONE)
            if target in boxes:
                raise ServerSaid(ErrorCode.SERVER_REFUSED)
            self._model.rename(path, target)

    def delete_folder(self, path: str) -> None:
        with self._command("DELETE"):
            box = self._model.boxes.pop(path, None)
            if box is not None:
                self._model.destroyed += [one.identity for one in box.messages.values()]

    def subscribe(self, path: str, *, subscribed: bool) -> None:
        with self._command("SUBSCRIBE"):
            if path not in self._model.boxes:
                raise ServerSaid(ErrorCode.FOLDER_GONE)
            self._model.boxes[path].subscribed = subscribed

    def ask_quota(self) -> None:
        self._model.commands.append("with the next: QUOTA")  # no flight of its own

    def quota(self) -> tuple[Quota, ...]:
        with self._command("QUOTA"):
            return tuple(
                Quota("", name, used, limit) for name, (used, limit) in self._model.limits.items()
            )

    def watch(self, seconds: float) -> bool:
        return False

    def wait(self, seconds: float) -> bool:
        return False

    def alive(self) -> bool:
        return not self._lost

    def close(self) -> None:
        self._lost = True

    def abort(self) -> None:
        self._lost = True

    # -- inside ------------------------------------------------------------------------------------

    @contextmanager
    def _command(self, name: str, uids: Sequence[int] = ()) -> Iterator[None]:
        model = self._model
        if self._lost:
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)
        model.commands.append(name)
        self._meter.flights += 1
        self._meter.received += model.octets_each
        if model.between is not None:
            model.between(name)
        if model.lose is not None and model.lose(name, False):
            self._lost = True
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)
        self._refuse(name, uids)
        yield
        if model.lose is not None and model.lose(name, True):
            self._lost = True
            raise ConnectionTrouble(ErrorCode.CONNECTION_LOST)

    def _refuse(self, name: str, uids: Sequence[int]) -> None:
        refuse = self._model.switches.refuse
        if refuse is not None and any(refuse(name, uid) for uid in uids):
            raise ServerSaid(self._model.switches.refusal)
        breaks = self._model.switches.breaks
        if breaks is not None and any(breaks(name, uid) for uid in uids):
            self._lost = True
            if self._model.switches.hangs_up:
                raise ConnectionTrouble(ErrorCode.CONNECTION_LOST, bye="BYE")
            raise ServerBroken(ErrorCode.PROTOCOL)

    def _path(self) -> str:
        assert self._selected is not None, "no folder is selected"
        return self._selected

    def _box(self) -> Box:
        return self._model.boxes[self._path()]

    def _shown(self) -> dict[int, Stored]:
        if self._path() in self._model.switches.looks_empty:
            return {}
        return self._box().messages

    def _status(self, path: str) -> RemoteStatus:
        box, has = self._model.boxes[path], self._model.switches
        exists = 0 if path in has.looks_empty else len(box.messages)
        return RemoteStatus(
            box.uidvalidity,
            box.uidnext,
            max(0, exists + has.exists_lie),
            self._model.modseq if has.condstore else None,
            permanent_keywords=has.keywords,
        )

    def _transfer(self, uids: Sequence[int], target: str, *, keep: bool) -> dict[int, int]:
        if target not in self._model.boxes:
            raise ServerSaid(ErrorCode.FOLDER_GONE)
        found = {}
        for uid in uids:
            one = self._box().messages.get(uid)
            if one is None:
                continue
            if keep:
                found[uid] = self._model._put(target, replace(one))
            else:
                found[uid] = self._model.transfer(self._path(), uid, target)
        return found if self._model.switches.tell_copies else {}
