"""Backup to one encrypted file, and the way back (also before a vault is open)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.app.restoring import Restored, RestoreJob
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import MelError
from mel_desktop.model.transfer import BackupFacts
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.errand import Errand
from mel_desktop.ui.paragraph import paragraph
from mel_desktop.ui.theme import Theme
from mel_desktop.ui.transfer_dialog import PathRow, TransferDialog

T = TypeVar("T")
SUFFIX: Final = "mel"


class BackupDialog(TransferDialog):
    """The whole vault in one file."""

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget) -> None:
        super().__init__(bridge, theme, parent)
        self.setWindowTitle(self.tr("Back up"))
        self._facade = facade
        self.target = PathRow(self.tr("Backup file"), self)
        self.target.add_button(self.tr("&Choose…"), self._choose)
        rows = QFormLayout()
        rows.addRow(self.tr("Write to:"), self.target)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            paragraph(
                self.tr(
                    "Everything goes into one encrypted file: messages, drafts, directory, "
                    "accounts. It opens with the passphrase and the recovery code of today: keep "
                    "them, even if you change them later."
                )
            )
        )
        column.addLayout(rows)
        column.addWidget(
            paragraph(
                self.tr("Put it on another disk or a USB stick. It is read back to be sure."),
                muted=True,
            )
        )
        column.addStretch(1)
        self.go.setText(self.tr("&Back up"))
        self.go.setEnabled(False)
        self.go.clicked.connect(self.start)
        self.target.edit.textChanged.connect(self._on_changed)
        self.target.edit.setFocus()
        self.resize(self.width(), 300)

    def _choose(self) -> None:
        self.target.choose(
            self.windowTitle(), QFileDialog.FileMode.AnyFile, suffix=SUFFIX, writes=True
        )

    def _on_changed(self) -> None:
        self.notice.clear()
        self.go.setEnabled(self.target.path() is not None)

    def start(self) -> None:
        """Write it."""
        target = self.target.path()
        if target is None:
            return
        self.run_work(
            self.tr("Backing up…"),
            lambda report, cancelled: self._facade.transfer.back_up(
                target, progress=report, cancelled=cancelled
            ),
            self._done,
        )

    def _done(self, facts: BackupFacts) -> None:
        words = self.tr("The backup is written and was read back: {path} ({size}).").format(
            path=facts.path, size=figures.size(facts.octets)
        )
        total = self.tr("%n message(s)", "", facts.messages)
        self.show_report(f"{words}\n{total}", [])


class JobBridge(QObject):
    """The crossing where no profile is open: one thread of app.restoring."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.job = RestoreJob()
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.destroyed.connect(self.job.close)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[MelError], None],
    ) -> None:
        """As ``Bridge.run``."""
        errand = Errand(owner, work, done, failed)
        self.job.run(errand).add_done_callback(errand.ending(self.post))

    def post(self, call: Callable[[], None]) -> None:
        """Have it called on the main thread."""
        if shiboken6.isValid(self):
            self._posted.emit(call)

    @staticmethod
    def _deliver(call: Callable[[], None]) -> None:
        call()


class RestoreDialog(TransferDialog):
    """A backup as the vault of this profile; nothing of it is open meanwhile."""

    restored = Signal()

    def __init__(self, profile: Path, theme: Theme, parent: QWidget | None, *, there: bool) -> None:
        """``there``: a vault is there already; it is moved aside."""
        self._crossing = JobBridge()
        super().__init__(self._crossing, theme, parent)
        self._crossing.setParent(self)
        self.setWindowTitle(self.tr("Restore a backup"))
        self._profile = profile
        self._there = there
        self._is_done = False
        self._lay_out()
        self.go.setText(self.tr("&Restore"))
        self.go.setEnabled(False)
        self.go.clicked.connect(self.start)
        self.source.edit.textChanged.connect(self._on_changed)
        self.secret.textChanged.connect(self._on_changed)
        self.with_code.toggled.connect(self._on_code)
        self.source.edit.setFocus()
        self.resize(self.width(), 340)

    def _lay_out(self) -> None:
        self.source = PathRow(self.tr("Backup file"), self)
        self.source.add_button(
            self.tr("&Choose…"),
            lambda: self.source.choose(self.windowTitle(), QFileDialog.FileMode.ExistingFile),
        )
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.setAccessibleName(self.tr("Passphrase of the backup"))
        self.with_code = QCheckBox(self.tr("I have the &recovery code instead"))
        rows = QFormLayout()
        rows.addRow(self.tr("Backup:"), self.source)
        rows.addRow(self.tr("Passphrase:"), self.secret)
        rows.addRow("", self.with_code)
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            paragraph(
                self.tr(
                    "The backup opens with the passphrase or the recovery code of the day on "
                    "which it was made. What waited to be sent then is not sent without asking "
                    "you."
                )
            )
        )
        column.addLayout(rows)
        if self._there:
            column.addWidget(
                paragraph(
                    self.tr(
                        "The vault that is on this PC now is not erased: its folder is set aside "
                        "beside the restored one."
                    ),
                    muted=True,
                )
            )
        column.addStretch(1)

    def _on_changed(self) -> None:
        self.notice.clear()
        self.go.setEnabled(self.source.path() is not None and bool(self.secret.text().strip()))

    def _on_code(self, on: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password
        self.secret.setEchoMode(mode)
        name = self.tr("Recovery code of the backup") if on else self.tr("Passphrase of the backup")
        self.secret.setAccessibleName(name)

    def start(self) -> None:
        """Prove the backup, then put it in its place."""
        source = self.source.path()
        if source is None:
            return
        secret, with_code = Secret(self.secret.text()), self.with_code.isChecked()
        profile, there = self._profile, self._there
        self.run_work(
            self.tr("Restoring…"),
            lambda report, cancelled: self._crossing.job.restore(
                source,
                profile,
                passphrase=None if with_code else secret,
                recovery=secret if with_code else None,
                replace=there,
                progress=report,
                cancelled=cancelled,
            ),
            self._done,
        )

    def _done(self, restored: Restored) -> None:
        facts, aside = restored
        self._is_done = True
        self.secret.clear()
        made = figures.long_date(facts.created_at)
        words = [
            self.tr("The backup of {date} is restored.").format(date=made),
            self.tr("%n message(s)", "", facts.messages),
        ]
        if aside is not None:
            words.append(self.tr("The vault from before is in {path}.").format(path=aside))
        self.show_report("\n".join(words), [])
        self.close_button.setText(self.tr("&Open the vault"))

    def done(self, result: int) -> None:
        """Closed: the restored vault may be opened."""
        super().done(result)
        if self._is_done:
            self.restored.emit()
