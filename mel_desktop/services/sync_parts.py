"""Brings what comes last: attachments part by part, or whole messages byte for byte.

Rule 1: small ones first, many to a question; big ones in slices, several by turns: none waits for
another to end.
Rule 2: every slice that came is stored with the place where a cut transfer goes on: at most one
slice is fetched again.
Rule 3: what is stored is vouched for by its SHA-256; nothing is stored twice: attachments of a
whole message are cut out of it when they are wanted.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from mel_desktop.logic.mime import PartDecoder, decode_octets
from mel_desktop.logic.whole import Whole, read_whole, same_structure
from mel_desktop.model.errors import LocalRefusal
from mel_desktop.model.links import Phase
from mel_desktop.model.mail import Part
from mel_desktop.model.values import dataclass
from mel_desktop.ports import Answer, Slice, Texts, Wholes
from mel_desktop.services.syncrun import SyncRun
from mel_desktop.store import blobs, reading, transfers
from mel_desktop.store.database import Transaction
from mel_desktop.store.reading import Body
from mel_desktop.store.syncstate import FolderState
from mel_desktop.store.transfers import Missing, NotWhole

if TYPE_CHECKING:
    from mel_desktop.services.sync_flow import Flow, Job, Lane

SLICE: Final = 64 * 1024
SMALL_PART: Final = SLICE
WHOLE_SLICE: Final = 256 * 1024  # of a mirror, which a full line carries
SMALL_WHOLE: Final = 1024 * 1024
BATCH_OCTETS: Final = 512 * 1024
MOST_UIDS: Final = 200
BY_TURNS: Final = 4  # transfers of which slices are asked in turn
PAGE: Final = 500
SLACK: Final = 16 * 1024 * 1024  # more than the server said before it is given up
READ_WHOLE: Final = 16 * 1024 * 1024  # a message of which the text is read from the whole
LITTLE_MORE: Final = 1024


@dataclass(slots=True)
class _Transfer:
    """A part on its way, slice by slice. ``asked`` and ``came`` count encoded octets."""

    lane: Lane
    message: int
    uid: int
    number: str
    stated: int
    decoder: PartDecoder
    blob: int | None
    came: int = 0
    asked: int = 0
    running: hashlib._Hash | None = None  # None: begun by an earlier sync
    ended: bool = False
    stored: Future[object] | None = None  # what came last
    read_text: bool = False  # a whole message: from what came
    had_text: bool = False


class PartSource:
    """Gives the questions for attachments of some folders; see ``add``."""

    def __init__(self, run: SyncRun, flow: Flow) -> None:
        self._run = run
        self._flow = flow
        self._small: deque[tuple[Lane, Missing]] = deque()
        self._big: deque[_Transfer] = deque()
        self._turns: deque[_Transfer] = deque()
        self._came: deque[_Transfer] = deque()  # all of it; the end may still be being stored

    @property
    def is_busy(self) -> bool:
        """Whether anything of it is still to come."""
        return bool(self._small or self._big or self._turns or self._came)

    def add(self, lane: Lane, missing: Sequence[Missing]) -> None:
        """These parts are wanted, smallest first."""
        for one in missing:
            self._run.expect(1, max(0, one.part.size - one.fetched))
            if one.part.size <= SMALL_PART and not one.fetched:
                self._small.append((lane, one))
            else:
                self._big.append(self._transfer(lane, one))

    def add_whole(self, lane: Lane, one: NotWhole) -> None:
        """This message is wanted byte for byte, and too big for a batch."""
        self._run.expect(1, max(0, one.size - one.fetched))
        part = Part(reading.WHOLE, "message/rfc822", "", "", "", "", "", one.size)
        made = self._transfer(lane, Missing(one.message, one.uid, part, one.blob, one.fetched))
        made.read_text, made.had_text = one.size <= READ_WHOLE, one.has_text
        self._big.append(made)

    def __call__(self) -> Job | None:
        """The next question, or None."""
        self.finish()
        if self._small:
            self._run.enter(Phase.ATTACHMENTS)
            return self._small_job()
        while self._big and len(self._turns) < BY_TURNS:
            self._turns.append(self._big.popleft())
        for _ in range(len(self._turns)):
            one = self._turns.popleft()
            if one.ended or one.lane.given_up:
                return self()
            job = self._slice_job(one)
            self._turns.append(one)
            if job is not None:
                self._run.enter(Phase.ATTACHMENTS)
                return job
        return None

    def finish(self) -> None:
        """What came to its end and is stored is whole now."""
        while self._came and (last := self._came[0].stored) is not None and last.done():
            last.result()
            self._finish(self._came.popleft())

    # -- small ones --------------------------------------------------------------------------------

    def _small_job(self) -> Job:
        from mel_desktop.services.sync_flow import Job  # noqa: PLC0415 seldom

        lane = self._small[0][0]
        some: dict[int, list[Missing]] = {}
        octets = 0
        while (
            self._small
            and self._small[0][0] is lane
            and len(some) < MOST_UIDS
            and octets < BATCH_OCTETS
        ):
            one = self._small.popleft()[1]
            some.setdefault(one.uid, []).append(one)
            octets += one.part.size
        wanted = tuple(
            (uid, tuple(one.part.number for one in parts)) for uid, parts in some.items()
        )
        ask = Texts(lane.path, lane.uidvalidity, wanted, SMALL_PART + LITTLE_MORE, octets)
        return Job(lane, ask, partial(self._keep_small, lane=lane, some=some))

    def _keep_small(self, answer: Answer, *, lane: Lane, some: dict[int, list[Missing]]) -> None:
        assert isinstance(answer.ask, Texts)
        whole: list[tuple[Missing, bytes]] = []
        for uid, sections in answer.texts:
            for one in some.get(uid, ()):
                data = sections.get(one.part.number)
                if data is None:
                    continue
                if len(data) > SMALL_PART:  # longer than the server said
                    self._big.append(self._transfer(lane, one))
                else:
                    whole.append((one, decode_octets(data, one.part.encoding)))
        now = self._run.now()
        self._flow.write(lambda tx: _put_parts(tx, whole, now))
        asked = [one for uid, _ in answer.ask.wanted for one in some[uid]]
        self._run.did(len(asked), sum(one.part.size for one in asked))

    # -- slices ------------------------------------------------------------------------------------

    def _transfer(self, lane: Lane, one: Missing) -> _Transfer:
        encoding = "" if one.part.number == reading.WHOLE else one.part.encoding
        decoder = PartDecoder(encoding)
        goes_on = one.blob is not None and decoder.resumes and one.fetched > 0
        begin = one.fetched if goes_on else 0
        return _Transfer(
            lane,
            one.message,
            one.uid,
            one.part.number,
            one.part.size,
            decoder,
            one.blob if goes_on else None,
            came=begin,
            asked=begin,
            running=None if goes_on else hashlib.sha256(),
        )

    def _slice_job(self, one: _Transfer) -> Job | None:
        from mel_desktop.services.sync_flow import Job  # noqa: PLC0415 seldom

        if one.asked > one.stated:  # the last octets, and that no more follow, are on their way
            return None
        most = WHOLE_SLICE if one.number == reading.WHOLE else SLICE
        length = min(most, one.stated - one.asked)
        if one.asked + length >= one.stated:
            length += 1  # a short answer proves the end
        ask = Slice(one.lane.path, one.lane.uidvalidity, one.uid, one.number, one.asked, length)
        one.asked += length

        def skip(_: int) -> None:
            one.ended = True

        return Job(one.lane, ask, partial(self._keep_slice, one=one), skip=skip)

    def _keep_slice(self, answer: Answer, *, one: _Transfer) -> None:
        ask, data = answer.ask, answer.data or b""
        assert isinstance(ask, Slice)
        if one.ended or ask.offset != one.came:
            return  # after the end
        one.came += len(data)
        at_end = len(data) < ask.length
        octets = one.decoder.feed(data) + (one.decoder.finish() if at_end else b"")
        if one.running is not None:
            one.running.update(octets)
        fetched, now = one.came - one.decoder.pending, self._run.now()
        one.stored = self._flow.write(lambda tx: _append(tx, one, octets, fetched, now))
        self._run.did(0, len(data))
        if at_end:
            one.ended = True
            self._came.append(one)
        elif one.came >= one.stated:  # longer than the server said
            if one.came > one.stated + SLACK:
                one.ended = True
            one.stated = max(one.came, one.stated) + SLICE

    def _finish(self, one: _Transfer) -> None:
        """All of it is stored; what was read of a whole message is read from there."""
        if one.blob is None:  # the message is gone meanwhile
            return
        blob = one.blob
        with self._run.database.read() as reader:
            digest = one.running.digest() if one.running else blobs.digest(reader, blob)
            raw = b"".join(blobs.read(reader, blob)) if one.read_text else None
            known = transfers.known_parts(reader, [one.message]) if raw is not None else {}
        whole = None if raw is None else read_whole(raw)
        now = self._run.now()

        def work(tx: Transaction) -> None:
            reading.finish_part(tx, one.message, blob, digest)
            if whole is not None:
                _put_text(tx, one.message, whole, known.get(one.message, ()), now)

        self._flow.write(work)
        self._run.bodies += whole is not None and not one.had_text
        self._run.did(1)


class WholeSource:
    """Gives the questions for whole messages of one folder, newest first; big ones go to
    ``parts``.
    """

    def __init__(
        self, run: SyncRun, flow: Flow, folder: FolderState, lane: Lane, parts: PartSource
    ) -> None:
        self._run = run
        self._flow = flow
        self._folder = folder
        self._lane = lane
        self._parts_source = parts
        self._page: deque[NotWhole] = deque()
        self._known: dict[int, tuple[Part, ...]] = {}
        self._below: int | None = None
        self._at_end = False
        self._oldest = max(run.cutoffs(folder.id))

    def __call__(self) -> Job | None:
        """The next question, or None."""
        while not self._at_end and not self._lane.given_up:
            if not self._page:
                self._turn_page()
            job = self._job()
            if job is not None:
                self._run.enter(Phase.TEXTS)
                return job
        return None

    def _turn_page(self) -> None:
        with self._run.database.read() as reader:
            found = transfers.not_whole(
                reader, self._folder.id, oldest=self._oldest, below=self._below, limit=PAGE
            )
            self._known = transfers.known_parts(reader, [one.message for one in found])
        self._at_end = not found
        if found:
            self._below = found[-1].message
            self._page.extend(found)

    def _job(self) -> Job | None:
        from mel_desktop.services.sync_flow import Job  # noqa: PLC0415 seldom

        some: dict[int, NotWhole] = {}
        octets = 0
        while self._page and len(some) < MOST_UIDS and octets < BATCH_OCTETS:
            one = self._page.popleft()
            if one.size > SMALL_WHOLE or one.fetched:
                self._parts_source.add_whole(self._lane, one)
                continue
            some[one.uid] = one
            octets += one.size
        if not some:
            return None
        wanted = tuple((uid, one.size) for uid, one in some.items())
        self._run.expect(len(some), octets)
        known = {one.message: self._known.get(one.message, ()) for one in some.values()}
        return Job(
            self._lane,
            Wholes(self._folder.path, self._lane.uidvalidity, wanted),
            partial(self._keep, some=some, known=known),
            skip=lambda _: self._run.did(1),
        )

    def _keep(
        self, answer: Answer, *, some: dict[int, NotWhole], known: dict[int, tuple[Part, ...]]
    ) -> None:
        assert isinstance(answer.ask, Wholes)
        came = sorted((some[uid].message, raw) for uid, raw in answer.wholes if uid in some)
        packed = [(message, blobs.pack(raw)) for message, raw in came]
        read = [(message, read_whole(raw)) for message, raw in came]
        bodies = [Body(message, whole.text, whole.header) for message, whole in read]
        others = [
            (message, whole.parts)
            for message, whole in read
            if not same_structure(whole.parts, known[message])
        ]
        now = self._run.now()

        def work(tx: Transaction) -> None:
            for message, parts in others:
                reading.put_structure(tx, message, parts)
            reading.put_wholes(tx, packed, now)
            reading.put_bodies(tx, bodies, now)

        self._flow.write(work)
        self._run.bodies += sum(not some[uid].has_text for uid, _ in answer.wholes if uid in some)
        self._run.did(len(answer.ask.wanted), sum(size for _, size in answer.ask.wanted))


def _put_parts(tx: Transaction, whole: Sequence[tuple[Missing, bytes]], now: datetime) -> None:
    for one, data in whole:
        reading.put_part(tx, one.message, one.part.number, data, now)


def _put_text(
    tx: Transaction, message: int, whole: Whole, known: Sequence[Part], now: datetime
) -> None:
    if not same_structure(whole.parts, known):
        reading.put_structure(tx, message, whole.parts)
    reading.put_body(tx, message, whole.text, whole.header, complete=True, now=now)


def _append(tx: Transaction, one: _Transfer, octets: bytes, fetched: int, now: datetime) -> None:
    try:
        if one.blob is None:
            if one.number == reading.WHOLE:
                reading.note_whole(tx, one.message)
            one.blob = reading.begin_part(tx, one.message, one.number, now)
        reading.append_part(tx, one.message, one.number, one.blob, octets, fetched)
    except LocalRefusal:  # the message is gone meanwhile
        one.ended, one.blob = True, None
