"""A list that is kept by what changed: only the changed messages are asked for and placed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from mel_desktop.logic import listedits
from mel_desktop.model.mail import FolderId, MessageId, ThreadId
from mel_desktop.model.organising import ListEdit
from mel_desktop.store import viewchanges, views
from mel_desktop.store.database import Reader
from mel_desktop.store.viewchanges import Order
from mel_desktop.store.views import Conditions

Edits = tuple[ListEdit, ...]


class Renewal:
    """One bounded read; what it is asked about is a few thousand messages at most."""

    def __init__(
        self,
        reader: Reader,
        folders: Sequence[FolderId],
        wanted: Conditions,
        order: Order,
        read_too: Sequence[MessageId] = (),
    ) -> None:
        self._reader = reader
        self._folders = folders
        self._wanted = wanted
        self._order = order
        self._read_too = read_too
        self._ahead, self._sleeping = views.on_top(reader)

    def messages(self, listed: Sequence[MessageId], changed: Iterable[MessageId]) -> Edits | None:
        """Edits of the list of messages; None: it cannot be told."""
        moving = {*changed, *self._ahead, *self._read_too}
        return self._edits(listed, moving, self._shown(moving))

    def conversations(
        self,
        rows: Sequence[MessageId],
        leads: Mapping[MessageId, ThreadId],
        changed: Iterable[MessageId],
    ) -> tuple[Edits, dict[MessageId, ThreadId], tuple[MessageId, ...]] | None:
        """Edits of the rows that stand for conversations; those that came, those that left."""
        touched = {*changed, *self._read_too}
        threads = set(viewchanges.threads(self._reader, sorted(touched)).values())
        threads |= {leads[one] for one in touched if one in leads}  # of some that are gone
        members = viewchanges.members(self._reader, self._folders, sorted(threads))
        now: dict[int, MessageId] = {}
        for one in self._first_ones_first(self._shown(members)):
            now.setdefault(members[one], MessageId(one))
        before = {one for one in {*touched, *map(MessageId, members)} if one in leads}
        come = {one: ThreadId(thread) for thread, one in now.items()}
        ahead = {
            one
            for one in map(MessageId, self._ahead)
            if one in come or (one in leads and one not in before)
        }
        moving = {*before, *come, *ahead}
        standing = viewchanges.in_order(self._reader, self._order, [*come, *(ahead - come.keys())])
        found = self._edits(rows, moving, standing)
        if found is None:
            return None
        return found, come, tuple(before - come.keys())

    def _shown(self, among: Collection[int]) -> list[int]:
        found = viewchanges.shown(
            self._reader,
            self._folders,
            self._wanted,
            self._order,
            sorted(among),
            read_too=self._read_too,
        )
        return [one for one in found if one not in self._sleeping]

    def _first_ones_first(self, shown: Sequence[int]) -> list[int]:
        known = set(shown)
        top = [one for one in self._ahead if one in known]
        return [*top, *(one for one in shown if one not in set(top))]

    def _edits(
        self, listed: Sequence[int], moving: Collection[int], shown: Sequence[int]
    ) -> Edits | None:
        """``shown``: those of ``moving`` that are in the list now, in its order."""
        if self._order.is_by_id:
            out = listedits.places_by_id(
                listed, moving, on_top=len(moving), ascending=self._order.ascending
            )
        else:
            out = listedits.places(listed, moving)
        known = set(shown)
        top = [one for one in self._ahead if one in known]
        apart = set(top)
        rest = [one for one in shown if one not in apart]
        precedes = viewchanges.precedes(self._reader, self._order)
        return listedits.edits(listed, out, top, rest, precedes)
