"""Pages of the first screen: the vaults on this PC, the passphrase, a new vault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.vault import VaultEntry, VaultStatus
from mel_desktop.ui import figures
from mel_desktop.ui.theme import Theme

SHORTEST: Final = 12
_LINES_SHOWN: Final = 5
_BELOW_CHOICE: Final = 24  # pixels: what belongs to a choice stands under its words


class VaultsPage(QWidget):
    """Every vault on this PC; Return opens one."""

    chosen = Signal(object)  # VaultEntry
    create_asked = Signal(bool)  # whether to use it once

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[VaultEntry, ...] = ()
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Vaults on this PC"))
        self.list.setIconSize(QSize(22, 22))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda _: self.choose())
        self.another = QPushButton(self.tr("&Create another vault…"))
        self.once = QPushButton(self.tr("Use once and &forget…"))
        for button, once in ((self.another, False), (self.once, True)):
            button.setProperty("link", True)
            button.setProperty("flush", True)
            button.setAccessibleName(button.text().replace("&", "").replace("…", ""))
            button.clicked.connect(lambda _=False, once=once: self.create_asked.emit(once))
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.another)
        row.addWidget(self.once)
        row.addStretch(1)
        column = _column(self)
        column.addWidget(self.list, 1)
        column.addLayout(row)

    def show_entries(self, entries: Sequence[VaultEntry], now: datetime) -> None:
        """Newest opened first, as given."""
        self._entries = tuple(entries)
        self.list.clear()
        for entry in self._entries:
            item = QListWidgetItem(self._theme.icons.icon("lock"), "")
            opened = (
                self.tr("never opened")
                if entry.last_opened is None
                else self.tr("opened {age}").format(age=figures.age(entry.last_opened, now))
            )
            item.setText(f"{label_of(entry)}\n{opened}")
            item.setToolTip(entry.path)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                self.tr("Vault {label}, {opened}").format(label=label_of(entry), opened=opened),
            )
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        height = max(self.list.sizeHintForRow(0), 44)
        shown = min(max(2, len(self._entries)), _LINES_SHOWN)
        self.list.setMinimumHeight(height * shown + 8)

    def choose(self) -> None:
        """Go to the chosen one."""
        place = self.list.currentRow()
        if 0 <= place < len(self._entries):
            self.chosen.emit(self._entries[place])


class OpenPage(QWidget):
    """The passphrase, the recovery code, or the keyring of this session."""

    edited = Signal()
    keyring_asked = Signal()
    others_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.passphrase = secret_field(self.tr("Passphrase"))
        self.label = QLabel(self.tr("&Passphrase"))
        self.label.setBuddy(self.passphrase)
        self.with_recovery = QCheckBox(self.tr("I have &lost it: use the recovery code"))
        self.by_keyring = QPushButton(self.tr("Open with my &session on this PC"))
        self.others = QPushButton(self.tr("&Another vault…"))
        for button in (self.by_keyring, self.others):
            button.setProperty("link", True)
            button.setProperty("flush", True)
            button.setAccessibleName(button.text().replace("&", "").replace("…", ""))
        self.wait = words("")
        self.wait.setAccessibleName(self.tr("Time to wait"))
        self.passphrase.textChanged.connect(self.edited)
        self.with_recovery.toggled.connect(self._on_recovery)
        self.by_keyring.clicked.connect(self.keyring_asked)
        self.others.clicked.connect(self.others_asked)
        row = QHBoxLayout()
        row.addWidget(self.by_keyring)
        row.addWidget(self.others)
        row.addStretch(1)
        column = _column(self, spacing=6)
        column.addWidget(self.label)
        column.addWidget(self.passphrase)
        column.addWidget(self.wait)
        column.addWidget(self.with_recovery)
        column.addLayout(row)
        column.addStretch(1)

    def show_status(self, status: VaultStatus, *, keyring: bool) -> None:
        """Only the ways that lead in. ``keyring``: whether it is worth another try."""
        typed = status.has_passphrase_slot or not status.has_recovery_slot
        self.with_recovery.blockSignals(True)
        self.with_recovery.setChecked(not typed)
        self.with_recovery.blockSignals(False)
        self.with_recovery.setVisible(status.has_recovery_slot and typed)
        self.by_keyring.setVisible(status.has_keyring_slot and keyring)
        self._on_recovery(not typed)

    def say_wait(self, seconds: int) -> None:
        """Seconds until the next try; 0: now."""
        self.wait.setVisible(seconds > 0)
        if seconds > 0:
            shown = self.tr("%n second(s)", "", seconds)
            if seconds >= 60:
                shown = f"{seconds // 60} min {seconds % 60:02d} s"
            self.wait.setText(self.tr("Next try in {time}.").format(time=shown))

    def is_recovery(self) -> bool:
        """Whether the recovery code is asked for."""
        return self.with_recovery.isChecked()

    def _on_recovery(self, chosen: bool) -> None:
        said = self.tr("&Recovery code") if chosen else self.tr("&Passphrase")
        self.label.setText(said)
        self.passphrase.setAccessibleName(said.replace("&", ""))
        normal, hidden = QLineEdit.EchoMode.Normal, QLineEdit.EchoMode.Password
        self.passphrase.setEchoMode(normal if chosen else hidden)
        self.passphrase.clear()
        self.passphrase.setFocus()


class PassphraseFields(QWidget):
    """A new passphrase, twice, with advice."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = secret_field(self.tr("Passphrase"))
        self.second = secret_field(self.tr("The same passphrase again"))
        self.advice = words("")
        self.advice.setProperty("muted", True)
        for field in (self.first, self.second):
            field.textChanged.connect(self._on_edited)
        column = _column(self, spacing=4)
        column.addWidget(
            _above(self.first, self.tr("Passphrase: at least {n} characters").format(n=SHORTEST))
        )
        column.addWidget(self.first)
        column.addWidget(_above(self.second, self.tr("The same passphrase again")))
        column.addWidget(self.second)
        column.addWidget(self.advice)
        self._on_edited()

    def is_good(self) -> bool:
        """Long enough, and twice the same."""
        return len(self.first.text()) >= SHORTEST and self.first.text() == self.second.text()

    def clear(self) -> None:
        """Forget what was typed."""
        self.first.clear()
        self.second.clear()

    def _on_edited(self) -> None:
        self.advice.setText(self._advise())
        self.edited.emit()

    def _advise(self) -> str:
        if len(self.first.text()) < SHORTEST:
            return self.tr("Four or five words that only you would put together are a good choice.")
        if self.first.text() != self.second.text():
            return self.tr("The two are not the same yet.")
        return self.tr("Long enough, and twice the same.")


class CreatePage(QWidget):
    """A new vault: its name and how it opens, or a session that leaves nothing."""

    edited = Signal()
    others_asked = Signal()

    def __init__(self, *, keyring_allowed: bool, escrow: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._keyring_allowed = keyring_allowed
        self.escrowed = words(escrow)
        self.escrowed.setObjectName("escrow")
        self.escrowed.setVisible(bool(escrow))
        text = words(
            self.tr("Your mail and the directory are kept on this PC in an encrypted vault.")
        )
        asked = words(self.tr("How should it open?"))
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the vault"))
        self.name.setMaxLength(80)
        self.naming = _above(
            self.name, self.tr("Name of the vault, as the list of vaults shows it")
        )
        self.by_keyring = QRadioButton(self.tr("With my &session on this PC (keyring)"))
        self.by_passphrase = QRadioButton(self.tr("With a &passphrase, asked at each start"))
        self.by_once = QRadioButton(self.tr("Not at all: use it &once and forget"))
        ways = QButtonGroup(self)
        for way in (self.by_keyring, self.by_passphrase, self.by_once):
            ways.addButton(way)
        self.fields = PassphraseFields()
        self.first, self.second = self.fields.first, self.fields.second
        self.once_words = words(
            self.tr(
                "Nothing stays on this PC: when you close the window, lock, or leave the PC alone, "
                "mail, drafts and password are destroyed. What was not sent by then is lost; what "
                "is on the server stays there."
            )
        )
        self.others = QPushButton(self.tr("&Another vault…"))
        self.others.setProperty("link", True)
        self.others.setProperty("flush", True)
        self.others.setAccessibleName(self.tr("Another vault"))
        self.others.clicked.connect(self.others_asked)
        column = _column(self, spacing=8)
        for widget in (
            *(text, self.naming, self.name, asked),
            *(self.by_keyring, self.by_passphrase, self.fields),
            *(self.by_once, self.once_words, self.escrowed),
        ):
            column.addWidget(widget)
        self.fields.setContentsMargins(_BELOW_CHOICE, 0, 0, 0)
        self.once_words.setContentsMargins(_BELOW_CHOICE, 0, 0, 0)
        column.addWidget(self.others, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        ways.buttonToggled.connect(self._on_edited)
        self.fields.edited.connect(self._on_edited)
        self.name.textChanged.connect(self._on_edited)
        self.by_keyring.setEnabled(keyring_allowed)
        if not keyring_allowed:
            self.by_keyring.setText(
                self.tr("With my session on this PC: not allowed by your establishment")
            )
        self.start(once=False, others=False)

    def start(self, *, once: bool, others: bool) -> None:
        """Begin anew. ``others``: there are vaults to go back to, so this one needs a name."""
        self.fields.clear()
        self.name.clear()
        self.others.setVisible(others)
        usual = self.by_keyring if self._keyring_allowed and not others else self.by_passphrase
        (self.by_once if once else usual).setChecked(True)
        self._needs_name = others
        self._on_edited()

    def refuse_keyring(self) -> None:
        """There is none on this PC."""
        self.by_keyring.setEnabled(False)
        self.by_passphrase.setChecked(True)

    def is_ready(self) -> bool:
        """Whether all is typed that is needed."""
        if self.by_once.isChecked():
            return True
        if self._needs_name and not self.name.text().strip():
            return False
        return not self.by_passphrase.isChecked() or self.fields.is_good()

    def _on_edited(self) -> None:
        once = self.by_once.isChecked()
        self.fields.setVisible(self.by_passphrase.isChecked())
        self.once_words.setVisible(once)
        self.name.setVisible(not once)
        self.naming.setVisible(not once)
        self.escrowed.setVisible(bool(self.escrowed.text()) and not once)
        self.edited.emit()


class RenewPage(QWidget):
    """After the recovery code: a new passphrase, or later."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        text = words(
            self.tr(
                "The recovery code opened the vault. Choose a new passphrase now: the old one is "
                "void then. The recovery code stays valid."
            )
        )
        self.fields = PassphraseFields()
        self.fields.edited.connect(self.edited)
        column = _column(self)
        column.addWidget(text)
        column.addWidget(self.fields)
        column.addStretch(1)


def label_of(entry: VaultEntry) -> str:
    """What a vault is called."""
    return entry.label or QCoreApplication.translate("vaults", "Vault without a name")


def scrolling(page: QWidget) -> QScrollArea:
    """A page that scrolls where the screen is low."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    page.setAutoFillBackground(False)
    return area


def secret_field(name: str) -> QLineEdit:
    """A field whose text is hidden."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(name)
    return field


def _above(field: QLineEdit, text: str) -> QLabel:
    """Words that stay when the field is filled in."""
    label = words(text)
    label.setBuddy(field)
    return label


def words(text: str) -> QLabel:
    """A paragraph."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _column(page: QWidget, *, spacing: int = 10) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
