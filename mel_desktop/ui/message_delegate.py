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
from mel_desktop.ui.message_list import MessageListModel, MessageRole
from mel_desktop.ui.theme import Theme

PAD: Final = 9
COMPACT_PAD: Final = 4
EDGE: Final = 20  # room of the unread dot
ICON: Final = 15
STEP: Final = 14  # of an answer below what it answers
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

    @property
    def _pad(self) -> int:
        return COMPACT_PAD if self._theme.compact else PAD

    def _on_theme(self) -> None:
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
        line = QFontMetrics(_bold(option.font)).height()
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
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(ground, QColor(tones.selected))
            painter.fillRect(QRect(ground.left(), ground.top(), 3, ground.height()), tones.accent)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(ground, QColor(tones.raised))
        painter.setPen(QColor(tones.line))
        painter.drawLine(ground.left() + EDGE, ground.bottom(), ground.right(), ground.bottom())
        row = index.data(MessageRole.ROW)
        if isinstance(row, MessageRow):
            hit = index.data(MessageRole.HIT) if self.shows_hits else None
            found = hit if isinstance(hit, SearchHit) else None
            talk = index.data(MessageRole.TALK)
            depth = int(index.data(MessageRole.DEPTH) or 0)
            if isinstance(talk, Conversation):
                self._paint_arrow(painter, option, bool(index.data(MessageRole.OPEN)))
            else:
                talk = None
            model = index.model()
            if self._is_table() and isinstance(model, MessageListModel):
                self._paint_cells(painter, option, row, talk, depth, model)
            else:
                self._paint_row(painter, option, row, found, talk, depth, self._chips(index, row))
            if self.shows_hits:
                self._paint_found(painter, option, found, bool(index.data(MessageRole.REMOTE)))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tones.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(ground.adjusted(0, 0, -1, -1))
        painter.restore()

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
        tones = self._theme.tones
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        unread = not row.flags.marks & Marks.SEEN or bool(talk and talk.unread)
        strong = _bold(option.font) if unread else option.font
        height = QFontMetrics(_bold(option.font)).height()
        pad = PAD if self._is_table() else self._pad
        inner = option.rect.adjusted(EDGE + STEP * depth, pad, -10, -pad)
        first = QRect(inner.left(), inner.top(), inner.width(), height)
        second = QRect(inner.left(), inner.top() + height + 3, inner.width(), height)
        text = QColor(tones.selected_text if selected else tones.text)
        quiet = text if selected else QColor(tones.muted)
        if unread:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tones.accent))
            painter.drawEllipse(QPointF(inner.left() - 8.5, first.center().y() + 1), 4, 4)
        small = QFont(option.font)
        small.setPointSizeF(option.font.pointSizeF() * 0.92)
        date = self._date(row)
        width = QFontMetrics(small).horizontalAdvance(date)
        _text(painter, first, date, small, QColor(tones.accent) if unread else quiet, right=True)
        who = first.adjusted(0, 0, -width - 10, 0)
        spans = () if hit is None else hit.sender_marks
        if talk is not None:
            number = figures.count(len(talk.members))
            box = QFontMetrics(small).horizontalAdvance(number) + 12
            _text(painter, who, number, small, quiet, right=True)
            who = who.adjusted(0, 0, -box, 0)
            _text(painter, who, self._people(row, talk), strong, text)
        else:
            self._paint_marked(painter, who, (self._who(row), spans), strong, text)
        left = self._paint_marks(painter, second, row)
        painter.setPen(quiet)
        left += tag_words.paint_chips(painter, second.adjusted(0, 0, -left, 0), chips, option.font)
        subject = row.subject or self.tr("(no subject)")
        line = second.adjusted(0, 0, -left, 0)
        if hit is not None and hit.subject == row.subject:
            self._paint_marked(painter, line, (subject, hit.subject_marks), strong, text)
            return
        used = _text(painter, line, subject, strong, text)
        rest = line.adjusted(used + 8, 0, 0, 0)
        if row.preview and rest.width() > 40 and not self.shows_hits:
            _text(painter, rest, row.preview, option.font, quiet)

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
        tones, area = self._theme.tones, option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        unread = not row.flags.marks & Marks.SEEN or bool(talk and talk.unread)
        font = _bold(option.font) if unread else option.font
        text = QColor(tones.selected_text if selected else tones.text)
        quiet = text if selected else QColor(tones.muted)
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
                _text(painter, cell.adjusted(8, 0, 0, 0), who, font, text)
            elif column is Column.SUBJECT:
                subject = row.subject or self.tr("(no subject)")
                if talk is not None:
                    subject = f"({figures.count(len(talk.members))}) {subject}"
                _text(painter, cell, subject, font, text)
            elif column in (Column.TAGS, Column.BOX):
                shown = chips if column is Column.TAGS else [] if box is None else [box]
                painter.save()
                painter.setClipRect(cell)
                painter.setPen(quiet)
                tag_words.paint_chips(painter, cell, shown, option.font, left=True)
                painter.restore()
            elif column is Column.DATE:
                _text(painter, cell, self._date(row), option.font, quiet)
            elif column is Column.SIZE:
                _text(painter, cell, figures.size(row.size), option.font, quiet)

    def _icon(self, painter: QPainter, cell: QRect, name: str, colour: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixmap = self._theme.icons.pixmap(name, ICON, ratio, QColor(colour))
        painter.drawPixmap(cell.left() - 2, cell.top() + (cell.height() - ICON) // 2, pixmap)

    def _paint_arrow(self, painter: QPainter, option: QStyleOptionViewItem, opened: bool) -> None:
        """The triangle of a conversation, below the dot."""
        tones = self._theme.tones
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area = option.rect
        down = area.height() * (0.5 if self._is_table() else 0.68)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tones.selected_text if selected else tones.muted))
        tag_words.paint_arrow(painter, QPointF(area.left() + 11.5, area.top() + down), down=opened)

    def _chips(self, index: QModelIndex | QPersistentModelIndex, row: MessageRow) -> Chips:
        model = index.model()
        if not isinstance(model, MessageListModel):
            return []
        found = [
            (tag_words.name_of(one), one.colour)
            for one in tag_words.of_keywords(row.flags.keywords, model.tags)
        ]
        box = model.boxes.get(row.folder)
        return found if box is None else [box, *found]

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
        tones = self._theme.tones
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        quiet = QColor(tones.selected_text if selected else tones.muted)
        height = QFontMetrics(_bold(option.font)).height()
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
            line.setLeft(line.left() + _text(painter, shown, lead, option.font, quiet) + 6)
        if hit is not None and not remote and line.width() > 40:
            same = hit.snippet == hit.attachment  # the very name was found
            if not same:
                metrics = QFontMetrics(option.font)
                marked = in_sight(hit.snippet, hit.marks, metrics, line.width())
                self._paint_marked(painter, line, marked, option.font, quiet)

    def _paint_marked(
        self,
        painter: QPainter,
        area: QRect,
        marked: tuple[str, Sequence[Span]],
        font: QFont,
        colour: QColor,
    ) -> None:
        """One elided line with a ground behind the words that were found."""
        text, spans = marked
        metrics = QFontMetrics(font)
        ground = QColor(self._theme.tones.mark)
        ink = QColor(self._theme.tones.text)
        _text(painter, area, text, font, colour)
        for start, end in spans:
            left = metrics.horizontalAdvance(text[:start])
            width = metrics.horizontalAdvance(text[:end]) - left
            if left + width > area.width() - metrics.averageCharWidth():
                break  # cut off with the end of the line
            box = QRect(area.left() + left, area.top(), width, area.height())
            painter.fillRect(box.adjusted(-1, 1, 1, -1), ground)
            _text(painter, box.adjusted(0, 0, 4, 0), text[start:end], font, ink)

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
        ratio = painter.device().devicePixelRatioF()
        x = line.right() + 1
        for mark in shown:
            if mark is not None:
                name, colour = mark
                x -= ICON + 3
                pixmap = self._theme.icons.pixmap(name, ICON, ratio, QColor(colour))
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


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _text(
    painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor, *, right: bool = False
) -> int:
    """One elided line; the width it took."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, area.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
    return metrics.horizontalAdvance(shown)
