"""Identities of every account: name, address, where answers go, and how each signs."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.accounts import AccountId
from mel_desktop.model.identities import (
    UNSTORED,
    EnvelopeSender,
    Identity,
    IdentityKind,
    Signature,
)
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.spoken import NamedBox
from mel_desktop.ui.theme import Theme


class IdentitiesDialog(QDialog):
    """Each is saved by its button; open composers keep what they show."""

    def __init__(self, facade: Facade, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Identities and signatures"))
        self._facade = facade
        self._every: list[Identity] = []
        self.notice = Notice(theme, self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Identities"))
        self._make_fields()
        self._lay_out()
        self.list.currentRowChanged.connect(self._show)
        self._read(0)

    def _make_fields(self) -> None:
        self.name, self.address = QLineEdit(), QLineEdit()
        self.reply_to, self.organisation = QLineEdit(), QLineEdit()
        self.kind = NamedBox()
        self.kind.addItem(self.tr("Another address of mine"), IdentityKind.ALIAS)
        self.kind.addItem(self.tr("Functional box"), IdentityKind.BOX)
        self.kind.addItem(self.tr("The address of the account"), IdentityKind.OWN)
        self.envelope = NamedBox()
        self.envelope.addItem(self.tr("This address"), EnvelopeSender.IDENTITY)
        self.envelope.addItem(self.tr("The address of the account"), EnvelopeSender.ACCOUNT)
        self.sent = NamedBox()
        self.sent.setToolTip(self.tr("Copies of what the functional box sends are filed there"))
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.is_default = QCheckBox(self.tr("&New messages begin with it"))
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.html = QPlainTextEdit()
        self.html.setTabChangesFocus(True)
        self.html.setPlaceholderText(self.tr("Simple HTML; empty: the text is used"))
        self.preview = QTextBrowser()
        self.preview.setOpenLinks(False)
        self.preview.setAccessibleName(self.tr("Preview of the signature"))
        for box in (self.text, self.html, self.preview):
            box.setMinimumHeight(56)
        self.text.textChanged.connect(self._show_signature)
        self.html.textChanged.connect(self._show_signature)
        self.add = QPushButton(self.tr("&Add"))
        self.add.clicked.connect(self._add)
        self.remove = QPushButton(self.tr("&Remove"))
        self.remove.clicked.connect(self._remove)

    def _lay_out(self) -> None:
        sheet = QWidget()
        form = QFormLayout(sheet)
        form.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()  # twice as large, the fields do not fit a small screen
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(sheet)
        for name, field in (
            (self.tr("&Kind"), self.kind),
            (self.tr("Na&me"), self.name),
            (self.tr("A&ddress"), self.address),
            (self.tr("Answers &to"), self.reply_to),
            (self.tr("&Organisation"), self.organisation),
            (self.tr("&Envelope"), self.envelope),
            (self.tr("Copies &in"), self.sent),
            (self.tr("Signature, te&xt"), self.text),
            (self.tr("Signature, &HTML"), self.html),
            (self.tr("Preview"), self.preview),
        ):
            form.addRow(name, field)
            if not field.accessibleName():
                field.setAccessibleName(name.replace("&", ""))
        form.addRow("", self.is_default)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.add)
        left.addWidget(self.remove)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addLayout(left, 2)
        row.addWidget(area, 4)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Close
        )
        self.save_button = buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save_button.setProperty("primary", True)
        self.save_button.clicked.connect(self.save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addLayout(row, 1)
        column.addWidget(buttons)
        self.resize(860, 560)

    def _read(self, place: int) -> None:
        with self.notice.errors():
            found = self._facade.letters.everyone()
            self._every = [one for _, ours in found for one in ours]
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([one.address for one in self._every])
        self.list.blockSignals(False)
        self.list.setCurrentRow(min(place, len(self._every) - 1))
        self._show()

    def _current(self) -> Identity | None:
        place = self.list.currentRow()
        return self._every[place] if 0 <= place < len(self._every) else None

    def _show(self) -> None:
        one = self._current()
        if one is None:
            return
        is_own = one.kind is IdentityKind.OWN
        self.name.setText(one.name)
        self.address.setText(one.address)
        self.address.setReadOnly(is_own)
        self.kind.setEnabled(not is_own)
        self.kind.setCurrentIndex(self.kind.findData(one.kind))
        self.reply_to.setText(one.reply_to)
        self.organisation.setText(one.organisation)
        self.envelope.setCurrentIndex(self.envelope.findData(one.envelope))
        self.envelope.setEnabled(not is_own)
        self._show_folders(one)
        self.is_default.setChecked(one.is_default)
        self.text.setPlainText(one.signature.text)
        self.html.setPlainText(one.signature.html)
        self.remove.setEnabled(not is_own)

    def _show_folders(self, one: Identity) -> None:
        """Folders of the account, those of shared mailboxes too; a lost one stays to be seen."""
        self.sent.clear()
        self.sent.addItem(self.tr("Sent of the account"), "")
        with self.notice.errors():
            for folder in self._facade.folders(one.account):
                if folder.selectable and not folder.local:
                    self.sent.addItem(folder.path, folder.path)
        if one.sent_folder and self.sent.findData(one.sent_folder) < 0:
            lost = self.tr("{folder} (not there any more)").format(folder=one.sent_folder)
            self.sent.addItem(lost, one.sent_folder)
        self.sent.setCurrentIndex(max(0, self.sent.findData(one.sent_folder)))
        self._on_kind()

    def _on_kind(self) -> None:
        self.sent.setEnabled(self.kind.currentData() is IdentityKind.BOX)

    def _show_signature(self) -> None:
        html = self.html.toPlainText()
        if html.strip():
            self.preview.setHtml(self._facade.letters.safe_html(html))
        else:
            self.preview.setPlainText(self.text.toPlainText())

    def save(self) -> None:
        """Keep the identity that is shown."""
        one, place = self._current(), self.list.currentRow()
        if one is None:
            return
        html, text = self.html.toPlainText().strip(), self.text.toPlainText().rstrip()
        with self.notice.errors():
            self._facade.letters.save_identity(
                replace(
                    one,
                    kind=self.kind.currentData() if self.kind.isEnabled() else one.kind,
                    name=self.name.text().strip(),
                    address=self.address.text().strip(),
                    reply_to=self.reply_to.text().strip(),
                    organisation=self.organisation.text().strip(),
                    envelope=self.envelope.currentData(),
                    signature=Signature(text or self._facade.letters.text_of(html).strip(), html),
                    is_default=self.is_default.isChecked(),
                    sent_folder=self.sent.currentData() if self.sent.isEnabled() else "",
                )
            )
            self._read(place)
            self.notice.say(self.tr("Saved."))

    def _add(self) -> None:
        one = self._current()
        if one is None:
            return
        self._every.append(
            Identity(UNSTORED, AccountId(one.account), IdentityKind.ALIAS, one.name, "")
        )
        self.list.addItem(self.tr("New identity"))
        self.list.setCurrentRow(len(self._every) - 1)
        self.address.setFocus()

    def _remove(self) -> None:
        one = self._current()
        if one is not None and one.kind is not IdentityKind.OWN:
            with self.notice.errors():
                self._facade.letters.delete_identity(one)
                self._read(0)
