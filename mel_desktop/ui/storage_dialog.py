"""Storage: room on this PC, how long contents stay, room on the server. Open beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.storage_room import RoomPage
from mel_desktop.ui.storage_rules import RulesPage
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.storage_quota import QuotaPage


class StorageDialog(QDialog):
    """Three pages."""

    quota_asked = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        from mel_desktop.ui.storage_quota import QuotaPage  # noqa: PLC0415 seldom

        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Storage"))
        self.notice = Notice(theme, self)
        self.room = RoomPage(facade, bridge, theme, self.notice, self)
        self.rules = RulesPage(facade, self.notice, self)
        self.quota = QuotaPage(facade, bridge, theme, self.notice, self)
        self.quota.asked.connect(self.quota_asked)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self._order = (self.room, self.rules, self.quota)
        names = (self.tr("On this &PC"), self.tr("How &long it stays"), self.tr("On the &server"))
        for page, name in zip(self._order, names, strict=True):
            self.pages.addTab(_scrolled(page), name)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(14, 0, 14, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self.pages.currentChanged.connect(self.refresh)
        self.resize(780, 640)
        self.refresh()

    def refresh(self, _: object = None) -> None:
        """Read the page that is shown."""
        self.page().refresh()

    def page(self) -> RoomPage | RulesPage | QuotaPage:
        """What is shown."""
        return self._order[self.pages.currentIndex()]

    def show_page(self, page: QWidget) -> None:
        """Bring a page forward."""
        places = [place for place, one in enumerate(self._order) if one is page]
        self.pages.setCurrentIndex(places[0])

    def show_quota(self, account: AccountId | None) -> None:
        """Come forward with the server's page."""
        self.show_page(self.quota)
        if account is not None:
            self.quota.show_account(account)


def _scrolled(page: QWidget) -> QScrollArea:
    """What does not fit a small screen scrolls."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
