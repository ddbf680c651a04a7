"""ports.MailServer on a real IMAP server (RFC 3501 and 9051, 4315, 4731, 5161, 5819, 6154, 7162).

imapclient 4.1 gives names (UTF-7), dates and the parser of answers; imap_wire does what it cannot:
several commands in one flight, COPYUID and VANISHED, half lines in IDLE, limits. Every extension is
used only where the server names it, so the same code works on a plain RFC 3501 server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from mel_desktop.model.accounts import Account, AuthKind, Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError, ServerSaid
from mel_desktop.model.mail import Flags
from mel_desktop.net import imap_folders
from mel_desktop.net.imap_fetch import (
    HEADER_FIELDS,
    Fetched,
    read_fetched,
    read_header_fetched,
    section_item,
)
from mel_desktop.net.imap_grammar import (
    Literal,
    Response,
    Status,
    Unreadable,
    astring,
    number,
    read_copyuid,
    read_status,
    write_date,
    write_flags,
    write_name,
    write_sets,
)
from mel_desktop.net.imap_refusals import refusal
from mel_desktop.net.imap_selected import Selected
from mel_desktop.net.imap_signin import sign_in
from mel_desktop.net.imap_wire import Wire, within
from mel_desktop.net.transport import (
    CONNECT_SECONDS,
    SILENCE_SECONDS,
    Lines,
    open_socket,
    tls_context,
)
from mel_desktop.ports import (
    Hints,
    Meter,
    RemoteFlags,
    RemoteFolder,
    RemoteMessage,
    RemoteStatus,
    ServerCaps,
)

IDLE_SECONDS = 25 * 60  # RFC 2177 asks for less than 29 minutes
NOOP_SECONDS = 30.0
GOODBYE_SECONDS = 2.0
TEXTS_AT_ONCE = 8 << 20  # octets of texts held in memory before they are handed on
NO_FLAGS = Flags()


class ImapConnector:
    """Opens signed-in IMAP connections."""

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
        lines: Lines | None = None,
    ) -> None:
        self._lines = lines or Lines()
        self._connect_seconds = connect_seconds
        self._silence_seconds = silence_seconds

    def connect(
        self,
        account: Account,
        password: Secret,
        meter: Meter,
        *,
        hints: Hints | None = None,
        folders: bool = False,
    ) -> ImapSession:
        """Connect, verify the certificate, sign in once. Never retries a refused password."""
        if account.auth is not AuthKind.PASSWORD:
            raise LocalRefusal(ErrorCode.NOT_YET, what="oauth2")
        with self._lines.line(account.id) as line:
            stream = open_socket(
                account.imap,
                tls_context(account.ca_pem),
                meter,
                connect_seconds=self._connect_seconds,
                silence_seconds=self._silence_seconds,
                line=line,
            )
            try:
                wire = Wire(stream)
                names = sign_in(wire, account.imap, account.login, password)
            except BaseException:
                stream.abort()
                stream.close()
                raise
        return ImapSession(wire, names)


class ImapSession:
    """One signed-in connection; used by one thread at a time."""

    def __init__(self, wire: Wire, names: frozenset[str]) -> None:
        self._wire = wire
        self._names = names
        self._caps = _caps(names)
        self._raw_names: dict[str, bytes] = {}  # names that modified UTF-7 would not give back
        self._selected = Selected()
        self._closed = False
        self._append_limit = _append_limit(names)
        # Flags that came with VANISHED in one flight, until ``flags`` asks for them.
        self._changed_too: tuple[int, list[RemoteFlags]] | None = None
        wire.trust(names)
        wire.on_untagged = self._selected.notice
        if self._caps.qresync:
            # Before any SELECT (RFC 5161 section 3.1); nobody needs to wait for the answer.
            wire.forget(wire.start(b"ENABLE QRESYNC"))

    @property
    def hints(self) -> Hints:
        """What to remember for the next sign-in."""
        return Hints(after=self._names)

    @property
    def caps(self) -> ServerCaps:
        """Capabilities after sign-in."""
        return self._caps

    # -- folders ---------------------------------------------------------------------------------

    def list_folders(self) -> tuple[RemoteFolder, ...]:
        """All folders (LIST, never LSUB), roles by SPECIAL-USE or, failing that, by usual names."""
        command = b'LIST "" "*"'
        if self._caps.list_status:
            asked = b"MESSAGES UIDNEXT UIDVALIDITY UNSEEN"
            asked += b" HIGHESTMODSEQ" if self._caps.condstore else b""
            use = b"SPECIAL-USE " if self._caps.special_use else b""
            command += b" RETURN (%sSTATUS (%s))" % (use, asked)
        elif self._caps.special_use and "LIST-EXTENDED" in self._names:
            command += b" RETURN (SPECIAL-USE)"
        listed: list[imap_folders.ListedFolder] = []
        statuses: dict[bytes, RemoteStatus] = {}

        def sink(response: Response) -> bool:
            if folder := imap_folders.read_list(response):
                listed.append(folder)
            elif status := imap_folders.read_status(response):
                statuses[status[0]] = status[1]
            else:
                return False
            return True

        self._check("LIST", self._wire.run([command], sink))
        for one in listed:
            if write_name(one.folder.path) != one.raw:
                self._raw_names[one.folder.path] = one.raw
        return imap_folders.assemble(listed, statuses)

    def select(self, path: str, *, read_only: bool = False) -> RemoteStatus:
        """Open a folder. ServerSaid(FOLDER_GONE) when it is not there."""
        verb = b"EXAMINE " if read_only else b"SELECT "
        tail = b" (CONDSTORE)" if self._caps.condstore else b""
        selecting = Selected()
        self._changed_too = None
        status = self._wire.run([verb, self._mailbox(path), tail], selecting.opening)
        if status.kind != "OK":
            self._selected = Selected()
            self._wire.on_untagged = self._selected.notice
            error = refusal("SELECT", status)
            is_unexplained = error.code is ErrorCode.SERVER_REFUSED and status.kind == "NO"
            if is_unexplained and not self._is_listed(path):
                error = ServerSaid(ErrorCode.FOLDER_GONE, command="SELECT", reply="not-listed")
            raise error
        selecting.read_only = read_only or status.code == "READ-ONLY"
        self._selected = selecting
        self._wire.on_untagged = selecting.notice
        return selecting.status()

    def create_folder(self, path: str) -> None:
        """CREATE. Nothing happens when it exists already."""
        status = self._wire.run([b"CREATE ", self._mailbox(path)])
        if status.kind == "OK" or status.code == "ALREADYEXISTS" or self._is_listed(path):
            return
        raise refusal("CREATE", status)

    def _is_listed(self, path: str) -> bool:
        found = []

        def sink(response: Response) -> bool:
            folder = imap_folders.read_list(response)
            if folder and folder.folder.path == path and folder.folder.selectable:
                found.append(folder)
            return folder is not None

        self._wire.run([b'LIST "" ', self._mailbox(path)], sink)
        return bool(found)

    def _mailbox(self, path: str) -> bytes | Literal:
        return astring(self._raw_names.get(path) or write_name(path))

    # -- what is there ---------------------------------------------------------------------------

    def all_uids(self) -> tuple[int, ...]:
        """Every UID of the selected folder, ascending."""
        return self._search([b"ALL"])

    def find_message_id(self, message_id: str) -> tuple[int, ...]:
        """UIDs in the selected folder whose Message-ID header is this one."""
        wanted = message_id.strip().strip("<>").encode("utf-8", "replace")
        if not wanted or any(octet < 32 for octet in wanted):
            return ()
        charset = b"" if wanted.isascii() else b"CHARSET UTF-8 "
        return self._search([charset, b"HEADER Message-ID ", astring(b"<%s>" % wanted)])

    def _search(self, criteria: Sequence[bytes | Literal]) -> tuple[int, ...]:
        is_extended = "ESEARCH" in self._names
        found: list[int] = []

        def sink(response: Response) -> bool:
            uids = self._selected.read_search(response.head)
            found.extend(uids or ())
            return uids is not None

        asked = b"UID SEARCH RETURN (ALL) " if is_extended else b"UID SEARCH "
        try:
            status = self._wire.run([asked, *criteria], sink)
        except Unreadable:
            raise self._wire.stream.broken("search") from None
        self._check("SEARCH", status)
        return tuple(sorted(set(found)))

    def flags(self, uids: Sequence[int] | None, changed_since: int | None) -> Iterator[RemoteFlags]:
        """Flags of the given UIDs (None: all), or with CONDSTORE only those changed since."""
        if uids is None and self._changed_too and self._changed_too[0] == changed_since:
            ready, self._changed_too = self._changed_too[1], None
            yield from ready
            return
        items = b"(UID FLAGS MODSEQ)" if self._selected.has_modseq else b"(UID FLAGS)"
        since = b""
        if changed_since is not None and self._selected.has_modseq:
            since = b" (CHANGEDSINCE %d)" % changed_since
        sets = [b"1:*"] if uids is None else list(write_sets(uids))
        wanted = None if uids is None else frozenset(uids)
        commands = [b"UID FETCH %s %s%s" % (one, items, since) for one in sets]
        for told in self._fetched(commands, wanted):
            if told.flags is not None:
                yield RemoteFlags(told.uid, told.flags, told.modseq)

    def vanished_since(self, modseq: int, known: Sequence[int]) -> tuple[int, ...]:
        """UIDs gone since, of those known. The flags changed since come in the same flight and
        wait for ``flags(None, modseq)``.
        """
        ranges: list[tuple[int, int]] = []
        changed: list[RemoteFlags] = []

        def sink(response: Response) -> bool:
            if gone := self._selected.read_vanished(response.head):
                ranges.extend(gone)
                return True
            told = read_fetched(response)
            if told and told.flags is not None:
                changed.append(RemoteFlags(told.uid, told.flags, told.modseq))
            return told is not None

        command = b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE %d VANISHED)" % modseq
        try:
            self._check("FETCH", self._wire.run([command], sink))
        except Unreadable:
            raise self._wire.stream.broken("vanished") from None
        self._changed_too = (modseq, changed)
        return tuple(uid for uid in sorted(set(known)) if _in_ranges(uid, ranges))

    def messages(self, uids: Sequence[int]) -> Iterator[RemoteMessage]:
        """Headers, flags, date, size and structure, in the server's order."""
        modseq = b" MODSEQ" if self._selected.has_modseq else b""
        items = (
            b"(UID FLAGS INTERNALDATE RFC822.SIZE%s BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (%s)])"
        )
        asked = items % (modseq, HEADER_FIELDS)
        commands = [b"UID FETCH %s %s" % (one, asked) for one in write_sets(uids)]
        for told in self._fetched(commands, frozenset(uids), read_header_fetched):
            if (message := told.message()) is not None:
                yield message

    # -- contents --------------------------------------------------------------------------------

    def part(self, uid: int, section: str, offset: int, length: int) -> bytes:
        """A slice of the encoded part. MESSAGE_GONE when the UID is no longer there."""
        name = section_item(section)
        command = b"UID FETCH %d (UID BODY.PEEK[%s]<%d.%d>)" % (uid, name, offset, length)
        found: list[bytes] = []

        def sink(response: Response) -> bool:
            told = read_fetched(response)
            if told is None or told.uid != uid:
                return False
            slice_ = told.section(name)
            if slice_ is not None:
                found.append(slice_)
            return slice_ is not None

        status = self._wire.run([command], sink, literal_limit=length + 4096)
        if not found:
            if status.kind == "OK" or status.code == "EXPUNGEISSUED":
                raise ServerSaid(ErrorCode.MESSAGE_GONE, uid=uid)
            raise refusal("FETCH", status)
        if len(found[0]) > length:
            raise self._wire.stream.broken("slice-too-long", octets=len(found[0]))
        return found[0]

    def texts(
        self, wanted: Sequence[tuple[int, tuple[str, ...]]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        """Sections of many messages: one command for all UIDs that want the same ones, several
        commands in one flight.
        """
        groups: dict[tuple[str, ...], list[int]] = {}
        for uid, sections in dict(wanted).items():
            if sections:
                groups.setdefault(sections, []).append(uid)
        flight: list[bytes] = []
        asked: dict[int, tuple[str, ...]] = {}
        octets = 0
        for sections, uids in groups.items():
            items = b" ".join(
                b"BODY.PEEK[%s]<0.%d>" % (section_item(one), limit) for one in sections
            )
            at_once = max(1, TEXTS_AT_ONCE // (limit * len(sections)))
            for start in range(0, len(uids), at_once):
                some = uids[start : start + at_once]
                if flight and octets + limit * len(sections) * len(some) > TEXTS_AT_ONCE:
                    yield from self._texts(flight, asked, limit)
                    flight, asked, octets = [], {}, 0
                flight += [b"UID FETCH %s (UID %s)" % (one, items) for one in write_sets(some)]
                asked.update(dict.fromkeys(some, sections))
                octets += limit * len(sections) * len(some)
        if flight:
            yield from self._texts(flight, asked, limit)

    def _texts(
        self, commands: Sequence[bytes], asked: dict[int, tuple[str, ...]], limit: int
    ) -> Iterator[tuple[int, dict[str, bytes]]]:
        for told in self._fetched(commands, frozenset(asked)):
            found = {one: told.section(section_item(one)) for one in asked[told.uid]}
            if any(part is not None for part in found.values()):
                yield told.uid, {one: (part or b"")[:limit] for one, part in found.items()}

    def _fetched(
        self,
        commands: Sequence[bytes],
        wanted: frozenset[int] | None,
        read: Callable[[Response], Fetched | None] = read_fetched,
    ) -> Iterator[Fetched]:
        """The answers to FETCH commands sent in one flight; UIDs nobody asked for are left out."""
        if not commands:
            return
        batch: list[Fetched] = []

        def sink(response: Response) -> bool:
            told = read(response)
            if told is None or (wanted is not None and told.uid not in wanted):
                return False
            batch.append(told)
            return True

        tags = self._wire.start_all(commands)
        try:
            while tags:
                status = self._wire.finish(tags.pop(0), sink)
                yield from batch
                batch.clear()
                if status.kind != "OK" and status.code != "EXPUNGEISSUED":
                    raise refusal("FETCH", status)
        finally:
            self._wire.abandon(tags)

    # -- changes ---------------------------------------------------------------------------------

    def store(self, uids: Sequence[int], add: Flags, remove: Flags) -> None:
        """Add, then remove flags."""
        self._changing()
        actions = [(b"+", add), (b"-", remove)]
        commands = [
            b"UID STORE %s %sFLAGS.SILENT %s" % (one, sign, write_flags(flags))
            for sign, flags in actions
            if flags != NO_FLAGS
            for one in write_sets(uids)
        ]
        if not commands:
            return
        with self._selected.own_changes():
            statuses = [self._wire.finish(tag) for tag in self._wire.start_all(commands)]
        for status in statuses:
            if status.code != "EXPUNGEISSUED":  # some were gone already
                self._check("STORE", status)

    def move(self, uids: Sequence[int], target: str) -> dict[int, int]:
        """UID MOVE. Old UID -> new UID as far as COPYUID told."""
        self._changing()
        with self._selected.own_changes():
            return self._transfer(b"UID MOVE", uids, target)

    def copy(self, uids: Sequence[int], target: str) -> dict[int, int]:
        """UID COPY. Old UID -> new UID as far as COPYUID told."""
        return self._transfer(b"UID COPY", uids, target)

    def _transfer(self, verb: bytes, uids: Sequence[int], target: str) -> dict[int, int]:
        mapping: dict[int, int] = {}

        def learn(status: Status | None) -> bool:
            if status is None or status.code != "COPYUID":
                return False
            mapping.update(read_copyuid(status.value, len(uids)))
            return True

        for one in write_sets(uids):
            # MOVE tells COPYUID in an untagged OK (RFC 6851 section 4.3), COPY in the tagged one.
            status = self._wire.run(
                [verb, b" ", one, b" ", self._mailbox(target)],
                lambda response: learn(read_status(response.head[2:])),
            )
            learn(status)
            self._check(verb.decode("ascii"), status)
        wanted = set(uids)
        return {old: new for old, new in mapping.items() if old in wanted}

    def expunge(self, uids: Sequence[int]) -> None:
        """UID EXPUNGE of just these."""
        self._changing()
        with self._selected.own_changes():
            for one in write_sets(uids):
                self._check("EXPUNGE", self._wire.run([b"UID EXPUNGE ", one]))

    def expunge_deleted(self) -> None:
        """Bare EXPUNGE of all that is marked \\Deleted."""
        self._changing()
        with self._selected.own_changes():
            self._check("EXPUNGE", self._wire.run([b"EXPUNGE"]))

    def append(self, path: str, data: bytes, flags: Flags, date: datetime | None) -> int | None:
        """APPEND; the new UID where APPENDUID told it."""
        if self._append_limit is not None and len(data) > self._append_limit:
            raise ServerSaid(
                ErrorCode.MESSAGE_TOO_LARGE, command="APPEND", limit=self._append_limit
            )
        when = b" " + write_date(date) if date else b""
        status = self._wire.run(
            [b"APPEND ", self._mailbox(path), b" ", write_flags(flags), when, b" ", Literal(data)]
        )
        self._check("APPEND", status)
        if status.code == "APPENDUID":
            fields = status.value.split()
            return number(fields[-1].encode("ascii", "replace")) if len(fields) == 2 else None
        return None

    # -- waiting and the end ---------------------------------------------------------------------

    def wait(self, seconds: float) -> bool:
        """IDLE (or NOOP polling) in the selected folder; True as soon as something changed."""
        deadline = within(seconds)
        selected = self._selected
        while not selected.changed and within(0) < deadline:
            if self._caps.idle:
                status = self._wire.idle(
                    min(deadline, within(IDLE_SECONDS)), lambda: selected.changed
                )
                self._check("IDLE", status)
            else:
                pause = min(deadline, within(NOOP_SECONDS))
                while not selected.changed and self._wire.listen(pause):
                    pass
                self._check("NOOP", self._wire.run([b"NOOP"]))
        changed, selected.changed = selected.changed, False
        return changed

    def noop(self) -> None:
        """NOOP: the server and the routers between see that somebody is here."""
        self._check("NOOP", self._wire.run([b"NOOP"]))

    def alive(self) -> bool:
        """Whether the connection still stands, as far as can be told without asking the server: a
        goodbye or the end of the stream that waits to be read means no.
        """
        try:
            while self._wire.listen(within(0)):
                pass
        except MelError:
            return False
        return not self._closed

    def close(self) -> None:
        """LOGOUT, politely and quickly. Never raises."""
        if self._closed:
            return
        self._closed = True
        self._wire.stream.settimeout(GOODBYE_SECONDS)
        with suppress(MelError):
            self._wire.run([b"LOGOUT"])
        self._wire.stream.close()

    def abort(self) -> None:
        """Drop the connection from any thread."""
        self._closed = True
        self._wire.stream.abort()

    def _changing(self) -> None:
        """Before any change: a folder open for reading is left alone. Dovecot answers OK to a MOVE
        there and copies without removing.
        """
        self._changed_too = None
        if self._selected.read_only:
            raise ServerSaid(ErrorCode.SERVER_REFUSED, reply="READ-ONLY")

    def _check(self, command: str, status: Status) -> None:
        if status.kind != "OK":
            raise refusal(command, status)


def _caps(names: frozenset[str]) -> ServerCaps:
    return ServerCaps(
        condstore="CONDSTORE" in names or "QRESYNC" in names,
        qresync="QRESYNC" in names and "ENABLE" in names,
        move="MOVE" in names,
        uidplus="UIDPLUS" in names,
        special_use="SPECIAL-USE" in names,
        list_status="LIST-STATUS" in names,
        idle="IDLE" in names,
        literal_plus="LITERAL+" in names,
        names=names,
    )


def _append_limit(names: Iterable[str]) -> int | None:
    """RFC 7889: the greatest message that the server takes anywhere."""
    for name in names:
        if name.startswith("APPENDLIMIT="):
            return number(name.removeprefix("APPENDLIMIT=").encode("ascii", "replace"))
    return None


def _in_ranges(uid: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= uid <= last for first, last in ranges)
