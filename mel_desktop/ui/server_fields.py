"""Name, port and security of one server: found or typed, who says it, and what else there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.accounts import Endpoint, Security
from mel_desktop.model.discovery import Answer, Candidate, Origin
from mel_desktop.ui import server_words
from mel_desktop.ui.forms import muted
from mel_desktop.ui.spoken import NamedBox

PORTS: Final = {
    ("imap", Security.TLS): 993,
    ("imap", Security.STARTTLS): 143,
    ("smtp", Security.TLS): 465,
    ("smtp", Security.STARTTLS): 587,
}
SECURITY: Final = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS"}


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
    """One server. What a person typed is never overwritten by what is found later."""

    edited = Signal()
    wanted = Signal(object)  # Candidate: chosen among the others

    def __init__(self, kind: str, title: str, example: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._filled: Endpoint | None = None
        self.candidate: Candidate | None = None
        self.host = QLineEdit()
        self.host.setPlaceholderText(example)
        self.host.setAccessibleName(self.tr("{title}: name").format(title=title))
        self.security = NamedBox()
        self.security.setAccessibleName(self.tr("{title}: security").format(title=title))
        for security, words in SECURITY.items():
            self.security.addItem(words, security)
        self.port = PortField()
        self.port.setAccessibleName(self.tr("{title}: port").format(title=title))
        self.port.setValue(PORTS[kind, Security.TLS])
        self.origin = muted()
        self.others = QPushButton(self.tr("Other servers"))
        self.others.setAccessibleName(self.tr("{title}: other servers found").format(title=title))
        self.others.setToolTip(self.others.accessibleName())
        self.menu = QMenu(self)
        self.others.setMenu(self.menu)
        self._lay_out()
        self.security.currentIndexChanged.connect(self._on_security)
        for field in (self.host, self.port):
            field.textChanged.connect(self._on_edited)
        self.setFocusProxy(self.host)
        self._say_origin()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.host, 1)
        row.addWidget(self.security)
        row.addWidget(self.port)
        below = QHBoxLayout()
        below.addWidget(self.origin, 1)
        below.addWidget(self.others)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(below)

    def endpoint(self) -> Endpoint:
        """The server entered."""
        return Endpoint(
            self.host.text().strip(), self.port.value(), Security(self.security.currentData())
        )

    def is_ready(self) -> bool:
        """Whether a name is there."""
        host = self.host.text().strip()
        return bool(host) and " " not in host and "/" not in host and self.port.value() > 0

    @property
    def is_own(self) -> bool:
        """Whether a person typed what is here now."""
        return bool(self.host.text().strip()) and self.endpoint() != self._filled

    def fill(self, one: Candidate) -> None:
        """Show a server that was found."""
        self._filled = one.endpoint
        self.candidate = one
        self.host.setText(one.endpoint.host)
        self.security.setCurrentIndex(self.security.findData(one.endpoint.security))
        self.port.setValue(one.endpoint.port)
        self.host.setCursorPosition(0)
        self._say_origin()

    def clear_found(self) -> None:
        """Empty it, unless a person typed it."""
        if not self.is_own:
            self._filled = None
            self.candidate = None
            self.host.clear()
            self._say_origin()

    def offer(self, candidates: Sequence[Candidate]) -> None:
        """Other servers that may be the right one; a usual name only where it answers."""
        self.menu.clear()
        if self.candidate is not None:  # its probe may have ended meanwhile
            same = [one for one in candidates if one.endpoint == self.candidate.endpoint]
            self.candidate = same[0] if same else self.candidate
        for one in candidates:
            is_idle = one.origin is Origin.PROBING and one.answer is not Answer.AGREED
            if is_idle or one.endpoint == self.endpoint():
                continue
            place = f"{one.endpoint.host}:{one.endpoint.port} {SECURITY[one.endpoint.security]}"
            action = self.menu.addAction(f"{place} — {server_words.of_candidate(one)}")
            action.triggered.connect(lambda _=False, one=one: self.wanted.emit(one))
        self.others.setVisible(not self.menu.isEmpty())
        self._say_origin()

    def _say_origin(self) -> None:
        if self.is_own:
            words = self.tr("Typed by you")
        elif self.candidate is not None and self.host.text().strip():
            words = server_words.of_candidate(self.candidate)
        else:
            words = ""
        self.origin.setText(words)
        source = self.candidate.source if self.candidate is not None and not self.is_own else ""
        self.origin.setToolTip(source)
        self.host.setAccessibleDescription(words)
        self.others.setVisible(not self.menu.isEmpty())

    def _on_edited(self) -> None:
        self._say_origin()
        self.edited.emit()

    def _on_security(self) -> None:
        if self.port.value() in PORTS.values():
            self.port.setValue(PORTS[self._kind, Security(self.security.currentData())])
        self._on_edited()
