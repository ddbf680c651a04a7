"""The wizard's first page: which académie or which address, login and password.

Login and address are two things. The login is proposed by what is known of the service; how a
password for programs is made is told where it is needed. Nothing of this page leaves the PC.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.providers import LoginForm, Profile, Provider, SignInKind
from mel_desktop.ui import server_words
from mel_desktop.ui.forms import form_of, muted, stacked
from mel_desktop.ui.language import current
from mel_desktop.ui.recipient_token import is_plausible
from mel_desktop.ui.spoken import NamedBox


class AcademyBox(QComboBox):
    """The académies, found by any part of their names, domains and former names."""

    def __init__(self, providers: tuple[Provider, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        self.addItem("", None)
        for one in providers:
            also = f" ({', '.join(one.also)})" if one.also else ""
            self.addItem(f"{one.name}{also} — {one.domain}", one)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        field = self.lineEdit()
        assert field is not None
        field.setPlaceholderText(self.tr("Search by name, or type your address below"))
        field.setAccessibleName(field.placeholderText())
        field.editingFinished.connect(self._settle)

    def provider(self) -> Provider | None:
        """The chosen one."""
        found = self.currentData()
        return found if isinstance(found, Provider) else None

    def choose(self, provider: Provider | None) -> None:
        """Show it; nothing is emitted by ``activated``."""
        index = 0
        if provider is not None:
            index = next(
                (n for n in range(1, self.count()) if self.itemData(n).id == provider.id), 0
            )
        self.setCurrentIndex(index)

    def _settle(self) -> None:
        """What was typed and is no académie: the only one that it can be, else the old choice."""
        typed = self.currentText().strip()
        if typed == self.itemText(self.currentIndex()):
            return
        if not typed:
            self.setCurrentIndex(0)
            self.activated.emit(0)
            return
        matches = [
            n for n in range(1, self.count()) if typed.casefold() in self.itemText(n).casefold()
        ]
        if len(matches) == 1:
            self.setCurrentIndex(matches[0])
            self.activated.emit(matches[0])
        else:
            self.setEditText(self.itemText(self.currentIndex()))


class PersonPage(QWidget):
    """``edited`` when something changed; ``provider`` and ``profile`` are what is known so far."""

    edited = Signal()

    def __init__(self, facade: Facade, parent: QWidget) -> None:
        super().__init__(parent)
        self._door = facade.discovery
        self._table = self._door.table()
        self._login_is_own = False
        self._by_hand = False  # the académie was chosen, not told by the address
        self._make_fields()
        self._form = form_of(self)
        self._fill_form(self._form)
        self.academy.activated.connect(self._on_academy)
        self.service.activated.connect(self._on_service)
        self.email.textChanged.connect(self._on_email)
        self.email.editingFinished.connect(self._complete_email)
        self.login.textEdited.connect(self._on_login)
        for field in (self.email, self.login, self.password):
            field.textChanged.connect(self.edited)
        self._on_provider()
        self.setFocusProxy(self.email)

    def _make_fields(self) -> None:
        self.academy = AcademyBox(self._table.academies(), self)
        self.academy.setAccessibleName(self.tr("Académie"))
        self.email = QLineEdit()
        self.email.setPlaceholderText("prenom.nom@ac-academie.fr")
        self.email.setAccessibleName(self.tr("E-mail address"))
        self.service = NamedBox()
        self.service.setAccessibleName(self.tr("Mail service"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("As your correspondents see it"))
        self.name.setAccessibleName(self.tr("Your name"))
        self.login = QLineEdit()
        self.login.setAccessibleName(self.tr("Login"))
        self.login_note = muted()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password"))
        self.advice = Advice(self)

    def _fill_form(self, form: QFormLayout) -> None:
        form.addRow(self.tr("A&cadémie"), self.academy)
        form.addRow(self.tr("E-mail &address"), self.email)
        form.addRow(self.tr("Mail &service"), self.service)
        form.addRow(self.tr("Your &name"), self.name)
        form.addRow(self.tr("&Login"), stacked(self.login, self.login_note))
        kept = muted(self.tr("Kept in the encrypted vault of this PC, nowhere else."))
        form.addRow(self.tr("&Password"), stacked(self.password, kept, self.advice))

    # -- what was chosen ---------------------------------------------------------------------------

    def is_ready(self) -> bool:
        """Whether one can go on."""
        return (
            is_plausible(self.email.text().strip())
            and bool(self.login.text().strip())
            and bool(self.password.text())
        )

    def domain(self) -> str:
        """Of the address; the only thing that a search may send."""
        return self._door.domain_of(self.email.text())

    @property
    def provider(self) -> Provider | None:
        """The académie that was chosen, else the provider of the address."""
        return self.academy.provider() or self._table.of_domain(self.domain())

    @property
    def profile(self) -> str:
        """The service that the person named; "" where that is to be found out."""
        found = self.service.currentData() if self.service.isVisibleTo(self) else ""
        return str(found or "")

    def likely_profile(self) -> Profile | None:
        """The named one, else the first that the table knows."""
        profiles = self.provider.profiles if self.provider else ()
        named = next((one for one in profiles if one.id == self.profile), None)
        return named or (profiles[0] if profiles else None)

    def propose_login(self, form: LoginForm) -> None:
        """Put the login of that form there, unless one was typed."""
        if form is not LoginForm.OWN and not self._login_is_own:
            self.login.setText(self._door.proposed_login(form, self.email.text()))

    def show_service(self, profile: str) -> None:
        """It was chosen elsewhere: what this page says of its password follows."""
        index = self.service.findData(profile)
        if index >= 0:
            self.service.setCurrentIndex(index)
            self._on_service()

    # -- reactions ---------------------------------------------------------------------------------

    def _on_academy(self) -> None:
        """The address gets its domain, where it has none or that of another service."""
        provider = self.academy.provider()
        self._by_hand = provider is not None
        if provider is not None:
            local, at, domain = self.email.text().strip().partition("@")
            known = self._table.of_domain(self._door.domain_of(domain)) if domain else None
            if local and (not at or not domain or known not in (None, provider)):
                self.email.setText(f"{local}@{provider.domain}")
        self._on_provider()

    def _on_service(self) -> None:
        self._tell()
        self.edited.emit()

    def _on_email(self, text: str) -> None:
        domain = self._door.domain_of(text) if "@" in text else ""
        known = self._table.of_domain(domain)
        if known is not None and known in self._table.academies():
            self._by_hand = self._by_hand and known == self.academy.provider()
            self.academy.choose(known)
        elif known is not None or not self._by_hand:
            self._by_hand = False
            self.academy.choose(None)
        self._on_provider()

    def _complete_email(self) -> None:
        text, provider = self.email.text().strip(), self.academy.provider()
        if text and "@" not in text and provider is not None:
            self.email.setText(f"{text}@{provider.domain}")

    def _on_login(self, text: str) -> None:
        self._login_is_own = bool(text)
        self._tell()

    def _on_provider(self) -> None:
        """Another provider, or another address of it."""
        provider = self.provider
        academy = self.academy.provider()
        domain = academy.domain if academy is not None else "ac-academie.fr"
        self.email.setPlaceholderText(f"prenom.nom@{domain}")
        profiles = provider.profiles if provider is not None else ()
        shown = [self.service.itemData(n) for n in range(1, self.service.count())]
        if provider is not None and shown != [one.id for one in profiles]:
            self.service.clear()
            self.service.addItem(self.tr("I do not know: find out"), "")
            for one in profiles:
                self.service.addItem(server_words.of_profile(one, provider), one.id)
            is_known = provider.order.grade.value != "guessed"
            self.service.setCurrentIndex(1 if is_known else 0)
        self._form.setRowVisible(self.service, len(profiles) > 1)
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        """Login and advice that go with the service."""
        profile = self.likely_profile()
        form = profile.login.value if profile is not None and profile.login else None
        self.propose_login(form or LoginForm.LOCAL_PART)
        if form is None:
            note = self.tr("In many académies the login is not the address.")
        else:
            note = self.tr("Usually {form}. You may change it.").format(
                form=server_words.of_login(form)
            )
        self.login_note.setText(note)
        self.login.setAccessibleDescription(note)
        self.advice.show_profile(profile, is_sure=bool(self.profile))


class Advice(QFrame):
    """Which password is wanted, and how it is made."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._webmail = self._help = ""
        self.text = muted()
        self.text.setAccessibleName(self.tr("About the password"))
        self.open = QPushButton(self.tr("Open the web&mail"))
        self.open.setAccessibleName(self.tr("Open the webmail in the browser"))
        self.open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._webmail)))
        self.help = QPushButton(self.tr("&Help page of the service"))
        self.help.setAccessibleName(self.tr("Open the help page of the service in the browser"))
        self.help.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._help)))
        buttons = QHBoxLayout()
        for button in (self.open, self.help):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.text)
        column.addLayout(buttons)

    def show_profile(self, profile: Profile | None, *, is_sure: bool) -> None:
        """``is_sure``: the person, or a stated fact, names this service."""
        lines: list[str] = []
        kind = profile.sign_in.value if profile is not None and profile.sign_in else None
        self._webmail = ""
        self._help = profile.help_page.value if profile is not None and profile.help_page else ""
        if profile is not None and kind is SignInKind.APP_PASSWORD and profile.steps is not None:
            lines.append(self.tr("This service wants a password made for programs:"))
            steps = profile.steps.value.of(current())
            lines += [f"{number}. {step}" for number, step in enumerate(steps, 1)]
            for note in profile.notes:
                lines += note.value.of(current())
            self._webmail = profile.webmail.value if profile.webmail else ""
        elif kind is SignInKind.OAUTH2:
            lines.append(self.tr("This service signs in through the browser (OAuth 2.0)."))
        elif kind is SignInKind.ACADEMY_PASSWORD and profile is not None:
            lines.append(self.tr("The password of your académie account."))
            for note in profile.notes:
                lines += note.value.of(current())
            if not is_sure:
                lines.append(
                    self.tr(
                        "If your mail is at messagerie.education.gouv.fr already, choose the "
                        "national service above: it wants another password."
                    )
                )
        self.text.setText("\n".join(lines))
        self.setVisible(bool(lines))
        for button, address in ((self.open, self._webmail), (self.help, self._help)):
            button.setVisible(bool(address))
            button.setToolTip(address)
