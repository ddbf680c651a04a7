"""Paints a message of the list in two lines: who and when, what about and how it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from mel_desktop.model.finding import SearchHit, Span
from mel_desktop.model.mail import Marks, MessageRow, Role
from mel_desktop.model.organising import Column, Conversation
from mel_desktop.ui import figures, tag_words
from mel_desktop.ui.list_head import ListHead
from mel_desktop.ui.message_list import MessageListModel
from mel_desktop.ui.row_dress import Dress, Face, colour
from mel_desktop.ui.theme import Theme

PAD: Final = 9
COMPACT_PAD: Final = 4
EDGE: Final = 20  # room of the unread dot
ICON: Final = 15
STEP: Final = 14  # of an answer below what it answers
SELECTED: Final = QStyle.StateFlag.State_Selected.value
HOVERED: Final = QStyle.StateFlag.State_MouseOver.value
FOCUSED: Final = QStyle.StateFlag.State_HasFocus.value
Chips = list[tuple[str, str]]


class MessageDelegate(QStyledItemDelegate):
    """One height for all rows, so that the view never measures."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self._on_theme)
        self.shows_recipients = False
        self.shows_hits = False  # a third line: what a search found
        self.shows_until = False  # when snoozed messages come back
        self.head: ListHead | None = None  # the columns of the table form
        self._dress: Dress | None = None

    @property
    def _pad(self) -> int:
        return COMPACT_PAD if self._theme.compact else PAD

    def dress(self, font: QFont) -> Dress:
        """Fonts of the rows, kept while the view has this one."""
        kept = self._dress
        if kept is None or kept.font != font:
            kept = self._dress = Dress(font)
        return kept

    def _on_theme(self) -> None:
        self._dress = None
        self.sizeHintChanged.emit(QModelIndex())  # letters or density may be others

    def show_for(self, role: Role | None) -> None:
        """In Sent and Drafts the other side are the recipients."""
        self.shows_recipients = role in {Role.SENT, Role.DRAFTS}
        self.shows_hits = False

    def show_for_search(self) -> None:
        """A line more in each row."""
        self.shows_recipients = False
        self.shows_hits = True

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Two lines (three in a search) and their padding."""
        line = self.dress(option.font).bold.height
        if self._is_table():
            return QSize(200, line + PAD)
        more = line + 3 if self.shows_hits else 0
        return QSize(200, 2 * line + 2 * self._pad + 3 + more)

    def _is_table(self) -> bool:
        return self.head is not None and not self.shows_hits

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ground, dot, two lines, marks."""
        tones = self._theme.tones
        state = option.state.value
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = option.rect
        if state & SELECTED:
            painter.fillRect(ground, colour(tones.selected))
            edge = QRect(ground.left(), ground.top(), 3, ground.height())
            painter.fillRect(edge, colour(tones.accent))
        elif state & HOVERED:
            painter.fillRect(ground, colour(tones.raised))
        painter.setPen(colour(tones.line))
        painter.drawLine(ground.left() + EDGE, ground.bottom(), ground.right(), ground.bottom())
        model = index.model()
        if isinstance(model, MessageListModel):
            # asked by itself: each index.data() is a way through C++ and back
            self._paint_message(painter, option, model, index.row())
        if state & FOCUSED:
            painter.setPen(colour(tones.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(ground.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_message(
        self, painter: QPainter, option: QStyleOptionViewItem, model: MessageListModel, place: int
    ) -> None:
        row = model.row_at(place)
        if row is None:  # gone this moment
            return
        hit = model.hit_at(place) if self.shows_hits else None
        talk = model.talk_at(place)
        if talk is not None:
            self._paint_arrow(painter, option, model.is_open_at(place))
        depth = model.depth_at(place)
        if self._is_table():
            self._paint_cells(painter, option, row, talk, depth, model)
        else:
            self._paint_row(painter, option, row, hit, talk, depth, _chips(model, row))
        if self.shows_hits:
            self._paint_found(painter, option, hit, model.is_remote_at(place))

    def _paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: MessageRow,
        hit: SearchHit | None,
        talk: Conversation | None,
        depth: int,
        chips: Chips,
    ) -> None:
        tones, dress = self._theme.tones, self.dress(option.font)
        unread = not row.flags.marks & Marks.SEEN or bool(talk and talk.unread)
        strong = dress.bold if unread else dress.plain
        height = dress.bold.height
        pad = PAD if self._is_table() else self._pad
        inner = option.rect.adjusted(EDGE + STEP * depth, pad, -10, -pad)
        first = QRect(inner.left(), inner.top(), inner.width(), height)
        second = QRect(inner.left(), inner.top() + height + 3, inner.width(), height)
        text, quiet = self._inks(option)
        if unread:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(tones.accent))
            painter.drawEllipse(QPointF(inner.left() - 8.5, first.center().y() + 1), 4, 4)
        small = dress.small
        date = self._date(row)
        ink = colour(tones.accent) if unread else quiet
        width = small.paint(painter, first, date, ink, right=True)
        who = first.adjusted(0, 0, -width - 10, 0)
        if talk is not None:
            number = figures.count(len(talk.members))
            box = small.paint(painter, who, number, quiet, right=True)
            who = who.adjusted(0, 0, -box - 12, 0)
            strong.paint(painter, who, self._people(row, talk), text)
        else:
            spans = () if hit is None else hit.sender_marks
            self._paint_marked(painter, who, (self._who(row), spans), strong, text)
        left = self._paint_marks(painter, second, row)
        painter.setPen(quiet)
        left += tag_words.paint_chips(painter, second.adjusted(0, 0, -left, 0), chips, dress.font)
        subject = row.subject or self.tr("(no subject)")
        line = second.adjusted(0, 0, -left, 0)
        if hit is not None and hit.subject == row.subject:
            self._paint_marked(painter, line, (subject, hit.subject_marks), strong, text)
            return
        used = strong.paint(painter, line, subject, text)
        rest = line.adjusted(used + 8, 0, 0, 0)
        if row.preview and rest.width() > 40 and not self.shows_hits:
            dress.plain.paint(painter, rest, row.preview, quiet)

    def _inks(self, option: QStyleOptionViewItem) -> tuple[QColor, QColor]:
        """Of words, and of those that stand back."""
        tones = self._theme.tones
        if option.state.value & SELECTED:
            return colour(tones.selected_text), colour(tones.selected_text)
        return colour(tones.text), colour(tones.muted)

    def _paint_cells(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: MessageRow,
        talk: Conversation | None,
        depth: int,
        model: MessageListModel,
    ) -> None:
        """The table form: one line, a cell below each column."""
        assert self.head is not None
        tones, area, dress = self._theme.tones, option.rect, self.dress(option.font)
        unread = not row.flags.marks & Marks.SEEN or bool(talk and talk.unread)
        strong = dress.bold if unread else dress.plain
        text, quiet = self._inks(option)
        box = model.boxes.get(row.folder)
        chips = [
            (tag_words.name_of(one), one.colour)
            for one in tag_words.of_keywords(row.flags.keywords, model.tags)
        ]
        for column, left, width in self.head.cells(area.width()):
            start = 0
            if column is Column.SUBJECT:
                start = STEP * depth
            cell = QRect(area.left() + left + 8 + start, area.top(), width - 12 - start,
                         area.height())  # fmt: skip
            if column is Column.FLAG and row.flags.marks & Marks.FLAGGED:
                self._icon(painter, cell, "flagged", tones.star)
            elif column is Column.FLAG and row.pinned:
                self._icon(painter, cell, "pin", tones.accent)
            elif column is Column.ATTACHMENT and row.has_attachments:
                self._icon(painter, cell, "attachment", tones.muted)
            elif column is Column.SENDER:
                who = self._who(row) if talk is None else self._people(row, talk)
                strong.paint(painter, cell.adjusted(8, 0, 0, 0), who, text)
            elif column is Column.SUBJECT:
                subject = row.subject or self.tr("(no subject)")
                if talk is not None:
                    subject = f"({figures.count(len(talk.members))}) {subject}"
                strong.paint(painter, cell, subject, text)
            elif column in (Column.TAGS, Column.BOX):
                shown = chips if column is Column.TAGS else [] if box is None else [box]
                painter.save()
                painter.setClipRect(cell)
                painter.setPen(quiet)
                tag_words.paint_chips(painter, cell, shown, dress.font, left=True)
                painter.restore()
            elif column is Column.DATE:
                dress.plain.paint(painter, cell, self._date(row), quiet)
            elif column is Column.SIZE:
                dress.plain.paint(painter, cell, figures.size(row.size), quiet)

    def _icon(self, painter: QPainter, cell: QRect, name: str, tone: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._theme.icons.pixmap(name, ICON, ratio, colour(tone))
        painter.drawPixmap(cell.left() - 2, cell.top() + (cell.height() - ICON) // 2, pixmap)

    def _paint_arrow(self, painter: QPainter, option: QStyleOptionViewItem, opened: bool) -> None:
        """The triangle of a conversation, below the dot."""
        _, quiet = self._inks(option)
        area = option.rect
        down = area.height() * (0.5 if self._is_table() else 0.68)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(quiet)
        tag_words.paint_arrow(painter, QPointF(area.left() + 11.5, area.top() + down), down=opened)

    def _date(self, row: MessageRow) -> str:
        when = row.until if self.shows_until and row.until is not None else row.received_at
        return figures.short_date(when, figures.now())

    def _people(self, row: MessageRow, talk: Conversation) -> str:
        """Who takes part: the newest sender first."""
        newest = row.sender.name or row.sender.address
        return ", ".join([newest, *(one for one in talk.people if one != newest)])

    def _paint_found(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        hit: SearchHit | None,
        remote: bool,
    ) -> None:
        """The third line: the words around what was found, these marked."""
        _, quiet = self._inks(option)
        dress = self.dress(option.font)
        plain, height = dress.plain, dress.bold.height
        top = option.rect.top() + self._pad + 2 * (height + 3)
        line = QRect(option.rect.left() + EDGE, top, option.rect.width() - EDGE - 10, height)
        lead = ""
        if remote:
            lead = self.tr("Found on the server")
        elif hit is not None and hit.attachment:
            lead = self.tr("In the attachment {name}:").format(name=hit.attachment)
        if lead:
            most = line.width() if remote else line.width() // 2
            shown = QRect(line.left(), line.top(), most, height)
            line.setLeft(line.left() + plain.paint(painter, shown, lead, quiet) + 6)
        if hit is not None and not remote and line.width() > 40:
            same = hit.snippet == hit.attachment  # the very name was found
            if not same:
                marked = in_sight(hit.snippet, hit.marks, plain.metrics, line.width())
                self._paint_marked(painter, line, marked, plain, quiet)

    def _paint_marked(
        self,
        painter: QPainter,
        area: QRect,
        marked: tuple[str, Sequence[Span]],
        face: Face,
        ink: QColor,
    ) -> None:
        """One elided line with a ground behind the words that were found."""
        text, spans = marked
        face.paint(painter, area, text, ink)
        for start, end in spans:
            left = face.width(text[:start])
            width = face.width(text[:end]) - left
            if left + width > area.width() - face.metrics.averageCharWidth():
                break  # cut off with the end of the line
            box = QRect(area.left() + left, area.top(), width, area.height())
            painter.fillRect(box.adjusted(-1, 1, 1, -1), colour(self._theme.tones.mark))
            own = colour(self._theme.tones.text)
            face.paint(painter, box.adjusted(0, 0, 4, 0), text[start:end], own)

    def _who(self, row: MessageRow) -> str:
        if self.shows_recipients:
            return ", ".join(one.name or one.address for one in row.to) or self.tr("(no recipient)")
        return row.sender.name or row.sender.address

    def _paint_marks(self, painter: QPainter, line: QRect, row: MessageRow) -> int:
        """Icons at the right of the second line; the width that they take."""
        tones = self._theme.tones
        marks = row.flags.marks
        shown = [
            ("flagged", tones.star) if marks & Marks.FLAGGED else None,
            ("attachment", tones.muted) if row.has_attachments else None,
            ("reply", tones.muted) if marks & Marks.ANSWERED else None,
            ("forward", tones.muted) if marks & Marks.FORWARDED else None,
            ("waiting", tones.info) if row.waiting else None,
            ("save", tones.muted) if row.only_here else None,
            ("pin", tones.accent) if row.pinned else None,
            ("sleep", tones.accent) if row.until is not None else None,
        ]
        if not any(shown):
            return 0
        ratio = painter.device().devicePixelRatioF()
        x = line.right() + 1
        for mark in shown:
            if mark is not None:
                name, tone = mark
                x -= ICON + 3
                pixmap = self._theme.icons.pixmap(name, ICON, ratio, colour(tone))
                painter.drawPixmap(x, line.top() + (line.height() - ICON) // 2, pixmap)
        return line.right() + 1 - x


def in_sight(
    text: str, spans: Sequence[Span], metrics: QFontMetrics, width: int
) -> tuple[str, tuple[Span, ...]]:
    """A line of which the first word found is seen in this width: what is before it goes."""
    if not spans or metrics.horizontalAdvance(text[: spans[0][1]]) < width * 0.85:
        return text, tuple(spans)
    space = text.rfind(" ", 0, max(0, spans[0][0] - 1))
    start = space + 1 if space >= 0 else spans[0][0]
    lead = "… "
    by = len(lead) - start
    return lead + text[start:], tuple((first + by, last + by) for first, last in spans)


def _chips(model: MessageListModel, row: MessageRow) -> Chips:
    found = [
        (tag_words.name_of(one), one.colour)
        for one in tag_words.of_keywords(row.flags.keywords, model.tags)
    ]
    box = model.boxes.get(row.folder)
    return found if box is None else [box, *found]
