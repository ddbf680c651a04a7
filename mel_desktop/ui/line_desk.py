"""What a person does about the line: its dialog, the brake, the plan, bringing the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, AccountId
from mel_desktop.model.changes import Status, SyncReport
from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.model.links import Brake, LinkProfile, Price
from mel_desktop.model.mail import FolderId
from mel_desktop.model.sync import Progress, SyncOptions
from mel_desktop.ui import figures, line_words, wording
from mel_desktop.ui.brake_dialog import BrakeDialog, BrakeWords
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from mel_desktop.ui.line_dialog import LineDialog
    from mel_desktop.ui.plan_dialog import PlanDialog

PATIENCE_MS: Final = 20_000
PROGRESS_S: Final = 0.25
COUNT_MS: Final = 500
REST: Final = SyncOptions(link=LinkProfile.FULL)


class LineDesk(QObject):
    """Dialogs about lines, and the banner of a brake. Everything is opened, nothing waited for."""

    folder_asked = Signal(object)  # FolderId: show its messages
    settings_changed = Signal(object)  # dict[AccountId, LinkSettings]
    counted = Signal(object)  # Status: the same, with the octets of this moment

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        *,
        notice: Notice,
        banner: Notice,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._banner = banner
        self._window = window
        self._accounts: tuple[Account, ...] = ()
        self._words = BrakeWords(self)
        self._brakes: tuple[Brake, ...] = ()
        self._dialog: LineDialog | None = None
        self._patience = QTimer(self)  # after "look again" the server is given time to be looked at
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self.look_at_brakes)
        self._status = Status()
        self._counting = QTimer(self)  # the engine tells of its own rounds only
        self._counting.setSingleShot(True)
        self._counting.setInterval(COUNT_MS)
        self._counting.timeout.connect(self._count)

    # -- settings and counters ---------------------------------------------------------------------

    def take_accounts(self, accounts: Sequence[Account]) -> None:
        """Read the settings of every line again."""
        self._accounts = tuple(accounts)
        with self._notice.errors():
            kept = {one.id: self._facade.link_settings(one.id) for one in self._accounts}
            self.settings_changed.emit(kept)

    def take_status(self, status: Status) -> None:
        """The counters of an open dialog run on."""
        self._status = status
        if self._dialog is not None:
            self._dialog.take_status(status)

    def count_soon(self) -> None:
        """Something is fetched by hand: show what it costs while it does."""
        if not self._counting.isActive():
            self._counting.start()

    def _count(self) -> None:
        with self._notice.errors():
            accounts = tuple(
                replace(one, traffic=self._facade.traffic(one.account))
                for one in self._status.accounts
            )
            self._status = replace(self._status, accounts=accounts)
            self.counted.emit(self._status)
            self.take_status(self._status)

    def open(self, account: AccountId | None) -> LineDialog | None:
        """The dialog of the line; the one that is open comes forward."""
        from mel_desktop.ui.line_dialog import LineDialog  # noqa: PLC0415 seldom

        if not self._accounts:
            return None
        if self._dialog is None:
            dialog = LineDialog(self._facade, self._theme, self._accounts, self._window)
            dialog.plan_asked.connect(self.show_plan)
            dialog.rest_asked.connect(self.ask_rest)
            dialog.kept.connect(lambda _: self.take_accounts(self._accounts))
            dialog.destroyed.connect(self._on_gone)
            dialog.finished.connect(self._on_gone)
            self._dialog = dialog
        if account is not None:
            self._dialog.show_account(account)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _on_gone(self, _: object = None) -> None:
        self._dialog = None

    # -- the brake ---------------------------------------------------------------------------------

    def look_at_brakes(self) -> None:
        """Say in the banner what the server no longer shows, until it is decided."""
        if self._patience.isActive():
            return
        with self._notice.errors():
            brakes = self._facade.brakes()
            folders = self._facade.folders() if brakes else ()  # asked with each change: seldom any
            names = {one.id: wording.folder_path(one) for one in folders}
            found = tuple(
                replace(one, path=names.get(FolderId(one.folder), one.path)) for one in brakes
            )
            if found == self._brakes and bool(found) is bool(self._banner.text):
                return
            self._brakes = found
            if not found:
                self._banner.clear()
                return
            self._banner.say(
                self._words.banner(found),
                Tone.WARNING,
                button=self.tr("Look and decide…"),
                call=self._open_brake,
            )

    def _open_brake(self) -> None:
        self.open_brake()

    def open_brake(self) -> BrakeDialog | None:
        """The dialog of the brake, on demand."""
        if not self._brakes:
            return None
        dialog = BrakeDialog(self._brakes, self._theme, self._window)
        dialog.kept_for.connect(self._keep)
        dialog.accepted_for.connect(self._accept)
        dialog.show_asked.connect(lambda brake: self.folder_asked.emit(FolderId(brake.folder)))
        dialog.open()
        return dialog

    def _keep(self, _: Brake) -> None:
        self._facade.wake()
        self._banner.say(
            self.tr("Your messages are kept. The server is being looked at again."), Tone.INFO
        )
        self._brakes = ()
        self._patience.start()

    def _accept(self, brake: Brake) -> None:
        with self._notice.errors():
            self._facade.accept_brake(FolderId(brake.folder))
            self._patience.stop()
            self._banner.clear()
            self._brakes = ()
            self.look_at_brakes()

    # -- the plan ----------------------------------------------------------------------------------

    def show_plan(self, account: AccountId) -> PlanDialog:
        """Find out what a sync would do, and show it."""
        from mel_desktop.ui.plan_dialog import PlanDialog  # noqa: PLC0415 seldom

        dialog = PlanDialog(self._email(account), self._window)
        dialog.open()

        def failed(error: MelError) -> None:
            dialog.show_trouble(str(wording.of_error(error)))

        def done(report: SyncReport) -> None:
            dialog.show_report(report)

        self._bridge.run(dialog, lambda: self._facade.plan(account), done=done, failed=failed)
        return dialog

    # -- the rest ----------------------------------------------------------------------------------

    def ask_rest(self, account: AccountId) -> None:
        """Tell what everything that is still on the server would cost, then bring it."""

        def done(price: Price) -> None:
            if price.octets:
                self._confirm_rest(account, price)
            else:
                self._notice.say(self.tr("All of the wanted period is here already."))

        self._bridge.run(
            self,
            lambda: self._facade.price_of_rest(account),
            done=done,
            failed=self._notice.say_error,
        )

    def _confirm_rest(self, account: AccountId, price: Price) -> None:
        ask(
            self._window,
            Question(
                title=self.tr("Bring the rest"),
                text=self.tr(
                    "Bring all texts and attachments of the wanted period now? {price}."
                ).format(price=line_words.price(price)),
                more=self.tr(
                    "You can go on working meanwhile. If the line is lost, it goes on later where "
                    "it stopped."
                ),
                yes=self.tr("Bring it now"),
                no=self.tr("Later"),
                destroys=False,
                yes_ahead=not price.ask_first,
            ),
            lambda: self._bring(account),
        )

    def _bring(self, account: AccountId) -> None:
        stopped = threading.Event()
        told = [0.0]

        def progress(so_far: Progress) -> None:  # on an engine thread
            if stopped.is_set():
                raise Cancelled
            now = time.monotonic()
            if now - told[0] >= PROGRESS_S:
                told[0] = now
                self._bridge.post(lambda: self._say_rest(so_far, stopped))

        def done(report: SyncReport) -> None:
            stopped.set()
            if report.failures:
                self._notice.say(str(wording.of_text(report.failures[0].code)), Tone.WARNING)
            else:
                self._notice.say(self.tr("All of the wanted period is here."))

        def failed(error: MelError) -> None:
            stopped.set()
            self._notice.say_error(error)

        self._say_rest(Progress(), stopped)
        self._bridge.run(
            self,
            lambda: self._facade.sync(account, REST, progress),
            done=done,
            failed=failed,
        )

    def _say_rest(self, so_far: Progress, stopped: threading.Event) -> None:
        if stopped.is_set():
            return

        def stop() -> None:
            stopped.set()
            self._notice.say(self.tr("Stopped. What has come by then is kept."))

        words = self.tr("The rest is being fetched…")
        if so_far.octets_expected:
            words = self.tr("The rest is being fetched: {done} of {size}").format(
                done=figures.size(so_far.octets_done), size=figures.size(so_far.octets_expected)
            )
        self._notice.say(words, button=self.tr("Stop"), call=stop)

    def _email(self, account: AccountId) -> str:
        return next((one.email for one in self._accounts if one.id == account), "")
