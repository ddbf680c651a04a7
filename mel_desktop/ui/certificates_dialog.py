"""Own certificates for S/MIME: imported from a file, chosen for an address, removed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import Secret
from mel_desktop.model.smime import OwnCertificate, OwnCertificateId
from mel_desktop.ui import figures
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.question import Question, ask
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class CertificatesDialog(QDialog):
    """Each change holds at once."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("My certificates (S/MIME)"))
        self._facade = facade
        self.notice = Notice(theme, self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("My certificates"))
        self.list.setWordWrap(True)
        self.list.setMinimumHeight(120)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add = QPushButton(self.tr("&Import a file…"))
        self.add.clicked.connect(self._choose_file)
        self.remove = QPushButton(self.tr("&Remove…"))
        self.remove.clicked.connect(self._ask_remove)
        self.address, self.chosen = NamedBox(), NamedBox()
        self.address.setAccessibleName(self.tr("Address"))
        self.chosen.setAccessibleName(self.tr("Signs with"))
        for box in (self.address, self.chosen):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(18)
        self._lay_out()
        self._read()
        self.list.currentRowChanged.connect(self._show_remove)
        self.address.currentIndexChanged.connect(self._show_chosen)
        self.chosen.activated.connect(self._choose)

    def _lay_out(self) -> None:
        about = QLabel(
            self.tr(
                "A certificate lets you sign messages, and read those that are encrypted for you. "
                "Your académie or an authority hands it out as a .p12 or .pfx file. Its key is "
                "kept encrypted on this PC. Removed here, it opens your encrypted messages no more."
            )
        )
        about.setWordWrap(True)
        about.setProperty("muted", True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        form = QFormLayout()
        form.addRow(self.tr("&Address"), self.address)
        form.addRow(self.tr("&Signs with"), self.chosen)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(about)
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        column.addLayout(form)
        column.addWidget(close)
        self.resize(620, 460)

    # -- what is there -----------------------------------------------------------------------------

    def _read(self) -> None:
        every: tuple[OwnCertificate, ...] = ()
        addresses: list[str] = []
        with self.notice.errors():
            every = self._facade.smime.own()
            found = self._facade.letters.everyone()
            addresses = [one.address for _, ours in found for one in ours]
        self.list.clear()
        self.chosen.clear()
        self.chosen.addItem(self.tr("The newest for this address"), None)
        for one in every:
            item = QListWidgetItem(self._words(one))
            item.setData(Qt.ItemDataRole.UserRole, one.id)
            self.list.addItem(item)
            if one.can_sign:
                day = figures.plain_date(one.not_after)
                self.chosen.addItem(f"{one.name} ({one.authority}, {day})", one.id)
        if not self.address.count():
            self.address.addItems(list(dict.fromkeys(addresses)))
        self.list.setCurrentRow(0 if every else -1)
        self._show_remove()
        self._show_chosen()

    def _words(self, one: OwnCertificate) -> str:
        until = figures.plain_date(one.not_after)
        text = self.tr("{name} <{address}>\nFrom {authority}, until {day}").format(
            name=one.name, address=", ".join(one.addresses), authority=one.authority, day=until
        )
        if not one.can_decrypt:
            text += "\n" + self.tr("For signing only: others cannot encrypt to it.")
        if one.not_after < figures.now():
            text += "\n" + self.tr("No more in force: it only opens old messages.")
        return text

    def _show_remove(self) -> None:
        self.remove.setEnabled(self.list.currentRow() >= 0)

    def _show_chosen(self) -> None:
        with self.notice.errors():
            kept = self._facade.smime.chosen(self.address.currentText())
            self.chosen.setCurrentIndex(max(0, self.chosen.findData(kept)))

    def _choose(self) -> None:
        found = self.chosen.currentData()
        wanted = None if found is None else OwnCertificateId(int(found))
        with self.notice.errors():
            self._facade.smime.choose(self.address.currentText(), wanted)

    # -- import and removal ------------------------------------------------------------------------

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Import a certificate"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Certificates with their key (*.p12 *.pfx)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.ask_passphrase(Path(name)))
        dialog.open()

    def ask_passphrase(self, path: Path) -> QInputDialog:
        """Then the file is imported."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Import a certificate"))
        dialog.setLabelText(self.tr("Passphrase of the file:"))
        dialog.setTextEchoMode(QLineEdit.EchoMode.Password)
        dialog.textValueSelected.connect(lambda typed: self.import_file(path, typed))
        dialog.open()
        return dialog

    def import_file(self, path: Path, typed: str) -> None:
        """Into the vault; what is wrong is said."""
        with self.notice.errors():
            made = self._facade.smime.import_file(path, Secret(typed))
            self._read()
            self.notice.say(
                self.tr("The certificate of {name} was imported. You may now delete the file, or "
                        "keep it in a safe place.").format(name=made.name)
            )  # fmt: skip

    def _ask_remove(self) -> None:
        if self.list.currentRow() < 0:
            return
        item = self.list.currentItem()
        wanted = OwnCertificateId(int(item.data(Qt.ItemDataRole.UserRole)))
        question = Question(
            title=self.tr("Remove a certificate"),
            text=self.tr(
                "Remove this certificate and its key? Messages that are encrypted for it and not "
                "opened yet can be read here no more, unless you import it again."
            ),
            yes=self.tr("Remove"),
            no=self.tr("Keep"),
        )
        ask(self, question, lambda: self._remove(wanted))

    def _remove(self, wanted: OwnCertificateId) -> None:
        with self.notice.errors():
            self._facade.smime.remove(wanted)
            self._read()
