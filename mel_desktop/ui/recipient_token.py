"""One recipient as a token: what it shows, its keys, its menu, and what is dragged of it."""

from __future__ import annotations

import json
import re
from typing import Final

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.ui.directory_hits import group_count, group_title
from mel_desktop.ui.theme import Theme

NAMED: Final = 40  # people of a group, in its hint
# Good enough to warn early; the sending service has the last word (BAD_ADDRESS).
_PLAUSIBLE: Final = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\".]+(\.[^\s@<>,;\".]+)+")


RECIPIENT: Final = "application/x-mel-recipient"  # what is dragged from field to field
MOST_DRAGGED: Final = 4096  # octets


def is_plausible(address: str) -> bool:
    """Whether this looks like an address."""
    return len(address) <= 254 and _PLAUSIBLE.fullmatch(address) is not None


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
    """One recipient, or one group of them."""

    remove_asked = Signal()
    edit_asked = Signal()
    move_asked = Signal(int)  # to the field so many places further on
    group_asked = Signal()

    def __init__(
        self, address: Address, theme: Theme, parent: QWidget, group: GroupHit | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.address = address
        self.group = group
        right = group is not None or is_plausible(address.address)
        self.setProperty("wrong", not right)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = f"{address.name} <{address.address}>" if address.name else address.address
        if group is not None:
            whole = f"{group_title(group)} ({group_count(group)})"
        self.setToolTip(whole if group is None else self._told(whole, group))
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
        if group is not None:
            sign = QLabel()
            sign.setPixmap(theme.icons.icon("group").pixmap(QSize(14, 14)))
            row.addWidget(sign)
            row.addSpacing(2)
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

    def people(self) -> tuple[Address, ...]:
        """Whom it stands for."""
        return (self.address,) if self.group is None else self.group.members

    def _told(self, whole: str, group: GroupHit) -> str:
        """Everything that can be known of a group before it is written to."""
        listed = ", ".join(one.name or one.address for one in group.members[:NAMED])
        lines = [whole, listed + ("…" if len(group.members) > NAMED else "")]
        if group.unreachable:
            without = ", ".join(group.unreachable[:NAMED])
            without += "…" if len(group.unreachable) > NAMED else ""
            lines.append(self.tr("Without an address: {people}").format(people=without))
        return "\n".join(lines)

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
            (
                self.tr("Edit") if self.group is None else self.tr("Expand into its people"),
                "F2",
                self.edit_asked.emit,
            ),
            (self.tr("Move to the field below"), "Alt+Down", lambda: self.move_asked.emit(1)),
            (self.tr("Move to the field above"), "Alt+Up", lambda: self.move_asked.emit(-1)),
            (self.tr("Keep these recipients as a group…"), "", self.group_asked.emit),
            (self.tr("Remove"), "Del", self.remove_asked.emit),
        ):
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _=False, do=call: do())
        menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click edits."""
        self.edit_asked.emit()
