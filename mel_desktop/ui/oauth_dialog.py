"""Signing in on a provider's own page: for a new account, or again when a grant has ended.

The page opens in the system's browser, never in this window: the person sees whose page it is, and
this program never sees the password. Where this PC has no browser, a code is typed on another
device.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.app.sign_in_door import OWN, OWN_SCOPES, BrowserSignIn, DeviceSignIn
from mel_desktop.model.accounts import Account, AuthKind, Endpoint, NewAccount, Security
from mel_desktop.model.changes import Check, CheckState
from mel_desktop.model.errors import Cancelled, ErrorCode, MelError
from mel_desktop.model.oauth import Provider, Signed
from mel_desktop.ui import wording
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_STARTTLS: Final = (143, 587)


class _Attempt:
    """One sign-in, from the press of the button to its end; it may be given up at any moment."""

    def __init__(self) -> None:
        self._begun: BrowserSignIn | DeviceSignIn | None = None
        self._cancelled = False
        self._guard = threading.Lock()

    def begin(
        self, start: Callable[[], BrowserSignIn | DeviceSignIn]
    ) -> BrowserSignIn | DeviceSignIn:
        """On an engine thread. Cancelled when nobody wants it any more."""
        begun = start()
        with self._guard:
            self._begun = begun
            cancelled = self._cancelled
        if cancelled:
            begun.cancel()
            raise Cancelled
        return begun

    def cancel(self) -> None:
        """From the window."""
        with self._guard:
            self._cancelled = True
            begun = self._begun
        if begun is not None:
            begun.cancel()


class OAuthDialog(QDialog):
    """Two pages: who signs in where, and the waiting. ``account``: it signs in again."""

    added = Signal(object)  # Account
    signed_in = Signal(object)  # Account

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget | None,
        account: Account | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._facade = facade
        self._bridge = bridge
        self._account = account
        self._attempt = _Attempt()
        self._signed: Signed | None = None
        self._ca_pem = "" if account is None else account.ca_pem
        self.open_url: Callable[[str], None] = _open_in_browser
        self.setWindowTitle(
            self.tr("Sign in again") if account else self.tr("Add an account by the browser")
        )
        self.notice = Notice(theme, self)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_form())
        self._pages.addWidget(self._make_waiting())
        self._lay_out()
        self._fill()
        self._show_form()
        self.resize(600, 460 if account is None else 300)

    # -- pages -------------------------------------------------------------------------------------

    def _make_form(self) -> QWidget:
        self.provider = NamedBox()
        self.provider.setAccessibleName(self.tr("Provider"))
        self.email = self._field(self.tr("E-mail address"), "prenom.nom@ac-academie.fr")
        self.name = self._field(self.tr("Your name"), self.tr("As your correspondents see it"))
        self.issuer = self._field(self.tr("Address of the provider"), "https://")
        self.client = self._field(self.tr("Client id"), self.tr("Given by your IT"))
        self.imap = self._field(self.tr("Receiving server (IMAP)"), "imap.ac-academie.fr:993")
        self.smtp = self._field(self.tr("Sending server (SMTP)"), "smtp.ac-academie.fr:465")
        self.provider.currentIndexChanged.connect(self._on_provider)
        page = QWidget()
        self._form = QFormLayout(page)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(10)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows = (
            (self.tr("&Provider"), self.provider),
            (self.tr("E-mail &address"), self.email),
            (self.tr("Your &name"), self.name),
            (self.tr("Provider’s address (&URL)"), self.issuer),
            (self.tr("C&lient id"), self.client),
            (self.tr("&Receiving (IMAP)"), self.imap),
            (self.tr("&Sending (SMTP)"), self.smtp),
        )
        for words, widget in rows:
            self._form.addRow(words, widget)
        about = QLabel(
            self.tr(
                "You sign in on the provider’s own page, in your browser: "
                "Mel Desktop never sees your password."
            )
        )
        about.setWordWrap(True)
        about.setProperty("muted", True)
        self._form.addRow(about)
        return page

    def _field(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.textChanged.connect(self._on_edited)
        return field

    def _make_waiting(self) -> QWidget:
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.code = QLabel()
        font = self.code.font()
        font.setPointSizeF(font.pointSizeF() * 2.6)
        font.setWeight(font.Weight.DemiBold)
        font.setLetterSpacing(font.SpacingType.PercentageSpacing, 110)
        self.code.setFont(font)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setTextFormat(Qt.TextFormat.PlainText)
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.address = QLineEdit()
        self.address.setReadOnly(True)
        self.address.setAccessibleName(self.tr("Address of the provider’s page"))
        self.copy = QPushButton(self.tr("&Copy the address"))
        self.copy.setAccessibleName(self.tr("Copy the address"))
        self.copy.clicked.connect(self._copy)
        self.reopen = QPushButton(self.tr("&Open it again"))
        self.reopen.setAccessibleName(self.tr("Open the provider’s page again"))
        self.reopen.clicked.connect(lambda: self.open_url(self.address.text()))
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Waiting for the provider"))
        row = QHBoxLayout()
        row.addWidget(self.address, 1)
        row.addWidget(self.copy)
        row.addWidget(self.reopen)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.code)
        column.addLayout(row)
        column.addWidget(self.progress)
        column.addStretch(1)
        return page

    def _lay_out(self) -> None:
        self._title = QLabel()
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        self._title.setWordWrap(True)
        self.cancel = self._button(self.tr("Cancel"), self.reject)
        self.back = self._button(self.tr("&Back"), self._give_up)
        self.device = self._button(
            self.tr("With a &code on another device"), lambda: self._start(by_device=True)
        )
        self.browser = self._button(
            self.tr("Sign in in the &browser"), lambda: self._start(by_device=False)
        )
        self.browser.setProperty("primary", True)
        self.browser.setDefault(True)
        self.store = self._button(self.tr("Add it as it &is"), self._store)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        for button in (self.back, self.device, self.browser, self.store):
            row.addWidget(button)
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

    def _button(self, words: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words.replace("&", ""))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        return button

    # -- the form ----------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Providers that can be used, then one that a person names."""
        account = self._account
        known = None if account is None else self._facade.sign_in.provider_of(account.id)
        if known is not None:
            self.provider.addItem(known.name or known.issuer or known.id, known)
        for one in self._facade.sign_in.providers() if known is None else ():
            if one.client_id:
                self.provider.addItem(one.name or one.issuer or one.id, one)
        if known is None:
            self.provider.addItem(self.tr("Another provider (OpenID Connect)…"), None)
        if account is not None:
            self.email.setText(account.email)
            self.email.setReadOnly(True)
            for field in (self.name, self.imap, self.smtp):
                self._form.setRowVisible(field, False)
        self._on_provider()

    def begin_with(self, known: NewAccount) -> None:
        """What the wizard knows of a new account; an endpoint without a name is not known."""
        self.email.setText(known.email)
        self.name.setText(known.name)
        self._ca_pem = known.ca_pem
        host = known.imap.host
        if not host:
            return
        offered = [self.provider.itemData(at) for at in range(self.provider.count())]
        same = next((at for at, one in enumerate(offered) if _is_at(one, host)), None)
        self.provider.setCurrentIndex(len(offered) - 1 if same is None else same)
        self.imap.setText(f"{host}:{known.imap.port}")
        self.smtp.setText(f"{known.smtp.host}:{known.smtp.port}")
        if same is None and any(_is_at(one, host) for one in self._facade.sign_in.providers()):
            without = "provider-without-client"
            words = wording.of_code(ErrorCode.PROVIDER_MISTRUSTED, {"why": without})
            self.notice.say(str(words), Tone.WARNING)

    def _on_provider(self) -> None:
        chosen: Provider | None = self.provider.currentData()
        for field in (self.issuer, self.client):
            self._form.setRowVisible(field, chosen is None)
        for field, endpoint in (
            (self.imap, chosen.imap if chosen else None),
            (self.smtp, chosen.smtp if chosen else None),
        ):
            field.setText(f"{endpoint.host}:{endpoint.port}" if endpoint else "")
        self._on_edited()

    def _on_edited(self) -> None:
        if not hasattr(self, "browser"):  # still being built
            return
        ready = bool(_ADDRESS.fullmatch(self.email.text().strip()))
        if self.provider.currentData() is None:
            ready = ready and self.issuer.text().strip().startswith("https://")
            ready = ready and bool(self.client.text().strip())
        if self._account is None:
            ready = ready and _endpoint(self.imap.text()) is not None
            ready = ready and _endpoint(self.smtp.text()) is not None
        self.browser.setEnabled(ready)
        self.device.setEnabled(ready)

    def chosen(self) -> Provider:
        """The provider as the form has it."""
        found: Provider | None = self.provider.currentData()
        if found is None:
            found = Provider(
                id=OWN,
                issuer=self.issuer.text().strip(),
                client_id=self.client.text().strip(),
                scopes=OWN_SCOPES,
            )
        return replace(found, ca_pem=self._ca_pem)

    def new_account(self) -> NewAccount:
        """What was entered; both servers are endpoints by now."""
        imap, smtp = _endpoint(self.imap.text()), _endpoint(self.smtp.text())
        assert imap is not None
        assert smtp is not None
        email = self.email.text().strip()
        chosen = self.chosen()
        return NewAccount(
            email=email,
            login=email,
            imap=imap,
            smtp=smtp,
            name=self.name.text().strip(),
            ca_pem=self._ca_pem,
            auth=AuthKind.OAUTH2,
            provider="" if chosen.id == OWN else chosen.id,
        )

    def _show_form(self) -> None:
        self._pages.setCurrentIndex(0)
        account = self._account
        self._title.setText(
            self.tr("Your account at a provider")
            if account is None
            else self.tr("Sign in to {email} again").format(email=account.email)
        )
        self._show_buttons(self.device, self.browser)
        first = self.provider if self.provider.count() > 1 else self.email
        (self.browser if account is not None else first).setFocus()
        self._on_edited()

    def _show_buttons(self, *shown: QPushButton) -> None:
        for button in (self.back, self.device, self.browser, self.store):
            button.setVisible(button in shown)

    # -- the sign-in -------------------------------------------------------------------------------

    def _start(self, *, by_device: bool) -> None:
        self.notice.clear()
        if self._account is None:
            try:
                self._facade.sign_in.check_allowed(self.new_account())
            except MelError as error:
                self.notice.say_error(error)
                return
        self._attempt = attempt = _Attempt()
        door, provider, login = self._facade.sign_in, self.chosen(), self.email.text().strip()

        def start() -> BrowserSignIn | DeviceSignIn:
            return door.by_device(provider) if by_device else door.by_browser(provider, login)

        self._show_waiting(self.tr("The provider is being asked…"))
        self._bridge.run(
            self,
            lambda: attempt.begin(start),
            done=lambda begun: self._wait(attempt, begun),
            failed=lambda error: self._fail(attempt, error),
        )

    def _show_waiting(self, words: str) -> None:
        self._pages.setCurrentIndex(1)
        self.words.setText(words)
        self._title.setText(self.tr("Signing in"))
        for widget in (self.code, self.address, self.copy, self.reopen):
            widget.hide()
        self.progress.show()
        self._show_buttons(self.back)
        self.back.setFocus()

    def _wait(self, attempt: _Attempt, begun: BrowserSignIn | DeviceSignIn) -> None:
        if attempt is not self._attempt:
            return
        if isinstance(begun, DeviceSignIn):
            prompt = begun.prompt
            self.words.setText(
                self.tr("Open this address on another device, a phone for instance, and type:")
            )
            self.code.setText(prompt.code)
            self.code.setAccessibleName(
                self.tr("Code to type: {code}").format(code=" ".join(prompt.code))
            )
            self.code.show()
            self.address.setText(prompt.address)
        else:
            self.words.setText(
                self.tr(
                    "Go on in the browser. This window goes on by itself when you have signed in "
                    "there. If the page did not open, copy its address into a browser of this PC."
                )
            )
            self.address.setText(begun.address)
            self.open_url(begun.address)
        for widget in (self.address, self.copy):
            widget.show()
        self.copy.setText(self.tr("&Copy the address"))
        self.reopen.setVisible(isinstance(begun, BrowserSignIn))
        self.address.setCursorPosition(0)
        self.copy.setFocus()
        self._bridge.run(
            self,
            begun.wait,
            done=lambda signed: self._use(attempt, signed),
            failed=lambda error: self._fail(attempt, error),
            patient=True,
        )

    def _use(self, attempt: _Attempt, signed: Signed) -> None:
        if attempt is not self._attempt:
            return
        self._signed = signed
        self.raise_()
        self.activateWindow()  # the browser is in front
        account = self._account
        if account is not None:
            with self.notice.errors():
                self._facade.sign_in.again(account.id, signed)
                self.signed_in.emit(account)
                self.accept()
            return
        self._show_waiting(self.tr("Signed in. The mail servers are being tried…"))
        new = self.new_account()
        self._bridge.run(
            self,
            lambda: self._facade.sign_in.try_account(new, signed),
            done=lambda checks: self._show_outcome(attempt, checks),
            failed=lambda error: self._fail(attempt, error),
        )

    def _show_outcome(self, attempt: _Attempt, checks: tuple[Check, ...]) -> None:
        if attempt is not self._attempt:
            return
        bad = [one for one in checks if one.state is CheckState.FAIL]
        if not bad:
            self._store()
            return
        self.progress.hide()
        self.words.setText(
            self.tr("Not everything answers. Go back to correct it, or add the account as it is.")
        )
        lines = (wording.check_title(bad[0]), wording.check_trouble(bad[0]))
        self.notice.say(" ".join(one for one in lines if one), Tone.DANGER)
        self._show_buttons(self.back, self.store)
        self.back.setFocus()

    def _store(self) -> None:
        signed = self._signed
        if signed is None:
            return
        with self.notice.errors():
            account = self._facade.sign_in.add(self.new_account(), signed)
            self._facade.wake()
            self.added.emit(account)
            self.accept()

    def _fail(self, attempt: _Attempt, error: MelError) -> None:
        if attempt is not self._attempt:
            return
        self._show_form()
        self.notice.say_error(error)

    def _give_up(self) -> None:
        self._attempt.cancel()
        self._attempt = _Attempt()
        self.notice.clear()
        self._show_form()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.address.text())
        self.copy.setText(self.tr("Copied"))

    def done(self, result: int) -> None:
        """However it ends: nobody waits for the browser any more."""
        self._attempt.cancel()
        super().done(result)


def _is_at(provider: Provider | None, host: str) -> bool:
    return provider is not None and provider.imap is not None and provider.imap.host == host


def _endpoint(text: str) -> Endpoint | None:
    """``host:port``: 143 and 587 begin with STARTTLS, all others with TLS. None for no server."""
    host, _, port = text.strip().rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        return None
    security = Security.STARTTLS if int(port) in _STARTTLS else Security.TLS
    return Endpoint(host.strip("[]"), int(port), security)


def _open_in_browser(address: str) -> None:
    QDesktopServices.openUrl(QUrl(address))
