"""Write to a class: a key opens this, two letters choose, Enter begins the letter.

Before anything is written it says how many are reached, and names those who have no address.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.groups import GroupHit
from mel_desktop.model.merging import Audience
from mel_desktop.ui import wording
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.directory_hits import HitDelegate, HitModel
from mel_desktop.ui.forms import muted
from mel_desktop.ui.group_rows import without_address
from mel_desktop.ui.theme import Theme

LIMIT: Final = 24
# A class is mostly written to for its parents; everybody at once is rare.
ORDER: Final = (
    Audience.PARENTS, Audience.PUPILS, Audience.TEAM, Audience.HEAD_TEACHERS, Audience.DELEGATES,
    Audience.SUBJECT, Audience.ALL,
)  # fmt: skip
# Who sees whom: colleagues may, parents and pupils never.
SEEN: Final = frozenset({Audience.TEAM, Audience.HEAD_TEACHERS, Audience.SUBJECT})
_KEYS: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def rank(audience: Audience) -> int:
    """Where it stands among the choices of one class."""
    return ORDER.index(audience)


class ClassDialog(QDialog):
    """``chosen``: a GroupHit."""

    chosen = Signal(object)

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Write to a class"))
        self._facade = facade
        self.query = QLineEdit()
        self.query.setAccessibleName(self.tr("Class or group"))
        self.query.setPlaceholderText(self.tr("4B, parents 6eA, team 5C…"))
        add_clear_button(self.query)
        self.query.installEventFilter(self)
        self.hits = HitModel(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Who of it"))
        self.list.setModel(self.hits)
        self.list.setItemDelegate(HitDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(120)
        self.about = muted()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.write = buttons.addButton(self.tr("&Write"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.write.setProperty("primary", True)
        self.write.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        label = QLabel(self.tr("&Class or group"))
        label.setBuddy(self.query)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(label)
        column.addWidget(self.query)
        column.addWidget(self.list, 1)
        column.addWidget(self.about)
        column.addWidget(buttons)
        self.query.textChanged.connect(self.search)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(lambda _: self.accept())
        self.resize(560, 420)
        self.search()
        self.query.setFocus()

    def search(self) -> None:
        """The choices that fit, best first; the first one is chosen."""
        typed = self.query.text().strip()
        found: tuple[GroupHit, ...] = ()
        said = self.tr("Type a class: 4b. Up and down choose who of it; Enter begins the letter.")
        if typed:
            try:
                found = self._facade.letters.complete_groups(typed, limit=LIMIT)
                said = "" if found else self.tr("No class or group of the directory fits.")
            except MelError as error:
                said = str(wording.of_error(error))
        places: dict[tuple[object, str, str], int] = {}
        for one in found:
            places.setdefault((one.id, one.name, one.school), len(places))
        ordered = sorted(
            found, key=lambda one: (places[one.id, one.name, one.school], rank(one.audience))
        )
        self.hits.show(ordered)
        self.about.setText(said)
        self.write.setEnabled(bool(ordered))
        if ordered:
            self.list.setCurrentIndex(self.hits.index(0))
            self._tell(ordered[0])

    def group(self) -> GroupHit | None:
        """The choice."""
        index = self.list.currentIndex()
        found = self.hits.suggestion(index.row()) if index.isValid() else None
        return found if isinstance(found, GroupHit) else None

    def accept(self) -> None:
        """Begin the letter; nothing happens without a choice that reaches somebody."""
        group = self.group()
        if group is None or not group.members:
            return
        super().accept()
        self.chosen.emit(group)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down choose in the list while one types."""
        if (
            watched is self.query
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _KEYS
        ):
            index = self.list.currentIndex()
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -6}.get(
                Qt.Key(event.key()), 6
            )
            row = max(0, min(self.hits.rowCount() - 1, index.row() + step))
            self.list.setCurrentIndex(self.hits.index(row))
            return True
        return super().eventFilter(watched, event)

    def _on_current(self, current: QModelIndex) -> None:
        found = self.hits.suggestion(current.row()) if current.isValid() else None
        if isinstance(found, GroupHit):
            self._tell(found)

    def _tell(self, group: GroupHit) -> None:
        hidden = writes_hidden(group)
        how = (
            self.tr("Each in hidden copy (Bcc): nobody sees the others’ addresses.")
            if hidden
            else self.tr("All in To: colleagues see each other.")
        )
        self.about.setText("\n".join(line for line in (how, without_address(group)) if line))
        self.write.setEnabled(bool(group.members))


def writes_hidden(group: GroupHit) -> bool:
    """Whether its people are written to in hidden copy: parents and pupils always."""
    return not group.is_own and group.audience not in SEEN
