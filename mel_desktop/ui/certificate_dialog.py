"""What the servers of an account show, what differs from last time, and whom to ask.

There is no button that lets a certificate through: only IT may, by its fingerprint.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.model.certificates import Certificate, CertificateView
from mel_desktop.model.errors import ErrorCode
from mel_desktop.ui import figures, wording


class CertificateDialog(QDialog):
    """One block a server; what differs is marked."""

    def __init__(self, views: Sequence[CertificateView], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Certificates of the servers"))
        self._views = tuple(one for one in views if one.now is not None or one.code)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(18)
        for view in self._views:
            column.addWidget(self._block(view))
        if not self._views:
            column.addWidget(_label(self.tr("No server was reached yet.")))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName(self.windowTitle())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton(
            self.tr("&Copy for the help desk"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copy.clicked.connect(self._copy)
        self.copy.setEnabled(bool(self._views))
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addWidget(area, 1)
        whole.addWidget(buttons)
        self.resize(820, 460)

    def _block(self, view: CertificateView) -> QWidget:
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        title = _label(f"{view.host}:{view.port}")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        grid.addWidget(title, 0, 0, 1, 3)
        grid.addWidget(_label(self.verdict(view)), 1, 0, 1, 3)
        now, before = self._cells(view.now), self._cells(view.before)
        both = view.before is not None and view.now != view.before
        grid.addWidget(_label(self.tr("Now")), 2, 1)
        if both:
            grid.addWidget(_label(self.tr("Last time, when all was well")), 2, 2)
        names = (
            ("issuer", self.tr("Signed by")),
            ("validity", self.tr("Valid")),
            ("key", self.tr("Key (SHA-256)")),
            ("", self.tr("Fingerprint (SHA-256)")),
        )
        for number, (what, name) in enumerate(names):
            mark = "≠ " if what and what in view.differs else ""
            grid.addWidget(_label(mark + name), number + 3, 0)
            grid.addWidget(_label(now[number], fixed=number > 1), number + 3, 1)
            if both:
                grid.addWidget(_label(before[number], fixed=number > 1), number + 3, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return block

    def verdict(self, view: CertificateView) -> str:
        """What is wrong and whom to ask, or that all is well."""
        if view.allowed:
            return self.tr("Your IT department lets this very certificate through.")
        code = wording.known_code(view.code) if view.code else None
        if code is None:
            return self.tr("Recognised by this PC.")
        issuer = view.now.issuer if view.now is not None else ""
        said = wording.of_code(code, {"issuer": issuer} if issuer else None)
        if code is ErrorCode.CERTIFICATE_INSPECTED:
            return str(said)
        whom = self.tr(
            "Mel cannot let it through. Ask the IT department of the school or the académie, and"
            " give them the fingerprint."
        )
        return f"{said.text} {whom}"

    @staticmethod
    def _cells(one: Certificate | None) -> tuple[str, str, str, str]:
        if one is None:
            return ("–",) * 4
        issuer = one.issuer
        if one.organisation and one.organisation != one.issuer:
            issuer += f" ({one.organisation})"
        days = f"{figures.plain_date(one.not_before)} – {figures.plain_date(one.not_after)}"
        return issuer, days, _folded(one.key), _folded(one.fingerprint)

    def _copy(self) -> None:
        lines = []
        for view in self._views:
            lines += [f"{view.host}:{view.port}", self.verdict(view)]
            for name, one in ((self.tr("Now"), view.now), (self.tr("Before"), view.before)):
                if one is not None:
                    lines.append(f"{name}: {one.issuer} ({one.organisation})"
                                 f" {one.not_before:%Y-%m-%d} {one.not_after:%Y-%m-%d}"
                                 f" SHA-256 {one.fingerprint}")  # fmt: skip
        QGuiApplication.clipboard().setText("\n".join(lines))


def _folded(digits: str) -> str:
    """64 digits on four lines, in groups that an eye can compare."""
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return "\n".join(" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)).upper()


def _label(text: str, *, fixed: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(not fixed)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    if fixed:
        font = label.font()
        font.setFamilies(["DejaVu Sans Mono", "Consolas", "Menlo", "monospace"])
        label.setFont(font)
    return label
