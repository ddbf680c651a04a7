"""Brings the readable text of messages: text parts only, newest first, each cut at a size.

Attachments are never fetched here, and a message of 100 MB costs no more than its text. Headers
are not fetched again: the fields that a reader sees came with the row; the whole block comes when
a message is opened online.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from mel_desktop.logic import textplan
from mel_desktop.logic.mime import readable
from mel_desktop.model.links import Phase
from mel_desktop.model.mail import Part, Role
from mel_desktop.model.sync import Bodies
from mel_desktop.ports import Answer, Texts
from mel_desktop.services.syncrun import SyncRun
from mel_desktop.store import mailbox, reading, transfers
from mel_desktop.store.reading import Body
from mel_desktop.store.syncstate import FolderState

if TYPE_CHECKING:
    from mel_desktop.services.sync_flow import Flow, Job, Lane

BATCH_OCTETS: Final = 256 * 1024
SMALL_BATCH_OCTETS: Final = 64 * 1024  # several fit on a line of long turns, behind COMPRESS
LONG_RTT_S: Final = 0.1
MOST_UIDS: Final = 250  # stored in one transaction
PAGE: Final = 1000  # messages looked up at once
UNWANTED: Final = (Role.JUNK, Role.TRASH)  # read there on demand only


def oldest_wanted(run: SyncRun, folder: FolderState) -> int | None:
    """Texts are wanted of messages from this id up; None: of none."""
    bodies = run.options.bodies
    if bodies is Bodies.NONE or (bodies is Bodies.RECENT and folder.role in UNWANTED):
        return None
    since = run.now() - timedelta(days=run.options.window_days)
    oldest = 0 if bodies is Bodies.ALL else mailbox.first_id(since)
    return max(oldest, run.cutoffs(folder.id)[0])


class TextSource:
    """Gives the questions for the texts of one folder, from the newest down to ``oldest``."""

    def __init__(
        self,
        run: SyncRun,
        flow: Flow,
        folder: FolderState,
        lane: Lane,
        oldest: int,
        *,
        done: Callable[[], None] | None = None,
    ) -> None:
        self._run = run
        self._flow = flow
        self._folder = folder
        self._lane = lane
        self._oldest = oldest
        self._done = done
        self._below: int | None = None
        self._page: deque[tuple[int, int]] = deque()  # (message, UID)
        self._parts: dict[int, tuple[Part, ...]] = {}
        self._at_end = False
        self._left = 0

    def __call__(self) -> Job | None:
        """The next question, or None while there is none."""
        while not (self._lane.given_up or self._at_end):
            if self._page:
                self._run.enter(Phase.TEXTS)
                job = self._job()
                if job is not None:
                    return job
            else:
                self._turn_page()
        return None

    def _turn_page(self) -> None:
        with self._run.database.read() as reader:
            found = mailbox.bodiless(
                reader, self._folder.id, oldest=self._oldest, below=self._below, limit=PAGE
            )
            self._parts = transfers.known_parts(reader, [message for message, _ in found])
        if not found:
            self._at_end = True
            if not self._left:
                self._finish()
            return
        asked = self._run.texts_asked  # on their way, and not stored yet
        self._page.extend(one for one in found if one[0] not in asked)
        self._below = found[-1][0]

    def _job(self) -> Job | None:
        """As many messages as make up a batch; None when none of them has a text."""
        from mel_desktop.services.sync_flow import Job  # noqa: PLC0415 seldom

        link = self._run.link
        limit = textplan.limit(link, self._run.options.bodies)
        wanted: list[tuple[int, tuple[str, ...]]] = []
        messages: dict[int, int] = {}
        texts: dict[int, tuple[Part, ...]] = {}
        silent: list[Body] = []  # nothing to read, and so nothing to ask for
        octets = 0
        is_long = (self._run.meter.rtt_s or 0) > LONG_RTT_S
        most = SMALL_BATCH_OCTETS if is_long else BATCH_OCTETS
        while self._page and len(wanted) < MOST_UIDS and octets < most:
            message, uid = self._page.popleft()
            self._run.texts_asked.add(message)
            parts = textplan.sections(self._parts.get(message, ()), link)
            if not parts:
                silent.append(Body(message, readable(())))
                continue
            octets += textplan.expected(parts, limit)
            messages[uid] = message
            texts[uid] = parts
            wanted.append((uid, tuple(part.number for part in parts)))
        if silent:
            now = self._run.now()
            self._flow.write(lambda tx: reading.put_bodies(tx, silent[::-1], now))
            self._run.bodies += len(silent)
        if not wanted:
            return None
        ask = Texts(self._folder.path, self._lane.uidvalidity, tuple(wanted), limit, octets)
        self._left += 1
        self._run.expect(len(wanted), octets)

        def take(answer: Answer) -> None:
            self._keep(answer, messages, texts, limit)

        return Job(self._lane, ask, take, over=self._over, skip=lambda _: self._run.did(1))

    def _over(self) -> None:
        self._left -= 1
        if self._at_end and not self._left:
            self._finish()

    def _finish(self) -> None:
        if self._done is not None:
            self._flow.drain()
            self._done()

    def _keep(
        self,
        answer: Answer,
        messages: dict[int, int],
        texts: dict[int, tuple[Part, ...]],
        limit: int,
    ) -> None:
        assert isinstance(answer.ask, Texts)
        read: list[Body] = []
        for uid, came in answer.texts:
            if uid not in messages:
                continue
            found = [(part, came.get(part.number, b"")[:limit]) for part in texts[uid]]
            cut = any(len(data) >= limit and part.size > limit for part, data in found)
            text = readable(found, truncated=cut)
            read.append(Body(messages[uid], text, complete=not cut))
        read.sort(key=lambda one: one.message)
        now = self._run.now()
        self._flow.write(lambda tx: reading.put_bodies(tx, read, now))
        self._run.bodies += len(read)
        octets = sum(textplan.expected(texts[uid], limit) for uid, _ in answer.ask.wanted)
        self._run.did(len(answer.ask.wanted), octets)


def first_texts(
    run: SyncRun,
    flow: Flow,
    folder: FolderState,
    lane: Lane,
    number: int,
    done: Callable[[], None],
) -> TextSource | None:
    """The texts of the newest messages, whatever their age; None when the folder has none."""
    with run.database.read() as reader:
        newest = mailbox.page(reader, folder.id, limit=number, offset=0)
    if not newest:
        return None
    oldest = max(newest[-1].id, run.cutoffs(folder.id)[0])
    return TextSource(run, flow, folder, lane, oldest, done=done)
