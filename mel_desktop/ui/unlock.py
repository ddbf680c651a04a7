"""Before the window: create the vault, or open it with the passphrase or the recovery code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.vault import VaultStatus
from mel_desktop.ui import wording
from mel_desktop.ui.icons import application_icon
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.theme import Theme

SHORTEST: Final = 12


class Opener(Protocol):
    """What the dialog asks of app.wiring, with the profile already given."""

    def create(self, passphrase: Secret | None, *, use_keyring: bool) -> Facade:
        """Make a vault and open it."""
        ...

    def open(self, *, passphrase: Secret | None = None, recovery: Secret | None = None) -> Facade:
        """Open the vault that is there."""
        ...


class UnlockDialog(QDialog):
    """Emits ``opened`` with the facade, or is closed."""

    opened = Signal(object)  # Facade
    restore_asked = Signal()

    def __init__(
        self, profile: Path, status: VaultStatus, opener: Opener, theme: Theme, reason: str = ""
    ) -> None:
        super().__init__(None)
        self.setWindowTitle("Mel Desktop")
        self._opener = opener
        self._theme = theme
        self._facade: Facade | None = None
        self.notice = Notice(theme, self, closable=False)
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_open(status))
        self._pages.addWidget(self._make_create())
        self._pages.addWidget(self._make_recovery())
        self._lay_out(profile)
        self._go(0 if status.exists else 1)
        if reason:
            self.notice.say(reason, Tone.WARNING)

    # -- building ----------------------------------------------------------------------------------

    def _lay_out(self, profile: Path) -> None:
        icon = QLabel()
        icon.setPixmap(application_icon().pixmap(64, 64))
        name = QLabel("Mel Desktop")
        name.setProperty("muted", True)
        place = QLabel()
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setProperty("muted", True)
        middle = Qt.TextElideMode.ElideMiddle
        shown = self.tr("Profile: {path}").format(path=str(profile))
        place.setText(place.fontMetrics().elidedText(shown, middle, 380))
        place.setToolTip(str(profile))
        self.quit = QPushButton(self.tr("Quit"))
        self.quit.setAccessibleName(self.tr("Quit"))
        self.quit.clicked.connect(self.reject)
        self.go = QPushButton()
        self.go.setProperty("primary", True)
        self.go.setDefault(True)
        self.go.clicked.connect(self._on_go)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(icon)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(self._title)
        words.addStretch(1)
        head.addLayout(words, 1)
        row = QHBoxLayout()
        self.restore = QPushButton(self.tr("Restore a &backup…"))
        self.restore.setAutoDefault(False)
        self.restore.clicked.connect(self.restore_asked)
        row.addWidget(self.quit)
        row.addWidget(self.restore)
        row.addStretch(1)
        row.addWidget(self.go)
        rule = QFrame()
        rule.setObjectName("rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 18)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(self._pages, 1)
        column.addWidget(place)
        column.addWidget(rule)
        column.addLayout(row)
        self.setMinimumWidth(440)
        self.resize(500, 380)

    def _make_open(self, status: VaultStatus) -> QWidget:
        self.passphrase = _secret_field(self.tr("Passphrase"))
        self.with_recovery = QCheckBox(self.tr("I have lost it: use the &recovery code"))
        self.with_recovery.setVisible(status.has_recovery_slot)
        self.with_recovery.toggled.connect(self._on_recovery)
        self.passphrase.textChanged.connect(self._on_edited)
        self._open_label = QLabel(self.tr("&Passphrase"))
        self._open_label.setBuddy(self.passphrase)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._open_label)
        column.addWidget(self.passphrase)
        column.addWidget(self.with_recovery)
        column.addStretch(1)
        return page

    def _make_create(self) -> QWidget:
        text = _words(
            self.tr(
                "Your mail and the directory are kept on this PC in an encrypted vault. "
                "How should it open?"
            )
        )
        self.by_keyring = QRadioButton(self.tr("With my &session on this PC (keyring)"))
        self.by_passphrase = QRadioButton(self.tr("With a &passphrase, asked at each start"))
        self.by_keyring.setChecked(True)
        self.first = _secret_field(self.tr("Passphrase"))
        self.first.setPlaceholderText(
            self.tr("Passphrase: at least {n} characters").format(n=SHORTEST)
        )
        self.second = _secret_field(self.tr("The same passphrase again"))
        self.second.setPlaceholderText(self.tr("The same again"))
        self._advice = _words("")
        self._advice.setProperty("muted", True)
        for field in (self.first, self.second):
            field.textChanged.connect(self._on_edited)
        self.by_passphrase.toggled.connect(self._on_edited)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (
            text,
            self.by_keyring,
            self.by_passphrase,
            self.first,
            self.second,
            self._advice,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        return page

    def _make_recovery(self) -> QWidget:
        text = _words(
            self.tr(
                "Write this recovery code down and keep it away from this PC. It opens the vault "
                "when the passphrase or the session is lost. It is shown only now."
            )
        )
        self.code = QLineEdit()
        self.code.setReadOnly(True)
        self.code.setAccessibleName(self.tr("Recovery code"))
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.written = QCheckBox(self.tr("I have &written it down"))
        self.written.toggled.connect(self._on_edited)
        copy = QPushButton(self.tr("Copy"))
        copy.setAccessibleName(self.tr("Copy the recovery code"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.code.text()))
        row = QHBoxLayout()
        row.addWidget(self.code, 1)
        row.addWidget(copy)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(text)
        column.addLayout(row)
        column.addWidget(self.written)
        column.addStretch(1)
        return page

    # -- going on ----------------------------------------------------------------------------------

    def _go(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self.notice.clear()
        titles = (
            self.tr("Open the vault"),
            self.tr("Create the vault"),
            self.tr("Recovery code"),
        )
        words = (self.tr("Open"), self.tr("Create"), self.tr("Continue"))[page]
        self._title.setText(titles[page])
        self.go.setText(words)
        self.go.setAccessibleName(words)
        self.quit.setVisible(page < 2)
        (self.passphrase, self.by_keyring, self.written)[page].setFocus()
        self._on_edited()

    def _on_recovery(self, chosen: bool) -> None:
        words = self.tr("&Recovery code") if chosen else self.tr("&Passphrase")
        self._open_label.setText(words)
        self.passphrase.setAccessibleName(words.replace("&", ""))
        normal, hidden = QLineEdit.EchoMode.Normal, QLineEdit.EchoMode.Password
        self.passphrase.setEchoMode(normal if chosen else hidden)
        self.passphrase.clear()
        self.passphrase.setFocus()

    def _on_edited(self) -> None:
        page = self._pages.currentIndex()
        if page == 0:
            self.go.setEnabled(bool(self.passphrase.text()))
        elif page == 1:
            typed = self.by_passphrase.isChecked()
            self.first.setVisible(typed)
            self.second.setVisible(typed)
            self._advice.setText(self._advise() if typed else "")
            self.go.setEnabled(not typed or self._is_good())
        else:
            self.go.setEnabled(self.written.isChecked())
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """As high as the words need at this width: wrapped labels alone would be cut."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _is_good(self) -> bool:
        return len(self.first.text()) >= SHORTEST and self.first.text() == self.second.text()

    def _advise(self) -> str:
        if len(self.first.text()) < SHORTEST:
            return self.tr("Four or five words that only you would put together are a good choice.")
        if self.first.text() != self.second.text():
            return self.tr("The two are not the same yet.")
        return self.tr("Good.")

    def _on_go(self) -> None:
        page = self._pages.currentIndex()
        if page == 2:
            self._finish()
            return
        self.go.setEnabled(False)
        self.notice.say(self.tr("One moment…"))
        # Argon2id takes about a second on purpose: let the sentence be painted first.
        QTimer.singleShot(30, self._open if page == 0 else self._create)

    def _open(self) -> None:
        recovering = self.with_recovery.isChecked()
        typed = self.passphrase.text()
        secret = Secret(typed.strip() if recovering else typed)
        self._attempt(
            lambda: (
                self._opener.open(recovery=secret)
                if recovering
                else self._opener.open(passphrase=secret)
            ),
            created=False,
        )

    def _create(self) -> None:
        typed = self.by_passphrase.isChecked()
        secret = Secret(self.first.text()) if typed else None
        self._attempt(lambda: self._opener.create(secret, use_keyring=not typed), created=True)

    def _attempt(self, work: Callable[[], Facade], *, created: bool) -> None:
        try:
            facade = work()
        except MelError as error:
            if created and error.code is ErrorCode.NO_KEYRING:
                self.by_keyring.setEnabled(False)
                self.by_passphrase.setChecked(True)
            self._on_edited()
            self.notice.say_error(error)
            self.passphrase.selectAll()
            return
        self._facade = facade
        for field in (self.passphrase, self.first, self.second):
            field.clear()
        if created:
            self._show_code(facade)
        else:
            self._finish()

    def _show_code(self, facade: Facade) -> None:
        try:
            self.code.setText(facade.vault.new_recovery_code().reveal())
        except MelError as error:
            self._finish()
            self.notice.say(str(wording.of_error(error)), Tone.WARNING)
            return
        self._go(2)

    def _finish(self) -> None:
        facade, self._facade = self._facade, None
        self.code.clear()
        if facade is not None:
            self.opened.emit(facade)
        self.accept()

    def reject(self) -> None:
        """Closing at the recovery code goes on: the vault is open and the code was shown."""
        if self._facade is not None:
            self._finish()
        else:
            super().reject()


def _secret_field(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    return field


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
