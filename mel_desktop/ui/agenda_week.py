"""One week of the agenda as a table: days across, hours down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from mel_desktop.model.agenda import Occurrence, Standing
from mel_desktop.model.sending import SchoolBreak
from mel_desktop.ui import agenda_words, figures
from mel_desktop.ui.theme import Theme

translate = QCoreApplication.translate

FIRST_HOUR: Final = 8
LAST_HOUR: Final = 19
HELD: Final = Qt.ItemDataRole.UserRole + 1


class GroundDelegate(QStyledItemDelegate):
    """The style sheet of tables leaves out the ground of a cell."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The ground, then the rest."""
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(ground, QBrush):
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)


class WeekTable(QTableWidget):
    """Cells hold what begins or goes on in that hour; the first row what lasts all day."""

    chosen = Signal(object)  # Occurrence

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[date, Sequence[Occurrence], Sequence[SchoolBreak]] | None = None
        self.setAccessibleName(translate("agenda", "Week"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setShowGrid(True)
        self.setItemDelegate(GroundDelegate(self))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        )
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumHeight(self.fontMetrics().height() * 2 + 12)
        self.verticalHeader().setHighlightSections(False)
        self.currentItemChanged.connect(self._on_current)
        theme.changed.connect(self._again)

    def show_week(
        self, monday: date, events: Sequence[Occurrence], breaks: Sequence[SchoolBreak]
    ) -> None:
        """Show seven days."""
        self._shown = (monday, events, breaks)
        timed = [one for one in events if not one.of.event.all_day]
        hours = [one.starts.astimezone().hour for one in timed]
        first = min([FIRST_HOUR, *hours])
        last = max([LAST_HOUR, *hours])
        self.clearSpans()
        self.clear()
        self.setColumnCount(7)
        self.setRowCount(last - first + 2)
        days = [monday + timedelta(days=number) for number in range(7)]
        self.setHorizontalHeaderLabels([_head(one, breaks) for one in days])
        labels = [translate("agenda", "all day")]
        labels += [
            translate("agenda", "{hour}:00").format(hour=hour) for hour in range(first, last + 1)
        ]
        self.setVerticalHeaderLabels(labels)
        self._fill(days, labels, breaks)
        cells: dict[tuple[int, int], list[Occurrence]] = {}
        for one in events:
            for place in _places(one, monday, first, last):
                cells.setdefault(place, []).append(one)
        for (row, column), found in sorted(cells.items(), key=lambda one: one[0]):
            if row > 1 and cells.get((row - 1, column)) == found:
                continue  # it goes on
            rows = 1
            while row and cells.get((row + rows, column)) == found:
                rows += 1
            self._put(row, column, found)
            if rows > 1:
                self.setSpan(row, column, rows, 1)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() * 2 + 8)

    def _fill(
        self, days: Sequence[date], labels: Sequence[str], breaks: Sequence[SchoolBreak]
    ) -> None:
        """Empty cells, said by day and hour; school holidays and weekends in another ground, their
        names in the head.
        """
        ground = QBrush(QColor(self._theme.tones.window))
        for column, one in enumerate(days):
            is_off = one.weekday() >= 5 or _break_on(one, breaks) is not None
            for row, label in enumerate(labels):
                item = QTableWidgetItem("")
                item.setData(
                    Qt.ItemDataRole.AccessibleTextRole, f"{agenda_words.day(one)}, {label}"
                )
                if is_off:
                    item.setBackground(ground)
                self.setItem(row, column, item)

    def _put(self, row: int, column: int, found: Sequence[Occurrence]) -> None:
        lines = [one.of.event.title or translate("agenda", "(no title)") for one in found]
        item = QTableWidgetItem("\n".join(lines))
        said = []
        for one in found:
            event = one.of.event
            where = agenda_words.span(one.starts, one.ends, all_day=event.all_day)
            state = agenda_words.standing(one.of.standing)
            said.append(", ".join(filter(None, (event.title, where, event.place, state))))
        item.setToolTip("\n".join(said))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, "; ".join(said))
        item.setData(HELD, found[0])
        tones = self._theme.tones
        sure = any(one.of.standing not in (Standing.NONE, Standing.TENTATIVE) for one in found)
        item.setBackground(QBrush(QColor(tones.selected if sure else tones.info_ground)))
        item.setForeground(QBrush(QColor(tones.selected_text if sure else tones.text)))
        if not sure:
            font = item.font()
            font.setItalic(True)  # and not by its colour alone
            item.setFont(font)
        item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setItem(row, column, item)

    def _on_current(self, item: QTableWidgetItem | None, _: QTableWidgetItem | None) -> None:
        held = None if item is None else item.data(HELD)
        if isinstance(held, Occurrence):
            self.chosen.emit(held)

    def _again(self) -> None:
        if self._shown is not None:
            self.show_week(*self._shown)

    def changeEvent(self, event: QEvent) -> None:
        """Rows follow the size of letters."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() * 2 + 8)


def _head(day: date, breaks: Sequence[SchoolBreak]) -> str:
    names = figures.locale()
    text = f"{names.dayName(day.isoweekday(), names.FormatType.ShortFormat)} {day.day}"
    text += f" {names.monthName(day.month, names.FormatType.ShortFormat)}"
    found = _break_on(day, breaks)
    return f"{text}\n{found.name}" if found is not None else text


def _break_on(day: date, breaks: Sequence[SchoolBreak]) -> SchoolBreak | None:
    return next((one for one in breaks if one.first <= day < one.back), None)


def _places(one: Occurrence, monday: date, first: int, last: int) -> list[tuple[int, int]]:
    """Cells (row, column) of an event within the week."""
    event = one.of.event
    if event.all_day:
        days = max((one.ends.date() - one.starts.date()).days, 1)
        columns = [(one.starts.date() - monday).days + number for number in range(min(days, 60))]
        return [(0, column) for column in columns if 0 <= column < 7]
    found: list[tuple[int, int]] = []
    moment, ends = one.starts.astimezone(), one.ends.astimezone()
    moment = moment.replace(minute=0, second=0, microsecond=0)
    while moment < ends or not found:
        column = (moment.date() - monday).days
        if first <= moment.hour <= last and 0 <= column < 7:
            found.append((moment.hour - first + 1, column))
        moment += timedelta(hours=1)
        if moment.date() > monday + timedelta(days=7) or (moment >= ends and not found):
            break
    return found
