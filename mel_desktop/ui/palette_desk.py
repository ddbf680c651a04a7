"""Everything that can be done or reached, by a few letters: Ctrl+K, type, Enter.

Commands with their place in the menus and their key, folders, places, settings, pages of the help,
and people written to. Accents and case are set aside; the keyboard is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.choosing import score
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Address
from mel_desktop.model.outgoing import DraftContent
from mel_desktop.model.values import dataclass
from mel_desktop.ui import wording
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.main_window import MainWindow

MOST_SHOWN: Final = 60
PEOPLE_FROM: Final = 2  # letters typed
MOST_PEOPLE: Final = 8
LATER: Final = 0.8  # of two that fit as well, commands stand before what can be reached
_ENTRY: Final = Qt.ItemDataRole.UserRole
_KEYS_THAT_MOVE: Final = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``where``: the menu or the kind; ``words``: by which it is found as well."""

    title: str
    where: str
    do: Callable[[], object]
    key: str = ""
    icon: str = ""
    enabled: bool = True
    words: str = ""
    weight: float = 1.0


class PaletteDesk(QObject):
    """Knows what there is, and opens the palette over the window."""

    def __init__(self, facade: Facade, window: MainWindow) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window

    def open(self) -> Palette:
        """The palette, with the keyboard in it."""
        window = self._window
        entries = (*self._commands(), *self._folders(), *self._settings(), *self._help())
        palette = Palette(entries, self._people, window.theme, window)
        palette.open()
        return palette

    # -- what there is -----------------------------------------------------------------------------

    def _commands(self) -> Iterator[Entry]:
        palette = self._window.actions_.palette
        for top in self._window.menuBar().actions():
            menu = top.menu()
            if isinstance(menu, QMenu) and top.isVisible():
                for action, where in _leaves(menu, _plain(top.text())):
                    if action is not palette:
                        yield Entry(
                            _plain(action.text()),
                            where,
                            action.trigger,
                            key=action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
                            enabled=action.isEnabled(),
                            words=where,
                        )

    def _folders(self) -> Iterator[Entry]:
        with self._window.notice.errors():
            folders = self._facade.folders()
            accounts = {one.id: one.email for one in self._facade.accounts()}
            for folder in folders:
                if folder.selectable:
                    yield Entry(
                        wording.folder_path(folder),
                        self.tr("Folder"),
                        partial(self._window.go, folder.id),
                        icon=folder.role.value if folder.role else "folder",
                        words=accounts.get(AccountId(folder.account), ""),
                        weight=LATER,
                    )

    def _settings(self) -> Iterator[Entry]:
        desk = self._window.settings_desk
        for title, words in desk.titles():
            yield Entry(
                title,
                self.tr("Setting"),
                partial(desk.find, title),
                icon="settings",
                words=words,
                weight=LATER,
            )

    def _help(self) -> Iterator[Entry]:
        desk = self._window.extras.help
        for page in desk.pages():
            yield Entry(
                page.title,
                self.tr("Help"),
                partial(desk.open, page.name),
                icon="info",
                words=page.headings,
                weight=LATER,
            )

    def _people(self, typed: str) -> Iterator[Entry]:
        try:
            found = self._facade.complete(typed, limit=MOST_PEOPLE).hits
        except MelError:
            return
        for one in found:
            address = one.entry.email
            if address:
                yield Entry(
                    one.entry.name or address,
                    self.tr("Write to {address}").format(address=address),
                    partial(self._write, Address(one.entry.name, address)),
                    icon="person",
                    words=typed,
                    weight=LATER / 2,
                )

    def _write(self, to: Address) -> None:
        self._window.compose(DraftContent(to=(to,)))


class Palette(QDialog):
    """A field and what fits."""

    def __init__(
        self,
        entries: tuple[Entry, ...],
        people: Callable[[str], Iterator[Entry]],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Find a command"))
        self._entries = entries
        self._people = people
        self._theme = theme
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("A command, a folder, a setting, a person…"))
        self.field.setAccessibleName(self.tr("A command, a folder, a setting, a person"))
        add_clear_button(self.field)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("What fits"))
        self.list.setItemDelegate(_Lines(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = QLabel(self.tr("Nothing has these words."))
        self._nothing.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list.itemActivated.connect(lambda _: self.accept())
        self.list.itemClicked.connect(lambda _: self.accept())
        self._show()
        room = parent.size()
        self.resize(min(640, max(360, room.width() - 60)), min(460, max(240, room.height() - 80)))
        self.field.setFocus()

    def shown(self) -> tuple[Entry, ...]:
        """The lines, best first."""
        return tuple(self.list.item(at).data(_ENTRY) for at in range(self.list.count()))

    def accept(self) -> None:
        """Do it, after this dialog has gone."""
        if self.list.currentRow() < 0:
            return
        entry: Entry = self.list.currentItem().data(_ENTRY)
        if entry.enabled:
            super().accept()
            entry.do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while one types."""
        is_key = watched is self.field and event.type() is QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent):
            if event.key() in _KEYS_THAT_MOVE:
                self.list.event(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.accept()
                return True
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        typed = self.field.text().strip()
        entries = list(self._entries)
        if len(typed) >= PEOPLE_FROM:
            entries += self._people(typed)
        scored = [(self._worth(typed, entry), entry) for entry in entries]
        found = sorted(
            (one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1].title)
        )
        self.list.clear()
        for _, entry in found[:MOST_SHOWN] if typed else [(0, one) for one in entries][:MOST_SHOWN]:
            item = QListWidgetItem(entry.title)
            item.setData(_ENTRY, entry)
            spoken = ", ".join(one for one in (entry.title, entry.where, entry.key) if one)
            if not entry.enabled:
                spoken += ", " + self.tr("not possible now")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            if entry.icon:
                item.setIcon(self._theme.icons.icon(entry.icon))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._nothing.setVisible(self.list.count() == 0)

    @staticmethod
    def _worth(typed: str, entry: Entry) -> float:
        """By its title first; by other words half as well."""
        worth = max(score(typed, entry.title), score(typed, f"{entry.title} {entry.words}") / 2)
        return worth * entry.weight * (1.0 if entry.enabled else 0.6)


class _Lines(QStyledItemDelegate):
    """Title at the left; where it is and its key at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """One line and some air."""
        return QSize(200, option.fontMetrics.height() + 12)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ground, icon, title, place, key."""
        entry = index.data(_ENTRY)
        if not isinstance(entry, Entry):
            return
        tones, area, metrics = self._theme.tones, option.rect, option.fontMetrics
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(area, QColor(tones.selected))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), tones.accent)
        text = QColor(tones.selected_text if chosen else tones.text)
        quiet = text if chosen else QColor(tones.muted)
        ratio = painter.device().devicePixelRatioF()
        if entry.icon:
            pixmap = self._theme.icons.pixmap(entry.icon, 16, ratio)
            painter.drawPixmap(area.left() + 10, area.center().y() - 7, pixmap)
        inner = area.adjusted(34, 0, -10, 0)
        key_width = metrics.horizontalAdvance(entry.key)
        painter.setPen(text if entry.enabled else quiet)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, right, entry.key)
        room = inner.width() - (key_width + 16 if entry.key else 0)
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, left, title)
        used = metrics.horizontalAdvance(title) + 14
        if room - used > 60:
            painter.setPen(quiet)
            where = QRect(inner.left() + used, inner.top(), room - used, inner.height())
            said = entry.where if entry.enabled else f"{entry.where} – {_not_now()}"
            words = metrics.elidedText(said, Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, right if not entry.key else left, words)
        painter.restore()


def _not_now() -> str:
    return QCoreApplication.translate("Palette", "not possible now")


def _leaves(menu: QMenu, where: str) -> Iterator[tuple[QAction, str]]:
    """Commands of a menu and of the menus below, with the way there."""
    for action in menu.actions():
        below = action.menu()
        if action.isSeparator() or not action.isVisible():
            continue
        if isinstance(below, QMenu):
            yield from _leaves(below, f"{where} › {_plain(action.text())}")
        elif action.text():
            yield action, where


def _plain(text: str) -> str:
    return text.replace("&", "").rstrip("…")
