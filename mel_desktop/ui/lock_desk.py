"""The vault of one open window: lock, change of person, its page of settings, files outside.

It watches for reasons to lock and says so; the session (ui.application) does the locking, for this
desk goes with its window.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.vault import LockSettings
from mel_desktop.ui.idle_watch import IdleWatch
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.secret_clipboard import SecretClipboard
from mel_desktop.ui.session_watch import SessionWatch

if TYPE_CHECKING:
    from mel_desktop.ui.vault_dialog import VaultDialog


class Why(Enum):
    """What locked the vault."""

    ASKED = "asked"
    SWITCH = "switch"
    IDLE = "idle"
    SCREEN = "screen"
    SLEEP = "sleep"


class LockDesk(QObject):
    """Made for a window whose vault the session itself opened."""

    lock_asked = Signal(object)  # Why
    erase_asked = Signal()

    def __init__(
        self, facade: Facade, window: MainWindow, watch: SessionWatch, idle: IdleWatch | None = None
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._window = window
        self._is_over = False
        self.once = facade.vault.facts().temporary
        self.settings = LockSettings()
        self.idle = idle or IdleWatch(self)
        acts = window.actions_
        window.toolbar.addAction(acts.lock)
        acts.lock.triggered.connect(lambda: self._lock(Why.ASKED))
        acts.switch_user.triggered.connect(lambda: self._lock(Why.SWITCH))
        acts.vault.triggered.connect(self.open_vault)
        # later: the window that heard the key is still at work with it
        self.idle.lock_pressed.connect(self._on_lock_pressed, Qt.ConnectionType.QueuedConnection)
        self.idle.idle.connect(lambda: self._lock(Why.IDLE))
        self.idle.slept.connect(lambda: self._on_event(Why.SLEEP))
        watch.locked.connect(lambda: self._on_event(Why.SCREEN))
        watch.sleeping.connect(lambda: self._on_event(Why.SLEEP))
        window.installEventFilter(self)
        if self.once:
            window.notice.say(self._once_words())
        else:
            self._say_unfinished()
        self.take_settings()

    def take_settings(self) -> None:
        """Read when to lock, and watch accordingly."""
        with self._window.notice.errors():
            self.settings = self._facade.vault.lock_settings()
        self.idle.start(self.settings.idle_minutes)

    def open_vault(self) -> VaultDialog:
        """The page of the vault."""
        from mel_desktop.ui.vault_dialog import VaultDialog  # noqa: PLC0415 seldom

        dialog = VaultDialog(self._facade, self._window.bridge, self._window.theme, self._window)
        dialog.changed.connect(self.take_settings)
        dialog.finished.connect(self._say_unfinished)
        dialog.erase_asked.connect(self._on_erase_asked)
        dialog.check_asked.connect(dialog.close)
        dialog.check_asked.connect(self._window.actions_.check.trigger)
        dialog.open()
        return dialog

    def _say_unfinished(self) -> None:
        """While a change of the data key waits, the window says so."""
        if self._is_over:
            return
        notice = self._window.notice
        text = self.tr(
            "The change of the vault's data key was interrupted. Everything works under the old "
            "key."
        )
        if self._facade.vault.facts().rekey_done is not None:
            notice.say(
                text,
                button=self.tr("Go on or abandon…"),
                call=lambda: self.open_vault().show_upkeep(),
            )
        elif notice.text == text:
            notice.clear()

    def end(self) -> None:
        """No reason counts any more: the lock has begun."""
        self._is_over = True
        self.idle.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A session used once asks before it is closed, unless the computer itself goes down."""
        closing = event.type() is QEvent.Type.Close and watched is self._window
        app = QGuiApplication.instance()
        going_down = isinstance(app, QGuiApplication) and app.isSavingSession()
        if not closing or not self.once or self._is_over or going_down:
            return super().eventFilter(watched, event)
        event.ignore()
        self._ask_end()
        return True

    # -- reasons -----------------------------------------------------------------------------------

    def _on_event(self, why: Why) -> None:
        wanted = self.settings.on_sleep if why is Why.SLEEP else self.settings.on_screen_lock
        if wanted:
            self._lock(why)

    def _lock(self, why: Why) -> None:
        if self._is_over:
            return
        if self.once and why in {Why.ASKED, Why.SWITCH}:
            self._ask_end()
            return
        self.lock_asked.emit(why)

    def _on_lock_pressed(self) -> None:
        self._lock(Why.ASKED)

    def _on_erase_asked(self) -> None:
        if not self._is_over:
            self.erase_asked.emit()

    def _ask_end(self) -> None:
        ask(
            self._window,
            Question(
                title=self.tr("End the session"),
                text=self.tr("End this session and destroy all that is on this PC?"),
                more=self._waiting_words(),
                yes=self.tr("End and destroy"),
                no=self.tr("Go on"),
            ),
            lambda: self.lock_asked.emit(Why.ASKED),
        )

    def _waiting_words(self) -> str:
        try:
            status = self._facade.status()
        except MelError:
            return self.tr("What was not sent is lost.")
        unsent = status.waiting_outbox + status.failed_outbox
        drafts = len(self._facade.drafts()) + len(self._window.writing.composers())
        words = []
        if unsent:
            words.append(self.tr("%n message(s) not sent yet will be lost.", "", unsent))
        if drafts:
            words.append(self.tr("%n draft(s) will be lost.", "", drafts))
        if status.waiting_changes:
            number = status.waiting_changes
            words.append(self.tr("%n change(s) did not reach the server yet.", "", number))
        return " ".join(words) or self.tr("Nothing waits to be sent.")

    def _once_words(self) -> str:
        return self.tr(
            "Session used once: nothing stays on this PC. It ends, and all is destroyed, when you "
            "close the window, when the PC is locked or sleeps, or when you are away for long."
        )


class LockWords(QObject):
    """Sentences around a lock. An object for its ``tr`` only."""

    def under_way(self, *, once: bool) -> str:
        """While the vault is being closed."""
        if once:
            return self.tr("The session ends: everything is being destroyed…")
        return self.tr("The vault is being locked…")

    def after(self, why: Why, *, once: bool) -> str:
        """When it is closed: that, and why."""
        reason = {
            Why.ASKED: "",
            Why.SWITCH: "",
            Why.IDLE: self.tr("Nobody was there for a while."),
            Why.SCREEN: self.tr("The screen of this PC was locked."),
            Why.SLEEP: self.tr("This PC went to sleep."),
        }[why]
        said = (
            self.tr("The session is over: nothing of it is left on this PC.")
            if once
            else self.tr("The vault is locked.")
        )
        return f"{reason} {said}".strip()

    def erasing(self) -> str:
        """While the vault is being destroyed."""
        return self.tr("The vault is being erased…")

    def erased(self) -> str:
        """When it is gone."""
        return self.tr("The vault is erased: nothing of it can be read any more.")

    def kept_in_memory(self) -> str:
        """After the way back, where a draft could not be saved at the lock."""
        return self.tr(
            "A draft could not be saved when the vault was locked. Its text is here again: save it."
        )


def conceal(keep: QWidget) -> None:
    """Hide every window but ``keep`` at once, and have them destroyed.

    They go before the store closes: no picture in a task switcher, no question left open, no late
    timer that reads.
    """
    QToolTip.hideText()
    windows = [one for one in QApplication.topLevelWidgets() if one is not keep]
    for window in windows:  # first all, for each takes a moment
        window.hide()
    for clipboard in (held for one in windows for held in one.findChildren(SecretClipboard)):
        clipboard.clear()
    # Not before all is hidden: it may have to be loaded.
    from mel_desktop.ui.composer import Composer  # noqa: PLC0415 seldom

    for window in windows:  # dialogs go with theirs; popups belong to Qt
        if isinstance(window, (MainWindow, Composer)):
            window.deleteLater()
