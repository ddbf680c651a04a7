"""An LDAP directory: its server, what to read of it, sign-in; tried before it is added."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.errors import ErrorCode, LocalRefusal, MelError
from mel_desktop.model.ldap import LdapLook
from mel_desktop.model.people import DirectorySource, LdapSettings
from mel_desktop.ui import figures
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.forms import form_of, muted, scrolled, stacked
from mel_desktop.ui.ldap_words import cut_words, profile_words
from mel_desktop.ui.notice import Notice, Tone
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme

MOST_PEM: Final = 1 << 20


class LdapDialog(QDialog):
    """Accepted by its button. With ``source``, what is set of it is changed."""

    def __init__(
        self,
        facade: Facade,
        bridge: Bridge,
        theme: Theme,
        parent: QWidget,
        source: DirectorySource | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._facade = facade
        self._bridge = bridge
        self._source = source
        self._ca_pem = ""
        self.notice = Notice(theme, self)
        self._make_fields()
        self._make_buttons()
        self._lay_out()
        if source is None:
            self.setWindowTitle(self.tr("Add an LDAP directory"))
        else:
            self.setWindowTitle(self.tr("Change an LDAP directory"))
            with self.notice.errors():
                self._take(facade.ldap.settings(source.id))
        self._on_edited()

    # -- what was entered --------------------------------------------------------------------------

    def settings(self) -> LdapSettings:
        """What was entered."""
        return LdapSettings(
            url=self.url.text().strip(),
            base=self.base.currentText().strip(),
            bind_dn=self.name.text().strip(),
            ca_pem=self._ca_pem,
            profile=self.profile.currentData(),
            photos=self.photos.isChecked(),
        )

    def password(self) -> Secret | None:
        """The password, if one was entered."""
        return Secret(self.password_field.text()) if self.password_field.text() else None

    # -- making ------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.url = QLineEdit()
        self.url.setPlaceholderText("ldaps://ldap.ac-academie.fr")
        self.base = NamedBox()
        self.base.setEditable(True)
        self.base.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.base.setMinimumContentsLength(20)
        line = self.base.lineEdit()
        assert line is not None
        line.setPlaceholderText("ou=personnels EN,ou=ac-academie,ou=education,o=gouv,c=fr")
        self.name = QLineEdit()
        self.name.setPlaceholderText("uid=…,ou=…,c=fr")
        self.password_field = QLineEdit()
        self.password_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.profile = NamedBox()
        for one in self._facade.ldap.profiles():
            self.profile.addItem(profile_words(one), one)
        self.photos = QCheckBox(self.tr("Fetch pi&ctures too"))
        self.authority = QLabel()
        self.authority.setTextFormat(Qt.TextFormat.PlainText)
        self.authority.setWordWrap(True)
        self.add_authority = QPushButton(self.tr("&Add a file…"))
        self.add_authority.clicked.connect(self._choose_authority)
        self._show_authority()
        self.outcome = QLabel()
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setWordWrap(True)
        self.outcome.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.outcome.setAccessibleName(self.tr("What the directory shows"))
        self.outcome.hide()
        for field in (self.url, self.name, self.password_field):
            field.textChanged.connect(self._on_edited)
        self.base.editTextChanged.connect(self._on_edited)

    def _make_buttons(self) -> None:
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        text = self.tr("Add and &read") if self._source is None else self.tr("Save and &read")
        self.ok.setText(text)
        self.ok.setProperty("primary", True)
        self.try_button = self._buttons.addButton(
            self.tr("&Try"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.try_button.clicked.connect(self.try_it)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        page = QWidget()
        form = form_of(page)
        secret_note = muted(self.tr("Leave it empty to keep the one that is stored."))
        secret_note.setVisible(self._source is not None)
        self._row(form, self.tr("&Server"), self.url)
        self._row(
            form, self.tr("&Base"), self.base,
            muted(self.tr("The part of the directory to read. Try offers those of the server.")),
        )  # fmt: skip
        self._row(
            form, self.tr("&Name"), self.name,
            muted(self.tr("Only where the directory asks for one, as a full name (DN).")),
        )  # fmt: skip
        self._row(form, self.tr("Pass&word"), self.password_field, secret_note)
        self._row(form, self.tr("&Kind"), self.profile)
        row = QWidget()
        side = QHBoxLayout(row)
        side.setContentsMargins(0, 0, 0, 0)
        side.addWidget(self.authority, 1)
        side.addWidget(self.add_authority)
        form.addRow(self.tr("School’s authority"), row)
        form.addRow("", self.photos)
        form.addRow(self.outcome)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(scrolled(page), 1)
        column.addWidget(self._buttons)
        self.resize(600, 520)

    def _row(self, form: QFormLayout, name: str, field: QWidget, *below: QWidget) -> None:
        label = QLabel(name)
        label.setBuddy(field)
        field.setAccessibleName(name.replace("&", ""))
        form.addRow(label, stacked(field, *below) if below else field)

    def _take(self, settings: LdapSettings) -> None:
        self.url.setText(settings.url)
        self.base.setEditText(settings.base)
        # Another server or base is another source: it is added, and this one removed.
        self.url.setReadOnly(True)
        self.base.setEnabled(False)
        self.name.setText(settings.bind_dn)
        self.profile.setCurrentIndex(max(0, self.profile.findData(settings.profile)))
        self.photos.setChecked(settings.photos)
        self._ca_pem = settings.ca_pem
        self._show_authority()

    # -- the authority -----------------------------------------------------------------------------

    def _choose_authority(self) -> None:
        dialog = QFileDialog(self, self.tr("The authority’s certificate"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Certificates (*.pem *.crt *.cer)"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(lambda name: self.add_authority_file(Path(name)))
        dialog.open()

    def add_authority_file(self, file: Path) -> None:
        """Trust the certificates of a PEM file for this directory."""
        with self.notice.errors():
            try:
                with file.open("rb") as opened:
                    octets = opened.read(MOST_PEM + 1)
                text = octets.decode("ascii")
            except (OSError, UnicodeDecodeError) as error:
                raise LocalRefusal(ErrorCode.BAD_FILE, kind="certificate") from error
            if len(octets) > MOST_PEM or "-----BEGIN CERTIFICATE-----" not in text:
                raise LocalRefusal(ErrorCode.BAD_FILE, kind="certificate")
            self._ca_pem = text
            self._show_authority()

    def _show_authority(self) -> None:
        count = self._ca_pem.count("-----BEGIN CERTIFICATE-----")
        self.authority.setText(
            self.tr("%n certificate(s) of a file", "", count) if count
            else self.tr("those of the system")
        )  # fmt: skip

    # -- trying ------------------------------------------------------------------------------------

    def try_it(self) -> None:
        """Look at the directory with what was entered; nothing is stored."""
        self.try_button.setEnabled(False)
        self.notice.say(self.tr("The directory is asked…"))
        settings, password = self.settings(), self.password()
        source = None if self._source is None else self._source.id

        def done(look: LdapLook) -> None:
            self._on_edited()
            self.notice.hide()
            self._show(look)

        def failed(error: MelError) -> None:
            self._on_edited()
            self.outcome.hide()
            self.notice.say_error(error)

        self._bridge.run(
            self,
            lambda: self._facade.ldap.look(settings, password, source),
            done=done,
            failed=failed,
        )

    def _show(self, look: LdapLook) -> None:
        chosen = self.base.currentText().strip() or look.base
        if self._source is None:
            self.base.clear()
            self.base.addItems(list(look.bases))
            self.base.setEditText(chosen)
        if look.count >= look.counted_up_to:
            count = self.tr("More than {count} entries").format(
                count=figures.count(look.counted_up_to)
            )
        else:
            count = self.tr("%n entry(ies)", "", look.count)
        words = [
            self.tr("{count}, such as: {names}.").format(count=count, names=", ".join(look.names))
            if look.names
            else f"{count}."
        ]
        if look.profile:
            words.append(self.tr("It looks like: {kind}.").format(kind=profile_words(look.profile)))
        words.append(
            self.tr("After the first time only changes are read.")
            if look.has_sync
            else self.tr(
                "After the first time only changes are read; who left is noticed within a week."
            )
        )
        words += [cut_words(one) for one in look.cuts]
        self.outcome.setText("\n".join(words))
        self.outcome.show()
        if look.cuts:
            self.notice.say(self.tr("The directory does not show all."), Tone.WARNING)

    def _on_edited(self) -> None:
        url = self.url.text().strip()
        right = url.startswith(("ldaps://", "ldap://")) and len(url) > len("ldaps://")
        # A base may come from the server: trying finds it.
        self.try_button.setEnabled(right)
        self.ok.setEnabled(right and bool(self.base.currentText().strip()))
