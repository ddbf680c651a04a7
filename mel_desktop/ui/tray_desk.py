"""The icon beside the clock: how many messages are unread, what came, what needs a person.

What came is told once a burst, and not while the window is looked at, in quiet hours or during
lessons, as chosen. Where the vault hides contents (a shared PC) only numbers are told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from mel_desktop.model.accounts import AccountId
from mel_desktop.model.changes import Area, Changes, Status
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import Folder, FolderId, MessageId, MessageRow, Role
from mel_desktop.model.policy import Policy
from mel_desktop.ui.folder_tree import Place
from mel_desktop.ui.icons import APPLICATION, application_icon, drawing
from mel_desktop.ui.interface_choice import (
    NOTIFY,
    NOTIFY_CLASS,
    NOTIFY_QUIET,
    TO_TRAY,
    TRAY,
    choice,
    is_on,
)
from mel_desktop.ui.pacing import Paced
from mel_desktop.ui.requests_desk import bring_forward

if TYPE_CHECKING:
    from mel_desktop.app.choosing import News
    from mel_desktop.app.facade import Facade
    from mel_desktop.ui.main_window import MainWindow
    from mel_desktop.ui.portal_notices import PortalNotices

GATHER_MS: Final = 3000  # what comes within is one announcement
COUNT_MS: Final = 1000  # from one number at the icon to the next
MOST_LOOKED_AT: Final = 200
SHOWN_MS: Final = 10_000
SUNDAY: Final = 6
BADGE: Final = 99  # more is "99+"


class Tray(Protocol):
    """The desktop's place for it."""

    def is_there(self) -> bool:
        """Whether this desktop has one."""

    def show(self, icon: QIcon, tip: str) -> None:
        """The icon and its words."""

    def hide(self) -> None:
        """Take it away."""

    def say(self, title: str, text: str) -> None:
        """An announcement; the desktop decides how."""


class SystemTray(QObject):
    """That of the desktop, by Qt (on Linux by D-Bus)."""

    clicked = Signal()
    said_clicked = Signal()

    def __init__(self, menu: QMenu, parent: QObject) -> None:
        super().__init__(parent)
        self._notices: PortalNotices | None = None
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.said_clicked)

    def is_there(self) -> bool:
        """Whether this desktop has one."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self, icon: QIcon, tip: str) -> None:
        """The icon and its words."""
        self._icon.setIcon(icon)
        self._icon.setToolTip(tip)
        self._icon.show()

    def hide(self) -> None:
        """Take it away."""
        self._icon.hide()

    def say(self, title: str, text: str) -> None:
        """An announcement; the desktop decides how."""
        if self._icon.isVisible():
            self._icon.showMessage(title, text, application_icon(), SHOWN_MS)
        elif sys.platform.startswith("linux"):
            self._portal().say(title, text)

    def _portal(self) -> PortalNotices:
        if self._notices is None:
            from mel_desktop.ui.portal_notices import PortalNotices  # noqa: PLC0415 start-up time

            self._notices = PortalNotices(self)
            self._notices.clicked.connect(self.said_clicked)
        return self._notices

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.clicked.emit()


class TrayDesk(QObject):
    """Listens to changes; shows the icon; keeps the program there when the window is closed."""

    def __init__(
        self,
        facade: Facade,
        window: MainWindow,
        tray: Tray | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        self._now = now
        self.menu = self._make_menu()
        if tray is None:
            made = SystemTray(self.menu, self)
            made.clicked.connect(self.bring)
            made.said_clicked.connect(self.follow)
            tray = made
        self.tray: Tray = tray
        self._after: int | None = None  # ids up to here are known; None: not looked yet
        self._leads_to: tuple[FolderId, MessageId] | Place | None = None
        self._failed = 0
        self._unread = -1
        self._is_shown = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self.look)
        self._counting = Paced(self._count, COUNT_MS, self)
        window.bridge.changed.connect(self._on_changed)
        window.bridge.status_changed.connect(self._on_status)
        window.settings_desk.changed.connect(self.take_settings)
        window.installEventFilter(self)
        window.bridge.run(
            self, self._newest, done=self._begin, failed=lambda _: self._begin(0), local=True
        )
        self.take_settings()

    def take_settings(self) -> None:
        """Whether there is an icon."""
        self._is_shown = is_on(self._window.settings, TRAY) and self.tray.is_there()
        if not self._is_shown:
            self.tray.hide()
        self._unread = -1
        self._count()

    @property
    def keeps_running(self) -> bool:
        """Whether closing the window only puts it away."""
        return self._is_shown and is_on(self._window.settings, TO_TRAY)

    def bring(self) -> None:
        """The window, in front."""
        QApplication.setQuitOnLastWindowClosed(True)
        bring_forward(self._window)

    def follow(self) -> None:
        """Where the last announcement leads."""
        self.bring()
        leads_to, self._leads_to = self._leads_to, None
        if isinstance(leads_to, Place):
            self._window.go(leads_to)
        elif leads_to is not None:
            self._window.go(leads_to[0])
            self._window.mail.choose(leads_to[1])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Closing puts the window away, unless it ends or the session of the PC does."""
        if watched is not self._window or event.type() is not QEvent.Type.Close:
            return False
        app = QGuiApplication.instance()
        going_down = isinstance(app, QGuiApplication) and app.isSavingSession()
        if self._window.is_ending or going_down or not self.keeps_running:
            return False
        event.ignore()
        QApplication.setQuitOnLastWindowClosed(False)
        self._window.hide()
        return True

    # -- what came ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Announce what came since the last look, if it may be announced now."""
        from mel_desktop.app.choosing import fresh, news_of  # noqa: PLC0415 seldom

        if self._after is None:
            return
        came: list[tuple[MessageRow, Folder]] = []
        newest = self._after
        try:
            for inbox in self._inboxes():
                ids = self._facade.message_ids(inbox.id, unread=True, after=self._after)
                rows = self._facade.message_rows(ids[:MOST_LOOKED_AT])
                came += [(row, inbox) for row in fresh(rows, after=self._after, now=self._now())]
                newest = max([newest, *map(int, ids)])
        except MelError:
            return
        self._after = newest
        came.sort(key=lambda pair: pair[0].received_at, reverse=True)
        news = news_of([row for row, _ in came], hidden=self._hides())
        if news is not None and not self._is_silent(came[0][1]):
            self._leads_to = (came[0][1].id, news.message)
            self.tray.say(*self._words(news))

    def _words(self, news: News) -> tuple[str, str]:
        if not news.sender:
            return "Mel Desktop", self.tr("%n new message(s)", "", news.count)
        return news.sender, news.subject or self.tr("(no subject)")

    def _hides(self) -> bool:
        if choice(self._window.settings, Policy(), NOTIFY) != "details":
            return True
        try:
            return self._facade.vault.lock_settings().hide_notifications
        except MelError:
            return True

    def _is_silent(self, inbox: Folder) -> bool:
        from mel_desktop.app.choosing import in_lesson, read_slots  # noqa: PLC0415 seldom

        settings = self._window.settings
        seen = self._window.isActiveWindow() and self._window.isVisible()
        if seen or choice(settings, Policy(), NOTIFY) == "off":
            return True
        wall = self._now().astimezone()
        slots = read_slots(choice(settings, Policy(), NOTIFY_CLASS)) or ()
        if wall.weekday() != SUNDAY and in_lesson(wall.time(), slots):
            return True
        if not is_on(settings, NOTIFY_QUIET):
            return False
        try:
            account = AccountId(inbox.account)
            return self._facade.leaving.proposal(account, self._now()) is not None
        except MelError:
            return False

    def _newest(self) -> int:
        """The highest number among those that could be taken for new later."""
        newest = [self._facade.messages(box.id, limit=1) for box in self._inboxes()]
        return max((int(row.id) for rows in newest for row in rows), default=0)

    def _begin(self, newest: int) -> None:
        self._after = newest

    def _inboxes(self) -> list[Folder]:
        return [one for one in self._facade.folders() if one.role is Role.INBOX]

    def _on_changed(self, changes: Changes) -> None:
        if changes.areas & (Area.MESSAGES | Area.FOLDERS):
            self._counting.ask()
            if not self._timer.isActive():
                self._timer.start()

    def _on_status(self, status: Status) -> None:
        failed, self._failed = self._failed, status.failed_outbox
        if status.failed_outbox > failed:
            self._leads_to = Place.OUTBOX
            self.tray.say(
                "Mel Desktop",
                self.tr("%n message(s) could not be sent.", "", status.failed_outbox),
            )

    # -- the icon ----------------------------------------------------------------------------------

    def _count(self) -> None:
        try:
            unread = sum(one.unread for one in self._inboxes())
        except MelError:
            return
        if unread == self._unread:
            return
        self._unread = unread
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and app.desktopFileName():
            app.setBadgeNumber(unread)  # where the desktop has badges
        if self._is_shown:
            tip = "Mel Desktop"
            if unread:
                tip += " – " + self.tr("%n unread message(s)", "", unread)
            self.tray.show(badge(unread), tip)

    def _write(self) -> None:
        self.bring()
        self._window.actions_.new.trigger()

    def _make_menu(self) -> QMenu:
        acts = self._window.actions_
        menu = QMenu(self._window)
        menu.addAction(self.tr("Open Mel Desktop"), self.bring)
        menu.addAction(self.tr("New message"), self._write)
        menu.addSeparator()
        menu.addAction(self.tr("Lock"), acts.lock.trigger)
        menu.addAction(self.tr("Quit"), acts.quit.trigger)
        return menu


def badge(unread: int) -> QIcon:
    """The program's icon with a number."""
    made = QIcon()
    for size in (22, 32, 64):
        pixmap = drawing(APPLICATION, QColor("#000091"), size)
        if unread <= 0:
            made.addPixmap(pixmap)
            continue
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#c9191e"))
        side = round(size * 0.62)
        area = pixmap.rect().adjusted(pixmap.width() - side, pixmap.height() - side, 0, 0)
        painter.drawRoundedRect(area, side / 3, side / 3)
        font = QFont(painter.font())
        words = str(unread) if unread <= BADGE else f"{BADGE}+"
        font.setPixelSize(max(7, round(side * (0.8 if len(words) < 2 else 0.62))))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#ffffff"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        made.addPixmap(pixmap)
    return made
