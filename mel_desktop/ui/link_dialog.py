"""A link of a message is opened after a clear look at where it leads."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from mel_desktop.app import trust_words
from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.mail import ReadMessage
from mel_desktop.model.trust import LinkLook
from mel_desktop.ui.language import current

MOST_SHOWN = 600


def open_link(
    parent: QWidget, facade: Facade, target: str, message: ReadMessage | None = None
) -> LinkDialog | None:
    """Show where a link leads, then open it; at once where the person chose so for an honest site.

    None: it was opened without a question.
    """
    look = facade.trust.link(target, message)
    if look.is_remembered:
        QDesktopServices.openUrl(QUrl(target))
        return None
    dialog = LinkDialog(facade, look, parent)
    dialog.open()
    return dialog


class LinkDialog(QDialog):
    """The host big, the domain that one owner has in bold, the rest small; what is odd about it."""

    def __init__(self, facade: Facade, look: LinkLook, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Open a link"))
        self._facade = facade
        self._look = look
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(QLabel(self.tr("This link leads to the site:")))
        self.host = QLabel()
        self.host.setTextFormat(Qt.TextFormat.RichText)
        self.host.setWordWrap(True)
        self.host.setText(_marked(look.host or look.leads[:80], look.domain))
        self.host.setAccessibleName(look.host)
        font = self.host.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self.host.setFont(font)
        column.addWidget(self.host)
        shown = look.leads if len(look.leads) <= MOST_SHOWN else look.leads[:MOST_SHOWN] + "…"
        self.address = QLabel("\u200b".join(_pieces(shown)))
        self.address.setTextFormat(Qt.TextFormat.PlainText)
        self.address.setWordWrap(True)
        self.address.setProperty("muted", True)
        self.address.setAccessibleName(shown)
        column.addWidget(self.address)
        self.warnings: list[QLabel] = []
        for finding in look.findings:
            words = f"{trust_words.head(finding.severity, current())} – "
            label = QLabel(words + trust_words.told(finding, current()))
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setProperty("tone", "danger")
            font = label.font()
            font.setWeight(font.Weight.DemiBold)
            label.setFont(font)
            self.warnings.append(label)
            column.addWidget(label)
        self.remember = QCheckBox(
            self.tr("&Do not ask again for {site}").format(site=look.domain.replace("&", "&&"))
        )
        self.remember.setAccessibleName(self.remember.text().replace("&", ""))
        self.remember.setVisible(look.may_remember)
        column.addWidget(self.remember)
        column.addStretch(1)
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.go = buttons.addButton(self.tr("&Open in the browser"), role.AcceptRole)
        self.copy = buttons.addButton(self.tr("&Copy the address"), role.ActionRole)
        self.stay = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.go.setAutoDefault(False)
        self.stay.setDefault(True)
        self.go.clicked.connect(self._open)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(look.target))
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(560, 220)
        self.stay.setFocus()

    def _open(self) -> None:
        if self.remember.isChecked() and self._look.may_remember:
            try:
                self._facade.trust.remember_site(self._look)
            except MelError:
                self.remember.setChecked(False)  # asked again next time
        QDesktopServices.openUrl(QUrl(self._look.target))
        self.accept()


def _marked(host: str, domain: str) -> str:
    safe, owned = _plain(host), _plain(domain)
    if owned and safe.endswith(owned):
        return f"{safe[: len(safe) - len(owned)]}<b>{owned}</b>"
    return f"<b>{safe}</b>"


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _pieces(text: str) -> list[str]:
    return [text[at : at + 24] for at in range(0, len(text), 24)]
