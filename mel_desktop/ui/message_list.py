"""The message list: ids held whole, rows fetched by the screenful, changes merged in place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.finding import SearchHit
from mel_desktop.model.mail import Marks, MessageId, MessageRow, ThreadId
from mel_desktop.model.organising import Conversation, ListEdit, ListPlace, Tag
from mel_desktop.ui import figures, tag_words
from mel_desktop.ui.id_list import IdList, runs, same_head

Index = QModelIndex | QPersistentModelIndex

BLOCK: Final = 64  # rows fetched at once
KEPT: Final = 4096  # rows remembered
MANY: Final = 200  # more rows than this are read again all at once
RUNS: Final = 60  # more separate insertions or removals than this: start anew
EDITS: Final = 300  # the same, where the places are known
MIME: Final = "application/x-mel-messages"
ARROW_EDGE: Final = 20  # px at the left of a row in which a conversation's triangle is hit

ROW_FLAGS: Final = (  # asked for with each row that is painted
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)


class MessageRole(IntEnum):
    """What the delegate asks for."""

    ROW = Qt.ItemDataRole.UserRole + 1
    ID = Qt.ItemDataRole.UserRole + 2
    HIT = Qt.ItemDataRole.UserRole + 3  # SearchHit: why it was found
    REMOTE = Qt.ItemDataRole.UserRole + 4  # only the server's search found it
    TALK = Qt.ItemDataRole.UserRole + 5  # Conversation that the row stands for
    OPEN = Qt.ItemDataRole.UserRole + 6  # whether its members stand below
    DEPTH = Qt.ItemDataRole.UserRole + 7  # of a member of an opened conversation


class MessageListModel(QStandardItemModel):
    """Ids newest first. A row is read when it is painted, with its neighbours.

    In results of a search, what was found in a row is asked for when it comes into sight.

    The base holds no item, only the number of rows: a view asks for it once a row, and a hundred
    thousand calls into Python last 30 times as long as into C++.
    """

    hits_wanted = Signal(object)  # tuple[MessageId, ...]
    all_changed = Signal()  # dataChanged of so many rows takes 3 ms, in Qt

    def __init__(self, facade: Facade, parent: QObject | None = None) -> None:
        super().__init__(0, 1, parent)
        self._facade = facade
        self._ids = IdList()
        self._rows: OrderedDict[MessageId, MessageRow | None] = OrderedDict()
        self._hits: dict[MessageId, SearchHit | None] | None = None  # None: no search
        self._remote: frozenset[MessageId] = frozenset()
        self.tags: tuple[Tag, ...] = ()
        self.boxes: tag_words.Boxes = {}  # of a view over several accounts
        self._place: ListPlace | None = None
        self._leads: dict[MessageId, ThreadId] = {}  # rows that stand for conversations
        self._talks: dict[ThreadId, Conversation] = {}
        self._open: set[ThreadId] = set()
        self._depths: dict[MessageId, int] = {}
        self._change: tuple[int, int, Sequence[MessageId]] | None = None
        self.rowsInserted.connect(self._take_change)  # first of all: no view is there yet
        self.rowsRemoved.connect(self._take_change)

    # -- Qt --------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row value for the delegate, and one sentence for screen readers."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        if role == MessageRole.ID:
            return self._ids[index.row()]
        if role == MessageRole.HIT:
            return self.hit_at(index.row())
        if role == MessageRole.REMOTE:
            return self.is_remote_at(index.row())
        if role == MessageRole.TALK:
            return self.talk_at(index.row())
        if role == MessageRole.OPEN:
            return self.is_open_at(index.row())
        if role == MessageRole.DEPTH:
            return self.depth_at(index.row())
        if role not in {
            MessageRole.ROW,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        }:
            return None
        row = self.row_at(index.row())
        if role == MessageRole.ROW:
            return row
        if row is None:
            return "" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.subject}\n{row.sender.name} <{row.sender.address}>"
        return self._spoken(row, self.hit_at(index.row()), self.talk_at(index.row()))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged onto a folder."""
        return ROW_FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def supportedDragActions(self) -> Qt.DropAction:
        """Moved; copied with Ctrl."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Own type only: messages never leave as text by a slip of the mouse."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Ids of the dragged messages."""
        data = QMimeData()
        ids = sorted({str(self._ids[index.row()]) for index in indexes})
        data.setData(MIME, " ".join(ids).encode())
        return data

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def ids(self) -> IdList:
        """All ids, as shown; a copy."""
        return IdList(self._ids)

    def ids_between(self, first: int, last: int) -> IdList:
        """Those of some rows, the last included."""
        return self._ids[first : last + 1]

    def is_remote_at(self, place: int) -> bool:
        """Whether only the server found what stands there."""
        return self._ids[place] in self._remote

    def is_open_at(self, place: int) -> bool:
        """Whether the members of the conversation there stand below it."""
        return self._leads.get(self._ids[place]) in self._open

    def depth_at(self, place: int) -> int:
        """How deep a member of an opened conversation stands."""
        return self._depths.get(self._ids[place], 0) if self._depths else 0

    def row_at(self, place: int) -> MessageRow | None:
        """The row at a place, read with its block when it is not known. None if just gone."""
        if place >= len(self._ids):
            return None
        message = self._ids[place]
        if message not in self._rows:
            self._fetch(place)
        else:
            self._rows.move_to_end(message)
        return self._rows.get(message)

    def place(self, message: MessageId) -> int | None:
        """Where a message stands; 1 to 3 ms among a hundred thousand."""
        try:
            return self._ids.index(message)
        except ValueError:
            return None

    def _places_of(self, messages: AbstractSet[int]) -> list[int]:
        return [place for place, one in enumerate(self._ids) if one in messages]

    def start_anew(self, ids: Sequence[MessageId]) -> None:
        """Show another folder or result."""
        self.beginResetModel()
        self._hold(ids)
        self._hits = None
        self._talks.clear()
        self.endResetModel()

    def _hold(self, ids: Sequence[MessageId]) -> None:
        """Between the two signals of a reset: those of the base are not for the view."""
        self._ids = IdList(ids)
        self._rows.clear()
        self._remote = frozenset()
        blocked = self.blockSignals(True)
        self.setRowCount(len(self._ids))
        self.blockSignals(blocked)

    # -- conversations -----------------------------------------------------------------------------

    @property
    def has_open_talks(self) -> bool:
        """Whether members of conversations stand below some rows."""
        return bool(self._open)

    def show_talks(
        self,
        place: ListPlace | None,
        leads: dict[MessageId, ThreadId],
        *,
        flat: bool,
        rows: Sequence[MessageId] | None = None,
    ) -> Sequence[MessageId]:
        """Rows that stand for conversations; the ids to show, members of opened ones below.

        ``rows``: the order, where it is not that of ``leads``.
        """
        if place != self._place:
            self._open.clear()
        self._place, self._leads = place, leads
        self._talks.clear()
        self._depths.clear()
        rows = tuple(leads) if rows is None else rows
        if not self._open:
            return rows
        opened = [thread for thread in leads.values() if thread in self._open]
        if opened and place is not None:
            self._talks.update(self._facade.organise.conversations(place, opened))
        ids: list[MessageId] = []
        for lead in rows:
            thread = leads[lead]
            ids.append(lead)
            if thread in self._open and thread in self._talks:
                for member, depth in self._talks[thread].members:
                    if member != lead and member not in leads:
                        ids.append(member)
                        self._depths[member] = 1 if flat else depth + 1
        return tuple(ids)

    def talk_at(self, place: int) -> Conversation | None:
        """The conversation that a row stands for; of one message: None."""
        if not self._leads:
            return None
        thread = self._leads.get(self._ids[place])
        if thread is None or self._place is None:
            return None
        if thread not in self._talks:
            start = max(0, place - BLOCK // 4)
            near = (self._leads.get(one) for one in self._ids[start : start + BLOCK])
            wanted = [one for one in near if one is not None and one not in self._talks]
            self._talks.update(self._facade.organise.conversations(self._place, wanted))
        talk = self._talks.get(thread)
        return talk if talk is not None and len(talk.members) > 1 else None

    def set_open(self, place: int, opened: bool) -> bool:
        """Show or hide the members below a row; False where there is nothing to do."""
        thread = self._leads.get(self._ids[place])
        if thread is None or (thread in self._open) is opened or self.talk_at(place) is None:
            return False
        (self._open.add if opened else self._open.discard)(thread)
        return True

    def lead_of(self, place: int) -> int | None:
        """Where the row of the conversation stands that a member below it belongs to."""
        while place >= 0 and self._ids[place] not in self._leads:
            place -= 1
        return place if place >= 0 else None

    def closed_threads(self, ids: Sequence[MessageId]) -> list[ThreadId]:
        """Conversations that these rows stand for without showing their members."""
        found = (self._leads.get(one) for one in ids)
        return [one for one in found if one is not None and one not in self._open]

    # -- what is shown, again ----------------------------------------------------------------------

    def show_found(self, ids: Sequence[MessageId], hits: Sequence[SearchHit]) -> None:
        """Show results of another search; ``hits``: what was found in the first of them."""
        self.beginResetModel()
        self._hold(ids)
        self._hits = {hit.id: hit for hit in hits}
        self.endResetModel()

    def take_hits(self, hits: Sequence[SearchHit]) -> None:
        """What was found in rows that are in sight."""
        if self._hits is None:
            return
        self._hits.update((hit.id, hit) for hit in hits)
        for place in self._places_of({hit.id for hit in hits}):
            self._say_changed(place, place)

    def hit_at(self, place: int) -> SearchHit | None:
        """What was found at a place; asked for with its neighbours when it is not known."""
        if self._hits is None:
            return None
        message = self._ids[place]
        if message not in self._hits:
            start = max(0, place - BLOCK // 4)
            near = self._ids[start : start + BLOCK // 2]
            wanted = tuple(one for one in near if one not in self._hits)
            self._hits.update(dict.fromkeys(wanted))
            self.hits_wanted.emit(wanted)
        return self._hits[message]

    def add_remote(self, ids: Sequence[MessageId]) -> int:
        """Put what only the server found among the results, by date; how many were new."""
        new = frozenset(ids).difference(self._ids)
        self._remote = self._remote | new
        if new:
            self.update_ids(sorted({*self._ids, *new}, reverse=True))
        return len(new)

    def update_ids(self, ids: Sequence[MessageId]) -> None:
        """The same folder after a change: remove and insert just what differs."""
        wanted = IdList(ids)
        if wanted == self._ids:
            return
        start = same_head(wanted, self._ids)
        tail = same_head(wanted[start:][::-1], self._ids[start:][::-1])
        before = self._ids[start : len(self._ids) - tail]  # all that differs lies in these
        after = wanted[start : len(wanted) - tail]
        if not before and after:  # as when the rest of a long list comes: it needs no sets
            self._change_rows(start, 0, after)
            return
        kept, known = set(after), set(before)
        gone = runs([start + at for at, one in enumerate(before) if one not in kept])
        new = runs([start + at for at, one in enumerate(after) if one not in known])
        in_order = [one for one in before if one in kept] == [one for one in after if one in known]
        if not in_order or len(gone) + len(new) > RUNS:
            hits, remote = self._hits, self._remote
            self.start_anew(wanted)
            self._hits, self._remote = hits, remote
            return
        for first, last in reversed(gone):
            for one in self._ids[first : last + 1]:
                self._rows.pop(one, None)
            self._change_rows(first, last - first + 1, [])
        for first, last in new:
            self._change_rows(first, 0, wanted[first : last + 1])

    def edit(self, edits: Sequence[ListEdit], ids: IdList) -> bool:
        """The same folder after a change that is known; ``ids``: all of them after it. False: more
        may stand elsewhere than was told.
        """
        length = len(self._ids) + sum(len(one.new) - one.gone for one in edits)
        if length != len(ids) or len(edits) > EDITS:  # something was taken out ahead of the change
            self.update_ids(ids)
            return False
        for one in edits:
            for message in self._ids[one.place : one.place + one.gone]:
                self._rows.pop(message, None)
            if one.gone:
                self._change_rows(one.place, one.gone, [])
            if one.new:
                self._change_rows(one.place, 0, [MessageId(message) for message in one.new])
        return True

    def refresh(self, messages: frozenset[int]) -> None:
        """Read these rows again when they are next painted; all of them when empty."""
        if not self._ids:
            return
        self._talks.clear()
        if not messages or len(messages) > MANY:
            self._rows.clear()
            self.all_changed.emit()
            return
        known = [one for one in map(MessageId, messages) if one in self._rows]
        if not known and not self._leads:  # none was ever in sight: as news of a sync
            return
        for message in known:
            del self._rows[message]
        if len(self._ids) > KEPT:  # where they stand costs more to learn than to paint what is seen
            self.all_changed.emit()
            return
        for place in self._places_of(messages):
            self._say_changed(place, place)

    def _change_rows(self, first: int, gone: int, new: Sequence[MessageId]) -> None:
        """Remove or insert some in one place."""
        self._change = (first, gone, new)
        if gone:
            self.removeRows(first, gone)
        else:
            self.insertRows(first, len(new))

    def _take_change(self) -> None:
        """The base has changed its number of rows: before any view asks what stands there."""
        change, self._change = self._change, None
        if change is not None:
            first, gone, new = change
            self._ids.replace(first, gone, new)

    def _say_changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    # -- inside ----------------------------------------------------------------------------------

    def _fetch(self, place: int) -> None:
        start = max(0, place - BLOCK // 4)
        wanted = [one for one in self._ids[start : start + BLOCK] if one not in self._rows]
        for one in wanted:
            self._rows[one] = None
        for row in self._facade.message_rows(wanted):
            self._rows[row.id] = row
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)

    def _spoken(self, row: MessageRow, hit: SearchHit | None, talk: Conversation | None) -> str:
        marks = row.flags.marks
        box = self.boxes.get(row.folder)
        tags = tag_words.of_keywords(row.flags.keywords, self.tags)
        said = [
            self.tr("conversation of %n message(s)", "", len(talk.members)) if talk else "",
            self.tr("%n unread", "", talk.unread) if talk and talk.unread else "",
            self.tr("pinned") if row.pinned else "",
            self.tr("came back") if row.until is not None and row.until <= figures.now() else "",
            "" if marks & Marks.SEEN else self.tr("unread"),
            self.tr("flagged") if marks & Marks.FLAGGED else "",
            row.sender.name or row.sender.address,
            row.subject or self.tr("(no subject)"),
            figures.short_date(row.received_at, figures.now()),
            self.tr("with attachments") if row.has_attachments else "",
            self.tr("waiting for the line") if row.waiting else "",
            self.tr("on this PC only") if row.only_here else "",
            self.tr("tags: {names}").format(names=", ".join(map(tag_words.name_of, tags)))
            if tags
            else "",
            box[0] if box is not None else "",
            self.tr("found on the server") if row.id in self._remote else "",
            row.preview if hit is None else hit.snippet,
            self.tr("in the attachment {name}").format(name=hit.attachment)
            if hit is not None and hit.attachment
            else "",
        ]
        return ", ".join(part for part in said if part)


class MessageListView(QListView):
    """Tens of thousands of rows of one height; several can be chosen."""

    chosen = Signal(object)  # MessageId | None: the one to read
    opened = Signal(object)  # MessageId: Return or double click
    unfolded = Signal(int, bool)  # place; whether the conversation there is to be open

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        self.setAccessibleName(self.tr("Messages"))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setMouseTracking(True)
        self.setMinimumWidth(210)
        self.activated.connect(self._on_activated)

    def dataChanged(
        self,
        first: QModelIndex | QPersistentModelIndex,
        last: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint again, no more: all rows have one height, and QListView would lay out every one."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def selected_count(self) -> int:
        """How many messages are chosen; cheap, however many."""
        return sum(bottom - top + 1 for top, bottom in self._spans())

    def selected_ids(self) -> tuple[MessageId, ...]:
        """The chosen messages, as they stand in the list."""
        part = self.messages().ids_between
        return tuple(one for top, bottom in self._spans() for one in part(top, bottom))

    def _spans(self) -> list[tuple[int, int]]:
        spans = self.selectionModel().selection()
        return sorted((spans.at(n).top(), spans.at(n).bottom()) for n in range(spans.size()))

    def messages(self) -> MessageListModel:
        """The model."""
        model = self.model()
        assert isinstance(model, MessageListModel)
        return model

    def select(self, message: MessageId | None) -> bool:
        """Choose one message and bring it into sight; False if it is not in the list."""
        model = self.messages()
        place = None if message is None else model.place(message)
        if place is None:
            return False
        index = model.index(place, 0)
        # not setCurrentIndex: that would add to the choice while Ctrl of a command is held
        how = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(index, how)
        self.scrollTo(index)
        return True

    def choose_too(self, messages: Sequence[MessageId]) -> None:
        """Choose these beside what is chosen."""
        model = self.messages()
        for one in messages:
            place = model.place(one)
            if place is not None:
                index = model.index(place, 0)
                self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)

    def take_edits(self, edits: Sequence[ListEdit], ids: IdList) -> None:
        """A change of the model that is known: what is in sight stays there, but at the top."""
        bar, port = self.verticalScrollBar(), self.viewport()
        value, top = bar.value(), self.indexAt(QPoint(1, 1))
        row, height = top.row(), self.visualRect(top).height()
        last = self.indexAt(QPoint(1, port.height() - 1)).row()
        unseen = value > 0 and all(
            one.place + one.gone <= row or one.place > last >= 0 for one in edits
        )
        # what is in sight is the same afterwards, and painting it takes longer than all else
        port.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, unseen)
        is_whole = self.messages().edit(edits, ids)
        above = sum(len(one.new) - one.gone for one in edits if one.place <= row)
        if value > 0 and above:
            bar.setRange(bar.minimum(), max(bar.maximum(), value + above * height))
            bar.setValue(value + above * height)
        if unseen:
            self.executeDelayedItemsLayout()
            port.setAttribute(Qt.WidgetAttribute.WA_UpdatesDisabled, False)
            if not is_whole or bar.value() != value + above * height:
                port.update()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        """Its rows are painted again as one."""
        super().setModel(model)
        if isinstance(model, MessageListModel):
            model.all_changed.connect(self.viewport().update)

    def step(self, by: int) -> None:
        """Go to a neighbour, as the reader's keys want."""
        place = self.currentIndex().row() + by
        if 0 <= place < self.model().rowCount():
            self.setCurrentIndex(self.model().index(place, 0))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which single message is to be read; none while several are chosen."""
        super().selectionChanged(selected, deselected)
        single = self.selected_count() == 1
        self.chosen.emit(self.selected_ids()[0] if single else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right close and open conversations, as in a tree."""
        place = self.currentIndex().row()
        wanted = event.key() == Qt.Key.Key_Right
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
        )  # fmt: skip
        if place >= 0 and plain and (wanted or event.key() == Qt.Key.Key_Left):
            if not wanted and self.currentIndex().data(MessageRole.DEPTH):
                lead = self.messages().lead_of(place)
                if lead is not None:
                    self.setCurrentIndex(self.model().index(lead, 0))
                    return
            self.unfolded.emit(place, wanted)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The triangle of a conversation opens and closes it."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if at.x() < ARROW_EDGE and index.data(MessageRole.TALK) is not None:
            self.unfolded.emit(index.row(), not index.data(MessageRole.OPEN))
            return
        super().mousePressEvent(event)

    def choose_all(self) -> None:
        """Choose every row at once, without reading them."""
        model = self.model()
        if model.rowCount():
            whole = QItemSelection(model.index(0, 0), model.index(model.rowCount() - 1, 0))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.Select)

    def _on_activated(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(MessageRole.ID))
