"""The report for a help desk: read as a whole before it is saved; parts can be left out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.doctor import Bundle
from mel_desktop.ui.flow_layout import FlowLayout
from mel_desktop.ui.notice import Notice
from mel_desktop.ui.theme import Theme

WIDTH: Final = 720
HEIGHT: Final = 560


class BundleDialog(QDialog):
    """What is shown is what is saved, word for word."""

    def __init__(self, facade: Facade, theme: Theme, bundle: Bundle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Report for the help desk"))
        self._facade = facade
        self._bundle = bundle
        self.notice = Notice(theme, self)
        explain = QLabel(
            self.tr(
                "This is all that the report holds. It names servers and codes; no address, no "
                "message, no name of a person and no password. Read it, leave out what you like, "
                "then save it. Nothing is sent."
            )
        )
        explain.setWordWrap(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("The report"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.parts: dict[str, QCheckBox] = {}
        ticks = QWidget()
        flow = FlowLayout(ticks, spacing=16)
        flow.setContentsMargins(0, 0, 0, 0)
        for part in bundle.parts:
            box = QCheckBox(self._title(part.name))
            box.setChecked(True)
            box.toggled.connect(self._show)
            flow.addWidget(box)
            self.parts[part.name] = box
        self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addWidget(explain)
        column.addWidget(ticks)
        column.addWidget(self.text, 1)
        column.addLayout(self._buttons)
        self.resize(WIDTH, HEIGHT)
        self._show()
        self.text.setFocus()

    def _make_buttons(self) -> None:
        self.save_button = QPushButton(self.tr("&Save…"))
        self.save_button.setProperty("primary", True)
        self.copy_button = QPushButton(self.tr("&Copy"))
        self.close_button = QPushButton(self.tr("C&lose"))
        self._buttons = row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button, call in (
            (self.copy_button, self._copy),
            (self.save_button, self._choose),
            (self.close_button, self.close),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(call)
            row.addWidget(button)

    def _title(self, name: str) -> str:
        return {
            "checks": self.tr("C&hecks"),
            "accounts": self.tr("S&ervers of the accounts"),
            "work": self.tr("&Waiting work"),
            "policies": self.tr("&Policies"),
            "trace": self.tr("&Dialogue with the servers"),
        }.get(name, name)

    def chosen(self) -> frozenset[str]:
        """Names of the parts that are ticked."""
        return frozenset(name for name, box in self.parts.items() if box.isChecked())

    def _show(self) -> None:
        chosen = self.chosen()
        self.text.setPlainText(self._bundle.text(chosen))
        self.save_button.setEnabled(bool(chosen))
        self.copy_button.setEnabled(bool(chosen))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Save the report"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Text (*.txt)"), self.tr("Archive (*.zip)")])
        dialog.setDefaultSuffix("txt")
        dialog.selectFile("mel-desktop.txt")
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()

    def save(self, target: Path) -> None:
        """Write the parts that are ticked."""
        with self.notice.errors():
            self._facade.checkup.save_bundle(self._bundle, target, self.chosen())
            self.notice.say(self.tr("Saved: {file}").format(file=target.name))
