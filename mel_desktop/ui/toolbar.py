"""The bar of tools: the commands of every day, and the search field."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from mel_desktop.ui.actions import Actions
from mel_desktop.ui.theme import letters

ICONS_ONLY_BELOW: Final = 1080  # pixels of the window's width
BOTH, ICONS, WORDS = "both", "icons", "text"
STYLES: Final = {
    BOTH: Qt.ToolButtonStyle.ToolButtonTextUnderIcon,
    ICONS: Qt.ToolButtonStyle.ToolButtonIconOnly,
    WORDS: Qt.ToolButtonStyle.ToolButtonTextOnly,
}


class Tools(QToolBar):
    """Fewer words as the window gets narrower."""

    def __init__(self, acts: Actions, search_field: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tools"))
        self.setAccessibleName(self.tr("Tools"))
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        toggle = QToolButton()
        toggle.setDefaultAction(acts.folders)
        toggle.setAccessibleName(self.tr("Show the folders"))
        self.folders_button = self.addWidget(toggle)
        acts.paint((acts.folders, acts.lock))
        groups: tuple[tuple[QAction, ...], ...] = (
            (acts.new,),
            (acts.reply, acts.reply_all, acts.forward),
            (acts.delete, acts.move, acts.flag, acts.read),
            (acts.sync, acts.offline),
        )
        for group in groups:
            acts.paint(group)
            self.addActions(list(group))
            self.addSeparator()
        self.look = BOTH
        self._width = 0
        self.widgetForAction(acts.new).setProperty("primary", True)
        self.addWidget(search_field)

    def show_as(self, look: str) -> None:
        """BOTH, ICONS or WORDS."""
        self.look = look
        self.fit(self._width)

    def fit(self, width: int) -> None:
        """The window has another width."""
        self._width = width
        style = STYLES.get(self.look, STYLES[BOTH])
        if width < ICONS_ONLY_BELOW * letters():
            style = Qt.ToolButtonStyle.ToolButtonIconOnly
        if self.toolButtonStyle() is not style:
            self.setToolButtonStyle(style)
