"""How an account is connected: which proxy, whose authority, what turned out on this network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Account, Endpoint, Secret
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.networks import AccountNetwork
from mel_desktop.model.proxies import ProxyChoice, ProxyKind, ProxyServer, ProxySetting
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import inset
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

MOST_PEM: Final = 1 << 20
USUAL_PORTS: Final = {ProxyKind.HTTP: 3128, ProxyKind.SOCKS5: 1080}
MARKS: Final = {
    CheckState.OK: "✓", CheckState.WARN: "!", CheckState.FAIL: "✗", CheckState.SKIPPED: "–",
}  # fmt: skip


class NetworkDialog(QDialog):
    """Saved by its button; tried by another. ``saved`` tells the account's id."""

    saved = Signal(object)
    certificates_asked = Signal()

    def __init__(
        self, facade: Facade, bridge: Bridge, theme: Theme, account: Account, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Connection of {email}").format(email=account.email))
        self._facade = facade
        self._bridge = bridge
        self._account = account
        self._ca_pem: str | None = None  # None: as it is
        self.notice = Notice(theme, self)
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        with self.notice.errors():
            self._take(facade.network.settings(account.id))

    # -- fields ------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.choice = NamedBox()
        for text, choice in (
            (self.tr("As the system says"), ProxyChoice.SYSTEM),
            (self.tr("No proxy"), ProxyChoice.NONE),
            (self.tr("This proxy"), ProxyChoice.MANUAL),
            (self.tr("A script says (PAC)"), ProxyChoice.PAC),
        ):
            self.choice.addItem(text, choice)
        self.kind = NamedBox()
        self.kind.addItem(self.tr("HTTP (CONNECT)"), ProxyKind.HTTP)
        self.kind.addItem("SOCKS5", ProxyKind.SOCKS5)
        self.host = QLineEdit()
        self.host.setPlaceholderText("proxy.college.fr")
        self.port = QSpinBox()
        inset(self.port)
        self.port.setRange(1, 65535)
        self.port.setValue(USUAL_PORTS[ProxyKind.HTTP])
        self.user = QLineEdit()
        self.user.setPlaceholderText(self.tr("only where the proxy asks for one"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.script = QLineEdit()
        self.script.setPlaceholderText("https://intranet.college.fr/proxy.pac")
        self.browse = QPushButton(self.tr("&Browse…"))
        self.browse.clicked.connect(self._choose_script)
        self.authorities = QLabel()
        self.authorities.setWordWrap(True)
        self.authorities.setTextFormat(Qt.TextFormat.PlainText)
        self.add_authority = QPushButton(self.tr("&Add a file…"))
        self.add_authority.clicked.connect(self._choose_authority)
        self.drop_authority = QPushButton(self.tr("&Forget"))
        self.drop_authority.clicked.connect(self._forget_authority)
        self.ways = QLabel()
        self.ways.setWordWrap(True)
        self.ways.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome = QLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.outcome.setAccessibleName(self.tr("Outcome of the trial"))
        self.outcome.hide()
        self.choice.currentIndexChanged.connect(self._on_choice)
        self.kind.currentIndexChanged.connect(self._on_kind)

    def _make_buttons(self) -> None:
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Close
        )
        self.save_button = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save_button.setProperty("primary", True)
        self.save_button.clicked.connect(self.save)
        self.try_button = buttons.addButton(
            self.tr("Save and &try"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.try_button.clicked.connect(self.try_it)
        self.certificates = buttons.addButton(
            self.tr("Ce&rtificates…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.certificates.clicked.connect(self.certificates_asked)
        buttons.rejected.connect(self.reject)
        self._buttons = buttons

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        script = _row(self.script, self.browse)
        authority = _row(self.authorities, self.add_authority, self.drop_authority)
        for name, field, named in (
            (self.tr("&Proxy"), self.choice, self.choice),
            (self.tr("&Kind"), self.kind, self.kind),
            (self.tr("Ser&ver"), self.host, self.host),
            (self.tr("P&ort"), self.port, self.port),
            (self.tr("&Login"), self.user, self.user),
            (self.tr("Pass&word"), self.password, self.password),
            (self.tr("Script addr&ess"), script, self.script),
            (self.tr("School’s authority"), authority, self.authorities),
            (self.tr("On this network"), self.ways, self.ways),
        ):
            label = QLabel(name)
            label.setBuddy(named)
            self._form.addRow(label, field)
            named.setAccessibleName(name.replace("&", ""))
        self._manual = (self.kind, self.host, self.port, self.user, self.password)
        self._script_row = script
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addLayout(self._form)
        column.addWidget(self.outcome)
        column.addStretch(1)
        column.addWidget(self._buttons)
        self.setMinimumWidth(660)

    # -- showing -----------------------------------------------------------------------------------

    def _take(self, found: AccountNetwork) -> None:
        own, self._ca_pem = found.in_force, None
        self.choice.setCurrentIndex(self.choice.findData(own.choice))
        server = own.server
        if server is not None:
            self.kind.setCurrentIndex(self.kind.findData(server.kind))
            self.host.setText(server.host)
            self.port.setValue(server.port)
            self.user.setText(server.user)
        self.script.setText(own.pac)
        self.password.clear()
        kept = self.tr("kept in the vault; type to replace it")
        self.password.setPlaceholderText(kept if found.has_password else "")
        names = ", ".join(one.subject for one in found.authorities)
        self.authorities.setText(names or self.tr("none of its own: the system’s certificates"))
        self.drop_authority.setEnabled(bool(found.authorities))
        self.ways.setText(
            "\n".join(self._way(own, way) for own, way in _pairs(found))
            or self.tr("The usual ports were open, as far as is known.")
        )
        self._fix(found)
        self._on_choice()

    def _way(self, own: Endpoint, way: Endpoint) -> str:
        return self.tr("Port {own} is shut: port {other} is used instead, encrypted too.").format(
            own=own.port, other=way.port
        )

    def _fix(self, found: AccountNetwork) -> None:
        fixed = found.fixed is not None
        for field in (self.choice, *self._manual, self.script, self.browse):
            field.setEnabled(not fixed)
        if fixed:
            self.notice.say(self.tr("Your IT department has fixed the proxy."))

    def _on_choice(self) -> None:
        choice = self.choice.currentData()
        for field in self._manual:
            self._form.setRowVisible(field, choice is ProxyChoice.MANUAL)
        self._form.setRowVisible(self._script_row, choice is ProxyChoice.PAC)
        self.adjustSize()

    def _on_kind(self) -> None:
        kind = self.kind.currentData()
        if self.port.value() in USUAL_PORTS.values():
            self.port.setValue(USUAL_PORTS[kind])

    # -- choosing ----------------------------------------------------------------------------------

    def _choose_script(self) -> None:
        def take(path: Path) -> None:
            self.script.setText(QUrl.fromLocalFile(str(path)).toString())

        self._choose(self.tr("Proxy script"), self.tr("Scripts (*.pac *.js *.dat)"), take)

    def _choose_authority(self) -> None:
        self._choose(
            self.tr("Certificate of the authority"),
            self.tr("Certificates (*.pem *.crt *.cer)"),
            self.take_authority,
        )

    def _choose(self, title: str, kinds: str, take: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([kinds, self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda text: take(Path(text)))
        dialog.open()

    def take_authority(self, path: Path) -> None:
        """Read a file in PEM form; kept when the dialog is saved."""
        with self.notice.errors():
            try:
                with path.open("rb") as file:
                    pem = file.read(MOST_PEM).decode("ascii", "ignore")
            except OSError as error:
                raise LocalRefusal(ErrorCode.BAD_FILE, kind="certificate") from error
            found = self._facade.network.read_authorities(pem)
            self._ca_pem = pem
            self.authorities.setText(", ".join(one.subject for one in found))
            self.drop_authority.setEnabled(True)
            words = self.tr("Compare the fingerprint with the one that IT gave you:")
            digits = "\n".join(_spaced(one.fingerprint) for one in found)
            self.notice.say(f"{words}\n{digits}")

    def _forget_authority(self) -> None:
        self._ca_pem = ""
        self.authorities.setText(self.tr("none of its own: the system’s certificates"))
        self.drop_authority.setEnabled(False)

    # -- doing -------------------------------------------------------------------------------------

    def setting(self) -> ProxySetting:
        """What was entered."""
        choice: ProxyChoice = self.choice.currentData()
        if choice is ProxyChoice.MANUAL:
            server = ProxyServer(
                self.kind.currentData(),
                self.host.text().strip(),
                self.port.value(),
                self.user.text().strip(),
            )
            return ProxySetting(choice, server)
        pac = self.script.text().strip() if choice is ProxyChoice.PAC else ""
        return ProxySetting(choice, pac=pac)

    def save(self) -> bool:
        """Keep what was entered; whether it could be."""
        word = self.password.text() if self.choice.currentData() is ProxyChoice.MANUAL else ""
        try:
            door = self._facade.network
            fixed = not self.choice.isEnabled()
            found = door.change(
                self._account.id,
                proxy=None if fixed else door.write_setting(self.setting()),
                password=Secret(word) if word and not fixed else None,
                ca_pem=self._ca_pem,
            )
        except MelError as error:
            self.notice.say_error(error)
            return False
        self._take(found)
        if found.fixed is None:
            self.notice.say(self.tr("Saved."))
        self.saved.emit(self._account.id)
        return True

    def try_it(self) -> None:
        """Save, then look at the servers step by step."""
        if not self.save():
            return
        self.try_button.setEnabled(False)
        self.outcome.setText(self.tr("Trying…"))
        self.outcome.show()
        self._bridge.run(
            self,
            lambda: self._facade.test_account(self._account.id),
            done=self._show_checks,
            failed=self._on_failed,
        )

    def _show_checks(self, checks: tuple[Check, ...]) -> None:
        self.try_button.setEnabled(True)
        lines = []
        for check in checks:
            if check.id == "imap-capabilities":
                continue
            trouble = wording.check_trouble(check)
            title = wording.check_title(check)
            lines.append(f"{MARKS[check.state]} {title}" + (f"\n    {trouble}" if trouble else ""))
        self.outcome.setText("\n".join(lines))
        with self.notice.errors():
            self._take(self._facade.network.settings(self._account.id))
        self.adjustSize()

    def _on_failed(self, error: MelError) -> None:
        self.try_button.setEnabled(True)
        self.outcome.hide()
        self.notice.say(str(wording.of_error(error)), Tone.DANGER)


def _pairs(found: AccountNetwork) -> list[tuple[Endpoint, Endpoint]]:
    pairs = ((found.imap, found.imap_way), (found.smtp, found.smtp_way))
    return [(own, way) for own, way in pairs if way is not None]


def _spaced(fingerprint: str) -> str:
    """In pairs, as tools print it."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, 1 if number == 0 else 0)
    return holder
