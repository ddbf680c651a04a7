"""Recipients as tokens: typed or completed from the directory, wrong ones in red, all by keyboard.

Comma, semicolon, Return or leaving the field makes a token; Backspace in the empty field takes the
last one back into the field; Delete removes the token that has the focus; Alt and an
arrow move it to the next field, as the mouse does by dragging.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Address
from mel_desktop.model.people import DirectoryEntry, DirectoryHit, EntryKind
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.theme import Theme

PAUSE_MS: Final = 90
SHOWN: Final = 8
# Good enough to warn early; the sending service has the last word (BAD_ADDRESS).
_PLAUSIBLE: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\".]+(\.[^\s@<>,;\".]+)+")

Index = QModelIndex | QPersistentModelIndex


def is_plausible(address: str) -> bool:
    """Whether this looks like an address."""
    return len(address) <= 254 and _PLAUSIBLE.fullmatch(address) is not None


def split(text: str) -> tuple[Address, ...]:
    """Addresses typed or pasted: commas, semicolons or lines between, quotes respected."""
    pieces: list[str] = [""]
    quoted = angled = False
    for one in text:
        if one == '"':
            quoted = not quoted
        elif one == "<" and not quoted:
            angled = True
        elif one == ">" and not quoted:
            angled = False
        if one in ",;\n\r" and not quoted and not angled:
            pieces.append("")
        else:
            pieces[-1] += one
    return tuple(_address(piece.strip()) for piece in pieces if piece.strip())


def _address(piece: str) -> Address:
    match = re.fullmatch(r"(.*?)<\s*([^<>]*?)\s*>", piece)
    if match is None:
        return Address("", piece)
    return Address(match.group(1).strip().strip('"').strip(), match.group(2))


def entry_facts(entry: DirectoryEntry) -> str:
    """What tells namesakes apart: function, classes, school, town."""
    facts = (entry.role, ", ".join(entry.classes), entry.school, entry.town)
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
        self._hits: tuple[DirectoryHit, ...] = ()

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
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole}:
            return f"{hit.entry.name} <{hit.entry.email}>" if hit.entry.email else hit.entry.name
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            parts = (hit.entry.name, entry_facts(hit.entry), hit.entry.email, hit.source)
            return ", ".join(part for part in parts if part)
        return None

    def show(self, hits: Sequence[DirectoryHit]) -> None:
        """Show other hits."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def hit(self, row: int) -> DirectoryHit:
        """One hit."""
        return self._hits[row]


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
        if not isinstance(hit, DirectoryHit):
            return
        tones = self._theme.tones
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = tones.selected if selected else tones.raised if hovered else tones.surface
        painter.fillRect(option.rect, QColor(ground))
        ratio = painter.device().devicePixelRatioF()
        icon = self._theme.icons.pixmap(_KIND_ICONS[hit.entry.kind], 20, ratio, QColor(tones.muted))
        painter.drawPixmap(option.rect.left() + 10, option.rect.center().y() - 10, icon)
        height = option.fontMetrics.height()
        area = option.rect.adjusted(40, 6, -10, -6)
        first = QRect(area.left(), area.top(), area.width(), height)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        text = QColor(tones.selected_text if selected else tones.text)
        quiet = text if selected else QColor(tones.muted)
        used = _draw(painter, first, hit.entry.name, bold, text)
        _draw(painter, first.adjusted(used + 10, 0, 0, 0), hit.entry.email, option.font, quiet)
        facts = entry_facts(hit.entry) or hit.source
        _draw(painter, first.translated(0, height + 1), facts, option.font, quiet)
        painter.restore()


def _draw(painter: QPainter, area: QRect, text: str, font: QFont, colour: QColor) -> int:
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, area.width()))
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown)


RECIPIENT: Final = "application/x-mel-recipient"  # what is dragged from field to field
MOST_DRAGGED: Final = 4096  # octets


def dragged(address: Address) -> QMimeData:
    """One recipient on its way to another field."""
    data = QMimeData()
    data.setData(RECIPIENT, json.dumps([address.name, address.address]).encode())
    return data


def dropped(data: QMimeData) -> Address | None:
    """The recipient; None for all else."""
    octets = bytes(data.data(RECIPIENT).data()) if data.hasFormat(RECIPIENT) else b""
    if not octets or len(octets) > MOST_DRAGGED:
        return None
    try:
        name, address = json.loads(octets)
    except (ValueError, TypeError):  # from another program
        return None
    return Address(str(name), str(address))


_STEPS: Final[dict[int, int]] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Token(QFrame):
    """One recipient."""

    remove_asked = Signal()
    edit_asked = Signal()
    move_asked = Signal(int)  # to the field so many places further on

    def __init__(self, address: Address, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.address = address
        right = is_plausible(address.address)
        self.setProperty("wrong", not right)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = f"{address.name} <{address.address}>" if address.name else address.address
        self.setToolTip(whole)
        self.setAccessibleName(
            whole if right else self.tr("{address}: not a correct address").format(address=whole)
        )
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(label.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, 320))
        remove = QToolButton()
        remove.setIcon(theme.icons.icon("close"))
        remove.setIconSize(QSize(12, 12))
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        remove.setAccessibleName(self.tr("Remove {address}").format(address=whole))
        remove.setToolTip(self.tr("Remove"))
        remove.clicked.connect(self.remove_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(label)
        row.addWidget(remove)
        self._pressed: QPoint | None = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        remove.setCursor(Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragged to another field, in which it is shown."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = event.position().toPoint() - self._pressed
        if way.manhattanLength() < QApplication.startDragDistance():
            return
        drag = QDrag(self.window())  # not of the token, which goes while the drag ends
        drag.setMimeData(dragged(self.address))
        drag.setPixmap(self.grab())
        drag.setHotSpot(self._pressed)
        self._pressed = None
        drag.exec(Qt.DropAction.MoveAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """No drag."""
        self._pressed = None
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, Return edits, Alt and an arrow move it to another field."""
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in _STEPS:
            self.move_asked.emit(_STEPS[event.key()])
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove_asked.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self.edit_asked.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The same by mouse."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, key, call in (
            (self.tr("Edit"), "F2", self.edit_asked.emit),
            (self.tr("Move to the field below"), "Alt+Down", lambda: self.move_asked.emit(1)),
            (self.tr("Move to the field above"), "Alt+Up", lambda: self.move_asked.emit(-1)),
            (self.tr("Remove"), "Del", self.remove_asked.emit),
        ):
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _=False, do=call: do())
        menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click edits."""
        self.edit_asked.emit()


class _Field(QLineEdit):
    """The place to type, after the tokens."""

    finished = Signal()
    emptied = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.popup: QListView | None = None

    def suggests(self) -> bool:
        """Whether a suggestion is chosen in an open popup."""
        popup = self.popup
        return popup is not None and popup.isVisible() and popup.currentIndex().isValid()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Separators end a token; Backspace at the start takes the last one back."""
        separator = event.text() in {",", ";"} and self.text().count('"') % 2 == 0
        entered = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers()
        if entered and self.suggests():
            event.ignore()  # the popup takes it: its choice becomes the token
        elif separator or entered:
            self.finished.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.emptied.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving makes a token; the completion popup is not leaving."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finished.emit()


class RecipientsEdit(QFrame):
    """To, Cc or Bcc."""

    edited = Signal()
    move_asked = Signal(object, int)  # Address, and how many fields further on
    dropped_here = Signal(object)  # Address

    def __init__(self, facade: Facade, theme: Theme, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tokens")
        self.setAcceptDrops(True)
        self._facade = facade
        self._theme = theme
        self._tokens: list[Token] = []
        self._field = _Field()
        self._field.setAccessibleName(name)
        self._field.setMinimumWidth(140)
        self._flow = FlowLayout(self, spacing=4, fill_last=True)
        self._flow.setContentsMargins(0, 1, 0, 1)
        self._flow.addWidget(self._field)
        self.setFocusProxy(self._field)
        self._hits = HitModel(self)
        self._completer = QCompleter(self._hits, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(SHOWN)
        self._completer.setWidget(self._field)
        popup = QListView()
        self._popup = popup
        self._field.popup = popup
        popup.setAccessibleName(self.tr("Suggestions"))
        self._completer.setPopup(popup)
        popup.setItemDelegate(HitDelegate(theme, popup))
        popup.setMouseTracking(True)
        self._completer.activated[QModelIndex].connect(self._on_completed)  # type: ignore[index]
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._complete)
        self._field.textEdited.connect(self._on_typed)
        self._field.finished.connect(self.commit)
        self._field.emptied.connect(self._take_back)

    # -- content -----------------------------------------------------------------------------------

    def addresses(self) -> tuple[Address, ...]:
        """All recipients, what is still being typed included."""
        return tuple(token.address for token in self._tokens) + split(self._field.text())

    def show_addresses(self, addresses: Sequence[Address]) -> None:
        """Replace all recipients, without telling."""
        for token in self._tokens:
            self._drop(token)
        self._tokens = []
        self._field.clear()
        for address in addresses:
            self._append(address)

    def wrong(self) -> tuple[Address, ...]:
        """Recipients that cannot be addresses."""
        return tuple(one for one in self.addresses() if not is_plausible(one.address))

    def field(self) -> QLineEdit:
        """Where one types."""
        return self._field

    def completer(self) -> QCompleter:
        """The popup's completer."""
        return self._completer

    def commit(self) -> None:
        """Make tokens of what was typed."""
        found = split(self._field.text())
        if not found:
            return
        self._pause.stop()
        self._popup.hide()
        self._field.clear()
        for address in found:
            self._append(address)
        self.edited.emit()

    # -- tokens ------------------------------------------------------------------------------------

    def _append(self, address: Address) -> None:
        if any(token.address.address == address.address for token in self._tokens):
            return
        token = Token(address, self._theme, self)
        token.remove_asked.connect(lambda: self._remove(token))
        token.edit_asked.connect(lambda: self._edit(token))
        token.move_asked.connect(lambda step: self.move_asked.emit(token.address, step))
        self._tokens.append(token)
        self._flow.insert(self._flow.count() - 1, token)
        token.show()
        QWidget.setTabOrder(token, self._field)
        self.updateGeometry()

    def _remove(self, token: Token) -> None:
        self._tokens.remove(token)
        self._drop(token)
        self._field.setFocus()
        self.edited.emit()

    def take(self, address: Address) -> None:
        """Add one that came from another field, and stay on it."""
        self._append(address)
        for token in self._tokens:
            if token.address.address == address.address:
                token.setFocus()
        self.edited.emit()

    def give(self, address: Address) -> None:
        """Let one go to another field."""
        for token in [one for one in self._tokens if one.address == address]:
            self._remove(token)

    def _drop(self, token: Token) -> None:
        self._flow.removeWidget(token)
        token.hide()
        token.deleteLater()
        self.updateGeometry()

    def _edit(self, token: Token) -> None:
        self.commit()
        self._field.setText(token.toolTip())
        self._remove(token)

    def _take_back(self) -> None:
        if self._tokens:
            self._edit(self._tokens[-1])

    # -- dragged from field to field ---------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A recipient may be dropped here."""
        if dropped(event.mimeData()) is not None:
            self._mark(True)
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes on."""
        self._mark(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """It is one of this field from now on."""
        self._mark(False)
        found = dropped(event.mimeData())
        if found is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        QTimer.singleShot(0, self, lambda: self.dropped_here.emit(found))  # once the drag is over

    def _mark(self, marked: bool) -> None:
        self.setProperty("dropping", marked)
        self.style().unpolish(self)
        self.style().polish(self)

    # -- completion --------------------------------------------------------------------------------

    def _on_typed(self, text: str) -> None:
        if any(one in text for one in ";\n") or text.count(",") > 1:
            self.commit()  # pasted
            return
        self._pause.start()
        self.edited.emit()

    def _complete(self) -> None:
        typed = self._field.text().strip()
        if len(typed) < 2:
            self._popup.hide()
            return
        try:
            result = self._facade.complete(typed, limit=SHOWN)
        except MelError:
            return  # the address can be typed in full
        self._hits.show(result.hits)
        if not result.hits or not self._field.hasFocus():
            self._popup.hide()
            return
        area = self._field.rect()
        area.setWidth(max(420, area.width()))
        self._completer.complete(area)
        self._popup.setCurrentIndex(self._hits.index(0))

    def _on_completed(self, index: QModelIndex) -> None:
        entry = self._hits.hit(index.row()).entry
        self._field.clear()
        QTimer.singleShot(0, self._field.clear)  # the completer writes its own text after this
        self._append(Address(entry.name, entry.email))
        self.edited.emit()
