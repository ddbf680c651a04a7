"""One ask of the pump -> the commands that answer it, and what came (RFC 3501 6.4.5, 7162, 8970).

Rule: only what the ask names gets into its answer. UIDs nobody asked for, values that cannot be
read and a second answer for the same thing are left to whoever else may claim them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from mel_desktop.model.errors import ErrorCode, ServerSaid
from mel_desktop.model.values import dataclass
from mel_desktop.net.imap_dialogue import Dialogue
from mel_desktop.net.imap_fetch import (
    HEADER_FIELDS,
    read_fetched,
    section_item,
    sequence_of,
)
from mel_desktop.net.imap_grammar import Response, Status, write_sets
from mel_desktop.net.imap_refusals import refusal
from mel_desktop.net.imap_selected import Visit
from mel_desktop.net.imap_wire import Sink
from mel_desktop.ports import (
    Answer,
    Ask,
    Open,
    Opened,
    RemoteFlags,
    RemoteMessage,
    Rows,
    Slice,
    Texts,
    Wholes,
)

ROW_OCTETS = 1500  # of a row with header, structure and what is around them
FLAGS_OCTETS = 60
OPEN_OCTETS = 1000
SLACK = 4096  # what an answer may have beyond its contents
NEW_OCTETS = 30_000  # of rows of which nobody knows how many there are
MAX_UNCOUNTED = 10_000  # rows beyond those that the folder was said to hold


@dataclass(slots=True)
class Command:
    """One command of a job, in the folder of its visit."""

    line: bytes
    sink: Sink
    literal_limit: int = 0
    answers: int = 0  # untagged ones that it may have; 0: one for each message of the folder
    status: Status | None = None


class Job:
    """One ask under way. ``commands`` is asked once the folder's SELECT is queued."""

    expected = OPEN_OCTETS
    is_content = False  # whether a server has only to send what it keeps

    def __init__(self, ask: Ask, dialogue: Dialogue) -> None:
        self.ask = ask
        self.dialogue = dialogue
        self.visit = Visit()
        self.upstream = 0  # octets of its commands
        self.left = 0  # commands that are not answered yet
        self.has_begun = False
        self.is_told = False  # answered before the end of its commands
        self.is_plain = False  # asked again without mod-sequences and previews
        self.refused: Status | None = None

    @property
    def has_come(self) -> bool:
        """Whether the answer is whole, though its end was not told yet."""
        return False

    @property
    def is_whole(self) -> bool:
        """The same, and nothing that may still be told would change it."""
        return False

    @property
    def is_done(self) -> bool:
        """Whether everything was answered."""
        return self.has_begun and not self.left

    @property
    def uidvalidity(self) -> int | None:
        """Under which its UIDs mean something; None when it names none."""
        return getattr(self.ask, "uidvalidity", None)

    def commands(self) -> Iterator[Command]:
        """What is to be sent in the folder."""
        raise NotImplementedError

    def answer(self) -> Answer:
        """What came."""
        raise NotImplementedError

    def forget(self) -> None:
        """Before it is asked again."""
        raise NotImplementedError

    def finish(self, command: Command, status: Status) -> None:
        """The tagged answer of one of its commands."""
        command.status = status
        self.left -= 1
        if status.kind != "OK" and status.code != "EXPUNGEISSUED":
            self.refused = self.refused or status

    @property
    def may_try_plainly(self) -> bool:
        """Whether it asked for more than the server gives (NOMODSEQ, RFC 7162 section 3.1.2.2)."""
        return not self.is_plain and self.refused is not None and self.refused.kind == "BAD"

    def trouble(self) -> ServerSaid | None:
        """Why there is no answer, or not all of it."""
        if self.visit.trouble is not None:
            return self.visit.trouble
        wanted = self.uidvalidity
        if wanted is not None and wanted != self.visit.selected.uidvalidity:
            return ServerSaid(ErrorCode.MESSAGE_GONE, why="uidvalidity")
        return refusal("FETCH", self.refused) if self.refused is not None else None


# -- rows ----------------------------------------------------------------------------------------


def row_items(dialogue: Dialogue, *, preview: bool, plain: bool) -> bytes:
    """What FETCH asks for a row."""
    more = b""
    if dialogue.has_condstore and not plain:
        more += b" MODSEQ"
    if dialogue.offers("OBJECTID") and not plain:
        more += b" EMAILID"
    if preview and dialogue.offers("PREVIEW") and not plain:
        more += b" PREVIEW"
    asked = b"(UID FLAGS INTERNALDATE RFC822.SIZE%s BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (%s)])"
    return asked % (more, HEADER_FIELDS)


def fetch_rows(response: Response, wanted: Wanted, rows: dict[int, RemoteMessage]) -> bool:
    """Take a row that is wanted and whole."""
    told = read_fetched(response)
    if told is None or told.uid not in wanted:
        return False
    row = told.message()
    if row is None:
        return False
    rows[told.uid] = row
    return True


Wanted = frozenset[int] | range


class RowsJob(Job):
    """Rows of given UIDs."""

    ask: Rows

    def __init__(self, ask: Rows, dialogue: Dialogue) -> None:
        super().__init__(ask, dialogue)
        self.expected = ROW_OCTETS * len(ask.uids)
        self._wanted = frozenset(ask.uids)
        self._rows: dict[int, RemoteMessage] = {}

    def commands(self) -> Iterator[Command]:
        """UID FETCH."""
        items = row_items(self.dialogue, preview=self.ask.preview, plain=self.is_plain)
        for one in write_sets(self._wanted):
            line = b"UID FETCH %s %s" % (one, items)
            yield Command(line, self._take, answers=len(self._wanted))

    def _take(self, response: Response) -> bool:
        return fetch_rows(response, self._wanted, self._rows)

    def answer(self) -> Answer:
        """Rows in the server's order."""
        trouble = self.trouble()
        rows = () if is_void(self) else tuple(self._rows.values())
        return Answer(self.ask, rows=rows, trouble=trouble)

    def forget(self) -> None:
        """Rows so far."""
        self._rows.clear()


def is_void(job: Job) -> bool:
    """Whether what came must not be believed: another folder, or another UIDVALIDITY."""
    wanted = job.uidvalidity
    visit = job.visit
    return visit.trouble is not None or (
        wanted is not None and wanted != visit.selected.uidvalidity
    )


# -- contents ------------------------------------------------------------------------------------


class TextsJob(Job):
    """Sections of many messages; the UIDs that want the same ones go into one command."""

    ask: Texts
    is_content = True

    def __init__(self, ask: Texts, dialogue: Dialogue) -> None:
        super().__init__(ask, dialogue)
        self._asked = {uid: sections for uid, sections in ask.wanted if sections}
        self._found: dict[int, dict[str, bytes]] = {}
        pieces = sum(len(sections) for sections in self._asked.values())
        self.expected = (ask.expected or min(ask.limit, 4096) * pieces) + 100 * pieces

    def commands(self) -> Iterator[Command]:
        """UID FETCH n (UID BODY.PEEK[1]<0.limit>)."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for uid, sections in self._asked.items():
            groups.setdefault(sections, []).append(uid)
        for sections, uids in groups.items():
            items = b" ".join(
                b"BODY.PEEK[%s]<0.%d>" % (section_item(one), self.ask.limit) for one in sections
            )
            for some in write_sets(uids):
                line = b"UID FETCH %s (UID %s)" % (some, items)
                yield Command(line, self._take, self.ask.limit + SLACK, len(self._asked))

    def _take(self, response: Response) -> bool:
        told = read_fetched(response)
        asked = self._asked.get(told.uid) if told else None
        if told is None or asked is None:
            return False
        came = {one: told.section(section_item(one)) for one in asked}
        found = {one: data[: self.ask.limit] for one, data in came.items() if data is not None}
        if found:
            self._found.setdefault(told.uid, {}).update(found)
        return bool(found)

    def answer(self) -> Answer:
        """As far as they came."""
        texts: tuple[tuple[int, Mapping[str, bytes]], ...] = ()
        if not is_void(self):
            texts = tuple(
                (uid, {one: found.get(one, b"") for one in self._asked[uid]})
                for uid, found in self._found.items()
            )
        return Answer(self.ask, texts=texts, trouble=self.trouble())

    def forget(self) -> None:
        """Texts so far."""
        self._found.clear()


class SliceJob(Job):
    """A slice of one section."""

    ask: Slice
    is_content = True

    def __init__(self, ask: Slice, dialogue: Dialogue) -> None:
        super().__init__(ask, dialogue)
        self.expected = ask.length + 100
        self._section = section_item(ask.section)
        self._data: bytes | None = None

    @property
    def has_come(self) -> bool:
        """The slice is here: Dovecot says OK to none of several commands before all have come."""
        return self._data is not None and self.visit.is_open

    @property
    def is_whole(self) -> bool:
        """As long as was asked for. A shorter one is the end of a part, or of a message that went
        away: that is told with the tagged answer.
        """
        return self.has_come and len(self._data or b"") == self.ask.length

    def commands(self) -> Iterator[Command]:
        """UID FETCH n (UID BODY.PEEK[1]<offset.length>)."""
        ask = self.ask
        item = b"BODY.PEEK[%s]<%d.%d>" % (self._section, ask.offset, ask.length)
        line = b"UID FETCH %d (UID %s)" % (ask.uid, item)
        yield Command(line, self._take, ask.length + SLACK, 1)

    def _take(self, response: Response) -> bool:
        told = read_fetched(response)
        if told is None or told.uid != self.ask.uid or self._data is not None:
            return False
        data = told.section(self._section)
        if data is not None and len(data) > self.ask.length:
            raise self.dialogue.wire.stream.broken("slice-too-long", octets=len(data))
        if told.origin(self._section) not in (None, self.ask.offset):
            return False
        self._data = data
        return data is not None

    def answer(self) -> Answer:
        """The octets; MESSAGE_GONE when nothing came."""
        trouble = self.trouble()
        data = None if is_void(self) else self._data
        if trouble is None and data is None:
            # Exchange may keep to itself what is there: then it is refused, never taken for gone.
            is_silent = self.dialogue.quirks.silent_fetch
            code = ErrorCode.SERVER_REFUSED if is_silent else ErrorCode.MESSAGE_GONE
            trouble = ServerSaid(code, uid=self.ask.uid)
        return Answer(self.ask, data=data, trouble=trouble)

    def forget(self) -> None:
        """The slice, if it came."""
        self._data = None


class WholesJob(Job):
    """Whole small messages in one command."""

    ask: Wholes
    is_content = True

    def __init__(self, ask: Wholes, dialogue: Dialogue) -> None:
        super().__init__(ask, dialogue)
        self._sizes = dict(ask.wanted)
        self._found: dict[int, bytes] = {}
        self.expected = sum(self._sizes.values()) + 80 * len(self._sizes)

    def commands(self) -> Iterator[Command]:
        """UID FETCH n (UID BODY.PEEK[])."""
        # Some servers state the size of another form of the message (Exchange): leave room.
        limit = max((size + size // 8 for size in self._sizes.values()), default=0) + SLACK
        for some in write_sets(self._sizes):
            line = b"UID FETCH %s (UID BODY.PEEK[])" % some
            yield Command(line, self._take, limit, len(self._sizes))

    def _take(self, response: Response) -> bool:
        told = read_fetched(response)
        if told is None or told.uid not in self._sizes:
            return False
        data = told.section(b"")
        if data is None or told.origin(b"") is not None or told.uid in self._found:
            return False
        self._found[told.uid] = data
        return True

    def answer(self) -> Answer:
        """Whole messages in the server's order."""
        wholes = () if is_void(self) else tuple(self._found.items())
        return Answer(self.ask, wholes=wholes, trouble=self.trouble())

    def forget(self) -> None:
        """Messages so far."""
        self._found.clear()


# -- opening -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Told:
    """What an Open has heard so far."""

    flags: dict[int, RemoteFlags] = field(default_factory=dict)
    gone: list[tuple[int, int]] = field(default_factory=list)
    uids: set[int] = field(default_factory=set)
    rows: dict[int, RemoteMessage] = field(default_factory=dict)


class OpenJob(Job):
    """A folder opened, and what changed since a cursor."""

    ask: Open

    def __init__(self, ask: Open, dialogue: Dialogue) -> None:
        super().__init__(ask, dialogue)
        self.expected = OPEN_OCTETS + ROW_OCTETS * min(ask.newest, ask.exists)
        self.expected += NEW_OCTETS if ask.rows_from is not None else 0
        self.expected += 3 * ask.exists if ask.every_uid else 0
        self.expected += FLAGS_OCTETS * ask.exists if ask.every_flag else 0
        self._told = _Told()
        self._first = max(1, ask.exists - ask.newest + 1)
        self._search: Command | None = None
        self._flags: Command | None = None
        self._rows: Command | None = None

    @property
    def uidvalidity(self) -> None:
        """Another UIDVALIDITY is what it is there to tell, and no trouble."""
        return

    @property
    def since(self) -> tuple[int, int] | None:
        """The cursor, where SELECT itself can tell what changed."""
        ask = self.ask
        if not ask.uidvalidity or not ask.modseq or self.is_plain or ask.every_flag:
            return None
        return (ask.uidvalidity, ask.modseq) if self.dialogue.has_qresync else None

    def selecting(self, response: Response) -> bool:
        """What comes with SELECT (QRESYNC ...)."""
        if response.head[:13].upper() == b"* OK [CLOSED]":
            self._told = _Told()  # all of it was about the folder open before
            return False
        if gone := self.visit.selected.read_vanished(response.head):
            self._told.gone += gone
            self._bounded(len(self._told.gone))
            return True
        return self._take_flags(response)

    def commands(self) -> Iterator[Command]:
        """What SELECT does not tell by itself."""
        ask, has_modseq = self.ask, self.dialogue.has_condstore and not self.is_plain
        self._search = self._flags = self._rows = None
        if ask.every_flag:
            items = b"(UID FLAGS MODSEQ)" if has_modseq else b"(UID FLAGS)"
            self._flags = Command(b"UID FETCH 1:* " + items, self._take_every)
            yield self._flags
        elif ask.modseq and has_modseq and self.since is None:
            line = b"UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE %d)" % ask.modseq
            self._flags = Command(line, self._take_flags)
            yield self._flags
        if (ask.every_uid or (ask.modseq and self.since is None)) and not ask.every_flag:
            line = b"UID SEARCH RETURN (ALL) ALL"
            if not self.dialogue.offers("ESEARCH"):
                line = b"UID SEARCH ALL"
            self._search = Command(line, self._take_search)
            yield self._search
        items = row_items(self.dialogue, preview=ask.preview, plain=self.is_plain)
        if ask.rows_from is not None:
            self._rows = Command(b"UID FETCH %d:* %s" % (ask.rows_from, items), self._take_from)
            yield self._rows
        elif ask.newest and ask.exists:
            line = b"FETCH %d:* %s" % (self._first, items)
            self._rows = Command(line, self._take_newest)
            yield self._rows

    def _take_flags(self, response: Response) -> bool:
        told = read_fetched(response)
        if told is None or told.flags is None or told.sections:
            return False
        self._told.flags[told.uid] = RemoteFlags(told.uid, told.flags, told.modseq)
        self._bounded(len(self._told.flags))
        return True

    def _take_every(self, response: Response) -> bool:
        return self._take_flags(response)

    def _take_search(self, response: Response) -> bool:
        uids = self.visit.selected.read_search(response.head)
        if uids is None:
            return False
        self._told.uids.update(uids)
        self._bounded(len(self._told.uids))
        return True

    def _take_from(self, response: Response) -> bool:
        # n:* names the last message even where its UID is below n (RFC 3501 section 6.4.8).
        return self._take_row(response, self.ask.rows_from or 1)

    def _take_newest(self, response: Response) -> bool:
        # Rows that another command asked for may come before this one is answered.
        return (sequence_of(response) or 0) >= self._first and self._take_row(response, 1)

    def _take_row(self, response: Response, lowest: int) -> bool:
        rows = self._told.rows
        taken = fetch_rows(response, range(lowest, 1 << 32), rows)
        self._bounded(len(rows))
        if not taken:
            told = read_fetched(response)
            return bool(told and told.uid < lowest and told.message())
        return True

    def _bounded(self, count: int) -> None:
        """A folder cannot tell of more messages than it holds, give or take."""
        if count > max(self.visit.selected.exists, self.ask.exists) + MAX_UNCOUNTED * 10:
            raise self.dialogue.wire.stream.broken("more-than-there-are")

    def finish(self, command: Command, status: Status) -> None:
        """Only missing rows are trouble: the rest is told as None."""
        refused = self.refused
        super().finish(command, status)
        if not self.visit.selected.exists:
            self.refused = refused  # no message has a number there: some servers say BAD to 1:*
        elif command is not self._rows and not (status.kind == "BAD" and not self.is_plain):
            self.refused = refused

    def answer(self) -> Answer:
        """What changed as far as the server could tell."""
        if self.visit.trouble is not None:
            return Answer(self.ask, trouble=self.visit.trouble)
        selected, told = self.visit.selected, self._told
        is_same = self.ask.uidvalidity in (None, selected.uidvalidity)
        uids, changed, vanished = None, None, None
        if self.ask.every_flag:
            if self._has(self._flags, len(told.flags)):
                changed = tuple(told.flags.values())
                uids = tuple(sorted(told.flags))
        elif is_same and self.since is not None and selected.has_modseq:
            changed, vanished = tuple(told.flags.values()), tuple(told.gone)
        elif is_same and selected.has_modseq and _is_ok(self._flags):
            changed = tuple(told.flags.values())
        if self._has(self._search, len(told.uids)):
            uids = tuple(sorted(told.uids))
        rows = told.rows.values()
        newest = sorted(rows, key=lambda row: row.uid) if self.ask.rows_from is None else rows
        return Answer(
            self.ask,
            opened=Opened(selected.status(), uids, changed, vanished),
            rows=tuple(newest),
            trouble=self.trouble(),
        )

    def _has(self, command: Command | None, count: int) -> bool:
        """Whether a list of all UIDs came, and none is left out of it."""
        selected = self.visit.selected
        return _is_ok(command) and count >= selected.opened_with - selected.lost

    def forget(self) -> None:
        """Everything but how many messages there are."""
        self._told = _Told()
        if self.visit.is_open:
            self._first = max(1, self.visit.selected.exists - self.ask.newest + 1)


def _is_ok(command: Command | None) -> bool:
    status = command.status if command else None
    return status is not None and (status.kind == "OK" or status.code == "EXPUNGEISSUED")


def job_of(ask: Ask, dialogue: Dialogue) -> Job:
    """The job that answers an ask."""
    match ask:
        case Open():
            return OpenJob(ask, dialogue)
        case Rows():
            return RowsJob(ask, dialogue)
        case Texts():
            return TextsJob(ask, dialogue)
        case Slice():
            return SliceJob(ask, dialogue)
        case Wholes():
            return WholesJob(ask, dialogue)
