"""The account wizard: who, which servers, a live try, then the account is stored.

Nothing is guessed: an unknown server gets no password. One try is one sign-in, never a loop
(accounts lock after three refusals).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIntValidator
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, Endpoint, NewAccount, Secret, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.recipient_token import is_plausible
from mel_desktop.ui.theme import Theme

PORTS: Final = {
    ("imap", Security.TLS): 993,
    ("imap", Security.STARTTLS): 143,
    ("smtp", Security.TLS): 465,
    ("smtp", Security.STARTTLS): 587,
}
MAX_CA_OCTETS: Final = 1_000_000


class PortField(QLineEdit):
    """A port number (RFC 6335: 1 to 65535)."""

    def __init__(self) -> None:
        super().__init__()
        self.setValidator(QIntValidator(1, 65535, self))
        self.setMaxLength(5)
        self.setFixedWidth(76)

    def value(self) -> int:
        """The number, 0 while there is none."""
        text = self.text()
        return int(text) if text.isascii() and text.isdigit() and int(text) <= 65535 else 0

    def setValue(self, port: int) -> None:
        """Show a number."""
        self.setText(str(port))


class ServerFields(QWidget):
    """Name, port and security of one server."""

    edited = Signal()

    def __init__(self, kind: str, title: str, example: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self.host = QLineEdit()
        self.host.setPlaceholderText(example)
        self.host.setAccessibleName(self.tr("{title}: name").format(title=title))
        self.security = QComboBox()
        self.security.setAccessibleName(self.tr("{title}: security").format(title=title))
        self.security.addItem("TLS", Security.TLS)
        self.security.addItem("STARTTLS", Security.STARTTLS)
        self.port = PortField()
        self.port.setAccessibleName(self.tr("{title}: port").format(title=title))
        self.port.setValue(PORTS[kind, Security.TLS])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.host, 1)
        row.addWidget(self.security)
        row.addWidget(self.port)
        self.security.currentIndexChanged.connect(self._on_security)
        self.host.textChanged.connect(self.edited)
        self.port.textChanged.connect(self.edited)
        self.setFocusProxy(self.host)

    def endpoint(self) -> Endpoint:
        """The server entered."""
        return Endpoint(
            self.host.text().strip(), self.port.value(), Security(self.security.currentData())
        )

    def is_ready(self) -> bool:
        """Whether a name is there."""
        host = self.host.text().strip()
        return bool(host) and " " not in host and "/" not in host and self.port.value() > 0

    def _on_security(self) -> None:
        if self.port.value() in PORTS.values():
            self.port.setValue(PORTS[self._kind, Security(self.security.currentData())])


class CheckList(QWidget):
    """Each check with its mark; failed ones say what to do."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Checks"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.lines: list[tuple[Check, QLabel]] = []

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.lines = []
        tones = self._theme.tones
        marks = {
            CheckState.OK: ("ok", tones.success),
            CheckState.WARN: ("warning", tones.warning),
            CheckState.FAIL: ("fail", tones.danger),
            CheckState.SKIPPED: ("skipped", tones.muted),
        }
        ratio = self.devicePixelRatioF()
        for place, check in enumerate(checks):
            name, colour = marks[check.state]
            icon = QLabel()
            icon.setPixmap(self._theme.icons.pixmap(name, 20, ratio, QColor(colour)))
            icon.setAccessibleName(check.state.value)
            text = QLabel()
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setText(check_words(check))
            self._grid.addWidget(icon, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, place, 1)
            self.lines.append((check, text))


def check_words(check: Check) -> str:
    """A check in words: known codes in the language of the window, else as the doctor says it."""
    lines = (wording.check_title(check), wording.check_trouble(check))
    return "\n".join(line for line in lines if line)


class AccountWizard(QDialog):
    """Three pages; the last one tries the servers."""

    added = Signal(object)  # Account

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add an account"))
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._ca_pem = ""
        self._login_is_own = False
        self._attempt = 0
        self.notice = Notice(theme, self)
        self._pages = QStackedWidget()
        for page in (self._make_person(), self._make_servers(), self._make_try()):
            self._pages.addWidget(page)
        self._lay_out()
        self._go(0)
        self.resize(620, 470)

    # -- pages -------------------------------------------------------------------------------------

    def _make_person(self) -> QWidget:
        self.email = QLineEdit()
        self.email.setPlaceholderText("prenom.nom@ac-academie.fr")
        self.email.setAccessibleName(self.tr("E-mail address"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("As your correspondents see it"))
        self.name.setAccessibleName(self.tr("Your name"))
        self.login = QLineEdit()
        self.login.setAccessibleName(self.tr("Login"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password"))
        self.email.textChanged.connect(self._on_email)
        self.login.textEdited.connect(self._on_login)
        for field in (self.email, self.login, self.password):
            field.textChanged.connect(self._on_edited)
        page = QWidget()
        form = _form(page)
        form.addRow(self.tr("E-mail &address"), self.email)
        form.addRow(self.tr("Your &name"), self.name)
        form.addRow(self.tr("&Login"), self.login)
        form.addRow("", _muted(self.tr("In many académies the login is not the address.")))
        form.addRow(self.tr("&Password"), self.password)
        form.addRow(
            "", _muted(self.tr("Kept in the encrypted vault of this PC, and nowhere else."))
        )
        return page

    def _make_servers(self) -> QWidget:
        self.imap = ServerFields(
            "imap", self.tr("Receiving server (IMAP)"), "imap.ac-academie.fr", self
        )
        self.smtp = ServerFields(
            "smtp", self.tr("Sending server (SMTP)"), "smtp.ac-academie.fr", self
        )
        self.imap.edited.connect(self._on_edited)
        self.smtp.edited.connect(self._on_edited)
        self.ca = QLabel(self.tr("None"))
        self.ca.setProperty("muted", True)
        self._ca_button = QPushButton(self.tr("Choose a file…"))
        self._ca_button.setAccessibleName(self.tr("Choose a file of certificates"))
        self._ca_button.clicked.connect(self._choose_ca)
        row = QHBoxLayout()
        row.addWidget(self.ca, 1)
        row.addWidget(self._ca_button)
        page = QWidget()
        form = _form(page)
        form.addRow(self.tr("&Receiving (IMAP)"), self.imap)
        form.addRow(self.tr("&Sending (SMTP)"), self.smtp)
        form.addRow(
            "",
            _muted(
                self.tr(
                    "Your académie gives these names. The connection is always private: "
                    "without TLS nothing is sent."
                )
            ),
        )
        form.addRow(self.tr("Extra certificates"), row)
        return page

    def _make_try(self) -> QWidget:
        self._tried = QLabel()
        self._tried.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("The servers are being tried"))
        self.checks = CheckList(self._theme, self)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.checks)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._tried)
        column.addWidget(self.progress)
        column.addWidget(area, 1)
        return page

    def _lay_out(self) -> None:
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self.back = QPushButton(self.tr("Back"))
        self.back.setAccessibleName(self.tr("Back"))
        self.back.clicked.connect(lambda: self._go(self._pages.currentIndex() - 1))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.next = QPushButton()
        self.next.setProperty("primary", True)
        self.next.setDefault(True)
        self.next.clicked.connect(self._on_next)
        self.again = QPushButton(self.tr("Try again"))
        self.again.setAccessibleName(self.tr("Try again"))
        self.again.clicked.connect(self._try)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.again)
        row.addWidget(self.next)
        rule = QFrame()
        rule.setObjectName("rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        column.addWidget(self._title)
        column.addWidget(self.notice)
        column.addWidget(self._pages, 1)
        column.addWidget(rule)
        column.addLayout(row)

    # -- going on ----------------------------------------------------------------------------------

    def _go(self, page: int) -> None:
        self._attempt += 1  # a try under way speaks to nobody any more
        self._pages.setCurrentIndex(page)
        self._title.setText(
            (
                self.tr("Your mail account"),
                self.tr("The servers of your académie"),
                self.tr("Trying the servers"),
            )[page]
        )
        self.back.setVisible(page > 0)
        self.again.setVisible(False)
        self.notice.clear()
        self._on_edited()
        focus = (self.email, self.imap, self.next)[page]
        focus.setFocus()
        if page == 2:
            self._try()

    def _on_next(self) -> None:
        page = self._pages.currentIndex()
        if page < 2:
            self._go(page + 1)
        else:
            self._store()

    def _on_edited(self) -> None:
        page = self._pages.currentIndex()
        words = self.tr("Next") if page == 0 else self.tr("Try the servers")
        if page == 2:
            words = self.tr("Add the account")
        self.next.setText(words)
        self.next.setAccessibleName(words)
        ready = is_plausible(self.email.text().strip()) and bool(self.login.text().strip())
        if page == 0:
            self.next.setEnabled(ready and bool(self.password.text()))
        elif page == 1:
            self.next.setEnabled(self.imap.is_ready() and self.smtp.is_ready())

    def _on_email(self, text: str) -> None:
        if not self._login_is_own:
            self.login.setText(text.strip().partition("@")[0])

    def _on_login(self) -> None:
        self._login_is_own = True

    def _choose_ca(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a file of certificates"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(
            [self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(lambda name: self.use_ca(Path(name)))
        dialog.open()

    def use_ca(self, path: Path) -> None:
        """Trust the certificates of a PEM file for this account."""
        try:
            octets = path.read_bytes() if path.stat().st_size <= MAX_CA_OCTETS else b""
            text = octets.decode("ascii")
        except (OSError, UnicodeDecodeError):
            text = ""
        if "-----BEGIN CERTIFICATE-----" not in text:
            self.notice.say(str(wording.of_code(ErrorCode.BAD_FILE)), Tone.DANGER)
            return
        self._ca_pem = text
        self.ca.setText(path.name)
        self.notice.clear()

    def new_account(self) -> NewAccount:
        """What was entered."""
        return NewAccount(
            email=self.email.text().strip(),
            login=self.login.text().strip(),
            imap=self.imap.endpoint(),
            smtp=self.smtp.endpoint(),
            name=self.name.text().strip(),
            ca_pem=self._ca_pem,
        )

    def _try(self) -> None:
        self._attempt += 1
        attempt = self._attempt
        self.checks.show_checks(())
        self.progress.show()
        self.again.hide()
        self.next.setEnabled(False)
        self._tried.setText(self.tr("One sign-in is made; the password is not tried twice."))
        new, password = self.new_account(), Secret(self.password.text())

        def done(checks: tuple[Check, ...]) -> None:
            if attempt == self._attempt:
                self._show_outcome(checks)

        def failed(error: MelError) -> None:
            if attempt == self._attempt:
                self._end_try(good=False)
                self.notice.say_error(error)

        self._bridge.run(
            self, lambda: self._facade.try_account(new, password), done=done, failed=failed
        )

    def _show_outcome(self, checks: tuple[Check, ...]) -> None:
        self.checks.show_checks(checks)
        self._end_try(good=all(check.state is not CheckState.FAIL for check in checks))

    def _end_try(self, *, good: bool) -> None:
        self.progress.hide()
        self.next.setEnabled(True)
        self.again.setVisible(not good)
        (self.next if good else self.back).setFocus()
        if good:
            self._tried.setText(self.tr("Everything answers. The account can be added."))
        else:
            self._tried.setText(
                self.tr(
                    "Not everything answers. Go back to correct it, or add the account as it is."
                )
            )
            self.next.setText(self.tr("Add it as it is"))
            self.next.setAccessibleName(self.tr("Add it as it is"))

    def _store(self) -> None:
        with self.notice.errors():
            account: Account = self._facade.add_account(
                self.new_account(), Secret(self.password.text())
            )
            self.password.clear()
            self._facade.wake()
            self.added.emit(account)
            self.accept()


def _form(page: QWidget) -> QFormLayout:
    form = QFormLayout(page)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(10)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    return form


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setProperty("muted", True)
    return label
