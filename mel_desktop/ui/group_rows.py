"""Who of a class or group can be written to: one line each, with those who have no address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from mel_desktop.model.groups import GroupHit
from mel_desktop.ui.directory_hits import group_count, group_title
from mel_desktop.ui.forms import muted

NAMED: Final = 12

translate = QCoreApplication.translate


class GroupRows(QWidget):
    """``show_groups``: the choices that a class offers."""

    write_asked = Signal(object)  # GroupHit

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.groups: tuple[GroupHit, ...] = ()
        self.buttons: list[QPushButton] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)

    def show_groups(self, groups: Sequence[GroupHit]) -> None:
        """These in the place of the former."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.groups, self.buttons = tuple(groups), []
        row = 0
        for group in self.groups:
            title = QLabel()
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setText(group_title(group))
            title.setWordWrap(True)
            button = QPushButton(self.tr("Write"))
            button.setProperty("link", True)
            button.setAccessibleName(
                self.tr("Write: {group}, {count}").format(
                    group=group_title(group), count=group_count(group)
                )
            )
            button.setEnabled(bool(group.members))
            button.clicked.connect(lambda _=False, one=group: self.write_asked.emit(one))
            self.buttons.append(button)
            self._grid.addWidget(title, row, 0)
            self._grid.addWidget(muted(group_count(group)), row, 1)
            self._grid.addWidget(button, row, 2)
            row += 1
            if group.unreachable:
                self._grid.addWidget(muted(without_address(group)), row, 0, 1, 3)
                row += 1
        if not self.groups:
            self._grid.addWidget(muted(self.tr("Nobody of this group has an address.")), 0, 0, 1, 3)


def without_address(group: GroupHit) -> str:
    """Their names, a dozen at most; "" where all have one."""
    if not group.unreachable:
        return ""
    named = ", ".join(group.unreachable[:NAMED])
    rest = len(group.unreachable) - NAMED
    if rest > 0:
        return translate("GroupRows", "Without an address: {names}, and {n} more").format(
            names=named, n=rest
        )
    return translate("GroupRows", "Without an address: {names}").format(names=named)
