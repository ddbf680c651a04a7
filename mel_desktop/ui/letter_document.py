"""A ``Letter`` in a QTextDocument and back.

Rule 1: no HTML passes through Qt: a document is built with a cursor from values of an allow-list,
and read block by block. What the reader does not know it leaves out.
Rule 2: a picture is named ``cid:`` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final
from urllib.parse import quote, unquote

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTable,
    QTextTableFormat,
)

from mel_desktop.app.letters import normal_line
from mel_desktop.model.letter import (
    PLAIN,
    Block,
    Cell,
    Colour,
    Inline,
    Letter,
    Line,
    Listing,
    Look,
    Mark,
    Picture,
    Quote,
    Rule,
    Run,
    Signature,
    Table,
)
from mel_desktop.model.values import dataclass
from mel_desktop.ui.theme import Tones

_USER: Final = QTextFormat.Property.UserProperty.value
IS_SIGNATURE: Final = _USER + 1  # of a block
COLOUR: Final = _USER + 2  # of text: name of a Colour
OWN_WIDTH: Final = _USER + 3  # of a picture: what the letter says
QUOTE: Final = QTextFormat.Property.BlockQuoteLevel
RULE: Final = QTextFormat.Property.BlockTrailingHorizontalRulerWidth
QUOTE_STEP: Final = 16  # pixels
MOST_TABLE: Final = 60  # columns
MOST_SHOWN: Final = 640  # pixels of a picture's width

_SOFT_END: Final = "\u2028"  # a line end within a block
_HEADING_SIZES: Final = {3: 1.3, 4: 1.1}
_ON_DARK: Final = {
    Colour.RED: "#ff9088", Colour.ORANGE: "#ffab70", Colour.GREEN: "#7fd9a0",
    Colour.BLUE: "#8cbcff", Colour.PURPLE: "#d0a8ff",
}  # fmt: skip


def _unknown(_content_id: str) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Dress:
    """How letters look in a theme. ``size`` is that of the text in points; ``width_of`` tells the
    own width of a picture by its content id, 0 for one that is not known.
    """

    tones: Tones
    size: float
    width_of: Callable[[str], int] = _unknown

    def text(self, look: Look = PLAIN, heading: int = 0) -> QTextCharFormat:
        """The format of text."""
        form = QTextCharFormat()
        marks = look.marks
        if heading:
            form.setFontPointSize(self.size * _HEADING_SIZES[heading])
        if heading or Mark.BOLD in marks:
            form.setFontWeight(QFont.Weight.Bold)
        form.setFontItalic(Mark.ITALIC in marks)
        form.setFontUnderline(Mark.UNDERLINE in marks)
        form.setFontStrikeOut(Mark.STRUCK in marks)
        alignment = QTextCharFormat.VerticalAlignment
        if Mark.ABOVE in marks:
            form.setVerticalAlignment(alignment.AlignSuperScript)
        elif Mark.BELOW in marks:
            form.setVerticalAlignment(alignment.AlignSubScript)
        if look.colour is not None:
            form.merge(self.text_colour(look.colour))
        if look.href:
            form.setAnchor(True)
            form.setAnchorHref(look.href)
            form.setForeground(QColor(self.tones.accent))
            form.setFontUnderline(True)
        return form

    def text_colour(self, colour: Colour) -> QTextCharFormat:
        """What sets text of this colour apart."""
        form = QTextCharFormat()
        form.setProperty(COLOUR, colour.name)
        form.setForeground(self.colour(colour))
        return form

    def picture(self, picture: Picture) -> QTextImageFormat:
        """A picture as wide as the letter says, or as it is; on the screen never wider than a
        column of text.
        """
        form = QTextImageFormat()
        form.setName(picture_name(picture.content_id))
        form.setProperty(QTextFormat.Property.ImageAltText, picture.alt)
        form.setProperty(OWN_WIDTH, picture.width)
        shown = picture.width or self.width_of(picture.content_id)
        if shown:
            form.setWidth(min(shown, MOST_SHOWN))
        return form

    def colour(self, colour: Colour) -> QColor:
        """A colour of letters on the ground of this theme."""
        return QColor(_ON_DARK[colour] if self.tones.dark else colour.value)


def block_format(quote: int = 0, *, heading: int = 0, signature: bool = False) -> QTextBlockFormat:
    """The format of a line: only what sets it apart."""
    form = QTextBlockFormat()
    if quote:
        form.setProperty(QUOTE, quote)
        form.setLeftMargin(QUOTE_STEP * quote)
    if heading:
        form.setHeadingLevel(heading)
    if signature:
        form.setProperty(IS_SIGNATURE, True)
    return form


def quote_level(block: QTextBlock) -> int:
    """How deep a line is quoted."""
    return int(block.blockFormat().intProperty(QUOTE))


def list_of(block: QTextBlock) -> QTextList | None:
    """The list that a line is an item of."""
    return block.textList()


def look_of(form: QTextCharFormat) -> Look:
    """What a letter keeps of a format."""
    href = form.anchorHref() if form.isAnchor() else ""
    marks = set()
    if form.fontWeight() >= QFont.Weight.DemiBold.value:
        marks.add(Mark.BOLD)
    if form.fontItalic():
        marks.add(Mark.ITALIC)
    if form.fontUnderline() and not href:
        marks.add(Mark.UNDERLINE)
    if form.fontStrikeOut():
        marks.add(Mark.STRUCK)
    if form.verticalAlignment() is QTextCharFormat.VerticalAlignment.AlignSuperScript:
        marks.add(Mark.ABOVE)
    elif form.verticalAlignment() is QTextCharFormat.VerticalAlignment.AlignSubScript:
        marks.add(Mark.BELOW)
    name = form.property(COLOUR)
    colour = Colour[name] if isinstance(name, str) and name in Colour.__members__ else None
    return Look(frozenset(marks), None if href else colour, href)


# -- writing ---------------------------------------------------------------------------------------


class Writer:
    """Writes blocks at a cursor."""

    def __init__(self, cursor: QTextCursor, dress: Dress) -> None:
        self._cursor = cursor
        self._dress = dress
        self._is_fresh = False  # the cursor's block is empty and to be used

    def fill(self, letter: Letter) -> None:
        """The whole of an empty document."""
        self._is_fresh = True
        self._cursor.beginEditBlock()
        self._blocks(letter.blocks, 0, signature=False)
        self._cursor.endEditBlock()

    def insert(self, blocks: Sequence[Block]) -> None:
        """In the midst of a text: the first line joins the line that is there."""
        cursor = self._cursor
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        here = cursor.block()
        depth = quote_level(here)
        first = blocks[0] if blocks else None
        rest = blocks
        if isinstance(first, Line) and not (first.heading and here.length() == 1):
            self._inlines(first.inlines, here.blockFormat().headingLevel())
            rest = blocks[1:]
            self._is_fresh = False
        else:
            self._is_fresh = cursor.atBlockStart()
        at_end = cursor.atBlockEnd()
        if rest:
            self._blocks(rest, depth, signature=False)
            if not isinstance(rest[-1], Line) and not at_end and not self._is_fresh:
                cursor.insertBlock(block_format(depth), self._dress.text())
        cursor.endEditBlock()

    def insert_blocks(self, blocks: Sequence[Block], depth: int = 0, *, fresh: bool) -> None:
        """After the cursor's line, or (``fresh``) beginning in it."""
        self._is_fresh = fresh
        self._blocks(blocks, depth, signature=False)

    def _blocks(self, blocks: Iterable[Block], depth: int, *, signature: bool) -> None:
        for block in blocks:
            if isinstance(block, Line):
                self._line(block, depth, signature=signature)
            elif isinstance(block, Quote):
                self._blocks(block.blocks, depth + 1, signature=signature)
            elif isinstance(block, Signature):
                self._blocks(block.blocks, depth, signature=True)
            elif isinstance(block, Listing):
                self._listing(block, depth, 1, signature=signature)
            elif isinstance(block, Table):
                self._table(block, depth)
            else:
                form = block_format(depth, signature=signature)
                full = QTextLength(QTextLength.Type.PercentageLength, 100)
                form.setProperty(RULE, full)
                self._start(form)

    def _start(self, form: QTextBlockFormat, heading: int = 0) -> None:
        usual = self._dress.text(heading=heading)
        if self._is_fresh:
            self._cursor.setBlockFormat(form)
            self._cursor.mergeBlockCharFormat(usual)  # a cell keeps what it is in this format
            self._is_fresh = False
        else:
            self._cursor.insertBlock(form, usual)

    def _line(self, line: Line, depth: int, *, signature: bool) -> None:
        self._start(block_format(depth, heading=line.heading, signature=signature), line.heading)
        self._inlines(line.inlines, line.heading)

    def _inlines(self, inlines: Iterable[Inline], heading: int) -> None:
        for one in inlines:
            if isinstance(one, Picture):
                self._cursor.insertImage(self._dress.picture(one))
            else:
                self._cursor.insertText(one.text, self._dress.text(one.look, heading))

    def _listing(self, listing: Listing, depth: int, indent: int, *, signature: bool) -> None:
        form = list_format(listing.is_ordered, indent, listing.start)
        made: QTextList | None = None
        for item in listing.items:
            lines = _leading_lines(item)
            self._start(block_format(depth, signature=signature))
            if made is None:
                made = self._cursor.createList(form)
            else:
                made.add(self._cursor.block())
            for place, line in enumerate(lines):
                if place:
                    self._cursor.insertText(_SOFT_END, self._dress.text())
                self._inlines(line.inlines, 0)
            for block in item[len(lines) :]:
                if isinstance(block, Listing):
                    self._listing(block, depth, indent + 1, signature=signature)
                else:
                    self._blocks((block,), depth, signature=signature)

    def _table(self, table: Table, depth: int) -> None:
        columns = max(sum(cell.columns for cell in row) for row in table.rows)
        if columns > MOST_TABLE:
            for row in table.rows:
                for cell in row:
                    self._blocks(cell.blocks, depth, signature=False)
            return
        if not self._is_fresh:  # the empty line before a table is not drawn
            self._cursor.insertBlock(block_format(depth), self._dress.text())
        made = self._cursor.insertTable(len(table.rows), columns, self._table_format(depth))
        taken: set[tuple[int, int]] = set()
        for at_row, row in enumerate(table.rows):
            column = 0
            for cell in row:
                while (at_row, column) in taken:
                    column += 1
                if column >= columns:
                    break
                self._cell(made, at_row, column, cell, taken)
                column += 1
        self._cursor.setPosition(made.lastPosition() + 1)
        self._cursor.setBlockFormat(block_format(depth))
        self._is_fresh = True

    def _cell(
        self, table: QTextTable, row: int, column: int, cell: Cell, taken: set[tuple[int, int]]
    ) -> None:
        columns = min(cell.columns, table.columns() - column)
        rows = min(cell.rows, table.rows() - row)
        if columns > 1 or rows > 1:
            table.mergeCells(row, column, rows, columns)
        taken.update(
            (row + down, column + right) for down in range(rows) for right in range(columns)
        )
        writer = Writer(table.cellAt(row, column).firstCursorPosition(), self._dress)
        writer.insert_blocks(cell.blocks, fresh=True)

    def _table_format(self, depth: int) -> QTextTableFormat:
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(QColor(self._dress.tones.line))
        form.setBorderCollapse(True)
        form.setCellPadding(4)
        form.setCellSpacing(0)
        form.setLeftMargin(QUOTE_STEP * depth)
        form.setProperty(QUOTE, depth)
        return form


def picture_name(content_id: str) -> str:
    """The resource that a picture asks for."""
    return "cid:" + quote(content_id, safe="@")


def content_id_of(name: str) -> str:
    """The other way round; "" for what is not ours."""
    if not name.startswith("cid:"):
        return ""
    return unquote(name[4:])


def picture_of(form: QTextCharFormat) -> Picture | None:
    """The picture that a format of text stands for."""
    shape = form.toImageFormat()
    content_id = content_id_of(shape.name())
    if not content_id:
        return None
    alt = str(shape.property(QTextFormat.Property.ImageAltText) or "")
    return Picture(content_id, alt, int(shape.intProperty(OWN_WIDTH)))


def list_format(ordered: bool, indent: int, start: int = 1) -> QTextListFormat:
    """Bullets or numbers."""
    form = QTextListFormat()
    style = QTextListFormat.Style
    bullets = (style.ListDisc, style.ListCircle, style.ListSquare)
    form.setStyle(style.ListDecimal if ordered else bullets[(indent - 1) % 3])
    form.setIndent(indent)
    if ordered and start != 1:
        form.setStart(start)
    return form


def _leading_lines(item: Sequence[Block]) -> tuple[Line, ...]:
    lines = []
    for block in item:
        if not isinstance(block, Line) or block.heading:
            break
        lines.append(block)
    return tuple(lines)


# -- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """Blocks of the letter and what they stand in."""

    blocks: tuple[Block, ...]
    depth: int
    is_signature: bool = False
    list_id: int = -1
    indent: int = 0
    is_ordered: bool = False
    start: int = 1


def read(document: QTextDocument) -> Letter:
    """The letter that a document holds."""
    return Letter(_signed(_frame(document.rootFrame())))


def _frame(frame: QTextFrame) -> list[_Placed]:
    placed: list[_Placed] = []
    held: QTextBlock | None = None  # an empty line: none at all if a table follows
    step = frame.begin()
    is_after_table = False
    while not step.atEnd():
        inner = step.currentFrame()
        block = step.currentBlock()
        if isinstance(inner, QTextTable):
            placed.append(_Placed(_table(inner), int(inner.format().intProperty(QUOTE))))
            held, is_after_table = None, True
        elif block.isValid():
            if held is not None:
                placed.append(_placed(held))
            held = block if block.length() == 1 and list_of(block) is None else None
            if held is None:
                placed.append(_placed(block))
                is_after_table = False
        step += 1
    if held is not None and not is_after_table:
        placed.append(_placed(held))
    return placed


def _placed(block: QTextBlock) -> _Placed:
    form = block.blockFormat()
    depth = quote_level(block)
    is_signature = bool(form.property(IS_SIGNATURE))
    if form.hasProperty(RULE):
        return _Placed((Rule(),), depth, is_signature)
    lines = tuple(_lines(block, form.headingLevel()))
    listed = list_of(block)
    if listed is None:
        return _Placed(lines, depth, is_signature)
    shape = listed.format()
    is_ordered = shape.style().value <= QTextListFormat.Style.ListDecimal.value
    return _Placed(
        lines, depth, is_signature, listed.objectIndex(), shape.indent(), is_ordered, shape.start()
    )


def _lines(block: QTextBlock, heading: int) -> Iterator[Line]:
    heading = heading if heading in _HEADING_SIZES else 0
    held: list[Inline] = []
    step = block.begin()
    while not step.atEnd():
        fragment = step.fragment()
        form = fragment.charFormat()
        if form.isImageFormat():
            picture = picture_of(form)
            if picture is not None:
                held += [picture] * len(fragment.text())
        else:
            look = look_of(form)
            first, *others = fragment.text().split(_SOFT_END)
            held.append(Run(first, look))
            for one in others:
                yield normal_line(held, heading)
                held = [Run(one, look)]
        step += 1
    yield normal_line(held, heading)


def _table(table: QTextTable) -> tuple[Block, ...]:
    rows = []
    for row in range(table.rows()):
        cells = []
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            if (cell.row(), cell.column()) != (row, column):
                continue  # a part of one that was read
            cells.append(Cell(_cell(cell.begin()), cell.columnSpan(), cell.rowSpan()))
        rows.append(tuple(cells))
    return (Table(tuple(row for row in rows if row)),)


def _cell(step: QTextFrame.iterator) -> tuple[Block, ...]:
    placed = []
    while not step.atEnd():
        if step.currentBlock().isValid():
            placed.append(_placed(step.currentBlock()))
        step += 1
    if len(placed) == 1 and placed[0].blocks == (Line(),):
        return ()
    return _signed(placed)


def _signed(placed: Sequence[_Placed]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for is_signature, group in groupby(placed, lambda one: one.is_signature):
        inner = _quoted(list(group), 0)
        blocks += (Signature(inner),) if is_signature else inner
    return tuple(blocks)


def _quoted(placed: Sequence[_Placed], depth: int) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for is_deeper, group in groupby(placed, lambda one: one.depth > depth):
        members = list(group)
        if is_deeper:
            blocks.append(Quote(_quoted(members, depth + 1)))
        else:
            blocks += _listed(members)
    return tuple(blocks)


def _listed(placed: Sequence[_Placed]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for is_listed, group in groupby(placed, lambda one: one.list_id >= 0):
        if is_listed:
            blocks += _listings(list(group), 1)
        else:
            for one in group:
                blocks += one.blocks
    return tuple(blocks)


def _listings(entries: Sequence[_Placed], level: int) -> list[Block]:
    """Listings of neighbours; a deeper one belongs to the item before it."""
    made: list[tuple[_Placed, list[list[Block]]]] = []
    at = 0
    while at < len(entries):
        entry = entries[at]
        end = at + 1
        if entry.indent > level and made:
            while end < len(entries) and entries[end].indent > level:
                end += 1
            made[-1][1][-1] += _listings(entries[at:end], level + 1)
        elif made and made[-1][0].list_id == entry.list_id:
            made[-1][1].append(list(entry.blocks))
        else:
            made.append((entry, [list(entry.blocks)]))
        at = end
    return [
        Listing(tuple(tuple(item) for item in items), first.is_ordered, max(1, first.start))
        for first, items in made
    ]
