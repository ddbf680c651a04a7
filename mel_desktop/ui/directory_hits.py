"""Entries and groups of the directory as lists show them: in completion, in the directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mel_desktop.model.groups import GroupHit
from mel_desktop.model.merging import Audience
from mel_desktop.model.people import DirectoryEntry, DirectoryHit, EntryKind
from mel_desktop.ui import people_words
from mel_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
Suggestion = DirectoryHit | GroupHit


class _Groups(QObject):
    """What is said of groups. A QObject, for plurals are counted by its ``tr``."""

    def title(self, group: GroupHit) -> str:
        return {
            Audience.ALL: "{name}",
            Audience.PARENTS: self.tr("Parents of {name}"),
            Audience.TEAM: self.tr("Team of {name}"),
            Audience.PUPILS: self.tr("Pupils of {name}"),
            Audience.HEAD_TEACHERS: self.tr("Head teachers of {name}"),
            Audience.DELEGATES: self.tr("Delegates of {name}"),
            Audience.SUBJECT: self.tr("{subject}, {name}"),
        }[group.audience].format(name=group.name, subject=group.subject)

    def count(self, group: GroupHit) -> str:
        said = self.tr("%n person(s)", "", len(group.members))
        if not group.unreachable:
            return said
        without = self.tr("%n without an address", "", len(group.unreachable))
        return f"{said}, {without}"

    def own(self) -> str:
        return self.tr("Group of mine")

    def forgetting(self) -> str:
        return self.tr("Del: forget")


def group_title(group: GroupHit) -> str:
    """A group and who of it: "Parents of 4B"."""
    return _Groups().title(group)


def can_forget(hit: Suggestion) -> bool:
    """Whether it was learnt or made here."""
    return hit.is_own if isinstance(hit, GroupHit) else hit.learned


def group_count(group: GroupHit) -> str:
    """How many it reaches, and how many it does not."""
    return _Groups().count(group)


def entry_facts(entry: DirectoryEntry) -> str:
    """What tells namesakes apart: function, classes, school, town."""
    classes = ", ".join(one for one in entry.classes if one != entry.name)
    facts = (people_words.function_of(entry), classes, entry.school, entry.town)
    return " · ".join(fact for fact in facts if fact)


_KIND_ICONS: Final = {
    EntryKind.PERSON: "person",
    EntryKind.GROUP: "group",
    EntryKind.SCHOOL: "school",
    EntryKind.SERVICE: "service",
}


class HitModel(QAbstractListModel):
    """Hits of the directory."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[Suggestion, ...] = ()

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of hits."""
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name and address; the hit itself for the delegate."""
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return hit
        if isinstance(hit, GroupHit):
            return _of_group(hit, role)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return f"{hit.entry.name} <{hit.entry.email}>" if hit.entry.email else hit.entry.name
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            parts = (hit.entry.name, entry_facts(hit.entry), hit.entry.email, hit.source)
            return ", ".join(part for part in parts if part)
        return None

    def show(self, hits: Sequence[Suggestion]) -> None:
        """Show other hits."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def hit(self, row: int) -> DirectoryHit:
        """One hit, where no groups are shown among them."""
        found = self._hits[row]
        assert isinstance(found, DirectoryHit)
        return found

    def suggestion(self, row: int) -> Suggestion:
        """One hit, a person's or a group's."""
        return self._hits[row]


def _of_group(group: GroupHit, role: int) -> str | None:
    if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
        return group_title(group)
    if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
        parts = (group_title(group), group_count(group), group.school, group.source)
        return ", ".join(part for part in parts if part)
    return None


class HitDelegate(QStyledItemDelegate):
    """Two lines: name and true address; function, classes, school."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines."""
        return QSize(240, 2 * option.fontMetrics.height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Icon, name, address; facts below."""
        hit = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(hit, DirectoryHit | GroupHit):
            return
        tones = self._theme.tones
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = tones.selected if selected else tones.raised if hovered else tones.surface
        painter.fillRect(option.rect, QColor(ground))
        ratio = painter.device().devicePixelRatioF()
        icon = self._theme.icons.pixmap(_icon(hit), 20, ratio, QColor(tones.muted))
        painter.drawPixmap(option.rect.left() + 10, option.rect.center().y() - 10, icon)
        height = option.fontMetrics.height()
        area = option.rect.adjusted(40, 6, -10, -6)
        first = QRect(area.left(), area.top(), area.width(), height)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        text = QColor(tones.selected_text if selected else tones.text)
        quiet = text if selected else QColor(tones.muted)
        name, beside, facts = _lines(hit)
        if can_forget(hit) and selected:
            hint = _Groups().forgetting()
            width = QFontMetrics(option.font).horizontalAdvance(hint)
            place = first.adjusted(max(0, first.width() - width), 0, 0, 0)
            _draw(painter, place, hint, option.font, quiet)
            first.setWidth(max(0, first.width() - width - 12))
        used = _draw(painter, first, name, bold, text)
        _draw(painter, first.adjusted(used + 10, 0, 0, 0), beside, option.font, quiet)
        first.setWidth(area.width())
        _draw(painter, first.translated(0, height + 1), facts, option.font, quiet)
        painter.restore()


def _icon(hit: Suggestion) -> str:
    return "group" if isinstance(hit, GroupHit) else _KIND_ICONS[hit.entry.kind]


def _lines(hit: Suggestion) -> tuple[str, str, str]:
    """Name, what stands beside it, what stands below."""
    if isinstance(hit, GroupHit):
        return group_title(hit), group_count(hit), hit.school or hit.source or _Groups().own()
    return hit.entry.name, hit.entry.email, entry_facts(hit.entry) or hit.source


def _draw(painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor) -> int:
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, area.width()))
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)
