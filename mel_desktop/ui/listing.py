"""Reads what a list shows: the first rows at once, of a large list the rest beside the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import LocalRefusal, MelError
from mel_desktop.model.mail import MessageId, ThreadId
from mel_desktop.model.organising import ListLook, ListPlace
from mel_desktop.ui import quick_bar
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.id_list import IdList

if TYPE_CHECKING:
    from mel_desktop.ui.mail_page import MailPage

FIRST: Final = 500  # rows that are read at once
LARGE: Final = 5000  # a longer list is read beside the window


class Listing(QObject):
    """Of one page; messages in closed conversations are listed too."""

    shown = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, page: MailPage) -> None:
        super().__init__(page)
        self._facade = facade
        self._bridge = bridge
        self._page = page
        self._reading: tuple[ListPlace | None, ListLook] | None = None
        self._again = False
        self._asked = 0  # lists read beside the window; an older answer is dropped
        self._listed = IdList()
        self.wanted: MessageId | None = None  # to be chosen as soon as its row is there

    @property
    def listed(self) -> Sequence[MessageId]:
        """All messages of the place; replaced, never changed."""
        return self._listed

    @listed.setter
    def listed(self, ids: Iterable[MessageId]) -> None:
        self._listed = IdList(ids)

    def refresh(self, *, anew: bool = False) -> None:
        """Messages may have come or gone; ``anew``: they stand in another order."""
        if self._page.place() is None or self._page.is_search():
            return
        with self._page.notice.errors():
            if anew:
                self.start_anew()
            elif len(self.listed) > LARGE:
                self._read_beside()
            else:
                self._show_listed(self._listed_now(self._page.view.selected_ids()))
        self.shown.emit()

    def start_anew(self) -> None:
        """The first rows at once; of a large list the rest is read beside the window."""
        chosen = self._page.view.selected_ids()
        first = self._listed_now((), first=FIRST)
        if len(first) < FIRST:
            first = self._listed_now(chosen)
        self.listed = first
        self._page.model.start_anew(self._rows_of(first))
        if len(chosen) == 1:
            self._page.view.select(chosen[0])
        if len(first) >= FIRST:
            self._read_beside()

    def _read_beside(self) -> None:
        """One reading at a time: what changes meanwhile is looked at once, after it."""
        if self._reading and self._reading == (self._page.place(), self._page.look):
            self._again = True
            return
        self._reading, self._again = (self._page.place(), self._page.look), False
        self._asked += 1
        asked, chosen = self._asked, self._page.view.selected_ids()
        chosen = chosen if len(chosen) == 1 else ()
        place, look = self._page.place(), self._page.look
        assert place is not None

        def work() -> tuple[tuple[MessageId, ...], dict[MessageId, ThreadId] | None]:
            ids = self._listed_now(chosen)
            if not look.conversations:
                return ids, None
            return ids, self._facade.organise.leads(place, ids)[1]

        def show(
            found: tuple[tuple[MessageId, ...], dict[MessageId, ThreadId] | None],
        ) -> None:
            if asked != self._asked:
                return
            self._reading = None
            if not self._page.is_search():
                self._show_listed(*found)
                self.shown.emit()
            if self._again:
                self._read_beside()

        def failed(error: MelError) -> None:
            self._reading = None
            self._page.notice.say_error(error)

        self._bridge.run(self, work, done=show, failed=failed, local=True)

    def _show_listed(
        self, ids: tuple[MessageId, ...], leads: dict[MessageId, ThreadId] | None = None
    ) -> None:
        chosen = self._page.view.selected_ids() if self._page.view.selected_count() < 2 else ()
        self.listed = ids
        self._page.model.update_ids(self._rows_of(ids, leads))
        if len(chosen) == 1 and not self._page.view.selected_ids():
            self._page.view.select(chosen[0])
        wanted, self.wanted = self.wanted, None
        if wanted is not None:
            self._page.view.select(wanted)

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
        self, ids: tuple[MessageId, ...], leads: dict[MessageId, ThreadId] | None = None
    ) -> tuple[MessageId, ...]:
        """What stands in rows: the messages, or one of each conversation."""
        place = self._page.place()
        if not self._page.shows_conversations() or place is None:
            self._page.model.show_talks(None, {}, flat=False)
            return ids
        if leads is None:
            _, leads = self._facade.organise.leads(place, ids)
        return self._page.model.show_talks(place, leads, flat=self._page.look.flat)
