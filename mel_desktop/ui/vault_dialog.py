"""The page of the vault: how it opens, when it locks, check, change of the data key, erase."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import Cancelled, MelError
from mel_desktop.model.vault import LockSettings, VaultFacts
from mel_desktop.ui import figures, storage_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.fixed import FixedNote, field_with_note
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.unlock_pages import PassphraseFields, scrolling, words

MIB: Final = 1024  # KiB
MOST_MINUTES: Final = 240
UPKEEP: Final = 2  # the place of that page
FRAME_PX: Final = 40  # what a window manager puts around


class VaultDialog(QDialog):
    """Opened, never waited for. ``changed``: when to lock was set anew."""

    changed = Signal()
    check_asked = Signal()
    erase_asked = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Vault"))
        self._facade = facade
        self._bridge = bridge
        self._stop = stop = threading.Event()
        self.destroyed.connect(lambda: stop.set())
        self.notice = Notice(theme, self)
        self._facts = facade.vault.facts()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Vault"))
        for page, title in (
            (self._make_ways(), self.tr("&Opening")),
            (self._make_locking(), self.tr("&Locking")),
            (self._make_upkeep(), self.tr("&Check and renew")),
            (self._make_erase(), self.tr("&Erase")),
        ):
            self.tabs.addTab(scrolling(page), title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)
        self.resize(600, min(500, self.screen().availableGeometry().height() - FRAME_PX))
        self._show_facts(self._facts)

    # -- opening -----------------------------------------------------------------------------------

    def _make_ways(self) -> QWidget:
        from mel_desktop.ui.recovery_page import RecoveryPage  # noqa: PLC0415 seldom

        self.facts = words("")
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.facts.setAccessibleName(self.tr("Facts of the vault"))
        self.keyring = QCheckBox(self.tr("Open with my &session on this PC (keyring)"))
        self.keyring.clicked.connect(self._on_keyring)
        self.fields = PassphraseFields()
        self.change = QPushButton(self.tr("Change the &passphrase"))
        self.change.setEnabled(False)
        self.change.clicked.connect(self._on_change)
        self.fields.edited.connect(lambda: self.change.setEnabled(self.fields.is_good()))
        self.new_code = QPushButton(self.tr("Make a new &recovery code…"))
        self.new_code.clicked.connect(self._on_new_code)
        self.recovery = RecoveryPage()
        self.recovery.hide()
        self.recovery.ready_changed.connect(self._on_written)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(10)
        for widget in (self.facts, self.keyring, self.fields):
            column.addWidget(widget)
        column.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.new_code, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.recovery)
        column.addStretch(1)
        self._ways = (self.keyring, self.fields, self.change, self.new_code)
        return page

    def _show_facts(self, facts: VaultFacts) -> None:
        self._facts = facts
        names = {
            "keyring": self.tr("my session on this PC (keyring)"),
            "passphrase": self.tr("passphrase"),
            "recovery-code": self.tr("recovery code"),
            "escrow": self.tr("key of the establishment"),
        }
        ways = ", ".join(names.get(one, one) for one in facts.opens_with)
        lines = []
        if facts.label:
            lines.append(self.tr("Name: {label}").format(label=facts.label))
        lines.append(self.tr("Opens with: {ways}").format(ways=ways or self.tr("nothing")))
        if facts.kdf:
            lines.append(
                self.tr("Passphrase: {kdf}, {memory} MiB, %n pass(es)", "", facts.kdf_passes)
                .replace("{kdf}", "Argon2id" if facts.kdf == "argon2id" else facts.kdf)
                .replace("{memory}", str(facts.kdf_memory_kib // MIB))
            )
        if facts.created_at is not None:
            lines.append(self.tr("Since: {day}").format(day=figures.plain_date(facts.created_at)))
        if facts.escrow_fingerprint:
            lines.append(
                self.tr(
                    "By decision of your establishment, {owner} can open this vault too. "
                    "Fingerprint of that key: {fingerprint}"
                ).format(
                    owner=facts.escrow_owner or self.tr("the establishment"),
                    fingerprint=facts.escrow_fingerprint,
                )
            )
        if facts.temporary:
            lines.append(self.tr("Used once: it has no way in and is erased when you leave."))
        self.facts.setText("\n".join(lines))
        self.keyring.setChecked("keyring" in facts.opens_with)
        allowed = self._facade.vault.policy().vault.keyring_allowed
        self.keyring.setEnabled(allowed)
        if not allowed:
            self.keyring.setText(
                self.tr("With my session on this PC: not allowed by your establishment")
            )
        for widget in self._ways:
            widget.setVisible(not facts.temporary)

    def _on_keyring(self, on: bool) -> None:
        def failed(error: MelError) -> None:
            self.keyring.setChecked(not on)
            self.notice.say_error(error)

        self._bridge.run(
            self,
            lambda: self._facade.vault.set_keyring(on),
            done=lambda _: self._show_facts(self._facade.vault.facts()),
            failed=failed,
        )

    def _on_change(self) -> None:
        secret = Secret(self.fields.first.text())
        self.change.setEnabled(False)
        self.notice.say(self.tr("The passphrase is being changed…"))

        def done(_: None) -> None:
            self.fields.clear()
            self.notice.say(self.tr("The new passphrase is in force; the old one opens nothing."))
            self._show_facts(self._facade.vault.facts())

        self._bridge.run(
            self,
            lambda: self._facade.vault.change_passphrase(secret),
            done=done,
            failed=self._failed_change,
        )

    def _failed_change(self, error: MelError) -> None:
        self.change.setEnabled(self.fields.is_good())
        self.notice.say_error(error)

    def _on_new_code(self) -> None:
        def done(code: Secret) -> None:
            self.recovery.show_code(code.reveal(), self._facts.label)
            self._show_recovery(shown=True)
            self._show_facts(self._facade.vault.facts())
            self._show_recovery(shown=True)
            self.notice.say(self.tr("The recovery code before this one is void."))

        self._bridge.run(
            self, self._facade.vault.new_recovery_code, done=done, failed=self.notice.say_error
        )

    def _on_written(self) -> None:
        if self.recovery.written.isChecked():
            self.recovery.forget()
            self._show_recovery(shown=False)

    def _show_recovery(self, *, shown: bool) -> None:
        self.recovery.setVisible(shown)
        for widget in self._ways:
            widget.setVisible(not shown)

    # -- locking -----------------------------------------------------------------------------------

    def _make_locking(self) -> QWidget:
        now = self._facade.vault.lock_settings()
        fixed = self._facade.vault.policy().vault
        most = fixed.max_idle_minutes
        self.minutes = QSpinBox()
        self.minutes.setAccessibleName(self.tr("Minutes without anyone"))
        self.minutes.setRange(1 if most else 0, min(most or MOST_MINUTES, MOST_MINUTES))
        self.minutes.setSpecialValueText("" if most else self.tr("never"))
        self.minutes.setSuffix(self.tr(" min"))
        self.minutes.setValue(now.idle_minutes)
        self.on_screen = QCheckBox(self.tr("When the screen of this PC is &locked"))
        self.on_screen.setChecked(now.on_screen_lock)
        self.on_sleep = QCheckBox(self.tr("When this PC goes to &sleep"))
        self.on_sleep.setChecked(now.on_sleep)
        self._hide = now.hide_notifications
        text = words(
            self.tr(
                "Locking closes the vault: its key leaves the memory, windows are blanked, copies "
                "opened outside are destroyed. What you are writing is kept as drafts. F12 locks "
                "at once."
            )
        )
        form = QFormLayout()
        minutes = field_with_note(self.minutes, fixed=fixed.idle_minutes is not None)
        form.addRow(self.tr("&When nobody touches it for"), minutes)
        form.addRow(field_with_note(self.on_screen, fixed=fixed.lock_on_screen is not None))
        form.addRow(field_with_note(self.on_sleep, fixed=fixed.lock_on_sleep is not None))
        self.limit = FixedNote(
            self.tr("Your establishment allows %n minute(s) at most.", "", most) if most else ""
        )
        self.limit.setVisible(bool(most) and fixed.idle_minutes is None)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(10)
        column.addWidget(text)
        column.addLayout(form)
        column.addWidget(self.limit)
        column.addStretch(1)
        self.minutes.valueChanged.connect(self._keep_locking)
        self.on_screen.toggled.connect(self._keep_locking)
        self.on_sleep.toggled.connect(self._keep_locking)
        return page

    def _keep_locking(self) -> None:
        with self.notice.errors():
            self._facade.vault.set_lock_settings(
                LockSettings(
                    idle_minutes=self.minutes.value(),
                    on_screen_lock=self.on_screen.isChecked(),
                    on_sleep=self.on_sleep.isChecked(),
                    hide_notifications=self._hide,
                )
            )
            self.changed.emit()

    # -- check and renew ---------------------------------------------------------------------------

    def _make_upkeep(self) -> QWidget:
        self.check = QPushButton(self.tr("Check &everything…"))
        self.check.clicked.connect(self.check_asked)
        self.rekey = QPushButton(self.tr("&Change the data key"))
        self.rekey.clicked.connect(self._on_rekey)
        self.rekey_stop = QPushButton(self.tr("Stop"))
        self.rekey_stop.setAccessibleName(self.tr("Stop the change of the data key"))
        self.rekey_stop.clicked.connect(self._stop.set)
        self.rekey_stop.hide()
        self.abandon = QPushButton(self.tr("&Abandon the change"))
        self.abandon.clicked.connect(self._on_abandon)
        self.unfinished = words("")
        self.progress = QProgressBar()
        self.progress.setAccessibleName(self.tr("Progress"))
        self.progress.setRange(0, 1000)
        self.progress.hide()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(10)
        column.addWidget(
            words(self.tr("The check reads the whole vault and finds any damage or forgery."))
        )
        column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(10)
        column.addWidget(
            words(
                self.tr(
                    "A change of the data key writes the whole vault anew under another key: after "
                    "a copy of the files, or the old passphrase, came into wrong hands. It needs "
                    "room for a second copy. It can be stopped and goes on where it was."
                )
            )
        )
        column.addWidget(self.unfinished)
        row = QHBoxLayout()
        fixed = self.rekey.sizePolicy().Policy.Fixed
        for button in (self.rekey, self.abandon):
            button.setSizePolicy(fixed, fixed)
        row.setAlignment(Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.rekey)
        row.addWidget(self.abandon)
        row.addWidget(self.rekey_stop)
        row.addWidget(self.progress, 1)
        column.addLayout(row)
        column.addStretch(1)
        if self._facts.temporary:
            self.rekey.setEnabled(False)
        self._show_unfinished()
        return page

    def show_upkeep(self) -> None:
        """The page of the check and of the data key comes first."""
        self.tabs.setCurrentIndex(UPKEEP)
        self.rekey.setFocus()

    def _show_unfinished(self) -> None:
        """A change that was broken off, and both choices."""
        done = self._facade.vault.facts().rekey_done
        self.unfinished.setVisible(done is not None)
        self.abandon.setVisible(done is not None)
        if done is None:
            self.rekey.setText(self.tr("&Change the data key"))
            return
        self.rekey.setText(self.tr("&Go on with the change"))
        self.unfinished.setText(
            self.tr(
                "The change of the data key was interrupted ({share} done). Nothing is lost: "
                "everything works under the old key until you go on with the change or abandon it."
            ).replace("{share}", storage_words.share(round(done * 1000), 1000))
        )

    def _on_abandon(self) -> None:
        def done(_: None) -> None:
            self._show_unfinished()
            self.notice.say(self.tr("The change is abandoned: the data key is as before."))

        self._bridge.run(
            self, self._facade.vault.abandon_rekey, done=done, failed=self.notice.say_error
        )

    def _on_rekey(self) -> None:
        self._stop.clear()
        self._show_rekey(running=True)
        bridge, stop, facade = self._bridge, self._stop, self._facade

        def tell(call: Callable[[], None]) -> None:
            bridge.post(lambda: call() if shiboken6.isValid(self) else None)

        def moved(done: int, total: int) -> None:
            tell(lambda: self._say_progress(done, total))

        def work() -> bool:
            try:
                facade.vault.rekey(moved, stop.is_set)
            except Cancelled:
                return False
            return True

        def ended(finished: bool) -> None:
            self._show_rekey(running=False)
            self.notice.say(
                self.tr("The vault is under a new data key.")
                if finished
                else self.tr("Stopped. You can go on with the change, or abandon it.")
            )

        def failed(error: MelError) -> None:
            self._show_rekey(running=False)
            self.notice.say_error(error)

        bridge.run(self, work, done=ended, failed=failed)

    def _say_progress(self, done: int, total: int) -> None:
        self.progress.setValue(done * 1000 // max(1, total))

    def _show_rekey(self, *, running: bool) -> None:
        self.rekey.setEnabled(not running)
        if running:
            self.unfinished.hide()
            self.abandon.hide()
        else:
            self._show_unfinished()
        self.check.setEnabled(not running)
        self.rekey_stop.setVisible(running)
        self.progress.setVisible(running)
        self.progress.setValue(0)

    # -- erase -------------------------------------------------------------------------------------

    def _make_erase(self) -> QWidget:
        self.word = self.tr("ERASE")
        self.typed = QLineEdit()
        self.typed.setAccessibleName(self.tr("Confirmation"))
        self.typed.setPlaceholderText(self.word)
        self.erase = QPushButton(self.tr("Erase the vault for good"))
        self.erase.setEnabled(False)
        self.typed.textChanged.connect(
            lambda text: self.erase.setEnabled(text.strip().upper() == self.word)
        )
        self.erase.clicked.connect(self.erase_asked)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(10)
        column.addWidget(
            words(
                self.tr(
                    "The keys are destroyed first, then the files: nobody can read the vault any "
                    "more, not even you with the recovery code. Mail on the server stays there."
                )
            )
        )
        column.addWidget(words(self._loss()))
        label = QLabel(self.tr("To confirm, type {word}:").format(word=self.word))
        label.setBuddy(self.typed)
        column.addWidget(label)
        column.addWidget(self.typed)
        column.addWidget(self.erase, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _loss(self) -> str:
        try:
            status = self._facade.status()
            drafts = len(self._facade.drafts())
        except MelError:
            return self.tr("Drafts and what was not sent are lost.")
        unsent = status.waiting_outbox + status.failed_outbox
        said = [self.tr("Drafts and what was not sent are lost.")]
        if unsent:
            said.append(self.tr("%n message(s) not sent.", "", unsent))
        if drafts:
            said.append(self.tr("%n draft(s).", "", drafts))
        if status.waiting_changes:
            said.append(self.tr("%n change(s) to pass on.", "", status.waiting_changes))
        return " ".join(said)
