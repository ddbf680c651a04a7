"""The recovery code on screen, once: to be written down, printed, or copied for half a minute."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.ui.secret_clipboard import SecretClipboard


class RecoveryPage(QWidget):
    """Shows a code until ``forget`` is called."""

    ready_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ""
        self.clipboard = SecretClipboard(self)
        text = QLabel(
            self.tr(
                "Write this recovery code down, or print it, and keep it away from this PC. It "
                "opens the vault when the passphrase or the session is lost. It is shown only now."
            )
        )
        text.setWordWrap(True)
        self.code = QLineEdit()
        self.code.setReadOnly(True)
        self.code.setAccessibleName(self.tr("Recovery code"))
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        copied = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        copied.setPointSizeF(self.code.font().pointSizeF() * 1.2)  # it is copied letter by letter
        self.code.setFont(copied)
        self.print = QPushButton(self.tr("&Print…"))
        self.print.setAccessibleName(self.tr("Print the recovery code"))
        self.print.clicked.connect(self._choose_printer)
        self.copy = QPushButton(self.tr("&Copy"))
        self.copy.setAccessibleName(self.tr("Copy the recovery code"))
        self.copy.clicked.connect(self._on_copy)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setProperty("muted", True)
        self.written = QCheckBox(self.tr("I have &written it down or printed it"))
        self.written.toggled.connect(self.ready_changed)
        row = QHBoxLayout()
        row.addWidget(self.print)
        row.addWidget(self.copy)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(text)
        column.addWidget(self.code)
        column.addLayout(row)
        column.addWidget(self.said)
        column.addWidget(self.written)
        column.addStretch(1)

    def show_code(self, code: str, label: str) -> None:
        """``label``: of the vault, for the paper."""
        self._label = label
        self.code.setText(code)
        self.clipboard.watch(code)
        self.written.setChecked(False)
        # without a printer the dialog would only offer a file: a secret on the disk
        has_printer = bool(QPrinterInfo.availablePrinterNames())
        self.print.setEnabled(has_printer)
        self.said.setText("" if has_printer else self.tr("No printer is set up on this PC."))

    def forget(self) -> None:
        """The code leaves the screen, and the clipboard if it is there."""
        self.clipboard.clear()
        self.code.clear()

    def print_on(self, printer: QPrinter) -> None:
        """One page: the code, and what it is for."""
        document = QTextDocument()
        document.setDefaultFont(self.font())
        document.setPlainText(
            "\n\n".join(
                (
                    self.tr("Mel Desktop – recovery code"),
                    *((self.tr("Vault: {label}").format(label=self._label),) * bool(self._label)),
                    self.code.text(),
                    self.tr(
                        "Whoever has this paper can read the vault. Keep it locked away, not "
                        "beside the PC. To use it: “I have lost it: use the recovery code”."
                    ),
                )
            )
        )
        document.print_(printer)

    def _choose_printer(self) -> None:
        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
        dialog.accepted.connect(lambda: self.print_on(printer))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def _on_copy(self) -> None:
        self.clipboard.copy(self.code.text())
        self.said.setText(self.tr("Copied. The clipboard is cleared in 30 seconds."))
