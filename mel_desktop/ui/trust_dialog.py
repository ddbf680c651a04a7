"""All about the trust in a message: the true sender, what was found, the servers on its way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app import trust_words
from mel_desktop.model.mail import ReadMessage
from mel_desktop.model.trust import Finding, Severity, Shield
from mel_desktop.ui.language import current
from mel_desktop.ui.theme import Theme

ICON = 20


class TrustDialog(QDialog):
    """Read only; everything of strangers is plain text."""

    def __init__(self, message: ReadMessage, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Trust in this message"))
        self._theme = theme
        shield = message.shield or Shield()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(6)
        column.addWidget(_heading(self.tr("Sender")))
        column.addWidget(_text(message.sender.name or self.tr("(no name)")))
        column.addWidget(_text(message.sender.address, strong=True))
        if shield.is_own:
            column.addWidget(_text(self.tr("You wrote this message yourself.")))
        else:
            self._add_findings(column, shield)
            self._add_way(column, shield)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(10)
        whole.addWidget(area, 1)
        whole.addWidget(buttons)
        self.resize(600, 480)

    def texts(self) -> list[str]:
        """Every sentence shown, top to bottom."""
        return [one.text() for one in self.findChildren(QLabel) if one.text()]

    def _add_findings(self, column: QVBoxLayout, shield: Shield) -> None:
        column.addWidget(_heading(self.tr("What was found")))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(10)
        for row, finding in enumerate(shield.findings):
            grid.addWidget(self._sign(finding), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_text(_sentence(finding)), row, 1)
        column.addLayout(grid)
        said = trust_words.server_said(shield.authentication, current())
        if said:
            column.addWidget(_text(said, muted=True))

    def _add_way(self, column: QVBoxLayout, shield: Shield) -> None:
        if not shield.way:
            return
        column.addWidget(_heading(self.tr("Way of the message, from the sender to you")))
        for number, hop in enumerate(shield.way, 1):
            giver, taker = hop.giver or "?", hop.taker or "?"
            line = f"{number}. {giver} → {taker}"
            if hop.is_own:
                line += " " + self.tr("(your provider)")
            column.addWidget(_text(line, muted=True))

    def _sign(self, finding: Finding) -> QLabel:
        tones = self._theme.tones
        colours = {
            Severity.CALM: ("info", tones.info),
            Severity.LOOK: ("warning", tones.warning),
            Severity.DANGER: ("warning", tones.danger),
        }
        name, colour = colours[finding.severity]
        sign = QLabel()
        sign.setAccessibleName(trust_words.head(finding.severity, current()))
        sign.setPixmap(
            self._theme.icons.pixmap(name, ICON, self.devicePixelRatioF(), QColor(colour))
        )
        return sign


def _sentence(finding: Finding) -> str:
    language = current()
    return f"{trust_words.head(finding.severity, language)} – {trust_words.told(finding, language)}"


def _heading(words: str) -> QLabel:
    label = _text(words, strong=True)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.15)
    label.setFont(font)
    label.setContentsMargins(0, 8, 0, 0)
    return label


def _text(words: str, *, strong: bool = False, muted: bool = False) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    if strong:
        font = label.font()
        font.setWeight(font.Weight.DemiBold)
        label.setFont(font)
    label.setProperty("muted", muted)
    return label
