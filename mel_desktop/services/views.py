"""What a list shows: of a folder or of a view over all accounts, filtered, sorted, in
conversations; and how each list looks, kept by place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from mel_desktop.model.mail import FolderId, MessageId, ThreadId
from mel_desktop.model.organising import (
    Column,
    Conversation,
    ListChange,
    ListLook,
    ListPlace,
    QuickFilter,
    Sort,
    View,
)
from mel_desktop.store import identities, organising, settings, views
from mel_desktop.store.database import Database, Reader
from mel_desktop.store.views import Conditions

if TYPE_CHECKING:
    from mel_desktop.services.search import SearchService

EVERYWHERE: Final = "conversations-everywhere"


class Views:
    """Reads are bounded by the ids of the folders they are asked for."""

    def __init__(self, database: Database, search: SearchService) -> None:
        self._database = database
        self._search = search

    def ids(
        self, place: ListPlace, look: ListLook, *, most: int = views.ALL
    ) -> tuple[MessageId, ...]:
        """All that the list shows, in its order, or the first ``most`` of it.

        USAGE: the text of the filter cannot be read.
        """
        with self._database.read() as reader:
            if place is View.SNOOZED:
                return views.snoozed(reader)
            return views.ids(
                reader,
                self._folders(reader, place),
                self._conditions(reader, place, look.filter),
                look.sort,
                ascending=look.ascending,
                most=most,
            )

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
        """What the changes of some messages do to a list as it was ``listed``; None: read it anew.

        ``rows`` and ``leads``: of conversations (``leads``), the first message of each in order.
        ``read_too``: stay among the unread though they are read. USAGE as ``ids``.
        """
        from mel_desktop.services.renewal import Renewal  # noqa: PLC0415 first needed here
        from mel_desktop.store.viewchanges import Order  # noqa: PLC0415 first needed here

        if place is View.SNOOZED:
            return None
        with self._database.read() as reader:
            folders = self._folders(reader, place)
            renewal = Renewal(
                reader,
                folders,
                self._conditions(reader, place, look.filter),
                Order(look.sort, look.ascending),
                read_too,
            )
            found = renewal.messages(listed, changed)
            if found is None:
                return None
            if leads is None:
                return ListChange(found)
            talks = renewal.conversations(rows, leads, changed)
        return None if talks is None else ListChange(found, *talks)

    def leads(
        self, place: ListPlace, ids: Sequence[MessageId]
    ) -> tuple[tuple[MessageId, ...], dict[MessageId, ThreadId]]:
        """The first message of each conversation, in the order of ``ids``; of each its own."""
        with self._database.read() as reader:
            known = views.threads(reader, self._folders(reader, place), ids)
        seen: set[int] = set()
        found: dict[MessageId, ThreadId] = {}
        for one in ids:
            thread = known.get(one, one)
            if thread not in seen:
                seen.add(thread)
                found[one] = ThreadId(thread)
        return tuple(found), found

    def conversations(
        self, place: ListPlace, wanted: Sequence[ThreadId]
    ) -> Mapping[ThreadId, Conversation]:
        """What stands in their rows; members of other folders as the setting has it."""
        with self._database.read() as reader:
            everywhere = settings.load(reader, EVERYWHERE) != "no"
            folders = None if everywhere else self._folders(reader, place)
            found = views.members(reader, wanted, folders)
        return {thread: _conversation(thread, rows) for thread, rows in found.items()}

    def conversation(self, thread: ThreadId) -> Conversation:
        """One, wherever its messages are (but in the trash and junk)."""
        with self._database.read() as reader:
            found = views.members(reader, [thread], None)
        return _conversation(thread, found.get(thread, []))

    def shows_everywhere(self) -> bool:
        """Whether conversations hold own answers and messages of other folders."""
        with self._database.read() as reader:
            return settings.load(reader, EVERYWHERE) != "no"

    def set_everywhere(self, wanted: bool) -> None:
        """Choose that."""
        value = "yes" if wanted else "no"
        self._database.write(lambda tx: settings.save(tx, EVERYWHERE, value), durable=True)

    def count_unread(self, view: View) -> int:
        """Unread messages of a view, what sleeps left out."""
        with self._database.read() as reader:
            if view is View.SNOOZED:
                return len(views.snoozed(reader))
            asked = QuickFilter(unread=True, flagged=view is View.FLAGGED)
            folders = views.folders_of(reader, view)
            return views.count(reader, folders, Conditions(asked))

    def asleep(self) -> Mapping[FolderId, tuple[int, int]]:
        """(messages, unread ones) that sleep, by folder."""
        with self._database.read() as reader:
            return views.asleep(reader)

    # -- looks -------------------------------------------------------------------------------------

    def look(self, place: ListPlace) -> ListLook:
        """How the list of a place looked last."""
        with self._database.read() as reader:
            text = organising.look(reader, _name(place))
        if text is not None:
            return _read_look(text)
        own = tuple(one for one in Column if one is not Column.BOX)  # all are of one box there
        return ListLook() if isinstance(place, View) else ListLook(columns=own)

    def set_look(self, place: ListPlace, look: ListLook) -> None:
        """Keep it."""
        text = _look_text(look)
        self._database.write(lambda tx: organising.set_look(tx, _name(place), text))

    # -- inside ------------------------------------------------------------------------------------

    def _conditions(self, reader: Reader, place: ListPlace, asked: QuickFilter) -> Conditions:
        if place is View.UNREAD:
            asked = replace(asked, unread=True)
        elif place is View.FLAGGED:
            asked = replace(asked, flagged=True)
        match = self._search.read(asked.text).match if asked.text.strip() else ""
        ours = tuple(sorted(identities.own_addresses(reader))) if asked.to_me else ()
        return Conditions(asked, match, ours)

    @staticmethod
    def _folders(reader: Reader, place: ListPlace) -> tuple[FolderId, ...]:
        return views.folders_of(reader, place) if isinstance(place, View) else (place,)


def _conversation(
    thread: ThreadId, rows: Sequence[tuple[int, str, str, str, bool, str]]
) -> Conversation:
    from mel_desktop.logic import conversations  # noqa: PLC0415 first needed here

    chains = [
        (id_, own, conversations.ancestors(answered, refs.split()))
        for id_, own, answered, refs, _, _ in rows
    ]
    return Conversation(
        thread,
        tuple((MessageId(id_), depth) for id_, depth in conversations.tree(chains)),
        sum(1 for row in rows if row[4]),
        tuple(dict.fromkeys(row[5] for row in rows)),
    )


def _name(place: ListPlace) -> str:
    return f"view:{place.value}" if isinstance(place, View) else f"folder:{place}"


def _look_text(look: ListLook) -> str:
    asked = look.filter
    return json.dumps({
        "sort": look.sort.value, "ascending": look.ascending, "table": look.table,
        "columns": [one.value for one in look.columns], "widths": list(look.widths),
        "conversations": look.conversations, "flat": look.flat,
        "filter": {
            "unread": asked.unread, "flagged": asked.flagged, "attachments": asked.attachments,
            "known": asked.known, "to_me": asked.to_me, "tags": list(asked.tags),
            "text": asked.text,
        },
    })  # fmt: skip


def _read_look(text: str) -> ListLook:
    """A look that a later version wrote is read as far as it goes."""
    told: dict[str, Any] = json.loads(text)
    asked = told.get("filter", {})
    sorts = {one.value: one for one in Sort}
    columns = {one.value: one for one in Column}
    known = tuple(columns[one] for one in told.get("columns", ()) if one in columns)
    return ListLook(
        sort=sorts.get(told.get("sort", ""), Sort.DATE),
        ascending=bool(told.get("ascending")),
        table=bool(told.get("table")),
        columns=known or tuple(Column),
        widths=tuple(int(one) for one in told.get("widths", ())),
        conversations=bool(told.get("conversations")),
        flat=bool(told.get("flat")),
        filter=QuickFilter(
            unread=bool(asked.get("unread")),
            flagged=bool(asked.get("flagged")),
            attachments=bool(asked.get("attachments")),
            known=bool(asked.get("known")),
            to_me=bool(asked.get("to_me")),
            tags=tuple(str(one) for one in asked.get("tags", ())),
            text=str(asked.get("text", "")),
        ),
    )  # fmt: skip
