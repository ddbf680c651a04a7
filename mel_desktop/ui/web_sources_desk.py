"""Directory sources on web servers, in the sources panel: the ministry's annuaire, CardDAV books.

A server is tried before it is kept, and the price of the annuaire is told before it is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, MelError
from mel_desktop.model.links import Price
from mel_desktop.model.people import DirectorySource, ImportReport, SourceKind
from mel_desktop.ui import line_words
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import form_of, muted, stacked
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.theme import Theme

WIDTH: Final = 560
PORTAL_HOST: Final = "//data.education.gouv.fr/"  # else the address is IT's own
SERVED: Final = frozenset({SourceKind.ANNUAIRE, SourceKind.CARDDAV})


class WebSourcesDesk(QObject):
    """Its two buttons, and what they begin."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        notice: Notice,
        panel: QWidget,
        done: Callable[[Sequence[ImportReport]], None],
    ) -> None:
        super().__init__(panel)
        self._facade = facade
        self._bridge = bridge
        self._theme = theme
        self._notice = notice
        self._panel = panel
        self._done = done
        self.schools_button = QPushButton(self.tr("Fetch the directory of schools…"))
        self.schools_button.setToolTip(self.tr("The open data of the ministry, from its portal"))
        self.schools_button.clicked.connect(self.ask_schools)
        self.books_button = QPushButton(self.tr("Add a CardDAV address book…"))
        self.books_button.clicked.connect(self.ask_books)
        self.buttons = (self.schools_button, self.books_button)

    def serves(self, source: DirectorySource) -> bool:
        """Whether this source can be read again from here; an imported file cannot."""
        return source.kind in SERVED and source.url.startswith("https://")

    # -- the annuaire ------------------------------------------------------------------------------

    def ask_schools(self) -> SchoolsDialog:
        """Open the dialog."""
        dialog = SchoolsDialog(self._facade.web_sources.portal, self._panel)
        dialog.accepted.connect(lambda: self._add_schools(dialog.places(), dialog.url()))
        dialog.open()
        return dialog

    def _add_schools(self, places: str, url: str) -> None:
        doors = self._facade.web_sources
        with self._notice.errors():
            self.sync(doors.add_annuaire(url, doors.places(places)))

    def sync(self, source: DirectorySource) -> None:
        """Read a source again; where that has its price it is told first."""
        self._sync(source, accept_price=False)

    def _sync(self, source: DirectorySource, *, accept_price: bool) -> None:
        self._notice.say(self.tr("The directory is being read…"))

        def failed(error: MelError) -> None:
            if error.code is ErrorCode.NEEDS_DECISION:
                self._tell_price(source)
            else:
                self._notice.say_error(error)

        self._bridge.run(
            self._panel,
            lambda: self._facade.web_sources.sync(source.id, accept_price=accept_price),
            done=self._done,
            failed=failed,
        )

    def _tell_price(self, source: DirectorySource) -> None:
        self._bridge.run(
            self._panel,
            lambda: self._facade.web_sources.price(source.id),
            done=lambda price: self._confirm(source, price),
            failed=self._notice.say_error,
        )

    def _confirm(self, source: DirectorySource, price: Price) -> None:
        self._notice.clear()
        ask(
            self._panel,
            Question(
                title=self.tr("Fetch the directory of schools"),
                text=self.tr("Fetch it now? {price}.").format(price=line_words.price(price)),
                more=self.tr("If the line is lost, it goes on later where it stopped."),
                yes=self.tr("Fetch it now"),
                no=self.tr("Later"),
                destroys=False,
            ),
            lambda: self._sync(source, accept_price=True),
        )

    # -- CardDAV -----------------------------------------------------------------------------------

    def ask_books(self) -> BooksDialog:
        """Open the dialog; it stays until the server was tried."""
        dialog = BooksDialog(self._theme, self._panel)
        dialog.tried.clicked.connect(lambda: self._try(dialog))
        dialog.open()
        return dialog

    def _try(self, dialog: BooksDialog) -> None:
        url, login, password = dialog.entered()
        dialog.set_busy(busy=True)

        def done(source: DirectorySource) -> None:
            dialog.accept()
            self.sync(source)

        def failed(error: MelError) -> None:
            dialog.set_busy(busy=False)
            dialog.notice.say_error(error)
            dialog.fit_later()

        self._bridge.run(
            dialog,
            lambda: self._facade.web_sources.add_carddav(url, login, password),
            done=done,
            failed=failed,
        )


class SchoolsDialog(QDialog):
    """Which part of the annuaire, and from where."""

    def __init__(self, portal: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Fetch the directory of schools"))
        self._portal = portal
        about = muted(
            self.tr(
                "Schools and services with their addresses, published by the ministry under the "
                "Licence Ouverte: some 9 MB once compressed. It is fetched when you ask for it, "
                "never by itself."
            )
        )
        self.places_field = _field(self.tr("Départements or académies"), "35, 22, Rennes")
        self.url_field = _field(self.tr("Address"), "")
        self.url_field.setText(portal)
        self.url_field.setCursorPosition(0)
        form_page = QWidget()
        form = form_of(form_page)
        grade = muted(self.tr("Known from public code that reads it; not verified from here."))
        form.addRow(
            self.places_field.accessibleName(),
            stacked(
                self.places_field,
                muted(self.tr("Numbers or names, parted by commas; nothing: the whole country.")),
            ),
        )
        form.addRow(
            self.url_field.accessibleName(),
            stacked(self.url_field, *([grade] if PORTAL_HOST in portal else ())),
        )
        buttons, self.ok = _buttons(self, self.tr("Fetch"))
        buttons.accepted.connect(self.accept)
        self.url_field.textChanged.connect(lambda text: self.ok.setEnabled(_is_https(text.strip())))
        _stack(self, about, form_page, buttons)
        self.ok.setDefault(True)

    def places(self) -> str:
        """As typed."""
        return self.places_field.text()

    def url(self) -> str:
        """Empty for the usual one."""
        url = self.url_field.text().strip()
        return "" if url == self._portal else url


class BooksDialog(QDialog):
    """Address, login and password of a CardDAV server; tried before it is added."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add a CardDAV address book"))
        self.notice = Notice(theme, self)
        self.url_field = _field(self.tr("Address"), "https://nuage.exemple.fr/")
        self.login_field = _field(self.tr("Login"), "")
        self.password_field = _field(self.tr("Password"), "")
        self.password_field.setEchoMode(QLineEdit.EchoMode.Password)
        form_page = QWidget()
        form = form_of(form_page)
        form.addRow(
            self.url_field.accessibleName(),
            stacked(
                self.url_field,
                muted(self.tr("The server, or one address book. It is only read, never changed.")),
            ),
        )
        for field in (self.login_field, self.password_field):
            form.addRow(field.accessibleName(), field)
        buttons, self.tried = _buttons(self, self.tr("Add and read"))
        for field in (self.url_field, self.login_field, self.password_field):
            field.textChanged.connect(self._on_edited)
        self._is_busy = False
        self._on_edited()
        _stack(self, self.notice, form_page, buttons)
        self.url_field.setFocus()
        self.tried.setDefault(True)  # once it is in the dialog: Enter is never "Cancel"

    def entered(self) -> tuple[str, str, Secret]:
        """Address, login, password."""
        return (
            self.url_field.text().strip(),
            self.login_field.text().strip(),
            Secret(self.password_field.text()),
        )

    def set_busy(self, *, busy: bool) -> None:
        """The server is being tried."""
        self._is_busy = busy
        if busy:
            self.notice.say(self.tr("The server is being tried…"), Tone.INFO)
            self.fit_later()
        self._on_edited()

    def fit_later(self) -> None:
        """Once the notice knows how wide it is."""
        QTimer.singleShot(0, self, lambda: _fit(self))

    def _on_edited(self) -> None:
        url, login, password = self.entered()
        right = _is_https(url) and bool(login) and bool(password.reveal())
        self.tried.setEnabled(right and not self._is_busy)


def _is_https(url: str) -> bool:
    return url.startswith("https://") and len(url) > len("https://")


def _field(name: str, example: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(example)
    return field


def _buttons(dialog: QDialog, yes: str) -> tuple[QDialogButtonBox, QPushButton]:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    buttons.rejected.connect(dialog.reject)
    ok = QPushButton(yes)
    ok.setProperty("primary", True)
    buttons.addButton(ok, QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
    return buttons, ok


def _stack(dialog: QDialog, *parts: QWidget) -> None:
    column = QVBoxLayout(dialog)
    column.setSpacing(14)
    for one in parts:
        column.addWidget(one)
    column.insertStretch(len(parts) - 1, 1)
    _fit(dialog)


def _fit(dialog: QDialog) -> None:
    """As high as its texts need at this width: wrapped ones do not say so by themselves."""
    layout = dialog.layout()
    if layout is not None:
        layout.activate()
        width = max(dialog.width(), WIDTH) if dialog.isVisible() else WIDTH
        height = max(layout.totalHeightForWidth(width), layout.totalSizeHint().height())
        dialog.resize(width, height)
