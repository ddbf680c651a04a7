"""Recipients as tokens: typed or completed from the directory, wrong ones in red, all by keyboard.

Comma, semicolon, Return or leaving the field makes a token; Backspace in the empty field takes the
last one back into the field; Delete removes the token that has the focus; Alt and an
arrow move it to the next field, as the mouse does by dragging.

A group is one token until it is expanded (Return on it, or its menu). Its token is known by a name
alone, in an ``Address`` without an address; the message names each of its people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QLineEdit,
    QListView,
    QMenu,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.mail import Address
from mel_desktop.ui.directory_hits import (
    HitDelegate,
    HitModel,
    Suggestion,
    can_forget,
    group_title,
)
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.own_groups import OwnGroups
from mel_desktop.ui.recipient_token import Token, dropped, is_plausible
from mel_desktop.ui.theme import Theme

PAUSE_MS: Final = 90
SHOWN: Final = 8
ONE: Final = Address("", "")


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


def _same(one: Address, other: Address) -> bool:
    """Groups have no address, and are told apart by their names."""
    return one.address == other.address and (bool(one.address) or one.name == other.name)


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
        self.chosen_groups: dict[str, GroupHit] = {}
        self.own_groups = OwnGroups(facade, self)
        self.own_groups.kept.connect(self._on_group_kept)
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
        popup.installEventFilter(self)  # after that of the completer: asked first
        popup.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        popup.customContextMenuRequested.connect(self._ask_forget)
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
        """All recipients, each once; people of groups and what is still being typed included."""
        listed = [one for token in self._tokens for one in token.people()]
        listed += split(self._field.text())
        return tuple({one.address.casefold(): one for one in reversed(listed)}.values())[::-1]

    def show_addresses(self, addresses: Sequence[Address]) -> None:
        """Replace all recipients, without telling."""
        for token in self._tokens:
            self._drop(token)
        self._tokens = []
        self._field.clear()
        for address in self._grouped(addresses):
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
        group = None if address.address else self._known_groups().get(address.name)
        if any(_same(token.address, address) for token in self._tokens):
            return
        token = Token(address, self._theme, self, group)
        token.remove_asked.connect(lambda: self._remove(token))
        token.edit_asked.connect(lambda: self._edit(token))
        token.group_asked.connect(self._on_group_asked)
        token.move_asked.connect(lambda step: self.move_asked.emit(token.address, step))
        self._tokens.append(token)
        self._flow.insert(self._flow.count() - 1, token)
        token.show()
        QWidget.setTabOrder(token, self._field)
        self.updateGeometry()

    def _on_group_asked(self) -> None:
        own = next((one.group for one in self._tokens if one.group and one.group.is_own), None)
        self.own_groups.ask_name(self.addresses(), "" if own is None else own.name)

    def _on_group_kept(self, group: GroupHit) -> None:
        """What stands here is that group now: one token."""
        self.show_addresses(())
        self.add_group(group)

    def _known_groups(self) -> dict[str, GroupHit]:
        """Groups chosen in this letter, by the names of their tokens."""
        above = self.parentWidget()
        fields = [self] if above is None else above.findChildren(RecipientsEdit)
        return {name: one for field in fields for name, one in field.chosen_groups.items()}

    def _grouped(self, addresses: Sequence[Address]) -> list[Address]:
        """The same with a group's token for its people, where all of them stand there."""
        left = {one.address.casefold(): one for one in addresses}
        for name, group in self._known_groups().items():
            keys = [one.address.casefold() for one in group.members]
            if all(left.get(key, ONE).address for key in keys):
                place = min(list(left).index(key) for key in keys)
                rest = [(key, one) for key, one in left.items() if key not in keys]
                rest.insert(place, (name, Address(name, "")))
                left = dict(rest)
        return list(left.values())

    def _expand(self, token: Token) -> None:
        """Its people in the place of a group."""
        self.chosen_groups.pop(token.address.name, None)
        self._remove(token)
        for one in token.people():
            self._append(one)
        self.edited.emit()

    def _remove(self, token: Token) -> None:
        self._tokens.remove(token)
        self._drop(token)
        self._field.setFocus()
        self.edited.emit()

    def take(self, address: Address) -> None:
        """Add one that came from another field, and stay on it."""
        self._append(address)
        for token in self._tokens:
            if _same(token.address, address):
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
        if token.group is not None:
            self._expand(token)
            return
        self._field.setText(token.toolTip())
        self._remove(token)

    def _take_back(self) -> None:
        if self._tokens and self._tokens[-1].group is not None:
            self._tokens[-1].setFocus()  # it cannot be typed: a second Backspace removes it
        elif self._tokens:
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
            found = self._facade.complete(typed, limit=SHOWN).hits
            groups = self._facade.letters.complete_groups(typed)
        except MelError:
            return  # the address can be typed in full
        learned = [hit for hit in found if hit.learned]
        others = [hit for hit in found if not hit.learned]
        hits: list[Suggestion] = [*learned, *groups, *others]
        self._hits.show(hits[:SHOWN])
        if not hits or not self._field.hasFocus():
            self._popup.hide()
            return
        area = self._field.rect()
        area.setWidth(max(420, area.width()))
        self._completer.complete(area)
        self._popup.setCurrentIndex(self._hits.index(0))

    def _on_completed(self, index: QModelIndex) -> None:
        chosen = self._hits.suggestion(index.row())
        self._field.clear()
        QTimer.singleShot(0, self._field.clear)  # the completer writes its own text after this
        if isinstance(chosen, GroupHit):
            self.add_group(chosen)
        else:
            self._append(Address(chosen.entry.name, chosen.entry.email))
            self.edited.emit()

    def add_group(self, group: GroupHit) -> None:
        """A class, a team, the parents of a class as one token."""
        name = f"{group_title(group)}, {group.school}" if group.school else group_title(group)
        self.chosen_groups[name] = group
        self._append(Address(name, ""))
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete forgets a suggestion that was learnt, where it has nothing to delete ahead."""
        if (
            watched is self._popup
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Delete
            and self._field.cursorPosition() == len(self._field.text())
            and self._learned(self._popup.currentIndex()) is not None
        ):
            self._forget(self._popup.currentIndex())
            return True
        return super().eventFilter(watched, event)

    def _learned(self, index: QModelIndex) -> Suggestion | None:
        """What stands there, if it was learnt or made here."""
        hit = self._hits.suggestion(index.row()) if index.isValid() else None
        return hit if hit is not None and can_forget(hit) else None

    def _forget(self, index: QModelIndex) -> None:
        hit = self._learned(index)
        if hit is None:
            return
        if isinstance(hit, GroupHit):
            self._popup.hide()
            self.own_groups.ask_delete(hit.name)
            return
        with suppress(MelError):  # proposed once more, then
            self._facade.letters.forget_recipient(hit.entry.email)
        self._complete()

    def _ask_forget(self, place: QPoint) -> None:
        """The same by mouse."""
        index = self._popup.indexAt(place)
        if self._learned(index) is None:
            return
        menu = QMenu(self._popup)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.addAction(self.tr("Forget this recipient"))
        action.setShortcut(QKeySequence("Del"))
        row = QPersistentModelIndex(index)
        action.triggered.connect(lambda: self._forget(self._hits.index(row.row())))
        menu.popup(self._popup.viewport().mapToGlobal(place))
