"""Starts the window: language, theme, vault, main window; and locks it. One call, ``run``."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from mel_desktop.app import faults, wiring
from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.policy import Policy
from mel_desktop.ui import language, wording
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.instance import Instance, hand_over
from mel_desktop.ui.interface_choice import LANGUAGE, THEME, choice
from mel_desktop.ui.lock_desk import LockDesk, LockWords, Why, conceal
from mel_desktop.ui.main_window import MainWindow
from mel_desktop.ui.notice import Tone
from mel_desktop.ui.outside_bar import OutsideBar
from mel_desktop.ui.screenshots import grab
from mel_desktop.ui.session_watch import SessionWatch
from mel_desktop.ui.settings_desk import dress
from mel_desktop.ui.settings_file import open_settings
from mel_desktop.ui.side_work import SideWork
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.vault_gate import VaultGate

if TYPE_CHECKING:
    from mel_desktop.ui.transfer_backup import RestoreDialog
    from mel_desktop.ui.unlock import UnlockDialog
    from mel_desktop.ui.whereabouts import Whereabouts

logger = logging.getLogger("mel.window")

SCREENSHOT_AFTER_MS: Final = 1500
SETTLED_AFTER_MS: Final = 1000
UNSEEN_MS: Final = 1000  # a window that is minimised is not painted
COLLECT_AFTER_MS: Final = 5000  # from the start; __main__ lets the collector rest until then
MOST_ASKED: Final = 20
SETTINGS_FILE: Final = "window.ini"  # language, theme, geometry; not a word of anyone's mail


def spare_the_collector(window: QObject) -> None:
    """Once ``window`` stands: what is there by then is not looked through again while it lives.

    A full collection goes through all modules and widgets: 80 ms in which nothing is painted.
    Whoever takes the window away gives all that back to the collector.
    """

    def settle() -> None:
        gc.collect()
        gc.freeze()
        gc.enable()  # a program that starts had it rest

    QTimer.singleShot(SETTLED_AFTER_MS, window, settle)


@contextmanager
def styled_at_the_end() -> Iterator[None]:
    """Many widgets are built: the style sheet looks at each of them once, when all are there.

    Else it looks at whatever is put into another widget again, with all that is inside.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


class Painted(QObject):
    """Calls once, when its window was painted: until then nothing else shall compute."""

    def __init__(self, window: MainWindow, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._call: Callable[[], None] | None = call
        window.installEventFilter(self)
        QTimer.singleShot(UNSEEN_MS, self, self._go)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        """Nothing is taken away."""
        if event.type() is QEvent.Type.UpdateRequest:
            window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._go)  # the window gets the event first
        return False

    def _go(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call()


class Session(QObject):
    """From the vault to the window, and back."""

    def __init__(
        self,
        profile: Path,
        *,
        facade: Facade | None,
        offline: bool,
        screenshot: Path | None,
        settings: QSettings,
        policy: Policy | None = None,
    ) -> None:
        super().__init__()
        self._profile = profile
        self._given = facade
        self._opened: Facade | None = None
        self._offline = offline
        self._policy = policy
        self._gate: VaultGate | None = None
        self._screenshot = screenshot
        self._settings = settings
        self._dialog: UnlockDialog | None = None
        self._left: dict[Path, Whereabouts] = {}  # by vault, while it is locked
        self.side = SideWork(self)
        self.watch = SessionWatch(self)
        self.theme = Theme(choice(settings, policy or Policy(), THEME), self)
        dress(self.theme, settings)
        self.window: MainWindow | None = None
        self.lock_desk: LockDesk | None = None
        self.restoring: RestoreDialog | None = None
        self._asked: tuple[str, ...] = ()  # kept until the vault is open

    @property
    def facade(self) -> Facade | None:
        """The open profile, or None while the vault is locked."""
        return self._given or self._opened

    @property
    def unlock_dialog(self) -> UnlockDialog | None:
        """The dialog that asked for the way into the vault, if it was needed."""
        return self._dialog

    @property
    def gate(self) -> VaultGate:
        """The vaults on this PC."""
        if self._gate is None:
            self._gate = VaultGate(self._profile, offline=self._offline, policy=self._policy)
        return self._gate

    def start(self) -> None:
        """Open the vault, with the keyring or by asking, then the window."""
        if self._given is not None:
            self._show_window(self._given)
            return
        self.watch.start()
        entries = self.gate.entries()
        said = None
        if len(entries) == 1 and entries[0].status.has_keyring_slot:
            try:
                self.take(self.gate.open(Path(entries[0].path)))
            except MelError as error:
                logger.info("the keyring did not open the vault: %s", error.code.text)
                if error.code not in {ErrorCode.VAULT_LOCKED, ErrorCode.NO_KEYRING}:
                    said = (str(wording.of_error(error)), Tone.WARNING)
            else:
                return
        self._ask(None, said)
        if self._screenshot is not None:
            QTimer.singleShot(SCREENSHOT_AFTER_MS, self, self._take_picture)

    def ask(self, requests: tuple[str, ...]) -> None:
        """Another program or another start asks for something: done when the vault is open."""
        if self.window is not None:
            self.window.extras.requests.take(requests)
            return
        self._asked = (*self._asked, *requests)[-MOST_ASKED:]
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()

    def close(self) -> None:
        """Close what was opened here; a facade that was given is its giver's."""
        if self.lock_desk is not None:
            self.lock_desk.end()
        if self.window is not None:
            self.window.bridge.close()
        self.side.close()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # -- lock --------------------------------------------------------------------------------------

    def lock(self, why: Why) -> None:
        """Blank every window at once, close the vault beside, and ask for the way in again."""
        from mel_desktop.ui.whereabouts import remember  # noqa: PLC0415 first needed here

        facade, window, desk = self._opened, self.window, self.lock_desk
        if facade is None or window is None or desk is None:
            return
        vault = facade.vault.profile
        desk.end()
        if not desk.once:
            self._left[vault] = remember(window)
        words = LockWords(self)
        self._leave(
            window,
            None if why is Why.SWITCH or desk.once else vault,
            under_way=words.under_way(once=desk.once),
            after=words.after(why, once=desk.once),
            work=facade.vault.lock,
        )

    def erase(self) -> None:
        """Destroy the open vault and go back to the first screen."""
        facade, window, desk = self._opened, self.window, self.lock_desk
        if facade is None or window is None or desk is None:
            return
        desk.end()
        words = LockWords(self)
        self._leave(
            window,
            None,
            under_way=words.erasing(),
            after=words.erased(),
            work=facade.vault.erase,
        )

    def _leave(
        self,
        window: MainWindow,
        wanted: Path | None,
        *,
        under_way: str,
        after: str,
        work: Callable[[], None],
    ) -> None:
        self._settings.setValue("geometry", window.saveGeometry())
        window.bridge.close()
        dialog = self._ask(wanted, None)
        token = dialog.wait_for(under_way)
        conceal(dialog)
        self._opened, self.window, self.lock_desk = None, None, None

        def done(_: None) -> None:
            self.watch.let_sleep()
            gc.unfreeze()
            gc.collect()  # texts of the windows that went
            dialog.begin_again(wanted)
            dialog.rest(token)
            dialog.notice.say(after)

        def failed(error: MelError) -> None:
            done(None)
            dialog.notice.say_error(error)

        self.side.run(dialog, work, done=done, failed=failed)

    # -- last net ----------------------------------------------------------------------------------

    def on_bug(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """The last net: a slot failed. Logged without values, said in the window."""
        logger.error("%s", faults.description(error))
        if self.window is not None:
            self.window.say_bug()

    # -- windows -----------------------------------------------------------------------------------

    def _ask(self, wanted: Path | None, said: tuple[str, Tone] | None) -> UnlockDialog:
        from mel_desktop.ui.unlock import UnlockDialog  # noqa: PLC0415 first needed here

        dialog = UnlockDialog(self.gate, self.side, self.theme, wanted=wanted, said=said)
        dialog.opened.connect(self.take)
        dialog.restore_asked.connect(self._restore)
        self._dialog = dialog
        QApplication.setQuitOnLastWindowClosed(True)  # the window beside the clock is gone
        dialog.open()
        return dialog

    def take(self, facade: Facade) -> None:
        """Show the window of a vault that was opened for this session, and watch over it."""
        from mel_desktop.ui.whereabouts import go_back  # noqa: PLC0415 first needed here

        self._opened = facade
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

        def watch_over(window: MainWindow) -> None:
            self.watch.hold_sleep()
            self.lock_desk = desk = LockDesk(facade, window, self.watch)
            desk.lock_asked.connect(self.lock)
            desk.erase_asked.connect(self.erase)

        window = self._show_window(facade, watch_over)
        where = self._left.pop(facade.vault.profile, None)
        if where is None:
            window.extras.resume.bring_back()
        elif go_back(window, where):
            window.notice.say(LockWords(self).kept_in_memory())

    def _show_window(
        self, facade: Facade, complete: Callable[[MainWindow], None] | None = None
    ) -> MainWindow:
        """``complete``: adds to the window before it is painted."""
        with styled_at_the_end():
            window = MainWindow(facade, theme=self.theme, settings=self._settings)
        self.window = window
        spare_the_collector(window)
        OutsideBar(facade, window)
        if self._given is not None:  # the vault is its giver's
            window.menus.hide_vault()
        window.transfer_desk.restore_asked.connect(self._restore)
        if complete is not None:
            complete(window)
        window.show()
        Painted(window, facade.start_engine)
        waiting, self._asked = self._asked, ()
        if waiting:
            window.extras.requests.take(waiting)
        if self._screenshot is not None:
            QTimer.singleShot(SCREENSHOT_AFTER_MS, self, self._take_picture)
        return window

    def _restore(self) -> None:
        """Close what is open, then ask for the backup; afterwards begin anew."""
        from mel_desktop.ui.transfer_backup import RestoreDialog  # noqa: PLC0415 first needed here

        facade, asking = self._opened, self._dialog
        profile = self._profile  # the vault that is open or asked for is replaced
        if facade is not None:
            profile = facade.vault.profile
        elif asking is not None and asking.vault is not None:
            profile = asking.vault
        there = wiring.vault_status(profile).exists
        dialog = RestoreDialog(profile, self.theme, None, there=there)
        dialog.setWindowIcon(application_icon())
        dialog.finished.connect(self.start)
        self.restoring = dialog
        dialog.open()
        if self.window is not None:
            if not self.window.quit():
                dialog.finished.disconnect(self.start)
                dialog.reject()
                return
            self.window.deleteLater()
        self.close()
        self.window = self.lock_desk = None
        if self._dialog is not None:
            self._dialog.close()
            self._dialog = None

    def _take_picture(self) -> None:
        shown = self.window or self._dialog
        if shown is not None and self._screenshot is not None:
            grab(shown, self._screenshot)
            shown.close()


def application(settings: QSettings, policy: Policy | None = None) -> QApplication:
    """The one QApplication, in the language of the settings."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["mel-desktop"])
    app.setApplicationName("mel-desktop")
    app.setApplicationDisplayName("Mel Desktop")
    app.setDesktopFileName("mel-desktop")
    app.setWindowIcon(application_icon())
    language.load(app, choice(settings, policy or Policy(), LANGUAGE))
    return app


def run(
    profile: Path,
    *,
    facade: Facade | None = None,
    offline: bool = False,
    screenshot: Path | None = None,
    policy: Policy | None = None,
    asked: tuple[str, ...] = (),
) -> int:
    """Show the window until it is closed. With ``screenshot``: one picture, then the end.

    Where a window of this profile is there already, it takes what is ``asked``, and this one ends.
    """
    settings = open_settings(profile / SETTINGS_FILE)
    app = application(settings, policy)
    alone = facade is not None or screenshot is not None
    if not alone and hand_over(profile, asked):
        return 0
    session = Session(
        profile,
        facade=facade,
        offline=offline,
        screenshot=screenshot,
        settings=settings,
        policy=policy,
    )
    instance = Instance(profile, session)
    instance.asked.connect(session.ask)
    if not alone:
        instance.listen()
    if asked:
        session.ask(asked)
    before = sys.excepthook
    sys.excepthook = session.on_bug
    QTimer.singleShot(0, session, session.start)
    QTimer.singleShot(COLLECT_AFTER_MS, session, gc.enable)  # also where no window stands by then
    try:
        return app.exec()
    finally:
        sys.excepthook = before
        gc.enable()
        instance.close()
        session.close()
