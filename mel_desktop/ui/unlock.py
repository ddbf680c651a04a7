"""Before the window: choose a vault and open it, create one, or use one once and forget it.

Work that takes long (Argon2id, on purpose) runs beside the window, which stays alive; what comes
after it was cancelled is closed again. The delays after wrong passphrases are the core's: here they
are only shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.vault import VaultEntry, VaultStatus
from mel_desktop.ui import figures
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.side_work import SideWork
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.unlock_pages import CreatePage, OpenPage, RenewPage, VaultsPage, scrolling
from mel_desktop.ui.vault_gate import NewVault, VaultGate

T = TypeVar("T")
TICK_MS: Final = 250
FRAME_PX: Final = 40  # what a window manager puts around
LEAST_PX: Final = 96


class Page(IntEnum):
    """What the dialog shows."""

    VAULTS = 0
    OPEN = 1
    CREATE = 2
    CODE = 3
    RENEW = 4


class UnlockDialog(QDialog):
    """Emits ``opened`` with the facade, or is closed. ``wanted``: the vault to ask for."""

    opened = Signal(object)  # Facade
    restore_asked = Signal()

    def __init__(
        self,
        gate: VaultGate,
        side: SideWork,
        theme: Theme,
        *,
        wanted: Path | None = None,
        said: tuple[str, Tone] | None = None,
    ) -> None:
        super().__init__(None)
        self.setWindowTitle("Mel Desktop")
        self.setWindowIcon(application_icon())
        self._gate = gate
        self._side = side
        self._facade: Facade | None = None
        self._entry: VaultEntry | None = None
        self._status = VaultStatus(exists=False)
        self._busy: object | None = None
        self._mend: Callable[[], None] | None = None  # of a vault that is damaged
        self._wait_until = 0.0
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self.notice = Notice(theme, self, closable=False)
        self._make_pages(theme)
        self._lay_out()
        self.begin_again(wanted)
        if said is not None:
            self.notice.say(*said)

    # -- building ----------------------------------------------------------------------------------

    def _make_pages(self, theme: Theme) -> None:
        from mel_desktop.ui.recovery_page import RecoveryPage  # noqa: PLC0415 seldom

        self.vaults = VaultsPage(theme)
        self.opening = OpenPage()
        self.creating = CreatePage(
            keyring_allowed=self._gate.policy.vault.keyring_allowed, escrow=self._escrow_words()
        )
        self.recovery = RecoveryPage()
        self.renewing = RenewPage()
        self._all = (self.vaults, self.opening, self.creating, self.recovery, self.renewing)
        self._page = Page.VAULTS
        self._pages = QWidget()
        stack = QVBoxLayout(self._pages)  # no QStackedWidget: it is as high as its highest page
        stack.setContentsMargins(0, 0, 0, 0)
        for page in self._all:
            stack.addWidget(page)
        self._scroll = scrolling(self._pages)
        self.passphrase, self.with_recovery = self.opening.passphrase, self.opening.with_recovery
        self.by_passphrase, self.by_keyring = self.creating.by_passphrase, self.creating.by_keyring
        self.first, self.second = self.creating.first, self.creating.second
        self.code, self.written = self.recovery.code, self.recovery.written
        self.vaults.chosen.connect(self._on_chosen)
        self.vaults.create_asked.connect(self._on_create_asked)
        self.opening.others_asked.connect(self._show_vaults)
        self.opening.keyring_asked.connect(self._open_by_keyring)
        self.creating.others_asked.connect(self._show_vaults)
        for changed in (
            *(self.opening.edited, self.creating.edited),
            *(self.recovery.ready_changed, self.renewing.edited),
        ):
            changed.connect(self._on_edited)

    def _lay_out(self) -> None:
        icon = QLabel()
        icon.setPixmap(application_icon().pixmap(64, 64))
        name = QLabel("Mel Desktop")
        name.setProperty("muted", True)
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Work under way"))
        self._progress.hide()
        self.quit = QPushButton(self.tr("Quit"))
        self.quit.setAutoDefault(False)
        self.quit.clicked.connect(self.reject)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.give_up)
        self.later = QPushButton(self.tr("Later"))
        self.later.setAutoDefault(False)
        self.later.clicked.connect(self._finish)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.go.clicked.connect(self._on_go)
        for button in (self.quit, self.cancel, self.later):
            button.setAccessibleName(button.text())
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(icon)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addStretch(1)
        said.addWidget(name)
        said.addWidget(self._title)
        said.addStretch(1)
        head.addLayout(said, 1)
        row = QHBoxLayout()
        self.restore = QPushButton(self.tr("Restore a &backup…"))
        self.restore.setAutoDefault(False)
        self.restore.clicked.connect(self.restore_asked)
        row.addWidget(self.quit)
        row.addWidget(self.restore)
        row.addWidget(self.cancel)
        row.addWidget(self.later)
        row.addStretch(1)
        row.addWidget(self.go)
        rule = QFrame()
        rule.setObjectName("rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 18)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._progress)
        column.addWidget(rule)
        column.addLayout(row)
        self.setMinimumWidth(460)
        self.resize(540, 400)

    def _escrow_words(self) -> str:
        owner, fingerprint = self._gate.escrow()
        if not fingerprint:
            return ""
        return self.tr(
            "By decision of your establishment, a new vault can also be opened by {owner}, with a "
            "key kept there. Fingerprint of that key: {fingerprint}."
        ).format(owner=owner or self.tr("the establishment"), fingerprint=fingerprint)

    # -- pages -------------------------------------------------------------------------------------

    @property
    def page(self) -> Page:
        """What is shown."""
        return self._page

    @property
    def vault(self) -> Path | None:
        """The vault that is asked for, None where none is."""
        return Path(self._entry.path) if self._entry and self.page is Page.OPEN else None

    @property
    def is_busy(self) -> bool:
        """Whether something is being opened, made or locked."""
        return self._busy is not None

    def begin_again(self, wanted: Path | None) -> None:
        """Look which vaults there are; ask for ``wanted``, or for the only one."""
        entries = self._gate.entries()
        self.vaults.show_entries(entries, figures.now())
        found = next((one for one in entries if wanted and Path(one.path) == wanted), None)
        once = self._gate.policy.vault.use_once_default
        if found is None and len(entries) == 1:
            found = entries[0]
        if found is not None:
            self._ask_for(found)
        elif entries:
            self._go(Page.VAULTS)
        else:
            self.creating.start(once=once, others=False)
            self._go(Page.CREATE)

    def _show_vaults(self) -> None:
        self.vaults.show_entries(self._gate.entries(), figures.now())
        self.notice.clear()
        self._go(Page.VAULTS)

    def _on_chosen(self, entry: VaultEntry) -> None:
        self.notice.clear()
        self._ask_for(entry)
        if self._status.has_keyring_slot and self._gate.policy.vault.keyring_allowed:
            self._open_by_keyring()

    def _ask_for(self, entry: VaultEntry) -> None:
        self._entry = entry
        self._status = self._gate.status(Path(entry.path))
        allowed = self._gate.policy.vault.keyring_allowed
        self.opening.show_status(self._status, keyring=allowed)
        self._take_wait()
        self._go(Page.OPEN)

    def _on_create_asked(self, once: bool) -> None:
        self.notice.clear()
        self.creating.start(once=once, others=True)
        self._go(Page.CREATE)

    def _go(self, page: Page) -> None:
        self._page = page
        for place, one in enumerate(self._all):
            one.setVisible(place == page)
        label = "" if self._entry is None else self._entry.label
        title = {
            Page.VAULTS: self.tr("Whose vault?"),
            Page.OPEN: (
                self.tr("Open the vault “{label}”").format(label=label)
                if label
                else self.tr("Open the vault")
            ),
            Page.CREATE: self.tr("Create the vault"),
            Page.CODE: self.tr("Recovery code"),
            Page.RENEW: self.tr("New passphrase"),
        }[page]
        self._title.setText(title)
        self._on_edited()
        self._focus()

    def _focus(self) -> None:
        if self.page is Page.CREATE:
            kept = self.creating
            first = kept.name if kept.name.isVisibleTo(kept) else kept.by_once
            first.setFocus()
            return
        {
            Page.VAULTS: self.vaults.list,
            Page.OPEN: self.passphrase,
            Page.CODE: self.written,
            Page.RENEW: self.renewing.fields.first,
        }[self.page].setFocus()

    def _on_edited(self) -> None:
        page, busy = self.page, self.is_busy
        ready = {
            Page.VAULTS: self.vaults.list.count() > 0,
            Page.OPEN: bool(self.passphrase.text()) and not self._wait_left(),
            Page.CREATE: self.creating.is_ready(),
            Page.CODE: self.written.isChecked(),
            Page.RENEW: self.renewing.fields.is_good(),
        }[page]
        begin = self.creating.by_once.isChecked()
        said = {
            Page.VAULTS: self.tr("Continue"),
            Page.OPEN: self.tr("Open"),
            Page.CREATE: self.tr("Begin") if begin else self.tr("Create"),
            Page.CODE: self.tr("Continue"),
            Page.RENEW: self.tr("Change it"),
        }[page]
        self.go.setText(said)
        self.go.setAccessibleName(said)
        self.go.setEnabled(ready and not busy)
        self.quit.setVisible(not busy and self._facade is None)
        self.restore.setVisible(
            not busy and self._facade is None and page in {Page.OPEN, Page.CREATE}
        )
        self.cancel.setVisible(busy and self._facade is None)
        self.later.setVisible(page is Page.RENEW and not busy)
        self._pages.setEnabled(not busy)
        self._progress.setVisible(busy)
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """As high as the words need at this width, and the screen has room for; then it scrolls."""
        layout, pages = self.layout(), self._pages.layout()
        if layout is None or pages is None:
            return
        pages.activate()
        needed = pages.totalSizeHint().height()
        if pages.hasHeightForWidth():
            needed = pages.totalHeightForWidth(self._scroll.width())
        self._scroll.setFixedHeight(0)
        layout.activate()
        room = self.screen().availableGeometry().height() - FRAME_PX
        rest = layout.totalHeightForWidth(self.width())
        self._scroll.setFixedHeight(max(LEAST_PX, min(needed, room - rest)))
        layout.activate()
        self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    # -- waiting after wrong ones ------------------------------------------------------------------

    def _take_wait(self) -> None:
        if self._entry is not None:
            self._wait_until = time.monotonic() + self._gate.status(Path(self._entry.path)).wait_s
        self._tick()
        self._on_edited()

    def _wait_left(self) -> int:
        left = self._wait_until - time.monotonic()
        return int(left) + 1 if left > 0 else 0

    def _tick(self) -> None:
        left = self._wait_left()
        self.opening.say_wait(left)
        if left and not self._ticks.isActive():
            self._ticks.start()
        elif not left:
            self._ticks.stop()
            self._on_edited()

    # -- going on ----------------------------------------------------------------------------------

    def wait_for(self, text: str) -> object:
        """Say what is under way and let nothing be done; ``rest`` with what is given ends it."""
        self._busy = token = object()
        self.notice.say(text)
        self._on_edited()
        self.cancel.hide()  # a lock is not called off
        return token

    def rest(self, token: object) -> None:
        """It is done."""
        if self._busy is token:
            self._busy = None
            self.notice.clear()
            self._on_edited()
            self._focus()

    def give_up(self) -> None:
        """Wait no longer for what was begun; if it comes nevertheless it is closed again."""
        self._busy = None
        self.notice.clear()
        self._on_edited()
        self._focus()

    def _on_go(self) -> None:
        page = self.page
        if page is Page.VAULTS:
            self.vaults.choose()
        elif page is Page.OPEN:
            self._open()
        elif page is Page.CREATE:
            self._create()
        elif page is Page.RENEW:
            self._renew()
        else:
            self._finish()

    def _open(self) -> None:
        assert self._entry is not None
        path, recovering = Path(self._entry.path), self.opening.is_recovery()
        typed = self.passphrase.text()
        secret = Secret(typed.strip() if recovering else typed)
        gate = self._gate

        way = {"recovery" if recovering else "passphrase": secret}

        def work() -> Facade:
            return gate.open(path, **way)

        def done(facade: Facade) -> None:
            self._facade = facade
            if recovering:
                self._go(Page.RENEW)
            else:
                self._finish()

        def mended() -> Facade:
            gate.repair(path, **way)
            return work()

        self._mend = lambda: self._attempt(
            self.tr("The vault is being repaired…"), mended, done, self._on_refused
        )
        self._attempt(self.tr("The vault is being opened…"), work, done, self._on_refused)

    def _open_by_keyring(self) -> None:
        assert self._entry is not None
        path, gate = Path(self._entry.path), self._gate

        def done(facade: Facade) -> None:
            self._facade = facade
            self._finish()

        def mended() -> Facade:
            gate.repair(path)
            return gate.open(path)

        self._mend = lambda: self._attempt(
            self.tr("The vault is being repaired…"), mended, done, self._on_refused
        )
        self._attempt(
            self.tr("The vault is being opened…"),
            lambda: gate.open(path),
            done,
            self._on_refused,
        )

    def _on_refused(self, error: MelError) -> None:
        if error.code is ErrorCode.WRONG_PASSPHRASE and self.opening.is_recovery():
            self.notice.say(
                self.tr("This recovery code does not open the vault. Compare it with the paper."),
                Tone.DANGER,
            )
        elif error.code is ErrorCode.DAMAGED and self._mend is not None:
            self.notice.say(
                self.tr(
                    "A part of the vault is damaged, and it cannot be opened as it is. Repair "
                    "keeps all that is intact; the damaged file is kept aside, encrypted."
                ),
                Tone.DANGER,
                button=self.tr("Repair"),
                call=self._mend,
            )
        elif error.facts.get("why") == "wait":
            self.notice.say(self.tr("Too many wrong tries: wait a moment."), Tone.WARNING)
        else:
            self.notice.say_error(error)
        self._take_wait()
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def _create(self) -> None:
        page, gate = self.creating, self._gate
        once = page.by_once.isChecked()
        typed = page.by_passphrase.isChecked()
        new = NewVault(
            label=self.tr("Session used once") if once else page.name.text().strip(),
            passphrase=Secret(page.first.text()) if typed else None,
            use_keyring=page.by_keyring.isChecked(),
            once=once,
        )

        def work() -> tuple[Facade, str]:
            facade = gate.create(new)
            if once:
                return facade, ""
            try:
                return facade, facade.vault.new_recovery_code().reveal()
            except MelError:  # the vault is there and opens; a code can be made in its settings
                return facade, ""

        def done(made: tuple[Facade, str]) -> None:
            self._facade, code = made
            if code:
                self.recovery.show_code(code, new.label)
                self._go(Page.CODE)
            else:
                self._finish()

        def failed(error: MelError) -> None:
            if error.code is ErrorCode.NO_KEYRING:
                page.refuse_keyring()
            self.notice.say_error(error)

        self._attempt(self.tr("The vault is being created…"), work, done, failed)

    def _renew(self) -> None:
        facade = self._facade
        assert facade is not None
        secret = Secret(self.renewing.fields.first.text())
        self._attempt(
            self.tr("The passphrase is being changed…"),
            lambda: facade.vault.change_passphrase(secret),
            lambda _: self._finish(),
            self.notice.say_error,
        )

    def _attempt(
        self,
        text: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[MelError], None],
    ) -> None:
        self._busy = token = object()
        self.notice.say(text)
        self._on_edited()

        def ended(result: T) -> None:
            if self._busy is not token:
                self._discard(result)
                return
            self._busy = None
            self.notice.clear()
            done(result)
            self._on_edited()

        def refused(error: MelError) -> None:
            if self._busy is not token:
                return
            self._busy = None
            self._on_edited()
            failed(error)

        self._side.run(self, work, done=ended, failed=refused)

    def _discard(self, late: object) -> None:
        """Nobody waits any more for what was opened or made: it is closed again."""
        facade, made = (late[0], True) if isinstance(late, tuple) else (late, False)
        if isinstance(facade, Facade):
            end = facade.vault.erase if made else facade.close
            self._side.run(self, end, done=lambda _: None, failed=self.notice.say_error)

    def _finish(self) -> None:
        facade, self._facade = self._facade, None
        for field in (self.passphrase, self.first, self.second):
            field.clear()
        self.renewing.fields.clear()
        self.recovery.forget()
        if facade is not None:
            self.opened.emit(facade)
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the list or stops what is under way; it never ends the program."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.cancel.isVisible():
            self.give_up()
        elif self.page in {Page.OPEN, Page.CREATE} and self._gate.entries():
            self._show_vaults()

    def reject(self) -> None:
        """Closing at the recovery code goes on: the vault is open and the code was shown."""
        if self._facade is not None:
            self._finish()
        elif self.is_busy and self.cancel.isHidden():
            return  # it is being locked: the program waits for that
        else:
            self._busy = None
            super().reject()
