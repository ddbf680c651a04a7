"""Lists, tags, pins, snoozed messages, archive, junk and undo: ``facade.organise``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mel_desktop.app.seldom import Snoozes, Tags, Tidying, Undoing, Views
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.mail import Folder, FolderId, MessageId, ThreadId
from mel_desktop.model.organising import (
    Conversation,
    Ground,
    ListChange,
    ListLook,
    ListPlace,
    Restored,
    Tag,
    View,
    YearFolders,
)
from mel_desktop.model.sending import Preset

if TYPE_CHECKING:
    from mel_desktop.app.engine import Engine
    from mel_desktop.app.profile_services import Services

CHUNK: Final = 1000
Progress = Callable[[int, int], None]


class OrganiseDoor:
    """All local; what changes messages is carried to the servers as wishes."""

    def __init__(self, services: Services, engine: Engine) -> None:
        database, mailbox, clock = services.database, services.mailbox, services.clock
        self._services = services
        self._engine = engine
        self._views = Views(database, services.search)
        self._tags = Tags(database, mailbox)
        self._snoozes = Snoozes(database, clock)
        self._tidying = Tidying(database, mailbox, services.folders)
        self._undoing = Undoing(database, mailbox, clock)

    # -- lists -------------------------------------------------------------------------------------

    def ids(
        self, place: ListPlace, look: ListLook, *, first: int | None = None
    ) -> tuple[MessageId, ...]:
        """All that a list shows, in its order (or the ``first`` so many).

        USAGE: the filter's text cannot be read.
        """
        if first is None:
            return self._views.ids(place, look)
        return self._views.ids(place, look, most=first)

    def leads(
        self, place: ListPlace, ids: Sequence[MessageId]
    ) -> tuple[tuple[MessageId, ...], dict[MessageId, ThreadId]]:
        """The first message of each conversation, in the order of ``ids``, and its conversation."""
        return self._views.leads(place, ids)

    def change(
        self,
        place: ListPlace,
        look: ListLook,
        listed: Sequence[MessageId],
        changed: Sequence[MessageId],
        *,
        rows: Sequence[MessageId] = (),
        leads: Mapping[MessageId, ThreadId] | None = None,
        read_too: Sequence[MessageId] = (),
    ) -> ListChange | None:
        """What changes of some messages do to a list, without reading it; None: read it anew.

        ``rows``, ``leads``: of a list of conversations, as ``leads`` gave them. ``read_too``: stay
        among the unread. USAGE: the filter's text cannot be read.
        """
        return self._views.change(
            place, look, listed, changed, rows=rows, leads=leads, read_too=read_too
        )

    def conversations(
        self, place: ListPlace, wanted: Sequence[ThreadId]
    ) -> Mapping[ThreadId, Conversation]:
        """What stands in the rows of conversations; the caller asks for a screenful."""
        return self._views.conversations(place, wanted)

    def conversation(self, thread: ThreadId) -> Conversation:
        """One, wherever its messages are."""
        return self._views.conversation(thread)

    def shows_everywhere(self) -> bool:
        """Whether conversations hold own answers and messages of other folders."""
        return self._views.shows_everywhere()

    def set_everywhere(self, wanted: bool) -> None:
        """Choose that."""
        self._views.set_everywhere(wanted)

    def count(self, view: View) -> int:
        """Unread messages of a view; of the snoozed ones all."""
        return self._views.count_unread(view)

    def asleep(self) -> Mapping[FolderId, tuple[int, int]]:
        """(messages, unread ones) that sleep, by folder: its counters know them too."""
        return self._views.asleep()

    def look(self, place: ListPlace) -> ListLook:
        """How a list looked last."""
        return self._views.look(place)

    def set_look(self, place: ListPlace, look: ListLook) -> None:
        """Keep it."""
        self._views.set_look(place, look)

    # -- tags --------------------------------------------------------------------------------------

    def tags(self) -> tuple[Tag, ...]:
        """In their order: the first nine have keys."""
        return self._tags.all()

    def create_tag(self, name: str, colour: str) -> Tag:
        """USAGE: no name, a name or a keyword that is taken, no colour."""
        return self._tags.create(name, colour)

    def change_tag(self, keyword: str, name: str, colour: str) -> None:
        """Another name or colour. NOT_FOUND | USAGE."""
        self._tags.change(keyword, name, colour)

    def move_tag(self, keyword: str, by: int) -> None:
        """Up or down in the list. NOT_FOUND."""
        self._tags.move(keyword, by)

    def delete_tag(self, keyword: str) -> int:
        """Forget a tag and take it off its messages; how many. NOT_FOUND."""
        number = len(self._tags.delete(keyword))
        self._engine.wake()
        return number

    def tagged(self, keyword: str) -> tuple[MessageId, ...]:
        """Messages with a tag, newest first."""
        return self._tags.messages(keyword)

    # -- on top, and later -------------------------------------------------------------------------

    def pin(self, ids: Sequence[MessageId], pinned: bool) -> None:
        """On top of their folder, or no more; on this PC only."""
        self._snoozes.pin(ids, pinned)

    def snooze(self, ids: Sequence[MessageId], until: datetime) -> None:
        """Hide until then, on this PC only. USAGE(hour-in-the-past)."""
        self._snoozes.snooze(ids, until)

    def end_snooze(self, ids: Sequence[MessageId]) -> None:
        """Back at once."""
        self._snoozes.end(ids)

    def wake_due(self) -> tuple[MessageId, ...]:
        """Messages that come back now."""
        return self._snoozes.wake_due()

    def next_due(self) -> datetime | None:
        """When the next one comes back."""
        return self._snoozes.next_due()

    def looked_at(self, message: MessageId) -> None:
        """A message that came back was opened."""
        self._snoozes.looked_at(message)

    def hours(self, account: AccountId) -> tuple[Preset, ...]:
        """Hours that are offered, school holidays known."""
        return self._services.leaving.hours.presets(account)

    # -- archive and junk --------------------------------------------------------------------------

    def archive(self, ids: Sequence[MessageId]) -> int:
        """Into the archive of their account and year; how many moved. USAGE."""
        moved = self._tidying.archive(ids)
        self._engine.wake()
        return moved

    def archive_years(self) -> YearFolders:
        """What archived messages are laid into."""
        return self._tidying.years()

    def set_archive_years(self, wanted: YearFolders) -> None:
        """Choose that."""
        self._tidying.set_years(wanted)

    def junk(self, ids: Sequence[MessageId], is_junk: bool) -> None:
        """It is junk (there with it), or it is none (back to the inbox): those of its account or of
        the shared box that it lies in. NOT_FOUND where a shared box shows no inbox.
        """
        self._tidying.junk(ids, is_junk)
        self._engine.wake()

    def is_junk(self, message: MessageId) -> bool:
        """Whether it lies in a junk folder, one's own or that of a shared box."""
        rows = self._services.mailbox.rows([message])
        return any(
            self._tidying.is_junk(one)
            for one in self._services.mailbox.folders()
            if rows and one.id == rows[0].folder
        )

    def junk_folder(self, message: MessageId) -> Folder | None:
        """Where junk of the message's box goes; None without one, or if it lies there."""
        return self._tidying.junk_folder(message)

    # -- many, and undo ----------------------------------------------------------------------------

    def in_chunks(
        self,
        ids: Sequence[MessageId],
        work: Callable[[Sequence[MessageId]], object],
        progress: Progress | None = None,
    ) -> None:
        """A command on thousands: a chain of transactions of 1,000 messages. Any thread."""
        for start in range(0, len(ids), CHUNK):
            work(ids[start : start + CHUNK])
            if progress is not None:
                progress(min(len(ids), start + CHUNK), len(ids))

    def ground(self, ids: Sequence[MessageId]) -> Ground:
        """How messages stand now, for ``restore``."""
        return self._undoing.ground(ids)

    def restore(
        self, ground: Ground, progress: Progress | None = None, *, after: Ground | None = None
    ) -> Restored:
        """Put messages back as they stood; how many, and what is left to be tried again.

        ``after``: the ground after the command; what it left alone stays.
        """
        restored = self._undoing.restore(ground, progress, after=after)
        self._engine.wake()
        return restored
