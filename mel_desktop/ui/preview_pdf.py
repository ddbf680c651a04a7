"""A PDF page by page: drawn in the process that takes documents apart, searched, copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from mel_desktop.app.facade import Facade
from mel_desktop.model.errors import MelError
from mel_desktop.model.previews import PdfPage
from mel_desktop.ui.attachments_files import FileOf
from mel_desktop.ui.bridge import Bridge
from mel_desktop.ui.clear_button import add_clear_button
from mel_desktop.ui.forms import inset
from mel_desktop.ui.preview_parts import STEP, Canvas, tool
from mel_desktop.ui.theme import Theme

LEAST, MOST = 0.25, 5.0  # of the width that fits
PAUSE_MS: Final = 150
MARK: Final = QColor(255, 200, 0, 110)


class PdfView(QWidget):
    """One page at a time, as wide as the window at first."""

    failed = Signal()  # it cannot be read at all
    shown = Signal()

    def __init__(self, facade: Facade, bridge: Bridge, theme: Theme) -> None:
        super().__init__()
        self._facade = facade
        self._bridge = bridge
        self._file: FileOf | None = None
        self._page: PdfPage | None = None
        self._wanted = 0
        self._zoom = 1.0
        self._asked = 0
        self._words = ""
        self._hits: tuple[int, ...] = ()
        self.canvas = Canvas(self.tr("Page"))
        self.canvas.zoom_asked.connect(self.zoom)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE_MS)
        self._later.timeout.connect(self._ask)
        self.canvas.resized.connect(self._later.start)
        self.number = QSpinBox()
        inset(self.number)
        self.number.setAccessibleName(self.tr("Page"))
        self.number.setMinimum(1)
        self.number.setKeyboardTracking(False)
        self.number.valueChanged.connect(lambda value: self.go(value - 1))
        self.total = QLabel()
        self.total.setProperty("muted", True)
        self.query = QLineEdit()
        self.query.setPlaceholderText(self.tr("Search in the document…"))
        self.query.setAccessibleName(self.tr("Search in the document"))
        add_clear_button(self.query)
        self.query.setMaximumWidth(240)
        self.query.returnPressed.connect(self.find_next)
        self.query.textChanged.connect(self._on_typed)
        self.said = QLabel()
        self.said.setProperty("muted", True)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(6)
        back = tool(theme, "page-up", self.tr("Page before"), "PgUp")
        on = tool(theme, "page-down", self.tr("Next page"), "PgDown")
        back.clicked.connect(lambda: self.go(self._wanted - 1))
        on.clicked.connect(lambda: self.go(self._wanted + 1))
        for widget in (back, on, self.number, self.total, self.query, self.said):
            row.addWidget(widget)
        row.addStretch(1)
        self.copy = QPushButton(self.tr("Copy the text"))
        self.copy.setAccessibleName(self.tr("Copy the text of this page"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy_text)
        row.addWidget(self.copy)
        buttons: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
            ("zoom-out", self.tr("Smaller"), "Ctrl+-", lambda: self.zoom(1 / STEP)),
            ("zoom-in", self.tr("Larger"), "Ctrl++", lambda: self.zoom(STEP)),
        )
        for icon, words, key, call in buttons:
            button = tool(theme, icon, words, key)
            button.clicked.connect(call)
            row.addWidget(button)
        fit = QPushButton(self.tr("Fit"))
        fit.setAccessibleName(self.tr("Fit to the window"))
        fit.setShortcut("Ctrl+0")
        fit.setAutoDefault(False)
        fit.clicked.connect(lambda: self.zoom(1 / self._zoom))
        row.addWidget(fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addLayout(row)

    @property
    def page(self) -> PdfPage | None:
        """What is drawn."""
        return self._page

    def show_file(self, file: FileOf | None) -> None:
        """Another document, from its first page; None: nothing more is drawn."""
        self._file, self._page, self._wanted, self._zoom = file, None, 0, 1.0
        self._asked += 1
        self._later.stop()
        self.query.clear()
        self.canvas.show_pixmap(QPixmap())
        self.total.clear()
        if file is not None:
            self._later.start()

    def go(self, number: int) -> None:
        """A page, from 0; beyond the ends nothing happens."""
        if self._page is None or not 0 <= number < self._page.pages or number == self._wanted:
            return
        self._wanted = number
        self.number.setValue(number + 1)
        self._ask()

    def zoom(self, factor: float) -> None:
        """Larger or smaller."""
        self._zoom = min(MOST, max(LEAST, self._zoom * factor))
        self._later.start()

    def find_next(self) -> None:
        """The next page that has the words, from the first one again after the last."""
        words = self.query.text().strip()
        if self._file is None or not words:
            return
        if words == self._words:
            self._go_on()
            return
        file = self._file

        def done(found: tuple[int, ...]) -> None:
            if file is not self._file or words != self.query.text().strip():
                return
            self._words, self._hits = words, found
            self.said.setText(
                self.tr("on %n page(s)", "", len(found)) if found else self.tr("not found")
            )
            at_or_after = [one for one in found if one >= self._wanted]
            if found:
                self._show_hit((at_or_after or list(found))[0])

        self._bridge.run(
            self,
            lambda: self._facade.attachments.pages_with(file.message, file.part, words),
            done=done,
            failed=lambda _: None,
            local=True,
        )

    def _go_on(self) -> None:
        later = [one for one in self._hits if one > self._wanted]
        if self._hits:
            self._show_hit((later or list(self._hits))[0])

    def _show_hit(self, number: int) -> None:
        if number == self._wanted:
            self._ask()
        else:
            self.go(number)

    def _on_typed(self, text: str) -> None:
        if not text.strip():
            had = bool(self._words)
            self._words, self._hits = "", ()
            self.said.clear()
            if had and self._page is not None:
                self._ask()

    def _copy_text(self) -> None:
        if self._page is not None:
            QGuiApplication.clipboard().setText(self._page.text)

    def _ask(self) -> None:
        file = self._file
        if file is None:
            return
        self._asked += 1
        asked, number, words = self._asked, self._wanted, self._words
        ratio = self.devicePixelRatioF()
        width = max(64, int((self.canvas.room().width() - 16) * ratio * self._zoom))

        def done(page: PdfPage | None) -> None:
            if asked != self._asked:
                return
            if page is None:
                if self._page is None:
                    self.failed.emit()
                else:
                    self.said.setText(self.tr("This page cannot be shown."))
                return
            self._draw(page)

        def failed(_: MelError) -> None:
            done(None)

        self._bridge.run(
            self,
            lambda: self._facade.attachments.page(
                file.message, file.part, number, width=width, words=words
            ),
            done=done,
            failed=failed,
            local=True,
        )

    def _draw(self, page: PdfPage) -> None:
        self._page = page
        self.number.setMaximum(page.pages)
        self.total.setText(self.tr("of %n", "", page.pages))
        self.copy.setEnabled(bool(page.text.strip()))
        image = QImage(
            page.pixels, page.width, page.height, page.width * 4, QImage.Format.Format_RGB32
        )
        pixmap = QPixmap.fromImage(image)
        if page.marks:
            painter = QPainter(pixmap)
            for left, top, width, height in page.marks:
                painter.fillRect(
                    QRectF(
                        left * page.width, top * page.height,
                        width * page.width, height * page.height,
                    ),
                    MARK,
                )  # fmt: skip
            painter.end()
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        self.canvas.show_pixmap(pixmap)
        self.canvas.verticalScrollBar().setValue(0)
        self.shown.emit()
