"""Reads what a list shows: the first rows at once, of a large list the rest beside the window."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from mel_desktop.app.facade import Facade
from mel_desktop.model.changes import Area, Changes
from mel_desktop.model.errors import LocalRefusal, MelError
from mel_desktop.model.mail import MessageId, ThreadId
from mel_desktop.model.organising import ListChange, ListLook, ListPlace, Sort, View
from mel_desktop.ui import quick_bar
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.id_list import IdList

if TYPE_CHECKING:
    from mel_desktop.ui.mail_page import MailPage

T = TypeVar("T")

FIRST: Final = 500  # rows that are read at once
LARGE: Final = 5000  # a longer list is read beside the window
MOST: Final = 500  # more changed messages than these: the list is read anew
MOST_BY_WORDS: Final = 120  # the same in sorts where the place of each is halved for in the store
GAP_MS: Final = 150  # at most one look at what changed in so long
QUIET_MS: Final = 3000  # after so long without a change the whole is compared with the store

Whole = tuple[Sequence[MessageId], dict[MessageId, ThreadId] | None]


class Listing(QObject):
    """Of one page; messages in closed conversations are listed too.

    A large list is kept by the messages that changed; it is read whole when those are not told,
    are many, and once after the last of them (a commit may be seen before it is told).
    """

    shown = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, page: MailPage) -> None:
        super().__init__(page)
        self._facade = facade
        self._bridge = bridge
        self._page = page
        self._reading: tuple[ListPlace | None, ListLook] | None = None
        self._asked = 0  # readings beside the window; an older answer is dropped
        self._changed: set[MessageId] = set()  # to be looked at
        self._whole = False  # the list is to be read anew
        self._kept: tuple[MessageId, ...] = ()  # among the unread though it was read
        self._leads: dict[MessageId, ThreadId] = {}
        self._rows = IdList()  # those of the leads, in order
        self.is_partial = False  # the first rows only: the rest is on its way
        self._listed = IdList()
        self.wanted: MessageId | None = None  # to be chosen as soon as its row is there
        self._since = QElapsedTimer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._look_at_all)

    @property
    def listed(self) -> IdList:
        """All messages of the place; replaced, never changed."""
        return self._listed

    @listed.setter
    def listed(self, ids: IdList) -> None:
        self._listed = ids

    def refresh(self, *, anew: bool = False) -> None:
        """Messages may have come or gone; ``anew``: they stand in another order."""
        if self._page.place() is None or self._page.is_search():
            return
        with self._page.notice.errors():
            if anew:
                self.start_anew()
            elif self._is_large():
                self._look_at_all()
            else:
                self._show_listed(self._listed_now(self._chosen()))
        self.shown.emit()

    def take(self, changes: Changes) -> None:
        """Bring the list up to date after a commit."""
        if not self._is_large() or self._page.is_search():
            self.refresh()
        elif changes.areas & (Area.MESSAGES | Area.BODIES):
            by_words = self._page.look.sort in {Sort.SENDER, Sort.SUBJECT, Sort.SIZE}
            most = MOST_BY_WORDS if by_words else MOST
            if changes.messages and len(changes.messages) + len(self._changed) <= most:
                self._changed.update(map(MessageId, changes.messages))
            else:
                self._whole = True
            self._look_soon()
        elif isinstance(self._page.place(), View):  # a folder may belong to it now
            self._look_at_all()
        else:
            self._quiet.start()

    def hangs_on_bodies(self) -> bool:
        """Whether a text that comes may move its message."""
        look = self._page.look
        return look.filter.attachments or look.sort in {Sort.ATTACHMENT, Sort.SIZE}

    def start_anew(self) -> None:
        """The first rows at once; of a large list the rest is read beside the window."""
        self._forget_changes()
        chosen = self._page.view.selected_ids()
        first = self._listed_now((), first=FIRST)
        self.is_partial = len(first) >= FIRST
        if not self.is_partial:
            first = self._listed_now(chosen)
        self.listed = IdList(first)
        self._page.model.start_anew(self._rows_of(first))
        if len(chosen) == 1:
            self._page.view.select(chosen[0])
        if self.is_partial:
            self._read_whole()

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._forget_changes()
        self.listed, self.is_partial = IdList(), False

    def all_ids(self) -> IdList:
        """``listed``, the rest of which is read now if it is still on its way."""
        if self.is_partial and not self._page.is_search():
            with self._page.notice.errors():
                self._forget_changes()
                self._show_listed(self._listed_now(self._chosen()))
            self.shown.emit()
        return self.listed

    def take_out(self, gone: Collection[MessageId]) -> None:
        """Rows that a command took away ahead of the change that tells it."""
        if not self._page.is_search() and not self._page.shows_conversations():
            self.listed = IdList(one for one in self.listed if one not in gone)

    def show_rows(self) -> None:
        """The same list after a conversation was opened or closed."""
        model = self._page.model
        place, flat = self._page.place(), self._page.look.flat
        with self._page.notice.errors():
            model.update_ids(model.show_talks(place, self._leads, flat=flat, rows=self._rows))

    # -- beside the window -------------------------------------------------------------------------

    def _is_large(self) -> bool:
        return self.is_partial or len(self.listed) > LARGE

    def _chosen(self) -> tuple[MessageId, ...]:
        view = self._page.view
        return view.selected_ids() if view.selected_count() == 1 else ()

    def _forget_changes(self) -> None:
        self._asked += 1
        self._reading, self._whole = None, False
        self._changed.clear()
        self._kept = ()
        self._pause.stop()
        self._quiet.stop()

    def _look_at_all(self) -> None:
        self._whole = True
        self._look_soon()

    def _look_soon(self) -> None:
        """One reading at a time, with a pause: what changes meanwhile is looked at after it."""
        if self._reading is not None or self._pause.isActive():
            return
        left = GAP_MS - self._since.elapsed() if self._since.isValid() else 0
        if left > 0:
            self._pause.start(left)
        else:
            self._look()

    def _look(self) -> None:
        if self._page.place() is None or self._page.is_search():
            self._forget_changes()  # what ends the search reads the list
        elif self._whole:
            self._read_whole()
        elif self._changed:
            self._read_changes()

    def _read_whole(self) -> None:
        place, look, chosen = self._page.place(), self._page.look, self._chosen()
        assert place is not None
        self._changed.clear()
        self._whole = False
        self._quiet.stop()

        def work() -> Whole:
            ids = self._listed_now(chosen)
            if not look.conversations:
                return IdList(ids), None
            return ids, self._facade.organise.leads(place, ids)[1]

        self._read(work, lambda found: self._show_listed(*found))

    def _read_changes(self) -> None:
        place, look, listed = self._page.place(), self._page.look, self.listed
        assert place is not None
        kept = self._chosen() if look.filter.unread else ()
        changed = tuple(self._changed.union(self._kept, kept))
        rows, leads = self._rows, self._leads if self._page.shows_conversations() else None
        self._changed.clear()
        self._quiet.start()
        organise = self._facade.organise

        def work() -> ListChange | None:
            try:
                return organise.change(
                    place, look, listed, changed, rows=rows, leads=leads, read_too=kept
                )
            except LocalRefusal:  # words that cannot be read (yet)
                return None

        def show(found: ListChange | None) -> None:
            if found is None or self.listed is not listed:
                self._whole = True
                return
            self._kept = kept
            self._show_change(found)

        self._read(work, show)

    def _read(self, work: Callable[[], T], show: Callable[[T], None]) -> None:
        self._reading = (self._page.place(), self._page.look)
        self._asked += 1
        asked = self._asked

        def done(found: T) -> None:
            if asked != self._asked:
                return
            self._reading = None
            self._since.start()
            if not self._page.is_search():
                show(found)
                self.shown.emit()
            if self._whole or self._changed:
                self._look_soon()

        def failed(error: MelError) -> None:
            if asked == self._asked:
                self._reading, self._whole = None, True  # with the next change
            self._page.notice.say_error(error)

        self._bridge.run(self, work, done=done, failed=failed, local=True)

    # -- what was found ----------------------------------------------------------------------------

    def _show_change(self, found: ListChange) -> None:
        page, view = self._page, self._page.view
        edits = found.edits
        self._listed = self._listed.edited(edits)
        if page.shows_conversations():
            edits, self._rows = found.row_edits, self._rows.edited(found.row_edits)
            for one in found.led:
                self._leads.pop(one, None)
            self._leads.update(found.leads)
        come = {one for edit in edits for one in edit.new}
        chosen = [one for one in view.selected_ids() if one in come] if come else []
        single = self._chosen()
        if not page.shows_conversations():
            view.take_edits(edits, self._listed)
        elif page.model.has_open_talks:
            self.show_rows()
        else:
            page.model.show_talks(page.place(), self._leads, flat=page.look.flat, rows=self._rows)
            view.take_edits(edits, self._rows)
        self._choose_again(single, chosen)

    def _show_listed(
        self, ids: Sequence[MessageId], leads: dict[MessageId, ThreadId] | None = None
    ) -> None:
        chosen = self._chosen()
        self.listed, self.is_partial = IdList(ids), False
        self._kept = chosen if self._page.look.filter.unread else ()
        self._page.model.update_ids(self._rows_of(ids, leads))
        self._choose_again(chosen, ())

    def _choose_again(self, single: tuple[MessageId, ...], moved: Sequence[MessageId]) -> None:
        """What moved stays chosen; then what waited for its row."""
        view = self._page.view
        if len(single) == 1:
            if not view.selected_ids():
                view.select(single[0])
        else:
            view.choose_too(moved)
        wanted, self.wanted = self.wanted, None
        if wanted is not None:
            view.select(wanted)

    def _listed_now(
        self, chosen: tuple[MessageId, ...], first: int | None = None
    ) -> tuple[MessageId, ...]:
        """Ids of the list; a message being read stays among the unread until another is."""
        place, look, organise = self._page.place(), self._page.look, self._facade.organise
        if place is None:
            return ()
        try:
            ids = organise.ids(place, look, first=first)
        except LocalRefusal:  # words that cannot be read (yet)
            look = replace(look, filter=quick_bar.without_text(look.filter))
            ids = organise.ids(place, look, first=first)
        if look.filter.unread and len(chosen) == 1 and chosen[0] not in ids:
            whole = replace(look, filter=replace(look.filter, unread=False))
            kept = {*ids, *chosen}
            ids = tuple(one for one in organise.ids(place, whole) if one in kept)
        return ids

    def _rows_of(
        self, ids: Sequence[MessageId], leads: dict[MessageId, ThreadId] | None = None
    ) -> Sequence[MessageId]:
        """What stands in rows: the messages, or one of each conversation."""
        place = self._page.place()
        if not self._page.shows_conversations() or place is None:
            self._page.model.show_talks(None, {}, flat=False)
            self._leads, self._rows = {}, IdList()
            return ids
        if leads is None:
            _, leads = self._facade.organise.leads(place, ids)
        self._leads, self._rows = leads, IdList(leads)
        return self._page.model.show_talks(place, leads, flat=self._page.look.flat)
